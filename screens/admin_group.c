/* SPDX-License-Identifier: MIT */
/* A group that passes its policies to its members (IAM User Guide, "IAM user groups"). */
#include <stdio.h>
#include <string.h>

#include "admin_group.h"
#include "alloc.h"
#include "json.h"
#include "pick.h"
#include "text.h"

#define ADMIN_POLICY "arn:aws:iam::aws:policy/AdministratorAccess"

/* ---- the check: nobody has policies of his own ---- */

static void
evaluate(const struct facts *facts, struct finding *f)
{
	AUTO_BUF names = BUF_INIT(160);
	const json_t *u;
	size_t i, users = 0, own = 0;

	if (finding_unreadable(f, facts, FACT(AUTH)))
		return;
	json_array_foreach (json_object_get(facts_value(facts, FACT_AUTH), "users"), i, u) {
		users++;
		if (json_count(u, "AttachedManagedPolicies") + json_count(u, "UserPolicyList") == 0)
			continue;
		buf_printf(&names, "%s%s", own++ > 0 ? ", " : "", json_text_or(u, "UserName", "?"));
	}
	finding_add(f, facts, FACT_AUTH, "Users", json_integer((json_int_t)users));
	if (own > 0)
		finding_set(f, CHECK_FAIL, "Users with policies of their own: %s.",
		    names.failed ? "many" : buf_str(&names));
	else if (users == 0)
		finding_set(f, CHECK_NOT_APPLICABLE, "There is no IAM user yet.");
	else
		finding_set(f, CHECK_PASS, "No user has policies of his own.");
}

static const char *const refs[] = { "CIS 7.0 2.13", "CIS 5.0 1.14", "FSBP IAM.2", NULL };

static const struct check checks[] = {
	{
	    .id = "group-permissions",
	    .title = "Use groups to assign permissions",
	    .rank = 4,
	    .refs = refs,
	    .facts = FACT(AUTH),
	    .how = FIX_AUTOMATIC,
	    .evaluate = evaluate,
	},
};

/* ---- fields ---- */

static bool
name_ok(const char *text, struct err *e)
{
	size_t n = strlen(text);

	if (n == 0 || n > 128)
		return err_set(e, ERR_USAGE, "A group's name has 1 to 128 characters.");
	if (!text_only(text, "+=,.@_-"))
		return err_set(e, ERR_USAGE,
		    "Letters, digits and + = , . @ _ - are allowed; no "
		    "spaces.");
	return true;
}

static bool
arn_ok(const char *text, struct err *e)
{
	if (strncmp(text, "arn:aws", 7) == 0 && strstr(text, ":iam::") != NULL &&
	    strstr(text, ":policy/") != NULL)
		return true;
	return err_set(e, ERR_USAGE, "A policy's ARN, such as " ADMIN_POLICY ".");
}

static bool
move_group_ok(const char *text, struct err *e)
{
	return text[0] == '\0' || name_ok(text, e);
}

static bool
moves(const void *model)
{
	return ((const struct admin_group *)model)->move_to_groups;
}

static const struct field fields[] = {
	{
	    .id = "name",
	    .label = "Group name",
	    .help = "The group for people who administer everything, for example Administrators. "
		    "An existing group of that name is used as it is and gets what it lacks.",
	    FIELD(struct admin_group, name),
	    .def = "Administrators",
	    .validate = name_ok,
	},
	{
	    .id = "policies",
	    .label = "Policies",
	    .help = "What the group's members may do. AdministratorAccess allows everything; "
		    "search for others by typing a part of the name. At most ten.",
	    FIELD(struct admin_group, policies),
	    .def = ADMIN_POLICY,
	    .choices = pick_policy,
	    .validate = arn_ok,
	},
	{
	    .id = "move_to_groups",
	    .label = "Move users' own policies",
	    .help = "For each user who has policies of his own: a group USER-access with the same "
		    "policies, the user in it, and, once that is proven, his own ones taken "
		    "off. The old documents are kept in the journal, so it can be undone.",
	    FIELD(struct admin_group, move_to_groups),
	    .def = "no",
	},
	{
	    .id = "move_group",
	    .label = "Group to move them to",
	    .help = "One group for all those users. Only users whose own policies are the same as "
		    "the group's are moved, so that nobody gets more rights than before. Leave it "
		    "empty for a group USER-access for each.",
	    FIELD(struct admin_group, move_group),
	    .validate = move_group_ok,
	    .choices = pick_group,
	    .applies = moves,
	},
};

