/* SPDX-License-Identifier: MIT */
#include "core_test.h"

#include "json.h"
#include "xml.h"

static json_t *
json(const char *s)
{
	struct err e = { .kind = ERR_NONE };
	json_t *v = json_parse(s, strlen(s), &e);

	if (v == NULL)
		fail_msg("%s: %s", s, e.text);
	return v;
}

static json_t *
xml(const char *s)
{
	struct err e = { .kind = ERR_NONE };
	json_t *v = xml_parse(s, strlen(s), &e);

	if (v == NULL)
		fail_msg("%s: %s", s, e.text);
	return v;
}

static void
refused(const char *s, size_t len)
{
	struct err e = { .kind = ERR_NONE };

	assert_null(json_parse(s, len, &e));
	assert_int_equal(e.kind, ERR_OTHER);
	assert_true(err_is(&e, "MalformedJson"));
	assert_null(json_parse(s, len, NULL));
}

static void
test_parse_refuses(void **state)
{
	char deep[5000];
	struct err e = { .kind = ERR_NONE };

	(void)state;
	refused("", 0);
	refused(BYTES("{\"a\":1,\"a\":2}"));
	refused(BYTES("{\"a\":1} x"));
	refused(BYTES("{\"a\":\"\\u0000\"}"));
	refused(BYTES("{\"a\":\"\xff\"}"));
	refused(BYTES("\"text\""));
	refused(BYTES("{\"a\":1e999}"));
	refused(BYTES("{\"a\":99999999999999999999}"));
	refused(BYTES("{\"a\":1}\0"));
	memset(deep, '[', sizeof(deep));
	refused(deep, sizeof(deep));
	/* The input may be a credentials cache: nothing of it may be shown. */
	assert_null(json_parse(BYTES("{\"secret\": hunter2}"), &e));
	assert_null(strstr(e.text, "hunter2"));
	/* A failure that is already there stays. */
	assert_null(json_parse(BYTES("["), &e));
	assert_non_null(strstr(e.text, "column"));
}

static void
test_paths(void **state)
{
	AUTO_REPLY *v = json("{\"a\":{\"b\":[{\"c\":\"one\"},{\"c\":\"two\"}]},\"n\":[[1,2],[3]],"
			     "\"111122223333\":\"account\",\"s\":\"text\"}");

	(void)state;
	assert_string_equal(json_text(v, "a.b.c"), "one");
	assert_string_equal(json_text(v, "a.b.1.c"), "two");
	assert_null(json_text(v, "a.b.2.c"));
	assert_null(json_text(v, "a.x.c"));
	assert_null(json_text(v, "a"));
	assert_null(json_text(v, "s.t"));
	assert_null(json_text(NULL, "a"));
	assert_ptr_equal(json_at(v, ""), v);
	assert_null(json_at(v, "a.b.99999999999999999999"));
	assert_int_equal(json_int_or(v, "n.0.1", 0), 2);
	assert_int_equal(json_int_or(v, "n.1", 0), 3);
	assert_string_equal(json_text(v, "111122223333"), "account");
	assert_string_equal(json_text_or(v, "nope", "other"), "other");
	assert_string_equal(json_text_or(v, "s", "other"), "text");
	assert_string_equal(json_text(json_at(v, "s"), ""), "text");
}

static void
test_long_path(void **state)
{
	AUTO_REPLY *v = json("{\"a\":1}");
	char path[400];

	(void)state;
	memset(path, 'a', sizeof(path));
	path[399] = '\0';
	assert_null(json_at(v, path));
	memset(path, '.', 399);
	assert_null(json_at(v, path));
}

static void
test_xml_paths(void **state)
{
	AUTO_REPLY *v = xml("<R><U><Arn>arn:x</Arn><Tag>1</Tag><Tag>2</Tag><Empty/></U></R>");

	(void)state;
	assert_string_equal(json_text(v, "R.U.Arn"), "arn:x");
	assert_string_equal(json_text(v, "R.U.Tag.1"), "2");
	assert_string_equal(json_text(v, "R.U.Empty"), "");
	assert_null(json_text(v, "R.U"));
	assert_null(json_text(v, "R.U.Nope"));
	assert_int_equal(json_int_or(v, "R.U.Tag", 0), 1);
}

