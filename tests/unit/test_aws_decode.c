/* SPDX-License-Identifier: MIT */
/* What answers mean: replies and errors of all protocols, and answers that are none. */
#include "../../src/aws/decode.h"
#include "../../src/aws/http.h"
#include "aws_test.h"

static void
reply_with(struct aws_http_reply *r, int status, const char *body)
{
	http_reply_init(r);
	r->status = status;
	buf_puts(&r->body, body);
	snprintf(r->request_id, sizeof r->request_id, "header-id");
}

/* ---- errors ------------------------------------------------------------------- */

struct bad {
	enum aws_op_id op;
	int status;
	const char *body;
	const char *code, *text; /* text NULL: not looked at */
	int wanted_status;       /* 0: status */
	bool maybe;
	const char *error_type, *content_type;
};

#define QUERY_ERROR(code, text)                                                                    \
	"<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error>"               \
	"<Type>Sender</Type><Code>" code "</Code><Message>" text "</Message></Error>"              \
	"<RequestId>body-id</RequestId></ErrorResponse>"
#define S3_ERROR(code, text)                                                                       \
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>" code "</Code><Message>" text   \
	"</Message><RequestId>body-id</RequestId><HostId>h</HostId></Error>"
#define EC2_ERROR(code)                                                                            \
	"<Response><Errors><Error><Code>" code "</Code><Message>no</Message></Error></Errors>"     \
	"<RequestID>body-id</RequestID></Response>"

#define BAD(op_, status_, body_, code_, text_)                                                     \
	{                                                                                          \
		.op = (op_), .status = (status_), .body = body_, .code = code_, .text = text_      \
	}
#define BAD_AS(op_, status_, body_, code_, text_, as_, maybe_)                                     \
	{                                                                                          \
		.op = (op_), .status = (status_), .body = body_, .code = code_, .text = text_,     \
		.wanted_status = (as_), .maybe = maybe_                                            \
	}

