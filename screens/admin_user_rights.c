/* SPDX-License-Identifier: MIT */
/* The user, and the groups, policies and boundary that he gets. */
#include <stdio.h>
#include <string.h>

#include "admin_user.h"
#include "alloc.h"
#include "json.h"

/* ---- the user ---- */

/* A typed password that AWS would refuse is refused before the user is made. */
static bool
judge_password(struct step_ctx *c, struct err *e)
{
	const struct admin_user *m = c->model;
	struct facts *facts = c->run->facts;
	const char *fault;

	if (!admin_user_types_password(m) || secret_len(m->typed_password) == 0)
		return true;
	if (!facts_need(facts, FACT(PASSWORD_POLICY), e))
		return false;
	fault = account_password_fault(m->typed_password, facts_value(facts, FACT_PASSWORD_POLICY));
	return fault == NULL || err_set(e, ERR_USAGE, "%s", fault);
}

/* Asked for now, headless, so that it is judged in time too. */
static bool
take_password(struct step_ctx *c, struct err *e)
{
	struct admin_user *m = c->model;

	if (!admin_user_types_password(m) || secret_len(m->typed_password) > 0)
		return true;
	secret_free(m->typed_password);
	m->typed_password = NULL;
	return ask_secret(&c->run->ask, "admin_user.password", "Password for the new user",
		   &m->typed_password, e) &&
	       judge_password(c, e);
}

bool
admin_user_check_create(struct step_ctx *c, struct err *e)
{
	const struct admin_user *m = c->model;

	if (!judge_password(c, e))
		return false;
	if (admin_user_now(c) != NULL)
		return item_verdict(c->item, VERDICT_OK, "the user %s exists", m->name);
	item_call(c->item, OP_IAM_CREATE_USER, "user/%s", m->name);
	return item_verdict(c->item, VERDICT_NEEDED, "there is no user %s", m->name);
}

bool
admin_user_apply_create(struct step_ctx *c, struct err *e)
{
	const struct admin_user *m = c->model;
	const struct aws_tag *ours = run_tags(c->run);
	struct aws_tag tags[ADMIN_USER_TAGS + 3] = { ours[0], ours[1] };
	struct strlist keys = { 0 };

	for (size_t i = 0; i < m->tags.n; i++) {
		const char *equal = strchr(m->tags.items[i], '=');
		AUTO_FREE char *key =
		    xstrndup(m->tags.items[i], (size_t)(equal - m->tags.items[i]));

		strlist_add(&keys, key);
		tags[i + 2] = (struct aws_tag){ keys.items[i], equal + 1 };
	}
	for (size_t i = 0; i < keys.n; i++)
		tags[i + 2].key = keys.items[i];
	bool ok = take_password(c, e) &&
		  item_before(c, json_pack("{s:s}", "created", m->name), e) &&
		  iam_create_user(c->aws, m->name, "/", tags, e);

	facts_touch_user(c->run->facts, m->name);
	strlist_free(&keys);
	return ok;
}

bool
admin_user_undo_create(struct step_ctx *c, const json_t *before, struct err *e)
{
	return iam_delete_user(c->aws, json_text_or(before, "created", ""), e);
}

/* ---- what is wanted and missing ---- */

struct rights {
	struct strlist join, attach, new_policies;
	bool make_group;
	const json_t *inlines; /* of the example; borrowed */
	const char *boundary;  /* of the example, or NULL */
};

static void
rights_free(struct rights *r)
{
	strlist_free(&r->join);
	strlist_free(&r->attach);
	strlist_free(&r->new_policies);
}

static bool
listed(const json_t *o, const char *list, const char *member, const char *value)
{
	for (size_t i = 0; i < json_count(o, list); i++) {
		const json_t *item = json_item(o, list, i);
		const char *text =
		    member != NULL ? json_text(item, member) : json_string_value(item);

		if (text != NULL && strcmp(text, value) == 0)
			return true;
	}
	return false;
}

