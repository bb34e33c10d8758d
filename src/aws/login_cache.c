/* SPDX-License-Identifier: MIT */
/*
 * The cache of sessions that the AWS CLI and the SDKs share (aws-client page,
 * 2.7): DIRECTORY/SHA256(login_session).json.  They write it in place and
 * without a lock; rootlock locks a file beside it, writes a new one and
 * renames it.  Members that are not ours are kept.
 */
#include "login_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "file.h"
#include "profile.h"
#include "service.h"
#include "text.h"

#define DIRECTORY "~/.aws/login/cache"
#define LOCK_PATIENCE_MS 90000 /* longer than a refresh by another process may take */
#define LOCK_TICK_MS 50

/* ---- names and lock ------------------------------------------------------------------ */

static bool
is_there(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0;
}

void
login_file_init(struct login_file *f, const char *session)
{
	const char *said = profile_env("AWS_LOGIN_CACHE_DIRECTORY");
	AUTO_FREE char *dir = profile_expand(said != NULL ? said : DIRECTORY);
	char key[CRYPTO_SHA256_HEX];

	crypto_sha256_hex(session, strlen(session), key);
	f->path = xasprintf("%s/%s.json", dir, key);
	f->lock_path = xasprintf("%s/%s.lock", dir, key);
	f->lock = -1;
	if (said != NULL && !is_there(f->path)) {
		/* The SDK in C puts no slash between. */
		AUTO_FREE char *joined = xasprintf("%s%s.json", dir, key);

		if (is_there(joined)) {
			xfree(f->path);
			f->path = take(&joined);
		}
	}
}

void
login_file_close(struct login_file *f)
{
	if (f->lock >= 0)
		close(f->lock);
	xfree(f->path);
	xfree(f->lock_path);
	*f = (struct login_file){ .lock = -1 };
}

/* The CLI leaves its directory as the umask says; ours, in our home, is ours alone. */
static bool
make_directory(const struct login_file *f, struct err *e)
{
	AUTO_FREE char *dir = xstrdup(f->lock_path);
	struct stat st;

	*strrchr(dir, '/') = '\0';
	if (!file_make_dirs(dir, e))
		return false;
	if (profile_env("AWS_LOGIN_CACHE_DIRECTORY") == NULL && stat(dir, &st) == 0 &&
	    st.st_uid == geteuid() && (st.st_mode & 077) != 0 && chmod(dir, 0700) != 0)
		return err_errno(e, ERR_FILE, "cannot keep others out of %s", dir);
	return true;
}

/* A lock on a file that was removed meanwhile (logout) locks nothing. */
static bool
is_removed(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_nlink == 0;
}

bool
login_file_lock(struct login_file *f, const struct login_env *env, struct err *e)
{
	int64_t end = clock_ms() + LOCK_PATIENCE_MS;
	struct err why = { 0 };

	if (!make_directory(f, e))
		return false;
	for (;;) {
		err_clear(&why);
		f->lock = file_lock(f->lock_path, &why);
		if (f->lock >= 0 && !is_removed(f->lock))
			return true;
		if (f->lock >= 0)
			close(f->lock);
		else if (!err_is(&why, "Locked") || clock_ms() >= end)
			break;
		f->lock = -1;
		if (env != NULL && !login_turn(env, LOCK_TICK_MS))
			return aws_fail(e, ERR_CANCELLED, "Cancelled", "cancelled");
		if (env == NULL)
			usleep(LOCK_TICK_MS * 1000);
	}
	if (e != NULL && e->kind == ERR_NONE)
		*e = why;
	return false;
}

/* ---- reading ------------------------------------------------------------------------------ */

/* First of the members that must be there and are not, or NULL. */
static const char *
missing(const json_t *token)
{
	static const char *const wanted[] = { "accessToken.accessKeyId",
		"accessToken.secretAccessKey", "accessToken.sessionToken", "accessToken.expiresAt",
		"clientId", "refreshToken", "dpopKey" };

	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		const char *s = json_text(token, wanted[i]);

		if (s == NULL || s[0] == '\0')
			return wanted[i];
	}
	return NULL;
}

