/* SPDX-License-Identifier: MIT */
/*
 * Credentials of a cached session, refreshed when little time is left.  A
 * refresh token is good for one refresh, in the Region that issued it: so one
 * process at a time, the file read again under the lock, room for the new one
 * reserved on the disk before the old token is used up (aws-client page, 2.6).
 */
#include "login_parts.h"

#include <string.h>

#include "alloc.h"
#include "file.h"
#include "log.h"
#include "service.h"

#define LAST_SECONDS 60
#define ROOM 8192 /* bytes reserved; the real files have about 4000 */

/* What is wanted; two attempts at most, for a program that does not lock may come between. */
struct wish {
	const struct login_env *env;
	const char *session, *region, *refused;
};

static bool
is_fresh(const json_t *token, const struct wish *w)
{
	if (w->refused != NULL &&
	    strcmp(json_text_or(token, "accessToken.accessKeyId", ""), w->refused) == 0)
		return false;
	return login_token_expires(token) - clock_now(w->env->clock) > LOGIN_REFRESH_LEFT;
}

/* Where the token was issued: the file's word, the profile's, and only then ours. */
static const char *
region_of(const json_t *token, const struct wish *w)
{
	const char *region = json_text(token, "signInRegion");

	if (region != NULL && region[0] != '\0')
		return region;
	return w->region != NULL ? w->region : w->env->settings->region;
}

static json_t *
ask(const json_t *token, const struct wish *w, const char *path, struct err *e)
{
	const char *pem = json_text_or(token, "dpopKey", "");
	AUTO_KEY key = crypto_key_from_pem(pem, strlen(pem));
	const struct login_place at = {
		.env = w->env,
		.region = region_of(token, w),
		.key = key,
		.refresh = true,
	};
	json_auto_t *body = json_pack("{s:s, s:s, s:s}", "clientId", json_text(token, "clientId"),
	    "refreshToken", json_text(token, "refreshToken"), "grantType", "refresh_token");

	if (key == NULL) {
		aws_fail(e, ERR_CONFIG, "BadLogin",
		    "the browser sign-in's file %s has no usable \"dpopKey\". Sign in again: "
		    "rootlock login.",
		    path);
		return NULL;
	}
	if (at.region == NULL) {
		aws_fail(e, ERR_CONFIG, "NoRegion",
		    "You must specify a region: the one in which you signed in.");
		return NULL;
	}
	return login_ask(&at, body, e);
}

/* The new token is written before its credentials are used for anything. */
static bool
refresh(const struct login_file *f, json_t *token, const struct wish *w, struct err *e)
{
	AUTO_BUF text = BUF_INIT(LOGIN_TEXT_MAX);
	struct file_slot *slot = file_reserve(f->path, ROOM, true, e);
	json_auto_t *answer = slot != NULL ? ask(token, w, f->path, e) : NULL;

	if (answer == NULL) {
		file_discard(slot);
		return false;
	}
	login_token_update(token, answer, clock_now(w->env->clock));
	if (json_print(&text, token, JSON_COMPACT))
		return file_commit(slot, text.data, text.len, e);
	file_discard(slot);
	return err_set(e, ERR_FILE, "the session is too large for %s", f->path);
}

/* Did somebody without a lock refresh it while we asked? */
static bool
has_changed(const struct login_file *f, const json_t *token, const struct wish *w)
{
	json_auto_t *now = login_file_read(f, w->session, NULL);

	return now != NULL && strcmp(json_text_or(now, "refreshToken", ""),
				  json_text_or(token, "refreshToken", "")) != 0;
}

/* No answer now is no reason to stop while the old credentials still serve for a while. */
static bool
can_do_without(const json_t *token, const struct wish *w, const struct err *why)
{
	bool passing = why->kind == ERR_NETWORK || why->status == 429 || why->status >= 500;

	return passing && w->refused == NULL &&
	       login_token_expires(token) - clock_now(w->env->clock) > LAST_SECONDS;
}

/* Under the lock: *token is the one in the file, read again, and fresh afterwards. */
static bool
make_fresh(const struct login_file *f, json_t **token, const struct wish *w, struct err *e)
{
	for (int left = 2;; left--) {
		struct err why = { 0 };

		json_decref(*token);
		*token = login_file_read(f, w->session, e);
		if (*token == NULL)
			return false;
		if (is_fresh(*token, w) || refresh(f, *token, w, &why))
			return true;
		if (can_do_without(*token, w, &why)) {
			log_line("login: the refresh failed (%s), the session goes on", why.code);
			return true;
		}
		if (left > 1 && err_is(&why, "INVALID_REQUEST") && has_changed(f, *token, w))
			continue;
		if (e != NULL && e->kind == ERR_NONE)
			*e = why;
		return false;
	}
}

struct aws_credentials *
login_credentials(const struct login_env *env, const char *session, const char *region,
    const char *refused, struct err *e)
{
	const struct wish w = { env, session, region, refused };
	AUTO_LOGIN_FILE f = { .lock = -1 };

	login_file_init(&f, session);
	json_auto_t *token = login_file_read(&f, session, e);
	if (token == NULL)
		return NULL;
	if (!is_fresh(token, &w) &&
	    (!login_file_lock(&f, env, e) || !make_fresh(&f, &token, &w, e)))
		return NULL;
	return login_token_credentials(token, session);
}
