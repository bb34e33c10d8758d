/* SPDX-License-Identifier: MIT */
/* The hub's state, shared by checklist.c (reading, acting) and checklist_draw.c. */
#ifndef CHECKLIST_H
#define CHECKLIST_H

#include "sheet.h"

struct check_row {
	const struct check *check;	/* NULL: a screen without checks */
	const struct screen_def *screen;
	size_t index;			/* of the screen */
	struct finding finding;
	bool known;			/* evaluated since the last reading */
	bool done;			/* opened and finished in this run */
};

struct checklist {
	struct page page;
	struct check_row *rows;
	size_t n;
	int focus;
	size_t walked;			/* the screen that `n` goes on from */
	bool loading;
	char note[120];
	struct view view;
};

void	checklist_draw(struct checklist *c, struct area a);
/* The box behind ?: all that is known of the row in focus; arg is the checklist. */
void	checklist_note(void *arg, struct view *v, int cols);

#endif
