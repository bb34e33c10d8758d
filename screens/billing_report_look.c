/* SPDX-License-Identifier: MIT */
/* The check of the billing report: a pure function of what was read. */
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "billing_report.h"
#include "json.h"

#define TABLE "COST_AND_USAGE_REPORT"
#define S3_DEST "export.DestinationConfigurations.S3Destination."
#define CONFIG "export.DataQuery.TableConfigurations." TABLE "."

/* ---- one report --------------------------------------------------------------------- */

bool
report_is_cost(const json_t *item)
{
	return strstr(json_text_or(item, "export.DataQuery.QueryStatement", ""), TABLE) != NULL;
}

void
report_see_export(const json_t *item, struct report_seen *out)
{
	const char *status = json_text(item, "ref.ExportStatus.StatusCode");
	const char *reason = json_text(item, "ref.ExportStatus.StatusReason");
	const char *format = json_text_or(item, S3_DEST "S3OutputConfigurations.Format", "");

	*out = (struct report_seen){
		.name = json_text_or(item, "ref.ExportName", json_text_or(item, "export.Name", "")),
		.arn = json_text_or(item, "ref.ExportArn", ""),
		.bucket = json_text_or(item, S3_DEST "S3Bucket", ""),
		.prefix = json_text_or(item, S3_DEST "S3Prefix", ""),
		.region = json_text_or(item, S3_DEST "S3Region", ""),
		.time_unit = json_text_or(item, CONFIG "TIME_GRANULARITY", ""),
		.format = strcmp(format, "PARQUET") == 0 ? "parquet" : "csv",
		.status = status != NULL ? status : "",
		.reason = reason != NULL ? reason : "",
		.cur2 = true,
		.resource_ids = json_bool(item, CONFIG "INCLUDE_RESOURCES"),
		.healthy = status == NULL || strcmp(status, "HEALTHY") == 0,
	};
}

void
report_see_legacy(const json_t *item, struct report_seen *out)
{
	const char *status = json_text_or(item, "ReportStatus.lastStatus", "");

	*out = (struct report_seen){
		.name = json_text_or(item, "ReportName", ""),
		.bucket = json_text_or(item, "S3Bucket", ""),
		.prefix = json_text_or(item, "S3Prefix", ""),
		.region = json_text_or(item, "S3Region", ""),
		.time_unit = json_text_or(item, "TimeUnit", ""),
		.format =
		    strcmp(json_text_or(item, "Format", ""), "Parquet") == 0 ? "parquet" : "csv",
		.status = status,
		.reason = "",
		.healthy = status[0] == '\0' || strcmp(status, "SUCCESS") == 0,
	};
	for (size_t i = 0; i < json_count(item, "AdditionalSchemaElements"); i++)
		if (strcmp(json_text_or(json_item(item, "AdditionalSchemaElements", i), "", ""),
			"RESOURCES") == 0)
			out->resource_ids = true;
}

/* The i-th report of all, exports first; false past the end. */
static bool
report_at(const struct facts *facts, size_t i, struct report_seen *out)
{
	const json_t *exports = facts_value(facts, FACT_EXPORTS);
	const json_t *reports = facts_value(facts, FACT_REPORTS);
	size_t n = json_array_size(exports);

	if (i < n)
		report_see_export(json_array_get(exports, i), out);
	else if (i - n < json_array_size(reports))
		report_see_legacy(json_array_get(reports, i - n), out);
	else
		return false;
	return true;
}

bool
report_find(const struct facts *facts, bool cur2, const char *name, struct report_seen *out)
{
	struct report_seen r;

	for (size_t i = 0; report_at(facts, i, &r); i++) {
		if (r.cur2 != cur2 || strcmp(r.name, name) != 0)
			continue;
		*out = r;
		return true;
	}
	return false;
}

/* An export that tells about something else than cost and usage. */
static bool
other_table(const struct facts *facts, size_t i)
{
	const json_t *exports = facts_value(facts, FACT_EXPORTS);

	return i < json_array_size(exports) && !report_is_cost(json_array_get(exports, i));
}

bool
report_any(const struct facts *facts, struct report_seen *out)
{
	struct report_seen r;
	bool found = false;

	for (size_t i = 0; report_at(facts, i, &r); i++) {
		if (other_table(facts, i) || (found && (out->healthy || !r.healthy)))
			continue;
		*out = r;
		found = true;
	}
	return found;
}

/* What the two services ask of the policy (Data Exports and CUR User Guides). */
bool
report_deliverable(const struct report_seen *r, const json_t *have)
{
	const json_t *policy = json_at(have, "policy");
	const char *service =
	    r->cur2 ? "bcm-data-exports.amazonaws.com" : "billingreports.amazonaws.com";
	struct bucket_ask ask = {
		.bucket = r->bucket,
		.service = service,
		.action = "s3:GetBucketPolicy",
		.source_arn = r->arn,
	};

	if (!bucket_allows(policy, &ask))
		return false;
	ask.action = "s3:PutObject";
	ask.key = "aws-programmatic-access-test-object";
	return bucket_allows(policy, &ask);
}

