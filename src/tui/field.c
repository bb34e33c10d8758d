/* SPDX-License-Identifier: MIT */
#include "field.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "answers.h"
#include "terminal.h"
#include "text.h"

#define SECRET_CAP 256
#define INT_COLS 10
#define TEXT_COLS 44
#define LIST_MAX 2048
#define LIST_HINT_COLS 13 /* "Enter lists", or the unit */

enum widget
field_widget(const struct field *f)
{
	switch (f->type) {
	case FIELD_BOOL:
		return WIDGET_SWITCH;
	case FIELD_SECRET:
		return WIDGET_SECRET;
	case FIELD_LIST:
		return field_has_list(f) ? WIDGET_LIST : WIDGET_TEXT;
	case FIELD_TEXT:
	case FIELD_INT:
		break;
	}
	return f->options != NULL ? WIDGET_OPTION : WIDGET_TEXT;
}

bool
field_takes_text(const struct field *f)
{
	enum widget w = field_widget(f);

	return w == WIDGET_TEXT || w == WIDGET_SECRET;
}

bool
field_has_list(const struct field *f)
{
	return f->options != NULL || f->choices != NULL;
}

static size_t
longest(const struct field *f)
{
	if (f->type == FIELD_INT)
		return INT_COLS - 1;
	if (f->type == FIELD_LIST)
		return LIST_MAX;
	/* More than is valid may be typed, so that the message can say so. */
	return f->max > 0 ? (size_t)f->max + 64 : 192;
}

void
field_reload(struct field_editor *ed)
{
	AUTO_BUF text = BUF_INIT(BUF_MAX_TEXT);

	if (ed->field == NULL || field_widget(ed->field) != WIDGET_TEXT)
		return;
	model_text(ed->field, ed->model, &text);
	edit_set(&ed->edit, buf_str(&text));
}

/* A secret with room to type in, with what was there before. */
static void
open_secret(struct field_editor *ed)
{
	struct secret **member = model_member_secret(ed->field, ed->model);
	struct secret *roomy = secret_new(SECRET_CAP);

	if (*member != NULL && secret_len(*member) <= SECRET_CAP)
		(void)secret_put(roomy, secret_borrow(*member), secret_len(*member));
	secret_free(*member);
	*member = roomy;
	secretbox_init(&ed->box, roomy, SECRET_CAP);
}

void
field_open(struct field_editor *ed, const struct field *f, void *model)
{
	*ed = (struct field_editor){ .field = f, .model = model };
	edit_init(&ed->edit, longest(f), f->type == FIELD_INT);
	field_reload(ed);
	if (field_widget(f) == WIDGET_SECRET)
		open_secret(ed);
}

void
field_close(struct field_editor *ed)
{
	if (ed->field == NULL)
		return;
	if (field_widget(ed->field) == WIDGET_SECRET) {
		struct secret **member = model_member_secret(ed->field, ed->model);

		/* An empty one is none: the step asks then. */
		if (secret_len(*member) == 0) {
			secret_free(*member);
			*member = NULL;
		}
	}
	edit_free(&ed->edit);
	ed->field = NULL;
}

/* Keep what was typed in the model although it may not be valid yet. */
static void
store_text(struct field_editor *ed)
{
	const struct field *f = ed->field;
	const char *text = buf_str(&ed->edit.text);
	struct err ignored = { 0 };
	char **member = model_member_text(f, ed->model);
	int *number = model_member_int(f, ed->model);

	if (model_set(f, ed->model, text, &ignored))
		return;
	/* At most nine digits were let in, so this fits; the form judges it before it is used. */
	if (number != NULL)
		*number = (int)strtol(text, NULL, 10);
	if (member == NULL)
		return;
	xfree(*member);
	*member = xstrdup(text);
}

static void
cycle_option(struct field_editor *ed, int by)
{
	const struct field_option *o = ed->field->options;
	const struct field_option *now = field_chosen(ed->field, ed->model);
	struct err ignored = { 0 };
	int n = 0, at = 0;

	for (; o[n].value != NULL; n++)
		if (&o[n] == now)
			at = n;
	if (n > 0)
		(void)model_set(ed->field, ed->model, o[(at + by + n) % n].value, &ignored);
}

static bool
switch_act(struct field_editor *ed, const struct input *in, bool *changed)
{
	bool *value = model_member_bool(ed->field, ed->model);

	if (in->act != ACT_ENTER && in->act != ACT_LEFT && in->act != ACT_RIGHT &&
	    !(in->act == ACT_CHAR && in->ch == ' ' && !in->pasted))
		return false;
	*value = !*value;
	*changed = true;
	return true;
}

static bool
option_act(struct field_editor *ed, const struct input *in, bool *changed)
{
	bool space = in->act == ACT_CHAR && in->ch == ' ' && !in->pasted;

	if (in->act != ACT_LEFT && in->act != ACT_RIGHT && !space)
		return false;
	cycle_option(ed, in->act == ACT_LEFT ? -1 : 1);
	*changed = true;
	return true;
}

bool
field_act(struct field_editor *ed, const struct input *in, bool *changed)
{
	*changed = false;
	switch (field_widget(ed->field)) {
	case WIDGET_SWITCH:
		return switch_act(ed, in, changed);
	case WIDGET_OPTION:
		return option_act(ed, in, changed);
	case WIDGET_SECRET:
		return secretbox_act(&ed->box, in, changed);
	case WIDGET_TEXT:
		if (!edit_act(&ed->edit, in, changed))
			return false;
		if (*changed)
			store_text(ed);
		return true;
	case WIDGET_LIST:
		break;
	}
	return false;
}

