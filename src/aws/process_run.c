/* SPDX-License-Identifier: MIT */
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "alloc.h"
#include "clock.h"
#include "crypto.h"
#include "login_parts.h"
#include "service.h"

#define TICK_MS 10

extern char **environ;

/* The reading ends; -1: closed. */
struct child {
	pid_t pid;
	int out, why;
	bool flooded;
};

static void
close_pipe(const int fd[2])
{
	close(fd[0]);
	close(fd[1]);
}

/* Ours must not block: the wait port goes on meanwhile. */
static bool
make_pipe(int fd[2])
{
	if (pipe2(fd, O_CLOEXEC) != 0)
		return false;
	if (fcntl(fd[0], F_SETFL, O_NONBLOCK) == 0)
		return true;
	close_pipe(fd);
	return false;
}

/* What the child is made with: default signals, three files and no other. */
static int
spawn(const struct strlist *words, int out, int why, pid_t *pid)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t all, none;
	char **argv = xcalloc(words->n + 1, sizeof(*argv));
	int failed;

	for (size_t i = 0; i < words->n; i++)
		argv[i] = words->items[i];
	sigfillset(&all);
	sigemptyset(&none);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&files, why, STDERR_FILENO);
	posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(
	    &attr, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
	posix_spawnattr_setsigdefault(&attr, &all);
	posix_spawnattr_setsigmask(&attr, &none);
	failed = posix_spawnp(pid, argv[0], &files, &attr, argv, environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&files);
	xfree(argv);
	return failed;
}

static bool
start(const struct strlist *words, struct child *c, struct err *e)
{
	int out[2], why[2], failed;

	if (!make_pipe(out))
		return err_errno(e, ERR_OTHER, "a pipe");
	if (!make_pipe(why)) {
		close_pipe(out);
		return err_errno(e, ERR_OTHER, "a pipe");
	}
	failed = spawn(words, out[1], why[1], &c->pid);
	close(out[1]);
	close(why[1]);
	c->out = out[0];
	c->why = why[0];
	if (failed == 0)
		return true;
	close(c->out);
	close(c->why);
	errno = failed;
	return err_errno(e, ERR_OTHER, "%s", words->items[0]);
}

/* All that is there now; true when the end was seen.  What does not fit is dropped. */
static bool
drain(int *fd, struct buf *b)
{
	char part[4096];
	ssize_t n;

	while (*fd >= 0 && (n = read(*fd, part, sizeof(part))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return false;
		if (n < 0)
			break;
		buf_put(b, part, (size_t)n);
		crypto_wipe(part, (size_t)n);
	}
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
	return true;
}

/* Its own children may have kept the outputs; they are of its session. */
static void
put_down(const struct child *c)
{
	(void)kill(-c->pid, SIGKILL);
	(void)kill(c->pid, SIGKILL);
}

bool
process_run(const struct login_env *io, const struct strlist *words, int seconds, struct buf *out,
    struct buf *why, struct process_end *end, struct err *e)
{
	struct child c = { .pid = -1 };
	int64_t limit = clock_ms() + (int64_t)seconds * 1000;
	pid_t ended = 0;

	if (!start(words, &c, e))
		return false;
	*end = (struct process_end){ 0 };
	for (;;) {
		bool all = drain(&c.out, out);

		all = drain(&c.why, why) && all;
		if (ended == 0)
			ended = waitpid(c.pid, &end->status, WNOHANG);
		if (all && ended != 0)
			break;
		end->late = clock_ms() >= limit;
		end->cancelled = !login_turn(io, TICK_MS);
		if (end->late || end->cancelled)
			break;
	}
	if (end->late || end->cancelled)
		put_down(&c);
	while (ended == 0 && (ended = waitpid(c.pid, &end->status, 0)) < 0 && errno == EINTR)
		ended = 0;
	(void)drain(&c.out, out);
	if (c.out >= 0)
		close(c.out);
	if (c.why >= 0)
		close(c.why);
	end->flooded = out->failed;
	return true;
}
