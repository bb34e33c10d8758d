/* SPDX-License-Identifier: MIT */
/*
 * Memory.  Allocation never fails from the caller's point of view: die() ends
 * the program, because a wizard that holds the root user has nothing sane to
 * do without memory.  alloc_install() gives the same wiping allocator to
 * OpenSSL, libcurl, expat and jansson, so that no reply that carried a secret
 * stays on the heap after it is freed (quality page, 2.6).
 */
#ifndef ALLOC_H
#define ALLOC_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Install the wiping allocator in OpenSSL and jansson and check that OpenSSL's
 * default context came up; the first line of main.  Returns false when OpenSSL
 * is unusable (the caller leaves with 255 without calling any library).
 */
bool	alloc_install(void);

/*
 * The hooks themselves, for curl_global_init_mem() and XML_ParserCreate_MM().
 * What they return is freed only by alloc_hook_free() or xfree(): a size stands
 * in front of it.  So what jansson hands out (json_dumps()) goes to xfree() and
 * what libc hands out (getline(), realpath()) goes to free().
 */
void   *alloc_hook_malloc(size_t);
void   *alloc_hook_calloc(size_t, size_t);
void   *alloc_hook_realloc(void *, size_t);
char   *alloc_hook_strdup(const char *);
void	alloc_hook_free(void *);

/*
 * Fail the n-th hooked allocation from now (1 = the next), once or for ever;
 * 0 switches it off.  Only rootlock-test calls it.
 */
void	alloc_fail_at(unsigned long n, bool forever);

/* These never return NULL; the caller frees with xfree(), which wipes. */
void   *xmalloc(size_t size) __attribute__((malloc, alloc_size(1), returns_nonnull));
void   *xcalloc(size_t n, size_t size)
	    __attribute__((malloc, alloc_size(1, 2), returns_nonnull));
void   *xrealloc(void *p, size_t size) __attribute__((alloc_size(2), returns_nonnull));
char   *xstrdup(const char *s) __attribute__((malloc, returns_nonnull));
char   *xstrndup(const char *s, size_t n) __attribute__((malloc, returns_nonnull));
char   *xasprintf(const char *fmt, ...)
	    __attribute__((malloc, returns_nonnull, nonnull(1), format(printf, 1, 2)));
void	xfree(void *p);

/* Give the pointer away: returns *pp and sets it to NULL. */
#define take(pp) __extension__ ({ __auto_type take_p_ = *(pp); *(pp) = NULL; take_p_; })

void	alloc_auto_free(void *pp);
#define AUTO_FREE __attribute__((cleanup(alloc_auto_free)))

/*
 * A broken invariant or exhausted memory: restore the terminal, wipe every
 * listed secret, say why on standard error, exit 255.  Never returns.
 */
_Noreturn void die(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Run `fn` first thing in die(); the terminal registers itself here. */
void	die_set_hook(void (*fn)(void));

#endif
