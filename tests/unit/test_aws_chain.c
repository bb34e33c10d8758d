/* SPDX-License-Identifier: MIT */
/* Parts of the chain: commands, children, and sessions that renew their credentials. */
#include <signal.h>

#include "aws_server.h"
#include "aws_test.h"
#include "chain.h"
#include "clock.h"
#include "../../src/aws/process.h"
#include "sts.h"

/* ---- splitting ------------------------------------------------------------------------- */

/* The words in <>; "!" for a refusal. */
static void
expect_words(const char *command, const char *wanted)
{
	struct strlist words = { 0 };
	AUTO_BUF got = BUF_INIT(BUF_MAX_LINE);
	const char *problem = NULL;

	if (!process_split(command, &words, &problem)) {
		buf_puts(&got, "!");
		assert_non_null(problem);
	} else {
		for (size_t i = 0; i < words.n; i++)
			buf_printf(&got, "<%s>", words.items[i]);
	}
	assert_string_equal(buf_str(&got), wanted);
	strlist_free(&words);
}

/* Wanted is what Python's shlex.split() gives. */
static void
test_split(void **state)
{
	(void)state;
	expect_words("", "");
	expect_words("  a\tb  c\n", "<a><b><c>");
	expect_words("a 'b c' \"d e\"f'g'", "<a><b c><d efg>");
	expect_words("a '' \"\"", "<a><><>");
	expect_words("a\\ b \\\"c", "<a b><\"c>");
	expect_words("\"a\\\"b\\\\c\\d\" 'e\\f'", "<a\"b\\c\\d><e\\f>");
	expect_words("a;b $HOME `x` *|&>", "<a;b><$HOME><`x`><*|&>>");
	expect_words("a 'b", "!");
	expect_words("a \"b\\\"", "!");
	expect_words("a \\", "!");
	expect_words("# a", "<#><a>");
}

/* ---- running --------------------------------------------------------------------------- */

struct outcome {
	struct buf out, why;
	struct process_end end;
};

static bool
never(void *arg, struct aws_transport *t, int ms)
{
	(void)arg;
	(void)t;
	(void)ms;
	return false;
}

static bool
run(const char *script, int seconds, aws_wait_fn *wait, struct outcome *o, struct err *e)
{
	const struct aws_settings s = { .max_attempts = 1 };
	struct login_env io = { .settings = &s, .wait = wait };
	struct strlist words = { 0 };
	bool ok;

	*o = (struct outcome){ .out = BUF_INIT(1000), .why = BUF_INIT(1000) };
	io.transport = aws_transport_new(&s, e);
	strlist_add(&words, "sh");
	strlist_add(&words, "-c");
	strlist_add(&words, script);
	ok = process_run(&io, &words, seconds, &o->out, &o->why, &o->end, e);
	strlist_free(&words);
	aws_transport_free(io.transport);
	return ok;
}

static void
outcome_free(struct outcome *o)
{
	buf_free(&o->out);
	buf_free(&o->why);
}

static void
test_run(void **state)
{
	struct err e = { 0 };
	struct outcome o;

	(void)state;
	assert_true(run("echo out; echo why >&2; exit 3", 10, NULL, &o, &e));
	assert_string_equal(buf_str(&o.out), "out\n");
	assert_string_equal(buf_str(&o.why), "why\n");
	assert_int_equal(WEXITSTATUS(o.end.status), 3);
	assert_false(o.end.late || o.end.cancelled || o.end.flooded);
	outcome_free(&o);
	assert_true(run("kill -9 $$", 10, NULL, &o, &e));
	assert_true(WIFSIGNALED(o.end.status));
	outcome_free(&o);
	assert_true(run("head -c 200000 /dev/zero", 10, NULL, &o, &e));
	assert_true(o.end.flooded);
	assert_int_equal(o.end.status, 0);
	outcome_free(&o);
}

/* Without the two that glibc keeps for itself, which posix_spawn() ignores. */
static unsigned long long
signals_in(const char *status, const char *field)
{
	const char *at = strstr(status, field);

	assert_non_null(at);
	return strtoull(at + strlen(field), NULL, 16) & ~(3ull << 31);
}

/* Signals that we block or ignore are as new in the child. */
static void
test_signals(void **state)
{
	struct err e = { 0 };
	struct outcome o;
	sigset_t set, old;

	(void)state;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, &old);
	signal(SIGPIPE, SIG_IGN);
	assert_true(run("grep -E '^Sig(Blk|Ign)' /proc/self/status", 10, NULL, &o, &e));
	sigprocmask(SIG_SETMASK, &old, NULL);
	signal(SIGPIPE, SIG_DFL);
	assert_true(signals_in(buf_str(&o.out), "SigBlk:") == 0);
	assert_true(signals_in(buf_str(&o.out), "SigIgn:") == 0);
	outcome_free(&o);
}

