/* SPDX-License-Identifier: MIT */
/* Steps of the billing report: bucket, its policy, the report. */
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "billing_report.h"
#include "json.h"

#define POLICY_EVERY 3000 /* the billing services see a new bucket policy after 0-10 s */
#define POLICY_LIMIT 15000

static bool
is_auto(const char *s)
{
	return strcmp(s, "auto") == 0;
}

void
report_target(
    const struct run *run, const struct billing_report_model *m, struct report_target *out)
{
	const struct account *a = &run->account;
	struct report_target t = { .cur2 = strcmp(m->kind, "legacy") != 0 };
	struct report_seen r = { 0 };
	bool exists = report_find(run->facts, t.cur2, m->name, &r);

	if (!is_auto(m->bucket))
		snprintf(t.bucket, sizeof t.bucket, "%s", m->bucket);
	else if (exists)
		snprintf(t.bucket, sizeof t.bucket, "%s", r.bucket);
	else
		snprintf(t.bucket, sizeof t.bucket, "aws-billing-reports-%s-%s", a->caller.account,
		    is_auto(m->region) ? a->region : m->region);
	const json_t *have =
	    json_object_get(facts_value(run->facts, FACT_BILLING_BUCKETS), t.bucket);
	const char *region = json_text_or(have, "region", "");
	if (!is_auto(m->region))
		region = m->region;
	snprintf(t.region, sizeof t.region, "%s", region[0] != '\0' ? region : a->region);
	*out = t;
}

/* Bills are written anew several times a day: old versions would only cost storage. */
struct bucket_plan
report_bucket_plan(const struct report_target *t)
{
	return (struct bucket_plan){ .name = t->bucket, .region = t->region };
}

json_t *
report_policy(const struct run *run, const struct report_target *t, const json_t *have)
{
	const struct account *a = &run->account;
	const json_t *policy = json_at(have, "policy");
	json_auto_t *delivery =
	    t->cur2 ? policydoc_export_bucket(a, t->bucket) : policydoc_cur_bucket(a, t->bucket);
	json_t *doc = bucket_keep_apart(policy, delivery, false);

	if (!bucket_tls_only(policy, t->bucket)) {
		json_auto_t *tls = policydoc_tls_only(a, t->bucket);

		json_array_extend(
		    json_object_get(doc, "Statement"), json_object_get(tls, "Statement"));
	}
	return doc;
}

bool
report_offered(const struct run *run, const struct report_target *t)
{
	return t->cur2 || run->account.partition->has_cur;
}

/* Target and bucket; *go false: the verdict is set. */
static bool
look(struct step_ctx *c, struct report_target *t, const json_t **have, bool *go, struct err *e)
{
	const struct billing_report_model *m = c->model;

	*go = false;
	report_target(c->run, m, t);
	if (!report_offered(c->run, t))
		return item_verdict(c->item, VERDICT_BLOCKED,
		    "Legacy reports are not offered in this "
		    "partition (%s): choose cur2.",
		    c->run->account.partition->id);
	if (!bucket_step_fact(c->run, FACT_BILLING_BUCKETS, t->bucket, t->region, have, e))
		return false;
	report_target(c->run, m, t);
	const char *region = json_text_or(*have, "region", "");
	if (region[0] != '\0' && bucket_state(*have) == BUCKET_THERE &&
	    strcmp(region, t->region) != 0)
		return item_verdict(c->item, VERDICT_BLOCKED,
		    "Bucket %s is in %s, not in %s "
		    "(billing_report.region).",
		    t->bucket, region, t->region);
	*go = bucket_step_usable(c, *have, t->bucket, "billing_report.bucket");
	return true;
}

/* Facts may have changed between check and apply. */
static bool
still(const struct step_ctx *c, bool go, struct err *e)
{
	return go || err_set(e, ERR_REFUSED, "%s", c->item->evidence);
}

