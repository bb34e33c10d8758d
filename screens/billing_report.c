/* SPDX-License-Identifier: MIT */
/* The billing report: fields, steps, tables.  Sources: Data Exports and CUR User Guides. */
#include <string.h>

#include "alloc.h"
#include "billing_report.h"
#include "json.h"
#include "text.h"

/* ---- fields ----------------------------------------------------------------------- */

static bool
name_ok(const char *text, struct err *e)
{
	if (text[0] != '\0' && strlen(text) <= 128 && text_only(text, "-_"))
		return true;
	return err_set(e, ERR_USAGE, "1 to 128 letters, digits, dashes and underscores.");
}

static bool
prefix_ok(const char *text, struct err *e)
{
	size_t n = strlen(text);

	if (n > 0 && text_only(text, "!-_.*'()/") && text[0] != '/' && text[n - 1] != '/' &&
	    strstr(text, "//") == NULL)
		return true;
	return err_set(e, ERR_USAGE,
	    "A folder name such as cur: letters, digits, ! - _ . * ' ( ) /, no "
	    "slash at the ends.");
}

static bool
region_ok(const char *text, struct err *e)
{
	if (text[0] != '\0' && strcmp(text, "global") != 0 && text_only(text, "-"))
		return true;
	return err_set(e, ERR_USAGE, "A Region such as eu-central-1, or auto.");
}

static const struct field_option kinds[] = {
	{ "cur2", "CUR 2.0 (Data Exports)", "what AWS recommends; columns stay the same" },
	{ "legacy", "legacy Cost and Usage Report", "for tools that still need it" },
	{ NULL, NULL, NULL },
};
static const struct field_option units[] = {
	{ "HOURLY", "by the hour", "largest files" },
	{ "DAILY", "by the day", NULL },
	{ "MONTHLY", "by the month", NULL },
	{ NULL, NULL, NULL },
};
static const struct field_option formats[] = {
	{ "parquet", "Parquet", "small, for Athena and other query tools" },
	{ "csv", "CSV, gzip", "for spreadsheets" },
	{ NULL, NULL, NULL },
};

static const struct field fields[] = {
	{
	    .id = "kind",
	    .label = "Kind of report",
	    .help =
		"CUR 2.0 comes from AWS Data Exports and is what AWS develops further. The legacy "
		"Cost and Usage Report has the same figures; its columns change with what you "
		"use. Choose it only for a tool that asks for it.",
	    FIELD(struct billing_report_model, kind),
	    .def = "cur2",
	    .options = kinds,
	},
	{
	    .id = "name",
	    .label = "Report name",
	    .help = "What the report is called; also a folder in the bucket. A report of this name "
		    "that exists is kept, never made twice.",
	    FIELD(struct billing_report_model, name),
	    .def = "cost-and-usage",
	    .validate = name_ok,
	},
	{
	    .id = "bucket",
	    .label = "Bucket for the report",
	    .help =
		"The S3 bucket that takes the files. auto: the bucket that the report of this "
		"name uses, else a new one called aws-billing-reports-ACCOUNT-REGION. Do not use "
		"the bucket of the trail: other people read it.",
	    FIELD(struct billing_report_model, bucket),
	    .def = "auto",
	    .validate = bucket_step_name_ok,
	},
	{
	    .id = "prefix",
	    .label = "Folder in the bucket",
	    .help =
		"All files of the report are put under this folder (S3 prefix). AWS requires one.",
	    FIELD(struct billing_report_model, prefix),
	    .def = "cur",
	    .validate = prefix_ok,
	},
	{
	    .id = "region",
	    .label = "Region of the bucket",
	    .help =
		"Where the bucket is, or is to be made. auto: the Region you work in. The billing "
		"services themselves live in one Region for all; that is seen to.",
	    FIELD(struct billing_report_model, region),
	    .def = "auto",
	    .validate = region_ok,
	},
	{
	    .id = "time_unit",
	    .label = "One line for each",
	    .help =
		"How finely usage is split: by the hour, the day or the month. By the day is "
		"enough to see what a bill is made of; by the hour makes files many times larger.",
	    FIELD(struct billing_report_model, time_unit),
	    .def = "DAILY",
	    .options = units,
	},
	{
	    .id = "format",
	    .label = "File format",
	    .help =
		"Parquet files are small and ready for Athena; CSV (compressed with gzip) opens in "
		"a spreadsheet. The compression goes with the format.",
	    FIELD(struct billing_report_model, format),
	    .def = "parquet",
	    .options = formats,
	},
	{
	    .id = "resource_ids",
	    .label = "Name each resource",
	    .help =
		"Yes: each line names the resource (instance, bucket and so on) that caused the "
		"cost. More to see, larger files.",
	    FIELD(struct billing_report_model, resource_ids),
	    .def = "yes",
	},
	{
	    .id = "billing_access",
	    .label = "Let IAM users see billing",
	    .help =
		"In a new account only root may see bills, however wide an administrator's "
		"rights. Yes: you are led to the switch in the console, which only root has; do it "
		"while you are root. A person is needed for it, so an answers file has to ask.",
	    FIELD(struct billing_report_model, billing_access),
	    .def = "no",
	},
};

