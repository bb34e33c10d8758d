/* SPDX-License-Identifier: MIT */
/*
 * Signature Version 4.  Source: IAM User Guide, "Create a signed AWS API
 * request"; S3 API Reference, "Authenticating Requests: Using the
 * Authorization Header"; compared with botocore's signer by
 * tests/e2e/test_signer.py.
 */
#include "aws.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "alloc.h"
#include "crypto.h"
#include "text.h"

#define MAX_HEADERS (sizeof((struct aws_http_request *)0)->headers / sizeof(struct aws_header))
#define DATE_LEN 8 /* 20150830 of 20150830T123600Z */

/* ---- the path -------------------------------------------------------------- */

/* Forget the last segment that was put. */
static void
drop_segment(struct buf *b)
{
	while (b->len > 0 && b->data[b->len - 1] != '/')
		buf_cut(b, b->len - 1);
	if (b->len > 0)
		buf_cut(b, b->len - 1);
}

/* Without empty and dot segments (RFC 3986, 5.2.4; AWS also merges slashes). */
static void
put_normalised(struct buf *b, const char *path)
{
	size_t len = strlen(path);

	for (const char *p = path; *p != '\0';) {
		size_t n = strcspn(p, "/");

		if (n == 2 && p[0] == '.' && p[1] == '.') {
			drop_segment(b);
		} else if (n > 0 && !(n == 1 && p[0] == '.')) {
			buf_putc(b, '/');
			buf_put(b, p, n);
		}
		p += n + (p[n] == '/');
	}
	if (b->len == 0 || (len > 0 && path[len - 1] == '/'))
		buf_putc(b, '/');
}

static void
put_path(struct buf *out, const struct buf *path, const struct aws_sign_options *o)
{
	AUTO_BUF plain = BUF_INIT(BUF_MAX_TEXT);

	if (o->normalise)
		put_normalised(&plain, buf_str(path));
	else
		buf_put(&plain, path->data, path->len);
	if (plain.len == 0)
		buf_putc(&plain, '/');
	if (o->double_encode)
		text_percent(out, plain.data, plain.len, true);
	else
		buf_put(out, plain.data, plain.len);
}

/* ---- the query ------------------------------------------------------------- */

struct span {
	const char *s;
	size_t len;
};

struct pair {
	struct span key, value;
};

static int
compare_spans(struct span a, struct span b)
{
	int r = memcmp(a.s, b.s, a.len < b.len ? a.len : b.len);

	return r != 0 ? r : (a.len > b.len) - (a.len < b.len);
}

static int
compare_pairs(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;
	int r = compare_spans(x->key, y->key);

	return r != 0 ? r : compare_spans(x->value, y->value);
}

/* Cut at '&' and '='; returns how many. */
static size_t
split_query(const char *query, struct pair *pairs)
{
	size_t n = 0;

	for (const char *p = query; *p != '\0';) {
		size_t len = strcspn(p, "&"), key = strcspn(p, "=&");

		pairs[n].key = (struct span){ p, key };
		pairs[n].value = (struct span){ p + key, 0 };
		if (key < len)
			pairs[n].value = (struct span){ p + key + 1, len - key - 1 };
		n++;
		p += len + (p[len] == '&');
	}
	return n;
}

static void
put_query(struct buf *out, const struct buf *query)
{
	AUTO_FREE struct pair *pairs = xcalloc(query->len + 1, sizeof(*pairs));
	size_t n = split_query(buf_str(query), pairs);

	qsort(pairs, n, sizeof(*pairs), compare_pairs);
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_putc(out, '&');
		buf_put(out, pairs[i].key.s, pairs[i].key.len);
		buf_putc(out, '=');
		buf_put(out, pairs[i].value.s, pairs[i].value.len);
	}
}

/* ---- the headers ----------------------------------------------------------- */

/* What proxies and libcurl may change on the way (botocore's SIGNED_HEADERS_BLACKLIST). */
static bool
is_signed(const char *name)
{
	static const char *const not [] = { "authorization", "connection", "expect", "keep-alive",
		"proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding",
		"upgrade", "user-agent", "x-amzn-trace-id" };

	for (size_t i = 0; i < sizeof(not ) / sizeof(not [0]); i++)
		if (strcasecmp(name, not [i]) == 0)
			return false;
	return true;
}

/* Stable: equal names stay in the order in which they are sent. */
static size_t
sort_headers(const struct aws_http_request *r, const struct aws_header **sorted)
{
	size_t n = 0;

	for (size_t i = 0; i < r->nheaders; i++) {
		const struct aws_header *h = &r->headers[i];
		size_t at = n;

		if (!is_signed(h->name))
			continue;
		while (at > 0 && strcasecmp(sorted[at - 1]->name, h->name) > 0) {
			sorted[at] = sorted[at - 1];
			at--;
		}
		sorted[at] = h;
		n++;
	}
	return n;
}

static bool
same_name(const struct aws_header *const *sorted, size_t i)
{
	return i > 0 && strcasecmp(sorted[i]->name, sorted[i - 1]->name) == 0;
}

static void
put_lower(struct buf *b, const char *s)
{
	for (; *s != '\0'; s++)
		buf_putc(b, (char)tolower((unsigned char)*s));
}

/* Without blanks at the ends, runs of blanks as one space. */
static void
put_value(struct buf *b, const char *s)
{
	static const char blanks[] = " \t\r\n\v\f";

	s += strspn(s, blanks);
	while (*s != '\0') {
		size_t n = strcspn(s, blanks);

		buf_put(b, s, n);
		s += n;
		s += strspn(s, blanks);
		if (*s != '\0')
			buf_putc(b, ' ');
	}
}

