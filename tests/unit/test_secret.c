/* SPDX-License-Identifier: MIT */
#include "core_test.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include "secret.h"

static void
test_edit(void **state)
{
	AUTO_SECRET s = secret_new(8);

	(void)state;
	assert_int_equal(secret_len(s), 0);
	assert_string_equal(secret_borrow(s), "");
	assert_true(secret_put(s, BYTES("abef")));
	assert_true(secret_insert(s, 2, BYTES("cd")));
	assert_string_equal(secret_borrow(s), "abcdef");
	assert_true(secret_insert(s, 100, BYTES("gh")));
	assert_string_equal(secret_borrow(s), "abcdefgh");
	assert_false(secret_put(s, "x", 1));
	assert_false(secret_insert(s, 0, "x", 1));
	assert_false(secret_insert(s, 0, "x", SIZE_MAX));
	assert_string_equal(secret_borrow(s), "abcdefgh");
	secret_cut(s, 2, 3);
	assert_string_equal(secret_borrow(s), "abfgh");
	secret_cut(s, 5, 1);
	secret_cut(s, 4, SIZE_MAX);
	assert_string_equal(secret_borrow(s), "abfg");
	assert_int_equal(secret_len(s), 4);
}

/* Deleted bytes are gone, not only behind the end. */
static void
test_wiped_when_cut(void **state)
{
	static const char zeros[8];
	AUTO_SECRET s = secret_from(BYTES("abcdefgh"));
	const char *p = secret_borrow(s);

	(void)state;
	secret_cut(s, 0, 6);
	assert_memory_equal(p, "gh\0\0\0\0\0\0", 8);
	secret_reset(s);
	assert_memory_equal(p, zeros, 8);
	assert_int_equal(secret_len(s), 0);
	assert_true(secret_put(s, BYTES("again")));
}

static void
test_null(void **state)
{
	AUTO_SECRET none = NULL;
	AUTO_SECRET empty = secret_from("", 0);

	(void)state;
	assert_int_equal(secret_len(NULL), 0);
	assert_string_equal(secret_borrow(NULL), "");
	assert_true(secret_equal(none, empty));
	secret_free(NULL);
}

static void
test_equal_and_dup(void **state)
{
	AUTO_SECRET a = secret_from(BYTES("pass\0word"));
	AUTO_SECRET b = secret_dup(a);
	AUTO_SECRET c = secret_from(BYTES("pass\0Word"));

	(void)state;
	assert_int_equal(secret_len(b), 9);
	assert_true(secret_equal(a, b));
	assert_false(secret_equal(a, c));
	secret_cut(b, 8, 1);
	assert_false(secret_equal(a, b));
}

static void
test_large(void **state)
{
	size_t cap = 3 * 4096;
	AUTO_SECRET s = secret_new(cap);

	(void)state;
	for (size_t i = 0; i < cap; i++)
		assert_true(secret_put(s, "x", 1));
	assert_false(secret_put(s, "x", 1));
	assert_int_equal(strlen(secret_borrow(s)), cap);
}

static void
test_wipe_all(void **state)
{
	struct secret *a = secret_from(BYTES("first")), *b = secret_from(BYTES("second"));
	struct secret *c = secret_from(BYTES("third"));
	const char *pa = secret_borrow(a), *pc = secret_borrow(c);

	(void)state;
	secret_free(b); /* out of the middle of the list */
	secret_wipe_all();
	assert_memory_equal(pa, "\0\0\0\0\0", 5);
	assert_memory_equal(pc, "\0\0\0\0\0", 5);
	assert_int_equal(secret_len(a), 0);
	assert_true(secret_put(a, BYTES("again")));
	secret_free(c);
	secret_free(a);
	secret_wipe_all();
}

/* The line of /proc/self/smaps with the flags of the mapping that holds p. */
static bool
mapping_flags(const void *p, char *out, size_t size)
{
	FILE *f = fopen("/proc/self/smaps", "r");
	unsigned long from, to, at = (unsigned long)(uintptr_t)p;
	bool inside = false;
	char line[256];

	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL) {
		if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
			inside = at >= from && at < to;
		if (inside && strncmp(line, "VmFlags:", 8) == 0) {
			snprintf(out, size, "%s", line);
			fclose(f);
			return true;
		}
	}
	fclose(f);
	return false;
}

static void
test_kept_out_of_dumps_and_children(void **state)
{
	AUTO_SECRET s = secret_from(BYTES("hunter2"));
	char flags[256];
	int status;
	pid_t pid;

	(void)state;
	assert_true(mapping_flags(secret_borrow(s), flags, sizeof(flags)));
	assert_non_null(strstr(flags, " dd")); /* do not dump */
	assert_non_null(strstr(flags, " wf")); /* wipe on fork */
	pid = fork();
	if (pid == 0) {
		const char *p = secret_borrow(s);
		bool wiped = p[0] == '\0' && secret_len(s) == 0;

		secret_wipe_all(); /* must not crash on a wiped list */
		_exit(wiped ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_string_equal(secret_borrow(s), "hunter2");
}

static void
test_harden(void **state)
{
	int status;
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		struct rlimit l;

		secret_harden_process();
		_exit(getrlimit(RLIMIT_CORE, &l) == 0 && l.rlim_max == 0 &&
			      prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0
			  ? 0
			  : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

#if !defined(__SANITIZE_ADDRESS__)
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define NO_HEADER 1
#endif
#endif
#else
#define NO_HEADER 1
#endif

/* The allocator of the libraries wipes what it frees and what realloc leaves. */
static void
test_freed_memory_is_wiped(void **state)
{
	(void)state;
#ifdef NO_HEADER
	skip();
#else
	/* A volatile view, because the block is not ours any more when we look. */
	char *p = alloc_hook_malloc(256);
	volatile const char *view = p;
	size_t left = 0;

	memset(p, 'S', 256);
	alloc_hook_free(p);
	for (size_t i = 64; i < 200; i++)
		left += view[i] == 'S';
	assert_int_equal(left, 0);
#endif
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_edit),
		cmocka_unit_test(test_wiped_when_cut),
		cmocka_unit_test(test_null),
		cmocka_unit_test(test_equal_and_dup),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_wipe_all),
		cmocka_unit_test(test_kept_out_of_dumps_and_children),
		cmocka_unit_test(test_harden),
		cmocka_unit_test(test_freed_memory_is_wiped),
	};

	return RUN(tests);
}
