/* SPDX-License-Identifier: MIT */
/*
 * Read access to a json_t tree that came from outside, by path, so that the
 * rest of the program never trusts its shape.  XML replies become the same
 * kind of tree: every element is an array of its occurrences, an element's
 * text stands under the member "" and numbers stay text (xml.h).
 *
 * A path is member names with dots ("GetUserResult.User.Arn").  Where a step
 * meets an array and the next component is not a number, element 0 is meant;
 * a component that is a number picks that element.  At the end an object with
 * a "" member stands for its text.  So one accessor serves JSON and XML.  The
 * empty path is the node itself.  Member names with dots cannot be reached.
 */
#ifndef JSON_H
#define JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "buf.h"

struct err;

/*
 * Parse an object or array; duplicate members and NULs are refused, depth is
 * capped by jansson (2048).  NULL and e (ERR_OTHER, code "MalformedJson", no
 * part of the input in its text) on failure.
 */
json_t *json_parse(const char *data, size_t len, struct err *e);

/* The node at path, borrowed, or NULL. */
const json_t *json_at(const json_t *root, const char *path);
/* The text at path, borrowed ("" for an empty element), or NULL. */
const char *json_text(const json_t *root, const char *path);
/* The text at path, or `otherwise`. */
const char *json_text_or(const json_t *root, const char *path, const char *otherwise);
/* An integer, real (cut) or numeric text at path; false when absent or none. */
bool	json_int(const json_t *root, const char *path, int64_t *out);
int64_t	json_int_or(const json_t *root, const char *path, int64_t otherwise);
/* true/false as JSON or as text in any case; false when absent. */
bool	json_bool(const json_t *root, const char *path);
/*
 * Elements of the list at path: a JSON array, an XML list with <member> (EC2:
 * <item>) children, or (flattened) a repeated element.  0 when absent or null.
 * One XML element without children and text is an empty list (<Users/>), 0.
 * A JSON scalar or object where a list may stand counts 1: policies write
 * "Action": "s3:*" for "Action": ["s3:*"].
 */
size_t	json_count(const json_t *root, const char *path);
/* The i-th of them, borrowed; its text is json_text(item, ""). NULL past the end. */
const json_t *json_item(const json_t *root, const char *path, size_t i);

/* The first of them whose member has this text, borrowed, or NULL. */
const json_t *json_find(const json_t *root, const char *path, const char *member,
	    const char *text);

/* Epoch seconds from a number or a date text at path; false when absent. */
bool	json_time(const json_t *root, const char *path, int64_t *epoch);

/*
 * Append v as text (flags of jansson: JSON_COMPACT, JSON_INDENT(2) ...); false
 * when it does not fit or cannot be written.  Rather than json_dumps(), whose
 * result has to be freed in another way when alloc_install() did not run.
 */
bool	json_print(struct buf *b, const json_t *v, size_t flags);

#define AUTO_REPLY json_auto_t

#endif
