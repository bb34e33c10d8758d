/* SPDX-License-Identifier: MIT */
/*
 * The transport: one libcurl multi handle that all sessions share.  The only
 * user of libcurl.  Certificates are always verified, redirects are never
 * followed, libcurl's trace is never on (it would show session tokens).
 * Longer than other files are, for libcurl has only this door.
 */
#include "http.h"

#include <dirent.h>
#include <poll.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <curl/curl.h>

#include "alloc.h"
#include "service.h"

#define HOST_CONNECTIONS 6L
#define KEPT_CONNECTIONS 48L
#define WHOLE_SECONDS 300L      /* the longest that one answer may take */
#define HEAD_MAX (256L << 10)   /* bytes of an answer's head */
#define CA_DIR "/etc/ssl/certs" /* Debian, SUSE, Arch; hashed by c_rehash */

struct aws_transport {
	CURLM *multi; /* NULL until the first request: paint first */
	char *ca_bundle;
	long connect_seconds, read_seconds;
	bool hashed_certificates;
	unsigned busy;
	struct http_call *calls; /* all that are not freed yet */
};

struct http_call {
	struct aws_transport *t;
	struct http_call *next;
	CURL *easy; /* NULL once it has ended */
	struct curl_slist *headers;
	struct aws_http_request request;
	struct aws_http_reply reply;
	size_t head; /* bytes of it so far */
	bool fresh;  /* on a connection of its own */
	bool forgotten, too_large;
	char why[CURL_ERROR_SIZE];
};

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
	t->hashed_certificates = is_hashed(CA_DIR);
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

/* ---- what libcurl calls -------------------------------------------------------- */

static size_t
on_body(char *data, size_t size, size_t n, void *arg)
{
	struct http_call *c = arg;

	buf_put(&c->reply.body, data, size * n);
	c->too_large = c->reply.body.failed;
	return c->too_large ? 0 : size * n;
}

static size_t
on_head(char *data, size_t size, size_t n, void *arg)
{
	struct http_call *c = arg;

	c->head += size * n;
	c->too_large = c->head > (size_t)HEAD_MAX;
	if (c->too_large)
		return 0;
	http_head_line(&c->reply, data, size * n);
	return size * n;
}

/* ---- what went wrong -------------------------------------------------------------- */

/*
 * Surely not a byte of the request left: it failed before the connection stood.
 * On a kept connection the times of the connection say nothing.
 */
static bool
nothing_sent(const struct http_call *c, CURLcode code)
{
	curl_off_t stood = 0;
	long opened = 0;

	if (code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_RESOLVE_PROXY ||
	    code == CURLE_COULDNT_CONNECT || code == CURLE_PEER_FAILED_VERIFICATION ||
	    code == CURLE_SSL_CONNECT_ERROR || code == CURLE_SSL_CACERT_BADFILE)
		return true;
	curl_easy_getinfo(c->easy, CURLINFO_NUM_CONNECTS, &opened);
	if (!c->fresh && opened == 0)
		return false;
	curl_easy_getinfo(c->easy,
	    c->request.endpoint.tls ? CURLINFO_APPCONNECT_TIME_T : CURLINFO_CONNECT_TIME_T, &stood);
	return stood == 0;
}

static bool
proxy_refused(const struct http_call *c)
{
	long answer = 0;

	curl_easy_getinfo(c->easy, CURLINFO_HTTP_CONNECTCODE, &answer);
	return answer >= 300;
}

/* Codes of ours and texts as the AWS CLI words them (aws-client page, 6). */
static void
tell(const struct http_call *c, CURLcode code, bool unsent, struct err *e)
{
	const struct aws_endpoint *to = &c->request.endpoint;
	AUTO_BUF url = BUF_INIT(BUF_MAX_LINE);
	const char *why = c->why[0] != '\0' ? c->why : curl_easy_strerror(code);

	buf_printf(&url, "%s://%s%s/", to->tls ? "https" : "http", to->host, to->path);
	if (c->too_large)
		aws_fail(e, ERR_NETWORK, "TooLarge",
		    "the answer of \"%s\" is larger than any that AWS documents", buf_str(&url));
	else if (code == CURLE_COULDNT_RESOLVE_PROXY || code == CURLE_PROXY || proxy_refused(c))
		aws_fail(e, ERR_NETWORK, "ProxyError", "Failed to connect to the proxy: %s", why);
	else if (code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_CONNECT)
		aws_fail(e, ERR_NETWORK, "CouldNotConnect",
		    "Could not connect to the endpoint URL: \"%s\" (%s)", buf_str(&url), why);
	else if (code == CURLE_OPERATION_TIMEDOUT)
		aws_fail(e, ERR_NETWORK, unsent ? "ConnectTimeout" : "ReadTimeout",
		    "%s timeout on endpoint URL: \"%s\"", unsent ? "Connect" : "Read",
		    buf_str(&url));
	else if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE)
		aws_fail(e, ERR_NETWORK, "CertificateError",
		    "SSL validation failed for URL \"%s\": %s", buf_str(&url), why);
	else
		aws_fail(e, ERR_NETWORK, "ConnectionClosed",
		    "Connection was closed before we received a valid response from endpoint URL: "
		    "\"%s\" (%s)",
		    buf_str(&url), why);
}

