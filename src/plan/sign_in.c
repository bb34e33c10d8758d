/* SPDX-License-Identifier: MIT */
/* Whose credentials: the chain's, and the browser sign-in as a person walks through it. */
#include "sign_in.h"

#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "chain.h"

#define PRIVATE_WINDOW                                                                             \
	"The browser offers the console session that is active in it: for another user, or when "  \
	"the page shows only an error 400, use a private window."

struct login_env
run_login_env(struct run *run)
{
	return (struct login_env){
		.transport = run->transport,
		.settings = &run->settings,
		.clock = &run->clock,
		.wait = run->wait,
		.wait_arg = run->wait_arg,
	};
}

static bool
mfa_code(void *arg, const char *serial, char out[7], struct err *e)
{
	struct run *run = arg;
	AUTO_FREE char *prompt = xasprintf("MFA code for %s", serial);

	return ask_code(&run->ask, prompt, NULL, out, e);
}

struct aws_credentials *
run_credentials(struct run *run, const struct aws_options *o, struct err *e)
{
	const struct chain_env env = {
		.io = run_login_env(run),
		.mfa_code = run->ask.ops != NULL ? mfa_code : NULL,
		.mfa_arg = run,
	};

	return chain_credentials(&env, o, e);
}

/* ---- the browser --------------------------------------------------------------------- */

static bool
poll_login(void *arg, bool *done, struct err *e)
{
	return login_poll(arg, done, e);
}

static bool
paste_login(void *arg, const struct secret *code, struct err *e)
{
	return login_paste(arg, secret_borrow(code), secret_len(code), e);
}

static bool
wait_for_answer(struct run *run, struct login *l, struct err *e)
{
	bool remote = login_way(l) == LOGIN_CROSS_DEVICE;
	bool opened = !remote && login_open_browser(l);
	const struct ask_sign_in q = {
		.title = "Sign in to AWS in the browser",
		.text =
		    remote   ? "Open this address in a browser on any device and sign in, as root "
			       "for a new account. The page then shows a code: paste it "
			       "here.\n" PRIVATE_WINDOW
		    : opened ? "Your browser opens. Sign in there, as root for a new account. If "
			       "it does not open, open this address in a browser on this "
			       "computer.\n" PRIVATE_WINDOW
			     : "Open this address in a browser on this computer and sign in, as "
			       "root for a new account.\n" PRIVATE_WINDOW,
		.url = login_url(l),
		.paste = remote,
		.poll = poll_login,
		.pasted = paste_login,
		.arg = l,
	};

	return ask_sign_in(&run->ask, &q, e);
}

/* ---- who it is ---------------------------------------------------------------------------- */

static void
close_session(struct run *run)
{
	facts_free(run->facts);
	run->facts = NULL;
	aws_close(run->session[SESSION_SETUP]);
	run->session[SESSION_SETUP] = NULL;
}

static bool
learn_caller(struct run *run, const struct login *l, struct err *e)
{
	ask_progress(&run->ask, "%s", "Asking AWS who has signed in");
	if (!run_sign_in(run, login_use(l), e))
		return false;
	if (strcmp(run->account.caller.account, login_account(l)) == 0)
		return true;
	return err_set(e, ERR_REFUSED,
	    "The sign-in is for account %s, but GetCallerIdentity says %s: it is not used.",
	    login_account(l), run->account.caller.account);
}

static bool
is_the_one(struct run *run, const struct login *l, bool *yes, struct err *e)
{
	const struct account *a = &run->account;
	AUTO_FREE char *text = xasprintf("Account    %s (partition %s, Region %s)\n"
					 "Signed in  %s\n"
					 "Caller     %s (GetCallerIdentity)%s",
	    a->caller.account, a->partition->id, a->region, login_arn(l), a->caller.arn,
	    a->caller.root ? "\nThis is root. What rootlock does with it is shown before it is "
			     "done."
			   : "");
	const struct ask_confirm q = {
		.title = "Is this the account and the user that you mean?",
		.text = text,
		.yes = "Yes, this one",
		.no = "No, another",
	};

	return ask_confirm(&run->ask, &q, yes, e);
}

static bool
try_another(struct run *run, bool *again, struct err *e)
{
	const struct ask_confirm q = {
		.title = "Sign in as another user?",
		.text = "Nothing has been saved. In the browser, sign out first or use a private "
			"window.",
		.yes = "Sign in again",
		.no = "Leave",
	};

	return ask_confirm(&run->ask, &q, again, e);
}

/* The profile stands for somebody else now: whoever uses it has to know. */
static bool
may_replace(struct run *run, const struct login *l, const char *profile, const char *old, bool *yes,
    struct err *e)
{
	AUTO_FREE char *text = NULL;
	struct ask_confirm q = {
		.title = "Replace the profile's session?",
		.yes = "Replace it",
		.no = "No",
	};

	*yes = true;
	if (old == NULL || strcmp(old, login_arn(l)) == 0)
		return true;
	text =
	    xasprintf("The profile %s is for %s. From now on it would be for %s. The old session "
		      "stays in its file; rootlock login --profile NAME makes another profile.",
		profile, old, login_arn(l));
	q.text = text;
	return ask_confirm(&run->ask, &q, yes, e);
}

/* ---- all ----------------------------------------------------------------------------------------
 */

/* A session whose profile could not be written would be known to nobody. */
static bool
save(const struct login *l, const char *profile, struct err *e)
{
	struct err none = { 0 };
	bool was;

	if (!login_save(l, e))
		return false;
	if (login_profile_write(profile, login_arn(l), login_region(l), e))
		return true;
	(void)login_forget(login_arn(l), &was, &none);
	return false;
}

static bool
sign_in_once(struct run *run, struct login *l, const char *profile, bool *again, struct err *e)
{
	AUTO_FREE char *old = NULL;
	bool yes = false;

	if (!wait_for_answer(run, l, e) || !login_finish(l, e) || !learn_caller(run, l, e) ||
	    !is_the_one(run, l, &yes, e) || !login_profile_free(profile, &old, e))
		return false;
	if (yes && !may_replace(run, l, profile, old, &yes, e))
		return false;
	if (yes)
		return save(l, profile, e);
	if (!try_another(run, again, e))
		return false;
	return *again || err_set(e, ERR_CANCELLED, "not signed in; nothing was saved");
}

bool
run_sign_in_by_browser(struct run *run, const struct sign_in_by_browser *how, struct err *e)
{
	const struct login_env env = run_login_env(run);
	const char *profile = how->profile != NULL ? how->profile : "default";
	char *old = NULL;
	bool again = true, ok = login_profile_free(profile, &old, e);

	xfree(old);
	while (ok && again) {
		struct login *l = login_start(&env, how->way, e);

		again = false;
		ok = l != NULL && sign_in_once(run, l, profile, &again, e);
		login_free(l);
		if (!ok || again)
			close_session(run);
	}
	ask_progress(&run->ask, "%s", "");
	return ok;
}
