/* SPDX-License-Identifier: MIT */
/*
 * One-time artefacts: every path of a scripted one, the order of its steps and
 * what the journal says.  The crash model is in test_account_artefact_crash.c.
 */
#include "core_test.h"

#include <signal.h>
#include <sys/resource.h>

#include "account.h"
#include "journal.h"
#include "json.h"

#define WHAT "iam:CreateAccessKey"
#define ABOUT "user/alice"

static struct journal *
open_journal(const char *dir)
{
	struct err e = { .kind = ERR_NONE };
	struct journal *j = journal_open(dir, NULL, &e);

	if (j == NULL)
		fail_msg("%s", e.text);
	return j;
}

/* ---- scripted paths -------------------------------------------------------------------- */

/* looks: what each look() finds, N D L, the last one from then on; fail: "create" or "create2". */
struct script {
	const char *looks, *fail;
	bool maybe;
	struct buf calls;
	int n[8];
};

enum { PREPARE, LOOK, BEFORE, CREATE, SAVE, SHOW, CONFIRM, RECOVER };

static bool
step(struct script *s, int which, const char *name, struct err *e)
{
	char nth[32];

	s->n[which]++;
	snprintf(nth, sizeof nth, s->n[which] == 1 ? "%s" : "%s%d", name, s->n[which]);
	buf_printf(&s->calls, "%s ", name);
	if (s->fail == NULL || strcmp(s->fail, nth) != 0)
		return true;
	err_set(e, ERR_NETWORK, "no answer to %s", name);
	e->maybe = s->maybe;
	return false;
}

static bool
s_prepare(void *arg, struct err *e)
{
	return step(arg, PREPARE, "prepare", e);
}

static bool
s_look(void *arg, enum artefact_found *found, struct err *e)
{
	struct script *s = arg;
	size_t last = strlen(s->looks) - 1, at = (size_t)s->n[LOOK];
	char c = s->looks[at < last ? at : last];

	if (!step(s, LOOK, "look", e))
		return false;
	*found = c == 'D' ? ARTEFACT_DONE : c == 'L' ? ARTEFACT_LOST : ARTEFACT_NONE;
	return true;
}

static json_t *
s_before(void *arg)
{
	step(arg, BEFORE, "before", NULL);
	return json_pack("{s:[s]}", "ids", "AKIA1");
}

static bool
s_create(void *arg, struct err *e)
{
	return step(arg, CREATE, "create", e);
}

static bool
s_save(void *arg, struct err *e)
{
	return step(arg, SAVE, "save", e);
}

static bool
s_show(void *arg, struct err *e)
{
	return step(arg, SHOW, "show", e);
}

static bool
s_confirm(void *arg, struct err *e)
{
	return step(arg, CONFIRM, "confirm", e);
}

static bool
s_recover(void *arg, struct err *e)
{
	return step(arg, RECOVER, "recover", e);
}

static void
s_finish(void *arg, bool ok)
{
	buf_puts(&((struct script *)arg)->calls, ok ? "finish+" : "finish-");
}

static const struct artefact_ops scripted = { WHAT, s_prepare, s_look, s_before, s_create, s_save,
	s_show, s_confirm, s_recover, s_finish };

/* "intent done" of the records from `from` on; "!" after one that leaves the artefact open. */
static void
kinds(const struct journal *j, size_t from, struct buf *b)
{
	const json_t *all = journal_records(j);

	for (size_t i = from; i < json_array_size(all); i++) {
		const json_t *r = json_array_get(all, i);

		buf_printf(b, "%s%s%s", i > from ? " " : "", json_text_or(r, "kind", ""),
		    json_bool(r, "detail.open") ? "!" : "");
		assert_string_equal(json_text_or(r, "what", ""), WHAT);
		assert_string_equal(json_text_or(r, "about", ""), ABOUT);
	}
}

struct path {
	const char *name, *looks, *fail;
	bool maybe;
	const char *calls, *journal;
};

