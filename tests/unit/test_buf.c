/* SPDX-License-Identifier: MIT */
#include "core_test.h"

static void
test_empty(void **state)
{
	struct buf b = BUF_INIT(10), zero = { .data = NULL };
	char *s;

	(void)state;
	assert_non_null(b.data);
	assert_string_equal(b.data, "");
	assert_string_equal(buf_str(&b), "");
	assert_string_equal(buf_str(&zero), "");
	buf_put(&b, NULL, 0);
	assert_false(b.failed);
	s = buf_take(&zero);
	assert_string_equal(s, "");
	xfree(s);
	buf_free(&b);
	buf_free(&b);
	assert_string_equal(b.data, "");
}

static void
test_puts_grow(void **state)
{
	AUTO_BUF b = BUF_INIT(BUF_MAX_TEXT);

	(void)state;
	for (int i = 0; i < 1000; i++) {
		buf_putc(&b, 'a');
		buf_puts(&b, "bc");
		buf_printf(&b, "%03d", i);
	}
	assert_int_equal(b.len, 6000);
	assert_int_equal(strlen(buf_str(&b)), 6000);
	assert_string_equal(buf_str(&b) + 5994, "abc999");
	buf_put(&b, "\0x", 2);
	assert_int_equal(b.len, 6002);
	assert_int_equal(b.data[6002], '\0');
	assert_false(b.failed);
}

static void
test_the_maximum(void **state)
{
	AUTO_BUF b = BUF_INIT(5);

	(void)state;
	buf_puts(&b, "abcde");
	assert_false(b.failed);
	buf_putc(&b, 'f');
	assert_true(b.failed);
	assert_string_equal(buf_str(&b), "abcde");
	buf_reset(&b);
	assert_false(b.failed);
	buf_puts(&b, "ab");
	buf_printf(&b, "%s", "cdef");
	assert_true(b.failed);
	/* Sticky: what is there stays a prefix. */
	buf_putc(&b, 'c');
	assert_string_equal(buf_str(&b), "ab");
	buf_cut(&b, 1);
	assert_false(b.failed);
	buf_put(&b, "x", SIZE_MAX);
	assert_true(b.failed);
	assert_string_equal(buf_str(&b), "a");
}

static void
test_take_and_reset(void **state)
{
	struct buf b;
	char *s;

	(void)state;
	buf_init(&b, 100);
	buf_puts(&b, "secret");
	s = buf_take(&b);
	assert_string_equal(s, "secret");
	assert_int_equal(b.len, 0);
	assert_int_equal(b.max, 100);
	xfree(s);
	buf_puts(&b, "secret");
	s = b.data;
	buf_reset(&b);
	assert_int_equal(b.len, 0);
	assert_ptr_equal(s, b.data);
	assert_memory_equal(s, "\0\0\0\0\0\0", 6);
	buf_puts(&b, "secret");
	buf_cut(&b, 2);
	assert_memory_equal(b.data, "se\0\0\0\0", 6);
	buf_cut(&b, 50);
	assert_int_equal(b.len, 2);
	buf_free(&b);
}

static void
test_strlist(void **state)
{
	struct strlist l = { .items = NULL, .n = 0 };

	(void)state;
	assert_false(strlist_has(&l, "a"));
	strlist_add(&l, "a");
	strlist_add(&l, "b");
	strlist_add(&l, "c");
	assert_true(strlist_has(&l, "b"));
	strlist_del(&l, 1);
	strlist_del(&l, 7);
	assert_false(strlist_has(&l, "b"));
	assert_int_equal(l.n, 2);
	assert_string_equal(l.items[1], "c");
	strlist_free(&l);
	assert_int_equal(l.n, 0);
	assert_null(l.items);
	strlist_free(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_puts_grow),
		cmocka_unit_test(test_the_maximum),
		cmocka_unit_test(test_take_and_reset),
		cmocka_unit_test(test_strlist),
	};

	return RUN(tests);
}
