/* SPDX-License-Identifier: MIT */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "crypto.h"
#include "err.h"
#include "file_place.h"

/* Append all of fd to b; false and e on failure. */
static bool
read_all(int fd, const char *path, struct buf *b, struct err *e)
{
	char block[16384];
	ssize_t n;

	while ((n = read(fd, block, sizeof(block))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return file_error(e, "cannot read", path);
		buf_put(b, block, (size_t)n);
		crypto_wipe(block, (size_t)n); /* it may be a credentials file */
		if (b->failed)
			return file_refuse(e, "TooLarge", "larger than it may be:", path);
	}
	return true;
}

bool
file_read(const char *path, struct buf *b, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	size_t before = b->len;
	bool ok;

	if (fd < 0)
		return file_error(e, "cannot open", path);
	ok = read_all(fd, path, b, e);
	close(fd);
	if (!ok)
		buf_cut(b, before);
	return ok;
}

bool
file_make_dirs(const char *path, struct err *e)
{
	AUTO_FREE char *part = xstrdup(path);
	struct stat st;

	for (char *p = part + strspn(part, "/"); *p != '\0';) {
		char *slash = p + strcspn(p, "/");
		char keep = *slash;

		*slash = '\0';
		if (mkdir(part, 0700) != 0 && errno != EEXIST && errno != EISDIR)
			return file_error(e, "cannot make the directory", part);
		*slash = keep;
		p = slash + strspn(slash, "/");
	}
	if (stat(path, &st) != 0)
		return file_error(e, "cannot make the directory", path);
	return S_ISDIR(st.st_mode) || file_refuse(e, "", "not a directory:", path);
}

/* The part before the last slash, or "."; the root stays the root. */
static char *
parent_of(const char *path)
{
	size_t n = strlen(path);

	while (n > 1 && path[n - 1] == '/')
		n--;
	while (n > 0 && path[n - 1] != '/')
		n--;
	while (n > 1 && path[n - 1] == '/')
		n--;
	return n > 0 ? xstrndup(path, n) : xstrdup(".");
}

/* Is there a .git in dir or above it?  dir is absolute and without links. */
static bool
in_work_tree(const char *dir)
{
	AUTO_FREE char *at = xstrdup(dir);

	for (;;) {
		AUTO_FREE char *git = xasprintf("%s/.git", at);
		struct stat st;
		char *up;

		if (lstat(git, &st) == 0)
			return true;
		if (strcmp(at, "/") == 0)
			return false;
		up = parent_of(at);
		xfree(at);
		at = up;
	}
}

static const char *
unsafe_directory(const char *dir)
{
	struct stat st;

	if (stat(dir, &st) != 0 || !S_ISDIR(st.st_mode))
		return "its directory cannot be looked at";
	if (st.st_uid != geteuid() && st.st_uid != 0)
		return "its directory belongs to another user";
	if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return "other users may write to its directory";
	if ((st.st_mode & (S_IRGRP | S_IROTH)) != 0)
		return "other users may read its directory";
	return NULL;
}

const char *
file_unsafe_place(const char *path)
{
	AUTO_FREE char *dir = parent_of(path);
	const char *why = NULL;
	struct stat st;
	char *real;
	bool git;

	if (lstat(path, &st) == 0 && S_ISLNK(st.st_mode))
		return "it is a symbolic link";
	if (lstat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return "it is not a regular file";
	/* What is not there yet is made with mode 0700: only git can be wrong with it. */
	if (lstat(dir, &st) == 0)
		why = unsafe_directory(dir);
	while (why == NULL && lstat(dir, &st) != 0 && errno == ENOENT) {
		char *up = parent_of(dir);

		xfree(dir);
		dir = up;
	}
	real = why == NULL ? realpath(dir, NULL) : NULL;
	if (why == NULL && real == NULL)
		return "its directory cannot be looked at";
	git = real != NULL && in_work_tree(real);
	free(real); /* from libc, not from our hooks */
	return git ? "it is inside a git work tree" : why;
}

int
file_lock(const char *path, struct err *e)
{
	int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY, 0600);

	if (fd < 0) {
		file_error(e, "cannot open the lock", path);
		return -1;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	if (errno == EWOULDBLOCK)
		file_refuse(e, "Locked", "another rootlock holds the lock", path);
	else
		file_error(e, "cannot lock", path);
	close(fd);
	return -1;
}

char *
file_expand(const char *path, const char *home)
{
	if (path[0] != '~' || (path[1] != '\0' && path[1] != '/'))
		return xstrdup(path);
	return xasprintf("%s%s", home, path + 1);
}
