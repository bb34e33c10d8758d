/* SPDX-License-Identifier: MIT */
/*
 * Where a request goes: AWS's own hosts by partition, Region, FIPS and dual
 * stack (botocore's endpoint rule sets; what differs stands in
 * tests/e2e/test_endpoints.py), or a custom URL.
 */
#include "aws.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "buf.h"
#include "service.h"
#include "text.h"

#define HOST_CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]"

/* What is being put together. */
struct address {
	struct buf host, path;
	bool tls;
};

static void
address_free(struct address *a)
{
	buf_free(&a->host);
	buf_free(&a->path);
}

/* What the host of one of AWS's own endpoints is made of. */
struct where {
	const struct aws_settings *s;
	const struct aws_partition *p;
	const struct aws_service_kind *kind;
	const char *region;
	bool gov; /* there FIPS is what the plain hosts are */
};

static const char *
suffix(const struct where *w)
{
	return w->s->dualstack ? w->p->dual_suffix : w->p->dns_suffix;
}

/* service[-fips].region.suffix, the form that most services have. */
static void
put_regional(struct buf *host, const struct where *w)
{
	bool fips = w->s->fips && (!w->gov || w->s->dualstack);

	buf_printf(host, "%s%s.%s.%s", w->kind->host, fips ? "-fips" : "", w->region, suffix(w));
}

/* IAM has one endpoint a partition, and in each of them another form of name. */
static void
put_iam(struct buf *host, const struct where *w)
{
	bool commercial = strcmp(w->p->id, "aws") == 0;

	if (w->gov) {
		buf_printf(host, "iam.us-gov.%s", suffix(w));
	} else if (w->s->fips) {
		bool global = w->s->dualstack && commercial;

		buf_printf(host, "iam-fips%s.%s", global ? ".global" : "", suffix(w));
	} else if (w->s->dualstack) {
		buf_printf(host, "iam.global.%s", suffix(w));
	} else if (commercial) {
		buf_printf(host, "iam.%s", suffix(w));
	} else {
		buf_printf(host, "iam.%s.%s", w->p->iam_region, suffix(w));
	}
}

/* Data Exports has only the names that the others have for dual stack. */
static void
put_bcm(struct buf *host, const struct where *w)
{
	buf_printf(host, "bcm-data-exports%s.%s.%s", w->s->fips ? "-fips" : "", w->region,
	    w->p->dual_suffix);
}

/* Sign-in has the consoles' names, and turns to those of a service for FIPS and dual stack. */
static void
put_signin(struct buf *host, const struct where *w)
{
	if (!w->s->fips && !w->s->dualstack)
		buf_printf(host, "%s.%s", w->region, w->p->signin_suffix);
	else if (!w->gov || w->s->dualstack)
		buf_printf(
		    host, "signin%s.%s.%s", w->s->fips ? "-fips" : "", w->region, suffix(w));
	else
		buf_printf(host, "%s%ssignin-fips.amazonaws-us-gov.com",
		    strcmp(w->region, w->p->global_region) == 0 ? "" : w->region,
		    strcmp(w->region, w->p->global_region) == 0 ? "" : ".");
}

/* S3 spells dual stack in its own way. */
static void
put_s3(struct buf *host, const struct where *w)
{
	buf_printf(host, "%s%s%s.%s.%s", w->kind->host, w->s->fips ? "-fips" : "",
	    w->s->dualstack ? ".dualstack" : "", w->region, w->p->dns_suffix);
}

/*
 * The Region that signs: what answers for the whole partition has its own.
 * CUR's rule set knows nothing of that, but the service exists only there.
 */
static const char *
own_region(enum aws_service service, const char *region)
{
	const struct aws_partition *p = aws_partition_of(region);

	switch (service) {
	case AWS_IAM:
		return p->iam_region;
	case AWS_CUR:
	case AWS_BCM:
		return p->global_region;
	case AWS_STS:
	case AWS_S3:
	case AWS_S3CONTROL:
	case AWS_CLOUDTRAIL:
	case AWS_SIGNIN:
	case AWS_SSO:
	case AWS_SSO_OIDC:
	case AWS_NSERVICES:
		break;
	}
	return region;
}

/* Virtual-hosted addressing needs a name that is one DNS label (wildcard certificates). */
static bool
is_dns_label(const char *bucket)
{
	size_t len = strlen(bucket);

	return len >= 3 && len <= 63 &&
	       strspn(bucket, "abcdefghijklmnopqrstuvwxyz0123456789-") == len && bucket[0] != '-' &&
	       bucket[len - 1] != '-';
}

static bool
is_account(const char *s)
{
	return strlen(s) == 12 && strspn(s, "0123456789") == 12;
}

static bool
put_host(struct buf *host, enum aws_service service, const struct where *w, const char *bucket,
    struct err *e)
{
	bool s3 = service == AWS_S3 || service == AWS_S3CONTROL;

	if (s3 && w->s->fips && strcmp(w->p->id, "aws-cn") == 0)
		return err_set(e, ERR_CONFIG, "S3 has no FIPS endpoints in the partition aws-cn");
	if (service == AWS_S3CONTROL)
		buf_printf(host, "%s.", bucket);
	else if (service == AWS_S3 && bucket != NULL && is_dns_label(bucket))
		buf_printf(host, "%s.", bucket);
	if (s3)
		put_s3(host, w);
	else if (service == AWS_IAM)
		put_iam(host, w);
	else if (service == AWS_BCM)
		put_bcm(host, w);
	else if (service == AWS_SIGNIN)
		put_signin(host, w);
	else
		put_regional(host, w);
	return true;
}

