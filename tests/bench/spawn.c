/* SPDX-License-Identifier: MIT */
/*
 * spawn FILE PROGRAM ARGUMENT...: runs the program and writes into FILE, as JSON, how it ended, how
 * long it took (ms), its processor time (ms) and its peak memory (KiB).  A parent of its own, for
 * the peak of a child is never below what its parent had before exec (a Python parent has 14 MiB).
 */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double
ms(struct timeval t)
{
	return (double)t.tv_sec * 1e3 + (double)t.tv_usec / 1e3;
}

int
main(int argc, char **argv)
{
	struct timespec a, b;
	struct rusage u;
	int status;
	pid_t pid;
	FILE *f;

	if (argc < 3)
		return 2;
	clock_gettime(CLOCK_MONOTONIC, &a);
	pid = fork();
	if (pid == 0) {
		execv(argv[2], argv + 2);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &u) != pid)
		return 1;
	clock_gettime(CLOCK_MONOTONIC, &b);
	f = fopen(argv[1], "w");
	if (f == NULL)
		return 1;
	fprintf(f, "{\"status\": %d, \"wall\": %.3f, \"cpu\": %.3f, \"rss\": %ld}\n",
	    WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
	    (double)(b.tv_sec - a.tv_sec) * 1e3 + (double)(b.tv_nsec - a.tv_nsec) / 1e6,
	    ms(u.ru_utime) + ms(u.ru_stime), u.ru_maxrss);
	return fclose(f) != 0;
}