bool
report_bucket_check(struct step_ctx *c, struct err *e)
{
	struct report_target t;
	const json_t *have = NULL;
	bool go;

	if (!look(c, &t, &have, &go, e))
		return false;
	const struct bucket_plan want = report_bucket_plan(&t);
	return !go || bucket_step_check(c, &want, have);
}

bool
report_bucket_apply(struct step_ctx *c, struct err *e)
{
	struct report_target t;
	const json_t *have = NULL;
	bool go;

	if (!look(c, &t, &have, &go, e) || !still(c, go, e))
		return false;
	const struct bucket_plan want = report_bucket_plan(&t);
	return bucket_step_apply(c, &want, have, e);
}

bool
report_policy_check(struct step_ctx *c, struct err *e)
{
	struct report_target t;
	const json_t *have = NULL;
	bool go;

	if (!look(c, &t, &have, &go, e))
		return false;
	if (!go)
		return true;
	struct bucket_plan want = report_bucket_plan(&t);
	json_auto_t *doc = report_policy(c->run, &t, have);
	want.policy = doc;
	return policy_step_check(c, &want, have);
}

bool
report_policy_apply(struct step_ctx *c, struct err *e)
{
	struct report_target t;
	const json_t *have = NULL;
	bool go;

	if (!look(c, &t, &have, &go, e) || !still(c, go, e))
		return false;
	struct bucket_plan want = report_bucket_plan(&t);
	json_auto_t *doc = report_policy(c->run, &t, have);
	want.policy = doc;
	return policy_step_apply(c, &want, have, e);
}

/* ---- the report ----------------------------------------------------------------------- */

static bool
readable(const struct facts *facts, enum fact_id id, struct err *e)
{
	const struct fact *f = facts_get(facts, id);

	if (f != NULL && f->value != NULL)
		return true;
	if (f != NULL && f->err.kind != ERR_NONE)
		*e = f->err;
	return err_set(e, ERR_OTHER, "%s has not been read", fact_operation(id));
}

static const char *
about(const struct report_target *t)
{
	return t->cur2 ? "export" : "report";
}

/* What a report of the name has that the answers do not say, in words. */
static void
differences(const struct billing_report_model *m, const struct report_target *t,
    const struct report_seen *r, struct buf *b)
{
	if (strcmp(r->bucket, t->bucket) != 0)
		buf_printf(b, "bucket %s, ", r->bucket);
	if (strcmp(r->prefix, m->prefix) != 0)
		buf_printf(b, "prefix %s, ", r->prefix);
	if (strcmp(r->time_unit, m->time_unit) != 0)
		buf_printf(b, "%s, ", r->time_unit);
	if (strcmp(r->format, m->format) != 0)
		buf_printf(b, "%s, ", r->format);
	if (r->resource_ids != m->resource_ids)
		buf_printf(b, "%s resource ids, ", r->resource_ids ? "with" : "without");
	if (b->len > 2)
		buf_cut(b, b->len - 2);
}

static bool
say_existing(struct step_ctx *c, const struct report_target *t, const struct report_seen *r)
{
	AUTO_BUF other = BUF_INIT(BUF_MAX_LINE);

	differences(c->model, t, r, &other);
	if (other.len > 0)
		return item_verdict(c->item, VERDICT_BLOCKED,
		    "The %s %s exists with other settings "
		    "(%s): choose another name, or answer with its settings.",
		    about(t), r->name, buf_str(&other));
	return item_verdict(c->item, VERDICT_OK, "The %s %s exists; status: %s%s%s.", about(t),
	    r->name, r->status[0] != '\0' ? r->status : "first delivery within 24 hours",
	    r->reason[0] != '\0' ? ", " : "", r->reason);
}

