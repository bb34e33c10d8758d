/* SPDX-License-Identifier: MIT */
/*
 * Users with policies of their own: the same policies on a group USER-access,
 * the user in it, then, with consent, the own ones off.
 */
#include <stdio.h>
#include <string.h>

#include "admin_group.h"
#include "alloc.h"
#include "json.h"

static const json_t *
auth(const struct step_ctx *c)
{
	return facts_value(c->run->facts, FACT_AUTH);
}

static size_t
own_policies(const json_t *user)
{
	return json_count(user, "AttachedManagedPolicies") + json_count(user, "UserPolicyList");
}

void
admin_group_each_user(struct run *run, const void *model, struct strlist *subjects)
{
	const json_t *u;
	size_t i;

	(void)model;
	json_array_foreach (json_object_get(facts_value(run->facts, FACT_AUTH), "users"), i, u)
		if (own_policies(u) > 0)
			strlist_add(subjects, json_text_or(u, "UserName", ""));
}

static const char *
attached_arn(const json_t *detail, size_t i)
{
	return json_text_or(json_item(detail, "AttachedManagedPolicies", i), "PolicyArn", "");
}

static bool
is_member(const json_t *user, const char *group)
{
	for (size_t i = 0; i < json_count(user, "GroupList"); i++)
		if (strcmp(json_string_value(json_item(user, "GroupList", i)), group) == 0)
			return true;
	return false;
}

/* The group has an inline policy of that name and meaning. */
static bool
has_inline(const json_t *group, const json_t *policy)
{
	for (size_t i = 0; i < json_count(group, "GroupPolicyList"); i++) {
		const json_t *p = json_item(group, "GroupPolicyList", i);

		if (strcmp(json_text_or(p, "PolicyName", ""),
			json_text_or(policy, "PolicyName", "?")) == 0)
			return policydoc_equal(json_object_get(p, "PolicyDocument"),
			    json_object_get(policy, "PolicyDocument"));
	}
	return false;
}

bool
admin_group_check_move(struct step_ctx *c, struct err *e)
{
	const json_t *user = administer_find_user(auth(c), c->subject);
	AUTO_FREE char *name = xasprintf("%s-access", c->subject);
	const json_t *group = administer_find_group(auth(c), name);
	size_t attached = json_count(user, "AttachedManagedPolicies");
	size_t own = json_count(user, "UserPolicyList");

	(void)e;
	if (attached + own == 0)
		return item_verdict(
		    c->item, VERDICT_OK, "%s has no policies of his own", c->subject);
	if (group == NULL)
		item_call(c->item, OP_IAM_CREATE_GROUP, "group/%s", name);
	for (size_t i = 0; i < attached; i++)
		if (!admin_group_attached(group, attached_arn(user, i)))
			item_call(c->item, OP_IAM_ATTACH_GROUP_POLICY, "group/%s", name);
	for (size_t i = 0; i < own; i++)
		if (!has_inline(group, json_item(user, "UserPolicyList", i)))
			item_call(c->item, OP_IAM_PUT_GROUP_POLICY, "group/%s", name);
	if (!is_member(user, name))
		item_call(c->item, OP_IAM_ADD_USER_TO_GROUP, "user/%s", c->subject);
	for (size_t i = 0; i < attached; i++)
		item_call(c->item, OP_IAM_DETACH_USER_POLICY, "user/%s", c->subject);
	for (size_t i = 0; i < own; i++)
		item_call(c->item, OP_IAM_DELETE_USER_POLICY, "user/%s", c->subject);
	return item_verdict(
	    c->item, VERDICT_NEEDED, "%s has %zu policies of his own", c->subject, attached + own);
}

/* ---- apply ---- */

static bool
put_inline(struct step_ctx *c, const json_t *policy, const char *group, struct err *e)
{
	AUTO_FREE char *text = policydoc_text(json_object_get(policy, "PolicyDocument"));

	return iam_put_group_policy(c->aws, group, json_text_or(policy, "PolicyName", ""), text, e);
}

static bool
fill_group(struct step_ctx *c, const json_t *user, const char *name, struct err *e)
{
	const json_t *group = administer_find_group(auth(c), name);

	if (group == NULL && !iam_create_group(c->aws, name, "/", e))
		return false;
	for (size_t i = 0; i < json_count(user, "AttachedManagedPolicies"); i++)
		if (!admin_group_attached(group, attached_arn(user, i)) &&
		    !iam_attach_group_policy(c->aws, name, attached_arn(user, i), e))
			return false;
	for (size_t i = 0; i < json_count(user, "UserPolicyList"); i++) {
		const json_t *policy = json_item(user, "UserPolicyList", i);

		if (!has_inline(group, policy) && !put_inline(c, policy, name, e))
			return false;
	}
	return is_member(user, name) || iam_add_user_to_group(c->aws, name, c->subject, e);
}

