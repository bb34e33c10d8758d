/* SPDX-License-Identifier: MIT */
#include "core_test.h"

#include "json.h"
#include "xml.h"

/* The tree of an XML text, printed. */
static void
tree_is(const char *src, const char *expected)
{
	struct err e = { .kind = ERR_NONE };
	AUTO_REPLY *v = xml_parse(src, strlen(src), &e);
	AUTO_BUF b = BUF_INIT(BUF_MAX_TEXT);

	if (v == NULL)
		fail_msg("%s: %s", src, e.text);
	assert_true(json_print(&b, v, JSON_COMPACT | JSON_SORT_KEYS));
	assert_string_equal(buf_str(&b), expected);
}

static void
refused(const char *src, size_t len, const char *why)
{
	struct err e = { .kind = ERR_NONE };

	assert_null(xml_parse(src, len, &e));
	assert_int_equal(e.kind, ERR_AWS);
	assert_true(err_is(&e, "MalformedReply"));
	if (strstr(e.text, why) == NULL)
		fail_msg("%s instead of %s", e.text, why);
	assert_null(xml_parse(src, len, NULL));
}

static void
test_shape(void **state)
{
	(void)state;
	tree_is("<a/>", "{\"a\":[{\"\":\"\"}]}");
	tree_is("<a>text</a>", "{\"a\":[{\"\":\"text\"}]}");
	tree_is("<a> <b>1</b>\n<b>2</b> </a>", "{\"a\":[{\"b\":[{\"\":\"1\"},{\"\":\"2\"}]}]}");
	tree_is("<a>x<b/>y</a>", "{\"a\":[{\"\":\"xy\",\"b\":[{\"\":\"\"}]}]}");
	tree_is("<a> </a>", "{\"a\":[{\"\":\" \"}]}");
	tree_is("<a>&lt;&amp;&#x41;<![CDATA[<b>]]></a>", "{\"a\":[{\"\":\"<&A<b>\"}]}");
	tree_is("<?xml version=\"1.0\"?><!-- c --><a><!-- d -->1<?p i?>2</a>",
	    "{\"a\":[{\"\":\"12\"}]}");
	tree_is("<a xmlns=\"http://x/\" xsi:type=\"t\"><s:b xmlns:s=\"y\">1</s:b></a>",
	    "{\"a\":[{\"b\":[{\"\":\"1\"}]}]}");
	tree_is("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>\xfc</a>",
	    "{\"a\":[{\"\":\"\xc3\xbc\"}]}");
}

static void
test_real_reply(void **state)
{
	static const char reply[] =
	    "<ListUsersResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\">"
	    "<ListUsersResult><IsTruncated>false</IsTruncated><Users><member><Path>/</Path>"
	    "<UserName>alice</UserName></member></Users></ListUsersResult><ResponseMetadata>"
	    "<RequestId>7a62c49f</RequestId></ResponseMetadata></ListUsersResponse>";
	AUTO_REPLY *v = xml_parse(BYTES(reply), NULL);

	(void)state;
	assert_string_equal(
	    json_text(v, "ListUsersResponse.ResponseMetadata.RequestId"), "7a62c49f");
	assert_false(json_bool(v, "ListUsersResponse.ListUsersResult.IsTruncated"));
	assert_int_equal(json_count(v, "ListUsersResponse.ListUsersResult.Users"), 1);
}

static void
test_malformed(void **state)
{
	(void)state;
	refused("", 0, "");
	refused(BYTES("<a>"), "");
	refused(BYTES("<a></b>"), "mismatched");
	refused(BYTES("<a/><b/>"), "");
	refused(BYTES("<html><body>Sorry<br></body></html>"), "");
	refused(BYTES("not xml\x1b[2J"), "");
	refused(BYTES("<a>\xff</a>"), "");
	refused(BYTES("<a>&undefined;</a>"), "");
	refused(BYTES("<a>\0</a>"), "");
	refused(BYTES("{\"json\": 1}"), "");
	refused(BYTES("<a><b:>x</b:></a>"), "without a name");
	refused(BYTES("<a b=\"1\" b=\"2\"/>"), "duplicate");
}

/* No entity of any kind: no bombs, no files. */
static void
test_doctype(void **state)
{
	(void)state;
	refused(BYTES("<!DOCTYPE a><a/>"), "document type");
	refused(BYTES("<!DOCTYPE a [<!ENTITY b \"cc\"><!ENTITY c \"&b;&b;\">]><a>&c;</a>"),
	    "document type");
	refused(BYTES("<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>"),
	    "document type");
	refused(BYTES("<!DOCTYPE a SYSTEM \"http://127.0.0.1/x.dtd\"><a/>"), "document type");
}

static void
test_depth(void **state)
{
	AUTO_BUF b = BUF_INIT(BUF_MAX_TEXT);
	json_t *v;

	(void)state;
	for (int i = 0; i < XML_MAX_DEPTH; i++)
		buf_puts(&b, "<a>");
	for (int i = 0; i < XML_MAX_DEPTH; i++)
		buf_puts(&b, "</a>");
	v = xml_parse(buf_str(&b), b.len, NULL);
	assert_non_null(v);
	json_decref(v);
	buf_reset(&b);
	for (int i = 0; i <= XML_MAX_DEPTH; i++)
		buf_puts(&b, "<a>");
	refused(buf_str(&b), b.len, "too deeply");
	for (int i = 0; i < 10000; i++)
		buf_puts(&b, "<a>");
	refused(buf_str(&b), b.len, "too deeply");
}

static void
test_caps(void **state)
{
	AUTO_BUF b = BUF_INIT(BUF_MAX_REPLY * 2);

	(void)state;
	buf_puts(&b, "<a");
	for (int i = 0; i < 65; i++)
		buf_printf(&b, " b%d=''", i);
	buf_puts(&b, "/>");
	refused(buf_str(&b), b.len, "too many attributes");
	buf_reset(&b);
	buf_puts(&b, "<a>");
	for (int i = 0; i < XML_MAX_NODES; i++)
		buf_puts(&b, "<b/>");
	buf_puts(&b, "</a>");
	refused(buf_str(&b), b.len, "too many elements");
	buf_reset(&b);
	while (b.len <= BUF_MAX_REPLY)
		buf_puts(&b, "                                                                ");
	refused(buf_str(&b), b.len, "too large");
}

/* Each allocation of the libraries fails once: a reply or an error, no crash. */
static void
test_without_memory(void **state)
{
	static const char src[] = "<a><b>1</b><b>2</b><c d=\"e\">text</c></a>";
	int status;

	(void)state;
	for (unsigned long n = 1; n < 200; n += 3) {
		pid_t pid = fork();

		if (pid == 0) {
			struct err e = { .kind = ERR_NONE };
			json_t *v;

			if (freopen("/dev/null", "w", stderr) == NULL)
				_exit(9);
			alloc_fail_at(n, false);
			v = xml_parse(BYTES(src), &e);
			_exit((v == NULL) == (e.kind == ERR_AWS) ? 0 : 9);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFEXITED(status));
		assert_true(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 255);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shape),
		cmocka_unit_test(test_real_reply),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_doctype),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_caps),
		cmocka_unit_test(test_without_memory),
	};

	return RUN(tests);
}
