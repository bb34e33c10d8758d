/* SPDX-License-Identifier: MIT */
/*
 * Inside file.c and file_slot.c only: a place in a directory, and the
 * temporary file beside it that becomes it.
 */
#ifndef FILE_PLACE_H
#define FILE_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct err;

/* A directory that is open and a name in it. */
struct place {
	int dirfd;
	char *base;
};

/* Open the directory of path; symlinks at path are followed only with resolve. */
bool	place_open(struct place *p, const char *path, bool resolve, struct err *e);
void	place_close(struct place *p);

/*
 * A new file ".BASE.rootlock-XXXXXX" (0600, O_EXCL, locked), its name in *name
 * (xfree()); -1 and errno on failure.  Stale ones of ours are removed first.
 */
int	place_temp(const struct place *p, char **name);

/* All bytes from the file's current offset on; false and errno on failure. */
bool	write_all(int fd, const void *data, size_t len);

/* err_errno() with the path, and the code that file.h promises. */
bool	file_error(struct err *e, const char *what, const char *path);
/* err_set() with a code. */
bool	file_refuse(struct err *e, const char *code, const char *what, const char *path);

#endif