static void
conclude(struct http_call *c, CURLcode code)
{
	long status = 0;

	if (code == CURLE_OK) {
		curl_easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &status);
		c->reply.status = (int)status;
		return;
	}
	bool unsent = nothing_sent(c, code);
	tell(c, code, unsent, &c->reply.err);
	c->reply.err.maybe = !unsent;
	c->reply.status = 0;
	buf_reset(&c->reply.body);
}

/* ---- a request ------------------------------------------------------------------------ */

/* Line ends cannot be in what we send; from a broken file they are dropped, not sent. */
static void
put_line(struct buf *b, const char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s >= ' ' && *s != 0x7f)
			buf_putc(b, *s);
}

static void
add_line(struct http_call *c, const char *line)
{
	struct curl_slist *more = curl_slist_append(c->headers, line);

	if (more == NULL)
		die("out of memory");
	c->headers = more;
}

static void
set_headers(struct http_call *c)
{
	bool typed = false;

	/* None of what libcurl adds by itself: it would not be signed. */
	add_line(c, "Expect:");
	add_line(c, "Accept:");
	for (size_t i = 0; i < c->request.nheaders; i++) {
		const struct aws_header *h = &c->request.headers[i];
		AUTO_BUF line = BUF_INIT(BUF_MAX_TEXT);

		put_line(&line, h->name);
		buf_puts(&line, ": ");
		put_line(&line, h->value);
		add_line(c, buf_str(&line));
		typed |= strcasecmp(h->name, "Content-Type") == 0;
	}
	if (!typed)
		add_line(c, "Content-Type:");
	curl_easy_setopt(c->easy, CURLOPT_HTTPHEADER, c->headers);
}

static void
set_method(struct http_call *c)
{
	const struct aws_http_request *r = &c->request;
	bool has_body = strcmp(r->method, "POST") == 0 || strcmp(r->method, "PUT") == 0;

	if (strcmp(r->method, "HEAD") == 0)
		curl_easy_setopt(c->easy, CURLOPT_NOBODY, 1L);
	else if (has_body) {
		curl_easy_setopt(c->easy, CURLOPT_POST, 1L);
		curl_easy_setopt(c->easy, CURLOPT_POSTFIELDS, r->body.data);
		curl_easy_setopt(c->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body.len);
	}
	if (strcmp(r->method, "POST") != 0 && strcmp(r->method, "HEAD") != 0)
		curl_easy_setopt(c->easy, CURLOPT_CUSTOMREQUEST, r->method);
}

static void
set_tls(struct http_call *c)
{
	curl_easy_setopt(c->easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (c->t->ca_bundle != NULL) {
		curl_easy_setopt(c->easy, CURLOPT_CAINFO, c->t->ca_bundle);
		curl_easy_setopt(c->easy, CURLOPT_CAPATH, NULL);
	} else if (c->t->hashed_certificates &&
		   curl_easy_setopt(c->easy, CURLOPT_CAPATH, CA_DIR) == CURLE_OK) {
		curl_easy_setopt(c->easy, CURLOPT_CAINFO, NULL);
	}
}

static void
set_limits(struct http_call *c)
{
	curl_easy_setopt(c->easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c->easy, CURLOPT_CONNECTTIMEOUT, c->t->connect_seconds);
	curl_easy_setopt(c->easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(c->easy, CURLOPT_LOW_SPEED_TIME, c->t->read_seconds);
	curl_easy_setopt(c->easy, CURLOPT_TIMEOUT, WHOLE_SECONDS);
	curl_easy_setopt(c->easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)BUF_MAX_REPLY);
}

static void
set_where(struct http_call *c)
{
	const struct aws_http_request *r = &c->request;
	AUTO_BUF url = BUF_INIT(BUF_MAX_TEXT);

	buf_printf(&url, "%s://%s", r->endpoint.tls ? "https" : "http", r->endpoint.host);
	buf_put(&url, r->path.data, r->path.len);
	if (r->query.len > 0) {
		buf_putc(&url, '?');
		buf_put(&url, r->query.data, r->query.len);
	}
	curl_easy_setopt(c->easy, CURLOPT_URL, buf_str(&url));
	curl_easy_setopt(c->easy, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(c->easy, CURLOPT_PROTOCOLS_STR, r->endpoint.tls ? "https" : "http");
	curl_easy_setopt(c->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(c->easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(c->easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	/* Elsewhere the proxy is what the environment says, as for every user of libcurl. */
	if (aws_is_loopback(r->endpoint.host))
		curl_easy_setopt(c->easy, CURLOPT_NOPROXY, "*");
}

static void
set_callbacks(struct http_call *c)
{
	curl_easy_setopt(c->easy, CURLOPT_PRIVATE, c);
	curl_easy_setopt(c->easy, CURLOPT_ERRORBUFFER, c->why);
	curl_easy_setopt(c->easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(c->easy, CURLOPT_WRITEDATA, c);
	curl_easy_setopt(c->easy, CURLOPT_HEADERFUNCTION, on_head);
	curl_easy_setopt(c->easy, CURLOPT_HEADERDATA, c);
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
	set_where(c);
	set_method(c);
	set_headers(c);
	set_tls(c);
	set_limits(c);
	set_callbacks(c);
	curl_easy_setopt(c->easy, CURLOPT_FRESH_CONNECT, once ? 1L : 0L);
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
		conclude(c, code);
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
