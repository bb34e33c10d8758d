/* SPDX-License-Identifier: MIT */
#include "core_test.h"

#include <signal.h>
#include <sys/resource.h>

#include "journal.h"
#include "json.h"

struct scratch {
	char *top;
	char *dir; /* the journal's, not there yet */
	char *file;
};

static int
setup(void **state)
{
	struct scratch *s = xcalloc(1, sizeof(*s));

	s->top = scratch_new();
	s->dir = xasprintf("%s/state/rootlock/111122223333", s->top);
	s->file = xasprintf("%s/journal", s->dir);
	*state = s;
	return 0;
}

static int
teardown(void **state)
{
	struct scratch *s = *state;

	scratch_free(s->top);
	xfree(s->dir);
	xfree(s->file);
	xfree(s);
	return 0;
}

static struct journal *
open_it(void **state)
{
	struct err e = { .kind = ERR_NONE };
	struct journal *j = journal_open(((struct scratch *)*state)->dir, NULL, &e);

	if (j == NULL)
		fail_msg("%s", e.text);
	return j;
}

static struct journal *
read_it(void **state)
{
	struct err e = { .kind = ERR_NONE };
	struct journal *j = journal_read(((struct scratch *)*state)->dir, &e);

	if (j == NULL)
		fail_msg("%s", e.text);
	return j;
}

static void
put(struct journal *j, const char *kind, const char *about)
{
	struct err e = { .kind = ERR_NONE };

	if (!journal_put(j, kind, "iam:CreateUser", about, NULL, &e))
		fail_msg("%s", e.text);
}

static size_t
count(const struct journal *j)
{
	return json_array_size(journal_records(j));
}

/* Count of valid records in the file as another run sees them. */
static size_t
count_on_disk(void **state)
{
	struct journal *j = read_it(state);
	size_t n = count(j);

	journal_close(j);
	return n;
}

