/* SPDX-License-Identifier: MIT */
/* Whole calls over a loopback server: retries, journal, clock, pages, cancelling. */
#include "aws_server.h"
#include "aws_test.h"
#include "iam.h"
#include "journal.h"
#include "s3.h"
#include "sts.h"

#define HEAD "HTTP/1.1 200 OK\r\nx-amzn-RequestId: id-1\r\n"
#define OK(length, body) HEAD "Content-Length: " length "\r\n\r\n" body
#define OK_USER "<CreateUserResponse><ResponseMetadata/></CreateUserResponse>"
#define DONE OK("60", OK_USER)
#define ERROR(status, code)                                                                        \
	"HTTP/1.1 " status " X\r\nConnection: close\r\nx-amzn-RequestId: id-e\r\n\r\n"             \
	"<ErrorResponse><Error><Code>" code "</Code><Message>text</Message></Error>"               \
	"</ErrorResponse>"

/* A session with a journal on a server with a script. */
struct bench {
	struct server server;
	struct aws_settings settings;
	struct aws_transport *transport;
	struct clock clock;
	struct aws *aws;
	struct journal *journal;
	char *dir;
	int waits, stop_after; /* the wait port says stop from the n-th turn on; 0: never */
	unsigned told;
	int attempts;
};

static bool
wait_port(void *arg, struct aws_transport *t, int ms)
{
	struct bench *b = arg;

	aws_transport_poll(t, -1, ms, NULL);
	return b->stop_after == 0 || ++b->waits < b->stop_after;
}

static void
watch_port(void *arg, const struct aws_event *ev)
{
	struct bench *b = arg;

	b->told++;
	b->attempts = ev->attempts;
}

static void
bench_open(struct bench *b, const char *const *script, unsigned n)
{
	struct err e = { 0 };

	memset(b, 0, sizeof *b);
	server_start(&b->server, script, n);
	b->settings.endpoint_url = xstrdup(b->server.url);
	b->settings.region = xstrdup("eu-west-1");
	b->settings.max_attempts = 2;
	b->settings.read_seconds = 1;
	b->transport = aws_transport_new(&b->settings, &e);
	b->aws = aws_open(
	    b->transport, &b->settings, test_credentials("AKIATEST", "key", NULL), &b->clock);
	b->dir = scratch_new();
	b->journal = journal_open(b->dir, "run-1", &e);
	assert_non_null(b->journal);
	aws_set_journal(b->aws, b->journal);
	aws_set_wait(b->aws, wait_port, b);
	aws_set_watch(b->aws, watch_port, b);
}

static void
bench_close(struct bench *b)
{
	assert_int_equal(aws_transport_busy(b->transport), 0);
	aws_close(b->aws);
	aws_transport_free(b->transport);
	aws_settings_free(&b->settings);
	journal_close(b->journal);
	scratch_free(b->dir);
	server_stop(&b->server);
}

#define OPEN(b, ...)                                                                               \
	static const char *const script_[] = { __VA_ARGS__ };                                      \
	struct bench b;                                                                            \
	struct err e = { 0 };                                                                      \
	(void)state;                                                                               \
	bench_open(&b, script_, COUNT(script_))

static unsigned
requests(const struct bench *b)
{
	return atomic_load(&b->server.seen->requests);
}

/* "intent done" of all records. */
static void
expect_journal(const struct bench *b, const char *wanted)
{
	const json_t *records = journal_records(b->journal);
	AUTO_BUF kinds = BUF_INIT(BUF_MAX_LINE);

	for (size_t i = 0; i < json_array_size(records); i++)
		buf_printf(&kinds, "%s%s", i > 0 ? " " : "",
		    json_text_or(json_array_get(records, i), "kind", "?"));
	assert_string_equal(buf_str(&kinds), wanted);
}

static bool
create(struct bench *b, struct err *e)
{
	return iam_create_user(b->aws, "alice", "/", NULL, e);
}

static bool
read_user(struct bench *b, json_t **reply, struct err *e)
{
	return iam_get_user(b->aws, "alice", reply, e);
}

