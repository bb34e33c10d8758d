/* SPDX-License-Identifier: MIT */
#include "clock.h"

#include <stddef.h>
#include <time.h>

#define CLOCK_WRONG_AFTER 60 /* seconds */

int64_t
clock_local(const struct clock *c)
{
	if (c != NULL && c->source != NULL)
		return c->source(c->arg);
	return (int64_t)time(NULL);
}

int64_t
clock_now(const struct clock *c)
{
	return clock_local(c) + (c != NULL ? c->offset : 0);
}

void
clock_learn(struct clock *c, int64_t server)
{
	c->offset = server - clock_local(c);
	c->known = true;
}

bool
clock_is_wrong(const struct clock *c)
{
	return c->known && (c->offset >= CLOCK_WRONG_AFTER || c->offset <= -CLOCK_WRONG_AFTER);
}

int64_t
clock_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}
