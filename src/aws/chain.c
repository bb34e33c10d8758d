/* SPDX-License-Identifier: MIT */
/* The order of the providers, and what they share. */
#include "chain_parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "log.h"
#include "service.h"

/* ---- shared --------------------------------------------------------------------- */

bool
chain_broken(const struct profile_value *at, const char *code, struct err *e, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return aws_fail(e, ERR_CONFIG, code, "%s line %u: %s", at->path, at->line, text);
}

bool
chain_may_call(
    const struct chain *c, const struct profile_value *at, const char *code, struct err *e)
{
	if (c->env != NULL)
		return true;
	if (at->line == 0)
		return aws_fail(e, ERR_CONFIG, code, "AWS has to be asked for the credentials");
	return chain_broken(at, code, e, "this profile's credentials have to be asked for");
}

bool
chain_is_visible(const char *s)
{
	for (; *s != '\0'; s++)
		if (*s <= ' ' || *s >= 0x7f)
			return false;
	return true;
}

static bool
end_of(const json_t *from, const char *name, int64_t *end)
{
	const json_t *v = json_object_get(from, name);

	if (json_is_string(v))
		return chain_time(json_string_value(v), end);
	if (!json_is_integer(v))
		return false;
	*end = json_integer_value(v) / 1000;
	return true;
}

static bool
is_text(const json_t *from, const char *name)
{
	const char *s = json_text(from, name);

	return s != NULL && s[0] != '\0' && chain_is_visible(s);
}

static bool
is_absent(const json_t *from, const char *name)
{
	const json_t *v = json_object_get(from, name);

	return v == NULL || json_is_null(v);
}

struct aws_credentials *
chain_from_json(
    const json_t *from, const struct chain_names *names, bool temporary, const char **lacks)
{
	bool has_token = temporary || !is_absent(from, names->token);
	bool has_end = temporary || !is_absent(from, names->expires);
	const char *token = json_text_or(from, names->token, "");
	const char *key = json_text_or(from, names->key, "");
	struct aws_credentials *c;
	int64_t end = 0;

	*lacks = !is_text(from, names->id)                        ? names->id
		 : !is_text(from, names->key)                     ? names->key
		 : has_token && !is_text(from, names->token)      ? names->token
		 : has_end && !end_of(from, names->expires, &end) ? names->expires
								  : NULL;
	if (*lacks != NULL)
		return NULL;
	c = aws_credentials_new(json_text(from, names->id), secret_from(key, strlen(key)),
	    has_token ? secret_from(token, strlen(token)) : NULL, "");
	c->expires = end;
	return c;
}

/* Everything leaves the program by aws_call(); this session lasts for one call. */
bool
chain_call(const struct chain *c, const struct aws_credentials *as, const struct aws_request *req,
    json_t **reply, struct err *e)
{
	const struct login_env *io = &c->env->io;
	struct aws_credentials *own =
	    as != NULL ? aws_credentials_dup(as)
		       : aws_credentials_new("", secret_from("", 0), NULL, "unsigned");
	struct aws *aws;
	bool ok;

	/* They are new; a refresh here would ask the chain again. */
	own->expires = 0;
	aws = aws_open(io->transport, io->settings, own, io->clock);
	aws_set_wait(aws, io->wait, io->wait_arg);
	aws_set_read_only(aws, true);
	ok = aws_call(aws, req, reply, e);
	aws_close(aws);
	return ok;
}

/* ---- the order --------------------------------------------------------------------- */

static struct aws_credentials *
first_of(struct chain *c, const char *profile, chain_provider *const *providers, struct err *e)
{
	struct aws_credentials *found = NULL;

	for (; *providers != NULL && found == NULL && e->kind == ERR_NONE; providers++)
		found = (*providers)(c, profile, e);
	return found;
}

struct aws_credentials *
chain_profile(struct chain *c, const char *profile, struct err *e)
{
	static chain_provider *const providers[] = { chain_web_identity, chain_sso,
		chain_credentials_file, chain_login, chain_process, chain_config_file, NULL };

	return first_of(c, profile, providers, e);
}

static struct aws_credentials *
find(struct chain *c, const char *profile, struct err *e)
{
	static chain_provider *const providers[] = { chain_role, chain_profile, NULL };
	struct aws_credentials *found = first_of(c, profile, providers, e);

	if (found == NULL && e->kind == ERR_NONE)
		found = chain_container(c, e);
	if (found == NULL && e->kind == ERR_NONE)
		aws_fail(e, ERR_CONFIG, "NoCredentials",
		    "Unable to locate credentials. You can configure credentials by running \"aws "
		    "configure\".");
	return found;
}

static struct aws_credentials *
search(const struct chain_env *env, const struct aws_options *o, struct err *e)
{
	AUTO_FILES f = { 0 };
	struct chain c = { .env = env, .files = &f, .variables = o->profile == NULL };
	struct aws_credentials *found = NULL;
	const char *name;

	/* Keys in the environment go before AWS_PROFILE, but not before --profile. */
	if (c.variables)
		found = chain_environment(e);
	if (found != NULL || e->kind != ERR_NONE)
		return found;
	if (!profile_load(&f, e) || !profile_choose(&f, o, &name, e))
		return NULL;
	found = find(&c, name, e);
	strlist_free(&c.visited);
	/* A browser sign-in has a way of its own. */
	if (found != NULL && found->expires != 0 && found->login_session == NULL)
		found->renew = xstrdup(o->profile != NULL ? o->profile : "");
	return found;
}

static struct aws_credentials *
hand_over(struct aws_credentials *found, const struct err *why, struct err *e)
{
	if (found == NULL && e != NULL && e->kind == ERR_NONE)
		*e = *why;
	return found;
}

struct aws_credentials *
aws_credentials_find(const struct aws_options *o, struct err *e)
{
	struct err why = { 0 };
	struct aws_credentials *found = search(NULL, o, &why);

	return hand_over(found, &why, e);
}

struct aws_credentials *
chain_credentials(const struct chain_env *env, const struct aws_options *o, struct err *e)
{
	struct err why = { 0 };
	struct aws_credentials *found = search(env, o, &why);

	if (found != NULL)
		log_line("credentials: %s", found->source);
	return hand_over(found, &why, e);
}

struct aws_credentials *
chain_renew(const struct login_env *io, const struct aws_credentials *old, struct err *e)
{
	const struct chain_env env = { .io = *io };
	const struct aws_options o = { .profile = old->renew[0] != '\0' ? old->renew : NULL };
	struct aws_credentials *fresh = chain_credentials(&env, &o, e);

	/* Who signs must not change under a plan that somebody has agreed to. */
	if (fresh != NULL && strcmp(fresh->source, old->source) != 0) {
		aws_credentials_free(fresh);
		aws_fail(e, ERR_CONFIG, "Changed",
		    "the credentials came from %s; the configuration has changed meanwhile",
		    old->source);
		return NULL;
	}
	return fresh;
}
