/* SPDX-License-Identifier: MIT */
#include "file_place.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "clock.h"
#include "crypto.h"
#include "err.h"

#define MAX_LINKS 16
#define STALE_AFTER (24 * 60 * 60) /* seconds */
#define TEMP_MARK ".rootlock-"
#define TEMP_RANDOM 6
#define TEMP_TRIES 100

bool
file_refuse(struct err *e, const char *code, const char *what, const char *path)
{
	if (e == NULL || e->kind != ERR_NONE)
		return false;
	err_set(e, ERR_FILE, "%s %s", what, path);
	strncpy(e->code, code, sizeof(e->code) - 1);
	return false;
}

bool
file_error(struct err *e, const char *what, const char *path)
{
	int why = errno;

	if (e == NULL || e->kind != ERR_NONE)
		return false;
	err_errno(e, ERR_FILE, "%s %s", what, path);
	if (why == ENOENT)
		strcpy(e->code, "NotFound");
	else if (why == EEXIST)
		strcpy(e->code, "Exists");
	errno = why;
	return false;
}

/* What the link `path` points to, seen from where we are; NULL when no link. */
static char *
link_target(const char *path)
{
	char target[PATH_MAX];
	ssize_t n = readlink(path, target, sizeof(target) - 1);
	const char *slash = strrchr(path, '/');

	if (n < 0)
		return NULL;
	target[n] = '\0';
	if (target[0] == '/' || slash == NULL)
		return xstrdup(target);
	return xasprintf("%.*s/%s", (int)(slash - path), path, target);
}

/* Follow links by hand: realpath() cannot name a file that does not exist yet. */
static char *
resolve_links(const char *path)
{
	char *at = xstrdup(path);

	for (int i = 0; i < MAX_LINKS; i++) {
		char *next = link_target(at);

		if (next == NULL)
			return at;
		xfree(at);
		at = next;
	}
	xfree(at);
	errno = ELOOP;
	return NULL;
}

bool
place_open(struct place *p, const char *path, bool resolve, struct err *e)
{
	AUTO_FREE char *real = resolve ? resolve_links(path) : xstrdup(path);
	AUTO_FREE char *dir = NULL;
	const char *slash;
	int fd;

	if (real == NULL)
		return file_error(e, "cannot follow", path);
	slash = strrchr(real, '/');
	if (slash == NULL)
		dir = xstrdup(".");
	else
		dir = slash == real ? xstrdup("/") : xstrndup(real, (size_t)(slash - real));
	if (slash != NULL ? slash[1] == '\0' : real[0] == '\0')
		return file_refuse(e, "", "not the name of a file:", path);
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return file_error(e, "cannot open the directory", dir);
	p->dirfd = fd;
	p->base = xstrdup(slash != NULL ? slash + 1 : real);
	return true;
}

void
place_close(struct place *p)
{
	close(p->dirfd);
	xfree(p->base);
}

static bool
is_temp_of(const char *name, const char *base)
{
	size_t n = strlen(base), mark = sizeof(TEMP_MARK) - 1;

	return name[0] == '.' && strncmp(name + 1, base, n) == 0 &&
	       strncmp(name + 1 + n, TEMP_MARK, mark) == 0 &&
	       strlen(name + 1 + n + mark) == TEMP_RANDOM;
}

/* Remove it when it is ours, old and no live rootlock holds its lock. */
static void
sweep_one(int dirfd, const char *name)
{
	int fd = openat(dirfd, name, O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	struct stat st;

	if (fd < 0)
		return;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid() &&
	    clock_local(NULL) - (int64_t)st.st_mtime > STALE_AFTER &&
	    flock(fd, LOCK_EX | LOCK_NB) == 0)
		(void)unlinkat(dirfd, name, 0);
	close(fd);
}

/* A run that was killed between open and rename leaves its secret behind. */
static void
sweep(const struct place *p)
{
	int fd = openat(p->dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *entry;

	if (dir == NULL) {
		if (fd >= 0)
			close(fd);
		return;
	}
	while ((entry = readdir(dir)) != NULL)
		if (is_temp_of(entry->d_name, p->base))
			sweep_one(p->dirfd, entry->d_name);
	closedir(dir);
}

static void
random_name(char out[TEMP_RANDOM + 1])
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";

	for (size_t i = 0; i < TEMP_RANDOM; i++)
		out[i] = letters[crypto_uniform(sizeof(letters) - 1)];
	out[TEMP_RANDOM] = '\0';
}

int
place_temp(const struct place *p, char **name)
{
	char tail[TEMP_RANDOM + 1];
	int fd = -1;

	sweep(p);
	for (int i = 0; i < TEMP_TRIES && fd < 0; i++) {
		AUTO_FREE char *try = NULL;

		random_name(tail);
		try = xasprintf(".%s" TEMP_MARK "%s", p->base, tail);
		fd =
		    openat(p->dirfd, try, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (fd < 0 && errno != EEXIST)
			return -1;
		if (fd >= 0)
			*name = take(&try);
	}
	if (fd >= 0)
		(void)flock(fd, LOCK_EX | LOCK_NB); /* tells sweep() that we live */
	return fd;
}

bool
write_all(int fd, const void *data, size_t len)
{
	const char *p = data;

	while (len > 0) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		p += n;
		len -= (size_t)n;
	}
	return true;
}
