/* SPDX-License-Identifier: MIT */
/* What the steps of user_mfa decide from recorded facts, and which credentials files are ours. */
#include "core_test.h"

#include <fcntl.h>
#include <jansson.h>
#include <sys/stat.h>
#include <unistd.h>

#include "access_key.h"
#include "answers.h"
#include "json.h"
#include "user_mfa.h"

extern const struct screen_def screen_user_mfa;

#define ME "111122223333"
#define MFA(name) "arn:aws:iam::" ME ":mfa/" name
#define OLD "AKIAOLDOLDOLDOLDOLD1"
#define OTHER "AKIAOTHEROTHEROTHER2"

/* A run without a network, with an empty state directory. */
struct stage {
	struct run run;
	void *model;
	char dir[64];
};

static void
put(struct stage *s, enum fact_id id, const char *text)
{
	AUTO_FREE char *copy = xstrdup(text);
	json_error_t why;

	for (char *c = copy; *c != '\0'; c++)
		if (*c == '\'')
			*c = '"';
	json_t *value = json_loads(copy, JSON_DECODE_ANY, &why);
	if (value == NULL)
		fail_msg("%s: %s", why.text, copy);
	facts_set(s->run.facts, id, value);
}

static void
set(struct stage *s, const char *id, const char *text)
{
	struct err e = { 0 };

	for (size_t i = 0; i < screen_user_mfa.nfields; i++)
		if (strcmp(screen_user_mfa.fields[i].id, id) == 0)
			assert_true(model_set(&screen_user_mfa.fields[i], s->model, text, &e));
}

static int
open_stage(void **state)
{
	struct stage *s = xcalloc(1, sizeof *s);

	snprintf(s->dir, sizeof s->dir, "/tmp/rootlock-test-XXXXXX");
	assert_non_null(mkdtemp(s->dir));
	snprintf(s->run.account.caller.account, sizeof s->run.account.caller.account, ME);
	s->run.account.partition = aws_partition_of("eu-west-1");
	s->run.home = xstrdup(s->dir);
	s->run.state_dir = xstrdup(s->dir);
	s->run.facts = facts_new(NULL, &s->run.account);
	s->model = model_new(&screen_user_mfa);
	put(s, FACT_AUTH, "{'users':[],'groups':[],'policies':[]}");
	put(s, FACT_USER_MFA,
	    "{'alice':{'devices':['" MFA("alice") "']},'bob':{'devices':['" MFA("bob") "','" MFA(
		"spare") "']}}");
	put(s, FACT_VIRTUAL_MFA,
	    "[{'SerialNumber':'" MFA(
		"alice") "','User':{'Arn':'arn:aws:iam::" ME ":user/alice','UserName':'alice'}},"
			 "{'SerialNumber':'" MFA("root") "','User':{'Arn':'"
							 "arn:aws:iam::" ME ":root'}},"
							 "{'SerialNumber':'" MFA("left") "'}]");
	put(s, FACT_USER_KEYS,
	    "{'alice':[{'AccessKeyId':'" OLD "','Status':'Active'}],"
	    "'bob':[{'AccessKeyId':'" OTHER "','Status':'Inactive'}]}");
	*state = s;
	return 0;
}

static int
close_stage(void **state)
{
	struct stage *s = *state;

	model_free(&screen_user_mfa, s->model);
	facts_free(s->run.facts);
	xfree(s->run.home);
	xfree(s->run.state_dir);
	rmdir(s->dir);
	xfree(s);
	return 0;
}