static json_t *
broken(const char *path, const char *what, struct err *e)
{
	aws_fail(e, ERR_CONFIG, "BadLogin",
	    "the browser sign-in's file %s %s. Sign in again: rootlock login.", path, what);
	return NULL;
}

json_t *
login_file_read(const struct login_file *f, const char *session, struct err *e)
{
	AUTO_BUF text = BUF_INIT(LOGIN_TEXT_MAX);
	struct err why = { 0 };
	const char *lacks;
	json_t *token;

	if (!file_read(f->path, &text, &why)) {
		if (err_is(&why, "NotFound"))
			aws_fail(e, ERR_CONFIG, "NoLogin",
			    "there is no browser sign-in of %s on this computer (any more). Sign "
			    "in: rootlock login.",
			    session);
		else
			err_set(e, ERR_CONFIG, "%s", why.text);
		return NULL;
	}
	token = json_parse(text.data, text.len, NULL);
	lacks = missing(token);
	if (!json_is_object(token)) {
		json_decref(token);
		return broken(f->path, "is not JSON", e);
	}
	if (lacks != NULL || login_token_expires(token) == 0) {
		AUTO_FREE char *what = xasprintf(
		    "has no usable \"%s\"", lacks != NULL ? lacks : "accessToken.expiresAt");

		json_decref(token);
		return broken(f->path, what, e);
	}
	return token;
}

int64_t
login_token_expires(const json_t *token)
{
	int64_t end = 0;

	return text_parse_time(json_text_or(token, "accessToken.expiresAt", ""), &end) ? end : 0;
}

static struct secret *
secret_at(const json_t *token, const char *path)
{
	const char *s = json_text_or(token, path, "");

	return secret_from(s, strlen(s));
}

struct aws_credentials *
login_token_credentials(const json_t *token, const char *session)
{
	AUTO_FREE char *source = xasprintf("browser sign-in (%s)", session);
	struct aws_credentials *c =
	    aws_credentials_new(json_text_or(token, "accessToken.accessKeyId", ""),
		secret_at(token, "accessToken.secretAccessKey"),
		secret_at(token, "accessToken.sessionToken"), source);

	c->expires = login_token_expires(token);
	c->login_session = xstrdup(session);
	return c;
}

/* ---- changing ------------------------------------------------------------------------------- */

static void
copy_text(json_t *to, const char *name, const json_t *from, const char *path)
{
	json_object_set_new(to, name, json_string(json_text_or(from, path, "")));
}

void
login_token_update(json_t *token, const json_t *answer, int64_t now)
{
	json_t *access = json_object_get(token, "accessToken");
	char when[24];

	text_iso8601(when, sizeof(when), now + json_int_or(answer, "expiresIn", 0));
	copy_text(access, "accessKeyId", answer, "accessToken.accessKeyId");
	copy_text(access, "secretAccessKey", answer, "accessToken.secretAccessKey");
	copy_text(access, "sessionToken", answer, "accessToken.sessionToken");
	json_object_set_new(access, "expiresAt", json_string(when));
	copy_text(token, "refreshToken", answer, "refreshToken");
}

bool
login_forget(const char *session, bool *was, struct err *e)
{
	AUTO_LOGIN_FILE f = { .lock = -1 };

	login_file_init(&f, session);
	*was = is_there(f.path);
	if (!*was && !is_there(f.lock_path))
		return true;
	if (!login_file_lock(&f, NULL, e))
		return false;
	if (unlink(f.path) != 0 && errno != ENOENT)
		return err_errno(e, ERR_FILE, "cannot remove %s", f.path);
	if (unlink(f.lock_path) != 0 && errno != ENOENT)
		return err_errno(e, ERR_FILE, "cannot remove %s", f.lock_path);
	return true;
}
