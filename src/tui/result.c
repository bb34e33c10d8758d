/* SPDX-License-Identifier: MIT */
/* What was done, what the account says now, and what to do about what failed. */
#include <stdio.h>
#include <string.h>

#include "sheet.h"

struct result {
	struct sheet sheet;
	const struct plan *plan; /* or NULL with err */
	const struct err *err;
};

/* What to do about it, in a sentence. */
static const char *
advice(const struct err *e)
{
	static const struct {
		const char *code, *text;
	} by_code[] = {
		{ "ExpiredToken", "The sign-in has run out. Sign in again, then retry." },
		{ "ExpiredTokenException", "The sign-in has run out. Sign in again, then retry." },
		{ "InvalidClientTokenId", "AWS does not know these keys. Sign in again." },
		{ "SignatureDoesNotMatch", "The secret key does not belong to the key id." },
		{ "RequestTimeTooSkewed", "This computer's clock is wrong. Set it, then retry." },
		{ "Throttling", "AWS asks to slow down. Wait a minute, then retry." },
		{ "ThrottlingException", "AWS asks to slow down. Wait a minute, then retry." },
		{ "OptInRequired",
		    "AWS has not made this service ready for the account yet; that can take hours "
		    "on a new account. Everything else can be done meanwhile." },
		{ "EntityTemporarilyUnmodifiable", "AWS is still at it. Retry in some minutes." },
		{ "Timeout", "AWS can be slow to show a change. Retry: what is done is found." },
		{ "LimitExceeded", "A quota of the account is used up. Remove something first." },
	};

	for (size_t i = 0; i < sizeof by_code / sizeof by_code[0]; i++)
		if (err_is(e, by_code[i].code))
			return by_code[i].text;
	if (err_is_denied(e))
		return "Whoever is signed in may not do this. Sign in with more rights, or ask who "
		       "has them; \"rootlock policy apply\" prints the rights that are needed.";
	if (e->kind == ERR_NETWORK)
		return "No answer came. Look at the network connection, then retry.";
	if (e->kind == ERR_FILE)
		return "Look at the file or directory named above, then retry.";
	if (e->kind == ERR_REFUSED)
		return "rootlock refused this to protect the account.";
	return NULL;
}

static void
add_error(struct view *v, int indent, int cols, const struct err *e)
{
	const char *what = advice(e);

	if (e->code[0] != '\0' && e->operation[0] != '\0')
		view_printf(v, STYLE_BAD, indent, "AWS answered %s to %s.", e->code, e->operation);
	view_wrap(v, STYLE_TEXT, indent, cols, e->text);
	if (e->request_id[0] != '\0')
		view_printf(v, STYLE_DIM, indent, "Request id %s", e->request_id);
	if (e->maybe)
		view_wrap(v, STYLE_WARN, indent, cols,
		    "The call may have taken effect all the same. Retry: it is looked for first.");
	if (what != NULL)
		view_wrap(v, STYLE_STRONG, indent, cols, what);
}

static void
look_of(const struct plan_item *it, enum mark *mark, enum style *style, const char **word)
{
	switch (it->outcome) {
	case OUTCOME_DONE:
		if (it->verdict == VERDICT_NOT_APPLICABLE)
			*mark = MARK_NA, *style = STYLE_DIM, *word = "does not apply";
		else
			*mark = MARK_PASS, *style = STYLE_GOOD, *word = "done and verified";
		return;
	case OUTCOME_FAILED:
		*mark = MARK_FAIL, *style = STYLE_BAD, *word = "failed";
		return;
	case OUTCOME_LEFT:
		*mark = MARK_WAIT, *style = STYLE_WARN, *word = "left for later";
		return;
	case OUTCOME_SKIPPED:
		*mark = MARK_NA, *style = STYLE_DIM, *word = "skipped";
		return;
	case OUTCOME_NONE:
		break;
	}
	*mark = MARK_TODO, *style = STYLE_DIM, *word = "not begun";
}

static void
add_item(struct view *v, int cols, const struct plan_item *it)
{
	enum mark mark;
	enum style style;
	const char *word;

	look_of(it, &mark, &style, &word);
	view_printf(v, style, 0, "%s %s%s%s   %s", term_mark(mark), it->step->title,
	    it->subject != NULL ? ": " : "", it->subject != NULL ? it->subject : "", word);
	/* The verdict of the check after the change: what the account says, not the call. */
	if (it->evidence[0] != '\0' && strcmp(it->evidence, it->err.text) != 0)
		view_wrap(v, STYLE_TEXT, 4, cols, it->evidence);
	if (it->err.kind != ERR_NONE)
		add_error(v, 4, cols, &it->err);
}

static void
build(struct sheet *s, struct view *v, int cols)
{
	const struct result *r = s->arg;
	const struct run *run = s->page.tui->run;

	if (r->plan == NULL) {
		add_error(v, 0, cols, r->err);
		return;
	}
	view_line(v, STYLE_STRONG, 0,
	    plan_done(r->plan) ? "Done. The account was read again, and this is how it is now:"
			       : "Not all of it is done.");
	for (size_t i = 0; i < r->plan->n; i++) {
		view_blank(v);
		add_item(v, cols, &r->plan->items[i]);
	}
	if (run->run_id == NULL || plan_calls(r->plan) == 0)
		return;
	view_blank(v);
	view_wrap(v, STYLE_DIM, 0, cols, "Recorded. To reverse what can be reversed:");
	view_printf(v, STYLE_DIM, 0, "rootlock undo %s", run->run_id);
}

static enum request
run_sheet(struct tui *t, struct result *r, const char *title, bool ok)
{
	enum request q;

	sheet_init(&r->sheet, title, r);
	r->sheet.build = build;
	if (ok) {
		buttons_add(&r->sheet.buttons, "Continue");
		q = sheet_run(t, &r->sheet);
		return q == REQ_QUIT ? q : REQ_NEXT;
	}
	buttons_add(&r->sheet.buttons, "Retry");
	buttons_add(&r->sheet.buttons, "Back to the form");
	/* Without a sign-in there is nothing to go on to. */
	if (r->plan != NULL && t->run->session[SESSION_SETUP] != NULL)
		buttons_add(&r->sheet.buttons, "Go on without");
	q = sheet_run(t, &r->sheet);
	if (q != REQ_NEXT)
		return q;
	return r->sheet.buttons.focus == 0   ? REQ_RETRY
	       : r->sheet.buttons.focus == 1 ? REQ_BACK
					     : REQ_NEXT;
}

enum request
result_run(struct tui *t, const struct screen_def *s, const struct plan *plan)
{
	struct result r = { .plan = plan };

	return run_sheet(t, &r, s->title, plan_done(plan));
}

enum request
result_error(struct tui *t, const char *title, const struct err *e)
{
	struct result r = { .err = e };

	return run_sheet(t, &r, title, false);
}
