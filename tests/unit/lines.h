/* SPDX-License-Identifier: MIT */
/* A filter that end-to-end tests drive: a line in, a line out, at once. */
#ifndef LINES_H
#define LINES_H

#include <stdio.h>
#include <stdlib.h>

#include "alloc.h"
#include "log.h"

/* Hand each line of standard input to fn; the exit status. debug: a variable that turns the log on. */
static int
filter_lines(void (*fn)(const char *line, size_t len), const char *debug)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t len;

	if (!alloc_install())
		return 255;
	if (getenv(debug) != NULL)
		log_to_stderr();
	while ((len = getline(&line, &size, stdin)) > 0)
		fn(line, (size_t)len);
	free(line);
	return 0;
}

#endif
