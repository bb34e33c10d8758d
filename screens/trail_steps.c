/* SPDX-License-Identifier: MIT */
/* Steps on the trail itself.  CloudTrail takes about one write a second, hence the pauses. */
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "cloudtrail.h"
#include "json.h"
#include "trail.h"

#define PACE_MS 1100
#define POLICY_EVERY 3000 /* CloudTrail sees a new bucket policy after 0-10 s */
#define POLICY_LIMIT 15000

/* ---- the trail ------------------------------------------------------------------ */

static struct cloudtrail_trail
desired(const struct trail_model *m, const struct trail_target *t)
{
	return (struct cloudtrail_trail){
		.name = t->trail != NULL ? t->arn : t->name,
		.bucket = t->bucket,
		.kms_key = m->kms_key[0] != '\0' ? m->kms_key : NULL,
		.multi_region = m->all_regions,
		.log_validation = m->log_validation,
	};
}

/* What UpdateTrail would change, in words; a key that is in use already stays without an answer. */
static void
differences(const struct trail_model *m, const struct trail_target *t, struct buf *b)
{
	const json_t *now = t->trail;

	if (json_bool(now, "IsMultiRegionTrail") != m->all_regions)
		buf_puts(b, m->all_regions ? "all Regions, " : "one Region only, ");
	if (json_bool(now, "LogFileValidationEnabled") != m->log_validation)
		buf_puts(
		    b, m->log_validation ? "log file validation, " : "no log file validation, ");
	if (m->kms_key[0] != '\0' && strcmp(json_text_or(now, "KmsKeyId", ""), m->kms_key) != 0)
		buf_puts(b, "encryption with the KMS key, ");
	if (strcmp(json_text_or(now, "S3BucketName", ""), t->bucket) != 0)
		buf_printf(b, "bucket %s, ", t->bucket);
	if (b->len > 2)
		buf_cut(b, b->len - 2);
}

bool
trail_create_check(struct step_ctx *c, struct err *e)
{
	AUTO_BUF changes = BUF_INIT(BUF_MAX_LINE);
	struct trail_target t;
	bool go;

	if (!trail_bucket_ready(c, &t, &go, e))
		return false;
	if (!go)
		return true;
	if (t.trail == NULL) {
		item_call(c->item, OP_CT_CREATE_TRAIL, "trail/%s", t.name);
		return item_verdict(
		    c->item, VERDICT_NEEDED, "There is no trail %s in %s yet.", t.name, t.region);
	}
	differences(c->model, &t, &changes);
	if (changes.len == 0)
		return item_verdict(
		    c->item, VERDICT_OK, "Trail %s is set as it should be.", t.name);
	item_call(c->item, OP_CT_UPDATE_TRAIL, "trail/%s", t.name);
	return item_verdict(
	    c->item, VERDICT_NEEDED, "Trail %s gets: %s.", t.name, buf_str(&changes));
}

struct making {
	struct step_ctx *c;
	const struct trail_target *t;
	struct cloudtrail_trail want;
	struct err last;
};

/* The answer was lost, or somebody was faster: is the trail there? */
static bool
is_there_now(const struct making *m)
{
	struct trail_target t;
	struct err ignored = { 0 };
	struct facts *facts = m->c->run->facts;

	facts_forget(facts, FACT(TRAILS) | FACT(TRAIL_STATUS));
	return facts_need(facts, FACT(TRAILS) | FACT(TRAIL_STATUS), &ignored) &&
	       trail_find(m->c->run, m->c->model, &t, &ignored) && t.trail != NULL &&
	       strcmp(t.name, m->t->name) == 0;
}

/* Exists already: bring it to the desired state instead. */
static bool
reconcile(struct making *m, bool *done, struct err *e)
{
	*done = true;
	return aws_pause(m->c->aws, PACE_MS, e) &&
	       cloudtrail_update_trail(m->c->aws, m->t->region, &m->want, e);
}

static bool
make(void *arg, bool *done, struct err *e)
{
	struct making *m = arg;
	struct err why = { 0 };

	if (m->t->trail != NULL)
		*done = cloudtrail_update_trail(m->c->aws, m->t->region, &m->want, &why);
	else
		*done = cloudtrail_create_trail(
		    m->c->aws, m->t->region, &m->want, run_tags(m->c->run), &why);
	if (*done)
		return true;
	if (err_is(&why, "TrailAlreadyExistsException"))
		return reconcile(m, done, e);
	if (m->t->trail == NULL && why.maybe && is_there_now(m))
		return *done = true;
	m->last = why;
	if (err_is(&why, "InsufficientS3BucketPolicyException"))
		return true;
	*e = why;
	return false;
}

