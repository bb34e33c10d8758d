/* SPDX-License-Identifier: MIT */
/*
 * The break-glass sheet: what to print and lock away so that root can be used
 * in an emergency.  Plain text, at most 76 columns, no secret in it.  Made by
 * the screen break_glass and by `rootlock sheet`.
 */
#ifndef BREAK_GLASS_SHEET_H
#define BREAK_GLASS_SHEET_H

#include <stdbool.h>

#include "buf.h"

struct run;

/* What the person says; NULL or "" leaves a line to be filled in by hand. */
struct break_glass {
	const char *root_email, *password_place, *mfa_holder;
	const char *review_date;	/* YYYY-MM-DD; NULL or "": a year from now */
};

/*
 * Append the sheet.  Uses the account and, when they are known, the facts
 * ALIASES and SUMMARY; makes no call.  (AWS Account Management Reference
 * Guide, "Tasks that require root user credentials".)
 */
void	break_glass_sheet(const struct run *run, const struct break_glass *b, struct buf *out);

#endif
