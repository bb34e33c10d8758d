/* SPDX-License-Identifier: MIT */
/* Requests on the wire, protocol by protocol. */
#include <strings.h>

#include "../../src/aws/encode.h"
#include "aws_test.h"

static const struct aws_settings plain = { 0 };

static void
encode(const struct aws_request *req, const char *account, struct aws_http_request *r)
{
	struct err e = { 0 };

	assert_true(aws_encode(&plain, "eu-west-1", req, account, r, &e));
	assert_string_equal(header_of(r, "Host"), r->endpoint.host);
}

/* ---- query ------------------------------------------------------------------- */

static void
test_query(void **state)
{
	json_auto_t *params = parse("{\"UserName\":\"a b+/=&\\u00fc\",\"Max\":12,\"Yes\":true,"
				    "\"No\":false,\"Gone\":null,\"Empty\":[],"
				    "\"Tags\":[{\"Key\":\"k\",\"Value\":\"v\"},{\"Key\":\"l\"}],"
				    "\"Filter\":[\"User\",\"Role\"],\"Deep\":{\"A\":{\"B\":1}}}");
	struct aws_request req = { .op = OP_IAM_CREATE_USER, .params = params };
	struct aws_http_request r;

	(void)state;
	encode(&req, NULL, &r);
	assert_string_equal(r.method, "POST");
	assert_string_equal(buf_str(&r.path), "/");
	assert_string_equal(buf_str(&r.query), "");
	assert_string_equal(
	    header_of(&r, "Content-Type"), "application/x-www-form-urlencoded; charset=utf-8");
	assert_string_equal(buf_str(&r.body),
	    "Action=CreateUser&Version=2010-05-08&UserName=a%20b%2B%2F%3D%26%C3%BC&Max=12&Yes=true"
	    "&No=false&Empty=&Tags.member.1.Key=k&Tags.member.1.Value=v&Tags.member.2.Key=l"
	    "&Filter.member.1=User&Filter.member.2=Role&Deep.A.B=1");
	aws_http_request_free(&r);
}

static void
test_secret(void **state)
{
	struct secret *s = secret_from("p&w =\"\0x", 8);
	struct aws_request req = {
		.op = OP_IAM_CREATE_LOGIN_PROFILE, .secret_name = "Password", .secret = s
	};
	struct aws_http_request r;
	struct err e = { 0 };

	(void)state;
	encode(&req, NULL, &r);
	assert_string_equal(buf_str(&r.body),
	    "Action=CreateLoginProfile&Version=2010-05-08&Password=p%26w%20%3D%22%00x");
	aws_http_request_free(&r);
	req.op = OP_CT_CREATE_TRAIL;
	assert_false(aws_encode(&plain, "eu-west-1", &req, NULL, &r, &e));
	secret_free(s);
}

/* ---- JSON ---------------------------------------------------------------------- */

static void
test_json(void **state)
{
	json_auto_t *params = parse("{\"Name\":\"a\\\"b\",\"IsMultiRegionTrail\":true}");
	struct aws_request req = { .op = OP_CT_CREATE_TRAIL, .params = params };
	struct aws_http_request r;

	(void)state;
	encode(&req, NULL, &r);
	assert_string_equal(header_of(&r, "Content-Type"), "application/x-amz-json-1.1");
	assert_string_equal(header_of(&r, "X-Amz-Target"),
	    "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.CreateTrail");
	assert_string_equal(buf_str(&r.body), "{\"Name\":\"a\\\"b\",\"IsMultiRegionTrail\":true}");
	aws_http_request_free(&r);
	req = (struct aws_request){ .op = OP_BCM_LIST_EXPORTS };
	encode(&req, NULL, &r);
	assert_string_equal(buf_str(&r.body), "{}");
	aws_http_request_free(&r);
}

/* No operation uses it yet; the protocol is there for account and accessanalyzer. */
static void
rest_json(const char *method, const char *path, const char *params, const char *wanted)
{
	json_auto_t *j = params != NULL ? parse(params) : NULL;
	struct aws_http_request r = {
		.method = method,
		.path = BUF_INIT(BUF_MAX_LINE),
		.query = BUF_INIT(BUF_MAX_LINE),
		.body = BUF_INIT(BUF_MAX_LINE),
	};
	char *got;

	encode_rest_json(path, j, &r);
	got = xasprintf("%s?%s %s", buf_str(&r.path), buf_str(&r.query), buf_str(&r.body));
	assert_string_equal(got, wanted);
	assert_true((header_of(&r, "Content-Type") != NULL) == (r.body.len > 0));
	xfree(got);
	aws_http_request_free(&r);
}

