/* SPDX-License-Identifier: MIT */
/* Keys become acts: the same ones on every page. */
#ifndef KEYS_H
#define KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum act {
	ACT_NONE, ACT_CHAR, ACT_UP, ACT_DOWN, ACT_LEFT, ACT_RIGHT, ACT_HOME, ACT_END, ACT_PAGE_UP,
	ACT_PAGE_DOWN, ACT_NEXT, ACT_PREV, ACT_ENTER, ACT_BACK, ACT_HELP, ACT_CALLS, ACT_ERASE,
	ACT_DELETE, ACT_KILL, ACT_REVEAL, ACT_REDRAW, ACT_QUIT, ACT_SUSPEND, ACT_RESIZE,
	ACT_PASTE_BEGIN, ACT_PASTE_END
};

struct input {
	enum act act;
	uint32_t ch;	/* ACT_CHAR: the character */
	bool pasted;	/* ACT_CHAR inside a bracketed paste */
};

/* Bracketed paste is taught to curses under these two codes. */
#define KEY_PASTE_BEGIN 0x7001
#define KEY_PASTE_END	0x7002

/* What a key means: code is a character, or with is_key one of curses' KEY_ codes. */
struct input keys_act(uint32_t code, bool is_key);
/* One input from the terminal without waiting; false when there is none. */
bool	keys_read(struct input *in, bool *in_paste);
/* UTF-8 of a character; 0 when it is none. */
size_t	keys_utf8(uint32_t ch, char out[5]);

#endif
