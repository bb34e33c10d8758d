/* SPDX-License-Identifier: MIT */
/* The checks trail, trail-bucket and billing-report over fixtures. */
#include "core_test.h"

#include <jansson.h>

#include "facts.h"
#include "screen.h"

extern const struct screen_def screen_trail, screen_billing_report;

#define CHECK_TRAIL (&screen_trail.checks[0])
#define CHECK_BUCKET (&screen_trail.checks[1])
#define CHECK_BILL (&screen_billing_report.checks[0])

static const struct account account = { .caller = { .account = "111122223333" } };

/* Facts without a network: all that a test does not set stays unknown. */
static struct facts *
facts_here(void)
{
	return facts_new(NULL, &account);
}

/* The fact is this JSON text ('...' stands for "..."). */
static void
put(struct facts *f, enum fact_id id, const char *text)
{
	AUTO_FREE char *copy = xstrdup(text);
	json_error_t why;

	for (char *c = copy; *c != '\0'; c++)
		if (*c == '\'')
			*c = '"';
	json_t *value = json_loads(copy, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &why);
	if (value == NULL)
		fail_msg("%s: %s", why.text, copy);
	facts_set(f, id, value);
}

/* The fact could not be read. */
static void
put_error(struct facts *f, enum fact_id id, const char *code)
{
	struct err e = { 0 };

	err_set(&e, ERR_AWS, "not readable: %s", code);
	snprintf(e.code, sizeof e.code, "%s", code);
	facts_set_error(f, id, &e);
}

static enum fix_how
expect(const struct check *c, const struct facts *f, enum check_status s, const char *part)
{
	struct finding found;

	finding_init(&found);
	found.how = c->how;
	c->evaluate(f, &found);
	if (found.status != s || strstr(found.reason, part) == NULL)
		fail_msg("%s: %s: %s; wanted %s: %s", c->id, check_status_name(found.status),
		    found.reason, check_status_name(s), part);
	finding_free(&found);
	return found.how;
}

/* ---- the trail ---------------------------------------------------------------------- */

#define ARN(account, name) "arn:aws:cloudtrail:eu-west-1:" account ":trail/" name
#define TRAIL(account, name, multi, validated, organization)                                       \
	"{'Name':'" name "','S3BucketName':'logs','HomeRegion':'eu-west-1','TrailARN':'" ARN(      \
	    account, name) "','IsMultiRegionTrail':" multi                                         \
			   ",'LogFileValidationEnabled':" validated                                \
			   ",'IsOrganizationTrail':" organization "}"
#define STATUS(account, name, logging, more, selectors)                                            \
	"'" ARN(account, name) "':{'status':{'IsLogging':" logging more "},'selectors':" selectors \
			       ",'error':null}"
#define ALL                                                                                        \
	"{'EventSelectors':[{'ReadWriteType':'All','IncludeManagementEvents':true,"                \
	"'DataResources':[],'ExcludeManagementEventSources':[]}]}"
#define ME "111122223333"
#define OTHER "999999999999"
#define GOOD_TRAIL TRAIL(ME, "one", "true", "true", "false")
#define GOOD_STATUS STATUS(ME, "one", "true", "", ALL)

#define LET_WRITE(source)                                                                          \
	"{'Sid':'Acl','Effect':'Allow','Principal':{'Service':'cloudtrail.amazonaws.com'},"        \
	"'Action':'s3:GetBucketAcl','Resource':'arn:aws:s3:::logs'},"                              \
	"{'Sid':'Write','Effect':'Allow','Principal':{'Service':'cloudtrail.amazonaws.com'},"      \
	"'Action':'s3:PutObject','Resource':'arn:aws:s3:::logs/AWSLogs/" ME "/*','Condition':"     \
	"{'StringEquals':{'aws:SourceArn':'" source "'}}}"
#define TLS(bucket)                                                                                \
	"{'Sid':'Tls','Effect':'Deny','Principal':'*','Action':'s3:*','Resource':"                 \
	"['arn:aws:s3:::" bucket "','arn:aws:s3:::" bucket "/*'],"                                 \
	"'Condition':{'Bool':{'aws:SecureTransport':'false'}}}"
