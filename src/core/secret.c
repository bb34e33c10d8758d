/* SPDX-License-Identifier: MIT */
#include "secret.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "alloc.h"

/* Lives at the start of its own pages; data holds cap bytes and a NUL. */
struct secret {
	struct secret *next;
	struct secret *prev;
	size_t mapped;
	size_t cap;
	size_t len;
	char data[];
};

static struct secret *secrets; /* all live ones, for die() */

void
secret_harden_process(void)
{
	struct rlimit none = { .rlim_cur = 0, .rlim_max = 0 };

	/* Best effort both: a container may forbid them, and nothing depends on it. */
	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

struct secret *
secret_new(size_t cap)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t mapped;
	struct secret *s;

	if (cap > SIZE_MAX / 2)
		die("secret of %zu bytes", cap);
	mapped = (sizeof(*s) + cap + 1 + page - 1) / page * page;
	s = mmap(NULL, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (s == MAP_FAILED)
		die("out of memory (a secret of %zu bytes)", cap);
	(void)mlock(s, mapped); /* RLIMIT_MEMLOCK may be 0; swapping is then possible */
	(void)madvise(s, mapped, MADV_DONTDUMP);
	(void)madvise(s, mapped, MADV_WIPEONFORK);
	s->mapped = mapped;
	s->cap = cap;
	s->next = secrets;
	if (secrets != NULL)
		secrets->prev = s;
	secrets = s;
	return s;
}

struct secret *
secret_from(const char *data, size_t len)
{
	struct secret *s = secret_new(len);

	if (!secret_put(s, data, len))
		die("secret does not fit");
	return s;
}

struct secret *
secret_dup(const struct secret *s)
{
	return secret_from(secret_borrow(s), secret_len(s));
}

bool
secret_put(struct secret *s, const char *data, size_t len)
{
	return secret_insert(s, s->len, data, len);
}

void
secret_cut(struct secret *s, size_t at, size_t len)
{
	size_t rest;

	if (at >= s->len)
		return;
	if (len > s->len - at)
		len = s->len - at;
	rest = s->len - at - len;
	memmove(s->data + at, s->data + at + len, rest);
	OPENSSL_cleanse(s->data + at + rest, len);
	s->len -= len;
}

bool
secret_insert(struct secret *s, size_t at, const char *data, size_t len)
{
	if (len > s->cap - s->len)
		return false;
	if (len == 0)
		return true;
	if (at > s->len)
		at = s->len;
	memmove(s->data + at + len, s->data + at, s->len - at);
	memcpy(s->data + at, data, len);
	s->len += len;
	s->data[s->len] = '\0';
	return true;
}

void
secret_reset(struct secret *s)
{
	OPENSSL_cleanse(s->data, s->cap + 1);
	s->len = 0;
}

size_t
secret_len(const struct secret *s)
{
	return s != NULL ? s->len : 0;
}

const char *
secret_borrow(const struct secret *s)
{
	return s != NULL ? s->data : "";
}

bool
secret_equal(const struct secret *a, const struct secret *b)
{
	size_t len = secret_len(a);

	return len == secret_len(b) && CRYPTO_memcmp(secret_borrow(a), secret_borrow(b), len) == 0;
}

void
secret_free(struct secret *s)
{
	size_t mapped;

	if (s == NULL)
		return;
	if (s->next != NULL)
		s->next->prev = s->prev;
	if (s->prev != NULL)
		s->prev->next = s->next;
	else
		secrets = s->next;
	mapped = s->mapped;
	OPENSSL_cleanse(s, mapped);
	(void)munmap(s, mapped);
}

void
secret_auto_free(struct secret **s)
{
	secret_free(*s);
}

void
secret_wipe_all(void)
{
	for (struct secret *s = secrets; s != NULL; s = s->next)
		secret_reset(s);
}
