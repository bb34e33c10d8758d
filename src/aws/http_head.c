/* SPDX-License-Identifier: MIT */
/* The few headers of an answer that matter. */
#include "http.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "text.h"

void
http_reply_init(struct aws_http_reply *r)
{
	*r = (struct aws_http_reply){ .retry_after = -1 };
	buf_init(&r->body, BUF_MAX_REPLY);
}

void
http_reply_free(struct aws_http_reply *r)
{
	buf_free(&r->body);
	http_reply_init(r);
}

/* Only printable ASCII is taken; what is too long is cut. */
static void
copy_value(char *out, size_t size, const char *value, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len && n + 1 < size; i++)
		if (value[i] >= ' ' && value[i] < 0x7f)
			out[n++] = value[i];
	out[n] = '\0';
}

static void
take_seconds(int *out, const char *text)
{
	size_t n = strlen(text);

	if (n > 0 && n < 7 && strspn(text, "0123456789") == n)
		*out = atoi(text);
}

static bool
is(const char *name, size_t len, const char *wanted)
{
	return strlen(wanted) == len && strncasecmp(name, wanted, len) == 0;
}

static void
take_header(struct aws_http_reply *r, const char *name, size_t n, const char *value, size_t len)
{
	char text[64];

	copy_value(text, sizeof(text), value, len);
	if (is(name, n, "content-type"))
		copy_value(r->content_type, sizeof(r->content_type), value, len);
	else if (is(name, n, "x-amzn-errortype"))
		copy_value(r->error_type, sizeof(r->error_type), value, len);
	else if (is(name, n, "x-amzn-requestid") || is(name, n, "x-amz-request-id"))
		copy_value(r->request_id, sizeof(r->request_id), value, len);
	else if (is(name, n, "x-amz-bucket-region"))
		copy_value(r->bucket_region, sizeof(r->bucket_region), value, len);
	else if (is(name, n, "date"))
		(void)text_parse_time(text, &r->date);
	else if (is(name, n, "retry-after"))
		take_seconds(&r->retry_after, text);
}

/* A new head begins after "100 Continue"; what the former said does not count. */
static void
forget_head(struct aws_http_reply *r)
{
	r->content_type[0] = r->error_type[0] = r->request_id[0] = r->bucket_region[0] = '\0';
	r->date = 0;
	r->retry_after = -1;
}

void
http_head_line(struct aws_http_reply *r, const char *line, size_t len)
{
	const char *colon = memchr(line, ':', len), *value, *end = line + len;

	if (len >= 5 && strncasecmp(line, "HTTP/", 5) == 0) {
		forget_head(r);
		return;
	}
	if (colon == NULL)
		return;
	for (value = colon + 1; value < end && (*value == ' ' || *value == '\t'); value++)
		;
	while (end > value && strchr(" \t\r\n", end[-1]) != NULL && end[-1] != '\0')
		end--;
	take_header(r, line, (size_t)(colon - line), value, (size_t)(end - value));
}
