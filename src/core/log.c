/* SPDX-License-Identifier: MIT */
#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "clock.h"
#include "err.h"
#include "text.h"

static int log_fd = -1;

bool
log_open(const char *path, struct err *e)
{
	int fd = open(path,
	    O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);
	struct stat st;

	if (fd < 0)
		return err_errno(e, ERR_FILE, "cannot open the log file %s", path);
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return err_set(e, ERR_FILE, "the log file %s is not a regular file", path);
	}
	log_close();
	log_fd = fd;
	return true;
}

void
log_to_stderr(void)
{
	log_close();
	log_fd = STDERR_FILENO;
}

void
log_close(void)
{
	if (log_fd >= 0 && log_fd != STDERR_FILENO)
		close(log_fd);
	log_fd = -1;
}

bool
log_on(void)
{
	return log_fd >= 0;
}

void
log_line(const char *fmt, ...)
{
	AUTO_BUF b = BUF_INIT(BUF_MAX_TEXT);
	char raw[BUF_MAX_LINE], when[24];
	int keep = errno;
	va_list ap;

	if (log_fd < 0)
		return;
	va_start(ap, fmt);
	vsnprintf(raw, sizeof(raw), fmt, ap);
	va_end(ap);
	text_iso8601(when, sizeof(when), clock_local(NULL));
	buf_printf(&b, "%s ", when);
	text_clean(&b, raw, strlen(raw), false);
	buf_putc(&b, '\n');
	if (write(log_fd, buf_str(&b), b.len) < 0)
		log_close(); /* a full disk must not stop the program */
	errno = keep;
}