/* The group must really carry everything, as AWS lists it now. */
static bool
proven(struct step_ctx *c, const json_t *user, const char *name, struct err *e)
{
	json_auto_t *attached = iam_list_attached_group_policies(c->aws, name, e);
	json_auto_t *own = attached != NULL ? iam_list_group_policies(c->aws, name, e) : NULL;

	if (own == NULL)
		return false;
	if (json_array_size(attached) >= json_count(user, "AttachedManagedPolicies") &&
	    json_array_size(own) >= json_count(user, "UserPolicyList"))
		return true;
	return err_set(e, ERR_REFUSED,
	    "the group %s does not show all policies; the user's own "
	    "ones were left",
	    name);
}

static bool
take_off(struct step_ctx *c, const json_t *user, struct err *e)
{
	for (size_t i = 0; i < json_count(user, "AttachedManagedPolicies"); i++)
		if (!iam_detach_user_policy(c->aws, c->subject, attached_arn(user, i), e))
			return false;
	for (size_t i = 0; i < json_count(user, "UserPolicyList"); i++)
		if (!iam_delete_user_policy(c->aws, c->subject,
			json_text_or(json_item(user, "UserPolicyList", i), "PolicyName", ""), e))
			return false;
	return true;
}

static bool
consent(struct step_ctx *c, const char *group, struct err *e)
{
	bool yes = false;
	AUTO_FREE char *text = xasprintf("The group %s has the same policies and %s is in it. Now "
					 "the user's own policies can go; undo puts them back.",
	    group, c->subject);
	const struct ask_confirm q = {
		.title = "Take the user's own policies off?",
		.text = text,
		.yes = "Take them off",
		.no = "Leave them",
		.consent_given = c->run->ask.headless,
	};

	return ask_confirm(&c->run->ask, &q, &yes, e) &&
	       (yes || err_set(e, ERR_REFUSED, "the user's own policies were left"));
}

bool
admin_group_apply_move(struct step_ctx *c, struct err *e)
{
	json_auto_t *user = json_deep_copy(administer_find_user(auth(c), c->subject));
	AUTO_FREE char *name = xasprintf("%s-access", c->subject);
	json_t *before = json_pack("{s:s, s:s, s:b, s:b, s:O, s:O}", "user", c->subject, "group",
	    name, "created", administer_find_group(auth(c), name) == NULL, "joined",
	    !is_member(user, name), "attached", json_object_get(user, "AttachedManagedPolicies"),
	    "inline", json_object_get(user, "UserPolicyList"));

	return item_before(c, before, e) && fill_group(c, user, name, e) &&
	       proven(c, user, name, e) && consent(c, name, e) && take_off(c, user, e);
}

/* ---- undo ---- */

static bool
restore_user(struct aws *aws, const json_t *b, const char *user, struct err *e)
{
	for (size_t i = 0; i < json_count(b, "attached"); i++)
		if (!iam_attach_user_policy(
			aws, user, json_text_or(json_item(b, "attached", i), "PolicyArn", ""), e))
			return false;
	for (size_t i = 0; i < json_count(b, "inline"); i++) {
		const json_t *p = json_item(b, "inline", i);
		AUTO_FREE char *text = policydoc_text(json_object_get(p, "PolicyDocument"));

		if (!iam_put_user_policy(aws, user, json_text_or(p, "PolicyName", ""), text, e))
			return false;
	}
	return true;
}

static bool
remove_group(struct aws *aws, const json_t *b, const char *group, struct err *e)
{
	for (size_t i = 0; i < json_count(b, "attached"); i++)
		if (!iam_detach_group_policy(
			aws, group, json_text_or(json_item(b, "attached", i), "PolicyArn", ""), e))
			return false;
	for (size_t i = 0; i < json_count(b, "inline"); i++)
		if (!iam_delete_group_policy(
			aws, group, json_text_or(json_item(b, "inline", i), "PolicyName", ""), e))
			return false;
	return iam_delete_group(aws, group, e);
}

bool
admin_group_undo_move(struct step_ctx *c, const json_t *before, struct err *e)
{
	const char *user = json_text_or(before, "user", ""),
		   *group = json_text_or(before, "group", "");

	if (!restore_user(c->aws, before, user, e))
		return false;
	if (json_bool(before, "joined") && !iam_remove_user_from_group(c->aws, group, user, e))
		return false;
	return !json_bool(before, "created") || remove_group(c->aws, before, group, e);
}
