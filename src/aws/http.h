/* SPDX-License-Identifier: MIT */
/*
 * Inside of src/aws: one request over the transport.  http.c is the only user
 * of libcurl; it knows nothing of AWS but a few header names.
 */
#ifndef AWS_HTTP_H
#define AWS_HTTP_H

#include "aws.h"

struct http_call;

/*
 * Send r (taken).  once: never put on a kept connection, for libcurl repeats a
 * request by itself when a kept one turns out to be closed.  Never fails: what
 * goes wrong is in the reply.
 */
struct http_call *http_start(struct aws_transport *t, struct aws_http_request *r, bool once);
bool	http_done(const struct http_call *c);
/* The answer, or reply->err when there was none; frees the call. */
void	http_finish(struct http_call *c, struct aws_http_reply *reply);
/* Drop it; the connection is closed.  NULL is fine. */
void	http_abort(struct http_call *c);
/* As http_start(), but nobody waits for the answer (opens a connection). */
void	http_forget(struct aws_transport *t, struct aws_http_request *r);

void	http_reply_init(struct aws_http_reply *r);
void	http_reply_free(struct aws_http_reply *r);

/* One line of the answer's head, as it came (http_head.c). */
void	http_head_line(struct aws_http_reply *r, const char *line, size_t len);

#endif
