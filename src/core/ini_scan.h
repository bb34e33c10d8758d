/* SPDX-License-Identifier: MIT */
/*
 * Inside ini.c and ini_edit.c only: one line of an ini file, so that reading
 * and editing can never disagree about what a line is.
 */
#ifndef INI_SCAN_H
#define INI_SCAN_H

#include <stdbool.h>
#include <stddef.h>

enum ini_kind {
	INI_BLANK,
	INI_COMMENT,
	INI_SECTION,	/* key is what stands in the brackets */
	INI_PROPERTY,	/* key, value */
	INI_MORE,	/* an indented line: value continues the property above */
	INI_BAD,	/* problem says why */
};

struct ini_span {
	const char *s;
	size_t len;
};

struct ini_line {
	enum ini_kind kind;
	unsigned number;	/* 1-based */
	struct ini_span whole;	/* with its line end */
	size_t eol;		/* length of the line end: 0, 1 or 2 */
	struct ini_span key;	/* trimmed */
	struct ini_span value;	/* trimmed, without a comment */
	bool commented;		/* a comment was cut off the value */
	const char *problem;
};

struct ini_scan {
	const char *at;
	const char *end;
	unsigned number;
};

/* Start at the first line (after a byte order mark). */
void	ini_scan_start(struct ini_scan *scan, const char *data, size_t len);
/* The next line; false at the end. */
bool	ini_scan_next(struct ini_scan *scan, struct ini_line *line);

/* Split "key = value" or "key: value"; false without a separator. */
bool	ini_split(struct ini_span text, struct ini_span *key, struct ini_span *value);

/*
 * The name of a section as we compare it, xfree(): runs of blanks are one
 * space, quotes around what follows the first word are gone.
 */
char   *ini_section_name(struct ini_span inside);

/* Key equality: ASCII letters of either case are the same. */
bool	ini_key_is(struct ini_span key, const char *name);

#endif
