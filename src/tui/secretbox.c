/* SPDX-License-Identifier: MIT */
/*
 * Entry of a secret: edited inside its locked memory and drawn as bullets.
 * libform is not used for this, because its buffers stay on the heap.
 */
#include <string.h>

#include "edit.h"
#include "terminal.h"

void
secretbox_init(struct secretbox *b, struct secret *s, size_t max)
{
	*b = (struct secretbox){ .secret = s, .at = secret_len(s), .max = max };
}

static bool
type_char(struct secretbox *b, const struct input *in)
{
	char utf8[5];
	size_t n = keys_utf8(in->ch, utf8);
	bool ok;

	if (n == 0 || secret_len(b->secret) + n > b->max)
		return false;
	if (in->pasted && in->ch == ' ' && b->at == 0)
		return false;
	ok = secret_insert(b->secret, b->at, utf8, n);
	if (ok)
		b->at += n;
	explicit_bzero(utf8, sizeof utf8);
	return ok;
}

static void
cut(struct secretbox *b, size_t from, size_t to)
{
	secret_cut(b->secret, from, to - from);
	b->at = from;
}

static bool
trim(struct secretbox *b)
{
	size_t len = secret_len(b->secret), end = len;

	while (end > 0 && secret_borrow(b->secret)[end - 1] == ' ')
		end--;
	if (end == len || b->at != len)
		return false;
	cut(b, end, len);
	return true;
}

static bool
change(struct secretbox *b, const struct input *in, bool *known)
{
	const char *text = secret_borrow(b->secret);
	size_t len = secret_len(b->secret);

	if (in->act == ACT_CHAR)
		return type_char(b, in);
	if (in->act == ACT_ERASE)
		cut(b, edit_before(text, b->at), b->at);
	else if (in->act == ACT_DELETE)
		cut(b, b->at, edit_after(text, len, b->at));
	else if (in->act == ACT_KILL)
		cut(b, 0, len);
	else if (in->act == ACT_PASTE_END)
		return trim(b);
	else if (in->act != ACT_PASTE_BEGIN)
		*known = false;
	return secret_len(b->secret) != len;
}

bool
secretbox_act(struct secretbox *b, const struct input *in, bool *changed)
{
	bool known = true;
	bool differs = change(b, in, &known);
	const char *text = secret_borrow(b->secret);

	if (changed != NULL)
		*changed = differs;
	if (known)
		return true;
	if (in->act == ACT_LEFT)
		b->at = edit_before(text, b->at);
	else if (in->act == ACT_RIGHT)
		b->at = edit_after(text, secret_len(b->secret), b->at);
	else if (in->act == ACT_HOME)
		b->at = 0;
	else if (in->act == ACT_END)
		b->at = secret_len(b->secret);
	else if (in->act == ACT_REVEAL)
		b->shown = !b->shown;
	else
		return false;
	return true;
}

/* Characters (a cell each) between two offsets. */
static int
count(const char *text, size_t from, size_t to)
{
	int n = 0;

	for (; from < to; from = edit_after(text, to, from))
		n++;
	return n;
}

void
secretbox_draw(const struct secretbox *b, int y, int x, int cols, bool focused)
{
	enum style style = focused ? STYLE_FOCUS : STYLE_INPUT;
	const char *text = secret_borrow(b->secret);
	size_t len = secret_len(b->secret), from = 0;
	int at = 0;

	while (focused && count(text, from, b->at) > cols - 1)
		from = edit_after(text, len, from);
	term_fill(y, x, cols, style);
	for (size_t i = from; i < len && at < cols; at++) {
		size_t next = edit_after(text, len, i);

		if (b->shown)
			(void)term_put_part(y, x + at, 1, style, text + i, next - i);
		else
			(void)term_put(y, x + at, 1, style, term_mark(MARK_BULLET));
		i = next;
	}
	if (focused)
		term_cursor(y, x + count(text, from, b->at), true);
}
