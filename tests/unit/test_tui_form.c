/* SPDX-License-Identifier: MIT */
/* The form page, driven by key scripts on a screen that exists only here. */
#include "core_test.h"

#include "text.h"

#include "../../src/tui/page.h"
#include "../../src/tui/script.h"

struct model {
	char *name, *kind, *extra;
	int length;
	bool strict;
	struct strlist groups;
	struct secret *password;
};

static bool
valid_name(const char *text, struct err *e)
{
	if (*text == '\0')
		return err_set(e, ERR_USAGE, "A name is needed.");
	return text_only(text, "-") || err_set(e, ERR_USAGE, "Only letters, digits and dashes.");
}

static bool
wants_extra(const void *model)
{
	const struct model *m = model;

	return strcmp(m->kind, "own") == 0;
}

static bool
list_groups(struct run *run, const void *model, struct choices *out, struct err *e)
{
	(void)run;
	(void)model;
	(void)e;
	choices_add(out, "arn:aws:iam::aws:policy/Readers", "Readers", "may look");
	choices_add(out, "arn:aws:iam::aws:policy/Writers", "Writers", "may change");
	choices_add(out, "arn:aws:iam::aws:policy/Billing", "Billing", NULL);
	return true;
}

static bool
valid_model(const void *model, struct err *e)
{
	const struct model *m = model;

	if (!m->strict || m->length >= 14)
		return true;
	err_set(e, ERR_USAGE, "Strict asks for fourteen or more.");
	snprintf(e->operation, sizeof e->operation, "length");
	return false;
}

static const struct field_option kinds[] = {
	{ "cis", "Benchmark", "what auditors ask for" },
	{ "own", "My own", NULL },
	{ NULL, NULL, NULL },
};

static const struct field fields[] = {
	{ .id = "name",
	    .label = "Name",
	    FIELD(struct model, name),
	    .validate = valid_name,
	    .max = 20,
	    .help = "The help of the name." },
	{ .id = "kind",
	    .label = "Kind",
	    FIELD(struct model, kind),
	    .def = "cis",
	    .options = kinds,
	    .help = "The help of the kind." },
	{ .id = "extra",
	    .label = "Extra",
	    FIELD(struct model, extra),
	    .applies = wants_extra,
	    .help = "Only for my own." },
	{ .id = "length",
	    .label = "Length",
	    FIELD(struct model, length),
	    .def = "8",
	    .min = 6,
	    .max = 128,
	    .unit = "characters",
	    .help = "The help of the length." },
	{ .id = "strict",
	    .label = "Strict",
	    FIELD(struct model, strict),
	    .help = "The help of strict." },
	{ .id = "groups",
	    .label = "Groups",
	    FIELD(struct model, groups),
	    .choices = list_groups,
	    .help = "The help of the groups." },
	{ .id = "password",
	    .label = "Password",
	    FIELD(struct model, password),
	    .help = "The help of the password." },
};

static const struct screen_def screen = {
	.id = "fake",
	.title = "A screen for tests",
	.why = "Why this matters.",
	.flags = SCREEN_REPEATS,
	FIELDS(fields),
	.model_size = sizeof(struct model),
	.validate = valid_model,
};

/* What one script left behind. */
struct played {
	enum request request;
	struct answers_section records;
	char *dump; /* the last one */
	struct err err;
};

static void
keep_dump(void *arg, const char *name, const char *cells)
{
	struct played *o = arg;

	(void)name;
	xfree(o->dump);
	o->dump = xstrdup(cells);
}

static struct played
play(const char *keys)
{
	struct played o = { .request = REQ_NONE };
	struct run run = { .transport = NULL };
	struct tui_options options = { .term = "xterm" };
	struct tui_script def = {
		.keys = keys,
		.cols = 80,
		.rows = 24,
		.ascii = true,
		.dump = keep_dump,
		.arg = &o,
	};
	struct tui t = { .run = &run, .options = &options };
	struct script script;

	o.records.models = xcalloc(1, sizeof(void *));
	o.records.models[0] = model_new(&screen);
	o.records.n = 1;
	assert_true(script_open(&t, &script, &def, &o.err));
	o.request = form_run(&t, &screen, &o.records);
	(void)script_close(&t, &o.err);
	assert_string_equal(o.err.text, "");
	return o;
}

static struct model *
first(const struct played *o)
{
	return o->records.models[0];
}

static void
end(struct played *o)
{
	for (size_t i = 0; i < o->records.n; i++)
		model_free(&screen, o->records.models[i]);
	xfree(o->records.models);
	xfree(o->dump);
}

