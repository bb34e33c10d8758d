/* SPDX-License-Identifier: MIT */
#include "view.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "qrview.h"
#include "text.h"

#define CELL_COLS 20 /* of a table's columns but the last */
#define FORM_ROWS 18 /* what a form needs besides */

void
view_reset(struct view *v)
{
	for (size_t i = 0; i < v->n; i++)
		xfree(v->lines[i].text);
	for (size_t i = 0; i < v->nqrs; i++)
		qr_free(v->qrs[i]);
	v->n = v->nqrs = 0;
}

void
view_free(struct view *v)
{
	view_reset(v);
	xfree(v->lines);
	xfree(v->qrs);
	*v = (struct view){ .lines = NULL };
}

static struct view_line *
add(struct view *v)
{
	v->lines = xrealloc(v->lines, (v->n + 1) * sizeof *v->lines);
	v->lines[v->n] = (struct view_line){ .item = ITEM_NONE };
	return &v->lines[v->n++];
}

void
view_line(struct view *v, enum style style, int indent, const char *text)
{
	struct view_line *l = add(v);

	l->text = xstrdup(text);
	l->style = style;
	l->indent = indent;
}

void
view_printf(struct view *v, enum style style, int indent, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	view_line(v, style, indent, text);
}

void
view_blank(struct view *v)
{
	view_line(v, STYLE_TEXT, 0, "");
}

void
view_item(struct view *v, int item)
{
	add(v)->item = item;
}

void
view_wrap(struct view *v, enum style style, int indent, int cols, const char *text)
{
	AUTO_BUF clean = BUF_INIT(BUF_MAX_TEXT);
	AUTO_BUF wrapped = BUF_INIT(BUF_MAX_TEXT);
	int width = cols - indent > 10 ? cols - indent : 10;
	char *save = NULL, *line;

	text_clean(&clean, text, strlen(text), true);
	text_wrap(&wrapped, buf_str(&clean), (size_t)width, "");
	if (wrapped.len == 0)
		return;
	for (line = wrapped.data; line != NULL && *line != '\0'; line = save) {
		save = strchr(line, '\n');
		if (save != NULL)
			*save++ = '\0';
		view_line(v, style, indent, line);
	}
}

void
view_keyval(struct view *v, int at, int cols, const char *key, const char *value, enum style style)
{
	size_t first = v->n;

	view_wrap(v, style, at, cols, value != NULL && *value != '\0' ? value : "-");
	if (first == v->n)
		return;
	/* The key stands in the first of the value's lines. */
	struct view_line *l = &v->lines[first];
	size_t width = text_width(key), room = at > 1 ? (size_t)at - 1 : 0;
	size_t bytes = width > room ? text_fit(key, room) : strlen(key);
	int pad = (int)(width > room ? 1 : (size_t)at - width);
	char *both = xasprintf("%.*s%*s%s", (int)bytes, key, pad, "", l->text);

	xfree(l->text);
	l->text = both;
	l->indent = 0;
}

void
view_qr(struct view *v, const char *text, int cols, int rows)
{
	struct err e = { 0 };
	struct qr *qr = qr_encode_text(text, &e);
	struct qr_layout layout;

	if (qr == NULL)
		return;
	if (!term_has_half_blocks() || !qr_layout(qr, QR_HALF_LOWER, cols, rows, &layout)) {
		qr_free(qr);
		return;
	}
	v->qrs = xrealloc(v->qrs, (v->nqrs + 1) * sizeof(struct qr *));
	v->qrs[v->nqrs++] = qr;
	for (int row = 0; row < layout.rows; row++) {
		struct view_line *l = add(v);

		l->qr = qr;
		l->layout = layout;
		l->row = row;
	}
}

/* Beside a form: whole, with the fields still in sight, or not at all. */
static void
add_qr(struct view *v, const char *text, int cols)
{
	size_t before = v->n;

	view_qr(v, text, cols, term_rows() - FORM_ROWS);
	if (v->n == before)
		view_wrap(v, STYLE_DIM, 0, cols, "(A higher window shows its QR code here.)");
}

