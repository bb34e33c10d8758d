/* SPDX-License-Identifier: MIT */
/* A list to choose from: typing searches, Space marks (several) or Enter takes (one). */
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "form.h"
#include "text.h"

struct table {
	struct page page;
	struct pick *pick;
	struct edit search;
	struct strlist marked;
	size_t *rows; /* indices of the choices that match */
	size_t n;
	int at, top, shown;
	char *own; /* "Use ... as typed", when offered as first row */
};

static bool
matches(const struct choice *c, const char *what)
{
	return *what == '\0' || strcasestr(c->label, what) != NULL ||
	       strcasestr(c->value, what) != NULL ||
	       (c->note != NULL && strcasestr(c->note, what) != NULL);
}

/* The rows for what is typed; own text comes first unless it is one of the values. */
static void
search(struct table *t)
{
	const struct choices *c = t->pick->choices;
	const char *what = buf_str(&t->search.text);
	bool exact = false;

	t->n = 0;
	for (size_t i = 0; i < c->n; i++) {
		exact = exact || strcmp(c->items[i].value, what) == 0;
		if (matches(&c->items[i], what))
			t->rows[t->n++] = i;
	}
	xfree(t->own);
	t->own = NULL;
	if (t->pick->own && *what != '\0' && !exact)
		t->own = xstrdup(what);
	t->at = t->own != NULL && t->n > 0 ? 1 : 0;
	t->top = 0;
}

static int
count(const struct table *t)
{
	return (int)t->n + (t->own != NULL);
}

/* The value of a row; label and note too when wanted. */
static const char *
value_at(const struct table *t, int row, const struct choice **choice)
{
	*choice = NULL;
	if (t->own != NULL && row-- == 0)
		return t->own;
	if (row < 0 || (size_t)row >= t->n)
		return NULL;
	*choice = &t->pick->choices->items[t->rows[row]];
	return (*choice)->value;
}

static void
draw_row(const struct table *t, int row, int y, struct area a)
{
	const struct choice *c;
	const char *value = value_at(t, row, &c);
	bool here = row == t->at;
	enum style style = here ? STYLE_FOCUS : STYLE_TEXT;
	int x = a.x + 2, half = a.cols / 2;

	if (here)
		(void)term_put(y, a.x, 1, STYLE_KEY, term_mark(MARK_CURSOR));
	if (t->pick->many)
		x += term_put(y, x, 4, style, strlist_has(&t->marked, value) ? "[x] " : "[ ] ");
	if (c == NULL) {
		x += term_put(y, x, 5, style, "Use \"");
		x += term_put(y, x, half, style, value);
		(void)term_put(y, x, 11, style, "\" as typed");
	} else {
		int used = term_put(y, x, c->note != NULL ? half : a.cols - 6, style, c->label);

		if (c->note != NULL)
			(void)term_put(y, x + (used < half ? half : used) + 1, a.cols - half - 8,
			    STYLE_DIM, c->note);
	}
	if (here)
		term_cursor(y, a.x + 2, false);
}

static void
table_draw(struct page *p, struct area a)
{
	struct table *t = p->state;
	struct area list = { a.y + 2, a.x, a.rows - 2, a.cols };
	char text[80];
	int x = a.x;

	x += term_put(a.y, x, 10, STYLE_STRONG, "Search: ");
	edit_draw(&t->search, a.y, x, 30, false);
	snprintf(text, sizeof text, "%zu of %zu", t->n, t->pick->choices->n);
	(void)term_put(a.y, x + 32, 40, STYLE_DIM, text);
	t->shown = list.rows;
	if (t->at < t->top)
		t->top = t->at;
	if (t->at >= t->top + list.rows)
		t->top = t->at - list.rows + 1;
	for (int r = 0; r < list.rows && t->top + r < count(t); r++)
		draw_row(t, t->top + r, list.y + r, list);
	if (count(t) == 0)
		(void)term_put(list.y, a.x + 2, a.cols - 2, STYLE_DIM, "Nothing matches.");
	if (t->top > 0)
		(void)term_put(list.y, a.x + a.cols, 1, STYLE_KEY, term_mark(MARK_UP));
	if (t->top + list.rows < count(t))
		(void)term_put(
		    list.y + list.rows - 1, a.x + a.cols, 1, STYLE_KEY, term_mark(MARK_DOWN));
}

