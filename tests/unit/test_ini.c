/* SPDX-License-Identifier: MIT */
#include "core_test.h"

#include "ini.h"

/*
 * The expectations are those that the AWS SDKs share for the files config and
 * credentials; where rootlock is more lenient the test says so.
 */
static struct ini *
parse(const char *s)
{
	struct err e = { .kind = ERR_NONE };
	struct ini *ini = ini_parse("config", s, strlen(s), &e);

	if (ini == NULL)
		fail_msg("%s: %s", s, e.text);
	return ini;
}

static void
value_is(const char *text, const char *section, const char *key, const char *expected)
{
	struct ini *ini = parse(text);
	const char *got = ini_get(ini, section, key);

	if (expected == NULL ? got != NULL : got == NULL || strcmp(got, expected) != 0)
		fail_msg("%s: \"%s\" instead of \"%s\"", text, got, expected);
	ini_free(ini);
}

static void
refused(const char *text, size_t len, const char *why)
{
	struct err e = { .kind = ERR_NONE };

	assert_null(ini_parse("config", text, len, &e));
	assert_int_equal(e.kind, ERR_CONFIG);
	if (strncmp(e.text, "config line ", 12) != 0 || strstr(e.text, why) == NULL)
		fail_msg("%s: %s instead of %s", text, e.text, why);
	assert_null(ini_parse("config", text, len, NULL));
}

static void
test_sections(void **state)
{
	struct ini *ini = parse("[profile foo]\n[ profile \tbar\t]# c\n[profile foo]; c\n"
				"[profile \"a b\"]\n[default]\r\n[sso-session s]");

	(void)state;
	assert_string_equal(ini_section(ini, 0), "profile foo");
	assert_string_equal(ini_section(ini, 1), "profile bar");
	assert_string_equal(ini_section(ini, 2), "profile a b");
	assert_string_equal(ini_section(ini, 3), "default");
	assert_string_equal(ini_section(ini, 4), "sso-session s");
	assert_null(ini_section(ini, 5));
	assert_true(ini_has(ini, "default"));
	assert_false(ini_has(ini, "foo"));
	assert_null(ini_get(ini, "none", "k"));
	assert_null(ini_get(ini, "default", "k"));
	ini_free(ini);
	ini_free(NULL);
	ini = parse("");
	assert_null(ini_section(ini, 0));
	ini_free(ini);
}

static void
test_values(void **state)
{
	(void)state;
	value_is("[a]\nname = value", "a", "name", "value");
	value_is("[a]\r\nname = value\r\n", "a", "name", "value");
	value_is("[a]\nname = val=ue", "a", "name", "val=ue");
	value_is("[a]\nname \t=  \tvalue \t", "a", "name", "value");
	value_is("[a]\nname =", "a", "name", "");
	value_is("[a]\nname=", "a", "name", "");
	value_is("[a]\nn = \xf0\x9f\x98\x82", "a", "n", "\xf0\x9f\x98\x82");
	value_is("\t \n[a]\n\t\n \nname = value\n\t \n[b]\n \t", "a", "name", "value");
	value_is("[a]\nNaMe = 1", "a", "name", "1");
	value_is("[a]\nname = 1", "a", "NAME", "1");
	value_is("\xef\xbb\xbf[a]\nname = 1", "a", "name", "1");
	value_is("[a]\nin valid = 1\nx = 2", "a", "x", "2");
}

static void
test_duplicates_merge(void **state)
{
	(void)state;
	value_is("[a]\nx = 1\nx = 2", "a", "x", "2");
	value_is("[a]\nx = 1\n[b]\nx = 3\n[a]\ny = 2", "a", "x", "1");
	value_is("[a]\nx = 1\n[b]\nx = 3\n[a]\ny = 2", "a", "y", "2");
	value_is("[a]\nX = 1\n[a]\nx = 2", "a", "x", "2");
}

static void
test_comments(void **state)
{
	(void)state;
	value_is("# c\n[a] # c\nx = v # c with # sign", "a", "x", "v");
	value_is("; c\n[a];c\nx = v ; c", "a", "x", "v");
	value_is("[a]\nx = v\t#c", "a", "x", "v");
	value_is("[a]\nx = v; c#d", "a", "x", "v; c#d");
	value_is("[a]\nx = # c", "a", "x", "");
	value_is("[a]\nx =#c", "a", "x", "#c");
	value_is(";\n[a]\nx = v ;\n", "a", "x", "v");
	value_is("[a]\nx = 1\n#y = 2", "a", "y", NULL);
	/* Lenient as Python: an indented comment where nothing can be continued. */
	value_is("  # c\n[a]\n  ; c\nx = 1", "a", "x", "1");
}

static void
test_colons(void **state)
{
	(void)state;
	/* Lenient as Python: the SDKs know only '='. */
	value_is("[a]\nkey : value", "a", "key", "value");
	value_is("[a]\nkey:value", "a", "key", "value");
	value_is("[a]\nurl: http://h/?a=b", "a", "url", "http://h/?a=b");
	value_is("[a]\nurl = http://h: x", "a", "url", "http://h: x");
	value_is("[a]\na:b = c", "a", "a:b", "c");
}

