/* SPDX-License-Identifier: MIT */
/* rootlock login and logout: the browser sign-in on a plain terminal. */
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "cli.h"
#include "line.h"
#include "mfa.h"
#include "sign_in.h"
#include "text.h"

#define LOOK_MS 200
#define DEFAULT_REGION "us-east-1"

/* The ask port while somebody signs in: the terminal is read key by key where that is needed. */
struct face {
	const struct ask *inner; /* the command line's own */
	struct line *line;
};

/* ---- showing -------------------------------------------------------------------------- */

/* Only where it fits: a code that wraps is none. */
static void
show_qr(const char *url, int cols)
{
	AUTO_BUF drawing = BUF_INIT(BUF_MAX_TEXT);
	struct err e = { 0 };
	struct qr *qr = qr_encode_text(url, &e);
	struct qr_layout l;

	if (qr != NULL && qr_layout(qr, QR_HALF_LOWER, cols, 1000, &l)) {
		qr_print(&drawing, qr, QR_HALF_LOWER, l.quiet, false);
		fprintf(stderr, "%s\n", buf_str(&drawing));
	} else if (cols > 0) {
		fprintf(stderr, "(Make the window wider to see the address as a QR code.)\n\n");
	}
	qr_free(qr);
}

static void
show(const struct face *f, const struct ask_sign_in *q)
{
	AUTO_BUF text = BUF_INIT(BUF_MAX_TEXT);

	text_wrap(&text, q->text, 79, "");
	fprintf(stderr, "%s\n\n%s\n%s\n\n", q->title, buf_str(&text), q->url);
	if (q->paste)
		show_qr(q->url, line_columns());
	if (f->line == NULL)
		return;
	fprintf(stderr, "Esc or Ctrl-C cancels.\n");
	if (q->paste)
		fprintf(stderr, "Paste the code (it is not shown), then Enter: ");
}

/* A remark once, however often it is made. */
static void
tell(const struct err *why, char *last, size_t size)
{
	if (why->kind == ERR_NONE || strcmp(why->text, last) == 0)
		return;
	fprintf(stderr, "\n%s\n", why->text);
	snprintf(last, size, "%s", why->text);
}

/* ---- asking ------------------------------------------------------------------------------- */

/* A code was typed; true when it is taken. */
static bool
try_code(const struct ask_sign_in *q, const struct secret *typed)
{
	struct err why = { 0 };

	fprintf(stderr, "\n");
	if (secret_len(typed) == 0 || q->pasted(q->arg, typed, &why)) {
		if (secret_len(typed) > 0)
			return true;
	} else {
		fprintf(stderr, "%s\n", why.text);
	}
	fprintf(stderr, "Paste the code, then Enter: ");
	return false;
}

static bool
wait_for_answer(const struct face *f, const struct ask_sign_in *q, struct err *e)
{
	AUTO_SECRET typed = secret_new(LINE_MAX_BYTES);
	char last[sizeof(e->text)] = "";
	bool done = false;

	for (;;) {
		struct err why = { 0 };

		(void)q->poll(q->arg, &done, &why);
		tell(&why, last, sizeof(last));
		if (done)
			return true;
		switch (line_wait(f->line, typed, LOOK_MS)) {
		case LINE_NONE:
			break;
		case LINE_CANCEL:
			fprintf(stderr, "\n");
			return err_set(
			    e, ERR_CANCELLED, "the sign-in was cancelled; nothing was saved");
		case LINE_ENTER:
			if (q->paste && try_code(q, typed))
				return true;
			secret_reset(typed);
			break;
		}
	}
}

static bool
sign_in(void *arg, const struct ask_sign_in *q, struct err *e)
{
	const struct face *f = arg;

	show(f, q);
	line_begin(f->line);
	return wait_for_answer(f, q, e);
}

/* Questions are lines, typed and seen as everywhere. */
static bool
confirm(void *arg, const struct ask_confirm *q, bool *yes, struct err *e)
{
	const struct face *f = arg;

	line_end(f->line);
	fprintf(stderr, "\n");
	if (!ask_confirm(f->inner, q, yes, e))
		return false;
	line_begin(f->line);
	return true;
}

static void
progress(void *arg, const char *text)
{
	const struct face *f = arg;

	if (*text != '\0')
		fprintf(stderr, "\n");
	ask_progress(f->inner, "%s", text);
}

