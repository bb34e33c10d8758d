/* SPDX-License-Identifier: MIT */
#include "core_test.h"

#include <errno.h>

#include "log.h"

static void
test_first_failure_wins(void **state)
{
	struct err e = { .kind = ERR_NONE };

	(void)state;
	assert_false(err_set(&e, ERR_AWS, "first %d", 1));
	assert_false(err_set(&e, ERR_USAGE, "second"));
	errno = EPERM;
	assert_false(err_errno(&e, ERR_FILE, "third"));
	assert_int_equal(e.kind, ERR_AWS);
	assert_string_equal(e.text, "first 1");
	err_clear(&e);
	assert_int_equal(e.kind, ERR_NONE);
	assert_string_equal(e.text, "");
	assert_false(err_set(&e, ERR_USAGE, "second"));
	assert_string_equal(e.text, "second");
}

static void
test_null_is_allowed(void **state)
{
	(void)state;
	assert_false(err_set(NULL, ERR_AWS, "x"));
	assert_false(err_errno(NULL, ERR_AWS, "x"));
	assert_false(err_wrap(NULL, "x"));
	assert_false(err_is(NULL, ""));
	assert_false(err_is_denied(NULL));
	err_clear(NULL);
}

static void
test_errno_and_wrap(void **state)
{
	struct err e = { .kind = ERR_NONE };

	(void)state;
	assert_false(err_wrap(&e, "nothing there yet"));
	assert_string_equal(e.text, "");
	errno = ENOENT;
	err_errno(&e, ERR_FILE, "open %s", "x");
	assert_string_equal(e.text, "open x: No such file or directory");
	assert_false(err_wrap(&e, "reading %s", "config"));
	assert_string_equal(e.text, "reading config: open x: No such file or directory");
	assert_int_equal(e.kind, ERR_FILE);
}

static void
test_text_is_cleaned(void **state)
{
	struct err e = { .kind = ERR_NONE };

	(void)state;
	err_set(&e, ERR_AWS, "a\x1b]0;x\a\r\nb\xe2\x80\xae\xff%s", "\x1b[2J");
	assert_string_equal(e.text, "a\\x1b]0;x\\x07\\x0d b\\u{202e}\\xff\\x1b[2J");
	err_wrap(&e, "in\x1b");
	assert_memory_equal(e.text, "in\\x1b: a", 9);
}

/* Cut at a character, and never in the middle of an escape. */
static void
test_text_is_cut_at_a_character(void **state)
{
	char long_text[1200];
	struct err e = { .kind = ERR_NONE };

	(void)state;
	for (size_t i = 0; i < 400; i++)
		memcpy(long_text + 3 * i, "\xe2\x82\xac", 3);
	long_text[1199] = '\0';
	err_set(&e, ERR_AWS, "%s", long_text);
	assert_int_equal(strlen(e.text), 510);
	assert_memory_equal(e.text + 507, "\xe2\x82\xac", 3);
	err_clear(&e);
	memset(long_text, 0x1b, 1199);
	err_set(&e, ERR_AWS, "%s", long_text);
	assert_int_equal(strlen(e.text), 508);
	assert_memory_equal(e.text + 504, "\\x1b", 4);
}

static void
test_codes(void **state)
{
	struct err e = { .kind = ERR_NONE };

	(void)state;
	strcpy(e.code, "AccessDenied");
	assert_false(err_is(&e, "AccessDenied"));
	err_set(&e, ERR_AWS, "no");
	assert_true(err_is(&e, "AccessDenied"));
	assert_true(err_is_denied(&e));
	strcpy(e.code, "UnauthorizedOperation");
	assert_true(err_is_denied(&e));
	strcpy(e.code, "ExpiredToken");
	assert_false(err_is_denied(&e));
	strcpy(e.code, "InvalidClientTokenId");
	assert_false(err_is_denied(&e));
	strcpy(e.code, "AccessDeniedX");
	assert_false(err_is_denied(&e));
}

