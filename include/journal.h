/* SPDX-License-Identifier: MIT */
/*
 * What rootlock is about to do and has done, one line a record, append-only,
 * each line with a checksum and synced before the call that it announces.  It
 * never holds a secret.  A damaged or torn line is ignored.  One lock for the
 * account.  Lives in ${XDG_STATE_HOME:-~/.local/state}/rootlock/ACCOUNT/journal.
 */
#ifndef JOURNAL_H
#define JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

struct err;
struct journal;

/*
 * Open and lock the journal in directory `dir` (created 0700) and start run
 * `run` (a short id, made when NULL).  NULL and e when another rootlock holds
 * the lock or the file cannot be written.
 */
struct journal *journal_open(const char *dir, const char *run, struct err *e);
/* Read only: no lock, no file created; records empty when there is none. */
struct journal *journal_read(const char *dir, struct err *e);
void	journal_close(struct journal *j);

/* The id of this run, borrowed ("20261124-101500-3f9a"). */
const char *journal_run(const struct journal *j);

/*
 * Append a record and sync it.  kind is intent, done, failed, unknown, undo,
 * note; what is the operation or artefact ("iam:CreateUser"); about is its
 * resource ("user/alice"); detail (stolen, may be NULL) is an object of
 * non-secret facts.  Adds time, run and checksum.
 */
bool	journal_put(struct journal *j, const char *kind, const char *what,
	    const char *about, json_t *detail, struct err *e);

/* All valid records, oldest first, borrowed array of objects. */
const json_t *journal_records(const struct journal *j);

/*
 * The last record about `about` for `what`, or NULL; borrowed.  Used by
 * recovery: an intent without done, failed or undo after it is open.
 */
const json_t *journal_last(const struct journal *j, const char *what, const char *about);

/* True when some run of ours recorded `done` for it and no later `undo`. */
bool	journal_made(const struct journal *j, const char *what, const char *about);

#endif
