/* SPDX-License-Identifier: MIT */
/*
 * What the caller may not do, said before it is tried: the actions of a step
 * against the policies that reach the caller (fact AUTH).  Only what is certain
 * is said; AWS alone decides.
 */
#include <string.h>

#include "alloc.h"
#include "json.h"
#include "plan.h"

#define NAMES_MAX 3 /* administrators named in a sentence */

/*
 * A session's MFA is not in its credentials, so both are tried; a long-term
 * key has none (IAM User Guide, "Configuring MFA-protected API access").
 */
static bool
never_allowed(const struct run *run, const json_t *details, const json_t *user, const char *action)
{
	static const struct decide_context key = { .mfa = false }, plain = { .console = true },
					   mfa = { .mfa = true, .console = true };

	if (run->account.long_term)
		return administer_allows(details, user, action, NULL, &key) == DECIDE_NO;
	return administer_allows(details, user, action, NULL, &plain) == DECIDE_NO &&
	       administer_allows(details, user, action, NULL, &mfa) == DECIDE_NO;
}

/* A bucket's policy may allow what the user's do not (S3 User Guide, "Policy evaluation"). */
static bool
decided_by_identity(const struct aws_op *op)
{
	return op->iam_action != NULL && strncmp(op->iam_action, "s3:", 3) != 0;
}

bool
plan_may_not(const struct run *run, const struct step *step, enum aws_op_id id)
{
	const json_t *details = run->facts != NULL ? facts_value(run->facts, FACT_AUTH) : NULL;
	const struct sts_identity *who = &run->account.caller;
	bool other = step->session != SESSION_SETUP && run->session[step->session] != NULL;

	if (details == NULL || who->root || who->user[0] == '\0' || other)
		return false;
	const json_t *user = administer_find_user(details, who->user);

	return user != NULL && decided_by_identity(aws_op(id)) &&
	       never_allowed(run, details, user, aws_op(id)->iam_action);
}

void
plan_who_can(const struct run *run, struct buf *out)
{
	static const struct decide_context mfa = { .mfa = true, .console = true };
	const json_t *details = run->facts != NULL ? facts_value(run->facts, FACT_AUTH) : NULL;
	const json_t *user;
	size_t i, named = 0;

	buf_puts(out, "the root user");
	json_array_foreach (json_object_get(details, "users"), i, user) {
		const char *name = json_text_or(user, "UserName", "");

		if (strcmp(name, run->account.caller.user) == 0 ||
		    administer_user(details, user, &mfa) != DECIDE_YES)
			continue;
		if (named++ == NAMES_MAX)
			break;
		buf_printf(out, ", %s", name);
	}
	if (named > NAMES_MAX)
		buf_puts(out, " and others");
}

/* None of the step's writes is open to the caller: the first of them, else NULL. */
static const char *
refused_action(const struct run *run, const struct step *step)
{
	const char *first = NULL;

	for (size_t i = 0; i < step->ncalls; i++) {
		if (!aws_op_writes(step->calls[i].op))
			continue;
		if (!plan_may_not(run, step, step->calls[i].op))
			return NULL;
		if (first == NULL)
			first = aws_op(step->calls[i].op)->iam_action;
	}
	return first;
}

bool
plan_warn_rights(const struct run *run, const struct screen_def *s, struct buf *out)
{
	AUTO_BUF steps = BUF_INIT(BUF_MAX_TEXT);

	for (size_t i = 0; i < s->nsteps; i++) {
		const char *action = refused_action(run, &s->steps[i]);

		if (action != NULL)
			buf_printf(&steps, "%s\"%s\" (%s)", steps.len > 0 ? ", " : "",
			    s->steps[i].title, action);
	}
	if (steps.len == 0)
		return false;
	buf_printf(out, "%s may not do here: %s. Who can: ", run->account.caller.user,
	    buf_str(&steps));
	plan_who_can(run, out);
	buf_putc(out, '.');
	return true;
}
