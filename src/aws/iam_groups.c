/* SPDX-License-Identifier: MIT */
/* IAM groups, their members and policies (IAM API Reference). */
#include "alloc.h"
#include "iam.h"
#include "iam_parts.h"

bool
iam_create_group(struct aws *aws, const char *group, const char *path, struct err *e)
{
	return iam_group_call(aws, OP_IAM_CREATE_GROUP, group, json_pack("{s:s}", "Path", path), e);
}

static json_t *
list_of(struct aws *aws, enum aws_op_id op, const char *group, struct err *e)
{
	AUTO_FREE char *about = xasprintf("group/%s", group);

	return members_list(aws, op, about, json_pack("{s:s}", "GroupName", group), e);
}

json_t *
iam_get_group(struct aws *aws, const char *group, struct err *e)
{
	return list_of(aws, OP_IAM_GET_GROUP, group, e);
}

bool
iam_delete_group(struct aws *aws, const char *group, struct err *e)
{
	return iam_group_call(aws, OP_IAM_DELETE_GROUP, group, json_object(), e);
}

bool
iam_add_user_to_group(struct aws *aws, const char *group, const char *user, struct err *e)
{
	return iam_group_call(
	    aws, OP_IAM_ADD_USER_TO_GROUP, group, json_pack("{s:s}", "UserName", user), e);
}

bool
iam_remove_user_from_group(struct aws *aws, const char *group, const char *user, struct err *e)
{
	return iam_group_call(
	    aws, OP_IAM_REMOVE_USER_FROM_GROUP, group, json_pack("{s:s}", "UserName", user), e);
}

json_t *
iam_list_attached_group_policies(struct aws *aws, const char *group, struct err *e)
{
	return list_of(aws, OP_IAM_LIST_ATTACHED_GROUP_POLICIES, group, e);
}

json_t *
iam_list_group_policies(struct aws *aws, const char *group, struct err *e)
{
	return list_of(aws, OP_IAM_LIST_GROUP_POLICIES, group, e);
}

bool
iam_attach_group_policy(struct aws *aws, const char *group, const char *arn, struct err *e)
{
	return iam_group_call(
	    aws, OP_IAM_ATTACH_GROUP_POLICY, group, json_pack("{s:s}", "PolicyArn", arn), e);
}

bool
iam_detach_group_policy(struct aws *aws, const char *group, const char *arn, struct err *e)
{
	return iam_group_call(
	    aws, OP_IAM_DETACH_GROUP_POLICY, group, json_pack("{s:s}", "PolicyArn", arn), e);
}

bool
iam_get_group_policy(
    struct aws *aws, const char *group, const char *name, json_t **document, struct err *e)
{
	AUTO_FREE char *about = xasprintf("group/%s", group);
	json_auto_t *reply = NULL;
	json_t *d;

	if (!members_call(aws, OP_IAM_GET_GROUP_POLICY, about,
		json_pack("{s:s, s:s}", "GroupName", group, "PolicyName", name), &reply, e))
		return false;
	d = iam_document(reply, "GetGroupPolicyResult.PolicyDocument", e);
	if (d == NULL)
		return false;
	*document = d;
	return true;
}

bool
iam_put_group_policy(
    struct aws *aws, const char *group, const char *name, const char *document, struct err *e)
{
	return iam_group_call(aws, OP_IAM_PUT_GROUP_POLICY, group,
	    json_pack("{s:s, s:s}", "PolicyName", name, "PolicyDocument", document), e);
}

bool
iam_delete_group_policy(struct aws *aws, const char *group, const char *name, struct err *e)
{
	return iam_group_call(
	    aws, OP_IAM_DELETE_GROUP_POLICY, group, json_pack("{s:s}", "PolicyName", name), e);
}
