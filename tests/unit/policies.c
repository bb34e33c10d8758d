/* SPDX-License-Identifier: MIT */
/*
 * Prints every policy document that rootlock writes, for a fixed account in
 * each partition: {"aws": {"cloudtrail": DOCUMENT, ...}, "aws-cn": ...}.
 * tests/e2e/test_policies_lint.py reads it.
 */
#include <stdio.h>
#include <string.h>

#include "account.h"
#include "alloc.h"
#include "json.h"

static const char *const regions[] = { "eu-west-1", "cn-north-1", "us-gov-west-1",
	"eusc-de-east-1" };

static json_t *
readers(const struct account *a)
{
	AUTO_FREE char *user =
	    xasprintf("arn:%s:iam::%s:user/staff/alice", a->partition->id, a->caller.account);
	AUTO_FREE char *session = xasprintf(
	    "arn:%s:sts::%s:assumed-role/Audit/session", a->partition->id, a->caller.account);
	char *items[] = { user, session };
	const struct strlist arns = { .items = items, .n = 2 };

	return policydoc_readers(a, "logs", &arns);
}

static json_t *
documents(const char *region)
{
	struct account a = { .partition = aws_partition_of(region) };

	snprintf(a.caller.account, sizeof a.caller.account, "111122223333");
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "cloudtrail",
	    policydoc_cloudtrail_bucket(&a, "logs", NULL, region, "main"), "cloudtrail_prefix",
	    policydoc_cloudtrail_bucket(&a, "logs", "audit", region, "main"), "cur",
	    policydoc_cur_bucket(&a, "bills"), "export", policydoc_export_bucket(&a, "bills"),
	    "tls", policydoc_tls_only(&a, "logs"), "readers", readers(&a), "require_mfa",
	    policydoc_require_mfa(&a));
}

int
main(void)
{
	json_auto_t *all = json_object();
	AUTO_BUF b = BUF_INIT(BUF_MAX_TEXT);

	for (size_t i = 0; i < sizeof regions / sizeof regions[0]; i++)
		json_object_set_new(all, aws_partition_of(regions[i])->id, documents(regions[i]));
	if (!json_print(&b, all, JSON_INDENT(1)))
		return 1;
	puts(buf_str(&b));
	return 0;
}
