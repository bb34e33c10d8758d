/* SPDX-License-Identifier: MIT */
/*
 * A screen is a const table: fields (what the user decides), checks (verdicts
 * in the checklist), steps (desired states).  The wizard, the answers file,
 * the plan, the man page, completion and the least-privilege policy are all
 * made from it.  Screens never include tui, curses or curl.
 */
#ifndef SCREEN_H
#define SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "account.h"
#include "aws.h"
#include "buf.h"
#include "err.h"
#include "facts.h"
#include "secret.h"

struct run;

/* ---- fields ------------------------------------------------------------- */

/*
 * Types follow the model's member: char * TEXT (CHOICE when options stand
 * beside it), bool BOOL, int INT, struct strlist LIST, struct secret * SECRET.
 */
enum field_type { FIELD_TEXT, FIELD_BOOL, FIELD_INT, FIELD_LIST, FIELD_SECRET };

struct field_option {
	const char *value;	/* as in the answers file; NULL ends the list */
	const char *label;
	const char *note;	/* one line, may be NULL */
};

/* What can be chosen, read from the account; searchable in the wizard. */
struct choices {
	struct choice {
		char *value, *label, *note;
	} *items;
	size_t n;
};
void	choices_add(struct choices *c, const char *value, const char *label, const char *note);
void	choices_free(struct choices *c);

struct field {
	const char *id;		/* key in the answers file */
	const char *label;	/* at most 26 columns */
	const char *help;	/* its own, in plain words: what it is, what to choose, consequences */
	enum field_type type;
	size_t offset;
	const char *def;	/* default as text; lists: comma separated; NULL: empty */
	int min, max;		/* INT: range; TEXT: longest, in bytes (0 = 128) */
	const char *unit;	/* "days", or NULL */
	const struct field_option *options;
	/* Values offered while typing or choosing; e explains why there are none. */
	bool (*choices)(struct run *run, const void *model, struct choices *out, struct err *e);
	/* The value alone is acceptable; text as typed.  e->text is the message. */
	bool (*validate)(const char *text, struct err *e);
	/* Whether the field matters with the other values; NULL: always. */
	bool (*applies)(const void *model);
};

/* .type and .offset of a member, checked by the compiler. */
#define FIELD(model, member) \
	.type = _Generic(((model *)0)->member, char *: FIELD_TEXT, bool: FIELD_BOOL, \
	    int: FIELD_INT, struct strlist: FIELD_LIST, struct secret *: FIELD_SECRET), \
	.offset = offsetof(model, member)

/* ---- checks -------------------------------------------------------------- */

struct check {
	const char *id, *title;
	int rank;			/* place in the checklist; the course's five are 1-5 */
	const char *const *refs;	/* "CIS 7.0 2.5", ..., NULL */
	unsigned facts;
	enum fix_how how;		/* how its screen fixes it */
	void (*evaluate)(const struct facts *facts, struct finding *f);
};

/* ---- steps ---------------------------------------------------------------- */

enum verdict {
	VERDICT_OK,		/* as desired already */
	VERDICT_NEEDED,		/* apply() has something to do */
	VERDICT_NOT_APPLICABLE,
	VERDICT_PERSON,		/* waits for a person */
	VERDICT_BLOCKED,	/* something else must come first, or rights are missing */
	VERDICT_UNKNOWN,	/* could not be read */
};
const char *verdict_name(enum verdict v);

/* One call that a step may make: for the policy, the man page and the tests. */
struct step_call {
	enum aws_op_id op;
	const char *resource;	/* template: "user/{name}" */
	const char *when;	/* NULL: always */
};

/* One call that it will make, decided by check(). */
struct planned_call {
	enum aws_op_id op;
	char *about;		/* "user/alice" */
};

struct plan_item;

struct step_ctx {
	struct run *run;
	struct aws *aws;		/* the session that the step names */
	void *model;
	const char *subject;		/* from each(), or NULL */
	struct plan_item *item;
};

