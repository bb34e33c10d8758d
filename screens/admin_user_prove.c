/* SPDX-License-Identifier: MIT */
/* It works as that user: who am I, may I administer; and the profile for other tools. */
#include <string.h>

#include "admin_user.h"
#include "alloc.h"
#include "json.h"

#define EVERY 2000	/* ms; a new key takes 2-30 s to be known (aws-facts 4.12) */
#define LIMIT 90000

bool
admin_user_check_prove(struct step_ctx *c, struct err *e)
{
	const struct admin_user *m = c->model;
	const json_t *keys = json_object_get(facts_value(c->run->facts, FACT_USER_KEYS), m->name);

	(void)e;
	if (c->run->admin_user != NULL && strcmp(c->run->admin_user, m->name) == 0)
		return item_verdict(c->item, VERDICT_OK, "%s works", m->name);
	if (c->run->session[SESSION_ADMIN] != NULL)
		return item_verdict(c->item, c->run->admin_user != NULL ? VERDICT_NOT_APPLICABLE :
									  VERDICT_NEEDED,
		    "the access key is to be tried");
	if (json_array_size(keys) > 0)
		return item_verdict(c->item, VERDICT_NOT_APPLICABLE,
		    "the key was made by an earlier run; its secret is not known here");
	return item_verdict(c->item, VERDICT_NEEDED, "the access key is to be tried");
}

struct proof {
	struct run *run;
	bool administers;
	struct err last;
};

/* The key is known, and where the account says that he administers, the rights have arrived. */
static bool
ready(void *arg, bool *done, struct err *e)
{
	struct proof *p = arg;
	struct aws *aws = p->run->session[SESSION_ADMIN];
	struct sts_identity who;
	int64_t ignored;

	err_clear(&p->last);
	*done = sts_get_caller_identity(aws, &who, &p->last) &&
		(!p->administers || iam_get_summary(aws, "Users", &ignored, &p->last));
	if (*done || err_is(&p->last, "InvalidClientTokenId") || err_is_denied(&p->last))
		return true;
	*e = p->last;
	return false;
}

bool
admin_user_apply_prove(struct step_ctx *c, struct err *e)
{
	const struct decide_context with = { .mfa = false };
	const struct admin_user *m = c->model;
	struct run *run = c->run;
	const json_t *user = admin_user_now(c);
	struct proof p = { .run = run,
		.administers = user != NULL && administer_user(facts_value(run->facts, FACT_AUTH),
		    user, &with) == DECIDE_YES };

	if (run->session[SESSION_ADMIN] == NULL)
		return err_set(e, ERR_REFUSED, "there is no new access key of %s to try", m->name);
	if (!run_wait_until(run, "Waiting for AWS to know the new access key", EVERY, LIMIT, ready,
		&p, e))
		return false;
	xfree(run->admin_user);
	run->admin_user = xstrdup(m->name);
	return true;
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
	const struct admin_user *m = c->model;
	struct run *run = c->run;

	if (run->session[SESSION_ADMIN] == NULL || run->admin_user == NULL ||
	    strcmp(run->admin_user, m->name) != 0)
		return err_set(e, ERR_REFUSED, "the access key of %s was not made in this run; import "
					       "the credentials file instead", m->name);
	return aws_profile_write(m->profile, aws_credentials(run->session[SESSION_ADMIN]), false, e);
}
