/* SPDX-License-Identifier: MIT */
/* Buckets: what is missing, which calls, and what a policy says and keeps. */
#include "core_test.h"

#include <jansson.h>

#include "bucket.h"
#include "json.h"

#define POLICY(statements) "{\"Version\":\"2012-10-17\",\"Statement\":[" statements "]}"
#define TLS                                                                                        \
	"{\"Sid\":\"OnlyTls\",\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"s3:*\","        \
	"\"Resource\":[\"arn:aws:s3:::logs\",\"arn:aws:s3:::logs/*\"],"                            \
	"\"Condition\":{\"Bool\":{\"aws:SecureTransport\":\"false\"}}}"
#define READERS                                                                                    \
	"{\"Sid\":\"Readers\",\"Effect\":\"Deny\",\"Principal\":{\"AWS\":[\"*\"]},"                \
	"\"Action\":[\"s3:Get*\"],\"Resource\":\"arn:aws:s3:::logs/*\","                           \
	"\"Condition\":{\"ArnNotLike\":{\"aws:PrincipalArn\":[\"arn:aws:iam::111122223333:root\"]" \
	"}}}"
#define WRITE(sid, resource, condition)                                                            \
	"{\"Sid\":\"" sid "\",\"Effect\":\"Allow\","                                               \
	"\"Principal\":{\"Service\":\"cloudtrail.amazonaws.com\"},\"Action\":\"s3:PutObject\","    \
	"\"Resource\":\"" resource "\",\"Condition\":{\"StringEquals\":{" condition "}}}"
#define OWN "arn:aws:s3:::logs/AWSLogs/111122223333/*"
#define SOURCE(trail)                                                                              \
	"\"aws:SourceArn\":\"arn:aws:cloudtrail:eu-west-1:111122223333:trail/" trail "\""
#define GOOD                                                                                       \
	"{\"region\":\"eu-west-1\",\"public\":false,\"error\":null,\"versioning\":\"Enabled\","    \
	"\"ownership\":\"BucketOwnerEnforced\",\"lifecycle\":null,"                                \
	"\"encryption\":{\"algorithm\":\"AES256\",\"kms_key\":null},"                              \
	"\"pab\":{\"BlockPublicAcls\":true,\"IgnorePublicAcls\":true,\"BlockPublicPolicy\":true,"  \
	"\"RestrictPublicBuckets\":true},\"policy\":" POLICY(TLS "," READERS) "}"

static json_t *
parse(const char *text)
{
	struct err e = { 0 };
	json_t *j = json_parse(text, strlen(text), &e);

	assert_non_null(j);
	return j;
}

static const struct bucket_plan plain = {
	.name = "logs", .region = "eu-west-1", .versioned = true
};

/* The operations for what is missing of `have`, as text. */
static void
expect_calls(const struct bucket_plan *want, const char *have, const char *calls)
{
	json_auto_t *fact = have != NULL ? parse(have) : NULL;
	enum aws_op_id ops[BUCKET_CALLS_MAX];
	AUTO_BUF b = BUF_INIT(BUF_MAX_LINE);
	size_t n = bucket_calls(bucket_missing(want, fact), ops);

	for (size_t i = 0; i < n; i++)
		buf_printf(&b, "%s%s", i > 0 ? " " : "", aws_op(ops[i])->action);
	assert_string_equal(buf_str(&b), calls);
}

/* GOOD with one member replaced. */
static char *
with(const char *member, const char *value)
{
	json_auto_t *fact = parse(GOOD);
	AUTO_BUF b = BUF_INIT(BUF_MAX_TEXT);

	json_object_set_new(fact, member, json_loads(value, JSON_DECODE_ANY, NULL));
	assert_true(json_print(&b, fact, JSON_COMPACT));
	return buf_take(&b);
}

static void
expect_with(const char *member, const char *value, const char *calls)
{
	AUTO_FREE char *fact = with(member, value);

	expect_calls(&plain, fact, calls);
}

static void
test_calls_for_a_new_bucket(void **state)
{
	struct bucket_plan year = plain;

	(void)state;
	expect_calls(&plain, NULL,
	    "CreateBucket PutPublicAccessBlock PutBucketTagging "
	    "PutBucketOwnershipControls PutBucketEncryption PutBucketVersioning");
	year.retention_days = 365;
	year.versioned = false;
	expect_calls(&year, "{\"error\":\"NoSuchBucket\"}",
	    "CreateBucket PutPublicAccessBlock "
	    "PutBucketTagging PutBucketOwnershipControls PutBucketEncryption "
	    "PutBucketLifecycleConfiguration");
}

