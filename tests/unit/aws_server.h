/* SPDX-License-Identifier: MIT */
/*
 * A loopback server that answers by a script: the n-th request, on whichever
 * connection, gets the n-th answer.  One process a connection.
 */
#ifndef AWS_SERVER_H
#define AWS_SERVER_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core_test.h"

#define SERVER_REQUESTS 64
#define SERVER_TEXT 4096

/* What may stand in a script besides an answer, which begins with "HTTP/". */
#define SERVER_CLOSE "close"	/* read the request, then close without an answer */
#define SERVER_STALL "stall"	/* read the request, then nothing */
#define SERVER_FLOOD "flood"	/* an answer of 17 MiB */
#define SERVER_SLOW "slow"	/* the next answer after 400 ms; part of the same entry */

struct server_seen {
	atomic_uint requests, connections;
	char text[SERVER_REQUESTS][SERVER_TEXT];
};

struct server {
	struct server_seen *seen;	/* shared with the processes */
	pid_t pid;
	int port;
	char url[64];
};

static inline bool
server_read(int fd, char *text, size_t size)
{
	size_t n = 0;
	char *end;

	for (;;) {
		ssize_t got = read(fd, text + n, size - 1 - n);
		const char *length;

		if (got <= 0)
			return false;
		n += (size_t)got;
		text[n] = '\0';
		end = strstr(text, "\r\n\r\n");
		if (end == NULL)
			continue;
		length = strcasestr(text, "\r\ncontent-length:");
		if (length == NULL || length > end ||
		    (size_t)atoi(length + 17) <= n - (size_t)(end + 4 - text))
			return true;
	}
}

static inline void
server_write(int fd, const char *s, size_t n)
{
	while (n > 0) {
		ssize_t done = write(fd, s, n);

		if (done <= 0)
			_exit(0);
		s += done;
		n -= (size_t)done;
	}
}

static inline void
server_flood(int fd)
{
	static char block[1 << 16];
	const char *head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

	memset(block, 'x', sizeof block);
	server_write(fd, head, strlen(head));
	for (int i = 0; i < 17 * 16; i++) {
		server_write(fd, "10000\r\n", 7);
		server_write(fd, block, sizeof block);
		server_write(fd, "\r\n", 2);
	}
}

static inline void
server_connection(struct server_seen *seen, int fd, const char *const *script, unsigned n)
{
	static char text[1 << 16];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	atomic_fetch_add(&seen->connections, 1);
	while (server_read(fd, text, sizeof text)) {
		unsigned i = atomic_fetch_add(&seen->requests, 1);
		const char *answer = i < n ? script[i] : "HTTP/1.1 599 Script\r\n\r\n";

		if (i < SERVER_REQUESTS)
			snprintf(seen->text[i], SERVER_TEXT, "%.*s", SERVER_TEXT - 1, text);
		if (strncmp(answer, SERVER_SLOW, 4) == 0) {
			usleep(400000);
			answer += 4;
		}
		if (strcmp(answer, SERVER_STALL) == 0)
			pause();
		if (strcmp(answer, SERVER_CLOSE) == 0)
			break;
		if (strcmp(answer, SERVER_FLOOD) == 0)
			server_flood(fd);
		server_write(fd, answer, strlen(answer));
		/* 999: promised more than there is, and the rest never comes. */
		if (strstr(answer, "Content-Length: 999") != NULL ||
		    strstr(answer, "Connection: close") != NULL)
			break;
	}
	_exit(0);
}

static inline void
server_loop(struct server_seen *seen, int fd, const char *const *script, unsigned n)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL); /* not left behind by a test that dies */
	signal(SIGCHLD, SIG_IGN);
	for (;;) {
		int c = accept(fd, NULL, NULL);

		if (c < 0)
			_exit(1);
		if (fork() == 0) {
			close(fd);
			server_connection(seen, c, script, n);
		}
		close(c);
	}
}

/* script: n answers, which have to stay where they are. */
static inline void
server_start(struct server *s, const char *const *script, unsigned n)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof a;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
	assert_int_equal(listen(fd, 64), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
	s->seen = mmap(NULL, sizeof *s->seen, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
	    -1, 0);
	assert_ptr_not_equal(s->seen, MAP_FAILED);
	s->port = ntohs(a.sin_port);
	snprintf(s->url, sizeof s->url, "http://127.0.0.1:%d", s->port);
	s->pid = fork();
	if (s->pid == 0) {
		setpgid(0, 0);
		server_loop(s->seen, fd, script, n);
	}
	setpgid(s->pid, s->pid);
	close(fd);
}

/* Ends the server and its connections, which are a process group of their own. */
static inline void
server_stop(struct server *s)
{
	int status;

	kill(-s->pid, SIGKILL);
	waitpid(s->pid, &status, 0);
	munmap(s->seen, sizeof *s->seen);
}

#endif
