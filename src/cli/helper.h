/* SPDX-License-Identifier: MIT */
/* Helper commands and the terminal, for the headless ask port. */
#ifndef CLI_HELPER_H
#define CLI_HELPER_H

#include <stdbool.h>

#include "err.h"
#include "secret.h"

/*
 * Run COMMAND with /bin/sh, `input` (NULL: nothing) on its standard input, and
 * give its standard output, at most 4 KiB, as a new secret without the last
 * newline.  ERR_OTHER when it fails.
 */
struct secret *helper_run(const char *command, const struct secret *input, struct err *e);

/* Ask on /dev/tty; hidden turns echo off.  NULL and ERR_REFUSED without a terminal. */
struct secret *helper_ask(const char *prompt, bool hidden, struct err *e);

#endif
