/* SPDX-License-Identifier: MIT */
#include "encode.h"

#include <string.h>

#include "text.h"

void
encode_pair(struct buf *b, const char *name, const char *value, size_t len)
{
	if (b->len > 0)
		buf_putc(b, '&');
	text_percent(b, name, strlen(name), false);
	buf_putc(b, '=');
	text_percent(b, value, len, false);
}

void
encode_scalar(struct buf *b, const json_t *v)
{
	if (json_is_string(v))
		buf_put(b, json_string_value(v), json_string_length(v));
	else if (json_is_boolean(v))
		buf_puts(b, json_is_true(v) ? "true" : "false");
	else if (json_is_number(v))
		(void)json_print(b, v, JSON_ENCODE_ANY);
}

/* ---- query ----------------------------------------------------------------- */

static void put_value(struct buf *body, const char *name, const json_t *v);

static void
put_list(struct buf *body, const char *name, const json_t *list)
{
	const json_t *v;
	size_t i;

	if (json_array_size(list) == 0)
		encode_pair(body, name, "", 0);
	json_array_foreach (list, i, v) {
		AUTO_BUF item = BUF_INIT(BUF_MAX_LINE);

		buf_printf(&item, "%s.member.%zu", name, i + 1);
		put_value(body, buf_str(&item), v);
	}
}

static void
put_members(struct buf *body, const char *name, const json_t *object)
{
	const char *key;
	json_t *v;

	json_object_foreach ((json_t *)(uintptr_t)object, key, v) {
		AUTO_BUF member = BUF_INIT(BUF_MAX_LINE);

		if (name != NULL)
			buf_printf(&member, "%s.", name);
		buf_puts(&member, key);
		put_value(body, buf_str(&member), v);
	}
}

static void
put_value(struct buf *body, const char *name, const json_t *v)
{
	AUTO_BUF text = BUF_INIT(BUF_MAX_TEXT);

	if (json_is_null(v))
		return;
	if (json_is_object(v)) {
		put_members(body, name, v);
	} else if (json_is_array(v)) {
		put_list(body, name, v);
	} else {
		encode_scalar(&text, v);
		encode_pair(body, name, text.data, text.len);
	}
}