#define READERS                                                                                    \
	"{'Sid':'Readers','Effect':'Deny','Principal':'*','Action':['s3:GetObject*'],'Resource':"  \
	"'arn:aws:s3:::logs/*','Condition':{'ArnNotLike':{'aws:PrincipalArn':['x']}}}"
#define BLOCKED(last)                                                                              \
	"{'BlockPublicAcls':true,'IgnorePublicAcls':true,'BlockPublicPolicy':true,"                \
	"'RestrictPublicBuckets':" last "}"
#define BUCKET(name, pab, versioning, statements)                                                  \
	"{'" name "':{'region':'eu-west-1','error':null,'public':false,'pab':" pab                 \
	",'versioning':" versioning ",'ownership':'BucketOwnerEnforced','lifecycle':null,"         \
	"'encryption':{'algorithm':'AES256','kms_key':null},"                                      \
	"'policy':{'Version':'2012-10-17','Statement':[" statements "]}}}"
#define GOOD_BUCKET                                                                                \
	BUCKET("logs", BLOCKED("true"), "'Enabled'",                                               \
	    LET_WRITE(ARN(ME, "one")) "," TLS("logs") "," READERS)

static void
good(struct facts *f)
{
	put(f, FACT_TRAILS, "[" GOOD_TRAIL "]");
	put(f, FACT_TRAIL_STATUS, "{" GOOD_STATUS "}");
	put(f, FACT_TRAIL_BUCKETS, GOOD_BUCKET);
}

/* One trail and its status are everything. */
static void
expect_trail(const char *trail, const char *status, enum check_status s, const char *part)
{
	struct facts *f = facts_here();
	AUTO_FREE char *trails = xasprintf("[%s]", trail);
	AUTO_FREE char *all = xasprintf("{%s}", status);

	good(f);
	put(f, FACT_TRAILS, trails);
	put(f, FACT_TRAIL_STATUS, all);
	expect(CHECK_TRAIL, f, s, part);
	facts_free(f);
}

static void
test_trail(void **state)
{
	(void)state;
	expect_trail(GOOD_TRAIL, GOOD_STATUS, CHECK_PASS, "every Region");
	expect_trail("", "", CHECK_FAIL, "no trail");
	expect_trail(
	    TRAIL(ME, "one", "false", "true", "false"), GOOD_STATUS, CHECK_FAIL, "one Region");
	expect_trail(
	    TRAIL(ME, "one", "true", "false", "false"), GOOD_STATUS, CHECK_FAIL, "validation");
	expect_trail(GOOD_TRAIL, STATUS(ME, "one", "false", "", ALL), CHECK_FAIL, "not logging");
	expect_trail(GOOD_TRAIL, "", CHECK_UNKNOWN, "could not be read");
	expect_trail(GOOD_TRAIL, "'" ARN(ME, "one") "':{'error':'AccessDenied'}", CHECK_UNKNOWN,
	    "AccessDenied");
	/* What is known to be wrong is said even when the rest is unread. */
	expect_trail(TRAIL(ME, "one", "false", "true", "false"), "", CHECK_FAIL, "one Region");
}

static void
expect_selectors(const char *selectors, bool all)
{
	AUTO_FREE char *status = xasprintf("'" ARN(ME, "one") "':{'status':{'IsLogging':true},"
							      "'selectors':%s,'error':null}",
	    selectors);

	expect_trail(
	    GOOD_TRAIL, status, all ? CHECK_PASS : CHECK_FAIL, all ? "records all" : "leaves out");
}

#define ADVANCED(fields) "{'AdvancedEventSelectors':[{'FieldSelectors':[" fields "]}]}"
#define CATEGORY(what) "{'Field':'eventCategory','Equals':['" what "']}"

