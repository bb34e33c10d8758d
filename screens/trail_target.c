/* SPDX-License-Identifier: MIT */
/* What the answers mean on this account: which trail, which bucket, which home Region. */
#include <stdio.h>
#include <string.h>

#include "json.h"
#include "trail.h"

/* The trail is this account's own, not one that an organization shows here. */
static bool
is_own(const struct run *run, const json_t *trail)
{
	AUTO_BUF mine = BUF_INIT(BUF_MAX_LINE);
	const char *home = json_text_or(trail, "HomeRegion", "");

	account_arn(&run->account, "cloudtrail", home, "trail/", &mine);
	return strncmp(json_text_or(trail, "TrailARN", ""), buf_str(&mine), mine.len) == 0;
}

static const json_t *
own_named(const struct run *run, const json_t *trails, const char *name)
{
	const json_t *t;
	size_t i;

	json_array_foreach (trails, i, t)
		if (is_own(run, t) && strcmp(json_text_or(t, "Name", ""), name) == 0)
			return t;
	return NULL;
}

/* The best own (or not own) trail. */
static const json_t *
best_of(const struct run *run, const json_t *trails, bool own, unsigned *faults)
{
	json_auto_t *some = json_array();
	const json_t *t;
	size_t i;

	json_array_foreach (trails, i, t)
		if (is_own(run, t) == own)
			json_array_append(some, (json_t *)(uintptr_t)t);
	return trail_best(some, run->facts, faults);
}

static void
choose(const struct run *run, const struct trail_model *m, struct trail_target *t)
{
	const json_t *trails = facts_value(run->facts, FACT_TRAILS);
	unsigned faults = 0;

	t->trail = own_named(run, trails, m->name);
	if (t->trail != NULL || !m->adopt)
		return;
	const json_t *other = best_of(run, trails, false, &faults);
	if (other != NULL && faults == 0) {
		t->other = other;
		return;
	}
	t->trail = best_of(run, trails, true, &faults);
}

static bool
is_auto(const char *s)
{
	return strcmp(s, "auto") == 0;
}

static void
fill(const struct run *run, const struct trail_model *m, struct trail_target *t)
{
	const struct account *a = &run->account;
	const char *theirs = json_text_or(t->trail, "S3BucketName", "");
	AUTO_BUF arn = BUF_INIT(BUF_MAX_LINE);
	AUTO_BUF resource = BUF_INIT(BUF_MAX_LINE);

	snprintf(t->name, sizeof t->name, "%s", json_text_or(t->trail, "Name", m->name));
	snprintf(
	    t->region, sizeof t->region, "%s", json_text_or(t->trail, "HomeRegion", a->region));
	snprintf(t->prefix, sizeof t->prefix, "%s", json_text_or(t->trail, "S3KeyPrefix", ""));
	buf_printf(&resource, "trail/%s", t->name);
	account_arn(a, "cloudtrail", t->region, buf_str(&resource), &arn);
	snprintf(t->arn, sizeof t->arn, "%s", buf_str(&arn));
	if (!is_auto(m->bucket))
		snprintf(t->bucket, sizeof t->bucket, "%s", m->bucket);
	else if (theirs[0] != '\0')
		snprintf(t->bucket, sizeof t->bucket, "%s", theirs);
	else
		snprintf(t->bucket, sizeof t->bucket, "aws-cloudtrail-logs-%s-%s",
		    a->caller.account, a->region);
}

/* Another trail that is seen here writes to the same bucket. */
static bool
others_write(const json_t *trails, const struct trail_target *t)
{
	const json_t *other;
	size_t i;

	json_array_foreach (trails, i, other)
		if (strcmp(json_text_or(other, "TrailARN", ""), t->arn) != 0 &&
		    strcmp(json_text_or(other, "S3BucketName", ""), t->bucket) == 0)
			return true;
	return false;
}

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

bool
trail_find(
    const struct run *run, const struct trail_model *m, struct trail_target *out, struct err *e)
{
	struct trail_target t = { 0 };

	if (!readable(run->facts, FACT_TRAILS, e) || !readable(run->facts, FACT_TRAIL_STATUS, e))
		return false;
	choose(run, m, &t);
	fill(run, m, &t);
	t.shared = others_write(facts_value(run->facts, FACT_TRAILS), &t);
	const json_t *have = json_object_get(facts_value(run->facts, FACT_TRAIL_BUCKETS), t.bucket);
	snprintf(t.bucket_region, sizeof t.bucket_region, "%s",
	    json_text_or(have, "region", run->account.region));
	if (t.bucket_region[0] == '\0')
		snprintf(t.bucket_region, sizeof t.bucket_region, "%s", run->account.region);
	*out = t;
	return true;
}

struct bucket_plan
trail_bucket_plan(const struct trail_model *m, const struct trail_target *t)
{
	return (struct bucket_plan){
		.name = t->bucket,
		.region = t->bucket_region,
		.retention_days = m->retention_days,
		.versioned = true,
	};
}
