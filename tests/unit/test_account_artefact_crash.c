/* SPDX-License-Identifier: MIT */
/*
 * An access key at a modelled AWS (quality page, 2.4), where each step may
 * fail, lose its answer, see an old list or be killed.  All histories with up
 * to two such faults, run again until they end, leave one key, saved, and no
 * orphan.
 */
#include "core_test.h"

#include <sys/mman.h>

#include "account.h"
#include "journal.h"
#include "json.h"

#define WHAT "iam:CreateAccessKey"
#define ABOUT "user/alice"

#define KEYS 64
#define CHOICES 256
#define RUNS 8
#define FOREIGN 1 /* a key of somebody else, there before */
#define KILLED 9

/* What outlives a process: AWS, the file, and which faults this history has. */
struct world {
	bool alive[KEYS];
	int next; /* id of the next key */
	int file; /* id in the credentials file, 0: none */
	int creations;
	int choice[CHOICES], limit[CHOICES];
	int at, faults, max_faults;
};

static struct world *world; /* shared with the children */

/* One process. */
struct process {
	struct journal *j;
	int made;   /* id whose secret is in memory */
	bool stale; /* lists lag: the newest key is not in them */
};

/* 0: no fault; else one of n - 1 faults, as this history says. */
static int
choose(int n)
{
	int i = world->at;

	if (world->faults >= world->max_faults)
		return 0;
	assert_true(i < CHOICES);
	world->limit[i] = n;
	world->at++;
	world->faults += world->choice[i] != 0;
	return world->choice[i];
}

static void
killed(void)
{
	_exit(KILLED);
}

static bool
no_answer(struct err *e)
{
	err_set(e, ERR_NETWORK, "no answer");
	e->maybe = true;
	return false;
}

static bool
refused(struct err *e)
{
	return err_set(e, ERR_AWS, "refused");
}

/* Ids in a list of AWS; with `stale` the newest is not in it yet. */
static json_t *
list_keys(bool stale)
{
	json_t *ids = json_array();

	for (int i = 1; i < world->next; i++)
		if (world->alive[i] && !(stale && i == world->next - 1 && i != FOREIGN))
			json_array_append_new(ids, json_integer(i));
	return ids;
}

static bool
has(const json_t *list, int id)
{
	const json_t *v;
	size_t i;

	json_array_foreach (list, i, v)
		if (json_integer_value(v) == id)
			return true;
	return false;
}

/* What the first intent since the last end knew to be there; NULL when none is open. */
static const json_t *
open_intent(const struct journal *j)
{
	const json_t *all = journal_records(j), *open = NULL, *r;
	size_t i;

	json_array_foreach (all, i, r) {
		const char *kind = json_text_or(r, "kind", "");

		if (strcmp(kind, "intent") == 0 && open == NULL)
			open = json_at(r, "detail.ids");
		else if (strcmp(kind, "done") == 0 || strcmp(kind, "undo") == 0 ||
			 (strcmp(kind, "failed") == 0 && !json_bool(r, "detail.open")))
			open = NULL;
	}
	return open;
}

/* The key that is ours and whose secret is gone, 0: none. */
static int
lost_key(const struct process *p, bool stale)
{
	const json_t *before = open_intent(p->j);
	json_auto_t *now = list_keys(stale);

	for (int i = 1; before != NULL && i < world->next; i++)
		if (has(now, i) && !has(before, i) && i != world->file)
			return i;
	return 0;
}

static bool
k_prepare(void *arg, struct err *e)
{
	(void)arg;
	switch (choose(3)) {
	case 1:
		killed();
		break;
	case 2:
		return err_set(e, ERR_FILE, "disk full");
	default:
		break;
	}
	return true;
}

static bool
k_look(void *arg, enum artefact_found *found, struct err *e)
{
	struct process *p = arg;
	bool stale = false;

	switch (choose(4)) {
	case 1:
		killed();
		break;
	case 2:
		return refused(e);
	case 3:
		stale = true;
		break;
	default:
		break;
	}
	*found = ARTEFACT_NONE;
	if (world->file != 0 && world->alive[world->file])
		*found = ARTEFACT_DONE;
	else if (lost_key(p, stale) != 0)
		*found = ARTEFACT_LOST;
	return true;
}

static json_t *
k_before(void *arg)
{
	json_t *detail = json_pack("{s:o}", "ids", list_keys(choose(2) == 1));

	(void)arg;
	return detail;
}

static bool
k_create(void *arg, struct err *e)
{
	struct process *p = arg;
	int fault = choose(6);

	if (fault == 1)
		killed(); /* before it was sent */
	if (fault == 2)
		return no_answer(e); /* lost on its way there */
	if (fault == 3)
		return refused(e);
	assert_true(world->next < KEYS);
	world->alive[world->next] = true;
	world->creations++;
	p->made = world->next++;
	if (fault == 4)
		killed(); /* after it took effect */
	if (fault == 5) {
		p->made = 0;
		return no_answer(e); /* lost on its way back */
	}
	return true;
}

