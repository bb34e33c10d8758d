/* SPDX-License-Identifier: MIT */
/* What the parts of the password policy screen share; not for others. */
#ifndef PASSWORD_POLICY_H
#define PASSWORD_POLICY_H

#include "iam.h"
#include "plan.h"

struct password_policy_model {
	char *preset; /* cis, nist, aws-default, own */
	int minimum_length;
	bool symbols, numbers, uppercase, lowercase, users_may_change;
	int max_age_days, reuse_prevention;
	bool hard_expiry;
};

/* ---- password_policy_rules.c (pure) -------------------------------------------- */

/* The preset's rules; false: it is no set of rules ("own", "aws-default"). */
bool	password_preset(const char *name, struct iam_password_policy *out);
/*
 * The policy that the answers ask for; false: none at all, AWS's own applies.
 * A field that differs from its default (which is what cis says) goes before
 * the preset; "own" takes every field as it is.
 */
bool	password_wanted(const struct password_policy_model *m, struct iam_password_policy *out);
/* The fact PASSWORD_POLICY as rules; false: none is set. */
bool	password_present(const json_t *fact, struct iam_password_policy *out);
bool	password_equal(const struct iam_password_policy *a, const struct iam_password_policy *b);
/* Why the check password-policy fails on these rules (constant), or NULL.  NULL: none set. */
const char *password_fault(const struct iam_password_policy *p);
/* First rule that `b` has weaker than `a` (constant), or NULL. */
const char *password_weaker(const struct iam_password_policy *a,
	    const struct iam_password_policy *b);

/*
 * Names of the users whose password has expired at once with this age,
 * appended; from the credential report's rows.  now in epoch seconds.
 */
void	password_expired(const json_t *rows, int max_age_days, int64_t now, struct strlist *names);

extern const struct check password_policy_checks[];
#define PASSWORD_POLICY_NCHECKS 1

/* ---- password_policy_step.c ------------------------------------------------------ */

bool	password_step_check(struct step_ctx *c, struct err *e);
bool	password_step_apply(struct step_ctx *c, struct err *e);
bool	password_step_undo(struct step_ctx *c, const json_t *before, struct err *e);
bool	password_render(struct run *run, const void *model, struct blocks *out, struct err *e);

#endif
