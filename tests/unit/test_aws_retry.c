/* SPDX-License-Identifier: MIT */
/* Standard-mode retries: what, how long, how often. */
#include "aws_test.h"

static struct err
aws_error(int status, const char *code)
{
	struct err e = { .kind = ERR_AWS, .status = status };

	snprintf(e.code, sizeof e.code, "%s", code);
	return e;
}

static struct err
no_answer(const char *code, bool maybe)
{
	struct err e = { .kind = ERR_NETWORK, .maybe = maybe };

	snprintf(e.code, sizeof e.code, "%s", code);
	return e;
}

static void
test_kinds(void **state)
{
	static const struct {
		int status;
		const char *code;
		enum aws_retry_kind kind;
	} in[] = {
		{ 400, "Throttling", AWS_RETRY_THROTTLE },
		{ 400, "ThrottlingException", AWS_RETRY_THROTTLE },
		{ 503, "SlowDown", AWS_RETRY_THROTTLE },
		{ 429, "429", AWS_RETRY_THROTTLE },
		{ 509, "509", AWS_RETRY_THROTTLE },
		{ 400, "RequestTimeout", AWS_RETRY_TRANSIENT },
		{ 500, "InternalFailure", AWS_RETRY_TRANSIENT },
		{ 502, "502", AWS_RETRY_TRANSIENT },
		{ 503, "ServiceUnavailable", AWS_RETRY_TRANSIENT },
		{ 504, "504", AWS_RETRY_TRANSIENT },
		{ 501, "NotImplemented", AWS_RETRY_NO },
		{ 403, "AccessDenied", AWS_RETRY_NO },
		{ 409, "LimitExceeded", AWS_RETRY_NO },
		{ 404, "NoSuchEntity", AWS_RETRY_NO },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(in); i++) {
		struct err e = aws_error(in[i].status, in[i].code);

		assert_int_equal(aws_retry_kind(&e), in[i].kind);
	}
	struct err e = no_answer("ConnectTimeout", false);
	assert_int_equal(aws_retry_kind(&e), AWS_RETRY_TIMEOUT);
	e = no_answer("ReadTimeout", true);
	assert_int_equal(aws_retry_kind(&e), AWS_RETRY_TIMEOUT);
	e = no_answer("ConnectionClosed", true);
	assert_int_equal(aws_retry_kind(&e), AWS_RETRY_TRANSIENT);
	e = no_answer("CertificateError", false);
	assert_int_equal(aws_retry_kind(&e), AWS_RETRY_NO);
	e = no_answer("ProxyOrPortal", false);
	assert_int_equal(aws_retry_kind(&e), AWS_RETRY_NO);
	e = no_answer("TooLarge", true);
	assert_int_equal(aws_retry_kind(&e), AWS_RETRY_NO);
	e = (struct err){ .kind = ERR_CANCELLED };
	assert_int_equal(aws_retry_kind(&e), AWS_RETRY_NO);
}

/* Delay in ms of the attempt-th failure, with plenty of attempts and tokens. */
static int
delay(enum aws_class class, const struct err *e, int attempt, double random01, int retry_after)
{
	struct aws_retry r = { 500 };
	struct aws_retry_try t = {
		.class = class,
		.attempt = attempt,
		.max_attempts = 50,
		.retry_after = retry_after,
		.random01 = random01,
	};

	return aws_retry_delay(&r, &t, e);
}

static void
test_delays(void **state)
{
	static const int most[] = { 1000, 2000, 4000, 8000, 16000, 20000, 20000 };
	struct err e = aws_error(500, "x"), slow = aws_error(503, "SlowDown");

	(void)state;
	for (int i = 0; i < (int)COUNT(most); i++) {
		assert_int_equal(delay(AWS_READ, &e, i + 1, 0, -1), 0);
		assert_int_equal(delay(AWS_READ, &e, i + 1, 0.5, -1), most[i] / 2);
		assert_in_range(delay(AWS_READ, &e, i + 1, 0.999999, -1), most[i] - 1, most[i]);
	}
	assert_int_equal(delay(AWS_READ, &e, 40, 0.5, -1), 10000);
	assert_int_equal(delay(AWS_READ, &slow, 1, 0.5, 3), 3000);
	assert_int_equal(delay(AWS_READ, &slow, 4, 0.5, 3), 4000);
	assert_int_equal(delay(AWS_READ, &slow, 1, 0.5, 3600), 20000);
	assert_int_equal(delay(AWS_READ, &slow, 1, 0.5, 0), 500);
	assert_int_equal(delay(AWS_READ, &e, 1, 0.5, 3), 500);
}

