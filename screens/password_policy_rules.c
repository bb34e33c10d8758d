/* SPDX-License-Identifier: MIT */
/* Password rules: presets, what is asked for, what is there, what the check says.  Pure. */
#include <stdio.h>
#include <string.h>

#include "json.h"
#include "password_policy.h"
#include "text.h"

#define LENGTH_MIN 14 /* CIS AWS Foundations 7.0 2.8, 2.9 */
#define REUSE_MIN 24
#define DAY 86400

static const struct preset {
	const char *name;
	struct iam_password_policy rules;
} presets[] = {
	/* CIS asks for length and reuse; FSBP IAM.7 for the four classes. */
	{ "cis", { .minimum_length = LENGTH_MIN,
		     .symbols = true,
		     .numbers = true,
		     .uppercase = true,
		     .lowercase = true,
		     .users_may_change = true,
		     .reuse_prevention = REUSE_MIN } },
	/* NIST SP 800-63B: length, no rules of composition, no expiry. */
	{ "nist", { .minimum_length = 15, .users_may_change = true } },
};

static const struct preset *
find(const char *name)
{
	for (size_t i = 0; i < sizeof presets / sizeof presets[0]; i++)
		if (strcmp(presets[i].name, name) == 0)
			return &presets[i];
	return NULL;
}

bool
password_preset(const char *name, struct iam_password_policy *out)
{
	const struct preset *p = find(name);

	if (p != NULL)
		*out = p->rules;
	return p != NULL;
}

static struct iam_password_policy
as_typed(const struct password_policy_model *m)
{
	return (struct iam_password_policy){
		.minimum_length = m->minimum_length,
		.symbols = m->symbols,
		.numbers = m->numbers,
		.uppercase = m->uppercase,
		.lowercase = m->lowercase,
		.users_may_change = m->users_may_change,
		.max_age_days = m->max_age_days,
		.reuse_prevention = m->reuse_prevention,
		.hard_expiry = m->hard_expiry,
	};
}

bool
password_wanted(const struct password_policy_model *m, struct iam_password_policy *out)
{
	struct iam_password_policy typed = as_typed(m), preset;
	const struct iam_password_policy *untouched = &presets[0].rules;

	if (strcmp(m->preset, "aws-default") == 0)
		return false;
	*out = typed;
	if (!password_preset(m->preset, &preset))
		return true;
#define RULE(member)                                                                               \
	if (typed.member == untouched->member)                                                     \
	out->member = preset.member
	RULE(minimum_length);
	RULE(symbols);
	RULE(numbers);
	RULE(uppercase);
	RULE(lowercase);
	RULE(users_may_change);
	RULE(max_age_days);
	RULE(reuse_prevention);
	RULE(hard_expiry);
#undef RULE
	return true;
}

bool
password_present(const json_t *fact, struct iam_password_policy *out)
{
	if (!json_is_object(fact))
		return false;
	*out = (struct iam_password_policy){
		.minimum_length = (int)json_int_or(fact, "MinimumPasswordLength", 6),
		.symbols = json_bool(fact, "RequireSymbols"),
		.numbers = json_bool(fact, "RequireNumbers"),
		.uppercase = json_bool(fact, "RequireUppercaseCharacters"),
		.lowercase = json_bool(fact, "RequireLowercaseCharacters"),
		.users_may_change = json_bool(fact, "AllowUsersToChangePassword"),
		.max_age_days = (int)json_int_or(fact, "MaxPasswordAge", 0),
		.reuse_prevention = (int)json_int_or(fact, "PasswordReusePrevention", 0),
		.hard_expiry = json_bool(fact, "HardExpiry"),
	};
	return true;
}

bool
password_equal(const struct iam_password_policy *a, const struct iam_password_policy *b)
{
	return a->minimum_length == b->minimum_length && a->symbols == b->symbols &&
	       a->numbers == b->numbers && a->uppercase == b->uppercase &&
	       a->lowercase == b->lowercase && a->users_may_change == b->users_may_change &&
	       a->max_age_days == b->max_age_days && a->reuse_prevention == b->reuse_prevention &&
	       a->hard_expiry == b->hard_expiry;
}

