/* SPDX-License-Identifier: MIT */
/*
 * Temporary credentials end while somebody works with them: they are renewed
 * before that, without being asked for, or the next refusal says why not.
 */
#include "session.h"

#include <string.h>

#include "alloc.h"
#include "chain.h"
#include "log.h"
#include "service.h"
#include "sts.h"

#define PAUSE_MS 60000 /* credentials may be made for less than CHAIN_REFRESH_LEFT */

/* A plan is for one account; a program that hands out another's keys must not reach it. */
static bool
is_same_account(struct aws *aws, const struct aws_credentials *fresh, struct err *e)
{
	struct aws_credentials *own = aws_credentials_dup(fresh);
	struct sts_identity who = { 0 };
	struct aws *one;
	bool ok;

	if (aws->account[0] == '\0') {
		aws_credentials_free(own);
		return true;
	}
	/* This session renews nothing by itself. */
	own->expires = 0;
	xfree(take(&own->renew));
	one = aws_open(aws->transport, aws->settings, own, aws->clock);
	aws_set_wait(one, aws->wait, aws->wait_arg);
	ok = sts_get_caller_identity(one, &who, e);
	aws_close(one);
	if (ok && strcmp(who.account, aws->account) != 0)
		return aws_fail(e, ERR_REFUSED, "Changed",
		    "the renewed credentials are of the account %s, not of %s", who.account,
		    aws->account);
	return ok;
}

static struct aws_credentials *
find_anew(struct aws *aws, bool refused, struct err *e)
{
	const struct login_env io = {
		.transport = aws->transport,
		.settings = aws->settings,
		.clock = aws->clock,
		.wait = aws->wait,
		.wait_arg = aws->wait_arg,
	};
	const struct aws_credentials *c = aws->credentials;
	struct aws_credentials *fresh;

	if (c->login_session != NULL)
		return login_credentials(
		    &io, c->login_session, NULL, refused ? c->access_key_id : NULL, e);
	fresh = chain_renew(&io, c, e);
	if (fresh == NULL || is_same_account(aws, fresh, e))
		return fresh;
	aws_credentials_free(fresh);
	return NULL;
}

static bool
renew(struct aws *aws, bool refused)
{
	struct aws_credentials *fresh;

	err_clear(&aws->not_renewed);
	aws->renew_after = clock_ms() + PAUSE_MS;
	fresh = find_anew(aws, refused, &aws->not_renewed);
	if (fresh != NULL && refused &&
	    strcmp(fresh->access_key_id, aws->credentials->access_key_id) == 0) {
		aws_credentials_free(fresh);
		fresh = NULL;
		aws_fail(&aws->not_renewed, ERR_CONFIG, "NotRenewed", "%s gives the same again",
		    aws->credentials->source);
	}
	if (fresh == NULL) {
		log_line("credentials: not renewed: %s", aws->not_renewed.text);
		return false;
	}
	aws_credentials_free(aws->credentials);
	aws->credentials = fresh;
	aws->generation++;
	log_line("credentials: renewed");
	return true;
}

static bool
is_renewable(const struct aws *aws)
{
	const struct aws_credentials *c = aws->credentials;

	return c != NULL && c->expires != 0 && (c->login_session != NULL || c->renew != NULL);
}

/* When it fails, AWS's own answer to the call counts, and says so. */
void
session_refresh(struct aws *aws)
{
	if (is_renewable(aws) &&
	    aws->credentials->expires - clock_now(aws->clock) <= CHAIN_REFRESH_LEFT &&
	    clock_ms() >= aws->renew_after)
		(void)renew(aws, false);
}

bool
session_renew(struct aws *aws)
{
	return is_renewable(aws) && renew(aws, true);
}