/* What must not be done twice. */
static void
test_classes(void **state)
{
	static const enum aws_class repeatable[] = { AWS_READ, AWS_UPSERT, AWS_DELETE };
	static const enum aws_class not [] = { AWS_CREATE, AWS_ONCE };
	struct err done = aws_error(500, "x"), throttled = aws_error(400, "Throttling");
	struct err refused = no_answer("CouldNotConnect", false);
	struct err cut = no_answer("ConnectionClosed", true);
	struct err silent = no_answer("ReadTimeout", true);
	struct err timeout = no_answer("ConnectTimeout", false);
	struct err early = aws_error(400, "RequestTimeout");

	(void)state;
	for (size_t i = 0; i < COUNT(repeatable); i++) {
		assert_int_equal(delay(repeatable[i], &done, 1, 0.5, -1), 500);
		assert_int_equal(delay(repeatable[i], &cut, 1, 0.5, -1), 500);
		assert_int_equal(delay(repeatable[i], &silent, 1, 0.5, -1), 500);
	}
	for (size_t i = 0; i < COUNT(not ); i++) {
		assert_int_equal(delay(not [i], &done, 1, 0.5, -1), -1);
		assert_int_equal(delay(not [i], &cut, 1, 0.5, -1), -1);
		assert_int_equal(delay(not [i], &silent, 1, 0.5, -1), -1);
		assert_int_equal(delay(not [i], &early, 1, 0.5, -1), -1);
		assert_int_equal(delay(not [i], &throttled, 1, 0.5, -1), 500);
		assert_int_equal(delay(not [i], &refused, 1, 0.5, -1), 500);
		assert_int_equal(delay(not [i], &timeout, 1, 0.5, -1), 500);
	}
}

static void
test_attempts(void **state)
{
	struct aws_retry r = { 500 };
	struct aws_retry_try t = { .class = AWS_READ, .max_attempts = 3 };
	struct err e = aws_error(500, "x");

	(void)state;
	t.attempt = 1;
	assert_true(aws_retry_delay(&r, &t, &e) >= 0);
	t.attempt = 2;
	assert_true(aws_retry_delay(&r, &t, &e) >= 0);
	t.attempt = 3;
	assert_int_equal(aws_retry_delay(&r, &t, &e), -1);
	assert_int_equal(r.tokens, 490);
}

static void
test_bucket(void **state)
{
	struct aws_retry r = { 12 };
	struct aws_retry_try t = { .class = AWS_READ, .attempt = 1, .max_attempts = 3 };
	struct err e = aws_error(500, "x"), slow = no_answer("ReadTimeout", true);

	(void)state;
	assert_true(aws_retry_delay(&r, &t, &e) >= 0);
	assert_int_equal(r.tokens, 7);
	assert_int_equal(t.cost, 5);
	assert_int_equal(aws_retry_delay(&r, &t, &slow), -1); /* costs ten */
	assert_int_equal(r.tokens, 7);
	assert_true(aws_retry_delay(&r, &t, &e) >= 0);
	assert_int_equal(aws_retry_delay(&r, &t, &e), -1);
	aws_retry_success(&r, 0);
	assert_int_equal(r.tokens, 3);
	aws_retry_success(&r, 10);
	assert_int_equal(r.tokens, 13);
	r.tokens = 498;
	aws_retry_success(&r, 5);
	assert_int_equal(r.tokens, 500);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_delays),
		cmocka_unit_test(test_classes),
		cmocka_unit_test(test_attempts),
		cmocka_unit_test(test_bucket),
	};

	return RUN(tests);
}
