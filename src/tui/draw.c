/* SPDX-License-Identifier: MIT */
/* Cells: styles, text, frames.  Every character that is drawn is cleaned here. */
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include <curses.h>

#include "terminal.h"
#include "text.h"
#include "unicode.h"

/* Light and dark of a QR code, foreground by background: four pairs after the styles'. */
#define QR_PAIR(fg_dark, bg_dark) (STYLE_N + 1 + 2 * (fg_dark) + (bg_dark))

struct look {
	short fg, bg;       /* -1: the terminal's own */
	short fg256, bg256; /* with 256 colours: ones that show on dark and on light */
	attr_t color, mono; /* attributes beside the colours, and without them */
};

static const struct look looks[STYLE_N] = {
	[STYLE_TEXT] = { -1, -1, -1, -1, A_NORMAL, A_NORMAL },
	[STYLE_DIM] = { -1, -1, -1, -1, A_DIM, A_NORMAL },
	[STYLE_STRONG] = { -1, -1, -1, -1, A_BOLD, A_BOLD },
	[STYLE_BAR] = { COLOR_WHITE, COLOR_BLUE, 231, 24, A_BOLD, A_REVERSE },
	[STYLE_BANNER] = { COLOR_BLACK, COLOR_YELLOW, 16, 220, A_NORMAL, A_REVERSE | A_BOLD },
	[STYLE_KEY] = { -1, -1, -1, -1, A_BOLD, A_BOLD },
	[STYLE_GOOD] = { COLOR_GREEN, -1, 34, -1, A_NORMAL, A_NORMAL },
	[STYLE_BAD] = { COLOR_RED, -1, 160, -1, A_BOLD, A_BOLD },
	[STYLE_WARN] = { COLOR_YELLOW, -1, 172, -1, A_NORMAL, A_BOLD },
	[STYLE_WAIT] = { COLOR_CYAN, -1, 37, -1, A_NORMAL, A_NORMAL },
	[STYLE_FOCUS] = { -1, -1, -1, -1, A_REVERSE, A_REVERSE },
	[STYLE_INPUT] = { -1, -1, -1, -1, A_UNDERLINE, A_UNDERLINE },
	[STYLE_LINK] = { COLOR_CYAN, -1, 37, -1, A_UNDERLINE, A_UNDERLINE },
	[STYLE_RULE] = { -1, -1, -1, -1, A_DIM, A_NORMAL },
};

void
draw_start(bool colors)
{
	short light, dark;
	bool many;

	if (!colors)
		return;
	(void)start_color();
	(void)use_default_colors();
	many = COLORS >= 256;
	for (int s = 0; s < STYLE_N; s++)
		(void)init_pair((short)(s + 1), many ? looks[s].fg256 : looks[s].fg,
		    many ? looks[s].bg256 : looks[s].bg);
	/* The colour cube does not follow the theme; 0 and 7 are the next best. */
	light = many ? 231 : COLOR_WHITE;
	dark = many ? 16 : COLOR_BLACK;
	for (int f = 0; f < 2; f++)
		for (int b = 0; b < 2; b++)
			(void)init_pair(
			    (short)QR_PAIR(f, b), f != 0 ? dark : light, b != 0 ? dark : light);
}

static void
set_style(enum style s)
{
	if (term_has_colors())
		(void)attr_set(looks[s].color, (short)(s + 1), NULL);
	else
		(void)attr_set(looks[s].mono, 0, NULL);
}

int
term_cols(void)
{
	return COLS;
}

int
term_rows(void)
{
	return LINES;
}

void
term_set_size(int cols, int rows)
{
	(void)resizeterm(rows, cols);
}

void
term_repaint(void)
{
	(void)clearok(curscr, TRUE);
}

/* What stands for a character where only ASCII can be shown. */
static const char *
ascii_for(uint32_t cp)
{
	static const struct {
		uint32_t cp;
		const char *ascii;
	} table[] = {
		{ 0xa0, " " },
		{ 0xb7, "*" },
		{ 0x2013, "-" },
		{ 0x2014, "-" },
		{ 0x2018, "'" },
		{ 0x2019, "'" },
		{ 0x201c, "\"" },
		{ 0x201d, "\"" },
		{ 0x2022, "*" },
		{ 0x2026, "..." },
		{ 0x2190, "<-" },
		{ 0x2192, "->" },
		{ 0x2264, "<=" },
		{ 0x2265, ">=" },
		{ 0xd7, "x" },
	};

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		if (table[i].cp == cp)
			return table[i].ascii;
	return "?";
}

/* One character in the form it is shown in; returns the bytes of s it was. */
static size_t
shown(char out[TEXT_CLEAN_CHAR + 1], const char *s, size_t len)
{
	size_t used = text_clean_char(out, s, len);
	uint32_t cp = 0;

	if (term_is_utf8() || (unsigned char)out[0] < 0x80)
		return used;
	if (unicode_decode(out, strlen(out), &cp) == 0)
		cp = 0;
	snprintf(out, TEXT_CLEAN_CHAR + 1, "%s", ascii_for(cp));
	return used;
}