/* ---- steps ------------------------------------------------------------------------ */

#define REPORT_FACTS (FACT(REPORTS) | FACT(EXPORTS) | FACT(BILLING_BUCKETS))

static const struct step_call bucket_calls_table[] = { BUCKET_STEP_CALLS };
static const struct step_call policy_calls[] = { POLICY_STEP_CALLS };
static const struct step_call report_calls[] = {
	{ OP_BCM_GET_TABLE, "table/COST_AND_USAGE_REPORT", "cur2" },
	{ OP_BCM_CREATE_EXPORT, "export/{name}", "cur2" },
	{ OP_CUR_PUT_REPORT_DEFINITION, "report/{name}", "legacy" },
	{ OP_BCM_DELETE_EXPORT, "export/{name}", "undo" },
	{ OP_CUR_DELETE_REPORT_DEFINITION, "report/{name}", "undo" },
};

static bool
access_wanted(const struct run *run, const void *model)
{
	const struct billing_report_model *m = model;

	(void)run;
	return m->billing_access;
}

static const struct step steps[] = {
	{
	    .id = "bucket",
	    .title = "Make or harden the bucket for the report",
	    .why = "A bill tells what a company runs and where; nobody outside may reach it.",
	    .risk =
		"An existing bucket that others use without TLS or through access control lists "
		"refuses them afterwards.",
	    .cost = "S3 storage: cents a month for a small account",
	    .undo_text = "A bucket made here is deleted while it is empty, afterwards it stays. On "
			 "an existing one the old settings are put back.",
	    .session = SESSION_SETUP,
	    .facts = REPORT_FACTS,
	    CALLS(bucket_calls_table),
	    .check = report_bucket_check,
	    .apply = report_bucket_apply,
	    .undo = bucket_step_undo,
	},
	{
	    .id = "bucket_policy",
	    .title = "Let the billing service deliver",
	    .why = "AWS writes reports only into a bucket whose policy lets its billing services "
		   "in, for "
		   "this account's reports and no others.",
	    .cost = "none",
	    .undo_text = "Takes out the statements again and puts back those that they replaced.",
	    .session = SESSION_SETUP,
	    .facts = REPORT_FACTS,
	    CALLS(policy_calls),
	    .check = report_policy_check,
	    .apply = report_policy_apply,
	    .undo = policy_step_undo,
	},
	{
	    .id = "report",
	    .title = "Create the cost and usage report",
	    .why = "Usage and estimated charges, updated at least once a day: an unexpected cost "
		   "is often "
		   "the first sign of a stolen key.",
	    .cost = "none for the report; storage in S3",
	    .undo_text = "Deletes the report; files that were delivered stay in the bucket.",
	    .session = SESSION_SETUP,
	    .facts = REPORT_FACTS,
	    CALLS(report_calls),
	    .check = report_create_check,
	    .apply = report_create_apply,
	    .undo = report_create_undo,
	},
	{
	    .id = "access",
	    .title = "Let IAM users see billing",
	    .why = "Otherwise somebody has to sign in as root for every look at a bill.",
	    .risk = "Everybody whose IAM policies allow it sees the account's costs.",
	    .cost = "none",
	    .undo_text = "Switch it off on the same page of the console, as root.",
	    .guided = true,
	    .session = SESSION_SETUP,
	    .facts = FACT(REPORTS) | FACT(EXPORTS),
	    .applies = access_wanted,
	    .check = report_access_check,
	    .apply = report_access_apply,
	},
};