#define HAS(o, s) assert_non_null(strstr((o).dump, (s)))
#define HAS_NOT(o, s) assert_null(strstr((o).dump, (s)))
/* From the first field to the first button. */
#define TO_BUTTONS "key TAB\nkey TAB\nkey TAB\nkey TAB\nkey TAB\nkey TAB\n"

static void
test_what_is_shown(void **state)
{
	struct played o = play("dump page\nkey ESC\n");

	(void)state;
	HAS(o, "rootlock > A screen for tests");
	HAS(o, "Why this matters.");
	HAS(o, "> Name");
	HAS(o, "< Benchmark >");
	HAS(o, "8          characters");
	HAS(o, "[ ] no");
	HAS(o, "(none)");
	HAS_NOT(o, "Extra");
	HAS(o, "The help of the name.");
	HAS(o, "[ Continue ]  [ Back ]  [ Add another ]");
	HAS(o, "F1 explain");
	HAS(o, "^C leave");
	assert_int_equal(o.request, REQ_BACK);
	end(&o);
}

static void
test_typed_values(void **state)
{
	struct played o = play("type al-1\nkey TAB\nkey RIGHT\nkey TAB\ntype more\nkey TAB\n"
			       "key CTRL-U\ntype 16\nkey TAB\ntype  \nkey TAB\nkey TAB\nkey TAB\n"
			       "dump page\nkey ENTER\n");

	(void)state;
	HAS(o, "[x] yes");
	HAS(o, "< My own >");
	assert_int_equal(o.request, REQ_NEXT);
	assert_string_equal(first(&o)->name, "al-1");
	assert_string_equal(first(&o)->kind, "own");
	assert_string_equal(first(&o)->extra, "more");
	assert_int_equal(first(&o)->length, 16);
	assert_true(first(&o)->strict);
	end(&o);
}

static void
test_invalid_is_not_accepted(void **state)
{
	struct played o = play("type a_b\n" TO_BUTTONS "key ENTER\ndump page\nkey ESC\n");

	(void)state;
	HAS(o, "Only letters, digits and dashes.");
	HAS(o, "> Name");
	assert_int_equal(o.request, REQ_BACK);
	assert_string_equal(first(&o)->name, "a_b");
	end(&o);
}

static void
test_number_out_of_range(void **state)
{
	struct played o = play("type a\nkey TAB\nkey TAB\nkey CTRL-U\ntype 5x\nkey TAB\n"
			       "dump page\nkey TAB\nkey TAB\nkey TAB\nkey ENTER\nkey ESC\n");

	(void)state;
	HAS(o, "A whole number from 6 to 128 characters");
	HAS(o, "5          characters");
	assert_int_equal(o.request, REQ_BACK);
	end(&o);
}

static void
test_validation_across_fields(void **state)
{
	struct played o = play("type a\nkey TAB\nkey TAB\nkey TAB\nkey ENTER\nkey TAB\nkey TAB\n"
			       "key TAB\nkey ENTER\ndump page\nkey ESC\n");

	(void)state;
	HAS(o, "Strict asks for fourteen or more.");
	HAS(o, "> Length");
	end(&o);
}

static void
test_question_mark(void **state)
{
	struct played o = play("type ?\nkey TAB\ntype ?\ndump help\nkey ESC\nkey ESC\n");

	(void)state;
	assert_string_equal(first(&o)->name, "?");
	HAS(o, "+- Kind ---");
	HAS(o, "The help of the kind.");
	HAS(o, "what auditors ask for");
	end(&o);
	o = play("key F1\ndump help\nkey ENTER\nkey F2\nkey ENTER\nkey ESC\n");
	HAS(o, "+- Name ---");
	assert_int_equal(o.request, REQ_BACK);
	end(&o);
}

static void
test_paste_never_submits(void **state)
{
	struct played o = play("paste   pasted-name  \ndump page\nkey ESC\n");

	(void)state;
	assert_string_equal(first(&o)->name, "pasted-name");
	HAS(o, "> Name");
	end(&o);
}

static void
test_long_paste(void **state)
{
	char *script = xmalloc(6000);
	struct played o;

	(void)state;
	memset(script, 'x', 6000);
	memcpy(script, "paste ", 6);
	snprintf(script + 5006, 100, "\n" TO_BUTTONS "key ENTER\ndump page\nkey ESC\n");
	o = play(script);
	HAS(o, "At most 20 characters");
	assert_true(strlen(first(&o)->name) < 200);
	end(&o);
	xfree(script);
}

