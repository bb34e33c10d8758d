/* SPDX-License-Identifier: MIT */
/* Readers of the two kinds of reports about cost (CUR, Data Exports API References). */
#include <string.h>

#include "alloc.h"
#include "facts_read.h"
#include "json.h"

#define REPORTS_PAGE 5 /* DescribeReportDefinitions, MaxResults */

/* ---- REPORTS ------------------------------------------------------------------------ */

static bool
has_cur(const struct facts *f)
{
	return f->account->partition == NULL || f->account->partition->has_cur;
}

static void
ask_reports(struct facts *f, enum fact_id id, struct wave *w)
{
	(void)id;
	if (has_cur(f))
		wave_add(w, OP_CUR_DESCRIBE_REPORT_DEFINITIONS, "reports",
		    json_pack("{s:i}", "MaxResults", REPORTS_PAGE));
}

static void
take_reports(struct facts *f, enum fact_id id, const struct aws_fetch *got, size_t n)
{
	if (n == 0) /* not offered in this partition, so there are none */
		fact_value(f, id, json_array(), NULL);
	else if (got->err.kind != ERR_NONE)
		fact_fail(f, id, &got->err);
	else
		fact_value(f, id, json_incref(got->reply), got);
}

const struct fact_reader read_reports = { .ask = ask_reports, .read = take_reports };

/* ---- EXPORTS: the list, then each ------------------------------------------------------ */

static void
ask_exports(struct facts *f, enum fact_id id, struct wave *w)
{
	const json_t *refs = f->progress[id].partial, *ref;
	size_t i;

	if (refs == NULL)
		wave_add(w, OP_BCM_LIST_EXPORTS, "exports", NULL);
	json_array_foreach (refs, i, ref)
		wave_add(w, OP_BCM_GET_EXPORT, "exports",
		    json_pack("{s:s}", "ExportArn", json_text_or(ref, "ExportArn", "")));
}

static void
take_listed(struct facts *f, enum fact_id id, const struct aws_fetch *got)
{
	if (got->err.kind != ERR_NONE)
		fact_fail(f, id, &got->err);
	else if (json_array_size(got->reply) == 0)
		fact_value(f, id, json_array(), got);
	else
		fact_again(f, id, json_incref(got->reply));
}

static void
take_exports(struct facts *f, enum fact_id id, const struct aws_fetch *got, size_t n)
{
	const json_t *refs = f->progress[id].partial;

	if (refs == NULL) {
		take_listed(f, id, got);
		return;
	}
	json_auto_t *out = json_array();
	for (size_t i = 0; i < n; i++) {
		const json_t *export = json_at(got[i].reply, "Export");

		/* Deleted since it was listed. */
		if (err_is(&got[i].err, "ResourceNotFoundException"))
			continue;
		if (got[i].err.kind != ERR_NONE) {
			fact_fail(f, id, &got[i].err);
			return;
		}
		json_array_append_new(out,
		    json_pack("{s:O, s:O?}", "ref", json_array_get(refs, i), "export", export));
	}
	fact_value(f, id, take(&out), n > 0 ? got : NULL);
}

const struct fact_reader read_exports = { .ask = ask_exports, .read = take_exports };

/* ---- BILLING_BUCKETS ---------------------------------------------------------------------- */

static void
add_bucket(json_t *out, const json_t *where)
{
	const char *bucket = json_text_or(where, "S3Bucket", "");

	if (bucket[0] != '\0')
		json_object_set_new(out, bucket, json_string(json_text_or(where, "S3Region", "")));
}

/* {bucket: region} */
static json_t *
billing_buckets(const struct facts *f)
{
	static const char destination[] = "export.DestinationConfigurations.S3Destination";
	json_t *out = json_object();
	const json_t *r;
	size_t i;

	json_array_foreach (facts_value(f, FACT_REPORTS), i, r)
		add_bucket(out, r);
	json_array_foreach (facts_value(f, FACT_EXPORTS), i, r)
		add_bucket(out, json_at(r, destination));
	json_object_update(out, f->wanted[FACT_BILLING_BUCKETS]);
	return out;
}

static void
ask_billing_buckets(struct facts *f, enum fact_id id, struct wave *w)
{
	json_auto_t *buckets = billing_buckets(f);

	(void)id;
	buckets_ask(w, buckets);
}

static void
take_billing_buckets(struct facts *f, enum fact_id id, const struct aws_fetch *got, size_t n)
{
	bool any = facts_value(f, FACT_REPORTS) != NULL || facts_value(f, FACT_EXPORTS) != NULL;

	/* One kind is enough to know some buckets. */
	if (n == 0 && !any && facts_fails_with(f, id, FACT_EXPORTS))
		return;
	buckets_take(f, id, billing_buckets(f), got, n);
}

const struct fact_reader read_billing_buckets = {
	.after = FACT(REPORTS) | FACT(EXPORTS),
	.ask = ask_billing_buckets,
	.read = take_billing_buckets,
};
