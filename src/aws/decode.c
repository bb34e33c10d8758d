/* SPDX-License-Identifier: MIT */
/*
 * What an answer means, for all protocols (aws-client page, 7; botocore's
 * parsers.py and handlers.py).  Nothing here trusts the shape of what came.
 */
#include "decode.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "alloc.h"
#include "service.h"
#include "xml.h"

/* What an error says; texts are borrowed from `tree` or the reply. */
struct fault {
	json_t *tree;
	const char *code, *message, *request_id;
};

static const char *
skip_blanks(const struct aws_http_reply *r)
{
	const char *s = buf_str(&r->body);

	return s + strspn(s, " \t\r\n");
}

/* What says that it is a web page counts as one, unless it plainly is not. */
static bool
is_html(const struct aws_http_reply *r)
{
	const char *s = skip_blanks(r);

	if (strncasecmp(s, "<html", 5) == 0 || strncasecmp(s, "<!doctype html", 14) == 0)
		return true;
	return strncasecmp(r->content_type, "text/html", 9) == 0 && *s != '\0' && *s != '{' &&
	       strncmp(s, "<?xml", 5) != 0;
}

static const char *
reason(int status)
{
	static const struct {
		int status;
		const char *text;
	} known[] = {
		{ 301, "Moved Permanently" },
		{ 307, "Temporary Redirect" },
		{ 400, "Bad Request" },
		{ 403, "Forbidden" },
		{ 404, "Not Found" },
		{ 407, "Proxy Authentication Required" },
		{ 409, "Conflict" },
		{ 412, "Precondition Failed" },
		{ 429, "Too Many Requests" },
		{ 500, "Internal Server Error" },
		{ 502, "Bad Gateway" },
		{ 503, "Service Unavailable" },
		{ 504, "Gateway Timeout" },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i].status == status)
			return known[i].text;
	return "unexpected answer";
}

/* ---- what an error says -------------------------------------------------------- */

/* The root element's content, and whether it is one of the three error envelopes. */
static json_t *
parse_root(const struct aws_http_reply *r, bool *is_error)
{
	static const char *const errors[] = { "Error", "ErrorResponse", "Response" };
	json_auto_t *document = xml_parse(r->body.data, r->body.len, NULL);
	void *first = json_object_iter(document);

	if (first == NULL)
		return NULL;
	for (size_t i = 0; is_error != NULL && i < sizeof(errors) / sizeof(errors[0]); i++)
		if (strcmp(json_object_iter_key(first), errors[i]) == 0)
			*is_error = true;
	return json_incref(json_array_get(json_object_iter_value(first), 0));
}

/* <Error>, <ErrorResponse><Error> or <Response><Errors><Error>, whichever it is. */
static void
read_xml(const struct aws_http_reply *r, struct fault *f)
{
	const json_t *inner;

	f->tree = parse_root(r, NULL);
	inner = json_at(f->tree, "Error");
	if (inner == NULL)
		inner = json_at(f->tree, "Errors.Error");
	if (inner == NULL)
		inner = f->tree;
	f->code = json_text(inner, "Code");
	f->message = json_text(inner, "Message");
	f->request_id = json_text(f->tree, "RequestId");
	if (f->request_id == NULL)
		f->request_id = json_text(f->tree, "RequestID");
	if (f->request_id == NULL)
		f->request_id = json_text(inner, "RequestId");
}

static const char *
first_text(const json_t *tree, const char *const *names)
{
	const char *s = NULL;

	for (; *names != NULL && s == NULL; names++)
		s = json_text(tree, *names);
	return s;
}

/* JSON 1.1 and REST-JSON; also what query services answer when they speak JSON. */
static void
read_json(const struct aws_http_reply *r, struct fault *f)
{
	static const char *const codes[] = { "__type", "code", "Code", "Error.Code", "error",
		NULL };
	static const char *const messages[] = { "message", "Message", "error_description",
		"errorMessage", "Error.Message", NULL };

	f->tree = json_parse(r->body.data, r->body.len, NULL);
	f->code = r->error_type[0] != '\0' ? r->error_type : first_text(f->tree, codes);
	f->message = first_text(f->tree, messages);
	f->request_id = json_text(f->tree, "RequestId");
	if (f->tree == NULL)
		f->message = buf_str(&r->body);
}

