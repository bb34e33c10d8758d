/* SPDX-License-Identifier: MIT */
#include "access_key.h"

#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "file.h"
#include "json.h"

#define FILE_MAX ((size_t)4096) /* a file of one row is smaller */
#define EVERY 2000              /* ms; a new key takes 2-30 s to be known (aws-facts 4.12) */
#define LIMIT 90000

/* ---- the journal ---- */

const struct journal *
access_key_past(const struct run *run, struct journal **own)
{
	struct err e = { 0 };

	*own = run->journal == NULL ? journal_read(run->state_dir, &e) : NULL;
	return run->journal != NULL ? run->journal : *own;
}

static bool
is_kind(const json_t *record, const char *kind)
{
	return strcmp(json_text_or(record, "kind", ""), kind) == 0;
}

bool
access_key_open(const struct journal *j, const char *what, const char *about)
{
	const json_t *last = j != NULL ? journal_last(j, what, about) : NULL;

	return is_kind(last, "intent") || json_bool(last, "detail.open");
}

/* Only the intent itself, not the failure that followed it, knows what was there before. */
const json_t *
access_key_intent(const struct journal *j, const char *what, const char *about)
{
	const json_t *records = j != NULL ? journal_records(j) : NULL;

	if (!access_key_open(j, what, about))
		return NULL;
	for (size_t i = json_array_size(records); i > 0; i--) {
		const json_t *r = json_array_get(records, i - 1);

		if (is_kind(r, "intent") && strcmp(json_text_or(r, "what", ""), what) == 0 &&
		    strcmp(json_text_or(r, "about", ""), about) == 0)
			return r;
	}
	return NULL;
}

bool
access_key_was_there(const json_t *intent, const char *id)
{
	for (size_t i = 0; i < json_count(intent, "detail.before"); i++) {
		const char *old = json_string_value(json_item(intent, "detail.before", i));

		if (old != NULL && strcmp(old, id) == 0)
			return true;
	}
	return false;
}

/* ---- keys as AWS lists them ---- */

const json_t *
access_key_find(const json_t *keys, const char *id)
{
	return json_find(keys, "", "AccessKeyId", id);
}

const char *
access_key_new(const json_t *keys, const json_t *intent, const char *saved)
{
	const json_t *k;
	size_t i;

	if (!json_is_array(json_at(intent, "detail.before")))
		return NULL;
	json_array_foreach (keys, i, k) {
		const char *id = json_text_or(k, "AccessKeyId", "");

		if (strcmp(id, saved) != 0 && !access_key_was_there(intent, id))
			return id;
	}
	return NULL;
}

json_t *
access_key_ids(const json_t *keys)
{
	json_t *ids = json_array();
	const json_t *item;
	size_t i;

	json_array_foreach (keys, i, item)
		json_array_append_new(ids, json_string(json_text_or(item, "AccessKeyId", "")));
	return json_pack("{s:o}", "before", ids);
}

bool
access_key_unused(struct aws *aws, const char *user, const char *id, struct err *e)
{
	int64_t last = 0;

	if (!iam_get_access_key_last_used(aws, id, &last, NULL, e))
		return false;
	return last == 0 || err_set(e, ERR_REFUSED,
				"the access key %s of %s came while rootlock "
				"was interrupted, and it is in use: it stays; delete it yourself "
				"if nobody needs "
				"it",
				id, user);
}

/* ---- the credentials file ---- */

#define COLUMNS 5
enum { USER, PASSWORD, KEY_ID, KEY_SECRET };

struct cell {
	const char *at;
	size_t len;
};

