/* SPDX-License-Identifier: MIT */
/* Private to the parts of the screen admin_group. */
#ifndef ADMIN_GROUP_H
#define ADMIN_GROUP_H

#include "plan.h"

struct admin_group {
	char *name;
	struct strlist policies;
	bool move_to_groups;
	char *move_group; /* "": one USER-access for each */
};

/* admin_group_move.c: users with policies of their own get a group that carries them. */
void admin_group_each_user(struct run *run, const void *model, struct strlist *subjects);
bool admin_group_check_move(struct step_ctx *c, struct err *e);
bool admin_group_apply_move(struct step_ctx *c, struct err *e);
bool admin_group_undo_move(struct step_ctx *c, const json_t *before, struct err *e);

/* True when the list `key` of a detail holds an attached policy with this ARN. */
bool admin_group_attached(const json_t *detail, const char *arn);

#endif
