/* SPDX-License-Identifier: MIT */
/* The hub: every check with its state and evidence, and the way to each screen. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "clock.h"
#include "checklist.h"
#include "form.h"
#include "text.h"

size_t
checklist_index(void)
{
	for (size_t i = 0; i < screen_count(); i++)
		if (screen_at(i)->kind == PAGE_CHECKLIST)
			return i;
	return screen_count();
}

static void
add_screen(struct checklist *c, size_t index, bool done)
{
	c->rows[c->n++] =
	    (struct check_row){ .screen = screen_at(index), .index = index, .done = done };
}

/*
 * Checks by rank, then the screens behind the checklist that have none, then
 * those before it that did something (a sign-in runs out and is done again).
 */
struct checklist *
checklist_new(struct tui *t)
{
	struct checklist *c = xcalloc(1, sizeof *c);
	const struct screen_def *s;
	const struct check *k;

	c->rows = xcalloc(check_count() + screen_count() + 1, sizeof *c->rows);
	for (size_t i = 0; (k = check_at(i, &s)) != NULL; i++) {
		struct check_row *r = &c->rows[c->n++];

		*r = (struct check_row){ .check = k, .screen = s };
		(void)screen_find(s->id, &r->index);
		finding_init(&r->finding);
	}
	for (size_t i = checklist_index() + 1; i < screen_count(); i++)
		if (screen_at(i)->nchecks == 0)
			add_screen(c, i, false);
	for (size_t i = 0; i < checklist_index(); i++)
		if (screen_at(i)->nsteps > 0)
			add_screen(c, i, true);
	c->walked = checklist_index();
	c->page.tui = t;
	return c;
}

void
checklist_free(struct checklist *c)
{
	for (size_t i = 0; i < c->n; i++)
		finding_free(&c->rows[i].finding);
	xfree(c->rows);
	xfree(c);
}

/* ---- reading ---- */

static bool
facts_known(const struct facts *facts, unsigned mask)
{
	for (int i = 0; i < FACT_NONE; i++)
		if ((mask & 1u << i) != 0 && !facts_get(facts, (enum fact_id)i)->known)
			return false;
	return true;
}

/* Evaluate what can be by now, so that results appear as they come. */
static void
evaluate(struct checklist *c)
{
	const struct facts *facts = c->page.tui->run->facts;

	for (size_t i = 0; i < c->n && facts != NULL; i++) {
		struct check_row *r = &c->rows[i];

		if (r->known || r->check == NULL || !facts_known(facts, r->check->facts))
			continue;
		finding_free(&r->finding);
		finding_init(&r->finding);
		r->finding.how = r->check->how;
		r->check->evaluate(facts, &r->finding);
		r->known = true;
	}
}

/* Clean: every check was read and none fails or is unknown. */
static void
judge(struct checklist *c)
{
	bool clean = true;

	for (size_t i = 0; i < c->n; i++) {
		const struct check_row *r = &c->rows[i];

		if (r->check != NULL)
			clean = clean && r->known && r->finding.status != CHECK_FAIL &&
				r->finding.status != CHECK_UNKNOWN;
	}
	c->page.tui->clean = clean;
}

static void
load(struct checklist *c)
{
	struct tui *t = c->page.tui;
	struct err e = { 0 };
	unsigned mask = 0;

	for (size_t i = 0; i < c->n; i++) {
		c->rows[i].known = false;
		if (c->rows[i].check != NULL)
			mask |= c->rows[i].check->facts;
	}
	c->page.cancel = false;
	c->loading = true;
	c->note[0] = '\0';
	t->progress[0] = '\0';
	if (t->run->facts == NULL)
		snprintf(c->note, sizeof c->note, "Not signed in: nothing can be read.");
	else if (!facts_need(t->run->facts, mask, &e))
		snprintf(c->note, sizeof c->note, "Stopped. Press r to read again.");
	evaluate(c);
	c->loading = false;
	c->page.cancel = false;
	judge(c);
	t->dirty = true;
}

/* ---- which comes next ---- */

/* A new account is led through every step, also through those that have no verdict yet. */
static bool
leads_through(const struct checklist *c)
{
	const struct answers_section *sec;
	const struct field_option *o;
	size_t index;

	if (screen_find("welcome", &index) == NULL)
		return false;
	sec = &c->page.tui->answers.section[index];
	if (sec->n == 0)
		return false;
	o = field_chosen(&screen_at(index)->fields[0], sec->models[0]);
	return o != NULL && strcmp(o->value, "bootstrap") == 0;
}

static bool
row_needs_work(const struct check_row *r, bool all)
{
	if (r->check == NULL)
		return !r->done;
	if (!r->known || r->finding.status == CHECK_FAIL || r->finding.status == CHECK_UNKNOWN)
		return true;
	return all && !r->done && r->finding.status == CHECK_NOT_APPLICABLE;
}

static bool
needs_work(const struct checklist *c, size_t index)
{
	bool any = false, all = leads_through(c);

	for (size_t i = 0; i < c->n; i++)
		any = any || (c->rows[i].index == index && row_needs_work(&c->rows[i], all));
	return any;
}

static size_t
next_screen(const struct checklist *c)
{
	for (size_t i = c->walked + 1; i < screen_count(); i++)
		if (needs_work(c, i))
			return i;
	return screen_count();
}

