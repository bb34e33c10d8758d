/* SPDX-License-Identifier: MIT */
#include "core_test.h"

#include <curses.h>

#include "../../src/tui/edit.h"
#include "../../src/tui/script.h"

static void
test_acts(void **state)
{
	(void)state;
	assert_int_equal(keys_act(KEY_UP, true).act, ACT_UP);
	assert_int_equal(keys_act(KEY_BTAB, true).act, ACT_PREV);
	assert_int_equal(keys_act('\t', false).act, ACT_NEXT);
	assert_int_equal(keys_act('\r', false).act, ACT_ENTER);
	assert_int_equal(keys_act('\n', false).act, ACT_ENTER);
	assert_int_equal(keys_act(0x1b, false).act, ACT_BACK);
	assert_int_equal(keys_act(KEY_F(1), true).act, ACT_HELP);
	assert_int_equal(keys_act(3, false).act, ACT_QUIT);
	assert_int_equal(keys_act(12, false).act, ACT_REDRAW);
	assert_int_equal(keys_act(26, false).act, ACT_SUSPEND);
	assert_int_equal(keys_act(KEY_RESIZE, true).act, ACT_RESIZE);
	assert_int_equal(keys_act(0x7f, false).act, ACT_ERASE);
}

static void
test_characters(void **state)
{
	(void)state;
	assert_int_equal(keys_act('a', false).act, ACT_CHAR);
	assert_int_equal(keys_act('a', false).ch, 'a');
	assert_int_equal(keys_act('?', false).act, ACT_CHAR);
	assert_int_equal(keys_act(0xe9, false).ch, 0xe9);
	/* A code of curses is no character, and a control character is no text. */
	assert_int_equal(keys_act(KEY_F(12), true).act, ACT_NONE);
	assert_int_equal(keys_act(1, true).act, ACT_NONE);
	assert_int_equal(keys_act(7, false).act, ACT_NONE);
	assert_int_equal(keys_act(0x9b, false).act, ACT_NONE);
}

static void
test_names(void **state)
{
	(void)state;
	assert_int_equal(script_key("ENTER", 5), ACT_ENTER);
	assert_int_equal(script_key("CTRL-C and more", 6), ACT_QUIT);
	assert_int_equal(script_key("ENTE", 4), ACT_NONE);
	assert_int_equal(script_key("", 0), ACT_NONE);
}

static void
test_utf8(void **state)
{
	char out[5];

	(void)state;
	assert_int_equal(keys_utf8('A', out), 1);
	assert_string_equal(out, "A");
	assert_int_equal(keys_utf8(0xe9, out), 2);
	assert_string_equal(out, "\xc3\xa9");
	assert_int_equal(keys_utf8(0x2584, out), 3);
	assert_string_equal(out, "\xe2\x96\x84");
	assert_int_equal(keys_utf8(0x1f600, out), 4);
	assert_string_equal(out, "\xf0\x9f\x98\x80");
	assert_int_equal(keys_utf8(0, out), 0);
	assert_int_equal(keys_utf8(0xd800, out), 0);
	assert_int_equal(keys_utf8(0x110000, out), 0);
}

static bool
give(struct edit *e, enum act act, uint32_t ch, bool pasted)
{
	struct input in = { .act = act, .ch = ch, .pasted = pasted };
	bool changed = false;

	(void)edit_act(e, &in, &changed);
	return changed;
}

static void
test_editor(void **state)
{
	struct edit e;

	(void)state;
	edit_init(&e, 5, false);
	assert_true(give(&e, ACT_CHAR, 'a', false));
	assert_true(give(&e, ACT_CHAR, 0xe9, false));
	assert_true(give(&e, ACT_CHAR, 'c', false));
	assert_string_equal(buf_str(&e.text), "a\xc3\xa9"
					      "c");
	/* Moves go by characters, and erasing takes a whole one. */
	give(&e, ACT_LEFT, 0, false);
	assert_true(give(&e, ACT_ERASE, 0, false));
	assert_string_equal(buf_str(&e.text), "ac");
	assert_int_equal(e.at, 1);
	give(&e, ACT_HOME, 0, false);
	assert_false(give(&e, ACT_ERASE, 0, false));
	assert_true(give(&e, ACT_DELETE, 0, false));
	assert_string_equal(buf_str(&e.text), "c");
	for (int i = 0; i < 10; i++)
		give(&e, ACT_CHAR, 'x', false);
	assert_int_equal(e.text.len, 5);
	assert_true(give(&e, ACT_KILL, 0, false));
	assert_int_equal(e.text.len, 0);
	edit_free(&e);
}

static void
test_paste(void **state)
{
	struct edit e;

	(void)state;
	edit_init(&e, 64, false);
	give(&e, ACT_CHAR, ' ', true);
	give(&e, ACT_CHAR, 'k', true);
	give(&e, ACT_CHAR, ' ', true);
	give(&e, ACT_PASTE_END, 0, false);
	assert_string_equal(buf_str(&e.text), "k");
	edit_free(&e);
	edit_init(&e, 6, true);
	give(&e, ACT_CHAR, '1', true);
	give(&e, ACT_CHAR, ' ', true);
	give(&e, ACT_CHAR, 'x', false);
	give(&e, ACT_CHAR, '2', true);
	assert_string_equal(buf_str(&e.text), "12");
	edit_free(&e);
}

static void
test_secretbox(void **state)
{
	struct secret *s = secret_new(8);
	struct secretbox b;
	struct input in = { .act = ACT_CHAR, .ch = 'p' };
	bool changed;

	(void)state;
	secretbox_init(&b, s, 8);
	for (int i = 0; i < 12; i++)
		assert_true(secretbox_act(&b, &in, &changed));
	assert_int_equal(secret_len(s), 8);
	in = (struct input){ .act = ACT_ERASE };
	(void)secretbox_act(&b, &in, &changed);
	assert_true(changed);
	assert_string_equal(secret_borrow(s), "ppppppp");
	in = (struct input){ .act = ACT_REVEAL };
	assert_false(b.shown);
	assert_true(secretbox_act(&b, &in, &changed));
	assert_true(b.shown);
	in = (struct input){ .act = ACT_ENTER };
	assert_false(secretbox_act(&b, &in, &changed));
	in = (struct input){ .act = ACT_KILL };
	(void)secretbox_act(&b, &in, &changed);
	assert_int_equal(secret_len(s), 0);
	secret_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_acts),
		cmocka_unit_test(test_characters),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_utf8),
		cmocka_unit_test(test_editor),
		cmocka_unit_test(test_paste),
		cmocka_unit_test(test_secretbox),
	};

	return RUN(tests);
}
