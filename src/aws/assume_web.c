/* SPDX-License-Identifier: MIT */
/*
 * Web identity: the token in a file buys a role, without a signature
 * (aws-client page, 1.1).  Each of the three settings may stand in the
 * environment or in the profile.
 */
#include "assume_parts.h"

#include <string.h>

#include "alloc.h"
#include "file.h"
#include "service.h"

#define TOKEN_MAX ((size_t)20000) /* STS takes no longer one */

/* In the environment an empty value counts, as it does for botocore. */
static struct profile_value
setting(const struct chain *c, const char *profile, const char *variable, const char *key)
{
	struct profile_value v = { .path = variable };

	if (c->variables)
		v.value = profile_env_raw(variable);
	return v.value != NULL ? v : profile_get(c->files, profile, key);
}

static bool
broken(const struct profile_value *at, struct err *e, const char *what)
{
	if (at->line > 0)
		return chain_broken(at, "BadWebIdentity", e, "%s", what);
	return aws_fail(e, ERR_CONFIG, "BadWebIdentity", "%s: %s", at->path, what);
}

/* As it stands in the file, line end and all: botocore sends the same. */
static struct secret *
read_token(const struct profile_value *at, struct err *e)
{
	AUTO_BUF text = BUF_INIT(TOKEN_MAX);
	AUTO_FREE char *path = profile_expand(at->value);
	struct err why = { 0 };

	if (file_read(path, &text, &why) && text.len > 0)
		return secret_from(text.data, text.len);
	AUTO_FREE char *what = xasprintf("the web identity token cannot be had: %s",
	    why.kind != ERR_NONE ? why.text : "its file is empty");
	broken(at, e, what);
	return NULL;
}

static json_t *
call(const struct chain *c, const struct profile_value *file, json_t *args, struct err *e)
{
	AUTO_SECRET token = read_token(file, e);
	const struct aws_request req = {
		.op = OP_STS_ASSUME_ROLE_WITH_WEB_IDENTITY,
		.about = "credentials",
		.params = args,
		.secret_name = "WebIdentityToken",
		.secret = token,
	};
	json_t *reply = NULL;

	role_session_name(c, args);
	if (token == NULL || !chain_call(c, NULL, &req, &reply, e))
		return NULL;
	return reply;
}

static struct aws_credentials *
fetch(const struct chain *c, const struct profile_value *file, json_t *args, struct err *e)
{
	AUTO_FREE char *cache = chain_cache_path(args, false);
	struct aws_credentials *found = chain_cache_read(c, cache);

	if (found != NULL)
		return found;
	json_auto_t *reply = call(c, file, args, e);
	if (reply == NULL)
		return NULL;
	return role_credentials(reply, "AssumeRoleWithWebIdentityResult", cache, e);
}

struct aws_credentials *
chain_web_identity(struct chain *c, const char *profile, struct err *e)
{
	struct profile_value file =
	    setting(c, profile, "AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file");
	struct profile_value role = setting(c, profile, "AWS_ROLE_ARN", "role_arn");
	struct profile_value name =
	    setting(c, profile, "AWS_ROLE_SESSION_NAME", "role_session_name");
	struct aws_credentials *found;

	if (file.value == NULL || file.value[0] == '\0')
		return NULL;
	if (role.value == NULL || role.value[0] == '\0') {
		broken(&file, e,
		    "a web identity token is named, but no role (role_arn or AWS_ROLE_ARN)");
		return NULL;
	}
	if (!chain_may_call(c, &file, "NeedsCall", e))
		return NULL;
	json_auto_t *args = json_pack("{s:s}", "RoleArn", role.value);
	if (name.value != NULL && name.value[0] != '\0')
		json_object_set_new(args, "RoleSessionName", json_string(name.value));
	found = fetch(c, &file, args, e);
	if (found != NULL) {
		xfree(found->source);
		found->source = xasprintf("role %s (web identity, %s)", role.value, file.path);
	}
	return found;
}