static void
focus_on(struct checklist *c, size_t index)
{
	for (size_t i = c->n; i-- > 0;)
		if (c->rows[i].index == index)
			c->focus = (int)i;
}

void
checklist_done(struct checklist *c, size_t screen)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->rows[i].index == screen)
			c->rows[i].done = true;
	if (screen > checklist_index())
		c->walked = screen;
	focus_on(c, screen);
}

/* ---- acting ---- */

static bool
move(struct checklist *c, const struct input *in)
{
	int last = (int)c->n - 1, page = c->view.rows > 1 ? c->view.rows - 1 : 1;

	if (in->act == ACT_UP || in->act == ACT_PREV)
		c->focus--;
	else if (in->act == ACT_DOWN || in->act == ACT_NEXT)
		c->focus++;
	else if (in->act == ACT_PAGE_UP)
		c->focus -= page;
	else if (in->act == ACT_PAGE_DOWN)
		c->focus += page;
	else if (in->act == ACT_HOME)
		c->focus = 0;
	else if (in->act == ACT_END)
		c->focus = last;
	else
		return false;
	c->focus = c->focus > last ? last : c->focus;
	c->focus = c->focus < 0 ? 0 : c->focus;
	return true;
}

static enum request
request_of(const struct input *in)
{
	if (in->act == ACT_ENTER)
		return REQ_NEXT;
	if (in->act == ACT_HELP || (in->act == ACT_CHAR && in->ch == '?'))
		return REQ_HELP;
	if (in->act == ACT_CALLS || (in->act == ACT_CHAR && in->ch == 'd'))
		return REQ_CALLS;
	if (in->act == ACT_CHAR && in->ch == 'n')
		return REQ_WALK;
	if (in->act == ACT_CHAR && in->ch == 'r')
		return REQ_RELOAD;
	if (in->act == ACT_BACK || (in->act == ACT_CHAR && in->ch == 'q'))
		return REQ_BACK;
	return REQ_NONE;
}

static void
checklist_act(struct page *p, const struct input *in)
{
	struct checklist *c = p->state;

	if (in->pasted || move(c, in))
		return;
	if (c->loading && in->act == ACT_BACK)
		p->cancel = true;
	else
		p->request = request_of(in);
}

static void
checklist_page_draw(struct page *p, struct area a)
{
	struct checklist *c = p->state;

	if (c->loading)
		evaluate(c);
	checklist_draw(c, a);
}

static int
checklist_every(const struct page *p)
{
	const struct checklist *c = p->state;

	return c->loading ? 500 : 0;
}

static void
checklist_hints(const struct page *p, struct hints *h)
{
	const struct checklist *c = p->state;

	hints_add(h, "arrows", "move");
	hints_add(h, "Enter", "open");
	if (c->loading) {
		hints_add(h, "Esc", "stop reading");
		return;
	}
	hints_add(h, "n", "next");
	hints_add(h, "r", "reread");
	hints_add(h, "?", "explain");
	hints_add(h, "d", "calls");
}

static const struct page_ops checklist_ops = {
	.draw = checklist_page_draw,
	.act = checklist_act,
	.every = checklist_every,
	.hints = checklist_hints,
};

/* ---- the hub's own requests; true when the person goes somewhere ---- */

static bool
walk(struct checklist *c, size_t *screen)
{
	size_t next = next_screen(c);

	if (next < screen_count()) {
		/* Also when it is left undone: the next n goes on behind it. */
		c->walked = next;
		focus_on(c, next);
		*screen = next;
		return true;
	}
	snprintf(c->note, sizeof c->note, "%s",
	    c->page.tui->clean ? "That was the last step; all is as it should be. q leaves."
			       : "That was the last step. n starts again with what is left.");
	c->walked = checklist_index();
	return false;
}

static bool
serve(struct checklist *c, enum request r, size_t *screen)
{
	struct tui *t = c->page.tui;
	struct check_row *row = &c->rows[c->focus];

	if (r == REQ_HELP) {
		note_run(t, row->check != NULL ? row->check->title : row->screen->title,
		    checklist_note, c);
	} else if (r == REQ_CALLS) {
		note_run(t, row->screen->title, form_calls_note, (void *)(uintptr_t)row->screen);
	} else if (r == REQ_RELOAD) {
		if (t->run->facts != NULL)
			facts_forget(t->run->facts, FACT_ALL);
		load(c);
	} else if (r == REQ_WALK) {
		return walk(c, screen);
	} else if (r == REQ_NEXT) {
		*screen = row->index;
		return true;
	} else if (r == REQ_BACK) {
		page_ask_leave(t, t->clean ? 0 : 3);
	}
	return false;
}

enum request
checklist_run(struct checklist *c, size_t *screen)
{
	struct tui *t = c->page.tui;
	enum request r = REQ_NONE;

	c->page = (struct page){ .ops = &checklist_ops, .state = c, .tui = t };
	c->page.title = screen_at(checklist_index())->title;
	page_push(t, &c->page);
	load(c);
	r = c->page.request; /* a key may have come while it was read */
	do {
		if (r == REQ_NONE)
			r = page_run(&c->page);
		if (!t->leaving && serve(c, r, screen))
			break;
		r = REQ_NONE;
	} while (!t->leaving);
	page_pop(t, &c->page);
	view_free(&c->view);
	return t->leaving ? REQ_QUIT : REQ_NEXT;
}
