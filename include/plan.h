/* SPDX-License-Identifier: MIT */
/*
 * The engine: audit = load facts, evaluate checks; plan = the steps' checks
 * and the calls each needed step would make; apply = check, journal, apply,
 * check again.  Wizard and command line are two faces over it.
 */
#ifndef PLAN_H
#define PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "account.h"
#include "answers.h"
#include "ask.h"
#include "aws.h"
#include "facts.h"
#include "journal.h"
#include "screen.h"

/* ---- registry (registry.c, from screens/screens.def) ---------------------- */

size_t	screen_count(void);
const struct screen_def *screen_at(size_t i);
/* By id; NULL when there is none.  *index may be NULL. */
const struct screen_def *screen_find(const char *id, size_t *index);
/* All checks of all screens by rank; *screen may be NULL.  NULL past the end. */
const struct check *check_at(size_t i, const struct screen_def **screen);
const struct check *check_find(const char *id, const struct screen_def **screen);
size_t	check_count(void);

/* ---- a run: everything that steps and pages work with ------------------------ */

struct run {
	struct aws_options options;	/* borrowed strings */
	struct aws_settings settings;
	struct aws_transport *transport;
	struct clock clock;
	struct aws *session[SESSION_NKINDS];	/* NULL: not there yet */
	struct account account;		/* valid when session[SESSION_SETUP] is set */
	struct facts *facts;
	struct journal *journal;	/* NULL: nothing may be written */
	struct ask ask;
	aws_wait_fn *wait;
	void *wait_arg;
	aws_watch_fn *watch;
	void *watch_arg;
	char *home;			/* set before run_init(), owned */
	char *state_base;		/* ${XDG_STATE_HOME:-~/.local/state}/rootlock; the same */
	char *state_dir;		/* STATE_BASE/ACCOUNT once signed in */
	int64_t started;		/* epoch seconds, corrected */
	unsigned ahead;			/* facts to begin to read while run_sign_in() waits */
	/* What this run has made, for later steps. */
	char *admin_user;		/* the user proven to administer, or NULL */
	char *admin_serial;		/* his MFA device's serial, or NULL */
	struct secret *admin_seed;	/* its seed, only until the MFA session is made */
	char *run_id;
	struct aws_tag tags[3];
};

/*
 * Settings and transport; no session yet, no call made.  home, state_base,
 * ask, wait and watch are set by the caller before.
 */
bool	run_init(struct run *run, const struct aws_options *o, struct err *e);
void	run_free(struct run *run);
/*
 * Open the setup session with these credentials (taken) and learn who calls
 * (GetCallerIdentity).  Replaces an earlier one.  ERR_CONFIG without a Region.
 */
bool	run_sign_in(struct run *run, struct aws_credentials *c, struct err *e);
/*
 * The credentials that the options name, by the whole chain (chain.h); a role's MFA code
 * is asked for by the ask port.  NULL and e; the caller owns them.
 */
struct aws_credentials *run_credentials(struct run *run, const struct aws_options *o,
	    struct err *e);
/* Choose the Region before signing in (copied). */
void	run_set_region(struct run *run, const char *region);
/* Open the journal of the signed-in account and allow writes. */
bool	run_begin_writing(struct run *run, struct err *e);
/* Add or replace a session (credentials taken); the admin's are not yet proven. */
void	run_set_session(struct run *run, enum session_kind kind, struct aws_credentials *c);
/* The session a step names, or the best that stands for it; NULL when there is none. */
struct aws *run_session(struct run *run, enum session_kind kind);
/* Facts and checks are read as this session from now on. */
void	run_use(struct run *run, enum session_kind kind);
/* The tags that created resources carry; valid as long as the run. */
const struct aws_tag *run_tags(struct run *run);
/*
 * Wait, in steps of `every_ms` up to `limit_ms`, until ready() says so; the
 * person sees `what` and may cancel.  False with code "Timeout" at the limit.
 */
bool	run_wait_until(struct run *run, const char *what, int every_ms, int limit_ms,
	    bool (*ready)(void *arg, bool *done, struct err *e), void *arg, struct err *e);

/* ---- audit --------------------------------------------------------------------- */

struct audit_row {
	const struct check *check;
	const struct screen_def *screen;
	struct finding finding;
};

