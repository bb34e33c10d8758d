/* SPDX-License-Identifier: MIT */
/* What is shown once: bullets until Space, and bullets again after a minute. */
#include <stdint.h>
#include <string.h>

#include "asking.h"
#include "clock.h"
#include "text.h"

#define SHOWN_MS 60000
#define SHOWN_COLS 64
#define LABEL_COLS 26

struct reveal {
	struct page page;
	const struct ask_reveal *q;
	bool shown;
	int64_t hide_at;
	bool stored; /* the person says so */
	int focus;   /* 0: the tick (when required), 1: the button */
	struct view view;
};

static void
draw_item(void *arg, int item, int y, int x, int cols)
{
	const struct reveal *r = arg;
	const struct ask_reveal_item *it = &r->q->items[item];
	int at = x + LABEL_COLS, room = cols - LABEL_COLS;

	(void)term_put(y, x, LABEL_COLS - 1, STYLE_TEXT, it->label);
	if (it->text != NULL) {
		(void)term_put(y, at, room, STYLE_STRONG, it->text);
		return;
	}
	const char *s = secret_borrow(it->secret);
	int len = (int)secret_len(it->secret);

	if (!r->shown) {
		for (int i = 0; i < 12; i++)
			(void)term_put(y, at + i, 1, STYLE_DIM, term_mark(MARK_BULLET));
		return;
	}
	for (int i = 0; i < len && i < room && i < SHOWN_COLS; i++)
		term_put_byte(y, at + i, STYLE_STRONG, s[i]);
}

static void
draw_foot(const struct reveal *r, int bottom, struct area a)
{
	struct buttons b = { .n = 0 };
	bool on_tick = r->q->must_confirm && r->focus == 0;

	(void)term_put(bottom - 4, a.x, a.cols, STYLE_DIM,
	    r->shown ? "Space hides. They are hidden by themselves after a minute."
		     : "Space shows them. Look around first: is anybody watching, or recording?");
	if (r->q->must_confirm) {
		(void)term_put(bottom - 2, a.x, 40, on_tick ? STYLE_FOCUS : STYLE_TEXT,
		    r->stored ? "[x] I have stored this safely" : "[ ] I have stored this safely");
		if (on_tick)
			term_cursor(bottom - 2, a.x + 1, false);
	}
	buttons_add(&b, "Continue");
	buttons_draw(&b, bottom, a.x, a.cols, !on_tick);
}

static void
reveal_draw(struct page *p, struct area a)
{
	struct reveal *r = p->state;
	int bottom = a.y + a.rows - 1;

	view_reset(&r->view);
	view_wrap(
	    &r->view, STYLE_STRONG, 0, a.cols, "This is shown only now. AWS cannot show it again.");
	if (r->q->saved_to != NULL) {
		AUTO_BUF text = BUF_INIT(BUF_MAX_LINE);

		buf_printf(
		    &text, "It is saved already, readable by you alone, in %s", r->q->saved_to);
		view_wrap(&r->view, STYLE_TEXT, 0, a.cols, buf_str(&text));
	}
	view_blank(&r->view);
	for (size_t i = 0; i < r->q->n; i++)
		view_item(&r->view, (int)i);
	view_draw(&r->view, (struct area){ a.y, a.x, a.rows - 6, a.cols }, draw_item, r);
	draw_foot(r, bottom, a);
}

static void
toggle(struct reveal *r)
{
	r->shown = !r->shown;
	r->hide_at = clock_ms() + SHOWN_MS;
}

static void
press_enter(struct reveal *r)
{
	if (r->q->must_confirm && r->focus == 0)
		r->stored = !r->stored;
	else if (!r->q->must_confirm || r->stored)
		r->page.request = REQ_NEXT;
	else
		r->focus = 0;
}

static void
reveal_act(struct page *p, const struct input *in)
{
	struct reveal *r = p->state;

	if (in->act == ACT_CHAR && in->ch == ' ' && !in->pasted)
		toggle(r);
	else if (in->act == ACT_REVEAL)
		toggle(r);
	else if (in->act == ACT_ENTER)
		press_enter(r);
	else if (in->act == ACT_NEXT || in->act == ACT_PREV || in->act == ACT_LEFT ||
		 in->act == ACT_RIGHT || in->act == ACT_UP || in->act == ACT_DOWN)
		r->focus = r->q->must_confirm ? !r->focus : 1;
	else if (!r->q->must_confirm && in->act == ACT_BACK)
		p->request = REQ_NEXT;
	else
		(void)view_act(&r->view, in);
}

static int
reveal_every(const struct page *p)
{
	const struct reveal *r = p->state;

	return r->shown ? 1000 : 0;
}

static void
reveal_tick(struct page *p)
{
	struct reveal *r = p->state;

	if (r->shown && clock_ms() >= r->hide_at)
		r->shown = false;
}

static void
reveal_leave(struct page *p)
{
	(void)p;
	term_erase();
	term_flush();
}

static void
reveal_hints(const struct page *p, struct hints *h)
{
	const struct reveal *r = p->state;
	bool on_tick = r->q->must_confirm && r->focus == 0;

	hints_add(h, "Space", r->shown ? "hide" : "show");
	if (r->q->must_confirm)
		hints_add(h, "Tab", "move");
	hints_add(h, "Enter", on_tick ? "tick" : "continue");
}

static const struct page_ops reveal_ops = {
	.leave = reveal_leave,
	.draw = reveal_draw,
	.act = reveal_act,
	.every = reveal_every,
	.tick = reveal_tick,
	.hints = reveal_hints,
};

bool
asking_reveal(void *arg, const struct ask_reveal *q, struct err *e)
{
	struct tui *t = arg;
	struct reveal r = { .page = { .ops = &reveal_ops, .title = q->title }, .q = q };
	enum request req;

	loop_forbid_in_act(t, "a question");
	r.page.state = &r;
	r.focus = q->must_confirm ? 0 : 1;
	page_push(t, &r.page);
	req = page_run(&r.page);
	page_pop(t, &r.page);
	view_free(&r.view);
	return req == REQ_NEXT || asking_cancelled(e);
}
