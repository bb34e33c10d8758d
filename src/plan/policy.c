/* SPDX-License-Identifier: MIT */
/* The least-privilege IAM policy for running rootlock, from the same tables as the plan. */
#include <string.h>

#include "plan.h"

static void
add_action(json_t *actions, const char *action)
{
	size_t i;
	const json_t *a;

	if (action == NULL)
		return;
	json_array_foreach (actions, i, a)
		if (strcmp(json_string_value(a), action) == 0)
			return;
	json_array_append_new(actions, json_string(action));
}

static json_t *
reads(void)
{
	json_t *actions = json_array();

	for (int op = 0; op < OP_NONE; op++)
		if (!aws_op_writes((enum aws_op_id)op))
			add_action(actions, aws_op((enum aws_op_id)op)->iam_action);
	return actions;
}

static json_t *
writes(void)
{
	json_t *actions = json_array();

	for (size_t i = 0; i < screen_count(); i++) {
		const struct screen_def *s = screen_at(i);

		for (size_t k = 0; k < s->nsteps; k++)
			for (size_t c = 0; c < s->steps[k].ncalls; c++) {
				enum aws_op_id op = s->steps[k].calls[c].op;

				if (aws_op_writes(op))
					add_action(actions, aws_op(op)->iam_action);
			}
	}
	/* CreateTrail with tags needs it (Service Authorization Reference, AWS CloudTrail). */
	add_action(actions, "cloudtrail:AddTags");
	add_action(actions, "iam:TagUser");
	add_action(actions, "iam:TagMFADevice");
	return actions;
}

json_t *
plan_policy(bool audit)
{
	json_t *statements = json_pack("[{s:s, s:s, s:o, s:s}]", "Sid", "RootlockReads", "Effect",
	    "Allow", "Action", reads(), "Resource", "*");

	if (!audit)
		json_array_append_new(
		    statements, json_pack("{s:s, s:s, s:o, s:s}", "Sid", "RootlockWrites", "Effect",
				    "Allow", "Action", writes(), "Resource", "*"));
	return json_pack("{s:s, s:o}", "Version", "2012-10-17", "Statement", statements);
}
