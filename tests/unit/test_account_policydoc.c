/* SPDX-License-Identifier: MIT */
/*
 * Addresses, documents, equality by meaning, merging by Sid.  That the
 * documents are AWS's own is compared in tests/e2e/test_policies_lint.py.
 */
#include "core_test.h"

#include <jansson.h>

#include "account.h"
#include "json.h"

static const struct aws_partition commercial = {
	.id = "aws",
	.global_region = "us-east-1",
	.signin_suffix = "signin.aws.amazon.com",
	.console = "console.aws.amazon.com",
};
static const struct aws_partition china = {
	.id = "aws-cn",
	.global_region = "cn-northwest-1",
	.signin_suffix = "signin.amazonaws.cn",
	.console = "console.amazonaws.cn",
};
static const struct account mine = {
	.caller.account = "111122223333", .partition = &commercial, .region = "eu-west-1"
};
static const struct account cn = {
	.caller.account = "111122223333", .partition = &china, .region = "cn-north-1"
};

static json_t *
parse(const char *text)
{
	struct err e = { .kind = ERR_NONE };
	json_t *v = json_parse(text, strlen(text), &e);

	if (v == NULL)
		fail_msg("%s: %s", e.text, text);
	return v;
}

/* ---- addresses ---------------------------------------------------------------------- */

static void
expect_console(const char *endpoint, const char *want)
{
	AUTO_BUF b = BUF_INIT(BUF_MAX_LINE);

	account_console_url(&mine, endpoint, "iam/home", &b);
	assert_string_equal(buf_str(&b), want);
}

static void
test_addresses(void **state)
{
	AUTO_BUF b = BUF_INIT(BUF_MAX_LINE);

	(void)state;
	account_arn(&mine, "cloudtrail", "eu-west-1", "trail/main", &b);
	assert_string_equal(buf_str(&b), "arn:aws:cloudtrail:eu-west-1:111122223333:trail/main");
	buf_reset(&b);
	account_arn(&cn, "iam", "", "user/alice", &b);
	assert_string_equal(buf_str(&b), "arn:aws-cn:iam::111122223333:user/alice");
	buf_reset(&b);
	account_sign_in_url(&mine, NULL, &b);
	assert_string_equal(buf_str(&b), "https://111122223333.signin.aws.amazon.com/console");
	buf_reset(&b);
	account_sign_in_url(&cn, "example-corp", &b);
	assert_string_equal(buf_str(&b), "https://example-corp.signin.amazonaws.cn/console");
}

static void
test_console(void **state)
{
	(void)state;
	expect_console(NULL, "https://console.aws.amazon.com/iam/home");
	expect_console("", "https://console.aws.amazon.com/iam/home");
	expect_console("http://127.0.0.1:5000", "http://127.0.0.1:5000/console/");
	expect_console("http://127.0.0.1:5000/", "http://127.0.0.1:5000/console/");
	expect_console("https://localhost", "https://localhost/console/");
	expect_console("https://LocalHost:1/", "https://LocalHost:1/console/");
	expect_console("http://[::1]:5000", "http://[::1]:5000/console/");
	expect_console(
	    "https://localhost.example.com:1", "https://console.aws.amazon.com/iam/home");
	expect_console(
	    "https://vpce-1.iam.amazonaws.com", "https://console.aws.amazon.com/iam/home");
}

/* ---- equality -------------------------------------------------------------------------- */

static void
compare(const char *a, const char *b, bool equal)
{
	json_auto_t *left = parse(a), *right = parse(b);

	if (policydoc_equal(left, right) != equal || policydoc_equal(right, left) != equal)
		fail_msg("%s, but: %s %s", equal ? "equal" : "not equal", a, b);
	assert_true(policydoc_equal(left, left) && policydoc_equal(right, right));
}

