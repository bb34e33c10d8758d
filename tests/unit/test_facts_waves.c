/* SPDX-License-Identifier: MIT */
/* Waves: which calls are made together, what becomes of the answers.  The network is a table. */
#include "core_test.h"

#include <jansson.h>

#include "../../src/account/facts_read.h"
#include "json.h"
#include "text.h"
#include "xml.h"

#define CALLS_MAX 200

/* One answer: for the n-th call of the operation (0: every one), XML or JSON, or an error code. */
struct answer {
	enum aws_op_id op;
	int nth;
	const char *body; /* '<' begins XML */
	const char *code;
	enum err_kind kind;
};

static struct fake {
	const struct answer *answers;
	int waves, pauses, calls;
	struct call {
		enum aws_op_id op;
		int wave;
		char region[32], bucket[64];
		json_t *params;
	} call[CALLS_MAX];
	bool cancel_pause;
} fake;

static int
count(enum aws_op_id op)
{
	int n = 0;

	for (int i = 0; i < fake.calls; i++)
		n += fake.call[i].op == op;
	return n;
}

static void
answer(struct aws_fetch *f)
{
	int nth = count(f->req.op);

	for (const struct answer *a = fake.answers; a->op != OP_NONE; a++) {
		if (a->op != f->req.op || (a->nth != 0 && a->nth != nth))
			continue;
		if (a->code != NULL) {
			f->err.kind = a->kind != ERR_NONE ? a->kind : ERR_AWS;
			snprintf(f->err.code, sizeof f->err.code, "%s", a->code);
			snprintf(
			    f->err.operation, sizeof f->err.operation, "%s", aws_op(a->op)->action);
			return;
		}
		f->reply = a->body[0] == '<' ? xml_parse(a->body, strlen(a->body), &f->err)
					     : json_parse(a->body, strlen(a->body), &f->err);
		assert_non_null(f->reply);
		return;
	}
	fail_msg("unexpected call %s", aws_op(f->req.op)->action);
}

/* Lists come as one array of items, as aws_fetch_many() gives them. */
static void
flatten(struct aws_fetch *f)
{
	const char *list = aws_op(f->req.op)->list;
	json_t *items;

	if (list == NULL || f->reply == NULL)
		return;
	items = json_array();
	for (size_t i = 0; i < json_count(f->reply, list); i++)
		json_array_append(items, (json_t *)(uintptr_t)json_item(f->reply, list, i));
	json_decref(f->reply);
	f->reply = items;
}

static void
fake_call(struct aws_fetch *f)
{
	struct call *c = &fake.call[fake.calls++];

	assert_true(fake.calls < CALLS_MAX);
	*c = (struct call){ .op = f->req.op, .wave = fake.waves };
	if (f->req.region != NULL)
		snprintf(c->region, sizeof c->region, "%s", f->req.region);
	if (f->req.bucket != NULL)
		snprintf(c->bucket, sizeof c->bucket, "%s", f->req.bucket);
	c->params = json_deep_copy(f->req.params);
	snprintf(f->request_id, sizeof f->request_id, "req-%d", fake.calls);
	answer(f);
	flatten(f);
}

/* A wave: all that can begin; then all of it ends. */
static void
fake_fetch(struct aws *aws, const struct aws_feed *feed)
{
	struct aws_fetch *f[CALLS_MAX];
	size_t n;

	(void)aws;
	do {
		for (n = 0; n < CALLS_MAX && (f[n] = feed->next(feed->arg)) != NULL; n++)
			;
		fake.waves += n > 0;
		for (size_t i = 0; i < n; i++)
			fake_call(f[i]);
		for (size_t i = 0; i < n; i++)
			feed->ended(feed->arg, f[i]);
	} while (n > 0);
}

static bool
fake_pause(struct aws *aws, int ms, struct err *e)
{
	(void)aws;
	assert_int_equal(ms, 2000);
	fake.pauses++;
	return !fake.cancel_pause || err_set(e, ERR_CANCELLED, "stopped");
}

