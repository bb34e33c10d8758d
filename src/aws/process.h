/* SPDX-License-Identifier: MIT */
/* Inside of src/aws: a program whose output is wanted, without a shell. */
#ifndef AWS_PROCESS_H
#define AWS_PROCESS_H

#include "login.h"

/*
 * Words of a command as a POSIX shell splits them, quotes and backslashes
 * only (Python's shlex.split()); false and *problem for a quote that is not
 * closed and a backslash at the end.
 */
bool	process_split(const char *command, struct strlist *words, const char **problem);

struct process_end {
	int status;		/* as of waitpid() */
	bool late;		/* ended by us: it took longer than it may */
	bool cancelled;		/* ended by us: the person does not want it any more */
	bool flooded;		/* out does not hold all that it wrote */
};

/*
 * Run it by PATH in a session of its own, without a terminal and with an empty
 * standard input, until both its outputs are closed and it has ended; it and
 * its children are killed after `seconds` or when the wait port says stop.  It
 * inherits the environment and no file.  out and why (standard error) take
 * what fits.  False and e when it cannot be started.
 */
bool	process_run(const struct login_env *io, const struct strlist *words, int seconds,
	    struct buf *out, struct buf *why, struct process_end *end, struct err *e);

#endif