bool
field_judge(const struct field_editor *ed, const struct field *f, void *model, struct err *e)
{
	AUTO_BUF text = BUF_INIT(BUF_MAX_TEXT);

	if (f->type == FIELD_SECRET || f->type == FIELD_BOOL)
		return true;
	if (ed->field == f && ed->model == model && field_widget(f) == WIDGET_TEXT)
		buf_puts(&text, buf_str(&ed->edit.text));
	else
		model_text(f, model, &text);
	return model_set(f, model, buf_str(&text), e);
}

const struct field_option *
field_chosen(const struct field *f, const void *model)
{
	AUTO_BUF text = BUF_INIT(BUF_MAX_TEXT);

	if (f->options == NULL)
		return NULL;
	model_text(f, model, &text);
	for (const struct field_option *o = f->options; o->value != NULL; o++)
		if (strcmp(o->value, buf_str(&text)) == 0)
			return o;
	return NULL;
}

bool
field_is_empty(const struct field *f, const void *model)
{
	AUTO_BUF text = BUF_INIT(BUF_MAX_TEXT);

	model_text(f, model, &text);
	return text.len == 0;
}

/* A value that is not typed: in reverse with the cursor on it while it has the focus. */
static void
put_value(int y, int x, int cols, bool focused, const char *text)
{
	(void)term_put(y, x, cols, focused ? STYLE_FOCUS : STYLE_TEXT, text);
	if (focused)
		term_cursor(y, x, false);
}

static void
draw_option(const struct field *f, const void *model, int y, int x, int cols, bool focused)
{
	const struct field_option *o = field_chosen(f, model);
	char text[160];

	snprintf(text, sizeof text, "%s %s %s", term_mark(MARK_LEFT), o != NULL ? o->label : "?",
	    term_mark(MARK_RIGHT));
	put_value(y, x, cols, focused, text);
}

static void
draw_text(const struct field_editor *ed, const struct field *f, void *model, int y, int x, int cols,
    bool focused)
{
	AUTO_BUF text = BUF_INIT(BUF_MAX_TEXT);
	int width = f->type == FIELD_INT ? INT_COLS : TEXT_COLS;

	if (width > cols - LIST_HINT_COLS)
		width = cols - LIST_HINT_COLS;
	if (focused) {
		edit_draw(&ed->edit, y, x, width, true);
	} else {
		model_text(f, model, &text);
		term_fill(y, x, width, STYLE_INPUT);
		(void)term_put(y, x, width, STYLE_INPUT, buf_str(&text));
	}
	x += width + 1;
	if (f->unit != NULL)
		(void)term_put(y, x, cols - width - 1, STYLE_TEXT, f->unit);
	else if (focused && f->choices != NULL)
		(void)term_put(y, x, cols - width - 1, STYLE_DIM, "Enter lists");
}

static void
draw_secret(const struct field_editor *ed, const struct field *f, void *model, int y, int x,
    int cols, bool focused)
{
	struct secret *const *member = model_member_secret(f, model);
	struct secretbox still = { .secret = *member };
	int width = cols < TEXT_COLS ? cols : TEXT_COLS;

	if (focused)
		secretbox_draw(&ed->box, y, x, width, true);
	else if (*member != NULL)
		secretbox_draw(&still, y, x, width, false);
	else
		term_fill(y, x, width, STYLE_INPUT);
	if (focused)
		(void)term_put(y, x + width + 1, cols - width - 1, STYLE_DIM,
		    ed->box.shown ? "^R hides" : "^R shows");
}

/* "3: AdministratorAccess, ..."; of an ARN only its last part. */
static void
draw_list(const struct field *f, void *model, int y, int x, int cols, bool focused)
{
	AUTO_BUF text = BUF_INIT(BUF_MAX_TEXT);
	const struct strlist *l = model_member_list(f, model);

	if (l->n > 1)
		buf_printf(&text, "%zu: ", l->n);
	for (size_t i = 0; i < l->n; i++) {
		const char *item = l->items[i], *slash = strrchr(item, '/');

		if (strncmp(item, "arn:", 4) == 0 && slash != NULL)
			item = slash + 1;
		buf_printf(&text, "%s%s", i > 0 ? ", " : "", item);
	}
	put_value(y, x, cols, focused, l->n > 0 ? buf_str(&text) : "(none)");
}

void
field_draw(const struct field_editor *ed, const struct field *f, void *model, int y, int x,
    int cols, bool focused)
{
	switch (field_widget(f)) {
	case WIDGET_TEXT:
		draw_text(ed, f, model, y, x, cols, focused);
		return;
	case WIDGET_SECRET:
		draw_secret(ed, f, model, y, x, cols, focused);
		return;
	case WIDGET_OPTION:
		draw_option(f, model, y, x, cols, focused);
		return;
	case WIDGET_SWITCH:
		put_value(y, x, cols, focused, *model_member_bool(f, model) ? "[x] yes" : "[ ] no");
		return;
	case WIDGET_LIST:
		draw_list(f, model, y, x, cols, focused);
		return;
	}
}
