/* SPDX-License-Identifier: MIT */
/*
 * Enrolment of an MFA device: the QR beside its key in groups of four, two
 * codes in a row, a clock.  For root the key is pasted from AWS's own page, or
 * the page only explains and watches the account.
 */
#include "enrol.h"

#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "clock.h"
#include "qrview.h"
#include "text.h"

#define SEED_MAX 512 /* an otpauth address may be pasted whole */

static bool
stop_exists(const struct enrol *p, int stop)
{
	if (stop == ENROL_PASTE)
		return p->seed == NULL && p->q->may_paste_seed;
	if (stop == ENROL_CODE1 || stop == ENROL_CODE2)
		return enrol_takes_codes(p);
	if (stop == ENROL_CHECK)
		return enrol_takes_codes(p) || p->q->may_paste_seed || p->q->poll != NULL;
	return true;
}

bool
enrol_takes_codes(const struct enrol *p)
{
	return p->q->verify != NULL && !p->verified && (p->seed != NULL || !p->q->may_paste_seed);
}

static void
move(struct enrol *p, int by)
{
	do
		p->focus = (p->focus + by + ENROL_N) % ENROL_N;
	while (!stop_exists(p, p->focus));
}

static void
first_stop(struct enrol *p)
{
	p->focus = 0;
	if (!stop_exists(p, 0))
		move(p, 1);
}

void
enrol_say(struct enrol *p, enum style style, const char *text)
{
	snprintf(p->status, sizeof p->status, "%s", text);
	p->status_style = style;
	p->page.tui->dirty = true;
}

/* The QR of the seed in use, drawn beside it. */
static void
make_qr(struct enrol *p)
{
	struct err e = { 0 };
	AUTO_SECRET uri = mfa_otpauth(p->seed, p->q->who != NULL ? p->q->who : "AWS");

	qr_free(p->qr);
	p->qr = qr_encode(uri, &e);
	if (p->qr == NULL)
		enrol_say(p, STYLE_WARN, e.text);
}

/* ---- acting ---- */

static bool
letter(const struct enrol *p, const struct input *in, uint32_t ch)
{
	return in->act == ACT_CHAR && in->ch == ch && !in->pasted && p->focus != ENROL_PASTE;
}

/* Half blocks cannot be shown at all without UTF-8. */
static void
next_style(struct enrol *p)
{
	p->style = term_is_utf8() ? (p->style + 1) % QR_NSTYLES : QR_FULL;
}

static void
press_enter(struct enrol *p)
{
	if (p->focus == ENROL_CODE1)
		move(p, 1);
	else if (p->focus == ENROL_LEAVE)
		p->page.request = REQ_BACK;
	else
		p->page.request = REQ_NEXT;
}

/* A paste is the whole key: it goes to its box from anywhere, over what a bad one left. */
static void
begin_paste(struct enrol *p)
{
	p->focus = ENROL_PASTE;
	secret_reset(p->pasted);
	p->paste.at = 0;
}

/* After the sixth digit the next code is wanted. */
static bool
entry_act(struct enrol *p, const struct input *in)
{
	bool changed = false, used = false;

	if (in->act == ACT_PASTE_BEGIN && stop_exists(p, ENROL_PASTE))
		begin_paste(p);
	if (p->focus == ENROL_PASTE) {
		used = secretbox_act(&p->paste, in, &changed);
	} else if (p->focus == ENROL_CODE1 || p->focus == ENROL_CODE2) {
		struct edit *e = &p->codes[p->focus - ENROL_CODE1];

		used = edit_act(e, in, &changed);
		if (changed && in->act == ACT_CHAR && e->text.len == 6 && p->focus == ENROL_CODE1)
			move(p, 1);
	}
	if (changed)
		p->status[0] = '\0';
	return used;
}

