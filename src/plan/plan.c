/* SPDX-License-Identifier: MIT */
/* Plan: which steps the answers ask for, and what each would call. */
#include <string.h>

#include "alloc.h"
#include "item.h"
#include "plan.h"

static void
add_item(struct plan *p, const struct screen_def *s, const struct step *step, void *model,
    const char *subject)
{
	p->items = xrealloc(p->items, (p->n + 1) * sizeof *p->items);
	p->items[p->n++] = (struct plan_item){
		.screen = s,
		.step = step,
		.model = model,
		.subject = subject != NULL ? xstrdup(subject) : NULL,
		.verdict = VERDICT_UNKNOWN,
	};
}

/* One item a subject; subjects may come from the account, so facts come first. */
static bool
add_step(struct run *run, struct plan *p, const struct screen_def *s, const struct step *step,
    void *model, struct err *e)
{
	struct strlist subjects = { 0 };

	if (step->applies != NULL && !step->applies(run, model))
		return true;
	if (step->each == NULL) {
		add_item(p, s, step, model, NULL);
		return true;
	}
	if (run->facts != NULL && !facts_need(run->facts, step->facts, e))
		return false;
	step->each(run, model, &subjects);
	for (size_t i = 0; i < subjects.n; i++)
		add_item(p, s, step, model, subjects.items[i]);
	strlist_free(&subjects);
	return true;
}

static unsigned
facts_of(const struct run *run, const struct answers *a, const struct strlist *only)
{
	/* What anybody but root may do is in his policies. */
	unsigned mask = run->account.caller.root ? 0 : FACT(AUTH);

	for (size_t i = 0; i < screen_count(); i++) {
		const struct screen_def *s = screen_at(i);

		if (!a->section[i].present || (only != NULL && !strlist_has(only, s->id)))
			continue;
		for (size_t k = 0; k < s->nsteps; k++)
			mask |= s->steps[k].facts;
	}
	return mask;
}

static bool
add_section(struct run *run, struct plan *p, const struct screen_def *s,
    const struct answers_section *sec, struct err *e)
{
	for (size_t m = 0; m < sec->n; m++)
		for (size_t k = 0; k < s->nsteps; k++)
			if (!add_step(run, p, s, &s->steps[k], sec->models[m], e))
				return false;
	return true;
}

bool
plan_make(
    struct run *run, struct answers *a, const struct strlist *only, struct plan *out, struct err *e)
{
	struct plan p = { 0 };

	if (run->facts != NULL && !facts_need(run->facts, facts_of(run, a, only), e))
		return false;
	for (size_t i = 0; i < screen_count(); i++) {
		const struct screen_def *s = screen_at(i);

		if (!a->section[i].present || (only != NULL && !strlist_has(only, s->id)))
			continue;
		if (!add_section(run, &p, s, &a->section[i], e))
			goto fail;
	}
	for (size_t i = 0; i < p.n; i++)
		if (!item_check(run, &p.items[i], e))
			goto fail;
	*out = p;
	return true;
fail:
	plan_free(&p);
	return false;
}

void
plan_free(struct plan *p)
{
	for (size_t i = 0; i < p->n; i++)
		item_free(&p->items[i]);
	xfree(p->items);
	*p = (struct plan){ 0 };
}

size_t
plan_calls(const struct plan *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		n += p->items[i].ncalls;
	return n;
}

bool
plan_has_work(const struct plan *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (!item_ends_well(p->items[i].verdict))
			return true;
	return false;
}

bool
plan_done(const struct plan *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->items[i].outcome != OUTCOME_DONE)
			return false;
	return true;
}

static json_t *
calls_json(const struct plan_item *it)
{
	json_t *calls = json_array();

	for (size_t i = 0; i < it->ncalls; i++) {
		const struct aws_op *op = aws_op(it->calls[i].op);

		json_array_append_new(
		    calls, json_pack("{s:s, s:s, s:s}", "service", aws_service_name(op->service),
			       "operation", op->action, "resource", it->calls[i].about));
	}
	return calls;
}

static json_t *
item_json(const struct plan_item *it)
{
	const struct step *s = it->step;
	json_t *o = json_pack("{s:s, s:s, s:s?, s:s, s:s, s:s, s:s?, s:s?, s:o}", "screen",
	    it->screen->id, "step", s->id, "subject", it->subject, "title", s->title, "verdict",
	    verdict_name(it->verdict), "reason", it->evidence, "cost", s->cost, "undo",
	    s->undo_text, "calls", calls_json(it));

	if (it->outcome != OUTCOME_NONE)
		json_object_set_new(o, "outcome", json_string(outcome_name(it->outcome)));
	if (it->err.kind != ERR_NONE)
		json_object_set_new(o, "error",
		    json_pack("{s:s, s:s, s:s, s:s}", "operation", it->err.operation, "code",
			it->err.code, "request_id", it->err.request_id, "message", it->err.text));
	return o;
}

json_t *
plan_json(const struct run *run, const struct plan *p)
{
	json_t *items = json_array();

	for (size_t i = 0; i < p->n; i++)
		json_array_append_new(items, item_json(&p->items[i]));
	return json_pack("{s:s, s:s, s:s, s:s?, s:o}", "rootlock", ROOTLOCK_VERSION, "account",
	    run->account.caller.account, "caller", run->account.caller.arn, "run", run->run_id,
	    "steps", items);
}
