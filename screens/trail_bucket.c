/* SPDX-License-Identifier: MIT */
/* Steps on the bucket that takes the logs: make or harden, let CloudTrail and the readers in. */
#include <string.h>

#include "json.h"
#include "trail.h"

/* The trail stays with a bucket that we cannot see into, and its logs arrive there. */
static bool
delivers_elsewhere(const struct run *run, const struct trail_target *t, const json_t *have)
{
	const json_t *status = trail_status(run->facts, t->trail);

	return t->trail != NULL && bucket_state(have) == BUCKET_CLOSED &&
	       strcmp(json_text_or(t->trail, "S3BucketName", ""), t->bucket) == 0 &&
	       json_text_or(status, "status.LatestDeliveryError", "")[0] == '\0';
}

/* Target and bucket; *go false: the verdict is set. */
static bool
look(struct step_ctx *c, struct trail_target *t, const json_t **have, bool *go, struct err *e)
{
	const struct trail_model *m = c->model;

	*go = false;
	if (!trail_find(c->run, m, t, e))
		return false;
	if (t->other != NULL)
		return item_verdict(c->item, VERDICT_NOT_APPLICABLE,
		    "The organization's trail %s "
		    "records this account already; a second copy would cost money.",
		    json_text_or(t->other, "Name", ""));
	if (!bucket_step_fact(c->run, FACT_TRAIL_BUCKETS, t->bucket, t->bucket_region, have, e) ||
	    !trail_find(c->run, m, t, e))
		return false;
	if (delivers_elsewhere(c->run, t, *have))
		return item_verdict(c->item, VERDICT_NOT_APPLICABLE,
		    "Trail %s delivers to bucket %s, "
		    "which is another account's or closed to you; its owner sees to it.",
		    t->name, t->bucket);
	*go = bucket_step_usable(c, *have, t->bucket, "trail.bucket");
	return true;
}

bool
trail_bucket_ready(struct step_ctx *c, struct trail_target *t, bool *go, struct err *e)
{
	const json_t *have = NULL;

	if (!look(c, t, &have, go, e))
		return false;
	if (!*go && t->other == NULL && delivers_elsewhere(c->run, t, have))
		*go = true;
	return true;
}

bool
trail_bucket_check(struct step_ctx *c, struct err *e)
{
	struct trail_target t;
	const json_t *have = NULL;
	bool go;

	if (!look(c, &t, &have, &go, e))
		return false;
	if (!go)
		return true;
	const struct bucket_plan want = trail_bucket_plan(c->model, &t);
	return bucket_step_check(c, &want, have);
}

/* Facts may have changed between check and apply. */
static bool
still_usable(const struct step_ctx *c, bool go, struct err *e)
{
	return go || err_set(e, ERR_REFUSED, "%s", c->item->evidence);
}

bool
trail_bucket_apply(struct step_ctx *c, struct err *e)
{
	struct trail_target t;
	const json_t *have = NULL;
	bool go;

	if (!look(c, &t, &have, &go, e) || !still_usable(c, go, e))
		return false;
	const struct bucket_plan want = trail_bucket_plan(c->model, &t);
	return bucket_step_apply(c, &want, have, e);
}

/* A reader that is not in the account: made by an earlier step, or a mistyped name. */
static void
say_missing(struct step_ctx *c, const struct trail_target *t, const char *reader)
{
	if (c->item->ncalls == 0)
		item_call(c->item, OP_S3_PUT_BUCKET_POLICY, "bucket/%s", t->bucket);
	item_verdict(c->item, VERDICT_NEEDED,
	    "The policy of bucket %s needs its readers; \"%s\" is no "
	    "user or group of this account yet.",
	    t->bucket, reader);
}

bool
trail_policy_check(struct step_ctx *c, struct err *e)
{
	struct trail_target t;
	struct strlist missing = { 0 };
	const json_t *have = NULL;
	bool go;

	if (!look(c, &t, &have, &go, e))
		return false;
	if (!go)
		return true;
	struct bucket_plan want = trail_bucket_plan(c->model, &t);
	json_auto_t *doc = trail_policy(c->run, c->model, &t, have, &missing, e);
	want.policy = doc;
	if (doc != NULL)
		policy_step_check(c, &want, have);
	if (doc != NULL && missing.n > 0)
		say_missing(c, &t, missing.items[0]);
	strlist_free(&missing);
	return doc != NULL;
}

bool
trail_policy_apply(struct step_ctx *c, struct err *e)
{
	struct trail_target t;
	struct strlist missing = { 0 };
	const json_t *have = NULL;
	bool go;

	if (!look(c, &t, &have, &go, e) || !still_usable(c, go, e))
		return false;
	struct bucket_plan want = trail_bucket_plan(c->model, &t);
	json_auto_t *doc = trail_policy(c->run, c->model, &t, have, &missing, e);
	want.policy = doc;
	bool ok = doc != NULL;
	if (missing.n > 0)
		ok = err_set(e, ERR_USAGE,
		    "trail.readers: \"%s\" is no user, group or ARN in this "
		    "account",
		    missing.items[0]);
	strlist_free(&missing);
	return ok && policy_step_apply(c, &want, have, e);
}