static void
enrol_act(struct page *page, const struct input *in)
{
	struct enrol *p = page->state;

	if (in->act == ACT_BACK) {
		page->request = REQ_BACK;
		page->cancel = true;
	} else if (letter(p, in, 'r') && p->qr != NULL) {
		next_style(p);
	} else if (letter(p, in, 'i') && p->qr != NULL) {
		p->invert = !p->invert;
	} else if (in->act == ACT_HELP || letter(p, in, '?')) {
		page->request = REQ_HELP;
	} else if (entry_act(p, in)) {
		return;
	} else if (in->act == ACT_ENTER) {
		press_enter(p);
	} else if (in->act == ACT_NEXT || in->act == ACT_DOWN || in->act == ACT_RIGHT) {
		move(p, 1);
	} else if (in->act == ACT_PREV || in->act == ACT_UP || in->act == ACT_LEFT) {
		move(p, -1);
	} else {
		(void)view_act(&p->view, in);
	}
}

static int
enrol_every(const struct page *page)
{
	const struct enrol *p = page->state;

	return enrol_takes_codes(p) || p->q->poll != NULL ? 1000 : 0;
}

static void
enrol_tick(struct page *page)
{
	struct enrol *p = page->state;

	if (p->q->poll != NULL && page->request == REQ_NONE && clock_ms() >= p->poll_at)
		page->request = REQ_TIMER;
}

static void
enrol_leave(struct page *page)
{
	(void)page;
	/* The key must not stay in what curses believes to be on the screen. */
	term_erase();
	term_flush();
}

static void
enrol_hints(const struct page *page, struct hints *h)
{
	const struct enrol *p = page->state;

	hints_add(h, "Tab", "move");
	hints_add(h, "Enter", p->focus == ENROL_CODE1 ? "next" : "choose");
	if (p->qr != NULL) {
		hints_add(h, "r", "QR");
		hints_add(h, "i", "invert");
	}
	hints_add(h, "F1", "explain");
	hints_add(h, "Esc", "back");
}

static const struct page_ops enrol_ops = {
	.leave = enrol_leave,
	.draw = enrol_draw,
	.act = enrol_act,
	.every = enrol_every,
	.tick = enrol_tick,
	.hints = enrol_hints,
};

/* ---- serving its requests, where calls may be made ---- */

static void
help_note(void *arg, struct view *v, int cols)
{
	const struct enrol *p = arg;

	view_wrap(v, STYLE_TEXT, 0, cols,
	    "An authenticator app on a phone shows a new six-digit code every 30 seconds. It "
	    "learns the key by scanning the picture, or by typing the key: choose \"enter a setup "
	    "key\" there, time based, six digits.");
	view_blank(v);
	view_wrap(v, STYLE_TEXT, 0, cols,
	    "Then type two codes in a row: the one that is shown, and the one after it. They are "
	    "checked here first, so a wrong scan or a wrong clock shows before AWS binds the "
	    "device. Codes typed here cannot be used again.");
	view_blank(v);
	view_wrap(v, STYLE_TEXT, 0, cols,
	    "Does it not scan? r draws the picture in another way, i swaps dark and light. A "
	    "larger "
	    "window gives a larger margin, and a smaller font (often Ctrl and -) helps as well.");
	view_blank(v);
	view_wrap(v, STYLE_TEXT, 0, cols,
	    "Whoever sees or records this screen can copy the key. It is written nowhere.");
	if (p->q->guide != NULL) {
		view_blank(v);
		view_wrap(v, STYLE_TEXT, 0, cols, p->q->guide);
	}
}

static void
take_pasted_seed(struct enrol *p)
{
	struct err e = { 0 };

	p->seed = mfa_seed_parse(secret_borrow(p->pasted), secret_len(p->pasted), &e);
	if (p->seed == NULL) {
		enrol_say(p, STYLE_BAD, e.text);
		return;
	}
	secret_reset(p->pasted);
	p->paste.at = 0;
	p->status[0] = '\0';
	make_qr(p);
	p->focus = ENROL_CODE1;
}

