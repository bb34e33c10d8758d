/* SPDX-License-Identifier: MIT */
/*
 * Who signs: the environment, then the profile's static keys, in the order of
 * the AWS CLI's chain (aws-client page, 1.1).  What is configured but cannot
 * be used is an error, never passed over: the next provider might be another
 * account.
 */
#include <string.h>

#include "alloc.h"
#include "profile.h"
#include "service.h"
#include "text.h"

struct aws_credentials *
aws_credentials_new(const char *id, struct secret *key, struct secret *token, const char *source)
{
	struct aws_credentials *c = xcalloc(1, sizeof(*c));

	c->access_key_id = xstrdup(id);
	c->secret_access_key = key;
	c->session_token = token;
	c->source = xstrdup(source);
	return c;
}

struct aws_credentials *
aws_credentials_dup(const struct aws_credentials *c)
{
	struct aws_credentials *d =
	    aws_credentials_new(c->access_key_id, secret_dup(c->secret_access_key),
		c->session_token != NULL ? secret_dup(c->session_token) : NULL, c->source);

	d->expires = c->expires;
	d->login_session = c->login_session != NULL ? xstrdup(c->login_session) : NULL;
	return d;
}

void
aws_credentials_free(struct aws_credentials *c)
{
	if (c == NULL)
		return;
	xfree(c->access_key_id);
	secret_free(c->secret_access_key);
	secret_free(c->session_token);
	xfree(c->source);
	xfree(c->login_session);
	xfree(c);
}

/* What is in a header or is signed: visible ASCII, no blanks. */
static bool
is_visible(const char *s)
{
	for (; *s != '\0'; s++)
		if (*s <= ' ' || *s >= 0x7f)
			return false;
	return true;
}

static struct aws_credentials *
make(const char *id, const char *key, const char *token, const char *source)
{
	return aws_credentials_new(id, secret_from(key, strlen(key)),
	    token != NULL && token[0] != '\0' ? secret_from(token, strlen(token)) : NULL, source);
}

/* ---- environment ---------------------------------------------------------------------- */

static struct aws_credentials *
from_env(const char *id, struct err *e)
{
	const char *key = profile_env("AWS_SECRET_ACCESS_KEY");
	const char *token = profile_env("AWS_SECURITY_TOKEN");
	const char *expires = profile_env("AWS_CREDENTIAL_EXPIRATION");
	struct aws_credentials *c;

	if (token == NULL)
		token = profile_env("AWS_SESSION_TOKEN");
	if (key == NULL) {
		aws_fail(e, ERR_CONFIG, "PartialCredentials",
		    "Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY");
		return NULL;
	}
	if (!is_visible(id) || !is_visible(key) || (token != NULL && !is_visible(token))) {
		aws_fail(e, ERR_CONFIG, "BadCredentials",
		    "the AWS_ variables with the access key hold a blank or a control character");
		return NULL;
	}
	c = make(id, key, token, "environment");
	if (expires != NULL && !text_parse_time(expires, &c->expires))
		c->expires = 0;
	return c;
}

/* ---- profile ---------------------------------------------------------------------------- */

/* "~/.aws/config line 7: ..." */
static void
broken(const struct profile_value *at, const char *profile, const char *what, struct err *e)
{
	aws_fail(e, ERR_CONFIG, "BadCredentials", "%s line %u: the profile %s %s", at->path,
	    at->line, profile, what);
}

static struct profile_value
in_credentials(const struct aws_files *f, const char *name, const char *key)
{
	return (struct profile_value){
		.value = ini_get(f->credentials, name, key),
		.path = f->credentials_path,
		.line = ini_line(f->credentials, name, key),
	};
}

static struct profile_value
in_config(const struct aws_files *f, const char *name, const char *key)
{
	AUTO_FREE char *section = profile_section(f, name);

	return (struct profile_value){
		.value = ini_get(f->config, section, key),
		.path = f->config_path,
		.line = ini_line(f->config, section, key),
	};
}

/* One file's static keys; NULL without e when it has none. */
static struct aws_credentials *
from_file(const struct aws_files *f, const char *name,
    struct profile_value (*get)(const struct aws_files *, const char *, const char *),
    struct err *e)
{
	struct profile_value id = get(f, name, "aws_access_key_id");
	struct profile_value key = get(f, name, "aws_secret_access_key");
	struct profile_value token = get(f, name, "aws_security_token");

