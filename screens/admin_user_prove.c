/* SPDX-License-Identifier: MIT */
/* It works as that user: who am I, may I administer; and the profile for other tools. */
#include <string.h>

#include "access_key.h"
#include "admin_user.h"
#include "alloc.h"
#include "json.h"

bool
admin_user_check_prove(struct step_ctx *c, struct err *e)
{
	const struct admin_user *m = c->model;
	const json_t *keys = json_object_get(facts_value(c->run->facts, FACT_USER_KEYS), m->name);

	(void)e;
	if (m->proven)
		return item_verdict(c->item, VERDICT_OK, "%s works", m->name);
	if (m->made == NULL && json_array_size(keys) > 0)
		return item_verdict(c->item, VERDICT_NOT_APPLICABLE,
		    "the key was made by an earlier run; its secret is not known here");
	return item_verdict(c->item, VERDICT_NEEDED, "the access key is to be tried");
}

/* By the policies; with MFA counts too, for a session with MFA can still be made. */
static enum decision
may_administer(const struct step_ctx *c, bool mfa)
{
	const struct decide_context with = { .mfa = mfa };
	const json_t *user = admin_user_now(c);

	return user != NULL ? administer_user(facts_value(c->run->facts, FACT_AUTH), user, &with)
			    : DECIDE_NO;
}

/* The first proven administrator is the one who takes over. */
static void
appoint(struct step_ctx *c)
{
	const struct admin_user *m = c->model;
	struct run *run = c->run;

	if (run->admin_user != NULL && strcmp(run->admin_user, m->name) != 0)
		return;
	if (may_administer(c, false) == DECIDE_NO && may_administer(c, true) == DECIDE_NO)
		return;
	run_set_session(run, SESSION_ADMIN, aws_credentials_dup(m->made));
	xfree(run->admin_user);
	run->admin_user = xstrdup(m->name);
}

static void
forget_key(struct admin_user *m)
{
	aws_credentials_free(m->made);
	m->made = NULL;
}

bool
admin_user_apply_prove(struct step_ctx *c, struct err *e)
{
	struct admin_user *m = c->model;

	if (m->made == NULL)
		return err_set(e, ERR_REFUSED, "there is no new access key of %s to try", m->name);
	m->proven =
	    access_key_prove(c->run, m->made, m->name, may_administer(c, false) == DECIDE_YES, e);
	if (m->proven)
		appoint(c);
	if (m->profile[0] == '\0')
		forget_key(m);
	return m->proven;
}

/* ---- the profile ---- */

bool
admin_user_check_profile(struct step_ctx *c, struct err *e)
{
	const struct admin_user *m = c->model;
	struct strlist names = { 0 };

	(void)e;
	aws_profile_names(&names);
	bool there = strlist_has(&names, m->profile);

	strlist_free(&names);
	if (there)
		return item_verdict(c->item, VERDICT_OK, "the profile %s exists", m->profile);
	return item_verdict(c->item, VERDICT_NEEDED, "there is no profile %s", m->profile);
}

bool
admin_user_apply_profile(struct step_ctx *c, struct err *e)
{
	struct admin_user *m = c->model;

	if (m->made == NULL)
		return err_set(e, ERR_REFUSED,
		    "the access key of %s was not made in this run; import "
		    "the credentials file instead",
		    m->name);
	bool ok = aws_profile_write(m->profile, m->made, false, e);

	forget_key(m);
	return ok;
}
