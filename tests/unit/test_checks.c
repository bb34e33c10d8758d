/* SPDX-License-Identifier: MIT */
/* Checks over recorded facts, and what the steps of these screens decide from them. */
#include "core_test.h"

#include <jansson.h>

#include "journal.h"
#include "json.h"
#include "password_policy.h"
#include "plan.h"
#include "root_keys.h"
#include "root_mfa.h"
#include "sheet.h"
#include "text.h"

extern const struct screen_def screen_password_policy, screen_sign_in_link, screen_root_keys,
    screen_root_mfa, screen_break_glass;

#define NOW INT64_C(1795514400) /* 2026-11-24T10:00:00Z */
#define DAY INT64_C(86400)

static int64_t
fixed(void *arg)
{
	(void)arg;
	return NOW;
}

static json_t *
parse(const char *text)
{
	json_t *j = json_loads(text, JSON_DECODE_ANY, NULL);

	assert_non_null(j);
	return j;
}

/* A run without a network: facts are set, sessions are absent. */
static struct run *
run_new(void)
{
	struct run *run = xcalloc(1, sizeof *run);

	run->clock.source = fixed;
	run->started = NOW;
	snprintf(run->account.caller.account, sizeof run->account.caller.account, "111122223333");
	snprintf(run->account.caller.arn, sizeof run->account.caller.arn,
	    "arn:aws:iam::111122223333:root");
	run->account.caller.root = true;
	run->facts = facts_new(NULL, &run->account);
	run->account.partition = aws_partition_of("us-east-1");
	return run;
}

static void
run_drop(struct run *run)
{
	facts_free(run->facts);
	journal_close(run->journal);
	xfree(run->state_dir);
	xfree(run->run_id);
	xfree(run->home);
	xfree(run);
}

static void
set(struct run *run, enum fact_id id, const char *json)
{
	facts_set(run->facts, id, parse(json));
}

static void
set_error(struct run *run, enum fact_id id, const char *code, const char *operation)
{
	struct err e = { 0 };

	err_set(&e, ERR_AWS, "no");
	snprintf(e.code, sizeof e.code, "%s", code);
	snprintf(e.operation, sizeof e.operation, "%s", operation);
	facts_set_error(run->facts, id, &e);
}

/* The first check of a screen over the run's facts. */
static struct finding
judge(const struct screen_def *s, const struct run *run)
{
	struct finding f;

	finding_init(&f);
	f.how = s->checks[0].how;
	s->checks[0].evaluate(run->facts, &f);
	return f;
}

static void
expect(
    const struct screen_def *s, const struct run *run, enum check_status status, const char *part)
{
	struct finding f = judge(s, run);

	if (f.status != status || strstr(f.reason, part) == NULL)
		fail_msg("%s: %s: %s", s->checks[0].id, check_status_name(f.status), f.reason);
	finding_free(&f);
}

/* A step's verdict and its calls as one text. */
static void
step_says(struct run *run, const struct screen_def *s, const char *id, void *model,
    const char *subject, const char *want)
{
	AUTO_BUF said = BUF_INIT(BUF_MAX_LINE);
	struct plan_item it = { .screen = s, .model = model };
	struct err e = { 0 };

	for (size_t i = 0; i < s->nsteps; i++)
		if (strcmp(s->steps[i].id, id) == 0)
			it.step = &s->steps[i];
	assert_non_null(it.step);
	struct step_ctx c = { .run = run, .model = model, .subject = subject, .item = &it };
	if (it.step->check(&c, &e))
		buf_puts(&said, verdict_name(it.verdict));
	else
		buf_printf(&said, "error %s", e.code);
	for (size_t i = 0; i < it.ncalls; i++) {
		buf_printf(&said, " %s:%s", aws_op(it.calls[i].op)->action, it.calls[i].about);
		xfree(it.calls[i].about);
	}
	xfree(it.calls);
	if (strcmp(buf_str(&said), want) != 0)
		fail_msg("%s.%s: \"%s\" instead of \"%s\" (%s)", s->id, id, buf_str(&said), want,
		    it.evidence);
}

