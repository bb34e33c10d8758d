/* SPDX-License-Identifier: MIT */
/*
 * Three-valued evaluation of identity-based IAM policies: what they say when
 * not everything about the request is known.  YES and NO are certain, UNKNOWN
 * is neither.  Pure.  Source: IAM User Guide, "Policy evaluation logic", "IAM
 * JSON policy element reference", "AWS global condition context keys".
 */
#ifndef RIGHTS_H
#define RIGHTS_H

#include <stdbool.h>

#include <jansson.h>

#include "account.h"

/* One question: may this user do that there? */
struct rights_ask {
	const json_t *user; /* UserDetail */
	const struct decide_context *context;
	const char *action;   /* "iam:CreateUser" */
	const char *resource; /* an ARN, "*" for actions that have none, NULL: not known */
};

/* What policies of one kind say to it; starts as NO, NO. */
struct rights_verdict {
	enum decision allow, deny;
};

static inline enum decision
decide_and(enum decision a, enum decision b)
{
	if (a == DECIDE_NO || b == DECIDE_NO)
		return DECIDE_NO;
	return a == DECIDE_YES && b == DECIDE_YES ? DECIDE_YES : DECIDE_UNKNOWN;
}

static inline enum decision
decide_not(enum decision a)
{
	return a == DECIDE_UNKNOWN ? a : a == DECIDE_YES ? DECIDE_NO : DECIDE_YES;
}

static inline enum decision
decide_or(enum decision a, enum decision b)
{
	return decide_not(decide_and(decide_not(a), decide_not(b)));
}

/* Add what one policy document says; one that is no object may say anything. */
void rights_document(
    const json_t *document, const struct rights_ask *ask, struct rights_verdict *v);

/* Do all conditions of a statement hold?  variables: its document is of version 2012-10-17. */
enum decision rights_conditions(
    const json_t *statement, bool variables, const struct rights_ask *ask);

/*
 * The pattern with its policy variables replaced, appended to b.  YES: all are
 * known.  NO: one has no value, the pattern matches nothing.  UNKNOWN: some
 * are not known; with glob a wildcard stands for each.
 */
enum decision rights_expand(
    const char *pattern, bool variables, bool glob, const struct rights_ask *ask, struct buf *b);

/* The text of a scalar of a policy (true is "true", 5 is "5"), appended. */
void rights_scalar(const json_t *v, struct buf *b);

/* The document of a managed policy of AWS that is known by heart, new, or NULL. */
json_t *rights_known_policy(const char *arn);
/* The ARN is of a managed policy that AWS maintains. */
bool rights_is_aws_policy(const char *arn);

/* ---- the request's context (rights_key.c) ------------------------------------ */

enum rights_key { KEY_UNKNOWN, KEY_ABSENT, KEY_KNOWN };

/* The value of a condition key in this request, appended to b when it is known. */
enum rights_key rights_key(const struct rights_ask *ask, const char *key, struct buf *b);

#endif
