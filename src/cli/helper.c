/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "crypto.h"
#include "helper.h"

#define OUTPUT_MAX 4096

struct child {
	pid_t pid;
	int in, out;
};

static bool
start(const char *command, struct child *c, struct err *e)
{
	int in[2], out[2];

	if (pipe2(in, O_CLOEXEC) != 0)
		return err_errno(e, ERR_OTHER, "%s", command);
	if (pipe2(out, O_CLOEXEC) != 0) {
		close(in[0]);
		close(in[1]);
		return err_errno(e, ERR_OTHER, "%s", command);
	}
	c->pid = fork();
	if (c->pid == 0) {
		dup2(in[0], STDIN_FILENO);
		dup2(out[1], STDOUT_FILENO);
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	close(in[0]);
	close(out[1]);
	c->in = in[1];
	c->out = out[0];
	return c->pid > 0 || err_errno(e, ERR_OTHER, "%s", command);
}

/* A helper that does not read its input is its own business: no SIGPIPE. */
static void
feed(int fd, const struct secret *input)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, old;

	sigaction(SIGPIPE, &ignore, &old);
	if (input != NULL && write(fd, secret_borrow(input), secret_len(input)) >= 0 &&
	    write(fd, "\n", 1) < 0)
		errno = 0;
	close(fd);
	sigaction(SIGPIPE, &old, NULL);
}

static struct secret *
read_secret(int fd)
{
	struct secret *s = secret_new(OUTPUT_MAX);
	char part[256];
	ssize_t n;

	while ((n = read(fd, part, sizeof part)) > 0 || (n < 0 && errno == EINTR)) {
		if (n > 0 && !secret_put(s, part, (size_t)n))
			break;
	}
	crypto_wipe(part, sizeof part);
	while (secret_len(s) > 0 && secret_borrow(s)[secret_len(s) - 1] == '\n')
		secret_cut(s, secret_len(s) - 1, 1);
	return s;
}

struct secret *
helper_run(const char *command, const struct secret *input, struct err *e)
{
	struct child c = { 0 };
	int status = 0;

	if (!start(command, &c, e))
		return NULL;
	feed(c.in, input);
	struct secret *out = read_secret(c.out);

	close(c.out);
	while (waitpid(c.pid, &status, 0) < 0 && errno == EINTR)
		continue;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return out;
	secret_free(out);
	err_set(e, ERR_OTHER, "the helper command failed (%s %d): %s",
	    WIFEXITED(status) ? "exit status" : "signal",
	    WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status), command);
	return NULL;
}

static struct secret *
read_line(int fd)
{
	struct secret *s = secret_new(1024);
	char c = 0;

	while (read(fd, &c, 1) == 1 && c != '\n')
		if (!secret_put(s, &c, 1))
			break;
	crypto_wipe(&c, 1);
	return s;
}

struct secret *
helper_ask(const char *prompt, bool hidden, struct err *e)
{
	struct termios old, quiet;
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC);

	if (fd < 0 || tcgetattr(fd, &old) != 0) {
		if (fd >= 0)
			close(fd);
		err_set(e, ERR_REFUSED, "%s: there is no terminal to ask on", prompt);
		return NULL;
	}
	quiet = old;
	if (hidden)
		quiet.c_lflag &= ~(tcflag_t)ECHO;
	/* What was typed before the question is no answer to it. */
	tcsetattr(fd, TCSAFLUSH, &quiet);
	dprintf(fd, "%s", prompt);
	struct secret *s = read_line(fd);

	tcsetattr(fd, TCSAFLUSH, &old);
	if (hidden)
		dprintf(fd, "\n");
	close(fd);
	return s;
}