/* A model with one field after the other set: id, text, ..., NULL. */
static void *
model_with(const struct screen_def *s, ...)
{
	void *model = model_new(s);
	const char *id;
	va_list ap;

	va_start(ap, s);
	while ((id = va_arg(ap, const char *)) != NULL) {
		const char *text = va_arg(ap, const char *);
		struct err e = { 0 };

		for (size_t i = 0; i < s->nfields; i++)
			if (strcmp(s->fields[i].id, id) == 0 &&
			    !model_set(&s->fields[i], model, text, &e))
				fail_msg("%s=%s: %s", id, text, e.text);
	}
	va_end(ap);
	return model;
}

/* ---- password policy --------------------------------------------------------------------- */

#define GOOD_POLICY                                                                                \
	"{\"MinimumPasswordLength\":14,\"RequireSymbols\":true,\"RequireNumbers\":true,"           \
	"\"RequireUppercaseCharacters\":true,\"RequireLowercaseCharacters\":true,"                 \
	"\"AllowUsersToChangePassword\":true,\"PasswordReusePrevention\":24}"

static void
test_password_policy_check(void **state)
{
	const struct screen_def *s = &screen_password_policy;
	struct run *run = run_new();

	(void)state;
	expect(s, run, CHECK_UNKNOWN, "not looked at");
	set(run, FACT_PASSWORD_POLICY, "null");
	expect(s, run, CHECK_FAIL, "no password policy is set");
	set(run, FACT_PASSWORD_POLICY, GOOD_POLICY);
	expect(s, run, CHECK_PASS, "At least 14");
	set(run, FACT_PASSWORD_POLICY,
	    "{\"MinimumPasswordLength\":13,\"AllowUsersToChangePassword\":true,"
	    "\"PasswordReusePrevention\":24}");
	expect(s, run, CHECK_FAIL, "shorter than 14");
	set(run, FACT_PASSWORD_POLICY,
	    "{\"MinimumPasswordLength\":20,\"AllowUsersToChangePassword\":true,"
	    "\"PasswordReusePrevention\":23}");
	expect(s, run, CHECK_FAIL, "last 24");
	/* absent means none */
	set(run, FACT_PASSWORD_POLICY,
	    "{\"MinimumPasswordLength\":20,\"AllowUsersToChangePassword\":true}");
	expect(s, run, CHECK_FAIL, "last 24");
	set(run, FACT_PASSWORD_POLICY,
	    "{\"MinimumPasswordLength\":14,\"AllowUsersToChangePassword\":false,"
	    "\"PasswordReusePrevention\":24}");
	expect(s, run, CHECK_FAIL, "users may not change");
	set_error(run, FACT_PASSWORD_POLICY, "AccessDenied", "GetAccountPasswordPolicy");
	expect(s, run, CHECK_UNKNOWN, "not allowed: iam:GetAccountPasswordPolicy");
	run_drop(run);
}

static void
wants(const char *preset, const char *id, const char *text, struct iam_password_policy *out)
{
	struct password_policy_model *m =
	    model_with(&screen_password_policy, "preset", preset, id, text, NULL);

	assert_true(password_wanted(m, out));
	model_free(&screen_password_policy, m);
}

static void
test_presets(void **state)
{
	struct password_policy_model *m;
	struct iam_password_policy p, cis;

	(void)state;
	m = model_new(&screen_password_policy);
	assert_true(password_wanted(m, &cis));
	assert_null(password_fault(&cis));
	model_free(&screen_password_policy, m);
	/* the fields' defaults are what cis says, so that own starts there */
	wants("own", NULL, NULL, &p);
	assert_true(password_equal(&p, &cis));
	wants("nist", NULL, NULL, &p);
	assert_int_equal(p.minimum_length, 15);
	assert_false(p.symbols);
	assert_int_equal(p.reuse_prevention, 0);
	assert_non_null(password_fault(&p));
	/* a field that was changed goes before the set */
	wants("nist", "minimum_length", "20", &p);
	assert_int_equal(p.minimum_length, 20);
	assert_false(p.symbols);
	wants("cis", "max_age_days", "90", &p);
	assert_int_equal(p.max_age_days, 90);
	assert_int_equal(p.minimum_length, 14);
	/* own is taken as typed */
	wants("own", "symbols", "no", &p);
	assert_false(p.symbols);
	m = model_with(&screen_password_policy, "preset", "aws-default", NULL);
	assert_false(password_wanted(m, &p));
	model_free(&screen_password_policy, m);
}

