/* SPDX-License-Identifier: MIT */
/*
 * Lines that scroll: wrapped text, key and value, links, QR codes, and rows
 * that a page draws itself.  Built anew from the model for each drawing, so a
 * resize needs no code of its own.
 */
#ifndef VIEW_H
#define VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "keys.h"
#include "mfa.h"
#include "screen.h"
#include "terminal.h"

#define ITEM_NONE (-1)

struct view_line {
	char *text;
	enum style style;
	int indent;
	int item;		/* the page draws it; ITEM_NONE: it is text */
	const struct qr *qr;	/* this line is row `row` of its drawing */
	struct qr_layout layout;
	int row;
};

struct view {
	struct view_line *lines;
	size_t n;
	struct qr **qrs;	/* owned */
	size_t nqrs;
	int top;		/* first line shown; stays when the view is rebuilt */
	int rows;		/* shown at the last drawing */
};

/* Forget the lines, keep the position. */
void	view_reset(struct view *v);
void	view_free(struct view *v);
void	view_line(struct view *v, enum style style, int indent, const char *text);
void	view_printf(struct view *v, enum style style, int indent, const char *fmt, ...)
	    __attribute__((format(printf, 4, 5)));
void	view_blank(struct view *v);
/* Text of any origin, wrapped to cols (which counts the indent); newlines are kept. */
void	view_wrap(struct view *v, enum style style, int indent, int cols, const char *text);
/* "label   value", the value wrapped in its own column of `at` columns from the left. */
void	view_keyval(struct view *v, int at, int cols, const char *key, const char *value,
	    enum style style);
/* A row that the page draws. */
void	view_item(struct view *v, int item);
/* An address as a QR code, when it fits; nothing else. */
void	view_qr(struct view *v, const char *text, int cols, int rows);
void	view_blocks(struct view *v, const struct blocks *b, int cols);

/* Draws one item's row. */
typedef void view_item_fn(void *arg, int item, int y, int x, int cols);
void	view_draw(struct view *v, struct area a, view_item_fn *fn, void *arg);
/* Scroll so that the item's row is shown, with `around` lines of context. */
void	view_reveal(struct view *v, int item, int rows, int around);
/* Arrow and page keys; true when it was one of them. */
bool	view_act(struct view *v, const struct input *in);
/* Whether there is more than `rows`. */
bool	view_overflows(const struct view *v, int rows);

#endif