static void
test_selectors(void **state)
{
	(void)state;
	expect_selectors("{'EventSelectors':[]}", false);
	expect_selectors("{'EventSelectors':[{'ReadWriteType':'WriteOnly',"
			 "'IncludeManagementEvents':true}]}",
	    false);
	expect_selectors("{'EventSelectors':[{'ReadWriteType':'WriteOnly',"
			 "'IncludeManagementEvents':true},{'ReadWriteType':'ReadOnly',"
			 "'IncludeManagementEvents':true}]}",
	    true);
	expect_selectors("{'EventSelectors':[{'ReadWriteType':'All',"
			 "'IncludeManagementEvents':false}]}",
	    false);
	expect_selectors("{'EventSelectors':[{'ReadWriteType':'All','IncludeManagementEvents':true,"
			 "'ExcludeManagementEventSources':['kms.amazonaws.com']}]}",
	    false);
	expect_selectors(ADVANCED(CATEGORY("Management")), true);
	expect_selectors(ADVANCED(CATEGORY("Data")), false);
	expect_selectors(
	    ADVANCED(CATEGORY("Management") ",{'Field':'readOnly','Equals':['false']}"), false);
	expect_selectors(
	    ADVANCED(CATEGORY(
		"Management") ",{'Field':'eventSource','NotEquals':['kms.amazonaws.com']}"),
	    false);
}

#define UNDELIVERED STATUS(ME, "one", "true", ",'LatestDeliveryError':'AccessDenied'", ALL)

static void
test_delivery_error(void **state)
{
	struct facts *f = facts_here();

	(void)state;
	good(f);
	put(f, FACT_TRAIL_STATUS, "{" UNDELIVERED "}");
	/* The bucket was repaired since: only the next delivery can tell. */
	assert_int_equal(expect(CHECK_TRAIL, f, CHECK_FAIL, "next delivery"), FIX_WAITING);
	/* It lets another trail write, not this one. */
	put(f, FACT_TRAIL_BUCKETS,
	    BUCKET("logs", BLOCKED("true"), "'Enabled'", LET_WRITE(ARN(ME, "two"))));
	assert_int_equal(
	    expect(CHECK_TRAIL, f, CHECK_FAIL, "could not deliver (AccessDenied)."), FIX_AUTOMATIC);
	facts_free(f);
}

static void
test_organization_trail(void **state)
{
	struct facts *f = facts_here();

	(void)state;
	put(f, FACT_TRAILS,
	    "[" TRAIL(ME, "old", "false", "false", "false") "," TRAIL(
		OTHER, "all", "true", "true", "true") "]");
	put(f, FACT_TRAIL_STATUS,
	    "{" STATUS(ME, "old", "true", "", ALL) "," STATUS(OTHER, "all", "true", "", ALL) "}");
	put(f, FACT_TRAIL_BUCKETS, "{}");
	expect(CHECK_TRAIL, f, CHECK_PASS, "organization");
	expect(CHECK_BUCKET, f, CHECK_NOT_APPLICABLE, "another account");
	/* Its status cannot be read: the own trail, with its known faults, is no better. */
	put(f, FACT_TRAIL_STATUS, "{" STATUS(ME, "old", "true", "", ALL) "}");
	expect(CHECK_TRAIL, f, CHECK_UNKNOWN, "all");
	facts_free(f);
}

static void
test_trail_unreadable(void **state)
{
	struct facts *f = facts_here();

	(void)state;
	good(f);
	put_error(f, FACT_TRAILS, "AccessDenied");
	expect(CHECK_TRAIL, f, CHECK_UNKNOWN, "cloudtrail:DescribeTrails");
	expect(CHECK_BUCKET, f, CHECK_UNKNOWN, "cloudtrail:DescribeTrails");
	facts_free(f);
}

/* ---- its bucket ----------------------------------------------------------------------- */

static void
expect_bucket(const char *buckets, enum check_status s, const char *part)
{
	struct facts *f = facts_here();

	good(f);
	put(f, FACT_TRAIL_BUCKETS, buckets);
	expect(CHECK_BUCKET, f, s, part);
	facts_free(f);
}