static bool
make_trail(struct making *m, struct err *e)
{
	if (run_wait_until(m->c->run, "Waiting until CloudTrail sees the bucket's policy",
		POLICY_EVERY, POLICY_LIMIT, make, m, e))
		return true;
	if (err_is(e, "Timeout"))
		*e = m->last;
	if (err_is(e, "InsufficientEncryptionPolicyException"))
		err_wrap(e, "the policy of the KMS key must let cloudtrail.amazonaws.com use it");
	return false;
}

/* CloudTrail would refuse; where we cannot see into the bucket, let it decide. */
static bool
bucket_lets(const struct run *run, const struct trail_target *t, struct err *e)
{
	const json_t *have =
	    json_object_get(facts_value(run->facts, FACT_TRAIL_BUCKETS), t->bucket);
	enum bucket_state state = bucket_state(have);

	if (state == BUCKET_CLOSED || trail_may_write(have, t->bucket, t->prefix, t->arn))
		return true;
	return err_set(e, ERR_REFUSED,
	    "bucket %s does not let CloudTrail write: its own steps come first", t->bucket);
}

bool
trail_create_apply(struct step_ctx *c, struct err *e)
{
	struct trail_target t;
	bool go;

	if (!trail_bucket_ready(c, &t, &go, e))
		return false;
	if (!go)
		return err_set(e, ERR_REFUSED, "%s", c->item->evidence);
	if (!bucket_lets(c->run, &t, e))
		return false;
	struct making m = { .c = c, .t = &t, .want = desired(c->model, &t) };
	json_t *was = t.trail != NULL ? json_deep_copy(t.trail) : json_null();
	if (!item_before(c,
		json_pack("{s:s, s:s, s:s, s:o}", "name", t.name, "arn", t.arn, "region", t.region,
		    "trail", was),
		e))
		return false;
	return make_trail(&m, e);
}

/* Calls of an undo that cloudtrail.h has no function for. */
static bool
raw(struct step_ctx *c, enum aws_op_id op, const json_t *before, json_t *params /* stolen */,
    struct err *e)
{
	json_auto_t *owned = params;
	AUTO_FREE char *about = xasprintf("trail/%s", json_text_or(before, "name", ""));
	const struct aws_request req = {
		.op = op,
		.about = about,
		.region = json_text_or(before, "region", ""),
		.params = owned,
	};

	return aws_call(c->aws, &req, NULL, e);
}

/* A trail that is gone has nothing left to undo. */
static bool
or_gone(bool ok, struct err *e)
{
	if (!ok && err_is(e, "TrailNotFoundException")) {
		err_clear(e);
		return true;
	}
	return ok;
}

bool
trail_create_undo(struct step_ctx *c, const json_t *before, struct err *e)
{
	const json_t *was = json_at(before, "trail");
	const char *region = json_text_or(before, "region", "");

	if (!json_is_object(was))
		return or_gone(
		    cloudtrail_delete_trail(c->aws, region, json_text_or(before, "arn", ""), e), e);
	/* An empty KmsKeyId takes the key away (UpdateTrail, CloudTrail API Reference). */
	json_t *params = json_pack("{s:s, s:s, s:b, s:b, s:s}", "Name",
	    json_text_or(before, "arn", ""), "S3BucketName", json_text_or(was, "S3BucketName", ""),
	    "IsMultiRegionTrail", json_bool(was, "IsMultiRegionTrail"), "EnableLogFileValidation",
	    json_bool(was, "LogFileValidationEnabled"), "KmsKeyId",
	    json_text_or(was, "KmsKeyId", ""));
	return or_gone(raw(c, OP_CT_UPDATE_TRAIL, before, params, e), e);
}

/* ---- what it records -------------------------------------------------------------- */

/* The trail's status for the later steps; NULL with the verdict set or e. */
static const json_t *
status_of(struct step_ctx *c, const struct trail_target *t, struct err *e)
{
	const json_t *status = trail_status(c->run->facts, t->trail);
	const char *code = json_text_or(status, "error", "");

	if (status != NULL && code[0] == '\0')
		return status;
	err_set(e, ERR_AWS, "the status of trail %s could not be read (%s)", t->name,
	    code[0] != '\0' ? code : "no answer");
	return NULL;
}