struct step {
	const char *id, *title, *why;
	const char *risk;		/* what could go wrong, or NULL */
	const char *cost;		/* "none", or what AWS charges */
	const char *undo_text;		/* how to undo it, or why it cannot be undone */
	bool guided;			/* a person acts elsewhere; apply() writes nothing */
	bool guarded;			/* skipped when an earlier item of the same plan failed */
	enum session_kind session;
	unsigned facts;
	const struct step_call *calls;
	size_t ncalls;
	/* Whether the answers ask for it; NULL: always. */
	bool (*applies)(const struct run *run, const void *model);
	/* One instance for each of these (user names, key ids); NULL: one. */
	void (*each)(struct run *run, const void *model, struct strlist *subjects);
	/*
	 * Compare desired with actual: item_verdict(), item_call() for each call
	 * that apply() will make.  Writes nothing.  Must cope with what earlier
	 * steps of the same plan have not made yet.  False and e: verdict UNKNOWN.
	 */
	bool (*check)(struct step_ctx *c, struct err *e);
	/* Make it so, exactly by the calls that check() declared; may use item_before(). */
	bool (*apply)(struct step_ctx *c, struct err *e);
	/* Put back what item_before() recorded.  NULL: cannot be undone. */
	bool (*undo)(struct step_ctx *c, const json_t *before, struct err *e);
};

/* ---- what a page shows besides fields --------------------------------------- */

enum block_kind { BLOCK_TEXT, BLOCK_WARN, BLOCK_KEYVAL, BLOCK_LINK, BLOCK_QR, BLOCK_ROW };

struct blocks {
	struct block {
		enum block_kind kind;
		char *a;	/* text, key, link, QR text; ROW: cells separated by tabs */
		char *b;	/* KEYVAL: value */
	} *items;
	size_t n;
};
void	blocks_add(struct blocks *b, enum block_kind kind, const char *a, const char *v);
void	blocks_printf(struct blocks *b, enum block_kind kind, const char *fmt, ...)
	    __attribute__((format(printf, 3, 4)));
void	blocks_free(struct blocks *b);

/* ---- the screen ---------------------------------------------------------------- */

enum page_kind { PAGE_FORM, PAGE_CHECKLIST };

#define SCREEN_NO_ANSWERS 1u	/* not a section of the answers file (its twin is an option) */
#define SCREEN_REPEATS	  2u	/* several records: "add another" */
#define SCREEN_TEXT_BELOW 4u	/* what render makes is long: it stands below the fields */

struct screen_def {
	const char *id;		/* section of the answers file */
	const char *title;
	const char *why;	/* a short paragraph in plain words */
	enum page_kind kind;
	unsigned flags;
	const struct field *fields;
	size_t nfields;
	const struct check *checks;
	size_t nchecks;
	const struct step *steps;
	size_t nsteps;
	size_t model_size;
	unsigned facts;		/* for prepare(), render() and choices */
	/* Fill a new model with what the account suggests; facts are known or failed. */
	bool (*prepare)(struct run *run, void *model, struct err *e);
	/* Across fields; e->operation holds the id of the field to go to. */
	bool (*validate)(const void *model, struct err *e);
	bool (*render)(struct run *run, const void *model, struct blocks *out, struct err *e);
	/* Free what the model owns besides its fields; NULL: nothing. */
	void (*forget)(void *model);
};

#define ARRAY(a) (a), sizeof(a) / sizeof((a)[0])
#define FIELDS(a) .fields = (a), .nfields = sizeof(a) / sizeof((a)[0])
#define CHECKS(a) .checks = (a), .nchecks = sizeof(a) / sizeof((a)[0])
#define STEPS(a)  .steps = (a), .nsteps = sizeof(a) / sizeof((a)[0])
#define CALLS(a)  .calls = (a), .ncalls = sizeof(a) / sizeof((a)[0])

#endif
