/* SPDX-License-Identifier: MIT */
/* Apply: check, journal, apply, check again; the account's answer decides, not the call's. */
#include <string.h>

#include "alloc.h"
#include "item.h"
#include "plan.h"

#define SETTLE_EVERY 2000 /* ms between looks while IAM settles (aws-facts 4.12) */
#define SETTLE_LIMIT 60000

struct settle {
	struct run *run;
	const struct plan_item *item;
	struct plan_item look;
};

/* Is it as desired now?  Looks with a scratch item, so the calls made stay on record. */
static bool
settled(void *arg, bool *done, struct err *e)
{
	struct settle *s = arg;

	if (s->run->facts != NULL)
		facts_forget(s->run->facts, s->item->step->facts);
	if (!item_check(s->run, &s->look, e))
		return false;
	*done = s->look.verdict != VERDICT_NEEDED && s->look.verdict != VERDICT_UNKNOWN;
	return true;
}

/* Wait for the change to show; says what the account says in the end. */
static bool
verify(struct run *run, struct plan_item *it, struct err *e)
{
	struct settle s = { .run = run, .item = it };
	struct err why = { 0 };

	s.look = (struct plan_item){
		.screen = it->screen, .step = it->step, .model = it->model, .subject = it->subject
	};
	bool ok = run_wait_until(run, "Waiting for AWS to show the change", SETTLE_EVERY,
	    SETTLE_LIMIT, settled, &s, &why);
	it->verdict = s.look.verdict;
	memcpy(it->evidence, s.look.evidence, sizeof it->evidence);
	it->outcome = item_ends_well(it->verdict) ? OUTCOME_DONE : OUTCOME_LEFT;
	s.look.subject = NULL;
	item_free(&s.look);
	if (ok)
		return true;
	if (why.kind == ERR_CANCELLED) {
		*e = why;
		return false;
	}
	it->outcome = OUTCOME_FAILED;
	it->err = why;
	return true;
}

static bool
make_it_so(struct run *run, struct plan_item *it, struct err *e)
{
	struct step_ctx c = {
		.run = run,
		.aws = run_session(run, it->step->session),
		.model = it->model,
		.subject = it->subject,
		.item = it,
	};
	struct err why = { 0 };
	bool ok = it->step->apply(&c, &why);

	ask_progress(&run->ask, "%s", "");
	if (run->facts != NULL)
		facts_forget(run->facts, it->step->facts);
	if (ok)
		return verify(run, it, e);
	it->err = why;
	it->outcome = OUTCOME_FAILED;
	if (why.kind == ERR_CANCELLED) {
		it->outcome = OUTCOME_LEFT;
		*e = why;
		return false;
	}
	return true;
}

static bool
any_failed(const struct plan *p, size_t before)
{
	for (size_t i = 0; i < before; i++)
		if (p->items[i].outcome == OUTCOME_FAILED)
			return true;
	return false;
}

static bool
apply_item(struct run *run, struct plan *p, size_t i, struct err *e)
{
	struct plan_item *it = &p->items[i];

	if (it->step->guarded && any_failed(p, i)) {
		it->outcome = OUTCOME_SKIPPED;
		return item_verdict(it, VERDICT_BLOCKED, "an earlier step failed");
	}
	if (!item_check(run, it, e))
		return false;
	switch (it->verdict) {
	case VERDICT_OK:
	case VERDICT_NOT_APPLICABLE:
		it->outcome = OUTCOME_DONE;
		return true;
	case VERDICT_PERSON:
		if (!it->step->guided) {
			it->outcome = OUTCOME_LEFT;
			return true;
		}
		return make_it_so(run, it, e);
	case VERDICT_NEEDED:
		return make_it_so(run, it, e);
	case VERDICT_BLOCKED:
	case VERDICT_UNKNOWN:
		break;
	}
	it->outcome = OUTCOME_FAILED;
	return true;
}

bool
plan_apply(struct run *run, struct plan *p, plan_watch_fn *watch, void *arg, struct err *e)
{
	for (size_t i = 0; i < p->n; i++) {
		p->items[i].outcome = OUTCOME_NONE;
		p->items[i].err = (struct err){ 0 };
		if (watch != NULL)
			watch(arg, p, i);
		bool ok = apply_item(run, p, i, e);
		if (watch != NULL && p->items[i].outcome != OUTCOME_NONE)
			watch(arg, p, i);
		if (!ok)
			return false;
	}
	return true;
}
