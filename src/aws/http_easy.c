/* SPDX-License-Identifier: MIT */
/*
 * One request as libcurl sees it, and what its errors mean.  Certificates are
 * always verified, redirects are never followed, libcurl's trace is never on
 * (it would show session tokens).
 */
#include "http_easy.h"

#include <string.h>
#include <strings.h>

#include "alloc.h"
#include "service.h"

#define WHOLE_SECONDS 300L    /* the longest that one answer may take */
#define HEAD_MAX (256L << 10) /* bytes of an answer's head */

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

void
http_easy_conclude(struct http_call *c, CURLcode code)
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
		   curl_easy_setopt(c->easy, CURLOPT_CAPATH, HTTP_CA_DIR) == CURLE_OK) {
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
	if (aws_is_loopback(r->endpoint.host) || aws_is_container(r->endpoint.host))
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

void
http_easy_setup(struct http_call *c)
{
	set_where(c);
	set_method(c);
	set_headers(c);
	set_tls(c);
	set_limits(c);
	set_callbacks(c);
	curl_easy_setopt(c->easy, CURLOPT_FRESH_CONNECT, c->fresh ? 1L : 0L);
}
