/* SPDX-License-Identifier: MIT */
/*
 * What a terminal does with a character, without asking the locale: the same
 * in the C locale, in tests and on every libc.  Tables of Unicode 14.0.
 */
#ifndef UNICODE_H
#define UNICODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Decode the UTF-8 character at s (len bytes are there, at least 1): its
 * length, 1 to 4, and the code point in *cp; 0 when the byte at s does not
 * begin a valid one (overlong forms, surrogates and > U+10FFFF are not valid).
 */
size_t	unicode_decode(const char *s, size_t len, uint32_t *cp);

/*
 * True for a character that shows as itself: not a control, format, private
 * or unassigned one, no separator of lines, nothing that takes no place
 * without combining (fillers, variation selectors).
 */
bool	unicode_shows(uint32_t cp);

/* Columns on a terminal: 0 for combining ones, 2 for East Asian wide, else 1. */
unsigned unicode_width(uint32_t cp);

#endif
