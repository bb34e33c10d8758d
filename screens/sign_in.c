/* SPDX-License-Identifier: MIT */
/*
 * Whose account: an existing profile or environment, or keys typed in.  The
 * account itself says who calls (GetCallerIdentity), and the person confirms.
 */
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "json.h"
#include "plan.h"
#include "sign_in.h"

struct sign_in {
	char *source;
	char *profile;
	char *access_key_id;
	struct secret *secret_access_key;
	struct secret *session_token;
	char *region;
	bool asked; /* apply() has just asked AWS; used up by the check after it */
};

static bool
is_source(const void *model, const char *source)
{
	return strcmp(((const struct sign_in *)model)->source, source) == 0;
}

static bool
by_profile(const void *model)
{
	return is_source(model, "profile");
}

static bool
by_keys(const void *model)
{
	return is_source(model, "keys");
}

static bool
choose_profile(struct run *run, const void *model, struct choices *out, struct err *e)
{
	struct strlist names = { 0 };

	(void)run;
	(void)model;
	aws_profile_names(&names);
	for (size_t i = 0; i < names.n; i++)
		choices_add(out, names.items[i], names.items[i], NULL);
	bool any = names.n > 0;

	strlist_free(&names);
	return any || err_set(e, ERR_CONFIG, "There is no profile in ~/.aws yet.");
}

