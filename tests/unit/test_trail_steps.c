/* SPDX-License-Identifier: MIT */
/* What the steps of trail and billing_report decide from recorded facts: verdicts and calls. */
#include "core_test.h"

#include <jansson.h>

#include "answers.h"
#include "billing_report.h"
#include "json.h"
#include "trail.h"

extern const struct screen_def screen_trail, screen_billing_report;

#define ME "111122223333"
#define REGION "eu-west-1"
#define LOGS "aws-cloudtrail-logs-" ME "-" REGION
#define BILLS "aws-billing-reports-" ME "-" REGION
#define FREE(b) "{'" b "':{'error':'NoSuchBucket'}}"

/* A run without a network: facts are set, sessions are absent. */
static struct run *
run_new(void)
{
	struct run *run = xcalloc(1, sizeof *run);

	snprintf(run->account.caller.account, sizeof run->account.caller.account, ME);
	snprintf(
	    run->account.caller.arn, sizeof run->account.caller.arn, "arn:aws:iam::" ME ":root");
	snprintf(run->account.region, sizeof run->account.region, REGION);
	run->account.partition = aws_partition_of(REGION);
	run->account.caller.root = true;
	run->facts = facts_new(NULL, &run->account);
	return run;
}

static void
run_drop(struct run *run)
{
	facts_free(run->facts);
	xfree(run);
}

/* The fact is this JSON text ('...' stands for "..."). */
static void
put(struct run *run, enum fact_id id, const char *text)
{
	AUTO_FREE char *copy = xstrdup(text);
	json_error_t why;

	for (char *c = copy; *c != '\0'; c++)
		if (*c == '\'')
			*c = '"';
	json_t *value = json_loads(copy, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &why);
	if (value == NULL)
		fail_msg("%s: %s", why.text, copy);
	facts_set(run->facts, id, value);
}

static void
fresh(struct run *run)
{
	put(run, FACT_TRAILS, "[]");
	put(run, FACT_TRAIL_STATUS, "{}");
	put(run, FACT_TRAIL_BUCKETS, FREE(LOGS));
	put(run, FACT_AUTH, "{'users':[],'groups':[],'policies':[]}");
	put(run, FACT_REPORTS, "[]");
	put(run, FACT_EXPORTS, "[]");
	put(run, FACT_BILLING_BUCKETS, FREE(BILLS));
}

/* All steps of the screen as "id verdict Call:about ..." lines. */
static void
expect(struct run *run, const struct screen_def *s, void *model, const char *const *lines)
{
	for (size_t i = 0; i < s->nsteps; i++) {
		AUTO_BUF said = BUF_INIT(BUF_MAX_LINE);
		struct plan_item it = { .screen = s, .model = model, .step = &s->steps[i] };
		struct step_ctx c = { .run = run, .model = model, .item = &it };
		struct err e = { 0 };

		if (it.step->applies != NULL && !it.step->applies(run, model))
			continue;
		buf_printf(&said, "%s ", it.step->id);
		if (it.step->check(&c, &e))
			buf_puts(&said, verdict_name(it.verdict));
		else
			buf_printf(&said, "error %s", e.code);
		for (size_t k = 0; k < it.ncalls; k++) {
			buf_printf(
			    &said, " %s:%s", aws_op(it.calls[k].op)->action, it.calls[k].about);
			xfree(it.calls[k].about);
		}
		xfree(it.calls);
		assert_non_null(*lines);
		if (strcmp(buf_str(&said), *lines) != 0)
			fail_msg(
			    "\"%s\" instead of \"%s\" (%s)", buf_str(&said), *lines, it.evidence);
		lines++;
	}
	assert_null(*lines);
}

static void
set(const struct screen_def *s, void *model, const char *id, const char *text)
{
	struct err e = { 0 };

	for (size_t i = 0; i < s->nfields; i++)
		if (strcmp(s->fields[i].id, id) == 0)
			assert_true(model_set(&s->fields[i], model, text, &e));
}

#define LINES(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define NEW_LOGS(b)                                                                                \
	"bucket needed CreateBucket:bucket/" b " PutPublicAccessBlock:bucket/" b                   \
	" PutBucketTagging:bucket/" b " PutBucketOwnershipControls:bucket/" b                      \
	" PutBucketEncryption:bucket/" b " PutBucketVersioning:bucket/" b                          \
	" PutBucketLifecycleConfiguration:bucket/" b

/* ---- trail ------------------------------------------------------------------------- */

