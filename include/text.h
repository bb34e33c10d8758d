/* SPDX-License-Identifier: MIT */
/*
 * Text: cleaning what came from outside, measuring what goes to a terminal,
 * and the small encodings (hex, base64, percent, ISO 8601).  Pure functions.
 */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"

/*
 * Append src to b with everything that could act on a terminal made visible:
 * C0, DEL, C1, bidi controls, zero-width and private-use characters become
 * \xNN or \u{NNNN}; bytes that are not UTF-8 become \xNN.  Newlines are kept
 * only with keep_newlines.  (quality page, 2.5)
 */
void	text_clean(struct buf *b, const char *src, size_t len, bool keep_newlines);
/*
 * The same for one character, without allocating: src holds len >= 1 bytes;
 * writes at most TEXT_CLEAN_CHAR bytes and a NUL to out and returns how many
 * bytes of src that was.
 */
#define TEXT_CLEAN_CHAR 10	/* \u{10ffff} */
size_t	text_clean_char(char out[TEXT_CLEAN_CHAR + 1], const char *src, size_t len);
/* The same into new memory (xfree()); newlines become spaces. */
char   *text_cleaned(const char *src) __attribute__((malloc, returns_nonnull));

/* Columns that a UTF-8 string takes on a terminal (wcwidth); clean text. */
size_t	text_width(const char *s);
/* Bytes of the longest prefix of s that takes at most cols columns. */
size_t	text_fit(const char *s, size_t cols);
/* Length of the UTF-8 character at s in bytes, 1 for an invalid byte. */
size_t	text_char_len(const char *s);
/*
 * Append s wrapped at blanks; every line begins with `indent` (which counts),
 * takes at most `cols` columns and ends with a newline.  A word that is too
 * long is cut.  Newlines in s are kept, so "" gives one empty line.
 */
void	text_wrap(struct buf *b, const char *s, size_t cols, const char *indent);

void	text_hex(struct buf *b, const unsigned char *data, size_t len);
void	text_base64(struct buf *b, const unsigned char *data, size_t len);
/* With the URL-safe alphabet and without padding (RFC 7515, 2). */
void	text_base64url(struct buf *b, const unsigned char *data, size_t len);
/*
 * Standard and URL-safe alphabet, padding optional; false on rubbish, b is
 * then as before.
 */
bool	text_unbase64(struct buf *b, const char *src, size_t len);
/* RFC 3986: all but unreserved characters as %XX; keep_slash keeps '/'. */
void	text_percent(struct buf *b, const char *src, size_t len, bool keep_slash);
/* Undo it ('+' stays); false on a '%' without two hex digits, b is then as before. */
bool	text_unpercent(struct buf *b, const char *src, size_t len);

/* "2026-11-24T10:00:00Z" into out (at least 21 bytes). */
void	text_iso8601(char *out, size_t size, int64_t epoch);
/*
 * ISO 8601 (a date alone; a time with or without fraction, Z or offset; no
 * zone means UTC), RFC 7231, or a number of seconds; fractions are dropped.
 */
bool	text_parse_time(const char *s, int64_t *epoch);

/* A decimal number with optional fraction and exponent, in any locale. */
bool	text_parse_number(const char *s, double *out);

/* True when s is made only of ASCII letters, digits and characters of extra. */
bool	text_only(const char *s, const char *extra);
/* Glob of the whole s with '*' and '?', as IAM matches actions and ARNs. */
bool	text_glob(const char *pattern, const char *s, bool fold_case);
/* Replace {name} in a template: pairs is name, value, ..., NULL; others stay. */
void	text_template(struct buf *b, const char *tmpl, const char *const *pairs);

#endif
