/* SPDX-License-Identifier: MIT */
/* The form page: focus, keys, buttons. */
#include "form.h"

#include <stdio.h>
#include <string.h>

void *
form_model(const struct form *f)
{
	return f->records->models[f->at];
}

bool
form_applies(const struct form *f, size_t field)
{
	const struct field *d = &f->screen->fields[field];

	return d->applies == NULL || d->applies(form_model(f));
}

const struct field *
form_field(const struct form *f)
{
	if (f->focus < 0 || (size_t)f->focus >= f->screen->nfields)
		return NULL;
	return &f->screen->fields[f->focus];
}

bool
form_writes(const struct screen_def *s)
{
	for (size_t i = 0; i < s->nsteps; i++)
		for (size_t k = 0; k < s->steps[i].ncalls; k++)
			if (aws_op_writes(s->steps[i].calls[k].op))
				return true;
	return false;
}

static void
add_button(struct form *f, const char *label, enum request r)
{
	f->asked[f->buttons.n] = r;
	buttons_add(&f->buttons, label);
}

void
form_make_buttons(struct form *f)
{
	f->buttons = (struct buttons){ .n = 0 };
	add_button(f, form_writes(f->screen) ? "Review the changes" : "Continue", REQ_NEXT);
	add_button(f, "Back", REQ_BACK);
	if ((f->screen->flags & SCREEN_REPEATS) != 0) {
		add_button(f, "Add another", REQ_ADD);
		if (f->records->n > 1)
			add_button(f, "Remove this one", REQ_REMOVE);
	}
}

/* Everything the focus can stand on, in order; returns how many. */
static int
stops(const struct form *f, int out[STOPS_MAX])
{
	int n = 0;

	if (f->records->n > 1)
		out[n++] = STOP_RECORD;
	for (size_t i = 0; i < f->screen->nfields && n < STOPS_MAX - BUTTONS_MAX; i++)
		if (form_applies(f, i))
			out[n++] = (int)i;
	for (int i = 0; i < f->buttons.n; i++)
		out[n++] = STOP_BUTTON + i;
	return n;
}

/* Judge the field that is left, so that its message stands beside it. */
static void
judge_left(struct form *f)
{
	const struct field *d = form_field(f);
	struct err e = { 0 };

	if (d == NULL || f->editor.field == NULL)
		return;
	f->errors[f->focus][0] = '\0';
	if (f->editor.edit.text.len > 0 && !field_judge(&f->editor, d, form_model(f), &e))
		snprintf(f->errors[f->focus], sizeof f->errors[0], "%s", e.text);
}

void
form_go(struct form *f, int stop)
{
	judge_left(f);
	field_close(&f->editor);
	f->focus = stop;
	f->stale = true;
	if (form_field(f) != NULL)
		field_open(&f->editor, form_field(f), form_model(f));
}

void
form_show(struct form *f, size_t record)
{
	field_close(&f->editor);
	f->at = record;
	memset(f->errors, 0, (f->screen->nfields + 1) * sizeof f->errors[0]);
	f->error[0] = '\0';
	form_make_buttons(f);
	form_go(f, f->focus);
}

static void
move(struct form *f, int by)
{
	int list[STOPS_MAX], n = stops(f, list), at = 0;

	for (int i = 0; i < n; i++)
		if (list[i] == f->focus)
			at = i;
	form_go(f, list[(at + by + n) % n]);
}

/* ---- acting ---- */

static bool
plain_key(const struct form *f, const struct input *in, uint32_t ch)
{
	const struct field *d = form_field(f);

	return in->act == ACT_CHAR && in->ch == ch && !in->pasted &&
	       (d == NULL || !field_takes_text(d));
}

static void
press_enter(struct form *f)
{
	const struct field *d = form_field(f);

	if (f->focus >= STOP_BUTTON)
		f->page.request = f->asked[f->focus - STOP_BUTTON];
	else if (d != NULL && field_has_list(d))
		f->page.request = REQ_CHOOSE;
	else
		move(f, 1);
}

static bool
editor_act(struct form *f, const struct input *in)
{
	const struct field *d = form_field(f);
	struct err e = { 0 };
	bool changed;

	if (d == NULL || !field_act(&f->editor, in, &changed))
		return false;
	if (!changed)
		return true;
	f->error[0] = '\0';
	f->stale = f->stale || !field_takes_text(d);
	/* A message that stands there follows what is typed; a new one waits for the end. */
	if (f->errors[f->focus][0] != '\0') {
		f->errors[f->focus][0] = '\0';
		if (!field_judge(&f->editor, d, form_model(f), &e))
			snprintf(f->errors[f->focus], sizeof f->errors[0], "%s", e.text);
	}
	return true;
}

static void
record_act(struct form *f, bool left)
{
	size_t n = f->records->n;

	form_show(f, (f->at + (left ? n - 1 : 1)) % n);
}

static void
form_act(struct page *p, const struct input *in)
{
	struct form *f = p->state;
	bool sideways = in->act == ACT_LEFT || in->act == ACT_RIGHT;

	if (in->act == ACT_HELP || plain_key(f, in, '?'))
		p->request = REQ_HELP;
	else if (in->act == ACT_CALLS || plain_key(f, in, 'd'))
		p->request = REQ_CALLS;
	else if (in->act == ACT_BACK)
		p->request = REQ_BACK;
	else if (editor_act(f, in))
		return;
	else if (f->focus == STOP_RECORD && sideways)
		record_act(f, in->act == ACT_LEFT);
	else if (in->act == ACT_ENTER)
		press_enter(f);
	else if ((in->act == ACT_UP || in->act == ACT_DOWN) && f->screen->nfields == 0)
		(void)view_act(&f->view, in);
	else if (in->act == ACT_NEXT || in->act == ACT_DOWN || in->act == ACT_RIGHT)
		move(f, 1);
	else if (in->act == ACT_PREV || in->act == ACT_UP || in->act == ACT_LEFT)
		move(f, -1);
	else
		(void)view_act(&f->view, in);
}

static void
form_hints(const struct page *p, struct hints *h)
{
	const struct form *f = p->state;
	const struct field *d = form_field(f);

	hints_add(h, "Tab", "move");
	if (d != NULL && field_widget(d) == WIDGET_SWITCH)
		hints_add(h, "Space", "switch");
	else
		hints_add(h, "Enter",
		    f->focus >= STOP_BUTTON          ? "choose"
		    : d != NULL && field_has_list(d) ? "list"
						     : "next");
	hints_add(h, "Esc", "back");
	if (d != NULL && field_takes_text(d)) {
		hints_add(h, "F1", "explain");
		hints_add(h, "F2", "calls");
	} else {
		hints_add(h, "?", "explain");
		hints_add(h, "d", "calls");
	}
	if (view_overflows(&f->view, f->view.rows))
		hints_add(h, "PgDn", "more");
}

const struct page_ops form_ops = {
	.draw = form_draw,
	.act = form_act,
	.hints = form_hints,
};
