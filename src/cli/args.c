/* SPDX-License-Identifier: MIT */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "cli.h"

/* ---- options ---- */

static bool
set_only(struct cli *c, const char *value, struct err *e)
{
	AUTO_FREE char *copy = xstrdup(value);
	char *save = NULL;

	(void)e;
	for (char *id = strtok_r(copy, ",", &save); id != NULL; id = strtok_r(NULL, ",", &save))
		strlist_add(&c->only, id);
	return true;
}

static bool
set_output(struct cli *c, const char *value, struct err *e)
{
	c->json = strcmp(value, "json") == 0;
	if (c->json || strcmp(value, "text") == 0)
		return true;
	return err_set(e, ERR_USAGE, "--output: one of text, json");
}

static bool
set_color(struct cli *c, const char *value, struct err *e)
{
	if (strcmp(value, "on") == 0)
		c->color = CLI_COLOR_ON;
	else if (strcmp(value, "off") == 0)
		c->color = CLI_COLOR_OFF;
	else if (strcmp(value, "auto") != 0)
		return err_set(e, ERR_USAGE, "--color: one of on, off, auto");
	return true;
}

static bool
set_wait(struct cli *c, const char *value, struct err *e)
{
	char *end = NULL;
	long n = strtol(value, &end, 10);

	if (*value == '\0' || *end != '\0' || n < 0 || n > 86400)
		return err_set(e, ERR_USAGE, "--wait-for-person: seconds, 0 to 86400");
	c->wait_for_person = (int)n;
	return true;
}

static bool
set_secret_from(struct cli *c, const char *value, struct err *e)
{
	(void)e;
	strlist_add(&c->secrets_from, value);
	return true;
}

static bool
set_version(struct cli *c, const char *value, struct err *e)
{
	(void)value;
	(void)e;
	c->command = "--version";
	return true;
}

static bool
set_help(struct cli *c, const char *value, struct err *e)
{
	(void)value;
	(void)e;
	c->command = "--help";
	return true;
}

/* An option's value goes to a member of struct cli, a flag sets one; set() does anything else. */
static const struct option_row {
	const char *name, *value, *help;
	size_t member;
	bool (*set)(struct cli *c, const char *value, struct err *e);
} rows[] = {
	{ "profile", "NAME", "profile in ~/.aws/credentials or ~/.aws/config",
	    offsetof(struct cli, aws.profile), NULL },
	{ "region", "REGION", "AWS Region", offsetof(struct cli, aws.region), NULL },
	{ "endpoint-url", "URL", "another endpoint (a practice account)",
	    offsetof(struct cli, aws.endpoint_url), NULL },
	{ "ca-bundle", "FILE", "certificates to trust", offsetof(struct cli, aws.ca_bundle), NULL },
	{ "output", "text|json", "form of the output", 0, set_output },
	{ "color", "on|off|auto", "colours", 0, set_color },
	{ "answers", "FILE", "answers file (plan, apply)", offsetof(struct cli, answers), NULL },
	{ "only", "ID,...", "only these checks, screens or steps", 0, set_only },
	{ "yes", NULL, "apply, undo, login without asking", offsetof(struct cli, yes), NULL },
	{ "mfa-codes-from", "COMMAND", "gets the seed on standard input, prints two codes",
	    offsetof(struct cli, mfa_codes_from), NULL },
	{ "secret-from", "NAME=COMMAND", "prints the secret that the answers call NAME", 0,
	    set_secret_from },
	{ "wait-for-person", "SECONDS", "how long apply waits for what a person does", 0,
	    set_wait },
	{ "remote", NULL, "login with a browser on another device", offsetof(struct cli, remote),
	    NULL },
	{ "debug", NULL, "log calls to standard error, without secrets",
	    offsetof(struct cli, debug), NULL },
	{ "version", NULL, "print the version", 0, set_version },
	{ "help", NULL, "print this help", 0, set_help },
};

#define NROWS (sizeof rows / sizeof rows[0])

static const char *const commands[] = { "wizard", "audit", "plan", "apply", "undo", "login",
	"logout", "sheet", "qr", "policy", "completion", NULL };

static const struct {
	const char *name, *help;
} command_help[] = {
	{ "[wizard]", "the wizard, in a terminal" },
	{ "audit", "evaluate the checks; never writes" },
	{ "plan", "what apply would do; never writes" },
	{ "apply", "do what the answers file says" },
	{ "undo [RUN]", "put back what a run changed" },
	{ "login", "sign in by the browser, as aws login does" },
	{ "logout", "remove the session of a browser sign-in" },
	{ "sheet", "print the break-glass sheet" },
	{ "qr", "draw an otpauth URI or seed from standard input" },
	{ "policy [audit|apply]", "the least-privilege IAM policy for running rootlock" },
	{ "completion bash|zsh|fish", "shell completion" },
};

const char *const *
cli_commands(void)
{
	return commands;
}

const char *
cli_option(size_t i)
{
	return i < NROWS ? rows[i].name : NULL;
}

void
cli_usage(void)
{
	printf("Usage: rootlock [COMMAND] [OPTIONS]\n\n"
	       "Secure a new AWS account step by step, or check and repair an existing one.\n\n");
	for (size_t i = 0; i < sizeof command_help / sizeof command_help[0]; i++)
		printf("  %-26s %s\n", command_help[i].name, command_help[i].help);
	printf("\n");
	for (size_t i = 0; i < NROWS; i++)
		printf("  --%-15s %-13s %s\n", rows[i].name,
		    rows[i].value != NULL ? rows[i].value : "", rows[i].help);
	printf("\nSee rootlock(1) and rootlock-answers(5).\n");
}

#define FIRST_ID 256 /* above every character, which getopt_long() returns for a bad option */

static bool
set_option(struct cli *c, int id, const char *value, struct err *e)
{
	if (id < FIRST_ID)
		return err_set(e, ERR_USAGE, "unknown or incomplete option; see --help");
	const struct option_row *row = &rows[id - FIRST_ID];
	void *member = (char *)c + row->member;

	if (row->set != NULL)
		return row->set(c, value, e);
	if (row->value != NULL)
		*(const char **)member = value;
	else
		*(bool *)member = true;
	return true;
}

static bool
set_words(struct cli *c, int n, char **words, struct err *e)
{
	if (n > 2)
		return err_set(e, ERR_USAGE, "%s: one word too many", words[2]);
	c->argument = n > 1 ? words[1] : NULL;
	if (c->command != NULL)
		return true;
	c->command = n > 0 ? words[0] : "wizard";
	c->aws.new_profile = strcmp(c->command, "login") == 0;
	for (size_t i = 0; commands[i] != NULL; i++)
		if (strcmp(commands[i], c->command) == 0)
			return true;
	return err_set(e, ERR_USAGE, "%s: no such command; see rootlock --help", c->command);
}

bool
cli_parse(struct cli *c, int argc, char **argv, struct err *e)
{
	struct option longs[NROWS + 1] = { 0 };
	int id;

	for (size_t i = 0; i < NROWS; i++)
		longs[i] = (struct option){ .name = rows[i].name,
			.has_arg = rows[i].value != NULL ? required_argument : no_argument,
			.val = FIRST_ID + (int)i };
	opterr = 0;
	while ((id = getopt_long(argc, argv, "", longs, NULL)) != -1)
		if (!set_option(c, id, optarg, e))
			return false;
	return set_words(c, argc - optind, argv + optind, e);
}

void
cli_free(struct cli *c)
{
	strlist_free(&c->secrets_from);
	strlist_free(&c->only);
}
