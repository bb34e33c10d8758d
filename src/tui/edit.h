/* SPDX-License-Identifier: MIT */
/* One-line editors: of text, and of a secret inside its own locked memory. */
#ifndef EDIT_H
#define EDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "keys.h"
#include "secret.h"

/* ---- edit.c ---- */

struct edit {
	struct buf text;
	size_t at;		/* byte offset of the cursor */
	size_t max;		/* longest, in bytes */
	bool digits;		/* takes only digits */
};

void	edit_init(struct edit *e, size_t max, bool digits);
void	edit_free(struct edit *e);
/* Replace the text; the cursor goes to its end. */
void	edit_set(struct edit *e, const char *text);
/*
 * Take an input that edits or moves; true when it was one.  *changed (may be
 * NULL) is set when the text is another one.  A paste never submits; blanks
 * around it are dropped.
 */
bool	edit_act(struct edit *e, const struct input *in, bool *changed);
void	edit_draw(const struct edit *e, int y, int x, int cols, bool focused);

/* ---- secretbox.c ---- */

struct secretbox {
	struct secret *secret;	/* borrowed */
	size_t at;
	size_t max;		/* longest, in bytes */
	bool shown;		/* Ctrl-R: in clear instead of bullets */
};

/* Edit this secret, which must have been made with at least max bytes. */
void	secretbox_init(struct secretbox *b, struct secret *s, size_t max);
bool	secretbox_act(struct secretbox *b, const struct input *in, bool *changed);
void	secretbox_draw(const struct secretbox *b, int y, int x, int cols, bool focused);

/* ---- both ---- */

/* Offset of the character before / after `at` in text of len bytes. */
size_t	edit_before(const char *text, size_t at);
size_t	edit_after(const char *text, size_t len, size_t at);

#endif
