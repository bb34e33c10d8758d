/* SPDX-License-Identifier: MIT */
#include "alloc.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "secret.h"

/*
 * In front of each block stands its size, so that free knows what to wipe; 16
 * bytes keep the alignment of malloc.  AddressSanitizer does better without:
 * it would see only the outer block.
 */
#if defined(__SANITIZE_ADDRESS__)
#define ALLOC_HEADER 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ALLOC_HEADER 0
#endif
#endif
#ifndef ALLOC_HEADER
#define ALLOC_HEADER 16
#endif

static unsigned long fail_at; /* 0 = off, else allocations left to the failure */
static bool fail_forever;
static bool dying;
static void (*die_hook)(void);

/* True when this allocation is the one that the test wants to fail. */
static bool
must_fail(void)
{
	if (fail_at == 0)
		return false;
	if (fail_at > 1) {
		fail_at--;
		return false;
	}
	if (!fail_forever)
		fail_at = 0;
	return true;
}

void
alloc_fail_at(unsigned long n, bool forever)
{
	fail_at = n;
	fail_forever = forever;
}

#if ALLOC_HEADER

static size_t
block_size(const void *p)
{
	size_t size;

	memcpy(&size, (const char *)p - ALLOC_HEADER, sizeof(size));
	return size;
}

void *
alloc_hook_malloc(size_t size)
{
	char *p;

	if (must_fail() || size > PTRDIFF_MAX - ALLOC_HEADER)
		return NULL;
	p = malloc(size + ALLOC_HEADER);
	if (p == NULL)
		return NULL;
	memcpy(p, &size, sizeof(size));
	return p + ALLOC_HEADER;
}

void
alloc_hook_free(void *p)
{
	if (p == NULL)
		return;
	OPENSSL_cleanse(p, block_size(p));
	free((char *)p - ALLOC_HEADER);
}

void *
alloc_hook_realloc(void *p, size_t size)
{
	size_t old;
	void *q;

	if (p == NULL)
		return alloc_hook_malloc(size);
	if (size == 0) {
		alloc_hook_free(p);
		return NULL;
	}
	old = block_size(p);
	q = alloc_hook_malloc(size);
	if (q == NULL)
		return NULL;
	memcpy(q, p, old < size ? old : size);
	alloc_hook_free(p);
	return q;
}

#else

void *
alloc_hook_malloc(size_t size)
{
	return must_fail() || size > PTRDIFF_MAX ? NULL : malloc(size);
}

void
alloc_hook_free(void *p)
{
	free(p);
}

void *
alloc_hook_realloc(void *p, size_t size)
{
	if (p != NULL && size == 0) {
		free(p);
		return NULL;
	}
	return must_fail() || size > PTRDIFF_MAX ? NULL : realloc(p, size);
}

#endif

void *
alloc_hook_calloc(size_t n, size_t size)
{
	size_t total;
	void *p;

	if (__builtin_mul_overflow(n, size, &total))
		return NULL;
	p = alloc_hook_malloc(total);
	if (p != NULL)
		memset(p, 0, total);
	return p;
}

char *
alloc_hook_strdup(const char *s)
{
	size_t size = strlen(s) + 1;
	char *p = alloc_hook_malloc(size);

	if (p != NULL)
		memcpy(p, s, size);
	return p;
}

/* OpenSSL passes the place of the call, which we have no use for. */
static void *
openssl_malloc(size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	return alloc_hook_malloc(size);
}

static void *
openssl_realloc(void *p, size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	return alloc_hook_realloc(p, size);
}

static void
openssl_free(void *p, const char *file, int line)
{
	(void)file;
	(void)line;
	alloc_hook_free(p);
}

bool
alloc_install(void)
{
	EVP_MD *md;

	json_set_alloc_funcs(alloc_hook_malloc, alloc_hook_free);
	if (CRYPTO_set_mem_functions(openssl_malloc, openssl_realloc, openssl_free) != 1)
		return false;
	/* After a failed start OpenSSL crashes later on: find out now. */
	md = EVP_MD_fetch(NULL, "SHA256", NULL);
	EVP_MD_free(md);
	return md != NULL;
}

void
die_set_hook(void (*fn)(void))
{
	die_hook = fn;
}

/* Write what may hold outside text to a terminal, without allocating. */
static void
complain(const char *s)
{
	static const char prefix[] = "rootlock: internal error: ";
	char line[512];
	size_t n = sizeof(prefix) - 1;

	memcpy(line, prefix, n);
	for (; *s != '\0' && n < sizeof(line) - 1; s++)
		line[n++] = *s >= ' ' && *s < 0x7f ? *s : '?';
	line[n++] = '\n';
	if (write(STDERR_FILENO, line, n) < 0)
		return; /* nobody is left to tell */
}

void
die(const char *fmt, ...)
{
	char text[400];
	va_list ap;

	if (!dying) {
		dying = true;
		if (die_hook != NULL)
			die_hook();
		secret_wipe_all();
		va_start(ap, fmt);
		vsnprintf(text, sizeof(text), fmt, ap);
		va_end(ap);
		complain(text);
	}
	_exit(255);
}
