/* SPDX-License-Identifier: MIT */
/* The sheet's text. */
#include <stdio.h>
#include <string.h>

#include "json.h"
#include "plan.h"
#include "sheet.h"
#include "text.h"

#define COLS 76
#define YEAR (365 * 86400)
#define BLANK "______________________________"

static const char *
or_blank(const char *s)
{
	return s != NULL && s[0] != '\0' ? s : BLANK;
}

static void
title(struct buf *out, const char *text)
{
	size_t n = text_width(text);

	buf_printf(out, "\n%s\n", text);
	while (n-- > 0)
		buf_putc(out, '-');
	buf_putc(out, '\n');
}

static void
value(struct buf *out, const char *name, const char *text)
{
	AUTO_BUF clean = BUF_INIT(BUF_MAX_LINE);

	text_clean(&clean, text, strlen(text), false);
	buf_printf(out, "%-22s %s\n", name, buf_str(&clean));
}

/* "1. text", wrapped under itself. */
static void
points(struct buf *out, const char *const *lines, bool numbered)
{
	for (int n = 1; *lines != NULL; lines++, n++) {
		AUTO_BUF wrapped = BUF_INIT(BUF_MAX_TEXT);
		char mark[4] = "-  ";

		if (numbered)
			mark[0] = (char)('0' + n % 10), mark[1] = '.';
		text_wrap(&wrapped, *lines, COLS, "   ");
		buf_puts(out, mark);
		buf_puts(out, buf_str(&wrapped) + strlen(mark));
	}
}

/* What AWS keeps to root, the course's four first. */
static const char *const only_root[] = {
	"Change root's own password, e-mail address, access keys and MFA.",
	"Change the support plan.",
	"Change the account's settings: name, contacts, allowed Regions.",
	"Restore the permissions of an IAM administrator who has locked himself out.",
	"Switch on IAM access to billing; see certain tax invoices.",
	"Open an S3 bucket or SQS queue whose policy denies everybody.",
	"Close the account.",
	NULL,
};

static const char *const when_to_use[] = {
	"Only when no administrator can do what is needed. Two people, if you can.",
	"Open the console address above, choose \"Root user\", give the e-mail address, the "
	"password and a code of the MFA device.",
	"Do the one thing that is needed. Make no access key for root.",
	"Sign out. Note date, people and reason below. Change the password if more people know it "
	"now than before.",
	"Look at what was done: CloudTrail, event history, user name root.",
	NULL,
};

static const char *const recovery[] = {
	"Password lost: choose \"Forgot password\" at the sign-in page; the link goes to root's "
	"e-mail address. Who has that mailbox has root: it must be a safe one.",
	"MFA device lost: use the second device. Without one choose \"Troubleshoot MFA\" at "
	"sign-in: AWS proves you by the e-mail address and a call to the account's phone number. "
	"Keep that number right.",
	"Mailbox or phone number lost too: AWS Support, https://support.aws.amazon.com/ "
	"(\"I can't access my AWS account\"). It takes days and papers.",
	"An administrator locked out: sign in as root and repair the user's policies in IAM, or "
	"run rootlock.",
	NULL,
};

static void
say_review(const struct run *run, const struct break_glass *b, struct buf *out)
{
	char day[32];

	if (b->review_date != NULL && b->review_date[0] != '\0') {
		value(out, "Review on", b->review_date);
		return;
	}
	text_iso8601(day, sizeof day, clock_now(&run->clock) + YEAR);
	day[10] = '\0';
	value(out, "Review on", day);
}

static void
say_links(const struct run *run, struct buf *out)
{
	const json_t *aliases = run->facts != NULL ? facts_value(run->facts, FACT_ALIASES) : NULL;
	const char *alias = json_text(aliases, "0");
	const char *url = run->settings.endpoint_url;
	AUTO_BUF console = BUF_INIT(BUF_MAX_LINE);
	AUTO_BUF by_id = BUF_INIT(BUF_MAX_LINE);
	AUTO_BUF by_alias = BUF_INIT(BUF_MAX_LINE);

	account_console_url(&run->account, url, "", &console);
	value(out, "Root signs in at", buf_str(&console));
	account_sign_in_url(&run->account, NULL, &by_id);
	value(out, "IAM users sign in at", buf_str(&by_id));
	if (alias == NULL)
		return;
	account_sign_in_url(&run->account, alias, &by_alias);
	value(out, "  or at", buf_str(&by_alias));
}

static void
say_state(const struct run *run, struct buf *out)
{
	const json_t *s = run->facts != NULL ? facts_value(run->facts, FACT_SUMMARY) : NULL;
	int64_t n;

	if (json_int(s, "AccountMFAEnabled", &n))
		value(out, "Root has MFA", n == 1 ? "yes" : "NO");
	if (json_int(s, "AccountAccessKeysPresent", &n))
		value(out, "Root has access keys", n == 0 ? "no" : "YES - delete them");
}

void
break_glass_sheet(const struct run *run, const struct break_glass *b, struct buf *out)
{
	char now[32];

	text_iso8601(now, sizeof now, clock_now(&run->clock));
	now[10] = '\0';
	buf_puts(out, "ROOT OF AN AWS ACCOUNT: BREAK-GLASS SHEET\n");
	buf_puts(
	    out, "Print it and lock it away, apart from the MFA device. It holds no secret.\n");
	title(out, "The account");
	value(out, "Account id", run->account.caller.account);
	value(out, "Root's e-mail address", or_blank(b->root_email));
	say_links(run, out);
	say_state(run, out);
	title(out, "Where things are");
	value(out, "Root's password", or_blank(b->password_place));
	value(out, "Root's MFA device", or_blank(b->mfa_holder));
	value(out, "Written on", now);
	say_review(run, b, out);
	title(out, "What only root can do");
	points(out, only_root, false);
	title(out, "Using root");
	points(out, when_to_use, true);
	title(out, "When something is lost");
	points(out, recovery, false);
	title(out, "Uses and reviews (date, people, reason)");
	for (int i = 0; i < 4; i++)
		buf_printf(out, "%s%s\n", BLANK, BLANK);
}