static struct account account = { .caller = { .account = "111122223333", .root = true } };

static struct facts *
start(const struct answer *answers)
{
	struct facts *f = facts_new(NULL, &account);

	for (int i = 0; i < fake.calls; i++)
		json_decref(fake.call[i].params);
	fake = (struct fake){ .answers = answers };
	f->fetch = fake_fetch;
	f->pause = fake_pause;
	return f;
}

static void
need(struct facts *f, unsigned mask)
{
	struct err e = { 0 };

	assert_true(facts_need(f, mask, &e));
}

static int
wave_of(enum aws_op_id op)
{
	for (int i = 0; i < fake.calls; i++)
		if (fake.call[i].op == op)
			return fake.call[i].wave;
	return 0;
}

/* ---- answers ------------------------------------------------------------------------- */

#define SUMMARY                                                                                    \
	"<GetAccountSummaryResult><SummaryMap>"                                                    \
	"<entry><key>AccountMFAEnabled</key><value>0</value></entry>"                              \
	"<entry><key>AccountAccessKeysPresent</key><value>1</value></entry>"                       \
	"</SummaryMap></GetAccountSummaryResult>"
#define EMPTY(result, list) "<" result "><" list "/></" result ">"
/* user,password_last_used / alice,2026 */
#define REPORT_BASE64 "dXNlcixwYXNzd29yZF9sYXN0X3VzZWQKYWxpY2UsMjAyNgo="

/*
 * xml_parse() gives {"R": [...]}; replies of query services start below the
 * response element, so each body here is that level itself.
 */
static const struct answer fresh[] = {
	{ .op = OP_IAM_GET_ACCOUNT_SUMMARY, .body = SUMMARY },
	{ .op = OP_IAM_GET_ACCOUNT_PASSWORD_POLICY, .code = "NoSuchEntity" },
	{ .op = OP_IAM_LIST_ACCOUNT_ALIASES,
	    .body = EMPTY("ListAccountAliasesResult", "AccountAliases") },
	{ .op = OP_IAM_GET_ACCOUNT_AUTHORIZATION_DETAILS,
	    .body = EMPTY("GetAccountAuthorizationDetailsResult", "UserDetailList") },
	{ .op = OP_IAM_LIST_VIRTUAL_MFA_DEVICES,
	    .body = EMPTY("ListVirtualMFADevicesResult", "VirtualMFADevices") },
	{ .op = OP_IAM_GENERATE_CREDENTIAL_REPORT,
	    .body = "<GenerateCredentialReportResult><State>COMPLETE</State>"
		    "</GenerateCredentialReportResult>" },
	{ .op = OP_IAM_GET_CREDENTIAL_REPORT,
	    .body = "<GetCredentialReportResult><Content>" REPORT_BASE64 "</Content>"
		    "<GeneratedTime>2026-11-24T10:00:00Z</GeneratedTime>"
		    "</GetCredentialReportResult>" },
	{ .op = OP_CT_DESCRIBE_TRAILS, .body = "{\"trailList\":[]}" },
	{ .op = OP_CUR_DESCRIBE_REPORT_DEFINITIONS, .body = "{\"ReportDefinitions\":[]}" },
	{ .op = OP_BCM_LIST_EXPORTS, .body = "{\"Exports\":[]}" },
	{ .op = OP_IAM_LIST_ACCESS_KEYS,
	    .body = EMPTY("ListAccessKeysResult", "AccessKeyMetadata") },
	{ .op = OP_IAM_LIST_SIGNING_CERTIFICATES,
	    .body = EMPTY("ListSigningCertificatesResult", "Certificates") },
	{ .op = OP_IAM_LIST_MFA_DEVICES, .body = EMPTY("ListMFADevicesResult", "MFADevices") },
	{ .op = OP_NONE },
};

