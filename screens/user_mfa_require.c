/* SPDX-License-Identifier: MIT */
/*
 * Requiring MFA without locking anybody out: first a proven MFA session, then
 * the policy, then the proofs; the policy goes at once when a proof fails.
 * (IAM User Guide, "Allows MFA-authenticated IAM users to manage their own
 * credentials".)
 */
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "crypto.h"
#include "json.h"
#include "user_mfa.h"

#define SESSION_SECONDS 43200
#define TRIES 5 /* codes; a new device takes 8-14 s to reach STS (aws-facts 4.12) */
#define PROOF_EVERY 2000
#define PROOF_LIMIT 60000

/* ---- the group's policy as it is ---- */

static const json_t *
present_policy(const struct facts *facts, const char *group)
{
	const json_t *p, *g = administer_find_group(facts_value(facts, FACT_AUTH), group);
	size_t i;

	json_array_foreach (json_object_get(g, "GroupPolicyList"), i, p)
		if (strcmp(json_text_or(p, "PolicyName", ""), USER_MFA_POLICY) == 0)
			return json_object_get(p, "PolicyDocument");
	return NULL;
}

static bool
in_force(struct run *run, const char *group)
{
	const json_t *present = present_policy(run->facts, group);
	json_auto_t *want = policydoc_require_mfa(&run->account);

	return present != NULL && policydoc_equal(present, want);
}

static bool
all_in_force(struct run *run, const struct user_mfa *m)
{
	for (size_t i = 0; i < m->groups.n; i++)
		if (!in_force(run, m->groups.items[i]))
			return false;
	return true;
}

/* A temporary session of an IAM user that passes a policy which demands MFA has MFA. */
static bool
signed_in_with_mfa(const struct run *run)
{
	return run->session[SESSION_ADMIN_MFA] != NULL;
}

/* ---- the session ---- */

bool
user_mfa_check_session(struct step_ctx *c, struct err *e)
{
	(void)e;
	if (signed_in_with_mfa(c->run))
		return item_verdict(c->item, VERDICT_OK, "an MFA session works");
	if (all_in_force(c->run, c->model))
		return item_verdict(c->item, VERDICT_OK, "MFA is required already");
	return item_verdict(
	    c->item, VERDICT_NEEDED, "the administrator's MFA session is not proven yet");
}

/* The serial to open the session with: enrolled in this run, or read from the account. */
static bool
serial_of_admin(struct run *run, char *serial, size_t size, struct err *e)
{
	struct sts_identity who = { 0 };

	if (run->admin_serial != NULL) {
		snprintf(serial, size, "%s", run->admin_serial);
		return true;
	}
	struct aws *admin = run->session[SESSION_ADMIN];
	if (!sts_get_caller_identity(admin, &who, e))
		return false;
	json_auto_t *own = iam_list_mfa_devices(run_session(run, SESSION_SETUP), who.user, e);

	if (own == NULL)
		return false;
	if (json_array_size(own) == 0)
		return err_set(e, ERR_REFUSED, "%s has no MFA device yet", who.user);
	snprintf(serial, size, "%s", json_text_or(json_array_get(own, 0), "SerialNumber", ""));
	return true;
}

static struct aws_credentials *
open_session(struct run *run, const char *serial, struct err *e)
{
	struct aws_credentials *got = NULL;

	for (int i = 0; i < TRIES && got == NULL; i++) {
		char code[7];

		err_clear(e);
		if (!ask_code(&run->ask, "A new code of the administrator's device",
			run->admin_seed, code, e))
			return NULL;
		got = sts_get_session_token(
		    run->session[SESSION_ADMIN], serial, code, SESSION_SECONDS, e);
		crypto_wipe(code, sizeof code);
		if (got != NULL || !err_is_denied(e))
			break;
		ask_progress(&run->ask, "AWS does not know the device yet; trying again");
		struct err stop = { 0 };
		if (!aws_pause(run->session[SESSION_ADMIN], 5000, &stop)) {
			*e = stop;
			return NULL;
		}
	}
	return got;
}

bool
user_mfa_apply_session(struct step_ctx *c, struct err *e)
{
	struct run *run = c->run;
	char serial[257];
	int64_t ignored;

	if (run->session[SESSION_ADMIN] == NULL)
		return err_set(e, ERR_REFUSED,
		    "The proof needs the administrator's access key: "
		    "make one in the screen for users first.");
	if (!serial_of_admin(run, serial, sizeof serial, e))
		return false;
	struct aws_credentials *got = open_session(run, serial, e);

	if (got == NULL)
		return false;
	run_set_session(run, SESSION_ADMIN_MFA, got);
	if (iam_get_summary(run->session[SESSION_ADMIN_MFA], "Users", &ignored, e)) {
		secret_free(run->admin_seed);
		run->admin_seed = NULL;
		return true;
	}
	aws_close(run->session[SESSION_ADMIN_MFA]);
	run->session[SESSION_ADMIN_MFA] = NULL;
	return err_wrap(e, "the MFA session may not administer");
}

