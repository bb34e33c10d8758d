/* SPDX-License-Identifier: MIT */
/*
 * One logical call: encode, sign, send, decode, and again where that is safe
 * (aws-client page, 3.2, 4 and 5).  Every attempt is encoded and signed anew.
 */
#include "session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "crypto.h"
#include "decode.h"
#include "log.h"
#include "service.h"

#define SKEW_SECONDS 240 /* AWS takes five minutes */
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static bool
has_code(const struct err *e, const char *const *codes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (err_is(e, codes[i]))
			return true;
	return false;
}

static const struct aws_op *
op_of(const struct task *t)
{
	return aws_op(t->req.op);
}

/* ---- sending --------------------------------------------------------------------- */

/* Unsigned, as botocore sends them. */
static void
add_unsigned(const struct task *t, struct aws_http_request *r)
{
	AUTO_BUF b = BUF_INIT(BUF_MAX_LINE);

	aws_http_header(r, "amz-sdk-invocation-id", t->invocation);
	buf_printf(&b, "attempt=%d; max=%d", t->try.attempt, t->try.max_attempts);
	aws_http_header(r, "amz-sdk-request", buf_str(&b));
	buf_reset(&b);
	session_agent(t->aws, &b);
	aws_http_header(r, "User-Agent", buf_str(&b));
}

/* A small difference stays: the server's Date has only seconds and was on its way. */
static int64_t
signing_time(const struct aws *aws)
{
	return clock_is_wrong(aws->clock) ? clock_now(aws->clock) : clock_local(aws->clock);
}

static void
send(struct task *t)
{
	struct aws *aws = t->aws;
	bool s3 = strcmp(aws_service_kind(op_of(t)->service)->signing_name, "s3") == 0;
	struct aws_sign_options o = {
		.normalise = !s3,
		.double_encode = !s3,
		.sign_body_header = true,
	};
	struct aws_http_request r;

	t->try.attempt++;
	if (!aws_encode(aws->settings, t->region, &t->req, aws->account, &r, &t->err)) {
		t->done = true;
		return;
	}
	t->signed_at = signing_time(aws);
	t->generation = aws->generation;
	/* What hands out credentials to a token takes no signature. */
	if (aws->credentials->access_key_id[0] != '\0')
		aws_sign(&r, aws->credentials, t->signed_at, &o, NULL, NULL);
	add_unsigned(t, &r);
	t->call =
	    http_start(aws->transport, &r, t->try.class == AWS_CREATE || t->try.class == AWS_ONCE);
}

/* ---- deciding -------------------------------------------------------------------- */

/* What AWS says to a signature that a wrong clock made. */
static bool
fix_clock(struct task *t, const struct aws_http_reply *r, const struct err *e)
{
	static const char *const codes[] = { "AuthFailure", "InvalidSignatureException",
		"RequestExpired", "RequestInTheFuture", "RequestTimeTooSkewed",
		"SignatureDoesNotMatch" };

	if (t->skewed || r->date == 0 || llabs(r->date - t->signed_at) < SKEW_SECONDS ||
	    !has_code(e, codes, COUNT(codes)))
		return false;
	clock_learn(t->aws->clock, r->date);
	t->skewed = true;
	log_line("clock: this computer's is off by %lld s", (long long)-t->aws->clock->offset);
	return true;
}

static bool
is_expired(const struct err *e)
{
	return err_is(e, "ExpiredToken") || err_is(e, "ExpiredTokenException");
}

/* Nothing was done, so every class may be sent again, once, with new credentials. */
static bool
renew(struct task *t, const struct err *e)
{
	if (t->renewed || !is_expired(e))
		return false;
	t->renewed = true;
	return t->generation != t->aws->generation || session_renew(t->aws);
}

/* S3 says in which Region the bucket is; only within the partition, and only once. */
static bool
follow_region(struct task *t, const struct aws_http_reply *r, const struct err *e)
{
	char region[33];
	bool told = e->status == 301 || e->status == 307 ||
		    (e->status == 400 && (err_is(e, "AuthorizationHeaderMalformed") ||
					     strcmp(op_of(t)->method, "HEAD") == 0));

	if (!told || t->redirected || op_of(t)->service != AWS_S3 ||
	    op_of(t)->class == AWS_CREATE || !decode_bucket_region(r, region, sizeof(region)) ||
	    strcmp(region, t->region) == 0 ||
	    aws_partition_of(region) != aws_partition_of(t->region))
		return false;
	snprintf(t->region, sizeof(t->region), "%s", region);
	t->redirected = true;
	return true;
}

/* The DELETE class: what is not there need not be deleted. */
static bool
is_gone(const struct task *t, const struct err *e)
{
	static const char *const codes[] = { "NoSuchEntity", "NoSuchBucket", "NoSuchBucketPolicy",
		"NoSuchTagSet", "ResourceNotFoundException", "TrailNotFoundException" };

	return t->try.class == AWS_DELETE && has_code(e, codes, COUNT(codes));
}

