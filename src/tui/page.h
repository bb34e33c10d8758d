/* SPDX-License-Identifier: MIT */
/*
 * Pages on a stack and the one event loop that serves the top one.  A page's
 * act() edits only its own state and leaves a request; whoever pushed the page
 * reads the request and acts on it, at his own depth.  Waiting for AWS turns
 * the same loop (tui_wait), so keys, a resize and the spinner go on meanwhile.
 */
#ifndef PAGE_H
#define PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "answers.h"
#include "keys.h"
#include "plan.h"
#include "terminal.h"

struct tui;
struct page;
struct script;

enum request {
	REQ_NONE,
	REQ_NEXT,	/* the page's main button, or Enter on an item */
	REQ_BACK,
	REQ_HELP,
	REQ_CALLS,
	REQ_QUIT,	/* the person leaves, or the terminal is gone */
	REQ_CHOOSE,	/* form: pick values for the field in focus */
	REQ_ADD, REQ_REMOVE,	/* form: records */
	REQ_RELOAD, REQ_WALK,	/* checklist */
	REQ_RETRY,
	REQ_TIMER,	/* something is due that act() may not do itself */
};

#define HINTS_MAX 10

/* What the footer lists. */
struct hints {
	struct hint {
		const char *key, *label;
	} items[HINTS_MAX];
	size_t n;
};
void	hints_add(struct hints *h, const char *key, const char *label);

struct page_ops {
	void (*enter)(struct page *p);
	void (*leave)(struct page *p);
	void (*draw)(struct page *p, struct area body);
	void (*act)(struct page *p, const struct input *in);
	void (*resize)(struct page *p);
	/* Milliseconds until it wants to be drawn again; 0: not before something happens. */
	int (*every)(const struct page *p);
	/* Called when that time is over; may leave a request, like act(). */
	void (*tick)(struct page *p);
	void (*hints)(const struct page *p, struct hints *h);
};

struct page {
	const struct page_ops *ops;
	struct tui *tui;	/* set by page_push() */
	void *state;
	const char *title;
	enum request request;
	bool cancel;		/* Esc while something is in flight: tui_wait() says so */
	bool overlay;		/* the page below stays visible */
	bool tall;		/* no blank lines around the body (QR codes) */
};

#define PAGES_MAX 16

struct tui {
	struct run *run;
	const struct tui_options *options;
	struct answers answers;
	struct script *script;		/* NULL: a real terminal */
	struct page *stack[PAGES_MAX];
	size_t depth;
	bool dirty, in_act, in_paste;
	bool warm;			/* connections are being opened, or it was tried */
	int waiting;			/* how deep in tui_wait() */
	int64_t drawn;			/* clock_ms() of the last drawing */
	bool asking_leave, leave_yes;	/* the question, and where its focus is */
	bool leaving;
	int status;			/* of the program, once leaving */
	bool clean;			/* nothing failed or was unknown in the last audit */
	char progress[200];		/* what a step waits for */
	char last_call[160];		/* the last call that ended */
};

/* ---- page.c ---- */

void	page_push(struct tui *t, struct page *p);
/* The top one, which must be p. */
void	page_pop(struct tui *t, struct page *p);
struct page *page_top(const struct tui *t);
/* Turn the loop until p, the top page, has a request; REQ_QUIT when leaving. */
enum request page_run(struct page *p);
/* Draw what changed: frame, body, overlays, the question whether to leave. */
void	page_draw_all(struct tui *t);
/* Ask whether to leave (and with which status if so). */
void	page_ask_leave(struct tui *t, int status);
/* Keys while that question stands. */
void	page_leave_act(struct tui *t, const struct input *in);
bool	page_too_small(void);
/* Where an overlay of so many rows and columns goes; a frame is drawn around it. */
struct area page_overlay(const char *title, int rows, int cols);

/* ---- loop.c ---- */

/* Draw, wait at most ms, take all keys that are there. */
void	loop_turn(struct tui *t, int ms);
/* The wait port (aws_wait_fn); arg is the struct tui. */
bool	tui_wait(void *arg, struct aws_transport *transport, int ms);
/* The watch port (aws_watch_fn). */
void	tui_watch(void *arg, const struct aws_event *ev);
/* DEV: dies when called from a page's act(), where nothing may wait or ask. */
void	loop_forbid_in_act(const struct tui *t, const char *what);
/* Give one input to whom it belongs. */
void	loop_dispatch(struct tui *t, const struct input *in);

/* ---- progress.c ---- */

/* "Reading ..." over the page below, seen only after 150 ms; Esc cancels. */
struct busy {
	struct page page;
	const char *text;
	int64_t since;
	bool done_once;
};
void	busy_begin(struct tui *t, struct busy *b, const char *text);
void	busy_end(struct tui *t, struct busy *b);
/* A spinner's picture for now; the same one always in scripts. */
const char *progress_spinner(const struct tui *t);
/* The plan_apply() with its page; REQ_QUIT or REQ_BACK when cancelled. */
bool	progress_apply(struct tui *t, const char *title, struct plan *plan, struct err *e);

/* ---- the pages ---- */

struct form;
/*
 * Let the person edit the records of a section (made already).  REQ_NEXT: all
 * are valid.  The edits are in the models whatever the answer is.
 */
enum request form_run(struct tui *t, const struct screen_def *s, struct answers_section *records);
/* Show the consent page; REQ_NEXT only when the person chose to apply. */
enum request review_run(struct tui *t, const struct screen_def *s, const struct plan *plan);
enum request result_run(struct tui *t, const struct screen_def *s, const struct plan *plan);
/* An error of the wizard's own work, with what to do; REQ_RETRY or REQ_BACK. */
enum request result_error(struct tui *t, const char *title, const struct err *e);

struct checklist;
struct checklist *checklist_new(struct tui *t);
void	checklist_free(struct checklist *c);
/*
 * The hub.  Reads what is not known, then lets the person choose: REQ_NEXT
 * with the screen's index; REQ_BACK to leave.
 */
enum request checklist_run(struct checklist *c, size_t *screen);
/* After `screen` was done: go on from there when walking. */
void	checklist_done(struct checklist *c, size_t screen);
/* The registry's index of the page of kind PAGE_CHECKLIST. */
size_t	checklist_index(void);

/* ---- ask.c, enrol.c ---- */

extern const struct ask_ops tui_ask_ops;
bool	enrol_run(struct tui *t, const struct ask_enrol *q, struct err *e);

/* ---- wizard.c ---- */

/* Make t the face of run: it waits, asks and tells through t. */
void	wizard_wire(struct tui *t, struct run *run, const struct tui_options *o);
/* All of it on a terminal that is open; the exit status. */
int	wizard_main(struct tui *t);
/* Open a screen: form, review, apply, result.  REQ_NEXT, REQ_BACK or REQ_QUIT. */
enum request wizard_open(struct tui *t, size_t index);

#endif