static void
test_cold_audit_is_two_waves(void **state)
{
	struct facts *f = start(fresh);

	(void)state;
	need(f, FACT_ALL & ~FACT(USER_KEYS));
	assert_int_equal(fake.waves, 2);
	assert_int_equal(fake.calls, 13);
	assert_int_equal(wave_of(OP_IAM_GENERATE_CREDENTIAL_REPORT), 1);
	assert_int_equal(wave_of(OP_IAM_GET_CREDENTIAL_REPORT), 2);
	assert_int_equal(fake.pauses, 0);
	for (int id = 0; id < FACT_USER_KEYS; id++)
		assert_non_null(facts_value(f, (enum fact_id)id));
	assert_int_equal(json_int_or(facts_value(f, FACT_SUMMARY), "AccountMFAEnabled", -1), 0);
	assert_true(json_is_null(facts_value(f, FACT_PASSWORD_POLICY)));
	assert_int_equal(json_array_size(facts_value(f, FACT_ALIASES)), 0);
	assert_string_equal(
	    json_text(facts_value(f, FACT_REPORT), "rows.alice.password_last_used"), "2026");
	assert_int_equal(json_int_or(facts_value(f, FACT_REPORT), "generated", 0), 1795514400);
	assert_string_equal(facts_get(f, FACT_SUMMARY)->request_id, "req-1");
	/* known: nothing more is asked */
	need(f, FACT_ALL & ~FACT(USER_KEYS));
	assert_int_equal(fake.calls, 13);
	facts_free(f);
}

static void
test_only_what_is_needed(void **state)
{
	struct facts *f = start(fresh);

	(void)state;
	need(f, FACT(TRAIL_STATUS));
	assert_int_equal(fake.calls, 1);
	assert_int_equal(count(OP_CT_DESCRIBE_TRAILS), 1);
	facts_free(f);
}

/* ---- the report ------------------------------------------------------------------------ */

static const struct answer slow_report[] = {
	{ .op = OP_IAM_GENERATE_CREDENTIAL_REPORT,
	    .body = "<GenerateCredentialReportResult><State>STARTED</State>"
		    "</GenerateCredentialReportResult>" },
	{ .op = OP_IAM_GET_CREDENTIAL_REPORT, .nth = 1, .code = "ReportNotPresent" },
	{ .op = OP_IAM_GET_CREDENTIAL_REPORT, .nth = 2, .code = "ReportInProgress" },
	{ .op = OP_IAM_GET_CREDENTIAL_REPORT,
	    .body = "<GetCredentialReportResult><Content>" REPORT_BASE64 "</Content>"
		    "</GetCredentialReportResult>" },
	{ .op = OP_CT_DESCRIBE_TRAILS,
	    .body =
		"{\"trailList\":[{\"Name\":\"t\",\"TrailARN\":\"arn:aws:cloudtrail:us-east-1:"
		"111122223333:trail/t\",\"HomeRegion\":\"us-east-1\",\"S3BucketName\":\"b\"},"
		"{\"Name\":\"t\",\"TrailARN\":\"arn:aws:cloudtrail:us-east-1:"
		"111122223333:trail/t\",\"HomeRegion\":\"us-east-1\",\"S3BucketName\":\"b\"}]}" },
	{ .op = OP_CT_GET_TRAIL_STATUS, .body = "{\"IsLogging\":true}" },
	{ .op = OP_CT_GET_EVENT_SELECTORS, .code = "AccessDeniedException" },
	{ .op = OP_NONE },
};

static void
test_report_is_waited_for_alone(void **state)
{
	struct facts *f = start(slow_report);
	const json_t *status;

	(void)state;
	need(f, FACT(REPORT) | FACT(TRAIL_STATUS));
	assert_int_equal(fake.pauses, 2);
	assert_int_equal(wave_of(OP_CT_GET_TRAIL_STATUS), 2);
	assert_non_null(facts_value(f, FACT_REPORT));
	/* one trail, although it was listed twice */
	assert_int_equal(json_array_size(facts_value(f, FACT_TRAILS)), 1);
	status = json_object_get(
	    facts_value(f, FACT_TRAIL_STATUS), "arn:aws:cloudtrail:us-east-1:111122223333:trail/t");
	assert_true(json_bool(status, "status.IsLogging"));
	assert_true(json_is_null(json_at(status, "selectors")));
	assert_string_equal(json_text(status, "error"), "AccessDeniedException");
	facts_free(f);
}

