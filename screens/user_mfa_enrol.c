/* SPDX-License-Identifier: MIT */
/* One user, one device: create, show, two codes, enable, read back. */
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "json.h"
#include "mfa.h"
#include "user_mfa.h"

#define POLL_SECONDS 5

struct enrolment {
	struct step_ctx *c;
	const struct user_mfa *m;
	char name[80]; /* of the virtual device */
	char serial[257];
	struct secret *seed;
	bool announced; /* undo knows of the device */
	bool replaces;
};

static bool
is_virtual(const struct user_mfa *m)
{
	return strcmp(m->device, "virtual") == 0;
}

/* ---- names: ours may be made again, a foreign one is never touched ---- */

/* Is there a device NAME, and does somebody hold it? */
static bool
find_device(const json_t *all, const char *name, bool *assigned)
{
	const json_t *d;
	size_t i;

	json_array_foreach (all, i, d) {
		const char *serial = json_text_or(d, "SerialNumber", "");
		const char *slash = strrchr(serial, '/');

		if (slash == NULL || strcmp(slash + 1, name) != 0)
			continue;
		*assigned = json_text(d, "User.Arn") != NULL;
		return true;
	}
	return false;
}

static bool
made_by_us(struct run *run, const char *name)
{
	AUTO_FREE char *about = xasprintf("mfa/%s", name);
	struct err e = { 0 };
	struct journal *own = run->journal == NULL ? journal_read(run->state_dir, &e) : NULL;
	const struct journal *j = run->journal != NULL ? run->journal : own;
	bool made = j != NULL && journal_last(j, "iam:CreateVirtualMFADevice", about) != NULL;

	journal_close(own);
	return made;
}

/*
 * The name to use, "alice" or "alice-2" and so on; *left tells that an
 * unfinished device of ours has it (its seed is gone, so it is made again).
 */
static void
pick_name(struct run *run, const json_t *all, const char *user, char *name, size_t size, bool *left)
{
	bool assigned;

	*left = false;
	snprintf(name, size, "%s", user);
	for (int n = 2; find_device(all, name, &assigned); n++) {
		*left = !assigned && made_by_us(run, name);
		if (*left)
			return;
		snprintf(name, size, "%s-%d", user, n);
	}
}

/* ---- check ---- */

/* Is it for a lost device that is still there? */
static bool
replaces(const struct step_ctx *c)
{
	return user_mfa_devices(c->run->facts, c->subject) > 0;
}

bool
user_mfa_check_enrol(struct step_ctx *c, struct err *e)
{
	const struct user_mfa *m = c->model;
	const json_t *all = facts_value(c->run->facts, FACT_VIRTUAL_MFA);
	char name[80];
	bool left;

	(void)e;
	if (user_mfa_kept(c->run->facts, m, c->subject) > 0)
		return item_verdict(c->item, VERDICT_OK, "%s has an MFA device", c->subject);
	if (user_mfa_devices(c->run->facts, c->subject) >= USER_MFA_MAX)
		return item_verdict(c->item, VERDICT_BLOCKED,
		    "%s has %zu devices, the most AWS allows, and all are to be replaced: "
		    "take one off first",
		    c->subject, USER_MFA_MAX);
	if (is_virtual(m)) {
		pick_name(c->run, all, c->subject, name, sizeof name, &left);
		if (left)
			item_call(c->item, OP_IAM_DELETE_VIRTUAL_MFA_DEVICE, "mfa/%s", name);
		item_call(c->item, OP_IAM_CREATE_VIRTUAL_MFA_DEVICE, "mfa/%s", name);
	}
	item_call(c->item, OP_IAM_ENABLE_MFA_DEVICE, "user/%s", c->subject);
	return item_verdict(c->item, VERDICT_NEEDED,
	    replaces(c) ? "%s is to get a new MFA device" : "%s has no MFA device", c->subject);
}

/* ---- the artefact: a virtual device's seed is shown once ---- */

static bool
look(void *arg, enum artefact_found *found, struct err *e)
{
	struct enrolment *n = arg;
	struct aws *aws = n->c->aws;
	bool left;
	json_auto_t *own = iam_list_mfa_devices(aws, n->c->subject, e);

	if (own == NULL && !err_is(e, "NoSuchEntity"))
		return false;
	err_clear(e);
	*found = ARTEFACT_DONE;
	if (user_mfa_kept_of(own, n->m) > 0)
		return true;
	json_auto_t *all = iam_list_virtual_mfa_devices(aws, "Any", e);

	if (all == NULL)
		return false;
	pick_name(n->c->run, all, n->c->subject, n->name, sizeof n->name, &left);
	*found = left ? ARTEFACT_LOST : ARTEFACT_NONE;
	return true;
}

static bool
recover(void *arg, struct err *e)
{
	struct enrolment *n = arg;
	AUTO_BUF resource = BUF_INIT(BUF_MAX_LINE), arn = BUF_INIT(BUF_MAX_LINE);

	buf_printf(&resource, "mfa/%s", n->name);
	account_arn(&n->c->run->account, "iam", "", buf_str(&resource), &arn);
	return iam_delete_virtual_mfa_device(n->c->aws, buf_str(&arn), e);
}

static bool
create(void *arg, struct err *e)
{
	struct enrolment *n = arg;

	return iam_create_virtual_mfa_device(
	    n->c->aws, n->name, run_tags(n->c->run), n->serial, &n->seed, e);
}

