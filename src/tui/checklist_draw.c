/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "checklist.h"
#include "clock.h"
#include "json.h"
#include "text.h"

#define DETAIL_ROWS 5
#define WORD_COLS 9
#define VALUE_MAX 80
#define TITLE_MAX 52
#define REASON_MIN 18 /* narrower than this the reason says nothing; it stands below as well */

struct look {
	enum mark mark;
	enum style style;
	const char *word;
};

static const struct look look_pass = { MARK_PASS, STYLE_GOOD, "pass" };
static const struct look look_fail = { MARK_FAIL, STYLE_BAD, "fail" };
static const struct look look_wait = { MARK_WAIT, STYLE_WAIT, "waiting" };
static const struct look look_unknown = { MARK_UNKNOWN, STYLE_WARN, "unknown" };
static const struct look look_na = { MARK_NA, STYLE_DIM, "n/a" };
static const struct look look_done = { MARK_PASS, STYLE_GOOD, "done" };
static const struct look look_open = { MARK_TODO, STYLE_TEXT, "open" };
static const struct look look_unread = { MARK_TODO, STYLE_DIM, "not read" };
static const struct look look_reading = { MARK_TODO, STYLE_WAIT, "reading" };

/* Waiting for a person or for AWS is shown apart from what fails. */
static const struct look *
look_of(const struct checklist *c, const struct check_row *r)
{
	if (r->check == NULL)
		return r->done ? &look_done : &look_open;
	if (!r->known)
		return c->loading ? &look_reading : &look_unread;
	switch (r->finding.status) {
	case CHECK_PASS:
		return &look_pass;
	case CHECK_NOT_APPLICABLE:
		return &look_na;
	case CHECK_FAIL:
		return r->finding.how == FIX_WAITING ? &look_wait : &look_fail;
	case CHECK_UNKNOWN:
		return r->finding.how == FIX_WAITING ? &look_wait : &look_unknown;
	}
	return &look_unknown;
}

static const char *
title_of(const struct check_row *r)
{
	return r->check != NULL ? r->check->title : r->screen->title;
}

static int
title_cols(const struct checklist *c)
{
	size_t widest = 20;

	for (size_t i = 0; i < c->n; i++)
		if (text_width(title_of(&c->rows[i])) > widest)
			widest = text_width(title_of(&c->rows[i]));
	return widest > TITLE_MAX ? TITLE_MAX : (int)widest;
}

static void
draw_row(void *arg, int item, int y, int x, int cols)
{
	const struct checklist *c = arg;
	const struct check_row *r = &c->rows[item];
	const struct look *l = look_of(c, r);
	bool here = item == c->focus;
	int at = x + 2, width = title_cols(c);

	if (here)
		(void)term_put(y, x, 1, STYLE_KEY, term_mark(MARK_CURSOR));
	(void)term_put(y, at, 1, l->style, term_mark(l->mark));
	(void)term_put(y, at + 2, WORD_COLS, l->style, l->word);
	at += 2 + WORD_COLS;
	if (here)
		term_fill(y, at, width, STYLE_FOCUS);
	(void)term_put(y, at, width, here ? STYLE_FOCUS : STYLE_TEXT, title_of(r));
	if (here)
		term_cursor(y, at, false);
	at += width + 2;
	if (r->check != NULL && r->known && x + cols - at >= REASON_MIN)
		(void)term_put(y, at, x + cols - at, STYLE_DIM, r->finding.reason);
}

static void
age_text(char *out, size_t size, int64_t seconds)
{
	if (seconds < 2)
		snprintf(out, size, "just now");
	else if (seconds < 120)
		snprintf(out, size, "%d s ago", (int)seconds);
	else if (seconds < 7200)
		snprintf(out, size, "%d min ago", (int)(seconds / 60));
	else
		snprintf(out, size, "%d h ago", (int)(seconds / 3600));
}

/* How long ago the oldest of the facts behind a check was read. */
static void
row_age(const struct checklist *c, const struct check_row *r, char *out, size_t size)
{
	const struct run *run = c->page.tui->run;
	int64_t oldest = 0;

	out[0] = '\0';
	for (int i = 0; i < FACT_NONE && r->check != NULL && run->facts != NULL; i++) {
		const struct fact *f;

		if ((r->check->facts & 1u << i) == 0)
			continue;
		f = facts_get(run->facts, (enum fact_id)i);
		if (f->known && f->read_at > 0 && (oldest == 0 || f->read_at < oldest))
			oldest = f->read_at;
	}
	if (oldest != 0)
		age_text(out, size, clock_now(&run->clock) - oldest);
}

