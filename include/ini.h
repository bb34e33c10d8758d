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

/* Parse the text of a file; `name` is for messages ("FILE line N: ..."). */
struct ini *ini_parse(const char *name, const char *data, size_t len, struct err *e);
void	ini_free(struct ini *ini);

/* Section names in order, borrowed; NULL past the end. */
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
 * last option, a new section to the end.  kv is key, value, ..., NULL.  A CR,
 * LF or NUL in a name or value is refused without echoing it.
 */
bool	ini_edit(const struct buf *old, const char *section, const char *const *kv,
	    struct buf *out, struct err *e);

#endif
