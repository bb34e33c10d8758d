/* SPDX-License-Identifier: MIT */
/* The one step of the password policy, and what its page shows. */
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "json.h"
#include "password_policy.h"

#define NAMES_SHOWN 3

/* ---- words ------------------------------------------------------------------------- */

static void
say_names(const struct strlist *names, struct buf *b)
{
	for (size_t i = 0; i < names->n && i < NAMES_SHOWN; i++)
		buf_printf(b, "%s%s", i > 0 ? ", " : "", names->items[i]);
	if (names->n > NAMES_SHOWN)
		buf_printf(b, " and %zu more", names->n - NAMES_SHOWN);
}

/* "alice and bob ...", or nothing when nobody is hit by the new age. */
static void
say_hit(struct run *run, const struct iam_password_policy *want, struct buf *b)
{
	const json_t *rows = json_at(facts_value(run->facts, FACT_REPORT), "rows");
	struct strlist names = { 0 };

	password_expired(rows, want->max_age_days, facts_now(run->facts), &names);
	if (names.n > 0) {
		say_names(&names, b);
		buf_puts(b, want->hard_expiry
				? ": locked out at once, an administrator has to set a new password"
				: ": must change the password at the next sign-in");
	}
	strlist_free(&names);
}

/* ---- the step --------------------------------------------------------------------------- */

/* Facts of this step, or false with the reason why they are not there. */
static bool
present(const struct run *run, bool *set, struct iam_password_policy *out, struct err *e)
{
	const struct fact *f = facts_get(run->facts, FACT_PASSWORD_POLICY);

	if (f->value != NULL) {
		*set = password_present(f->value, out);
		return true;
	}
	*e = f->err;
	return err_set(e, ERR_OTHER, "the password policy has not been read");
}

static bool
check_none(struct step_ctx *c, bool set)
{
	if (!set)
		return item_verdict(c->item, VERDICT_OK,
		    "No policy is set, AWS's own applies. The check password-policy stays red.");
	item_call(c->item, OP_IAM_DELETE_ACCOUNT_PASSWORD_POLICY, "account");
	return item_verdict(c->item, VERDICT_NEEDED,
	    "The policy is taken away, AWS's own applies. The check password-policy turns red.");
}

bool
password_step_check(struct step_ctx *c, struct err *e)
{
	AUTO_BUF hit = BUF_INIT(BUF_MAX_LINE);
	struct iam_password_policy now = { 0 }, want = { 0 };
	bool set = false;

	if (!present(c->run, &set, &now, e))
		return false;
	if (!password_wanted(c->model, &want))
		return check_none(c, set);
	const char *fault = password_fault(&want);
	const char *red = fault != NULL ? " The check password-policy stays red: " : "";
	if (set && password_equal(&now, &want))
		return item_verdict(c->item, VERDICT_OK, "The policy is as wanted.%s%s", red,
		    fault != NULL ? fault : "");
	item_call(c->item, OP_IAM_UPDATE_ACCOUNT_PASSWORD_POLICY, "account");
	const char *weaker = set ? password_weaker(&now, &want) : NULL;
	say_hit(c->run, &want, &hit);
	return item_verdict(c->item, VERDICT_NEEDED, "%s%s%s%s%s%s%s",
	    set ? "The policy differs." : "No policy is set.",
	    weaker != NULL ? " Weaker than now: " : "", weaker != NULL ? weaker : "",
	    hit.len > 0 ? " " : "", buf_str(&hit), red, fault != NULL ? fault : "");
}

bool
password_step_apply(struct step_ctx *c, struct err *e)
{
	const json_t *was = facts_value(c->run->facts, FACT_PASSWORD_POLICY);
	struct iam_password_policy want = { 0 };
	bool some = password_wanted(c->model, &want);

	if (!item_before(c, json_pack("{s:O?}", "policy", was), e))
		return false;
	if (some)
		return iam_update_account_password_policy(c->aws, &want, e);
	return iam_delete_account_password_policy(c->aws, e);
}

