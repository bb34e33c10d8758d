/* SPDX-License-Identifier: MIT */
/* What a form does with its requests: help, lists of values, records, the last judgement. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "form.h"

static void
help_note(void *arg, struct view *v, int cols)
{
	const struct form *f = arg;
	const struct field *d = form_field(f);

	if (d == NULL) {
		view_wrap(v, STYLE_TEXT, 0, cols, f->screen->why != NULL ? f->screen->why : "");
		return;
	}
	view_wrap(v, STYLE_TEXT, 0, cols, d->help != NULL ? d->help : "");
	for (const struct field_option *o = d->options; o != NULL && o->value != NULL; o++) {
		view_blank(v);
		view_wrap(v, STYLE_STRONG, 0, cols, o->label);
		if (o->note != NULL)
			view_wrap(v, STYLE_TEXT, 2, cols, o->note);
	}
}

/* Options and what the account offers, as one list. */
static bool
load_choices(struct form *f, const struct field *d, struct choices *list, struct err *e)
{
	struct tui *t = f->page.tui;
	struct busy busy;
	bool ok;

	for (const struct field_option *o = d->options; o != NULL && o->value != NULL; o++)
		choices_add(list, o->value, o->label, o->note);
	if (d->choices == NULL)
		return true;
	busy_begin(t, &busy, "Reading what can be chosen");
	ok = d->choices(t->run, form_model(f), list, e);
	busy_end(t, &busy);
	return ok;
}

static void
pick_one(struct form *f, const struct field *d, const struct choices *list)
{
	AUTO_BUF now = BUF_INIT(BUF_MAX_TEXT);
	struct pick p = { .title = d->label, .choices = list, .own = d->options == NULL };
	struct err e = { 0 };

	model_text(d, form_model(f), &now);
	p.value = now.data;
	if (table_pick(f->page.tui, &p) != REQ_NEXT)
		return;
	f->errors[f->focus][0] = '\0';
	if (!model_set(d, form_model(f), p.value, &e))
		snprintf(f->errors[f->focus], sizeof f->errors[0], "%s", e.text);
	xfree(p.value);
}

static void
pick_many(struct form *f, const struct field *d, const struct choices *list)
{
	struct pick p = {
		.title = d->label,
		.choices = list,
		.many = true,
		.own = d->options == NULL,
		.chosen = model_member_list(d, form_model(f)),
	};
	struct err e = { 0 };

	(void)table_pick(f->page.tui, &p);
	f->errors[f->focus][0] = '\0';
	if (!field_judge(&f->editor, d, form_model(f), &e))
		snprintf(f->errors[f->focus], sizeof f->errors[0], "%s", e.text);
}

static void
choose(struct form *f)
{
	const struct field *d = form_field(f);
	struct choices list = { .items = NULL };
	struct err e = { 0 };

	if (!load_choices(f, d, &list, &e) && e.kind != ERR_CANCELLED)
		snprintf(f->error, sizeof f->error, "%s", e.text);
	else if (e.kind == ERR_NONE && d->type == FIELD_LIST)
		pick_many(f, d, &list);
	else if (e.kind == ERR_NONE)
		pick_one(f, d, &list);
	choices_free(&list);
	field_reload(&f->editor);
	f->stale = true;
}

static void
add_record(struct form *f)
{
	struct answers_section *r = f->records;
	struct err e = { 0 };
	void *model = model_new(f->screen);

	if (f->screen->prepare != NULL && !f->screen->prepare(f->page.tui->run, model, &e))
		snprintf(f->error, sizeof f->error, "%s", e.text);
	r->models = xrealloc(r->models, (r->n + 1) * sizeof *r->models);
	r->models[r->n++] = model;
	f->focus = 0;
	form_show(f, r->n - 1);
}

