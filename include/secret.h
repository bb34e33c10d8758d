/* SPDX-License-Identifier: MIT */
/*
 * A secret: a password, a secret access key, a session token, an MFA seed.
 * Its bytes live in pages of their own, locked where allowed, left out of
 * dumps, wiped when freed.  There is no printf for it.  Every live secret is
 * listed so that die() and the crash handlers can wipe them all.
 */
#ifndef SECRET_H
#define SECRET_H

#include <stdbool.h>
#include <stddef.h>

struct secret;

/* First thing in main: no core, not dumpable. */
void	secret_harden_process(void);

/* An empty secret that can hold up to cap bytes; never NULL. */
struct secret *secret_new(size_t cap) __attribute__((returns_nonnull));

/* A secret that holds a copy of len bytes; the caller wipes his own copy. */
struct secret *secret_from(const char *data, size_t len) __attribute__((returns_nonnull));
struct secret *secret_dup(const struct secret *s) __attribute__((returns_nonnull));

/* Append; false when it is full (nothing is appended then). */
bool	secret_put(struct secret *s, const char *data, size_t len);
/* Delete the byte range [at, at+len), clamped; for the entry widget. */
void	secret_cut(struct secret *s, size_t at, size_t len);
/* Insert at a byte offset; false when full. */
bool	secret_insert(struct secret *s, size_t at, const char *data, size_t len);
void	secret_reset(struct secret *s);

/* Length in bytes; 0 for NULL. */
size_t	secret_len(const struct secret *s);

/*
 * The bytes, NUL-terminated, valid until the secret changes.  Only for the
 * signer, the request encoder, the writers of the files that the user named
 * and the page that reveals; never copied into other memory by the caller.
 */
const char *secret_borrow(const struct secret *s);

bool	secret_equal(const struct secret *a, const struct secret *b);

/* Wipe and free; NULL is fine. */
void	secret_free(struct secret *s);
void	secret_auto_free(struct secret **s);
#define AUTO_SECRET __attribute__((cleanup(secret_auto_free))) struct secret *

/* Wipe every live secret, without freeing; async-signal-safe. */
void	secret_wipe_all(void);

#endif
