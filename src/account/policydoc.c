/* SPDX-License-Identifier: MIT */
/*
 * The policy documents that AWS documents, for this account and partition.
 * Names of statements, principals and actions are AWS's own, so that AWS's
 * console and other tools know them again.  tests/e2e/test_policies_lint.py
 * compares each with the documented text, element by element.
 */
#include <string.h>

#include "account.h"
#include "alloc.h"
#include "text.h"

#define CLOUDTRAIL "cloudtrail.amazonaws.com" /* the same in every partition */
#define REPORTS "billingreports.amazonaws.com"
#define EXPORTS "bcm-data-exports.amazonaws.com"

/* jansson returns NULL for a bad format or without memory; neither is the user's. */
static json_t *
sure(json_t *v)
{
	if (v == NULL)
		die("a policy document could not be built");
	return v;
}

/* arn:PARTITION:REST, a new string. */
static json_t *
arn(const struct account *a, const char *fmt, const char *one, const char *two)
{
	AUTO_BUF b = BUF_INIT(BUF_MAX_LINE);
	const char *const pairs[] = { "p", a->partition->id, "account", a->caller.account, "global",
		a->partition->global_region, "1", one, "2", two, NULL };

	text_template(&b, fmt, pairs);
	return sure(json_string(buf_str(&b)));
}

static json_t *
document(const char *version, json_t *statements)
{
	return sure(json_pack("{s:s, s:o}", "Version", version, "Statement", statements));
}

/* ---- CloudTrail: create-s3-bucket-policy-for-cloudtrail.html -------------------------- */

json_t *
policydoc_cloudtrail_bucket(const struct account *a, const char *bucket, const char *prefix,
    const char *trail_region, const char *trail)
{
	json_auto_t *source =
	    arn(a, "arn:{p}:cloudtrail:{1}:{account}:trail/{2}", trail_region, trail);
	bool has_prefix = prefix != NULL && prefix[0] != '\0';
	json_t *logs = arn(a,
	    has_prefix ? "arn:{p}:s3:::{1}/{2}/AWSLogs/{account}/*"
		       : "arn:{p}:s3:::{1}/AWSLogs/{account}/*",
	    bucket, has_prefix ? prefix : "");
	json_t *check = sure(json_pack("{s:s, s:s, s:{s:s}, s:s, s:o, s:{s:{s:O}}}", "Sid",
	    "AWSCloudTrailAclCheck20150319", "Effect", "Allow", "Principal", "Service", CLOUDTRAIL,
	    "Action", "s3:GetBucketAcl", "Resource", arn(a, "arn:{p}:s3:::{1}", bucket, ""),
	    "Condition", "StringEquals", "aws:SourceArn", source));
	json_t *write = sure(json_pack("{s:s, s:s, s:{s:s}, s:s, s:o, s:{s:{s:s, s:O}}}", "Sid",
	    "AWSCloudTrailWrite20150319", "Effect", "Allow", "Principal", "Service", CLOUDTRAIL,
	    "Action", "s3:PutObject", "Resource", logs, "Condition", "StringEquals", "s3:x-amz-acl",
	    "bucket-owner-full-control", "aws:SourceArn", source));

	return document("2012-10-17", sure(json_pack("[o, o]", check, write)));
}

/* ---- billing: cur-s3.html, dataexports-s3-bucket.html ----------------------------------- */

static json_t *
cur_condition(const struct account *a)
{
	return sure(json_pack("{s:{s:o, s:s}}", "StringEquals", "aws:SourceArn",
	    arn(a, "arn:{p}:cur:{global}:{account}:definition/*", "", ""), "aws:SourceAccount",
	    a->caller.account));
}

/* The first statement of the legacy report's policy; it may stand beside the exports' one. */
static json_t *
cur_check(const struct account *a, const char *bucket)
{
	return sure(json_pack("{s:s, s:s, s:{s:s}, s:[s, s], s:o, s:o}", "Sid", "Stmt1335892150622",
	    "Effect", "Allow", "Principal", "Service", REPORTS, "Action", "s3:GetBucketAcl",
	    "s3:GetBucketPolicy", "Resource", arn(a, "arn:{p}:s3:::{1}", bucket, ""), "Condition",
	    cur_condition(a)));
}

json_t *
policydoc_cur_bucket(const struct account *a, const char *bucket)
{
	json_t *write = sure(
	    json_pack("{s:s, s:s, s:{s:s}, s:s, s:o, s:o}", "Sid", "Stmt1335892526596", "Effect",
		"Allow", "Principal", "Service", REPORTS, "Action", "s3:PutObject", "Resource",
		arn(a, "arn:{p}:s3:::{1}/*", bucket, ""), "Condition", cur_condition(a)));

	return document("2008-10-17", sure(json_pack("[o, o]", cur_check(a, bucket), write)));
}

