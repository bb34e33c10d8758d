/* SPDX-License-Identifier: MIT */
/* The steps, in their order: who is concerned, what may be called. */
#include <string.h>

#include "user_mfa.h"

/* ---- subjects ---- */

static void
add_all(const struct strlist *from, struct strlist *subjects)
{
	for (size_t i = 0; i < from->n; i++)
		if (!strlist_has(subjects, from->items[i]))
			strlist_add(subjects, from->items[i]);
}

/* Those named, and whose device is lost: they get a new one first. */
static void
each_user(struct run *run, const void *model, struct strlist *subjects)
{
	const struct user_mfa *m = model;

	add_all(&m->users, subjects);
	for (size_t i = 0; i < m->replace.n; i++) {
		const char *owner = user_mfa_owner(run->facts, m->replace.items[i]);

		if (owner != NULL && !strlist_has(subjects, owner))
			strlist_add(subjects, owner);
	}
}

static void
each_group(struct run *run, const void *model, struct strlist *subjects)
{
	(void)run;
	add_all(&((const struct user_mfa *)model)->groups, subjects);
}

static void
each_resync(struct run *run, const void *model, struct strlist *subjects)
{
	(void)run;
	add_all(&((const struct user_mfa *)model)->resync, subjects);
}

static void
each_lost(struct run *run, const void *model, struct strlist *subjects)
{
	(void)run;
	add_all(&((const struct user_mfa *)model)->replace, subjects);
}

static void
each_orphan(struct run *run, const void *model, struct strlist *subjects)
{
	(void)run;
	add_all(&((const struct user_mfa *)model)->remove, subjects);
}

static void
each_old_key(struct run *run, const void *model, struct strlist *subjects)
{
	(void)run;
	add_all(&((const struct user_mfa *)model)->rotate_keys, subjects);
}

/* Before new keys are made, for they may need the room; renewed keys go at the end. */
static void
each_spare_key(struct run *run, const void *model, struct strlist *subjects)
{
	const struct user_mfa *m = model;

	(void)run;
	for (size_t i = 0; i < m->delete_keys.n; i++)
		if (!strlist_has(&m->rotate_keys, m->delete_keys.items[i]))
			strlist_add(subjects, m->delete_keys.items[i]);
}

static void
each_renewed_key(struct run *run, const void *model, struct strlist *subjects)
{
	const struct user_mfa *m = model;

	(void)run;
	for (size_t i = 0; i < m->delete_keys.n; i++)
		if (strlist_has(&m->rotate_keys, m->delete_keys.items[i]))
			strlist_add(subjects, m->delete_keys.items[i]);
}

/* ---- when ---- */

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
	return ((const struct user_mfa *)model)->require_mfa;
}

/* ---- the steps ---- */

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

static const struct step_call resync_calls[] = {
	{ OP_IAM_RESYNC_MFA_DEVICE, "user/{user}", NULL },
};

static const struct step_call replace_calls[] = {
	{ OP_IAM_DEACTIVATE_MFA_DEVICE, "user/{user}", "the user has another device" },
	{ OP_IAM_DELETE_VIRTUAL_MFA_DEVICE, "mfa/{device}", "it is a virtual one" },
};

static const struct step_call remove_calls[] = {
	{ OP_IAM_DELETE_VIRTUAL_MFA_DEVICE, "mfa/{device}", NULL },
};

static const struct step_call new_key_calls[] = {
	{ OP_IAM_CREATE_ACCESS_KEY, "user/{user}", "it is not renewed yet" },
	{ OP_IAM_DELETE_ACCESS_KEY, "user/{user}", "a new key's secret was lost, or undo" },
};

static const struct step_call old_key_calls[] = {
	{ OP_IAM_UPDATE_ACCESS_KEY, "user/{user}", NULL },
};

static const struct step_call delete_key_calls[] = {
	{ OP_IAM_DELETE_ACCESS_KEY, "user/{user}", "nobody misses it" },
};

