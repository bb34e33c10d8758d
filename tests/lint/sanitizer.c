/* SPDX-License-Identifier: MIT */
/*
 * Linked into sanitizer builds alone: reports go to files beside the program, where
 * tests/check.py counts them, since a full-screen program's standard error is its screen.
 */
const char *__asan_default_options(void);
const char *__ubsan_default_options(void);

const char *
__asan_default_options(void)
{
	return "log_path=" SAN_LOG ":detect_leaks=1:detect_stack_use_after_return=1";
}

const char *
__ubsan_default_options(void)
{
	return "log_path=" SAN_LOG ":print_stacktrace=1";
}
