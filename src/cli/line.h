/* SPDX-License-Identifier: MIT */
/*
 * A terminal that is read key by key while something else is waited for: a
 * pasted line that is not shown, Enter, and Esc or Ctrl-C to cancel.
 */
#ifndef CLI_LINE_H
#define CLI_LINE_H

#include <stdbool.h>

#include "secret.h"

#define LINE_MAX_BYTES 4096

struct line;

/* /dev/tty; NULL when there is none.  All functions take NULL and do nothing then. */
struct line *line_open(void);
/* Puts the terminal back as it was. */
void	line_close(struct line *l);
/* From now on no echo and key by key; and as it was again. */
void	line_begin(struct line *l);
void	line_end(struct line *l);
int	line_fd(const struct line *l);	/* -1 for NULL */

enum line_event { LINE_NONE, LINE_ENTER, LINE_CANCEL };

/*
 * Wait at most ms for keys and add characters to `typed` (NULL: drop them);
 * Backspace and Ctrl-U edit.  A terminal that has gone away cancels.
 */
enum line_event line_wait(struct line *l, struct secret *typed, int ms);

/* Columns of standard error, 0 when it is no terminal. */
int	line_columns(void);

#endif
