/* SPDX-License-Identifier: MIT */
/*
 * The terminal: opening and restoring it, keys in, cells out.  term.c, draw.c,
 * keys.c and dump.c are the only files that include curses.  Everything that
 * is drawn passes through here and is cleaned here, character by character.
 */
#ifndef TERMINAL_H
#define TERMINAL_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "secret.h"
#include "tui.h"

#define TERM_MIN_COLS 80
#define TERM_MIN_ROWS 24

/* What a text is, not what it looks like; draw.c has a scheme for colours and one without. */
enum style {
	STYLE_TEXT, STYLE_DIM, STYLE_STRONG, STYLE_BAR, STYLE_BANNER, STYLE_KEY, STYLE_GOOD,
	STYLE_BAD, STYLE_WARN, STYLE_WAIT, STYLE_FOCUS, STYLE_INPUT, STYLE_LINK, STYLE_RULE,
	STYLE_N
};

enum mark {
	MARK_PASS, MARK_FAIL, MARK_WAIT, MARK_UNKNOWN, MARK_NA, MARK_TODO, MARK_CURSOR, MARK_UP,
	MARK_DOWN, MARK_LEFT, MARK_RIGHT, MARK_BULLET, MARK_N
};

struct area {
	int y, x, rows, cols;
};

/* ---- term.c ---- */

/*
 * Take the terminal on standard input and output.  False and e (ERR_USAGE)
 * when it cannot be used; nothing was drawn then.
 */
bool	term_open(const struct tui_options *o, struct err *e);
/* The same on /dev/null, for key scripts. */
bool	term_open_script(const struct tui_options *o, const struct tui_script *s, struct err *e);
/* Blank the screen and give the terminal back. */
void	term_close(void);
int	term_fd(void);
bool	term_is_utf8(void);
/* Whether U+2584 can be shown, as far as this can be known. */
bool	term_has_half_blocks(void);
bool	term_has_colors(void);
bool	term_is_console(void);
/* SIGHUP, SIGTERM or SIGINT came. */
bool	term_is_over(void);
/* Hide everything and stop, as Ctrl-Z does elsewhere; returns when continued. */
void	term_suspend(void);
/* Someone else asked for it by SIGTSTP; cleared by term_suspend(). */
bool	term_wants_suspend(void);

/* Start a drawing with an empty screen and no cursor. */
void	term_erase(void);
/* Send the changes; the only place that writes to the terminal while pages are up. */
void	term_flush(void);
/*
 * Where the cursor rests: on the focused item, which screen readers follow;
 * visible only where text is typed.
 */
void	term_cursor(int y, int x, bool visible);

/* ---- draw.c ---- */

/* Define the colour pairs; called once after curses is up. */
void	draw_start(bool colors);
int	term_cols(void);
int	term_rows(void);
/* A new size, for scripts. */
void	term_set_size(int cols, int rows);
/* Forget what the terminal shows and paint all of it at the next flush. */
void	term_repaint(void);
/*
 * Put text at (y, x), at most cols columns; cut with "..." when longer.
 * Returns the columns used.
 */
int	term_put(int y, int x, int cols, enum style style, const char *text);
/* The same with len bytes; never cut with dots. */
int	term_put_part(int y, int x, int cols, enum style style, const char *text, size_t len);
/* One character of a secret, cell by cell; false when it takes no cell. */
void	term_put_byte(int y, int x, enum style style, char c);
void	term_fill(int y, int x, int cols, enum style style);
void	term_rule(int y, int x, int cols);
/* Blank the area and draw a frame around its edge with a title in it. */
void	term_box(struct area a, const char *title);
const char *term_mark(enum mark m);
/* One cell of a QR code: a character between two modules' colours. */
void	term_qr_cell(int y, int x, uint32_t ch, bool fg_dark, bool bg_dark);

/* ---- dump.c ---- */

/* The cells that the terminal shows, as lines of text. */
void	term_dump(struct buf *out);
/* Only those of them that are reversed: what is in focus. */
void	term_dump_focus(struct buf *out);
/* Their styles, a letter a cell, what each letter means, and where the cursor rests. */
void	term_dump_styles(struct buf *out);

/* ---- probe.c ---- */

/*
 * Ask the terminal on fd where its cursor stands after a two-byte character:
 * 1 = UTF-8, 0 = not, -1 = no answer within ms.
 */
int	probe_utf8(int fd, int ms);
/* False when fd is a console whose font lacks U+2584 (terminal page, 2). */
bool	probe_half_block(int fd);

#endif
