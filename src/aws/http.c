/* SPDX-License-Identifier: MIT */
/* The transport: one libcurl multi handle that all sessions share. */
#include <dirent.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "http_easy.h"
#include "service.h"

#define HOST_CONNECTIONS 6L
#define KEPT_CONNECTIONS 48L

/* ---- life -------------------------------------------------------------------- */

/* Names as c_rehash makes them, "002c0b4f.0": libcurl then loads only the root that it needs. */
static bool
is_hashed(const char *dir)
{
	DIR *d = opendir(dir);
	bool found = false;

	if (d == NULL)
		return false;
	for (const struct dirent *f; !found && (f = readdir(d)) != NULL;)
		found = strlen(f->d_name) == 10 && strspn(f->d_name, "0123456789abcdef") == 8 &&
			strcmp(f->d_name + 8, ".0") == 0;
	closedir(d);
	return found;
}

struct aws_transport *
aws_transport_new(const struct aws_settings *s, struct err *e)
{
	struct aws_transport *t;

	if (s->ca_bundle != NULL && access(s->ca_bundle, R_OK) != 0) {
		err_errno(e, ERR_CONFIG, "cannot read the CA bundle %s", s->ca_bundle);
		return NULL;
	}
	t = xcalloc(1, sizeof(*t));
	t->ca_bundle = s->ca_bundle != NULL ? xstrdup(s->ca_bundle) : NULL;
	t->connect_seconds = s->connect_seconds > 0 ? s->connect_seconds : 10;
	t->read_seconds = s->read_seconds > 0 ? s->read_seconds : 60;
	return t;
}

static bool
start_curl(struct aws_transport *t)
{
	if (t->multi != NULL)
		return true;
	if (curl_global_init_mem(CURL_GLOBAL_DEFAULT, alloc_hook_malloc, alloc_hook_free,
		alloc_hook_realloc, alloc_hook_strdup, alloc_hook_calloc) != CURLE_OK)
		return false;
	t->multi = curl_multi_init();
	if (t->multi == NULL) {
		curl_global_cleanup();
		return false;
	}
	curl_multi_setopt(t->multi, CURLMOPT_MAX_HOST_CONNECTIONS, HOST_CONNECTIONS);
	curl_multi_setopt(t->multi, CURLMOPT_MAXCONNECTS, KEPT_CONNECTIONS);
	curl_multi_setopt(t->multi, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
	t->hashed_certificates = is_hashed(HTTP_CA_DIR);
	return true;
}

/* Out of the multi; its connection stays open when the answer is whole. */
static void
detach(struct http_call *c)
{
	if (c->easy == NULL)
		return;
	curl_multi_remove_handle(c->t->multi, c->easy);
	curl_easy_cleanup(c->easy);
	c->easy = NULL;
	curl_slist_free_all(c->headers);
	c->headers = NULL;
	c->t->busy--;
}

static void
call_free(struct http_call *c)
{
	struct http_call **at = &c->t->calls;

	detach(c);
	while (*at != c)
		at = &(*at)->next;
	*at = c->next;
	aws_http_request_free(&c->request);
	http_reply_free(&c->reply);
	xfree(c);
}

void
aws_transport_free(struct aws_transport *t)
{
	if (t == NULL)
		return;
	while (t->calls != NULL)
		http_abort(t->calls);
	if (t->multi != NULL) {
		curl_multi_cleanup(t->multi);
		curl_global_cleanup();
	}
	xfree(t->ca_bundle);
	xfree(t);
}

unsigned
aws_transport_busy(const struct aws_transport *t)
{
	return t->busy;
}

struct http_call *
http_start(struct aws_transport *t, struct aws_http_request *r, bool once)
{
	struct http_call *c = xcalloc(1, sizeof(*c));

	*c = (struct http_call){ .t = t, .next = t->calls, .request = *r, .fresh = once };
	t->calls = c;
	*r = (struct aws_http_request){ 0 };
	http_reply_init(&c->reply);
	if (!start_curl(t) || (c->easy = curl_easy_init()) == NULL) {
		aws_fail(&c->reply.err, ERR_NETWORK, "NoTransport", "libcurl cannot be started");
		return c;
	}
	t->busy++;
	http_easy_setup(c);
	if (curl_multi_add_handle(t->multi, c->easy) != CURLM_OK)
		die("libcurl does not take a request");
	return c;
}

void
http_forget(struct aws_transport *t, struct aws_http_request *r)
{
	struct http_call *c = http_start(t, r, false);

	c->forgotten = true;
	if (http_done(c))
		call_free(c);
}

bool
http_done(const struct http_call *c)
{
	return c->easy == NULL;
}

void
http_finish(struct http_call *c, struct aws_http_reply *reply)
{
	*reply = c->reply;
	http_reply_init(&c->reply);
	call_free(c);
}

void
http_abort(struct http_call *c)
{
	if (c == NULL)
		return;
	/* A thread that still resolves the name is left behind, not waited for. */
	if (c->easy != NULL)
		curl_easy_setopt(c->easy, CURLOPT_QUICK_EXIT, 1L);
	call_free(c);
}

/* ---- driving them ------------------------------------------------------------------------ */

static bool
perform(struct aws_transport *t)
{
	const CURLMsg *m;
	int running, left;
	bool ended = false;

	curl_multi_perform(t->multi, &running);
	while ((m = curl_multi_info_read(t->multi, &left)) != NULL) {
		CURLcode code = m->data.result;
		struct http_call *c = NULL;

		if (m->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &c);
		http_easy_conclude(c, code);
		detach(c);
		ended = true;
		if (c->forgotten)
			call_free(c);
	}
	return ended;
}

void
aws_transport_poll(struct aws_transport *t, int fd, int ms, bool *readable)
{
	struct curl_waitfd extra = { .fd = fd, .events = CURL_WAIT_POLLIN };
	struct pollfd p = { .fd = fd, .events = POLLIN };

	if (t->multi == NULL) {
		poll(&p, 1, ms);
	} else {
		if (perform(t))
			ms = 0;
		curl_multi_poll(t->multi, fd >= 0 ? &extra : NULL, fd >= 0 ? 1 : 0, ms, NULL);
		perform(t);
		/* libcurl tells of no hang-up, and a loop that misses it spins. */
		if (fd >= 0)
			poll(&p, 1, 0);
	}
	if (readable != NULL)
		*readable = fd >= 0 && p.revents != 0;
}