bool
password_step_undo(struct step_ctx *c, const json_t *before, struct err *e)
{
	struct iam_password_policy was;

	if (password_present(json_at(before, "policy"), &was))
		return iam_update_account_password_policy(c->aws, &was, e);
	return iam_delete_account_password_policy(c->aws, e);
}

/* ---- the page --------------------------------------------------------------------------- */

static const char *
yes_no(bool b)
{
	return b ? "yes" : "no";
}

/* A number, or a word for 0. */
static char *
number(int n, const char *unit, const char *none)
{
	return n > 0 ? xasprintf("%d%s", n, unit) : xstrdup(none);
}

/* What stays as it is stands in the fields; here it would push the heads of the columns away. */
static void
row(struct blocks *out, const char *what, const char *old, const char *new)
{
	if (strcmp(old, new) == 0)
		return;
	if (out->n == 0)
		blocks_add(out, BLOCK_ROW, "what changes\tnow\tafterwards", NULL);
	blocks_printf(out, BLOCK_ROW, "%s\t%s\t%s", what, old, new);
}

static void
row_number(struct blocks *out, const char *what, char *old, char *new)
{
	row(out, what, old, new);
	xfree(old);
	xfree(new);
}

/* What applies when no policy is set (IAM User Guide, "Default password policy"). */
static const struct iam_password_policy aws_default = { .minimum_length = 8 };

static const char *
class_of(bool set, bool required)
{
	return set ? yes_no(required) : "3 of the 4";
}

static void
table(struct blocks *out, const struct iam_password_policy *now, bool set,
    const struct iam_password_policy *want, bool some)
{
	row_number(out, "shortest password", number(now->minimum_length, "", "-"),
	    number(want->minimum_length, "", "-"));
	row(out, "symbol", class_of(set, now->symbols), class_of(some, want->symbols));
	row(out, "digit", class_of(set, now->numbers), class_of(some, want->numbers));
	row(out, "capital letter", class_of(set, now->uppercase), class_of(some, want->uppercase));
	row(out, "small letter", class_of(set, now->lowercase), class_of(some, want->lowercase));
	row(out, "users change own", yes_no(now->users_may_change),
	    yes_no(want->users_may_change));
	row_number(out, "expires after", number(now->max_age_days, " days", "never"),
	    number(want->max_age_days, " days", "never"));
	row_number(out, "old ones refused", number(now->reuse_prevention, "", "none"),
	    number(want->reuse_prevention, "", "none"));
	row(out, "expiry locks out", yes_no(now->hard_expiry), yes_no(want->hard_expiry));
	if (out->n == 0)
		blocks_add(out, BLOCK_TEXT, "The rules stay as they are.", NULL);
}

bool
password_render(struct run *run, const void *model, struct blocks *out, struct err *e)
{
	AUTO_BUF hit = BUF_INIT(BUF_MAX_LINE);
	struct iam_password_policy now = aws_default, want = aws_default;
	bool set = false;

	if (!present(run, &set, &now, e))
		return false;
	bool some = password_wanted(model, &want);
	table(out, &now, set, &want, some);
	const char *fault = password_fault(some ? &want : NULL);
	if (fault != NULL)
		blocks_printf(out, BLOCK_WARN,
		    "With these rules the check password-policy stays red: %s.", fault);
	const char *weaker = set && some ? password_weaker(&now, &want) : NULL;
	if (weaker != NULL)
		blocks_printf(out, BLOCK_WARN, "Weaker than what is set now: %s.", weaker);
	say_hit(run, &want, &hit);
	if (hit.len > 0)
		blocks_printf(out, BLOCK_WARN, "%s.", buf_str(&hit));
	if (want.hard_expiry)
		blocks_add(out, BLOCK_WARN,
		    "Locking out is dangerous with a single administrator: when his password "
		    "expires, only root can let him in again.",
		    NULL);
	return true;
}