/* The one row after the header, when it is this user's; there is no quoting (csv_write()). */
static bool
split_row(const char *text, const char *user, struct cell cells[COLUMNS])
{
	const char *row = strstr(text, "\r\n"), *end = row != NULL ? strstr(row + 2, "\r\n") : NULL;
	const char *at = row != NULL ? row + 2 : NULL;

	if (strncmp(text, "User name,Password,", 19) != 0 || end == NULL || end[2] != '\0')
		return false;
	for (int i = 0; i < COLUMNS; i++) {
		const char *comma = memchr(at, ',', (size_t)(end - at));

		if ((comma == NULL) != (i == COLUMNS - 1))
			return false;
		cells[i] = (struct cell){ at, (size_t)((comma != NULL ? comma : end) - at) };
		at = comma != NULL ? comma + 1 : end;
	}
	return cells[USER].len == strlen(user) && memcmp(cells[USER].at, user, strlen(user)) == 0 &&
	       cells[KEY_ID].len < ACCESS_KEY_ID_SIZE;
}

static void
take_cell(const struct cell *c, struct secret **out)
{
	if (out != NULL && c->len > 0)
		*out = secret_from(c->at, c->len);
}

bool
access_key_saved(
    const char *path, const char *user, struct secret **password, char *id, struct secret **secret)
{
	struct cell cells[COLUMNS];
	struct buf b = BUF_INIT(FILE_MAX);
	struct err none = { 0 };
	bool ours = file_read(path, &b, &none) && split_row(buf_str(&b), user, cells);

	if (ours) {
		snprintf(id, ACCESS_KEY_ID_SIZE, "%.*s", (int)cells[KEY_ID].len, cells[KEY_ID].at);
		take_cell(&cells[PASSWORD], password);
		take_cell(&cells[KEY_SECRET], secret);
	}
	if (b.data != NULL)
		explicit_bzero(b.data, b.len);
	buf_free(&b);
	return ours;
}

bool
access_key_place(struct run *run, const char *path, struct err *e)
{
	const char *why = file_unsafe_place(path);
	AUTO_FREE char *text = xasprintf("%s: %s", path, why != NULL ? why : "");
	const struct ask_confirm q = {
		.title = "Save the credentials there all the same?",
		.text = text,
		.yes = "Save there",
		.no = "Choose another file",
		.danger = true,
	};
	bool yes = true;

	if (why != NULL && !ask_confirm(&run->ask, &q, &yes, e))
		return false;
	return yes || err_set(e, ERR_REFUSED, "choose another credentials file");
}

/* ---- the proof ---- */

struct proof {
	struct aws *aws;
	const char *user;
	bool administers;
	struct err last;
};

/* The key is known, and where the account says that he administers, the rights have arrived. */
static bool
ready(void *arg, bool *done, struct err *e)
{
	struct proof *p = arg;
	struct sts_identity who = { 0 };
	int64_t ignored;

	err_clear(&p->last);
	*done = sts_get_caller_identity(p->aws, &who, &p->last) &&
		(!p->administers || iam_get_summary(p->aws, "Users", &ignored, &p->last));
	if (*done && strcmp(who.user, p->user) != 0)
		return err_set(e, ERR_REFUSED, "AWS takes the new key for one of %s", who.arn);
	if (*done || err_is(&p->last, "InvalidClientTokenId") || err_is_denied(&p->last))
		return true;
	*e = p->last;
	return false;
}

/* A session for the proof alone: nothing can be written by it. */
static struct aws *
open_as(struct run *run, const struct aws_credentials *c)
{
	struct aws *aws =
	    aws_open(run->transport, &run->settings, aws_credentials_dup(c), &run->clock);

	aws_set_wait(aws, run->wait, run->wait_arg);
	aws_set_watch(aws, run->watch, run->watch_arg);
	aws_set_read_only(aws, true);
	return aws;
}

bool
access_key_prove(struct run *run, const struct aws_credentials *c, const char *user,
    bool administers, struct err *e)
{
	struct proof p = { .aws = open_as(run, c), .user = user, .administers = administers };
	bool ok = run_wait_until(
	    run, "Waiting for AWS to know the new access key", EVERY, LIMIT, ready, &p, e);

	aws_close(p.aws);
	return ok;
}
