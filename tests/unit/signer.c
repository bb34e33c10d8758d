/* SPDX-License-Identifier: MIT */
/*
 * A filter over aws_sign(): a request as JSON on each line of standard input,
 * its Authorization and canonical request on each line of standard output.
 * tests/e2e/test_signer.py compares them with botocore's.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/aws/encode.h"
#include "alloc.h"
#include "aws.h"
#include "json.h"
#include "lines.h"
#include "text.h"

static const char *
member(const json_t *j, const char *name)
{
	return json_text_or(j, name, "");
}

/* [[name, value], ...]; json_item() would take a list of one pair for the pair. */
static void
add_pairs(const json_t *pairs, struct aws_http_request *r, bool headers)
{
	const json_t *pair;
	size_t i;

	json_array_foreach (pairs, i, pair) {
		const char *name = json_string_value(json_array_get(pair, 0));
		const char *value = json_string_value(json_array_get(pair, 1));

		if (headers)
			aws_http_header(r, name, value);
		else
			encode_pair(&r->query, name, value, strlen(value));
	}
}

static void
take_request(const json_t *j, struct aws_http_request *r)
{
	const char *body = member(j, "body");

	*r = (struct aws_http_request){ .method = member(j, "method") };
	buf_init(&r->path, BUF_MAX_TEXT);
	buf_init(&r->query, BUF_MAX_TEXT);
	buf_init(&r->body, BUF_MAX_TEXT);
	snprintf(r->endpoint.host, sizeof(r->endpoint.host), "%s", member(j, "host"));
	snprintf(r->endpoint.region, sizeof(r->endpoint.region), "%s", member(j, "region"));
	r->endpoint.signing_name = member(j, "service");
	buf_puts(&r->path, member(j, "path"));
	if (!text_unbase64(&r->body, body, strlen(body)))
		die("the body is not base64");
	add_pairs(json_object_get(j, "query"), r, false);
	add_pairs(json_object_get(j, "headers"), r, true);
}

static struct aws_credentials *
take_credentials(const json_t *j)
{
	const char *key = member(j, "secret"), *token = json_text(j, "token");

	return aws_credentials_new(member(j, "key"), secret_from(key, strlen(key)),
	    token != NULL ? secret_from(token, strlen(token)) : NULL, "input");
}

static void
answer(const struct aws_http_request *r, const struct buf *canonical)
{
	AUTO_BUF out = BUF_INIT(BUF_MAX_TEXT);
	json_auto_t *j = json_object();

	for (size_t i = 0; i < r->nheaders; i++)
		if (strcmp(r->headers[i].name, "Authorization") == 0)
			json_object_set_new(j, "authorization", json_string(r->headers[i].value));
	json_object_set_new(j, "canonical", json_stringn(canonical->data, canonical->len));
	json_object_set_new(j, "query", json_string(buf_str(&r->query)));
	if (!json_print(&out, j, JSON_COMPACT))
		die("an answer cannot be written");
	puts(buf_str(&out));
}

static void
filter(const char *line, size_t len)
{
	json_auto_t *j = json_parse(line, len, NULL);
	struct aws_sign_options o = {
		.normalise = !json_bool(j, "s3"),
		.double_encode = !json_bool(j, "s3"),
		.sign_body_header = true,
	};
	AUTO_BUF canonical = BUF_INIT(BUF_MAX_TEXT);
	struct aws_credentials *c = take_credentials(j);
	struct aws_http_request r;

	take_request(j, &r);
	aws_sign(&r, c, json_int_or(j, "time", 0), &o, &canonical, NULL);
	answer(&r, &canonical);
	aws_http_request_free(&r);
	aws_credentials_free(c);
}

int
main(void)
{
	return filter_lines(filter, "SIGNER_DEBUG");
}
