/* SPDX-License-Identifier: MIT */
/* Partitions, hosts, custom URLs; tests/e2e/test_endpoints.py has all combinations. */
#include "aws_test.h"

static void
test_partitions(void **state)
{
	static const struct {
		const char *region, *id;
	} regions[] = {
		{ "us-east-1", "aws" },
		{ "cn-north-1", "aws-cn" },
		{ "us-gov-east-1", "aws-us-gov" },
		{ "eusc-de-east-1", "aws-eusc" },
		{ "eu-west-1", "aws" },
		{ "never-heard-1", "aws" },
		{ "", "aws" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(regions); i++)
		assert_string_equal(aws_partition_of(regions[i].region)->id, regions[i].id);
	assert_string_equal(aws_partition_of(NULL)->id, "aws");
	assert_string_equal(aws_partition_of_arn("arn:aws-cn:iam::1:root")->id, "aws-cn");
	assert_string_equal(aws_partition_of_arn("arn:aws-us-gov:iam::1:root")->id, "aws-us-gov");
	assert_string_equal(aws_partition_of_arn("arn:aws:iam::1:root")->id, "aws");
	assert_string_equal(aws_partition_of_arn("arn:aws-cnx:iam::1:root")->id, "aws");
	assert_string_equal(aws_partition_of_arn("aws-cn")->id, "aws");
	assert_string_equal(aws_partition_of_arn(NULL)->id, "aws");
}

static void
expect(
    const struct aws_settings *s, enum aws_service service, const char *bucket, const char *wanted)
{
	struct aws_endpoint ep;
	struct err e = { 0 };
	char *got;

	assert_true(aws_endpoint(s, service, "eu-west-1", bucket, &ep, &e));
	got = xasprintf("%s %s%s %s %s", ep.tls ? "https" : "http", ep.host, ep.path, ep.region,
	    ep.signing_name);
	assert_string_equal(got, wanted);
	xfree(got);
}

static void
test_aws(void **state)
{
	struct aws_settings s = { 0 };

	(void)state;
	expect(&s, AWS_IAM, NULL, "https iam.amazonaws.com us-east-1 iam");
	expect(&s, AWS_STS, NULL, "https sts.eu-west-1.amazonaws.com eu-west-1 sts");
	expect(&s, AWS_CUR, NULL, "https cur.us-east-1.amazonaws.com us-east-1 cur");
	expect(&s, AWS_BCM, NULL,
	    "https bcm-data-exports.us-east-1.api.aws us-east-1 bcm-data-exports");
	expect(&s, AWS_S3, "logs", "https logs.s3.eu-west-1.amazonaws.com eu-west-1 s3");
	expect(&s, AWS_S3, "my.logs", "https s3.eu-west-1.amazonaws.com/my.logs eu-west-1 s3");
	expect(&s, AWS_S3, "Old_Name", "https s3.eu-west-1.amazonaws.com/Old_Name eu-west-1 s3");
	expect(&s, AWS_S3, "../x", "https s3.eu-west-1.amazonaws.com/..%2Fx eu-west-1 s3");
	expect(&s, AWS_S3CONTROL, "111122223333",
	    "https 111122223333.s3-control.eu-west-1.amazonaws.com eu-west-1 s3");
	s.fips = true;
	expect(&s, AWS_STS, NULL, "https sts-fips.eu-west-1.amazonaws.com eu-west-1 sts");
}

/* One service's own URL goes before the one for all; neither reads FIPS. */
static void
test_custom(void **state)
{
	struct aws_settings s = { .endpoint_url = xstrdup("http://127.0.0.1:5000/"), .fips = true };
	const char *url = NULL;

	(void)state;
	s.service_url[AWS_S3] = xstrdup("https://S3.Example.COM:443/base/");
	expect(&s, AWS_IAM, NULL, "http 127.0.0.1:5000 eu-west-1 iam");
	expect(&s, AWS_S3, "logs", "https s3.example.com/base/logs eu-west-1 s3");
	expect(&s, AWS_S3CONTROL, "111122223333", "http 127.0.0.1:5000 eu-west-1 s3");
	assert_true(aws_settings_custom(&s, &url));
	assert_string_equal(url, "http://127.0.0.1:5000/");
	aws_settings_free(&s);
	assert_false(aws_settings_custom(&s, &url));
}

static void
test_too_long(void **state)
{
	struct aws_settings s = { .endpoint_url = xcalloc(1, 400) };
	struct aws_endpoint ep = { .host = "as it was" };
	struct err e = { 0 };

	(void)state;
	memcpy(s.endpoint_url, "https://", 8);
	memset(s.endpoint_url + 8, 'a', 300);
	assert_false(aws_endpoint(&s, AWS_IAM, "us-east-1", NULL, &ep, &e));
	assert_int_equal(e.kind, ERR_USAGE);
	assert_string_equal(ep.host, "as it was");
	aws_settings_free(&s);
}

/* The table names each operation once, and every class is known to aws_op_writes(). */
static void
test_operations(void **state)
{
	unsigned writes = 0;

	(void)state;
	for (int i = 0; i < OP_NONE; i++) {
		const struct aws_op *op = aws_op((enum aws_op_id)i);

		assert_non_null(op->action);
		assert_non_null(op->method);
		assert_true(op->list == NULL || op->token != NULL);
		writes += aws_op_writes((enum aws_op_id)i);
		if (strncmp(op->action, "Get", 3) == 0 || strncmp(op->action, "List", 4) == 0)
			assert_false(aws_op_writes((enum aws_op_id)i));
		/* A token of the person's own; nothing of the account's. */
		if (op->service == AWS_SSO_OIDC)
			continue;
		if (strncmp(op->action, "Put", 3) == 0 || strncmp(op->action, "Create", 6) == 0 ||
		    strncmp(op->action, "Delete", 6) == 0)
			assert_true(aws_op_writes((enum aws_op_id)i));
	}
	assert_true(writes > 40);
	assert_false(aws_op_writes(OP_STS_GET_SESSION_TOKEN));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_partitions),
		cmocka_unit_test(test_aws),
		cmocka_unit_test(test_custom),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_operations),
	};

	return RUN(tests);
}
