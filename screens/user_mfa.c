/* SPDX-License-Identifier: MIT */
/*
 * MFA for IAM users.  The device is enrolled here, before the first console
 * sign-in, which removes the deadlock of "change the password first" and "MFA
 * first" (IAM User Guide, "Enable a virtual MFA device").
 */
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "json.h"
#include "pick.h"
#include "user_mfa.h"

/* ---- checks ------------------------------------------------------------------------------ */

size_t
user_mfa_devices(const struct facts *facts, const char *user)
{
	const json_t *u = json_object_get(facts_value(facts, FACT_USER_MFA), user);

	return json_count(u, "devices");
}

static void
check_users(const struct facts *facts, struct finding *f)
{
	const json_t *all = facts_value(facts, FACT_USER_MFA);
	json_t *u;
	AUTO_BUF names = BUF_INIT(160);
	const char *user;
	size_t console = 0, bare = 0, api = 0;

	if (finding_unreadable(f, facts, FACT(USER_MFA)))
		return;
	json_object_foreach ((json_t *)(uintptr_t)all, user, u) {
		api += !json_bool(u, "password");
		if (!json_bool(u, "password"))
			continue;
		console++;
		if (json_bool(u, "mfa"))
			continue;
		buf_printf(&names, "%s%s", bare++ > 0 ? ", " : "", user);
	}
	finding_add(f, facts, FACT_USER_MFA, "ConsoleUsers", json_integer((json_int_t)console));
	finding_add(f, facts, FACT_USER_MFA, "ApiOnlyUsers", json_integer((json_int_t)api));
	if (bare > 0)
		finding_set(f, CHECK_FAIL, "Console password but no MFA: %s.",
		    names.failed ? "many users" : buf_str(&names));
	else if (console == 0)
		finding_set(f, CHECK_NOT_APPLICABLE, "No IAM user has a console password.");
	else
		finding_set(
		    f, CHECK_PASS, "All %zu users with a console password have MFA.", console);
}

static void
check_required(const struct facts *facts, struct finding *f)
{
	const struct decide_context with = { .mfa = true }, key = { 0 },
				    console = { .console = true };
	const json_t *auth = facts_value(facts, FACT_AUTH), *u;
	size_t i, admins = 0;

	if (finding_unreadable(f, facts, FACT(AUTH)))
		return;
	json_array_foreach (json_object_get(auth, "users"), i, u) {
		enum decision bare = administer_user(auth, u, &key);

		/* A key lacks aws:MultiFactorAuthPresent, a console session says "false". */
		if (bare == DECIDE_NO)
			bare = administer_user(auth, u, &console);

		if (administer_user(auth, u, &with) == DECIDE_YES)
			admins++;
		if (bare == DECIDE_NO)
			continue;
		finding_set(f, bare == DECIDE_YES ? CHECK_FAIL : CHECK_UNKNOWN,
		    bare == DECIDE_YES ? "%s can administer without MFA."
				       : "Whether %s can administer without MFA is undecidable.",
		    json_text_or(u, "UserName", "?"));
		return;
	}
	finding_add(f, facts, FACT_AUTH, "Administrators", json_integer((json_int_t)admins));
	if (admins == 0)
		finding_set(f, CHECK_NOT_APPLICABLE, "No IAM user can administer.");
	else
		finding_set(
		    f, CHECK_PASS, "All %zu administrators are refused without MFA.", admins);
}

static const char *const user_refs[] = { "CIS 7.0 2.10", "CIS 5.0 1.9", "FSBP IAM.5", NULL };
static const char *const required_refs[] = { "FSBP IAM.19", NULL };

static const struct check checks[] = {
	{
	    .id = "user-mfa",
	    .title = "MFA for every user with a console password",
	    .rank = 6,
	    .refs = user_refs,
	    .facts = FACT(AUTH) | FACT(USER_MFA),
	    .how = FIX_AUTOMATIC,
	    .evaluate = check_users,
	},
	{
	    .id = "mfa-required",
	    .title = "Administrators are refused without MFA",
	    .rank = 7,
	    .refs = required_refs,
	    .facts = FACT(AUTH),
	    .how = FIX_AUTOMATIC,
	    .evaluate = check_required,
	},
};

/* ---- fields -------------------------------------------------------------------------------- */

static bool
is_hardware(const void *model)
{
	return strcmp(((const struct user_mfa *)model)->device, "hardware") == 0;
}