#define GOT_USER                                                                                   \
	OK("78", "<GetUserResponse><GetUserResult><User/></GetUserResult></GetUserResponse>     ")

/* ---- on the wire ------------------------------------------------------------------ */

static void
test_wire(void **state)
{
	OPEN(b, GOT_USER);
	const char *seen = b.server.seen->text[0];
	char *host = xasprintf("\r\nHost: 127.0.0.1:%d\r\n", b.server.port);
	json_t *reply = NULL;

	assert_true(read_user(&b, &reply, &e));
	json_decref(reply);
	assert_int_equal(strncmp(seen, "POST / HTTP/1.1\r\n", 17), 0);
	assert_non_null(strstr(seen, host));
	assert_non_null(strstr(seen, "Credential=AKIATEST/"));
	assert_non_null(strstr(seen, "/eu-west-1/iam/aws4_request, SignedHeaders=content-type;host;"
				     "x-amz-content-sha256;x-amz-date, Signature="));
	assert_non_null(strstr(seen, "\r\namz-sdk-request: attempt=1; max=2\r\n"));
	assert_non_null(strstr(seen, "\r\nUser-Agent: rootlock/"));
	assert_null(strcasestr(seen, "\r\nExpect"));
	assert_null(strcasestr(seen, "\r\nAccept"));
	assert_non_null(strstr(seen, "\r\n\r\nAction=GetUser&Version=2010-05-08&UserName=alice"));
	expect_journal(&b, "");
	assert_int_equal(b.told, 1);
	xfree(host);
	bench_close(&b);
}

static void
test_password(void **state)
{
	OPEN(b, DONE);
	struct secret *s = secret_from("p&=+ \xc3\xbc", 7);

	assert_true(iam_update_login_profile(b.aws, "alice", s, true, &e));
	assert_non_null(strstr(b.server.seen->text[0],
	    "UserName=alice&PasswordResetRequired=true&Password=p%26%3D%2B%20%C3%BC"));
	secret_free(s);
	bench_close(&b);
}

/* ---- once more or not ---------------------------------------------------------------- */

static void
test_read_again(void **state)
{
	OPEN(b, ERROR("500", "ServiceFailure"), GOT_USER);

	assert_true(read_user(&b, NULL, &e));
	assert_int_equal(requests(&b), 2);
	assert_int_equal(b.attempts, 2);
	assert_non_null(strstr(b.server.seen->text[1], "attempt=2; max=2"));
	bench_close(&b);
}

static void
test_read_gives_up(void **state)
{
	OPEN(b, SERVER_CLOSE, "HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n<GetUser");

	assert_false(read_user(&b, NULL, &e));
	assert_int_equal(requests(&b), 2);
	assert_int_equal(e.kind, ERR_NETWORK);
	assert_string_equal(e.code, "ConnectionClosed");
	assert_string_equal(e.operation, "GetUser");
	assert_int_equal(strncmp(e.text, "tried 2 times: ", 15), 0);
	assert_false(e.maybe);
	bench_close(&b);
}

/*
 * libcurl repeats a request by itself when a kept connection was closed under
 * it; for what creates something that must not happen.
 */
static void
test_create_once(void **state)
{
	OPEN(b, DONE, SERVER_CLOSE, DONE, DONE);

	assert_true(create(&b, &e));
	assert_false(create(&b, &e));
	assert_int_equal(requests(&b), 2);
	assert_true(e.maybe);
	assert_int_equal(e.kind, ERR_NETWORK);
	expect_journal(&b, "intent done intent unknown");
	bench_close(&b);
}

static void
test_create_failed(void **state)
{
	OPEN(b, ERROR("500", "ServiceFailure"), ERROR("409", "EntityAlreadyExists"));

	assert_false(create(&b, &e));
	assert_true(e.maybe);
	err_clear(&e);
	assert_false(create(&b, &e));
	assert_false(e.maybe);
	assert_true(err_is(&e, "EntityAlreadyExists"));
	assert_string_equal(e.request_id, "id-e");
	assert_int_equal(e.status, 409);
	assert_int_equal(requests(&b), 2);
	expect_journal(&b, "intent unknown intent failed");
	const json_t *last = journal_last(b.journal, "iam:CreateUser", "user/alice");
	assert_non_null(last);
	bench_close(&b);
}