static bool
k_save(void *arg, struct err *e)
{
	const struct process *p = arg;
	int fault = choose(4);

	if (fault == 1)
		killed(); /* the rename did not happen */
	if (fault == 2)
		return err_set(e, ERR_FILE, "disk full");
	assert_int_not_equal(p->made, 0);
	world->file = p->made;
	if (fault == 3)
		killed();
	return true;
}

static bool
k_show(void *arg, struct err *e)
{
	const struct process *p = arg;

	assert_int_equal(world->file, p->made); /* saved before it is shown */
	switch (choose(3)) {
	case 1:
		killed();
		break;
	case 2:
		return err_set(e, ERR_CANCELLED, "cancelled");
	default:
		break;
	}
	return true;
}

/* The closing list: waits until the new key is in it, then looks for what is too many. */
static bool
k_confirm(void *arg, struct err *e)
{
	struct process *p = arg;
	int lost, fault = choose(4);

	if (fault == 1)
		killed();
	if (fault == 2)
		return refused(e);
	while ((lost = lost_key(p, false)) != 0)
		world->alive[lost] = false;
	if (fault == 3)
		killed();
	return true;
}

static bool
k_recover(void *arg, struct err *e)
{
	struct process *p = arg;
	int fault = choose(6), lost;

	if (fault == 1)
		killed();
	if (fault == 2)
		return no_answer(e);
	if (fault == 3)
		return refused(e);
	while ((lost = lost_key(p, false)) != 0)
		world->alive[lost] = false;
	if (fault == 4)
		killed();
	if (fault == 5)
		return no_answer(e);
	return true;
}

static void
k_finish(void *arg, bool ok)
{
	(void)arg;
	(void)ok;
	if (choose(2) == 1)
		killed(); /* after the last record */
}

static const struct artefact_ops modelled = { WHAT, k_prepare, k_look, k_before, k_create, k_save,
	k_show, k_confirm, k_recover, k_finish };

/* One start of the program; true when it ended well. */
static bool
run_once(const char *dir)
{
	pid_t pid = fork();
	int status = -1;

	if (pid == 0) {
		struct err e = { .kind = ERR_NONE };
		struct process p = { .j = journal_open(dir, "run", &e) };

		_exit(p.j != NULL && artefact_run(&modelled, &p, ABOUT, p.j, &e) ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status) == 0;
}

/* The faults of this history, for the message. */
static void
describe(struct buf *b)
{
	for (int i = 0; i < world->at; i++)
		buf_printf(b, "%d/%d ", world->choice[i], world->limit[i]);
}

static void
check_end(const char *dir)
{
	AUTO_BUF b = BUF_INIT(BUF_MAX_TEXT);
	struct journal *j = journal_read(dir, NULL);
	int live = 0, creations = world->creations;

	describe(&b);
	for (int i = 1; i < world->next; i++)
		live += world->alive[i];
	if (!world->alive[FOREIGN])
		fail_msg("deleted a foreign key: %s", buf_str(&b));
	if (world->file == 0 || !world->alive[world->file])
		fail_msg("lost: %s", buf_str(&b));
	if (live != 2)
		fail_msg("%d keys: %s", live, buf_str(&b));
	if (!journal_made(j, WHAT, ABOUT))
		fail_msg("not recorded: %s", buf_str(&b));
	journal_close(j);
	/* Once more: nothing is left to do. */
	world->max_faults = 0;
	assert_true(run_once(dir));
	assert_int_equal(world->creations, creations);
}

static void
play(int max_faults)
{
	char *dir = scratch_new();
	int runs = 0;

	memset(world->alive, 0, sizeof world->alive);
	world->alive[FOREIGN] = true;
	world->next = FOREIGN + 1;
	world->file = world->creations = world->at = world->faults = 0;
	world->max_faults = max_faults;
	while (!run_once(dir))
		if (++runs >= RUNS) {
			AUTO_BUF b = BUF_INIT(BUF_MAX_TEXT);

			describe(&b);
			fail_msg("does not end: %s", buf_str(&b));
		}
	check_end(dir);
	scratch_free(dir);
}

/* The next history in lexical order; false after the last. */
static bool
next_history(void)
{
	int i = world->at - 1;

	while (i >= 0 && world->choice[i] + 1 >= world->limit[i])
		world->choice[i--] = 0;
	if (i < 0)
		return false;
	world->choice[i]++;
	memset(&world->choice[i + 1], 0, sizeof(world->choice[0]) * (size_t)(CHOICES - i - 1));
	return true;
}

static void
explore(int max_faults, unsigned at_least)
{
	unsigned histories = 0;

	world =
	    mmap(NULL, sizeof *world, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(world != MAP_FAILED);
	do {
		play(max_faults);
		histories++;
	} while (next_history());
	print_message("%u histories with up to %d faults\n", histories, max_faults);
	assert_true(histories >= at_least);
	assert_int_equal(munmap(world, sizeof *world), 0);
}

static void
test_one_fault(void **state)
{
	(void)state;
	explore(0, 1);
	explore(1, 20);
}

static void
test_two_faults(void **state)
{
	(void)state;
	explore(2, 200);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_fault),
		cmocka_unit_test(test_two_faults),
	};

	return RUN(tests);
}
