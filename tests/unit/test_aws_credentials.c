/* SPDX-License-Identifier: MIT */
/* Credentials and settings: environment, the two files, writing a profile. */
#include <stdarg.h>
#include <sys/stat.h>

#include "aws_test.h"

/* A home of its own for each test, and none of the AWS_ variables of the caller's. */
struct home {
	char *dir, *aws, *config, *credentials;
};

static const char *const variables[] = { "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
	"AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_CREDENTIAL_EXPIRATION", "AWS_PROFILE",
	"AWS_DEFAULT_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_CONFIG_FILE",
	"AWS_SHARED_CREDENTIALS_FILE", "AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "AWS_ENDPOINT_URL",
	"AWS_ENDPOINT_URL_IAM", "AWS_ENDPOINT_URL_S3_CONTROL",
	"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "AWS_MAX_ATTEMPTS", "AWS_USE_FIPS_ENDPOINT",
	"AWS_USE_DUALSTACK_ENDPOINT", "AWS_SDK_UA_APP_ID", "AWS_WEB_IDENTITY_TOKEN_FILE",
	"AWS_ROLE_ARN", "AWS_ROLE_SESSION_NAME", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
	"AWS_CONTAINER_CREDENTIALS_FULL_URI", "WHERE" };

static int
set_up(void **state)
{
	struct home *h = xcalloc(1, sizeof *h);

	for (size_t i = 0; i < COUNT(variables); i++)
		unsetenv(variables[i]);
	h->dir = scratch_new();
	h->aws = xasprintf("%s/.aws", h->dir);
	h->config = xasprintf("%s/config", h->aws);
	h->credentials = xasprintf("%s/credentials", h->aws);
	mkdir(h->aws, 0700);
	setenv("HOME", h->dir, 1);
	*state = h;
	return 0;
}

static int
tear_down(void **state)
{
	struct home *h = *state;

	scratch_free(h->dir);
	xfree(h->aws);
	xfree(h->config);
	xfree(h->credentials);
	xfree(h);
	return 0;
}

#define put_config(h, text) spit((h)->config, BYTES(text))
#define put_credentials(h, text) spit((h)->credentials, BYTES(text))

/* "id key token source"; or "!code text" of the error. */
static char *
find(const char *profile)
{
	struct aws_options o = { .profile = profile };
	struct err e = { 0 };
	struct aws_credentials *c = aws_credentials_find(&o, &e);
	char *text;

	if (c == NULL)
		return xasprintf("!%s %s", e.code, e.text);
	assert_int_equal(e.kind, ERR_NONE);
	text = xasprintf("%s %s %s %s", c->access_key_id, secret_borrow(c->secret_access_key),
	    c->session_token != NULL ? secret_borrow(c->session_token) : "-", c->source);
	aws_credentials_free(c);
	return text;
}

static void
expect(const char *profile, const char *wanted)
{
	char *got = find(profile);

	assert_string_equal(got, wanted);
	xfree(got);
}

/* The error names what is wrong and where. */
static void
expect_error(const char *profile, const char *code, const char *text, const struct home *h,
    const char *where)
{
	char *got = find(profile), *begin = xasprintf("!%s ", code);
	char *line = xasprintf("%s/%s", h->aws, where);

	assert_int_equal(strncmp(got, begin, strlen(begin)), 0);
	assert_non_null(strstr(got, text));
	if (where[0] != '\0')
		assert_non_null(strstr(got, line));
	xfree(got);
	xfree(begin);
	xfree(line);
}

/* ---- environment -------------------------------------------------------------- */

