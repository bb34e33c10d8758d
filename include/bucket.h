/* SPDX-License-Identifier: MIT */
/*
 * Buckets that hold logs or bills: what differs from the desired state, the
 * calls that would change it, making them, putting back.  One table says which
 * part is which call, so what is declared is what is made.  Facts about a
 * bucket have the shape BUCKET of facts.h.  Never drops what others wrote:
 * foreign policy statements and foreign lifecycle rules stay.
 */
#ifndef BUCKET_H
#define BUCKET_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "account.h"
#include "aws.h"

/* What a BUCKET fact says of the bucket itself. */
enum bucket_state { BUCKET_THERE, BUCKET_FREE, BUCKET_CLOSED, BUCKET_UNREAD };

/*
 * FREE: no bucket of that name.  CLOSED: it exists, but is another account's
 * or closed to us.  UNREAD: have is NULL or failed in another way.
 */
enum bucket_state bucket_state(const json_t *have);

/* ---- settings: everything but the policy --------------------------------- */

#define BUCKET_CALLS_MAX 10

/* Bits of the parts of `want` that `have` (NULL: no bucket) lacks; 0: nothing to do. */
unsigned bucket_missing(const struct bucket_plan *want, const json_t *have);
/* The operations that bucket_apply() makes for these parts, in order; returns how many. */
size_t	bucket_calls(unsigned parts, enum aws_op_id out[BUCKET_CALLS_MAX]);
/* "create, versioning", appended. */
void	bucket_words(unsigned parts, struct buf *b);
/* Make them.  tags (end with a NULL key) go on a bucket that this creates. */
bool	bucket_apply(struct aws *aws, const struct bucket_plan *want, unsigned parts,
	    const struct aws_tag *tags, struct err *e);
/* What bucket_undo() needs; new object. */
json_t *bucket_before(const struct bucket_plan *want, const json_t *have, unsigned parts);
/*
 * Put back.  A bucket that was created is deleted, which S3 refuses while it
 * holds anything: e says then that it stays.  Versioning can only be
 * suspended, never taken away (PutBucketVersioning, S3 API Reference).
 */
bool	bucket_undo(struct aws *aws, const json_t *before, struct err *e);

/* ---- the policy ------------------------------------------------------------ */

/*
 * `want` (a policy document) ready to be merged into `policy` (NULL: none) by
 * Sid: an Allow statement whose Sid is used there for somebody else (another
 * trail, another account) gets a Sid of its own, so that both stay.  shared:
 * others rely on statements without aws:SourceArn too.  New object.
 */
json_t *bucket_keep_apart(const json_t *policy, const json_t *want, bool shared);
/* True when want->policy is in the policy of `have` already. */
bool	bucket_policy_has(const struct bucket_plan *want, const json_t *have);
/* Read the policy anew, merge want->policy in, put it.  At most 20 KB (S3 User Guide). */
bool	bucket_policy_apply(struct aws *aws, const struct bucket_plan *want, struct err *e);
/* What bucket_policy_undo() needs; new object. */
json_t *bucket_policy_before(const struct bucket_plan *want, const json_t *have);
/* Takes out what was merged in and puts back what that replaced; later changes of others stay. */
bool	bucket_policy_undo(struct aws *aws, const json_t *before, struct err *e);

/* ---- what a policy says (pure) ---------------------------------------------- */

/* Every request without TLS is denied. */
bool	bucket_tls_only(const json_t *policy, const char *bucket);
/*
 * Reading objects is denied to all but some principals.  but_sid (or NULL):
 * the statement of that Sid does not count.
 */
bool	bucket_readers_restricted(const json_t *policy, const char *bucket, const char *but_sid);
/*
 * An AWS service may do the action on bucket/key (key NULL: on the bucket).
 * source_arn (or NULL: not looked at) is what it presents as aws:SourceArn.
 */
struct bucket_ask {
	const char *bucket, *key, *service, *action, *source_arn;
};
bool	bucket_allows(const json_t *policy, const struct bucket_ask *ask);
/* Sid (or "") of the first statement that lets anybody in without a condition, or NULL. */
const char *bucket_public_sid(const json_t *policy);
/* ARNs of the principals (not services) that Allow statements let read objects; appended. */
void	bucket_named_readers(const json_t *policy, const char *bucket, struct strlist *arns);

/* All four settings of the public access block are on. */
bool	bucket_blocked(const json_t *have);
/* First thing that is wrong with a log bucket, in plain words (constant), or NULL. */
const char *bucket_fault(const json_t *have, const char *bucket);

#endif