static void
test_cancel_while_waiting(void **state)
{
	struct facts *f = start(slow_report);
	struct err e = { 0 };

	(void)state;
	fake.cancel_pause = true;
	assert_false(facts_need(f, FACT(REPORT) | FACT(TRAILS), &e));
	assert_int_equal(e.kind, ERR_CANCELLED);
	assert_false(facts_get(f, FACT_REPORT)->known);
	assert_true(facts_get(f, FACT_TRAILS)->known);
	/* it can be taken up again */
	fake.cancel_pause = false;
	need(f, FACT(REPORT));
	assert_non_null(facts_value(f, FACT_REPORT));
	facts_free(f);
}

static const struct answer no_report[] = {
	{ .op = OP_IAM_GENERATE_CREDENTIAL_REPORT, .code = "AccessDenied" },
	{ .op = OP_NONE },
};

static void
test_report_not_allowed(void **state)
{
	struct facts *f = start(no_report);
	struct finding finding;

	(void)state;
	need(f, FACT(REPORT));
	assert_null(facts_value(f, FACT_REPORT));
	assert_int_equal(count(OP_IAM_GET_CREDENTIAL_REPORT), 0);
	finding_init(&finding);
	assert_true(finding_unreadable(&finding, f, FACT(REPORT)));
	assert_string_equal(finding.reason, "not allowed: iam:GenerateCredentialReport");
	assert_int_equal(finding.status, CHECK_UNKNOWN);
	finding_free(&finding);
	facts_free(f);
}

/* ---- users ---------------------------------------------------------------------------------- */

#define USER(name) "<member><UserName>" name "</UserName><Path>/</Path></member>"
#define DEVICES(members)                                                                           \
	"<ListMFADevicesResult><MFADevices>" members "</MFADevices></ListMFADevicesResult>"
#define PASSWORD "<GetLoginProfileResult><LoginProfile/></GetLoginProfileResult>"

/* red: password, no MFA; green: MFA by a virtual device; api: no password; new: not in the report
 */
static const char users_csv[] = "user,password_enabled,mfa_active\n"
				"red,true,false\ngreen,true,true\napi,false,false\n";

static void
user_answers(struct answer out[10], struct buf *report)
{
	AUTO_BUF base64 = BUF_INIT(BUF_MAX_TEXT);
	const struct answer a[] = {
		{ .op = OP_IAM_GET_ACCOUNT_AUTHORIZATION_DETAILS,
		    .body = "<GetAccountAuthorizationDetailsResult><UserDetailList>" USER("red")
			USER("green") USER("api") USER(
			    "new") "</UserDetailList></GetAccountAuthorizationDetailsResult>" },
		{ .op = OP_IAM_LIST_VIRTUAL_MFA_DEVICES,
		    .body = "<ListVirtualMFADevicesResult><VirtualMFADevices><member>"
			    "<SerialNumber>arn:g</SerialNumber><User><UserName>green</UserName>"
			    "<Arn>arn:aws:iam::111122223333:user/green</Arn></User></member>"
			    "</VirtualMFADevices></ListVirtualMFADevicesResult>" },
		{ .op = OP_IAM_GENERATE_CREDENTIAL_REPORT,
		    .body = "<GenerateCredentialReportResult/>" },
		{ .op = OP_IAM_GET_CREDENTIAL_REPORT, .body = NULL },
		{ .op = OP_IAM_GET_LOGIN_PROFILE, .nth = 1, .body = PASSWORD },
		{ .op = OP_IAM_GET_LOGIN_PROFILE, .code = "NoSuchEntity" },
		{ .op = OP_IAM_LIST_MFA_DEVICES,
		    .nth = 1,
		    .body = DEVICES("<member><SerialNumber>arn:r</SerialNumber></member>") },
		{ .op = OP_IAM_LIST_MFA_DEVICES, .body = DEVICES("") },
		{ .op = OP_NONE },
	};

	memcpy(out, a, sizeof a);
	text_base64(&base64, (const unsigned char *)users_csv, sizeof users_csv - 1);
	buf_printf(report,
	    "<GetCredentialReportResult><Content>%s</Content></GetCredentialReportResult>",
	    buf_str(&base64));
	out[3].body = buf_str(report);
}

