/* SPDX-License-Identifier: MIT */
/*
 * Inside journal.c only: one record as one line.  The line ends in a member
 * "sum", the first 16 hex digits of the SHA-256 of the line without it.  The
 * sum is over the bytes as they stand, so no library has to print JSON twice
 * in the same way.
 */
#ifndef JOURNAL_LINE_H
#define JOURNAL_LINE_H

#include <stddef.h>

#include <jansson.h>

#include "buf.h"

/* One line without its newline -> the record without its sum, or NULL. */
json_t *journal_line_parse(const char *line, size_t len);

/* Append the line of a record, with sum and newline; b->failed when too long. */
void	journal_line_print(const json_t *r, struct buf *b);

#endif