static bool
is_gone(const char *pid)
{
	for (int i = 0; i < 200; i++) {
		AUTO_FREE char *path = xasprintf("/proc/%ld/cmdline", strtol(pid, NULL, 10));
		AUTO_FREE char *line = access(path, R_OK) == 0 ? slurp(path) : xstrdup("");

		if (strncmp(line, "sleep", 5) != 0)
			return true;
		usleep(10000);
	}
	return false;
}

/* The time limit and the person's wish end it with all that it has started. */
static void
test_limits(void **state)
{
	struct err e = { 0 };
	struct outcome o;
	int64_t begin = clock_ms();

	(void)state;
	assert_true(run("sleep 61 & echo $!; wait", 1, NULL, &o, &e));
	assert_true(o.end.late);
	assert_true(clock_ms() - begin < 5000);
	assert_true(is_gone(buf_str(&o.out)));
	outcome_free(&o);
	/* Ended, but a child of its own has kept the output. */
	assert_true(run("sleep 62 & echo $!", 1, NULL, &o, &e));
	assert_true(o.end.late);
	assert_true(is_gone(buf_str(&o.out)));
	outcome_free(&o);
	begin = clock_ms();
	assert_true(run("sleep 63", 60, never, &o, &e));
	assert_true(o.end.cancelled);
	assert_true(clock_ms() - begin < 5000);
	outcome_free(&o);
}

/* ---- renewal ---------------------------------------------------------------------------- */

#define ANSWER(status, body)                                                                       \
	"HTTP/1.1 " status "\r\nContent-Type: text/xml\r\nConnection: close\r\n\r\n" body
#define IDENTITY(account)                                                                          \
	ANSWER("200 OK", "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>" account   \
			 "</Account><UserId>A</UserId><Arn>arn:aws:iam::" account                  \
			 ":user/u</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>")
#define EXPIRED                                                                                    \
	ANSWER("403 Forbidden", "<ErrorResponse><Error><Code>ExpiredToken</Code><Message>The "     \
				"security token included in the request is expired</Message>"      \
				"</Error></ErrorResponse>")
#define MINE "111122223333"

static int64_t
given_time(void *arg)
{
	return *(const int64_t *)arg;
}

/* A home whose credential process gives KEY1, KEY2, ... for an hour each. */
struct world {
	char *dir;
	int64_t now;
	struct clock clock;
	struct aws_settings settings;
	struct aws_transport *transport;
	struct server server;
	struct aws *aws;
};

static void
put_tool(const struct world *w, const char *script)
{
	AUTO_FREE char *tool = xasprintf("%s/tool", w->dir);

	spit(tool, script, strlen(script));
	chmod(tool, 0700);
}

static void
world_open(struct world *w, const char *const *script, unsigned n)
{
	struct err e = { 0 };
	const struct aws_options o = { .profile = NULL };

	*w = (struct world){ .dir = scratch_new(), .now = 1700000000 };
	w->clock = (struct clock){ .source = given_time, .arg = &w->now };
	AUTO_FREE char *aws = xasprintf("%s/.aws", w->dir);
	AUTO_FREE char *config = xasprintf("%s/config", aws);
	AUTO_FREE char *text = xasprintf("[default]\ncredential_process = %s/tool\n", w->dir);
	mkdir(aws, 0700);
	spit(config, text, strlen(text));
	put_tool(w, "#!/bin/sh\ncd \"$(dirname \"$0\")\"\necho x >>ran\nn=$(wc -l <ran)\n"
		    "echo '{\"Version\":1,\"AccessKeyId\":\"KEY'$n'\",\"SecretAccessKey\":\"s\","
		    "\"SessionToken\":\"t\",\"Expiration\":\"'$(date -u -d @$((1700000000+n*3600)) "
		    "+%Y-%m-%dT%H:%M:%SZ)'\"}'\n");
	setenv("HOME", w->dir, 1);
	server_start(&w->server, script, n);
	w->settings = (struct aws_settings){ .max_attempts = 2,
		.region = xstrdup("us-east-1"),
		.endpoint_url = xstrdup(w->server.url) };
	w->transport = aws_transport_new(&w->settings, &e);
	const struct chain_env env = {
		.io = { .transport = w->transport, .settings = &w->settings, .clock = &w->clock }
	};
	struct aws_credentials *c = chain_credentials(&env, &o, &e);
	if (c == NULL)
		fail_msg("%s", e.text);
	assert_string_equal(c->renew, "");
	w->aws = aws_open(w->transport, &w->settings, c, &w->clock);
	aws_set_account(w->aws, MINE);
}

