/* SPDX-License-Identifier: MIT */
/*
 * The way through the screens: those before the checklist in order, then the
 * checklist as hub.  A screen is form, plan, consent, apply, result; one that
 * would write nothing goes without the consent page.
 */
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "page.h"

/* ---- one screen ---- */

/* Read what the screen needs and make its first record. */
static bool
prepare(struct tui *t, size_t index, struct err *e)
{
	const struct screen_def *s = screen_at(index);
	struct answers_section *sec = &t->answers.section[index];
	bool fresh = sec->n == 0, ok = true;
	struct busy busy;
	void *model;

	busy_begin(t, &busy, "Reading the account");
	if (t->run->facts != NULL && s->facts != 0)
		ok = facts_need(t->run->facts, s->facts, e);
	if (ok) {
		model = answers_model(&t->answers, index, 0);
		if (fresh && s->prepare != NULL)
			ok = s->prepare(t->run, model, e);
	}
	busy_end(t, &busy);
	if (!ok && fresh && sec->n > 0)
		answers_remove(&t->answers, index, 0);
	return ok;
}

static bool
make_plan(struct tui *t, const struct screen_def *s, struct plan *plan, struct err *e)
{
	struct strlist only = { .items = NULL };
	struct busy busy;
	bool ok;

	strlist_add(&only, s->id);
	busy_begin(t, &busy, "Comparing with the account");
	ok = plan_make(t->run, &t->answers, &only, plan, e);
	busy_end(t, &busy);
	strlist_free(&only);
	return ok;
}

static bool
apply(struct tui *t, const struct screen_def *s, struct plan *plan, struct err *e)
{
	struct run *run = t->run;

	/* Only now may anything be written: the person has agreed to these calls. */
	if (plan_calls(plan) > 0 && run->session[SESSION_SETUP] != NULL && run->journal == NULL &&
	    !run_begin_writing(run, e))
		return false;
	return progress_apply(t, s->title, plan, e);
}

/* Consent, apply, result.  REQ_NEXT: done with; REQ_RETRY: plan again; REQ_BACK: the form. */
static enum request
carry_out(struct tui *t, const struct screen_def *s, struct plan *plan)
{
	struct err e = { 0 };
	enum request r = REQ_NEXT;

	if (plan->n == 0)
		return REQ_NEXT;
	if (plan_calls(plan) > 0)
		r = review_run(t, s, plan);
	if (r != REQ_NEXT)
		return r;
	if (!apply(t, s, plan, &e) && e.kind != ERR_CANCELLED)
		return result_error(t, s->title, &e);
	return t->leaving ? REQ_QUIT : result_run(t, s, plan);
}

static enum request
plan_and_apply(struct tui *t, const struct screen_def *s)
{
	enum request r;

	do {
		struct plan plan = { .n = 0 };
		struct err e = { 0 };

		if (make_plan(t, s, &plan, &e))
			r = carry_out(t, s, &plan);
		else if (e.kind == ERR_CANCELLED)
			r = REQ_BACK;
		else
			r = result_error(t, s->title, &e);
		plan_free(&plan);
	} while (r == REQ_RETRY && !t->leaving);
	return t->leaving ? REQ_QUIT : r;
}

/* REQ_NEXT: what the form needs has been read. */
static enum request
make_ready(struct tui *t, size_t index)
{
	enum request r = REQ_RETRY;
	struct err e = { 0 };

	while (r == REQ_RETRY && !t->leaving) {
		if (prepare(t, index, &e))
			return REQ_NEXT;
		r = e.kind == ERR_CANCELLED ? REQ_BACK
					    : result_error(t, screen_at(index)->title, &e);
		err_clear(&e);
	}
	return r == REQ_NEXT ? REQ_BACK : r;
}

enum request
wizard_open(struct tui *t, size_t index)
{
	const struct screen_def *s = screen_at(index);
	enum request r;

	do {
		/* Also on the way back to the form: what was done has changed the account. */
		r = make_ready(t, index);
		if (r != REQ_NEXT)
			break;
		r = form_run(t, s, &t->answers.section[index]);
		if (r != REQ_NEXT)
			break;
		r = plan_and_apply(t, s);
	} while (r == REQ_BACK);
	return t->leaving ? REQ_QUIT : r;
}

/* ---- all of them ---- */

/* The screens before the hub, back and forth; Esc on the first one asks to leave. */
static void
before_hub(struct tui *t, size_t first)
{
	size_t hub = checklist_index(), i = first;

	while (i < hub && !t->leaving) {
		enum request r = wizard_open(t, i);

		if (r == REQ_NEXT) {
			i++;
		} else if (r == REQ_BACK && i > 0) {
			i--;
		} else if (r == REQ_BACK) {
			/* The question stands over the page that is opened again. */
			page_ask_leave(t, 3);
		}
	}
}

static void
hub(struct tui *t, size_t start)
{
	struct checklist *c = checklist_new(t);
	size_t index = start;
	enum request r;

	while (!t->leaving) {
		if (index >= screen_count() && checklist_run(c, &index) != REQ_NEXT)
			break;
		r = wizard_open(t, index);
		if (r == REQ_NEXT)
			checklist_done(c, index);
		index = screen_count();
	}
	checklist_free(c);
}

int
wizard_main(struct tui *t)
{
	size_t start = screen_count(), first = 0, hub_at = checklist_index();

	if (t->options->start != NULL && screen_find(t->options->start, &start) != NULL) {
		/* Opened for one screen: only the last page before the hub (sign-in) stands before.
		 */
		first = start >= hub_at && hub_at > 0 ? hub_at - 1 : start;
		if (start <= hub_at)
			start = screen_count();
	}
	before_hub(t, first);
	if (!t->leaving)
		hub(t, start);
	answers_free(&t->answers);
	return t->status;
}

void
wizard_wire(struct tui *t, struct run *run, const struct tui_options *o)
{
	*t = (struct tui){ .run = run, .options = o, .status = 3 };
	run->wait = tui_wait;
	run->wait_arg = t;
	run->watch = tui_watch;
	run->watch_arg = t;
	run->ask = (struct ask){ .ops = &tui_ask_ops, .arg = t, .headless = false };
}

int
tui_wizard(struct run *run, const struct tui_options *o, struct err *e)
{
	struct tui t;
	int status;

	if (!term_open(o, e))
		return 252;
	wizard_wire(&t, run, o);
	status = wizard_main(&t);
	term_close();
	return status;
}