static bool
region_ok(const char *text, struct err *e)
{
	size_t n = strlen(text);

	if (n >= 5 && n < 32 && strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") == n)
		return true;
	return err_set(e, ERR_USAGE, "A Region's name, such as us-east-1 or eu-central-1.");
}

static bool
by_browser(const void *model)
{
	return is_source(model, "browser") || is_source(model, "elsewhere");
}

static bool
has_profile(const void *model)
{
	return by_profile(model) || by_browser(model);
}

static const struct field_option sources[] = {
	{ "browser", "the browser", "on this computer, as `aws login` does; no access key needed" },
	{ "elsewhere", "a browser elsewhere", "on any device; its page shows a code to paste" },
	{ "environment", "the environment", "AWS_ACCESS_KEY_ID and the like, as set now" },
	{ "profile", "a profile", "of ~/.aws/credentials or ~/.aws/config" },
	{ "keys", "keys typed in", "never written anywhere by this screen" },
	{ NULL, NULL, NULL },
};

static const struct field fields[] = {
	{
	    .id = "source",
	    .label = "Sign in with",
	    .help = "Where rootlock takes the credentials from. For root it is the browser, which "
		    "leaves nothing behind that lasts a day: never make an access key for root.",
	    FIELD(struct sign_in, source),
	    .def = "environment",
	    .options = sources,
	},
	{
	    .id = "profile",
	    .label = "Profile",
	    .help = "The profile's name, as in ~/.aws/credentials or ~/.aws/config. After a sign-in "
		    "in the browser it stands for that session.",
	    FIELD(struct sign_in, profile),
	    .def = "default",
	    .choices = choose_profile,
	    .applies = has_profile,
	},
	{
	    .id = "access_key_id",
	    .label = "Access key ID",
	    .help = "Twenty capital letters and digits that begin with AKIA, or with ASIA for "
		    "temporary credentials.",
	    FIELD(struct sign_in, access_key_id),
	    .applies = by_keys,
	},
	{
	    .id = "secret_access_key",
	    .label = "Secret access key",
	    .help = "The forty characters that belong to the access key ID. They stay in locked "
		    "memory and are wiped when rootlock ends.",
	    FIELD(struct sign_in, secret_access_key),
	    .applies = by_keys,
	},
	{
	    .id = "session_token",
	    .label = "Session token",
	    .help = "Only for temporary credentials (ASIA...); leave it empty otherwise.",
	    FIELD(struct sign_in, session_token),
	    .applies = by_keys,
	},
	{
	    .id = "region",
	    .label = "Region",
	    .help = "The Region where the trail and the buckets will live. us-east-1 is as good "
		    "as any; choose one near you or required by law.",
	    FIELD(struct sign_in, region),
	    .def = "us-east-1",
	    .validate = region_ok,
	},
};

static bool
prepare(struct run *run, void *model, struct err *e)
{
	struct sign_in *m = model;
	struct err why = { 0 };
	/* The files alone: a session that has to be refreshed is so when it is used. */
	struct aws_credentials *c = aws_credentials_find(&run->options, &why);
	const char *source = "environment";

	(void)e;
	if (run->options.profile != NULL || err_is(&why, "BrowserSignIn") ||
	    err_is(&why, "NeedsCall"))
		source = "profile";
	else if (c == NULL)
		source = login_way_here() == LOGIN_SAME_DEVICE ? "browser" : "elsewhere";
	xfree(m->source);
	m->source = xstrdup(source);
	if (run->settings.profile != NULL) {
		xfree(m->profile);
		m->profile = xstrdup(run->settings.profile);
	}
	if (run->settings.region != NULL) {
		xfree(m->region);
		m->region = xstrdup(run->settings.region);
	}
	aws_credentials_free(c);
	return true;
}

static bool
validate(const void *model, struct err *e)
{
	const struct sign_in *m = model;

	if (!by_keys(m))
		return true;
	if (strlen(m->access_key_id) < 16) {
		snprintf(e->operation, sizeof e->operation, "access_key_id");
		return err_set(e, ERR_USAGE, "An access key ID has 16 characters or more.");
	}
	if (secret_len(m->secret_access_key) > 0)
		return true;
	snprintf(e->operation, sizeof e->operation, "secret_access_key");
	return err_set(e, ERR_USAGE, "Type or paste the secret access key.");
}

/* ---- the step ---- */

static bool
check(struct step_ctx *c, struct err *e)
{
	struct sign_in *m = c->model;
	bool asked = m->asked;

	(void)e;
	m->asked = false;
	if (!asked || c->run->session[SESSION_SETUP] == NULL)
		return item_verdict(c->item, VERDICT_NEEDED, "who calls is asked of AWS");
	return item_verdict(c->item, VERDICT_OK, "signed in as %s", c->run->account.caller.arn);
}

static struct aws_credentials *
credentials(struct run *run, const struct sign_in *m, struct err *e)
{
	struct aws_options o = run->options;

	if (by_keys(m))
		return aws_credentials_new(m->access_key_id, secret_dup(m->secret_access_key),
		    secret_len(m->session_token) > 0 ? secret_dup(m->session_token) : NULL,
		    "typed keys");
	o.profile = by_profile(m) ? m->profile : NULL;
	return run_credentials(run, &o, e);
}

/* Who may not list the aliases can sign in all the same. */
static void
say_alias(const struct run *run, struct buf *out)
{
	const struct fact *f = facts_get(run->facts, FACT_ALIASES);

	if (f->value != NULL)
		buf_puts(out, json_text_or(f->value, "0", "none"));
	else
		buf_printf(out, "unknown: %s", f->err.code[0] != '\0' ? f->err.code : f->err.text);
}

static bool
is_the_account(struct run *run, struct err *e)
{
	const struct account *a = &run->account;
	bool yes = false;
	AUTO_BUF alias = BUF_INIT(BUF_MAX_LINE);

	if (!facts_need(run->facts, FACT(ALIASES), e))
		return false;
	say_alias(run, &alias);
	AUTO_FREE char *text = xasprintf("Account %s (partition %s, Region %s)\nAlias   %s\n"
					 "Caller  %s%s",
	    a->caller.account, a->partition->id, a->region, buf_str(&alias), a->caller.arn,
	    a->caller.root && a->long_term
		? "\nThis is a long-term access key of root, the most powerful there is: it is "
		  "deleted in the step \"Delete root's access keys\"."
		: "");
	const struct ask_confirm q = {
		.title = "Is this the account?",
		.text = text,
		.yes = "Yes, this one",
		.no = "No, another",
	};

	return ask_confirm(&run->ask, &q, &yes, e) &&
	       (yes || err_set(e, ERR_REFUSED, "Not the account that you meant: choose another."));
}

/* It asks by itself whether this is the account. */
static bool
sign_in_by_browser(struct run *run, const struct sign_in *m, struct err *e)
{
	const struct sign_in_by_browser how = {
		.way = is_source(m, "browser") ? LOGIN_SAME_DEVICE : LOGIN_CROSS_DEVICE,
		.profile = m->profile,
	};

	return run_sign_in_by_browser(run, &how, e);
}

static bool
apply(struct step_ctx *c, struct err *e)
{
	struct sign_in *m = c->model;
	struct run *run = c->run;

	run_set_region(run, m->region);
	if (by_browser(m))
		return m->asked = sign_in_by_browser(run, m, e);
	struct aws_credentials *cred = credentials(run, m, e);

	if (cred == NULL || !run_sign_in(run, cred, e))
		return false;
	m->asked = is_the_account(run, e);
	if (m->asked)
		return true;
	facts_free(run->facts);
	run->facts = NULL;
	aws_close(run->session[SESSION_SETUP]);
	run->session[SESSION_SETUP] = NULL;
	return false;
}

static const struct step steps[] = {
	{
	    .id = "identify",
	    .title = "Ask AWS who calls",
	    .why = "What you change must be in the account that you mean.",
	    .cost = "none",
	    .undo_text = "Nothing is changed.",
	    .session = SESSION_SETUP,
	    .check = check,
	    .apply = apply,
	},
};

const struct screen_def screen_sign_in = {
	.id = "sign_in",
	.title = "Sign in",
	.why =
	    "rootlock acts with your credentials and shows the account and the caller before "
	    "anything else. Typed keys are never stored; a browser sign-in is kept where the AWS "
	    "CLI keeps it, for at most 12 hours, until `rootlock logout`.",
	.kind = PAGE_FORM,
	.flags = SCREEN_NO_ANSWERS,
	FIELDS(fields),
	STEPS(steps),
	.model_size = sizeof(struct sign_in),
	.prepare = prepare,
	.validate = validate,
};
