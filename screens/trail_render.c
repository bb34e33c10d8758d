/* SPDX-License-Identifier: MIT */
/* What the trail page shows beside its fields. */
#include <string.h>

#include "json.h"
#include "trail.h"

static void
show_trails(const struct run *run, struct blocks *out)
{
	const json_t *trails = facts_value(run->facts, FACT_TRAILS), *t;
	size_t i;

	if (json_array_size(trails) == 0)
		blocks_add(out, BLOCK_TEXT, "This account has no trail yet.", NULL);
	else
		blocks_add(
		    out, BLOCK_ROW, "trail\thome\tRegions\tlogging\tvalidation\tbucket", NULL);
	json_array_foreach (trails, i, t) {
		const json_t *status = trail_status(run->facts, t);

		blocks_printf(out, BLOCK_ROW, "%s%s\t%s\t%s\t%s\t%s\t%s",
		    json_text_or(t, "Name", ""),
		    json_bool(t, "IsOrganizationTrail") ? " (organization)" : "",
		    json_text_or(t, "HomeRegion", ""),
		    json_bool(t, "IsMultiRegionTrail") ? "all" : "one",
		    json_bool(status, "status.IsLogging") ? "yes" : "no",
		    json_bool(t, "LogFileValidationEnabled") ? "yes" : "no",
		    json_text_or(t, "S3BucketName", ""));
	}
}

static void
show_target(const struct trail_model *m, const struct trail_target *t, struct blocks *out)
{
	const char *prefix = t->prefix;

	if (t->other != NULL) {
		blocks_printf(out, BLOCK_TEXT,
		    "The organization's trail %s records this account "
		    "already. Nothing is made: a second copy of management events costs money.",
		    json_text_or(t->other, "Name", ""));
		return;
	}
	if (t->trail != NULL && strcmp(t->name, m->name) != 0)
		blocks_printf(out, BLOCK_TEXT,
		    "Trail %s exists: it is brought in order instead of "
		    "making %s beside it, since a second copy of management events costs money.",
		    t->name, m->name);
	blocks_add(out, BLOCK_KEYVAL, t->trail != NULL ? "Keep and repair" : "Make", t->arn);
	blocks_printf(out, BLOCK_TEXT, "Logs: s3://%s/%s%sAWSLogs/", t->bucket, prefix,
	    prefix[0] != '\0' ? "/" : "");
}

static void
show_readers(const struct run *run, const struct trail_model *m, const json_t *have,
    const struct trail_target *t, struct blocks *out)
{
	struct strlist arns = { 0 }, missing = { 0 };
	struct err why = { 0 };

	blocks_add(out, BLOCK_TEXT, "May read the logs (besides root and AWS services):", NULL);
	if (!trail_readers(run, m, have, t, &arns, &missing, &why))
		blocks_add(out, BLOCK_WARN, why.text, NULL);
	else if (arns.n == 0 && missing.n == 0)
		blocks_add(out, BLOCK_TEXT, "nobody yet", NULL);
	for (size_t i = 0; i < arns.n; i++)
		blocks_add(out, BLOCK_ROW, arns.items[i], NULL);
	for (size_t i = 0; i < missing.n; i++)
		blocks_printf(out, BLOCK_WARN, "\"%s\" is no user or group of this account (yet).",
		    missing.items[i]);
	strlist_free(&arns);
	strlist_free(&missing);
}

static bool
show_policy(const struct run *run, const struct trail_model *m, const json_t *have,
    const struct trail_target *t, struct blocks *out)
{
	struct bucket_plan want = trail_bucket_plan(m, t);
	struct strlist missing = { 0 };
	struct err why = { 0 };
	json_auto_t *doc = trail_policy(run, m, t, have, &missing, &why);

	strlist_free(&missing);
	if (doc == NULL)
		return false;
	want.policy = doc;
	blocks_printf(out, BLOCK_TEXT, "Statements of the policy of bucket %s:", t->bucket);
	policy_step_render(&want, have, out);
	return true;
}

bool
trail_render(struct run *run, const void *model, struct blocks *out, struct err *e)
{
	const struct trail_model *m = model;
	struct trail_target t;

	if (!trail_find(run, m, &t, e))
		return false;
	show_trails(run, out);
	show_target(m, &t, out);
	if (t.other == NULL) {
		const json_t *have =
		    json_object_get(facts_value(run->facts, FACT_TRAIL_BUCKETS), t.bucket);

		show_readers(run, m, have, &t, out);
		show_policy(run, m, have, &t, out);
	}
	blocks_add(out, BLOCK_TEXT,
	    "Event history shows the management events of the last 90 days "
	    "free of charge, with or without a trail. A trail keeps them longer, in a bucket that "
	    "is "
	    "yours, and lets alerts be set on them.",
	    NULL);
	return true;
}