static const json_t *
user_mfa(const struct facts *f, const char *name)
{
	return json_object_get(facts_value(f, FACT_USER_MFA), name);
}

static void
test_users_red_or_new_are_looked_at(void **state)
{
	AUTO_BUF report = BUF_INIT(BUF_MAX_TEXT);
	struct answer answers[10];

	(void)state;
	user_answers(answers, &report);
	struct facts *f = start(answers);
	need(f, FACT(USER_MFA));
	assert_int_equal(count(OP_IAM_GET_LOGIN_PROFILE), 2);
	assert_int_equal(count(OP_IAM_LIST_MFA_DEVICES), 2);
	assert_int_equal(json_object_size(facts_value(f, FACT_USER_MFA)), 4);
	/* repaired since the report was made */
	assert_true(json_bool(user_mfa(f, "red"), "mfa"));
	assert_true(json_bool(user_mfa(f, "red"), "live"));
	assert_string_equal(json_text(user_mfa(f, "red"), "devices.0"), "arn:r");
	assert_false(json_bool(user_mfa(f, "green"), "live"));
	assert_string_equal(json_text(user_mfa(f, "green"), "devices.0"), "arn:g");
	assert_false(json_bool(user_mfa(f, "api"), "password"));
	assert_false(json_bool(user_mfa(f, "api"), "live"));
	assert_false(json_bool(user_mfa(f, "new"), "password"));
	assert_true(json_bool(user_mfa(f, "new"), "live"));
	facts_free(f);
}

static void
test_touched_users_are_looked_at(void **state)
{
	AUTO_BUF report = BUF_INIT(BUF_MAX_TEXT);
	struct answer answers[10];

	(void)state;
	user_answers(answers, &report);
	struct facts *f = start(answers);
	need(f, FACT(USER_MFA));
	facts_touch_user(f, "green");
	assert_false(facts_get(f, FACT_USER_MFA)->known);
	need(f, FACT(USER_MFA));
	assert_true(json_bool(user_mfa(f, "green"), "live"));
	assert_false(json_bool(user_mfa(f, "green"), "mfa"));
	assert_int_equal(count(OP_IAM_GET_ACCOUNT_AUTHORIZATION_DETAILS), 1);
	facts_free(f);
}

/* ---- AUTH ---------------------------------------------------------------------------------------
 */

static const struct answer details[] = {
	{ .op = OP_IAM_GET_ACCOUNT_AUTHORIZATION_DETAILS,
	    .body =
		"<GetAccountAuthorizationDetailsResult><UserDetailList><member>"
		"<UserName>bob</UserName><UserPolicyList><member><PolicyName>p</PolicyName>"
		"<PolicyDocument>%7B%22Statement%22%3A%5B%5D%7D</PolicyDocument></member>"
		"</UserPolicyList><GroupList/></member></UserDetailList><Policies>"
		"<member><Arn>arn:aws:iam::aws:policy/Unused</Arn><AttachmentCount>0"
		"</AttachmentCount></member>"
		"<member><Arn>arn:aws:iam::aws:policy/Used</Arn><AttachmentCount>2"
		"</AttachmentCount><PolicyVersionList><member><VersionId>v2</VersionId>"
		"<IsDefaultVersion>false</IsDefaultVersion>"
		"<Document>%7B%22Version%22%3A%222008-10-17%22%7D</Document></member>"
		"<member><VersionId>v1</VersionId>"
		"<IsDefaultVersion>true</IsDefaultVersion>"
		"<Document>%7B%22Version%22%3A%222012-10-17%22%7D</Document></member>"
		"</PolicyVersionList></member></Policies></GetAccountAuthorizationDetailsResult>" },
	{ .op = OP_NONE },
};