static void
test_create_throttled(void **state)
{
	OPEN(b, ERROR("400", "Throttling"), DONE);

	assert_true(create(&b, &e));
	assert_int_equal(requests(&b), 2);
	expect_journal(&b, "intent done");
	bench_close(&b);
}

static void
test_create_silence(void **state)
{
	OPEN(b, SERVER_STALL);

	assert_false(create(&b, &e));
	assert_string_equal(e.code, "ReadTimeout");
	assert_true(e.maybe);
	assert_int_equal(requests(&b), 1);
	bench_close(&b);
}

/* Nobody listens: surely nothing was done, so that even this is tried again. */
static void
test_refused_connection(void **state)
{
	OPEN(b, DONE);

	kill(-b.server.pid, SIGKILL);
	usleep(50000);
	assert_false(create(&b, &e));
	assert_string_equal(e.code, "CouldNotConnect");
	assert_false(e.maybe);
	assert_int_equal(b.attempts, 2);
	expect_journal(&b, "intent failed");
	bench_close(&b);
}

static void
test_delete_gone(void **state)
{
	OPEN(b, ERROR("404", "NoSuchEntity"), ERROR("500", "ServiceFailure"),
	    ERROR("404", "NoSuchEntity"));

	assert_true(iam_delete_user(b.aws, "alice", &e));
	assert_true(iam_delete_user(b.aws, "alice", &e));
	assert_int_equal(requests(&b), 3);
	expect_journal(&b, "intent done intent done");
	bench_close(&b);
}

static void
test_refusals(void **state)
{
	OPEN(b, DONE);

	aws_set_read_only(b.aws, true);
	assert_false(create(&b, &e));
	assert_string_equal(e.code, "ReadOnly");
	assert_int_equal(e.kind, ERR_REFUSED);
	assert_string_equal(e.operation, "CreateUser");
	err_clear(&e);
	aws_set_read_only(b.aws, false);
	aws_set_journal(b.aws, NULL);
	assert_false(create(&b, &e));
	assert_string_equal(e.code, "NoJournal");
	err_clear(&e);
	assert_false(iam_create_access_key(b.aws, NULL, NULL, NULL, &e));
	assert_string_equal(e.code, "BadMember");
	err_clear(&e);
	assert_false(iam_delete_user(b.aws, "\xff", &e));
	assert_string_equal(e.code, "BadMember");
	assert_int_equal(requests(&b), 0);
	expect_journal(&b, "");
	bench_close(&b);
}

/* ---- answers that are none ------------------------------------------------------------- */

static void
test_flood(void **state)
{
	OPEN(b, SERVER_FLOOD);

	assert_false(read_user(&b, NULL, &e));
	assert_string_equal(e.code, "TooLarge");
	assert_int_equal(requests(&b), 1);
	bench_close(&b);
}

static void
test_no_redirect(void **state)
{
	OPEN(b, "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n", DONE);

	assert_false(read_user(&b, NULL, &e));
	assert_int_equal(e.status, 302);
	assert_int_equal(requests(&b), 1);
	bench_close(&b);
}