static void
test_exit_status(void **state)
{
	static const struct {
		enum err_kind kind;
		int status;
	} rows[] = {
		{ ERR_NONE, 0 },
		{ ERR_OTHER, 255 },
		{ ERR_USAGE, 252 },
		{ ERR_CONFIG, 253 },
		{ ERR_AWS, 254 },
		{ ERR_NETWORK, 255 },
		{ ERR_FILE, 255 },
		{ ERR_CANCELLED, 130 },
		{ ERR_REFUSED, 255 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err e = { .kind = rows[i].kind };

		assert_int_equal(err_exit(&e), rows[i].status);
	}
}

static void
test_log_is_private_and_clean(void **state)
{
	char *dir = scratch_new(), *path = xasprintf("%s/log", dir), *text;
	char *link_path = xasprintf("%s/link", dir);
	struct err e = { .kind = ERR_NONE };
	struct stat st;

	(void)state;
	assert_false(log_on());
	log_line("to nowhere");
	assert_true(log_open(path, &e));
	assert_true(log_on());
	log_line("a\nb\x1b[1m%s", "\xc2\x9b");
	log_close();
	log_line("not any more");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	text = slurp(path);
	assert_string_equal(text + 21, "a\\x0ab\\x1b[1m\\x9b\n");
	assert_int_equal(text[19], 'Z');
	assert_int_equal(symlink(path, link_path), 0);
	assert_false(log_open(link_path, &e));
	assert_int_equal(e.kind, ERR_FILE);
	xfree(text);
	xfree(path);
	xfree(link_path);
	scratch_free(dir);
}

static void
say_restored(void)
{
	if (write(STDERR_FILENO, "[restored]", 10) != 10)
		_exit(1);
}

/* Run fn in a child; its exit status and what it wrote to standard error. */
static int
in_child(void (*fn)(void), char *out, size_t size)
{
	int fds[2], status;
	size_t n = 0;
	ssize_t got;
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	if (pid == 0) {
		dup2(fds[1], STDERR_FILENO);
		close(fds[0]);
		fn();
		_exit(0);
	}
	close(fds[1]);
	while ((got = read(fds[0], out + n, size - 1 - n)) > 0)
		n += (size_t)got;
	out[n] = '\0';
	close(fds[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
die_again(void)
{
	say_restored();
	die("again");
}

static void
die_plainly(void)
{
	die_set_hook(say_restored);
	die("no %s\x1b[2J", "memory");
}

static void
die_in_hook(void)
{
	die_set_hook(die_again);
	die("first");
}

static void
die_of_memory(void)
{
	alloc_fail_at(2, false);
	xfree(xmalloc(1));
	xfree(xmalloc(10));
}

static void
test_die(void **state)
{
	char out[256];

	(void)state;
	assert_int_equal(in_child(die_plainly, out, sizeof(out)), 255);
	assert_string_equal(out, "[restored]rootlock: internal error: no memory?[2J\n");
	assert_int_equal(in_child(die_in_hook, out, sizeof(out)), 255);
	assert_string_equal(out, "[restored]");
	assert_int_equal(in_child(die_of_memory, out, sizeof(out)), 255);
	assert_non_null(strstr(out, "rootlock: internal error: out of memory"));
}

static void
test_failing_allocations(void **state)
{
	void *p;

	(void)state;
	alloc_fail_at(3, false);
	for (int i = 1; i <= 4; i++) {
		p = alloc_hook_malloc(8);
		assert_true((p == NULL) == (i == 3));
		alloc_hook_free(p);
	}
	alloc_fail_at(2, true);
	p = alloc_hook_calloc(2, 2);
	assert_non_null(p);
	assert_null(alloc_hook_strdup("x"));
	assert_null(alloc_hook_realloc(p, 100));
	alloc_fail_at(0, false);
	p = alloc_hook_realloc(p, 100);
	assert_non_null(p);
	alloc_hook_free(p);
}

static void
test_hooks(void **state)
{
	char *p = alloc_hook_malloc(0), *q;

	(void)state;
	assert_non_null(p);
	alloc_hook_free(p);
	alloc_hook_free(NULL);
	assert_null(alloc_hook_calloc(SIZE_MAX / 2, 3));
	assert_null(alloc_hook_malloc(SIZE_MAX - 3));
	p = alloc_hook_strdup("abcdef");
	assert_int_equal((uintptr_t)p % 16, 0);
	p = alloc_hook_realloc(p, 3);
	assert_memory_equal(p, "abc", 3);
	p = alloc_hook_realloc(p, 4096);
	assert_memory_equal(p, "abc", 3);
	q = take(&p);
	assert_null(p);
	assert_null(alloc_hook_realloc(q, 0));
	p = xstrndup("abcdef", 4);
	assert_string_equal(p, "abcd");
	xfree(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_failure_wins),
		cmocka_unit_test(test_null_is_allowed),
		cmocka_unit_test(test_errno_and_wrap),
		cmocka_unit_test(test_text_is_cleaned),
		cmocka_unit_test(test_text_is_cut_at_a_character),
		cmocka_unit_test(test_codes),
		cmocka_unit_test(test_exit_status),
		cmocka_unit_test(test_log_is_private_and_clean),
		cmocka_unit_test(test_die),
		cmocka_unit_test(test_failing_allocations),
		cmocka_unit_test(test_hooks),
	};

	return RUN(tests);
}