static void
test_password_step(void **state)
{
	const struct screen_def *s = &screen_password_policy;
	struct run *run = run_new();
	void *cis = model_new(s), *none = model_with(s, "preset", "aws-default", NULL);
	struct err e = { 0 };

	(void)state;
	set(run, FACT_PASSWORD_POLICY, "null");
	step_says(run, s, "policy", cis, NULL, "needed UpdateAccountPasswordPolicy:account");
	step_says(run, s, "policy", none, NULL, "ok");
	set(run, FACT_PASSWORD_POLICY, GOOD_POLICY);
	step_says(run, s, "policy", cis, NULL, "ok");
	step_says(run, s, "policy", none, NULL, "needed DeleteAccountPasswordPolicy:account");
	set_error(run, FACT_PASSWORD_POLICY, "AccessDenied", "GetAccountPasswordPolicy");
	step_says(run, s, "policy", cis, NULL, "error AccessDenied");
	model_free(s, cis);
	model_free(s, none);
	cis = model_with(s, "preset", "own", "hard_expiry", "yes", NULL);
	assert_false(model_valid(s, cis, &e));
	assert_string_equal(e.operation, "hard_expiry");
	model_free(s, cis);
	run_drop(run);
}

static void
test_who_is_hit_by_an_expiry(void **state)
{
	json_auto_t *rows =
	    parse("{\"old\":{\"password_enabled\":\"true\",\"password_last_changed\":"
		  "\"2026-01-01T00:00:00Z\"},\"new\":{\"password_enabled\":\"true\","
		  "\"password_last_changed\":\"2026-11-01T00:00:00Z\"},\"api\":"
		  "{\"password_enabled\":\"false\"},\"<root_account>\":{\"password_enabled\":"
		  "\"true\",\"password_last_changed\":\"2020-01-01T00:00:00Z\"}}");
	struct strlist names = { 0 };

	(void)state;
	password_expired(rows, 90, NOW, &names);
	assert_int_equal(names.n, 1);
	assert_string_equal(names.items[0], "old");
	password_expired(rows, 0, NOW, &names);
	assert_int_equal(names.n, 1);
	strlist_free(&names);
}

/* ---- sign-in link ---------------------------------------------------------------------------- */

static void
test_sign_in_link(void **state)
{
	const struct screen_def *s = &screen_sign_in_link;
	struct run *run = run_new();
	void *m = model_with(s, "alias", "example-corp", NULL);
	void *replace = model_with(s, "alias", "example-corp", "replace", "yes", NULL);

	(void)state;
	set(run, FACT_ALIASES, "[]");
	expect(s, run, CHECK_NOT_APPLICABLE, "No alias");
	step_says(run, s, "alias", m, NULL, "needed CreateAccountAlias:alias/example-corp");
	set(run, FACT_ALIASES, "[\"example-corp\"]");
	expect(s, run, CHECK_PASS, "example-corp");
	step_says(run, s, "alias", m, NULL, "ok");
	set(run, FACT_ALIASES, "[\"other\"]");
	step_says(run, s, "alias", m, NULL, "blocked");
	step_says(run, s, "alias", replace, NULL, "needed CreateAccountAlias:alias/example-corp");
	model_free(s, m);
	model_free(s, replace);
	run_drop(run);
}