static void
test_fresh_trail(void **state)
{
	struct run *run = run_new();
	void *model = model_new(&screen_trail);

	(void)state;
	fresh(run);
	expect(run, &screen_trail, model,
	    LINES(NEW_LOGS(LOGS), "bucket_policy needed PutBucketPolicy:bucket/" LOGS,
		"trail needed CreateTrail:trail/account-trail", "selectors not_applicable",
		"logging needed StartLogging:trail/account-trail"));
	model_free(&screen_trail, model);
	run_drop(run);
}

static void
test_taken_bucket_blocks(void **state)
{
	struct run *run = run_new();
	void *model = model_new(&screen_trail);

	(void)state;
	fresh(run);
	put(run, FACT_TRAIL_BUCKETS, "{'mine':{'error':'AccessDenied'}}");
	set(&screen_trail, model, "bucket", "mine");
	expect(run, &screen_trail, model,
	    LINES("bucket blocked", "bucket_policy blocked", "trail blocked",
		"selectors not_applicable", "logging blocked"));
	model_free(&screen_trail, model);
	run_drop(run);
}

#define ARN(account, name) "arn:aws:cloudtrail:" REGION ":" account ":trail/" name
#define TRAIL(account, name, bucket, good, organization)                                           \
	"{'Name':'" name "','S3BucketName':'" bucket "','HomeRegion':'" REGION                     \
	"','TrailARN':'" ARN(account, name) "','IsMultiRegionTrail':" good                         \
					    ",'LogFileValidationEnabled':" good                    \
					    ",'IsOrganizationTrail':" organization "}"
#define STATUS(account, name, logging, management)                                                 \
	"'" ARN(account,                                                                           \
	    name) "':{'status':{'IsLogging':" logging "},'selectors':{"                            \
		  "'EventSelectors':[{'ReadWriteType':'All','IncludeManagementEvents':" management \
		  "}]},'error':null}"
#define OPEN_BUCKET(name, public, statements)                                                      \
	"{'" name "':{'region':'" REGION                                                           \
	"','error':null,'public':" public ",'pab':null,"                                           \
					  "'versioning':null,'ownership':null,'lifecycle':null,'"  \
					  "encryption':{'algorithm':'AES256'},"                    \
					  "'policy':{'Version':'2012-10-17','Statement':"          \
					  "[" statements "]}}}"
#define PARTNER                                                                                    \
	"{'Sid':'PartnerRead','Effect':'Allow','Principal':{'AWS':'arn:aws:iam::999999999999:"     \
	"root'},"                                                                                  \
	"'Action':'s3:GetObject','Resource':'arn:aws:s3:::old/*'}"

static void
used(struct run *run)
{
	fresh(run);
	put(run, FACT_TRAILS, "[" TRAIL(ME, "old-trail", "old", "false", "false") "]");
	put(run, FACT_TRAIL_STATUS, "{" STATUS(ME, "old-trail", "false", "false") "}");
	put(run, FACT_TRAIL_BUCKETS, OPEN_BUCKET("old", "false", PARTNER));
}

static void
test_existing_trail_is_repaired(void **state)
{
	struct run *run = run_new();
	void *model = model_new(&screen_trail);

	(void)state;
	used(run);
	expect(run, &screen_trail, model,
	    LINES("bucket needed PutPublicAccessBlock:bucket/old "
		  "PutBucketOwnershipControls:bucket/old PutBucketVersioning:bucket/old "
		  "PutBucketLifecycleConfiguration:bucket/old",
		"bucket_policy needed PutBucketPolicy:bucket/old",
		"trail needed UpdateTrail:trail/old-trail",
		"selectors needed PutEventSelectors:trail/old-trail",
		"logging needed StartLogging:trail/old-trail"));
	/* prepare() suggests the same. */
	struct err e = { 0 };
	assert_true(screen_trail.prepare(run, model, &e));
	assert_string_equal(((struct trail_model *)model)->name, "old-trail");
	assert_string_equal(((struct trail_model *)model)->bucket, "old");
	model_free(&screen_trail, model);
	run_drop(run);
}

static void
test_second_trail_on_demand_only(void **state)
{
	struct run *run = run_new();
	void *model = model_new(&screen_trail);
	struct trail_target t;
	struct err e = { 0 };

	(void)state;
	used(run);
	set(&screen_trail, model, "adopt", "no");
	assert_true(trail_find(run, model, &t, &e));
	assert_null(t.trail);
	assert_string_equal(t.bucket, LOGS);
	assert_string_equal(t.arn, ARN(ME, "account-trail"));
	set(&screen_trail, model, "name", "old-trail");
	assert_true(trail_find(run, model, &t, &e));
	assert_non_null(t.trail);
	assert_string_equal(t.bucket, "old");
	model_free(&screen_trail, model);
	run_drop(run);
}