bool
trail_selectors_check(struct step_ctx *c, struct err *e)
{
	struct trail_target t;

	if (!trail_find(c->run, c->model, &t, e))
		return false;
	if (t.other != NULL)
		return item_verdict(
		    c->item, VERDICT_NOT_APPLICABLE, "The organization's trail does it.");
	if (t.trail == NULL)
		return item_verdict(c->item, VERDICT_NOT_APPLICABLE,
		    "A new trail records all "
		    "management events by itself.");
	const json_t *status = status_of(c, &t, e);
	if (status == NULL)
		return false;
	if (trail_selects_all(json_at(status, "selectors")))
		return item_verdict(
		    c->item, VERDICT_OK, "Trail %s records all management events.", t.name);
	item_call(c->item, OP_CT_PUT_EVENT_SELECTORS, "trail/%s", t.name);
	return item_verdict(
	    c->item, VERDICT_NEEDED, "Trail %s leaves out management events.", t.name);
}

bool
trail_selectors_apply(struct step_ctx *c, struct err *e)
{
	struct trail_target t;

	if (!trail_find(c->run, c->model, &t, e))
		return false;
	const json_t *status = t.trail != NULL ? status_of(c, &t, e) : NULL;
	if (status == NULL)
		return err_set(e, ERR_OTHER, "there is no trail %s", t.name);
	json_auto_t *now = json_deep_copy(json_at(status, "selectors"));
	if (!item_before(c,
		json_pack("{s:s, s:s, s:s, s:O}", "name", t.name, "arn", t.arn, "region", t.region,
		    "selectors", now),
		e))
		return false;
	return aws_pause(c->aws, PACE_MS, e) &&
	       cloudtrail_put_management_selectors(c->aws, t.region, t.arn, now, e);
}

bool
trail_selectors_undo(struct step_ctx *c, const json_t *before, struct err *e)
{
	static const char *const kinds[] = { "AdvancedEventSelectors", "EventSelectors" };
	json_t *params = json_pack("{s:s}", "TrailName", json_text_or(before, "arn", ""));

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		const json_t *was = json_object_get(json_at(before, "selectors"), kinds[i]);

		/* One kind erases the other; the one in use is put back. */
		if (json_array_size(was) == 0)
			continue;
		json_object_set_new(params, kinds[i], json_deep_copy(was));
		break;
	}
	return or_gone(raw(c, OP_CT_PUT_EVENT_SELECTORS, before, params, e), e);
}

/* ---- whether it records ------------------------------------------------------------ */

static bool
say_logging(struct step_ctx *c, const struct trail_target *t, const json_t *status)
{
	const char *error = json_text_or(status, "status.LatestDeliveryError", "");
	bool delivered = json_at(status, "status.LatestDeliveryTime") != NULL;

	if (error[0] != '\0')
		return item_verdict(c->item, VERDICT_OK,
		    "Trail %s is logging; its last delivery failed "
		    "(%s), the next one comes within minutes.",
		    t->name, error);
	return item_verdict(c->item, VERDICT_OK, "Trail %s is logging; %s.", t->name,
	    delivered ? "logs are delivered" : "the first log file comes within about 15 minutes");
}

bool
trail_logging_check(struct step_ctx *c, struct err *e)
{
	const json_t *status = NULL;
	struct trail_target t;
	bool go;

	if (!trail_bucket_ready(c, &t, &go, e))
		return false;
	if (!go && t.trail == NULL)
		return true;
	if (t.trail != NULL && (status = status_of(c, &t, e)) == NULL)
		return false;
	if (json_bool(status, "status.IsLogging"))
		return say_logging(c, &t, status);
	item_call(c->item, OP_CT_START_LOGGING, "trail/%s", t.name);
	return item_verdict(c->item, VERDICT_NEEDED,
	    t.trail != NULL ? "Trail %s is not logging."
			    : "Trail %s does not log by itself once it is made.",
	    t.name);
}

bool
trail_logging_apply(struct step_ctx *c, struct err *e)
{
	struct trail_target t;

	if (!trail_find(c->run, c->model, &t, e))
		return false;
	if (t.trail == NULL)
		return err_set(e, ERR_REFUSED, "there is no trail %s to start", t.name);
	if (!item_before(c,
		json_pack("{s:s, s:s, s:s}", "name", t.name, "arn", t.arn, "region", t.region), e))
		return false;
	return aws_pause(c->aws, PACE_MS, e) &&
	       cloudtrail_start_logging(c->aws, t.region, t.arn, e);
}

bool
trail_logging_undo(struct step_ctx *c, const json_t *before, struct err *e)
{
	return or_gone(cloudtrail_stop_logging(c->aws, json_text_or(before, "region", ""),
			   json_text_or(before, "arn", ""), e),
	    e);
}