void
encode_query(const struct aws_request *req, struct aws_http_request *out)
{
	const struct aws_op *op = aws_op(req->op);
	const char *version = aws_service_kind(op->service)->version;

	aws_http_header(out, "Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
	encode_pair(&out->body, "Action", op->action, strlen(op->action));
	encode_pair(&out->body, "Version", version, strlen(version));
	put_members(&out->body, NULL, req->params);
	/* Straight from the locked page into the body, which is wiped when freed. */
	if (req->secret_name != NULL)
		encode_pair(&out->body, req->secret_name, secret_borrow(req->secret),
		    secret_len(req->secret));
}

/* ---- JSON -------------------------------------------------------------------- */

void
encode_json(const struct aws_request *req, struct aws_http_request *out)
{
	const struct aws_op *op = aws_op(req->op);
	AUTO_BUF target = BUF_INIT(BUF_MAX_LINE);

	buf_printf(&target, "%s.%s", aws_service_kind(op->service)->version, op->action);
	aws_http_header(out, "Content-Type", "application/x-amz-json-1.1");
	aws_http_header(out, "X-Amz-Target", buf_str(&target));
	if (req->params == NULL)
		buf_puts(&out->body, "{}");
	else
		(void)json_print(&out->body, req->params, JSON_COMPACT);
}

/* The template with its labels filled; those members are taken out of rest. */
static void
put_labels(struct buf *path, const char *template, json_t *rest)
{
	while (*template != '\0') {
		size_t n = strcspn(template, "{");

		buf_put(path, template, n);
		template += n;
		if (*template == '\0')
			break;
		n = strcspn(++template, "}");
		AUTO_BUF name = BUF_INIT(BUF_MAX_LINE);
		AUTO_BUF value = BUF_INIT(BUF_MAX_LINE);
		buf_put(&name, template, n);
		encode_scalar(&value, json_object_get(rest, buf_str(&name)));
		text_percent(path, value.data, value.len, false);
		(void)json_object_del(rest, buf_str(&name));
		template += n + (template[n] == '}');
	}
}

static void
put_query_members(struct buf *query, const json_t *members)
{
	const char *key;
	json_t *v;

	json_object_foreach ((json_t *)(uintptr_t)members, key, v) {
		AUTO_BUF text = BUF_INIT(BUF_MAX_LINE);

		encode_scalar(&text, v);
		encode_pair(query, key, text.data, text.len);
	}
}

void
encode_rest_json(const char *path, const json_t *params, struct aws_http_request *out)
{
	json_auto_t *rest = params != NULL ? json_copy((json_t *)(uintptr_t)params) : json_object();
	bool has_body = strcmp(out->method, "POST") == 0 || strcmp(out->method, "PUT") == 0 ||
			strcmp(out->method, "PATCH") == 0;

	put_labels(&out->path, path, rest);
	if (!has_body) {
		put_query_members(&out->query, rest);
		return;
	}
	aws_http_header(out, "Content-Type", "application/json");
	(void)json_print(&out->body, rest, JSON_COMPACT);
}

/* ---- all --------------------------------------------------------------------- */

static void
encode_by_protocol(const struct aws_request *req, const char *account, struct aws_http_request *out)
{
	const struct aws_op *op = aws_op(req->op);

	switch (aws_service_kind(op->service)->protocol) {
	case PROTO_QUERY:
		buf_putc(&out->path, '/');
		encode_query(req, out);
		break;
	case PROTO_JSON:
		buf_putc(&out->path, '/');
		encode_json(req, out);
		break;
	case PROTO_REST_XML:
		encode_rest_xml(req, account, out);
		break;
	case PROTO_REST_JSON:
		if (req->secret_name != NULL)
			aws_http_header(out, req->secret_name, secret_borrow(req->secret));
		encode_rest_json(op->query, req->params, out);
		break;
	}
}

static bool
carries_secret(enum aws_service service)
{
	enum aws_protocol protocol = aws_service_kind(service)->protocol;

	return protocol == PROTO_QUERY || protocol == PROTO_REST_JSON;
}

static const char *
target_of(const struct aws_request *req, const char *account)
{
	if (req->bucket == NULL && aws_op(req->op)->service == AWS_S3CONTROL)
		return account;
	return req->bucket;
}

/* Six parameters: who, where, what, and the result. */
bool
aws_encode(const struct aws_settings *s, const char *region, const struct aws_request *req,
    const char *account, struct aws_http_request *out, struct err *e)
{
	const struct aws_op *op = aws_op(req->op);
	struct aws_http_request r = { .method = op->method };
	const char *target = target_of(req, account);

	if (!aws_endpoint(s, op->service, region, target, &r.endpoint, e))
		return false;
	if (op->service == AWS_S3 && target == NULL)
		return err_set(e, ERR_OTHER, "%s needs the name of a bucket", op->action);
	if (req->secret_name != NULL && !carries_secret(op->service))
		return err_set(e, ERR_OTHER, "%s cannot carry a secret", op->action);
	buf_init(&r.path, BUF_MAX_LINE);
	buf_init(&r.query, BUF_MAX_TEXT);
	buf_init(&r.body, BUF_MAX_TEXT);
	buf_puts(&r.path, r.endpoint.path);
	aws_http_header(&r, "Host", r.endpoint.host);
	encode_by_protocol(req, op->service == AWS_S3CONTROL ? target : account, &r);
	if (r.path.failed || r.query.failed || r.body.failed) {
		aws_http_request_free(&r);
		return err_set(e, ERR_OTHER, "the request for %s is too large", op->action);
	}
	*out = r;
	return true;
}