static void
test_organization_trail_is_enough(void **state)
{
	struct run *run = run_new();
	void *model = model_new(&screen_trail);
	const char *const *none = LINES("bucket not_applicable", "bucket_policy not_applicable",
	    "trail not_applicable", "selectors not_applicable", "logging not_applicable");

	(void)state;
	used(run);
	put(run, FACT_TRAILS,
	    "[" TRAIL(ME, "old-trail", "old", "false", "false") "," TRAIL(
		"999999999999", "all", "theirs", "true", "true") "]");
	put(run, FACT_TRAIL_STATUS,
	    "{" STATUS(ME, "old-trail", "true", "true") "," STATUS(
		"999999999999", "all", "true", "true") "}");
	put(run, FACT_TRAIL_BUCKETS, OPEN_BUCKET("old", "false", PARTNER));
	expect(run, &screen_trail, model, none);
	model_free(&screen_trail, model);
	run_drop(run);
}

#define WORLD                                                                                      \
	"{'Sid':'World','Effect':'Allow','Principal':'*','Action':'s3:GetObject',"                 \
	"'Resource':'arn:aws:s3:::old/*'}"

static void
test_public_bucket_is_refused(void **state)
{
	struct run *run = run_new();
	void *model = model_new(&screen_trail);

	(void)state;
	used(run);
	put(run, FACT_TRAIL_BUCKETS, OPEN_BUCKET("old", "true", WORLD));
	expect(run, &screen_trail, model,
	    LINES("bucket blocked", "bucket_policy blocked", "trail blocked",
		"selectors needed PutEventSelectors:trail/old-trail",
		"logging needed StartLogging:trail/old-trail"));
	model_free(&screen_trail, model);
	run_drop(run);
}

/* The partner's statement stays, and who is named in it stays a reader. */
static void
test_policy_keeps_others(void **state)
{
	struct run *run = run_new();
	void *model = model_new(&screen_trail);
	struct strlist missing = { 0 }, arns = { 0 };
	struct trail_target t;
	struct err e = { 0 };
	bool changed = false;

	(void)state;
	used(run);
	put(run, FACT_AUTH,
	    "{'users':[{'UserName':'ann','Arn':'arn:aws:iam::" ME ":user/ann',"
	    "'GroupList':['Auditors']}],'groups':[{'GroupName':'Auditors'}],"
	    "'policies':[]}");
	set(&screen_trail, model, "readers", "auto, group/Auditors, role/reader, nobody");
	assert_true(trail_find(run, model, &t, &e));
	const json_t *have = json_object_get(facts_value(run->facts, FACT_TRAIL_BUCKETS), "old");
	assert_true(trail_readers(run, model, have, &t, &arns, &missing, &e));
	assert_true(strlist_has(&arns, "arn:aws:iam::" ME ":user/ann"));
	assert_true(strlist_has(&arns, "arn:aws:iam::" ME ":role/reader"));
	assert_true(strlist_has(&arns, "arn:aws:iam::999999999999:*"));
	assert_int_equal(arns.n, 3);
	assert_int_equal(missing.n, 1);
	json_auto_t *doc = trail_policy(run, model, &t, have, &missing, &e);
	json_auto_t *all = policydoc_merge(json_at(have, "policy"), doc, &changed);
	assert_true(changed);
	assert_string_equal(json_text(all, "Statement.0.Sid"), "PartnerRead");
	assert_true(bucket_tls_only(all, "old"));
	assert_true(bucket_readers_restricted(all, "old", NULL));
	strlist_free(&arns);
	strlist_free(&missing);
	model_free(&screen_trail, model);
	run_drop(run);
}

/* A block of the page holds all of the text. */
static bool
shows(const struct blocks *b, const char *text)
{
	for (size_t i = 0; i < b->n; i++)
		if (strstr(b->items[i].a, text) != NULL)
			return true;
	return false;
}

static void
test_pages(void **state)
{
	struct run *run = run_new();
	void *trail = model_new(&screen_trail), *report = model_new(&screen_billing_report);
	struct blocks b = { 0 };
	struct err e = { 0 };

	(void)state;
	used(run);
	assert_true(screen_trail.render(run, trail, &b, &e));
	assert_true(shows(&b, "old-trail\t" REGION "\tone\tno\tno\told"));
	assert_true(shows(&b, "Trail old-trail exists"));
	assert_true(shows(&b, "kept\tAllow\tPartnerRead"));
	assert_true(shows(&b, "added\tDeny\tRootlockReaders"));
	assert_true(shows(&b, "arn:aws:iam::999999999999:*"));
	blocks_free(&b);
	assert_true(screen_billing_report.render(run, report, &b, &e));
	assert_true(shows(&b, "No report was found."));
	assert_true(shows(&b, "added\tAllow\tEnableAWSDataExports"));
	blocks_free(&b);
	model_free(&screen_trail, trail);
	model_free(&screen_billing_report, report);
	run_drop(run);
}