/* The step's verdict for this subject: "verdict Call:about ...". */
static void
expect(struct stage *s, const char *step, const char *subject, const char *want)
{
	struct plan_item it = { .screen = &screen_user_mfa, .model = s->model };
	struct step_ctx c = { .run = &s->run, .model = s->model, .subject = subject, .item = &it };
	AUTO_BUF said = BUF_INIT(BUF_MAX_LINE);
	struct err e = { 0 };

	for (size_t i = 0; i < screen_user_mfa.nsteps; i++)
		if (strcmp(screen_user_mfa.steps[i].id, step) == 0)
			it.step = &screen_user_mfa.steps[i];
	assert_non_null(it.step);
	buf_puts(&said, it.step->check(&c, &e) ? verdict_name(it.verdict) : "error");
	for (size_t k = 0; k < it.ncalls; k++) {
		buf_printf(&said, " %s:%s", aws_op(it.calls[k].op)->action, it.calls[k].about);
		xfree(it.calls[k].about);
	}
	xfree(it.calls);
	if (strcmp(buf_str(&said), want) != 0)
		fail_msg("%s %s: \"%s\" instead of \"%s\" (%s%s)", step, subject, buf_str(&said),
		    want, it.evidence, e.text);
}

/* Each step's subjects, in order, with commas. */
static void
expect_subjects(struct stage *s, const char *step, const char *want)
{
	struct strlist got = { 0 };
	AUTO_BUF said = BUF_INIT(BUF_MAX_LINE);

	for (size_t i = 0; i < screen_user_mfa.nsteps; i++)
		if (strcmp(screen_user_mfa.steps[i].id, step) == 0)
			screen_user_mfa.steps[i].each(&s->run, s->model, &got);
	for (size_t i = 0; i < got.n; i++)
		buf_printf(&said, "%s%s", i > 0 ? "," : "", got.items[i]);
	strlist_free(&got);
	assert_string_equal(buf_str(&said), want);
}

/* ---- devices ---- */

static void
test_replace_enrols_first(void **state)
{
	struct stage *s = *state;

	expect(s, "enrol", "alice", "ok");
	set(s, "replace", MFA("alice"));
	expect_subjects(s, "enrol", "alice");
	expect_subjects(s, "replace", MFA("alice"));
	expect(s, "enrol", "alice",
	    "needed CreateVirtualMFADevice:mfa/alice-2 EnableMFADevice:user/alice");
	expect(s, "replace", MFA("alice"),
	    "needed DeactivateMFADevice:user/alice DeleteVirtualMFADevice:mfa/alice");
	/* Who is named twice gets one device. */
	set(s, "users", "alice");
	expect_subjects(s, "enrol", "alice");
}

static void
test_replace_one_of_two(void **state)
{
	struct stage *s = *state;

	set(s, "replace", MFA("spare"));
	expect(s, "enrol", "bob", "ok");
	expect(s, "replace", MFA("spare"),
	    "needed DeactivateMFADevice:user/bob DeleteVirtualMFADevice:mfa/spare");
}

static void
test_replace_others(void **state)
{
	struct stage *s = *state;

	expect(s, "replace", MFA("gone"), "ok");
	expect(s, "replace", MFA("root"), "blocked");
	/* Taken off by an interrupted run, not yet deleted. */
	expect(s, "replace", MFA("left"), "needed DeleteVirtualMFADevice:mfa/left");
	put(s, FACT_USER_MFA, "{'alice':{'devices':['GAHT12345678']}}");
	set(s, "replace", "GAHT12345678");
	expect(s, "replace", "GAHT12345678", "needed DeactivateMFADevice:user/alice");
}

static void
test_remove(void **state)
{
	struct stage *s = *state;

	expect(s, "remove", MFA("left"), "needed DeleteVirtualMFADevice:mfa/left");
	expect(s, "remove", MFA("alice"), "blocked");
	expect(s, "remove", MFA("root"), "blocked");
	expect(s, "remove", MFA("gone"), "ok");
}

static void
test_resync(void **state)
{
	struct stage *s = *state;

	set(s, "resync", MFA("alice") "," MFA("gone"));
	expect(s, "resync", MFA("alice"), "needed ResyncMFADevice:user/alice");
	expect(s, "resync", MFA("gone"), "blocked");
	expect(s, "resync", MFA("bob"), "ok"); /* done: taken out of the list */
}

/* ---- keys ---- */

