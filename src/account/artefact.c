/* SPDX-License-Identifier: MIT */
/*
 * The order in which a one-time artefact is made (quality page, 2.4): announce,
 * act once, save, confirm; after any doubt look before acting again.
 * tests/unit/test_account_artefact.c kills it at every step.
 */
#include "account.h"

#include <string.h>

#include "journal.h"
#include "json.h"
#include "log.h"

struct maker {
	const struct artefact_ops *ops;
	void *arg;
	const char *about;
	struct journal *journal;
	bool open; /* it was announced, and nothing has shown yet that it is not there */
};

static bool
call(bool (*op)(void *, struct err *), const struct maker *m, struct err *e)
{
	return op == NULL || op(m->arg, e);
}

/* ---- the journal ------------------------------------------------------------------ */

static bool
record(const struct maker *m, const char *kind, json_t *detail, struct err *e)
{
	return journal_put(m->journal, kind, m->ops->what, m->about, detail, e);
}

/* Always false.  A second failure, that of the journal, is only logged. */
static bool
failed(const struct maker *m, const char *step, const struct err *e)
{
	struct err other = { .kind = ERR_NONE };
	json_t *detail = json_pack("{s:s, s:s, s:s, s:s, s:b}", "step", step, "operation",
	    e->operation, "code", e->code, "request_id", e->request_id, "open", m->open);

	if (!record(m, e->maybe ? "unknown" : "failed", detail, &other))
		log_line("%s %s: %s", m->ops->what, m->about, other.text);
	return false;
}

/* What earlier runs left: an intent without an end, or a failure after it. */
static bool
was_open(const struct maker *m)
{
	const json_t *last = journal_last(m->journal, m->ops->what, m->about);
	const char *kind = json_text_or(last, "kind", "");

	return strcmp(kind, "intent") == 0 || json_bool(last, "detail.open");
}

static bool
done(struct maker *m, struct err *e)
{
	return record(m, "done", NULL, e);
}

/* ---- steps -------------------------------------------------------------------------- */

static bool
look(const struct maker *m, enum artefact_found *found, struct err *e)
{
	*found = ARTEFACT_NONE;
	return m->ops->look == NULL || m->ops->look(m->arg, found, e) || failed(m, "look", e);
}

static bool
recover(struct maker *m, struct err *e)
{
	if (!call(m->ops->recover, m, e))
		return failed(m, "recover", e);
	m->open = false;
	return record(m, "undo", json_pack("{s:s}", "step", "recover"), e);
}

/* After what was lost has been undone, it has to be seen to be gone. */
static bool
recover_and_look(struct maker *m, enum artefact_found *found, struct err *e)
{
	if (!recover(m, e) || !look(m, found, e))
		return false;
	if (*found != ARTEFACT_LOST)
		return true;
	m->open = true;
	err_set(e, ERR_OTHER,
	    "what an interrupted attempt left of %s is still there; run it again in a minute",
	    m->about);
	return failed(m, "recover", e);
}

static bool
announce_and_create(struct maker *m, struct err *e)
{
	json_t *before = m->ops->before != NULL ? m->ops->before(m->arg) : NULL;

	if (!record(m, "intent", before, e))
		return false;
	m->open = true;
	if (call(m->ops->create, m, e))
		return true;
	m->open = e->maybe;
	return failed(m, "create", e);
}

/*
 * Create once; when the answer was lost, see what became of it.  Not seeing it
 * proves nothing yet, for lists lag: the next run looks again.  *found is DONE
 * when it turns out to be complete.
 */
static bool
create(struct maker *m, enum artefact_found *found, struct err *e)
{
	struct err other = { .kind = ERR_NONE };

	*found = ARTEFACT_NONE;
	if (announce_and_create(m, e))
		return true;
	if (!e->maybe || !look(m, found, &other) || *found == ARTEFACT_NONE)
		return false;
	err_clear(e);
	if (*found == ARTEFACT_DONE)
		return true;
	if (!recover_and_look(m, found, e))
		return false;
	return *found == ARTEFACT_DONE || announce_and_create(m, e);
}

/* It exists, but nobody has its secret: better gone at once than found by the next run. */
static bool
not_saved(struct maker *m, const struct err *e)
{
	enum artefact_found found;
	struct err other = { .kind = ERR_NONE };

	failed(m, "save", e);
	if (look(m, &found, &other) && found == ARTEFACT_LOST && !recover(m, &other))
		log_line("%s %s: %s", m->ops->what, m->about, other.text);
	return false;
}

static bool
make(struct maker *m, struct err *e)
{
	enum artefact_found found;

	if (!create(m, &found, e))
		return false;
	if (found == ARTEFACT_DONE)
		return done(m, e);
	if (!call(m->ops->save, m, e))
		return not_saved(m, e);
	if (!call(m->ops->show, m, e))
		return failed(m, "show", e);
	if (!call(m->ops->confirm, m, e))
		return failed(m, "confirm", e);
	return done(m, e);
}

static bool
run(struct maker *m, struct err *e)
{
	enum artefact_found found;

	if (!call(m->ops->prepare, m, e))
		return failed(m, "prepare", e);
	if (!look(m, &found, e))
		return false;
	if (found == ARTEFACT_LOST && !recover_and_look(m, &found, e))
		return false;
	/* What others made is not recorded as ours. */
	if (found == ARTEFACT_DONE)
		return !m->open || done(m, e);
	return make(m, e);
}

bool
artefact_run(
    const struct artefact_ops *ops, void *arg, const char *about, struct journal *j, struct err *e)
{
	struct err own = { .kind = ERR_NONE };
	struct maker m = { .ops = ops, .arg = arg, .about = about, .journal = j };
	bool ok;

	m.open = was_open(&m);
	ok = run(&m, e != NULL ? e : &own);
	if (ops->finish != NULL)
		ops->finish(arg, ok);
	return ok;
}
