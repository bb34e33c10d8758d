/* SPDX-License-Identifier: MIT */
/* Consent: everything that would be done, before anything is. */
#include <stdio.h>
#include <string.h>

#include "sheet.h"

enum { BUTTON_BACK, BUTTON_APPLY };

struct review {
	struct sheet sheet;
	const struct plan *plan;
	bool calls; /* d: with the API's names */
	char apply[40];
	char intro[200];
};

static void
look_of(enum verdict v, enum mark *mark, enum style *style, const char **word)
{
	switch (v) {
	case VERDICT_OK:
		*mark = MARK_PASS, *style = STYLE_GOOD, *word = "as wanted already";
		return;
	case VERDICT_NEEDED:
		*mark = MARK_CURSOR, *style = STYLE_WARN, *word = "will be changed";
		return;
	case VERDICT_NOT_APPLICABLE:
		*mark = MARK_NA, *style = STYLE_DIM, *word = "does not apply";
		return;
	case VERDICT_PERSON:
		*mark = MARK_WAIT, *style = STYLE_WAIT, *word = "by your hand, guided";
		return;
	case VERDICT_BLOCKED:
		*mark = MARK_FAIL, *style = STYLE_BAD, *word = "not possible yet";
		return;
	case VERDICT_UNKNOWN:
		break;
	}
	*mark = MARK_UNKNOWN, *style = STYLE_WARN, *word = "could not be read";
}

static void
add_calls(struct view *v, const struct plan_item *it)
{
	for (size_t i = 0; i < it->ncalls; i++) {
		const struct aws_op *op = aws_op(it->calls[i].op);

		view_printf(v, STYLE_STRONG, 4, "%s:%s  %s", aws_service_name(op->service),
		    op->action, it->calls[i].about);
	}
}

static void
add_item(struct view *v, int cols, const struct plan_item *it, bool calls)
{
	enum mark mark;
	enum style style;
	const char *word;

	look_of(it->verdict, &mark, &style, &word);
	view_printf(v, style, 0, "%s %s%s%s   %s", term_mark(mark), it->step->title,
	    it->subject != NULL ? ": " : "", it->subject != NULL ? it->subject : "", word);
	view_wrap(v, STYLE_TEXT, 4, cols, it->evidence);
	if (it->verdict != VERDICT_NEEDED && it->verdict != VERDICT_PERSON)
		return;
	if (it->step->risk != NULL)
		view_keyval(v, 10, cols, "    Risk", it->step->risk, STYLE_WARN);
	if (it->step->cost != NULL)
		view_keyval(v, 10, cols, "    Cost", it->step->cost, STYLE_TEXT);
	if (it->step->undo_text != NULL)
		view_keyval(v, 10, cols, "    Undo", it->step->undo_text, STYLE_TEXT);
	if (calls)
		add_calls(v, it);
	else if (it->ncalls > 0)
		view_printf(v, STYLE_DIM, 4, "%zu %s to AWS (d lists)", it->ncalls,
		    it->ncalls == 1 ? "call" : "calls");
}

static void
build(struct sheet *s, struct view *v, int cols)
{
	const struct review *r = s->arg;

	view_wrap(v, STYLE_STRONG, 0, cols, r->intro);
	for (size_t i = 0; i < r->plan->n; i++) {
		view_blank(v);
		add_item(v, cols, &r->plan->items[i], r->calls);
	}
}

static bool
key(struct sheet *s, const struct input *in)
{
	struct review *r = s->arg;

	if (in->act != ACT_CALLS && !(in->act == ACT_CHAR && in->ch == 'd' && !in->pasted))
		return false;
	r->calls = !r->calls;
	return true;
}

static void
hints(const struct sheet *s, struct hints *h)
{
	const struct review *r = s->arg;

	hints_add(h, "d", r->calls ? "hide calls" : "show calls");
}

enum request
review_run(struct tui *t, const struct screen_def *screen, const struct plan *plan)
{
	struct review r = { .plan = plan };
	size_t n = plan_calls(plan);
	enum request q;

	sheet_init(&r.sheet, screen->title, &r);
	snprintf(r.intro, sizeof r.intro,
	    "Nothing has been changed yet. %zu %s would be made to account %s:", n,
	    n == 1 ? "call" : "calls", t->run->account.caller.account);
	snprintf(r.apply, sizeof r.apply, "Apply: make %s %zu %s", n == 1 ? "this" : "these", n,
	    n == 1 ? "call" : "calls");
	r.sheet.build = build;
	r.sheet.key = key;
	r.sheet.hints = hints;
	r.sheet.back = BUTTON_BACK;
	buttons_add(&r.sheet.buttons, "Back, change nothing");
	buttons_add(&r.sheet.buttons, r.apply);
	q = sheet_run(t, &r.sheet);
	return q == REQ_NEXT && r.sheet.buttons.focus != BUTTON_APPLY ? REQ_BACK : q;
}
