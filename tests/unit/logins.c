/* SPDX-License-Identifier: MIT */
/*
 * A filter over login_credentials(): JSON lines in and out.  "url" is the
 * sign-in service, "now" the time that this computer shows, "times" how often
 * the session is asked for (the last answer counts).  The cache is where the
 * environment says.  tests/e2e/test_login.py uses it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "lines.h"
#include "login.h"
#include "json.h"

static int64_t
given_time(void *arg)
{
	return *(const int64_t *)arg;
}

static char *
copy(const json_t *j, const char *name)
{
	const char *s = json_text(j, name);

	return s != NULL ? xstrdup(s) : NULL;
}

static json_t *
answer(const struct aws_credentials *c, const struct err *e)
{
	if (c == NULL)
		return json_pack(
		    "{s:s, s:s, s:i}", "error", e->code, "text", e->text, "exit", err_exit(e));
	return json_pack("{s:s, s:s, s:s, s:I, s:s}", "key", c->access_key_id, "secret",
	    secret_borrow(c->secret_access_key), "token", secret_borrow(c->session_token),
	    "expires", (json_int_t)c->expires, "source", c->source);
}

/* The key that is there counts as refused when "refused" says "present". */
static struct aws_credentials *
ask(const json_t *j, const struct login_env *env, struct err *e)
{
	const char *session = json_text_or(j, "session", ""), *refused = json_text(j, "refused");
	struct aws_credentials *c = NULL, *there = NULL;

	for (int64_t i = json_int_or(j, "times", 1); i > 0 && e->kind == ERR_NONE; i--) {
		aws_credentials_free(c);
		there = c = NULL;
		if (refused != NULL && strcmp(refused, "present") == 0)
			there = login_credentials(env, session, json_text(j, "region"), NULL, e);
		if (e->kind == ERR_NONE)
			c = login_credentials(env, session, json_text(j, "region"),
			    there != NULL ? there->access_key_id : refused, e);
		aws_credentials_free(there);
	}
	return c;
}

static void
filter(const char *line, size_t len)
{
	json_auto_t *j = json_parse(line, len, NULL);
	int64_t now = json_int_or(j, "now", 0);
	struct clock clock = { .source = now != 0 ? given_time : NULL, .arg = &now };
	struct aws_settings s = {
		.region = copy(j, "here"),
		.endpoint_url = copy(j, "url"),
		.max_attempts = (int)json_int_or(j, "attempts", 2),
	};
	struct err e = { 0 };
	struct login_env env = {
		.transport = aws_transport_new(&s, &e),
		.settings = &s,
		.clock = &clock,
	};
	struct aws_credentials *c = ask(j, &env, &e);
	json_auto_t *out = answer(c, &e);
	AUTO_BUF text = BUF_INIT(BUF_MAX_TEXT);

	if (!json_print(&text, out, JSON_COMPACT))
		die("an answer cannot be written");
	puts(buf_str(&text));
	fflush(stdout);
	aws_credentials_free(c);
	aws_transport_free(env.transport);
	aws_settings_free(&s);
}

int
main(void)
{
	return filter_lines(filter, "LOGINS_DEBUG");
}