/* While AWS is asked, Esc and Ctrl-C cancel as well. */
static bool
wait_port(void *arg, struct aws_transport *t, int ms)
{
	const struct face *f = arg;
	bool readable = false;

	aws_transport_poll(t, line_fd(f->line), ms, &readable);
	return !readable || line_wait(f->line, NULL, 0) != LINE_CANCEL;
}

/* ---- login ------------------------------------------------------------------------------------
 */

static void
print_session(const struct run *run, const struct cli *c, const char *profile)
{
	const struct account *a = &run->account;

	if (c->json) {
		json_auto_t *doc = json_pack("{s:s, s:s, s:s, s:s}", "account", a->caller.account,
		    "caller", a->caller.arn, "region", a->region, "profile", profile);

		cli_print_json(doc);
		return;
	}
	printf("Signed in to account %s as %s.\n"
	       "The profile %s has the session; the AWS CLI and the SDKs use it too. It renews "
	       "itself for up to 12 hours. \"rootlock logout\" removes it.\n",
	    a->caller.account, a->caller.arn, profile);
}

static void
choose_region(struct run *run)
{
	if (run->settings.region != NULL)
		return;
	fprintf(stderr, "No Region is configured: signing in by " DEFAULT_REGION
			" (--region REGION takes another).\n");
	run_set_region(run, DEFAULT_REGION);
}

/* Keys in the environment go before the profile that is about to be written. */
static void
warn_of_keys(const struct cli *c)
{
	struct aws_options o = c->aws;
	struct err none = { 0 };

	o.profile = NULL;
	struct aws_credentials *there = aws_credentials_find(&o, &none);

	if (there != NULL && there->source != NULL && strcmp(there->source, "environment") == 0)
		fprintf(stderr,
		    "The access key in AWS_ACCESS_KEY_ID goes before this sign-in: unset "
		    "it, or use --profile.\n");
	aws_credentials_free(there);
}

int
cli_login(struct run *run, const struct cli *c)
{
	const struct ask_ops ops = { .confirm = confirm, .sign_in = sign_in, .progress = progress };
	const struct ask inner = run->ask;
	struct face f = { .inner = &inner };
	const char *profile = run->settings.profile != NULL ? run->settings.profile : "default";
	const struct sign_in_by_browser how = {
		.way = c->remote ? LOGIN_CROSS_DEVICE : login_way_here(),
		.profile = profile,
	};
	struct err e = { 0 };
	bool ok = false;

	f.line = line_open();
	if (f.line == NULL && (!c->yes || how.way == LOGIN_CROSS_DEVICE)) {
		err_set(&e, ERR_USAGE,
		    "login: there is no terminal to ask on; --yes goes without, in a browser of "
		    "this "
		    "computer");
	} else {
		choose_region(run);
		warn_of_keys(c);
		run->ask = (struct ask){ .ops = &ops, .arg = &f, .headless = true };
		run->wait = f.line != NULL ? wait_port : NULL;
		run->wait_arg = &f;
		ok = run_sign_in_by_browser(run, &how, &e);
		run->ask = inner;
		run->wait = NULL;
	}
	line_close(f.line);
	if (ok)
		print_session(run, c, profile);
	else
		cli_error(&e);
	return ok ? 0 : err_exit(&e);
}

/* ---- logout
 * ---------------------------------------------------------------------------------------- */

int
cli_logout(const struct cli *c)
{
	AUTO_FREE char *session = NULL;
	struct err e = { 0 };
	bool was = false;

	if (!login_profile_session(&c->aws, &session, &e) ||
	    (session == NULL &&
		!err_set(&e, ERR_CONFIG,
		    "logout: this profile does not sign in by the browser (it has no "
		    "login_session); --profile NAME names another")) ||
	    !login_forget(session, &was, &e)) {
		cli_error(&e);
		return err_exit(&e);
	}
	AUTO_FREE char *who = text_cleaned(session);

	if (was)
		printf("Signed out on this computer: the session of %s is removed.\n"
		       "AWS is not told: credentials that were in use stay valid for up to 15 "
		       "minutes.\n",
		    who);
	else
		printf("There was no session of %s on this computer.\n", who);
	return 0;
}
