/* SPDX-License-Identifier: MIT */
/*
 * Console sign-in in the browser, by the protocol behind `aws login`, and the
 * cache of sessions shared with the AWS CLI and the SDKs (aws-client page, 2).
 * A sign-in is an object: start it, show its address, wait until the browser
 * or a pasted code answers, finish it (the exchange for credentials), look who
 * it is, save it or free it.  Nothing is on disk before login_save().  Never
 * prints; never waits except through the `wait` port.
 */
#ifndef LOGIN_H
#define LOGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aws.h"

#define LOGIN_REFRESH_LEFT 300	/* seconds: refreshed when so many or fewer are left */
#define LOGIN_PATIENCE	   600	/* seconds that a sign-in waits for the person */

/* What is borrowed from the program; all must outlive the call or the sign-in. */
struct login_env {
	struct aws_transport *transport;
	const struct aws_settings *settings;	/* endpoint, Region when nothing better is known */
	struct clock *clock;			/* learns the server's time before the first proof */
	aws_wait_fn *wait;			/* NULL: waits for the network alone */
	void *wait_arg;
};

/* ---- for the credential chain --------------------------------------------- */

/*
 * The credentials of a cached session.  session is the profile's
 * login_session.  region is what the profile names beside it or NULL: where a
 * session is refreshed whose file does not say where it was signed in.
 * Refreshed, under a lock that other processes of rootlock heed, and written
 * back when LOGIN_REFRESH_LEFT or less is left; else no call is made.  refused
 * is an access key id that AWS has just called expired, or NULL: a session
 * that still has this key is refreshed whatever time is left.  c->expires is
 * set; c->source is "browser sign-in (ARN)".  NULL and e: ERR_CONFIG code
 * "NoLogin" when there is no such session, "BadLogin" for a broken file (it is
 * named), ERR_AWS with the code of the token service ("TOKEN_EXPIRED", ...),
 * whose text says what to do.
 */
struct aws_credentials *login_credentials(const struct login_env *env, const char *session,
	    const char *region, const char *refused, struct err *e);

/*
 * Remove a session's file; *was tells whether there was one.  AWS is not told:
 * the credentials stay valid for up to 15 minutes.
 */
bool	login_forget(const char *session, bool *was, struct err *e);

/* ---- a sign-in -------------------------------------------------------------- */

struct login;

enum login_way {
	LOGIN_SAME_DEVICE,	/* the browser here answers to a port of this computer */
	LOGIN_CROSS_DEVICE,	/* a browser elsewhere shows a code to paste */
};

/* Same device unless this is an ssh session or there is no display (environment). */
enum login_way login_way_here(void);

/*
 * Begin a sign-in in the settings' Region (ERR_CONFIG without one): verifier,
 * state and key are made, and for the same device a port of 127.0.0.1 is
 * opened.  No call is made.  NULL and e when the port cannot be had (code
 * "NoPort").  Free it with login_free() in any case: that is also cancelling.
 */
struct login *login_start(const struct login_env *env, enum login_way way, struct err *e);
void	login_free(struct login *l);
enum login_way login_way(const struct login *l);
/* The address for the browser; no secret. */
const char *login_url(const struct login *l);
/*
 * Start the desktop's opener (xdg-open or the like) on the address: no shell,
 * an environment of a few named variables, no terminal.  False when there is
 * none; that is no failure, for the address is shown as well.
 */
bool	login_open_browser(const struct login *l);
/*
 * Serve the port, without waiting; to be called several times a second.  *done
 * is set once there is an answer, good or bad, or LOGIN_PATIENCE is over:
 * login_finish() tells which.  False and e (ERR_REFUSED) for an answer that
 * is not to this sign-in: a remark for the person, the wait goes on.
 */
bool	login_poll(struct login *l, bool *done, struct err *e);
/*
 * The code that the page shows, as pasted: base64 of "state=...&code=...",
 * either alphabet, padded or not, blanks and line ends anywhere.  False and e
 * (ERR_USAGE) when it is not one or is of another sign-in: paste again.
 */
bool	login_paste(struct login *l, const char *text, size_t len, struct err *e);
/*
 * Exchange the code for credentials (waits).  False and e for every way in
 * which it may fail; the text says what to do; the sign-in is then over.
 */
bool	login_finish(struct login *l, struct err *e);

/* Of a finished sign-in: its principal's ARN as the token says it ("sub"), its account. */
const char *login_arn(const struct login *l);
const char *login_account(const struct login *l);
const char *login_region(const struct login *l);
/* When the credentials end, epoch seconds. */
int64_t	login_expires(const struct login *l);
/* Its credentials; the caller owns them. */
struct aws_credentials *login_use(const struct login *l);
/* Write a finished sign-in into the cache: file 0600, directory 0700. */
bool	login_save(const struct login *l, struct err *e);

/* ---- profiles ------------------------------------------------------------------ */

/*
 * May profile `name` become one that signs in by the browser?  False and e
 * (ERR_CONFIG code "OtherCredentials", naming file, line and key) when it gets
 * its credentials in another way, which would hide the sign-in or be hidden.
 * *old is its present login_session or NULL; xfree().
 */
bool	login_profile_free(const char *name, char **old, struct err *e);
/*
 * Write login_session and region into profile `name` of the config file,
 * keeping all else as it was; the file is made when there is none.
 */
bool	login_profile_write(const char *name, const char *session, const char *region,
	    struct err *e);
/*
 * The session of a profile (the options' own, else "default"): *session, xfree(),
 * NULL when the profile does not sign in by the browser.
 */
bool	login_profile_session(const struct aws_options *o, char **session, struct err *e);

#endif
