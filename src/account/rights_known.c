/* SPDX-License-Identifier: MIT */
/*
 * Managed policies of AWS whose meaning is known without reading them, for
 * where their documents are not among the facts.  Source: AWS Managed Policy
 * Reference Guide.  The texts are cut to what decides who administers.
 */
#include <string.h>

#include "json.h"
#include "rights.h"

static const struct {
	const char *name; /* the end of the ARN; all that begin so when it ends in '*' */
	const char *document;
} known[] = {
	{ "AdministratorAccess",
	    "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\","
	    "\"Resource\":\"*\"}]}" },
	{ "PowerUserAccess",
	    "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"NotAction\":["
	    "\"iam:*\",\"organizations:*\",\"account:*\"],\"Resource\":\"*\"},{\"Effect\":"
	    "\"Allow\",\"Action\":[\"account:GetAccountInformation\",\"account:ListRegions\","
	    "\"iam:CreateServiceLinkedRole\",\"iam:DeleteServiceLinkedRole\",\"iam:ListRoles\","
	    "\"organizations:DescribeOrganization\"],\"Resource\":\"*\"}]}" },
	{ "IAMFullAccess",
	    "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":["
	    "\"iam:*\",\"organizations:DescribeAccount\",\"organizations:DescribeOrganization\","
	    "\"organizations:ListPolicies\"],\"Resource\":\"*\"}]}" },
	{ "AWSDenyAll",
	    "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",\"Action\":\"*\","
	    "\"Resource\":\"*\"}]}" },
	/* What AWS attaches to a user whose key was found in public. */
	{ "AWSCompromisedKeyQuarantine*",
	    "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",\"Action\":["
	    "\"iam:AttachGroupPolicy\",\"iam:AttachRolePolicy\",\"iam:AttachUserPolicy\","
	    "\"iam:ChangePassword\",\"iam:CreateAccessKey\",\"iam:CreateInstanceProfile\","
	    "\"iam:CreateLoginProfile\",\"iam:CreateRole\",\"iam:CreateUser\","
	    "\"iam:DetachUserPolicy\",\"iam:PutUserPermissionsBoundary\",\"iam:PutUserPolicy\","
	    "\"iam:UpdateAccessKey\",\"iam:UpdateAccountPasswordPolicy\",\"iam:UpdateUser\","
	    "\"ec2:RequestSpotInstances\",\"ec2:RunInstances\",\"ec2:StartInstances\","
	    "\"organizations:CreateAccount\",\"organizations:CreateOrganization\","
	    "\"organizations:InviteAccountToOrganization\",\"lambda:CreateFunction\","
	    "\"lightsail:Create*\",\"lightsail:Start*\",\"lightsail:Delete*\","
	    "\"lightsail:Update*\",\"lightsail:GetInstanceAccessDetails\","
	    "\"lightsail:DownloadDefaultKeyPair\"],\"Resource\":\"*\"}]}" },
};

bool
rights_is_aws_policy(const char *arn)
{
	return strncmp(arn, "arn:", 4) == 0 && strstr(arn, ":iam::aws:policy/") != NULL;
}

static bool
is_named(const char *pattern, const char *name)
{
	size_t n = strlen(pattern);

	if (pattern[n - 1] == '*')
		return strncmp(name, pattern, n - 1) == 0;
	return strcmp(name, pattern) == 0;
}

json_t *
rights_known_policy(const char *arn)
{
	const char *slash = strrchr(arn, '/');

	if (!rights_is_aws_policy(arn) || slash == NULL)
		return NULL;
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (is_named(known[i].name, slash + 1))
			return json_parse(known[i].document, strlen(known[i].document), NULL);
	return NULL;
}
