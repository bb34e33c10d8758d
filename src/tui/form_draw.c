/* SPDX-License-Identifier: MIT */
/* The form page drawn: why, what the screen shows, fields, buttons, help of the field in focus. */
#include <stdio.h>

#include "form.h"
#include "text.h"

#define HELP_ROWS 3
#define LABEL_MAX 26

static int
label_column(const struct screen_def *s)
{
	size_t widest = 0;

	for (size_t i = 0; i < s->nfields; i++)
		if (text_width(s->fields[i].label) > widest)
			widest = text_width(s->fields[i].label);
	return (widest > LABEL_MAX ? LABEL_MAX : (int)widest) + 4;
}

static void
draw_item(void *arg, int item, int y, int x, int cols)
{
	struct form *f = arg;
	bool focused = f->focus == item;
	char text[60];

	if (focused)
		(void)term_put(y, x, 1, STYLE_KEY, term_mark(MARK_CURSOR));
	if (item == STOP_RECORD) {
		snprintf(text, sizeof text, "%s Entry %zu of %zu %s", term_mark(MARK_LEFT),
		    f->at + 1, f->records->n, term_mark(MARK_RIGHT));
		(void)term_put(y, x + 2, cols - 2, focused ? STYLE_FOCUS : STYLE_STRONG, text);
		if (focused)
			term_cursor(y, x + 2, false);
		return;
	}
	const struct field *d = &f->screen->fields[item];
	enum style style = f->errors[item][0] != '\0' ? STYLE_BAD
			   : focused                  ? STYLE_STRONG
						      : STYLE_TEXT;
	int at = label_column(f->screen);

	(void)term_put(y, x + 2, at - 3, style, d->label);
	field_draw(&f->editor, d, form_model(f), y, x + at, cols - at, focused);
}

static void
render(struct form *f)
{
	struct err e = { 0 };

	if (!f->stale)
		return;
	f->stale = false;
	blocks_free(&f->blocks);
	if (f->screen->render != NULL &&
	    !f->screen->render(f->page.tui->run, form_model(f), &f->blocks, &e))
		blocks_add(&f->blocks, BLOCK_WARN, e.text, NULL);
	/* Last, so that it stands beside the first field, which is in focus. */
	if (f->rights.len > 0)
		blocks_add(&f->blocks, BLOCK_WARN, buf_str(&f->rights), NULL);
}

static void
build_fields(struct form *f, int cols)
{
	struct view *v = &f->view;

	if (f->records->n > 1)
		view_item(v, STOP_RECORD);
	for (size_t i = 0; i < f->screen->nfields; i++) {
		if (!form_applies(f, i))
			continue;
		view_item(v, (int)i);
		if (f->errors[i][0] != '\0')
			view_wrap(v, STYLE_BAD, label_column(f->screen), cols, f->errors[i]);
	}
}

static void
build(struct form *f, int cols)
{
	struct view *v = &f->view;
	bool below = (f->screen->flags & SCREEN_TEXT_BELOW) != 0;

	view_reset(v);
	if (f->screen->why != NULL)
		view_wrap(v, STYLE_TEXT, 0, cols, f->screen->why);
	view_blank(v);
	render(f);
	if (below) {
		build_fields(f, cols);
		view_blank(v);
	}
	view_blocks(v, &f->blocks, cols);
	if (!below)
		build_fields(f, cols);
}

static const char *
button_help(const struct form *f)
{
	switch (f->asked[f->focus - STOP_BUTTON]) {
	case REQ_NEXT:
		return form_writes(f->screen) ? "Enter shows every change first. Nothing is "
						"changed before you agree to it."
					      : "Enter goes on.";
	case REQ_BACK:
		return "Enter goes back. What you entered here is kept.";
	case REQ_ADD:
		return "Enter adds one more entry of this kind.";
	case REQ_REMOVE:
		return "Enter takes this entry off the list. Nothing is deleted in the account.";
	case REQ_NONE:
	case REQ_HELP:
	case REQ_CALLS:
	case REQ_QUIT:
	case REQ_CHOOSE:
	case REQ_RELOAD:
	case REQ_WALK:
	case REQ_RETRY:
	case REQ_TIMER:
		break;
	}
	return "";
}

/* Why not, or what the field in focus is for. */
static void
draw_help(const struct form *f, struct area a)
{
	const struct field *d = form_field(f);
	const struct field_option *o = d != NULL ? field_chosen(d, form_model(f)) : NULL;
	struct view v = { .lines = NULL };

	if (f->error[0] != '\0')
		view_wrap(&v, STYLE_BAD, 0, a.cols, f->error);
	else if (o != NULL && o->note != NULL)
		view_wrap(&v, STYLE_TEXT, 0, a.cols, o->note);
	if (d != NULL && d->help != NULL)
		view_wrap(&v, STYLE_DIM, 0, a.cols, d->help);
	else if (f->focus >= STOP_BUTTON && f->error[0] == '\0')
		view_wrap(&v, STYLE_DIM, 0, a.cols, button_help(f));
	for (int i = 0; i < a.rows && i < (int)v.n; i++) {
		bool more = i == a.rows - 1 && (int)v.n > a.rows;

		(void)term_put(
		    a.y + i, a.x, more ? a.cols - 11 : a.cols, v.lines[i].style, v.lines[i].text);
		if (more)
			(void)term_put(a.y + i, a.x + a.cols - 10, 10, STYLE_KEY, "F1 for all");
	}
	view_free(&v);
}

void
form_draw(struct page *p, struct area a)
{
	struct form *f = p->state;
	int bottom = a.y + a.rows - 1;
	struct area help = { bottom - HELP_ROWS + 1, a.x, HELP_ROWS, a.cols };
	struct area text = { a.y, a.x, a.rows - HELP_ROWS - 3, a.cols };
	bool lit = f->focus >= STOP_BUTTON;

	build(f, a.cols > 92 ? 92 : a.cols);
	if (lit)
		f->buttons.focus = f->focus - STOP_BUTTON;
	else
		view_reveal(&f->view, f->focus, text.rows, 2);
	view_draw(&f->view, text, draw_item, f);
	buttons_draw(&f->buttons, help.y - 2, a.x, a.cols, lit);
	term_rule(help.y - 1, a.x, a.cols);
	draw_help(f, help);
}
