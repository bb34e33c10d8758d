/* SPDX-License-Identifier: MIT */
/* The commands that only print: sheet, policy, completion. */
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "sheet.h"

int
cli_sheet(struct run *run, const struct cli *c)
{
	AUTO_BUF out = BUF_INIT(BUF_MAX_TEXT);
	struct break_glass nothing = { 0 };
	struct err e = { 0 };

	(void)c;
	if (!facts_need(run->facts, FACT(ALIASES) | FACT(SUMMARY), &e)) {
		cli_error(&e);
		return err_exit(&e);
	}
	break_glass_sheet(run, &nothing, &out);
	fputs(buf_str(&out), stdout);
	return 0;
}

int
cli_policy(const struct cli *c)
{
	const char *which = c->argument != NULL ? c->argument : "apply";
	struct err e = { 0 };

	if (strcmp(which, "audit") != 0 && strcmp(which, "apply") != 0) {
		err_set(&e, ERR_USAGE, "policy: audit or apply, not %s", which);
		cli_error(&e);
		return err_exit(&e);
	}
	json_auto_t *doc = plan_policy(strcmp(which, "audit") == 0);

	cli_print_json(doc);
	return 0;
}

static void
words(const char *prefix, const char *separator)
{
	for (size_t i = 0; cli_option(i) != NULL; i++)
		printf("%s%s%s", prefix, cli_option(i), separator);
}

static void
command_words(void)
{
	for (const char *const *w = cli_commands(); *w != NULL; w++)
		printf("%s ", *w);
}

static void
bash(void)
{
	printf("complete -W '");
	command_words();
	words("--", " ");
	printf("' -o default rootlock\n");
}

static void
zsh(void)
{
	printf("#compdef rootlock\n_arguments '1:command:(");
	command_words();
	printf(")' '*:file:_files'");
	for (size_t i = 0; cli_option(i) != NULL; i++)
		printf(" '--%s'", cli_option(i));
	printf("\n");
}

static void
fish(void)
{
	printf("complete -c rootlock -n __fish_use_subcommand -a '");
	command_words();
	printf("'\n");
	for (size_t i = 0; cli_option(i) != NULL; i++)
		printf("complete -c rootlock -l %s\n", cli_option(i));
}

int
cli_completion(const struct cli *c)
{
	static const struct {
		const char *shell;
		void (*print)(void);
	} shells[] = { { "bash", bash }, { "zsh", zsh }, { "fish", fish } };
	struct err e = { 0 };

	for (size_t i = 0; i < sizeof shells / sizeof shells[0]; i++) {
		if (c->argument == NULL || strcmp(c->argument, shells[i].shell) != 0)
			continue;
		shells[i].print();
		return 0;
	}
	err_set(&e, ERR_USAGE, "completion: bash, zsh or fish");
	cli_error(&e);
	return err_exit(&e);
}