static void
walk(const struct path *p, struct journal *j)
{
	struct script s = { .looks = p->looks,
		.fail = p->fail,
		.maybe = p->maybe,
		.calls = BUF_INIT(BUF_MAX_LINE) };
	struct err e = { .kind = ERR_NONE };
	AUTO_BUF k = BUF_INIT(BUF_MAX_LINE);
	size_t from = json_array_size(journal_records(j));
	bool ok = artefact_run(&scripted, &s, ABOUT, j, &e);

	kinds(j, from, &k);
	if (strcmp(buf_str(&s.calls), p->calls) != 0 || strcmp(buf_str(&k), p->journal) != 0)
		fail_msg("%s: %s | %s", p->name, buf_str(&s.calls), buf_str(&k));
	assert_int_equal(ok, strchr(p->calls, '+') != NULL);
	assert_int_equal(e.kind != ERR_NONE, !ok);
	buf_free(&s.calls);
}

static const struct path fresh[] = {
	{ "all goes well", "N", NULL, false, "prepare look before create save show confirm finish+",
	    "intent done" },
	{ "no place to save", "N", "prepare", false, "prepare finish-", "failed" },
	{ "cannot look", "N", "look", false, "prepare look finish-", "failed" },
	{ "it is there, made by others", "D", NULL, false, "prepare look finish+", "" },
	{ "something is lost", "LN", NULL, false,
	    "prepare look recover look before create save show confirm finish+",
	    "undo intent done" },
	{ "lost, then found", "LD", NULL, false, "prepare look recover look finish+", "undo" },
	{ "lost, cannot be undone", "L", "recover", false, "prepare look recover finish-",
	    "failed" },
	{ "lost, undone perhaps", "L", "recover", true, "prepare look recover finish-", "unknown" },
	{ "lost, and stays", "L", NULL, false, "prepare look recover look finish-",
	    "undo failed!" },
	{ "lost, then cannot look", "L", "look2", false, "prepare look recover look finish-",
	    "undo failed" },
	{ "refused", "N", "create", false, "prepare look before create finish-", "intent failed" },
	{ "answer lost, not seen", "N", "create", true, "prepare look before create look finish-",
	    "intent unknown!" },
	{ "answer lost, cannot look", "N", "create", true,
	    "prepare look before create look finish-", "intent unknown!" },
	{ "answer lost, complete", "ND", "create", true, "prepare look before create look finish+",
	    "intent unknown! done" },
	{ "answer lost, made again", "NLN", "create", true,
	    "prepare look before create look recover look before create save show confirm finish+",
	    "intent unknown! undo intent done" },
	{ "answer lost, stays", "NL", "create", true,
	    "prepare look before create look recover look finish-",
	    "intent unknown! undo failed!" },
	{ "cannot save, is undone", "NL", "save", false,
	    "prepare look before create save look recover finish-", "intent failed! undo" },
	{ "cannot save, not seen", "N", "save", false,
	    "prepare look before create save look finish-", "intent failed!" },
	{ "saved all the same", "ND", "save", false, "prepare look before create save look finish-",
	    "intent failed!" },
	{ "cancelled while shown", "N", "show", false,
	    "prepare look before create save show finish-", "intent failed!" },
	{ "not confirmed", "N", "confirm", false,
	    "prepare look before create save show confirm finish-", "intent failed!" },
};

static void
test_paths(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof fresh / sizeof fresh[0]; i++) {
		char *dir = scratch_new();
		struct journal *j = open_journal(dir);

		walk(&fresh[i], j);
		journal_close(j);
		scratch_free(dir);
	}
}

/* A second creation is the last: its lost answer is not asked after again. */
static bool
always_maybe(void *arg, struct err *e)
{
	step(arg, CREATE, "create", NULL);
	err_set(e, ERR_NETWORK, "no answer");
	e->maybe = true;
	return false;
}

