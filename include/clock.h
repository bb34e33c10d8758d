/* SPDX-License-Identifier: MIT */
/*
 * The `now` port.  Wall time comes only from here; the server's Date header
 * corrects it, so that a new laptop with a wrong clock can still sign requests
 * and check TOTP codes.  Tests give their own source.
 */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct clock {
	int64_t (*source)(void *arg);	/* epoch seconds; NULL = time(2) */
	void *arg;
	int64_t offset;			/* server minus local, seconds */
	bool known;			/* a server has told its time */
};

/* Local time without correction, epoch seconds; NULL is the system's clock. */
int64_t	clock_local(const struct clock *c);
/* Local time plus the offset learnt from the server, epoch seconds. */
int64_t	clock_now(const struct clock *c);
/* Learn from a server's Date (epoch seconds) seen now. */
void	clock_learn(struct clock *c, int64_t server);
/* True when the local clock is off by 60 s or more. */
bool	clock_is_wrong(const struct clock *c);
/* Monotonic milliseconds, for waits, spinners and bars; never for codes. */
int64_t	clock_ms(void);

#endif
