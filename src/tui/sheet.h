/* SPDX-License-Identifier: MIT */
/*
 * The common page: text built for the width it gets, up to two entries, a line
 * of status, buttons.  Questions, results, explanations and what is revealed
 * are sheets that differ in their text and keys.
 */
#ifndef SHEET_H
#define SHEET_H

#include "edit.h"
#include "page.h"
#include "view.h"

#define BUTTONS_MAX 4
#define ENTRIES_MAX 2

struct buttons {
	const char *label[BUTTONS_MAX];
	int n, focus;
};

void	buttons_add(struct buttons *b, const char *label);
/* Draw in one line, the focused one (when lit) in reverse. */
void	buttons_draw(const struct buttons *b, int y, int x, int cols, bool lit);

/* One entry: text, or a secret when box is set. */
struct entry {
	const char *label;
	struct edit *edit;
	struct secretbox *box;
	int cols;
};

struct sheet {
	struct page page;
	/* The text, anew for each drawing. */
	void (*build)(struct sheet *s, struct view *v, int cols);
	/* Keys of its own, before all others; true when used. */
	bool (*key)(struct sheet *s, const struct input *in);
	void (*hints)(const struct sheet *s, struct hints *h);
	/* Every `every` ms; may leave a request. */
	void (*tick)(struct sheet *s);
	struct entry entries[ENTRIES_MAX];
	int nentries;
	struct buttons buttons;
	/* 0..nentries-1: the entry; nentries: the buttons. */
	int focus;
	char status[512];
	enum style status_style;
	int every;		/* ms between drawings, 0 = none */
	int back;		/* index of the button that Esc stands for; -1: none */
	const char *enter;	/* what Enter does, for the footer; NULL: "choose" */
	struct view view;
	void *arg;
};

/* Set the status line. */
void	sheet_status(struct sheet *s, enum style style, const char *fmt, ...)
	    __attribute__((format(printf, 3, 4)));
void	sheet_init(struct sheet *s, const char *title, void *arg);
/* Show it on top (REQ_NEXT: buttons.focus tells which; REQ_BACK; REQ_QUIT) and take it away. */
enum request sheet_run(struct tui *t, struct sheet *s);
/* In three parts, for pages that stay up while something is done. */
void	sheet_push(struct tui *t, struct sheet *s);
enum request sheet_wait(struct sheet *s);
void	sheet_pop(struct tui *t, struct sheet *s);

/* A box over the page with text to read; Enter or Esc closes it. */
typedef void note_build_fn(void *arg, struct view *v, int cols);
void	note_run(struct tui *t, const char *title, note_build_fn *build, void *arg);

#endif
