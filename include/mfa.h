/* SPDX-License-Identifier: MIT */
/*
 * One-time passwords and QR codes: what the enrolment pages and the headless
 * run share.  Knows no terminal and no AWS.  Users of liboath (totp.c) and
 * libqrencode (qr.c).  Codes are six-digit strings, never numbers.
 */
#ifndef MFA_H
#define MFA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "secret.h"

#define MFA_STEP 30	/* seconds (RFC 6238) */

/*
 * A seed as typed or pasted: blanks, dashes and case are repaired, padding
 * dropped; anything else that is not Base32 (RFC 4648) is refused, and so are
 * fewer than 16 characters (80 bits).  An otpauth:// URI gives its secret,
 * when it is for SHA1, 6 digits, 30 seconds as all of AWS's devices are.
 * NULL and e (code "BadSeed") on refusal; never echoes the text.
 */
struct secret *mfa_seed_parse(const char *typed, size_t len, struct err *e);

/*
 * otpauth://totp/AWS:LABEL?secret=SEED&issuer=AWS, LABEL percent-encoded,
 * "alice@123456789012" for instance.  The shortest form, for the smallest QR.
 */
struct secret *mfa_otpauth(const struct secret *seed, const char *label);

enum mfa_verdict {
	MFA_OK,			/* consecutive, in order, and close to now */
	MFA_NOT_SIX_DIGITS,	/* `which` tells the field */
	MFA_SAME_CODE,		/* typed twice: wait for the next one */
	MFA_SWAPPED,		/* second, then first */
	MFA_GAP,		/* one or more codes were skipped; gap tells */
	MFA_UNKNOWN_CODE,	/* `which` is not of this seed anywhere near now; 0 = neither is */
	MFA_CLOCK,		/* a good pair, but the phone's clock is off by offset steps */
};

struct mfa_pair {
	enum mfa_verdict verdict;
	int which;		/* 1 or 2, 0 = both or none */
	int offset;		/* steps of code 1 relative to now */
	int gap;		/* steps from code 1 to code 2, negative when 2 came first */
};

/*
 * Judge two codes typed at `now` (epoch seconds, corrected): a pair search by
 * generating and comparing, first close, then up to a day away to diagnose.
 * MFA_OK only for offsets -2..+1.  One-use: the caller remembers what it sent.
 */
struct mfa_pair mfa_check_pair(const struct secret *seed, const char *code1, const char *code2,
	    int64_t now);

/* What to tell the person, in plain words; out at least 200 bytes. */
void	mfa_message(const struct mfa_pair *p, char *out, size_t size);

/* True for exactly six ASCII digits. */
bool	mfa_is_code(const char *s);
/* Seconds until the code changes, 1-30. */
int	mfa_seconds_left(int64_t now);
/* The code at a time, for tests and for rootlock qr's self check; out 7 bytes. */
bool	mfa_code_at(const struct secret *seed, int64_t when, char out[7]);

/* ---- QR --------------------------------------------------------------- */

struct qr {
	int size;		/* modules a side, without the quiet zone */
	unsigned char *dark;	/* size*size, 1 = dark; wiped by qr_free() */
};

/* Smallest version, highest error correction that keeps it; NULL and e when too long. */
struct qr *qr_encode(const struct secret *text, struct err *e);
/* The same for text that is no secret (an address). */
struct qr *qr_encode_text(const char *text, struct err *e);
void	qr_free(struct qr *qr);

/* How modules become character cells (terminal page, 2). */
enum qr_style {
	QR_HALF_LOWER,		/* U+2584 only, four colour pairs; default in UTF-8 */
	QR_HALF,		/* U+2580 and U+2584 */
	QR_FULL,		/* two spaces a module: works without UTF-8, needs a large window */
	QR_NSTYLES
};

struct qr_layout {
	int quiet;		/* 4, 2 or 1 modules */
	int cols, rows;		/* of the whole drawing */
};

/* The largest quiet zone that fits; false when not even 1 does. */
bool	qr_layout(const struct qr *qr, enum qr_style style, int cols, int rows,
	    struct qr_layout *out);
/* Is the module dark at column x, row y of the drawing in modules (quiet zone included)? */
bool	qr_dark(const struct qr *qr, int quiet, int x, int y);
/*
 * Append the drawing as text for a plain UTF-8 terminal: halves with ANSI
 * colours, dark on light.  (rootlock qr, sheet.)
 */
struct buf;
void	qr_print(struct buf *out, const struct qr *qr, enum qr_style style, int quiet, bool invert);

#endif
