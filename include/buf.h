/* SPDX-License-Identifier: MIT */
/*
 * Growing bytes with a named maximum.  data is never NULL and always ends
 * with a NUL that len does not count.  A put that would grow past max sets
 * `failed`; it and all later ones are dropped, so that what is there is always
 * a prefix; writers chain puts and look once at the end.  Freed and grown
 * memory is wiped.
 */
#ifndef BUF_H
#define BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf {
	char *data;
	size_t len;
	size_t cap;
	size_t max;
	bool failed;
};

#define BUF_MAX_LINE	((size_t)4096)
#define BUF_MAX_TEXT	((size_t)1 << 20)	/* a page, a policy, a request */
#define BUF_MAX_REPLY	((size_t)16 << 20)	/* one answer from AWS */

/* Start empty, at most max bytes. */
void	buf_init(struct buf *b, size_t max);
#define BUF_INIT(m) { .data = BUF_EMPTY, .len = 0, .cap = 0, .max = (m), .failed = false }

/* What data points to before the first put: one NUL in read-only memory. */
extern const char buf_empty[1];
#define BUF_EMPTY ((char *)(uintptr_t)buf_empty)

void	buf_put(struct buf *b, const void *data, size_t len);
void	buf_puts(struct buf *b, const char *s);
void	buf_putc(struct buf *b, char c);
void	buf_printf(struct buf *b, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));

/* The bytes as a string; never NULL, valid until the next put. */
const char *buf_str(const struct buf *b);

/* Hand the bytes out (caller frees with xfree()) and start empty again. */
char   *buf_take(struct buf *b);

/* Shorten to len bytes (nothing when it is shorter); `failed` is cleared. */
void	buf_cut(struct buf *b, size_t len);
/* Forget the bytes, keep the memory (wiped); `failed` is cleared. */
void	buf_reset(struct buf *b);
void	buf_free(struct buf *b);
#define AUTO_BUF __attribute__((cleanup(buf_free))) struct buf

/* A list of strings that it owns; items may be NULL when n is 0. */
struct strlist {
	char **items;
	size_t n;
};

void	strlist_add(struct strlist *l, const char *s);
bool	strlist_has(const struct strlist *l, const char *s);
void	strlist_del(struct strlist *l, size_t i);
void	strlist_free(struct strlist *l);

#endif