#define DELETE_KEY                                                                                 \
	.why = "A key that nobody needs can only be stolen.",                                      \
	.risk = "Whatever still uses it stops.", .cost = "none",                                   \
	.undo_text = "It cannot be put back: make a new key.", .session = SESSION_SETUP,           \
	.facts = FACT(AUTH) | FACT(USER_KEYS), CALLS(delete_key_calls),                            \
	.check = user_mfa_check_delete_key, .apply = user_mfa_apply_delete_key

const struct step user_mfa_steps[USER_MFA_STEPS] = {
	{
	    .id = "resync",
	    .title = "Set the device's clock anew",
	    .why = "A token whose clock has drifted shows codes that AWS does not take.",
	    .cost = "none",
	    .undo_text = "Nothing to undo: device and key stay the same.",
	    .session = SESSION_SETUP,
	    .facts = FACT(AUTH) | FACT(USER_MFA),
	    CALLS(resync_calls),
	    .each = each_resync,
	    .check = user_mfa_check_resync,
	    .apply = user_mfa_apply_resync,
	},
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
	    .id = "replace",
	    .title = "Take off the lost device",
	    .why = "Whoever finds the lost device must not get in with it.",
	    .risk = "The user signs in with the new device from now on.",
	    .cost = "none",
	    .undo_text = "It cannot be put back: its key is known to nobody. Enrol it anew.",
	    .session = SESSION_SETUP,
	    .facts = FACT(AUTH) | FACT(USER_MFA) | FACT(VIRTUAL_MFA),
	    CALLS(replace_calls),
	    .each = each_lost,
	    .check = user_mfa_check_replace,
	    .apply = user_mfa_apply_replace,
	},
	{
	    .id = "remove",
	    .title = "Delete the virtual device that nobody holds",
	    .why = "A device that was never assigned protects nobody and blocks its name.",
	    .risk = "Somebody may be about to enrol it.",
	    .cost = "none",
	    .undo_text = "It cannot be put back: its key is known to nobody. Make a new one.",
	    .session = SESSION_SETUP,
	    .facts = FACT(VIRTUAL_MFA),
	    CALLS(remove_calls),
	    .each = each_orphan,
	    .check = user_mfa_check_remove,
	    .apply = user_mfa_apply_remove,
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
	{
	    .id = "spare_key",
	    .title = "Delete the access key",
	    .each = each_spare_key,
	    DELETE_KEY,
	},
	{
	    .id = "new_key",
	    .title = "Make a new access key",
	    .why = "The longer a key is in use, the more places it has been copied to.",
	    .risk = "Whoever reads the file can act as the user.",
	    .cost = "none",
	    .undo_text = "The new key is deleted while the old one is active; delete the file too.",
	    .session = SESSION_SETUP,
	    .facts = FACT(AUTH) | FACT(USER_KEYS),
	    CALLS(new_key_calls),
	    .each = each_old_key,
	    .check = user_mfa_check_new_key,
	    .apply = user_mfa_apply_new_key,
	    .undo = user_mfa_undo_new_key,
	},
	{
	    .id = "old_key",
	    .title = "Deactivate the old access key",
	    .why = "The new key works, so the old one is needed no more.",
	    .risk = "Programs that still have the old key stop until it is activated again.",
	    .cost = "none",
	    .undo_text = "The old key is activated again.",
	    .session = SESSION_SETUP,
	    .facts = FACT(AUTH) | FACT(USER_KEYS),
	    CALLS(old_key_calls),
	    .each = each_old_key,
	    .check = user_mfa_check_old_key,
	    .apply = user_mfa_apply_old_key,
	    .undo = user_mfa_undo_old_key,
	},
	{
	    .id = "delete_key",
	    .title = "Delete the old access key",
	    .each = each_renewed_key,
	    DELETE_KEY,
	},
};
