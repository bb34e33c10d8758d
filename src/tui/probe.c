/* SPDX-License-Identifier: MIT */
/* Questions to the terminal itself, before curses is up (terminal page, 2). */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <linux/kd.h>

#include "alloc.h"
#include "clock.h"
#include "terminal.h"

#define LOWER_HALF_BLOCK 0x2584

/* Read until the cursor report's 'R' or the time is up; the column, or -1. */
static int
read_column(int fd, int ms)
{
	char reply[32];
	size_t n = 0;
	int64_t end = clock_ms() + ms;
	int row, column;

	while (n < sizeof reply - 1) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		int64_t left = end - clock_ms();

		if (left <= 0 || poll(&p, 1, (int)left) <= 0 || read(fd, reply + n, 1) != 1)
			return -1;
		reply[++n] = '\0';
		const char *csi = strstr(reply, "\033[");

		if (csi != NULL && reply[n - 1] == 'R' &&
		    sscanf(csi, "\033[%d;%dR", &row, &column) == 2)
			return column;
	}
	return -1;
}

int
probe_utf8(int fd, int ms)
{
	/* Two bytes that are one letter in UTF-8 and two in Latin-1; then "where am I?". */
	static const char ask[] = "\r\xc3\xa9\033[6n", wipe[] = "\r  \r";
	struct termios saved, plain;
	int column;

	if (tcgetattr(fd, &saved) != 0)
		return -1;
	plain = saved;
	plain.c_lflag &= (tcflag_t) ~(ICANON | ECHO);
	if (tcsetattr(fd, TCSANOW, &plain) != 0)
		return -1;
	column = write(fd, ask, sizeof ask - 1) < 0 ? -1 : read_column(fd, ms);
	if (write(fd, wipe, sizeof wipe - 1) < 0)
		column = -1;
	(void)tcsetattr(fd, TCSANOW, &saved);
	return column == 2 ? 1 : column > 2 ? 0 : -1;
}

bool
probe_half_block(int fd)
{
	struct unimapdesc map = { .entry_ct = 0 };
	bool found = false;

	/* The first call fails with ENOMEM and tells the size; ENOTTY: not a console here. */
	if (ioctl(fd, GIO_UNIMAP, &map) == 0 || errno != ENOMEM || map.entry_ct == 0)
		return true;
	map.entries = xcalloc(map.entry_ct, sizeof *map.entries);
	if (ioctl(fd, GIO_UNIMAP, &map) != 0)
		found = true;
	for (unsigned i = 0; i < map.entry_ct && !found; i++)
		found = map.entries[i].unicode == LOWER_HALF_BLOCK;
	xfree(map.entries);
	return found;
}