static void
test_rest_json(void **state)
{
	(void)state;
	rest_json("POST", "/getContact", NULL, "/getContact? {}");
	rest_json(
	    "PUT", "/analyzer", "{\"type\":\"ACCOUNT\"}", "/analyzer? {\"type\":\"ACCOUNT\"}");
	rest_json("GET", "/analyzer/{name}/x", "{\"name\":\"a b/c:d\",\"maxResults\":5}",
	    "/analyzer/a%20b%2Fc%3Ad/x?maxResults=5 ");
	rest_json("DELETE", "/analyzer/{name}", "{\"name\":\"x\"}", "/analyzer/x? ");
	rest_json("GET", "/open{name", "{\"name\":\"x\"}", "/openx? ");
}

/* ---- S3 ---------------------------------------------------------------------------- */

static void
test_s3(void **state)
{
	struct aws_request req = {
		.op = OP_S3_PUT_BUCKET_POLICY, .bucket = "logs", .body = "{\"Version\":\"x\"}"
	};
	struct aws_http_request r;

	(void)state;
	encode(&req, "111122223333", &r);
	assert_string_equal(r.method, "PUT");
	assert_string_equal(buf_str(&r.path), "/");
	assert_string_equal(buf_str(&r.query), "policy");
	assert_string_equal(buf_str(&r.body), req.body);
	assert_string_equal(header_of(&r, "Content-Type"), "application/json");
	assert_string_equal(header_of(&r, "X-Amz-Sdk-Checksum-Algorithm"), "SHA256");
	/* printf '{"Version":"x"}' | openssl dgst -sha256 -binary | base64 */
	assert_string_equal(
	    header_of(&r, "X-Amz-Checksum-Sha256"), "6tSnJolyP8AaboS6iMxMc8FQ4IIa0AROidg+Ds6zlLk=");
	assert_string_equal(header_of(&r, "X-Amz-Expected-Bucket-Owner"), "111122223333");
	aws_http_request_free(&r);
	req = (struct aws_request){ .op = OP_S3_GET_BUCKET_POLICY, .bucket = "my.logs" };
	encode(&req, NULL, &r);
	assert_string_equal(buf_str(&r.path), "/my.logs");
	assert_null(header_of(&r, "X-Amz-Expected-Bucket-Owner"));
	assert_null(header_of(&r, "X-Amz-Checksum-Sha256"));
	assert_null(header_of(&r, "Content-Type"));
	aws_http_request_free(&r);
}

/* The bucket that is made has no owner yet, and its body needs no checksum. */
static void
test_create_bucket(void **state)
{
	struct aws_request req = { .op = OP_S3_CREATE_BUCKET, .bucket = "logs", .body = "<x/>" };
	struct aws_http_request r;

	(void)state;
	encode(&req, "111122223333", &r);
	assert_null(header_of(&r, "X-Amz-Expected-Bucket-Owner"));
	assert_null(header_of(&r, "X-Amz-Checksum-Sha256"));
	assert_string_equal(header_of(&r, "Content-Type"), "application/xml");
	aws_http_request_free(&r);
}

static void
test_s3control(void **state)
{
	struct aws_request req = { .op = OP_S3C_PUT_PUBLIC_ACCESS_BLOCK, .body = "<x/>" };
	struct aws_http_request r;
	struct err e = { 0 };

	(void)state;
	encode(&req, "111122223333", &r);
	assert_string_equal(header_of(&r, "X-Amz-Account-Id"), "111122223333");
	assert_null(header_of(&r, "X-Amz-Expected-Bucket-Owner"));
	assert_string_equal(buf_str(&r.path), "/v20180820/configuration/publicAccessBlock");
	aws_http_request_free(&r);
	req.bucket = "444455556666";
	encode(&req, NULL, &r);
	assert_string_equal(header_of(&r, "X-Amz-Account-Id"), "444455556666");
	aws_http_request_free(&r);
	req.bucket = NULL;
	assert_false(aws_encode(&plain, "eu-west-1", &req, NULL, &r, &e));
	assert_false(aws_encode(&plain, "eu-west-1", &req, "", &r, NULL));
}

static void
test_refused(void **state)
{
	struct aws_request req = { .op = OP_S3_GET_BUCKET_POLICY };
	json_auto_t *big = json_object();
	char *text = xcalloc(1, BUF_MAX_TEXT + 1);
	struct aws_http_request r = { .method = "as it was" };
	struct err e = { 0 };

	(void)state;
	assert_false(aws_encode(&plain, "eu-west-1", &req, NULL, &r, &e));
	memset(text, 'x', BUF_MAX_TEXT);
	json_object_set_new(big, "UserName", json_string(text));
	req = (struct aws_request){ .op = OP_IAM_GET_USER, .params = big };
	err_clear(&e);
	assert_false(aws_encode(&plain, "eu-west-1", &req, NULL, &r, &e));
	assert_non_null(strstr(e.text, "too large"));
	assert_string_equal(r.method, "as it was");
	xfree(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_query),
		cmocka_unit_test(test_secret),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_rest_json),
		cmocka_unit_test(test_s3),
		cmocka_unit_test(test_create_bucket),
		cmocka_unit_test(test_s3control),
		cmocka_unit_test(test_refused),
	};

	return RUN(tests);
}