static void
world_close(struct world *w)
{
	aws_close(w->aws);
	aws_transport_free(w->transport);
	aws_settings_free(&w->settings);
	server_stop(&w->server);
	scratch_free(w->dir);
}

static bool
who(struct world *w, struct err *e)
{
	struct sts_identity out;

	return sts_get_caller_identity(w->aws, &out, e);
}

static void
expect_signed(const struct world *w, unsigned i, const char *key)
{
	AUTO_FREE char *credential = xasprintf("Credential=%s/", key);

	assert_non_null(strstr(w->server.seen->text[i], credential));
}

/* With an hour left nothing happens; with less than five minutes they are renewed first. */
static void
test_renewed_before_the_end(void **state)
{
	static const char *const script[] = { IDENTITY(MINE), IDENTITY(MINE), IDENTITY(MINE) };
	struct world w;
	struct err e = { 0 };

	(void)state;
	world_open(&w, script, COUNT(script));
	assert_true(who(&w, &e));
	expect_signed(&w, 0, "KEY1");
	w.now += 3600 - 299;
	assert_true(who(&w, &e));
	expect_signed(&w, 1, "KEY2"); /* whose account is it? */
	expect_signed(&w, 2, "KEY2"); /* and the call */
	assert_string_equal(aws_credentials(w.aws)->access_key_id, "KEY2");
	world_close(&w);
}

/* The clock said nothing, but AWS did: once more with new ones, once. */
static void
test_renewed_when_refused(void **state)
{
	static const char *const script[] = { EXPIRED, IDENTITY(MINE), IDENTITY(MINE), EXPIRED,
		IDENTITY(MINE), EXPIRED };
	struct world w;
	struct err e = { 0 };

	(void)state;
	world_open(&w, script, COUNT(script));
	assert_true(who(&w, &e));
	expect_signed(&w, 0, "KEY1");
	expect_signed(&w, 2, "KEY2");
	assert_false(who(&w, &e));
	expect_signed(&w, 5, "KEY3");
	assert_string_equal(e.code, "ExpiredToken");
	world_close(&w);
}

/* What cannot be renewed is told with the reason, and the old ones stay. */
static void
test_not_renewed(void **state)
{
	static const char *const script[] = { EXPIRED, EXPIRED, IDENTITY("999999999999"), EXPIRED };
	struct world w;
	struct err e = { 0 };

	(void)state;
	world_open(&w, script, COUNT(script));
	put_tool(&w, "#!/bin/sh\necho no more >&2\nexit 1\n");
	assert_false(who(&w, &e));
	assert_string_equal(e.code, "ExpiredToken");
	assert_non_null(strstr(e.text, "could not be renewed"));
	assert_non_null(strstr(e.text, "no more"));
	err_clear(&e);
	/* The keys of another account must not reach a plan for this one. */
	put_tool(&w, "#!/bin/sh\necho '{\"Version\":1,\"AccessKeyId\":\"OTHER\","
		     "\"SecretAccessKey\":\"s\",\"SessionToken\":\"t\",\"Expiration\":"
		     "\"2099-01-01T00:00:00Z\"}'\n");
	assert_false(who(&w, &e));
	assert_non_null(strstr(e.text, "of the account 999999999999"));
	assert_string_equal(aws_credentials(w.aws)->access_key_id, "KEY1");
	world_close(&w);
}

/* A profile that has come to mean another source is another caller. */
static void
test_changed(void **state)
{
	static const char *const script[] = { EXPIRED };
	struct world w;
	struct err e = { 0 };

	(void)state;
	world_open(&w, script, COUNT(script));
	AUTO_FREE char *path = xasprintf("%s/.aws/credentials", w.dir);
	spit(path, BYTES("[default]\naws_access_key_id = X\naws_secret_access_key = y\n"));
	assert_false(who(&w, &e));
	assert_non_null(strstr(e.text, "has changed meanwhile"));
	expect_signed(&w, 0, "KEY1");
	world_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_split),
		cmocka_unit_test(test_run),
		cmocka_unit_test(test_signals),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_renewed_before_the_end),
		cmocka_unit_test(test_renewed_when_refused),
		cmocka_unit_test(test_not_renewed),
		cmocka_unit_test(test_changed),
	};

	unsetenv("AWS_PROFILE");
	unsetenv("AWS_ACCESS_KEY_ID");
	return RUN(tests);
}