/* ---- billing_report ------------------------------------------------------------------ */

#define NEW_BILLS(b)                                                                               \
	"bucket needed CreateBucket:bucket/" b " PutPublicAccessBlock:bucket/" b                   \
	" PutBucketTagging:bucket/" b " PutBucketOwnershipControls:bucket/" b                      \
	" PutBucketEncryption:bucket/" b

static void
test_fresh_report(void **state)
{
	struct run *run = run_new();
	void *model = model_new(&screen_billing_report);

	(void)state;
	fresh(run);
	expect(run, &screen_billing_report, model,
	    LINES(NEW_BILLS(BILLS), "bucket_policy needed PutBucketPolicy:bucket/" BILLS,
		"report needed CreateExport:export/cost-and-usage"));
	set(&screen_billing_report, model, "kind", "legacy");
	set(&screen_billing_report, model, "billing_access", "yes");
	expect(run, &screen_billing_report, model,
	    LINES(NEW_BILLS(BILLS), "bucket_policy needed PutBucketPolicy:bucket/" BILLS,
		"report needed PutReportDefinition:report/cost-and-usage", "access person"));
	model_free(&screen_billing_report, model);
	run_drop(run);
}

#define EXPORT                                                                                     \
	"[{'ref':{'ExportArn':'arn:aws:bcm-data-exports:us-east-1:" ME                             \
	":export/cost-and-usage-1',"                                                               \
	"'ExportName':'cost-and-usage','ExportStatus':{'StatusCode':'HEALTHY'}},'export':{"        \
	"'DataQuery':{'QueryStatement':'SELECT a FROM "                                            \
	"COST_AND_USAGE_REPORT','TableConfigurations':"                                            \
	"{'COST_AND_USAGE_REPORT':{'TIME_GRANULARITY':'DAILY','INCLUDE_RESOURCES':'TRUE'}}},"      \
	"'DestinationConfigurations':{'S3Destination':{'S3Bucket':'mine','S3Prefix':'cur',"        \
	"'S3Region':'" REGION "','S3OutputConfigurations':{'Format':'PARQUET'}}}}}]"

static void
test_report_is_not_made_twice(void **state)
{
	struct run *run = run_new();
	void *model = model_new(&screen_billing_report);
	struct plan_item it = { .model = model };
	struct step_ctx c = { .run = run, .model = model, .item = &it };
	struct err e = { 0 };

	(void)state;
	fresh(run);
	put(run, FACT_EXPORTS, EXPORT);
	put(run, FACT_BILLING_BUCKETS, OPEN_BUCKET("mine", "false", ""));
	assert_true(report_create_check(&c, &e));
	assert_int_equal(it.verdict, VERDICT_OK);
	/* Another time unit cannot be had under the same name. */
	set(&screen_billing_report, model, "time_unit", "HOURLY");
	assert_true(report_create_check(&c, &e));
	assert_int_equal(it.verdict, VERDICT_BLOCKED);
	assert_non_null(strstr(it.evidence, "DAILY"));
	assert_int_equal(it.ncalls, 0);
	/* What exists is suggested. */
	assert_true(screen_billing_report.prepare(run, model, &e));
	assert_string_equal(((struct billing_report_model *)model)->time_unit, "DAILY");
	assert_string_equal(((struct billing_report_model *)model)->bucket, "mine");
	model_free(&screen_billing_report, model);
	run_drop(run);
}

static void
test_bucket_of_another_region(void **state)
{
	struct run *run = run_new();
	void *model = model_new(&screen_billing_report);

	(void)state;
	fresh(run);
	put(run, FACT_BILLING_BUCKETS, OPEN_BUCKET("mine", "false", ""));
	set(&screen_billing_report, model, "bucket", "mine");
	set(&screen_billing_report, model, "region", "us-west-2");
	expect(run, &screen_billing_report, model,
	    LINES("bucket blocked", "bucket_policy blocked", "report blocked"));
	model_free(&screen_billing_report, model);
	run_drop(run);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fresh_trail),
		cmocka_unit_test(test_taken_bucket_blocks),
		cmocka_unit_test(test_existing_trail_is_repaired),
		cmocka_unit_test(test_second_trail_on_demand_only),
		cmocka_unit_test(test_organization_trail_is_enough),
		cmocka_unit_test(test_public_bucket_is_refused),
		cmocka_unit_test(test_policy_keeps_others),
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_fresh_report),
		cmocka_unit_test(test_report_is_not_made_twice),
		cmocka_unit_test(test_bucket_of_another_region),
	};

	return RUN(tests);
}
