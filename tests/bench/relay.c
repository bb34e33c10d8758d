/* SPDX-License-Identifier: MIT */
/*
 * A relay that is far away: relay RTT_MS PORT TO_PORT ADDRESS...
 * Listens on each address and joins each connection to TO_PORT of the same address.  Bytes are
 * held half a round trip each way.  The kernel answers a connection at once where a far host takes
 * a round trip, so the client's first bytes are held for that one too.
 * Leaves when standard input ends.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define ENDS_MAX 1024
#define PIECE 65536

struct piece {
	struct piece *next;
	int64_t due;	/* ns */
	size_t len, sent;	/* len 0: the end of the stream */
	char data[];
};

/* One of the two sockets of a joined connection, and what is on its way to it. */
struct end {
	int fd, other;	/* other: index; fd -1: free */
	struct piece *first, **last;
	int64_t earliest;	/* no byte that is read here goes on before; ns */
	int eof, closed;	/* nothing more to read; nothing more to write */
};

static struct end ends[ENDS_MAX];
static int listeners[32], nlisteners;
static int64_t half;	/* of a round trip, ns */
static int to_port;

static int64_t
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void
fail(const char *what)
{
	perror(what);
	exit(1);
}

static int
make_socket(const char *address, int port, struct sockaddr_in *a)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

	*a = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	if (fd < 0 || inet_pton(AF_INET, address, &a->sin_addr) != 1)
		fail(address);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	return fd;
}

static void
add_listener(const char *address, int port)
{
	struct sockaddr_in a;
	int fd = make_socket(address, port, &a);

	if (bind(fd, (struct sockaddr *)&a, sizeof a) != 0 || listen(fd, 64) != 0)
		fail(address);
	listeners[nlisteners++] = fd;
}

static int
free_end(int not)
{
	for (int i = 0; i < ENDS_MAX; i++)
		if (i != not && ends[i].fd < 0)
			return i;
	fprintf(stderr, "relay: too many connections\n");
	exit(1);
}

static void
begin_end(int i, int fd, int other, int64_t earliest)
{
	int one = 1;

	fcntl(fd, F_SETFL, O_NONBLOCK);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	ends[i] = (struct end){ .fd = fd, .other = other, .earliest = earliest };
	ends[i].last = &ends[i].first;
}

static void
join(int listener)
{
	struct sockaddr_in here, to;
	socklen_t len = sizeof here;
	char text[INET_ADDRSTRLEN];
	int64_t t = now();
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC), a = free_end(-1), b = free_end(a);

	if (fd < 0)
		return;
	if (getsockname(fd, (struct sockaddr *)&here, &len) != 0)
		fail("getsockname");
	inet_ntop(AF_INET, &here.sin_addr, text, sizeof text);
	int far = make_socket(text, to_port, &to);
	if (connect(far, (struct sockaddr *)&to, sizeof to) != 0)
		fail("connect");
	begin_end(a, fd, b, t + 3 * half);
	begin_end(b, far, a, 0);
}

/* Everything that is there goes on its way to the other end. */
static void
take(struct end *e)
{
	static char data[PIECE];
	struct end *to = &ends[e->other];
	ssize_t n = read(e->fd, data, sizeof data);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n < 0)
		n = 0;
	struct piece *p = malloc(sizeof *p + (size_t)n);
	if (p == NULL)
		fail("malloc");
	*p = (struct piece){ .due = now() + half, .len = (size_t)n };
	if (p->due < e->earliest)
		p->due = e->earliest;
	memcpy(p->data, data, (size_t)n);
	*to->last = p;
	to->last = &p->next;
	e->eof = n == 0;
}

/* False when the socket takes no more for now. */
static int
give_piece(struct end *e, struct piece *p)
{
	ssize_t n;

	if (p->len == 0) {
		shutdown(e->fd, SHUT_WR);
		e->closed = 1;
		return 1;
	}
	n = send(e->fd, p->data + p->sent, p->len - p->sent, MSG_NOSIGNAL);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	p->sent = n < 0 ? p->len : p->sent + (size_t)n;
	return p->sent == p->len;
}

static void
give(struct end *e, int64_t t)
{
	while (e->first != NULL && e->first->due <= t && give_piece(e, e->first)) {
		struct piece *p = e->first;

		e->first = p->next;
		if (e->first == NULL)
			e->last = &e->first;
		free(p);
	}
}

static void
part(int i)
{
	struct end *a = &ends[i], *b = &ends[a->other];

	if (!(a->closed && b->closed))
		return;
	close(a->fd);
	close(b->fd);
	a->fd = b->fd = -1;
}

static int64_t
next_due(void)
{
	int64_t due = INT64_MAX;

	for (int i = 0; i < ENDS_MAX; i++)
		if (ends[i].fd >= 0 && ends[i].first != NULL && ends[i].first->due < due)
			due = ends[i].first->due;
	return due;
}

static void
turn(void)
{
	static struct pollfd p[ENDS_MAX + 40];
	static int who[ENDS_MAX + 40];
	nfds_t n = 0;
	int64_t due = next_due(), left = due - now();
	struct timespec wait = { left / 1000000000, left % 1000000000 };

	p[n++] = (struct pollfd){ .fd = STDIN_FILENO, .events = POLLIN };
	for (int i = 0; i < nlisteners; i++)
		p[n++] = (struct pollfd){ .fd = listeners[i], .events = POLLIN };
	for (int i = 0; i < ENDS_MAX; i++)
		if (ends[i].fd >= 0 && !ends[i].eof) {
			who[n] = i;
			p[n++] = (struct pollfd){ .fd = ends[i].fd, .events = POLLIN };
		}
	if (left < 0)
		wait = (struct timespec){ 0, 0 };
	ppoll(p, n, due == INT64_MAX ? NULL : &wait, NULL);
	if (p[0].revents != 0)
		exit(0);
	for (nfds_t k = (nfds_t)nlisteners + 1; k < n; k++)
		if (p[k].revents != 0)
			take(&ends[who[k]]);
	for (int i = 0; i < nlisteners; i++)
		if (p[i + 1].revents != 0)
			join(listeners[i]);
	for (int i = 0; i < ENDS_MAX; i++)
		if (ends[i].fd >= 0) {
			give(&ends[i], now());
			part(i);
		}
}

int
main(int argc, char **argv)
{
	if (argc < 5) {
		fprintf(stderr, "usage: relay RTT_MS PORT TO_PORT ADDRESS...\n");
		return 2;
	}
	prctl(PR_SET_TIMERSLACK, 1000UL);
	half = (int64_t)(atof(argv[1]) * 500000);
	to_port = atoi(argv[3]);
	for (int i = 0; i < ENDS_MAX; i++)
		ends[i].fd = -1;
	for (int i = 4; i < argc && nlisteners < 32; i++)
		add_listener(argv[i], atoi(argv[2]));
	printf("ready\n");
	fflush(stdout);
	for (;;)
		turn();
}
