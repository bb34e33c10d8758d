/* SPDX-License-Identifier: MIT */
/* The answers file: rootlock-answers(5). */
#include <string.h>

#include "alloc.h"
#include "answers.h"
#include "file.h"
#include "json.h"
#include "plan.h"

#define ANSWERS_MAX ((size_t)1 << 20)

void
answers_free(struct answers *a)
{
	for (size_t i = 0; i < screen_count(); i++) {
		struct answers_section *s = &a->section[i];

		for (size_t k = 0; k < s->n; k++)
			model_free(screen_at(i), s->models[k]);
		xfree(s->models);
		*s = (struct answers_section){ 0 };
	}
}

void *
answers_model(struct answers *a, size_t screen, size_t i)
{
	struct answers_section *s = &a->section[screen];

	while (s->n <= i) {
		s->models = xrealloc(s->models, (s->n + 1) * sizeof *s->models);
		s->models[s->n++] = model_new(screen_at(screen));
	}
	s->present = true;
	return s->models[i];
}

void
answers_remove(struct answers *a, size_t screen, size_t i)
{
	struct answers_section *s = &a->section[screen];

	if (i >= s->n)
		return;
	model_free(screen_at(screen), s->models[i]);
	memmove(&s->models[i], &s->models[i + 1], (s->n - i - 1) * sizeof *s->models);
	s->n--;
}

static const struct field *
find_field(const struct screen_def *s, const char *id)
{
	for (size_t i = 0; i < s->nfields; i++)
		if (strcmp(s->fields[i].id, id) == 0)
			return &s->fields[i];
	return NULL;
}

/* "trail.name: why", for the person who edits the file. */
static bool
refuse(const struct screen_def *s, const char *key, const struct err *why, struct err *e)
{
	return err_set(e, ERR_USAGE, "%s%s%s: %s", s->id, key != NULL ? "." : "",
	    key != NULL ? key : "", why->text);
}

static bool
parse_record(const struct screen_def *s, void *model, const json_t *o, struct err *e)
{
	struct err why = { 0 };
	const char *key;
	json_t *v;

	if (!json_is_object(o))
		return err_set(e, ERR_USAGE, "%s: must be an object", s->id);
	json_object_foreach ((json_t *)(uintptr_t)o, key, v) {
		const struct field *f = find_field(s, key);

		if (f == NULL)
			return err_set(e, ERR_USAGE, "%s.%s: unknown key", s->id, key);
		if (!model_set_json(f, model, v, &why))
			return refuse(s, key, &why, e);
	}
	if (!model_valid(s, model, &why))
		return refuse(s, why.operation[0] != '\0' ? why.operation : NULL, &why, e);
	return true;
}

static bool
parse_section(struct answers *a, const char *id, const json_t *v, struct err *e)
{
	size_t index;
	const struct screen_def *s = screen_find(id, &index);

	if (s == NULL || (s->flags & SCREEN_NO_ANSWERS) != 0)
		return err_set(e, ERR_USAGE, "%s: unknown key", id);
	if (!json_is_array(v))
		return parse_record(s, answers_model(a, index, 0), v, e);
	if ((s->flags & SCREEN_REPEATS) == 0)
		return err_set(e, ERR_USAGE, "%s: must be an object", id);
	for (size_t i = 0; i < json_array_size(v); i++)
		if (!parse_record(s, answers_model(a, index, i), json_array_get(v, i), e))
			return false;
	return true;
}

bool
answers_parse(const json_t *root, struct answers *a, struct err *e)
{
	const char *key;
	json_t *v;

	if (!json_is_object(root))
		return err_set(e, ERR_USAGE, "the answers file must hold one JSON object");
	json_object_foreach ((json_t *)(uintptr_t)root, key, v) {
		if (strcmp(key, "version") == 0) {
			if (!json_is_integer(v) || json_integer_value(v) != 1)
				return err_set(e, ERR_USAGE, "version: must be 1");
		} else if (!parse_section(a, key, v, e)) {
			return false;
		}
	}
	return true;
}

bool
answers_read(const char *path, struct answers *a, struct err *e)
{
	AUTO_BUF text = BUF_INIT(ANSWERS_MAX);
	struct err why = { 0 };

	if (!file_read(path, &text, &why))
		return err_set(e, ERR_USAGE, "%s", why.text);
	json_auto_t *root = json_parse(text.data, text.len, &why);
	if (root == NULL || !answers_parse(root, a, &why)) {
		answers_free(a);
		return err_set(e, ERR_USAGE, "%s: %s", path, why.text);
	}
	return true;
}

static json_t *
record_json(const struct screen_def *s, const void *model)
{
	json_t *o = json_object();

	for (size_t i = 0; i < s->nfields; i++) {
		const struct field *f = &s->fields[i];

		if (f->applies == NULL || f->applies(model))
			json_object_set_new(o, f->id, model_json(f, model));
	}
	return o;
}

json_t *
answers_json(const struct answers *a)
{
	json_t *root = json_object();

	json_object_set_new(root, "version", json_integer(1));
	for (size_t i = 0; i < screen_count(); i++) {
		const struct screen_def *s = screen_at(i);
		const struct answers_section *sec = &a->section[i];

		if (!sec->present || sec->n == 0 || (s->flags & SCREEN_NO_ANSWERS) != 0)
			continue;
		if (sec->n == 1) {
			json_object_set_new(root, s->id, record_json(s, sec->models[0]));
			continue;
		}
		json_t *list = json_array();
		for (size_t k = 0; k < sec->n; k++)
			json_array_append_new(list, record_json(s, sec->models[k]));
		json_object_set_new(root, s->id, list);
	}
	return root;
}
