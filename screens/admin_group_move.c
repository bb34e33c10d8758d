/* SPDX-License-Identifier: MIT */
/*
 * Users with policies of their own: the same policies on a group, the user in
 * it, then, with consent, the own ones off.  Nobody may gain rights by it: not
 * the user from what the group has besides, not its members from what he has.
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

/* ---- who would gain rights ---- */

static bool
has_all(const json_t *user, const json_t *group)
{
	for (size_t i = 0; i < json_count(user, "AttachedManagedPolicies"); i++)
		if (!admin_group_attached(group, attached_arn(user, i)))
			return false;
	for (size_t i = 0; i < json_count(user, "UserPolicyList"); i++)
		if (!has_inline(group, json_item(user, "UserPolicyList", i)))
			return false;
	return true;
}

/* What the group has, the user has by himself. */
static bool
only_his(const json_t *group, const json_t *user)
{
	json_auto_t *as_group =
	    json_pack("{s:O*}", "GroupPolicyList", json_object_get(user, "UserPolicyList"));

	for (size_t i = 0; i < json_count(group, "AttachedManagedPolicies"); i++)
		if (!admin_group_attached(user, attached_arn(group, i)))
			return false;
	for (size_t i = 0; i < json_count(group, "GroupPolicyList"); i++)
		if (!has_inline(as_group, json_item(group, "GroupPolicyList", i)))
			return false;
	return true;
}

static bool
others_in(const struct step_ctx *c, const char *group)
{
	const json_t *u;
	size_t i;

	json_array_foreach (json_object_get(auth(c), "users"), i, u)
		if (is_member(u, group) && strcmp(json_text_or(u, "UserName", ""), c->subject) != 0)
			return true;
	return false;
}

/* Another document of that name, which PutGroupPolicy would overwrite. */
static bool
name_taken(const json_t *group, const json_t *policy)
{
	for (size_t i = 0; i < json_count(group, "GroupPolicyList"); i++)
		if (strcmp(json_text_or(json_item(group, "GroupPolicyList", i), "PolicyName", ""),
			json_text_or(policy, "PolicyName", "?")) == 0)
			return !has_inline(group, policy);
	return false;
}

/* Why the group cannot take him in, or NULL. */
static const char *
conflict(const struct step_ctx *c, const json_t *user, const json_t *group, const char *name)
{
	if (group == NULL)
		return NULL;
	for (size_t i = 0; i < json_count(user, "UserPolicyList"); i++)
		if (name_taken(group, json_item(user, "UserPolicyList", i)))
			return "it has another policy of the same name";
	if (!has_all(user, group) && others_in(c, name))
		return "its other members would get his rights";
	if (!is_member(user, name) && !only_his(group, user))
		return "it has policies that he does not have";
	return NULL;
}

static char *
target(const struct step_ctx *c)
{
	const struct admin_group *m = c->model;

	return m->move_group[0] != '\0' ? xstrdup(m->move_group)
					: xasprintf("%s-access", c->subject);
}

static void
declare(struct step_ctx *c, const json_t *user, const json_t *group, const char *name)
{
	size_t attached = json_count(user, "AttachedManagedPolicies");
	size_t own = json_count(user, "UserPolicyList");

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
}

