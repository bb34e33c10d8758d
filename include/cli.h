/* SPDX-License-Identifier: MIT */
/*
 * The command line's face: options and the commands that need no screen.
 * Commands print to standard output, errors to standard error, and return the
 * exit status of product page section 5.
 */
#ifndef CLI_H
#define CLI_H

#include <stdbool.h>

#include "buf.h"
#include "plan.h"

struct cli {
	struct aws_options aws;
	const char *command;		/* "wizard" when none is given */
	const char *argument;		/* first word after the command, or NULL */
	const char *answers;
	const char *mfa_codes_from;
	struct strlist secrets_from;	/* NAME=COMMAND */
	struct strlist only;		/* check, screen or step ids */
	int wait_for_person;		/* seconds */
	bool yes, debug, remote;
	enum { CLI_COLOR_AUTO, CLI_COLOR_ON, CLI_COLOR_OFF } color;
	bool json;			/* --output json */
	struct run *run;		/* for the ask port */
};

/* Parse argv; false and e (ERR_USAGE) for a wrong one.  Frees with cli_free(). */
bool	cli_parse(struct cli *c, int argc, char **argv, struct err *e);
void	cli_free(struct cli *c);
/* The i-th long option without "--", NULL past the end; and every command. */
const char *cli_option(size_t i);
const char *const *cli_commands(void);
void	cli_usage(void);

/* `rootlock: An error occurred (Code) when calling the X operation: text`, and what to do. */
void	cli_error(const struct err *e);
/* One object as indented JSON on standard output. */
void	cli_print_json(const json_t *v);

/* Answers the ask port from the answers file, helper commands and /dev/tty. */
void	cli_ask_init(struct run *run, struct cli *c);

int	cli_audit(struct run *run, const struct cli *c);
int	cli_plan(struct run *run, const struct cli *c);
int	cli_apply(struct run *run, const struct cli *c);
int	cli_undo(struct run *run, const struct cli *c);
int	cli_login(struct run *run, const struct cli *c);
int	cli_logout(const struct cli *c);
int	cli_sheet(struct run *run, const struct cli *c);
int	cli_qr(const struct cli *c);
int	cli_policy(const struct cli *c);
int	cli_completion(const struct cli *c);

#endif
