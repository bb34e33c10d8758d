/* SPDX-License-Identifier: MIT */
/*
 * The wizard's face: one event loop, pages, widgets.  The only user of curses.
 * Pages know struct screen_def, fields, checks and steps, never a screen by
 * name.
 */
#ifndef TUI_H
#define TUI_H

#include <stdbool.h>
#include <stddef.h>

#include "ask.h"
#include "buf.h"
#include "plan.h"

struct tui_options {
	enum { TUI_COLOR_AUTO, TUI_COLOR_ON, TUI_COLOR_OFF } color;
	bool no_color;			/* NO_COLOR is set */
	const char *term;		/* $TERM */
	const char *start;		/* id of the screen to open first, or NULL */
};

/*
 * Run the wizard until the person leaves.  run is initialised, not signed in.
 * Returns an exit status (product page, 5): 0, 3, 130, 252, 255.  When the
 * terminal cannot be used (no tty, TERM=dumb) e says so and what to use
 * instead, nothing was drawn, and the status is 252.
 */
int	tui_wizard(struct run *run, const struct tui_options *o, struct err *e);

/*
 * For rootlock-test: a screen without a terminal, keys from a script, cells
 * out as text.  See tests/screens/README.md for the script's language.
 */
struct tui_script {
	const char *keys;		/* script text */
	int cols, rows;
	bool ascii, mono;
	bool styles;			/* dumps tell the styles and the cursor as well */
	void (*dump)(void *arg, const char *name, const char *cells);
	void *arg;
};
/* As tui_wizard(); 252 and e also when a line of the script is not understood. */
int	tui_scripted(struct run *run, const struct tui_options *o, const struct tui_script *s,
	    struct err *e);

#endif
