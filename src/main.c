/* SPDX-License-Identifier: MIT */
/* argv -> mode, wiring, exit code; nothing else. */
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "cli.h"
#include "file.h"
#include "log.h"
#include "secret.h"
#include "tui.h"

static char *
home(void)
{
	const char *h = getenv("HOME");
	const struct passwd *pw = h != NULL && *h != '\0' ? NULL : getpwuid(getuid());

	return xstrdup(pw != NULL ? pw->pw_dir : h != NULL && *h != '\0' ? h : "/");
}

static void
set_places(struct run *run)
{
	const char *state = getenv("XDG_STATE_HOME");

	run->home = home();
	run->state_base = state != NULL && *state != '\0'
			      ? xasprintf("%s/rootlock", state)
			      : xasprintf("%s/.local/state/rootlock", run->home);
}

static int
wizard(struct run *run, const struct cli *c)
{
	const char *no_color = getenv("NO_COLOR");
	const struct tui_options o = {
		.color = c->color == CLI_COLOR_ON    ? TUI_COLOR_ON
			 : c->color == CLI_COLOR_OFF ? TUI_COLOR_OFF
						     : TUI_COLOR_AUTO,
		.no_color = no_color != NULL && *no_color != '\0',
		.term = getenv("TERM"),
		.start = c->argument,
	};
	struct err e = { 0 };
	int status = tui_wizard(run, &o, &e);

	if (e.kind != ERR_NONE)
		cli_error(&e);
	return status;
}

/* The commands that act on an account and need no screen. */
static int
signed_in(struct run *run, struct cli *c)
{
	static const struct {
		const char *name;
		int (*go)(struct run *, const struct cli *);
	} table[] = { { "audit", cli_audit }, { "plan", cli_plan }, { "apply", cli_apply },
		{ "undo", cli_undo }, { "sheet", cli_sheet } };
	struct err e = { 0 };
	struct aws_credentials *cred;

	cli_ask_init(run, c);
	cred = run_credentials(run, &c->aws, &e);
	if (strcmp(c->command, "audit") == 0)
		run->ahead = audit_facts(&c->only);
	if (cred == NULL || !run_sign_in(run, cred, &e)) {
		cli_error(&e);
		return err_exit(&e);
	}
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		if (strcmp(table[i].name, c->command) == 0)
			return table[i].go(run, c);
	return 255;
}

/* The trace would be drawn over a full screen: there it goes to a file. */
static bool
start_trace(const struct run *run, const struct cli *c, struct err *e)
{
	AUTO_FREE char *path = xasprintf("%s/debug.log", run->state_base);

	if (!c->debug || strcmp(c->command, "wizard") != 0 || !isatty(STDERR_FILENO))
		return true;
	return file_make_dirs(run->state_base, e) && log_open(path, e);
}

static int
with_run(struct cli *c)
{
	struct run run = { 0 };
	struct err e = { 0 };
	int status;

	set_places(&run);
	if (!start_trace(&run, c, &e) || !run_init(&run, &c->aws, &e)) {
		cli_error(&e);
		status = err_exit(&e);
	} else if (strcmp(c->command, "wizard") == 0) {
		status = wizard(&run, c);
	} else if (strcmp(c->command, "login") == 0) {
		cli_ask_init(&run, c);
		status = cli_login(&run, c);
	} else {
		status = signed_in(&run, c);
	}
	run_free(&run);
	return status;
}

static int
dispatch(struct cli *c)
{
	if (strcmp(c->command, "--help") == 0) {
		cli_usage();
		return 0;
	}
	if (strcmp(c->command, "--version") == 0) {
		printf("rootlock %s\n", ROOTLOCK_VERSION);
		return 0;
	}
	if (strcmp(c->command, "policy") == 0)
		return cli_policy(c);
	if (strcmp(c->command, "completion") == 0)
		return cli_completion(c);
	if (strcmp(c->command, "qr") == 0)
		return cli_qr(c);
	if (strcmp(c->command, "logout") == 0)
		return cli_logout(c);
	return with_run(c);
}

int
main(int argc, char **argv)
{
	struct cli c = { 0 };
	struct err e = { 0 };
	int status;

	if (!alloc_install())
		return 255;
	secret_harden_process();
	if (!cli_parse(&c, argc, argv, &e)) {
		cli_error(&e);
		status = err_exit(&e);
	} else {
		if (c.debug)
			log_to_stderr();
		status = dispatch(&c);
	}
	cli_free(&c);
	return status;
}
