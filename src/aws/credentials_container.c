/* SPDX-License-Identifier: MIT */
/*
 * Credentials of a container, which is how CloudShell hands out those of the
 * console's user (aws-client page, 1.8).  A fixed list of hosts for plain
 * http, two seconds, three attempts, never by a proxy.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "chain_parts.h"
#include "clock.h"
#include "file.h"
#include "http.h"
#include "login_parts.h"
#include "service.h"
#include "text.h"

#define RELATIVE "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
#define FULL "AWS_CONTAINER_CREDENTIALS_FULL_URI"
#define TOKEN "AWS_CONTAINER_AUTHORIZATION_TOKEN"
#define TOKEN_FILE "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"
#define HOST "169.254.170.2"
#define ATTEMPTS 3
#define ATTEMPT_MS 2000
#define PAUSE_MS 1000
#define TICK_MS 100
#define TOKEN_MAX ((size_t)64 << 10)

struct place {
	struct aws_endpoint endpoint;
	char *path, *query;
	struct secret *token; /* NULL: none */
};

static void
place_free(struct place *p)
{
	xfree(p->path);
	xfree(p->query);
	secret_free(p->token);
}

static bool
bad(const char *variable, const char *what, struct err *e)
{
	return aws_fail(e, ERR_CONFIG, "BadContainer", "%s: %s", variable, what);
}

/* ---- where ----------------------------------------------------------------------- */

static bool
is_allowed(const struct aws_endpoint *ep)
{
	return ep->tls || aws_is_loopback(ep->host) || aws_is_container(ep->host);
}

/* scheme://host[:port][/path][?query]; nothing that could mean another host. */
static bool
split(const char *variable, const char *url, struct place *p, struct err *e)
{
	bool tls = strncmp(url, "https://", 8) == 0;
	const char *host = url + (tls ? 8 : 7);
	size_t n;

	if (!tls && strncmp(url, "http://", 7) != 0)
		return bad(variable, "the address begins with neither http:// nor https://", e);
	n = strcspn(host, "/?#");
	if (n == 0 || n >= sizeof(p->endpoint.host) || !chain_is_visible(url) ||
	    memchr(host, '@', n) != NULL || memchr(host, '\\', n) != NULL ||
	    strchr(url, '#') != NULL)
		return bad(variable, "this is not an address with a host", e);
	p->endpoint = (struct aws_endpoint){ .signing_name = "", .tls = tls };
	for (size_t i = 0; i < n; i++)
		p->endpoint.host[i] = (char)tolower((unsigned char)host[i]);
	host += n;
	n = strcspn(host, "?");
	p->path = n > 0 ? xstrndup(host, n) : xstrdup("/");
	p->query = xstrdup(host[n] == '?' ? host + n + 1 : "");
	return is_allowed(&p->endpoint) ||
	       bad(variable,
		   "plain http is allowed only to this computer itself, " HOST
		   ", 169.254.170.23 and [fd00:ec2::23]",
		   e);
}

static bool
take_token(struct place *p, const char *variable, const char *text, size_t len, struct err *e)
{
	if (memchr(text, '\r', len) != NULL || memchr(text, '\n', len) != NULL ||
	    memchr(text, '\0', len) != NULL)
		return bad(variable, "the token has a line end, so it cannot be sent", e);
	p->token = secret_from(text, len);
	return true;
}

static bool
find_token(struct place *p, struct err *e)
{
	const char *name = profile_env_raw(TOKEN_FILE), *token = profile_env_raw(TOKEN);
	AUTO_BUF text = BUF_INIT(TOKEN_MAX);
	struct err why = { 0 };

	if (name == NULL)
		return token == NULL || take_token(p, TOKEN, token, strlen(token), e);
	if (!file_read(name, &text, &why))
		return bad(TOKEN_FILE, why.text, e);
	return take_token(p, TOKEN_FILE, buf_str(&text), text.len, e);
}

static bool
find_place(struct place *p, struct err *e)
{
	const char *relative = profile_env_raw(RELATIVE);

	if (relative == NULL)
		return split(FULL, profile_env_raw(FULL), p, e) && find_token(p, e);
	AUTO_FREE char *url = xasprintf("http://" HOST "%s", relative);

	if (relative[0] != '/')
		return bad(RELATIVE, "it does not begin with a slash", e);
	return split(RELATIVE, url, p, e) && find_token(p, e);
}

