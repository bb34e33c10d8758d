/* SPDX-License-Identifier: MIT */
/*
 * Profiles that assume a role (aws-client page, 1.5): source_profile chains,
 * credential_source, MFA, and the AWS CLI's cache.
 */
#include "assume_parts.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "service.h"

/* What a profile says of its role. */
struct role {
	const char *profile;
	struct profile_value arn, source_profile, credential_source, external_id, mfa_serial,
	    session_name, duration;
};

static struct role
read_role(const struct aws_files *f, const char *profile)
{
	return (struct role){
		.profile = profile,
		.arn = profile_get(f, profile, "role_arn"),
		.source_profile = profile_get(f, profile, "source_profile"),
		.credential_source = profile_get(f, profile, "credential_source"),
		.external_id = profile_get(f, profile, "external_id"),
		.mfa_serial = profile_get(f, profile, "mfa_serial"),
		.session_name = profile_get(f, profile, "role_session_name"),
		.duration = profile_get(f, profile, "duration_seconds"),
	};
}

static bool
has(const struct aws_files *f, const char *profile, const char *key)
{
	return profile_get(f, profile, key).value != NULL;
}

static bool
has_role(const struct aws_files *f, const char *profile)
{
	return has(f, profile, "role_arn") && !has(f, profile, "web_identity_token_file");
}

static bool
has_keys(const struct aws_files *f, const char *profile)
{
	return has(f, profile, "aws_access_key_id") || has(f, profile, "aws_secret_access_key");
}

/* ---- where its own credentials come from ------------------------------------------------- */

static bool
loop(const struct chain *c, const struct role *r, struct err *e)
{
	AUTO_BUF list = BUF_INIT(BUF_MAX_LINE);

	for (size_t i = 0; i < c->visited.n; i++)
		buf_printf(&list, "%s%s", i > 0 ? ", " : "", c->visited.items[i]);
	return chain_broken(&r->source_profile, "RoleLoop", e,
	    "the source_profile of the profile %s leads back to %s; the profiles on the way: %s",
	    r->profile, r->source_profile.value, buf_str(&list));
}

/* A profile may name itself when it has keys: at the beginning of the way only. */
static bool
check_source_profile(const struct chain *c, const struct role *r, struct err *e)
{
	const char *source = r->source_profile.value;
	AUTO_FREE char *section = profile_section(c->files, source);

	if (!ini_has(c->files->config, section) && !ini_has(c->files->credentials, source))
		return chain_broken(&r->source_profile, "BadRole", e,
		    "the source_profile \"%s\" of the profile %s does not exist", source,
		    r->profile);
	if (strlist_has(&c->visited, source) &&
	    (strcmp(source, r->profile) != 0 || !has_keys(c->files, source)))
		return loop(c, r, e);
	return true;
}

static bool
check_credential_source(const struct role *r, struct err *e)
{
	const char *source = r->credential_source.value;

	if (strcmp(source, "Environment") == 0 || strcmp(source, "EcsContainer") == 0)
		return true;
	if (strcmp(source, "Ec2InstanceMetadata") == 0)
		return chain_broken(&r->credential_source, "NoMetadata", e,
		    "the profile %s wants the credentials of an EC2 instance, which rootlock does "
		    "not use: what an instance may do is no way to secure an account",
		    r->profile);
	return chain_broken(&r->credential_source, "BadRole", e,
	    "the profile %s has the credential_source \"%s\"; there are Environment and "
	    "EcsContainer",
	    r->profile, source);
}

static bool
check(const struct chain *c, const struct role *r, struct err *e)
{
	bool by_profile = r->source_profile.value != NULL;
	bool by_source = r->credential_source.value != NULL;

	if (r->arn.value[0] == '\0')
		return chain_broken(
		    &r->arn, "BadRole", e, "the profile %s has an empty role_arn", r->profile);
	if (by_profile && by_source)
		return chain_broken(&r->credential_source, "BadRole", e,
		    "the profile %s has both source_profile and credential_source; only one of "
		    "them can be right",
		    r->profile);
	if (!by_profile && !by_source)
		return chain_broken(&r->arn, "PartialCredentials", e,
		    "the profile %s has a role_arn, but neither source_profile nor "
		    "credential_source",
		    r->profile);
	return by_profile ? check_source_profile(c, r, e) : check_credential_source(r, e);
}

static struct aws_credentials *
by_credential_source(struct chain *c, const struct role *r, struct err *e)
{
	bool variables = strcmp(r->credential_source.value, "Environment") == 0;
	struct aws_credentials *found = variables ? chain_environment(e) : chain_container(c, e);

	if (found == NULL && e->kind == ERR_NONE)
		chain_broken(&r->credential_source, "NoSource", e,
		    "the profile %s takes its credentials from %s, but there are none", r->profile,
		    r->credential_source.value);
	return found;
}