json_t *
policydoc_export_bucket(const struct account *a, const char *bucket)
{
	json_t *resources = sure(json_pack("[o, o]", arn(a, "arn:{p}:s3:::{1}", bucket, ""),
	    arn(a, "arn:{p}:s3:::{1}/*", bucket, "")));
	json_t *sources =
	    sure(json_pack("[o, o]", arn(a, "arn:{p}:cur:{global}:{account}:definition/*", "", ""),
		arn(a, "arn:{p}:bcm-data-exports:{global}:{account}:export/*", "", "")));
	json_t *write = sure(json_pack("{s:s, s:s, s:{s:[s, s]}, s:[s, s], s:o, s:{s:{s:o, s:s}}}",
	    "Sid", "EnableAWSDataExportsToWriteToS3AndCheckPolicy", "Effect", "Allow", "Principal",
	    "Service", REPORTS, EXPORTS, "Action", "s3:PutObject", "s3:GetBucketPolicy", "Resource",
	    resources, "Condition", "StringLike", "aws:SourceArn", sources, "aws:SourceAccount",
	    a->caller.account));

	return document("2012-10-17", sure(json_pack("[o, o]", write, cur_check(a, bucket))));
}

/* ---- TLS: AWS Config, s3-bucket-ssl-requests-only ------------------------------------------- */

static json_t *
bucket_and_objects(const struct account *a, const char *bucket)
{
	return sure(json_pack("[o, o]", arn(a, "arn:{p}:s3:::{1}", bucket, ""),
	    arn(a, "arn:{p}:s3:::{1}/*", bucket, "")));
}

json_t *
policydoc_tls_only(const struct account *a, const char *bucket)
{
	return document(
	    "2012-10-17", sure(json_pack("[{s:s, s:s, s:s, s:s, s:o, s:{s:{s:s}}}]", "Sid",
			      "AllowSSLRequestsOnly", "Effect", "Deny", "Principal", "*", "Action",
			      "s3:*", "Resource", bucket_and_objects(a, bucket), "Condition",
			      "Bool", "aws:SecureTransport", "false")));
}

/* ---- readers ------------------------------------------------------------------------------------
 */

/*
 * The session of a role presents the role's ARN as aws:PrincipalArn, with its
 * path, which the session's own ARN does not tell (IAM User Guide, global
 * condition keys): so both forms, and never the session's.
 */
static bool
add_role_of_session(const struct account *a, const char *principal, struct strlist *out)
{
	const char *role = strstr(principal, ":assumed-role/");
	AUTO_FREE char *name = NULL;

	if (role == NULL || strstr(principal, ":sts:") == NULL)
		return false;
	role += strlen(":assumed-role/");
	name = xstrndup(role, strcspn(role, "/"));
	AUTO_FREE char *plain =
	    xasprintf("arn:%s:iam::%s:role/%s", a->partition->id, a->caller.account, name);
	AUTO_FREE char *with_path =
	    xasprintf("arn:%s:iam::%s:role/*/%s", a->partition->id, a->caller.account, name);
	strlist_add(out, plain);
	strlist_add(out, with_path);
	return true;
}

static json_t *
reader_arns(const struct account *a, const struct strlist *arns)
{
	AUTO_FREE char *root =
	    xasprintf("arn:%s:iam::%s:root", a->partition->id, a->caller.account);
	struct strlist all = { 0 };
	json_t *list = sure(json_array());

	strlist_add(&all, root);
	for (size_t i = 0; arns != NULL && i < arns->n; i++)
		if (!strlist_has(&all, arns->items[i]) &&
		    !add_role_of_session(a, arns->items[i], &all))
			strlist_add(&all, arns->items[i]);
	for (size_t i = 0; i < all.n; i++)
		json_array_append_new(list, sure(json_string(all.items[i])));
	strlist_free(&all);
	return list;
}

/*
 * No policy action is denied, so a wrong list is put right by any
 * administrator; no PutObject either, so delivery never depends on it.
 * IfExists: the key is missing in unsigned requests, which are denied too
 * (AWS's data perimeter examples write it so).  A pattern of PrincipalArn
 * stays valid when its user is deleted, a Principal element would not.
 */
json_t *
policydoc_readers(const struct account *a, const char *bucket, const struct strlist *arns)
{
	return document("2012-10-17",
	    sure(json_pack("[{s:s, s:s, s:s, s:[s, s], s:o, s:{s:{s:o}, s:{s:s}}}]", "Sid",
		"RootlockReaders", "Effect", "Deny", "Principal", "*", "Action", "s3:GetObject*",
		"s3:ListBucket*", "Resource", bucket_and_objects(a, bucket), "Condition",
		"ArnNotLike", "aws:PrincipalArn", reader_arns(a, arns), "BoolIfExists",
		"aws:PrincipalIsAWSService", "false")));
}

