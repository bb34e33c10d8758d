/* SPDX-License-Identifier: MIT */
/*
 * A filter over settings and chain_credentials(): JSON lines in and out.
 * "profile" and "region" are the options, "code" is the MFA device's, "files"
 * asks what the files alone say.  Environment and files are this process's.
 * tests/e2e/test_chain.py compares it with botocore; all keys there are made up.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "chain.h"
#include "json.h"
#include "lines.h"

static bool
give_code(void *arg, const char *serial, char out[7], struct err *e)
{
	const char *code = arg;

	(void)serial;
	if (strlen(code) != 6)
		return err_set(e, ERR_REFUSED, "nobody can be asked for a code");
	memcpy(out, code, 7);
	return true;
}

static json_t *
answer(const struct aws_credentials *c, const struct aws_settings *s, const struct err *e)
{
	if (c == NULL)
		return json_pack(
		    "{s:s, s:s, s:i}", "error", e->code, "text", e->text, "exit", err_exit(e));
	return json_pack("{s:s, s:s, s:s?, s:s?, s:s, s:I}", "key", c->access_key_id, "secret",
	    secret_borrow(c->secret_access_key), "token",
	    c->session_token != NULL ? secret_borrow(c->session_token) : NULL, "region", s->region,
	    "source", c->source, "expires", (json_int_t)c->expires);
}

static struct aws_credentials *
find(const json_t *j, const struct aws_options *o, struct aws_settings *s, struct err *e)
{
	struct clock clock = { 0 };
	struct chain_env env = {
		.io = { .settings = s, .clock = &clock },
		.mfa_code = give_code,
		.mfa_arg = (void *)(uintptr_t)json_text_or(j, "code", ""),
	};
	struct aws_credentials *c = NULL;

	if (!aws_settings_load(o, s, e))
		return NULL;
	if (json_bool(j, "files"))
		return aws_credentials_find(o, e);
	env.io.transport = aws_transport_new(s, e);
	if (env.io.transport != NULL)
		c = chain_credentials(&env, o, e);
	aws_transport_free(env.io.transport);
	return c;
}

static void
filter(const char *line, size_t len)
{
	json_auto_t *j = json_parse(line, len, NULL);
	const struct aws_options o = { .profile = json_text(j, "profile"),
		.region = json_text(j, "region") };
	struct aws_settings s = { 0 };
	struct err e = { 0 };
	struct aws_credentials *c = find(j, &o, &s, &e);
	json_auto_t *out = answer(c, &s, &e);
	AUTO_BUF text = BUF_INIT(BUF_MAX_TEXT);

	if (!json_print(&text, out, JSON_COMPACT))
		die("an answer cannot be written");
	puts(buf_str(&text));
	fflush(stdout);
	aws_credentials_free(c);
	aws_settings_free(&s);
}

int
main(void)
{
	return filter_lines(filter, "CHAINS_DEBUG");
}