static struct aws_credentials *
by_source_profile(struct chain *c, const struct role *r, struct err *e)
{
	const char *source = r->source_profile.value;
	struct aws_credentials *found;
	bool variables = c->variables;

	if (has_role(c->files, source) && !has_keys(c->files, source))
		return chain_role(c, source, e);
	c->variables = false;
	found = chain_profile(c, source, e);
	c->variables = variables;
	if (found == NULL && e->kind == ERR_NONE)
		chain_broken(&r->source_profile, "NoSource", e,
		    "the source_profile %s of the profile %s has no credentials", source,
		    r->profile);
	return found;
}

/* ---- the call ---------------------------------------------------------------------- */

/* As int() in Python reads it; what is no number is ignored, as the AWS CLI does. */
static bool
duration(const struct role *r, int *seconds)
{
	const char *s = r->duration.value;
	char *end;
	long n;

	if (s == NULL || s[0] == '\0')
		return false;
	errno = 0;
	n = strtol(s, &end, 10);
	if (*end != '\0' || errno != 0 || n < INT_MIN || n > INT_MAX)
		return false;
	*seconds = (int)n;
	return true;
}

static void
set(json_t *args, const char *name, const struct profile_value *v)
{
	if (v->value != NULL)
		json_object_set_new(args, name, json_string(v->value));
}

/* What names the cache's entry, and what is sent but for session name and code. */
static json_t *
arguments(const struct role *r)
{
	json_t *args = json_object();
	int seconds;

	set(args, "RoleArn", &r->arn);
	set(args, "ExternalId", &r->external_id);
	set(args, "SerialNumber", &r->mfa_serial);
	if (r->session_name.value != NULL && r->session_name.value[0] != '\0')
		set(args, "RoleSessionName", &r->session_name);
	if (duration(r, &seconds))
		json_object_set_new(args, "DurationSeconds", json_integer(seconds));
	return args;
}

static bool
add_code(const struct chain *c, const struct role *r, json_t *args, struct err *e)
{
	char code[7];

	if (r->mfa_serial.value == NULL)
		return true;
	if (c->env->mfa_code == NULL)
		return chain_broken(&r->mfa_serial, "NeedsMFA", e,
		    "the role of the profile %s wants a new code of the MFA device %s: sign in "
		    "again",
		    r->profile, r->mfa_serial.value);
	if (!c->env->mfa_code(c->env->mfa_arg, r->mfa_serial.value, code, e))
		return false;
	json_object_set_new(args, "TokenCode", json_string(code));
	return true;
}

static json_t *
assume(struct chain *c, const struct role *r, const struct aws_credentials *as, json_t *args,
    struct err *e)
{
	const struct aws_request req = {
		.op = OP_STS_ASSUME_ROLE,
		.about = "credentials",
		.params = args,
	};
	json_t *reply = NULL;

	role_session_name(c, args);
	if (!add_code(c, r, args, e))
		return NULL;
	if (!chain_call(c, as, &req, &reply, e)) {
		err_wrap(e, "%s line %u: the role of the profile %s", r->arn.path, r->arn.line,
		    r->profile);
		return NULL;
	}
	return reply;
}

/* Its own credentials are asked for only when the cache does not have the role's. */
static struct aws_credentials *
fetch(struct chain *c, const struct role *r, json_t *args, const char *cache, struct err *e)
{
	struct aws_credentials *as, *found = NULL;
	json_t *reply = NULL;

	strlist_add(&c->visited, r->profile);
	if (check(c, r, e) && chain_may_call(c, &r->arn, "NeedsCall", e)) {
		found = chain_cache_read(c, cache);
		if (found != NULL)
			return found;
		as = r->source_profile.value != NULL ? by_source_profile(c, r, e)
						     : by_credential_source(c, r, e);
		reply = as != NULL ? assume(c, r, as, args, e) : NULL;
		aws_credentials_free(as);
	}
	if (reply != NULL)
		found = role_credentials(reply, "AssumeRoleResult", cache, e);
	json_decref(reply);
	return found;
}

struct aws_credentials *
chain_role(struct chain *c, const char *profile, struct err *e)
{
	struct role r = read_role(c->files, profile);
	struct aws_credentials *found;

	if (!has_role(c->files, profile))
		return NULL;
	json_auto_t *args = arguments(&r);
	if (args == NULL)
		return NULL;
	AUTO_FREE char *cache = chain_cache_path(args, false);
	AUTO_FREE char *source =
	    xasprintf("role %s (profile %s, %s)", r.arn.value, profile, r.arn.path);
	found = fetch(c, &r, args, cache, e);
	if (found != NULL) {
		xfree(found->source);
		found->source = take(&source);
	}
	return found;
}