static const struct bad bads[] = {
	/* the envelopes */
	BAD(OP_IAM_GET_USER, 404, QUERY_ERROR("NoSuchEntity", "The user &lt;x&gt; is gone."),
	    "NoSuchEntity", "The user <x> is gone."),
	BAD(OP_S3_GET_BUCKET_POLICY, 404, S3_ERROR("NoSuchBucketPolicy", "none"),
	    "NoSuchBucketPolicy", "none"),
	BAD(OP_S3C_GET_PUBLIC_ACCESS_BLOCK, 404,
	    QUERY_ERROR("NoSuchPublicAccessBlockConfiguration", "none"),
	    "NoSuchPublicAccessBlockConfiguration", "none"),
	BAD(OP_STS_GET_CALLER_IDENTITY, 401, EC2_ERROR("AuthFailure"), "AuthFailure", "no"),
	BAD(OP_CT_CREATE_TRAIL, 400,
	    "{\"__type\":\"TrailAlreadyExistsException\",\"Message\":\"yes\"}",
	    "TrailAlreadyExistsException", "yes"),
	BAD(OP_CUR_DESCRIBE_REPORT_DEFINITIONS, 400,
	    "{\"__type\":\"com.amazon.coral.validate#ValidationException\",\"message\":\"bad\"}",
	    "ValidationException", "bad"),
	{ .op = OP_BCM_GET_TABLE,
	    .status = 400,
	    .body = "{\"message\":\"bad\"}",
	    .code = "ValidationException",
	    .text = "bad",
	    .error_type = "ValidationException:http://internal.amazon.com/coral/" },
	BAD(OP_CT_DESCRIBE_TRAILS, 403, "{\"code\":\"AccessDenied\"}", "AccessDenied", "Forbidden"),
	BAD(OP_STS_GET_CALLER_IDENTITY, 400,
	    "{\"Error\":{\"Code\":\"Throttling\",\"Message\":\"Rate\"},\"RequestId\":\"body-id\"}",
	    "Throttling", "Rate"),
	/* what may have worked all the same */
	BAD_AS(OP_IAM_CREATE_USER, 500, QUERY_ERROR("ServiceFailure", "x"), "ServiceFailure", "x",
	    0, true),
	BAD(OP_S3_PUT_BUCKET_POLICY, 503, S3_ERROR("SlowDown", "x"), "SlowDown", "x"),
	BAD_AS(OP_CT_CREATE_TRAIL, 500, "", "500", "Internal Server Error", 0, true),
	BAD_AS(OP_IAM_CREATE_USER, 502, "<html><body>Bad Gateway</body></html>", "502",
	    "Bad Gateway", 0, true),
	BAD_AS(OP_IAM_CREATE_USER, 503, "  \n", "503", "Service Unavailable", 0, true),
	/* HEAD has no body */
	BAD(OP_S3_HEAD_BUCKET, 404, "", "404", "Not Found"),
	BAD(OP_S3_HEAD_BUCKET, 403, "", "403", "Forbidden"),
	/* not AWS */
	BAD_AS(OP_IAM_LIST_USERS, 200, "<html><title>Log in to the hotel</title>", "ProxyOrPortal",
	    NULL, 0, true),
	BAD_AS(OP_IAM_LIST_USERS, 200, "<!DOCTYPE HTML PUBLIC>", "ProxyOrPortal", NULL, 0, true),
	BAD(OP_IAM_LIST_USERS, 403, "\n<!doctype html><p>blocked", "ProxyOrPortal", NULL),
	{ .op = OP_IAM_LIST_USERS,
	    .status = 200,
	    .body = "Please log in",
	    .code = "ProxyOrPortal",
	    .maybe = true,
	    .content_type = "text/html; charset=utf-8" },
	BAD(OP_CT_DESCRIBE_TRAILS, 407, "<HTML>", "ProxyOrPortal", NULL),
	/* 200, but an error or nothing that can be read: as 500 */
	BAD_AS(OP_S3_PUT_BUCKET_POLICY, 200, S3_ERROR("InternalError", "try again"),
	    "InternalError", "try again", 500, true),
	BAD_AS(OP_IAM_LIST_USERS, 200, QUERY_ERROR("ServiceFailure", "x"), "ServiceFailure", "x",
	    500, true),
	BAD_AS(OP_IAM_LIST_USERS, 200, "<ListUsersResponse><ListUsersResult>", "MalformedReply",
	    NULL, 500, true),
	BAD_AS(OP_IAM_LIST_USERS, 200, "", "MalformedReply", NULL, 500, true),
	BAD_AS(OP_IAM_LIST_USERS, 200, "<!DOCTYPE x [<!ENTITY a \"b\">]><x>&a;</x>",
	    "MalformedReply", NULL, 500, true),
	BAD_AS(OP_S3_GET_BUCKET_VERSIONING, 200, "", "MalformedReply", NULL, 500, true),
	BAD_AS(OP_S3_GET_BUCKET_POLICY, 200, "[1]", "MalformedReply", NULL, 500, true),
	BAD_AS(OP_CT_DESCRIBE_TRAILS, 200, "{\"trailList\":[", "MalformedReply", NULL, 500, true),
	BAD_AS(OP_CT_DESCRIBE_TRAILS, 200, "{\"a\":1,\"a\":2}", "MalformedReply", NULL, 500, true),
	BAD_AS(OP_CT_DESCRIBE_TRAILS, 200, "<x/>", "MalformedReply", NULL, 500, true),
	BAD_AS(OP_CT_DESCRIBE_TRAILS, 200, "", "MalformedReply", NULL, 500, true),
	/* rubbish where an error should be */
	BAD(OP_IAM_GET_USER, 400, "<ErrorResponse><Error><Code>", "400", "Bad Request"),
	BAD(OP_IAM_GET_USER, 400, "<a/>", "400", "Bad Request"),
	BAD(OP_CT_CREATE_TRAIL, 400, "no json", "400", "no json"),
	BAD(OP_CT_CREATE_TRAIL, 400, "{\"__type\":12,\"message\":{\"a\":1}}", "400", "Bad Request"),
	BAD(OP_CT_CREATE_TRAIL, 400, "{\"__type\":\"#\"}", "400", "Bad Request"),
	BAD(OP_CT_CREATE_TRAIL, 400, "{\"__type\":\":http://x\",\"message\":\"  \"}", "400",
	    "Bad Request"),
	BAD(OP_CT_CREATE_TRAIL, 418, "{}", "418", "unexpected answer"),
	BAD(OP_IAM_GET_USER, 301, "", "301", "Moved Permanently"),
	BAD_AS(OP_IAM_GET_USER, 199, "", "199", NULL, 0, true),
	/* text that acts on a terminal */
	BAD(OP_IAM_GET_USER, 400, QUERY_ERROR("A&#27;[31mB C\u202eD", "x&#10;y"), NULL, NULL),
	BAD(OP_CT_CREATE_TRAIL, 400,
	    "{\"__type\":\"Bad\\u001b]0;x\\u0007\",\"message\":\"a\\u001b[2Jb\"}", "Bad0x",
	    "a\\x1b[2Jb"),
};

