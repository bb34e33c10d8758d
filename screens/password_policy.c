/* SPDX-License-Identifier: MIT */
/* The password policy: fields and tables.  Source: IAM User Guide, "Set an account password
 * policy". */
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "password_policy.h"

/* ---- fields ----------------------------------------------------------------------- */

static const struct field_option presets[] = {
	{ "cis", "CIS benchmark",
	    "14 characters of all four kinds, the last 24 refused, no expiry; turns the check "
	    "green" },
	{ "nist", "NIST-like",
	    "15 characters, no rules about kinds, no expiry; leaves the check red, which asks for "
	    "24 refused passwords" },
	{ "aws-default", "AWS's own",
	    "takes the policy away: 8 characters, 3 of 4 kinds; leaves the check red" },
	{ "own", "my own", "every rule exactly as it stands below" },
	{ NULL, NULL, NULL },
};

static bool
has_rules(const void *model)
{
	const struct password_policy_model *m = model;

	return strcmp(m->preset, "aws-default") != 0;
}

static bool
expires(const void *model)
{
	struct iam_password_policy want;

	return password_wanted(model, &want) && want.max_age_days > 0;
}

static const struct field fields[] = {
	{
	    .id = "preset",
	    .label = "Set of rules",
	    .help = "A set of rules to start from. A rule below that you change from what cis says "
		    "goes before the set; a rule that you leave takes what the set says. With own, "
		    "every rule is taken as it stands.",
	    FIELD(struct password_policy_model, preset),
	    .def = "cis",
	    .options = presets,
	},
	{
	    .id = "minimum_length",
	    .label = "Shortest password",
	    .help =
		"How many characters a password must have at least, 6 to 128. Length helps more "
		"than anything else; 14 is what the CIS benchmark asks for. Present passwords stay "
		"valid until they are changed.",
	    FIELD(struct password_policy_model, minimum_length),
	    .def = "14",
	    .min = 6,
	    .max = 128,
	    .unit = "characters",
	    .applies = has_rules,
	},
	{
	    .id = "symbols",
	    .label = "Require a symbol",
	    .help = "At least one of ! @ # $ % ^ & * ( ) _ + - = [ ] { } | ' in every password.",
	    FIELD(struct password_policy_model, symbols),
	    .def = "yes",
	    .applies = has_rules,
	},
	{
	    .id = "numbers",
	    .label = "Require a digit",
	    .help = "At least one of 0 to 9 in every password.",
	    FIELD(struct password_policy_model, numbers),
	    .def = "yes",
	    .applies = has_rules,
	},
	{
	    .id = "uppercase",
	    .label = "Require a capital letter",
	    .help = "At least one of A to Z in every password; letters with accents do not count.",
	    FIELD(struct password_policy_model, uppercase),
	    .def = "yes",
	    .applies = has_rules,
	},
	{
	    .id = "lowercase",
	    .label = "Require a small letter",
	    .help = "At least one of a to z in every password; letters with accents do not count.",
	    FIELD(struct password_policy_model, lowercase),
	    .def = "yes",
	    .applies = has_rules,
	},
	{
	    .id = "users_may_change",
	    .label = "Users change their own",
	    .help =
		"Yes: every IAM user may change his own console password, without any policy of "
		"his own. Who cannot change a password cannot react when it has leaked.",
	    FIELD(struct password_policy_model, users_may_change),
	    .def = "yes",
	    .applies = has_rules,
	},
	{
	    .id = "max_age_days",
	    .label = "Password expires after",
	    .help =
		"After how many days a password must be changed, 1 to 1095; 0 means never. Counts "
		"at once for present passwords: who has an older one must change it at the next "
		"sign-in. NIST and CIS advise against expiry; some auditors ask for 90.",
	    FIELD(struct password_policy_model, max_age_days),
	    .def = "0",
	    .min = 0,
	    .max = 1095,
	    .unit = "days",
	    .applies = has_rules,
	},
	{
	    .id = "reuse_prevention",
	    .label = "Old passwords refused",
	    .help =
		"How many of a user's last passwords are refused when he sets a new one, 1 to 24; "
		"0 means none. 24 is what the CIS benchmark asks for.",
	    FIELD(struct password_policy_model, reuse_prevention),
	    .def = "24",
	    .min = 0,
	    .max = 24,
	    .unit = "passwords",
	    .applies = has_rules,
	},
	{
	    .id = "hard_expiry",
	    .label = "Lock out when expired",
	    .help =
		"Yes: a user whose password has expired cannot change it himself; an administrator "
		"has to. With one administrator that means root. Leave it at no.",
	    FIELD(struct password_policy_model, hard_expiry),
	    .def = "no",
	    .applies = expires,
	},
};

/* ---- the step ------------------------------------------------------------------------- */

static const struct step_call calls[] = {
	{ OP_IAM_UPDATE_ACCOUNT_PASSWORD_POLICY, "account", "it differs; undo" },
	{ OP_IAM_DELETE_ACCOUNT_PASSWORD_POLICY, "account", "preset aws-default; undo" },
};

static const struct step steps[] = {
	{
	    .id = "policy",
	    .title = "Set the password policy",
	    .why = "A guessed console password opens the account. The rules hold for every IAM "
		   "user; not for root, not for access keys.",
	    .risk =
		"With an expiry, users with older passwords have to change them at the next "
		"sign-in, or are locked out when expired ones lock out. All other rules count from "
		"the next change of a password on.",
	    .cost = "none",
	    .undo_text = "Puts back the rules of before, or takes the policy away if there was "
			 "none. Passwords that were changed meanwhile stay.",
	    .session = SESSION_SETUP,
	    .facts = FACT(PASSWORD_POLICY),
	    CALLS(calls),
	    .check = password_step_check,
	    .apply = password_step_apply,
	    .undo = password_step_undo,
	},
};

/* ---- the screen ------------------------------------------------------------------------- */

static void
raise_to(int *have, int least)
{
	if (*have < least)
		*have = least;
}

/* Never suggest less than what the account asks for already. */
static bool
prepare(struct run *run, void *model, struct err *e)
{
	struct password_policy_model *m = model;
	struct iam_password_policy now;

	(void)e;
	if (!password_present(facts_value(run->facts, FACT_PASSWORD_POLICY), &now))
		return true;
	raise_to(&m->minimum_length, now.minimum_length);
	raise_to(&m->reuse_prevention, now.reuse_prevention);
	m->max_age_days = now.max_age_days;
	m->hard_expiry = now.hard_expiry;
	return true;
}

static bool
validate(const void *model, struct err *e)
{
	const struct password_policy_model *m = model;
	struct iam_password_policy want;

	if (!password_wanted(m, &want) || !want.hard_expiry || want.max_age_days > 0)
		return true;
	err_set(e, ERR_USAGE,
	    "Nothing can lock out when passwords never expire: set an expiry, or "
	    "choose no.");
	snprintf(e->operation, sizeof e->operation, "hard_expiry");
	return false;
}

const struct screen_def screen_password_policy = {
	.id = "password_policy",
	.title = "Password policy: rules for every IAM user",
	.why = "Rules for the console passwords of IAM users, set before the first password is "
	       "made.",
	.kind = PAGE_FORM,
	FIELDS(fields),
	.checks = password_policy_checks,
	.nchecks = PASSWORD_POLICY_NCHECKS,
	STEPS(steps),
	.model_size = sizeof(struct password_policy_model),
	.facts = FACT(PASSWORD_POLICY) | FACT(REPORT),
	.prepare = prepare,
	.validate = validate,
	.render = password_render,
};
