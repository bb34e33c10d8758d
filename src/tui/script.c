/* SPDX-License-Identifier: MIT */
/* Key scripts: the wizard without a terminal (tests/screens/README.md). */
#include "script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "clock.h"
#include "unicode.h"

struct line {
	const char *word, *rest;
	size_t nword, nrest;
};

#define PATIENCE 20000 /* ms that "until" waits */
#define STOPS_MAX 60   /* Tabs until a field or button is given up */

static const struct {
	const char *name;
	enum act act;
} keys[] = {
	{ "UP", ACT_UP },
	{ "DOWN", ACT_DOWN },
	{ "LEFT", ACT_LEFT },
	{ "RIGHT", ACT_RIGHT },
	{ "HOME", ACT_HOME },
	{ "CTRL-A", ACT_HOME },
	{ "END", ACT_END },
	{ "CTRL-E", ACT_END },
	{ "PGUP", ACT_PAGE_UP },
	{ "PGDN", ACT_PAGE_DOWN },
	{ "TAB", ACT_NEXT },
	{ "BTAB", ACT_PREV },
	{ "ENTER", ACT_ENTER },
	{ "ESC", ACT_BACK },
	{ "F1", ACT_HELP },
	{ "F2", ACT_CALLS },
	{ "F3", ACT_REDRAW },
	{ "BACKSPACE", ACT_ERASE },
	{ "DELETE", ACT_DELETE },
	{ "CTRL-U", ACT_KILL },
	{ "CTRL-R", ACT_REVEAL },
	{ "CTRL-L", ACT_REDRAW },
	{ "CTRL-C", ACT_QUIT },
	{ "CTRL-Z", ACT_SUSPEND },
};

enum act
script_key(const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
		if (strlen(keys[i].name) == len && strncmp(keys[i].name, name, len) == 0)
			return keys[i].act;
	return ACT_NONE;
}

/* Split the line at the script's position; false at the end. */
static bool
peek(const struct script *s, struct line *l)
{
	const char *p = s->next;
	size_t len = strcspn(p, "\n");

	if (*p == '\0')
		return false;
	l->word = p;
	l->nword = strcspn(p, " \n");
	l->rest = p + l->nword + (p[l->nword] == ' ');
	l->nrest = len - (size_t)(l->rest - p);
	return true;
}

static bool
is(const struct line *l, const char *word)
{
	return strlen(word) == l->nword && strncmp(l->word, word, l->nword) == 0;
}

static void
advance(struct script *s)
{
	s->next += strcspn(s->next, "\n");
	if (*s->next == '\n')
		s->next++;
	s->since = 0;
}

static void
send(struct tui *t, struct input in)
{
	loop_dispatch(t, &in);
}

static void
send_text(struct tui *t, const struct line *l, bool pasted)
{
	uint32_t cp;
	size_t n;

	if (pasted)
		send(t, (struct input){ .act = ACT_PASTE_BEGIN });
	for (size_t i = 0; i < l->nrest; i += n) {
		n = unicode_decode(l->rest + i, l->nrest - i, &cp);
		if (n == 0)
			n = 1, cp = '?';
		send(t, (struct input){ .act = ACT_CHAR, .ch = cp, .pasted = pasted });
	}
	if (pasted)
		send(t, (struct input){ .act = ACT_PASTE_END });
}

static void
dump(struct tui *t, const struct line *l)
{
	const struct tui_script *d = t->script->def;
	AUTO_FREE char *name = xstrndup(l->rest, l->nrest);
	AUTO_BUF cells = BUF_INIT(BUF_MAX_TEXT);

	page_draw_all(t);
	term_dump(&cells);
	if (d->styles)
		term_dump_styles(&cells);
	if (d->dump != NULL)
		d->dump(d->arg, name, buf_str(&cells));
}

/* "until TEXT": until a row of the screen has it. */
static bool
is_shown(struct tui *t, const struct line *l)
{
	AUTO_FREE char *text = xstrndup(l->rest, l->nrest);
	AUTO_BUF cells = BUF_INIT(BUF_MAX_TEXT);

	if (t->dirty)
		page_draw_all(t);
	term_dump(&cells);
	return strstr(buf_str(&cells), text) != NULL;
}

