/* SPDX-License-Identifier: MIT */
/*
 * What the terminal shows, read back from curses' cells: for the screen tests
 * (tests/screens/README.md).
 */
#include <string.h>
#include <wchar.h>

#include <curses.h>

#include "keys.h"
#include "terminal.h"
#include "unicode.h"

#define MEANINGS 128 /* by letter */

struct cell {
	wchar_t text[CCHARW_MAX + 1];
	attr_t attrs;
	short pair;
};

static struct cell
cell_at(int y, int x)
{
	struct cell c = { .text = { L' ' } };
	cchar_t cell;

	if (mvwin_wch(curscr, y, x, &cell) == ERR ||
	    getcchar(&cell, c.text, &c.attrs, &c.pair, NULL) == ERR)
		return (struct cell){ .text = { L' ' } };
	c.attrs &= A_BOLD | A_DIM | A_REVERSE | A_UNDERLINE;
	return c;
}

static int
width_of(const struct cell *c)
{
	return unicode_width((uint32_t)c->text[0]) == 2 ? 2 : 1;
}

/* Cut what is only `blank` at the end, and end the line. */
static void
end_line(struct buf *out, char blank)
{
	size_t end = out->len;

	while (end > 0 && out->data[end - 1] == blank)
		end--;
	buf_cut(out, end);
	buf_putc(out, '\n');
}

static void
put_text(struct buf *out, const struct cell *c)
{
	char utf8[5];

	for (size_t i = 0; c->text[i] != 0; i++)
		buf_put(out, utf8, keys_utf8((uint32_t)c->text[i], utf8));
}

static void
dump_text(struct buf *out, attr_t only)
{
	int row, col;

	/* Reading moves curses' idea of where the cursor is. */
	getyx(curscr, row, col);
	for (int y = 0; y < LINES; y++) {
		for (int x = 0; x < COLS;) {
			struct cell c = cell_at(y, x);

			if ((c.attrs & only) == only)
				put_text(out, &c);
			x += width_of(&c);
		}
		end_line(out, ' ');
	}
	(void)wmove(curscr, row, col);
}

void
term_dump(struct buf *out)
{
	dump_text(out, A_NORMAL);
}

void
term_dump_focus(struct buf *out)
{
	dump_text(out, A_REVERSE);
}

/* In colours a letter for each style, QR codes as 0 to 3; else one for the attributes. */
static char
letter(const struct cell *c)
{
	static const char styles[STYLE_N] = { '.', 'd', 'b', 'T', 'P', 'k', 'g', 'x', 'w', 'a', 'F',
		'i', 'l', '-' };
	bool bold = (c->attrs & A_BOLD) != 0;

	if (c->pair > STYLE_N)
		return (char)('0' + c->pair - STYLE_N - 1);
	if (c->pair > 0)
		return styles[c->pair - 1];
	if ((c->attrs & A_REVERSE) != 0)
		return bold ? 'R' : 'r';
	if ((c->attrs & A_UNDERLINE) != 0)
		return 'u';
	return bold ? 'b' : '.';
}

static void
put_meaning(struct buf *out, char name, const struct cell *c)
{
	short fg = -1, bg = -1;

	buf_printf(out, "%c ", name);
	if (c->pair > 0 && pair_content(c->pair, &fg, &bg) == OK && (fg >= 0 || bg >= 0))
		buf_printf(out, " colour %d on %d", fg, bg);
	if ((c->attrs & A_BOLD) != 0)
		buf_puts(out, " bold");
	if ((c->attrs & A_DIM) != 0)
		buf_puts(out, " dim");
	if ((c->attrs & A_REVERSE) != 0)
		buf_puts(out, " reverse");
	if ((c->attrs & A_UNDERLINE) != 0)
		buf_puts(out, " underlined");
	buf_putc(out, '\n');
}

void
term_dump_styles(struct buf *out)
{
	struct cell seen[MEANINGS] = { { .pair = 0 } };
	bool used[MEANINGS] = { false };
	int row, col, shown = curs_set(0);

	(void)curs_set(shown);
	getyx(curscr, row, col);
	buf_printf(out, "---- styles; the cursor is at row %d, column %d, %s\n", row, col,
	    shown > 0 ? "visible" : "hidden");
	for (int y = 0; y < LINES; y++) {
		for (int x = 0; x < COLS;) {
			struct cell c = cell_at(y, x);
			char name = letter(&c);

			buf_putc(out, name);
			seen[(int)name] = c;
			used[(int)name] = true;
			x += width_of(&c);
			if (width_of(&c) == 2)
				buf_putc(out, name);
		}
		end_line(out, '.');
	}
	(void)wmove(curscr, row, col);
	buf_puts(out, "----\n");
	for (int i = 0; i < MEANINGS; i++)
		if (used[i] && i != '.')
			put_meaning(out, (char)i, &seen[i]);
}