/* ---- MFA: reference_policies_examples_aws_my-sec-creds-self-manage.html ------------------------
 */

enum where { EVERYWHERE, OWN_USER, ANY_MFA };

/*
 * The documented statements.  Different on purpose:
 * - the partition in ARNs, for GovCloud and China;
 * - the own user also under a path: user/alice alone does not match
 *   user/staff/alice, who could then not enrol the device that is asked for.
 * As documented although some add it: iam:ListUsers is not allowed (only the
 * console's user list wants it), iam:ChangePassword and
 * iam:DeleteVirtualMFADevice are not exempt from the Deny (AWS advises against
 * both): rootlock enrols the device before the first sign-in and clears
 * orphans itself.
 */
static const struct {
	const char *sid;
	enum where where;
	const char *actions[8];
} allowed[] = {
	{ "AllowViewAccountInfo", EVERYWHERE,
	    { "iam:GetAccountPasswordPolicy", "iam:ListVirtualMFADevices" } },
	{ "AllowManageOwnPasswords", OWN_USER, { "iam:ChangePassword", "iam:GetUser" } },
	{ "AllowManageOwnAccessKeys", OWN_USER,
	    { "iam:CreateAccessKey", "iam:DeleteAccessKey", "iam:ListAccessKeys",
		"iam:UpdateAccessKey" } },
	{ "AllowManageOwnSigningCertificates", OWN_USER,
	    { "iam:DeleteSigningCertificate", "iam:ListSigningCertificates",
		"iam:UpdateSigningCertificate", "iam:UploadSigningCertificate" } },
	{ "AllowManageOwnSSHPublicKeys", OWN_USER,
	    { "iam:DeleteSSHPublicKey", "iam:GetSSHPublicKey", "iam:ListSSHPublicKeys",
		"iam:UpdateSSHPublicKey", "iam:UploadSSHPublicKey" } },
	{ "AllowManageOwnGitCredentials", OWN_USER,
	    { "iam:CreateServiceSpecificCredential", "iam:DeleteServiceSpecificCredential",
		"iam:ListServiceSpecificCredentials", "iam:ResetServiceSpecificCredential",
		"iam:UpdateServiceSpecificCredential" } },
	{ "AllowManageOwnVirtualMFADevice", ANY_MFA, { "iam:CreateVirtualMFADevice" } },
	{ "AllowManageOwnUserMFA", OWN_USER,
	    { "iam:DeactivateMFADevice", "iam:EnableMFADevice", "iam:ListMFADevices",
		"iam:ResyncMFADevice" } },
};

static json_t *
resource(const struct account *a, enum where where)
{
	switch (where) {
	case EVERYWHERE:
		break;
	case OWN_USER:
		return sure(
		    json_pack("[o, o]", arn(a, "arn:{p}:iam::*:user/${aws:username}", "", ""),
			arn(a, "arn:{p}:iam::*:user/*/${aws:username}", "", "")));
	case ANY_MFA:
		return arn(a, "arn:{p}:iam::*:mfa/*", "", "");
	}
	return sure(json_string("*"));
}

static json_t *
allow(const struct account *a, size_t i)
{
	json_t *actions = sure(json_array());
	size_t max = sizeof allowed[i].actions / sizeof allowed[i].actions[0];

	for (size_t k = 0; k < max && allowed[i].actions[k] != NULL; k++)
		json_array_append_new(actions, sure(json_string(allowed[i].actions[k])));
	return sure(json_pack("{s:s, s:s, s:o, s:o}", "Sid", allowed[i].sid, "Effect", "Allow",
	    "Action", actions, "Resource", resource(a, allowed[i].where)));
}

/* BoolIfExists: a long-term key does not have the condition key, and is to be denied too. */
static json_t *
deny_without_mfa(void)
{
	return sure(json_pack("{s:s, s:s, s:[s, s, s, s, s, s, s], s:s, s:{s:{s:s}}}", "Sid",
	    "DenyAllExceptListedIfNoMFA", "Effect", "Deny", "NotAction",
	    "iam:CreateVirtualMFADevice", "iam:EnableMFADevice", "iam:GetUser",
	    "iam:ListMFADevices", "iam:ListVirtualMFADevices", "iam:ResyncMFADevice",
	    "sts:GetSessionToken", "Resource", "*", "Condition", "BoolIfExists",
	    "aws:MultiFactorAuthPresent", "false"));
}

json_t *
policydoc_require_mfa(const struct account *a)
{
	json_t *statements = sure(json_array());

	for (size_t i = 0; i < sizeof allowed / sizeof allowed[0]; i++)
		json_array_append_new(statements, allow(a, i));
	json_array_append_new(statements, deny_without_mfa());
	return document("2012-10-17", statements);
}
