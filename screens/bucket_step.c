/* SPDX-License-Identifier: MIT */
/* Bucket steps: what the trail and the billing report do alike. */
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "bucket_step.h"
#include "json.h"
#include "s3.h"

bool
bucket_step_name_ok(const char *text, struct err *e)
{
	return strcmp(text, "auto") == 0 || s3_name_ok(text, e);
}

bool
bucket_step_fact(struct run *run, enum fact_id id, const char *bucket, const char *region,
    const json_t **have, struct err *e)
{
	const json_t *all = facts_value(run->facts, id);

	if (json_object_get(all, bucket) == NULL) {
		facts_want_bucket(run->facts, id, bucket, region);
		facts_forget(run->facts, 1u << id);
		if (!facts_need(run->facts, 1u << id, e))
			return false;
		all = facts_value(run->facts, id);
	}
	const json_t *found = json_object_get(all, bucket);
	if (found == NULL) {
		const struct fact *f = facts_get(run->facts, id);

		if (f != NULL && f->err.kind != ERR_NONE) {
			*e = f->err;
			return false;
		}
		return err_set(e, ERR_OTHER, "bucket %s could not be looked at", bucket);
	}
	*have = found;
	return true;
}

bool
bucket_step_usable(struct step_ctx *c, const json_t *have, const char *bucket, const char *field)
{
	const char *sid = bucket_public_sid(json_at(have, "policy"));

	switch (bucket_state(have)) {
	case BUCKET_FREE:
		return true;
	case BUCKET_CLOSED:
		item_verdict(c->item, VERDICT_BLOCKED,
		    "The name %s is taken by another AWS "
		    "account, or that bucket is closed to you: choose another name (%s).",
		    bucket, field);
		return false;
	case BUCKET_UNREAD:
		item_verdict(c->item, VERDICT_UNKNOWN, "Bucket %s could not be read: %s", bucket,
		    json_text_or(have, "error", "no answer"));
		return false;
	case BUCKET_THERE:
		break;
	}
	if (!json_bool(have, "public"))
		return true;
	item_verdict(c->item, VERDICT_BLOCKED,
	    "The policy of bucket %s lets everybody in "
	    "(statement \"%s\"). rootlock does not remove what others wrote: take that statement "
	    "out first, or choose another bucket (%s).",
	    bucket, sid != NULL ? sid : "?", field);
	return false;
}

bool
bucket_step_check(struct step_ctx *c, const struct bucket_plan *want, const json_t *have)
{
	AUTO_BUF words = BUF_INIT(BUF_MAX_LINE);
	enum aws_op_id ops[BUCKET_CALLS_MAX];
	unsigned parts = bucket_missing(want, have);
	size_t n = bucket_calls(parts, ops);

	if (parts == 0)
		return item_verdict(
		    c->item, VERDICT_OK, "Bucket %s is as it should be.", want->name);
	for (size_t i = 0; i < n; i++)
		item_call(c->item, ops[i], "bucket/%s", want->name);
	bucket_words(parts, &words);
	return item_verdict(c->item, VERDICT_NEEDED, "Bucket %s (%s): %s.", want->name,
	    want->region, buf_str(&words));
}

bool
bucket_step_apply(
    struct step_ctx *c, const struct bucket_plan *want, const json_t *have, struct err *e)
{
	unsigned parts = bucket_missing(want, have);

	if (!item_before(c, bucket_before(want, have, parts), e))
		return false;
	if (bucket_apply(c->aws, want, parts, run_tags(c->run), e))
		return true;
	if (err_is(e, "BucketAlreadyExists"))
		err_wrap(e, "the name %s belongs to another AWS account by now; choose another one",
		    want->name);
	return false;
}

bool
bucket_step_undo(struct step_ctx *c, const json_t *before, struct err *e)
{
	return bucket_undo(c->aws, before, e);
}

bool
policy_step_check(struct step_ctx *c, const struct bucket_plan *want, const json_t *have)
{
	size_t n = json_count(want->policy, "Statement"),
	       kept = json_count(have, "policy.Statement");

	if (bucket_policy_has(want, have))
		return item_verdict(c->item, VERDICT_OK,
		    "The policy of bucket %s says all it has "
		    "to.",
		    want->name);
	item_call(c->item, OP_S3_PUT_BUCKET_POLICY, "bucket/%s", want->name);
	return item_verdict(c->item, VERDICT_NEEDED,
	    "%zu statement%s to be in the policy of bucket "
	    "%s, merged by Sid into %zu that %s there; others' are kept.",
	    n, n == 1 ? " is" : "s are", want->name, kept, kept == 1 ? "stands" : "stand");
}

bool
policy_step_apply(
    struct step_ctx *c, const struct bucket_plan *want, const json_t *have, struct err *e)
{
	return item_before(c, bucket_policy_before(want, have), e) &&
	       bucket_policy_apply(c->aws, want, e);
}

bool
policy_step_undo(struct step_ctx *c, const json_t *before, struct err *e)
{
	return bucket_policy_undo(c->aws, before, e);
}

void
policy_step_render(const struct bucket_plan *want, const json_t *have, struct blocks *out)
{
	const json_t *policy = json_at(have, "policy");

	for (size_t i = 0; i < json_count(want->policy, "Statement"); i++) {
		const json_t *s = json_item(want->policy, "Statement", i);
		const char *sid = json_text_or(s, "Sid", "");
		const json_t *old = json_find(policy, "Statement", "Sid", sid);
		const char *what = old == NULL               ? "added"
				   : policydoc_equal(old, s) ? "there"
							     : "replaced";

		blocks_printf(
		    out, BLOCK_ROW, "%s\t%s\t%s", what, json_text_or(s, "Effect", ""), sid);
	}
	for (size_t i = 0; i < json_count(policy, "Statement"); i++) {
		const json_t *s = json_item(policy, "Statement", i);
		const char *sid = json_text_or(s, "Sid", "");

		if (sid[0] == '\0' || json_find(want->policy, "Statement", "Sid", sid) == NULL)
			blocks_printf(out, BLOCK_ROW, "kept\t%s\t%s", json_text_or(s, "Effect", ""),
			    sid[0] != '\0' ? sid : "(no Sid)");
	}
}