static void
add_evidence(struct view *v, const json_t *evidence, bool requests)
{
	const json_t *item;
	size_t i;

	json_array_foreach (evidence, i, item) {
		const char *operation = json_string_value(json_object_get(item, "operation"));
		const char *field = json_string_value(json_object_get(item, "field"));
		const char *request = json_string_value(json_object_get(item, "request_id"));
		AUTO_BUF value = BUF_INIT(BUF_MAX_TEXT);

		if (!json_print(&value, json_object_get(item, "value"),
			JSON_ENCODE_ANY | JSON_COMPACT))
			buf_puts(&value, "null");
		view_printf(v, STYLE_DIM, 0, "%s  %s = %.*s", operation != NULL ? operation : "",
		    field != NULL ? field : "", VALUE_MAX, buf_str(&value));
		if (requests && request != NULL && *request != '\0')
			view_printf(v, STYLE_DIM, 2, "request id %s", request);
	}
}

static void
add_detail(const struct checklist *c, struct view *v, int cols, bool all)
{
	const struct check_row *r = &c->rows[c->focus];
	char age[40];

	if (r->check == NULL) {
		view_wrap(v, STYLE_TEXT, 0, cols, r->screen->why != NULL ? r->screen->why : "");
		return;
	}
	if (r->known) {
		view_wrap(v, look_of(c, r)->style, 0, cols, r->finding.reason);
		add_evidence(v, r->finding.evidence, all);
		row_age(c, r, age, sizeof age);
		if (age[0] != '\0')
			view_printf(
			    v, STYLE_DIM, 0, "Read %s. Enter opens \"%s\".", age, r->screen->title);
	}
	if (!all)
		return;
	for (const char *const *ref = r->check->refs; ref != NULL && *ref != NULL; ref++)
		view_printf(v, STYLE_DIM, 0, "See %s", *ref);
	view_blank(v);
	view_wrap(v, STYLE_TEXT, 0, cols, r->screen->why != NULL ? r->screen->why : "");
}

void
checklist_note(void *arg, struct view *v, int cols)
{
	add_detail(arg, v, cols, true);
}

static void
draw_summary(const struct checklist *c, int y, int x, int cols)
{
	static const struct look *const order[] = { &look_pass, &look_fail, &look_wait,
		&look_unknown, &look_na };
	int end = x + cols;
	char text[40];

	for (size_t k = 0; k < sizeof order / sizeof order[0]; k++) {
		int n = 0;

		for (size_t i = 0; i < c->n; i++)
			n += look_of(c, &c->rows[i]) == order[k];
		if (n == 0)
			continue;
		snprintf(text, sizeof text, "%d %s", n, order[k]->word);
		x += term_put(y, x, end - x, order[k]->style, text) + 3;
	}
	if (c->loading) {
		x += term_put(y, x, 2, STYLE_WAIT, progress_spinner(c->page.tui)) + 1;
		(void)term_put(y, x, end - x, STYLE_WAIT, "Reading the account");
	} else {
		(void)term_put(y, x, end - x, STYLE_STRONG, c->note);
	}
}

void
checklist_draw(struct checklist *c, struct area a)
{
	struct area list = { a.y + 2, a.x, a.rows - DETAIL_ROWS - 3, a.cols };
	struct area detail = { a.y + a.rows - DETAIL_ROWS, a.x, DETAIL_ROWS, a.cols };
	struct view text = { .lines = NULL };

	draw_summary(c, a.y, a.x, a.cols);
	view_reset(&c->view);
	for (size_t i = 0; i < c->n; i++)
		view_item(&c->view, (int)i);
	view_reveal(&c->view, c->focus, list.rows, 1);
	view_draw(&c->view, list, draw_row, c);
	term_rule(detail.y - 1, a.x, a.cols);
	add_detail(c, &text, a.cols, false);
	view_draw(&text, detail, NULL, NULL);
	view_free(&text);
}
