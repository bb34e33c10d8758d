/* SPDX-License-Identifier: MIT */
/* What the tests of src/core share: cmocka, a scratch directory, buffers. */
#ifndef CORE_TEST_H
#define CORE_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "alloc.h"
#include "buf.h"
#include "err.h"

#define BYTES(s) (s), (sizeof(s) - 1)
#define RUN(tests) (alloc_install() ? cmocka_run_group_tests((tests), NULL, NULL) != 0 : 1)

/* A new empty directory, xfree(). */
static inline char *
scratch_new(void)
{
	const char *base = getenv("TMPDIR");
	char *dir = xasprintf("%s/rootlock-test-XXXXXX", base != NULL ? base : "/tmp");

	assert_non_null(mkdtemp(dir));
	return dir;
}

/* Remove it with what is in it, and free. */
static inline void
scratch_free(char *dir)
{
	char *argv[] = { (char[]){ "rm" }, (char[]){ "-rf" }, (char[]){ "--" }, dir, NULL };
	pid_t pid = fork();
	int status = -1;

	if (pid == 0) {
		execvp("rm", argv);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	xfree(dir);
}

static inline void
spit(const char *path, const char *data, size_t len)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(data, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

/* The whole file as text, xfree(). */
static inline char *
slurp(const char *path)
{
	struct buf b = BUF_INIT(BUF_MAX_REPLY);
	FILE *f = fopen(path, "r");
	int c;

	assert_non_null(f);
	while ((c = fgetc(f)) != EOF)
		buf_putc(&b, (char)c);
	fclose(f);
	return buf_take(&b);
}

#endif