/* "wait idle": until nothing is in flight; "wait MS": that long. True while it lasts. */
static bool
must_wait(struct tui *t, const struct line *l)
{
	struct script *s = t->script;

	if (s->since == 0)
		s->since = clock_ms();
	if (is(l, "until"))
		return !is_shown(t, l) && clock_ms() - s->since < PATIENCE;
	if (l->nrest == 4 && strncmp(l->rest, "idle", 4) == 0)
		return t->waiting > 0;
	return clock_ms() - s->since < strtol(l->rest, NULL, 10);
}

/* "button TEXT", "field TEXT": whether that one is in focus. */
static bool
has_focus(struct tui *t, const struct line *l)
{
	AUTO_BUF cells = BUF_INIT(BUF_MAX_TEXT);
	AUTO_FREE char *wanted = xasprintf(
	    "%s %.*s", is(l, "button") ? "[" : term_mark(MARK_CURSOR), (int)l->nrest, l->rest);

	page_draw_all(t);
	if (is(l, "button"))
		term_dump_focus(&cells);
	else
		term_dump(&cells);
	return strstr(buf_str(&cells), wanted) != NULL;
}

/* Tab to it; a button is pressed as well. False when there is none. */
static bool
go_to(struct tui *t, const struct line *l)
{
	for (int i = 0; i < STOPS_MAX; i++) {
		if (has_focus(t, l)) {
			if (is(l, "button"))
				send(t, (struct input){ .act = ACT_ENTER });
			return true;
		}
		send(t, (struct input){ .act = ACT_NEXT });
	}
	return false;
}

static bool
run_line(struct tui *t, const struct line *l)
{
	int cols, rows;
	AUTO_FREE char *rest = xstrndup(l->rest, l->nrest);

	if (is(l, "key"))
		send(t, (struct input){ .act = script_key(l->rest, l->nrest) });
	else if (is(l, "type") || is(l, "paste"))
		send_text(t, l, is(l, "paste"));
	else if (is(l, "dump"))
		dump(t, l);
	else if (is(l, "button") || is(l, "field"))
		return go_to(t, l);
	else if (is(l, "until"))
		return is_shown(t, l);
	else if (is(l, "resize") && sscanf(rest, "%d %d", &cols, &rows) == 2)
		term_set_size(cols, rows), send(t, (struct input){ .act = ACT_RESIZE });
	else
		return l->nword == 0 || l->word[0] == '#' || is(l, "wait");
	return !is(l, "key") || script_key(l->rest, l->nrest) != ACT_NONE;
}

/* Do what the script says next; true when a key was given, false to wait. */
static bool
turn(struct tui *t)
{
	struct script *s = t->script;
	struct line l;

	if (!peek(s, &l)) {
		t->leaving = true;
		t->status = 130;
		return false;
	}
	if ((is(&l, "wait") || is(&l, "until")) && must_wait(t, &l))
		return false;
	advance(s);
	if (!run_line(t, &l)) {
		dump(t, &(struct line){ .rest = "failed", .nrest = 6 });
		err_set(&s->err, ERR_USAGE, "key script: what is \"%.*s\"? (or it did not come)",
		    (int)(l.nword + l.nrest + 1), l.word);
		t->leaving = true;
		t->status = 252;
	}
	return true;
}

bool
script_open(struct tui *t, struct script *s, const struct tui_script *def, struct err *e)
{
	*s = (struct script){ .turn = turn, .def = def, .next = def->keys };
	if (!term_open_script(t->options, def, e))
		return false;
	t->script = s;
	return true;
}

bool
script_close(struct tui *t, struct err *e)
{
	struct script *s = t->script;

	t->script = NULL;
	term_close();
	if (s->err.kind == ERR_NONE)
		return true;
	*e = s->err;
	return false;
}

int
tui_scripted(
    struct run *run, const struct tui_options *o, const struct tui_script *s, struct err *e)
{
	struct tui t;
	struct script script;
	int status;

	wizard_wire(&t, run, o);
	if (!script_open(&t, &script, s, e))
		return 255;
	status = wizard_main(&t);
	return script_close(&t, e) ? status : 252;
}
