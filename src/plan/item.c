/* SPDX-License-Identifier: MIT */
/* One item of a plan: a step for one record and one subject, with its verdict and calls. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "alloc.h"
#include "item.h"

void
item_reset(struct plan_item *it)
{
	for (size_t i = 0; i < it->ncalls; i++)
		xfree(it->calls[i].about);
	xfree(it->calls);
	it->calls = NULL;
	it->ncalls = 0;
	it->evidence[0] = '\0';
	it->verdict = VERDICT_UNKNOWN;
}

void
item_free(struct plan_item *it)
{
	item_reset(it);
	xfree(it->subject);
	json_decref(it->before);
}

bool
item_verdict(struct plan_item *it, enum verdict v, const char *fmt, ...)
{
	va_list ap;

	it->verdict = v;
	va_start(ap, fmt);
	vsnprintf(it->evidence, sizeof it->evidence, fmt, ap);
	va_end(ap);
	return true;
}

void
item_call(struct plan_item *it, enum aws_op_id op, const char *fmt, ...)
{
	char *about = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&about, fmt, ap) < 0)
		die("out of memory");
	va_end(ap);
	it->calls = xrealloc(it->calls, (it->ncalls + 1) * sizeof *it->calls);
	it->calls[it->ncalls++] = (struct planned_call){ .op = op, .about = xstrdup(about) };
	free(about);
}

/* "trail.logging" */
char *
item_name(const struct plan_item *it)
{
	return xasprintf("%s.%s", it->screen->id, it->step->id);
}

bool
item_before(struct step_ctx *c, json_t *before, struct err *e)
{
	AUTO_FREE char *what = item_name(c->item);

	json_decref(c->item->before);
	c->item->before = json_incref(before);
	return journal_put(c->run->journal, "step", what, c->subject != NULL ? c->subject : "",
	    json_pack("{s:o}", "before", before), e);
}

/* Said now rather than by AWS in the middle of the work; then nothing is called. */
static void
judge_rights(const struct run *run, struct plan_item *it)
{
	for (size_t i = 0; i < it->ncalls && it->verdict == VERDICT_NEEDED; i++) {
		const char *action = aws_op(it->calls[i].op)->iam_action;
		AUTO_BUF who = BUF_INIT(BUF_MAX_LINE);

		if (!plan_may_not(run, it->step, it->calls[i].op))
			continue;
		plan_who_can(run, &who);
		item_reset(it);
		item_verdict(it, VERDICT_BLOCKED, "%s may not call %s; who can: %s",
		    run->account.caller.user, action, buf_str(&who));
	}
}

bool
item_check(struct run *run, struct plan_item *it, struct err *e)
{
	struct step_ctx c = {
		.run = run,
		.aws = run_session(run, it->step->session),
		.model = it->model,
		.subject = it->subject,
		.item = it,
	};
	struct err why = { 0 };

	item_reset(it);
	/* Before the sign-in there are no facts, and its own step needs none. */
	if (run->facts != NULL && !facts_need(run->facts, it->step->facts, e))
		return false;
	if (it->step->check(&c, &why)) {
		judge_rights(run, it);
		return true;
	}
	/* Left by the person, or answers that cannot be carried out: no verdict on the account. */
	if (why.kind == ERR_CANCELLED || why.kind == ERR_USAGE) {
		*e = why;
		return false;
	}
	it->err = why;
	return item_verdict(it, VERDICT_UNKNOWN, "%s", why.text);
}

bool
item_ends_well(enum verdict v)
{
	return v == VERDICT_OK || v == VERDICT_NOT_APPLICABLE;
}