static void
test_trail_bucket(void **state)
{
	struct facts *f = facts_here();

	(void)state;
	expect_bucket(GOOD_BUCKET, CHECK_PASS, "logs");
	expect_bucket(BUCKET("logs", "null", "'Enabled'", TLS("logs") "," READERS), CHECK_FAIL,
	    "public access");
	expect_bucket(BUCKET("logs", BLOCKED("false"), "'Enabled'", TLS("logs") "," READERS),
	    CHECK_FAIL, "public access");
	expect_bucket(BUCKET("logs", BLOCKED("true"), "null", TLS("logs") "," READERS), CHECK_FAIL,
	    "versioning");
	expect_bucket(BUCKET("logs", BLOCKED("true"), "'Enabled'", READERS), CHECK_FAIL, "TLS");
	expect_bucket(BUCKET("logs", BLOCKED("true"), "'Enabled'", TLS("logs")), CHECK_FAIL,
	    "may read the logs");
	expect_bucket("{'logs':{'error':'NoSuchBucket'}}", CHECK_FAIL, "does not exist");
	expect_bucket("{'logs':{'error':'AccessDenied'}}", CHECK_UNKNOWN, "AccessDenied");
	expect_bucket("{'logs':{'error':'InternalError'}}", CHECK_UNKNOWN, "InternalError");
	expect_bucket("{}", CHECK_UNKNOWN, "could not be read");
	good(f);
	put(f, FACT_TRAILS, "[]");
	expect(CHECK_BUCKET, f, CHECK_FAIL, "no trail");
	facts_free(f);
}

/* ---- the billing report ------------------------------------------------------------------ */

#define EXPORT(status, table)                                                                      \
	"{'ref':{'ExportArn':'arn:aws:bcm-data-exports:us-east-1:" ME ":export/cost-1',"           \
	"'ExportName':'cost','ExportStatus':{" status                                              \
	"}},'export':{'DataQuery':{'QueryStatement':"                                              \
	"'SELECT a FROM " table "'},'DestinationConfigurations':{'S3Destination':{"                \
	"'S3Bucket':'bills','S3Prefix':'cur','S3Region':'eu-west-1'}}}}"
#define HEALTHY "'StatusCode':'HEALTHY'"
#define UNHEALTHY "'StatusCode':'UNHEALTHY','StatusReason':'INSUFFICIENT_PERMISSION'"
#define LEGACY(status)                                                                             \
	"{'ReportName':'cost','S3Bucket':'bills','S3Prefix':'cur','S3Region':'eu-west-1',"         \
	"'TimeUnit':'DAILY','Format':'Parquet'" status "}"
#define LET_BILL(service, source)                                                                  \
	"{'Sid':'Bill','Effect':'Allow','Principal':{'Service':['" service "']},'Action':"         \
	"['s3:PutObject','s3:GetBucketPolicy'],'Resource':['arn:aws:s3:::bills',"                  \
	"'arn:aws:s3:::bills/*'],'Condition':{'StringLike':{'aws:SourceArn':['" source "']}}}"
#define EXPORTER                                                                                   \
	LET_BILL("bcm-data-exports.amazonaws.com",                                                 \
	    "arn:aws:bcm-data-exports:us-east-1:" ME ":export/*")
#define REPORTER                                                                                   \
	LET_BILL("billingreports.amazonaws.com", "arn:aws:cur:us-east-1:" ME ":definition/*")
#define BILLS(statements) BUCKET("bills", BLOCKED("true"), "null", statements)

static void
expect_bill(const char *exports, const char *reports, const char *buckets, enum check_status s,
    const char *part)
{
	struct facts *f = facts_here();

	put(f, FACT_EXPORTS, exports);
	put(f, FACT_REPORTS, reports);
	put(f, FACT_BILLING_BUCKETS, buckets);
	expect(CHECK_BILL, f, s, part);
	facts_free(f);
}

#define CUR2 "COST_AND_USAGE_REPORT"

