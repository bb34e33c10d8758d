/* SPDX-License-Identifier: MIT */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "cli.h"

enum {
	O_PROFILE = 256,
	O_REGION,
	O_ENDPOINT_URL,
	O_CA_BUNDLE,
	O_OUTPUT,
	O_COLOR,
	O_DEBUG,
	O_VERSION,
	O_HELP,
	O_ANSWERS,
	O_ONLY,
	O_YES,
	O_MFA_CODES_FROM,
	O_SECRET_FROM,
	O_WAIT_FOR_PERSON,
	O_REMOTE,
};

static const struct option_row {
	const char *name, *value, *help;
	int id;
} rows[] = {
	{ "profile", "NAME", "profile in ~/.aws/credentials or ~/.aws/config", O_PROFILE },
	{ "region", "REGION", "AWS Region", O_REGION },
	{ "endpoint-url", "URL", "another endpoint (a practice account)", O_ENDPOINT_URL },
	{ "ca-bundle", "FILE", "certificates to trust", O_CA_BUNDLE },
	{ "output", "text|json", "form of the output", O_OUTPUT },
	{ "color", "on|off|auto", "colours", O_COLOR },
	{ "answers", "FILE", "answers file (plan, apply)", O_ANSWERS },
	{ "only", "ID,...", "only these checks, screens or steps", O_ONLY },
	{ "yes", NULL, "apply, undo, login without asking", O_YES },
	{ "mfa-codes-from", "COMMAND", "gets the seed on standard input, prints two codes",
	    O_MFA_CODES_FROM },
	{ "secret-from", "NAME=COMMAND", "prints the secret that the answers call NAME",
	    O_SECRET_FROM },
	{ "wait-for-person", "SECONDS", "how long apply waits for what a person does",
	    O_WAIT_FOR_PERSON },
	{ "remote", NULL, "login with a browser on another device", O_REMOTE },
	{ "debug", NULL, "log calls to standard error, without secrets", O_DEBUG },
	{ "version", NULL, "print the version", O_VERSION },
	{ "help", NULL, "print this help", O_HELP },
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

static void
split_only(struct strlist *only, const char *text)
{
	AUTO_FREE char *copy = xstrdup(text);
	char *save = NULL;

	for (char *id = strtok_r(copy, ",", &save); id != NULL; id = strtok_r(NULL, ",", &save))
		strlist_add(only, id);
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
set_option(struct cli *c, int id, const char *value, struct err *e)
{
	switch (id) {
	case O_PROFILE:
		c->aws.profile = value;
		return true;
	case O_REGION:
		c->aws.region = value;
		return true;
	case O_ENDPOINT_URL:
		c->aws.endpoint_url = value;
		return true;
	case O_CA_BUNDLE:
		c->aws.ca_bundle = value;
		return true;
	case O_ANSWERS:
		c->answers = value;
		return true;
	case O_MFA_CODES_FROM:
		c->mfa_codes_from = value;
		return true;
	case O_DEBUG:
		c->debug = true;
		return true;
	case O_REMOTE:
		c->remote = true;
		return true;
	case O_YES:
		c->yes = true;
		return true;
	case O_VERSION:
		c->command = "--version";
		return true;
	case O_HELP:
		c->command = "--help";
		return true;
	case O_OUTPUT:
		return set_output(c, value, e);
	case O_COLOR:
		return set_color(c, value, e);
	case O_WAIT_FOR_PERSON:
		return set_wait(c, value, e);
	case O_ONLY:
		split_only(&c->only, value);
		return true;
	case O_SECRET_FROM:
		strlist_add(&c->secrets_from, value);
		return true;
	default:
		return err_set(e, ERR_USAGE, "unknown or incomplete option; see --help");
	}
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
			.val = rows[i].id };
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
