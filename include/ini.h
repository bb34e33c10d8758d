/* SPDX-License-Identifier: MIT */
/*
 * ~/.aws/config and ~/.aws/credentials: reading in the SDKs' dialect
 * (aws-client page, 1.4) and editing in place, with comments, order, blank
 * lines and foreign keys kept byte for byte.
 */
#ifndef INI_H
#define INI_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

struct err;
struct ini;

/*
 * Parse the text of a file; `name` is for messages ("FILE line N: ..."), which
 * never show what stands there.  NULL and e (ERR_CONFIG) on failure.
 */
struct ini *ini_parse(const char *name, const char *data, size_t len, struct err *e);
void	ini_free(struct ini *ini);

/*
 * Section names in order, each once, borrowed; NULL past the end.  They are
 * what stands in the brackets ("profile a b"): runs of blanks are one space,
 * quotes around what follows the first word are gone.
 */
const char *ini_section(const struct ini *ini, size_t i);
bool	ini_has(const struct ini *ini, const char *section);
/* Value of a key (case folded), borrowed, or NULL; last one wins. */
const char *ini_get(const struct ini *ini, const char *section, const char *key);
/* Value of a nested property ("s3" / "addressing_style"), or NULL. */
const char *ini_nested(const struct ini *ini, const char *section, const char *key,
	    const char *sub);
/* Line of the key in the file, 1-based, 0 when absent. */
unsigned ini_line(const struct ini *ini, const char *section, const char *key);

/*
 * Set keys in a section of the text `old` and append the whole new text to
 * out: an existing key's line is replaced, a new one goes after the section's
 * last option, a new section to the end.  kv is key, value, ..., NULL.  What a
 * reader would not give back as it is (line ends, blanks at the ends, " #") is
 * refused without echoing it, and so is an `old` that ini_parse() refuses; e is
 * ERR_CONFIG then.
 */
bool	ini_edit(const struct buf *old, const char *section, const char *const *kv,
	    struct buf *out, struct err *e);

#endif
