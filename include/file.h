/* SPDX-License-Identifier: MIT */
/*
 * Files that hold secrets or state.  Opened without following symlinks where
 * it matters, owner and mode checked, written to a temporary file in the same
 * directory, synced, renamed, directory synced (quality page, 2.1 and 2.6).
 */
#ifndef FILE_H
#define FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "buf.h"

struct err;

/*
 * Failures are ERR_FILE and name the path; e->code is "NotFound", "Exists",
 * "TooLarge" or "Locked" where that is what went wrong, else empty.
 */

/* Append a whole file to b, at most up to b->max; b is as before on failure. */
bool	file_read(const char *path, struct buf *b, struct err *e);

/*
 * Replace a file's content atomically: temp file O_EXCL in the same directory,
 * mode `mode` (an existing file's mode and owner are kept when stricter),
 * fsync, rename, fsync of the directory.  A symlink's target is replaced, not
 * the link.  On failure the old file is intact.
 */
bool	file_write(const char *path, const void *data, size_t len, mode_t mode,
	    struct err *e);

/*
 * A place reserved before a one-time artefact is made: the temporary file is
 * open, locked and already holds `size` dummy bytes that are synced, so that
 * "disk full" or "no permission" shows before the call.  file_reserve() fails
 * when path exists ("Exists", a symlink too) unless replace is set.  Temporary
 * files of ours for this path that are older than a day are removed.
 */
struct file_slot;
struct file_slot *file_reserve(const char *path, size_t size, bool replace, struct err *e);
/*
 * Write the real bytes, sync, rename into place, sync the directory; frees the
 * slot in any case.  On failure nothing of the bytes stays behind.  Without
 * replace a file that came meanwhile is kept and it fails with "Exists".
 */
bool	file_commit(struct file_slot *slot, const void *data, size_t len, struct err *e);
/* Remove the temporary file; frees.  NULL is fine. */
void	file_discard(struct file_slot *slot);

/* mkdir -p with mode 0700 for what is created. */
bool	file_make_dirs(const char *path, struct err *e);

/*
 * Reasons not to put a secret there: NULL when fine, else a plain sentence
 * (directory is writable or readable by group or others or belongs to another
 * user, inside a git work tree, a symlink, not a regular file).  Borrowed
 * constant text.
 */
const char *file_unsafe_place(const char *path);

/* Exclusive advisory lock on path (created 0600); -1 and e when another
 * process holds it ("Locked") or it cannot be made.  Closing the descriptor unlocks. */
int	file_lock(const char *path, struct err *e);

/* "~" and "~/" at the front become home (borrowed); xfree() the result. */
char   *file_expand(const char *path, const char *home) __attribute__((malloc, returns_nonnull));

#endif
