/* SPDX-License-Identifier: MIT */
/* IAM users, their passwords, access keys and policies (IAM API Reference). */
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "iam.h"
#include "iam_parts.h"

/* ---- users --------------------------------------------------------------------------- */

bool
iam_create_user(
    struct aws *aws, const char *user, const char *path, const struct aws_tag *tags, struct err *e)
{
	return iam_user_call(aws, OP_IAM_CREATE_USER, user,
	    json_pack("{s:s, s:o}", "Path", path, "Tags", members_tags(tags)), NULL, e);
}

bool
iam_get_user(struct aws *aws, const char *user, json_t **reply, struct err *e)
{
	return iam_user_call(aws, OP_IAM_GET_USER, user, json_object(), reply, e);
}

bool
iam_delete_user(struct aws *aws, const char *user, struct err *e)
{
	return iam_user_call(aws, OP_IAM_DELETE_USER, user, json_object(), NULL, e);
}

bool
iam_put_user_permissions_boundary(
    struct aws *aws, const char *user, const char *policy_arn, struct err *e)
{
	return iam_user_call(aws, OP_IAM_PUT_USER_PERMISSIONS_BOUNDARY, user,
	    json_pack("{s:s}", "PermissionsBoundary", policy_arn), NULL, e);
}

/* ---- console password ------------------------------------------------------------------- */

/* The password never becomes a member: encode.c takes it from its locked page. */
static bool
set_password(struct aws *aws, enum aws_op_id op, const char *user, const struct secret *password,
    struct err *e, bool reset)
{
	AUTO_FREE char *about = xasprintf("user/%s", user);
	json_auto_t *members =
	    json_pack("{s:s, s:b}", "UserName", user, "PasswordResetRequired", reset);
	struct aws_request req = {
		.op = op,
		.about = about,
		.params = members,
		.secret_name = "Password",
		.secret = password,
	};

	if (members == NULL)
		return members_call(aws, op, about, NULL, NULL, e);
	return aws_call(aws, &req, NULL, e);
}

bool
iam_create_login_profile(
    struct aws *aws, const char *user, const struct secret *password, bool reset, struct err *e)
{
	return set_password(aws, OP_IAM_CREATE_LOGIN_PROFILE, user, password, e, reset);
}

bool
iam_update_login_profile(
    struct aws *aws, const char *user, const struct secret *password, bool reset, struct err *e)
{
	return set_password(aws, OP_IAM_UPDATE_LOGIN_PROFILE, user, password, e, reset);
}

bool
iam_get_login_profile(
    struct aws *aws, const char *user, bool *exists, bool *reset_required, struct err *e)
{
	json_auto_t *reply = NULL;
	struct err why = { 0 };
	bool ok = iam_user_call(aws, OP_IAM_GET_LOGIN_PROFILE, user, json_object(), &reply, &why);

	if (!members_forgive(ok, "NoSuchEntity", &why)) {
		if (e != NULL && e->kind == ERR_NONE)
			*e = why;
		return false;
	}
	*exists = ok;
	*reset_required =
	    ok && json_bool(reply, "GetLoginProfileResult.LoginProfile.PasswordResetRequired");
	return true;
}

bool
iam_delete_login_profile(struct aws *aws, const char *user, struct err *e)
{
	return iam_user_call(aws, OP_IAM_DELETE_LOGIN_PROFILE, user, json_object(), NULL, e);
}

/* ---- access keys ------------------------------------------------------------------------- */

bool
iam_create_access_key(
    struct aws *aws, const char *user, char *id_out, struct secret **secret, struct err *e)
{
	json_auto_t *reply = NULL;
	const char *id, *key;

	if (!iam_user_call(aws, OP_IAM_CREATE_ACCESS_KEY, user, json_object(), &reply, e))
		return false;
	id = members_text(reply, "CreateAccessKeyResult.AccessKey.AccessKeyId", true, e);
	key = members_text(reply, "CreateAccessKeyResult.AccessKey.SecretAccessKey", true, e);
	if (id == NULL || key == NULL)
		return false;
	snprintf(id_out, 129, "%s", id);
	*secret = secret_from(key, strlen(key));
	return true;
}

json_t *
iam_list_access_keys(struct aws *aws, const char *user, struct err *e)
{
	return iam_self_list(aws, OP_IAM_LIST_ACCESS_KEYS, user, e);
}