static void
test_alias_form(void **state)
{
	static const char *const good[] = { "", "abc", "a1-b2-c3", "123", "12345678901a",
		"1234567890123" };
	static const char *const bad[] = { "ab", "Abc", "-abc", "abc-", "a--b", "a_b", "a.b",
		"123456789012", "\xc3\xa4hh" };
	const struct field *f = &screen_sign_in_link.fields[0];

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		struct err e = { 0 };

		if (!f->validate(good[i], &e))
			fail_msg("%s: %s", good[i], e.text);
	}
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct err e = { 0 };

		if (f->validate(bad[i], &e))
			fail_msg("%s was taken", bad[i]);
		assert_true(e.text[0] != '\0');
	}
}

/* ---- root's MFA --------------------------------------------------------------------------------
 */

static void
test_root_mfa(void **state)
{
	const struct screen_def *s = &screen_root_mfa;
	struct run *run = run_new();
	void *m = model_new(s);

	(void)state;
	set(run, FACT_VIRTUAL_MFA,
	    "[{\"SerialNumber\":\"arn:aws:iam::111122223333:mfa/root-account-mfa-device\","
	    "\"User\":{\"Arn\":\"arn:aws:iam::111122223333:user/root-account-mfa-device\"}}]");
	set(run, FACT_SUMMARY, "{\"AccountMFAEnabled\":0,\"AccountPasswordPresent\":1}");
	expect(s, run, CHECK_FAIL, "AccountMFAEnabled is 0");
	step_says(run, s, "assign", m, NULL, "person");
	/* a name proves nothing */
	assert_int_equal(root_mfa_devices(run->facts), 0);
	set(run, FACT_SUMMARY, "{\"AccountMFAEnabled\":1}");
	expect(s, run, CHECK_PASS, "AccountMFAEnabled is 1");
	step_says(run, s, "assign", m, NULL, "ok");
	/* root without any credential, managed by the organization */
	set(run, FACT_SUMMARY,
	    "{\"AccountMFAEnabled\":0,\"AccountPasswordPresent\":0,"
	    "\"AccountAccessKeysPresent\":0}");
	expect(s, run, CHECK_NOT_APPLICABLE, "nobody can sign in");
	step_says(run, s, "assign", m, NULL, "not_applicable");
	/* an older partition that does not tell about the password */
	set(run, FACT_SUMMARY, "{\"AccountMFAEnabled\":0,\"AccountAccessKeysPresent\":0}");
	expect(s, run, CHECK_FAIL, "AccountMFAEnabled is 0");
	set(run, FACT_SUMMARY, "{}");
	expect(s, run, CHECK_UNKNOWN, "does not tell");
	set_error(run, FACT_SUMMARY, "AccessDenied", "GetAccountSummary");
	expect(s, run, CHECK_UNKNOWN, "not allowed: iam:GetAccountSummary");
	step_says(run, s, "assign", m, NULL, "error AccessDenied");
	model_free(s, m);
	run_drop(run);
}

static void
test_second_device(void **state)
{
	const struct screen_def *s = &screen_root_mfa;
	struct run *run = run_new();
	void *m = model_with(s, "second_device", "yes", NULL);

	(void)state;
	set(run, FACT_SUMMARY, "{\"AccountMFAEnabled\":1}");
	set(run, FACT_ROOT_MFA, "[{\"SerialNumber\":\"a\"}]");
	step_says(run, s, "second", m, NULL, "person");
	set(run, FACT_ROOT_MFA, "[{\"SerialNumber\":\"a\"},{\"SerialNumber\":\"b\"}]");
	step_says(run, s, "second", m, NULL, "ok");
	assert_true(s->steps[1].applies(run, m));
	model_free(s, m);
	m = model_new(s);
	assert_false(s->steps[1].applies(run, m));
	model_free(s, m);
	run_drop(run);
}

/* ---- root's keys
 * --------------------------------------------------------------------------------- */

#define KEY_A "AKIAAAAAAAAAAAAAAAAA"
#define KEY_B "AKIABBBBBBBBBBBBBBBB"
#define CERT "TA7SMP42TDN5Z26OBPJE7EXAMPLE"

