/* SPDX-License-Identifier: MIT */
#include "core_test.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>

#include "file.h"

struct scratch {
	char *dir;
	char path[512];
};

static int
setup(void **state)
{
	struct scratch *s = xcalloc(1, sizeof(*s));

	s->dir = scratch_new();
	*state = s;
	return 0;
}

static int
teardown(void **state)
{
	struct scratch *s = *state;

	scratch_free(s->dir);
	xfree(s);
	return 0;
}

/* The path of a name in the scratch directory, until the next call. */
static const char *
at(void **state, const char *name)
{
	struct scratch *s = *state;

	snprintf(s->path, sizeof(s->path), "%s/%.255s", s->dir, name);
	return s->path;
}

static mode_t
mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(lstat(path, &st), 0);
	return st.st_mode & 07777;
}

static size_t
entries(void **state)
{
	DIR *d = opendir(((struct scratch *)*state)->dir);
	size_t n = 0;

	assert_non_null(d);
	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n - 2;
}

static void
content_is(const char *path, const char *expected)
{
	char *s = slurp(path);

	assert_string_equal(s, expected);
	xfree(s);
}

static void
test_read(void **state)
{
	AUTO_BUF b = BUF_INIT(20);
	struct err e = { .kind = ERR_NONE };

	buf_puts(&b, "a");
	assert_false(file_read(at(state, "x\x1b"), &b, &e));
	assert_int_equal(e.kind, ERR_FILE);
	assert_true(err_is(&e, "NotFound"));
	assert_non_null(strstr(e.text, "x\\x1b"));
	err_clear(&e);
	spit(at(state, "x"), BYTES("0123456789\0001234567"));
	assert_true(file_read(at(state, "x"), &b, &e));
	assert_int_equal(b.len, 19);
	assert_memory_equal(b.data, "a0123456789\0001234567", 20);
	buf_cut(&b, 5);
	assert_false(file_read(at(state, "x"), &b, &e));
	assert_true(err_is(&e, "TooLarge"));
	assert_string_equal(buf_str(&b), "a0123");
	assert_false(b.failed);
	err_clear(&e);
	assert_false(file_read(((struct scratch *)*state)->dir, &b, &e));
	assert_false(err_is(&e, "NotFound"));
	assert_string_equal(buf_str(&b), "a0123");
}

static void
test_write_new(void **state)
{
	struct err e = { .kind = ERR_NONE };

	umask(0);
	assert_true(file_write(at(state, "new"), BYTES("one"), 0600, &e));
	content_is(at(state, "new"), "one");
	assert_int_equal(mode_of(at(state, "new")), 0600);
	umask(077);
	assert_true(file_write(at(state, "open"), BYTES("one"), 0644, &e));
	assert_int_equal(mode_of(at(state, "open")), 0644);
	assert_true(file_write(at(state, "empty"), "", 0, 0600, &e));
	content_is(at(state, "empty"), "");
	assert_int_equal(entries(state), 3);
}

static void
test_write_keeps_the_stricter_mode(void **state)
{
	struct err e = { .kind = ERR_NONE };

	spit(at(state, "f"), BYTES("old, and longer"));
	chmod(at(state, "f"), 0400);
	assert_true(file_write(at(state, "f"), BYTES("new"), 0644, &e));
	content_is(at(state, "f"), "new");
	assert_int_equal(mode_of(at(state, "f")), 0400);
	chmod(at(state, "f"), 0666);
	assert_true(file_write(at(state, "f"), BYTES("new"), 0600, &e));
	assert_int_equal(mode_of(at(state, "f")), 0600);
}

