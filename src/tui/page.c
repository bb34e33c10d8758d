/* SPDX-License-Identifier: MIT */
/* The stack of pages and the frame around them: title, banner, footer. */
#include "page.h"

#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "clock.h"
#include "text.h"

void
hints_add(struct hints *h, const char *key, const char *label)
{
	if (h->n < HINTS_MAX)
		h->items[h->n++] = (struct hint){ .key = key, .label = label };
}

void
page_push(struct tui *t, struct page *p)
{
	if (t->depth == PAGES_MAX)
		die("too many pages");
	p->tui = t;
	p->request = REQ_NONE;
	p->cancel = false;
	t->stack[t->depth++] = p;
	t->dirty = true;
	if (p->ops->enter != NULL)
		p->ops->enter(p);
}

void
page_pop(struct tui *t, struct page *p)
{
	if (page_top(t) != p)
		die("a page was left that is not on top");
	if (p->ops->leave != NULL)
		p->ops->leave(p);
	t->depth--;
	t->dirty = true;
}

struct page *
page_top(const struct tui *t)
{
	return t->depth > 0 ? t->stack[t->depth - 1] : NULL;
}

enum request
page_run(struct page *p)
{
	struct tui *t = p->tui;

	loop_forbid_in_act(t, "a page");
	p->request = REQ_NONE;
	p->cancel = false;
	while (p->request == REQ_NONE && !t->leaving)
		loop_turn(t, -1);
	return t->leaving ? REQ_QUIT : p->request;
}

bool
page_too_small(void)
{
	return term_cols() < TERM_MIN_COLS || term_rows() < TERM_MIN_ROWS;
}

/* "123456789012  alice", once signed in. */
static void
who(const struct run *run, char *out, size_t size)
{
	const char *name = strrchr(run->account.caller.arn, '/');

	*out = '\0';
	if (run->account.caller.account[0] == '\0')
		return;
	if (name == NULL)
		name = strrchr(run->account.caller.arn, ':');
	snprintf(
	    out, size, "account %s  %s", run->account.caller.account, name != NULL ? name + 1 : "");
}

static void
draw_bar(const struct tui *t, const struct page *p)
{
	char right[160];
	const char *url = NULL;
	/* On tall pages there is no row for the banner: the bar carries it. */
	bool practice = p->tall && aws_settings_custom(&t->run->settings, &url);
	int cols = term_cols(), banner = practice ? 20 : 0, width, x;

	who(t->run, right, sizeof right);
	width = (int)text_width(right);
	if (width > cols / 2)
		width = cols / 2;
	term_fill(0, 0, cols, STYLE_BAR);
	x = 1 + term_put(0, 1, 10, STYLE_BAR, "rootlock");
	if (p->title != NULL) {
		x += 1 + term_put(0, x + 1, 1, STYLE_BAR, term_mark(MARK_CURSOR));
		x += 1 + term_put(0, x + 1, cols - width - banner - x - 4, STYLE_BAR, p->title);
	}
	if (width > 0)
		(void)term_put(0, cols - width - 1, width, STYLE_BAR, right);
	if (practice)
		(void)term_put(0, x + 2, 18, STYLE_BANNER, " PRACTICE ACCOUNT ");
}

static bool
draw_banner(const struct tui *t)
{
	const char *url = NULL;
	char text[300];

	if (!aws_settings_custom(&t->run->settings, &url))
		return false;
	snprintf(text, sizeof text, " PRACTICE ACCOUNT   nothing here is real   %s",
	    url != NULL ? url : "");
	term_fill(1, 0, term_cols(), STYLE_BANNER);
	(void)term_put(1, 0, term_cols(), STYLE_BANNER, text);
	return true;
}

/* Columns of all hints with a gap between them. */
static int
hints_width(const struct hints *h, int gap)
{
	int n = 1;

	for (size_t i = 0; i < h->n; i++)
		n += (int)(text_width(h->items[i].key) + text_width(h->items[i].label)) + 1 + gap;
	return n;
}

static void
draw_footer(const struct page *p)
{
	struct hints h = { .n = 0 };
	int y = term_rows() - 1, x = 1, cols = term_cols(), gap;

	if (p->ops->hints != NULL)
		p->ops->hints(p, &h);
	hints_add(&h, "^L", "redraw");
	hints_add(&h, "^C", "leave");
	gap = hints_width(&h, 2) <= cols + 2 ? 2 : 1;
	for (size_t i = 0; i < h.n && x < cols; i++) {
		x += term_put(y, x, cols - x, STYLE_KEY, h.items[i].key) + 1;
		x += term_put(y, x, cols - x, STYLE_DIM, h.items[i].label) + gap;
	}
}

