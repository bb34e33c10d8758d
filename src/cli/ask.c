/* SPDX-License-Identifier: MIT */
/* The ask port without pages: answers file, helper commands, else /dev/tty. */
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "cli.h"
#include "helper.h"
#include "mfa.h"

static bool
answer_is(const struct secret *answer, const char *want)
{
	return secret_len(answer) == strlen(want) &&
	       memcmp(secret_borrow(answer), want, strlen(want)) == 0;
}

static bool
confirm(void *arg, const struct ask_confirm *q, bool *yes, struct err *e)
{
	const struct cli *h = arg;
	const char *want = q->typed != NULL ? q->typed : "yes";

	if (q->consent_given || (h->yes && q->typed == NULL)) {
		*yes = true;
		return true;
	}
	AUTO_FREE char *prompt =
	    xasprintf("%s\n%s\nType %s to go on: ", q->title, q->text != NULL ? q->text : "", want);
	AUTO_SECRET answer = helper_ask(prompt, false, e);

	if (answer == NULL)
		return false;
	*yes = answer_is(answer, want);
	return true;
}

/* The command of --secret-from NAME=COMMAND, or NULL. */
static const char *
secret_command(const struct cli *c, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < c->secrets_from.n; i++)
		if (strncmp(c->secrets_from.items[i], name, n) == 0 &&
		    c->secrets_from.items[i][n] == '=')
			return c->secrets_from.items[i] + n + 1;
	return NULL;
}

static bool
secret(void *arg, const char *name, const char *prompt, struct secret **out, struct err *e)
{
	const struct cli *h = arg;
	const char *command = secret_command(h, name);
	AUTO_FREE char *text = xasprintf("%s: ", prompt);

	*out = command != NULL ? helper_run(command, NULL, e) : helper_ask(text, true, e);
	return *out != NULL;
}

/* The helper's output: two codes with blanks between. */
static bool
two_codes(const struct cli *h, const struct secret *seed, char one[7], char two[7], struct err *e)
{
	AUTO_SECRET out = helper_run(h->mfa_codes_from, seed, e);

	if (out == NULL)
		return false;
	if (sscanf(secret_borrow(out), "%6s %6s", one, two) == 2 && mfa_is_code(one) &&
	    mfa_is_code(two))
		return true;
	return err_set(e, ERR_OTHER, "--mfa-codes-from must print two codes of six digits");
}

static bool
ask_six(const char *prompt, char out[7], struct err *e)
{
	AUTO_SECRET typed = helper_ask(prompt, false, e);

	if (typed == NULL)
		return false;
	if (!mfa_is_code(secret_borrow(typed)))
		return err_set(e, ERR_OTHER, "a code has six digits");
	memcpy(out, secret_borrow(typed), 7);
	return true;
}

static bool
code(void *arg, const char *prompt, const struct secret *seed, char out[7], struct err *e)
{
	const struct cli *h = arg;
	char first[7];
	AUTO_FREE char *text = xasprintf("%s: ", prompt);

	if (h->mfa_codes_from != NULL)
		return two_codes(h, seed, first, out, e);
	return ask_six(text, out, e);
}

/* Poll until the account shows it or the time given to a person is over. */
static bool
wait_for_person(const struct cli *h, bool (*poll)(void *, bool *, struct err *), void *arg,
    int every, bool *done, struct err *e)
{
	int64_t start = clock_ms();
	int pause = (every > 0 ? every : 5) * 1000;

	*done = false;
	for (;;) {
		if (!poll(arg, done, e) || *done)
			return *done || e->kind == ERR_NONE;
		if (clock_ms() - start >= (int64_t)h->wait_for_person * 1000)
			return true;
		if (!aws_pause(run_session(h->run, SESSION_ADMIN_MFA), pause, e))
			return false;
	}
}

static void
tell(const char *title, const char *text, const char *url)
{
	fprintf(stderr, "%s\n", title);
	if (text != NULL)
		fprintf(stderr, "%s\n", text);
	if (url != NULL)
		fprintf(stderr, "%s\n", url);
}

/* The seed as a picture on standard error. */
static bool
draw_seed(const struct ask_enrol *q, struct err *e)
{
	AUTO_SECRET uri = mfa_otpauth(q->seed, q->who);
	AUTO_BUF drawing = BUF_INIT(BUF_MAX_TEXT);
	struct qr *qr = qr_encode(uri, e);

	if (qr == NULL)
		return false;
	qr_print(&drawing, qr, QR_HALF_LOWER, 2, false);
	qr_free(qr);
	fprintf(stderr, "%s\n%s", q->title, buf_str(&drawing));
	return true;
}

/* A device that has its seed already is only told about. */
static bool
enrol_at_terminal(const struct ask_enrol *q, struct err *e)
{
	char one[7], two[7];

	if (q->seed == NULL)
		tell(q->title, q->guide, q->url);
	else if (!draw_seed(q, e))
		return false;
	return ask_six("First code: ", one, e) && ask_six("Next code: ", two, e) &&
	       q->verify(q->arg, q->seed, one, two, e);
}

static bool
enrol(void *arg, const struct ask_enrol *q, struct err *e)
{
	const struct cli *h = arg;
	char one[7], two[7];
	bool done = false, codes = q->verify != NULL && (q->seed != NULL || q->poll == NULL);

	if (codes && h->mfa_codes_from != NULL)
		return two_codes(h, q->seed, one, two, e) &&
		       q->verify(q->arg, q->seed, one, two, e);
	if (codes)
		return enrol_at_terminal(q, e);
	tell(q->title, q->guide, q->url);
	return q->poll == NULL || wait_for_person(h, q->poll, q->arg, q->every, &done, e);
}

static bool
person(void *arg, const struct ask_person *q, bool *done, struct err *e)
{
	const struct cli *h = arg;

	tell(q->title, q->text, q->url);
	*done = false;
	if (q->poll == NULL)
		return true;
	return wait_for_person(h, q->poll, q->arg, q->every, done, e);
}

static bool
reveal(void *arg, const struct ask_reveal *q, struct err *e)
{
	(void)arg;
	if (q->saved_to == NULL && q->must_confirm)
		return err_set(
		    e, ERR_REFUSED, "%s: name a file for it (credentials_csv)", q->title);
	if (q->saved_to != NULL)
		fprintf(stderr, "%s: saved to %s\n", q->title, q->saved_to);
	return true;
}

static void
progress(void *arg, const char *text)
{
	(void)arg;
	if (*text != '\0')
		fprintf(stderr, "%s\n", text);
}

void
cli_ask_init(struct run *run, struct cli *c)
{
	static const struct ask_ops ops = {
		.confirm = confirm,
		.secret = secret,
		.code = code,
		.enrol = enrol,
		.person = person,
		.reveal = reveal,
		.progress = progress,
	};
	c->run = run;
	run->ask = (struct ask){ .ops = &ops, .arg = c, .headless = true };
}