static void
test_equal(void **state)
{
	static const char *const pairs[][2] = {
		{ "{\"Action\":\"s3:*\"}", "{\"Action\":[\"s3:*\"]}" },
		{ "{\"Action\":[\"a:b\",\"c:d\"]}", "{\"Action\":[\"c:d\",\"a:b\"]}" },
		{ "{\"Action\":[\"a:b\",\"c:d\",\"a:b\"]}", "{\"Action\":[\"c:d\",\"a:b\"]}" },
		{ "{\"Action\":\"s3:GetObject\"}", "{\"Action\":\"S3:getobject\"}" },
		{ "{\"NotAction\":\"iam:*\"}", "{\"NotAction\":[\"IAM:*\"]}" },
		{ "{\"Effect\":\"Allow\",\"Sid\":\"x\"}", "{\"Sid\":\"x\",\"Effect\":\"Allow\"}" },
		{ "{\"Principal\":\"*\"}", "{\"Principal\":{\"AWS\":\"*\"}}" },
		{ "{\"Principal\":{\"AWS\":\"111122223333\"}}",
		    "{\"Principal\":{\"AWS\":[\"arn:aws:iam::111122223333:root\"]}}" },
		{ "{\"Condition\":{\"Bool\":{\"aws:SecureTransport\":false}}}",
		    "{\"Condition\":{\"Bool\":{\"aws:securetransport\":\"false\"}}}" },
		{ "{\"Condition\":{\"NumericLessThan\":{\"s3:max-keys\":10}}}",
		    "{\"Condition\":{\"NumericLessThan\":{\"s3:max-keys\":[\"10\"]}}}" },
		{ "{\"Condition\":{}}", "{}" },
		{ "{\"Statement\":{\"Sid\":\"a\",\"Condition\":{}}}",
		    "{\"Statement\":[{\"Sid\":\"a\"}]}" },
		{ "{\"Version\":\"2008-10-17\",\"Id\":\"x\",\"Statement\":[]}",
		    "{\"Statement\":[]}" },
		{ "{\"Statement\":[{\"Sid\":\"a\"},{\"Sid\":\"b\"}]}",
		    "{\"Statement\":[{\"Sid\":\"b\"},{\"Sid\":\"a\"}]}" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
		compare(pairs[i][0], pairs[i][1], true);
}

static void
test_not_equal(void **state)
{
	static const char *const pairs[][2] = {
		{ "{\"Action\":\"s3:*\"}", "{\"NotAction\":\"s3:*\"}" },
		{ "{\"Action\":\"s3:*\"}", "{\"Action\":[\"s3:*\",\"iam:*\"]}" },
		{ "{\"Action\":\"a\"}", "{\"Action\":\"a\\\",\\\"b\"}" },
		{ "{\"Action\":[]}", "{\"Action\":\"\"}" },
		{ "{\"Action\":[\"a\",\"b\"]}", "{\"Action\":\"a,b\"}" },
		{ "{\"Resource\":\"arn:aws:s3:::Bucket\"}",
		    "{\"Resource\":\"arn:aws:s3:::bucket\"}" },
		{ "{\"Principal\":\"*\"}", "{\"Principal\":{\"Service\":\"*\"}}" },
		{ "{\"Principal\":\"*\"}", "{\"NotPrincipal\":\"*\"}" },
		{ "{\"Principal\":{\"AWS\":\"111122223333\"}}",
		    "{\"Principal\":{\"AWS\":\"arn:aws:iam::111122223334:root\"}}" },
		{ "{\"Principal\":{\"AWS\":\"111122223333\"}}",
		    "{\"Principal\":{\"AWS\":\"arn:aws:iam::111122223333:user/root\"}}" },
		{ "{\"Condition\":{\"Bool\":{\"a:b\":\"true\"}}}",
		    "{\"Condition\":{\"BoolIfExists\":{\"a:b\":\"true\"}}}" },
		{ "{\"Condition\":{\"StringEquals\":{\"a:b\":\"X\"}}}",
		    "{\"Condition\":{\"StringEquals\":{\"a:b\":\"x\"}}}" },
		{ "{\"Version\":\"2012-10-17\"}", "{\"Version\":\"2008-10-17\"}" },
		{ "{\"Version\":\"2012-10-17\"}", "{}" },
		{ "{\"Sid\":\"a\"}", "{\"Sid\":\"A\"}" },
		{ "{\"Effect\":\"Allow\"}", "{\"Effect\":\"Deny\"}" },
		{ "{\"Statement\":[{\"Sid\":\"a\"}]}", "{\"Statement\":[]}" },
		{ "{\"Sid\":null}", "{\"Sid\":\"null\"}" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
		compare(pairs[i][0], pairs[i][1], false);
	json_auto_t *doc = parse("{}");
	assert_true(policydoc_equal(NULL, NULL));
	assert_false(policydoc_equal(doc, NULL));
	assert_false(policydoc_equal(NULL, doc));
}

/* ---- merging ---------------------------------------------------------------------------- */

#define S(sid, action) "{\"Sid\":\"" sid "\",\"Effect\":\"Allow\",\"Action\":\"" action "\"}"
#define BARE(action) "{\"Effect\":\"Deny\",\"Action\":\"" action "\"}"
#define DOC(statements) "{\"Version\":\"2012-10-17\",\"Statement\":[" statements "]}"

/* The merge of two documents reads `want` (order and all), and says whether it changed anything. */
static void
expect_merge(const char *base, const char *add, const char *want, bool change)
{
	json_auto_t *b = base != NULL ? parse(base) : NULL, *a = parse(add), *w = parse(want);
	json_auto_t *b_before = json_deep_copy(b), *a_before = json_deep_copy(a);
	bool changed = !change, again = true;
	json_auto_t *merged = policydoc_merge(b, a, &changed);

	if (!json_equal(merged, w)) {
		AUTO_FREE char *text = policydoc_text(merged);

		fail_msg("%s, not %s", text, want);
	}
	assert_int_equal(changed, change);
	/* A second merge changes nothing, and the arguments are as before. */
	json_auto_t *twice = policydoc_merge(merged, a, &again);
	assert_false(again);
	assert_true(policydoc_equal(twice, merged));
	assert_true(json_equal(a, a_before) && (b == NULL || json_equal(b, b_before)));
}

static void
test_merge(void **state)
{
	(void)state;
	expect_merge(NULL, DOC(S("a", "x:1")), DOC(S("a", "x:1")), true);
	expect_merge(DOC(S("a", "x:1")), DOC(S("a", "x:1")), DOC(S("a", "x:1")), false);
	expect_merge(DOC(S("a", "X:1")), DOC(S("a", "x:1")), DOC(S("a", "x:1")), false);
	expect_merge(DOC(S("a", "x:1") "," S("b", "x:2")), DOC(S("a", "x:3")),
	    DOC(S("a", "x:3") "," S("b", "x:2")), true);
	expect_merge(DOC(S("b", "x:2") "," BARE("x:9")), DOC(S("a", "x:1")),
	    DOC(S("b", "x:2") "," BARE("x:9") "," S("a", "x:1")), true);
	/* Statements without a Sid: kept, and added once. */
	expect_merge(DOC(BARE("x:9")), DOC(BARE("x:9")), DOC(BARE("x:9")), false);
	expect_merge(DOC(BARE("x:9")), DOC(BARE("x:8")), DOC(BARE("x:9") "," BARE("x:8")), true);
	/* A statement that stands without a list. */
	expect_merge("{\"Version\":\"2012-10-17\",\"Statement\":" S("a", "x:1") "}",
	    DOC(S("b", "x:2")), DOC(S("a", "x:1") "," S("b", "x:2")), true);
	/* A Sid that was used twice. */
	expect_merge(
	    DOC(S("a", "x:1") "," S("a", "x:2")), DOC(S("a", "x:3")), DOC(S("a", "x:3")), true);
	expect_merge(DOC(""), DOC(S("a", "x:1")), DOC(S("a", "x:1")), true);
	expect_merge("{\"Version\":\"2012-10-17\"}", DOC(S("a", "x:1")), DOC(S("a", "x:1")), true);
}

/* The version is the base's, for it decides what the base's variables mean. */
static void
test_merge_version(void **state)
{
#define OLD(statements) "{\"Version\":\"2008-10-17\",\"Id\":\"P\",\"Statement\":[" statements "]}"
	(void)state;
	expect_merge(
	    OLD(S("a", "x:1")), DOC(S("b", "x:2")), OLD(S("a", "x:1") "," S("b", "x:2")), true);
	expect_merge(
	    DOC(S("a", "x:1")), OLD(S("b", "x:2")), DOC(S("a", "x:1") "," S("b", "x:2")), true);
	expect_merge(NULL, OLD(S("b", "x:2")), OLD(S("b", "x:2")), true);
	/* Unless the new statements need variables. */
	expect_merge("{\"Version\":\"2008-10-17\",\"Statement\":[" S("a", "x:1") "]}",
	    DOC(S("b", "x:${aws:username}")), DOC(S("a", "x:1") "," S("b", "x:${aws:username}")),
	    true);
}

static void
test_without(void **state)
{
	json_auto_t *base = parse(DOC(S("a", "x:1") "," BARE("x:9") "," S("b", "x:2")));
	json_auto_t *add = parse(DOC(S("a", "other") "," BARE("x:9")));
	json_auto_t *want = parse(DOC(BARE("x:9") "," S("b", "x:2")));
	json_auto_t *got = policydoc_without(base, add);
	json_auto_t *all = policydoc_without(base, base);
	json_auto_t *none = policydoc_without(NULL, add);

	(void)state;
	assert_true(json_equal(got, want));
	assert_int_equal(json_array_size(json_object_get(all, "Statement")), 1);
	assert_int_equal(json_array_size(json_object_get(none, "Statement")), 0);
}

/* ---- documents ------------------------------------------------------------------------------ */

static void
test_cloudtrail(void **state)
{
	json_auto_t *d = policydoc_cloudtrail_bucket(&mine, "logs", NULL, "eu-west-1", "main");
	json_auto_t *empty = policydoc_cloudtrail_bucket(&mine, "logs", "", "eu-west-1", "main");
	json_auto_t *p = policydoc_cloudtrail_bucket(&cn, "logs", "a/b", "cn-north-1", "main");

	(void)state;
	assert_string_equal(json_text(d, "Statement.0.Resource"), "arn:aws:s3:::logs");
	assert_string_equal(
	    json_text(d, "Statement.1.Resource"), "arn:aws:s3:::logs/AWSLogs/111122223333/*");
	assert_string_equal(
	    json_text(json_at(d, "Statement.1.Condition.StringEquals"), "aws:SourceArn"),
	    "arn:aws:cloudtrail:eu-west-1:111122223333:trail/main");
	assert_true(policydoc_equal(d, empty));
	assert_string_equal(json_text(p, "Statement.1.Resource"),
	    "arn:aws-cn:s3:::logs/a/b/AWSLogs/111122223333/*");
	assert_string_equal(
	    json_text(p, "Statement.1.Principal.Service"), "cloudtrail.amazonaws.com");
}

/* Both reports can share a bucket: the second document adds only what the first lacks. */
static void
test_billing_documents_go_together(void **state)
{
	json_auto_t *cur2 = policydoc_export_bucket(&mine, "bills");
	json_auto_t *cur = policydoc_cur_bucket(&mine, "bills");
	json_auto_t *tls = policydoc_tls_only(&mine, "bills");
	bool changed = false;
	json_auto_t *both = policydoc_merge(cur2, cur, &changed);
	json_auto_t *all = policydoc_merge(both, tls, &changed);

	(void)state;
	assert_int_equal(json_count(cur2, "Statement"), 2);
	assert_int_equal(json_count(both, "Statement"), 3);
	assert_int_equal(json_count(all, "Statement"), 4);
	json_auto_t *back = policydoc_without(all, tls);
	assert_true(policydoc_equal(back, both));
}

/* The i-th ARN that policydoc_readers() spares. */
static const char *
spared(const json_t *d, size_t i)
{
	const json_t *list =
	    json_object_get(json_at(d, "Statement.0.Condition.ArnNotLike"), "aws:PrincipalArn");

	return json_string_value(json_array_get(list, i));
}

static void
test_readers(void **state)
{
	struct strlist arns = { 0 };
	const json_t *s;

	(void)state;
	strlist_add(&arns, "arn:aws:iam::111122223333:user/alice");
	strlist_add(&arns, "arn:aws:iam::111122223333:root");
	strlist_add(&arns, "arn:aws:iam::111122223333:user/alice");
	strlist_add(&arns, "arn:aws:sts::111122223333:assumed-role/Audit/session");
	json_auto_t *d = policydoc_readers(&mine, "logs", &arns);
	assert_string_equal(spared(d, 0), "arn:aws:iam::111122223333:root");
	assert_string_equal(spared(d, 1), "arn:aws:iam::111122223333:user/alice");
	assert_string_equal(spared(d, 2), "arn:aws:iam::111122223333:role/Audit");
	assert_string_equal(spared(d, 3), "arn:aws:iam::111122223333:role/*/Audit");
	assert_null(spared(d, 4));
	/* Reads only: no policy action, no write. */
	s = json_at(d, "Statement.0");
	assert_int_equal(json_count(s, "Action"), 2);
	for (size_t i = 0; i < 2; i++) {
		const char *action = json_text(json_item(s, "Action", i), "");

		assert_true(
		    strcmp(action, "s3:GetObject*") == 0 || strcmp(action, "s3:ListBucket*") == 0);
	}
	assert_string_equal(json_text(s, "Effect"), "Deny");
	strlist_free(&arns);
	json_auto_t *only_root = policydoc_readers(&mine, "logs", NULL);
	assert_non_null(spared(only_root, 0));
	assert_null(spared(only_root, 1));
}

/* Characters without blanks; limits of inline policies (IAM quotas): 5,120 for a group. */
static void
test_require_mfa_fits(void **state)
{
	json_auto_t *d = policydoc_require_mfa(&mine);
	json_auto_t *in_china = policydoc_require_mfa(&cn);
	AUTO_FREE char *text = policydoc_text(d);
	AUTO_FREE char *chinese = policydoc_text(in_china);

	(void)state;
	assert_int_equal(json_count(d, "Statement"), 9);
	assert_true(strlen(text) < 5120);
	assert_null(strstr(chinese, "arn:aws:"));
	assert_non_null(strstr(chinese, "arn:aws-cn:iam::*:user/${aws:username}"));
}

/* Plain Bool would let through who does not have the key: a long-term key, an unsigned request. */
static void
test_denies_without_the_key(void **state)
{
	json_auto_t *mfa = policydoc_require_mfa(&mine);
	json_auto_t *readers = policydoc_readers(&mine, "logs", NULL);
	const json_t *deny = json_at(mfa, "Statement.8");
	const json_t *c = json_at(readers, "Statement.0.Condition");

	(void)state;
	assert_string_equal(json_text_or(deny, "Effect", ""), "Deny");
	assert_string_equal(
	    json_text_or(deny, "Condition.BoolIfExists.aws:MultiFactorAuthPresent", ""), "false");
	assert_string_equal(json_text_or(c, "BoolIfExists.aws:PrincipalIsAWSService", ""), "false");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_console),
		cmocka_unit_test(test_equal),
		cmocka_unit_test(test_not_equal),
		cmocka_unit_test(test_merge),
		cmocka_unit_test(test_merge_version),
		cmocka_unit_test(test_without),
		cmocka_unit_test(test_cloudtrail),
		cmocka_unit_test(test_billing_documents_go_together),
		cmocka_unit_test(test_readers),
		cmocka_unit_test(test_require_mfa_fits),
		cmocka_unit_test(test_denies_without_the_key),
	};

	return RUN(tests);
}