static void
want_group(struct rights *r, const json_t *user, const char *group)
{
	if (!listed(user, "GroupList", NULL, group) && !strlist_has(&r->join, group))
		strlist_add(&r->join, group);
}

static void
want_policy(struct rights *r, const json_t *user, const char *arn)
{
	if (!listed(user, "AttachedManagedPolicies", "PolicyArn", arn) &&
	    !strlist_has(&r->attach, arn))
		strlist_add(&r->attach, arn);
}

static void
want_new_group(struct step_ctx *c, struct rights *r, const json_t *user)
{
	const struct admin_user *m = c->model;
	const json_t *group =
	    administer_find_group(facts_value(c->run->facts, FACT_AUTH), m->new_group);

	if (m->new_group[0] == '\0')
		return;
	r->make_group = group == NULL;
	for (size_t i = 0; i < m->new_group_policies.n; i++)
		if (!listed(group, "AttachedManagedPolicies", "PolicyArn",
			m->new_group_policies.items[i]))
			strlist_add(&r->new_policies, m->new_group_policies.items[i]);
	want_group(r, user, m->new_group);
}

static void
want_as(struct step_ctx *c, struct rights *r, const json_t *user)
{
	const struct admin_user *m = c->model;
	const json_t *as =
	    administer_find_user(facts_value(c->run->facts, FACT_AUTH), m->copy_from);

	if (m->copy_from[0] == '\0' || as == NULL)
		return;
	for (size_t i = 0; i < json_count(as, "GroupList"); i++)
		want_group(r, user, json_string_value(json_item(as, "GroupList", i)));
	for (size_t i = 0; i < json_count(as, "AttachedManagedPolicies"); i++)
		want_policy(r, user,
		    json_text_or(json_item(as, "AttachedManagedPolicies", i), "PolicyArn", ""));
	r->boundary = json_text(as, "PermissionsBoundary.PermissionsBoundaryArn");
	if (json_text(user, "PermissionsBoundary.PermissionsBoundaryArn") != NULL)
		r->boundary = NULL;
	if (json_count(user, "UserPolicyList") == 0)
		r->inlines = json_object_get(as, "UserPolicyList");
}

static void
missing(struct step_ctx *c, struct rights *r)
{
	const struct admin_user *m = c->model;
	const json_t *user = admin_user_now(c);

	*r = (struct rights){ 0 };
	for (size_t i = 0; i < m->groups.n; i++)
		want_group(r, user, m->groups.items[i]);
	for (size_t i = 0; i < m->policies.n; i++)
		want_policy(r, user, m->policies.items[i]);
	want_new_group(c, r, user);
	want_as(c, r, user);
}

bool
admin_user_check_rights(struct step_ctx *c, struct err *e)
{
	const struct admin_user *m = c->model;
	struct rights r;

	missing(c, &r);
	if (m->copy_from[0] != '\0' &&
	    administer_find_user(facts_value(c->run->facts, FACT_AUTH), m->copy_from) == NULL) {
		rights_free(&r);
		return err_set(e, ERR_USAGE, "there is no user %s to copy from", m->copy_from);
	}
	if (r.make_group)
		item_call(c->item, OP_IAM_CREATE_GROUP, "group/%s", m->new_group);
	for (size_t i = 0; i < r.new_policies.n; i++)
		item_call(c->item, OP_IAM_ATTACH_GROUP_POLICY, "group/%s", m->new_group);
	for (size_t i = 0; i < r.join.n; i++)
		item_call(c->item, OP_IAM_ADD_USER_TO_GROUP, "user/%s", m->name);
	for (size_t i = 0; i < r.attach.n; i++)
		item_call(c->item, OP_IAM_ATTACH_USER_POLICY, "user/%s", m->name);
	for (size_t i = 0; i < json_array_size(r.inlines); i++)
		item_call(c->item, OP_IAM_PUT_USER_POLICY, "user/%s", m->name);
	if (r.boundary != NULL)
		item_call(c->item, OP_IAM_PUT_USER_PERMISSIONS_BOUNDARY, "user/%s", m->name);
	rights_free(&r);
	if (c->item->ncalls == 0)
		return item_verdict(c->item, VERDICT_OK, "%s has these permissions", m->name);
	return item_verdict(c->item, VERDICT_NEEDED, "%s lacks permissions", m->name);
}