/* ---- custom URLs --------------------------------------------------------- */

static bool
bad_url(const char *url, const char *why, struct err *e)
{
	return err_set(e, ERR_USAGE, "Bad value for --endpoint-url \"%s\": %s", url, why);
}

/* Lower case, without the scheme's own port, which no client sends in Host. */
static void
put_authority(struct buf *host, const char *authority, size_t len, bool tls)
{
	const char *port = tls ? ":443" : ":80";
	size_t n = strlen(port);

	if (len > n && strncmp(authority + len - n, port, n) == 0)
		len -= n;
	for (size_t i = 0; i < len; i++)
		buf_putc(host, (char)tolower((unsigned char)authority[i]));
}

static bool
split_url(const char *url, struct address *to, struct err *e)
{
	const char *rest = strstr(url, "://"), *slash;

	if (rest == NULL)
		return bad_url(url,
		    "scheme is missing.  Must be of the form http://<hostname>/ or "
		    "https://<hostname>/",
		    e);
	to->tls = strncasecmp(url, "https://", 8) == 0;
	if (!to->tls && strncasecmp(url, "http://", 7) != 0)
		return bad_url(url, "only http and https are known", e);
	rest += 3;
	slash = rest + strcspn(rest, "/?#");
	if (slash == rest || !text_only(slash, "/-._~%") ||
	    strspn(rest, HOST_CHARACTERS) < (size_t)(slash - rest))
		return bad_url(url, "this is not a host name with an optional path", e);
	put_authority(&to->host, rest, (size_t)(slash - rest), to->tls);
	buf_puts(&to->path, slash);
	while (to->path.len > 0 && to->path.data[to->path.len - 1] == '/')
		buf_cut(&to->path, to->path.len - 1);
	if (!to->tls && !aws_is_loopback(buf_str(&to->host)))
		return bad_url(url,
		    "plain http is allowed only to this computer itself (127.0.0.1, [::1], "
		    "localhost), for it would show the requests to others",
		    e);
	return true;
}

static const char *
custom_url(const struct aws_settings *s, enum aws_service service)
{
	return s->service_url[service] != NULL ? s->service_url[service] : s->endpoint_url;
}

/* S3 Control's account goes in front of a custom host too, but a loopback has no such name. */
static void
put_account(struct buf *host, const char *account)
{
	AUTO_BUF plain = BUF_INIT(BUF_MAX_LINE);

	buf_puts(&plain, buf_str(host));
	buf_reset(host);
	buf_printf(host, "%s.%s", account, buf_str(&plain));
}

/* ---- both ------------------------------------------------------------------ */

static bool
put_address(const struct where *w, enum aws_service service, const char *bucket, struct address *to,
    struct err *e)
{
	const char *url = custom_url(w->s, service);

	to->tls = true;
	if (url == NULL) {
		if (!put_host(&to->host, service, w, bucket, e))
			return false;
	} else {
		if (!split_url(url, to, e))
			return false;
		if (service == AWS_S3CONTROL && !aws_is_loopback(buf_str(&to->host)))
			put_account(&to->host, bucket);
	}
	if (service == AWS_S3 && bucket != NULL && (url != NULL || !is_dns_label(bucket))) {
		buf_putc(&to->path, '/');
		text_percent(&to->path, bucket, strlen(bucket), false);
	}
	return true;
}

static bool
finish(const struct address *from, const char *region, struct aws_endpoint *out, struct err *e)
{
	if (from->host.failed || from->host.len >= sizeof(out->host) || from->path.failed ||
	    from->path.len >= sizeof(out->path))
		return err_set(e, ERR_USAGE, "the address of the endpoint is too long");
	snprintf(out->host, sizeof(out->host), "%s", buf_str(&from->host));
	snprintf(out->path, sizeof(out->path), "%s", buf_str(&from->path));
	snprintf(out->region, sizeof(out->region), "%s", region);
	out->tls = from->tls;
	return true;
}

/* Six parameters: what is asked for, by whom, and where to. */
bool
aws_endpoint(const struct aws_settings *s, enum aws_service service, const char *region,
    const char *bucket, struct aws_endpoint *out, struct err *e)
{
	struct address to __attribute__((cleanup(address_free))) = { BUF_INIT(BUF_MAX_LINE),
		BUF_INIT(BUF_MAX_LINE), true };
	struct where w = {
		.s = s,
		.p = aws_partition_of(region),
		.kind = aws_service_kind(service),
	};

	if (!aws_region_ok(region))
		return err_set(e, ERR_USAGE, "\"%s\" cannot be the name of a Region", region);
	if (service == AWS_S3CONTROL && (bucket == NULL || !is_account(bucket)))
		return err_set(e, ERR_OTHER, "S3 Control needs the account's 12 digits");
	w.region = custom_url(s, service) != NULL ? region : own_region(service, region);
	w.gov = strcmp(w.p->id, "aws-us-gov") == 0 && service != AWS_CUR;
	if (!put_address(&w, service, bucket, &to, e) || !finish(&to, w.region, out, e))
		return false;
	out->signing_name = w.kind->signing_name;
	return true;
}

bool
aws_settings_custom(const struct aws_settings *s, const char **url)
{
	for (int i = 0; i < AWS_NSERVICES; i++) {
		const char *custom = custom_url(s, (enum aws_service)i);

		if (custom == NULL)
			continue;
		if (url != NULL)
			*url = custom;
		return true;
	}
	return false;
}
