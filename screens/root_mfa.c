/* SPDX-License-Identifier: MIT */
/*
 * MFA for the root user.  AWS offers no API for it: "You cannot enable an MFA
 * device for the AWS account root user with the AWS CLI, AWS API ..." (IAM User
 * Guide, "Enable MFA devices for users in AWS").  So a person does it in the
 * console, led from here, and the account says when it is done.
 */
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "json.h"
#include "root_mfa.h"

#define ROOT_FACTS (FACT(SUMMARY) | FACT(VIRTUAL_MFA) | FACT(ROOT_MFA))

/* ---- what the account says (pure) ------------------------------------------------------- */

bool
root_mfa_is_roots(const json_t *device)
{
	const char *arn = json_text_or(device, "User.Arn", "");
	size_t n = strlen(arn);

	return n >= 5 && strcmp(arn + n - 5, ":root") == 0;
}

static size_t
count_virtual(const struct facts *facts)
{
	const json_t *all = facts_value(facts, FACT_VIRTUAL_MFA), *d;
	size_t n = 0, i;

	json_array_foreach (all, i, d)
		n += root_mfa_is_roots(d);
	return n;
}

size_t
root_mfa_devices(const struct facts *facts)
{
	const json_t *own = facts_value(facts, FACT_ROOT_MFA);

	return own != NULL ? json_array_size(own) : count_virtual(facts);
}

/* Nobody can sign in as root at all: its credentials are managed by the organization. */
static bool
no_credentials(const json_t *summary)
{
	return json_int_or(summary, "AccountPasswordPresent", 1) == 0 &&
	       json_int_or(summary, "AccountAccessKeysPresent", 1) == 0;
}

static bool
is_enabled(const json_t *summary)
{
	return json_int_or(summary, "AccountMFAEnabled", 0) == 1;
}

/* ---- the check ---------------------------------------------------------------------------- */

static void
evaluate(const struct facts *facts, struct finding *f)
{
	const json_t *summary = facts_value(facts, FACT_SUMMARY);
	int64_t enabled;

	if (finding_unreadable(f, facts, FACT(SUMMARY)))
		return;
	if (!json_int(summary, "AccountMFAEnabled", &enabled)) {
		finding_set(f, CHECK_UNKNOWN, "AWS does not tell AccountMFAEnabled.");
		return;
	}
	finding_add(f, facts, FACT_SUMMARY, "AccountMFAEnabled", json_integer(enabled));
	if (enabled == 1) {
		finding_add(f, facts, FACT_VIRTUAL_MFA, "VirtualDevicesOfRoot",
		    json_integer((json_int_t)count_virtual(facts)));
		finding_set(f, CHECK_PASS, "AccountMFAEnabled is 1%s.",
		    root_mfa_devices(facts) == 1 ? "; a second device would help when one is lost"
						 : "");
	} else if (no_credentials(summary)) {
		finding_add(f, facts, FACT_SUMMARY, "AccountPasswordPresent", json_integer(0));
		finding_set(f, CHECK_NOT_APPLICABLE,
		    "Root has neither password nor access key, so nobody can sign in as root.");
	} else {
		finding_set(f, CHECK_FAIL, "AccountMFAEnabled is %d.", (int)enabled);
	}
}

static const char *const refs[] = { "CIS 7.0 2.5", "CIS 5.0 1.4", "FSBP IAM.9", NULL };

static const struct check checks[] = {
	{
	    .id = "root-mfa",
	    .title = "Activate MFA on your root account",
	    .rank = 2,
	    .refs = refs,
	    .facts = FACT(SUMMARY) | FACT(VIRTUAL_MFA) | FACT(ROOT_MFA),
	    .how = FIX_GUIDED,
	    .evaluate = evaluate,
	},
};

/* ---- fields -------------------------------------------------------------------------------- */

static const struct field_option devices[] = {
	{ "virtual", "authenticator app",
	    "an app on a phone: Google Authenticator, Authy, 1Password, any that knows TOTP" },
	{ "security-key", "passkey or security key",
	    "a YubiKey or the like, or a passkey of the computer; cannot be phished" },
	{ "hardware", "hardware TOTP token",
	    "a key fob or display card bought for AWS, with a serial number on its back" },
	{ NULL, NULL, NULL },
};

static const struct field fields[] = {
	{
	    .id = "device",
	    .label = "Kind of device",
	    .help =
		"What proves that it is you, besides the password. An app on a phone is at hand "
		"for everybody. A security key cannot be tricked by a copied sign-in page and is "
		"the strongest. A hardware token can be locked into a safe. All are set up in the "
		"console; AWS offers no other way for root.",
	    FIELD(struct root_mfa_model, device),
	    .def = "virtual",
	    .options = devices,
	},
	{
	    .id = "second_device",
	    .label = "A second device",
	    .help =
		"Yes: you are led through a second device as well. Recommended: when the only one "
		"is lost, getting back into root takes the e-mail address, the phone number of "
		"the account and often AWS Support. Best kept by another person or in a safe. "
		"Root may have up to eight.",
	    FIELD(struct root_mfa_model, second_device),
	    .def = "no",
	},
};

/* ---- steps --------------------------------------------------------------------------------------
 */

static bool
summary_of(const struct run *run, const json_t **summary, struct err *e)
{
	const struct fact *f = facts_get(run->facts, FACT_SUMMARY);

	*summary = f->value;
	if (f->value != NULL)
		return true;
	*e = f->err;
	return err_set(e, ERR_OTHER, "the account's summary has not been read");
}

