/* SPDX-License-Identifier: MIT */
/* Undo: put back, newest first, what a run's steps recorded before their first call. */
#include <string.h>

#include "alloc.h"
#include "item.h"
#include "json.h"
#include "plan.h"

static bool
is_step_of(const json_t *r, const char *run)
{
	return strcmp(json_text_or(r, "kind", ""), "step") == 0 &&
	       strcmp(json_text_or(r, "run", ""), run) == 0;
}

/* The run whose steps were recorded last, or NULL. */
static const char *
last_run(const json_t *records)
{
	for (size_t i = json_array_size(records); i > 0; i--) {
		const json_t *r = json_array_get(records, i - 1);

		if (strcmp(json_text_or(r, "kind", ""), "step") == 0)
			return json_text(r, "run");
	}
	return NULL;
}

/* Undone already: an undo record after it names the same step and subject. */
static bool
undone(const json_t *records, size_t i)
{
	const json_t *r = json_array_get(records, i);

	for (size_t k = i + 1; k < json_array_size(records); k++) {
		const json_t *u = json_array_get(records, k);

		if (strcmp(json_text_or(u, "kind", ""), "undo") == 0 &&
		    strcmp(json_text_or(u, "what", ""), json_text_or(r, "what", "")) == 0 &&
		    strcmp(json_text_or(u, "about", ""), json_text_or(r, "about", "")) == 0)
			return true;
	}
	return false;
}

static const struct step *
find_step(const char *what, const struct screen_def **screen)
{
	const char *dot = strchr(what, '.');
	AUTO_FREE char *id = xstrndup(what, dot != NULL ? (size_t)(dot - what) : strlen(what));

	*screen = screen_find(id, NULL);
	if (*screen == NULL || dot == NULL)
		return NULL;
	for (size_t i = 0; i < (*screen)->nsteps; i++)
		if (strcmp((*screen)->steps[i].id, dot + 1) == 0)
			return &(*screen)->steps[i];
	return NULL;
}

static bool
selected(const struct strlist *only, const char *what, const struct screen_def *screen)
{
	return only == NULL || only->n == 0 || strlist_has(only, what) ||
	       (screen != NULL && strlist_has(only, screen->id));
}

static bool
reverse(struct run *run, struct plan_item *it, const char *what, struct err *e)
{
	struct step_ctx c = {
		.run = run,
		.aws = run_session(run, it->step->session),
		.subject = it->subject[0] != '\0' ? it->subject : NULL,
		.item = it,
	};

	if (it->step->undo == NULL) {
		it->outcome = OUTCOME_LEFT;
		return item_verdict(it, VERDICT_PERSON, "%s", it->step->undo_text);
	}
	if (!it->step->undo(&c, it->before, &it->err)) {
		it->outcome = OUTCOME_FAILED;
		return item_verdict(it, VERDICT_UNKNOWN, "%s", it->err.text);
	}
	it->outcome = OUTCOME_DONE;
	item_verdict(it, VERDICT_OK, "put back");
	return journal_put(run->journal, "undo", what, it->subject, NULL, e);
}

bool
plan_undo(struct run *run, const char *id, const struct strlist *only, struct plan *out,
    plan_watch_fn *watch, void *arg, struct err *e)
{
	json_auto_t *records = json_deep_copy(journal_records(run->journal));
	const char *which = id != NULL ? id : last_run(records);
	struct plan p = { 0 };

	if (which == NULL)
		return err_set(e, ERR_USAGE, "the journal records no run that could be undone");
	for (size_t i = json_array_size(records); i > 0; i--) {
		const json_t *r = json_array_get(records, i - 1);
		const char *what = json_text_or(r, "what", "");
		const struct screen_def *screen = NULL;

		if (!is_step_of(r, which) || undone(records, i - 1))
			continue;
		const struct step *step = find_step(what, &screen);
		if (step == NULL || !selected(only, what, screen))
			continue;
		p.items = xrealloc(p.items, (p.n + 1) * sizeof *p.items);
		struct plan_item *it = &p.items[p.n++];
		*it = (struct plan_item){ .screen = screen,
			.step = step,
			.subject = xstrdup(json_text_or(r, "about", "")),
			.before = json_deep_copy(json_at(r, "detail.before")) };
		bool ok = reverse(run, it, what, e);
		if (watch != NULL)
			watch(arg, &p, p.n - 1);
		if (!ok) {
			plan_free(&p);
			return false;
		}
	}
	*out = p;
	return true;
}