static bool
prepare(struct run *run, void *model, struct err *e)
{
	struct admin_group *m = model;
	AUTO_FREE char *arn =
	    xasprintf("arn:%s:iam::aws:policy/AdministratorAccess", run->account.partition->id);

	(void)e;
	strlist_free(&m->policies);
	strlist_add(&m->policies, arn);
	return true;
}

static bool
validate(const void *model, struct err *e)
{
	const struct admin_group *m = model;

	if (m->policies.n > 0 && m->policies.n <= 10)
		return true;
	snprintf(e->operation, sizeof e->operation, "policies");
	return err_set(e, ERR_USAGE, "A group needs at least one policy, and has at most ten.");
}

/* ---- steps ---- */

bool
admin_group_attached(const json_t *detail, const char *arn)
{
	for (size_t i = 0; i < json_count(detail, "AttachedManagedPolicies"); i++)
		if (strcmp(json_text_or(
			       json_item(detail, "AttachedManagedPolicies", i), "PolicyArn", ""),
			arn) == 0)
			return true;
	return false;
}

static const json_t *
group_now(const struct step_ctx *c)
{
	const struct admin_group *m = c->model;

	return administer_find_group(facts_value(c->run->facts, FACT_AUTH), m->name);
}

static bool
check_create(struct step_ctx *c, struct err *e)
{
	const struct admin_group *m = c->model;

	(void)e;
	if (group_now(c) != NULL)
		return item_verdict(c->item, VERDICT_OK, "the group %s exists", m->name);
	item_call(c->item, OP_IAM_CREATE_GROUP, "group/%s", m->name);
	return item_verdict(c->item, VERDICT_NEEDED, "there is no group %s", m->name);
}

static bool
apply_create(struct step_ctx *c, struct err *e)
{
	const struct admin_group *m = c->model;

	return item_before(c, json_pack("{s:s}", "created", m->name), e) &&
	       iam_create_group(c->aws, m->name, "/", e);
}

static bool
undo_create(struct step_ctx *c, const json_t *before, struct err *e)
{
	return iam_delete_group(c->aws, json_text_or(before, "created", ""), e);
}

static bool
check_attach(struct step_ctx *c, struct err *e)
{
	const struct admin_group *m = c->model;
	const json_t *group = group_now(c);

	(void)e;
	for (size_t i = 0; i < m->policies.n; i++)
		if (!admin_group_attached(group, m->policies.items[i]))
			item_call(c->item, OP_IAM_ATTACH_GROUP_POLICY, "group/%s", m->name);
	if (c->item->ncalls == 0)
		return item_verdict(c->item, VERDICT_OK, "%s has its policies", m->name);
	return item_verdict(
	    c->item, VERDICT_NEEDED, "%s lacks %zu of its policies", m->name, c->item->ncalls);
}

static bool
apply_attach(struct step_ctx *c, struct err *e)
{
	const struct admin_group *m = c->model;
	const json_t *group = group_now(c);
	struct strlist missing = { 0 };
	json_t *list = json_array();

	for (size_t i = 0; i < m->policies.n; i++) {
		if (admin_group_attached(group, m->policies.items[i]))
			continue;
		strlist_add(&missing, m->policies.items[i]);
		json_array_append_new(list, json_string(m->policies.items[i]));
	}
	bool ok = item_before(c, json_pack("{s:s, s:o}", "group", m->name, "attached", list), e);

	for (size_t i = 0; ok && i < missing.n; i++)
		ok = iam_attach_group_policy(c->aws, m->name, missing.items[i], e);
	strlist_free(&missing);
	return ok;
}