static void
test_documents_are_decoded(void **state)
{
	struct facts *f = start(details);
	const json_t *auth;

	(void)state;
	need(f, FACT(AUTH));
	auth = facts_value(f, FACT_AUTH);
	assert_int_equal(json_count(auth, "users"), 1);
	assert_string_equal(json_text(auth, "users.0.UserName"), "bob");
	assert_true(json_is_object(json_at(auth, "users.0.UserPolicyList.0.PolicyDocument")));
	assert_int_equal(json_count(auth, "users.0.UserPolicyList.0.PolicyDocument.Statement"), 0);
	assert_int_equal(json_count(auth, "users.0.GroupList"), 0);
	assert_int_equal(json_count(auth, "policies"), 1);
	assert_string_equal(
	    json_text(auth, "policies.0.Document.Version"), "2012-10-17");
	assert_int_equal(json_int_or(fake.call[0].params, "MaxItems", 0), 1000);
	facts_free(f);
}

/* ---- root
 * ------------------------------------------------------------------------------------------ */

static const struct answer root_keys[] = {
	{ .op = OP_IAM_LIST_ACCESS_KEYS,
	    .body = "<ListAccessKeysResult><AccessKeyMetadata>"
		    "<member><AccessKeyId>AKIAA</AccessKeyId><Status>Active</Status></member>"
		    "<member><AccessKeyId>AKIAB</AccessKeyId><Status>Inactive</Status></member>"
		    "</AccessKeyMetadata></ListAccessKeysResult>" },
	{ .op = OP_IAM_GET_ACCESS_KEY_LAST_USED,
	    .nth = 1,
	    .body = "<GetAccessKeyLastUsedResult><AccessKeyLastUsed>"
		    "<LastUsedDate>2026-11-24T10:00:00Z</LastUsedDate>"
		    "<ServiceName>s3</ServiceName></AccessKeyLastUsed>"
		    "</GetAccessKeyLastUsedResult>" },
	{ .op = OP_IAM_GET_ACCESS_KEY_LAST_USED, .code = "Throttling" },
	{ .op = OP_NONE },
};

static void
test_root_keys(void **state)
{
	struct facts *f = start(root_keys);
	const json_t *keys;

	(void)state;
	need(f, FACT(ROOT_KEYS));
	keys = facts_value(f, FACT_ROOT_KEYS);
	assert_int_equal(fake.waves, 2);
	assert_int_equal(json_array_size(keys), 2);
	assert_int_equal(json_int_or(keys, "0.last_used", 0), 1795514400);
	assert_string_equal(json_text(keys, "0.service"), "s3");
	assert_string_equal(json_text(keys, "1.AccessKeyId"), "AKIAB");
	/* not "never": it could not be read */
	assert_null(json_at(keys, "1.last_used"));
	/* root itself is meant by leaving the user out */
	assert_null(json_object_get(fake.call[0].params, "UserName"));
	facts_free(f);
}

static void
test_root_facts_for_root_only(void **state)
{
	struct account other = account;
	struct facts *f;

	(void)state;
	other.caller.root = false;
	f = start(root_keys);
	f->account = &other;
	need(f, FACT(ROOT_KEYS) | FACT(ROOT_MFA) | FACT(ROOT_CERTS));
	assert_int_equal(fake.calls, 0);
	assert_true(err_is(&facts_get(f, FACT_ROOT_KEYS)->err, "NotRoot"));
	facts_free(f);
	/* nor for the administrator who carries on */
	f = start(root_keys);
	facts_use(f, (struct aws *)(uintptr_t)1);
	need(f, FACT(ROOT_KEYS) & 0u);
	assert_false(facts_is_root(f));
	f->aws = NULL;
	facts_free(f);
}

/* ---- buckets
 * --------------------------------------------------------------------------------------- */