	if (token.value == NULL || token.value[0] == '\0')
		token = get(f, name, "aws_session_token");
	if (id.value == NULL)
		return NULL;
	if (id.value[0] == '\0')
		broken(&id, name, "has an empty aws_access_key_id", e);
	else if (key.value == NULL || key.value[0] == '\0')
		broken(&id, name, "has partial credentials, missing: aws_secret_access_key", e);
	else if (!is_visible(id.value))
		broken(&id, name, "has a blank or a control character in aws_access_key_id", e);
	else if (!is_visible(key.value))
		broken(
		    &key, name, "has a blank or a control character in aws_secret_access_key", e);
	else if (token.value != NULL && !is_visible(token.value))
		broken(&token, name, "has a blank or a control character in its session token", e);
	else {
		AUTO_FREE char *source = xasprintf("profile %s (%s)", name, id.path);

		return make(id.value, key.value, token.value, source);
	}
	return NULL;
}

/*
 * Providers that come with a later release.  Their place in the chain counts:
 * what stands before static keys hides those.
 */
static bool
is_other(const struct aws_files *f, const char *name, const char *const *keys, struct err *e)
{
	for (; *keys != NULL; keys++) {
		struct profile_value v = profile_get(f, name, *keys);

		if (v.value == NULL)
			continue;
		/* The caller has what a sign-in needs: run_credentials(). */
		aws_fail(e, ERR_CONFIG,
		    strcmp(*keys, "login_session") == 0 ? "BrowserSignIn" : "UnsupportedProvider",
		    "%s line %u: the profile %s gets its credentials by %s, which this release of "
		    "rootlock cannot do by itself. This works: eval \"$(aws configure "
		    "export-credentials --profile %s --format env)\" in this shell, then rootlock "
		    "without --profile.",
		    v.path, v.line, name, *keys, name);
		return true;
	}
	return false;
}

static struct aws_credentials *
from_profile(const struct aws_files *f, const char *name, struct err *e)
{
	static const char *const before[] = { "role_arn", "web_identity_token_file",
		"sso_account_id", "sso_role_name", "sso_session", NULL };
	static const char *const between[] = { "login_session", "credential_process", NULL };
	struct err why = { 0 };
	struct aws_credentials *c = NULL;

	if (!is_other(f, name, before, &why) &&
	    (c = from_file(f, name, in_credentials, &why)) == NULL && why.kind == ERR_NONE &&
	    !is_other(f, name, between, &why))
		c = from_file(f, name, in_config, &why);
	if (c == NULL && why.kind == ERR_NONE)
		aws_fail(&why, ERR_CONFIG, "NoCredentials",
		    "Unable to locate credentials. You can configure credentials by running \"aws "
		    "configure\".");
	if (c == NULL && e != NULL && e->kind == ERR_NONE)
		*e = why;
	return c;
}

/* ---- all ------------------------------------------------------------------------------------ */

static bool
is_web_identity(struct err *e)
{
	if (profile_env("AWS_WEB_IDENTITY_TOKEN_FILE") == NULL)
		return false;
	aws_fail(e, ERR_CONFIG, "UnsupportedProvider",
	    "AWS_WEB_IDENTITY_TOKEN_FILE is set: this release of rootlock cannot get credentials "
	    "by "
	    "web identity. This works: eval \"$(aws configure export-credentials --format env)\" "
	    "in this shell.");
	return true;
}

struct aws_credentials *
aws_credentials_find(const struct aws_options *o, struct err *e)
{
	AUTO_FILES f = { 0 };
	const char *id = profile_env("AWS_ACCESS_KEY_ID"), *name;

	/* Keys in the environment go before AWS_PROFILE, but not before --profile. */
	if (o->profile == NULL && id != NULL)
		return from_env(id, e);
	if (o->profile == NULL && is_web_identity(e))
		return NULL;
	if (!profile_load(&f, e) || !profile_choose(&f, o, &name, e))
		return NULL;
	return from_profile(&f, name, e);
}
