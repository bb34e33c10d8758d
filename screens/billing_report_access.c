/* SPDX-License-Identifier: MIT */
/*
 * "IAM user and role access to Billing information": a switch that only the
 * root user has, in the console; AWS offers no API for it (AWS Billing User
 * Guide, "Overview of managing access permissions").  What can be seen is
 * whether a user who is not root gets answers from the billing services.
 */
#include <stdio.h>
#include <string.h>

#include "billing_report.h"
#include "json.h"
#include "text.h"

#define NOTE_WHAT "billing_access"
#define NOTE_ABOUT "switched on by the person's word"

/* A session of somebody other than root, or NULL. */
static struct aws *
witness(const struct run *run)
{
	if (run->session[SESSION_ADMIN_MFA] != NULL)
		return run->session[SESSION_ADMIN_MFA];
	if (run->session[SESSION_ADMIN] != NULL)
		return run->session[SESSION_ADMIN];
	return run->account.caller.root ? NULL : run->session[SESSION_SETUP];
}

/* Ask as the witness; *open: the billing services answer. */
static bool
try_it(const struct run *run, struct aws *aws, bool *open, struct err *e)
{
	struct aws_fetch f[] = {
		{ .req = { .op = OP_BCM_LIST_EXPORTS } },
		{ .req = { .op = OP_CUR_DESCRIBE_REPORT_DEFINITIONS } },
	};
	size_t n = run->account.partition->has_cur ? 2 : 1;
	bool ok = true;

	*open = true;
	aws_fetch_many(aws, f, n);
	for (size_t i = 0; i < n; i++) {
		json_decref(f[i].reply);
		if (f[i].err.kind == ERR_NONE)
			continue;
		*open = false;
		if (ok && !err_is_denied(&f[i].err)) {
			*e = f[i].err;
			ok = false;
		}
	}
	return ok;
}

/* When the person said that it is done, or 0. */
static bool
word_given(const struct run *run, char when[32])
{
	struct err ignored = { 0 };
	struct journal *own = NULL;
	const struct journal *j = run->journal;
	int64_t at = 0;

	if (j == NULL)
		j = own = run->state_dir != NULL ? journal_read(run->state_dir, &ignored) : NULL;
	const json_t *note = j != NULL ? journal_last(j, NOTE_WHAT, NOTE_ABOUT) : NULL;
	bool found = note != NULL;
	when[0] = '\0';
	if (json_time(note, "time", &at))
		text_iso8601(when, 32, at);
	journal_close(own);
	return found;
}

bool
report_access_check(struct step_ctx *c, struct err *e)
{
	struct aws *aws = witness(c->run);
	bool open = false;
	char when[32];

	if (aws != NULL && !try_it(c->run, aws, &open, e))
		return false;
	if (aws != NULL && open)
		return item_verdict(c->item, VERDICT_OK,
		    "A user who is not root gets answers from the "
		    "billing services.");
	if (aws != NULL)
		return item_verdict(c->item, VERDICT_PERSON,
		    "Users other than root are refused by the "
		    "billing services. Root switches it on in the console, under Account.");
	if (word_given(c->run, when))
		return item_verdict(c->item, VERDICT_OK,
		    "Switched on by your word (%s); it shows once "
		    "the new administrator signs in.",
		    when);
	return item_verdict(c->item, VERDICT_PERSON,
	    "Root switches it on in the console, under "
	    "Account; no call of AWS's tells or changes it.");
}

static bool
poll(void *arg, bool *done, struct err *e)
{
	const struct step_ctx *c = arg;

	return try_it(c->run, witness(c->run), done, e);
}

bool
report_access_apply(struct step_ctx *c, struct err *e)
{
	AUTO_BUF url = BUF_INIT(BUF_MAX_LINE);
	bool seen = witness(c->run) != NULL, done = false;

	account_console_url(
	    &c->run->account, c->run->settings.endpoint_url, "billing/home#/account", &url);
	const struct ask_person q = {
		.title = "Let IAM users see billing",
		.text = "Open the Account page as root. Find \"IAM user and role access to Billing "
			"information\", choose Edit, tick \"Activate IAM Access\", choose Update. "
			"Who may "
			"then see bills is decided by IAM policies, as for any service; "
			"administrators may. It costs nothing and can be switched off there again.",
		.url = buf_str(&url),
		.poll = seen ? poll : NULL,
		.every = 5,
		.arg = c,
	};
	if (!ask_person(&c->run->ask, &q, &done, e))
		return false;
	if (!done || seen || c->run->journal == NULL)
		return true;
	return journal_put(c->run->journal, "note", NOTE_WHAT, NOTE_ABOUT, NULL, e);
}