static void
test_billing_report(void **state)
{
	(void)state;
	expect_bill("[]", "[]", "{}", CHECK_FAIL, "no cost and usage report");
	expect_bill("[" EXPORT(HEALTHY, CUR2) "]", "[]", BILLS(EXPORTER), CHECK_PASS, "HEALTHY");
	expect_bill("[]", "[" LEGACY("") "]", BILLS(REPORTER), CHECK_PASS, "24 hours");
	expect_bill("[]", "[" LEGACY(",'ReportStatus':{'lastStatus':'SUCCESS'}") "]",
	    BILLS(REPORTER), CHECK_PASS, "SUCCESS");
	/* An export of something else is no report of costs. */
	expect_bill("[" EXPORT(HEALTHY, "CARBON_EMISSIONS") "]", "[]", BILLS(EXPORTER), CHECK_FAIL,
	    "no cost and usage report");
	expect_bill("[" EXPORT(UNHEALTHY, CUR2) "]", "[]", BILLS(TLS("bills")), CHECK_FAIL,
	    "does not let AWS deliver");
	expect_bill("[" EXPORT(UNHEALTHY, CUR2) "]", "[]", BILLS(EXPORTER), CHECK_FAIL,
	    "INSUFFICIENT_PERMISSION");
	expect_bill("[]", "[" LEGACY(",'ReportStatus':{'lastStatus':'ERROR_NO_BUCKET'}") "]",
	    "{'bills':{'error':'NoSuchBucket'}}", CHECK_FAIL, "does not exist");
	/* The bucket lets the other service in, or exports of another Region. */
	expect_bill("[" EXPORT(HEALTHY, CUR2) "]", "[]", BILLS(REPORTER), CHECK_FAIL,
	    "does not let AWS deliver");
	expect_bill("[" EXPORT(HEALTHY, CUR2) "]", "[]",
	    BILLS(LET_BILL("bcm-data-exports.amazonaws.com",
		"arn:aws:bcm-data-exports:eu-west-1:" ME ":export/*")),
	    CHECK_FAIL, "does not let AWS deliver");
	expect_bill("[" EXPORT(HEALTHY, CUR2) "]", "[]", "{'bills':{'error':'AccessDenied'}}",
	    CHECK_UNKNOWN, "AccessDenied");
	/* One good one is enough. */
	expect_bill("[" EXPORT(HEALTHY, CUR2) "]",
	    "[" LEGACY(",'ReportStatus':{'lastStatus':'ERROR_PERMISSIONS'}") "]", BILLS(EXPORTER),
	    CHECK_PASS, "Export cost");
}

static void
test_billing_unreadable(void **state)
{
	struct facts *f = facts_here();

	(void)state;
	put(f, FACT_EXPORTS, "[" EXPORT(HEALTHY, CUR2) "]");
	put_error(f, FACT_REPORTS, "AccessDenied");
	put(f, FACT_BILLING_BUCKETS, BILLS(EXPORTER));
	expect(CHECK_BILL, f, CHECK_PASS, "HEALTHY");
	put(f, FACT_EXPORTS, "[]");
	expect(CHECK_BILL, f, CHECK_UNKNOWN, "cur:DescribeReportDefinitions");
	facts_free(f);
}

static void
test_billing_waits_for_delivery(void **state)
{
	struct facts *f = facts_here();

	(void)state;
	put(f, FACT_EXPORTS, "[" EXPORT(UNHEALTHY, CUR2) "]");
	put(f, FACT_REPORTS, "[]");
	put(f, FACT_BILLING_BUCKETS, BILLS(EXPORTER));
	assert_int_equal(expect(CHECK_BILL, f, CHECK_FAIL, "next delivery"), FIX_WAITING);
	put(f, FACT_BILLING_BUCKETS, BILLS(TLS("bills")));
	assert_int_equal(
	    expect(CHECK_BILL, f, CHECK_FAIL, "does not let AWS deliver"), FIX_AUTOMATIC);
	facts_free(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_trail),
		cmocka_unit_test(test_selectors),
		cmocka_unit_test(test_delivery_error),
		cmocka_unit_test(test_organization_trail),
		cmocka_unit_test(test_trail_unreadable),
		cmocka_unit_test(test_trail_bucket),
		cmocka_unit_test(test_billing_report),
		cmocka_unit_test(test_billing_unreadable),
		cmocka_unit_test(test_billing_waits_for_delivery),
	};

	return RUN(tests);
}