/* A dotfiles repository links the real file: the link has to stay one. */
static void
test_write_through_links(void **state)
{
	struct err e = { .kind = ERR_NONE };
	struct stat st;

	assert_int_equal(mkdir(at(state, "real"), 0700), 0);
	spit(at(state, "real/f"), BYTES("old"));
	assert_int_equal(symlink("real/f", at(state, "link")), 0);
	assert_int_equal(symlink("link", at(state, "second")), 0);
	assert_true(file_write(at(state, "second"), BYTES("new"), 0600, &e));
	content_is(at(state, "real/f"), "new");
	assert_int_equal(lstat(at(state, "link"), &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(symlink("real/none", at(state, "dangling")), 0);
	assert_true(file_write(at(state, "dangling"), BYTES("made"), 0600, &e));
	content_is(at(state, "real/none"), "made");
	assert_int_equal(symlink("loop", at(state, "loop")), 0);
	assert_false(file_write(at(state, "loop"), BYTES("x"), 0600, &e));
	assert_int_equal(e.kind, ERR_FILE);
}

static void
test_write_refuses(void **state)
{
	struct err e = { .kind = ERR_NONE };

	assert_false(file_write(at(state, "no/such/f"), BYTES("x"), 0600, &e));
	assert_true(err_is(&e, "NotFound"));
	err_clear(&e);
	assert_int_equal(mkfifo(at(state, "fifo"), 0600), 0);
	assert_false(file_write(at(state, "fifo"), BYTES("x"), 0600, &e));
	assert_non_null(strstr(e.text, "not a regular file"));
	assert_false(file_write(at(state, ""), BYTES("x"), 0600, NULL));
	assert_false(file_write("", BYTES("x"), 0600, NULL));
	assert_int_equal(entries(state), 1);
}

/* In a child that may write only `limit` bytes to a file: as on a full disk. */
static int
with_limit(rlim_t limit, bool (*fn)(void **, struct err *), void **state)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		struct rlimit l = { .rlim_cur = limit, .rlim_max = limit };
		struct err e = { .kind = ERR_NONE };

		signal(SIGXFSZ, SIG_IGN);
		setrlimit(RLIMIT_FSIZE, &l);
		_exit(fn(state, &e) ? 0 : e.kind == ERR_FILE ? 1 : 2);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static bool
write_ten(void **state, struct err *e)
{
	return file_write(at(state, "f"), BYTES("0123456789"), 0600, e);
}

static bool
reserve_ten(void **state, struct err *e)
{
	struct file_slot *slot = file_reserve(at(state, "g"), 10, false, e);

	file_discard(slot);
	return slot != NULL;
}

static void
test_full_disk(void **state)
{
	spit(at(state, "f"), BYTES("old"));
	assert_int_equal(with_limit(5, write_ten, state), 1);
	content_is(at(state, "f"), "old");
	assert_int_equal(entries(state), 1);
	assert_int_equal(with_limit(5, reserve_ten, state), 1);
	assert_int_equal(entries(state), 1);
	assert_int_equal(with_limit(10, reserve_ten, state), 0);
	assert_int_equal(entries(state), 1);
	assert_int_equal(with_limit(10, write_ten, state), 0);
	content_is(at(state, "f"), "0123456789");
}

static void
test_reserve(void **state)
{
	struct err e = { .kind = ERR_NONE };
	struct file_slot *slot = file_reserve(at(state, "key"), 5000, false, &e);
	struct stat st;

	assert_non_null(slot);
	assert_int_equal(access(at(state, "key"), F_OK), -1);
	assert_int_equal(entries(state), 1);
	assert_true(file_commit(slot, BYTES("secret"), &e));
	content_is(at(state, "key"), "secret");
	assert_int_equal(lstat(at(state, "key"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(st.st_size, 6);
	assert_int_equal(entries(state), 1);
	assert_null(file_reserve(at(state, "key"), 10, false, &e));
	assert_true(err_is(&e, "Exists"));
	err_clear(&e);
	slot = file_reserve(at(state, "key"), 10, true, &e);
	assert_non_null(slot);
	file_discard(slot);
	file_discard(NULL);
	content_is(at(state, "key"), "secret");
	assert_int_equal(entries(state), 1);
	slot = file_reserve(at(state, "key"), 1, true, &e);
	assert_true(file_commit(slot, BYTES("a longer secret"), &e));
	content_is(at(state, "key"), "a longer secret");
}

static void
test_reserve_does_not_replace(void **state)
{
	struct err e = { .kind = ERR_NONE };
	struct file_slot *slot;

	/* Even a dangling link is something that is there. */
	assert_int_equal(symlink("nowhere", at(state, "link")), 0);
	assert_null(file_reserve(at(state, "link"), 1, false, &e));
	assert_true(err_is(&e, "Exists"));
	err_clear(&e);
	/* A file that came meanwhile is not ours to replace. */
	slot = file_reserve(at(state, "key"), 1, false, &e);
	spit(at(state, "key"), BYTES("theirs"));
	assert_false(file_commit(slot, BYTES("ours"), &e));
	assert_true(err_is(&e, "Exists"));
	content_is(at(state, "key"), "theirs");
	assert_int_equal(entries(state), 2);
}

/* Make a temporary file as a killed run leaves it, `age` seconds old. */
static void
leftover(const char *path, time_t age)
{
	struct timeval t[2] = { { .tv_sec = time(NULL) - age }, { .tv_sec = time(NULL) - age } };

	spit(path, BYTES("secret"));
	assert_int_equal(utimes(path, t), 0);
}

static void
test_sweep(void **state)
{
	struct file_slot *slot;
	char *alive = NULL;
	DIR *d;
	struct dirent *entry;
	int fd;

	leftover(at(state, ".key.rootlock-abc123"), 90000);
	leftover(at(state, ".key.rootlock-def456"), 3600);
	leftover(at(state, ".key2.rootlock-abc123"), 90000);
	leftover(at(state, ".key.rootlock-abc1234"), 90000);
	leftover(at(state, "key.rootlock-abc123"), 90000);
	slot = file_reserve(at(state, "key"), 1, false, NULL);
	assert_non_null(slot);
	assert_int_equal(access(at(state, ".key.rootlock-abc123"), F_OK), -1);
	assert_int_equal(access(at(state, ".key.rootlock-def456"), F_OK), 0);
	assert_int_equal(access(at(state, ".key2.rootlock-abc123"), F_OK), 0);
	assert_int_equal(access(at(state, ".key.rootlock-abc1234"), F_OK), 0);
	assert_int_equal(access(at(state, "key.rootlock-abc123"), F_OK), 0);
	assert_int_equal(unlink(at(state, ".key.rootlock-def456")), 0);
	assert_int_equal(unlink(at(state, ".key.rootlock-abc1234")), 0);
	/* A run that waits for a day holds its lock. */
	d = opendir(((struct scratch *)*state)->dir);
	while ((entry = readdir(d)) != NULL)
		if (strncmp(entry->d_name, ".key.", 5) == 0)
			alive = xstrdup(at(state, entry->d_name));
	closedir(d);
	assert_non_null(alive);
	fd = open(alive, O_RDONLY);
	assert_int_equal(futimes(fd, (struct timeval[2]){ { .tv_sec = 1 }, { .tv_sec = 1 } }), 0);
	close(fd);
	file_discard(file_reserve(at(state, "key"), 1, false, NULL));
	assert_int_equal(access(alive, F_OK), 0);
	assert_true(file_commit(slot, BYTES("saved"), NULL));
	content_is(at(state, "key"), "saved");
	xfree(alive);
}

static void
test_make_dirs(void **state)
{
	struct err e = { .kind = ERR_NONE };

	umask(0);
	assert_true(file_make_dirs(at(state, "a/b//c/"), &e));
	assert_int_equal(mode_of(at(state, "a")), 0700);
	assert_int_equal(mode_of(at(state, "a/b/c")), 0700);
	assert_true(file_make_dirs(at(state, "a/b"), &e));
	assert_true(file_make_dirs("/", &e));
	umask(077);
	spit(at(state, "f"), BYTES("x"));
	assert_false(file_make_dirs(at(state, "f"), &e));
	assert_int_equal(e.kind, ERR_FILE);
	assert_false(file_make_dirs(at(state, "f/g"), NULL));
	assert_false(file_make_dirs("", NULL));
}

static void
unsafe(void **state, const char *name, const char *why)
{
	const char *got = file_unsafe_place(at(state, name));

	if (why == NULL)
		assert_null(got);
	else if (got == NULL || strstr(got, why) == NULL)
		fail_msg("%s: %s instead of %s", name, got != NULL ? got : "fine", why);
}

static void
test_unsafe_places(void **state)
{
	mkdir(at(state, "d"), 0700);
	unsafe(state, "d/f", NULL);
	unsafe(state, "d/new/dirs/f", NULL);
	spit(at(state, "d/f"), BYTES("x"));
	unsafe(state, "d/f", NULL);
	assert_int_equal(symlink("f", at(state, "d/link")), 0);
	unsafe(state, "d/link", "symbolic link");
	unsafe(state, "d", "not a regular file");
	assert_int_equal(chmod(at(state, "d"), 0750), 0);
	unsafe(state, "d/f", "read");
	assert_int_equal(chmod(at(state, "d"), 0702), 0);
	unsafe(state, "d/f", "write");
	assert_int_equal(chmod(at(state, "d"), 0711), 0);
	unsafe(state, "d/f", NULL);
	mkdir(at(state, "d/sub"), 0700);
	mkdir(at(state, "d/.git"), 0700);
	unsafe(state, "d/sub/f", "git");
	unsafe(state, "d/sub/new/f", "git");
	/* A linked work tree has a file there, and links lead into one, too. */
	assert_int_equal(rmdir(at(state, "d/.git")), 0);
	unsafe(state, "d/sub/f", NULL);
	spit(at(state, "d/.git"), BYTES("gitdir: x"));
	unsafe(state, "d/sub/f", "git");
	assert_int_equal(symlink("d/sub", at(state, "way")), 0);
	unsafe(state, "way/f", "git");
}

static void
test_unsafe_owner(void **state)
{
	if (geteuid() != 0)
		skip();
	mkdir(at(state, "d"), 0700);
	assert_int_equal(chown(at(state, "d"), 12345, 12345), 0);
	unsafe(state, "d/f", "another user");
}

/* sudo rootlock must not take a person's file from him. */
static void
test_write_keeps_the_owner(void **state)
{
	struct stat st;

	if (geteuid() != 0)
		skip();
	spit(at(state, "f"), BYTES("old"));
	assert_int_equal(chown(at(state, "f"), 12345, 54321), 0);
	assert_true(file_write(at(state, "f"), BYTES("new"), 0600, NULL));
	assert_int_equal(stat(at(state, "f"), &st), 0);
	assert_int_equal(st.st_uid, 12345);
	assert_int_equal(st.st_gid, 54321);
}

static void
test_lock(void **state)
{
	struct err e = { .kind = ERR_NONE };
	int fd = file_lock(at(state, "lock"), &e);

	assert_true(fd >= 0);
	assert_int_equal(mode_of(at(state, "lock")), 0600);
	assert_int_equal(file_lock(at(state, "lock"), &e), -1);
	assert_true(err_is(&e, "Locked"));
	close(fd);
	fd = file_lock(at(state, "lock"), NULL);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(symlink("lock", at(state, "link")), 0);
	assert_int_equal(file_lock(at(state, "link"), NULL), -1);
	assert_int_equal(file_lock(at(state, "no/lock"), NULL), -1);
}

static void
test_expand(void **state)
{
	static const char *const rows[][2] = {
		{ "~", "/home/a" },
		{ "~/x", "/home/a/x" },
		{ "~b/x", "~b/x" },
		{ "x/~", "x/~" },
		{ "", "" },
		{ "/x", "/x" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *s = file_expand(rows[i][0], "/home/a");

		assert_string_equal(s, rows[i][1]);
		xfree(s);
	}
}

#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_read),
		T(test_write_new),
		T(test_write_keeps_the_stricter_mode),
		T(test_write_through_links),
		T(test_write_refuses),
		T(test_full_disk),
		T(test_reserve),
		T(test_reserve_does_not_replace),
		T(test_sweep),
		T(test_make_dirs),
		T(test_unsafe_places),
		T(test_unsafe_owner),
		T(test_write_keeps_the_owner),
		T(test_lock),
		cmocka_unit_test(test_expand),
	};

	return RUN(tests);
}