const char *
password_fault(const struct iam_password_policy *p)
{
	if (p == NULL)
		return "no password policy is set; AWS's own asks for 8 characters";
	if (p->minimum_length < LENGTH_MIN)
		return "passwords may be shorter than 14 characters";
	if (p->reuse_prevention < REUSE_MIN)
		return "fewer than the last 24 passwords are refused";
	if (!p->users_may_change)
		return "users may not change their own password";
	return NULL;
}

/* Lower is stricter for an age, but 0 is "never". */
static bool
later(int a, int b)
{
	return a > 0 && (b == 0 || b > a);
}

const char *
password_weaker(const struct iam_password_policy *a, const struct iam_password_policy *b)
{
	if (b->minimum_length < a->minimum_length)
		return "shorter passwords are allowed";
	if (b->reuse_prevention < a->reuse_prevention)
		return "old passwords may be used again sooner";
	if ((a->symbols && !b->symbols) || (a->numbers && !b->numbers) ||
	    (a->uppercase && !b->uppercase) || (a->lowercase && !b->lowercase))
		return "fewer kinds of characters are required";
	if (later(a->max_age_days, b->max_age_days))
		return "passwords expire later";
	return NULL;
}

void
password_expired(const json_t *rows, int max_age_days, int64_t now, struct strlist *names)
{
	const char *user;
	json_t *row;

	if (max_age_days <= 0)
		return;
	json_object_foreach ((json_t *)(uintptr_t)rows, user, row) {
		int64_t changed;

		if (user[0] == '<' || !json_bool(row, "password_enabled") ||
		    !json_time(row, "password_last_changed", &changed))
			continue;
		if (now - changed > (int64_t)max_age_days * DAY)
			strlist_add(names, user);
	}
}

/* ---- the check --------------------------------------------------------------------- */

static void
evaluate(const struct facts *facts, struct finding *f)
{
	static const char *const members[] = { "MinimumPasswordLength", "PasswordReusePrevention",
		"AllowUsersToChangePassword", "RequireSymbols", "RequireNumbers",
		"RequireUppercaseCharacters", "RequireLowercaseCharacters", "MaxPasswordAge",
		"HardExpiry" };
	const json_t *policy = facts_value(facts, FACT_PASSWORD_POLICY);
	struct iam_password_policy rules;

	if (finding_unreadable(f, facts, FACT(PASSWORD_POLICY)))
		return;
	bool set = password_present(policy, &rules);
	const char *fault = password_fault(set ? &rules : NULL);
	for (size_t i = 0; set && i < sizeof members / sizeof members[0]; i++) {
		json_t *v = json_object_get(policy, members[i]);

		finding_add(f, facts, FACT_PASSWORD_POLICY, members[i],
		    v != NULL ? json_incref(v) : json_null());
	}
	if (!set)
		finding_add(f, facts, FACT_PASSWORD_POLICY, "PasswordPolicy", json_null());
	if (fault != NULL)
		finding_set(f, CHECK_FAIL, "Password policy: %s.", fault);
	else
		finding_set(f, CHECK_PASS,
		    "At least %d characters, the last %d passwords are refused, users may change "
		    "their own.",
		    rules.minimum_length, rules.reuse_prevention);
}

static const char *const refs[] = { "CIS 7.0 2.8", "CIS 7.0 2.9", "CIS 5.0 1.7", "CIS 5.0 1.8",
	"FSBP IAM.7", NULL };

const struct check password_policy_checks[PASSWORD_POLICY_NCHECKS] = {
	{
	    .id = "password-policy",
	    .title = "Apply an IAM password policy",
	    .rank = 5,
	    .refs = refs,
	    .facts = FACT(PASSWORD_POLICY),
	    .how = FIX_AUTOMATIC,
	    .evaluate = evaluate,
	},
};