static void
test_write_and_read_back(void **state)
{
	struct scratch *s = *state;
	struct journal *j = open_it(state);
	struct stat st;
	char *text;

	assert_int_equal(count(j), 0);
	assert_true(journal_put(j, "intent", "iam:CreateUser", "user/alice",
	    json_pack("{s:s, s:i}", "path", "/rootlock/\x1b\xc3\xbc", "n", 2), NULL));
	put(j, "done", "user/alice");
	assert_int_equal(count(j), 2);
	assert_int_equal(strlen(journal_run(j)), 20);
	assert_int_equal(stat(s->file, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(stat(s->dir, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	text = slurp(s->file);
	assert_null(strchr(text, 0x1b));
	assert_non_null(strstr(text, ",\"sum\":\""));
	assert_int_equal(text[strlen(text) - 1], '\n');
	xfree(text);
	journal_close(j);

	j = read_it(state);
	assert_int_equal(count(j), 2);
	assert_string_equal(json_text(journal_records(j), "0.kind"), "intent");
	assert_string_equal(
	    json_text(journal_records(j), "0.detail.path"), "/rootlock/\x1b\xc3\xbc");
	assert_int_equal(json_int_or(journal_records(j), "0.detail.n", 0), 2);
	assert_null(json_at(journal_records(j), "1.detail"));
	assert_null(json_at(journal_records(j), "0.sum"));
	assert_int_equal(json_text(journal_records(j), "0.time")[19], 'Z');
	journal_close(j);
	journal_close(NULL);
}

static void
test_read_makes_nothing(void **state)
{
	struct journal *j = read_it(state);

	assert_int_equal(count(j), 0);
	assert_string_equal(journal_run(j), "");
	assert_int_equal(access(((struct scratch *)*state)->dir, F_OK), -1);
	journal_close(j);
}

static void
test_one_at_a_time(void **state)
{
	struct scratch *s = *state;
	struct err e = { .kind = ERR_NONE };
	struct journal *j = open_it(state), *r;

	put(j, "note", "x");
	assert_null(journal_open(s->dir, NULL, &e));
	assert_true(err_is(&e, "Locked"));
	r = read_it(state); /* an audit may look meanwhile */
	assert_int_equal(count(r), 1);
	journal_close(r);
	journal_close(j);
	j = journal_open(s->dir, "my-run", NULL);
	assert_non_null(j);
	assert_string_equal(journal_run(j), "my-run");
	put(j, "note", "y");
	assert_string_equal(json_text(journal_records(j), "1.run"), "my-run");
	journal_close(j);
}

static void
test_last_and_made(void **state)
{
	struct journal *j = open_it(state);

	assert_null(journal_last(j, "iam:CreateUser", "a"));
	assert_false(journal_made(j, "iam:CreateUser", "a"));
	put(j, "intent", "a");
	assert_false(journal_made(j, "iam:CreateUser", "a"));
	put(j, "done", "a");
	put(j, "intent", "b");
	assert_true(journal_made(j, "iam:CreateUser", "a"));
	assert_false(journal_made(j, "iam:CreateUser", "b"));
	assert_false(journal_made(j, "iam:CreateGroup", "a"));
	assert_string_equal(json_text(journal_last(j, "iam:CreateUser", "a"), "kind"), "done");
	assert_string_equal(json_text(journal_last(j, "iam:CreateUser", "b"), "kind"), "intent");
	assert_null(journal_last(j, "iam:CreateGroup", "a"));
	put(j, "undo", "a");
	assert_false(journal_made(j, "iam:CreateUser", "a"));
	put(j, "done", "a");
	put(j, "intent", "a");
	put(j, "failed", "a");
	assert_true(journal_made(j, "iam:CreateUser", "a"));
	journal_close(j);
}

/* Cut the file at every byte, as a crash does: lines that are whole count, no more. */
static void
test_torn_at_every_byte(void **state)
{
	struct scratch *s = *state;
	struct journal *j = open_it(state);
	size_t len, first;
	char *text;

	put(j, "intent", "a");
	put(j, "done", "a");
	journal_close(j);
	text = slurp(s->file);
	len = strlen(text);
	first = strcspn(text, "\n") + 1;
	for (size_t n = 0; n <= len; n++) {
		size_t whole = n >= len - 1 ? 2 : n >= first - 1 ? 1 : 0;

		spit(s->file, text, n);
		assert_int_equal(count_on_disk(state), whole);
		j = open_it(state);
		assert_int_equal(count(j), whole);
		put(j, "note", "after");
		journal_close(j);
		assert_int_equal(count_on_disk(state), whole + 1);
	}
	xfree(text);
}

/* Change each byte: the line that it is in does not count any more. */
static void
test_every_byte_counts(void **state)
{
	struct scratch *s = *state;
	struct journal *j = open_it(state);
	char *text;

	put(j, "intent", "a");
	put(j, "done", "b");
	journal_close(j);
	text = slurp(s->file);
	for (size_t i = 0; text[i] != '\0'; i++) {
		char keep = text[i];
		size_t n;

		text[i] = (char)(keep ^ 1);
		spit(s->file, text, strlen(text));
		n = count_on_disk(state);
		assert_true(n < 2);
		text[i] = keep;
	}
	xfree(text);
}

static void
test_rubbish(void **state)
{
	static const char rubbish[] =
	    "\n\n{}\n[]\nnull\n\0\xff\xfe\n,\"sum\":\"0123456789abcdef\"}\n"
	    "{\"a\":1,\"sum\":\"0123456789abcdef\"}\n{\"sum\":\"\"}\n";
	struct scratch *s = *state;
	struct journal *j = open_it(state);

	journal_close(j);
	spit(s->file, BYTES(rubbish));
	j = open_it(state);
	assert_int_equal(count(j), 0);
	put(j, "note", "still works");
	journal_close(j);
	assert_int_equal(count_on_disk(state), 1);
}

static void
test_strange_names(void **state)
{
	struct journal *j = open_it(state);

	put(j, "note", "\xff\n\"},\"sum\":\"");
	put(j, "note", "a\nb\"");
	assert_non_null(journal_last(j, "iam:CreateUser", "a\nb\""));
	journal_close(j);
	assert_int_equal(count_on_disk(state), 2);
}

static void
test_places_that_fail(void **state)
{
	struct scratch *s = *state;
	struct err e = { .kind = ERR_NONE };
	char *state_dir = xasprintf("%s/state", s->top);

	spit(state_dir, BYTES("a file"));
	assert_null(journal_open(s->dir, NULL, &e));
	assert_int_equal(e.kind, ERR_FILE);
	err_clear(&e);
	assert_null(journal_read(s->dir, &e));
	assert_int_equal(e.kind, ERR_FILE);
	assert_int_equal(unlink(state_dir), 0);
	/* A link could send what we record anywhere. */
	journal_close(open_it(state));
	assert_int_equal(unlink(s->file), 0);
	assert_int_equal(symlink("elsewhere", s->file), 0);
	assert_null(journal_open(s->dir, NULL, NULL));
	xfree(state_dir);
}

/* On a full disk the record is refused, and what was there stays readable. */
static void
test_full_disk(void **state)
{
	struct scratch *s = *state;
	struct journal *j = open_it(state);
	int status;
	pid_t pid;

	put(j, "intent", "a");
	journal_close(j);
	pid = fork();
	if (pid == 0) {
		struct rlimit l = { .rlim_cur = 200, .rlim_max = 200 };
		struct err e = { .kind = ERR_NONE };
		bool refused;

		signal(SIGXFSZ, SIG_IGN);
		j = journal_open(s->dir, NULL, &e);
		setrlimit(RLIMIT_FSIZE, &l);
		refused = j != NULL && !journal_put(j, "done", "x", "a", NULL, &e) &&
			  e.kind == ERR_FILE && json_array_size(journal_records(j)) == 1;
		_exit(refused ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(count_on_disk(state), 1);
	j = open_it(state);
	put(j, "done", "a");
	journal_close(j);
	assert_int_equal(count_on_disk(state), 2);
}

static void
test_too_large(void **state)
{
	struct journal *j = open_it(state);
	struct err e = { .kind = ERR_NONE };
	char *huge = xmalloc(BUF_MAX_TEXT + 1);

	memset(huge, 'x', BUF_MAX_TEXT);
	huge[BUF_MAX_TEXT] = '\0';
	assert_false(journal_put(j, "note", "x", huge, NULL, &e));
	assert_int_equal(e.kind, ERR_FILE);
	assert_int_equal(count(j), 0);
	put(j, "note", "y");
	journal_close(j);
	assert_int_equal(count_on_disk(state), 1);
	xfree(huge);
}

#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_write_and_read_back),
		T(test_read_makes_nothing),
		T(test_one_at_a_time),
		T(test_last_and_made),
		T(test_torn_at_every_byte),
		T(test_every_byte_counts),
		T(test_rubbish),
		T(test_strange_names),
		T(test_places_that_fail),
		T(test_full_disk),
		T(test_too_large),
	};

	return RUN(tests);
}
