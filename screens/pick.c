/* SPDX-License-Identifier: MIT */
/* Choices that are the same in every screen. */
#include "pick.h"

#include "json.h"

static bool
list_names(struct run *run, const char *list, const char *member, struct choices *out)
{
	const json_t *item;
	size_t i;

	json_array_foreach (json_object_get(facts_value(run->facts, FACT_AUTH), list), i, item)
		choices_add(out, json_text_or(item, member, "?"), NULL, NULL);
	return true;
}

bool
pick_group(struct run *run, const void *model, struct choices *out, struct err *e)
{
	(void)model;
	return facts_need(run->facts, FACT(AUTH), e) && list_names(run, "groups", "GroupName", out);
}

bool
pick_user(struct run *run, const void *model, struct choices *out, struct err *e)
{
	(void)model;
	return facts_need(run->facts, FACT(AUTH), e) && list_names(run, "users", "UserName", out);
}

bool
pick_policy(struct run *run, const void *model, struct choices *out, struct err *e)
{
	json_auto_t *all = iam_list_policies(run_session(run, SESSION_SETUP), "All", e);
	const json_t *p;
	size_t i;

	(void)model;
	if (all == NULL)
		return false;
	json_array_foreach (all, i, p)
		choices_add(out, json_text_or(p, "Arn", ""), json_text_or(p, "PolicyName", ""),
		    json_text(p, "Description"));
	return true;
}
