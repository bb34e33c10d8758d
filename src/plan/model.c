/* SPDX-License-Identifier: MIT */
/* One record of a screen, reached through its fields. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "alloc.h"
#include "answers.h"
#include "json.h"
#include "text.h"

#define TEXT_MAX 128

static void *
member(const struct field *f, void *model)
{
	return (char *)model + f->offset;
}

char **
model_member_text(const struct field *f, void *model)
{
	return f->type == FIELD_TEXT ? member(f, model) : NULL;
}

bool *
model_member_bool(const struct field *f, void *model)
{
	return f->type == FIELD_BOOL ? member(f, model) : NULL;
}

int *
model_member_int(const struct field *f, void *model)
{
	return f->type == FIELD_INT ? member(f, model) : NULL;
}

struct strlist *
model_member_list(const struct field *f, void *model)
{
	return f->type == FIELD_LIST ? member(f, model) : NULL;
}

struct secret **
model_member_secret(const struct field *f, void *model)
{
	return f->type == FIELD_SECRET ? member(f, model) : NULL;
}

/* The same for a model that is only read. */
static const void *
member_const(const struct field *f, const void *model)
{
	return (const char *)model + f->offset;
}

void *
model_new(const struct screen_def *s)
{
	void *model = xcalloc(1, s->model_size != 0 ? s->model_size : 1);

	for (size_t i = 0; i < s->nfields; i++) {
		const struct field *f = &s->fields[i];
		struct err e = { 0 };

		if (f->type == FIELD_TEXT)
			*(char **)member(f, model) = xstrdup(f->def != NULL ? f->def : "");
		else if (f->def != NULL && !model_set(f, model, f->def, &e))
			die("default of %s.%s: %s", s->id, f->id, e.text);
	}
	return model;
}

void
model_free(const struct screen_def *s, void *model)
{
	if (model == NULL)
		return;
	if (s->forget != NULL)
		s->forget(model);
	for (size_t i = 0; i < s->nfields; i++) {
		const struct field *f = &s->fields[i];

		switch (f->type) {
		case FIELD_TEXT:
			xfree(*(char **)member(f, model));
			break;
		case FIELD_LIST:
			strlist_free(member(f, model));
			break;
		case FIELD_SECRET:
			secret_free(*(struct secret **)member(f, model));
			break;
		case FIELD_BOOL:
		case FIELD_INT:
			break;
		}
	}
	xfree(model);
}

void
model_text(const struct field *f, const void *model, struct buf *out)
{
	const void *m = member_const(f, model);

	switch (f->type) {
	case FIELD_TEXT: {
		const char *const *s = m;

		buf_puts(out, *s != NULL ? *s : "");
		break;
	}
	case FIELD_BOOL:
		buf_puts(out, *(const bool *)m ? "yes" : "no");
		break;
	case FIELD_INT:
		buf_printf(out, "%d", *(const int *)m);
		break;
	case FIELD_LIST: {
		const struct strlist *l = m;

		for (size_t i = 0; i < l->n; i++)
			buf_printf(out, "%s%s", i > 0 ? ", " : "", l->items[i]);
		break;
	}
	case FIELD_SECRET:
		break;
	}
}

static bool
set_bool(const struct field *f, void *model, const char *text, struct err *e)
{
	static const char *const yes[] = { "yes", "true", "y", "1" };
	static const char *const no[] = { "no", "false", "n", "0" };

	for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++) {
		if (strcasecmp(text, yes[i]) == 0 || strcasecmp(text, no[i]) == 0) {
			*(bool *)member(f, model) = strcasecmp(text, yes[i]) == 0;
			return true;
		}
	}
	return err_set(e, ERR_USAGE, "Answer yes or no.");
}

static bool
set_int(const struct field *f, void *model, const char *text, struct err *e)
{
	char *end = NULL;

	errno = 0;
	long n = strtol(text, &end, 10);
	if (*text == '\0' || *end != '\0' || errno != 0 || n < f->min || n > f->max)
		return err_set(e, ERR_USAGE, "A whole number from %d to %d%s%s, please.", f->min,
		    f->max, f->unit != NULL ? " " : "", f->unit != NULL ? f->unit : "");
	if (f->validate != NULL && !f->validate(text, e))
		return false;
	*(int *)member(f, model) = (int)n;
	return true;
}

static bool
is_option(const struct field *f, const char *text, struct err *e)
{
	AUTO_BUF valid = BUF_INIT(BUF_MAX_LINE);

	for (const struct field_option *o = f->options; o->value != NULL; o++) {
		if (strcmp(o->value, text) == 0)
			return true;
		buf_printf(&valid, "%s%s", valid.len > 0 ? ", " : "", o->value);
	}
	return err_set(e, ERR_USAGE, "One of: %s.", buf_str(&valid));
}

static bool
set_text(const struct field *f, void *model, const char *text, struct err *e)
{
	size_t max = f->max > 0 ? (size_t)f->max : TEXT_MAX;

	if (f->options != NULL && !is_option(f, text, e))
		return false;
	if (strlen(text) > max)
		return err_set(
		    e, ERR_USAGE, "At most %zu characters; this has %zu.", max, strlen(text));
	if (f->validate != NULL && !f->validate(text, e))
		return false;
	xfree(*(char **)member(f, model));
	*(char **)member(f, model) = xstrdup(text);
	return true;
}