static const struct answer bucket[] = {
	{ .op = OP_CT_DESCRIBE_TRAILS,
	    .body = "{\"trailList\":[{\"TrailARN\":\"arn:aws:cloudtrail:eu-west-1:111122223333:"
		    "trail/own\",\"HomeRegion\":\"eu-west-1\",\"S3BucketName\":\"own-logs\"},"
		    "{\"TrailARN\":\"arn:aws:cloudtrail:eu-west-1:999999999999:trail/org\","
		    "\"HomeRegion\":\"eu-west-1\",\"S3BucketName\":\"org-logs\"}]}" },
	{ .op = OP_S3_HEAD_BUCKET, .nth = 1, .body = "{\"BucketRegion\":\"eu-central-1\"}" },
	{ .op = OP_S3_HEAD_BUCKET, .code = "404" },
	{ .op = OP_S3_GET_PUBLIC_ACCESS_BLOCK,
	    .nth = 1,
	    .body = "<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls>"
		    "<IgnorePublicAcls>false</IgnorePublicAcls></PublicAccessBlockConfiguration>" },
	{ .op = OP_S3_GET_BUCKET_POLICY, .nth = 1, .body = "{\"Statement\":[]}" },
	{ .op = OP_S3_GET_BUCKET_POLICY_STATUS,
	    .nth = 1,
	    .body = "<PolicyStatus><IsPublic>TRUE</IsPublic></PolicyStatus>" },
	{ .op = OP_S3_GET_BUCKET_VERSIONING, .nth = 1, .body = "<VersioningConfiguration/>" },
	{ .op = OP_S3_GET_BUCKET_ENCRYPTION,
	    .nth = 1,
	    .body = "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault>"
		    "<SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault>"
		    "</Rule></ServerSideEncryptionConfiguration>" },
	{ .op = OP_S3_GET_BUCKET_LIFECYCLE, .nth = 1, .code = "NoSuchLifecycleConfiguration" },
	{ .op = OP_S3_GET_BUCKET_OWNERSHIP,
	    .nth = 1,
	    .body = "<OwnershipControls><Rule><ObjectOwnership>BucketOwnerEnforced"
		    "</ObjectOwnership></Rule></OwnershipControls>" },
	{ .op = OP_S3_GET_PUBLIC_ACCESS_BLOCK, .code = "NoSuchBucket" },
	{ .op = OP_S3_GET_BUCKET_POLICY, .code = "NoSuchBucket" },
	{ .op = OP_S3_GET_BUCKET_POLICY_STATUS, .code = "NoSuchBucket" },
	{ .op = OP_S3_GET_BUCKET_VERSIONING, .code = "NoSuchBucket" },
	{ .op = OP_S3_GET_BUCKET_ENCRYPTION, .code = "NoSuchBucket" },
	{ .op = OP_S3_GET_BUCKET_LIFECYCLE, .code = "NoSuchBucket" },
	{ .op = OP_S3_GET_BUCKET_OWNERSHIP, .code = "NoSuchBucket" },
	{ .op = OP_NONE },
};

static void
test_buckets(void **state)
{
	struct facts *f = start(bucket);
	const json_t *own, *wanted;

	(void)state;
	facts_want_bucket(f, FACT_TRAIL_BUCKETS, "wanted", "us-west-2");
	need(f, FACT(TRAIL_BUCKETS));
	assert_int_equal(fake.waves, 2);
	assert_int_equal(json_object_size(facts_value(f, FACT_TRAIL_BUCKETS)), 2);
	own = json_object_get(facts_value(f, FACT_TRAIL_BUCKETS), "own-logs");
	assert_string_equal(json_text(own, "region"), "eu-central-1");
	assert_true(json_bool(own, "public"));
	assert_true(json_bool(own, "pab.BlockPublicAcls"));
	assert_false(json_bool(own, "pab.RestrictPublicBuckets"));
	assert_true(json_is_object(json_at(own, "policy")));
	assert_true(json_is_null(json_at(own, "versioning")));
	assert_string_equal(json_text(own, "encryption.algorithm"), "AES256");
	assert_true(json_is_null(json_at(own, "lifecycle")));
	assert_string_equal(json_text(own, "ownership"), "BucketOwnerEnforced");
	assert_true(json_is_null(json_at(own, "error")));
	wanted = json_object_get(facts_value(f, FACT_TRAIL_BUCKETS), "wanted");
	assert_string_equal(json_text(wanted, "error"), "NoSuchBucket");
	assert_string_equal(json_text(wanted, "region"), "us-west-2");
	assert_string_equal(fake.call[1].region, "eu-west-1");
	facts_free(f);
}