static void
test_env(void **state)
{
	struct home *h = *state;

	put_credentials(
	    h, "[default]\naws_access_key_id = FILE\naws_secret_access_key = filekey\n");
	setenv("AWS_ACCESS_KEY_ID", "ENV", 1);
	expect(NULL, "!PartialCredentials Partial credentials found in env, missing: "
		     "AWS_SECRET_ACCESS_KEY");
	setenv("AWS_SECRET_ACCESS_KEY", "envkey", 1);
	expect(NULL, "ENV envkey - environment");
	setenv("AWS_SESSION_TOKEN", "token", 1);
	expect(NULL, "ENV envkey token environment");
	setenv("AWS_SECURITY_TOKEN", "older", 1);
	expect(NULL, "ENV envkey older environment");
	setenv("AWS_SECURITY_TOKEN", "", 1);
	setenv("AWS_SESSION_TOKEN", "", 1);
	expect(NULL, "ENV envkey - environment");
	/* AWS_PROFILE keeps the keys of the environment first, a named profile does not. */
	setenv("AWS_PROFILE", "default", 1);
	expect(NULL, "ENV envkey - environment");
	char *source = xasprintf("FILE filekey - profile default (%s)", h->credentials);
	expect("default", source);
	setenv("AWS_ACCESS_KEY_ID", "", 1);
	expect(NULL, source);
	xfree(source);
	setenv("AWS_ACCESS_KEY_ID", "A B", 1);
	expect_error(NULL, "BadCredentials", "blank", h, "");
}

static void
test_env_expiry(void **state)
{
	struct aws_options o = { 0 };
	struct err e = { 0 };
	struct aws_credentials *c;

	(void)state;
	setenv("AWS_ACCESS_KEY_ID", "ENV", 1);
	setenv("AWS_SECRET_ACCESS_KEY", "envkey", 1);
	setenv("AWS_CREDENTIAL_EXPIRATION", "2013-05-24T00:00:00+00:00", 1);
	c = aws_credentials_find(&o, &e);
	assert_non_null(c);
	assert_int_equal(c->expires, 1369353600);
	struct aws_credentials *d = aws_credentials_dup(c);
	assert_int_equal(d->expires, c->expires);
	assert_string_equal(d->access_key_id, "ENV");
	assert_null(d->session_token);
	aws_credentials_free(c);
	aws_credentials_free(d);
}

/* ---- files -------------------------------------------------------------------------- */

static void
test_files(void **state)
{
	struct home *h = *state;

	expect(NULL, "!NoCredentials Unable to locate credentials. You can configure credentials "
		     "by running \"aws configure\".");
	expect("ghost", "! The config profile (ghost) could not be found");
	put_config(h, "[profile a]\naws_access_key_id = CONFIG\naws_secret_access_key = configkey\n"
		      "[profile b]\nregion = eu-west-1\n[c]\nregion = eu-west-1\n");
	put_credentials(h, "[b]\naws_access_key_id=CRED\naws_secret_access_key=credkey\n"
			   "aws_session_token=tok\n");
	char *source = xasprintf("CONFIG configkey - profile a (%s)", h->config);
	expect("a", source);
	setenv("AWS_DEFAULT_PROFILE", "a", 1);
	expect(NULL, source);
	xfree(source);
	source = xasprintf("CRED credkey tok profile b (%s)", h->credentials);
	expect("b", source);
	setenv("AWS_PROFILE", "b", 1);
	expect(NULL, source);
	xfree(source);
	expect("c", "! The config profile (c) could not be found");
}

/* Paths from the environment, with what a shell would have filled in. */
static void
test_paths(void **state)
{
	struct home *h = *state;
	char *elsewhere = xasprintf("%s/else where", h->dir);

	spit(elsewhere, BYTES("[default]\naws_access_key_id=X\naws_secret_access_key=y\n"));
	setenv("WHERE", "else where", 1);
	setenv("AWS_SHARED_CREDENTIALS_FILE", "~/${WHERE}", 1);
	char *path = aws_credentials_path();
	assert_string_equal(path, elsewhere);
	xfree(path);
	setenv("AWS_SHARED_CREDENTIALS_FILE", "$HOME/$WHERE", 1);
	path = aws_credentials_path();
	assert_string_equal(path, elsewhere);
	xfree(path);
	setenv("AWS_SHARED_CREDENTIALS_FILE", "/$NOT_SET_ANYWHERE/${/$$", 1);
	path = aws_credentials_path();
	assert_string_equal(path, "/$NOT_SET_ANYWHERE/${/$$");
	xfree(path);
	xfree(elsewhere);
}