static void
test_continuations(void **state)
{
	(void)state;
	value_is("[a]\nx = v\n \t -more \t \n -again", "a", "x", "v\n-more\n-again");
	value_is("[a]\nx = v\n -more # kept ; kept", "a", "x", "v\n-more # kept ; kept");
	value_is("[a]\nx = v\n\n more", "a", "x", "v\nmore");
	value_is("[a]\nx = v\n# c\n more", "a", "x", "v\nmore");
	value_is("[a]\nx = v\n [b]", "a", "x", "v\n[b]");
}

static void
test_nested(void **state)
{
	struct ini *ini = parse(
	    "[a]\ns3 =\n addressing_style = path\n\t \n Max = 2 # kept\n"
	    "  # a comment\n in valid = x\n e =\ny = 1\n z = 2\n[b]\ns3 = v\n x = 1\n[a]\nq = 1\n");

	(void)state;
	assert_string_equal(ini_nested(ini, "a", "s3", "addressing_style"), "path");
	assert_string_equal(ini_nested(ini, "a", "S3", "max"), "2 # kept");
	assert_string_equal(ini_nested(ini, "a", "s3", "e"), "");
	assert_null(ini_nested(ini, "a", "s3", "z"));
	assert_null(ini_nested(ini, "a", "y", "z"));
	assert_null(ini_nested(ini, "b", "s3", "x"));
	assert_null(ini_nested(ini, "none", "s3", "x"));
	assert_string_equal(ini_get(ini, "a", "s3"),
	    "\naddressing_style = path\nMax = 2 # kept\nin valid = x\ne =");
	assert_null(ini_get(ini, "a", "addressing_style"));
	ini_free(ini);
	/* A later one replaces all of it. */
	ini = parse("[a]\ns3 =\n x = 1\ns3 =\n y = 2\n");
	assert_null(ini_nested(ini, "a", "s3", "x"));
	assert_string_equal(ini_nested(ini, "a", "s3", "y"), "2");
	ini_free(ini);
}

static void
test_lines(void **state)
{
	struct ini *ini = parse("\n# c\n[a]\nx = 1\ny =\n z = 1\nx = 2\n");

	(void)state;
	assert_int_equal(ini_line(ini, "a", "x"), 7);
	assert_int_equal(ini_line(ini, "a", "y"), 5);
	assert_int_equal(ini_line(ini, "a", "z"), 0);
	assert_int_equal(ini_line(ini, "b", "x"), 0);
	ini_free(ini);
}

static void
test_refused(void **state)
{
	struct err e = { .kind = ERR_NONE };

	(void)state;
	refused(BYTES("[profile foo"), "']'");
	refused(BYTES("name = value"), "before the first");
	refused(BYTES("[a]\n= value"), "without a name");
	refused(BYTES("[a]\nvalue"), "line 2");
	refused(BYTES(" -continued"), "continues nothing");
	refused(BYTES("[a]\n -continued"), "continues nothing");
	refused(BYTES("[a]\nx = 1\n[a]\n -continued"), "continues nothing");
	refused(BYTES("[a]\ns3 =\n invalid"), "nested");
	refused(BYTES("[a]\ns3 =\n = value"), "nested");
	refused(BYTES("[a]\nx = a\0b"), "NUL");
	refused(BYTES("[a]\n#\0"), "NUL");
	assert_null(ini_parse("f\x1b", BYTES("[a]\nhunter2"), &e));
	assert_null(strstr(e.text, "hunter2"));
	assert_non_null(strstr(e.text, "f\\x1b line 2"));
}

static void
edit_is(const char *old, const char *section, const char *const *kv, const char *expected)
{
	AUTO_BUF in = BUF_INIT(BUF_MAX_TEXT), out = BUF_INIT(BUF_MAX_TEXT);
	struct err e = { .kind = ERR_NONE };

	buf_puts(&in, old);
	buf_puts(&out, "|");
	if (!ini_edit(&in, section, kv, &out, &e))
		fail_msg("%s: %s", old, e.text);
	assert_int_equal(out.data[0], '|');
	assert_string_equal(buf_str(&out) + 1, expected);
	assert_string_equal(buf_str(&in), old);
}

#define KV(...)                                                                                    \
	(const char *const[])                                                                      \
	{                                                                                          \
		__VA_ARGS__, NULL                                                                  \
	}

static void
test_edit_new(void **state)
{
	(void)state;
	edit_is("", "a", KV("x", "1", "y", "2"), "[a]\nx = 1\ny = 2\n");
	edit_is("[b]\nx = 0", "a", KV("x", "1"), "[b]\nx = 0\n[a]\nx = 1\n");
	edit_is(
	    "# only this\n\n", "profile a", KV("x", "1"), "# only this\n\n[profile a]\nx = 1\n");
	edit_is("", "profile a b", KV("x", "1"), "[profile \"a b\"]\nx = 1\n");
	edit_is("[b]\r\nx = 0\r\n", "a", KV("x", "1"), "[b]\r\nx = 0\r\n[a]\r\nx = 1\r\n");
	edit_is("[b]\nx = 0\n", "b", (const char *const[]){ NULL }, "[b]\nx = 0\n");
}