static void
test_created_twice_at_most(void **state)
{
	struct artefact_ops ops = scripted;
	struct script s = { .looks = "NLN", .calls = BUF_INIT(BUF_MAX_LINE) };
	struct err e = { .kind = ERR_NONE };
	char *dir = scratch_new();
	struct journal *j = open_journal(dir);
	AUTO_BUF k = BUF_INIT(BUF_MAX_LINE);

	(void)state;
	ops.create = always_maybe;
	assert_false(artefact_run(&ops, &s, ABOUT, j, &e));
	assert_string_equal(buf_str(&s.calls),
	    "prepare look before create look recover look before create finish-");
	kinds(j, 0, &k);
	assert_string_equal(buf_str(&k), "intent unknown! undo intent unknown!");
	assert_true(e.maybe);
	buf_free(&s.calls);
	journal_close(j);
	scratch_free(dir);
}

/* What the run before left decides whether DONE is recorded as ours. */
static void
test_second_runs(void **state)
{
	static const struct {
		struct path first, second;
	} cases[] = {
		{ { "cancelled", "N", "show", false, "prepare look before create save show finish-",
		      "intent failed!" },
		    { "found saved", "D", NULL, false, "prepare look finish+", "done" } },
		{ { "unknown", "N", "create", true, "prepare look before create look finish-",
		      "intent unknown!" },
		    { "cannot look", "D", "look", false, "prepare look finish-", "failed!" } },
		{ { "refused", "N", "create", false, "prepare look before create finish-",
		      "intent failed" },
		    { "made by others meanwhile", "D", NULL, false, "prepare look finish+", "" } },
		{ { "made", "N", NULL, false,
		      "prepare look before create save show confirm finish+", "intent done" },
		    { "nothing to do", "D", NULL, false, "prepare look finish+", "" } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char *dir = scratch_new();
		struct journal *j = open_journal(dir);

		walk(&cases[i].first, j);
		walk(&cases[i].second, j);
		journal_close(j);
		scratch_free(dir);
	}
}

static void
test_all_null(void **state)
{
	static const struct artefact_ops none = { .what = WHAT };
	char *dir = scratch_new();
	struct journal *j = open_journal(dir);
	AUTO_BUF k = BUF_INIT(BUF_MAX_LINE);

	(void)state;
	assert_true(artefact_run(&none, NULL, ABOUT, j, NULL));
	kinds(j, 0, &k);
	assert_string_equal(buf_str(&k), "intent done");
	journal_close(j);
	scratch_free(dir);
}

/* The detail of the records: what was there before; where it failed; nothing else. */
static void
test_details(void **state)
{
	static const struct path p = { "refused", "N", "create", false,
		"prepare look before create finish-", "intent failed" };
	char *dir = scratch_new();
	struct journal *j = open_journal(dir);
	const json_t *all;

	(void)state;
	walk(&p, j);
	all = journal_records(j);
	assert_string_equal(json_text(all, "0.detail.ids"), "AKIA1");
	assert_string_equal(json_text(all, "1.detail.step"), "create");
	assert_int_equal(json_object_size(json_at(all, "1.detail")), 5);
	journal_close(j);
	scratch_free(dir);
}

/* Without an intent on disk nothing is created. */
static void
test_journal_full(void **state)
{
	struct script s = { .looks = "N", .calls = BUF_INIT(BUF_MAX_LINE) };
	struct err e = { .kind = ERR_NONE };
	char *dir = scratch_new();
	struct journal *j = open_journal(dir);
	struct rlimit old, none;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	none = old;
	none.rlim_cur = 0;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
	bool ok = artefact_run(&scripted, &s, ABOUT, j, &e);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_false(ok);
	assert_int_equal(e.kind, ERR_FILE);
	assert_string_equal(buf_str(&s.calls), "prepare look before finish-");
	buf_free(&s.calls);
	journal_close(j);
	scratch_free(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_created_twice_at_most),
		cmocka_unit_test(test_second_runs),
		cmocka_unit_test(test_all_null),
		cmocka_unit_test(test_details),
		cmocka_unit_test(test_journal_full),
	};

	return RUN(tests);
}