static void
test_broken(void **state)
{
	struct home *h = *state;

	put_credentials(h, "[p]\naws_access_key_id = AK\n\n[q]\naws_access_key_id =\n"
			   "aws_secret_access_key = k\n[r]\naws_access_key_id = A B\n"
			   "aws_secret_access_key = k\n[s]\naws_access_key_id = AK\n"
			   "aws_secret_access_key = SECRET WORD\n");
	expect_error(
	    "p", "BadCredentials", "missing: aws_secret_access_key", h, "credentials line 2");
	expect_error("q", "BadCredentials", "empty aws_access_key_id", h, "credentials line 5");
	expect_error("r", "BadCredentials", "blank", h, "credentials line 8");
	expect_error("s", "BadCredentials", "aws_secret_access_key", h, "credentials line 12");
	char *got = find("s");
	assert_null(strstr(got, "WORD"));
	xfree(got);
	put_credentials(h, "key before a section = x\n");
	got = find("p");
	assert_non_null(strstr(got, "credentials line 1"));
	xfree(got);
	unlink(h->credentials);
	mkdir(h->credentials, 0700);
	got = find("p");
	assert_int_equal(got[0], '!');
	assert_non_null(strstr(got, h->credentials));
	xfree(got);
}

/* What would need a call is told, not passed over; the order is the AWS CLI's. */
static void
test_other_providers(void **state)
{
	static const char *const hides[] = {
		"role_arn = x\nsource_profile = p", "web_identity_token_file = x\nrole_arn = r",
		"sso_account_id = 1\nsso_role_name = r\nsso_region = us-east-1\nsso_start_url = u"
	};
	struct home *h = *state;

	put_credentials(h, "[p]\naws_access_key_id = AK\naws_secret_access_key = k\n");
	for (size_t i = 0; i < COUNT(hides); i++) {
		char *text = xasprintf("\n[profile p]\n%s\n", hides[i]);

		spit(h->config, text, strlen(text));
		expect_error("p", "NeedsCall", "have to be asked for", h, "config line 3");
		xfree(text);
	}
	put_config(h, "[profile p]\nlogin_session = x\ncredential_process = y\n"
		      "[profile l]\nlogin_session = x\naws_access_key_id = C\n"
		      "aws_secret_access_key = c\n");
	char *source = xasprintf("AK k - profile p (%s)", h->credentials);
	expect("p", source);
	xfree(source);
	expect_error("l", "BrowserSignIn", "have to be asked for", h, "config line 5");
	setenv("AWS_WEB_IDENTITY_TOKEN_FILE", "/x", 1);
	expect_error(NULL, "BadWebIdentity", "AWS_WEB_IDENTITY_TOKEN_FILE", h, "");
	setenv("AWS_ROLE_ARN", "r", 1);
	expect_error(NULL, "NeedsCall", "AWS has to be asked", h, "");
	unsetenv("AWS_WEB_IDENTITY_TOKEN_FILE");
	unsetenv("AWS_ROLE_ARN");
	setenv("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x", 1);
	expect_error(NULL, "NeedsCall", "AWS has to be asked", h, "");
	unsetenv("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
}

/* ---- settings ------------------------------------------------------------------------- */

static void
load(const struct aws_options *o, struct aws_settings *s)
{
	struct err e = { 0 };

	if (!aws_settings_load(o, s, &e))
		fail_msg("%s", e.text);
}

static void
expect_refused(const struct aws_options *o, enum err_kind kind, const char *text)
{
	struct aws_settings s = { .max_attempts = 77 };
	struct err e = { 0 };

	assert_false(aws_settings_load(o, &s, &e));
	assert_int_equal(s.max_attempts, 77);
	assert_int_equal(e.kind, kind);
	assert_non_null(strstr(e.text, text));
}

static void
test_settings(void **state)
{
	struct home *h = *state;
	struct aws_options o = { 0 };
	struct aws_settings s;

	load(&o, &s);
	assert_null(s.region);
	assert_null(s.profile);
	assert_int_equal(s.max_attempts, 3);
	aws_settings_free(&s);
	put_config(h, "[default]\nregion = eu-west-1\nmax_attempts = 7\nuse_fips_endpoint = True\n"
		      "sdk_ua_app_id = me\nca_bundle = ~/ca.pem\n"
		      "[profile default]\nregion = eu-west-2\n");
	load(&o, &s); /* [profile default] goes before [default] as a whole */
	assert_string_equal(s.region, "eu-west-2");
	assert_false(s.fips);
	aws_settings_free(&s);
	put_config(h, "[default]\nregion = eu-west-1\nmax_attempts = 7\nuse_fips_endpoint = True\n"
		      "sdk_ua_app_id = me\nca_bundle = ~/ca.pem\n");
	put_credentials(h, "[default]\nregion = eu-west-3\n");
	load(&o, &s);
	assert_string_equal(s.region, "eu-west-3");
	assert_int_equal(s.max_attempts, 7);
	assert_true(s.fips);
	assert_string_equal(s.app_id, "me");
	char *bundle = xasprintf("%s/ca.pem", h->dir);
	assert_string_equal(s.ca_bundle, bundle);
	xfree(bundle);
	aws_settings_free(&s);
	setenv("AWS_DEFAULT_REGION", "us-east-2", 1);
	load(&o, &s);
	assert_string_equal(s.region, "us-east-2");
	aws_settings_free(&s);
	setenv("AWS_REGION", "us-west-2", 1);
	setenv("AWS_USE_FIPS_ENDPOINT", "no", 1);
	load(&o, &s);
	assert_string_equal(s.region, "us-west-2");
	assert_false(s.fips);
	aws_settings_free(&s);
	o.region = "ap-south-1";
	load(&o, &s);
	assert_string_equal(s.region, "ap-south-1");
	aws_settings_free(&s);
	o.region = "No Region";
	expect_refused(&o, ERR_CONFIG, "No Region");
	o.region = NULL;
	setenv("AWS_MAX_ATTEMPTS", "0", 1);
	expect_refused(&o, ERR_CONFIG, "max_attempts");
	setenv("AWS_MAX_ATTEMPTS", "3x", 1);
	expect_refused(&o, ERR_CONFIG, "max_attempts");
	setenv("AWS_PROFILE", "ghost", 1);
	expect_refused(&o, ERR_CONFIG, "The config profile (ghost) could not be found");
}

static void
expect_urls(const struct aws_options *o, const char *all, const char *iam, const char *control)
{
	struct aws_settings s;
	const char *const wanted[] = { all, iam, control };
	const char *got[3];

	load(o, &s);
	got[0] = s.endpoint_url;
	got[1] = s.service_url[AWS_IAM];
	got[2] = s.service_url[AWS_S3CONTROL];
	for (size_t i = 0; i < 3; i++) {
		assert_true((got[i] == NULL) == (wanted[i] == NULL));
		if (wanted[i] != NULL)
			assert_string_equal(got[i], wanted[i]);
	}
	aws_settings_free(&s);
}

/* Option, service's variable, variable, service's section, profile. */
static void
test_urls(void **state)
{
	struct home *h = *state;
	struct aws_options o = { 0 };

	put_config(h, "[default]\nendpoint_url = https://profile\nservices = mine\n"
		      "[services mine]\ns3_control =\n  endpoint_url = https://section\n");
	expect_urls(&o, "https://profile", NULL, "https://section");
	setenv("AWS_ENDPOINT_URL", "https://all", 1);
	expect_urls(&o, "https://all", NULL, NULL);
	setenv("AWS_ENDPOINT_URL_IAM", "http://localhost:1", 1);
	expect_urls(&o, "https://all", "http://localhost:1", NULL);
	setenv("AWS_ENDPOINT_URL_S3_CONTROL", "https://control", 1);
	expect_urls(&o, "https://all", "http://localhost:1", "https://control");
	o.endpoint_url = "https://option";
	expect_urls(&o, "https://option", NULL, NULL);
	o.endpoint_url = NULL;
	setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "TRUE", 1);
	expect_urls(&o, NULL, NULL, NULL);
	o.endpoint_url = "http://example.com";
	expect_refused(&o, ERR_USAGE, "plain http");
	o.endpoint_url = "localhost:5000";
	expect_refused(&o, ERR_USAGE, "scheme is missing");
	o.endpoint_url = NULL;
	unsetenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");
	setenv("AWS_ENDPOINT_URL_IAM", "http://192.0.2.1", 1);
	expect_refused(&o, ERR_USAGE, "http://192.0.2.1");
	put_config(h, "[default]\nservices = theirs\n");
	expect_refused(&o, ERR_CONFIG, "[services theirs]");
}