static void
test_ints(void **state)
{
	AUTO_REPLY *v =
	    json("{\"i\":-5,\"r\":1.9,\"t\":\"42\",\"d\":\"10.5\",\"big\":1e300,"
		 "\"max\":\"9223372036854775807\",\"over\":\"9223372036854775808\",\"e\":\"\","
		 "\"x\":\"12x\",\"sp\":\" 1\",\"b\":true,\"z\":null,\"nan\":\"nan\",\"m\":\"-\"}");
	static const char *const none[] = { "big", "over", "e", "x", "sp", "b", "z", "nan", "m",
		"nope", "" };
	int64_t n = 7;

	(void)state;
	assert_int_equal(json_int_or(v, "i", 0), -5);
	assert_int_equal(json_int_or(v, "r", 0), 1);
	assert_int_equal(json_int_or(v, "t", 0), 42);
	assert_int_equal(json_int_or(v, "d", 0), 10);
	assert_true(json_int(v, "max", &n));
	assert_true(n == INT64_MAX);
	n = 7;
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_false(json_int(v, none[i], &n));
	assert_int_equal(n, 7);
	assert_int_equal(json_int_or(v, "nope", -1), -1);
}

static void
test_bools_and_times(void **state)
{
	AUTO_REPLY *v = json("{\"t\":true,\"f\":false,\"T\":\"True\",\"no\":\"no\",\"one\":1,"
			     "\"n\":1795514400.25,\"s\":\"2026-11-24T10:00:00Z\",\"bad\":\"soon\","
			     "\"e\":1.7955144e9}");
	int64_t at = 0;

	(void)state;
	assert_true(json_bool(v, "t"));
	assert_true(json_bool(v, "T"));
	assert_false(json_bool(v, "f"));
	assert_false(json_bool(v, "no"));
	assert_false(json_bool(v, "one"));
	assert_false(json_bool(v, "nope"));
	assert_true(json_time(v, "n", &at) && at == 1795514400);
	at = 0;
	assert_true(json_time(v, "s", &at) && at == 1795514400);
	at = 0;
	assert_true(json_time(v, "e", &at) && at == 1795514400);
	assert_false(json_time(v, "bad", &at));
	assert_false(json_time(v, "t", &at));
	assert_false(json_time(v, "nope", &at));
}

static void
test_json_lists(void **state)
{
	AUTO_REPLY *v =
	    json("{\"l\":[\"a\",\"b\"],\"e\":[],\"o\":{\"x\":1},\"eo\":{},\"s\":\"one\","
		 "\"z\":null,\"lo\":[{\"member\":\"x\",\"y\":1}],\"ll\":[[1],[2,3]],\"one\":[{}]}");

	(void)state;
	assert_int_equal(json_count(v, "l"), 2);
	assert_string_equal(json_text(json_item(v, "l", 1), ""), "b");
	assert_null(json_item(v, "l", 2));
	json_auto_t *l =
	    json_pack("{s:[{s:s}, {s:s, s:i}, {s:s}]}", "l", "k", "a", "k", "b", "n", 1, "k", "b");

	assert_int_equal(json_int_or(json_find(l, "l", "k", "b"), "n", 0), 1);
	assert_null(json_find(l, "l", "k", "c"));
	assert_null(json_find(l, "l", "x", ""));
	assert_null(json_find(l, "none", "k", "a"));
	assert_int_equal(json_count(v, "e"), 0);
	assert_null(json_item(v, "e", 0));
	assert_int_equal(json_count(v, "nope"), 0);
	assert_null(json_item(v, "nope", 0));
	assert_int_equal(json_count(v, "z"), 0);
	/* "Action": "s3:*" and one statement without brackets. */
	assert_int_equal(json_count(v, "s"), 1);
	assert_string_equal(json_text(json_item(v, "s", 0), ""), "one");
	assert_int_equal(json_count(v, "o"), 1);
	assert_int_equal(json_int_or(json_item(v, "o", 0), "x", 0), 1);
	assert_int_equal(json_count(v, "eo"), 1);
	assert_int_equal(json_count(v, "one"), 1);
	/* An object that happens to have a member of that name is no XML list. */
	assert_int_equal(json_count(v, "lo"), 1);
	assert_int_equal(json_int_or(json_item(v, "lo", 0), "y", 0), 1);
	assert_int_equal(json_count(v, "ll"), 2);
	assert_int_equal(json_count(json_item(v, "ll", 1), ""), 2);
	assert_int_equal(json_count(NULL, ""), 0);
}

