/* SPDX-License-Identifier: MIT */
/* The form page: form.c takes the keys, form_draw.c draws, form_run.c decides. */
#ifndef FORM_H
#define FORM_H

#include "field.h"
#include "sheet.h"

#define STOPS_MAX 64
#define STOP_RECORD 900		/* "entry 1 of 3" */
#define STOP_BUTTON 1000	/* + index */

struct form {
	struct page page;
	const struct screen_def *screen;
	struct answers_section *records;
	size_t at;			/* record shown */
	int focus;			/* field index, STOP_RECORD or STOP_BUTTON + i */
	struct field_editor editor;
	struct buttons buttons;
	enum request asked[BUTTONS_MAX];	/* what each button asks for */
	char (*errors)[512];		/* of each field; "" = none */
	char error[512];		/* of the whole */
	struct blocks blocks;		/* what the screen renders for this record */
	bool stale;			/* blocks must be made again */
	struct buf rights;		/* what the caller may not do here; "" = nothing */
	struct view view;
};

extern const struct page_ops form_ops;

void   *form_model(const struct form *f);
bool	form_applies(const struct form *f, size_t field);
/* The field in focus, or NULL. */
const struct field *form_field(const struct form *f);
/* Move the focus (closing and opening the editor). */
void	form_go(struct form *f, int stop);
/* Show another record. */
void	form_show(struct form *f, size_t record);
/* Make the buttons for the number of records there are. */
void	form_make_buttons(struct form *f);
/* True when a step of the screen may make a call that changes something. */
bool	form_writes(const struct screen_def *s);

/* ---- form_draw.c ---- */

void	form_draw(struct page *p, struct area a);

/* ---- form_calls.c ---- */

/* Text of the box behind F2: every step with its calls, cost and undo; arg: the screen. */
void	form_calls_note(void *arg, struct view *v, int cols);

/* ---- table.c ---- */

/* A list to choose from, searched as one types. */
struct pick {
	const char *title;
	const struct choices *choices;
	bool many;		/* several: chosen holds them before and after */
	bool own;		/* what is typed may be taken as it is */
	struct strlist *chosen;	/* many */
	char *value;		/* one: before (borrowed, may be NULL) and after (xfree()) */
};
/* REQ_NEXT when something was chosen; the rest is as before otherwise. */
enum request table_pick(struct tui *t, struct pick *p);

#endif
