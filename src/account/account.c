/* SPDX-License-Identifier: MIT */
/* ARNs and addresses of the account. */
#include "account.h"

#include <string.h>
#include <strings.h>

void
account_arn(const struct account *a, const char *service, const char *region, const char *resource,
    struct buf *b)
{
	buf_printf(b, "arn:%s:%s:%s:%s:%s", a->partition->id, service, region, a->caller.account,
	    resource);
}

void
account_sign_in_url(const struct account *a, const char *alias, struct buf *b)
{
	buf_printf(b, "https://%s.%s/console", alias != NULL ? alias : a->caller.account,
	    a->partition->signin_suffix);
}

/* The host of an http or https URL is this machine: a practice account. */
static bool
is_loopback(const char *url)
{
	static const char *const hosts[] = { "127.0.0.1", "localhost", "[::1]" };
	const char *host = strstr(url, "://");

	for (size_t i = 0; host != NULL && i < sizeof hosts / sizeof hosts[0]; i++) {
		size_t n = strlen(hosts[i]);

		if (strncasecmp(host + 3, hosts[i], n) == 0 &&
		    (host[3 + n] == '\0' || host[3 + n] == ':' || host[3 + n] == '/'))
			return true;
	}
	return false;
}

void
account_console_url(
    const struct account *a, const char *endpoint_url, const char *page, struct buf *b)
{
	size_t n = endpoint_url != NULL ? strlen(endpoint_url) : 0;

	/* The practice account has one page with what AWS has on several. */
	if (n > 0 && is_loopback(endpoint_url)) {
		while (n > 0 && endpoint_url[n - 1] == '/')
			n--;
		buf_put(b, endpoint_url, n);
		buf_puts(b, "/console/");
		return;
	}
	buf_printf(b, "https://%s/%s", a->partition->console, page);
}