static void
test_names(void **state)
{
	struct home *h = *state;
	struct strlist names = { 0 };

	aws_profile_names(&names);
	assert_int_equal(names.n, 0);
	put_config(h, "[profile zoe]\n[default]\n[other]\n[services x]\n[profile a b]\n");
	put_credentials(h, "[bob]\n[zoe]\n[profile no]\n");
	aws_profile_names(&names);
	assert_int_equal(names.n, 4);
	assert_string_equal(names.items[0], "a b");
	assert_string_equal(names.items[1], "bob");
	assert_string_equal(names.items[2], "default");
	assert_string_equal(names.items[3], "zoe");
	strlist_free(&names);
}

/* ---- writing -------------------------------------------------------------------------------- */

static void
expect_file(const char *path, const char *wanted)
{
	char *got = slurp(path);
	struct stat st;

	assert_string_equal(got, wanted);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	xfree(got);
}

static void
test_write(void **state)
{
	struct home *h = *state;
	struct aws_credentials *c = test_credentials("AKIA1", "key/1+=", NULL);
	struct aws_credentials *d = test_credentials("AKIA2", "key2", "token2");
	struct err e = { 0 };

	rmdir(h->aws);
	assert_true(aws_profile_write("admin", c, false, &e));
	expect_file(h->credentials,
	    "[admin]\naws_access_key_id = AKIA1\naws_secret_access_key = key/1+=\n");
	assert_true(aws_profile_write("admin", c, false, &e)); /* the same key again */
	assert_false(aws_profile_write("admin", d, false, &e));
	assert_string_equal(e.code, "Exists");
	err_clear(&e);
	expect_file(h->credentials,
	    "[admin]\naws_access_key_id = AKIA1\naws_secret_access_key = key/1+=\n");
	assert_true(aws_profile_write("admin", d, true, &e));
	expect_file(h->credentials, "[admin]\naws_access_key_id = AKIA2\n"
				    "aws_secret_access_key = key2\naws_session_token = token2\n");
	/* A token that stayed would make the new key useless. */
	assert_true(aws_profile_write("admin", c, true, &e));
	char *source = xasprintf("AKIA1 key/1+= - profile admin (%s)", h->credentials);
	expect("admin", source);
	xfree(source);
	aws_credentials_free(c);
	aws_credentials_free(d);
}

