/* SPDX-License-Identifier: MIT */
/*
 * What a user has to sign in with, what an interrupted run lost of it, and what
 * its credentials file saved (quality page, 2.4).
 */
#include <stdio.h>
#include <string.h>

#include "admin_user.h"
#include "alloc.h"
#include "file.h"
#include "json.h"

#define FILE_MAX ((size_t)4096) /* a file of one row is smaller */

/* ---- the journal ---- */

static bool
is_kind(const json_t *record, const char *kind)
{
	return strcmp(json_text_or(record, "kind", ""), kind) == 0;
}

/* Nothing after its announcement says that it is complete, or that it is not there. */
static bool
is_open(const struct journal *j, const char *what, const char *about)
{
	const json_t *last = j != NULL ? journal_last(j, what, about) : NULL;

	return is_kind(last, "intent") || json_bool(last, "detail.open");
}

/* Only the intent itself, not the failure that followed it, knows what was there before. */
const json_t *
admin_user_intent(const struct journal *j, const char *what, const char *about)
{
	const json_t *records = j != NULL ? journal_records(j) : NULL;

	if (!is_open(j, what, about))
		return NULL;
	for (size_t i = json_array_size(records); i > 0; i--) {
		const json_t *r = json_array_get(records, i - 1);

		if (is_kind(r, "intent") && strcmp(json_text_or(r, "what", ""), what) == 0 &&
		    strcmp(json_text_or(r, "about", ""), about) == 0)
			return r;
	}
	return NULL;
}

static bool
was_there(const json_t *intent, const char *id)
{
	for (size_t i = 0; i < json_count(intent, "detail.before"); i++) {
		const char *old = json_string_value(json_item(intent, "detail.before", i));

		if (old != NULL && strcmp(old, id) == 0)
			return true;
	}
	return false;
}

const char *
admin_user_new_key(const json_t *keys, const json_t *intent, const char *saved)
{
	const json_t *k;
	size_t i;

	if (!json_is_array(json_at(intent, "detail.before")))
		return NULL;
	json_array_foreach (keys, i, k) {
		const char *id = json_text_or(k, "AccessKeyId", "");

		if (strcmp(id, saved) != 0 && !was_there(intent, id))
			return id;
	}
	return NULL;
}

bool
admin_user_lists_key(const json_t *keys, const char *id)
{
	const json_t *k;
	size_t i;

	json_array_foreach (keys, i, k)
		if (strcmp(json_text_or(k, "AccessKeyId", ""), id) == 0)
			return true;
	return false;
}

/* ---- the credentials file ---- */

/* Columns of the one row after the header: user, password, key id. */
static bool
parse_row(const char *text, const char *user, struct secret **password, char *key_id)
{
	const char *row = strstr(text, "\r\n"), *end = row != NULL ? strstr(row + 2, "\r\n") : NULL;
	size_t n = strlen(user);

	if (strncmp(text, "User name,Password,", 19) != 0 || end == NULL || end[2] != '\0' ||
	    strncmp(row + 2, user, n) != 0 || row[2 + n] != ',')
		return false;
	const char *pass = row + 2 + n + 1, *id = memchr(pass, ',', (size_t)(end - pass));
	const char *stop = id != NULL ? memchr(id + 1, ',', (size_t)(end - id - 1)) : NULL;

	if (stop == NULL || stop - id > 128)
		return false;
	snprintf(key_id, 129, "%.*s", (int)(stop - id - 1), id + 1);
	if (id > pass && password != NULL)
		*password = secret_from(pass, (size_t)(id - pass));
	return true;
}

bool
admin_user_saved(const char *path, const char *user, struct secret **password, char *key_id)
{
	struct buf b = BUF_INIT(FILE_MAX);
	struct err none = { 0 };
	bool ours = file_read(path, &b, &none) && parse_row(buf_str(&b), user, password, key_id);

	if (b.data != NULL)
		explicit_bzero(b.data, b.len);
	buf_free(&b);
	return ours;
}

/* ---- both together ---- */

void
admin_user_look(const struct step_ctx *c, const struct journal *j, struct credential_state *s)
{
	const struct admin_user *m = c->model;
	const struct facts *f = c->run->facts;
	const json_t *keys = json_object_get(facts_value(f, FACT_USER_KEYS), m->name);
	const json_t *user = json_object_get(facts_value(f, FACT_USER_MFA), m->name);
	AUTO_FREE char *about = xasprintf("user/%s", m->name);
	AUTO_FREE char *path = admin_user_csv(c->run, m);
	const json_t *intent = admin_user_intent(j, "access-key", about);
	char saved[129] = "";

	*s = (struct credential_state){ .password = json_bool(user, "password"),
		.key = json_array_size(keys) > 0 };
	s->password_lost = s->password && is_open(j, "password", about);
	if (intent == NULL)
		return;
	admin_user_saved(path, m->name, NULL, saved);
	s->key_unrecorded =
	    saved[0] != '\0' && !was_there(intent, saved) && admin_user_lists_key(keys, saved);
	s->key_lost = admin_user_new_key(keys, intent, saved) != NULL;
}
