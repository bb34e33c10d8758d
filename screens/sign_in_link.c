/* SPDX-License-Identifier: MIT */
/* The IAM users' sign-in link and the account alias.  Source: IAM User Guide, "Your AWS account
 * alias". */
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "iam.h"
#include "json.h"
#include "plan.h"

struct sign_in_link_model {
	char *alias;
	bool replace;
};

/* ---- fields ----------------------------------------------------------------------- */

static bool
only_digits(const char *s)
{
	return s[strspn(s, "0123456789")] == '\0';
}

/* CreateAccountAlias, AccountAlias: ^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$; empty: none. */
static bool
alias_ok(const char *text, struct err *e)
{
	size_t n = strlen(text);

	if (n == 0)
		return true;
	if (n < 3 || n > 63)
		return err_set(e, ERR_USAGE, "3 to 63 characters; this has %zu.", n);
	if (text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-")] != '\0')
		return err_set(e, ERR_USAGE, "Only small letters a-z, digits and hyphens.");
	if (text[0] == '-' || text[n - 1] == '-' || strstr(text, "--") != NULL)
		return err_set(
		    e, ERR_USAGE, "No hyphen at the front or the end, and no two in a row.");
	if (n == 12 && only_digits(text))
		return err_set(
		    e, ERR_USAGE, "Twelve digits would look like an account id; choose a word.");
	return true;
}

static bool
has_alias(const void *model)
{
	const struct sign_in_link_model *m = model;

	return m->alias[0] != '\0';
}

static const struct field fields[] = {
	{
	    .id = "alias",
	    .label = "Account alias",
	    .help =
		"A word that stands in the sign-in link instead of the account's number, for "
		"instance the company's name. Unique among all AWS customers, and public: anybody "
		"can find out that the name exists. Leave it empty to go on without one; the link "
		"with the number works in any case.",
	    FIELD(struct sign_in_link_model, alias),
	    .def = "",
	    .max = 63,
	    .validate = alias_ok,
	},
	{
	    .id = "replace",
	    .label = "Replace another alias",
	    .help =
		"An account has one alias. Yes: an alias that is there already is replaced. Links "
		"and bookmarks with the old name stop working at once, and the old name is free "
		"for any other AWS customer to take, who could then imitate your sign-in page.",
	    FIELD(struct sign_in_link_model, replace),
	    .def = "no",
	    .applies = has_alias,
	},
};

/* ---- the step ------------------------------------------------------------------------ */

static bool
wanted(const struct run *run, const void *model)
{
	(void)run;
	return has_alias(model);
}

/* The alias of now, "" without one; false with the reason when it is not known. */
static bool
alias_now(const struct run *run, const char **alias, struct err *e)
{
	const struct fact *f = facts_get(run->facts, FACT_ALIASES);

	if (f->value != NULL) {
		*alias = json_text_or(f->value, "0", "");
		return true;
	}
	*e = f->err;
	return err_set(e, ERR_OTHER, "the account alias has not been read");
}

static bool
check(struct step_ctx *c, struct err *e)
{
	const struct sign_in_link_model *m = c->model;
	const char *now = "";

	if (!alias_now(c->run, &now, e))
		return false;
	if (strcmp(now, m->alias) == 0)
		return item_verdict(c->item, VERDICT_OK, "The alias is %s.", now);
	if (now[0] != '\0' && !m->replace)
		return item_verdict(c->item, VERDICT_BLOCKED,
		    "The account has the alias %s. Replacing it breaks links with that name and "
		    "lets others take it: say so with sign_in_link.replace.",
		    now);
	item_call(c->item, OP_IAM_CREATE_ACCOUNT_ALIAS, "alias/%s", m->alias);
	if (now[0] == '\0')
		return item_verdict(c->item, VERDICT_NEEDED, "The account has no alias.");
	return item_verdict(c->item, VERDICT_NEEDED,
	    "The alias %s is replaced: links with it stop working, and the name is free for "
	    "others.",
	    now);
}

static bool
apply(struct step_ctx *c, struct err *e)
{
	const struct sign_in_link_model *m = c->model;
	const char *now = "";

	if (!alias_now(c->run, &now, e))
		return false;
	if (!item_before(c, json_pack("{s:s, s:s}", "was", now, "made", m->alias), e))
		return false;
	if (iam_create_account_alias(c->aws, m->alias, e))
		return true;
	if (err_is(e, "EntityAlreadyExists"))
		err_wrap(e, "the alias %s belongs to another AWS account; choose another word",
		    m->alias);
	return false;
}

static bool
undo(struct step_ctx *c, const json_t *before, struct err *e)
{
	const char *was = json_text_or(before, "was", ""), *made = json_text_or(before, "made", "");

	if (was[0] == '\0')
		return iam_delete_account_alias(c->aws, made, e);
	if (iam_create_account_alias(c->aws, was, e))
		return true;
	if (err_is(e, "EntityAlreadyExists"))
		err_wrap(e, "somebody else has taken the alias %s meanwhile", was);
	return false;
}

static const struct step_call calls[] = {
	{ OP_IAM_CREATE_ACCOUNT_ALIAS, "alias/{alias}", "it is another one, or none; undo" },
	{ OP_IAM_DELETE_ACCOUNT_ALIAS, "alias/{alias}", "undo" },
};

static const struct step steps[] = {
	{
	    .id = "alias",
	    .title = "Give the account an alias",
	    .why = "A sign-in link that people can remember, and that does not show the account's "
		   "number.",
	    .risk = "The name is public. An alias that is replaced stops working at once and is "
		    "free for others.",
	    .cost = "none",
	    .undo_text = "Deletes the alias, or puts back the one of before if nobody else has "
			 "taken it meanwhile.",
	    .session = SESSION_SETUP,
	    .facts = FACT(ALIASES),
	    CALLS(calls),
	    .applies = wanted,
	    .check = check,
	    .apply = apply,
	    .undo = undo,
	},
};

/* ---- the check ------------------------------------------------------------------------ */

static void
evaluate(const struct facts *facts, struct finding *f)
{
	const json_t *aliases = facts_value(facts, FACT_ALIASES);

	if (finding_unreadable(f, facts, FACT(ALIASES)))
		return;
	finding_add(
	    f, facts, FACT_ALIASES, "AccountAliases", json_incref((json_t *)(uintptr_t)aliases));
	if (json_count(aliases, "") > 0)
		finding_set(f, CHECK_PASS, "The alias is %s.", json_text_or(aliases, "0", ""));
	else
		finding_set(f, CHECK_NOT_APPLICABLE,
		    "No alias is set. The link with the account's number works; an alias is easier "
		    "to remember and does not show the number.");
}

static const char *const refs[] = { "IAM User Guide, AWS account alias", NULL };

static const struct check checks[] = {
	{
	    .id = "sign-in-link",
	    .title = "Give IAM users a sign-in link of their own",
	    .rank = 8,
	    .refs = refs,
	    .facts = FACT(ALIASES),
	    .how = FIX_AUTOMATIC,
	    .evaluate = evaluate,
	},
};

/* ---- the page --------------------------------------------------------------------------- */

static bool
prepare(struct run *run, void *model, struct err *e)
{
	struct sign_in_link_model *m = model;
	const char *now = json_text_or(facts_value(run->facts, FACT_ALIASES), "0", "");

	(void)e;
	xfree(m->alias);
	m->alias = xstrdup(now);
	return true;
}

static void
show_message(struct blocks *out, const struct run *run, const char *alias, const char *url)
{
	blocks_add(out, BLOCK_TEXT, "A message for your users, to copy:", NULL);
	blocks_printf(out, BLOCK_TEXT,
	    "You have a user in our AWS account. Sign in here: %s - choose IAM user, account %s. "
	    "Your user name and first password come to you separately. Never use the root user, "
	    "and set up MFA at your first sign-in.",
	    url, alias[0] != '\0' ? alias : run->account.caller.account);
}

static bool
render(struct run *run, const void *model, struct blocks *out, struct err *e)
{
	const struct sign_in_link_model *m = model;
	AUTO_BUF by_id = BUF_INIT(BUF_MAX_LINE);
	AUTO_BUF by_alias = BUF_INIT(BUF_MAX_LINE);
	const char *now = "";

	if (!alias_now(run, &now, e))
		return false;
	account_sign_in_url(&run->account, NULL, &by_id);
	blocks_add(out, BLOCK_TEXT, "By account number, always valid:", NULL);
	blocks_add(out, BLOCK_LINK, buf_str(&by_id), NULL);
	if (m->alias[0] != '\0') {
		account_sign_in_url(&run->account, m->alias, &by_alias);
		blocks_add(out, BLOCK_TEXT,
		    strcmp(now, m->alias) == 0 ? "By alias:" : "By alias, once it is set:", NULL);
		blocks_add(out, BLOCK_LINK, buf_str(&by_alias), NULL);
		blocks_add(out, BLOCK_TEXT, "An alias is public.", NULL);
	}
	if (now[0] != '\0' && m->alias[0] != '\0' && strcmp(now, m->alias) != 0)
		blocks_printf(out, BLOCK_WARN,
		    "This replaces the alias %s: links with it stop working, and the name is free "
		    "for others.",
		    now);
	const char *url = by_alias.len > 0 ? buf_str(&by_alias) : buf_str(&by_id);
	show_message(out, run, m->alias, url);
	blocks_add(out, BLOCK_QR, url, NULL);
	return true;
}

const struct screen_def screen_sign_in_link = {
	.id = "sign_in_link",
	.title = "Sign-in link: where IAM users sign in",
	.why = "IAM users do not sign in where root does, but by a link of this account. Give it "
	       "to them; it can carry a name instead of the account's number.",
	.kind = PAGE_FORM,
	FIELDS(fields),
	CHECKS(checks),
	STEPS(steps),
	.model_size = sizeof(struct sign_in_link_model),
	.facts = FACT(ALIASES),
	.prepare = prepare,
	.render = render,
};