static void
draw_frame(const struct tui *t, const struct page *base, const struct page *top, struct area *body)
{
	int first = 2, last = term_rows() - 2;

	draw_bar(t, base);
	if (base->tall)
		first = 1;
	else if (draw_banner(t))
		first = 3;
	if (!base->tall)
		term_rule(last--, 0, term_cols());
	draw_footer(top);
	int margin = base->tall ? 1 : 2;

	*body = (struct area){ first, margin, last - first + 1, term_cols() - 2 * margin };
}

struct area
page_overlay(const char *title, int rows, int cols)
{
	struct area a;

	if (rows > term_rows() - 6)
		rows = term_rows() - 6;
	if (cols > term_cols() - 8)
		cols = term_cols() - 8;
	a.rows = rows + 2;
	a.cols = cols + 4;
	a.y = (term_rows() - a.rows) / 2;
	a.x = (term_cols() - a.cols) / 2;
	term_box(a, title);
	return (struct area){ .y = a.y + 1, .x = a.x + 2, .rows = rows, .cols = cols };
}

static void
draw_leave(const struct tui *t)
{
	struct area a = page_overlay("Leave rootlock?", 5, 58);
	const char *text = t->waiting > 0 ? "A call is in flight; what is done so far is recorded."
					  : "What is done is recorded; start again to go on.";

	(void)term_put(a.y + 1, a.x, a.cols, STYLE_TEXT, text);
	(void)term_put(a.y + 3, a.x, 20, t->leave_yes ? STYLE_TEXT : STYLE_FOCUS, "[ Stay ]");
	(void)term_put(a.y + 3, a.x + 11, 20, t->leave_yes ? STYLE_FOCUS : STYLE_TEXT, "[ Leave ]");
	(void)term_put(a.y + 3, a.x + 23, 34, STYLE_DIM, "arrows choose, ^C leaves at once");
	term_cursor(a.y + 3, a.x + (t->leave_yes ? 13 : 2), false);
}

static void
draw_too_small(void)
{
	char line[80];

	(void)term_put(0, 0, term_cols(), STYLE_STRONG, "rootlock needs a larger window");
	snprintf(line, sizeof line, "at least %d x %d; this one is %d x %d.", TERM_MIN_COLS,
	    TERM_MIN_ROWS, term_cols(), term_rows());
	(void)term_put(1, 0, term_cols(), STYLE_TEXT, line);
	(void)term_put(2, 0, term_cols(), STYLE_TEXT, "Make it larger: nothing typed is lost.");
	(void)term_put(3, 0, term_cols(), STYLE_TEXT, "Ctrl-C twice leaves.");
}

void
page_draw_all(struct tui *t)
{
	struct area body;
	size_t base = t->depth;
	bool acting = t->in_act;

	/* Drawing may no more wait or ask than acting may. */
	t->in_act = true;
	term_erase();
	while (base > 1 && t->stack[base - 1]->overlay)
		base--;
	if (page_too_small()) {
		draw_too_small();
	} else if (base > 0) {
		draw_frame(t, t->stack[base - 1], page_top(t), &body);
		for (size_t i = base - 1; i < t->depth; i++)
			t->stack[i]->ops->draw(t->stack[i], body);
		if (t->asking_leave)
			draw_leave(t);
	}
	term_flush();
	t->in_act = acting;
	t->dirty = false;
	t->drawn = clock_ms();
}

void
page_ask_leave(struct tui *t, int status)
{
	t->asking_leave = true;
	t->leave_yes = false;
	t->status = status;
	t->dirty = true;
}

static void
leave(struct tui *t, int status)
{
	t->leaving = true;
	t->asking_leave = false;
	t->status = status;
}

void
page_leave_act(struct tui *t, const struct input *in)
{
	if (in->act == ACT_QUIT)
		leave(t, 130);
	else if (in->act == ACT_CHAR && (in->ch == 'y' || in->ch == 'Y'))
		leave(t, t->status);
	else if (in->act == ACT_BACK || (in->act == ACT_CHAR && (in->ch == 'n' || in->ch == 'N')))
		t->asking_leave = false;
	else if (in->act == ACT_LEFT || in->act == ACT_RIGHT || in->act == ACT_NEXT ||
		 in->act == ACT_PREV)
		t->leave_yes = !t->leave_yes;
	else if (in->act == ACT_ENTER && t->leave_yes)
		leave(t, t->status);
	else if (in->act == ACT_ENTER)
		t->asking_leave = false;
}