bool
admin_group_check_move(struct step_ctx *c, struct err *e)
{
	const json_t *user = administer_find_user(auth(c), c->subject);
	AUTO_FREE char *name = target(c);
	const json_t *group = administer_find_group(auth(c), name);
	const char *why = conflict(c, user, group, name);

	(void)e;
	if (own_policies(user) == 0)
		return item_verdict(
		    c->item, VERDICT_OK, "%s has no policies of his own", c->subject);
	if (why != NULL)
		return item_verdict(c->item, VERDICT_BLOCKED, "the group %s cannot take %s in: %s",
		    name, c->subject, why);
	declare(c, user, group, name);
	return item_verdict(c->item, VERDICT_NEEDED, "%s has %zu policies of his own", c->subject,
	    own_policies(user));
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

struct proof {
	struct aws *aws;
	const json_t *user;
	const char *group;
};

static bool
lists_arn(const json_t *attached, const char *arn)
{
	for (size_t i = 0; i < json_array_size(attached); i++)
		if (strcmp(json_text_or(json_array_get(attached, i), "PolicyArn", ""), arn) == 0)
			return true;
	return false;
}

static bool
carries_inline(const struct proof *p, const json_t *policy, bool *same, struct err *e)
{
	json_auto_t *document = NULL;

	*same = false;
	if (!iam_get_group_policy(
		p->aws, p->group, json_text_or(policy, "PolicyName", ""), &document, e))
		return err_is(e, "NoSuchEntity") && (err_clear(e), true);
	*same = policydoc_equal(document, json_object_get(policy, "PolicyDocument"));
	return true;
}

static bool
lists_member(const json_t *members, const char *user)
{
	for (size_t i = 0; i < json_array_size(members); i++)
		if (strcmp(json_text_or(json_array_get(members, i), "UserName", ""), user) == 0)
			return true;
	return false;
}

/* Every policy, by ARN or by document, and the membership, as AWS says now. */
static bool
carries(void *arg, bool *done, struct err *e)
{
	const struct proof *p = arg;
	json_auto_t *attached = iam_list_attached_group_policies(p->aws, p->group, e);
	json_auto_t *members = attached != NULL ? iam_get_group(p->aws, p->group, e) : NULL;

	if (members == NULL)
		return false;
	*done = lists_member(members, json_text_or(p->user, "UserName", ""));
	for (size_t i = 0; i < json_count(p->user, "AttachedManagedPolicies"); i++)
		*done = *done && lists_arn(attached, attached_arn(p->user, i));
	for (size_t i = 0; *done && i < json_count(p->user, "UserPolicyList"); i++)
		if (!carries_inline(p, json_item(p->user, "UserPolicyList", i), done, e))
			return false;
	return true;
}

/* Until the group is seen to carry everything, the user's own policies stay. */
static bool
proven(struct step_ctx *c, const json_t *user, const char *name, struct err *e)
{
	struct proof p = { .aws = c->aws, .user = user, .group = name };

	return run_wait_until(
	    c->run, "Waiting for the group to show all policies", 2000, 30000, carries, &p, e);
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

/* What the group gets now, for undo to take away again. */
static void
additions(const json_t *user, const json_t *group, json_t *arns, json_t *names)
{
	for (size_t i = 0; i < json_count(user, "AttachedManagedPolicies"); i++)
		if (!admin_group_attached(group, attached_arn(user, i)))
			json_array_append_new(arns, json_string(attached_arn(user, i)));
	for (size_t i = 0; i < json_count(user, "UserPolicyList"); i++) {
		const json_t *p = json_item(user, "UserPolicyList", i);

		if (!has_inline(group, p))
			json_array_append_new(
			    names, json_string(json_text_or(p, "PolicyName", "")));
	}
}

bool
admin_group_apply_move(struct step_ctx *c, struct err *e)
{
	json_auto_t *user = json_deep_copy(administer_find_user(auth(c), c->subject));
	AUTO_FREE char *name = target(c);
	const json_t *group = administer_find_group(auth(c), name);
	json_t *arns = json_array(), *names = json_array();

	additions(user, group, arns, names);
	json_t *before = json_pack("{s:s, s:s, s:b, s:b, s:O*, s:O*, s:o, s:o}", "user", c->subject,
	    "group", name, "created", group == NULL, "joined", !is_member(user, name), "attached",
	    json_object_get(user, "AttachedManagedPolicies"), "inline",
	    json_object_get(user, "UserPolicyList"), "group_attached", arns, "group_inline", names);

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
empty_group(struct aws *aws, const json_t *b, const char *group, struct err *e)
{
	for (size_t i = 0; i < json_count(b, "group_attached"); i++)
		if (!iam_detach_group_policy(
			aws, group, json_string_value(json_item(b, "group_attached", i)), e))
			return false;
	for (size_t i = 0; i < json_count(b, "group_inline"); i++)
		if (!iam_delete_group_policy(
			aws, group, json_string_value(json_item(b, "group_inline", i)), e))
			return false;
	return true;
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
	return empty_group(c->aws, before, group, e) &&
	       (!json_bool(before, "created") || iam_delete_group(c->aws, group, e));
}
