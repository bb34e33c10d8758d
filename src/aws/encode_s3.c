/* SPDX-License-Identifier: MIT */
/* Requests to S3 and S3 Control (Amazon S3 API Reference). */
#include "encode.h"

#include <string.h>

#include "crypto.h"
#include "text.h"

#define ACCOUNT_BLOCK "/v20180820/configuration/publicAccessBlock"

/* requestChecksumRequired in the service model; SHA-256 needs no other library. */
static void
add_checksum(struct aws_http_request *out)
{
	unsigned char digest[CRYPTO_SHA256_LEN];
	AUTO_BUF text = BUF_INIT(BUF_MAX_LINE);

	crypto_sha256(out->body.data, out->body.len, digest);
	text_base64(&text, digest, sizeof(digest));
	aws_http_header(out, "X-Amz-Sdk-Checksum-Algorithm", "SHA256");
	aws_http_header(out, "X-Amz-Checksum-Sha256", buf_str(&text));
}

static void
put_query(struct buf *query, const char *resource, const json_t *params)
{
	const char *key;
	json_t *v;

	if (resource != NULL)
		text_percent(query, resource, strlen(resource), false);
	json_object_foreach ((json_t *)(uintptr_t)params, key, v) {
		AUTO_BUF text = BUF_INIT(BUF_MAX_LINE);

		encode_scalar(&text, v);
		encode_pair(query, key, text.data, text.len);
	}
}

static void
put_document(const struct aws_request *req, struct aws_http_request *out)
{
	if (req->body == NULL)
		return;
	aws_http_header(
	    out, "Content-Type", req->body[0] == '<' ? "application/xml" : "application/json");
	buf_puts(&out->body, req->body);
}

/* What a bucket of ours is asked: another account's with that name then answers 403. */
static void
add_owner(const struct aws_request *req, const char *account, struct aws_http_request *out)
{
	if (account != NULL && account[0] != '\0' && req->op != OP_S3_CREATE_BUCKET)
		aws_http_header(out, "X-Amz-Expected-Bucket-Owner", account);
}

void
encode_rest_xml(const struct aws_request *req, const char *account, struct aws_http_request *out)
{
	const struct aws_op *op = aws_op(req->op);
	const char *resource = op->query;
	bool checksum = resource != NULL && resource[0] == '+';

	put_query(&out->query, checksum ? resource + 1 : resource, req->params);
	put_document(req, out);
	if (checksum)
		add_checksum(out);
	if (op->service == AWS_S3CONTROL) {
		buf_puts(&out->path, ACCOUNT_BLOCK);
		aws_http_header(out, "X-Amz-Account-Id", account);
		return;
	}
	if (out->path.len == 0)
		buf_putc(&out->path, '/');
	add_owner(req, account, out);
}
