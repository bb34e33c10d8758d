/* SPDX-License-Identifier: MIT */
/*
 * Inside of encode.c: one function a protocol (aws-client page, 7).  Each
 * fills path, query, content type and body of a request whose method and
 * endpoint are known; size limits are looked at by aws_encode().
 */
#ifndef AWS_ENCODE_H
#define AWS_ENCODE_H

#include "service.h"

/* Action=...&Version=...; lists as Name.member.N, structures as Name.Member. */
void	encode_query(const struct aws_request *req, struct aws_http_request *out);

/* POST with X-Amz-Target and the members as one object. */
void	encode_json(const struct aws_request *req, struct aws_http_request *out);

/* S3 and S3 Control: sub-resource, document, checksum; account may be NULL. */
void	encode_rest_xml(const struct aws_request *req, const char *account,
	    struct aws_http_request *out);

/*
 * path is a template: {Member} is replaced by that member, percent-encoded.
 * The other members are the query of GET, HEAD and DELETE, else the body.
 */
void	encode_rest_json(const char *path, const json_t *params, struct aws_http_request *out);

/* Append name=value, percent-encoded, with '&' before it where needed. */
void	encode_pair(struct buf *b, const char *name, const char *value, size_t len);
/* A scalar as text ("true", "12") into b; nothing for null and structures. */
void	encode_scalar(struct buf *b, const json_t *v);

#endif
