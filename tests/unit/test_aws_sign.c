/* SPDX-License-Identifier: MIT */
/*
 * Signature Version 4: AWS's own suite (../shared/data/sigv4, skipped when it
 * is not there) and the four worked examples of the S3 API Reference.
 */
#include <dirent.h>
#include <strings.h>

#include "aws_test.h"
#include "text.h"

#define SUITE "../shared/data/sigv4"

/* ---- AWS's suite ------------------------------------------------------------- */

struct vector {
	struct aws_http_request r;
	struct aws_credentials *c;
	struct aws_sign_options o;
	char *region, *service;
	int64_t now;
};

static char *
read_part(const char *name, const char *part)
{
	char *path = xasprintf(SUITE "/%s/%s", name, part);
	char *text = access(path, R_OK) == 0 ? slurp(path) : NULL;

	xfree(path);
	return text;
}

static void
take_context(struct vector *v, const char *name)
{
	char *text = read_part(name, "context.json");
	json_auto_t *j = parse(text);
	bool omit = json_bool(j, "omit_session_token");

	v->c = test_credentials(json_text(j, "credentials.access_key_id"),
	    json_text(j, "credentials.secret_access_key"),
	    omit ? NULL : json_text(j, "credentials.token"));
	v->o.normalise = json_bool(j, "normalize");
	v->o.double_encode = true; /* targets are raw: this is their one encoding */
	v->o.sign_body_header = json_bool(j, "sign_body");
	v->region = xstrdup(json_text(j, "region"));
	v->service = xstrdup(json_text(j, "service"));
	assert_true(text_parse_time(json_text(j, "timestamp"), &v->now));
	snprintf(v->r.endpoint.region, sizeof v->r.endpoint.region, "%s", v->region);
	v->r.endpoint.signing_name = v->service;
	xfree(text);
}

/* What may not stand in a query as it is gets encoded, as encode.c would have done. */
static void
put_wire_query(struct buf *b, const char *s)
{
	for (; *s != '\0'; s++) {
		const char one[2] = { *s, '\0' };

		if (text_only(one, "-._~%&="))
			buf_putc(b, *s);
		else
			text_percent(b, s, 1, false);
	}
}

static void
take_target(struct vector *v, char *line)
{
	char *target = strchr(line, ' ') + 1, *end = strrchr(line, ' '), *query;

	*end = '\0';
	v->r.method = strncmp(line, "POST", 4) == 0 ? "POST" : "GET";
	query = strchr(target, '?');
	if (query != NULL)
		*query++ = '\0';
	buf_puts(&v->r.path, target);
	put_wire_query(&v->r.query, query != NULL ? query : "");
}

/* Lines that begin with a blank continue the one before. */
static void
take_header(struct vector *v, char *line)
{
	char *colon = strchr(line, ':');

	if (line[0] == ' ' || line[0] == '\t') {
		struct aws_header *h = &v->r.headers[v->r.nheaders - 1];
		char *both = xasprintf("%s\n%s", h->value, line);

		xfree(h->value);
		h->value = both;
		return;
	}
	*colon = '\0';
	aws_http_header(&v->r, line, colon + 1);
}

static void
take_request(struct vector *v, const char *name)
{
	char *text = read_part(name, "request.txt"), *body = strstr(text, "\n\n"), *line;

	buf_init(&v->r.path, BUF_MAX_TEXT);
	buf_init(&v->r.query, BUF_MAX_TEXT);
	buf_init(&v->r.body, BUF_MAX_TEXT);
	if (body != NULL) {
		buf_puts(&v->r.body, body + 2);
		*body = '\0';
	}
	take_target(v, strtok_r(text, "\n", &body));
	while ((line = strtok_r(NULL, "\n", &body)) != NULL)
		take_header(v, line);
	xfree(text);
}

static void
vector_free(struct vector *v)
{
	aws_http_request_free(&v->r);
	aws_credentials_free(v->c);
	xfree(v->region);
	xfree(v->service);
}

static void
run_vector(const char *name)
{
	struct vector v = { 0 };
	AUTO_BUF canonical = BUF_INIT(BUF_MAX_TEXT);
	AUTO_BUF to_sign = BUF_INIT(BUF_MAX_TEXT);
	char *want_canonical = read_part(name, "header-canonical-request.txt");
	char *want_to_sign = read_part(name, "header-string-to-sign.txt");
	char *want_signature = read_part(name, "header-signature.txt");

	take_context(&v, name);
	take_request(&v, name);
	aws_sign(&v.r, v.c, v.now, &v.o, &canonical, &to_sign);
	if (strcmp(buf_str(&canonical), want_canonical) != 0)
		print_error("%s\n", name);
	assert_string_equal(buf_str(&canonical), want_canonical);
	assert_string_equal(buf_str(&to_sign), want_to_sign);
	assert_string_equal(
	    strstr(header_of(&v.r, "Authorization"), "Signature=") + 10, want_signature);
	vector_free(&v);
	xfree(want_canonical);
	xfree(want_to_sign);
	xfree(want_signature);
}

