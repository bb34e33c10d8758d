/* SPDX-License-Identifier: MIT */
#include "session.h"

#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "alloc.h"
#include "retry.h"
#include "service.h"
#include "text.h"


struct aws *
aws_open(struct aws_transport *t, const struct aws_settings *s, struct aws_credentials *c,
    struct clock *clock)
{
	struct aws *aws = xcalloc(1, sizeof(*aws));

	aws->transport = t;
	aws->settings = s;
	aws->credentials = c;
	aws->clock = clock;
	aws->retry.tokens = RETRY_TOKENS;
	return aws;
}

void
aws_close(struct aws *aws)
{
	if (aws == NULL)
		return;
	session_drop_ahead(aws);
	aws_credentials_free(aws->credentials);
	xfree(aws);
}

void
aws_set_wait(struct aws *aws, aws_wait_fn *fn, void *arg)
{
	aws->wait = fn;
	aws->wait_arg = arg;
}

void
aws_set_watch(struct aws *aws, aws_watch_fn *fn, void *arg)
{
	aws->watch = fn;
	aws->watch_arg = arg;
}

void
aws_set_read_only(struct aws *aws, bool read_only)
{
	aws->read_only = read_only;
}

void
aws_set_journal(struct aws *aws, struct journal *j)
{
	aws->journal = j;
}

void
aws_set_account(struct aws *aws, const char *account)
{
	snprintf(aws->account, sizeof(aws->account), "%s", account);
}

const struct aws_credentials *
aws_credentials(const struct aws *aws)
{
	return aws->credentials;
}

const struct aws_settings *
aws_settings(const struct aws *aws)
{
	return aws->settings;
}

const char *
aws_region(const struct aws *aws)
{
	return aws->settings->region;
}

struct clock *
aws_clock(struct aws *aws)
{
	return aws->clock;
}

bool
session_wait(struct aws *aws, int ms)
{
	if (aws->wait != NULL)
		return aws->wait(aws->wait_arg, aws->transport, ms);
	aws_transport_poll(aws->transport, -1, ms, NULL);
	return true;
}

bool
aws_pause(struct aws *aws, int ms, struct err *e)
{
	int64_t end = clock_ms() + ms, left;

	while ((left = end - clock_ms()) > 0)
		if (!session_wait(aws, left < AWS_TICK_MS ? (int)left : AWS_TICK_MS))
			return aws_fail(e, ERR_CANCELLED, "Cancelled", "cancelled while waiting");
	return true;
}

/* ---- who asks ------------------------------------------------------------------ */

/* Other characters than these become '-' (SDK User-Agent 2.1). */
static void
put_token(struct buf *b, const char *s)
{
	static const char other[] = "!$%&'*+-.^_`|~,";

	for (; *s != '\0'; s++) {
		const char one[2] = { *s, '\0' };

		buf_putc(b, (*s & 0x80) == 0 && (strchr(other, *s) != NULL || text_only(one, ""))
				? *s
				: '-');
	}
}

void
session_agent(const struct aws *aws, struct buf *b)
{
	const char *source = aws->credentials->source;
	struct utsname u;

	buf_puts(b, "rootlock/" ROOTLOCK_VERSION " ua/2.1");
	if (uname(&u) == 0) {
		buf_puts(b, strcmp(u.sysname, "Linux") == 0 ? " os/linux#" : " os/other#");
		put_token(b, u.release);
		buf_puts(b, " md/arch#");
		put_token(b, u.machine);
	}
	buf_puts(b, " lang/c m/E");
	if (aws_settings_custom(aws->settings, NULL))
		buf_puts(b, ",N");
	if (source != NULL && strncmp(source, "environment", 11) == 0)
		buf_puts(b, ",g");
	if (source != NULL && strncmp(source, "profile", 7) == 0)
		buf_puts(b, ",n");
	buf_puts(b, " cfg/retry-mode#standard");
	if (aws->settings->app_id != NULL) {
		buf_puts(b, " app/");
		put_token(b, aws->settings->app_id);
	}
}

/* ---- before it is needed ---------------------------------------------------------- */

static void
warm_up(struct aws_transport *t, const struct aws_settings *s, enum aws_service service)
{
	struct aws_http_request r = { .method = "HEAD" };

	if (!aws_endpoint(s, service, s->region, NULL, &r.endpoint, NULL) || !r.endpoint.tls)
		return;
	buf_init(&r.path, BUF_MAX_LINE);
	buf_init(&r.query, BUF_MAX_LINE);
	buf_init(&r.body, BUF_MAX_LINE);
	buf_putc(&r.path, '/');
	aws_http_header(&r, "Host", r.endpoint.host);
	aws_http_header(&r, "User-Agent", "rootlock/" ROOTLOCK_VERSION);
	http_forget(t, &r);
}

void
aws_warm_up(struct aws_transport *t, const struct aws_settings *s)
{
	static const enum aws_service services[] = { AWS_STS, AWS_IAM, AWS_CLOUDTRAIL, AWS_BCM };

	if (s->region == NULL)
		return;
	for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++)
		warm_up(t, s, services[i]);
}
