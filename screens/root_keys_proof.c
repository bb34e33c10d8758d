/* SPDX-License-Identifier: MIT */
/*
 * The proof that the account is not lost with root's keys: another
 * administrator works, now, by his own credentials.
 */
#include <string.h>

#include "json.h"
#include "root_keys.h"

struct aws *
root_keys_admin(const struct run *run)
{
	return run->session[SESSION_ADMIN_MFA] != NULL ? run->session[SESSION_ADMIN_MFA]
						       : run->session[SESSION_ADMIN];
}

static bool
no_proof(struct err *e, const char *why)
{
	return err_set(e, ERR_REFUSED,
	    "root's keys stay until another administrator is proven to work: %s", why);
}

/* What his policies say; they are read again once, for they may be older than his rights. */
static bool
may_administer(struct run *run, const struct sts_identity *who, enum decision *d, struct err *e)
{
	const struct decide_context with = { .mfa = run->session[SESSION_ADMIN_MFA] != NULL };

	for (int look = 0; look < 2; look++) {
		const json_t *auth = facts_value(run->facts, FACT_AUTH);
		const json_t *user = administer_find_user(auth, who->user);

		*d = user != NULL ? administer_user(auth, user, &with) : DECIDE_UNKNOWN;
		if (*d != DECIDE_NO)
			return true;
		facts_forget(run->facts, FACT(AUTH));
		if (!facts_need(run->facts, FACT(AUTH), e))
			return false;
	}
	return true;
}

bool
root_keys_proven(struct run *run, struct sts_identity *who, struct err *e)
{
	struct aws *aws = root_keys_admin(run);
	enum decision d = DECIDE_UNKNOWN;
	struct err why = { 0 };
	int64_t ignored;

	if (aws == NULL)
		return no_proof(e, "nobody else has signed in yet");
	if (!sts_get_caller_identity(aws, who, &why) ||
	    !iam_get_summary(aws, "AccountAccessKeysPresent", &ignored, &why)) {
		if (why.kind != ERR_CANCELLED)
			return no_proof(e, why.text);
		return *e = why, false;
	}
	if (who->root || strcmp(who->account, run->account.caller.account) != 0)
		return no_proof(e, "the other session is not a user of this account");
	if (!may_administer(run, who, &d, e))
		return false;
	return d != DECIDE_NO ||
	       no_proof(e, "the policies of the other user do not let him do all");
}
