/* SPDX-License-Identifier: MIT */
/*
 * A key script at work; for tui_scripted() and for tests of single pages.  The
 * program that is installed never opens one: the linker leaves it out there.
 */
#ifndef SCRIPT_H
#define SCRIPT_H

#include "page.h"

struct script {
	/* Do what the script says next; true when a key was given, false to wait. */
	bool (*turn)(struct tui *t);
	const struct tui_script *def;
	const char *next;	/* the line that comes next */
	int64_t since;		/* "wait MS" began then */
	struct err err;		/* a line that is not understood */
};

/* Start curses without a terminal and let the script give the keys. */
bool	script_open(struct tui *t, struct script *s, const struct tui_script *def, struct err *e);
/* A key by its name ("ENTER", "F1", "CTRL-C"); ACT_NONE when there is none. */
enum act script_key(const char *name, size_t len);
/* End it; false and e when a line of the script was wrong. */
bool	script_close(struct tui *t, struct err *e);

#endif
