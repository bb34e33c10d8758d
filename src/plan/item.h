/* SPDX-License-Identifier: MIT */
/* Shared by plan.c, apply.c and undo.c; not for screens. */
#ifndef ITEM_H
#define ITEM_H

#include "plan.h"

/* Forget verdict, evidence and calls. */
void	item_reset(struct plan_item *it);
void	item_free(struct plan_item *it);
/* "trail.logging"; xfree(). */
char   *item_name(const struct plan_item *it);
/* Read the facts that the step needs and run its check; false only on cancel. */
bool	item_check(struct run *run, struct plan_item *it, struct err *e);
bool	item_ends_well(enum verdict v);

#endif
