/* SPDX-License-Identifier: MIT */
/* Leading a person through the console to an MFA device for root, watching the account. */
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "mfa.h"
#include "root_mfa.h"

#define CONSOLE_PAGE "iam/home#/security_credentials/mfa"
#define POLL_SECONDS 5

void
root_mfa_url(const struct run *run, struct buf *url)
{
	account_console_url(&run->account, run->settings.endpoint_url, CONSOLE_PAGE, url);
}

/* What is asked of a person, with what polling needs. */
struct guide {
	struct run *run;
	struct aws *aws;
	size_t devices; /* how many root should have */
};

/* The summary tells at once for every kind of device; it only says "one or more". */
static bool
poll_enabled(void *arg, bool *done, struct err *e)
{
	const struct guide *g = arg;
	int64_t enabled = 0;

	if (!iam_get_summary(g->aws, "AccountMFAEnabled", &enabled, e))
		return false;
	*done = enabled == 1;
	return true;
}

static bool
poll_devices(void *arg, bool *done, struct err *e)
{
	const struct guide *g = arg;

	facts_forget(g->run->facts, FACT(VIRTUAL_MFA) | FACT(ROOT_MFA));
	if (!facts_need(g->run->facts, FACT(VIRTUAL_MFA) | FACT(ROOT_MFA), e))
		return false;
	*done = root_mfa_devices(g->run->facts) >= g->devices;
	return true;
}

/* A wrong scan, a wrong entry, a wrong clock show here, before AWS binds the device. */
static bool
verify_pair(
    void *arg, const struct secret *seed, const char *code1, const char *code2, struct err *e)
{
	const struct guide *g = arg;
	const struct mfa_pair pair = mfa_check_pair(seed, code1, code2, clock_now(&g->run->clock));
	char why[256];

	if (pair.verdict == MFA_OK)
		return true;
	mfa_message(&pair, why, sizeof why);
	return err_set(e, ERR_USAGE, "%s", why);
}

#define FIRST_STEPS                                                                                \
	"1. Open the page and sign in as root.\n"                                                  \
	"2. Choose \"Assign MFA device\" and give it a name.\n"

static const char guide_virtual[] = FIRST_STEPS
    "3. Choose \"Authenticator app\", then \"Show secret key\".\n"
    "4. Paste that key here. The picture for your phone is drawn in this window, and two codes "
    "are checked here first.\n"
    "5. Type the NEXT two codes into the AWS page and choose \"Add MFA\".\n"
    "If you would rather scan the picture in the browser, skip the pasting. It goes on by itself "
    "when AWS shows the device.";
static const char guide_key[] = FIRST_STEPS
    "3. Choose \"Passkey or security key\" and follow the browser: touch the key when it blinks.\n"
    "It goes on by itself when AWS shows the device.";
static const char guide_hardware[] = FIRST_STEPS
    "3. Choose \"Hardware TOTP token\", type the serial number from the back of the token, then "
    "two codes that it shows one after the other.\n"
    "It goes on by itself when AWS shows the device.";

static bool
lead_app(struct step_ctx *c, struct guide *g, const char *url, struct err *e)
{
	AUTO_FREE char *who = xasprintf("root@%s", c->run->account.caller.account);
	const struct ask_enrol q = {
		.title = "MFA for root",
		.who = who,
		.may_paste_seed = true,
		.url = url,
		.guide = guide_virtual,
		.verify = verify_pair,
		.poll = g->devices > 1 ? poll_devices : poll_enabled,
		.every = POLL_SECONDS,
		.arg = g,
	};

	return ask_enrol(&c->run->ask, &q, e);
}

static bool
lead_other(struct step_ctx *c, struct guide *g, const char *url, struct err *e)
{
	const struct root_mfa_model *m = c->model;
	bool key = strcmp(m->device, "security-key") == 0, done = false;
	const struct ask_person q = {
		.title = key ? "MFA for root: passkey or security key"
			     : "MFA for root: hardware TOTP token",
		.text = key ? guide_key : guide_hardware,
		.url = url,
		.poll = g->devices > 1 ? poll_devices : poll_enabled,
		.every = POLL_SECONDS,
		.arg = g,
	};

	return ask_person(&c->run->ask, &q, &done, e);
}

bool
root_mfa_lead(struct step_ctx *c, size_t how_many, struct err *e)
{
	const struct root_mfa_model *m = c->model;
	AUTO_BUF url = BUF_INIT(BUF_MAX_LINE);
	struct guide g = { .run = c->run, .aws = c->aws, .devices = how_many };

	root_mfa_url(c->run, &url);
	if (strcmp(m->device, "virtual") == 0)
		return lead_app(c, &g, buf_str(&url), e);
	return lead_other(c, &g, buf_str(&url), e);
}