/* ---- the screen ------------------------------------------------------------------- */

static void
set_text(char **member, const char *text)
{
	if (text[0] == '\0')
		return;
	xfree(*member);
	*member = xstrdup(text);
}

/* Suggest a report that exists, so that none is made beside it. */
static bool
prepare(struct run *run, void *model, struct err *e)
{
	struct billing_report_model *m = model;
	struct report_seen r;

	(void)e;
	m->billing_access = run->account.caller.root;
	if (!report_any(run->facts, &r))
		return true;
	set_text(&m->kind, r.cur2 ? "cur2" : "legacy");
	set_text(&m->name, r.name);
	set_text(&m->bucket, r.bucket);
	set_text(&m->prefix, r.prefix);
	set_text(&m->region, r.region);
	set_text(&m->time_unit, r.time_unit);
	set_text(&m->format, r.format);
	m->resource_ids = r.resource_ids;
	return true;
}

static void
show_reports(const struct facts *facts, struct blocks *out)
{
	const json_t *exports = facts_value(facts, FACT_EXPORTS);
	const json_t *reports = facts_value(facts, FACT_REPORTS);
	struct report_seen r;

	if (json_array_size(exports) + json_array_size(reports) == 0)
		blocks_add(out, BLOCK_TEXT, "No report was found.", NULL);
	else
		blocks_add(out, BLOCK_ROW, "report\tkind\tline\tformat\tstatus\tbucket", NULL);
	for (size_t i = 0; i < json_array_size(exports); i++) {
		report_see_export(json_array_get(exports, i), &r);
		blocks_printf(out, BLOCK_ROW, "%s\t%s\t%s\t%s\t%s\t%s", r.name,
		    report_is_cost(json_array_get(exports, i)) ? "cur2" : "other export",
		    r.time_unit, r.format, r.status, r.bucket);
	}
	for (size_t i = 0; i < json_array_size(reports); i++) {
		report_see_legacy(json_array_get(reports, i), &r);
		blocks_printf(out, BLOCK_ROW, "%s\tlegacy\t%s\t%s\t%s\t%s", r.name, r.time_unit,
		    r.format, r.status[0] != '\0' ? r.status : "not delivered yet", r.bucket);
	}
}

static void
show_unread(const struct facts *facts, enum fact_id id, struct blocks *out)
{
	const struct fact *f = facts_get(facts, id);

	if (f != NULL && f->err.kind != ERR_NONE)
		blocks_printf(
		    out, BLOCK_WARN, "%s could not be read: %s", fact_operation(id), f->err.text);
}

static bool
render(struct run *run, const void *model, struct blocks *out, struct err *e)
{
	struct report_target t;

	(void)e;
	report_target(run, model, &t);
	show_reports(run->facts, out);
	show_unread(run->facts, FACT_EXPORTS, out);
	show_unread(run->facts, FACT_REPORTS, out);
	if (!report_offered(run, &t))
		blocks_add(
		    out, BLOCK_WARN, "Legacy reports are not offered in this partition.", NULL);
	struct bucket_plan want = report_bucket_plan(&t);
	const json_t *have =
	    json_object_get(facts_value(run->facts, FACT_BILLING_BUCKETS), t.bucket);
	json_auto_t *doc = report_policy(run, &t, have);
	want.policy = doc;
	blocks_printf(out, BLOCK_TEXT, "Statements of the policy of bucket %s:", t.bucket);
	policy_step_render(&want, have, out);
	blocks_add(out, BLOCK_TEXT,
	    "The first files come within 24 hours, then up to three times a "
	    "day.",
	    NULL);
	return true;
}

const struct screen_def screen_billing_report = {
	.id = "billing_report",
	.title = "Billing report: see what costs",
	.why = "A report of usage and estimated charges, delivered to a bucket of yours at least "
	       "once a "
	       "day. Do it while you are root: in a new account nobody else may see bills.",
	.kind = PAGE_FORM,
	FIELDS(fields),
	.checks = billing_report_checks,
	.nchecks = BILLING_REPORT_NCHECKS,
	STEPS(steps),
	.model_size = sizeof(struct billing_report_model),
	.facts = REPORT_FACTS,
	.prepare = prepare,
	.render = render,
};