static bool
list_add(const struct field *f, struct strlist *l, const char *text, struct err *e)
{
	if (f->options != NULL && !is_option(f, text, e))
		return false;
	if (f->validate != NULL && !f->validate(text, e))
		return false;
	if (!strlist_has(l, text))
		strlist_add(l, text);
	return true;
}

static bool
set_list(const struct field *f, void *model, const char *text, struct err *e)
{
	struct strlist fresh = { 0 };
	AUTO_FREE char *copy = xstrdup(text);
	char *save = NULL;

	for (char *item = strtok_r(copy, ",", &save); item != NULL;
	     item = strtok_r(NULL, ",", &save)) {
		item += strspn(item, " ");
		for (size_t n = strlen(item); n > 0 && item[n - 1] == ' '; n--)
			item[n - 1] = '\0';
		if (*item != '\0' && !list_add(f, &fresh, item, e)) {
			strlist_free(&fresh);
			return false;
		}
	}
	strlist_free(member(f, model));
	*(struct strlist *)member(f, model) = fresh;
	return true;
}

bool
model_set(const struct field *f, void *model, const char *text, struct err *e)
{
	switch (f->type) {
	case FIELD_TEXT:
		return set_text(f, model, text, e);
	case FIELD_BOOL:
		return set_bool(f, model, text, e);
	case FIELD_INT:
		return set_int(f, model, text, e);
	case FIELD_LIST:
		return set_list(f, model, text, e);
	case FIELD_SECRET:
		break;
	}
	return err_set(e, ERR_USAGE, "A secret cannot be given here.");
}

json_t *
model_json(const struct field *f, const void *model)
{
	AUTO_BUF text = BUF_INIT(BUF_MAX_TEXT);
	json_t *list;
	const struct strlist *l;

	switch (f->type) {
	case FIELD_BOOL:
		return json_boolean(*(const bool *)member_const(f, model));
	case FIELD_INT:
		return json_integer(*(const int *)member_const(f, model));
	case FIELD_LIST:
		list = json_array();
		l = member_const(f, model);
		for (size_t i = 0; i < l->n; i++)
			json_array_append_new(list, json_string(l->items[i]));
		return list;
	case FIELD_SECRET:
		return json_string("ask");
	case FIELD_TEXT:
		break;
	}
	model_text(f, model, &text);
	return json_string(buf_str(&text));
}

static bool
set_json_list(const struct field *f, void *model, const json_t *v, struct err *e)
{
	struct strlist fresh = { 0 };
	size_t i;
	const json_t *item;

	json_array_foreach (v, i, item) {
		if (json_is_string(item) && list_add(f, &fresh, json_string_value(item), e))
			continue;
		strlist_free(&fresh);
		return err_set(e, ERR_USAGE, "each item must be a string");
	}
	strlist_free(member(f, model));
	*(struct strlist *)member(f, model) = fresh;
	return true;
}

bool
model_set_json(const struct field *f, void *model, const json_t *v, struct err *e)
{
	switch (f->type) {
	case FIELD_BOOL:
		if (!json_is_boolean(v))
			return err_set(e, ERR_USAGE, "must be true or false");
		*(bool *)member(f, model) = json_is_true(v);
		return true;
	case FIELD_INT: {
		AUTO_BUF text = BUF_INIT(BUF_MAX_LINE);

		if (!json_is_integer(v))
			return err_set(e, ERR_USAGE, "must be a whole number");
		buf_printf(&text, "%" JSON_INTEGER_FORMAT, json_integer_value(v));
		return set_int(f, model, buf_str(&text), e);
	}
	case FIELD_LIST:
		if (!json_is_array(v))
			return err_set(e, ERR_USAGE, "must be a list of strings");
		return set_json_list(f, model, v, e);
	case FIELD_SECRET:
		if (!json_is_string(v) || strcmp(json_string_value(v), "ask") != 0)
			return err_set(e, ERR_USAGE, "a secret is never in this file: say \"ask\"");
		return true;
	case FIELD_TEXT:
		break;
	}
	if (!json_is_string(v))
		return err_set(e, ERR_USAGE, "must be a string");
	return set_text(f, model, json_string_value(v), e);
}

/* The values present are valid each for itself (defaults may be empty and are not). */
static bool
field_valid(const struct field *f, const void *model, struct err *e)
{
	AUTO_BUF text = BUF_INIT(BUF_MAX_TEXT);
	const struct strlist *l;

	if (f->validate == NULL || f->type == FIELD_SECRET || f->type == FIELD_BOOL)
		return true;
	if (f->type == FIELD_LIST) {
		l = member_const(f, model);
		for (size_t i = 0; i < l->n; i++)
			if (!f->validate(l->items[i], e))
				return false;
		return true;
	}
	model_text(f, model, &text);
	return f->validate(buf_str(&text), e);
}

bool
model_valid(const struct screen_def *s, const void *model, struct err *e)
{
	for (size_t i = 0; i < s->nfields; i++) {
		const struct field *f = &s->fields[i];

		if (f->applies != NULL && !f->applies(model))
			continue;
		if (field_valid(f, model, e))
			continue;
		snprintf(e->operation, sizeof e->operation, "%s", f->id);
		return false;
	}
	return s->validate == NULL || s->validate(model, e);
}
