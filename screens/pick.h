/* SPDX-License-Identifier: MIT */
/*
 * What several screens offer to choose from in the account: policies, groups,
 * users.  Each is a field's .choices; the model is not looked at.
 */
#ifndef PICK_H
#define PICK_H

#include "plan.h"

/* All managed policies, AWS's and the account's own; one paged ListPolicies. */
bool	pick_policy(struct run *run, const void *model, struct choices *out, struct err *e);
/* Groups and users by name, from the fact AUTH. */
bool	pick_group(struct run *run, const void *model, struct choices *out, struct err *e);
bool	pick_user(struct run *run, const void *model, struct choices *out, struct err *e);

#endif
