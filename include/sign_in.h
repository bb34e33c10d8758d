/* SPDX-License-Identifier: MIT */
/*
 * The browser sign-in as a person walks through it: straight-line code over
 * the ports `ask` and `wait`, the same for the wizard and the command line.
 */
#ifndef SIGN_IN_H
#define SIGN_IN_H

#include "login.h"
#include "plan.h"

/* What a sign-in and its refreshing borrow from the run. */
struct login_env run_login_env(struct run *run);

struct sign_in_by_browser {
	enum login_way way;
	const char *profile;	/* gets the session; NULL: "default" */
};

/*
 * Sign in by the browser in the run's Region; show who it is, as the token
 * and as GetCallerIdentity say, and ask; "another" begins anew.  On success
 * the run's setup session is open as that principal, the session is in the
 * cache and the profile names it.  False and e: nothing was written and the
 * setup session is closed.  ERR_CANCELLED when the person cancels, at any
 * point; ERR_CONFIG code "OtherCredentials" for a profile with other
 * credentials, before a browser is opened.
 */
bool	run_sign_in_by_browser(struct run *run, const struct sign_in_by_browser *how,
	    struct err *e);

#endif
