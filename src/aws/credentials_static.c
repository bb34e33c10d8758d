/* SPDX-License-Identifier: MIT */
/* Keys that stand somewhere as they are: environment, credentials file, config file. */
#include <string.h>

#include "alloc.h"
#include "chain_parts.h"
#include "service.h"
#include "text.h"

static struct aws_credentials *
make(const char *id, const char *key, const char *token, const char *source)
{
	return aws_credentials_new(id, secret_from(key, strlen(key)),
	    token != NULL && token[0] != '\0' ? secret_from(token, strlen(token)) : NULL, source);
}

/* ---- environment ---------------------------------------------------------------------- */

static struct aws_credentials *
from_environment(const char *id, struct err *e)
{
	const char *key = profile_env("AWS_SECRET_ACCESS_KEY");
	const char *token = profile_env("AWS_SECURITY_TOKEN");
	const char *expires = profile_env("AWS_CREDENTIAL_EXPIRATION");
	struct aws_credentials *c;
	int64_t end = 0;

	if (token == NULL)
		token = profile_env("AWS_SESSION_TOKEN");
	if (key == NULL)
		aws_fail(e, ERR_CONFIG, "PartialCredentials",
		    "Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY");
	else if (!chain_is_visible(id) || !chain_is_visible(key) ||
		 (token != NULL && !chain_is_visible(token)))
		aws_fail(e, ERR_CONFIG, "BadCredentials",
		    "the AWS_ variables with the access key hold a blank or a control character");
	else if (expires != NULL && !text_parse_time(expires, &end))
		aws_fail(e, ERR_CONFIG, "BadCredentials",
		    "AWS_CREDENTIAL_EXPIRATION is set, but it is not a time");
	else {
		c = make(id, key, token, "environment");
		c->expires = end;
		return c;
	}
	return NULL;
}

struct aws_credentials *
chain_environment(struct err *e)
{
	const char *id = profile_env("AWS_ACCESS_KEY_ID");

	return id != NULL ? from_environment(id, e) : NULL;
}

/* ---- the two files ----------------------------------------------------------------------- */

/* One file's static keys; NULL without e when it has none. */
static struct aws_credentials *
from_file(const struct aws_files *f, const char *name,
    struct profile_value (*get)(const struct aws_files *, const char *, const char *),
    struct err *e)
{
	struct profile_value id = get(f, name, "aws_access_key_id");
	struct profile_value key = get(f, name, "aws_secret_access_key");
	struct profile_value token = get(f, name, "aws_security_token");
	static const char code[] = "BadCredentials";

	if (token.value == NULL || token.value[0] == '\0')
		token = get(f, name, "aws_session_token");
	if (id.value == NULL)
		return NULL;
	if (id.value[0] == '\0')
		chain_broken(&id, code, e, "the profile %s has an empty aws_access_key_id", name);
	else if (key.value == NULL || key.value[0] == '\0')
		chain_broken(&id, code, e,
		    "the profile %s has partial credentials, missing: aws_secret_access_key", name);
	else if (!chain_is_visible(id.value))
		chain_broken(&id, code, e,
		    "the profile %s has a blank or a control character in aws_access_key_id", name);
	else if (!chain_is_visible(key.value))
		chain_broken(&key, code, e,
		    "the profile %s has a blank or a control character in aws_secret_access_key",
		    name);
	else if (token.value != NULL && !chain_is_visible(token.value))
		chain_broken(&token, code, e,
		    "the profile %s has a blank or a control character in its session token", name);
	else {
		AUTO_FREE char *source = xasprintf("profile %s (%s)", name, id.path);

		return make(id.value, key.value, token.value, source);
	}
	return NULL;
}

struct aws_credentials *
chain_credentials_file(struct chain *c, const char *profile, struct err *e)
{
	return from_file(c->files, profile, profile_in_credentials, e);
}

struct aws_credentials *
chain_config_file(struct chain *c, const char *profile, struct err *e)
{
	return from_file(c->files, profile, profile_in_config, e);
}
