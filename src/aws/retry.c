/* SPDX-License-Identifier: MIT */
/*
 * Standard-mode retries.  Sources: botocore's retries/standard.py and
 * _retry.json; aws-client page, section 4.
 */
#include "retry.h"

#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char *const throttling[] = {
	"BandwidthLimitExceeded",
	"EC2ThrottledException",
	"LimitExceededException",
	"PriorRequestNotComplete",
	"ProvisionedThroughputExceededException",
	"RequestLimitExceeded",
	"RequestThrottled",
	"RequestThrottledException",
	"SlowDown",
	"ThrottledException",
	"Throttling",
	"ThrottlingException",
	"TooManyRequestsException",
	"TransactionInProgressException",
};

static const char *const transient[] = {
	"BadDigest",
	"IDPCommunicationError",
	"RequestTimeout",
	"RequestTimeoutException",
};

/* No other try can end in another way. */
static const char *const final[] = { "CertificateError", "ProxyOrPortal", "TooLarge" };

static const char *const timeouts[] = { "ConnectTimeout", "ReadTimeout" };

static bool
has_code(const struct err *e, const char *const *codes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(e->code, codes[i]) == 0)
			return true;
	return false;
}

static enum aws_retry_kind
kind_of_answer(const struct err *e)
{
	if (has_code(e, throttling, COUNT(throttling)) || e->status == 429 || e->status == 509)
		return AWS_RETRY_THROTTLE;
	if (has_code(e, transient, COUNT(transient)) || e->status == 500 || e->status == 502 ||
	    e->status == 503 || e->status == 504)
		return AWS_RETRY_TRANSIENT;
	return AWS_RETRY_NO;
}

enum aws_retry_kind
aws_retry_kind(const struct err *e)
{
	if (e->kind == ERR_AWS)
		return kind_of_answer(e);
	if (e->kind != ERR_NETWORK || has_code(e, final, COUNT(final)))
		return AWS_RETRY_NO;
	return has_code(e, timeouts, COUNT(timeouts)) ? AWS_RETRY_TIMEOUT : AWS_RETRY_TRANSIENT;
}

/* What must not be done twice is tried again only when it surely was not done. */
static bool
may_repeat(enum aws_class class, enum aws_retry_kind kind, const struct err *e)
{
	switch (class) {
	case AWS_READ:
	case AWS_UPSERT:
	case AWS_DELETE:
		return true;
	case AWS_ONCE:
	case AWS_CREATE:
		break;
	}
	return kind == AWS_RETRY_THROTTLE || (e->kind == ERR_NETWORK && !e->maybe);
}

static int
backoff_ms(const struct aws_retry_try *t, const struct err *e)
{
	int most = RETRY_CAP_MS, delay;

	if (t->attempt <= 5 && (1000 << (t->attempt - 1)) < RETRY_CAP_MS)
		most = 1000 << (t->attempt - 1);
	delay = (int)(t->random01 * most);
	/* The SDKs do not read Retry-After; who asks for time gets it. */
	if ((e->status == 429 || e->status == 503) && t->retry_after > 0) {
		int asked =
		    t->retry_after < RETRY_CAP_MS / 1000 ? t->retry_after * 1000 : RETRY_CAP_MS;

		delay = asked > delay ? asked : delay;
	}
	return delay;
}

int
aws_retry_delay(struct aws_retry *r, struct aws_retry_try *t, const struct err *e)
{
	enum aws_retry_kind kind = aws_retry_kind(e);
	int cost = kind == AWS_RETRY_TIMEOUT ? RETRY_COST_TIMEOUT : RETRY_COST;

	if (kind == AWS_RETRY_NO || t->attempt >= t->max_attempts ||
	    !may_repeat(t->class, kind, e) || r->tokens < cost)
		return -1;
	r->tokens -= cost;
	t->cost = cost;
	return backoff_ms(t, e);
}

void
aws_retry_success(struct aws_retry *r, int cost)
{
	r->tokens += cost > 0 ? cost : 1;
	if (r->tokens > RETRY_TOKENS)
		r->tokens = RETRY_TOKENS;
}
