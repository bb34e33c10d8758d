/* SPDX-License-Identifier: MIT */
/* From root to the new administrator: other eyes, the same checks, a record. */
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "file.h"
#include "json.h"
#include "plan.h"

struct hand_over {
	bool continue_as;
	char *report;
	bool written;      /* by this run */
	bool browser_left; /* here it is done; nobody said that the browser is out of root */
};

static const struct field fields[] = {
	{
	    .id = "continue_as",
	    .label = "Continue as administrator",
	    .help = "From here on rootlock reads and acts as the new administrator, with MFA where "
		    "that session was made. Root is needed no more.",
	    FIELD(struct hand_over, continue_as),
	    .def = "yes",
	},
	{
	    .id = "report",
	    .label = "Session report",
	    .help = "A file for the record of this session: every check with its evidence, and "
		    "what was done, as JSON, without a secret. Leave it empty to write none.",
	    FIELD(struct hand_over, report),
	    .max = 1024,
	},
};

static struct aws *
admin_session(struct run *run)
{
	struct aws *mfa = run->session[SESSION_ADMIN_MFA];

	return mfa != NULL ? mfa : run->session[SESSION_ADMIN];
}

/* ---- the switch ---- */

static bool
wants_switch(const struct run *run, const void *model)
{
	(void)run;
	return ((const struct hand_over *)model)->continue_as;
}

static bool
check_switch(struct step_ctx *c, struct err *e)
{
	const struct hand_over *m = c->model;
	struct run *run = c->run;

	(void)e;
	if (m->browser_left)
		return item_verdict(c->item, VERDICT_PERSON,
		    "rootlock acts as %s now; signing out of root in the browser is left to you",
		    run->account.caller.user);
	if (!run->account.caller.root)
		return item_verdict(
		    c->item, VERDICT_OK, "the caller is %s, not root", run->account.caller.arn);
	if (admin_session(run) == NULL && run->journal == NULL)
		return item_verdict(
		    c->item, VERDICT_PERSON, "the new administrator takes over once he exists");
	if (admin_session(run) == NULL)
		return item_verdict(c->item, VERDICT_BLOCKED,
		    "no session of the new administrator: make his access key first");
	return item_verdict(c->item, VERDICT_PERSON, "root is still in use");
}

/* Who takes over, as AWS says; a user of this account, and not root again. */
static bool
successor(struct run *run, struct sts_identity *who, struct err *e)
{
	struct aws *aws = admin_session(run);

	if (aws == NULL)
		return err_set(e, ERR_REFUSED, "There is no session of the new administrator.");
	if (!sts_get_caller_identity(aws, who, e))
		return false;
	if (!who->root && strcmp(who->account, run->account.caller.account) == 0)
		return true;
	return err_set(e, ERR_REFUSED, "%s is not another user of this account.", who->arn);
}

static bool
apply_switch(struct step_ctx *c, struct err *e)
{
	struct hand_over *m = c->model;
	struct run *run = c->run;
	AUTO_BUF url = BUF_INIT(BUF_MAX_LINE), text = BUF_INIT(BUF_MAX_TEXT);
	struct sts_identity who = { 0 };
	bool done = false;

	if (!successor(run, &who, e))
		return false;
	account_sign_in_url(&run->account, NULL, &url);
	buf_printf(&text,
	    "In the browser: sign out of root, then sign in as %s with the link "
	    "below. Here, everything from now on is done as %s.",
	    who.user, who.user);
	const struct ask_person q = {
		.title = "Leave root behind",
		.text = buf_str(&text),
		.url = buf_str(&url),
	};

	if (!ask_person(&run->ask, &q, &done, e))
		return false;
	/* Without a terminal nobody can be asked; the session is what was proven. */
	m->browser_left = !done && !run->ask.headless;
	run->account.caller = who;
	run_use(run, SESSION_ADMIN_MFA);
	return true;
}

/* ---- the record ---- */

