/* SPDX-License-Identifier: MIT */
/*
 * What the screens that make access keys share: where a key is saved, what an
 * interrupted run left (quality page, 2.4), and the proof that a new key works.
 */
#ifndef ACCESS_KEY_H
#define ACCESS_KEY_H

#include "plan.h"

#define ACCESS_KEY_ID_SIZE 129 /* bytes that hold an id */

/* ---- the journal ---------------------------------------------------------------- */

/* This run's journal, or what earlier ones left (then *own is to be closed); may be NULL. */
const struct journal *access_key_past(const struct run *run, struct journal **own);
/* Nothing after its announcement says that the artefact is complete, or that it is not there. */
bool	access_key_open(const struct journal *j, const char *what, const char *about);
/* The announcement of an artefact whose end is not known, borrowed, or NULL. */
const json_t *access_key_intent(const struct journal *j, const char *what, const char *about);
/* Was the key there before the intent? */
bool	access_key_was_there(const json_t *intent, const char *id);

/* ---- keys as AWS lists them ------------------------------------------------------ */

/* The key of this id in a list, borrowed, or NULL. */
const json_t *access_key_find(const json_t *keys, const char *id);
/* The id of a key that was not there before the intent and is not `saved`, borrowed, or NULL. */
const char *access_key_new(const json_t *keys, const json_t *intent, const char *saved);
/* {"before": [ids]}, what the intent has to say; new object. */
json_t *access_key_ids(const json_t *keys);
/* True when AWS knows of no use: one that was used belongs to somebody, whoever made it. */
bool	access_key_unused(struct aws *aws, const char *user, const char *id, struct err *e);

/* ---- the file --------------------------------------------------------------------- */

/*
 * True when the file holds the credentials of this user alone.  *password and
 * *secret (each may be NULL) are new if there is one; id holds
 * ACCESS_KEY_ID_SIZE bytes, "" without a key.
 */
bool	access_key_saved(const char *path, const char *user, struct secret **password, char *id,
	    struct secret **secret);
/* A place that others can read, or that is published, needs consent; false: not given. */
bool	access_key_place(struct run *run, const char *path, struct err *e);

/* ---- the proof --------------------------------------------------------------------- */

/*
 * Wait until AWS knows the key as the user's (GetCallerIdentity) and, with
 * `administers`, lets him read the account.  Nothing can be written by it.
 */
bool	access_key_prove(struct run *run, const struct aws_credentials *c, const char *user,
	    bool administers, struct err *e);

#endif