static void
succeed(struct task *t, json_t *reply)
{
	t->reply = reply;
	t->done = true;
	aws_retry_success(&t->aws->retry, t->try.cost);
}

static void
fail(struct task *t, struct err *e)
{
	if (is_expired(e) && t->aws->not_renewed.kind != ERR_NONE)
		err_wrap(e, "the credentials could not be renewed (%s)", t->aws->not_renewed.text);
	if (t->try.attempt > 1)
		err_wrap(e, "tried %d times", t->try.attempt);
	e->maybe = t->maybe && t->try.class != AWS_READ;
	t->err = *e;
	t->done = true;
}

/* An immediate second attempt with what was learnt is no retry and costs nothing. */
static void
decide(struct task *t, const struct aws_http_reply *r, struct err *e)
{
	int delay;

	if (is_gone(t, e)) {
		succeed(t, json_object());
		return;
	}
	t->maybe |= e->maybe;
	if (!t->stop && (fix_clock(t, r, e) || follow_region(t, r, e) || renew(t, e))) {
		t->try.attempt--;
		return;
	}
	t->try.retry_after = r->retry_after;
	t->try.random01 = crypto_uniform(1u << 24) / (double)(1u << 24);
	delay = t->stop ? -1 : aws_retry_delay(&t->aws->retry, &t->try, e);
	if (delay < 0)
		fail(t, e);
	else
		t->wake = clock_ms() + delay;
}

/* The first answer of AWS's tells the time, for codes of MFA devices need it too. */
static void
learn_time(const struct task *t, const struct aws_http_reply *r)
{
	if (!t->aws->clock->known && r->date != 0 && r->request_id[0] != '\0')
		clock_learn(t->aws->clock, r->date);
}

static void
receive(struct task *t)
{
	struct aws_http_reply r;
	struct err e = { 0 };
	json_t *reply = NULL;

	http_finish(take(&t->call), &r);
	learn_time(t, &r);
	bool ok = aws_decode(t->req.op, &r, &reply, &e);
	snprintf(t->request_id, sizeof(t->request_id), "%s", ok ? r.request_id : e.request_id);
	log_line("call: %s:%s %s region=%s attempt=%d status=%d request=%s code=%s",
	    aws_service_name(op_of(t)->service), op_of(t)->action,
	    t->req.about != NULL ? t->req.about : "-", t->region, t->try.attempt, r.status,
	    t->request_id, ok ? "-" : e.code);
	if (ok)
		succeed(t, reply);
	else
		decide(t, &r, &e);
	http_reply_free(&r);
}

/* ---- a task ------------------------------------------------------------------------- */

static void
no_region(struct task *t)
{
	aws_fail(&t->err, ERR_CONFIG, "NoRegion",
	    "You must specify a region. You can also configure your region by running "
	    "\"aws configure\".");
	t->done = true;
}

void
task_init(struct task *t, struct aws *aws, const struct aws_request *req)
{
	const char *region = req->region != NULL ? req->region : aws->settings->region;
	int most = aws->settings->max_attempts;

	*t = (struct task){ .aws = aws, .req = *req };
	t->try.class = aws_op(req->op)->class;
	t->try.max_attempts = most > 0 ? most : 3;
	crypto_uuid(t->invocation);
	if (region == NULL)
		no_region(t);
	else
		snprintf(t->region, sizeof(t->region), "%s", region);
	snprintf(t->err.operation, sizeof(t->err.operation), "%s", aws_op(req->op)->action);
}

void
task_free(struct task *t)
{
	http_abort(take(&t->call));
	json_decref(take(&t->reply));
}

bool
task_turn(struct task *t)
{
	if (t->done)
		return true;
	if (t->call != NULL && http_done(t->call))
		receive(t);
	if (!t->done && t->call == NULL && clock_ms() >= t->wake)
		send(t);
	return t->done;
}

int
task_idle_ms(const struct task *t)
{
	int64_t left = t->wake - clock_ms();

	if (t->done)
		return 0;
	if (t->call != NULL)
		return http_done(t->call) ? 0 : AWS_TICK_MS;
	return left < 0 ? 0 : left < AWS_TICK_MS ? (int)left : AWS_TICK_MS;
}

void
task_cancel(struct task *t)
{
	struct err e = { 0 };

	if (t->done)
		return;
	t->stop = true;
	if (t->call != NULL && aws_op_writes(t->req.op))
		return;
	http_abort(take(&t->call));
	aws_fail(&e, ERR_CANCELLED, "Cancelled", "cancelled");
	snprintf(e.operation, sizeof(e.operation), "%s", op_of(t)->action);
	e.maybe = t->maybe && aws_op_writes(t->req.op);
	t->err = e;
	t->done = true;
}

void
task_tell(const struct task *t)
{
	struct aws_event ev = {
		.op = t->req.op,
		.about = t->req.about,
		.err = t->err.kind != ERR_NONE ? &t->err : NULL,
		.request_id = t->request_id,
		.attempts = t->try.attempt,
	};

	if (t->aws->watch != NULL)
		t->aws->watch(t->aws->watch_arg, &ev);
}