static bool
requires_mfa(const void *model)
{
	return ((const struct user_mfa *)model)->require_mfa;
}

static bool
choose_users(struct run *run, const void *model, struct choices *out, struct err *e)
{
	const json_t *u;
	size_t i;

	(void)model;
	if (!facts_need(run->facts, FACT(AUTH) | FACT(USER_MFA), e))
		return false;
	json_array_foreach (json_object_get(facts_value(run->facts, FACT_AUTH), "users"), i, u) {
		const char *name = json_text_or(u, "UserName", "?");

		choices_add(out, name, name,
		    user_mfa_devices(run->facts, name) > 0 ? "has MFA" : "no MFA yet");
	}
	return true;
}

static const struct field_option devices[] = {
	{ "virtual", "authenticator app",
	    "an app on the user's phone; also works for the command line" },
	{ "hardware", "hardware TOTP token", "a key fob or card bought for AWS, with a serial" },
	{ "security-key", "passkey or security key",
	    "registered by the user in the console; cannot be used for API sessions" },
	{ NULL, NULL, NULL },
};

static const struct field fields[] = {
	{
	    .id = "users",
	    .label = "Users to enrol",
	    .help = "The IAM users who get an MFA device now. Have each one's phone or token at "
		    "hand: two codes in a row are needed. Users who have a device already are "
		    "left alone.",
	    FIELD(struct user_mfa, users),
	    .choices = choose_users,
	},
	{
	    .id = "device",
	    .label = "Kind of device",
	    .help = "An authenticator app or a hardware token gives six-digit codes and also "
		    "opens API sessions. A security key protects the console best, but the "
		    "command line cannot use it.",
	    FIELD(struct user_mfa, device),
	    .def = "virtual",
	    .options = devices,
	},
	{
	    .id = "serial",
	    .label = "Serial of the token",
	    .help = "The number printed on the back of the hardware token, for example "
		    "GAHT12345678. AWS only accepts tokens that were sold for AWS.",
	    FIELD(struct user_mfa, serial),
	    .max = 256,
	    .applies = is_hardware,
	},
	{
	    .id = "require_mfa",
	    .label = "Require MFA",
	    .help = "Puts AWS's documented policy into the groups below: without MFA their "
		    "members may only look after their own MFA device. It is attached only after "
		    "the administrator's MFA session has been proven to work, and taken off "
		    "at once when a proof fails. Access keys without an MFA session stop working.",
	    FIELD(struct user_mfa, require_mfa),
	    .def = "yes",
	},
	{
	    .id = "require_groups",
	    .label = "Groups that require it",
	    .help = "The groups whose members are refused without MFA, as a rule the "
		    "administrators' group. Leave out groups of programs that sign in with "
		    "access keys alone: they would be stopped.",
	    FIELD(struct user_mfa, groups),
	    .def = "Administrators",
	    .choices = pick_group,
	    .applies = requires_mfa,
	},
};

static bool
prepare(struct run *run, void *model, struct err *e)
{
	struct user_mfa *m = model;
	json_t *u;
	const char *name;

	(void)e;
	if (run->admin_user != NULL) {
		strlist_add(&m->users, run->admin_user);
		return true;
	}
	json_object_foreach ((json_t *)(uintptr_t)facts_value(run->facts, FACT_USER_MFA), name, u)
		if (json_bool(u, "password") && !json_bool(u, "mfa"))
			strlist_add(&m->users, name);
	return true;
}

static bool
validate(const void *model, struct err *e)
{
	const struct user_mfa *m = model;

	if (is_hardware(m) && strlen(m->serial) < 9) {
		snprintf(e->operation, sizeof e->operation, "serial");
		return err_set(e, ERR_USAGE,
		    "A hardware token has a serial of 9 characters or "
		    "more.");
	}
	if (is_hardware(m) && m->users.n > 1)
		return err_set(e, ERR_USAGE, "One hardware token belongs to one user.");
	return true;
}

/* ---- steps ------------------------------------------------------------------------------------
 */

static void
each_user(struct run *run, const void *model, struct strlist *subjects)
{
	const struct user_mfa *m = model;

	(void)run;
	for (size_t i = 0; i < m->users.n; i++)
		strlist_add(subjects, m->users.items[i]);
}