/* Without "namespace#" before and ":http://..." after; only what codes are made of. */
static void
put_code(char *out, size_t size, const char *code)
{
	const char *end = code + strcspn(code, ":");
	size_t n = 0;

	for (const char *hash = code; hash < end; hash++)
		if (*hash == '#')
			code = hash + 1;
	for (; code < end && n + 1 < size; code++)
		if (isalnum((unsigned char)*code) || strchr("._-", *code) != NULL)
			out[n++] = *code;
	out[n] = '\0';
}

static void
put_request_id(char *out, size_t size, const char *id)
{
	size_t n = 0;

	for (; *id != '\0' && n + 1 < size; id++)
		if (*id > ' ' && *id < 0x7f)
			out[n++] = *id;
	out[n] = '\0';
}

/* ---- errors ----------------------------------------------------------------------- */

/*
 * A throttled call has done nothing; of what a server could not finish, and of
 * an answer that cannot be read, nobody knows (quality page, 2.1).
 */
static bool
may_have_worked(const struct err *e)
{
	return (e->status >= 500 || e->status < 300) && aws_retry_kind(e) != AWS_RETRY_THROTTLE;
}

static void
complete(struct err *e, const struct aws_op *op, int status, const char *request_id)
{
	e->status = status;
	snprintf(e->operation, sizeof(e->operation), "%s", op->action);
	put_request_id(e->request_id, sizeof(e->request_id), request_id);
	e->maybe = may_have_worked(e);
}

static bool
fail_html(const struct aws_op *op, const struct aws_http_reply *r, struct err *e)
{
	aws_fail(e, ERR_NETWORK, "ProxyOrPortal",
	    "not AWS but a proxy or a captive portal answered with a web page (HTTP %d %s)",
	    r->status, reason(r->status));
	complete(e, op, r->status, r->request_id);
	return false;
}

static bool
fail_with(const struct aws_op *op, const struct aws_http_reply *r, int status,
    const struct fault *f, struct err *e)
{
	char code[sizeof(e->code)] = "";
	const char *text = f->message;

	if (f->code != NULL)
		put_code(code, sizeof(code), f->code);
	if (code[0] == '\0')
		snprintf(code, sizeof(code), "%d", r->status);
	if (text == NULL || text[strspn(text, " \t\r\n")] == '\0')
		text = reason(r->status);
	aws_fail(e, ERR_AWS, code, "%s", text);
	complete(e, op, status,
	    f->request_id != NULL && r->request_id[0] == '\0' ? f->request_id : r->request_id);
	return false;
}

static bool
decode_error(const struct aws_op *op, const struct aws_http_reply *r, int status, struct err *e)
{
	struct fault f = { 0 };
	const char *s = skip_blanks(r);

	if (is_html(r) && status < 500)
		return fail_html(op, r, e);
	if (!is_html(r) && *s == '<')
		read_xml(r, &f);
	else if (!is_html(r) && *s != '\0')
		read_json(r, &f);
	else if (r->error_type[0] != '\0')
		f.code = r->error_type;
	fail_with(op, r, status, &f, e);
	json_decref(f.tree);
	return false;
}

/* 200, but not an answer: counts as 500, so that it is tried again (botocore, handlers.py). */
static bool
fail_malformed(const struct aws_op *op, const struct aws_http_reply *r, struct err *e)
{
	struct fault f = {
		.code = "MalformedReply",
		.message = "the answer is empty, cut off or not what AWS documents",
	};

	return fail_with(op, r, 500, &f, e);
}

/* ---- replies ------------------------------------------------------------------------ */

