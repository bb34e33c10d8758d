/* SPDX-License-Identifier: MIT */
#include "line.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "alloc.h"
#include "crypto.h"

#define ESC_MS 50 /* what follows an Esc of a key's sequence comes sooner */

struct line {
	int fd;
	struct termios before;
	bool raw;
};

struct line *
line_open(void)
{
	struct termios before;
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC);
	struct line *l;

	if (fd < 0 || tcgetattr(fd, &before) != 0) {
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	l = xcalloc(1, sizeof(*l));
	l->fd = fd;
	l->before = before;
	return l;
}

void
line_close(struct line *l)
{
	if (l == NULL)
		return;
	line_end(l);
	close(l->fd);
	xfree(l);
}

/* What was typed before counts: somebody may be quick with the paste. */
void
line_begin(struct line *l)
{
	struct termios raw;

	if (l == NULL || l->raw)
		return;
	raw = l->before;
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG | IEXTEN);
	raw.c_iflag &= ~(tcflag_t)(ICRNL | INLCR | IXON);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	l->raw = tcsetattr(l->fd, TCSADRAIN, &raw) == 0;
}

void
line_end(struct line *l)
{
	if (l == NULL || !l->raw)
		return;
	(void)tcsetattr(l->fd, TCSADRAIN, &l->before);
	l->raw = false;
}

int
line_fd(const struct line *l)
{
	return l != NULL ? l->fd : -1;
}

static bool
is_readable(int fd, int ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, ms) > 0;
}

/* The next byte, waited for at most ms; -1: none, -2: the terminal has gone. */
static int
next(const struct line *l, int ms)
{
	unsigned char c;
	ssize_t n;

	if (!is_readable(l->fd, ms))
		return -1;
	n = read(l->fd, &c, 1);
	if (n == 1)
		return c;
	return n < 0 && errno == EINTR ? -1 : -2;
}

/* After an Esc: alone it cancels; with more at once it is an arrow or a paste's bracket. */
static enum line_event
after_escape(const struct line *l)
{
	int c = next(l, ESC_MS);

	if (c < 0)
		return LINE_CANCEL;
	if (c == '[')
		while ((c = next(l, ESC_MS)) >= 0 && (c < 0x40 || c > 0x7e))
			continue;
	else if (c == 'O')
		(void)next(l, ESC_MS);
	return LINE_NONE;
}

static enum line_event
take_key(const struct line *l, struct secret *typed, int c)
{
	const char byte = (char)c;

	if (c == -2 || c == 3 || c == 4)
		return LINE_CANCEL;
	if (c == 27)
		return after_escape(l);
	/* A line end inside of what is being pasted is not the Enter after it. */
	if (c == '\r' || c == '\n')
		return typed != NULL && is_readable(l->fd, ESC_MS) ? LINE_NONE : LINE_ENTER;
	if (typed == NULL)
		return LINE_NONE;
	if (c == 21)
		secret_reset(typed);
	else if ((c == 8 || c == 127) && secret_len(typed) > 0)
		secret_cut(typed, secret_len(typed) - 1, 1);
	else if (c >= ' ')
		(void)secret_put(typed, &byte, 1);
	return LINE_NONE;
}

enum line_event
line_wait(struct line *l, struct secret *typed, int ms)
{
	enum line_event event = LINE_NONE;
	int c;

	if (l == NULL) {
		(void)poll(NULL, 0, ms);
		return LINE_NONE;
	}
	for (c = next(l, ms); c != -1 && event == LINE_NONE;
	     c = event == LINE_NONE ? next(l, 0) : -1)
		event = take_key(l, typed, c);
	return event;
}

int
line_columns(void)
{
	struct winsize w;

	if (!isatty(STDERR_FILENO))
		return 0;
	return ioctl(STDERR_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col > 0 ? w.ws_col : 80;
}