/* Undo takes off this device and no other; a second try with new codes needs no second record. */
static bool
announce(struct enrolment *n, struct err *e)
{
	if (!n->announced)
		n->announced = item_before(n->c,
		    json_pack("{s:s, s:s, s:b, s:b}", "user", n->c->subject, "serial", n->serial,
			"virtual", is_virtual(n->m), "replaces", n->replaces),
		    e);
	return n->announced;
}

/* Wrong scans and clocks are told here; only a good pair goes to AWS, and only once. */
static bool
verify(void *arg, const struct secret *seed, const char *one, const char *two, struct err *e)
{
	struct enrolment *n = arg;
	char text[256];

	if (seed != NULL) {
		struct mfa_pair p = mfa_check_pair(seed, one, two, clock_now(&n->c->run->clock));

		mfa_message(&p, text, sizeof text);
		if (p.verdict != MFA_OK)
			return err_set(e, ERR_OTHER, "%s", text);
	}
	return announce(n, e) &&
	       iam_enable_mfa_device(n->c->aws, n->c->subject, n->serial, one, two, e);
}

static bool
show(void *arg, struct err *e)
{
	struct enrolment *n = arg;
	AUTO_FREE char *who = xasprintf("%s@%s", n->c->subject, n->c->run->account.caller.account);
	AUTO_FREE char *title = xasprintf("MFA for %s", n->c->subject);
	const struct ask_enrol q = {
		.title = title,
		.who = who,
		.seed = n->seed,
		.guide =
		    n->seed != NULL
			? "Scan the code with the authenticator app, then type two codes in a row."
			: "Press the token's button and type two codes in a row.",
		.verify = verify,
		.arg = n,
	};

	return ask_enrol(&n->c->run->ask, &q, e);
}

/* An unfinished device would block the next try, and its seed is gone: take it away. */
static void
finish(void *arg, bool ok)
{
	struct enrolment *n = arg;
	struct run *run = n->c->run;
	struct err ignored = { 0 };

	if (!ok && n->seed != NULL &&
	    !iam_delete_virtual_mfa_device(n->c->aws, n->serial, &ignored))
		err_clear(&ignored);
	if (ok && run->admin_user != NULL && strcmp(run->admin_user, n->c->subject) == 0) {
		secret_free(run->admin_seed);
		run->admin_seed = take(&n->seed);
		xfree(run->admin_serial);
		run->admin_serial = xstrdup(n->serial);
	}
	secret_free(n->seed);
	n->seed = NULL;
}

static const struct artefact_ops virtual_device = {
	.what = "mfa-device",
	.look = look,
	.create = create,
	.show = show,
	.recover = recover,
	.finish = finish,
};

bool
user_mfa_apply_enrol(struct step_ctx *c, struct err *e)
{
	struct enrolment n = { .c = c, .m = c->model, .replaces = replaces(c) };
	AUTO_FREE char *about = xasprintf("user/%s", c->subject);
	bool ok;

	facts_touch_user(c->run->facts, c->subject);
	if (is_virtual(n.m))
		return artefact_run(&virtual_device, &n, about, c->run->journal, e);
	snprintf(n.serial, sizeof n.serial, "%s", n.m->serial);
	ok = show(&n, e);
	finish(&n, ok);
	return ok;
}

/* Once the lost device is gone, the new one is the user's only way in. */
static bool
may_take_off(struct step_ctx *c, const char *user, struct err *e)
{
	json_auto_t *own = iam_list_mfa_devices(c->aws, user, e);

	if (own == NULL)
		return false;
	return json_array_size(own) != 1 ||
	       err_set(e, ERR_REFUSED, "the lost device is gone, so the new one of %s stays", user);
}

bool
user_mfa_undo_enrol(struct step_ctx *c, const json_t *before, struct err *e)
{
	const char *user = json_text_or(before, "user", "");
	const char *serial = json_text_or(before, "serial", "");

	if (json_bool(before, "replaces") && !may_take_off(c, user, e))
		return false;
	return iam_deactivate_mfa_device(c->aws, user, serial, e) &&
	       (!json_bool(before, "virtual") || iam_delete_virtual_mfa_device(c->aws, serial, e));
}

/* ---- a security key: only the console can register it ---- */

bool
user_mfa_check_key(struct step_ctx *c, struct err *e)
{
	(void)e;
	if (user_mfa_kept(c->run->facts, c->model, c->subject) > 0)
		return item_verdict(c->item, VERDICT_OK, "%s has an MFA device", c->subject);
	return item_verdict(
	    c->item, VERDICT_PERSON, "%s registers the key in the console", c->subject);
}

static bool
poll_key(void *arg, bool *done, struct err *e)
{
	struct step_ctx *c = arg;
	json_auto_t *own = iam_list_mfa_devices(c->aws, c->subject, e);

	*done = user_mfa_kept_of(own, c->model) > 0;
	return own != NULL;
}

bool
user_mfa_apply_key(struct step_ctx *c, struct err *e)
{
	AUTO_BUF url = BUF_INIT(BUF_MAX_LINE), page = BUF_INIT(BUF_MAX_LINE);
	bool done = false;

	buf_printf(&page, "iam/home#/users/details/%s?section=security_credentials", c->subject);
	account_console_url(&c->run->account, c->run->settings.endpoint_url, buf_str(&page), &url);
	const struct ask_person q = {
		.title = "Register the security key in the console",
		.text = "Open the user's page, choose Assign MFA device, then Passkey or security "
			"key, and touch the key. This page goes on by itself once AWS shows it.",
		.url = buf_str(&url),
		.poll = poll_key,
		.every = POLL_SECONDS,
		.arg = c,
	};

	facts_touch_user(c->run->facts, c->subject);
	return ask_person(&c->run->ask, &q, &done, e);
}
