/* SPDX-License-Identifier: MIT */
/*
 * The port that the browser comes back to: 127.0.0.1 only, one GET a
 * connection, nothing of the request in the answer, nothing ever waited for.
 * A browser opens connections in advance that say nothing: so several at once.
 */
#include "login_parts.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "alloc.h"
#include "service.h"
#include "text.h"

#define CONNECTIONS 8
#define HEAD_MAX 8192
#define CODE_MAX 513 /* with the NUL (signin model, AuthorizationCode) */

struct connection {
	int fd; /* -1: free */
	size_t len;
	char head[HEAD_MAX];
};

struct listener {
	int fd, port;
	char state[37];
	struct secret *code;
	char refused[64];
	unsigned next; /* the connection that gives way when all are taken */
	struct connection open[CONNECTIONS];
};

/* ---- life --------------------------------------------------------------------------- */

static int
bind_port(int *port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd >= 0 && bind(fd, (struct sockaddr *)&a, sizeof(a)) == 0 && listen(fd, 16) == 0 &&
	    getsockname(fd, (struct sockaddr *)&a, &len) == 0) {
		*port = ntohs(a.sin_port);
		return fd;
	}
	if (fd >= 0) {
		int why = errno;

		close(fd);
		errno = why;
	}
	return -1;
}

struct listener *
listener_open(const char *state, struct err *e)
{
	int port = 0, fd = bind_port(&port);
	struct listener *ls;

	if (fd < 0) {
		aws_fail(e, ERR_OTHER, "NoPort",
		    "no port of 127.0.0.1 can be had for the browser's answer (%s). Sign in with a "
		    "code instead: rootlock login --remote.",
		    strerror(errno));
		return NULL;
	}
	ls = xcalloc(1, sizeof(*ls));
	ls->fd = fd;
	ls->port = port;
	snprintf(ls->state, sizeof(ls->state), "%s", state);
	for (int i = 0; i < CONNECTIONS; i++)
		ls->open[i].fd = -1;
	return ls;
}

static void
hang_up(struct connection *c)
{
	if (c->fd >= 0)
		close(c->fd);
	crypto_wipe(c->head, c->len);
	c->fd = -1;
	c->len = 0;
}

void
listener_close(struct listener *ls)
{
	if (ls == NULL)
		return;
	for (int i = 0; i < CONNECTIONS; i++)
		hang_up(&ls->open[i]);
	close(ls->fd);
	secret_free(ls->code);
	xfree(ls);
}

int
listener_port(const struct listener *ls)
{
	return ls->port;
}

const struct secret *
listener_code(const struct listener *ls)
{
	return ls->code;
}

const char *
listener_refused(const struct listener *ls)
{
	return ls->refused[0] != '\0' ? ls->refused : NULL;
}

/* ---- what is asked ------------------------------------------------------------------------ */

static bool
is_visible(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (s[i] <= ' ' || s[i] >= 0x7f)
			return false;
	return len > 0;
}

bool
login_query(const char *query, size_t len, const char *name, char *out, size_t size)
{
	size_t n = strlen(name);

	while (len > 0) {
		const char *end = memchr(query, '&', len);
		size_t part = end != NULL ? (size_t)(end - query) : len;
		AUTO_BUF value = BUF_INIT(BUF_MAX_LINE);

		if (part > n && memcmp(query, name, n) == 0 && query[n] == '=') {
			if (!text_unpercent(&value, query + n + 1, part - n - 1) || value.failed ||
			    value.len >= size || !is_visible(value.data, value.len))
				return false;
			memcpy(out, buf_str(&value), value.len + 1);
			return true;
		}
		query += part + (end != NULL);
		len -= part + (end != NULL);
	}
	return false;
}

enum page { PAGE_DONE, PAGE_AGAIN, PAGE_REFUSED, PAGE_FOREIGN, PAGE_NOTHING };

/* The first answer counts. */
static bool
is_over(const struct listener *ls)
{
	return ls->code != NULL || ls->refused[0] != '\0';
}

static bool
remark(const char *what, struct err *e)
{
	return aws_fail(e, ERR_REFUSED, "NotOurs",
	    "A browser has come back %s: it is not taken. Use the address shown here, and no older "
	    "page.",
	    what);
}

/* An answer to this sign-in: the code, or an error in its place. */
static enum page
take_answer(struct listener *ls, const char *query, size_t len, struct err *e)
{
	char state[64], code[CODE_MAX], refused[64];
	bool ours =
	    login_query(query, len, "state", state, sizeof(state)) && strcmp(state, ls->state) == 0;

	if (!ours) {
		remark("from another sign-in (the state differs)", e);
		return PAGE_FOREIGN;
	}
	if (is_over(ls))
		return PAGE_AGAIN;
	if (login_query(query, len, "error", refused, sizeof(refused))) {
		snprintf(ls->refused, sizeof(ls->refused), "%s", refused);
		return PAGE_REFUSED;
	}
	if (!login_query(query, len, "code", code, sizeof(code))) {
		remark("without a code", e);
		return PAGE_FOREIGN;
	}
	ls->code = secret_from(code, strlen(code));
	crypto_wipe(code, sizeof(code));
	return PAGE_DONE;
}