static void
test_calls_for_what_is_missing(void **state)
{
	(void)state;
	expect_calls(&plain, GOOD, "");
	expect_with("versioning", "\"Suspended\"", "PutBucketVersioning");
	expect_with("versioning", "null", "PutBucketVersioning");
	expect_with("ownership", "\"ObjectWriter\"", "PutBucketOwnershipControls");
	expect_with("encryption", "null", "PutBucketEncryption");
	expect_with("encryption", "{\"algorithm\":\"aws:kms\",\"kms_key\":\"k\"}", "");
	expect_with("pab", "null", "PutPublicAccessBlock");
	expect_with("pab",
	    "{\"BlockPublicAcls\":true,\"IgnorePublicAcls\":true,"
	    "\"BlockPublicPolicy\":true,\"RestrictPublicBuckets\":false}",
	    "PutPublicAccessBlock");
}

#define RULE(id, days)                                                                             \
	"{\"ID\":[{\"\":\"" id "\"}],\"Status\":[{\"\":\"Enabled\"}],"                             \
	"\"Expiration\":[{\"Days\":[{\"\":\"" days "\"}]}]}"

static void
test_foreign_lifecycle_stays(void **state)
{
	struct bucket_plan year = plain;
	AUTO_FREE char *ours = with("lifecycle", "{\"Rule\":[" RULE("rootlock-expire", "90") "]}");
	AUTO_FREE char *theirs = with("lifecycle", "{\"Rule\":[" RULE("archive", "90") "]}");
	AUTO_FREE char *both = with(
	    "lifecycle", "{\"Rule\":[" RULE("rootlock-expire", "90") "," RULE("archive", "9") "]}");

	(void)state;
	year.retention_days = 365;
	expect_calls(&year, GOOD, "PutBucketLifecycleConfiguration");
	expect_calls(&year, ours, "PutBucketLifecycleConfiguration");
	expect_calls(&year, theirs, "");
	expect_calls(&year, both, "");
	year.retention_days = 90;
	expect_calls(&year, ours, "");
	year.retention_days = 0;
	expect_calls(&year, ours, "DeleteBucketLifecycle");
	expect_calls(&year, theirs, "");
}

static void
test_state(void **state)
{
	json_auto_t *there = parse(GOOD), *gone = parse("{\"error\":\"NoSuchBucket\"}");
	json_auto_t *closed = parse("{\"error\":\"AccessDenied\"}");
	json_auto_t *odd = parse("{\"error\":\"InternalError\"}");

	(void)state;
	assert_int_equal(bucket_state(there), BUCKET_THERE);
	assert_int_equal(bucket_state(gone), BUCKET_FREE);
	assert_int_equal(bucket_state(closed), BUCKET_CLOSED);
	assert_int_equal(bucket_state(odd), BUCKET_UNREAD);
	assert_int_equal(bucket_state(NULL), BUCKET_UNREAD);
}

static void
expect_fault(const char *fact, const char *part)
{
	json_auto_t *have = parse(fact);
	const char *fault = bucket_fault(have, "logs");

	if (part == NULL) {
		assert_null(fault);
		return;
	}
	assert_non_null(fault);
	assert_non_null(strstr(fault, part));
}

static void
expect_fault_with(const char *member, const char *value, const char *part)
{
	AUTO_FREE char *fact = with(member, value);

	expect_fault(fact, part);
}

static void
test_faults(void **state)
{
	(void)state;
	expect_fault(GOOD, NULL);
	expect_fault_with("public", "true", "everybody");
	expect_fault_with("pab", "null", "public access");
	expect_fault_with("versioning", "\"Suspended\"", "versioning");
	expect_fault_with("encryption", "null", "encryption");
	expect_fault_with("policy", "null", "TLS");
	expect_fault_with("policy", POLICY(READERS), "TLS");
	expect_fault_with("policy", POLICY(TLS), "may read the logs");
}

static bool
tls_only(const char *policy)
{
	json_auto_t *p = parse(policy);

	return bucket_tls_only(p, "logs");
}

