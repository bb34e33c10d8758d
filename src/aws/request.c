/* SPDX-License-Identifier: MIT */
/* A request as it goes on the wire: what encode.c fills, sign.c signs and http.c sends. */
#include "aws.h"

#include "alloc.h"

#define MAX_HEADERS (sizeof((struct aws_http_request *)0)->headers / sizeof(struct aws_header))

void
aws_http_request_free(struct aws_http_request *r)
{
	for (size_t i = 0; i < r->nheaders; i++) {
		xfree(r->headers[i].name);
		xfree(r->headers[i].value);
	}
	buf_free(&r->path);
	buf_free(&r->query);
	buf_free(&r->body);
	*r = (struct aws_http_request){ 0 };
}

void
aws_http_header(struct aws_http_request *r, const char *name, const char *value)
{
	if (r->nheaders == MAX_HEADERS)
		die("too many headers in a request");
	r->headers[r->nheaders++] = (struct aws_header){ xstrdup(name), xstrdup(value) };
}
