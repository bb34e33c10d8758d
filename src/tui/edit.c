/* SPDX-License-Identifier: MIT */
#include "edit.h"

#include <string.h>

#include "alloc.h"
#include "terminal.h"
#include "text.h"

void
edit_init(struct edit *e, size_t max, bool digits)
{
	*e = (struct edit){ .max = max, .digits = digits };
	buf_init(&e->text, max + 1);
}

void
edit_free(struct edit *e)
{
	buf_free(&e->text);
}

void
edit_set(struct edit *e, const char *text)
{
	buf_reset(&e->text);
	buf_put(&e->text, text, strnlen(text, e->max));
	e->at = e->text.len;
}

size_t
edit_before(const char *text, size_t at)
{
	while (at > 0 && ((unsigned char)text[--at] & 0xc0) == 0x80)
		;
	return at;
}

size_t
edit_after(const char *text, size_t len, size_t at)
{
	if (at < len)
		at += text_char_len(text + at);
	return at < len ? at : len;
}

static void
cut(struct edit *e, size_t from, size_t to)
{
	struct buf *b = &e->text;

	if (from >= to)
		return;
	memmove(b->data + from, b->data + to, b->len - to);
	buf_cut(b, b->len - (to - from));
	e->at = from;
}

static bool
insert(struct edit *e, uint32_t ch)
{
	AUTO_FREE char *tail = NULL;
	char utf8[5];
	size_t n = keys_utf8(ch, utf8);

	if (n == 0 || e->text.len + n > e->max || (e->digits && (ch < '0' || ch > '9')))
		return false;
	tail = xstrdup(e->text.data + e->at);
	buf_cut(&e->text, e->at);
	buf_put(&e->text, utf8, n);
	buf_puts(&e->text, tail);
	e->at += n;
	return true;
}

static bool
type_char(struct edit *e, const struct input *in)
{
	/* Blanks in front of what is pasted were caught with it by the mouse. */
	if (in->pasted && in->ch == ' ' && e->at == 0)
		return false;
	return insert(e, in->ch);
}

static bool
trim(struct edit *e)
{
	size_t end = e->text.len;

	while (end > 0 && e->text.data[end - 1] == ' ')
		end--;
	if (end == e->text.len || e->at != e->text.len)
		return false;
	cut(e, end, e->text.len);
	return true;
}

/* Acts that change the text. */
static bool
change(struct edit *e, const struct input *in, bool *known)
{
	size_t len = e->text.len;

	if (in->act == ACT_CHAR)
		return type_char(e, in);
	if (in->act == ACT_ERASE)
		cut(e, edit_before(e->text.data, e->at), e->at);
	else if (in->act == ACT_DELETE)
		cut(e, e->at, edit_after(e->text.data, len, e->at));
	else if (in->act == ACT_KILL)
		cut(e, 0, len);
	else if (in->act == ACT_PASTE_END)
		return trim(e);
	else if (in->act != ACT_PASTE_BEGIN)
		*known = false;
	return e->text.len != len;
}

bool
edit_act(struct edit *e, const struct input *in, bool *changed)
{
	bool known = true;
	bool differs = change(e, in, &known);

	if (changed != NULL)
		*changed = differs;
	if (known)
		return true;
	if (in->act == ACT_LEFT)
		e->at = edit_before(e->text.data, e->at);
	else if (in->act == ACT_RIGHT)
		e->at = edit_after(e->text.data, e->text.len, e->at);
	else if (in->act == ACT_HOME)
		e->at = 0;
	else if (in->act == ACT_END)
		e->at = e->text.len;
	else
		return false;
	return true;
}

/* Columns from byte `from` to the cursor. */
static size_t
columns(const struct edit *e, size_t from)
{
	AUTO_FREE char *part = xstrndup(e->text.data + from, e->at - from);

	return text_width(part);
}

void
edit_draw(const struct edit *e, int y, int x, int cols, bool focused)
{
	enum style style = focused ? STYLE_FOCUS : STYLE_INPUT;
	size_t from = 0;

	while (focused && columns(e, from) > (size_t)cols - 1)
		from = edit_after(e->text.data, e->text.len, from);
	term_fill(y, x, cols, style);
	(void)term_put_part(y, x, cols, style, e->text.data + from, e->text.len - from);
	if (focused)
		term_cursor(y, x + (int)columns(e, from), true);
}
