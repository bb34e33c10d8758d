/* SPDX-License-Identifier: MIT */
/* The enrolment page's state, shared by enrol.c (acting) and enrol_draw.c. */
#ifndef ENROL_H
#define ENROL_H

#include "mfa.h"
#include "sheet.h"

/* Where the focus can stand. */
enum { ENROL_PASTE, ENROL_CODE1, ENROL_CODE2, ENROL_CHECK, ENROL_LEAVE, ENROL_N };

struct enrol {
	struct page page;
	const struct ask_enrol *q;
	struct secret *seed;		/* in use: given or pasted; NULL: none */
	struct secret *pasted;		/* being typed */
	struct secretbox paste;
	struct qr *qr;			/* of the seed, or NULL */
	enum qr_style style;
	bool invert;
	struct edit codes[2];
	int focus;
	struct buttons buttons;
	bool verified;			/* the codes were right; the account is watched */
	bool polled;
	int64_t poll_at;		/* clock_ms() of the next look at the account */
	char status[512];
	enum style status_style;
	struct view view;		/* what to do, when there is no QR */
};

/* Whether two codes are wanted now. */
bool	enrol_takes_codes(const struct enrol *p);
void	enrol_say(struct enrol *p, enum style style, const char *text);
void	enrol_draw(struct page *page, struct area a);

#endif