/* ---- the policy ---- */

bool
user_mfa_check_require(struct step_ctx *c, struct err *e)
{
	(void)e;
	if (in_force(c->run, c->subject))
		return item_verdict(c->item, VERDICT_OK, "%s requires MFA", c->subject);
	item_call(c->item, OP_IAM_PUT_GROUP_POLICY, "group/%s", c->subject);
	return item_verdict(c->item, VERDICT_NEEDED, "%s does not require MFA", c->subject);
}

/* Members who use access keys only would be stopped: say their names and ask. */
static bool
consent(struct step_ctx *c, struct err *e)
{
	AUTO_BUF names = BUF_INIT(BUF_MAX_LINE);
	const json_t *u, *auth;
	size_t i;
	bool yes = true;

	/* Devices that were enrolled a moment ago count. */
	if (!facts_need(c->run->facts, FACT(AUTH) | FACT(USER_MFA), e))
		return false;
	auth = facts_value(c->run->facts, FACT_AUTH);

	json_array_foreach (json_object_get(auth, "users"), i, u) {
		const char *name = json_text_or(u, "UserName", "?");

		for (size_t k = 0; k < json_count(u, "GroupList"); k++)
			if (strcmp(json_string_value(json_item(u, "GroupList", k)), c->subject) ==
				0 &&
			    user_mfa_devices(c->run->facts, name) == 0)
				buf_printf(&names, "%s%s", names.len > 0 ? ", " : "", name);
	}
	if (names.len == 0)
		return true;
	AUTO_FREE char *text = xasprintf("These members of %s have no MFA device and would be "
					 "refused nearly everything: %s.",
	    c->subject, buf_str(&names));
	const struct ask_confirm q = {
		.title = "Some members would be stopped",
		.text = text,
		.yes = "Require MFA all the same",
		.no = "Leave the group as it is",
		.danger = true,
		.consent_given = c->run->ask.headless,
	};
	if (!ask_confirm(&c->run->ask, &q, &yes, e))
		return false;
	return yes || err_set(e, ERR_REFUSED, "left as it is");
}

/* Without MFA the administrator's own key must now be refused. */
static bool
refused(void *arg, bool *done, struct err *e)
{
	struct run *run = arg;
	struct err why = { 0 };
	int64_t ignored;

	if (iam_get_summary(run->session[SESSION_ADMIN], "Users", &ignored, &why))
		return true;
	*done = err_is_denied(&why);
	if (!*done)
		*e = why;
	return *done;
}

static bool
prove(struct run *run, struct err *e)
{
	int64_t ignored;

	if (run->session[SESSION_ADMIN] != NULL &&
	    !run_wait_until(run, "Waiting until a key without MFA is refused", PROOF_EVERY,
		PROOF_LIMIT, refused, run, e))
		return false;
	return iam_get_summary(run->session[SESSION_ADMIN_MFA], "Users", &ignored, e);
}

/* Put the group's policy back; old NULL or null: there was none. */
static bool
put_back(struct aws *aws, const char *group, const json_t *old, struct err *e)
{
	if (old == NULL || json_is_null(old))
		return iam_delete_group_policy(aws, group, USER_MFA_POLICY, e);
	AUTO_FREE char *text = policydoc_text(old);

	return iam_put_group_policy(aws, group, USER_MFA_POLICY, text, e);
}

bool
user_mfa_apply_require(struct step_ctx *c, struct err *e)
{
	struct run *run = c->run;
	json_t *old = json_deep_copy(present_policy(run->facts, c->subject));
	json_auto_t *before = json_pack("{s:s, s:o?}", "group", c->subject, "policy", old);
	json_auto_t *doc = policydoc_require_mfa(&run->account);
	AUTO_FREE char *text = policydoc_text(doc);
	struct err undone = { 0 };

	if (!signed_in_with_mfa(run))
		return err_set(e, ERR_REFUSED,
		    "MFA is required only after an MFA session has been "
		    "proven.");
	if (!consent(c, e) || !item_before(c, json_incref(before), e))
		return false;
	if (!iam_put_group_policy(c->aws, c->subject, USER_MFA_POLICY, text, e))
		return false;
	if (prove(run, e))
		return true;
	if (!put_back(c->aws, c->subject, json_object_get(before, "policy"), &undone))
		return err_wrap(
		    e, "the proof failed, and taking the policy off failed too (%s)", undone.text);
	return err_wrap(e, "the proof failed, so the policy was taken off again");
}

bool
user_mfa_undo_require(struct step_ctx *c, const json_t *before, struct err *e)
{
	return put_back(c->aws, c->subject, json_object_get(before, "policy"), e);
}
