/* SPDX-License-Identifier: MIT */
/* What the terminal shows, read back from curses' cells: for the screen tests. */
#include <stdlib.h>
#include <wchar.h>

#include <curses.h>

#include "keys.h"
#include "terminal.h"
#include "unicode.h"

/* Frames and marks in ASCII, so that one golden file serves every terminal. */
static wchar_t
plain(wchar_t c)
{
	static const struct {
		wchar_t from, to;
	} table[] = {
		{ 0x2500, '-' },
		{ 0x2502, '|' },
		{ 0x250c, '+' },
		{ 0x2510, '+' },
		{ 0x2514, '+' },
		{ 0x2518, '+' },
		{ 0x2713, '+' },
		{ 0x2717, 'x' },
		{ 0x2026, '~' },
		{ 0x2013, '-' },
		{ 0xb7, '.' },
		{ 0x203a, '>' },
		{ 0x2039, '<' },
		{ 0x2191, '^' },
		{ 0x2193, 'v' },
		{ 0x2022, '*' },
	};

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		if (table[i].from == c)
			return table[i].to;
	return c;
}

/* Returns the columns that it takes. */
static int
put_cell(struct buf *out, int y, int x, bool ascii)
{
	wchar_t text[CCHARW_MAX + 1] = { 0 };
	char utf8[5];
	attr_t attrs;
	short pair;
	cchar_t cell;

	if (mvwin_wch(curscr, y, x, &cell) == ERR ||
	    getcchar(&cell, text, &attrs, &pair, NULL) == ERR)
		return 1;
	for (size_t i = 0; text[i] != 0; i++) {
		wchar_t c = ascii ? plain(text[i]) : text[i];

		buf_put(out, utf8, keys_utf8((uint32_t)c, utf8));
	}
	return unicode_width((uint32_t)text[0]) == 2 ? 2 : 1;
}

/* A line without the blanks at its end. */
static void
put_line(struct buf *out, int y, bool ascii)
{
	size_t end;

	for (int x = 0; x < COLS;)
		x += put_cell(out, y, x, ascii);
	for (end = out->len; end > 0 && out->data[end - 1] == ' '; end--)
		;
	buf_cut(out, end);
	buf_putc(out, '\n');
}

void
term_dump(struct buf *out, bool ascii)
{
	int row, col;

	/* Reading moves curses' idea of where the cursor is. */
	getyx(curscr, row, col);
	for (int y = 0; y < LINES; y++)
		put_line(out, y, ascii);
	(void)wmove(curscr, row, col);
}