struct audit {
	struct audit_row *rows;
	size_t n;
	int64_t at;
	int counts[4];		/* by enum check_status */
};

/* Evaluate checks (ids, NULL = all); facts already known are used, others read. */
/* The facts that the checks with these ids (none: all) look at. */
unsigned audit_facts(const struct strlist *only);
bool	audit_run(struct run *run, const struct strlist *only, struct audit *out, struct err *e);
void	audit_free(struct audit *a);
/* The one data form of product page 5.1; new object. */
json_t *audit_json(const struct run *run, const struct audit *a);
/* True when nothing fails and nothing is unknown. */
bool	audit_clean(const struct audit *a);

/* ---- plan and apply ---------------------------------------------------------------- */

enum outcome { OUTCOME_NONE, OUTCOME_DONE, OUTCOME_FAILED, OUTCOME_LEFT, OUTCOME_SKIPPED };
const char *outcome_name(enum outcome o);

struct plan_item {
	const struct screen_def *screen;
	const struct step *step;
	void *model;			/* borrowed from the answers */
	char *subject;			/* or NULL */
	enum verdict verdict;
	char evidence[256];		/* why this verdict */
	struct planned_call *calls;
	size_t ncalls;
	json_t *before;			/* what undo needs; journaled */
	enum outcome outcome;
	struct err err;
};

struct plan {
	struct plan_item *items;
	size_t n;
};

/* For check(): set the verdict and its reason. Returns true. */
bool	item_verdict(struct plan_item *it, enum verdict v, const char *fmt, ...)
	    __attribute__((format(printf, 3, 4)));
/* For check(): declare one call that apply() will make. */
void	item_call(struct plan_item *it, enum aws_op_id op, const char *fmt, ...)
	    __attribute__((format(printf, 3, 4)));
/* For apply(): record (stolen) what undo needs, before the first call. */
bool	item_before(struct step_ctx *c, json_t *before, struct err *e);

/* Steps of the answers' sections (only: screen ids, NULL = all), checked; zero write calls. */
bool	plan_make(struct run *run, struct answers *a, const struct strlist *only, struct plan *out,
	    struct err *e);
void	plan_free(struct plan *p);
json_t *plan_json(const struct run *run, const struct plan *p);
/* Write calls that the plan would make. */
size_t	plan_calls(const struct plan *p);
/* True when a step is NEEDED, PERSON, BLOCKED or UNKNOWN. */
bool	plan_has_work(const struct plan *p);

/* Told before (outcome NONE) and after each item. */
typedef void plan_watch_fn(void *arg, const struct plan *p, size_t i);

/*
 * Apply in order.  Each item is checked again just before, applied when
 * NEEDED, and its check decides afterwards, with bounded waits for IAM's
 * eventual consistency.  A failed item does not stop later ones that do not
 * depend on it; root_keys is skipped when an earlier item of the plan that
 * guards it failed.  False only when the person cancelled.
 */
bool	plan_apply(struct run *run, struct plan *p, plan_watch_fn *watch, void *arg, struct err *e);
/* ---- rights, before anything is tried (may.c) --------------------------------------------- */

/*
 * True when the caller certainly may not make this call of the step: an IAM user
 * whose policies (fact AUTH, when it was read) allow the action on no resource, or
 * deny it on all.  Root, roles, actions on buckets and what cannot be decided: false.
 */
bool	plan_may_not(const struct run *run, const struct step *step, enum aws_op_id op);
/* "the root user, alice, bob": who can do what the caller may not; appended. */
void	plan_who_can(const struct run *run, struct buf *out);
/* A sentence naming the screen's steps that the caller may not do, and who can; false: none. */
bool	plan_warn_rights(const struct run *run, const struct screen_def *s, struct buf *out);

/* True when every item is done or was OK or does not apply. */
bool	plan_done(const struct plan *p);

/*
 * Reverse what run `id` (NULL: the last) did, newest first, only steps in
 * `only` ("trail.create", NULL = all).  Tells through watch; what cannot be
 * reversed is an item with OUTCOME_LEFT.
 */
bool	plan_undo(struct run *run, const char *id, const struct strlist *only, struct plan *out,
	    plan_watch_fn *watch, void *arg, struct err *e);

/* The least-privilege policy for `apply` or, with audit, for the checks alone; new object. */
json_t *plan_policy(bool audit);

#endif