static void
test_root_access_keys(void **state)
{
	const struct screen_def *s = &screen_root_keys;
	struct run *run = run_new();

	(void)state;
	set(run, FACT_SUMMARY,
	    "{\"AccountAccessKeysPresent\":0,\"AccountSigningCertificatesPresent\":0}");
	expect(s, run, CHECK_PASS, "no access key");
	set(run, FACT_SUMMARY,
	    "{\"AccountAccessKeysPresent\":0,\"AccountSigningCertificatesPresent\":1}");
	expect(s, run, CHECK_FAIL, "signing certificate");
	/* inactive ones count as well */
	set(run, FACT_SUMMARY, "{\"AccountAccessKeysPresent\":1}");
	set(run, FACT_ROOT_KEYS, "[{\"AccessKeyId\":\"" KEY_A "\",\"Status\":\"Inactive\"}]");
	expect(s, run, CHECK_FAIL, "1 access key, 0 of them active");
	set_error(run, FACT_ROOT_KEYS, "NotRoot", "");
	expect(s, run, CHECK_FAIL, "root has access keys");
	set(run, FACT_SUMMARY, "{\"AccountMFAEnabled\":1}");
	expect(s, run, CHECK_UNKNOWN, "does not tell");
	run_drop(run);
}

static bool
may_go(const struct run *run, enum root_key_state key_state, int64_t last_used, bool signs)
{
	const struct root_key k = {
		.state = key_state,
		.last_used = last_used,
		.service = "s3",
		.signs = signs,
	};

	return root_keys_may_go(run, KEY_A, &k);
}

static void
test_which_keys_may_go(void **state)
{
	struct run *run = run_new();

	(void)state;
	assert_true(may_go(run, ROOT_KEY_ACTIVE, 0, false));
	assert_true(may_go(run, ROOT_KEY_ACTIVE, NOW - 30 * DAY, false));
	assert_false(may_go(run, ROOT_KEY_ACTIVE, NOW - 30 * DAY + 1, false));
	assert_false(may_go(run, ROOT_KEY_ACTIVE, NOW, false));
	assert_false(may_go(run, ROOT_KEY_INACTIVE, NOW - DAY, false));
	/* that it could not be read is not "never" */
	assert_false(may_go(run, ROOT_KEY_ACTIVE, -1, false));
	assert_false(may_go(run, ROOT_KEY_ACTIVE, -1, true));
	/* our own calls are no use by others */
	assert_true(may_go(run, ROOT_KEY_ACTIVE, NOW + 5, true));
	assert_false(may_go(run, ROOT_KEY_ACTIVE, NOW - DAY, true));
	run_drop(run);
}

/* A key deactivated by another run goes after a day; the clock is moved, not the journal. */
static int64_t
two_days_on(void *arg)
{
	(void)arg;
	return clock_local(NULL) + 2 * DAY;
}

static void
test_deactivated_key_goes_later(void **state)
{
	struct run *run = run_new();
	struct err e = { 0 };
	int64_t used = clock_local(NULL) - 3 * DAY;

	(void)state;
	run->state_dir = scratch_new();
	struct journal *j = journal_open(run->state_dir, NULL, &e);
	assert_non_null(j);
	assert_true(journal_put(j, "step", "root_keys.deactivate", KEY_A, NULL, &e));
	run->clock.source = NULL;
	run->started = clock_local(NULL);
	run->run_id = xstrdup("another");
	journal_close(j);
	assert_false(may_go(run, ROOT_KEY_INACTIVE, used, false));
	run->clock.source = two_days_on;
	assert_true(may_go(run, ROOT_KEY_INACTIVE, used, false));
	/* activated again meanwhile: somebody needs it */
	assert_false(may_go(run, ROOT_KEY_ACTIVE, used, false));
	scratch_free(take(&run->state_dir));
	run_drop(run);
}

