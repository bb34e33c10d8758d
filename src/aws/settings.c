/* SPDX-License-Identifier: MIT */
/*
 * Settings: option, then environment, then profile (aws-client page, 1.2 and
 * 1.3; botocore's configprovider.py and the AWS CLI's own chain).
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "alloc.h"
#include "profile.h"
#include "service.h"

/* Where a setting may come from, in the order in which it counts. */
struct chain {
	const struct aws_files *f;
	const char *profile;
};

static const char *
first(const struct chain *c, const char *option, const char *variable, const char *key)
{
	const char *v = option;

	if (v == NULL && variable != NULL)
		v = profile_env(variable);
	if (v == NULL)
		v = profile_get(c->f, c->profile, key).value;
	return v;
}

static bool
is_true(const char *v)
{
	return v != NULL && strcasecmp(v, "true") == 0;
}

static char *
copy(const char *s)
{
	return s != NULL && s[0] != '\0' ? xstrdup(s) : NULL;
}

/* ---- endpoint URLs ------------------------------------------------------------------ */

/* AWS_ENDPOINT_URL_S3_CONTROL */
static const char *
variable_url(enum aws_service service)
{
	AUTO_FREE char *name = xasprintf("AWS_ENDPOINT_URL_%s", aws_service_kind(service)->setting);

	return profile_env(name);
}

/* services = X in the profile, [services X], s3_control = / endpoint_url = */
static const char *
section_url(const struct chain *c, const char *services, enum aws_service service)
{
	AUTO_FREE char *section = xasprintf("services %s", services);
	AUTO_FREE char *key = xstrdup(aws_service_kind(service)->setting);

	for (char *p = key; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	return ini_nested(c->f->config, section, key, "endpoint_url");
}

static bool
has_services(const struct chain *c, const char *services, struct err *e)
{
	AUTO_FREE char *section = xasprintf("services %s", services);
	struct profile_value v = profile_get(c->f, c->profile, "services");

	if (ini_has(c->f->config, section))
		return true;
	return err_set(e, ERR_CONFIG,
	    "%s line %u: The profile (%s) names the services section \"%s\", but there is no [%s]",
	    v.path, v.line, c->profile, services, section);
}

static bool
load_urls(const struct chain *c, struct aws_settings *s, struct err *e)
{
	const char *everywhere = profile_env("AWS_ENDPOINT_URL");
	const char *services = profile_get(c->f, c->profile, "services").value;

	if (is_true(first(
		c, NULL, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls")))
		return true;
	if (services != NULL && !has_services(c, services, e))
		return false;
	for (int i = 0; i < AWS_NSERVICES; i++) {
		const char *url = variable_url((enum aws_service)i);

		/* What the environment says for all goes before what a file says for one. */
		if (url == NULL && everywhere == NULL && services != NULL)
			url = section_url(c, services, (enum aws_service)i);
		s->service_url[i] = copy(url);
	}
	s->endpoint_url = copy(everywhere);
	if (everywhere == NULL)
		s->endpoint_url = copy(profile_get(c->f, c->profile, "endpoint_url").value);
	return true;
}

/* All of them, now: a wrong one is told before anything is asked. */
static bool
check_urls(const struct aws_settings *s, struct err *e)
{
	struct aws_endpoint ignored;

	for (int i = 0; i < AWS_NSERVICES; i++)
		if ((s->service_url[i] != NULL || s->endpoint_url != NULL) &&
		    !aws_endpoint(s, (enum aws_service)i, "us-east-1",
			i == AWS_S3CONTROL ? "000000000000" : NULL, &ignored, e))
			return false;
	return true;
}

/* ---- the others ------------------------------------------------------------------------ */

static bool
load_region(
    const struct chain *c, const struct aws_options *o, struct aws_settings *s, struct err *e)
{
	const char *region = o->region != NULL ? o->region : profile_env("AWS_REGION");

	region = first(c, region, "AWS_DEFAULT_REGION", "region");
	s->region = copy(region);
	if (s->region == NULL || aws_region_ok(s->region))
		return true;
	return err_set(
	    e, ERR_CONFIG, "Provided region_name '%s' doesn't match a supported format.", region);
}

static bool
load_ca_bundle(
    const struct chain *c, const struct aws_options *o, struct aws_settings *s, struct err *e)
{
	const char *path = first(c, o->ca_bundle, "AWS_CA_BUNDLE", "ca_bundle");

	if (path == NULL)
		path = profile_env("REQUESTS_CA_BUNDLE");
	if (path == NULL)
		return true;
	if (path[0] == '\0')
		return err_set(e, ERR_CONFIG, "the name of the CA bundle is empty");
	s->ca_bundle = profile_expand(path);
	return true;
}

static bool
load_attempts(const struct chain *c, struct aws_settings *s, struct err *e)
{
	const char *v = first(c, NULL, "AWS_MAX_ATTEMPTS", "max_attempts");
	size_t n = v != NULL ? strlen(v) : 0;

	s->max_attempts = 3;
	if (v == NULL)
		return true;
	if (n == 0 || n > 3 || strspn(v, "0123456789") != n || atoi(v) == 0)
		return err_set(e, ERR_CONFIG,
		    "max_attempts is \"%s\"; it has to be a whole number from 1 to 999", v);
	s->max_attempts = atoi(v);
	return true;
}

static bool
load_all(const struct chain *c, const struct aws_options *o, struct aws_settings *s, struct err *e)
{
	s->profile = copy(profile_asked(o));
	s->app_id = copy(first(c, NULL, "AWS_SDK_UA_APP_ID", "sdk_ua_app_id"));
	s->fips = is_true(first(c, NULL, "AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"));
	s->dualstack =
	    is_true(first(c, NULL, "AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"));
	if (!load_region(c, o, s, e) || !load_ca_bundle(c, o, s, e) || !load_attempts(c, s, e))
		return false;
	if (o->endpoint_url != NULL)
		s->endpoint_url = xstrdup(o->endpoint_url);
	else if (!load_urls(c, s, e))
		return false;
	return check_urls(s, e);
}

bool
aws_settings_load(const struct aws_options *o, struct aws_settings *s, struct err *e)
{
	AUTO_FILES f = { 0 };
	struct aws_settings loaded = { 0 };
	struct chain c = { .f = &f };

	if (!profile_load(&f, e) || !profile_choose(&f, o, &c.profile, e))
		return false;
	if (!load_all(&c, o, &loaded, e)) {
		aws_settings_free(&loaded);
		return false;
	}
	*s = loaded;
	return true;
}

void
aws_settings_free(struct aws_settings *s)
{
	xfree(s->profile);
	xfree(s->region);
	xfree(s->endpoint_url);
	for (int i = 0; i < AWS_NSERVICES; i++)
		xfree(s->service_url[i]);
	xfree(s->ca_bundle);
	xfree(s->app_id);
	*s = (struct aws_settings){ 0 };
}