/* "GET /oauth/callback?... HTTP/1.1"; all else, a favicon for instance, is not our business. */
static enum page
judge(struct listener *ls, const char *head, struct err *e)
{
	size_t line = strcspn(head, "\r\n"), path = strlen(LOGIN_CALLBACK);
	const char *target = head + 4, *end = memchr(target, ' ', line > 4 ? line - 4 : 0);

	if (line < 4 || strncmp(head, "GET ", 4) != 0 || end == NULL ||
	    (size_t)(end - target) <= path || strncmp(target, LOGIN_CALLBACK "?", path + 1) != 0)
		return PAGE_NOTHING;
	return take_answer(ls, target + path + 1, (size_t)(end - target) - path - 1, e);
}

/* ---- the pages, fixed texts ------------------------------------------------------------------ */

static const struct {
	const char *status, *title, *text;
} pages[] = {
	[PAGE_DONE] = { "200 OK", "You have signed in",
	    "Go on in the terminal, where rootlock asks whether this is the account you mean. You "
	    "may close this tab." },
	[PAGE_AGAIN] = { "200 OK", "This sign-in has its answer",
	    "rootlock has taken the first answer and takes no second one. Look at the terminal; "
	    "you may close this tab." },
	[PAGE_REFUSED] = { "200 OK", "You have not signed in",
	    "The sign-in was refused or cancelled. The terminal says how to go on; you may close "
	    "this tab." },
	[PAGE_FOREIGN] = { "400 Bad Request", "This is not the sign-in that is waited for",
	    "rootlock waits for another sign-in. Use the address that stands in the terminal." },
	[PAGE_NOTHING] = { "404 Not Found", "There is nothing here", "" },
};

static void
answer(struct connection *c, enum page p)
{
	AUTO_BUF body = BUF_INIT(BUF_MAX_LINE);
	AUTO_BUF out = BUF_INIT(2 * BUF_MAX_LINE);

	buf_printf(&body,
	    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>rootlock</title>"
	    "<h1>%s</h1><p>%s</p></html>\n",
	    pages[p].title, pages[p].text);
	buf_printf(&out,
	    "HTTP/1.1 %s\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %zu\r\n"
	    "Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\n"
	    "X-Content-Type-Options: nosniff\r\n"
	    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
	    "Connection: close\r\n\r\n%s",
	    pages[p].status, body.len, buf_str(&body));
	/* Small enough for any socket's buffer; who does not read it misses it. */
	(void)!send(c->fd, out.data, out.len, MSG_NOSIGNAL | MSG_DONTWAIT);
	shutdown(c->fd, SHUT_WR);
	hang_up(c);
}

/* ---- serving ------------------------------------------------------------------------------------
 */

/* True once the head is whole; hangs up when it never will be. */
static bool
read_head(struct connection *c)
{
	ssize_t n;

	while ((n = recv(c->fd, c->head + c->len, HEAD_MAX - 1 - c->len, MSG_DONTWAIT)) > 0) {
		c->len += (size_t)n;
		c->head[c->len] = '\0';
		if (strstr(c->head, "\r\n\r\n") != NULL)
			return true;
	}
	if (n == 0 || (errno != EAGAIN && errno != EINTR) || c->len == HEAD_MAX - 1)
		hang_up(c);
	return false;
}

static void
take_in(struct listener *ls, int fd)
{
	for (int i = 0; i < CONNECTIONS; i++) {
		if (ls->open[i].fd >= 0)
			continue;
		ls->open[i].fd = fd;
		return;
	}
	/* All taken by those who say nothing: the oldest gives way. */
	hang_up(&ls->open[ls->next % CONNECTIONS]);
	ls->open[ls->next++ % CONNECTIONS].fd = fd;
}

bool
listener_serve(struct listener *ls, struct err *e)
{
	struct err why = { 0 };
	int fd;

	for (int i = 0; i < 64; i++) {
		fd = accept4(ls->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd < 0)
			break;
		take_in(ls, fd);
	}
	for (int i = 0; i < CONNECTIONS; i++) {
		struct connection *c = &ls->open[i];

		if (c->fd >= 0 && read_head(c))
			answer(c, judge(ls, c->head, &why));
	}
	if (why.kind == ERR_NONE || is_over(ls))
		return true;
	if (e != NULL && e->kind == ERR_NONE)
		*e = why;
	return false;
}