static void
each_group(struct run *run, const void *model, struct strlist *subjects)
{
	const struct user_mfa *m = model;

	(void)run;
	for (size_t i = 0; i < m->groups.n; i++)
		strlist_add(subjects, m->groups.items[i]);
}

static bool
by_codes(const struct run *run, const void *model)
{
	(void)run;
	return strcmp(((const struct user_mfa *)model)->device, "security-key") != 0;
}

static bool
by_key(const struct run *run, const void *model)
{
	return !by_codes(run, model);
}

static bool
is_required(const struct run *run, const void *model)
{
	(void)run;
	return requires_mfa(model);
}

static const struct step_call enrol_calls[] = {
	{ OP_IAM_DELETE_VIRTUAL_MFA_DEVICE, "mfa/{user}", "an unfinished device of ours is left" },
	{ OP_IAM_CREATE_VIRTUAL_MFA_DEVICE, "mfa/{user}", "an authenticator app is used" },
	{ OP_IAM_ENABLE_MFA_DEVICE, "user/{user}", NULL },
	{ OP_IAM_DEACTIVATE_MFA_DEVICE, "user/{user}", "the step is undone" },
};

static const struct step_call require_calls[] = {
	{ OP_IAM_PUT_GROUP_POLICY, "group/{group}", NULL },
	{ OP_IAM_DELETE_GROUP_POLICY, "group/{group}", "a proof fails, or the step is undone" },
};

static const struct step steps[] = {
	{
	    .id = "enrol",
	    .title = "Enrol an MFA device",
	    .why = "A stolen password alone must not open the account.",
	    .risk = "Whoever loses the device needs an administrator to reset it.",
	    .cost = "none",
	    .undo_text = "The device is deactivated and deleted; remove the entry from the app.",
	    .session = SESSION_SETUP,
	    .facts = FACT(AUTH) | FACT(USER_MFA) | FACT(VIRTUAL_MFA),
	    CALLS(enrol_calls),
	    .applies = by_codes,
	    .each = each_user,
	    .check = user_mfa_check_enrol,
	    .apply = user_mfa_apply_enrol,
	    .undo = user_mfa_undo_enrol,
	},
	{
	    .id = "security_key",
	    .title = "Register a security key in the console",
	    .why = "A security key cannot be tricked by a false sign-in page.",
	    .cost = "none",
	    .undo_text = "Remove the key in the console, on the user's page.",
	    .guided = true,
	    .session = SESSION_SETUP,
	    .facts = FACT(AUTH) | FACT(USER_MFA),
	    .applies = by_key,
	    .each = each_user,
	    .check = user_mfa_check_key,
	    .apply = user_mfa_apply_key,
	},
	{
	    .id = "mfa_session",
	    .title = "Prove the administrator's MFA session",
	    .why = "MFA may be required only once it is certain that it lets somebody in.",
	    .cost = "none",
	    .undo_text = "Nothing to undo: the session ends by itself.",
	    .guarded = true,
	    .session = SESSION_ADMIN,
	    .facts = FACT(AUTH),
	    .applies = is_required,
	    .check = user_mfa_check_session,
	    .apply = user_mfa_apply_session,
	},
	{
	    .id = "require_mfa",
	    .title = "Require MFA in the group",
	    .why = "Administrators' access keys and passwords are worthless without the device.",
	    .risk = "Programs that use a member's access key without MFA stop working.",
	    .cost = "none",
	    .undo_text = "The group's policy " USER_MFA_POLICY " is put back as it was.",
	    .guarded = true,
	    .session = SESSION_SETUP,
	    .facts = FACT(AUTH),
	    CALLS(require_calls),
	    .applies = is_required,
	    .each = each_group,
	    .check = user_mfa_check_require,
	    .apply = user_mfa_apply_require,
	    .undo = user_mfa_undo_require,
	},
};

const struct screen_def screen_user_mfa = {
	.id = "user_mfa",
	.title = "MFA for users",
	.why = "Every person who signs in needs a second factor: something they have, not only "
	       "something they know. The device is enrolled here, with its QR code in the "
	       "terminal, and two codes are checked before AWS binds it.",
	.kind = PAGE_FORM,
	FIELDS(fields),
	CHECKS(checks),
	STEPS(steps),
	.model_size = sizeof(struct user_mfa),
	.facts = FACT(AUTH) | FACT(USER_MFA),
	.prepare = prepare,
	.validate = validate,
};