static void
test_edit_replace(void **state)
{
	(void)state;
	edit_is("[a]\nx=0 # c\ny = 2\n", "a", KV("x", "1"), "[a]\nx = 1\ny = 2\n");
	edit_is("[a]\nX : 0", "a", KV("x", "1"), "[a]\nx = 1");
	edit_is("# c\n\n[a] ; c\r\nx = 0\r\n\r\n[b]\nx = 0\n", "a", KV("x", "1"),
	    "# c\n\n[a] ; c\r\nx = 1\r\n\r\n[b]\nx = 0\n");
	edit_is("[ profile  \"a b\" ]\nx = 0\n", "profile a b", KV("x", "1"),
	    "[ profile  \"a b\" ]\nx = 1\n");
	/* The last one is the one that counts. */
	edit_is(
	    "[a]\nx = 0\n[b]\n[a]\nx = 9\n", "a", KV("x", "1"), "[a]\nx = 0\n[b]\n[a]\nx = 1\n");
	/* What continued the old value goes with it; comments stay. */
	edit_is("[a]\nx =\n s = 1\n# c\n\n t = 2\ny = 3\n more\n", "a", KV("x", "1"),
	    "[a]\nx = 1\n# c\n\ny = 3\n more\n");
	edit_is("\xef\xbb\xbf[a]\nx = 0\n", "a", KV("x", "1"), "\xef\xbb\xbf[a]\nx = 1\n");
	/* A nested or commented one is another. */
	edit_is(
	    "[a]\ns3 =\n x = 5\n#x = 6\n", "a", KV("x", "1"), "[a]\ns3 =\n x = 5\nx = 1\n#x = 6\n");
}

static void
test_edit_insert(void **state)
{
	(void)state;
	edit_is("[a]\nx = 0\n more\n\n# about b\n[b]\n", "a", KV("y", "1"),
	    "[a]\nx = 0\n more\ny = 1\n\n# about b\n[b]\n");
	edit_is("[a]\n\n[b]\n", "a", KV("y", "1"), "[a]\ny = 1\n\n[b]\n");
	edit_is("[a]", "a", KV("y", "1"), "[a]\ny = 1\n");
	edit_is("[a]\r\nx = 0", "a", KV("y", "1"), "[a]\r\nx = 0\r\ny = 1\r\n");
	edit_is("[a]\nx = 0\n", "a", KV("y", "1", "x", "2", "y", "3"), "[a]\nx = 2\ny = 3\n");
	edit_is("[a]\nx = 0\n", "a", KV("y", ""), "[a]\nx = 0\ny = \n");
}

static void
edit_refused(const char *old, const char *section, const char *key, const char *value)
{
	AUTO_BUF in = BUF_INIT(BUF_MAX_TEXT), out = BUF_INIT(100);
	struct err e = { .kind = ERR_NONE };

	buf_puts(&in, old);
	assert_false(ini_edit(&in, section, KV("ok", "ok", key, value), &out, &e));
	assert_int_equal(e.kind, ERR_CONFIG);
	assert_int_equal(out.len, 0);
	assert_null(strstr(e.text, "hunter2"));
}

static void
test_edit_refused(void **state)
{
	static const char *const values[] = {
		"hunter2\naws_access_key_id = x",
		"hunter2\r",
		" hunter2",
		"hunter2 ",
		"\thunter2",
		"#hunter2",
		";",
		"hunter2 # c",
		"hunter2\t; c",
		"hunter2\x1b[2J",
		"hunter2\x7f",
	};
	static const char *const keys[] = { "", "a b", "a=b", "[a]", "#a", "a\nb", "hunter2:" };
	static const char *const sections[] = {
		"",
		"a]",
		"a\nb",
		" a",
		"a ",
		"a  b",
		"a\tb",
		"a # b",
		"\"a\"",
		"[a",
	};
	char *large = xmalloc(200);

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		edit_refused("", "a", "k", values[i]);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		edit_refused("", "a", keys[i], "v");
	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++)
		edit_refused("", sections[i], "k", "v");
	edit_refused("hunter2", "a", "k", "v");
	edit_refused("[a]\n x", "a", "k", "v");
	memset(large, 'v', 199);
	large[199] = '\0';
	edit_refused("", "a", "k", large);
	xfree(large);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sections),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_duplicates_merge),
		cmocka_unit_test(test_comments),
		cmocka_unit_test(test_colons),
		cmocka_unit_test(test_continuations),
		cmocka_unit_test(test_nested),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_edit_new),
		cmocka_unit_test(test_edit_replace),
		cmocka_unit_test(test_edit_insert),
		cmocka_unit_test(test_edit_refused),
	};

	return RUN(tests);
}