static void
remove_record(struct form *f)
{
	struct answers_section *r = f->records;

	field_close(&f->editor);
	model_free(f->screen, r->models[f->at]);
	memmove(&r->models[f->at], &r->models[f->at + 1], (r->n - f->at - 1) * sizeof *r->models);
	r->n--;
	f->focus = STOP_BUTTON;
	form_show(f, f->at < r->n ? f->at : r->n - 1);
}

static int
field_index(const struct screen_def *s, const char *id)
{
	for (size_t i = 0; i < s->nfields; i++)
		if (strcmp(s->fields[i].id, id) == 0)
			return (int)i;
	return -1;
}

/* Go to the first field of the record shown that is not valid; false when there is one. */
static bool
record_valid(struct form *f)
{
	struct err e = { 0 };
	int where;

	for (size_t i = 0; i < f->screen->nfields; i++) {
		if (!form_applies(f, i) ||
		    field_judge(&f->editor, &f->screen->fields[i], form_model(f), &e))
			continue;
		form_go(f, (int)i);
		snprintf(f->errors[i], sizeof f->errors[0], "%s", e.text);
		return false;
	}
	field_close(&f->editor);
	bool ok = model_valid(f->screen, form_model(f), &e);
	where = ok ? f->focus : field_index(f->screen, e.operation);
	form_go(f, where >= 0 ? where : f->focus);
	if (!ok && where >= 0)
		snprintf(f->errors[where], sizeof f->errors[0], "%s", e.text);
	else if (!ok)
		snprintf(f->error, sizeof f->error, "%s", e.text);
	return ok;
}

static bool
all_valid(struct form *f)
{
	size_t here = f->at;

	if (!record_valid(f))
		return false;
	for (size_t i = 0; i < f->records->n; i++) {
		if (i == here)
			continue;
		form_show(f, i);
		if (!record_valid(f))
			return false;
	}
	return true;
}

/* True when the form is done with. */
static bool
serve(struct form *f, enum request r)
{
	switch (r) {
	case REQ_HELP:
		note_run(f->page.tui,
		    form_field(f) != NULL ? form_field(f)->label : f->screen->title, help_note, f);
		return false;
	case REQ_CALLS:
		note_run(f->page.tui, "What this may call", form_calls_note,
		    (void *)(uintptr_t)f->screen);
		return false;
	case REQ_CHOOSE:
		choose(f);
		return false;
	case REQ_ADD:
		add_record(f);
		return false;
	case REQ_REMOVE:
		remove_record(f);
		return false;
	case REQ_NEXT:
		return all_valid(f);
	case REQ_NONE:
	case REQ_BACK:
	case REQ_QUIT:
	case REQ_RELOAD:
	case REQ_WALK:
	case REQ_RETRY:
	case REQ_TIMER:
		break;
	}
	return true;
}

enum request
form_run(struct tui *t, const struct screen_def *s, struct answers_section *records)
{
	struct form f = {
		.page = { .ops = &form_ops, .title = s->title },
		.screen = s,
		.records = records,
		.stale = true,
		.focus = STOP_BUTTON,
		.rights = BUF_INIT(BUF_MAX_TEXT),
	};
	enum request r;

	f.page.state = &f;
	f.errors = xcalloc(s->nfields + 1, sizeof f.errors[0]);
	form_make_buttons(&f);
	/* Once: it depends on the account alone, and a key press must not wait for it. */
	(void)plan_warn_rights(t->run, s, &f.rights);
	page_push(t, &f.page);
	for (size_t i = 0; i < s->nfields && f.focus == STOP_BUTTON; i++)
		if (form_applies(&f, i))
			form_go(&f, (int)i);
	do
		r = page_run(&f.page);
	while (!serve(&f, r) && !t->leaving);
	field_close(&f.editor);
	page_pop(t, &f.page);
	view_free(&f.view);
	blocks_free(&f.blocks);
	buf_free(&f.rights);
	xfree(f.errors);
	return t->leaving ? REQ_QUIT : r;
}