static void
toggle(struct table *t)
{
	const struct choice *c;
	const char *value = value_at(t, t->at, &c);

	if (value == NULL)
		return;
	for (size_t i = 0; i < t->marked.n; i++) {
		if (strcmp(t->marked.items[i], value) == 0) {
			strlist_del(&t->marked, i);
			return;
		}
	}
	strlist_add(&t->marked, value);
}

static bool
go(struct table *t, const struct input *in)
{
	int page = t->shown > 1 ? t->shown - 1 : 1, last = count(t) - 1;

	if (in->act == ACT_UP || in->act == ACT_PREV)
		t->at--;
	else if (in->act == ACT_DOWN || in->act == ACT_NEXT)
		t->at++;
	else if (in->act == ACT_PAGE_UP)
		t->at -= page;
	else if (in->act == ACT_PAGE_DOWN)
		t->at += page;
	else if (in->act == ACT_HOME)
		t->at = 0;
	else if (in->act == ACT_END)
		t->at = last;
	else
		return false;
	if (t->at > last)
		t->at = last;
	if (t->at < 0)
		t->at = 0;
	return true;
}

static void
table_act(struct page *p, const struct input *in)
{
	struct table *t = p->state;
	const struct choice *c;
	bool changed = false;

	if (in->act == ACT_BACK) {
		p->request = REQ_BACK;
	} else if (in->act == ACT_ENTER) {
		if (t->pick->many || value_at(t, t->at, &c) != NULL)
			p->request = REQ_NEXT;
	} else if (t->pick->many && in->act == ACT_CHAR && in->ch == ' ' && !in->pasted) {
		toggle(t);
	} else if (!go(t, in)) {
		(void)edit_act(&t->search, in, &changed);
		if (changed)
			search(t);
	}
}

static void
table_hints(const struct page *p, struct hints *h)
{
	const struct table *t = p->state;

	hints_add(h, "arrows", "move");
	hints_add(h, "letters", "search");
	if (t->pick->many)
		hints_add(h, "Space", "mark");
	hints_add(h, "Enter", t->pick->many ? "done" : "take");
	hints_add(h, "Esc", "back");
}

static const struct page_ops table_ops = {
	.draw = table_draw,
	.act = table_act,
	.hints = table_hints,
};

/* Begin at the value in force. */
static void
start_at(struct table *t)
{
	const struct choice *c;

	for (int i = 0; t->pick->value != NULL && i < count(t); i++)
		if (strcmp(value_at(t, i, &c), t->pick->value) == 0)
			t->at = i;
}

static void
take_result(struct table *t)
{
	const struct choice *c;
	const char *value = value_at(t, t->at, &c);

	if (!t->pick->many) {
		t->pick->value = value != NULL ? xstrdup(value) : NULL;
		return;
	}
	strlist_free(t->pick->chosen);
	*t->pick->chosen = t->marked;
	t->marked = (struct strlist){ .items = NULL };
}

enum request
table_pick(struct tui *tui, struct pick *p)
{
	struct table t = { .page = { .ops = &table_ops, .title = p->title }, .pick = p };
	enum request r;

	t.page.state = &t;
	t.rows = xcalloc(p->choices->n + 1, sizeof *t.rows);
	for (size_t i = 0; p->many && i < p->chosen->n; i++)
		strlist_add(&t.marked, p->chosen->items[i]);
	edit_init(&t.search, 128, false);
	search(&t);
	start_at(&t);
	page_push(tui, &t.page);
	r = page_run(&t.page);
	page_pop(tui, &t.page);
	if (r == REQ_NEXT)
		take_result(&t);
	edit_free(&t.search);
	strlist_free(&t.marked);
	xfree(t.own);
	xfree(t.rows);
	return r;
}