/* ---- asking -------------------------------------------------------------------------- */

static void
request_init(struct aws_http_request *r, const struct place *p)
{
	*r = (struct aws_http_request){ .method = "GET", .endpoint = p->endpoint };
	buf_init(&r->path, BUF_MAX_LINE);
	buf_init(&r->query, BUF_MAX_LINE);
	buf_init(&r->body, BUF_MAX_LINE);
	buf_puts(&r->path, p->path);
	buf_puts(&r->query, p->query);
	aws_http_header(r, "Host", p->endpoint.host);
	aws_http_header(r, "Accept", "application/json");
	aws_http_header(r, "User-Agent", "rootlock/" ROOTLOCK_VERSION);
	if (p->token != NULL)
		aws_http_header(r, "Authorization", secret_borrow(p->token));
}

static bool
cancelled(struct err *e)
{
	return aws_fail(e, ERR_CANCELLED, "Cancelled", "cancelled");
}

/* One attempt; false and e when there was no answer. */
static bool
get(const struct login_env *io, const struct place *p, struct aws_http_reply *reply, struct err *e)
{
	int64_t end = clock_ms() + ATTEMPT_MS;
	struct aws_http_request r;
	struct http_call *call;

	request_init(&r, p);
	call = http_start(io->transport, &r, true);
	while (!http_done(call) && clock_ms() < end)
		if (!login_turn(io, TICK_MS)) {
			http_abort(call);
			return cancelled(e);
		}
	if (!http_done(call)) {
		http_abort(call);
		return aws_fail(e, ERR_NETWORK, "ReadTimeout",
		    "the container's credentials: no answer from %s", p->endpoint.host);
	}
	http_finish(call, reply);
	if (reply->status == 200)
		return true;
	if (reply->status == 0)
		aws_fail(e, ERR_NETWORK, reply->err.code, "the container's credentials: %s",
		    reply->err.text);
	else
		aws_fail(e, ERR_CONFIG, "BadContainer",
		    "the container's credentials: %s answers with status %d", p->endpoint.host,
		    reply->status);
	http_reply_free(reply);
	return false;
}

static struct aws_credentials *
read_answer(const struct place *p, const struct aws_http_reply *reply, struct err *e)
{
	static const struct chain_names names = { "AccessKeyId", "SecretAccessKey", "Token",
		"Expiration" };
	json_auto_t *said = json_parse(reply->body.data, reply->body.len, NULL);
	const char *lacks;
	struct aws_credentials *found = chain_from_json(said, &names, true, &lacks);

	if (found == NULL) {
		aws_fail(e, ERR_CONFIG, "BadContainer",
		    "the container's credentials: the answer of %s has no usable %s",
		    p->endpoint.host, lacks);
		return NULL;
	}
	xfree(found->source);
	found->source = xasprintf("container (%s)", p->endpoint.host);
	return found;
}

static bool
pause_before_next(const struct login_env *io)
{
	int64_t end = clock_ms() + PAUSE_MS;

	while (clock_ms() < end)
		if (!login_turn(io, TICK_MS))
			return false;
	return true;
}

static struct aws_credentials *
ask(const struct login_env *io, const struct place *p, struct err *e)
{
	struct aws_credentials *found = NULL;

	for (int i = 0; i < ATTEMPTS && found == NULL; i++) {
		struct aws_http_reply reply;

		err_clear(e);
		if (i > 0 && !pause_before_next(io)) {
			cancelled(e);
			return NULL;
		}
		if (get(io, p, &reply, e)) {
			found = read_answer(p, &reply, e);
			http_reply_free(&reply);
		}
		if (e->kind == ERR_CANCELLED)
			return NULL;
	}
	return found;
}

struct aws_credentials *
chain_container(const struct chain *c, struct err *e)
{
	struct place p __attribute__((cleanup(place_free))) = { .path = NULL };
	const struct profile_value nowhere = { .line = 0 };

	if (profile_env_raw(RELATIVE) == NULL && profile_env_raw(FULL) == NULL)
		return NULL;
	if (!find_place(&p, e) || !chain_may_call(c, &nowhere, "NeedsCall", e))
		return NULL;
	return ask(&c->env->io, &p, e);
}
