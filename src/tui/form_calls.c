/* SPDX-License-Identifier: MIT */
/* What the steps of a screen may call, from their tables: the box behind F2 and d. */
#include <stdint.h>

#include "form.h"

static void
add_text(struct view *v, int cols, const char *label, const char *text)
{
	if (text != NULL)
		view_keyval(v, 8, cols, label, text, STYLE_TEXT);
}

static void
add_calls(struct view *v, const struct step *s)
{
	for (size_t i = 0; i < s->ncalls; i++) {
		const struct step_call *c = &s->calls[i];
		const struct aws_op *op = aws_op(c->op);

		view_printf(v, aws_op_writes(c->op) ? STYLE_STRONG : STYLE_DIM, 2, "%s:%s  %s%s%s",
		    aws_service_name(op->service), op->action,
		    c->resource != NULL ? c->resource : "", c->when != NULL ? "  when " : "",
		    c->when != NULL ? c->when : "");
	}
	if (s->ncalls == 0)
		view_line(v, STYLE_DIM, 2,
		    s->guided ? "no call: you do it by hand, it is checked" : "no call");
}

void
form_calls_note(void *arg, struct view *v, int cols)
{
	const struct screen_def *s = arg;

	if (s->nsteps == 0)
		view_wrap(v, STYLE_TEXT, 0, cols,
		    "This page only shows something. It makes no call "
		    "that changes anything.");
	for (size_t i = 0; i < s->nsteps; i++) {
		const struct step *step = &s->steps[i];

		if (i > 0)
			view_blank(v);
		view_wrap(v, STYLE_STRONG, 0, cols, step->title);
		add_text(v, cols, "Why", step->why);
		add_text(v, cols, "Risk", step->risk);
		add_text(v, cols, "Cost", step->cost);
		add_text(v, cols, "Undo", step->undo_text);
		add_calls(v, step);
	}
}