static void
test_suite(void **state)
{
	DIR *d = opendir(SUITE);
	unsigned n = 0;

	(void)state;
	if (d == NULL)
		skip();
	for (const struct dirent *f; (f = readdir(d)) != NULL;) {
		char *context = read_part(f->d_name, "context.json");

		if (context == NULL)
			continue;
		xfree(context);
		run_vector(f->d_name);
		n++;
	}
	closedir(d);
	print_message("%u vectors\n", n);
	assert_true(n > 0);
}

/* ---- S3 ------------------------------------------------------------------------ */

struct example {
	const char *method, *path, *query, *body, *signature;
	const char *headers[7];
};

static const struct example examples[] = {
	{ "GET", "/test.txt", "", "",
	    "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
	    { "Range", "bytes=0-9", NULL } },
	{ "PUT", "/test%24file.text", "", "Welcome to Amazon S3.",
	    "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
	    { "Date", "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class", "REDUCED_REDUNDANCY",
		NULL } },
	{ "GET", "/", "lifecycle", "",
	    "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543", { NULL } },
	{ "GET", "/", "max-keys=2&prefix=J", "",
	    "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7", { NULL } },
};

static void
run_example(const struct example *x, const struct aws_credentials *c)
{
	static const struct aws_sign_options s3 = { .sign_body_header = true };
	struct aws_http_request r = {
		.method = x->method,
		.endpoint = { .host = "examplebucket.s3.amazonaws.com",
		    .region = "us-east-1",
		    .signing_name = "s3" },
		.path = BUF_INIT(BUF_MAX_LINE),
		.query = BUF_INIT(BUF_MAX_LINE),
		.body = BUF_INIT(BUF_MAX_LINE),
	};
	int64_t when;

	buf_puts(&r.path, x->path);
	buf_puts(&r.query, x->query);
	buf_puts(&r.body, x->body);
	for (size_t i = 0; x->headers[i] != NULL; i += 2)
		aws_http_header(&r, x->headers[i], x->headers[i + 1]);
	assert_true(text_parse_time("2013-05-24T00:00:00Z", &when));
	aws_sign(&r, c, when, &s3, NULL, NULL);
	assert_string_equal(
	    strstr(header_of(&r, "Authorization"), "Signature=") + 10, x->signature);
	aws_http_request_free(&r);
}

static void
test_s3(void **state)
{
	struct aws_credentials *c = test_credentials(
	    "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", NULL);

	(void)state;
	for (size_t i = 0; i < COUNT(examples); i++)
		run_example(&examples[i], c);
	aws_credentials_free(c);
}

/* ---- canonical forms --------------------------------------------------------------- */

static void
expect_lines(const char *path, const char *query, bool s3, const char *first_lines)
{
	struct aws_sign_options o = { .normalise = !s3, .double_encode = !s3 };
	struct aws_credentials *c = test_credentials("AKIDEXAMPLE", "key", NULL);
	AUTO_BUF canonical = BUF_INIT(BUF_MAX_TEXT);
	struct aws_http_request r = {
		.method = "GET",
		.endpoint = { .host = "h", .region = "r", .signing_name = "s" },
		.path = BUF_INIT(BUF_MAX_LINE),
		.query = BUF_INIT(BUF_MAX_LINE),
		.body = BUF_INIT(BUF_MAX_LINE),
	};

	buf_puts(&r.path, path);
	buf_puts(&r.query, query);
	aws_sign(&r, c, 0, &o, &canonical, NULL);
	*strstr(canonical.data, "\nhost:") = '\0';
	assert_string_equal(canonical.data, first_lines);
	aws_http_request_free(&r);
	aws_credentials_free(c);
}

static void
test_canonical(void **state)
{
	(void)state;
	expect_lines("", "", false, "GET\n/\n");
	expect_lines("/a%3Ab", "", false, "GET\n/a%253Ab\n");
	expect_lines("/a%3Ab", "", true, "GET\n/a%3Ab\n");
	expect_lines("/a//b/./c/../d/", "", false, "GET\n/a/b/d/\n");
	expect_lines("/a//b/./c/../d/", "", true, "GET\n/a//b/./c/../d/\n");
	expect_lines("/..", "", false, "GET\n/\n");
	expect_lines("/../../x", "", false, "GET\n/x\n");
	expect_lines("/x/.", "", false, "GET\n/x\n");
	/* Sorted by key, then value; a key that begins another goes first whatever its value. */
	expect_lines("/", "b=1&a=2&a=1&a-b=0&a", false, "GET\n/\na=&a=1&a=2&a-b=0&b=1");
	expect_lines("/", "policy", true, "GET\n/\npolicy=");
	expect_lines("/", "&&a", false, "GET\n/\n=&=&a=");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_suite),
		cmocka_unit_test(test_s3),
		cmocka_unit_test(test_canonical),
	};

	return RUN(tests);
}