static void
test_keys_stay_without_proof(void **state)
{
	const struct screen_def *s = &screen_root_keys;
	struct run *run = run_new();
	void *m = model_with(s, "delete", KEY_A ", " KEY_B ", " CERT, NULL);
	struct strlist keys = { 0 }, certs = { 0 };

	(void)state;
	set(run, FACT_SUMMARY, "{\"AccountAccessKeysPresent\":1}");
	set(run, FACT_ROOT_KEYS,
	    "[{\"AccessKeyId\":\"" KEY_A "\",\"Status\":\"Active\",\"last_used\":0},"
	    "{\"AccessKeyId\":\"" KEY_B "\",\"Status\":\"Active\",\"last_used\":1795500000,"
	    "\"service\":\"s3\"}]");
	set(run, FACT_ROOT_CERTS, "[{\"CertificateId\":\"" CERT "\",\"Status\":\"Active\"}]");
	root_keys_each_delete(run, m, &keys);
	root_keys_each_certificate(run, m, &certs);
	assert_int_equal(keys.n, 2);
	assert_int_equal(certs.n, 1);
	/* nobody else has signed in: the calls are told, and not made */
	step_says(run, s, "deactivate", m, KEY_A, "blocked UpdateAccessKey:root/" KEY_A);
	step_says(run, s, "delete", m, KEY_A, "blocked DeleteAccessKey:root/" KEY_A);
	step_says(run, s, "certificate", m, CERT, "blocked DeleteSigningCertificate:root/" CERT);
	/* used yesterday by somebody: deactivated only */
	step_says(run, s, "deactivate", m, KEY_B, "blocked UpdateAccessKey:root/" KEY_B);
	step_says(run, s, "delete", m, KEY_B, "person");
	step_says(run, s, "prove", m, NULL, "person");
	/* gone: nothing to do */
	set(run, FACT_ROOT_KEYS, "[]");
	set(run, FACT_ROOT_CERTS, "[]");
	set(run, FACT_SUMMARY, "{\"AccountAccessKeysPresent\":0}");
	step_says(run, s, "deactivate", m, KEY_A, "ok");
	step_says(run, s, "delete", m, KEY_A, "ok");
	step_says(run, s, "certificate", m, CERT, "ok");
	step_says(run, s, "prove", m, NULL, "ok");
	/* somebody else than root cannot see them */
	set_error(run, FACT_ROOT_KEYS, "NotRoot", "");
	set(run, FACT_SUMMARY, "{\"AccountAccessKeysPresent\":1}");
	step_says(run, s, "delete", m, KEY_A, "blocked");
	set(run, FACT_SUMMARY, "{\"AccountAccessKeysPresent\":0}");
	step_says(run, s, "delete", m, KEY_A, "ok");
	strlist_free(&keys);
	strlist_free(&certs);
	model_free(s, m);
	run_drop(run);
}

/* ---- break glass
 * ------------------------------------------------------------------------------------ */

static void
test_sheet(void **state)
{
	struct run *run = run_new();
	AUTO_BUF out = BUF_INIT(BUF_MAX_TEXT);
	const struct break_glass b = {
		.root_email = "root@example.com",
		.password_place = "safe 3",
	};

	(void)state;
	set(run, FACT_ALIASES, "[\"example-corp\"]");
	set(run, FACT_SUMMARY, "{\"AccountMFAEnabled\":0,\"AccountAccessKeysPresent\":0}");
	break_glass_sheet(run, &b, &out);
	assert_non_null(strstr(buf_str(&out), "111122223333"));
	assert_non_null(strstr(buf_str(&out), "root@example.com"));
	assert_non_null(strstr(buf_str(&out), "safe 3"));
	assert_non_null(strstr(buf_str(&out), "example-corp"));
	assert_non_null(strstr(buf_str(&out), "support plan"));
	assert_non_null(strstr(buf_str(&out), "2027-11-24"));
	assert_non_null(strstr(buf_str(&out), "Root has MFA           NO"));
	/* who holds the device was not said: a line to fill in */
	assert_non_null(strstr(buf_str(&out), "Root's MFA device      ____"));
	for (const char *line = buf_str(&out); *line != '\0';) {
		size_t n = strcspn(line, "\n");

		assert_true(n <= 76);
		line += n + (line[n] == '\n');
	}
	run_drop(run);
}

