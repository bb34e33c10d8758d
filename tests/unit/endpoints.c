/* SPDX-License-Identifier: MIT */
/*
 * A filter over aws_endpoint(): JSON lines in and out.
 * tests/e2e/test_endpoints.py compares it with botocore's rule sets.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "aws.h"
#include "json.h"
#include "lines.h"

static char *
copy(const json_t *j, const char *name)
{
	const char *s = json_text(j, name);

	return s != NULL ? xstrdup(s) : NULL;
}

static enum aws_service
service(const json_t *j)
{
	for (int i = 0; i < AWS_NSERVICES; i++)
		if (strcmp(aws_service_name((enum aws_service)i), json_text_or(j, "service", "")) ==
		    0)
			return (enum aws_service)i;
	die("no such service");
}

static void
filter(const char *line, size_t len)
{
	json_auto_t *j = json_parse(line, len, NULL);
	struct aws_settings s = {
		.endpoint_url = copy(j, "url"),
		.fips = json_bool(j, "fips"),
		.dualstack = json_bool(j, "dualstack"),
	};
	struct aws_endpoint ep;
	struct err e = { 0 };
	json_auto_t *out = NULL;
	AUTO_BUF text = BUF_INIT(BUF_MAX_TEXT);

	if (aws_endpoint(
		&s, service(j), json_text_or(j, "region", ""), json_text(j, "bucket"), &ep, &e))
		out = json_pack("{s:s, s:s, s:s, s:s, s:b}", "host", ep.host, "path", ep.path,
		    "region", ep.region, "name", ep.signing_name, "tls", ep.tls);
	else
		out = json_pack("{s:s}", "error", e.text);
	if (!json_print(&text, out, JSON_COMPACT))
		die("an answer cannot be written");
	puts(buf_str(&text));
	aws_settings_free(&s);
}

int
main(void)
{
	return filter_lines(filter, "ENDPOINTS_DEBUG");
}