/* Cells separated by tabs: columns of equal width, of which the last gets the rest. */
static void
add_row(struct view *v, const char *cells, int cols)
{
	AUTO_FREE char *copy = xstrdup(cells);
	AUTO_BUF line = BUF_INIT(BUF_MAX_LINE);
	size_t n = 1, width, left = (size_t)cols;
	char *save = NULL;

	for (const char *p = cells; *p != '\0'; p++)
		n += *p == '\t';
	width = (size_t)cols / n > CELL_COLS ? CELL_COLS : (size_t)cols / n;
	for (char *cell = strtok_r(copy, "\t", &save); cell != NULL;
	     cell = strtok_r(NULL, "\t", &save)) {
		AUTO_FREE char *clean = text_cleaned(cell);
		size_t room = --n == 0 ? left : width > 1 ? width - 1 : 1;
		size_t used;

		left -= width;
		clean[text_fit(clean, room)] = '\0';
		used = text_width(clean);
		buf_printf(&line, "%s%*s", clean, (int)(width > used ? width - used : 1), "");
	}
	view_line(v, STYLE_TEXT, 0, buf_str(&line));
}

/* The widest key of a run of KEYVAL blocks, so that their values line up. */
static int
key_column(const struct blocks *b)
{
	size_t widest = 0;

	for (size_t i = 0; i < b->n; i++)
		if (b->items[i].kind == BLOCK_KEYVAL && text_width(b->items[i].a) > widest)
			widest = text_width(b->items[i].a);
	return widest > 28 ? 30 : (int)widest + 2;
}

void
view_blocks(struct view *v, const struct blocks *b, int cols)
{
	int at = key_column(b);

	for (size_t i = 0; i < b->n; i++) {
		const struct block *k = &b->items[i];

		if (i > 0 && k->kind != b->items[i - 1].kind)
			view_blank(v);
		switch (k->kind) {
		case BLOCK_TEXT:
			view_wrap(v, STYLE_TEXT, 0, cols, k->a);
			break;
		case BLOCK_WARN:
			view_wrap(v, STYLE_WARN, 0, cols, k->a);
			break;
		case BLOCK_KEYVAL:
			view_keyval(v, at, cols, k->a, k->b, STYLE_TEXT);
			break;
		case BLOCK_LINK:
			view_wrap(v, STYLE_LINK, 0, cols, k->a);
			break;
		case BLOCK_QR:
			add_qr(v, k->a, cols);
			break;
		case BLOCK_ROW:
			add_row(v, k->a, cols);
			break;
		}
	}
	if (b->n > 0)
		view_blank(v);
}

static int
last_top(const struct view *v, int rows)
{
	int last = (int)v->n - rows;

	return last > 0 ? last : 0;
}

bool
view_overflows(const struct view *v, int rows)
{
	return (int)v->n > rows;
}

void
view_reveal(struct view *v, int item, int rows, int around)
{
	int at = -1;

	for (size_t i = 0; i < v->n && at < 0; i++)
		if (v->lines[i].item == item)
			at = (int)i;
	if (at < 0)
		return;
	if (at + around >= v->top + rows)
		v->top = at + around - rows + 1;
	if (at - around < v->top)
		v->top = at - around;
	if (v->top > last_top(v, rows))
		v->top = last_top(v, rows);
	if (v->top < 0)
		v->top = 0;
}

void
view_draw(struct view *v, struct area a, view_item_fn *fn, void *arg)
{
	v->rows = a.rows;
	if (v->top > last_top(v, a.rows))
		v->top = last_top(v, a.rows);
	for (int r = 0; r < a.rows && v->top + r < (int)v->n; r++) {
		const struct view_line *l = &v->lines[v->top + r];
		int y = a.y + r;

		if (l->item != ITEM_NONE && fn != NULL)
			fn(arg, l->item, y, a.x, a.cols);
		else if (l->qr != NULL)
			qrview_row(l->qr, &l->layout, QR_HALF_LOWER, false, l->row, y, a.x);
		else if (l->text != NULL)
			(void)term_put(y, a.x + l->indent, a.cols - l->indent, l->style, l->text);
	}
	if (v->top > 0)
		(void)term_put(a.y, a.x + a.cols, 1, STYLE_KEY, term_mark(MARK_UP));
	if (v->top < last_top(v, a.rows))
		(void)term_put(a.y + a.rows - 1, a.x + a.cols, 1, STYLE_KEY, term_mark(MARK_DOWN));
}

bool
view_act(struct view *v, const struct input *in)
{
	int page = v->rows > 2 ? v->rows - 1 : 1, last = last_top(v, v->rows);
	int top = v->top;

	if (in->act == ACT_UP)
		top--;
	else if (in->act == ACT_DOWN)
		top++;
	else if (in->act == ACT_PAGE_UP)
		top -= page;
	else if (in->act == ACT_PAGE_DOWN)
		top += page;
	else if (in->act == ACT_HOME)
		top = 0;
	else if (in->act == ACT_END)
		top = last;
	else
		return false;
	v->top = top < 0 ? 0 : top > last ? last : top;
	return true;
}