static void
test_error_in_200(void **state)
{
	OPEN(b,
	    "HTTP/1.1 200 OK\r\nContent-Length: 42\r\n\r\n"
	    "<Error><Code>InternalError</Code></Error> ",
	    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
	json_t *policy = NULL;

	assert_true(s3_get_bucket_policy(b.aws, "logs", "eu-west-1", &policy, &e));
	assert_int_equal(requests(&b), 2);
	json_decref(policy);
	bench_close(&b);
}

/* ---- Regions and clocks ------------------------------------------------------------------ */

static void
test_other_region(void **state)
{
	OPEN(b, "HTTP/1.1 301 X\r\nx-amz-bucket-region: eu-north-1\r\nContent-Length: 0\r\n\r\n",
	    "HTTP/1.1 200 OK\r\nx-amz-bucket-region: eu-north-1\r\nContent-Length: 0\r\n\r\n",
	    "HTTP/1.1 301 X\r\nx-amz-bucket-region: eu-north-1\r\nContent-Length: 0\r\n\r\n",
	    "HTTP/1.1 301 X\r\nx-amz-bucket-region: eu-south-1\r\nContent-Length: 0\r\n\r\n",
	    "HTTP/1.1 301 X\r\nx-amz-bucket-region: cn-north-1\r\nContent-Length: 0\r\n\r\n");
	enum s3_bucket_state is = S3_FREE;
	char region[32];

	assert_true(s3_head_bucket(b.aws, "logs", "us-east-1", &is, region, &e));
	assert_int_equal(is, S3_OURS);
	assert_string_equal(region, "eu-north-1");
	assert_non_null(strstr(b.server.seen->text[0], "/us-east-1/s3/aws4_request"));
	assert_non_null(strstr(b.server.seen->text[1], "/eu-north-1/s3/aws4_request"));
	/* Not in circles, and not into another partition. */
	assert_true(s3_head_bucket(b.aws, "logs", "us-east-1", &is, region, &e));
	assert_int_equal(is, S3_TAKEN);
	assert_string_equal(region, "");
	assert_int_equal(requests(&b), 4);
	assert_true(s3_head_bucket(b.aws, "logs", "us-east-1", &is, region, &e));
	assert_int_equal(requests(&b), 5);
	bench_close(&b);
}

static int64_t
may_2013(void *arg)
{
	(void)arg;
	return 1369353600 + 12; /* 2013-05-24T00:00:12Z */
}

#define SKEWED(date)                                                                               \
	"HTTP/1.1 403 X\r\nDate: " date "\r\nx-amzn-RequestId: i\r\nConnection: close\r\n\r\n"     \
	"<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code></Error></ErrorResponse>"

static void
test_clock(void **state)
{
	OPEN(b, SKEWED("Fri, 24 May 2013 02:00:00 GMT"), GOT_USER, GOT_USER,
	    SKEWED("Fri, 24 May 2013 05:00:00 GMT"), SKEWED("Fri, 24 May 2013 09:00:00 GMT"));

	b.clock.source = may_2013;
	assert_true(read_user(&b, NULL, &e));
	assert_non_null(strstr(b.server.seen->text[0], "20130524T000012Z"));
	assert_non_null(strstr(b.server.seen->text[1], "20130524T020000Z"));
	assert_true(read_user(&b, NULL, &e));
	assert_non_null(strstr(b.server.seen->text[2], "20130524T020000Z"));
	/* Once, and then it is something else. */
	assert_false(read_user(&b, NULL, &e));
	assert_string_equal(e.code, "SignatureDoesNotMatch");
	assert_int_equal(requests(&b), 5);
	bench_close(&b);
}

/* The time is right, so the signature is wrong: no second attempt. */
static void
test_clock_right(void **state)
{
	OPEN(b, SKEWED("Fri, 24 May 2013 00:03:00 GMT"),
	    "HTTP/1.1 200 OK\r\nDate: Fri, 24 May 2013 09:03:00 GMT\r\nx-amzn-RequestId: i\r\n"
	    "Content-Length: 78\r\n\r\n"
	    "<GetUserResponse><GetUserResult><User/></GetUserResult></GetUserResponse>     ");

	b.clock.source = may_2013;
	assert_false(read_user(&b, NULL, &e));
	assert_int_equal(requests(&b), 1);
	/* But it is learnt, once, and 168 seconds are worth signing with. */
	assert_true(b.clock.known);
	assert_int_equal(b.clock.offset, 168);
	err_clear(&e);
	assert_true(read_user(&b, NULL, &e));
	assert_non_null(strstr(b.server.seen->text[1], "20130524T000300Z"));
	assert_int_equal(b.clock.offset, 168);
	bench_close(&b);
}

/* ---- many ------------------------------------------------------------------------------------ */

#define USERS(more, user)                                                                          \
	HEAD "Connection: close\r\n\r\n<ListUsersResponse><ListUsersResult>" more                  \
	     "<Users><member><UserName>" user                                                      \
	     "</UserName></member></Users></ListUsersResult></ListUsersResponse>"
#define MORE(marker) "<IsTruncated>true</IsTruncated><Marker>" marker "</Marker>"

static void
test_pages(void **state)
{
	OPEN(b, USERS(MORE("m1"), "a"), USERS(MORE("m2"), "b"), USERS("", "c"));
	json_auto_t *params = parse("{\"MaxItems\":1}");
	struct aws_request req = { .op = OP_IAM_LIST_USERS, .params = params };
	json_auto_t *users = aws_list(b.aws, &req, &e);

	assert_int_equal(json_array_size(users), 3);
	assert_string_equal(json_text_or(users, "2.UserName", ""), "c");
	assert_null(strstr(b.server.seen->text[0], "Marker"));
	assert_non_null(strstr(b.server.seen->text[1], "MaxItems=1&Marker=m1"));
	assert_non_null(strstr(b.server.seen->text[2], "MaxItems=1&Marker=m2"));
	assert_int_equal(json_object_size(params), 1);
	bench_close(&b);
}

static void
test_page_loop(void **state)
{
	OPEN(b, USERS(MORE("m1"), "a"), USERS(MORE("m2"), "b"), USERS(MORE("m1"), "a"));
	struct aws_request req = { .op = OP_IAM_LIST_USERS };

	assert_null(aws_list(b.aws, &req, &e));
	assert_string_equal(e.code, "PageLoop");
	assert_int_equal(requests(&b), 3);
	bench_close(&b);
}

/* More than fit in flight; writes among them are not made. */
static void
test_many(void **state)
{
	enum { N = 150 };
	static const char *script[N];
	struct aws_fetch f[N];
	struct bench b;
	unsigned ok = 0;

	(void)state;
	for (int i = 0; i < N; i++)
		script[i] = i == 7 ? ERROR("403", "AccessDenied") : GOT_USER;
	bench_open(&b, script, N);
	memset(f, 0, sizeof f);
	for (int i = 0; i < N; i++)
		f[i].req.op = i == 3 ? OP_IAM_CREATE_USER : OP_IAM_GET_USER;
	aws_fetch_many(b.aws, f, N);
	for (int i = 0; i < N; i++) {
		ok += f[i].err.kind == ERR_NONE;
		assert_true((f[i].err.kind == ERR_NONE) == (f[i].reply != NULL));
		json_decref(f[i].reply);
	}
	assert_int_equal(ok, N - 2);
	assert_string_equal(f[3].err.code, "NotARead");
	assert_int_equal(requests(&b), N - 1);
	assert_true(atomic_load(&b.server.seen->connections) <= 7); /* six, and one was closed */
	aws_fetch_many(b.aws, f, 0);
	bench_close(&b);
}

/* ---- cancelling
 * ---------------------------------------------------------------------------------- */

static void
test_cancel_read(void **state)
{
	OPEN(b, SERVER_STALL);
	int64_t start = clock_ms();

	b.settings.read_seconds = 60;
	b.stop_after = 2;
	assert_false(read_user(&b, NULL, &e));
	assert_int_equal(e.kind, ERR_CANCELLED);
	assert_string_equal(e.operation, "GetUser");
	assert_true(clock_ms() - start < 2000);
	bench_close(&b);
}

/* What is being created is waited for, and then the truth is told. */
static void
test_cancel_write(void **state)
{
	OPEN(b, SERVER_SLOW DONE);

	b.stop_after = 2;
	assert_true(create(&b, &e));
	expect_journal(&b, "intent done");
	/* The next one is not begun. */
	assert_false(create(&b, &e));
	assert_int_equal(e.kind, ERR_CANCELLED);
	assert_false(e.maybe);
	assert_int_equal(requests(&b), 1);
	expect_journal(&b, "intent done");
	bench_close(&b);
}

/* In the pause before another attempt. */
static void
test_cancel_pause(void **state)
{
	OPEN(b, "HTTP/1.1 503 X\r\nRetry-After: 20\r\nContent-Length: 0\r\n\r\n");
	int64_t start = clock_ms();

	b.stop_after = 8;
	assert_false(iam_attach_user_policy(b.aws, "alice", "arn", &e));
	assert_int_equal(e.kind, ERR_CANCELLED);
	assert_true(e.maybe); /* the 503 may have come after it was done */
	expect_journal(&b, "intent unknown");
	assert_true(clock_ms() - start < 10000);
	err_clear(&e);
	assert_false(aws_pause(b.aws, 10000, &e));
	assert_int_equal(e.kind, ERR_CANCELLED);
	bench_close(&b);
}

static void
test_cancel_many(void **state)
{
	static const char *script[4] = { SERVER_STALL, SERVER_STALL, SERVER_STALL, SERVER_STALL };
	struct aws_fetch f[100];
	struct bench b;

	(void)state;
	bench_open(&b, script, COUNT(script));
	memset(f, 0, sizeof f);
	for (size_t i = 0; i < COUNT(f); i++)
		f[i].req.op = OP_IAM_GET_USER;
	b.stop_after = 2;
	aws_fetch_many(b.aws, f, COUNT(f));
	for (size_t i = 0; i < COUNT(f); i++)
		assert_int_equal(f[i].err.kind, ERR_CANCELLED);
	bench_close(&b);
}

/* ---- the poll of the event loop
 * -------------------------------------------------------------------- */

static void
test_poll(void **state)
{
	OPEN(b, GOT_USER);
	bool readable = true;
	int fds[2];
	int64_t start;

	assert_int_equal(pipe(fds), 0);
	for (int i = 0; i < 2; i++) { /* before and after the first request */
		start = clock_ms();
		aws_transport_poll(b.transport, fds[0], 60, &readable);
		assert_false(readable);
		assert_in_range(clock_ms() - start, 50, 1000);
		assert_int_equal(write(fds[1], "x", 1), 1);
		start = clock_ms();
		aws_transport_poll(b.transport, fds[0], 5000, &readable);
		assert_true(readable);
		assert_true(clock_ms() - start < 1000);
		char c;
		assert_int_equal(read(fds[0], &c, 1), 1);
		if (i == 0)
			assert_true(read_user(&b, NULL, &e));
	}
	close(fds[1]);
	aws_transport_poll(b.transport, fds[0], 5000, &readable);
	assert_true(readable); /* end of file, too */
	close(fds[0]);
	start = clock_ms();
	aws_transport_poll(b.transport, -1, 60, NULL);
	assert_in_range(clock_ms() - start, 50, 1000);
	bench_close(&b);
}

static void
test_no_region(void **state)
{
	OPEN(b, DONE);

	xfree(b.settings.region);
	b.settings.region = NULL;
	assert_false(read_user(&b, NULL, &e));
	assert_string_equal(e.code, "NoRegion");
	assert_int_equal(e.kind, ERR_CONFIG);
	bench_close(&b);
}

static void
test_ca_bundle(void **state)
{
	struct aws_settings s = { .ca_bundle = xstrdup("/no/such/bundle.pem") };
	struct err e = { 0 };

	(void)state;
	assert_null(aws_transport_new(&s, &e));
	assert_int_equal(e.kind, ERR_CONFIG);
	assert_non_null(strstr(e.text, "/no/such/bundle.pem"));
	aws_settings_free(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wire),
		cmocka_unit_test(test_password),
		cmocka_unit_test(test_read_again),
		cmocka_unit_test(test_read_gives_up),
		cmocka_unit_test(test_create_once),
		cmocka_unit_test(test_create_failed),
		cmocka_unit_test(test_create_throttled),
		cmocka_unit_test(test_create_silence),
		cmocka_unit_test(test_refused_connection),
		cmocka_unit_test(test_delete_gone),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_flood),
		cmocka_unit_test(test_no_redirect),
		cmocka_unit_test(test_error_in_200),
		cmocka_unit_test(test_other_region),
		cmocka_unit_test(test_clock),
		cmocka_unit_test(test_clock_right),
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_page_loop),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_cancel_read),
		cmocka_unit_test(test_cancel_write),
		cmocka_unit_test(test_cancel_pause),
		cmocka_unit_test(test_cancel_many),
		cmocka_unit_test(test_poll),
		cmocka_unit_test(test_no_region),
		cmocka_unit_test(test_ca_bundle),
	};

	return RUN(tests);
}
