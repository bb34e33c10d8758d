/* SPDX-License-Identifier: MIT */
/* The browser sign-in: its address, and the answer that comes by itself or is pasted. */
#include "asking.h"
#include "clock.h"

#define CODE_MAX 4096
#define LOOK_MS	 300

struct waiting {
	struct sheet sheet;
	const struct ask_sign_in *q;
	struct secret *code;
	struct secretbox box;
	int64_t due; /* clock_ms() of the next look */
};

static void
build(struct sheet *s, struct view *v, int cols)
{
	const struct waiting *w = s->arg;

	view_wrap(v, STYLE_TEXT, 0, cols, w->q->text);
	view_blank(v);
	view_wrap(v, STYLE_LINK, 0, cols, w->q->url);
}

static bool
key(struct sheet *s, const struct input *in)
{
	if (in->act != ACT_CHAR || in->ch != 'q' || in->pasted || s->focus < s->nentries)
		return false;
	s->page.request = REQ_HELP;
	return true;
}

static void
hints(const struct sheet *s, struct hints *h)
{
	if (s->focus == s->nentries)
		hints_add(h, "q", "QR code");
}

static void
tick(struct sheet *s)
{
	const struct waiting *w = s->arg;

	if (s->page.request == REQ_NONE && clock_ms() >= w->due)
		s->page.request = REQ_TIMER;
}

/* A wrong code leaves an empty line to paste into again. */
static bool
hand_in(struct waiting *w)
{
	struct err why = { 0 };

	if (secret_len(w->code) == 0) {
		sheet_status(&w->sheet, STYLE_WARN, "Paste the code that the page shows.");
		w->sheet.focus = 0;
		return false;
	}
	if (w->q->pasted(w->q->arg, w->code, &why))
		return true;
	secret_reset(w->code);
	secretbox_init(&w->box, w->code, CODE_MAX);
	sheet_status(&w->sheet, STYLE_WARN, "%s", why.text);
	w->sheet.focus = 0;
	return false;
}

/* True when there is an answer, good or bad, or no time left. */
static bool
look(struct waiting *w)
{
	struct err why = { 0 };
	bool done = false;

	w->due = clock_ms() + LOOK_MS;
	if (!w->q->poll(w->q->arg, &done, &why) && why.kind != ERR_NONE)
		sheet_status(&w->sheet, STYLE_WARN, "%s", why.text);
	return done;
}

/* True when it is over; e tells when the person ended it. */
static bool
serve(struct waiting *w, enum request r, struct err *e)
{
	bool stop = r == REQ_BACK || r == REQ_QUIT ||
		    (r == REQ_NEXT && w->sheet.buttons.focus == w->sheet.back);

	w->sheet.page.request = REQ_NONE;
	if (stop)
		return !asking_cancelled(e);
	if (r == REQ_HELP)
		asking_show_qr(w->sheet.page.tui, w->q->title, w->q->url);
	if (r == REQ_NEXT && w->q->paste)
		return hand_in(w);
	return look(w);
}

static void
set_up(struct waiting *w)
{
	struct sheet *s = &w->sheet;

	sheet_init(s, w->q->title, w);
	s->build = build;
	s->key = key;
	s->hints = hints;
	s->tick = tick;
	s->every = LOOK_MS;
	secretbox_init(&w->box, w->code, CODE_MAX);
	if (w->q->paste) {
		s->entries[s->nentries++] =
		    (struct entry){ .label = "Code", .box = &w->box, .cols = 44 };
		buttons_add(&s->buttons, "Use the code");
	} else {
		sheet_status(s, STYLE_WAIT,
		    "Waiting for the browser; this page goes on by itself when you have signed "
		    "in.");
	}
	s->back = s->buttons.n;
	buttons_add(&s->buttons, "Stop");
}

bool
asking_sign_in(void *arg, const struct ask_sign_in *q, struct err *e)
{
	struct tui *t = arg;
	AUTO_SECRET code = secret_new(CODE_MAX);
	struct waiting w = { .q = q, .code = code };
	struct err why = { 0 };
	bool over = false;

	loop_forbid_in_act(t, "a question");
	set_up(&w);
	sheet_push(t, &w.sheet);
	while (!over)
		over = serve(&w, sheet_wait(&w.sheet), &why);
	sheet_pop(t, &w.sheet);
	if (why.kind == ERR_NONE)
		return true;
	*e = why;
	return false;
}