static bool
wants_report(const struct run *run, const void *model)
{
	(void)run;
	return ((const struct hand_over *)model)->report[0] != '\0';
}

/* The hand-over is of the past, and that file is its report. */
static bool
reported_before(struct run *run, const char *report)
{
	AUTO_FREE char *path = file_expand(report, run->home);
	AUTO_BUF text = BUF_INIT(BUF_MAX_REPLY);
	struct err none = { 0 };

	if (run->account.caller.root || admin_session(run) != NULL ||
	    !file_read(path, &text, &none))
		return false;
	json_auto_t *doc = json_loadb(text.data, text.len, 0, NULL);

	return json_at(doc, "done") != NULL &&
	       strcmp(json_text_or(doc, "account", ""), run->account.caller.account) == 0;
}

static bool
check_report(struct step_ctx *c, struct err *e)
{
	const struct hand_over *m = c->model;

	(void)e;
	if (!m->written && reported_before(c->run, m->report))
		return item_verdict(
		    c->item, VERDICT_OK, "%s is the report of the hand-over", m->report);
	if (m->written)
		return item_verdict(c->item, VERDICT_OK, "written to %s", m->report);
	return item_verdict(c->item, VERDICT_NEEDED, "%s is to be written", m->report);
}

/* What this run recorded: when, what, about what, how it ended. */
static json_t *
what_was_done(const struct run *run)
{
	static const char *const members[] = { "time", "kind", "what", "about" };
	const json_t *r, *records = run->journal != NULL ? journal_records(run->journal) : NULL;
	json_t *out = json_array();
	size_t i;

	json_array_foreach (records, i, r) {
		if (run->run_id == NULL || strcmp(json_text_or(r, "run", ""), run->run_id) != 0)
			continue;
		json_t *o = json_object();

		for (size_t k = 0; k < sizeof members / sizeof members[0]; k++)
			json_object_set(o, members[k], json_object_get(r, members[k]));
		json_array_append_new(out, o);
	}
	return out;
}

static bool
apply_report(struct step_ctx *c, struct err *e)
{
	struct hand_over *m = c->model;
	AUTO_FREE char *path = file_expand(m->report, c->run->home);
	AUTO_BUF text = BUF_INIT(BUF_MAX_REPLY);
	struct audit a = { 0 };

	if (!audit_run(c->run, NULL, &a, e))
		return false;
	json_auto_t *doc = audit_json(c->run, &a);

	audit_free(&a);
	if (c->run->run_id != NULL)
		json_object_set_new(doc, "run", json_string(c->run->run_id));
	json_object_set_new(doc, "done", what_was_done(c->run));
	if (!json_print(&text, doc, JSON_INDENT(2)))
		return err_set(e, ERR_OTHER, "the report is too large");
	buf_putc(&text, '\n');
	m->written = file_write(path, text.data, text.len, 0600, e);
	return m->written;
}

static const struct step steps[] = {
	{
	    .id = "switch",
	    .title = "Continue as the new administrator",
	    .why = "Root is for emergencies. Every day's work is done by a person with a name.",
	    .cost = "none",
	    .undo_text = "Nothing is changed in the account.",
	    .guided = true,
	    .session = SESSION_SETUP,
	    .applies = wants_switch,
	    .check = check_switch,
	    .apply = apply_switch,
	},
	{
	    .id = "report",
	    .title = "Write the session report",
	    .why = "Whoever comes next can see what was done, and that it was meant.",
	    .cost = "none",
	    .undo_text = "Delete the file.",
	    .session = SESSION_ADMIN_MFA,
	    .applies = wants_report,
	    .check = check_report,
	    .apply = apply_report,
	},
};

const struct screen_def screen_hand_over = {
	.id = "hand_over",
	.title = "Hand over",
	.why =
	    "The account is ready. From now on the new administrator acts, and root stays in the "
	    "safe.",
	.kind = PAGE_FORM,
	FIELDS(fields),
	STEPS(steps),
	.model_size = sizeof(struct hand_over),
};
