/* SPDX-License-Identifier: MIT */
/*
 * The two bucket steps that the trail and the billing report share: make or
 * harden the bucket, and let the service and the readers in by its policy.
 */
#ifndef BUCKET_STEP_H
#define BUCKET_STEP_H

#include "bucket.h"
#include "plan.h"

/* What both steps may call; .when says so. */
#define BUCKET_STEP_CALLS \
	{ OP_S3_CREATE_BUCKET, "bucket/{bucket}", "there is none" }, \
	    { OP_S3_PUT_PUBLIC_ACCESS_BLOCK, "bucket/{bucket}", "not all of it is blocked" }, \
	    { OP_S3_PUT_BUCKET_TAGGING, "bucket/{bucket}", "it was just created" }, \
	    { OP_S3_PUT_BUCKET_OWNERSHIP, "bucket/{bucket}", "access lists are in use" }, \
	    { OP_S3_PUT_BUCKET_ENCRYPTION, "bucket/{bucket}", "it is not encrypted" }, \
	    { OP_S3_PUT_BUCKET_VERSIONING, "bucket/{bucket}", "versioning is off" }, \
	    { OP_S3_PUT_BUCKET_LIFECYCLE, "bucket/{bucket}", "files are to expire" }, \
	    { OP_S3_DELETE_BUCKET_LIFECYCLE, "bucket/{bucket}", "files are to be kept for ever" }, \
	    { OP_S3_DELETE_BUCKET, "bucket/{bucket}", "undo" }, \
	    { OP_S3_DELETE_BUCKET_ENCRYPTION, "bucket/{bucket}", "undo" }, \
	{ OP_S3_DELETE_PUBLIC_ACCESS_BLOCK, "bucket/{bucket}", "undo" }

#define POLICY_STEP_CALLS \
	{ OP_S3_PUT_BUCKET_POLICY, "bucket/{bucket}", NULL }, \
	{ OP_S3_DELETE_BUCKET_POLICY, "bucket/{bucket}", "undo" }

/*
 * The BUCKET fact of a bucket, borrowed; read now when nothing named the bucket
 * before.  False when it cannot be had.
 */
bool	bucket_step_fact(struct run *run, enum fact_id id, const char *bucket, const char *region,
	    const json_t **have, struct err *e);
/*
 * True when nothing stands in the way of the bucket; else the verdict is set
 * (*stop) : taken by another account, unreadable, public.  field: "trail.bucket".
 */
bool	bucket_step_usable(struct step_ctx *c, const json_t *have, const char *bucket,
	    const char *field);

/* check(), apply() of "make or harden", for a usable bucket. */
bool	bucket_step_check(struct step_ctx *c, const struct bucket_plan *want, const json_t *have);
bool	bucket_step_apply(struct step_ctx *c, const struct bucket_plan *want, const json_t *have,
	    struct err *e);
bool	bucket_step_undo(struct step_ctx *c, const json_t *before, struct err *e);

/* The same for the policy: want->policy is complete. */
bool	policy_step_check(struct step_ctx *c, const struct bucket_plan *want, const json_t *have);
bool	policy_step_apply(struct step_ctx *c, const struct bucket_plan *want, const json_t *have,
	    struct err *e);
bool	policy_step_undo(struct step_ctx *c, const json_t *before, struct err *e);
/* One line a statement: what is added, replaced, kept. */
void	policy_step_render(const struct bucket_plan *want, const json_t *have, struct blocks *out);

/* "auto" or a legal bucket name. */
bool	bucket_step_name_ok(const char *text, struct err *e);

#endif
