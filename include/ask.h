/* SPDX-License-Identifier: MIT */
/*
 * The `ask` port: how a step talks to the person.  The wizard answers with
 * pages, the command line with the terminal, the answers file and helper
 * commands.  A step never knows which.
 */
#ifndef ASK_H
#define ASK_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"
#include "secret.h"

struct ask_confirm {
	const char *title;
	const char *text;	/* plain words: what happens, what it costs, how to undo */
	const char *yes, *no;	/* labels; the default is no when danger is set */
	const char *typed;	/* characters that must be typed to say yes, or NULL */
	bool danger;
	bool consent_given;	/* the answers file names it: headless says yes without asking */
};

/* A virtual MFA device: QR, secret, two codes; or, for root, only guidance and polling. */
struct ask_enrol {
	const char *title;
	const char *who;		/* "alice@123456789012", label in the app */
	const struct secret *seed;	/* NULL: none known (root, hardware token) */
	bool may_paste_seed;		/* root: the person may paste the console's secret key */
	const char *url;		/* page to open, or NULL */
	const char *guide;		/* what to do there, step by step, or NULL */
	/*
	 * Two codes were typed: judge them and, for users, enable the device.
	 * False with e keeps the page open with the message.  seed is the one in
	 * use (pasted or given).
	 */
	bool (*verify)(void *arg, const struct secret *seed, const char *code1, const char *code2,
	    struct err *e);
	/* Called every `every` seconds; sets *done when the account shows the device. */
	bool (*poll)(void *arg, bool *done, struct err *e);
	int every;
	void *arg;
};

/* Something a person must do elsewhere, verified by polling. */
struct ask_person {
	const char *title, *text, *url;
	bool (*poll)(void *arg, bool *done, struct err *e);	/* NULL: the person says it is done */
	int every;		/* seconds */
	void *arg;
};

/* A sign-in in the browser: an address, and an answer that comes by itself or is pasted. */
struct ask_sign_in {
	const char *title, *text, *url;
	bool paste;		/* the page shows a code; else poll() sees the answer */
	/*
	 * To be called several times a second; sets *done when there is an answer
	 * or no time left.  False and e: a remark to show; the wait goes on.
	 */
	bool (*poll)(void *arg, bool *done, struct err *e);
	/* A code was pasted.  False and e: to be shown; it may be pasted again. */
	bool (*pasted)(void *arg, const struct secret *code, struct err *e);
	void *arg;
};

/* One value that is shown once. */
struct ask_reveal_item {
	const char *label;
	const char *text;		/* what is no secret, or NULL */
	const struct secret *secret;	/* masked until revealed */
};

struct ask_reveal {
	const char *title;
	const char *saved_to;		/* file that already holds them, or NULL */
	const struct ask_reveal_item *items;
	size_t n;
	bool must_confirm;		/* "I have stored it" is required */
};

struct ask_ops {
	bool (*confirm)(void *arg, const struct ask_confirm *q, bool *yes, struct err *e);
	/* name: the answers-file path of a typed secret ("admin_user.password"). */
	bool (*secret)(void *arg, const char *name, const char *prompt, struct secret **out,
	    struct err *e);
	/* One fresh TOTP code; headless: --mfa-codes-from with the seed, NULL when it is gone. */
	bool (*code)(void *arg, const char *prompt, const struct secret *seed, char out[7],
	    struct err *e);
	bool (*enrol)(void *arg, const struct ask_enrol *q, struct err *e);
	bool (*person)(void *arg, const struct ask_person *q, bool *done, struct err *e);
	/* False: cancelled.  May be NULL: then person() and secret() do it. */
	bool (*sign_in)(void *arg, const struct ask_sign_in *q, struct err *e);
	bool (*reveal)(void *arg, const struct ask_reveal *q, struct err *e);
	/* One line about what is being waited for; "" clears it. */
	void (*progress)(void *arg, const char *text);
};

struct ask {
	const struct ask_ops *ops;
	void *arg;
	bool headless;
};

bool	ask_confirm(const struct ask *, const struct ask_confirm *, bool *yes, struct err *);
bool	ask_secret(const struct ask *, const char *name, const char *prompt, struct secret **,
	    struct err *);
bool	ask_code(const struct ask *, const char *prompt, const struct secret *seed, char out[7],
	    struct err *);
bool	ask_enrol(const struct ask *, const struct ask_enrol *, struct err *);
/* *done false with true returned: left for a person. */
bool	ask_person(const struct ask *, const struct ask_person *, bool *done, struct err *);
bool	ask_sign_in(const struct ask *, const struct ask_sign_in *, struct err *);
bool	ask_reveal(const struct ask *, const struct ask_reveal *, struct err *);
void	ask_progress(const struct ask *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));

#endif