static void
check_bad(const struct bad *b)
{
	struct aws_http_reply r;
	struct err e = { 0 };
	json_t *reply = (json_t *)&e; /* must stay as it is */

	reply_with(&r, b->status, b->body);
	if (b->error_type != NULL)
		snprintf(r.error_type, sizeof r.error_type, "%s", b->error_type);
	if (b->content_type != NULL)
		snprintf(r.content_type, sizeof r.content_type, "%s", b->content_type);
	assert_false(aws_decode(b->op, &r, &reply, &e));
	assert_ptr_equal(reply, &e);
	if (b->code != NULL)
		assert_string_equal(e.code, b->code);
	if (b->text != NULL)
		assert_string_equal(e.text, b->text);
	assert_string_equal(e.operation, aws_op(b->op)->action);
	assert_string_equal(e.request_id, "header-id");
	assert_int_equal(e.status, b->wanted_status != 0 ? b->wanted_status : b->status);
	assert_int_equal(e.maybe, b->maybe);
	assert_int_equal(e.kind, strcmp(e.code, "ProxyOrPortal") == 0 ? ERR_NETWORK : ERR_AWS);
	assert_null(strchr(e.text, 27));
	assert_null(strchr(e.code, 27));
	http_reply_free(&r);
}

static void
test_errors(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(bads); i++)
		check_bad(&bads[i]);
}