int
term_put_part(int y, int x, int cols, enum style style, const char *text, size_t len)
{
	char ch[TEXT_CLEAN_CHAR + 1];
	int at = 0;

	if (y < 0 || y >= LINES || x < 0)
		return 0;
	if (cols > COLS - x)
		cols = COLS - x;
	set_style(style);
	(void)move(y, x);
	for (size_t i = 0; i < len;) {
		i += shown(ch, text + i, len - i);
		int width = (int)text_width(ch);

		if (at + width > cols)
			break;
		(void)addstr(ch);
		at += width;
	}
	return at;
}

/* Columns that text takes as shown, counted only as far as it matters. */
static int
shown_width(const char *text, size_t len, int enough)
{
	char ch[TEXT_CLEAN_CHAR + 1];
	int w = 0;

	for (size_t i = 0; i < len && w <= enough;) {
		i += shown(ch, text + i, len - i);
		w += (int)text_width(ch);
	}
	return w;
}

int
term_put(int y, int x, int cols, enum style style, const char *text)
{
	size_t len = strlen(text);

	if (cols < 4 || shown_width(text, len, cols) <= cols)
		return term_put_part(y, x, cols, style, text, len);
	int used = term_put_part(y, x, cols - 3, style, text, len);
	return used + term_put_part(y, x + used, 3, style, "...", 3);
}

void
term_put_byte(int y, int x, enum style style, char c)
{
	set_style(style);
	(void)mvaddch(y, x, (chtype)(c >= ' ' && c <= '~' ? c : '?'));
}

void
term_fill(int y, int x, int cols, enum style style)
{
	if (y < 0 || y >= LINES || x < 0)
		return;
	set_style(style);
	(void)move(y, x);
	for (int i = 0; i < cols && x + i < COLS; i++)
		(void)addch(' ');
}

/* One piece of a frame. */
static void
put_frame(int y, int x, const char *utf8, char ascii)
{
	if (term_is_utf8())
		(void)mvaddstr(y, x, utf8);
	else
		(void)mvaddch(y, x, (chtype)ascii);
}

void
term_rule(int y, int x, int cols)
{
	set_style(STYLE_RULE);
	for (int i = 0; i < cols && x + i < COLS; i++)
		put_frame(y, x + i, "\u2500", '-');
}

void
term_box(struct area a, const char *title)
{
	int right = a.x + a.cols - 1, bottom = a.y + a.rows - 1;

	for (int y = a.y; y <= bottom; y++)
		term_fill(y, a.x, a.cols, STYLE_TEXT);
	term_rule(a.y, a.x + 1, a.cols - 2);
	term_rule(bottom, a.x + 1, a.cols - 2);
	for (int y = a.y + 1; y < bottom; y++) {
		put_frame(y, a.x, "\u2502", '|');
		put_frame(y, right, "\u2502", '|');
	}
	put_frame(a.y, a.x, "\u250c", '+');
	put_frame(a.y, right, "\u2510", '+');
	put_frame(bottom, a.x, "\u2514", '+');
	put_frame(bottom, right, "\u2518", '+');
	if (title != NULL && *title != '\0') {
		term_fill(a.y, a.x + 2, (int)text_width(title) + 2, STYLE_STRONG);
		(void)term_put(a.y, a.x + 3, a.cols - 6, STYLE_STRONG, title);
	}
}

const char *
term_mark(enum mark m)
{
	static const struct {
		const char *utf8, *ascii;
	} marks[MARK_N] = {
		[MARK_PASS] = { "\u2713", "+" },
		[MARK_FAIL] = { "\u2717", "x" },
		[MARK_WAIT] = { "\u2026", "~" },
		[MARK_UNKNOWN] = { "?", "?" },
		[MARK_NA] = { "\u2013", "-" },
		[MARK_TODO] = { "\u00b7", "." },
		[MARK_CURSOR] = { "\u203a", ">" },
		[MARK_UP] = { "\u2191", "^" },
		[MARK_DOWN] = { "\u2193", "v" },
		[MARK_LEFT] = { "\u2039", "<" },
		[MARK_RIGHT] = { "\u203a", ">" },
		[MARK_BULLET] = { "\u2022", "*" },
	};

	/* The console's usual font has no ticks and crosses. */
	return term_is_utf8() && !term_is_console() ? marks[m].utf8 : marks[m].ascii;
}

void
term_qr_cell(int y, int x, uint32_t ch, bool fg_dark, bool bg_dark)
{
	wchar_t text[2] = { (wchar_t)ch, 0 };
	cchar_t cell;

	/* add_wch would mix the attributes in force into the cell. */
	(void)attr_set(A_NORMAL, 0, NULL);
	/* Without colours light is the reverse of the terminal's own (terminal page, 2). */
	if (term_has_colors())
		(void)setcchar(&cell, text, A_NORMAL, (short)QR_PAIR(fg_dark, bg_dark), NULL);
	else
		(void)setcchar(&cell, text, bg_dark ? A_NORMAL : A_REVERSE, 0, NULL);
	(void)mvadd_wch(y, x, &cell);
}
