/* SPDX-License-Identifier: MIT */
#include "service.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "alloc.h"

/* Source: botocore's service models (metadata) and endpoint rule sets. */
static const struct aws_service_kind kinds[AWS_NSERVICES] = {
	[AWS_STS] = { "sts", "sts", "2011-06-15", "STS", "STS", PROTO_QUERY },
	[AWS_IAM] = { "iam", "iam", "2010-05-08", "IAM", "IAM", PROTO_QUERY },
	[AWS_S3] = { "s3", "s3", "2006-03-01", "S3", "S3", PROTO_REST_XML },
	[AWS_S3CONTROL] = { "s3", "s3-control", "2018-08-20", "S3_CONTROL", "S3 Control",
	    PROTO_REST_XML },
	[AWS_CLOUDTRAIL] = { "cloudtrail", "cloudtrail",
	    "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101", "CLOUDTRAIL", "CloudTrail",
	    PROTO_JSON },
	[AWS_CUR] = { "cur", "cur", "AWSOrigamiServiceGatewayService",
	    "COST_AND_USAGE_REPORT_SERVICE", "Cost and Usage Report", PROTO_JSON },
	[AWS_BCM] = { "bcm-data-exports", "bcm-data-exports",
	    "AWSBillingAndCostManagementDataExports", "BCM_DATA_EXPORTS", "Data Exports",
	    PROTO_JSON },
	[AWS_SIGNIN] = { "signin", "signin", "2023-01-01", "SIGNIN", "Signin", PROTO_REST_JSON },
	[AWS_SSO] = { "awsssoportal", "portal.sso", "2019-06-10", "SSO", "SSO", PROTO_REST_JSON },
	[AWS_SSO_OIDC] = { "sso-oauth", "oidc", "2019-06-10", "SSO_OIDC", "SSO OIDC",
	    PROTO_REST_JSON },
};

const struct aws_service_kind *
aws_service_kind(enum aws_service s)
{
	if ((unsigned)s >= AWS_NSERVICES)
		die("no such AWS service (%d)", (int)s);
	return &kinds[s];
}

bool
aws_fail(struct err *e, enum err_kind kind, const char *code, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	if (e == NULL || e->kind != ERR_NONE)
		return false;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	err_set(e, kind, "%s", text);
	snprintf(e->code, sizeof(e->code), "%s", code);
	return false;
}

/* Strictly four numbers: what else begins with 127 may be a name in somebody's DNS. */
static bool
is_loopback4(const char *host, size_t len)
{
	char text[INET_ADDRSTRLEN];
	struct in_addr a;

	if (len >= sizeof(text))
		return false;
	memcpy(text, host, len);
	text[len] = '\0';
	return inet_pton(AF_INET, text, &a) == 1 && ntohl(a.s_addr) >> 24 == 127;
}

bool
aws_is_loopback(const char *host)
{
	size_t len;

	if (host[0] == '[')
		return strncmp(host, "[::1]", 5) == 0 && (host[5] == '\0' || host[5] == ':');
	len = strcspn(host, ":");
	return (len == 9 && strncmp(host, "localhost", 9) == 0) || is_loopback4(host, len);
}

bool
aws_is_container(const char *host)
{
	static const char *const hosts[] = { "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]" };

	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		size_t n = strlen(hosts[i]);

		if (strncmp(host, hosts[i], n) == 0 && (host[n] == '\0' || host[n] == ':'))
			return true;
	}
	return false;
}

bool
aws_region_ok(const char *region)
{
	size_t len = strlen(region);

	return len > 0 && len <= 32 &&
	       strspn(region, "abcdefghijklmnopqrstuvwxyz0123456789-") == len && region[0] != '-' &&
	       region[len - 1] != '-';
}