/* ---- apply ---- */

static bool
give_policies(struct step_ctx *c, const struct rights *r, struct err *e)
{
	const struct admin_user *m = c->model;

	for (size_t i = 0; i < r->attach.n; i++)
		if (!iam_attach_user_policy(c->aws, m->name, r->attach.items[i], e))
			return false;
	for (size_t i = 0; i < json_array_size(r->inlines); i++) {
		const json_t *p = json_array_get(r->inlines, i);
		AUTO_FREE char *text = policydoc_text(json_object_get(p, "PolicyDocument"));

		if (!iam_put_user_policy(
			c->aws, m->name, json_text_or(p, "PolicyName", ""), text, e))
			return false;
	}
	return r->boundary == NULL ||
	       iam_put_user_permissions_boundary(c->aws, m->name, r->boundary, e);
}

static bool
give_groups(struct step_ctx *c, const struct rights *r, struct err *e)
{
	const struct admin_user *m = c->model;

	if (r->make_group && !iam_create_group(c->aws, m->new_group, "/", e))
		return false;
	for (size_t i = 0; i < r->new_policies.n; i++)
		if (!iam_attach_group_policy(c->aws, m->new_group, r->new_policies.items[i], e))
			return false;
	for (size_t i = 0; i < r->join.n; i++)
		if (!iam_add_user_to_group(c->aws, r->join.items[i], m->name, e))
			return false;
	return true;
}

static json_t *
as_json(const struct strlist *l)
{
	json_t *a = json_array();

	for (size_t i = 0; i < l->n; i++)
		json_array_append_new(a, json_string(l->items[i]));
	return a;
}

bool
admin_user_apply_rights(struct step_ctx *c, struct err *e)
{
	const struct admin_user *m = c->model;
	struct rights r;

	if (admin_user_now(c) == NULL)
		return err_set(e, ERR_REFUSED, "there is no user %s", m->name);
	missing(c, &r);
	json_t *before = json_pack("{s:s, s:o, s:o, s:s, s:b, s:o, s:o}", "user", m->name, "joined",
	    as_json(&r.join), "attached", as_json(&r.attach), "new_group", m->new_group,
	    "made_group", r.make_group, "group_policies", as_json(&r.new_policies), "inline",
	    r.inlines != NULL ? json_deep_copy(r.inlines) : json_array());
	bool ok = item_before(c, before, e) && give_groups(c, &r, e) && give_policies(c, &r, e);

	rights_free(&r);
	return ok;
}

bool
admin_user_undo_rights(struct step_ctx *c, const json_t *b, struct err *e)
{
	const char *user = json_text_or(b, "user", ""), *group = json_text_or(b, "new_group", "");
	bool ok = true;

	for (size_t i = 0; ok && i < json_count(b, "joined"); i++)
		ok = iam_remove_user_from_group(
		    c->aws, json_string_value(json_item(b, "joined", i)), user, e);
	for (size_t i = 0; ok && i < json_count(b, "attached"); i++)
		ok = iam_detach_user_policy(
		    c->aws, user, json_string_value(json_item(b, "attached", i)), e);
	for (size_t i = 0; ok && i < json_count(b, "inline"); i++)
		ok = iam_delete_user_policy(
		    c->aws, user, json_text_or(json_item(b, "inline", i), "PolicyName", ""), e);
	for (size_t i = 0; ok && i < json_count(b, "group_policies"); i++)
		ok = iam_detach_group_policy(
		    c->aws, group, json_string_value(json_item(b, "group_policies", i)), e);
	return ok && (!json_bool(b, "made_group") || iam_delete_group(c->aws, group, e));
}