static bool
undo_attach(struct step_ctx *c, const json_t *before, struct err *e)
{
	for (size_t i = 0; i < json_count(before, "attached"); i++)
		if (!iam_detach_group_policy(c->aws, json_text_or(before, "group", ""),
			json_string_value(json_item(before, "attached", i)), e))
			return false;
	return true;
}

static bool
wants_move(const struct run *run, const void *model)
{
	(void)run;
	return moves(model);
}

static const struct step_call create_calls[] = {
	{ OP_IAM_CREATE_GROUP, "group/{name}", "the group does not exist" },
	{ OP_IAM_DELETE_GROUP, "group/{name}", "the step is undone" },
};
static const struct step_call attach_calls[] = {
	{ OP_IAM_ATTACH_GROUP_POLICY, "group/{name}", "for each policy that is missing" },
	{ OP_IAM_DETACH_GROUP_POLICY, "group/{name}", "the step is undone" },
};
static const struct step_call move_calls[] = {
	{ OP_IAM_CREATE_GROUP, "group/{move_group}", "it does not exist" },
	{ OP_IAM_ATTACH_GROUP_POLICY, "group/{move_group}", "for each attached policy" },
	{ OP_IAM_PUT_GROUP_POLICY, "group/{move_group}", "for each inline policy" },
	{ OP_IAM_ADD_USER_TO_GROUP, "user/{user}", NULL },
	{ OP_IAM_DETACH_USER_POLICY, "user/{user}", "for each attached policy" },
	{ OP_IAM_DELETE_USER_POLICY, "user/{user}", "for each inline policy" },
	{ OP_IAM_ATTACH_USER_POLICY, "user/{user}", "the step is undone" },
	{ OP_IAM_PUT_USER_POLICY, "user/{user}", "the step is undone" },
	{ OP_IAM_REMOVE_USER_FROM_GROUP, "user/{user}", "the step is undone" },
	{ OP_IAM_DETACH_GROUP_POLICY, "group/{move_group}", "the step is undone" },
	{ OP_IAM_DELETE_GROUP_POLICY, "group/{move_group}", "the step is undone" },
	{ OP_IAM_DELETE_GROUP, "group/{move_group}", "the step is undone" },
};

static const struct step steps[] = {
	{
	    .id = "create",
	    .title = "Create the group",
	    .why = "Permissions given to a group are seen and changed in one place.",
	    .cost = "none",
	    .undo_text = "The group is deleted, once it is empty.",
	    .session = SESSION_SETUP,
	    .facts = FACT(AUTH),
	    CALLS(create_calls),
	    .check = check_create,
	    .apply = apply_create,
	    .undo = undo_create,
	},
	{
	    .id = "attach",
	    .title = "Attach its policies",
	    .why = "Members may do what the group's policies allow.",
	    .risk = "AdministratorAccess allows everything, billing aside.",
	    .cost = "none",
	    .undo_text = "The policies are detached again.",
	    .session = SESSION_SETUP,
	    .facts = FACT(AUTH),
	    CALLS(attach_calls),
	    .check = check_attach,
	    .apply = apply_attach,
	    .undo = undo_attach,
	},
	{
	    .id = "move_to_groups",
	    .title = "Move the user's own policies to a group",
	    .why = "Policies on single users are forgotten when people change their work.",
	    .risk = "The user keeps the same rights; the old policies go only after the group has "
		    "them.",
	    .cost = "none",
	    .undo_text = "The user's own policies are put back, the group is removed.",
	    .session = SESSION_SETUP,
	    .facts = FACT(AUTH),
	    CALLS(move_calls),
	    .applies = wants_move,
	    .each = admin_group_each_user,
	    .check = admin_group_check_move,
	    .apply = admin_group_apply_move,
	    .undo = admin_group_undo_move,
	},
};

const struct screen_def screen_admin_group = {
	.id = "admin_group",
	.title = "Administrators' group",
	.why = "Give permissions to groups, never to single users. Here you make the group whose "
	       "members administer the account.",
	.kind = PAGE_FORM,
	FIELDS(fields),
	CHECKS(checks),
	STEPS(steps),
	.model_size = sizeof(struct admin_group),
	.facts = FACT(AUTH),
	.prepare = prepare,
	.validate = validate,
};
