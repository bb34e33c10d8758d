/* SPDX-License-Identifier: MIT */
/*
 * The debug log: one file, 0600, opened only when asked for; lines are cleaned
 * and never hold a secret (callers log names, ids and codes, never bodies).
 * Never writes to the terminal while a screen is up.
 */
#ifndef LOG_H
#define LOG_H

#include <stdbool.h>

struct err;

/* Open (append, create 0600, no symlink) the log file. */
bool	log_open(const char *path, struct err *e);
/* Log to standard error instead (--debug in line mode). */
void	log_to_stderr(void);
void	log_close(void);
bool	log_on(void);
void	log_line(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