static void
put_headers(struct buf *b, const struct aws_header *const *sorted, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!same_name(sorted, i))
			put_lower(b, sorted[i]->name);
		buf_putc(b, same_name(sorted, i) ? ',' : ':');
		put_value(b, sorted[i]->value);
		if (i + 1 == n || !same_name(sorted, i + 1))
			buf_putc(b, '\n');
	}
}

static void
put_names(struct buf *b, const struct aws_header *const *sorted, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (same_name(sorted, i))
			continue;
		if (i > 0)
			buf_putc(b, ';');
		put_lower(b, sorted[i]->name);
	}
}

/* ---- the signature --------------------------------------------------------- */

/* 20150830T123600Z */
static void
basic_date(char out[17], int64_t now)
{
	char iso[32];
	size_t n = 0;

	text_iso8601(iso, sizeof(iso), now);
	for (const char *p = iso; *p != '\0' && n < 16; p++)
		if (*p != '-' && *p != ':')
			out[n++] = *p;
	out[n] = '\0';
}

static void
derive_key(unsigned char key[CRYPTO_SHA256_LEN], const struct aws_credentials *c, const char *date,
    const struct aws_endpoint *to)
{
	AUTO_BUF first = BUF_INIT(BUF_MAX_TEXT);
	unsigned char step[CRYPTO_SHA256_LEN];

	buf_puts(&first, "AWS4");
	buf_put(&first, secret_borrow(c->secret_access_key), secret_len(c->secret_access_key));
	crypto_hmac_sha256(first.data, first.len, date, DATE_LEN, step);
	crypto_hmac_sha256(step, sizeof(step), to->region, strlen(to->region), key);
	crypto_hmac_sha256(
	    key, CRYPTO_SHA256_LEN, to->signing_name, strlen(to->signing_name), step);
	crypto_hmac_sha256(step, sizeof(step), "aws4_request", 12, key);
	crypto_wipe(step, sizeof(step));
}

static void
put_canonical(struct buf *b, const struct aws_http_request *r, const struct aws_sign_options *o,
    const char *hash, struct buf *names)
{
	const struct aws_header *sorted[MAX_HEADERS];
	size_t n = sort_headers(r, sorted);

	buf_printf(b, "%s\n", r->method);
	put_path(b, &r->path, o);
	buf_putc(b, '\n');
	put_query(b, &r->query);
	buf_putc(b, '\n');
	put_headers(b, sorted, n);
	buf_putc(b, '\n');
	put_names(names, sorted, n);
	buf_printf(b, "%s\n%s", buf_str(names), hash);
}

static bool
has_header(const struct aws_http_request *r, const char *name)
{
	for (size_t i = 0; i < r->nheaders; i++)
		if (strcasecmp(r->headers[i].name, name) == 0)
			return true;
	return false;
}

static void
add_headers(struct aws_http_request *r, const struct aws_credentials *c, const char *date,
    const char *hash /* NULL: not sent */)
{
	if (!has_header(r, "Host"))
		aws_http_header(r, "Host", r->endpoint.host);
	aws_http_header(r, "X-Amz-Date", date);
	if (secret_len(c->session_token) > 0)
		aws_http_header(r, "X-Amz-Security-Token", secret_borrow(c->session_token));
	if (hash != NULL)
		aws_http_header(r, "X-Amz-Content-Sha256", hash);
}

static void
authorize(struct aws_http_request *r, const struct aws_credentials *c, const char *date,
    const struct buf *names, const struct buf *to_sign)
{
	unsigned char key[CRYPTO_SHA256_LEN], signature[CRYPTO_SHA256_LEN];
	AUTO_BUF b = BUF_INIT(BUF_MAX_TEXT);

	derive_key(key, c, date, &r->endpoint);
	crypto_hmac_sha256(key, sizeof(key), to_sign->data, to_sign->len, signature);
	crypto_wipe(key, sizeof(key));
	buf_printf(&b,
	    "AWS4-HMAC-SHA256 Credential=%s/%.*s/%s/%s/aws4_request, SignedHeaders=%s, "
	    "Signature=",
	    c->access_key_id, DATE_LEN, date, r->endpoint.region, r->endpoint.signing_name,
	    buf_str(names));
	text_hex(&b, signature, sizeof(signature));
	aws_http_header(r, "Authorization", buf_str(&b));
}

/* Six parameters: the last two are only for tests. */
void
aws_sign(struct aws_http_request *r, const struct aws_credentials *c, int64_t now,
    const struct aws_sign_options *o, struct buf *canonical, struct buf *to_sign)
{
	AUTO_BUF request = BUF_INIT(BUF_MAX_TEXT);
	AUTO_BUF text = BUF_INIT(BUF_MAX_TEXT);
	AUTO_BUF names = BUF_INIT(BUF_MAX_LINE);
	char date[17], hash[CRYPTO_SHA256_HEX];

	basic_date(date, now);
	crypto_sha256_hex(r->body.data, r->body.len, hash);
	add_headers(r, c, date, o->sign_body_header ? hash : NULL);
	put_canonical(&request, r, o, hash, &names);
	crypto_sha256_hex(request.data, request.len, hash);
	buf_printf(&text, "AWS4-HMAC-SHA256\n%s\n%.*s/%s/%s/aws4_request\n%s", date, DATE_LEN, date,
	    r->endpoint.region, r->endpoint.signing_name, hash);
	authorize(r, c, date, &names, &text);
	if (canonical != NULL)
		buf_put(canonical, request.data, request.len);
	if (to_sign != NULL)
		buf_put(to_sign, text.data, text.len);
}
