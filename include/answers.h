/* SPDX-License-Identifier: MIT */
/*
 * What the user decided: one model (record) or several for each screen, bound
 * to the screens' fields; read from and written to the answers file
 * (rootlock-answers(5)).  No secret is ever in the file.
 */
#ifndef ANSWERS_H
#define ANSWERS_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "buf.h"
#include "err.h"
#include "screen.h"

#define SCREENS_MAX 24

struct answers {
	struct answers_section {
		bool present;		/* the file, or the person, decided something here */
		size_t n;
		void **models;		/* n records of the screen's model_size */
	} section[SCREENS_MAX];		/* by the screen's index */
};

/* ---- one record (model.c) ---- */
void   *model_new(const struct screen_def *s) __attribute__((returns_nonnull));
void	model_free(const struct screen_def *s, void *model);
/* The field's value as text (LIST: comma separated, BOOL: yes/no, SECRET: never); appended. */
void	model_text(const struct field *f, const void *model, struct buf *out);
/* Set from text as typed, checked by type, range, options and validator; e->text says what is
 * wrong and which values are valid.  Not for SECRET. */
bool	model_set(const struct field *f, void *model, const char *text, struct err *e);
json_t *model_json(const struct field *f, const void *model);
bool	model_set_json(const struct field *f, void *model, const json_t *v, struct err *e);
/* Members, typed; for widgets. */
char  **model_member_text(const struct field *f, void *model);
bool   *model_member_bool(const struct field *f, void *model);
int    *model_member_int(const struct field *f, void *model);
struct strlist *model_member_list(const struct field *f, void *model);
struct secret **model_member_secret(const struct field *f, void *model);
/* All fields that apply are valid, and the screen's validate(); e->operation = field id. */
bool	model_valid(const struct screen_def *s, const void *model, struct err *e);

/* ---- the file ---- */
/* ERR_USAGE naming the key's path ("trail.retention_days: ...") for anything wrong. */
bool	answers_read(const char *path, struct answers *a, struct err *e);
bool	answers_parse(const json_t *root, struct answers *a, struct err *e);
/* Only present sections; new object with "version": 1. */
json_t *answers_json(const struct answers *a);
void	answers_free(struct answers *a);
/* The section's record i, made with defaults when absent (and marked present). */
void   *answers_model(struct answers *a, size_t screen, size_t i);
void	answers_remove(struct answers *a, size_t screen, size_t i);

#endif