static void
test_secret_is_bullets(void **state)
{
	struct played o =
	    play("key BTAB\nkey UP\nkey UP\nkey UP\ntype Tr0ub4dor\ndump page\nkey ESC\n");

	(void)state;
	HAS(o, "> Password");
	HAS(o, "*********");
	HAS_NOT(o, "Tr0ub4dor");
	assert_string_equal(secret_borrow(first(&o)->password), "Tr0ub4dor");
	end(&o);
	o = play(
	    "key BTAB\nkey UP\nkey UP\nkey UP\ntype Tr0ub4dor\nkey CTRL-R\ndump page\nkey ESC\n");
	HAS(o, "Tr0ub4dor");
	end(&o);
	/* Leaving the field hides it again; an empty one is none. */
	o = play("key BTAB\nkey UP\nkey UP\nkey UP\ntype Tr0ub4dor\nkey CTRL-R\nkey TAB\n"
		 "dump page\nkey UP\nkey CTRL-U\nkey ESC\n");
	HAS_NOT(o, "Tr0ub4dor");
	assert_null(first(&o)->password);
	end(&o);
}

static void
test_list_to_choose_from(void **state)
{
	struct played o = play("key TAB\nkey TAB\nkey TAB\nkey TAB\nkey ENTER\ntype WRIT\n"
			       "type  \ndump list\nkey ENTER\ndump page\nkey ESC\n");

	(void)state;
	HAS(o, "Writers");
	assert_int_equal(first(&o)->groups.n, 1);
	assert_string_equal(first(&o)->groups.items[0], "arn:aws:iam::aws:policy/Writers");
	end(&o);
	/* Esc leaves the list as it was. */
	o = play(
	    "key TAB\nkey TAB\nkey TAB\nkey TAB\nkey ENTER\ntype  \ndump list\nkey ESC\nkey ESC\n");
	HAS(o, "[x] Readers");
	HAS(o, "3 of 3");
	assert_int_equal(first(&o)->groups.n, 0);
	end(&o);
}

static void
test_several_records(void **state)
{
	struct played o = play("type one\n" TO_BUTTONS "key RIGHT\nkey RIGHT\nkey ENTER\n"
			       "type two\ndump page\nkey ESC\n");

	(void)state;
	HAS(o, "Entry 2 of 2");
	HAS(o, "[ Remove this one ]");
	assert_int_equal(o.records.n, 2);
	assert_string_equal(first(&o)->name, "one");
	assert_string_equal(((struct model *)o.records.models[1])->name, "two");
	end(&o);
	/* The first one is not valid: it is shown again. */
	o = play(TO_BUTTONS "key RIGHT\nkey RIGHT\nkey ENTER\ntype two\n" TO_BUTTONS
			    "key ENTER\ndump page\nkey ESC\n");
	HAS(o, "Entry 1 of 2");
	HAS(o, "A name is needed.");
	assert_int_equal(o.request, REQ_BACK);
	end(&o);
}

static void
test_resize_keeps_everything(void **state)
{
	struct played o = play("type abc\nresize 40 10\ndump small\ntype lost\nkey ENTER\n"
			       "resize 132 50\ndump page\nkey ESC\n");

	(void)state;
	HAS(o, "abc");
	HAS(o, "> Name");
	assert_string_equal(first(&o)->name, "abc");
	end(&o);
	o = play("resize 79 24\ndump small\nresize 80 24\nkey ESC\n");
	HAS(o, "rootlock needs a larger window");
	end(&o);
}

static void
test_leaving(void **state)
{
	struct played o = play("key CTRL-C\ndump ask\nkey ESC\ntype kept\nkey ESC\n");

	(void)state;
	HAS(o, "Leave rootlock?");
	assert_string_equal(first(&o)->name, "kept");
	assert_int_equal(o.request, REQ_BACK);
	end(&o);
	o = play("key CTRL-C\nkey CTRL-C\n");
	assert_int_equal(o.request, REQ_QUIT);
	end(&o);
	/* The end of the script is the end of the terminal. */
	o = play("type a\n");
	assert_int_equal(o.request, REQ_QUIT);
	end(&o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_shown),
		cmocka_unit_test(test_typed_values),
		cmocka_unit_test(test_invalid_is_not_accepted),
		cmocka_unit_test(test_number_out_of_range),
		cmocka_unit_test(test_validation_across_fields),
		cmocka_unit_test(test_question_mark),
		cmocka_unit_test(test_paste_never_submits),
		cmocka_unit_test(test_long_paste),
		cmocka_unit_test(test_secret_is_bullets),
		cmocka_unit_test(test_list_to_choose_from),
		cmocka_unit_test(test_several_records),
		cmocka_unit_test(test_resize_keeps_everything),
		cmocka_unit_test(test_leaving),
	};

	return RUN(tests);
}
