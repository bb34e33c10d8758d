/* SPDX-License-Identifier: MIT */
/* The account: password policy, alias, summary, managed policies (IAM API Reference). */
#include "iam.h"

#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "iam_parts.h"
#include "service.h"
#include "text.h"

/* Six parameters: what, on whom, and both results; so the next. */
bool
iam_user_call(struct aws *aws, enum aws_op_id op, const char *user, json_t *members, json_t **reply,
    struct err *e)
{
	AUTO_FREE char *about = xasprintf("user/%s", user != NULL ? user : "");
	json_t *owned = members;

	/* json_pack() gave NULL for a NULL user, too. */
	if (owned != NULL && json_object_set_new(owned, "UserName", json_string(user)) != 0) {
		json_decref(owned);
		owned = NULL;
	}
	return members_call(aws, op, about, owned, reply, e);
}

bool
iam_self_call(struct aws *aws, enum aws_op_id op, const char *user, json_t *members, json_t **reply,
    struct err *e)
{
	if (user != NULL)
		return iam_user_call(aws, op, user, members, reply, e);
	return members_call(aws, op, "root", members, reply, e);
}

json_t *
iam_self_list(struct aws *aws, enum aws_op_id op, const char *user, struct err *e)
{
	AUTO_FREE char *about = user != NULL ? xasprintf("user/%s", user) : xstrdup("root");

	return members_list(
	    aws, op, about, user != NULL ? json_pack("{s:s}", "UserName", user) : json_object(), e);
}

bool
iam_group_call(
    struct aws *aws, enum aws_op_id op, const char *group, json_t *members, struct err *e)
{
	AUTO_FREE char *about = xasprintf("group/%s", group != NULL ? group : "");
	json_t *owned = members;

	if (owned != NULL && json_object_set_new(owned, "GroupName", json_string(group)) != 0) {
		json_decref(owned);
		owned = NULL;
	}
	return members_call(aws, op, about, owned, NULL, e);
}

json_t *
iam_document(const json_t *reply, const char *path, struct err *e)
{
	const char *encoded = members_text(reply, path, false, e);
	AUTO_BUF plain = BUF_INIT(BUF_MAX_TEXT);
	json_t *document = NULL;

	if (encoded == NULL)
		return NULL;
	if (text_unpercent(&plain, encoded, strlen(encoded)))
		document = json_parse(plain.data, plain.len, NULL);
	if (document == NULL)
		aws_fail(e, ERR_AWS, "MalformedReply", "%s is not a policy", path);
	return document;
}

/* ---- password policy -------------------------------------------------------------- */

bool
iam_update_account_password_policy(
    struct aws *aws, const struct iam_password_policy *p, struct err *e)
{
	json_t *m = json_pack("{s:i, s:b, s:b, s:b, s:b, s:b, s:b}", "MinimumPasswordLength",
	    p->minimum_length, "RequireSymbols", p->symbols, "RequireNumbers", p->numbers,
	    "RequireUppercaseCharacters", p->uppercase, "RequireLowercaseCharacters", p->lowercase,
	    "AllowUsersToChangePassword", p->users_may_change, "HardExpiry", p->hard_expiry);

	/* "Never" and "none" cannot be sent: leaving them out says it. */
	if (p->max_age_days > 0)
		json_object_set_new(m, "MaxPasswordAge", json_integer(p->max_age_days));
	if (p->reuse_prevention > 0)
		json_object_set_new(
		    m, "PasswordReusePrevention", json_integer(p->reuse_prevention));
	return members_call(
	    aws, OP_IAM_UPDATE_ACCOUNT_PASSWORD_POLICY, "account", m, NULL, e);
}

bool
iam_delete_account_password_policy(struct aws *aws, struct err *e)
{
	return members_call(
	    aws, OP_IAM_DELETE_ACCOUNT_PASSWORD_POLICY, "account", json_object(), NULL, e);
}

/* ---- alias -------------------------------------------------------------------------- */

static bool
alias_call(struct aws *aws, enum aws_op_id op, const char *alias, struct err *e)
{
	AUTO_FREE char *about = xasprintf("alias/%s", alias);

	return members_call(aws, op, about, json_pack("{s:s}", "AccountAlias", alias), NULL, e);
}

bool
iam_create_account_alias(struct aws *aws, const char *alias, struct err *e)
{
	return alias_call(aws, OP_IAM_CREATE_ACCOUNT_ALIAS, alias, e);
}

bool
iam_delete_account_alias(struct aws *aws, const char *alias, struct err *e)
{
	return alias_call(aws, OP_IAM_DELETE_ACCOUNT_ALIAS, alias, e);
}

/* ---- summary, policies ----------------------------------------------------------------- */

bool
iam_get_summary(struct aws *aws, const char *key, int64_t *value, struct err *e)
{
	static const char path[] = "GetAccountSummaryResult.SummaryMap.entry";
	json_auto_t *reply = NULL;

	if (!members_call(aws, OP_IAM_GET_ACCOUNT_SUMMARY, "account", json_object(), &reply, e))
		return false;
	for (size_t i = 0; i < json_count(reply, path); i++) {
		const json_t *entry = json_item(reply, path, i);

		if (strcmp(json_text_or(entry, "key", ""), key) == 0 &&
		    json_int(entry, "value", value))
			return true;
	}
	return aws_fail(e, ERR_AWS, "Absent", "the account's summary does not tell %s", key);
}

json_t *
iam_list_policies(struct aws *aws, const char *scope, struct err *e)
{
	return members_list(aws, OP_IAM_LIST_POLICIES, "policies",
	    json_pack("{s:s, s:i}", "Scope", scope, "MaxItems", 1000), e);
}
