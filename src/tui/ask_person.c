/* SPDX-License-Identifier: MIT */
/* Something that a person does elsewhere: what to do, where, and watching until it shows. */
#include <stdint.h>

#include "asking.h"
#include "clock.h"
#include "mfa.h"
#include "qrview.h"

enum { BUTTON_DONE, BUTTON_LATER };

#define INLINE_ROWS 40 /* windows from here on show the QR beside the text */

struct person {
	struct sheet sheet;
	const struct ask_person *q;
	int64_t due; /* clock_ms() of the next look */
};

/* ---- the address as a QR code, on a page of its own ---- */

static void
qr_draw(struct page *p, struct area a)
{
	struct err e = { 0 };
	const char *url = p->state;
	struct qr *qr = qr_encode_text(url, &e);
	enum qr_style style = term_has_half_blocks() ? QR_HALF_LOWER : QR_FULL;
	struct qr_layout l = { .cols = 0 };
	struct view v = { .lines = NULL };

	if (qr != NULL && qr_layout(qr, style, a.cols, a.rows, &l))
		qrview_draw(qr, &l, style, false, a.y, a.x);
	else
		view_wrap(&v, STYLE_WARN, 0, a.cols,
		    "The QR code does not fit this window. Make it larger, or open the address.");
	if (a.cols - l.cols < 20)
		l.cols = 0;
	else
		view_wrap(&v, STYLE_LINK, 0, a.cols - l.cols - 2, url);
	view_draw(&v, (struct area){ a.y + 1, a.x + l.cols + 2, a.rows - 1, a.cols - l.cols - 2 },
	    NULL, NULL);
	view_free(&v);
	qr_free(qr);
}

static void
qr_act(struct page *p, const struct input *in)
{
	if (in->act == ACT_BACK || in->act == ACT_ENTER || in->act == ACT_CHAR)
		p->request = REQ_BACK;
}

static void
qr_hints(const struct page *p, struct hints *h)
{
	(void)p;
	hints_add(h, "Enter", "back");
	hints_add(h, "Esc", "back");
}

static const struct page_ops qr_ops = { .draw = qr_draw, .act = qr_act, .hints = qr_hints };

void
asking_show_qr(struct tui *t, const char *title, const char *url)
{
	struct page p = {
		.ops = &qr_ops,
		.state = (void *)(uintptr_t)url,
		.title = title,
		.tall = true,
	};

	page_push(t, &p);
	(void)page_run(&p);
	page_pop(t, &p);
}

/* ---- the page ---- */

static void
build(struct sheet *s, struct view *v, int cols)
{
	const struct person *p = s->arg;

	view_wrap(v, STYLE_TEXT, 0, cols, p->q->text != NULL ? p->q->text : "");
	if (p->q->url == NULL)
		return;
	view_blank(v);
	view_wrap(v, STYLE_LINK, 0, cols, p->q->url);
	if (term_rows() >= INLINE_ROWS) {
		view_blank(v);
		view_qr(v, p->q->url, cols, term_rows() - 18);
	}
}

static bool
key(struct sheet *s, const struct input *in)
{
	const struct person *p = s->arg;

	if (p->q->url == NULL || in->act != ACT_CHAR || in->ch != 'q' || in->pasted)
		return false;
	s->page.request = REQ_HELP;
	return true;
}

static void
hints(const struct sheet *s, struct hints *h)
{
	const struct person *p = s->arg;

	if (p->q->url != NULL)
		hints_add(h, "q", "QR code");
}

static void
tick(struct sheet *s)
{
	const struct person *p = s->arg;

	if (s->page.request == REQ_NONE && clock_ms() >= p->due)
		s->page.request = REQ_TIMER;
}

/* Look at the account once; true when this is over, *done when it is as wanted. */
static bool
look(struct person *p, bool *done, struct err *e)
{
	struct err why = { 0 };
	int every = p->q->every > 0 ? p->q->every : 5;

	p->sheet.page.request = REQ_NONE;
	if (!p->q->poll(p->q->arg, done, &why) && why.kind == ERR_CANCELLED) {
		/* Esc on this page: left for later; else the whole is being stopped. */
		if (!p->sheet.page.cancel)
			*e = why;
		return true;
	}
	if (*done)
		return true;
	if (why.kind != ERR_NONE)
		sheet_status(&p->sheet, STYLE_WARN, "%s", why.text);
	else
		sheet_status(&p->sheet, STYLE_WAIT,
		    "Not there yet. The account is looked at every %d s.", every);
	p->due = clock_ms() + 1000 * every;
	return p->sheet.page.request == REQ_BACK;
}

/* True when the person or the account has ended it. */
static bool
serve(struct person *p, enum request r, bool *done, struct err *e)
{
	if (r == REQ_HELP) {
		asking_show_qr(p->sheet.page.tui, p->q->title, p->q->url);
		return false;
	}
	if (r == REQ_QUIT)
		return !asking_cancelled(e);
	if (r == REQ_BACK || (r == REQ_NEXT && p->sheet.buttons.focus == BUTTON_LATER))
		return true;
	if (p->q->poll != NULL)
		return look(p, done, e);
	*done = true;
	return true;
}

bool
asking_person(void *arg, const struct ask_person *q, bool *done, struct err *e)
{
	struct tui *t = arg;
	struct person p = { .q = q };
	struct err why = { 0 };
	bool over = false;

	loop_forbid_in_act(t, "a question");
	sheet_init(&p.sheet, q->title, &p);
	p.sheet.build = build;
	p.sheet.key = key;
	p.sheet.hints = hints;
	p.sheet.tick = tick;
	p.sheet.every = q->poll != NULL ? 1000 : 0;
	buttons_add(&p.sheet.buttons, q->poll != NULL ? "Look now" : "It is done");
	buttons_add(&p.sheet.buttons, "Leave it for later");
	if (q->poll != NULL)
		sheet_status(&p.sheet, STYLE_WAIT,
		    "The account is watched; this page goes on by "
		    "itself when it is done.");
	*done = false;
	sheet_push(t, &p.sheet);
	while (!over)
		over = serve(&p, sheet_wait(&p.sheet), done, &why);
	sheet_pop(t, &p.sheet);
	if (why.kind == ERR_NONE)
		return true;
	*e = why;
	return false;
}