static bool
check_assign(struct step_ctx *c, struct err *e)
{
	const json_t *summary = NULL;

	if (!summary_of(c->run, &summary, e))
		return false;
	if (is_enabled(summary))
		return item_verdict(c->item, VERDICT_OK, "AccountMFAEnabled is 1.");
	if (no_credentials(summary))
		return item_verdict(c->item, VERDICT_NOT_APPLICABLE,
		    "Root has neither password nor access key, so nobody can sign in as root.");
	return item_verdict(c->item, VERDICT_PERSON,
	    "AccountMFAEnabled is 0. A person assigns the device in the console; AWS offers no "
	    "call for it.");
}

static bool
apply_assign(struct step_ctx *c, struct err *e)
{
	return root_mfa_lead(c, 1, e);
}

static bool
wants_second(const struct run *run, const void *model)
{
	const struct root_mfa_model *m = model;

	(void)run;
	return m->second_device;
}

static bool
check_second(struct step_ctx *c, struct err *e)
{
	const json_t *summary = NULL;
	size_t n = root_mfa_devices(c->run->facts);

	if (!summary_of(c->run, &summary, e))
		return false;
	if (no_credentials(summary) && !is_enabled(summary))
		return item_verdict(c->item, VERDICT_NOT_APPLICABLE, "Nobody can sign in as root.");
	if (n >= 2)
		return item_verdict(c->item, VERDICT_OK, "Root has %zu MFA devices.", n);
	return item_verdict(c->item, VERDICT_PERSON,
	    "Root has %zu MFA device%s%s. A person assigns another one in the console.", n,
	    n == 1 ? "" : "s",
	    facts_value(c->run->facts, FACT_ROOT_MFA) == NULL ? " that can be seen" : "");
}

static bool
apply_second(struct step_ctx *c, struct err *e)
{
	return root_mfa_lead(c, 2, e);
}

static const struct step_call calls[] = {
	{ OP_IAM_GET_ACCOUNT_SUMMARY, "account", "while it waits" },
};
static const struct step_call second_calls[] = {
	{ OP_IAM_LIST_MFA_DEVICES, "root", "while it waits" },
	{ OP_IAM_LIST_VIRTUAL_MFA_DEVICES, "account", "while it waits" },
};

#define UNDO "Remove the device on the same page of the console, as root. No call of AWS's does it."

static const struct step steps[] = {
	{
	    .id = "assign",
	    .title = "Assign an MFA device to root",
	    .why = "Root may do everything and cannot be limited. Whoever gets its password alone "
		   "must not get in.",
	    .risk = "A device that is lost locks root out until AWS has proved who you are. The "
		    "account's e-mail address and phone number have to be right.",
	    .cost = "none; a security key or a token has to be bought",
	    .undo_text = UNDO,
	    .guided = true,
	    .session = SESSION_SETUP,
	    .facts = ROOT_FACTS,
	    CALLS(calls),
	    .check = check_assign,
	    .apply = apply_assign,
	},
	{
	    .id = "second",
	    .title = "Assign a second MFA device to root",
	    .why = "One device gets lost or breaks. With a second one, kept elsewhere, that is no "
		   "emergency.",
	    .cost = "none; a security key or a token has to be bought",
	    .undo_text = UNDO,
	    .guided = true,
	    .session = SESSION_SETUP,
	    .facts = ROOT_FACTS,
	    CALLS(second_calls),
	    .applies = wants_second,
	    .check = check_second,
	    .apply = apply_second,
	},
};

/* ---- the page -----------------------------------------------------------------------------------
 */

static void
show_devices(const struct facts *facts, struct blocks *out)
{
	const json_t *own = facts_value(facts, FACT_ROOT_MFA);
	const json_t *all = own != NULL ? own : facts_value(facts, FACT_VIRTUAL_MFA), *d;
	size_t i;

	json_array_foreach (all, i, d) {
		if (own == NULL && !root_mfa_is_roots(d))
			continue;
		blocks_add(
		    out, BLOCK_KEYVAL, "Root's device", json_text_or(d, "SerialNumber", "?"));
	}
}

static bool
render(struct run *run, const void *model, struct blocks *out, struct err *e)
{
	AUTO_BUF url = BUF_INIT(BUF_MAX_LINE);
	const json_t *summary = NULL;

	(void)model;
	if (!summary_of(run, &summary, e))
		return false;
	if (is_enabled(summary))
		blocks_add(out, BLOCK_TEXT, "Root has MFA.", NULL);
	show_devices(run->facts, out);
	if (no_credentials(summary) && !is_enabled(summary)) {
		blocks_add(out, BLOCK_TEXT,
		    "Root has neither password nor access key: nobody can sign in as root, there "
		    "is nothing to do.",
		    NULL);
		return true;
	}
	root_mfa_url(run, &url);
	blocks_add(out, BLOCK_TEXT,
	    "AWS lets root's MFA be set up only in its console. You are led through it; this "
	    "program sees when it is done.",
	    NULL);
	blocks_add(out, BLOCK_LINK, buf_str(&url), NULL);
	return true;
}

const struct screen_def screen_root_mfa = {
	.id = "root_mfa",
	.title = "MFA for root: a second proof at sign-in",
	.why = "Root may do everything. With MFA its password alone opens nothing.",
	.kind = PAGE_FORM,
	FIELDS(fields),
	CHECKS(checks),
	STEPS(steps),
	.model_size = sizeof(struct root_mfa_model),
	.facts = ROOT_FACTS,
	.render = render,
};