bool
report_create_check(struct step_ctx *c, struct err *e)
{
	const struct billing_report_model *m = c->model;
	struct report_target t;
	struct report_seen r;
	const json_t *have = NULL;
	bool go;

	report_target(c->run, m, &t);
	if (report_offered(c->run, &t) &&
	    !readable(c->run->facts, t.cur2 ? FACT_EXPORTS : FACT_REPORTS, e))
		return false;
	if (report_find(c->run->facts, t.cur2, m->name, &r))
		return say_existing(c, &t, &r);
	if (!look(c, &t, &have, &go, e))
		return false;
	if (!go)
		return true;
	item_call(c->item, t.cur2 ? OP_BCM_CREATE_EXPORT : OP_CUR_PUT_REPORT_DEFINITION, "%s/%s",
	    about(&t), m->name);
	return item_verdict(c->item, VERDICT_NEEDED, "There is no %s %s yet.", about(&t), m->name);
}

struct making {
	struct step_ctx *c;
	struct report_target t;
	struct cur_report want;
	struct err last;
};

/* The answer was lost, or somebody was faster: is the report there? */
static bool
is_there_now(const struct making *m)
{
	enum fact_id id = m->t.cur2 ? FACT_EXPORTS : FACT_REPORTS;
	struct facts *facts = m->c->run->facts;
	struct report_seen r;
	struct err ignored = { 0 };

	facts_forget(facts, 1u << id);
	return facts_need(facts, 1u << id, &ignored) &&
	       report_find(facts, m->t.cur2, m->want.name, &r);
}

static bool
make(void *arg, bool *done, struct err *e)
{
	struct making *m = arg;
	struct aws *aws = m->c->aws;
	const struct aws_tag *tags = run_tags(m->c->run);
	struct err why = { 0 };
	char arn[320];

	*done = m->t.cur2 ? bcm_create_export(aws, &m->want, tags, arn, &why)
			  : cur_put_report_definition(aws, &m->want, tags, &why);
	if (*done)
		return true;
	if ((why.maybe || err_is(&why, "DuplicateReportNameException")) && is_there_now(m))
		return *done = true;
	m->last = why;
	/* Also how a bucket policy that has not arrived yet shows. */
	if (err_is(&why, "ValidationException"))
		return true;
	*e = why;
	return false;
}

static bool
wait_made(struct making *m, struct err *e)
{
	if (run_wait_until(m->c->run, "Waiting until AWS Billing sees the bucket's policy",
		POLICY_EVERY, POLICY_LIMIT, make, m, e))
		return true;
	if (err_is(e, "Timeout"))
		*e = m->last;
	return false;
}

bool
report_create_apply(struct step_ctx *c, struct err *e)
{
	const struct billing_report_model *m = c->model;
	struct making making = { .c = c };

	report_target(c->run, m, &making.t);
	making.want = (struct cur_report){
		.name = m->name,
		.bucket = making.t.bucket,
		.prefix = m->prefix,
		.bucket_region = making.t.region,
		.account = c->run->account.caller.account,
		.time_unit = m->time_unit,
		.parquet = strcmp(m->format, "parquet") == 0,
		.resources = m->resource_ids,
	};
	return item_before(c, json_pack("{s:b, s:s}", "cur2", making.t.cur2, "name", m->name), e) &&
	       wait_made(&making, e);
}

bool
report_create_undo(struct step_ctx *c, const json_t *before, struct err *e)
{
	bool cur2 = json_bool(before, "cur2");
	const char *name = json_text_or(before, "name", "");
	enum fact_id id = cur2 ? FACT_EXPORTS : FACT_REPORTS;
	struct report_seen r;

	facts_forget(c->run->facts, 1u << id);
	if (!facts_need(c->run->facts, 1u << id, e) || !readable(c->run->facts, id, e))
		return false;
	if (!report_find(c->run->facts, cur2, name, &r))
		return true;
	bool ok = cur2 ? bcm_delete_export(c->aws, r.arn, e)
		       : cur_delete_report_definition(c->aws, name, e);
	facts_forget(c->run->facts, 1u << id);
	return ok;
}
