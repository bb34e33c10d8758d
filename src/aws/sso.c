/* SPDX-License-Identifier: MIT */
/*
 * Profiles of IAM Identity Center (aws-client page, 1.7): the token that the
 * AWS CLI left buys the credentials of a role.
 */
#include "sso_parts.h"

#include <string.h>

#include "alloc.h"
#include "service.h"
#include "text.h"

/* ---- what the profile says ------------------------------------------------------------- */

/* Profile and session may both say it, but not differently. */
static bool
merge(const struct chain *c, const char *section, const struct sso *s, const char *key,
    struct profile_value *out, struct err *e)
{
	struct profile_value theirs =
	    profile_in(c->files->config, c->files->config_path, section, key);

	if (theirs.value == NULL)
		return true;
	if (out->value != NULL && strcmp(out->value, theirs.value) != 0)
		return chain_broken(out, "BadSSO", e,
		    "the profile %s and [%s] have different values for %s", s->profile, section,
		    key);
	*out = theirs;
	return true;
}

static bool
merge_session(const struct chain *c, struct sso *s, struct err *e)
{
	if (s->session.value == NULL)
		return true;
	AUTO_FREE char *section = xasprintf("sso-session %s", s->session.value);

	if (!ini_has(c->files->config, section))
		return chain_broken(&s->session, "BadSSO", e,
		    "the profile %s names the sso_session \"%s\", but there is no [%s]", s->profile,
		    s->session.value, section);
	return merge(c, section, s, "sso_account_id", &s->account, e) &&
	       merge(c, section, s, "sso_role_name", &s->role, e) &&
	       merge(c, section, s, "sso_start_url", &s->start_url, e) &&
	       merge(c, section, s, "sso_region", &s->region, e);
}

static bool
is_complete(const struct sso *s, const struct profile_value *at, struct err *e)
{
	const struct {
		const struct profile_value *v;
		const char *key;
	} wanted[] = { { &s->role, "sso_role_name" }, { &s->account, "sso_account_id" },
		{ &s->start_url, "sso_start_url" }, { &s->region, "sso_region" } };
	AUTO_BUF missing = BUF_INIT(BUF_MAX_LINE);

	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		if (wanted[i].v->value == NULL || wanted[i].v->value[0] == '\0')
			buf_printf(&missing, "%s%s", missing.len > 0 ? ", " : "", wanted[i].key);
	if (missing.len > 0)
		return chain_broken(at, "BadSSO", e,
		    "the profile %s uses IAM Identity Center, but these are missing: %s",
		    s->profile, buf_str(&missing));
	if (!aws_region_ok(s->region.value))
		return chain_broken(&s->region, "BadSSO", e,
		    "the sso_region of the profile %s cannot be the name of a Region", s->profile);
	return true;
}

/* ---- the credentials ---------------------------------------------------------------------- */

static char *
cache_path(const struct sso *s)
{
	bool session = s->session.value != NULL;
	json_auto_t *args = json_pack("{s:s, s:s, s:s}", "accountId", s->account.value, "roleName",
	    s->role.value, session ? "sessionName" : "startUrl",
	    session ? s->session.value : s->start_url.value);

	return args != NULL ? chain_cache_path(args, true) : NULL;
}

static void
write_cache(const struct sso *s, const struct aws_credentials *c, const char *path)
{
	char end[24];

	text_iso8601(end, sizeof(end), c->expires);
	json_auto_t *entry = json_pack("{s:s, s:{s:s, s:s, s:s, s:s, s:s}}", "ProviderType", "sso",
	    "Credentials", "AccessKeyId", c->access_key_id, "SecretAccessKey",
	    secret_borrow(c->secret_access_key), "SessionToken", secret_borrow(c->session_token),
	    "Expiration", end, "AccountId", s->account.value);

	if (entry != NULL)
		chain_cache_write(path, entry);
}

static json_t *
ask(const struct chain *c, const struct sso *s, struct err *e)
{
	AUTO_SECRET token = sso_token(c, s, e);
	json_auto_t *params =
	    json_pack("{s:s, s:s}", "role_name", s->role.value, "account_id", s->account.value);
	const struct aws_request req = {
		.op = OP_SSO_GET_ROLE_CREDENTIALS,
		.about = "credentials",
		.region = s->region.value,
		.params = params,
		.secret_name = "x-amz-sso_bearer_token",
		.secret = token,
	};
	struct err why = { 0 };
	json_t *reply = NULL;

	if (token == NULL || chain_call(c, NULL, &req, &reply, &why))
		return reply;
	if (err_is(&why, "UnauthorizedException"))
		chain_broken(&s->account, "NoSSO", e,
		    "the IAM Identity Center session of the profile %s has ended. Sign in again: "
		    "aws sso login --profile %s",
		    s->profile, s->profile);
	else if (e->kind == ERR_NONE) {
		*e = why;
		err_wrap(e, "%s line %u: the role of the profile %s", s->role.path, s->role.line,
		    s->profile);
	}
	return NULL;
}

static struct aws_credentials *
fetch(const struct chain *c, const struct sso *s, struct err *e)
{
	static const struct chain_names names = { "accessKeyId", "secretAccessKey", "sessionToken",
		"expiration" };
	AUTO_FREE char *cache = cache_path(s);
	struct aws_credentials *found = cache != NULL ? chain_cache_read(c, cache) : NULL;
	const char *lacks;

	if (found != NULL || cache == NULL)
		return found;
	json_auto_t *reply = ask(c, s, e);
	if (reply == NULL)
		return NULL;
	found = chain_from_json(json_object_get(reply, "roleCredentials"), &names, true, &lacks);
	if (found != NULL)
		write_cache(s, found, cache);
	else
		aws_fail(e, ERR_AWS, "MalformedReply",
		    "IAM Identity Center answered without a usable %s", lacks);
	return found;
}

struct aws_credentials *
chain_sso(struct chain *c, const char *profile, struct err *e)
{
	struct sso s = {
		.profile = profile,
		.account = profile_get(c->files, profile, "sso_account_id"),
		.role = profile_get(c->files, profile, "sso_role_name"),
		.start_url = profile_get(c->files, profile, "sso_start_url"),
		.region = profile_get(c->files, profile, "sso_region"),
		.session = profile_get(c->files, profile, "sso_session"),
	};
	const struct profile_value at = s.account.value != NULL ? s.account : s.role;
	struct aws_credentials *found;

	if (at.value == NULL)
		return NULL;
	if (!merge_session(c, &s, e) || !is_complete(&s, &at, e) ||
	    !chain_may_call(c, &at, "NeedsCall", e))
		return NULL;
	found = fetch(c, &s, e);
	if (found != NULL) {
		xfree(found->source);
		found->source = xasprintf("IAM Identity Center (%s in %s, profile %s)",
		    s.role.value, s.account.value, profile);
	}
	return found;
}
