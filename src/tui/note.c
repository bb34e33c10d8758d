/* SPDX-License-Identifier: MIT */
/* A box over the page: help of a field, calls of a step, evidence of a check. */
#include "sheet.h"
#include "text.h"

struct note {
	struct page page;
	struct view view;
	note_build_fn *build;
	void *arg;
	const char *title;
};

static void
note_draw(struct page *p, struct area body)
{
	struct note *n = p->state;
	int cols = body.cols - 6 < 76 ? body.cols - 6 : 76;
	struct area a;

	view_reset(&n->view);
	n->build(n->arg, &n->view, cols);
	a = page_overlay(n->title, (int)n->view.n, cols);
	view_draw(&n->view, a, NULL, NULL);
}

static void
note_act(struct page *p, const struct input *in)
{
	struct note *n = p->state;

	if (in->act == ACT_ENTER || in->act == ACT_BACK || in->act == ACT_HELP ||
	    in->act == ACT_CALLS || (in->act == ACT_CHAR && !in->pasted))
		p->request = REQ_BACK;
	else
		(void)view_act(&n->view, in);
}

static void
note_hints(const struct page *p, struct hints *h)
{
	const struct note *n = p->state;

	if (view_overflows(&n->view, n->view.rows))
		hints_add(h, "arrows", "scroll");
	hints_add(h, "Enter", "close");
	hints_add(h, "Esc", "close");
}

static const struct page_ops note_ops = {
	.draw = note_draw,
	.act = note_act,
	.hints = note_hints,
};

void
note_run(struct tui *t, const char *title, note_build_fn *build, void *arg)
{
	struct note n = {
		.page = { .ops = &note_ops, .overlay = true },
		.build = build,
		.arg = arg,
		.title = title,
	};

	n.page.state = &n;
	page_push(t, &n.page);
	(void)page_run(&n.page);
	page_pop(t, &n.page);
	view_free(&n.view);
}
