/* SPDX-License-Identifier: MIT */
/* The enrolment page: QR at the left, key, codes and clock at the right. */
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "enrol.h"
#include "qrview.h"
#include "text.h"

#define GROUP 4
#define GROUPS_A_LINE 4
#define SIDE_COLS 33 /* the least that the right-hand side needs */

/* The key, cell by cell, in groups of four; never as one string.  Returns the next row. */
static int
draw_key(const struct secret *seed, int y, int x, int bottom)
{
	const char *s = secret_borrow(seed);
	size_t len = secret_len(seed);

	for (size_t i = 0; i < len; i++) {
		int group = (int)i / GROUP;
		int row = y + group / GROUPS_A_LINE;
		int col = x + group % GROUPS_A_LINE * (GROUP + 1) + (int)i % GROUP;

		if (row > bottom)
			break;
		term_put_byte(row, col, STYLE_STRONG, s[i]);
	}
	return y + ((int)len + GROUP * GROUPS_A_LINE - 1) / (GROUP * GROUPS_A_LINE);
}

static int
wrap_at(int y, int x, int cols, int rows, enum style style, const char *text)
{
	struct view v = { .lines = NULL };

	view_wrap(&v, style, 0, cols, text);
	for (int i = 0; i < rows && i < (int)v.n; i++, y++)
		(void)term_put(y, x, cols, v.lines[i].style, v.lines[i].text);
	view_free(&v);
	return y;
}

static int
draw_clock(const struct enrol *p, int y, int x, int cols)
{
	int left = mfa_seconds_left(clock_now(&p->page.tui->run->clock));
	char text[40];

	snprintf(text, sizeof text, "New code in %2d s", left);
	x += term_put(y, x, cols, STYLE_DIM, text) + 1;
	for (int i = 0; i < 10 && i < cols - 18; i++)
		(void)term_put(y, x + i, 1, STYLE_DIM, i < (left + 2) / 3 ? "=" : ".");
	return y + 1;
}

static int
draw_codes(const struct enrol *p, int y, int x, int cols)
{
	static const char *const labels[2] = { "Code shown now", "The one after it" };

	for (int i = 0; i < 2; i++, y++) {
		bool focused = p->focus == ENROL_CODE1 + i;

		if (focused)
			(void)term_put(y, x, 1, STYLE_KEY, term_mark(MARK_CURSOR));
		(void)term_put(y, x + 2, 17, focused ? STYLE_STRONG : STYLE_TEXT, labels[i]);
		edit_draw(&p->codes[i], y, x + 20, 7, focused);
	}
	return draw_clock(p, y, x + 2, cols - 2);
}

static void
draw_buttons(const struct enrol *p, int y, int x, int cols)
{
	struct buttons b = p->buttons;

	/* Nothing left to enter: Enter asks the account at once. */
	if (!enrol_takes_codes(p) && !(p->seed == NULL && p->q->may_paste_seed))
		b.label[0] = "Look now";
	b.focus = p->focus == ENROL_CHECK ? 0 : 1;
	buttons_draw(&b, y, x, cols, p->focus == ENROL_CHECK || p->focus == ENROL_LEAVE);
}

static void
draw_watch(const struct enrol *p, int y, int x, int cols)
{
	if (p->q->poll != NULL)
		(void)term_put(y, x, cols, STYLE_WAIT,
		    p->polled ? "Not there yet; watching." : "Watching the account.");
}

/* Right of the QR. */
static void
draw_side(const struct enrol *p, struct area a)
{
	int bottom = a.y + a.rows - 1, y = a.y;

	y = wrap_at(y, a.x, a.cols, 3, STYLE_TEXT,
		"Scan this with the authenticator app, or type "
		"this key into it (time based, 6 digits):") +
	    1;
	y = draw_key(p->seed, y, a.x + 2, bottom) + 1;
	if (enrol_takes_codes(p))
		y = draw_codes(p, y, a.x, a.cols) + 1;
	if (p->status[0] != '\0')
		(void)wrap_at(y, a.x, a.cols, bottom - y - 2, p->status_style, p->status);
	draw_watch(p, bottom - 1, a.x, a.cols);
	draw_buttons(p, bottom, a.x, a.cols);
}

static void
draw_no_room(const struct enrol *p, struct area a)
{
	int side = p->qr->size + 2; /* with the smallest quiet zone that still scans */
	bool full = p->style == QR_FULL;
	char text[200];

	snprintf(text, sizeof text,
	    "This drawing of the QR code needs a window of %d x %d. Make it "
	    "larger, press r for another drawing, or type the key.",
	    (full ? 2 * side : side) + SIDE_COLS + 4, (full ? side : (side + 1) / 2) + 2);
	(void)wrap_at(a.y + 2, a.x + 1, a.cols - 2, a.rows - 2, STYLE_WARN, text);
}

static void
draw_paste(const struct enrol *p, int y, struct area a)
{
	bool focused = p->focus == ENROL_PASTE;

	if (focused)
		(void)term_put(y, a.x, 1, STYLE_KEY, term_mark(MARK_CURSOR));
	(void)term_put(y, a.x + 2, 20, focused ? STYLE_STRONG : STYLE_TEXT, "Secret key, pasted");
	secretbox_draw(&p->paste, y, a.x + 22, a.cols - 24, focused);
}

/* No key known here: what to do, the address, a place to paste the key, or codes. */
static void
draw_guide(struct enrol *p, struct area a)
{
	struct view *v = &p->view;
	int bottom = a.y + a.rows - 1, y;
	struct area text = { a.y + 1, a.x + 1, a.rows - 10, a.cols - 2 };

	view_reset(v);
	if (p->q->guide != NULL)
		view_wrap(v, STYLE_TEXT, 0, text.cols, p->q->guide);
	if (p->q->url != NULL) {
		view_blank(v);
		view_wrap(v, STYLE_LINK, 0, text.cols, p->q->url);
	}
	if (text.rows > (int)v->n)
		text.rows = (int)v->n;
	view_draw(v, text, NULL, NULL);
	y = text.y + text.rows + 1;
	if (p->q->may_paste_seed)
		draw_paste(p, y, a);
	else if (enrol_takes_codes(p))
		(void)draw_codes(p, y, a.x, a.cols);
	if (p->status[0] != '\0')
		(void)wrap_at(y + 4, a.x + 2, a.cols - 4, 2, p->status_style, p->status);
	draw_watch(p, bottom - 1, a.x + 2, a.cols - 4);
	draw_buttons(p, bottom, a.x + 2, a.cols - 4);
}

void
enrol_draw(struct page *page, struct area a)
{
	struct enrol *p = page->state;
	struct qr_layout l;
	struct area side;

	if (p->seed == NULL || p->qr == NULL) {
		draw_guide(p, a);
		return;
	}
	if (qr_layout(p->qr, p->style, a.cols - SIDE_COLS - 2, a.rows, &l)) {
		qrview_draw(p->qr, &l, p->style, p->invert, a.y, a.x);
	} else {
		l = (struct qr_layout){ .cols = a.cols - 2 - SIDE_COLS };
		draw_no_room(p, (struct area){ a.y, a.x, a.rows, l.cols });
	}
	side = (struct area){ a.y, a.x + l.cols + 2, a.rows, a.cols - l.cols - 2 };
	draw_side(p, side);
}
