/* SPDX-License-Identifier: MIT */
/*
 * The token of `aws sso login` (aws-client page, 1.7).  A refresh token may be
 * good for one refresh only: room for the new one is reserved on the disk
 * before it is used, one rootlock at a time.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "alloc.h"
#include "crypto.h"
#include "file.h"
#include "log.h"
#include "service.h"
#include "sso_parts.h"
#include "text.h"

#define TOKENS "~/.aws/sso/cache"
#define FILE_MAX ((size_t)64 << 10)
#define ROOM 16384       /* bytes reserved */
#define REFRESH_LEFT 900 /* seconds */

static char *
token_path(const struct sso *s)
{
	const char *name = s->session.value != NULL ? s->session.value : s->start_url.value;
	AUTO_FREE char *dir = profile_expand(TOKENS);
	char key[CRYPTO_SHA1_HEX];

	crypto_sha1_hex(name, strlen(name), key);
	return xasprintf("%s/%s.json", dir, key);
}

static bool
sign_in_again(const struct sso *s, const char *what, struct err *e)
{
	const struct profile_value *at = s->session.value != NULL ? &s->session : &s->start_url;

	return chain_broken(at, "NoSSO", e,
	    "the IAM Identity Center session of the profile %s %s. Sign in: aws sso login "
	    "--profile %s",
	    s->profile, what, s->profile);
}

static bool
is_there(const json_t *token, const char *name)
{
	const char *s = json_text(token, name);

	return s != NULL && s[0] != '\0';
}

static int64_t
time_of(const json_t *token, const char *name)
{
	int64_t t = 0;

	return chain_time(json_text_or(token, name, ""), &t) ? t : 0;
}

static json_t *
read_token(const struct sso *s, const char *path, struct err *e)
{
	AUTO_BUF text = BUF_INIT(FILE_MAX);
	struct err why = { 0 };
	json_t *token;

	if (!file_read(path, &text, &why)) {
		if (err_is(&why, "NotFound"))
			sign_in_again(s, "is not there", e);
		else
			err_set(e, ERR_CONFIG, "%s", why.text);
		return NULL;
	}
	token = json_parse(text.data, text.len, NULL);
	if (is_there(token, "accessToken") && time_of(token, "expiresAt") != 0 &&
	    chain_is_visible(json_text(token, "accessToken")))
		return token;
	json_decref(token);
	sign_in_again(s, "is in a file that cannot be read", e);
	return NULL;
}

/* ---- refreshing --------------------------------------------------------------------- */

static bool
can_refresh(const struct chain *c, const struct sso *s, const json_t *token)
{
	return s->session.value != NULL && is_there(token, "refreshToken") &&
	       is_there(token, "clientId") && is_there(token, "clientSecret") &&
	       time_of(token, "registrationExpiresAt") > clock_now(c->env->io.clock);
}

static bool
has_long(const struct chain *c, const json_t *token)
{
	return time_of(token, "expiresAt") - clock_now(c->env->io.clock) >= REFRESH_LEFT;
}

static json_t *
ask(const struct chain *c, const struct sso *s, const json_t *token, struct err *e)
{
	json_auto_t *params = json_pack("{s:s, s:s, s:s, s:s}", "grantType", "refresh_token",
	    "clientId", json_text(token, "clientId"), "clientSecret",
	    json_text(token, "clientSecret"), "refreshToken", json_text(token, "refreshToken"));
	const struct aws_request req = {
		.op = OP_SSO_OIDC_CREATE_TOKEN,
		.about = "token",
		.region = s->region.value,
		.params = params,
	};
	json_t *reply = NULL;

	if (!chain_call(c, NULL, &req, &reply, e))
		return NULL;
	if (is_there(reply, "accessToken") && chain_is_visible(json_text(reply, "accessToken")) &&
	    json_int_or(reply, "expiresIn", 0) > 0)
		return reply;
	json_decref(reply);
	aws_fail(e, ERR_AWS, "MalformedReply", "the answer has no token");
	return NULL;
}

/* Members that others have written stay. */
static void
update(const struct chain *c, const struct sso *s, json_t *token, const json_t *reply)
{
	char end[24];

	text_iso8601(
	    end, sizeof(end), clock_now(c->env->io.clock) + json_int_or(reply, "expiresIn", 0));
	json_object_set_new(token, "accessToken", json_string(json_text(reply, "accessToken")));
	json_object_set_new(token, "expiresAt", json_string(end));
	json_object_set_new(token, "startUrl", json_string(s->start_url.value));
	json_object_set_new(token, "region", json_string(s->region.value));
	if (is_there(reply, "refreshToken"))
		json_object_set_new(
		    token, "refreshToken", json_string(json_text(reply, "refreshToken")));
}

static bool
refresh(const struct chain *c, const struct sso *s, const char *path, json_t *token, struct err *e)
{
	AUTO_BUF text = BUF_INIT(FILE_MAX);
	struct file_slot *slot = file_reserve(path, ROOM, true, e);
	json_auto_t *reply = slot != NULL ? ask(c, s, token, e) : NULL;

	if (reply == NULL) {
		file_discard(slot);
		return false;
	}
	update(c, s, token, reply);
	if (json_print(&text, token, 0))
		return file_commit(slot, text.data, text.len, e);
	file_discard(slot);
	return err_set(e, ERR_FILE, "the token is too large for %s", path);
}

/* The directory itself, so that no lock file is left in it; -1: without a lock, then. */
static int
lock_beside(const char *path)
{
	AUTO_FREE char *dir = xstrndup(path, (size_t)(strrchr(path, '/') - path));
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0)
		(void)flock(fd, LOCK_EX);
	return fd;
}

/* Under the lock: another may have refreshed it meanwhile. */
static json_t *
make_fresh(const struct chain *c, const struct sso *s, const char *path, struct err *e)
{
	int lock = lock_beside(path);
	json_t *token = read_token(s, path, e);
	struct err why = { 0 };

	if (token != NULL && !has_long(c, token) && can_refresh(c, s, token) &&
	    !refresh(c, s, path, token, &why)) {
		log_line("sso: the token was not refreshed: %s", why.text);
		/* Or was it, by a program that does not lock? */
		json_decref(token);
		token = read_token(s, path, e);
	}
	if (lock >= 0)
		close(lock);
	if (why.kind != ERR_CANCELLED)
		return token;
	json_decref(token);
	if (e->kind == ERR_NONE)
		*e = why;
	return NULL;
}

struct secret *
sso_token(const struct chain *c, const struct sso *s, struct err *e)
{
	AUTO_FREE char *path = token_path(s);
	json_auto_t *token = read_token(s, path, e);
	const char *text;

	if (token != NULL && !has_long(c, token) && can_refresh(c, s, token)) {
		json_decref(token);
		token = make_fresh(c, s, path, e);
	}
	if (token == NULL)
		return NULL;
	if (time_of(token, "expiresAt") <= clock_now(c->env->io.clock)) {
		sign_in_again(s, "has ended", e);
		return NULL;
	}
	text = json_text(token, "accessToken");
	return secret_from(text, strlen(text));
}