/* ---- forgetting, failing
 * ------------------------------------------------------------------------------ */

static void
test_forget_takes_what_was_derived(void **state)
{
	struct facts *f = start(fresh);

	(void)state;
	need(f, FACT(TRAIL_STATUS) | FACT(TRAIL_BUCKETS) | FACT(SUMMARY));
	facts_forget(f, FACT(TRAILS));
	assert_false(facts_get(f, FACT_TRAIL_STATUS)->known);
	assert_false(facts_get(f, FACT_TRAIL_BUCKETS)->known);
	assert_true(facts_get(f, FACT_SUMMARY)->known);
	facts_free(f);
}

static const struct answer refusing[] = {
	{ .op = OP_CT_DESCRIBE_TRAILS, .code = "AccessDeniedException" },
	{ .op = OP_BCM_LIST_EXPORTS, .code = "SubscriptionRequiredException" },
	{ .op = OP_CUR_DESCRIBE_REPORT_DEFINITIONS, .code = "OptInRequired" },
	{ .op = OP_NONE },
};

static void
test_failures_are_known(void **state)
{
	struct facts *f = start(refusing);
	struct finding finding;

	(void)state;
	need(f, FACT(TRAIL_STATUS) | FACT(BILLING_BUCKETS));
	assert_true(err_is(&facts_get(f, FACT_TRAIL_STATUS)->err, "AccessDeniedException"));
	assert_true(facts_get(f, FACT_BILLING_BUCKETS)->known);
	finding_init(&finding);
	assert_true(finding_unreadable(&finding, f, FACT(EXPORTS)));
	assert_int_equal(finding.how, FIX_WAITING);
	assert_int_equal(finding.status, CHECK_UNKNOWN);
	assert_int_equal(json_array_size(finding.evidence), 1);
	finding_free(&finding);
	facts_free(f);
}

static const struct answer cancelled_call[] = {
	{ .op = OP_IAM_GET_ACCOUNT_SUMMARY, .body = SUMMARY },
	{ .op = OP_CT_DESCRIBE_TRAILS, .code = "x", .kind = ERR_CANCELLED },
	{ .op = OP_NONE },
};

static void
test_cancel_in_a_call(void **state)
{
	struct facts *f = start(cancelled_call);
	struct err e = { 0 };

	(void)state;
	assert_false(facts_need(f, FACT(SUMMARY) | FACT(TRAILS), &e));
	assert_int_equal(e.kind, ERR_CANCELLED);
	assert_false(facts_get(f, FACT_TRAILS)->known);
	facts_free(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cold_audit_is_two_waves),
		cmocka_unit_test(test_only_what_is_needed),
		cmocka_unit_test(test_report_is_waited_for_alone),
		cmocka_unit_test(test_cancel_while_waiting),
		cmocka_unit_test(test_report_not_allowed),
		cmocka_unit_test(test_users_red_or_new_are_looked_at),
		cmocka_unit_test(test_touched_users_are_looked_at),
		cmocka_unit_test(test_documents_are_decoded),
		cmocka_unit_test(test_root_keys),
		cmocka_unit_test(test_root_facts_for_root_only),
		cmocka_unit_test(test_buckets),
		cmocka_unit_test(test_forget_takes_what_was_derived),
		cmocka_unit_test(test_failures_are_known),
		cmocka_unit_test(test_cancel_in_a_call),
	};

	return RUN(tests);
}