/* True when it is over, well or not. */
static bool
check_codes(struct enrol *p, struct err *e)
{
	const char *one = buf_str(&p->codes[0].text), *two = buf_str(&p->codes[1].text);
	struct err why = { 0 };

	if (!mfa_is_code(one) || !mfa_is_code(two)) {
		enrol_say(p, STYLE_BAD, "Two codes of six digits are needed, one after the other.");
		p->focus = mfa_is_code(one) ? ENROL_CODE2 : ENROL_CODE1;
		return false;
	}
	enrol_say(p, STYLE_WAIT, "Checking the two codes.");
	p->verified = p->q->verify(p->q->arg, p->seed, one, two, &why);
	edit_set(&p->codes[0], "");
	edit_set(&p->codes[1], "");
	first_stop(p);
	if (p->verified) {
		enrol_say(p, STYLE_GOOD,
		    "Both codes are right. Now type the NEXT two codes into the AWS page.");
		return p->q->poll == NULL;
	}
	enrol_say(p, STYLE_BAD, why.text);
	if (why.kind == ERR_CANCELLED)
		*e = why;
	return why.kind == ERR_CANCELLED;
}

static bool
poll_account(struct enrol *p, struct err *e)
{
	struct err why = { 0 };
	bool done = false;

	if (!p->q->poll(p->q->arg, &done, &why)) {
		if (why.kind == ERR_CANCELLED) {
			*e = why;
			return true;
		}
		enrol_say(p, STYLE_WARN, why.text);
	}
	p->polled = true;
	p->poll_at = clock_ms() + 1000 * (p->q->every > 0 ? p->q->every : 5);
	return done;
}

/* True when the page is over; *e holds a failure when it did not end well. */
static bool
serve(struct enrol *p, enum request r, struct err *e)
{
	switch (r) {
	case REQ_NEXT:
		if (p->seed == NULL && p->q->may_paste_seed)
			take_pasted_seed(p);
		else if (enrol_takes_codes(p))
			return check_codes(p, e);
		else
			return p->q->poll != NULL && poll_account(p, e);
		return false;
	case REQ_TIMER:
		return poll_account(p, e);
	case REQ_HELP:
		note_run(p->page.tui, p->q->title, help_note, p);
		return false;
	case REQ_NONE:
	case REQ_BACK:
	case REQ_CALLS:
	case REQ_QUIT:
	case REQ_CHOOSE:
	case REQ_ADD:
	case REQ_REMOVE:
	case REQ_RELOAD:
	case REQ_WALK:
	case REQ_RETRY:
		break;
	}
	return !err_set(e, ERR_CANCELLED, "The device was not set up.");
}

static void
open_enrol(struct enrol *p, struct tui *t, const struct ask_enrol *q)
{
	*p = (struct enrol){ .page = { .ops = &enrol_ops, .title = q->title, .tall = true },
		.q = q };
	p->page.state = p;
	p->page.tui = t;
	p->pasted = secret_new(SEED_MAX);
	p->style = term_has_half_blocks() ? QR_HALF_LOWER : QR_FULL;
	secretbox_init(&p->paste, p->pasted, SEED_MAX);
	edit_init(&p->codes[0], 6, true);
	edit_init(&p->codes[1], 6, true);
	buttons_add(&p->buttons, q->may_paste_seed && q->seed == NULL ? "Continue" : "Check");
	buttons_add(&p->buttons, "Not now");
	if (q->seed != NULL) {
		p->seed = secret_dup(q->seed);
		make_qr(p);
	}
	first_stop(p);
	page_push(t, &p->page);
}

static void
close_enrol(struct enrol *p)
{
	page_pop(p->page.tui, &p->page);
	for (int i = 0; i < 2; i++)
		edit_free(&p->codes[i]);
	secret_free(p->pasted);
	secret_free(p->seed);
	qr_free(p->qr);
	view_free(&p->view);
}

bool
enrol_run(struct tui *t, const struct ask_enrol *q, struct err *e)
{
	struct enrol p;
	struct err why = { 0 };

	loop_forbid_in_act(t, "an enrolment");
	open_enrol(&p, t, q);
	while (!serve(&p, page_run(&p.page), &why))
		;
	close_enrol(&p);
	if (why.kind != ERR_NONE)
		*e = why;
	return why.kind == ERR_NONE;
}