static void
test_xml_lists(void **state)
{
	AUTO_REPLY *v = xml("<R><Users>\n <member><N>a</N></member>\n <member><N>b</N></member>"
			    "\n</Users><One><member>x</member></One><None/><Blank>\n  </Blank>"
			    "<Set><item><k>1</k></item></Set><Key>p</Key><Key>q</Key><Key/>"
			    "<Struct><member>m</member><Other>o</Other></Struct><W><B><N>1</N></"
			    "B><B><N>2</N></B></W>"
			    "<Lone>text</Lone><Hole><member/></Hole></R>");

	(void)state;
	assert_int_equal(json_count(v, "R.Users"), 2);
	assert_string_equal(json_text(json_item(v, "R.Users", 1), "N"), "b");
	assert_null(json_item(v, "R.Users", 2));
	assert_int_equal(json_count(v, "R.Users.member"), 2);
	assert_string_equal(json_text(json_item(v, "R.Users.member", 0), "N"), "a");
	assert_int_equal(json_count(v, "R.One"), 1);
	assert_string_equal(json_text(json_item(v, "R.One", 0), ""), "x");
	assert_int_equal(json_count(v, "R.None"), 0);
	assert_null(json_item(v, "R.None", 0));
	assert_int_equal(json_count(v, "R.Blank"), 0);
	assert_int_equal(json_count(v, "R.Set"), 1);
	assert_string_equal(json_text(json_item(v, "R.Set", 0), "k"), "1");
	assert_int_equal(json_count(v, "R.Key"), 3);
	assert_string_equal(json_text(json_item(v, "R.Key", 1), ""), "q");
	assert_string_equal(json_text(json_item(v, "R.Key", 2), ""), "");
	assert_int_equal(json_count(v, "R.Struct"), 1);
	assert_string_equal(json_text(json_item(v, "R.Struct", 0), "Other"), "o");
	assert_int_equal(json_count(v, "R.W.B"), 2);
	assert_int_equal(json_count(v, "R.Lone"), 1);
	assert_int_equal(json_count(v, "R.Hole"), 1);
	assert_int_equal(json_count(v, "R.Nope"), 0);
	/* An element taken out of the tree is a list, too. */
	assert_int_equal(json_count(json_item(v, "R.Users", 0), ""), 1);
	assert_int_equal(json_count(json_array_get(json_at(v, "R.Users"), 0), ""), 2);
	assert_string_equal(
	    json_text(json_item(json_array_get(json_at(v, "R.Users"), 0), "", 1), "N"), "b");
}

static void
test_print(void **state)
{
	AUTO_REPLY *v = json("{\"a\":[1,\"\xc3\xbc\"]}");
	AUTO_BUF b = BUF_INIT(BUF_MAX_LINE), small = BUF_INIT(4);

	(void)state;
	assert_true(json_print(&b, v, JSON_COMPACT | JSON_ENSURE_ASCII));
	assert_string_equal(buf_str(&b), "{\"a\":[1,\"\\u00FC\"]}");
	assert_false(json_print(&small, v, JSON_COMPACT));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse_refuses),
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_long_path),
		cmocka_unit_test(test_xml_paths),
		cmocka_unit_test(test_ints),
		cmocka_unit_test(test_bools_and_times),
		cmocka_unit_test(test_json_lists),
		cmocka_unit_test(test_xml_lists),
		cmocka_unit_test(test_print),
	};

	return RUN(tests);
}
