/* SPDX-License-Identifier: MIT */
#include "sheet.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

#define TEXT_COLS 92 /* wider lines are hard to read */

void
buttons_add(struct buttons *b, const char *label)
{
	if (b->n < BUTTONS_MAX)
		b->label[b->n++] = label;
}

void
buttons_draw(const struct buttons *b, int y, int x, int cols, bool lit)
{
	char text[80];
	int end = x + cols;

	for (int i = 0; i < b->n && x < end; i++) {
		bool here = lit && i == b->focus;

		snprintf(text, sizeof text, "[ %s ]", b->label[i]);
		if (here)
			term_cursor(y, x + 2, false);
		x += term_put(y, x, end - x, here ? STYLE_FOCUS : STYLE_TEXT, text) + 2;
	}
}

void
sheet_status(struct sheet *s, enum style style, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(s->status, sizeof s->status, fmt, ap);
	va_end(ap);
	s->status_style = style;
	if (s->page.tui != NULL)
		s->page.tui->dirty = true;
}

static int
text_cols(struct area a)
{
	return a.cols > TEXT_COLS ? TEXT_COLS : a.cols;
}

static void
draw_entry(const struct sheet *s, int i, int y, struct area a)
{
	const struct entry *e = &s->entries[i];
	bool focused = s->focus == i;
	int x = a.x + 2 + term_put(y, a.x + 2, 26, focused ? STYLE_STRONG : STYLE_TEXT, e->label);
	int room = a.x + a.cols - x - 2;

	if (focused)
		(void)term_put(y, a.x, 1, STYLE_KEY, term_mark(MARK_CURSOR));
	if (e->cols < room)
		room = e->cols;
	if (e->box != NULL)
		secretbox_draw(e->box, y, x + 2, room, focused);
	else
		edit_draw(e->edit, y, x + 2, room, focused);
}

/* The status may be a sentence or two: lines for it, at most three. */
static int
status_rows(const struct sheet *s, struct view *v, struct area a)
{
	if (s->status[0] == '\0')
		return 0;
	view_wrap(v, s->status_style, 0, text_cols(a), s->status);
	return v->n > 3 ? 3 : (int)v->n;
}

/* From the top: text, entries, status; the buttons stand at the bottom. */
static void
sheet_draw(struct page *p, struct area a)
{
	struct sheet *s = p->state;
	struct view status = { .lines = NULL };
	int rows = status_rows(s, &status, a), y;
	int below = rows + (rows > 0) + s->nentries + (s->nentries > 0) + 2;
	struct area text = a;

	view_reset(&s->view);
	s->build(s, &s->view, text_cols(a));
	text.rows = a.rows - below < (int)s->view.n ? a.rows - below : (int)s->view.n;
	view_draw(&s->view, text, NULL, NULL);
	y = a.y + text.rows + 1;
	for (int i = 0; i < s->nentries; i++)
		draw_entry(s, i, y++, a);
	y += s->nentries > 0;
	view_draw(&status, (struct area){ y, a.x, rows, a.cols }, NULL, NULL);
	view_free(&status);
	buttons_draw(&s->buttons, a.y + a.rows - 1, a.x, a.cols, s->focus == s->nentries);
}

static void
move_focus(struct sheet *s, int by)
{
	struct buttons *b = &s->buttons;
	int total = s->nentries + b->n;
	int at = s->focus < s->nentries ? s->focus : s->nentries + b->focus;

	if (total == 0)
		return;
	at = (at + by + total) % total;
	s->focus = at < s->nentries ? at : s->nentries;
	if (at >= s->nentries)
		b->focus = at - s->nentries;
}

static void
press_enter(struct sheet *s)
{
	/* In an entry Enter goes on; on the last one to the first button, which acts. */
	if (s->focus + 1 < s->nentries) {
		s->focus++;
		return;
	}
	if (s->focus < s->nentries)
		s->buttons.focus = 0;
	s->page.request = s->back >= 0 && s->buttons.focus == s->back ? REQ_BACK : REQ_NEXT;
}

static bool
entry_act(struct sheet *s, const struct input *in)
{
	struct entry *e = &s->entries[s->focus];
	bool changed = false;
	bool used =
	    e->box != NULL ? secretbox_act(e->box, in, &changed) : edit_act(e->edit, in, &changed);

	if (changed)
		s->status[0] = '\0';
	return used;
}

static void
sheet_act(struct page *p, const struct input *in)
{
	struct sheet *s = p->state;

	if (s->key != NULL && s->key(s, in))
		return;
	if (s->focus < s->nentries && entry_act(s, in))
		return;
	if (in->act == ACT_BACK) {
		p->request = REQ_BACK;
		p->cancel = true;
	} else if (in->act == ACT_ENTER) {
		press_enter(s);
	} else if (in->act == ACT_NEXT || in->act == ACT_RIGHT) {
		move_focus(s, 1);
	} else if (in->act == ACT_PREV || in->act == ACT_LEFT) {
		move_focus(s, -1);
	} else if (s->nentries > 0 && (in->act == ACT_UP || in->act == ACT_DOWN)) {
		move_focus(s, in->act == ACT_UP ? -1 : 1);
	} else {
		(void)view_act(&s->view, in);
	}
}

static int
sheet_every(const struct page *p)
{
	const struct sheet *s = p->state;

	return s->every;
}

static void
sheet_tick(struct page *p)
{
	struct sheet *s = p->state;

	if (s->tick != NULL)
		s->tick(s);
}

static void
sheet_hints(const struct page *p, struct hints *h)
{
	const struct sheet *s = p->state;

	if (s->nentries + s->buttons.n > 1)
		hints_add(h, "Tab", "move");
	hints_add(h, "Enter",
	    s->focus < s->nentries ? "next"
	    : s->enter != NULL     ? s->enter
	    : s->buttons.n == 1    ? "go on"
				   : "choose");
	if (s->hints != NULL)
		s->hints(s, h);
	if (view_overflows(&s->view, s->view.rows))
		hints_add(h, "PgDn", "more");
	hints_add(h, "Esc", "back");
}

static const struct page_ops sheet_ops = {
	.draw = sheet_draw,
	.act = sheet_act,
	.every = sheet_every,
	.tick = sheet_tick,
	.hints = sheet_hints,
};

void
sheet_init(struct sheet *s, const char *title, void *arg)
{
	*s = (struct sheet){ .arg = arg, .back = -1 };
	s->page.ops = &sheet_ops;
	s->page.title = title;
}

void
sheet_push(struct tui *t, struct sheet *s)
{
	s->page.state = s;
	page_push(t, &s->page);
}

enum request
sheet_wait(struct sheet *s)
{
	return page_run(&s->page);
}

void
sheet_pop(struct tui *t, struct sheet *s)
{
	page_pop(t, &s->page);
	view_free(&s->view);
}

enum request
sheet_run(struct tui *t, struct sheet *s)
{
	enum request r;

	sheet_push(t, s);
	r = sheet_wait(s);
	sheet_pop(t, s);
	return r;
}