static bool
decode_xml(const struct aws_op *op, const struct aws_http_reply *r, json_t **reply, struct err *e)
{
	bool is_error = false;
	json_t *root = parse_root(r, &is_error);

	if (root == NULL)
		return fail_malformed(op, r, e);
	if (is_error) {
		json_decref(root);
		return decode_error(op, r, 500, e);
	}
	*reply = root;
	return true;
}

static bool
decode_json(const struct aws_op *op, const struct aws_http_reply *r, json_t **reply, struct err *e)
{
	json_t *root = json_parse(r->body.data, r->body.len, NULL);

	if (root == NULL)
		return fail_malformed(op, r, e);
	*reply = root;
	return true;
}

/* HEAD answers in headers only. */
static json_t *
head_reply(const struct aws_http_reply *r)
{
	json_t *reply = json_object();

	if (r->bucket_region[0] != '\0')
		json_object_set_new(reply, "BucketRegion", json_string(r->bucket_region));
	return reply;
}

static bool
decode_body(enum aws_op_id id, const struct aws_http_reply *r, json_t **reply, struct err *e)
{
	const struct aws_op *op = aws_op(id);
	enum aws_protocol protocol = aws_service_kind(op->service)->protocol;
	const char *s = skip_blanks(r);

	if (strcmp(op->method, "HEAD") == 0) {
		*reply = head_reply(r);
		return true;
	}
	/* What changes something mostly answers nothing, what reads always something. */
	if (*s == '\0' && aws_op_writes(id) && protocol != PROTO_QUERY) {
		*reply = json_object();
		return true;
	}
	if (*s == '<' && (protocol == PROTO_QUERY || protocol == PROTO_REST_XML))
		return decode_xml(op, r, reply, e);
	if (*s == '{' && protocol != PROTO_QUERY)
		return decode_json(op, r, reply, e);
	return fail_malformed(op, r, e);
}

bool
aws_decode(enum aws_op_id id, const struct aws_http_reply *r, json_t **reply, struct err *e)
{
	const struct aws_op *op = aws_op(id);
	json_t *tree = NULL;

	if (r->status == 0) {
		if (e != NULL && e->kind == ERR_NONE) {
			*e = r->err;
			snprintf(e->operation, sizeof(e->operation), "%s", op->action);
		}
		return false;
	}
	if (r->status < 200 || r->status >= 300)
		return decode_error(op, r, r->status, e);
	if (is_html(r))
		return fail_html(op, r, e);
	if (!decode_body(id, r, &tree, e))
		return false;
	if (reply != NULL)
		*reply = tree;
	else
		json_decref(tree);
	return true;
}

/* ---- other things that answers tell ---------------------------------------------------- */

bool
decode_bucket_region(const struct aws_http_reply *r, char *region, size_t size)
{
	json_auto_t *root = r->bucket_region[0] == '\0' ? parse_root(r, NULL) : NULL;
	const char *named = root != NULL ? json_text_or(root, "Region", "") : r->bucket_region;

	if (!aws_region_ok(named) || strlen(named) >= size)
		return false;
	snprintf(region, size, "%s", named);
	return true;
}

const char *
decode_page_token(enum aws_op_id id, const json_t *reply)
{
	const struct aws_op *op = aws_op(id);
	AUTO_BUF path = BUF_INIT(BUF_MAX_LINE);
	AUTO_BUF more = BUF_INIT(BUF_MAX_LINE);
	const char *token;

	if (op->token == NULL || op->list == NULL)
		return NULL;
	if (aws_service_kind(op->service)->protocol == PROTO_QUERY)
		buf_printf(&path, "%sResult.", op->action);
	buf_printf(&more, "%sIsTruncated", buf_str(&path));
	if (json_at(reply, buf_str(&more)) != NULL && !json_bool(reply, buf_str(&more)))
		return NULL;
	buf_put(&path, op->token, strcspn(op->token, ">"));
	token = json_text(reply, buf_str(&path));
	return token != NULL && token[0] != '\0' ? token : NULL;
}
