/* SPDX-License-Identifier: MIT */
/* The ask port over pages: questions, entries, and what is shown once. */
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "asking.h"
#include "clock.h"
#include "mfa.h"

#define SECRET_MAX 256

bool
asking_cancelled(struct err *e)
{
	return err_set(e, ERR_CANCELLED, "Stopped at your request.");
}

static void
build_text(struct sheet *s, struct view *v, int cols)
{
	const char *text = s->arg;

	view_wrap(v, STYLE_TEXT, 0, cols, text != NULL ? text : "");
}

/* ---- confirm ---- */

static void
build_confirm(struct sheet *s, struct view *v, int cols)
{
	const struct ask_confirm *q = s->arg;

	view_wrap(v, q->danger ? STYLE_WARN : STYLE_STRONG, 0, cols, q->title);
	view_blank(v);
	view_wrap(v, STYLE_TEXT, 0, cols, q->text != NULL ? q->text : "");
}

/* Yes counts only with the right characters typed. */
static bool
typed_right(struct sheet *s, const struct ask_confirm *q, const struct edit *typed)
{
	if (q->typed == NULL || strcmp(buf_str(&typed->text), q->typed) == 0)
		return true;
	sheet_status(s, STYLE_BAD, "To agree, type %s exactly.", q->typed);
	s->focus = 0;
	return false;
}

static bool
confirm(void *arg, const struct ask_confirm *q, bool *yes, struct err *e)
{
	struct tui *t = arg;
	struct sheet s;
	struct edit typed;
	char label[64];
	enum request r;
	int no = q->danger ? 0 : 1;
	const char *names[2] = { q->yes != NULL ? q->yes : "Yes", q->no != NULL ? q->no : "No" };

	loop_forbid_in_act(t, "a question");
	sheet_init(&s, q->title, (void *)(uintptr_t)q);
	edit_init(&typed, 64, false);
	s.build = build_confirm;
	buttons_add(&s.buttons, names[no == 0 ? 1 : 0]);
	buttons_add(&s.buttons, names[no == 0 ? 0 : 1]);
	if (q->typed != NULL) {
		snprintf(label, sizeof label, "Type %s", q->typed);
		s.entries[s.nentries++] = (struct entry){ label, &typed, NULL, 24 };
		s.focus = 0;
	}
	sheet_push(t, &s);
	do
		r = sheet_wait(&s);
	while (r == REQ_NEXT && s.buttons.focus != no && !typed_right(&s, q, &typed));
	sheet_pop(t, &s);
	edit_free(&typed);
	if (r == REQ_QUIT)
		return asking_cancelled(e);
	*yes = r == REQ_NEXT && s.buttons.focus != no;
	return true;
}

/* ---- a secret, typed twice ---- */

static bool
same_twice(struct sheet *s, const struct secret *one, const struct secret *two)
{
	if (secret_len(one) == 0)
		sheet_status(s, STYLE_BAD, "Nothing was typed.");
	else if (!secret_equal(one, two))
		sheet_status(s, STYLE_BAD, "The two are not the same.");
	else
		return true;
	s->focus = secret_len(one) == 0 ? 0 : 1;
	return false;
}

static void
hints_secret(const struct sheet *s, struct hints *h)
{
	if (s->focus < s->nentries)
		hints_add(h, "^R", "show");
}

static bool
secret(void *arg, const char *name, const char *prompt, struct secret **out, struct err *e)
{
	struct tui *t = arg;
	struct sheet s;
	AUTO_SECRET one = secret_new(SECRET_MAX);
	AUTO_SECRET two = secret_new(SECRET_MAX);
	struct secretbox first, second;
	enum request r;

	(void)name; /* the answers file's; here it is typed */
	loop_forbid_in_act(t, "a question");
	sheet_init(&s, "A secret", (void *)(uintptr_t)prompt);
	secretbox_init(&first, one, SECRET_MAX);
	secretbox_init(&second, two, SECRET_MAX);
	s.build = build_text;
	s.hints = hints_secret;
	s.entries[s.nentries++] = (struct entry){ "Secret", NULL, &first, 44 };
	s.entries[s.nentries++] = (struct entry){ "The same again", NULL, &second, 44 };
	buttons_add(&s.buttons, "Continue");
	buttons_add(&s.buttons, "Stop");
	s.back = 1;
	sheet_push(t, &s);
	do
		r = sheet_wait(&s);
	while (r == REQ_NEXT && !same_twice(&s, one, two));
	sheet_pop(t, &s);
	if (r != REQ_NEXT)
		return asking_cancelled(e);
	*out = take(&one);
	return true;
}

/* ---- one code ---- */

static void
build_code(struct sheet *s, struct view *v, int cols)
{
	const char *prompt = s->arg;

	view_wrap(v, STYLE_TEXT, 0, cols, prompt);
	view_blank(v);
	view_printf(v, STYLE_DIM, 0, "New code in %d s",
	    mfa_seconds_left(clock_now(&s->page.tui->run->clock)));
}

/* With the seed at hand a wrong or old code is told here, before it is used up. */
static bool
code_fits(const struct tui *t, const struct secret *seed, const char *code)
{
	int64_t now = clock_now(&t->run->clock);
	char there[7];

	for (int step = -1; step <= 1; step++)
		if (mfa_code_at(seed, now + step * MFA_STEP, there) && strcmp(there, code) == 0)
			return true;
	return false;
}

static bool
code_good(struct sheet *s, const struct secret *seed, struct edit *code)
{
	const char *typed = buf_str(&code->text);

	if (!mfa_is_code(typed))
		sheet_status(s, STYLE_BAD, "Six digits, as the app shows them.");
	else if (seed != NULL && !code_fits(s->page.tui, seed, typed))
		sheet_status(
		    s, STYLE_BAD, "This is not a code of this device now. Wait for a new one.");
	else
		return true;
	s->focus = 0;
	return false;
}

static bool
code(void *arg, const char *prompt, const struct secret *seed, char out[7], struct err *e)
{
	struct tui *t = arg;
	struct sheet s;
	struct edit typed;
	enum request r;

	loop_forbid_in_act(t, "a question");
	sheet_init(&s, "A code of the MFA device", (void *)(uintptr_t)prompt);
	edit_init(&typed, 6, true);
	s.build = build_code;
	s.every = 1000;
	s.entries[s.nentries++] = (struct entry){ "Code", &typed, NULL, 7 };
	buttons_add(&s.buttons, "Continue");
	buttons_add(&s.buttons, "Stop");
	s.back = 1;
	sheet_push(t, &s);
	do
		r = sheet_wait(&s);
	while (r == REQ_NEXT && !code_good(&s, seed, &typed));
	sheet_pop(t, &s);
	if (r == REQ_NEXT)
		snprintf(out, 7, "%s", buf_str(&typed.text));
	edit_free(&typed);
	return r == REQ_NEXT || asking_cancelled(e);
}

static bool
enrol(void *arg, const struct ask_enrol *q, struct err *e)
{
	return enrol_run(arg, q, e);
}

static void
progress(void *arg, const char *text)
{
	struct tui *t = arg;

	snprintf(t->progress, sizeof t->progress, "%s", text);
	t->dirty = true;
}

const struct ask_ops tui_ask_ops = {
	.confirm = confirm,
	.secret = secret,
	.code = code,
	.enrol = enrol,
	.person = asking_person,
	.sign_in = asking_sign_in,
	.reveal = asking_reveal,
	.progress = progress,
};