/* Without the header it is in the body, in three spellings. */
static void
test_request_id(void **state)
{
	static const struct {
		enum aws_op_id op;
		const char *body;
	} in[] = {
		{ OP_IAM_GET_USER, QUERY_ERROR("X", "x") },
		{ OP_S3_GET_BUCKET_POLICY, S3_ERROR("X", "x") },
		{ OP_STS_GET_CALLER_IDENTITY, EC2_ERROR("X") },
		{ OP_CT_CREATE_TRAIL, "{\"__type\":\"X\",\"RequestId\":\"body-id\"}" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(in); i++) {
		struct aws_http_reply r;
		struct err e = { 0 };

		reply_with(&r, 400, in[i].body);
		r.request_id[0] = '\0';
		assert_false(aws_decode(in[i].op, &r, NULL, &e));
		assert_string_equal(e.request_id, "body-id");
		http_reply_free(&r);
	}
}

/* A whole page of text is cut, not kept. */
static void
test_long(void **state)
{
	struct aws_http_reply r;
	struct err e = { 0 };

	(void)state;
	reply_with(&r, 400, "");
	for (int i = 0; i < 100000; i++)
		buf_puts(&r.body, "\u00e9");
	assert_false(aws_decode(OP_CT_CREATE_TRAIL, &r, NULL, &e));
	assert_true(strlen(e.text) < sizeof e.text);
	assert_true(strlen(e.text) > 400);
	http_reply_free(&r);
}

static void
test_no_answer(void **state)
{
	struct aws_http_reply r;
	struct err e = { 0 };

	(void)state;
	http_reply_init(&r);
	err_set(&r.err, ERR_NETWORK, "closed");
	r.err.maybe = true;
	assert_false(aws_decode(OP_IAM_CREATE_USER, &r, NULL, &e));
	assert_string_equal(e.operation, "CreateUser");
	assert_int_equal(e.kind, ERR_NETWORK);
	assert_true(e.maybe);
	http_reply_free(&r);
}

/* ---- replies --------------------------------------------------------------------- */

static void
good(enum aws_op_id op, const char *body, const char *path, const char *wanted)
{
	struct aws_http_reply r;
	struct err e = { 0 };
	json_t *reply = NULL;

	reply_with(&r, 200, body);
	snprintf(r.bucket_region, sizeof r.bucket_region, "eu-north-1");
	assert_true(aws_decode(op, &r, &reply, &e));
	assert_non_null(reply);
	assert_true(aws_decode(op, &r, NULL, &e));
	if (wanted == NULL)
		assert_null(json_text(reply, path));
	else
		assert_string_equal(json_text_or(reply, path, "absent"), wanted);
	json_decref(reply);
	http_reply_free(&r);
}

static void
test_replies(void **state)
{
	(void)state;
	good(OP_IAM_GET_USER,
	    "<GetUserResponse xmlns=\"x\"><GetUserResult><User><Arn>a</Arn></User></GetUserResult>"
	    "<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></GetUserResponse>",
	    "GetUserResult.User.Arn", "a");
	good(OP_IAM_DELETE_USER, "<DeleteUserResponse><ResponseMetadata/></DeleteUserResponse>",
	    "x", NULL);
	good(OP_S3_GET_BUCKET_VERSIONING,
	    "<?xml version=\"1.0\"?><VersioningConfiguration><Status>Enabled</Status>"
	    "</VersioningConfiguration>",
	    "Status", "Enabled");
	good(OP_S3_GET_BUCKET_VERSIONING, "<VersioningConfiguration/>", "Status", NULL);
	good(OP_S3_GET_BUCKET_POLICY, " {\"Statement\":[{\"Sid\":\"a\"}]}", "Statement.Sid", "a");
	good(OP_S3_HEAD_BUCKET, "", "BucketRegion", "eu-north-1");
	good(OP_S3_CREATE_BUCKET, "", "x", NULL);
	good(OP_S3_PUT_BUCKET_POLICY, "", "x", NULL);
	good(OP_CT_START_LOGGING, "", "x", NULL);
	good(OP_CT_START_LOGGING, "{}", "x", NULL);
	good(OP_CT_GET_TRAIL_STATUS, "{\"Name\":\"x\"}", "Name", "x");
}

/* ---- pages and Regions ---------------------------------------------------------------- */

#define PAGE(inner) "{\"ListUsersResult\":[{" inner "}],\"Marker\":[{\"\":\"wrong place\"}]}"

static void
test_page_token(void **state)
{
	static const struct {
		enum aws_op_id op;
		const char *reply, *token;
	} in[] = {
		{ OP_IAM_LIST_USERS,
		    PAGE("\"IsTruncated\":[{\"\":\"true\"}],\"Marker\":[{\"\":\"m\"}]"), "m" },
		{ OP_IAM_LIST_USERS, PAGE("\"Marker\":[{\"\":\"m\"}]"), "m" },
		{ OP_IAM_LIST_USERS,
		    PAGE("\"IsTruncated\":[{\"\":\"false\"}],\"Marker\":[{\"\":\"m\"}]"), NULL },
		{ OP_IAM_LIST_USERS, PAGE("\"IsTruncated\":[{\"\":\"true\"}]"), NULL },
		{ OP_IAM_LIST_USERS, PAGE("\"Marker\":[{\"\":\"\"}]"), NULL },
		{ OP_IAM_GET_USER, PAGE("\"Marker\":[{\"\":\"m\"}]"), NULL },
		{ OP_BCM_LIST_EXPORTS, "{\"NextToken\":\"t\"}", "t" },
		{ OP_BCM_LIST_EXPORTS, "{\"NextToken\":null}", NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(in); i++) {
		json_auto_t *reply = parse(in[i].reply);
		const char *token = decode_page_token(in[i].op, reply);

		assert_true((token == NULL) == (in[i].token == NULL));
		if (token != NULL)
			assert_string_equal(token, in[i].token);
	}
}

static void
test_bucket_region(void **state)
{
	static const struct {
		const char *header, *body, *region;
	} in[] = {
		{ "eu-west-1", "", "eu-west-1" },
		{ "", "<Error><Code>x</Code><Region>us-east-2</Region></Error>", "us-east-2" },
		{ "", "<Error/>", NULL },
		{ "", "", NULL },
		{ "evil.example.com/", "", NULL },
		{ "", "<Error><Region>x.evil.example</Region></Error>", NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(in); i++) {
		struct aws_http_reply r;
		char region[33] = "";

		reply_with(&r, 301, in[i].body);
		snprintf(r.bucket_region, sizeof r.bucket_region, "%s", in[i].header);
		assert_int_equal(
		    decode_bucket_region(&r, region, sizeof region), in[i].region != NULL);
		assert_string_equal(region, in[i].region != NULL ? in[i].region : "");
		http_reply_free(&r);
	}
}

/* ---- heads ----------------------------------------------------------------------------- */

static void
line(struct aws_http_reply *r, const char *s)
{
	http_head_line(r, s, strlen(s));
}

static void
test_head(void **state)
{
	struct aws_http_reply r;

	(void)state;
	http_reply_init(&r);
	line(&r, "HTTP/1.1 100 Continue\r\n");
	line(&r, "x-amzn-RequestId: of the 100\r\n");
	line(&r, "HTTP/1.1 503 Slow\r\n");
	assert_string_equal(r.request_id, "");
	line(&r, "X-Amz-Request-Id: \t ABC\x1b[2J  \r\n");
	line(&r, "Content-Type: text/xml\r\n");
	line(&r, "date: Fri, 24 May 2013 00:00:00 GMT\r\n");
	line(&r, "Retry-After: 7\r\n");
	line(&r, "x-amzn-ErrorType: Foo:http://x\r\n");
	line(&r, "no colon\r\n");
	line(&r, ": no name\r\n");
	line(&r, "x-amz-bucket-region:eu-west-1");
	line(&r, "\r\n");
	assert_string_equal(r.request_id, "ABC[2J");
	assert_string_equal(r.content_type, "text/xml");
	assert_int_equal(r.date, 1369353600);
	assert_int_equal(r.retry_after, 7);
	assert_string_equal(r.error_type, "Foo:http://x");
	assert_string_equal(r.bucket_region, "eu-west-1");
	line(&r, "Retry-After: -1\r\n");
	line(&r, "Retry-After: 99999999999999999999\r\n");
	line(&r, "Retry-After: Fri, 24 May 2013 00:00:00 GMT\r\n");
	line(&r, "Date: rubbish\r\n");
	assert_int_equal(r.retry_after, 7);
	assert_int_equal(r.date, 1369353600);
	http_reply_free(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_request_id),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_no_answer),
		cmocka_unit_test(test_replies),
		cmocka_unit_test(test_page_token),
		cmocka_unit_test(test_bucket_region),
		cmocka_unit_test(test_head),
	};

	return RUN(tests);
}
