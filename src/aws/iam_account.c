/* SPDX-License-Identifier: MIT */
/* Password policy, alias, summary, managed policies (IAM API Reference). */
#include <stdio.h>
#include <string.h>

#include "iam_call.h"

bool
iam_update_account_password_policy(
    struct aws *aws, const struct iam_password_policy *p, struct err *e)
{
	json_t *params = json_pack("{s:i, s:b, s:b, s:b, s:b, s:b, s:b}", "MinimumPasswordLength",
	    p->minimum_length, "RequireSymbols", p->symbols, "RequireNumbers", p->numbers,
	    "RequireUppercaseCharacters", p->uppercase, "RequireLowercaseCharacters", p->lowercase,
	    "AllowUsersToChangePassword", p->users_may_change, "HardExpiry", p->hard_expiry);

	/* "Never" and "none" are said by leaving out: 0 is refused. */
	if (p->max_age_days > 0)
		json_object_set_new(params, "MaxPasswordAge", json_integer(p->max_age_days));
	if (p->reuse_prevention > 0)
		json_object_set_new(
		    params, "PasswordReusePrevention", json_integer(p->reuse_prevention));
	return iam_call(
	    aws, OP_IAM_UPDATE_ACCOUNT_PASSWORD_POLICY, params, "account", NULL, NULL, e);
}

bool
iam_delete_account_password_policy(struct aws *aws, struct err *e)
{
	return iam_drop(aws, OP_IAM_DELETE_ACCOUNT_PASSWORD_POLICY, NULL, "account", NULL, e);
}

bool
iam_create_account_alias(struct aws *aws, const char *alias, struct err *e)
{
	return iam_call(aws, OP_IAM_CREATE_ACCOUNT_ALIAS, json_pack("{s:s}", "AccountAlias", alias),
	    "alias", alias, NULL, e);
}

bool
iam_delete_account_alias(struct aws *aws, const char *alias, struct err *e)
{
	return iam_drop(aws, OP_IAM_DELETE_ACCOUNT_ALIAS, json_pack("{s:s}", "AccountAlias", alias),
	    "alias", alias, e);
}

json_t *
iam_list_policies(struct aws *aws, const char *scope, struct err *e)
{
	return iam_list(aws, OP_IAM_LIST_POLICIES,
	    json_pack("{s:s, s:i}", "Scope", scope, "MaxItems", 1000), e);
}

bool
iam_get_summary(struct aws *aws, const char *key, int64_t *value, struct err *e)
{
	static const char list[] = "GetAccountSummaryResult.SummaryMap.entry";
	json_auto_t *reply = NULL;

	if (!iam_call(aws, OP_IAM_GET_ACCOUNT_SUMMARY, NULL, "account", NULL, &reply, e))
		return false;
	for (size_t i = 0; i < json_count(reply, list); i++) {
		const json_t *entry = json_item(reply, list, i);

		if (strcmp(json_text_or(entry, "key", ""), key) == 0 &&
		    json_int(entry, "value", value))
			return true;
	}
	err_set(e, ERR_AWS, "the account's summary does not tell %s", key);
	snprintf(e->code, sizeof e->code, "Absent");
	return false;
}
