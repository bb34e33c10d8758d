/* SPDX-License-Identifier: MIT */
#include "keys.h"

#include <string.h>
#include <wchar.h>

#include <curses.h>

#define CTRL(c) ((c)&0x1f)

/* One key or several for an act. */
static const struct binding {
	uint32_t code;
	bool is_key;
	enum act act;
} bindings[] = {
	{ KEY_UP, true, ACT_UP },
	{ KEY_DOWN, true, ACT_DOWN },
	{ KEY_LEFT, true, ACT_LEFT },
	{ KEY_RIGHT, true, ACT_RIGHT },
	{ KEY_HOME, true, ACT_HOME },
	{ CTRL('A'), false, ACT_HOME },
	{ KEY_END, true, ACT_END },
	{ CTRL('E'), false, ACT_END },
	{ KEY_PPAGE, true, ACT_PAGE_UP },
	{ KEY_NPAGE, true, ACT_PAGE_DOWN },
	{ '\t', false, ACT_NEXT },
	{ KEY_BTAB, true, ACT_PREV },
	{ '\r', false, ACT_ENTER },
	{ '\n', false, ACT_ENTER },
	{ KEY_ENTER, true, ACT_ENTER },
	{ 0x1b, false, ACT_BACK },
	{ KEY_F(1), true, ACT_HELP },
	{ KEY_F(2), true, ACT_CALLS },
	{ KEY_F(3), true, ACT_REDRAW },
	{ KEY_BACKSPACE, true, ACT_ERASE },
	{ 0x7f, false, ACT_ERASE },
	{ CTRL('H'), false, ACT_ERASE },
	{ KEY_DC, true, ACT_DELETE },
	{ CTRL('U'), false, ACT_KILL },
	{ CTRL('R'), false, ACT_REVEAL },
	{ CTRL('L'), false, ACT_REDRAW },
	{ CTRL('C'), false, ACT_QUIT },
	{ CTRL('Z'), false, ACT_SUSPEND },
	{ KEY_RESIZE, true, ACT_RESIZE },
	{ KEY_PASTE_BEGIN, true, ACT_PASTE_BEGIN },
	{ KEY_PASTE_END, true, ACT_PASTE_END },
};

#define NBINDINGS (sizeof bindings / sizeof bindings[0])

struct input
keys_act(uint32_t code, bool is_key)
{
	for (size_t i = 0; i < NBINDINGS; i++)
		if (bindings[i].code == code && bindings[i].is_key == is_key)
			return (struct input){ .act = bindings[i].act };
	if (is_key || code < ' ' || (code >= 0x7f && code < 0xa0))
		return (struct input){ .act = ACT_NONE };
	return (struct input){ .act = ACT_CHAR, .ch = code };
}

/*
 * Curses did not know what followed ESC at once: swallow a control sequence
 * (a report of the mouse, of the focus, of a key unknown to it), so that it is
 * neither Esc nor text.
 */
static bool
swallow_sequence(void)
{
	wint_t c;
	int rc = get_wch(&c);

	if (rc == ERR)
		return false;
	if (rc == KEY_CODE_YES || (c != '[' && c != 'O')) {
		(void)(rc == KEY_CODE_YES ? ungetch((int)c) : unget_wch((wchar_t)c));
		return false;
	}
	while ((rc = get_wch(&c)) == OK && !(c >= 0x40 && c <= 0x7e))
		;
	return true;
}

/* Inside a paste nothing acts: ends of lines and tabs become blanks. */
static struct input
pasted(struct input in)
{
	if (in.act == ACT_PASTE_END || in.act == ACT_RESIZE || in.act == ACT_QUIT)
		return in;
	if (in.act == ACT_ENTER || in.act == ACT_NEXT)
		in = (struct input){ .act = ACT_CHAR, .ch = ' ' };
	if (in.act != ACT_CHAR)
		in.act = ACT_NONE;
	in.pasted = true;
	return in;
}

bool
keys_read(struct input *in, bool *in_paste)
{
	wint_t c = 0;
	int rc = get_wch(&c);

	if (rc == ERR)
		return false;
	*in = keys_act((uint32_t)c, rc == KEY_CODE_YES);
	if (in->act == ACT_BACK && swallow_sequence())
		in->act = ACT_NONE;
	if (in->act == ACT_PASTE_BEGIN)
		*in_paste = true;
	else if (in->act == ACT_PASTE_END)
		*in_paste = false;
	else if (*in_paste)
		*in = pasted(*in);
	return true;
}

size_t
keys_utf8(uint32_t ch, char out[5])
{
	size_t n = ch < 0x80 ? 1 : ch < 0x800 ? 2 : ch < 0x10000 ? 3 : 4;

	memset(out, 0, 5);
	if (ch == 0 || ch > 0x10ffff || (ch >= 0xd800 && ch < 0xe000))
		return 0;
	if (n == 1) {
		out[0] = (char)ch;
		return 1;
	}
	for (size_t i = n; i-- > 1; ch >>= 6)
		out[i] = (char)(0x80 | (ch & 0x3f));
	out[0] = (char)((0xf00u >> n & 0xff) | ch);
	return n;
}
