/* SPDX-License-Identifier: MIT */
/*
 * rootlock-test: the wizard over the same objects as the program, with the
 * hooks that the program lacks (README.md beside this).
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "file.h"
#include "secret.h"
#include "tui.h"

#define SCRIPT_MAX 65536

struct hooks {
	const char *keys, *dumps;
	int64_t now;
	unsigned long fail;
	struct tui_script script;
	struct tui_options options;
};

static int
usage(void)
{
	fputs("usage: rootlock-test --keys FILE --dump DIRECTORY|- [--size COLSxROWS] [--mono]\n"
	      "       [--ascii] [--now EPOCH] [--fail-alloc N] [SCREEN]\n",
	    stderr);
	return 252;
}

static int64_t
fixed_time(void *arg)
{
	return *(const int64_t *)arg;
}

/* One file a dump, or all of them on standard output. */
static void
keep(void *arg, const char *name, const char *cells)
{
	const struct hooks *h = arg;
	bool all = strcmp(h->dumps, "-") == 0;
	AUTO_FREE char *path = xasprintf("%s/%s", h->dumps, name);
	FILE *f = all ? stdout : fopen(path, "we");

	if (f == NULL)
		die("%s cannot be written", path);
	if (all)
		fprintf(f, "==== %s\n", name);
	fputs(cells, f);
	if (!all && fclose(f) != 0)
		die("%s cannot be written", path);
}

static bool
take_option(struct hooks *h, int c)
{
	switch (c) {
	case 'k':
		h->keys = optarg;
		return true;
	case 'd':
		h->dumps = optarg;
		return true;
	case 's':
		return sscanf(optarg, "%dx%d", &h->script.cols, &h->script.rows) == 2;
	case 'm':
		return h->script.mono = true;
	case 'a':
		return h->script.ascii = true;
	case 'n':
		return (h->now = strtoll(optarg, NULL, 10)) > 0;
	case 'f':
		return (h->fail = strtoul(optarg, NULL, 10)) > 0;
	}
	return false;
}

static bool
take_options(struct hooks *h, int argc, char **argv)
{
	static const struct option options[] = {
		{ "keys", required_argument, NULL, 'k' },
		{ "dump", required_argument, NULL, 'd' },
		{ "size", required_argument, NULL, 's' },
		{ "mono", no_argument, NULL, 'm' },
		{ "ascii", no_argument, NULL, 'a' },
		{ "now", required_argument, NULL, 'n' },
		{ "fail-alloc", required_argument, NULL, 'f' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1)
		if (!take_option(h, c))
			return false;
	h->options.start = argv[optind];
	return h->keys != NULL && h->dumps != NULL;
}

/* As main.c of the program does it, but from the environment alone. */
static int
play(struct hooks *h, struct err *e)
{
	const struct aws_options none = { .profile = NULL };
	const char *home = getenv("HOME"), *state = getenv("XDG_STATE_HOME");
	struct run run = { .home = xstrdup(home != NULL ? home : "/") };
	int status = 255;

	run.state_base = xasprintf("%s/rootlock", state != NULL ? state : run.home);
	if (h->now != 0)
		run.clock = (struct clock){ .source = fixed_time, .arg = &h->now };
	if (run_init(&run, &none, e)) {
		alloc_fail_at(h->fail, false);
		status = tui_scripted(&run, &h->options, &h->script, e);
		alloc_fail_at(0, false);
	}
	run_free(&run);
	return status;
}

int
main(int argc, char **argv)
{
	struct hooks h = { .script = { .cols = 80, .rows = 24, .styles = true, .dump = keep },
		.options = { .color = TUI_COLOR_AUTO, .term = "xterm-256color" } };
	AUTO_BUF keys = BUF_INIT(SCRIPT_MAX);
	struct err e = { 0 };
	int status;

	if (!alloc_install())
		return 255;
	secret_harden_process();
	if (!take_options(&h, argc, argv))
		return usage();
	h.script.arg = &h;
	if (!file_read(h.keys, &keys, &e))
		status = 252;
	else {
		h.script.keys = buf_str(&keys);
		status = play(&h, &e);
	}
	if (e.kind != ERR_NONE)
		fprintf(stderr, "rootlock-test: %s\n", e.text);
	return status;
}
