/* SPDX-License-Identifier: MIT */
/*
 * MFA for IAM users.  The device is enrolled here, before the first console
 * sign-in, which removes the deadlock of "change the password first" and "MFA
 * first" (IAM User Guide, "Enable a virtual MFA device").
 */
#include <stdio.h>
#include <string.h>

#include "json.h"
#include "pick.h"
#include "user_mfa.h"

/* ---- checks ---- */

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
	    .evaluate = user_mfa_evaluate_users,
	},
	{
	    .id = "mfa-required",
	    .title = "Administrators are refused without MFA",
	    .rank = 7,
	    .refs = required_refs,
	    .facts = FACT(AUTH),
	    .how = FIX_AUTOMATIC,
	    .evaluate = user_mfa_evaluate_required,
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
renews(const void *model)
{
	return ((const struct user_mfa *)model)->rotate_keys.n > 0;
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
	{
	    .id = "resync",
	    .label = "Devices out of step",
	    .help = "Devices whose codes AWS refuses although they are typed right: their clock "
		    "has drifted. Two codes in a row put that straight. In an answers file "
		    "name serials, and take them out again afterwards: each run that finds them "
		    "asks for codes.",
	    FIELD(struct user_mfa, resync),
	    .choices = user_mfa_choose_device,
	},
	{
	    .id = "replace",
	    .label = "Lost devices",
	    .help = "Devices that are lost or broken, by their serials. Their users get a new one "
		    "of the kind above first; only when it is enrolled is the lost one taken off, "
		    "so nobody is left without.",
	    FIELD(struct user_mfa, replace),
	    .choices = user_mfa_choose_device,
	},
	{
	    .id = "remove",
	    .label = "Devices that nobody holds",
	    .help = "Virtual devices that were made and never assigned, by their serials. Those "
		    "named here are deleted, no others, and only while nobody holds them.",
	    FIELD(struct user_mfa, remove),
	    .choices = user_mfa_choose_orphan,
	},
	{
	    .id = "rotate_keys",
	    .label = "Access keys to renew",
	    .help = "For each of these keys its user gets a new one, which is saved, shown and "
		    "tried. Only then is the old key deactivated; it can be activated again if "
		    "something still needed it.",
	    FIELD(struct user_mfa, rotate_keys),
	    .choices = user_mfa_choose_key,
	    .validate = user_mfa_key_ok,
	},
	{
	    .id = "keys_directory",
	    .label = "Directory for new keys",
	    .help = "Each new key is saved here before it is shown, in a file "
		    "USER_instead_of_OLDKEY.csv that you alone can read. Empty: this directory. "
		    "Import it with `aws configure import`, then delete it.",
	    FIELD(struct user_mfa, keys_directory),
	    .max = 1024,
	    .applies = renews,
	},
	{
	    .id = "delete_keys",
	    .label = "Access keys to delete",
	    .help = "Keys that go for good: renewed ones, or those that take the place of a new "
		    "one, for a user has at most two. A key that was used within 30 days is "
		    "only deleted a day after it was deactivated, by a later run.",
	    FIELD(struct user_mfa, delete_keys),
	    .choices = user_mfa_choose_key,
	    .validate = user_mfa_key_ok,
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
	if (is_hardware(m) && m->users.n + m->replace.n > 1)
		return err_set(e, ERR_USAGE, "One hardware token belongs to one user.");
	return true;
}

const struct screen_def screen_user_mfa = {
	.id = "user_mfa",
	.title = "MFA for users",
	.why = "Every person who signs in needs a second factor: something they have, not only "
	       "something they know. The device is enrolled here, with its QR code in the "
	       "terminal, and two codes are checked before AWS binds it. Lost devices and old "
	       "access keys are replaced here too.",
	.kind = PAGE_FORM,
	FIELDS(fields),
	CHECKS(checks),
	.steps = user_mfa_steps,
	.nsteps = USER_MFA_STEPS,
	.model_size = sizeof(struct user_mfa),
	.facts = FACT(AUTH) | FACT(USER_MFA),
	.prepare = prepare,
	.validate = validate,
};