static void
test_renew(void **state)
{
	struct stage *s = *state;

	set(s, "rotate_keys", OLD "," OTHER);
	expect(s, "new_key", OLD, "needed CreateAccessKey:user/alice");
	expect(s, "old_key", OLD, "needed UpdateAccessKey:user/alice");
	expect(s, "new_key", OTHER, "not_applicable");
	expect(s, "old_key", OTHER, "ok");
	expect(s, "new_key", "AKIAGONE", "not_applicable");
	expect(s, "old_key", "AKIAGONE", "ok");
	s->run.ask.headless = true;
	expect(s, "new_key", OLD, "error");
	set(s, "keys_directory", s->dir);
	expect(s, "new_key", OLD, "needed CreateAccessKey:user/alice");
}

static void
test_no_room(void **state)
{
	struct stage *s = *state;

	set(s, "rotate_keys", OLD);
	put(s, FACT_USER_KEYS,
	    "{'alice':[{'AccessKeyId':'" OLD "','Status':'Active'},"
	    "{'AccessKeyId':'" OTHER "','Status':'Inactive'}]}");
	expect(s, "new_key", OLD, "blocked");
	expect(s, "old_key", OLD, "blocked");
	set(s, "delete_keys", OTHER);
	expect(s, "new_key", OLD, "needed CreateAccessKey:user/alice");
	expect_subjects(s, "spare_key", OTHER);
	expect_subjects(s, "delete_key", "");
	set(s, "delete_keys", OTHER "," OLD);
	expect_subjects(s, "spare_key", OTHER);
	expect_subjects(s, "delete_key", OLD);
}

/* ---- the file ---- */

#define HEAD "User name,Password,Access key ID,Secret access key,Console sign-in URL\r\n"

static bool
reads(struct stage *s, const char *text, char *id, struct secret **secret)
{
	AUTO_FREE char *path = xasprintf("%s/f.csv", s->dir);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
	bool ours = access_key_saved(path, "alice", NULL, id, secret);

	unlink(path);
	return ours;
}

static void
test_saved(void **state)
{
	struct stage *s = *state;
	char id[ACCESS_KEY_ID_SIZE] = "";
	struct secret *secret = NULL;

	assert_true(reads(s, HEAD "alice,,AKIA1,wJalr,https://x\r\n", id, &secret));
	assert_string_equal(id, "AKIA1");
	assert_int_equal(secret_len(secret), 5);
	assert_memory_equal(secret_borrow(secret), "wJalr", 5);
	secret_free(secret);
	secret = NULL;
	assert_true(reads(s, HEAD "alice,pass,,,https://x\r\n", id, &secret));
	assert_string_equal(id, "");
	assert_null(secret);
}

static void
test_not_ours(void **state)
{
	static const char *const texts[] = { "", "precious", HEAD, HEAD "alice,,AKIA1,wJalr\r\n",
		HEAD "alice,,AKIA1,wJalr,x,y\r\n", HEAD "bob,,AKIA1,wJalr,x\r\n",
		HEAD "alic,,AKIA1,wJalr,x\r\n", HEAD "alice,,AKIA1,wJalr,x",
		HEAD "alice,,A,w,x\r\nbob,,B,w,x\r\n" };
	char id[ACCESS_KEY_ID_SIZE] = "kept";

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		if (reads(*state, texts[i], id, NULL))
			fail_msg("taken for ours: %s", texts[i]);
		assert_string_equal(id, "kept");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_replace_enrols_first, open_stage, close_stage),
		cmocka_unit_test_setup_teardown(test_replace_one_of_two, open_stage, close_stage),
		cmocka_unit_test_setup_teardown(test_replace_others, open_stage, close_stage),
		cmocka_unit_test_setup_teardown(test_remove, open_stage, close_stage),
		cmocka_unit_test_setup_teardown(test_resync, open_stage, close_stage),
		cmocka_unit_test_setup_teardown(test_renew, open_stage, close_stage),
		cmocka_unit_test_setup_teardown(test_no_room, open_stage, close_stage),
		cmocka_unit_test_setup_teardown(test_saved, open_stage, close_stage),
		cmocka_unit_test_setup_teardown(test_not_ours, open_stage, close_stage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