bool
iam_update_access_key(struct aws *aws, const char *user, const char *id, bool active, struct err *e)
{
	return iam_self_call(aws, OP_IAM_UPDATE_ACCESS_KEY, user,
	    json_pack("{s:s, s:s}", "AccessKeyId", id, "Status", active ? "Active" : "Inactive"),
	    NULL, e);
}

bool
iam_delete_access_key(struct aws *aws, const char *user, const char *id, struct err *e)
{
	return iam_self_call(
	    aws, OP_IAM_DELETE_ACCESS_KEY, user, json_pack("{s:s}", "AccessKeyId", id), NULL, e);
}

bool
iam_get_access_key_last_used(
    struct aws *aws, const char *id, int64_t *last, char *service, struct err *e)
{
	static const char used[] = "GetAccessKeyLastUsedResult.AccessKeyLastUsed.LastUsedDate";
	static const char by[] = "GetAccessKeyLastUsedResult.AccessKeyLastUsed.ServiceName";
	json_auto_t *reply = NULL;

	if (!members_call(aws, OP_IAM_GET_ACCESS_KEY_LAST_USED, "access-key",
		json_pack("{s:s}", "AccessKeyId", id), &reply, e))
		return false;
	if (!json_time(reply, used, last))
		*last = 0;
	if (service != NULL)
		snprintf(service, 64, "%s", *last != 0 ? json_text_or(reply, by, "") : "");
	return true;
}

json_t *
iam_list_signing_certificates(struct aws *aws, struct err *e)
{
	return iam_self_list(aws, OP_IAM_LIST_SIGNING_CERTIFICATES, NULL, e);
}

bool
iam_delete_signing_certificate(struct aws *aws, const char *id, struct err *e)
{
	return iam_self_call(aws, OP_IAM_DELETE_SIGNING_CERTIFICATE, NULL,
	    json_pack("{s:s}", "CertificateId", id), NULL, e);
}

/* ---- groups and policies of a user --------------------------------------------------------- */

/* Lists about a named user; unlike iam_self_list() none of them may mean root. */
static json_t *
list_of(struct aws *aws, enum aws_op_id op, const char *user, struct err *e)
{
	AUTO_FREE char *about = xasprintf("user/%s", user);

	return members_list(aws, op, about, json_pack("{s:s}", "UserName", user), e);
}

json_t *
iam_list_groups_for_user(struct aws *aws, const char *user, struct err *e)
{
	return list_of(aws, OP_IAM_LIST_GROUPS_FOR_USER, user, e);
}

json_t *
iam_list_attached_user_policies(struct aws *aws, const char *user, struct err *e)
{
	return list_of(aws, OP_IAM_LIST_ATTACHED_USER_POLICIES, user, e);
}

json_t *
iam_list_user_policies(struct aws *aws, const char *user, struct err *e)
{
	return list_of(aws, OP_IAM_LIST_USER_POLICIES, user, e);
}

bool
iam_attach_user_policy(struct aws *aws, const char *user, const char *arn, struct err *e)
{
	return iam_user_call(
	    aws, OP_IAM_ATTACH_USER_POLICY, user, json_pack("{s:s}", "PolicyArn", arn), NULL, e);
}

bool
iam_detach_user_policy(struct aws *aws, const char *user, const char *arn, struct err *e)
{
	return iam_user_call(
	    aws, OP_IAM_DETACH_USER_POLICY, user, json_pack("{s:s}", "PolicyArn", arn), NULL, e);
}

bool
iam_get_user_policy(
    struct aws *aws, const char *user, const char *name, json_t **document, struct err *e)
{
	json_auto_t *reply = NULL;
	json_t *d;

	if (!iam_user_call(aws, OP_IAM_GET_USER_POLICY, user,
		json_pack("{s:s}", "PolicyName", name), &reply, e))
		return false;
	d = iam_document(reply, "GetUserPolicyResult.PolicyDocument", e);
	if (d == NULL)
		return false;
	*document = d;
	return true;
}

bool
iam_put_user_policy(
    struct aws *aws, const char *user, const char *name, const char *document, struct err *e)
{
	return iam_user_call(aws, OP_IAM_PUT_USER_POLICY, user,
	    json_pack("{s:s, s:s}", "PolicyName", name, "PolicyDocument", document), NULL, e);
}

bool
iam_delete_user_policy(struct aws *aws, const char *user, const char *name, struct err *e)
{
	return iam_user_call(
	    aws, OP_IAM_DELETE_USER_POLICY, user, json_pack("{s:s}", "PolicyName", name), NULL, e);
}