/* ---- the check ------------------------------------------------------------------------ */

/* How good a report is, with why in words. */
struct opinion {
	enum check_status status;
	bool waiting;
	char reason[256];
};

static void
judge(const struct report_seen *r, const json_t *have, struct opinion *o)
{
	enum bucket_state state = bucket_state(have);
	const char *kind = r->cur2 ? "Export" : "Report";
	bool open = state == BUCKET_THERE && report_deliverable(r, have);

	o->status = CHECK_FAIL;
	if (state == BUCKET_FREE) {
		snprintf(o->reason, sizeof o->reason, "%s %s: its bucket %s does not exist.", kind,
		    r->name, r->bucket);
	} else if (state != BUCKET_THERE) {
		o->status = CHECK_UNKNOWN;
		snprintf(o->reason, sizeof o->reason,
		    "%s %s: its bucket %s could not be read (%s).", kind, r->name, r->bucket,
		    json_text_or(have, "error", "no answer"));
	} else if (!open) {
		snprintf(o->reason, sizeof o->reason,
		    "%s %s: the policy of bucket %s does not let "
		    "AWS deliver.",
		    kind, r->name, r->bucket);
	} else if (!r->healthy) {
		o->waiting = true;
		snprintf(o->reason, sizeof o->reason,
		    "%s %s is %s%s%s; its bucket lets AWS deliver, "
		    "the next delivery will tell.",
		    kind, r->name, r->status, r->reason[0] != '\0' ? ": " : "", r->reason);
	} else {
		o->status = CHECK_PASS;
		snprintf(o->reason, sizeof o->reason, "%s %s delivers to bucket %s (%s).", kind,
		    r->name, r->bucket,
		    r->status[0] != '\0' ? r->status : "first delivery within 24 hours");
	}
}

/* Better: pass before unknown before fail. */
static int
worth(enum check_status s)
{
	return s == CHECK_PASS ? 2 : s == CHECK_UNKNOWN ? 1 : 0;
}

static bool
best_report(const struct facts *facts, struct report_seen *best, struct opinion *o)
{
	const json_t *buckets = facts_value(facts, FACT_BILLING_BUCKETS);
	struct report_seen r;
	bool found = false;

	for (size_t i = 0; report_at(facts, i, &r); i++) {
		struct opinion this = { 0 };

		if (other_table(facts, i))
			continue;
		judge(&r, json_object_get(buckets, r.bucket), &this);
		if (found && worth(this.status) <= worth(o->status))
			continue;
		*o = this;
		*best = r;
		found = true;
	}
	return found;
}

static void
evaluate(const struct facts *facts, struct finding *f)
{
	struct report_seen r = { 0 };
	struct opinion o = { 0 };
	bool found = best_report(facts, &r, &o);

	/* One kind may be unreadable while a good report of the other kind is enough. */
	if ((!found || o.status != CHECK_PASS) &&
	    finding_unreadable(f, facts, FACT(REPORTS) | FACT(EXPORTS)))
		return;
	if (!found) {
		finding_add(f, facts, FACT_EXPORTS, "Exports", json_array());
		finding_add(f, facts, FACT_REPORTS, "ReportDefinitions", json_array());
		finding_set(f, CHECK_FAIL, "There is no cost and usage report.");
		return;
	}
	if (o.status != CHECK_PASS && finding_unreadable(f, facts, FACT(BILLING_BUCKETS)))
		return;
	if (o.waiting)
		f->how = FIX_WAITING;
	finding_add(f, facts, r.cur2 ? FACT_EXPORTS : FACT_REPORTS,
	    r.cur2 ? "ExportName" : "ReportName", json_string(r.name));
	finding_add(f, facts, r.cur2 ? FACT_EXPORTS : FACT_REPORTS,
	    r.cur2 ? "StatusCode" : "lastStatus", json_string(r.status));
	finding_add(f, facts, FACT_BILLING_BUCKETS, "S3Bucket", json_string(r.bucket));
	finding_set(f, o.status, "%s", o.reason);
}

static const char *const refs[] = { "Well-Architected COST03-BP01", NULL };

const struct check billing_report_checks[BILLING_REPORT_NCHECKS] = {
	{
	    .id = "billing-report",
	    .title = "Have a cost and usage report delivered",
	    .rank = 12,
	    .refs = refs,
	    .facts = FACT(REPORTS) | FACT(EXPORTS) | FACT(BILLING_BUCKETS),
	    .how = FIX_AUTOMATIC,
	    .evaluate = evaluate,
	},
};