static void
test_write_keeps(void **state)
{
	struct home *h = *state;
	struct aws_credentials *c = test_credentials("AKIA1", "key1", NULL);
	struct err e = { 0 };

	put_credentials(h, "# mine\n[other]\naws_access_key_id=O\n\n; more\n[x]\ny = z\n");
	chmod(h->credentials, 0600);
	assert_true(aws_profile_write("x", c, false, &e));
	expect_file(h->credentials, "# mine\n[other]\naws_access_key_id=O\n\n; more\n[x]\ny = z\n"
				    "aws_access_key_id = AKIA1\naws_secret_access_key = key1\n");
	assert_false(aws_profile_write("a]b", c, false, &e));
	assert_string_equal(e.code, "BadName");
	err_clear(&e);
	put_credentials(h, "not an ini\n");
	assert_false(aws_profile_write("x", c, false, &e));
	expect_file(h->credentials, "not an ini\n");
	aws_credentials_free(c);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_env),
		CASE(test_env_expiry),
		CASE(test_files),
		CASE(test_paths),
		CASE(test_broken),
		CASE(test_other_providers),
		CASE(test_settings),
		CASE(test_urls),
		CASE(test_names),
		CASE(test_write),
		CASE(test_write_keeps),
	};

	return RUN(tests);
}
