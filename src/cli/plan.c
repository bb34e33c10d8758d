/* SPDX-License-Identifier: MIT */
/* plan, apply and undo without a screen. */
#include <stdio.h>
#include <string.h>

#include "cli.h"

#define EXIT_CHANGES 3
#define EXIT_LEFT 4

static void
print_item(const struct plan_item *it)
{
	printf("%-14s %s.%s%s%s: %s\n", verdict_name(it->verdict), it->screen->id, it->step->id,
	    it->subject != NULL ? " " : "", it->subject != NULL ? it->subject : "",
	    it->step->title);
	if (it->evidence[0] != '\0')
		printf("%-14s %s\n", "", it->evidence);
	for (size_t i = 0; i < it->ncalls; i++) {
		const struct aws_op *op = aws_op(it->calls[i].op);

		printf("%-14s   %s:%s  %s\n", "", aws_service_name(op->service), op->action,
		    it->calls[i].about);
	}
	if (it->ncalls == 0)
		return;
	printf("%-14s   cost: %s\n", "", it->step->cost);
	printf("%-14s   undo: %s\n", "", it->step->undo_text);
}

static void
print_plan(const struct run *run, const struct plan *p)
{
	printf("Account %s, as %s\n\n", run->account.caller.account, run->account.caller.arn);
	for (size_t i = 0; i < p->n; i++)
		print_item(&p->items[i]);
	printf("\n%zu write calls in %zu steps\n", plan_calls(p), p->n);
}

/* Unknown ids and a missing file are usage errors. */
static bool
load(const struct cli *c, struct answers *a, struct err *e)
{
	if (c->answers == NULL)
		return err_set(e, ERR_USAGE, "%s needs --answers FILE", c->command);
	for (size_t i = 0; i < c->only.n; i++)
		if (screen_find(c->only.items[i], NULL) == NULL)
			return err_set(
			    e, ERR_USAGE, "--only: there is no screen %s", c->only.items[i]);
	return answers_read(c->answers, a, e);
}

static int
fail(struct answers *a, const struct err *e)
{
	cli_error(e);
	answers_free(a);
	return err_exit(e);
}

static const struct strlist *
only(const struct cli *c)
{
	return c->only.n > 0 ? &c->only : NULL;
}

static void
show(const struct run *run, const struct cli *c, const struct plan *p)
{
	if (c->json) {
		json_auto_t *doc = plan_json(run, p);

		cli_print_json(doc);
	} else {
		print_plan(run, p);
	}
}

int
cli_plan(struct run *run, const struct cli *c)
{
	struct answers a = { 0 };
	struct plan p = { 0 };
	struct err e = { 0 };

	if (!load(c, &a, &e) || !plan_make(run, &a, only(c), &p, &e))
		return fail(&a, &e);
	show(run, c, &p);
	bool work = plan_has_work(&p);

	plan_free(&p);
	answers_free(&a);
	return work ? EXIT_CHANGES : 0;
}

static void
told(void *arg, const struct plan *p, size_t i)
{
	const struct plan_item *it = &p->items[i];

	(void)arg;
	if (it->outcome == OUTCOME_NONE)
		return;
	fprintf(stderr, "%-8s %s.%s%s%s: %s\n", outcome_name(it->outcome), it->screen->id,
	    it->step->id, it->subject != NULL && it->subject[0] != '\0' ? " " : "",
	    it->subject != NULL ? it->subject : "", it->evidence);
	if (it->outcome == OUTCOME_FAILED && it->err.kind != ERR_NONE)
		cli_error(&it->err);
}

static bool
consent(struct run *run, const struct cli *c, const struct plan *p, struct err *e)
{
	const struct ask_confirm q = {
		.title = "Make these changes?",
		.text = "Nothing has been changed yet.",
		.yes = "apply",
		.no = "leave",
	};
	bool yes = c->yes || plan_calls(p) == 0;

	if (!yes && !ask_confirm(&run->ask, &q, &yes, e))
		return false;
	if (!yes)
		return err_set(e, ERR_CANCELLED, "nothing was changed");
	return plan_calls(p) == 0 || run_begin_writing(run, e);
}

int
cli_apply(struct run *run, const struct cli *c)
{
	struct answers a = { 0 };
	struct plan p = { 0 };
	struct err e = { 0 };

	if (!load(c, &a, &e) || !plan_make(run, &a, only(c), &p, &e))
		return fail(&a, &e);
	if (!c->yes)
		print_plan(run, &p);
	bool ok = consent(run, c, &p, &e) && plan_apply(run, &p, told, NULL, &e);

	if (c->json)
		show(run, c, &p);
	int status = ok ? (plan_done(&p) ? 0 : EXIT_LEFT) : err_exit(&e);

	if (!ok)
		cli_error(&e);
	plan_free(&p);
	answers_free(&a);
	return status;
}

int
cli_undo(struct run *run, const struct cli *c)
{
	const struct ask_confirm q = {
		.title = "Put back what the run changed?",
		.text = "Steps that cannot be undone are listed and left as they are.",
		.yes = "undo",
		.no = "leave",
		.danger = true,
	};
	struct plan p = { 0 };
	struct err e = { 0 };
	bool yes = c->yes;
	bool ok = (yes || ask_confirm(&run->ask, &q, &yes, &e)) &&
		  (yes || err_set(&e, ERR_CANCELLED, "nothing was changed")) &&
		  run_begin_writing(run, &e) &&
		  plan_undo(run, c->argument, &c->only, &p, told, NULL, &e);

	if (c->json && ok)
		show(run, c, &p);
	int status = ok ? (plan_done(&p) ? 0 : EXIT_LEFT) : err_exit(&e);

	if (!ok && e.kind != ERR_NONE)
		cli_error(&e);
	plan_free(&p);
	return status;
}