static void
test_tls_only(void **state)
{
	(void)state;
	assert_true(tls_only(POLICY(TLS)));
	assert_false(bucket_tls_only(NULL, "logs"));
	/* The objects alone, an Allow, one principal, some actions, a second condition: not enough.
	 */
	assert_false(
	    tls_only(POLICY("{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"s3:*\","
			    "\"Resource\":\"arn:aws:s3:::logs/*\","
			    "\"Condition\":{\"Bool\":{\"aws:SecureTransport\":\"false\"}}}")));
	assert_false(
	    tls_only(POLICY("{\"Effect\":\"Deny\",\"Principal\":\"*\","
			    "\"Action\":\"s3:GetObject\",\"Resource\":\"*\","
			    "\"Condition\":{\"Bool\":{\"aws:SecureTransport\":\"false\"}}}")));
	assert_false(tls_only(
	    POLICY("{\"Effect\":\"Deny\",\"Principal\":{\"AWS\":"
		   "\"arn:aws:iam::111122223333:user/x\"},\"Action\":\"s3:*\",\"Resource\":\"*\","
		   "\"Condition\":{\"Bool\":{\"aws:SecureTransport\":\"false\"}}}")));
	assert_false(tls_only(
	    POLICY("{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"s3:*\","
		   "\"Resource\":\"*\",\"Condition\":{\"Bool\":{\"aws:SecureTransport\":\"false\"},"
		   "\"StringEquals\":{\"aws:username\":\"x\"}}}")));
	assert_false(tls_only(POLICY(
	    "{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"s3:*\","
	    "\"Resource\":\"*\",\"Condition\":{\"Bool\":{\"aws:SecureTransport\":\"true\"}}}")));
	assert_true(tls_only(POLICY(
	    "{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":[\"s3:*\"],"
	    "\"Resource\":\"*\",\"Condition\":{\"Bool\":{\"aws:securetransport\":[\"false\"]}}}")));
	/* Of another bucket. */
	json_auto_t *p = parse(POLICY(TLS));
	assert_false(bucket_tls_only(p, "bills"));
}

static void
test_readers(void **state)
{
	json_auto_t *p = parse(POLICY(TLS "," READERS)), *tls = parse(POLICY(TLS));

	(void)state;
	assert_true(bucket_readers_restricted(p, "logs", NULL));
	assert_false(bucket_readers_restricted(p, "logs", "Readers"));
	assert_false(bucket_readers_restricted(p, "bills", NULL));
	assert_false(bucket_readers_restricted(tls, "logs", NULL));
}

static bool
writes(const char *policy, const char *trail)
{
	json_auto_t *p = parse(policy);
	AUTO_FREE char *arn =
	    xasprintf("arn:aws:cloudtrail:eu-west-1:111122223333:trail/%s", trail);
	const struct bucket_ask ask = { "logs", "AWSLogs/111122223333/CloudTrail/x",
		"cloudtrail.amazonaws.com", "s3:PutObject", arn };

	return bucket_allows(p, &ask);
}

static void
test_allows(void **state)
{
	(void)state;
	assert_true(writes(POLICY(WRITE("A", OWN, SOURCE("one"))), "one"));
	assert_false(writes(POLICY(WRITE("A", OWN, SOURCE("one"))), "two"));
	assert_true(writes(POLICY(WRITE("A", OWN, SOURCE("*"))), "two"));
	assert_false(
	    writes(POLICY(WRITE("A", OWN, "\"aws:SourceAccount\":\"999999999999\"")), "one"));
	assert_true(
	    writes(POLICY(WRITE("A", OWN, "\"aws:SourceAccount\":\"111122223333\"")), "one"));
	assert_false(writes(
	    POLICY(WRITE("A", "arn:aws:s3:::logs/AWSLogs/999999999999/*", SOURCE("one"))), "one"));
	assert_true(writes(POLICY(TLS "," WRITE("A", OWN, SOURCE("one"))), "one"));
	assert_false(writes(POLICY("{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"s3:*\","
				   "\"Resource\":\"*\"}," WRITE("A", OWN, SOURCE("one"))),
	    "one"));
	assert_false(writes(POLICY(TLS), "one"));
}

static void
test_public_statement(void **state)
{
	json_auto_t *open = parse(POLICY(TLS ",{\"Sid\":\"World\",\"Effect\":\"Allow\","
					     "\"Principal\":\"*\",\"Action\":\"s3:GetObject\","
					     "\"Resource\":\"arn:aws:s3:::logs/*\"}"));
	json_auto_t *shut = parse(POLICY(TLS));

	(void)state;
	assert_string_equal(bucket_public_sid(open), "World");
	assert_null(bucket_public_sid(shut));
}

static void
test_named_readers(void **state)
{
	json_auto_t *p = parse(POLICY(
	    "{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":"
	    "[\"arn:aws:iam::999999999999:root\"]},\"Action\":[\"s3:GetObject\"],"
	    "\"Resource\":\"arn:aws:s3:::logs/*\"},"
	    "{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::888888888888:root\"},"
	    "\"Action\":\"s3:PutObject\",\"Resource\":\"arn:aws:s3:::logs/*\"}," WRITE(
		"A", OWN, SOURCE("one"))));
	struct strlist arns = { 0 };

	(void)state;
	bucket_named_readers(p, "logs", &arns);
	assert_int_equal(arns.n, 1);
	assert_string_equal(arns.items[0], "arn:aws:iam::999999999999:root");
	strlist_free(&arns);
}

/* The Sid that our statement for trail "one" gets in the policy. */
static void
expect_sid(const char *policy, bool shared, const char *sid)
{
	json_auto_t *base = policy != NULL ? parse(policy) : NULL;
	json_auto_t *want = parse(POLICY(WRITE("Write", OWN, SOURCE("one"))));
	json_auto_t *doc = bucket_keep_apart(base, want, shared);

	assert_string_equal(json_text(doc, "Statement.0.Sid"), sid);
}

static void
test_sids_of_others_stay(void **state)
{
	(void)state;
	expect_sid(NULL, false, "Write");
	expect_sid(POLICY(TLS), false, "Write");
	/* Ours already; ours without aws:SourceArn, as AWS advised before 2022. */
	expect_sid(POLICY(WRITE("Write", OWN, SOURCE("one"))), true, "Write");
	expect_sid(POLICY(WRITE("Write", OWN, "\"s3:x-amz-acl\":\"x\"")), false, "Write");
	/* Somebody else relies on it: another trail, another account, trails that share it. */
	expect_sid(POLICY(WRITE("Write", OWN, "\"s3:x-amz-acl\":\"x\"")), true, "WriteRootlock1");
	expect_sid(POLICY(WRITE("Write", OWN, SOURCE("two"))), false, "WriteRootlock1");
	expect_sid(
	    POLICY(WRITE("Write", "arn:aws:s3:::logs/AWSLogs/999999999999/*", SOURCE("one"))),
	    false, "WriteRootlock1");
	/* The next run finds its own statement again. */
	expect_sid(POLICY(WRITE("Write", OWN, SOURCE("two")) "," WRITE(
		       "WriteRootlock1", OWN, SOURCE("one"))),
	    false, "WriteRootlock1");
	expect_sid(POLICY(WRITE("Write", OWN, SOURCE("two")) "," WRITE(
		       "WriteRootlock1", OWN, SOURCE("three"))),
	    false, "WriteRootlock2");
}

static void
test_merge_keeps_others(void **state)
{
	json_auto_t *have =
	    parse("{\"policy\":" POLICY(READERS "," WRITE("Write", OWN, SOURCE("two"))) "}");
	json_auto_t *want = parse(POLICY(WRITE("Write", OWN, SOURCE("one")) "," TLS));
	json_auto_t *doc = bucket_keep_apart(json_at(have, "policy"), want, false);
	struct bucket_plan plan = plain;
	bool changed = false;

	(void)state;
	plan.policy = doc;
	assert_false(bucket_policy_has(&plan, have));
	json_t *merged = policydoc_merge(json_at(have, "policy"), doc, &changed);
	assert_true(changed);
	assert_int_equal(json_count(merged, "Statement"), 4);
	json_object_set_new(have, "policy", merged);
	assert_true(bucket_policy_has(&plan, have));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_calls_for_a_new_bucket),
		cmocka_unit_test(test_calls_for_what_is_missing),
		cmocka_unit_test(test_foreign_lifecycle_stays),
		cmocka_unit_test(test_state),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_tls_only),
		cmocka_unit_test(test_readers),
		cmocka_unit_test(test_allows),
		cmocka_unit_test(test_public_statement),
		cmocka_unit_test(test_named_readers),
		cmocka_unit_test(test_sids_of_others_stay),
		cmocka_unit_test(test_merge_keeps_others),
	};

	return RUN(tests);
}