static void
test_sheet_file(void **state)
{
	const struct screen_def *s = &screen_break_glass;
	struct run *run = run_new();
	AUTO_FREE char *dir = scratch_new();
	AUTO_FREE char *path = xasprintf("%s/sheet.txt", dir);
	AUTO_FREE char *theirs = xasprintf("%s/notes.txt", dir);
	void *m = model_with(s, "file", path, NULL);
	void *other = model_with(s, "file", theirs, NULL);
	struct plan_item it = { .step = &s->steps[0] };
	struct step_ctx c = { .run = run, .model = m, .item = &it };
	struct err e = { 0 };

	(void)state;
	run->home = xstrdup(dir);
	step_says(run, s, "sheet", m, NULL, "needed");
	assert_true(s->steps[0].apply(&c, &e));
	step_says(run, s, "sheet", m, NULL, "ok");
	/* days alone make no other sheet, what it says does */
	run->clock.offset = 9 * DAY;
	step_says(run, s, "sheet", m, NULL, "ok");
	set(run, FACT_SUMMARY, "{\"AccountMFAEnabled\":1}");
	step_says(run, s, "sheet", m, NULL, "needed");
	spit(theirs, BYTES("my notes"));
	step_says(run, s, "sheet", other, NULL, "blocked");
	step_says(run, s, "store", m, NULL, "person");
	scratch_free(take(&dir));
	model_free(s, m);
	model_free(s, other);
	run_drop(run);
}

static void
test_store_is_asked_again_at_the_review(void **state)
{
	const struct screen_def *s = &screen_break_glass;
	struct run *run = run_new();
	void *m = model_new(s);
	struct err e = { 0 };

	(void)state;
	AUTO_FREE char *dir = scratch_new();
	run->journal = journal_open(dir, NULL, &e);
	assert_non_null(run->journal);
	step_says(run, s, "store", m, NULL, "person");
	assert_true(journal_put(run->journal, "note", "break_glass", "root's password is stored",
	    json_pack("{s:s}", "review", "2027-01-01"), &e));
	step_says(run, s, "store", m, NULL, "ok");
	run->clock.offset = 60 * DAY;
	step_says(run, s, "store", m, NULL, "person");
	model_free(s, m);
	run_drop(run);
	scratch_free(take(&dir));
}

/* ---- evidence
 * --------------------------------------------------------------------------------------- */

static void
test_evidence(void **state)
{
	struct run *run = run_new();
	struct finding f;

	(void)state;
	set(run, FACT_SUMMARY, "{\"AccountMFAEnabled\":0}");
	f = judge(&screen_root_mfa, run);
	assert_string_equal(json_text(f.evidence, "0.operation"), "iam:GetAccountSummary");
	assert_string_equal(json_text(f.evidence, "0.field"), "AccountMFAEnabled");
	assert_int_equal(json_int_or(f.evidence, "0.value", -1), 0);
	assert_true(json_int_or(f.evidence, "0.age_seconds", -1) >= 0);
	assert_int_equal(f.how, FIX_GUIDED);
	finding_free(&f);
	run_drop(run);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_password_policy_check),
		cmocka_unit_test(test_presets),
		cmocka_unit_test(test_password_step),
		cmocka_unit_test(test_who_is_hit_by_an_expiry),
		cmocka_unit_test(test_sign_in_link),
		cmocka_unit_test(test_alias_form),
		cmocka_unit_test(test_root_mfa),
		cmocka_unit_test(test_second_device),
		cmocka_unit_test(test_root_access_keys),
		cmocka_unit_test(test_which_keys_may_go),
		cmocka_unit_test(test_deactivated_key_goes_later),
		cmocka_unit_test(test_keys_stay_without_proof),
		cmocka_unit_test(test_sheet),
		cmocka_unit_test(test_sheet_file),
		cmocka_unit_test(test_store_is_asked_again_at_the_review),
		cmocka_unit_test(test_evidence),
	};

	return RUN(tests);
}
