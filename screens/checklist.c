/* SPDX-License-Identifier: MIT */
/* The hub: every check with its state; the page itself is the checklist's own. */
#include "plan.h"

struct checklist {
	char unused;
};

const struct screen_def screen_checklist = {
	.id = "checklist",
	.title = "Checklist",
	.why = "Every check of this account, as the account answers it now. The course's five "
	       "stand first. Open one to see why, and to fix it; it turns green when the account "
	       "says so.",
	.kind = PAGE_CHECKLIST,
	.flags = SCREEN_NO_ANSWERS,
	.model_size = sizeof(struct checklist),
};
