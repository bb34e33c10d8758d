/* SPDX-License-Identifier: MIT */
/* Pages that stand while something is in flight: steps with a spinner; "Reading ...". */
#include <stdio.h>

#include "clock.h"
#include "page.h"
#include "text.h"
#include "view.h"

#define PATIENCE 150 /* ms before anything moves (quality page) */
#define FRAME 500    /* ms a picture of the spinner */

const char *
progress_spinner(const struct tui *t)
{
	static const char *const pictures[] = { "|", "/", "-", "\\" };

	return t->script != NULL ? "*" : pictures[clock_ms() / FRAME % 4];
}

/* ---- reading, over the page below ---- */

static void
busy_draw(struct page *p, struct area body)
{
	const struct busy *b = p->state;
	const struct tui *t = p->tui;
	const char *more = p->cancel ? "Stopping." : t->progress;
	struct area a;
	int x;

	(void)body;
	if (clock_ms() - b->since < PATIENCE)
		return;
	a = page_overlay("", 3, 56);
	x = a.x + term_put(a.y, a.x, 2, STYLE_WAIT, progress_spinner(t)) + 1;
	(void)term_put(a.y, x, a.cols - 2, STYLE_TEXT, b->text);
	(void)term_put(a.y + 1, x, a.cols - 2, STYLE_DIM, more);
	(void)term_put(a.y + 2, x, a.cols - 2, STYLE_DIM, "Esc stops this");
}

static void
busy_act(struct page *p, const struct input *in)
{
	if (in->act == ACT_BACK)
		p->cancel = true;
}

static int
busy_every(const struct page *p)
{
	const struct busy *b = p->state;

	return clock_ms() - b->since < PATIENCE ? PATIENCE : FRAME;
}

static void
busy_hints(const struct page *p, struct hints *h)
{
	(void)p;
	hints_add(h, "Esc", "stop");
}

static const struct page_ops busy_ops = {
	.draw = busy_draw,
	.act = busy_act,
	.every = busy_every,
	.hints = busy_hints,
};

void
busy_begin(struct tui *t, struct busy *b, const char *text)
{
	*b = (struct busy){
		.page = { .ops = &busy_ops, .overlay = true },
		.text = text,
		.since = clock_ms(),
	};
	b->page.state = b;
	t->progress[0] = '\0';
	page_push(t, &b->page);
}

void
busy_end(struct tui *t, struct busy *b)
{
	page_pop(t, &b->page);
	t->progress[0] = '\0';
}

/* ---- applying a plan ---- */

struct progress {
	struct page page;
	const struct plan *plan;
	size_t at; /* item in work */
	int64_t since;
	struct view view;
};

static void
look_of(const struct progress *p, size_t i, enum mark *mark, enum style *style, const char **word)
{
	*mark = MARK_TODO;
	*style = STYLE_DIM;
	*word = "to do";
	if (i == p->at && p->plan->items[i].outcome == OUTCOME_NONE) {
		*style = STYLE_WAIT;
		*word = "at work";
		return;
	}
	switch (p->plan->items[i].outcome) {
	case OUTCOME_NONE:
		break;
	case OUTCOME_DONE:
		*mark = MARK_PASS;
		*style = STYLE_GOOD;
		*word = "done";
		break;
	case OUTCOME_FAILED:
		*mark = MARK_FAIL;
		*style = STYLE_BAD;
		*word = "failed";
		break;
	case OUTCOME_LEFT:
		*mark = MARK_WAIT;
		*style = STYLE_WARN;
		*word = "left";
		break;
	case OUTCOME_SKIPPED:
		*mark = MARK_NA;
		*style = STYLE_DIM;
		*word = "skipped";
		break;
	}
}

static void
draw_step(void *arg, int item, int y, int x, int cols)
{
	const struct progress *p = arg;
	const struct plan_item *it = &p->plan->items[item];
	bool working = (size_t)item == p->at && it->outcome == OUTCOME_NONE;
	enum mark mark;
	enum style style;
	const char *word;
	char text[300];

	look_of(p, (size_t)item, &mark, &style, &word);
	(void)term_put(y, x, 1, style,
	    working && clock_ms() - p->since >= PATIENCE ? progress_spinner(p->page.tui)
							 : term_mark(mark));
	(void)term_put(y, x + 2, 8, style, word);
	snprintf(text, sizeof text, "%s%s%s", it->step->title, it->subject != NULL ? ": " : "",
	    it->subject != NULL ? it->subject : "");
	(void)term_put(y, x + 11, cols - 11, working ? STYLE_STRONG : STYLE_TEXT, text);
	if (working)
		term_cursor(y, x, false);
}

static void
progress_draw(struct page *page, struct area a)
{
	struct progress *p = page->state;
	const struct tui *t = page->tui;
	int bottom = a.y + a.rows - 1;

	view_reset(&p->view);
	for (size_t i = 0; i < p->plan->n; i++)
		view_item(&p->view, (int)i);
	view_reveal(&p->view, (int)p->at, a.rows - 6, 2);
	view_draw(&p->view, (struct area){ a.y, a.x, a.rows - 6, a.cols }, draw_step, p);
	term_rule(bottom - 3, a.x, a.cols);
	(void)term_put(
	    bottom - 2, a.x, a.cols, STYLE_WAIT, t->progress[0] != '\0' ? t->progress : "Working.");
	if (t->last_call[0] != '\0') {
		int x = a.x + term_put(bottom - 1, a.x, 12, STYLE_DIM, "Last call: ");

		(void)term_put(bottom - 1, x, a.x + a.cols - x, STYLE_DIM, t->last_call);
	}
	(void)term_put(bottom, a.x, a.cols, page->cancel ? STYLE_WARN : STYLE_DIM,
	    page->cancel ? "Stopping. A call that creates something is waited for first."
			 : "Esc stops. What is done stays done and is recorded.");
}

static int
progress_every(const struct page *page)
{
	const struct progress *p = page->state;

	return clock_ms() - p->since < PATIENCE ? PATIENCE : FRAME;
}

static const struct page_ops progress_ops = {
	.draw = progress_draw,
	.act = busy_act,
	.every = progress_every,
	.hints = busy_hints,
};

/* Told by the engine before and after each item. */
static void
watch(void *arg, const struct plan *plan, size_t i)
{
	struct progress *p = arg;

	(void)plan;
	if (p->plan->items[i].outcome == OUTCOME_NONE) {
		p->at = i;
		p->since = clock_ms();
	}
	p->page.tui->dirty = true;
	page_draw_all(p->page.tui);
}

bool
progress_apply(struct tui *t, const char *title, struct plan *plan, struct err *e)
{
	struct progress p = {
		.page = { .ops = &progress_ops, .title = title },
		.plan = plan,
		.since = clock_ms(),
	};
	bool ok;

	loop_forbid_in_act(t, "an apply");
	p.page.state = &p;
	t->progress[0] = t->last_call[0] = '\0';
	page_push(t, &p.page);
	ok = plan_apply(t->run, plan, watch, &p, e);
	page_pop(t, &p.page);
	view_free(&p.view);
	t->progress[0] = '\0';
	return ok;
}
