/* SPDX-License-Identifier: MIT */
/*
 * The one event loop.  One turn: draw what changed, wait for the network or
 * for a key, take every key there is.  Idle it blocks without waking up; only
 * a request in flight or a page that shows a clock makes it tick.
 */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <sys/ioctl.h>

#include "alloc.h"
#include "clock.h"
#include "script.h"

#define BUSY_TICK 500 /* ms; also bounds the race of a signal just before the poll */

void
loop_forbid_in_act(const struct tui *t, const char *what)
{
#ifdef ROOTLOCK_DEV
	if (t->in_act)
		die("%s was started from a page's act()", what);
#else
	(void)t;
	(void)what;
#endif
}

/* The terminal is gone or at its end: nobody can answer any more. */
static void
hang_up(struct tui *t)
{
	t->leaving = true;
	t->status = 130;
}

void
loop_dispatch(struct tui *t, const struct input *in)
{
	struct page *top = page_top(t);

	t->dirty = true;
	if (in->act == ACT_REDRAW) {
		term_repaint();
	} else if (in->act == ACT_SUSPEND) {
		term_suspend();
	} else if (in->act == ACT_RESIZE) {
		for (size_t i = 0; i < t->depth; i++)
			if (t->stack[i]->ops->resize != NULL)
				t->stack[i]->ops->resize(t->stack[i]);
	} else if (t->asking_leave) {
		page_leave_act(t, in);
	} else if (in->act == ACT_QUIT) {
		page_ask_leave(t, 130);
	} else if (top != NULL && in->act != ACT_NONE && !page_too_small()) {
		t->in_act = true;
		top->ops->act(top, in);
		t->in_act = false;
	}
}

/* How long the poll may last. */
static int
patience(const struct tui *t, int ms)
{
	const struct page *top = page_top(t);
	int every = top != NULL && top->ops->every != NULL ? top->ops->every(top) : 0;
	int limit = ms < 0 ? INT_MAX : ms;

	if (t->run->transport != NULL && aws_transport_busy(t->run->transport) > 0 &&
	    limit > BUSY_TICK)
		limit = BUSY_TICK;
	if (every > 0) {
		int64_t left = t->drawn + every - clock_ms();

		if (left < limit)
			limit = left > 0 ? (int)left : 0;
	}
	return limit;
}

/* Wait for the network or the keyboard; true when there may be keys. */
static bool
wait_for(struct tui *t, int ms)
{
	struct pollfd p = { .fd = term_fd(), .events = POLLIN };
	bool readable = false;

	if (t->run->transport != NULL) {
		aws_transport_poll(t->run->transport, p.fd, ms, &readable);
		return readable;
	}
	return poll(&p, p.fd >= 0 ? 1 : 0, ms) > 0;
}

/* Readable and yet no key: at its end?  Else the loop would spin. */
static bool
at_end(void)
{
	struct pollfd p = { .fd = term_fd(), .events = POLLIN };
	int n = 0;

	if (poll(&p, 1, 0) <= 0)
		return false;
	return (p.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0 ||
	       (ioctl(p.fd, FIONREAD, &n) == 0 && n == 0);
}

static void
take_keys(struct tui *t, bool readable)
{
	struct input in;
	bool any = false;

	while (keys_read(&in, &t->in_paste)) {
		any = true;
		loop_dispatch(t, &in);
	}
	if (readable && !any && at_end())
		hang_up(t);
}

/* A page that shows a clock is drawn again when its time has come. */
static void
tick(struct tui *t)
{
	struct page *top = page_top(t);
	int every = top != NULL && top->ops->every != NULL ? top->ops->every(top) : 0;

	if (every <= 0 || clock_ms() - t->drawn < every)
		return;
	t->dirty = true;
	if (top->ops->tick == NULL)
		return;
	t->in_act = true;
	top->ops->tick(top);
	t->in_act = false;
}

void
loop_turn(struct tui *t, int ms)
{
	if (t->dirty)
		page_draw_all(t);
	if (!t->warm && t->script == NULL && t->run->transport != NULL) {
		/* Only now: the first paint waits for no network. */
		t->warm = true;
		aws_warm_up(t->run->transport, &t->run->settings);
	}
	if (t->script != NULL && t->script->turn(t))
		return;
	take_keys(t, wait_for(t, t->script != NULL && ms < 0 ? 10 : patience(t, ms)));
	if (term_wants_suspend())
		term_suspend();
	if (term_is_over())
		hang_up(t);
	tick(t);
}

bool
tui_wait(void *arg, struct aws_transport *transport, int ms)
{
	struct tui *t = arg;
	const struct page *top = page_top(t);

	(void)transport; /* the run's own: the loop polls no other */
	loop_forbid_in_act(t, "a call");
	t->waiting++;
	loop_turn(t, ms);
	t->waiting--;
	return !t->leaving && !(top != NULL && top->cancel);
}

void
tui_watch(void *arg, const struct aws_event *ev)
{
	struct tui *t = arg;
	const struct aws_op *op = aws_op(ev->op);

	snprintf(t->last_call, sizeof t->last_call, "%s:%s %s%s%s", aws_service_name(op->service),
	    op->action, ev->about != NULL ? ev->about : "", ev->err != NULL ? "  " : "",
	    ev->err != NULL ? ev->err->code : "");
	t->dirty = true;
}
