/* SPDX-License-Identifier: MIT */
/*
 * Why something failed.  Lives on the caller's stack, owns nothing, needs no
 * allocation.  The first failure wins: a later err_set() on a struct that
 * already holds one changes nothing, so clean-up errors go to another one.
 */
#ifndef ERR_H
#define ERR_H

#include <stdbool.h>

enum err_kind {
	ERR_NONE = 0,
	ERR_OTHER,	/* exit 255 */
	ERR_USAGE,	/* bad option, answers file, refused endpoint: exit 252 */
	ERR_CONFIG,	/* no credentials, profile, Region: exit 253 */
	ERR_AWS,	/* AWS answered with an error: exit 254 */
	ERR_NETWORK,	/* no answer came: exit 255 */
	ERR_FILE,	/* a local file or directory: exit 255 */
	ERR_CANCELLED,	/* the person cancelled: exit 130 */
	ERR_REFUSED,	/* rootlock itself refused, to protect the account */
};

struct err {
	enum err_kind kind;
	bool maybe;		/* the call may have taken effect at AWS */
	int status;		/* HTTP status, 0 when there was no answer */
	char operation[48];	/* CreateUser */
	char code[64];		/* AWS error code, or a short one of ours */
	char request_id[64];
	char text[512];		/* cleaned for the screen, cut at a character */
};

/*
 * Record a failure of the given kind; text is printf-like and is cleaned and
 * cut.  Always returns false, so that `return err_set(e, ...)` is one line.
 * A NULL e is allowed; a struct that already holds a failure is kept.
 */
bool	err_set(struct err *e, enum err_kind kind, const char *fmt, ...)
	    __attribute__((format(printf, 3, 4)));

/* As err_set(), with ": " and the text of errno at the end. */
bool	err_errno(struct err *e, enum err_kind kind, const char *fmt, ...)
	    __attribute__((format(printf, 3, 4)));

/* Put "context: " in front of the text.  Returns false. */
bool	err_wrap(struct err *e, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));

/* Make e hold no failure again. */
void	err_clear(struct err *e);

/* True when e holds a failure whose AWS code is `code` ("NoSuchEntity"). */
bool	err_is(const struct err *e, const char *code);

/*
 * True for the codes that AWS uses for "you may not" (AccessDenied and its
 * variants, aws-client page section 7), not for expired or unknown keys.
 */
bool	err_is_denied(const struct err *e);

/* The exit status of the program for this failure (product page, section 5). */
int	err_exit(const struct err *e);

#endif
