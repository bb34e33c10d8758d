/* SPDX-License-Identifier: MIT */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "err.h"
#include "file_place.h"

struct file_slot {
	struct place place;
	char *path; /* as the person gave it, for messages */
	char *temp; /* name in the directory; NULL once it is in place */
	int fd;
	bool replace;
	bool keep_owner; /* an existing file has another owner or group */
	uid_t uid;
	gid_t gid;
	mode_t mode;
};

static void
slot_free(struct file_slot *slot)
{
	if (slot->temp != NULL)
		(void)unlinkat(slot->place.dirfd, slot->temp, 0);
	if (slot->fd >= 0)
		close(slot->fd);
	place_close(&slot->place);
	xfree(slot->temp);
	xfree(slot->path);
	xfree(slot);
}

/* Look at what is there now: refuse it, or learn its owner and stricter mode. */
static bool
look(struct file_slot *slot, struct err *e)
{
	struct stat st;

	if (fstatat(slot->place.dirfd, slot->place.base, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT || file_error(e, "cannot look at", slot->path);
	if (!slot->replace)
		return file_refuse(e, "Exists", "there is already a file", slot->path);
	if (!S_ISREG(st.st_mode))
		return file_refuse(e, "", "not a regular file:", slot->path);
	slot->mode &= st.st_mode & 07777;
	slot->uid = st.st_uid;
	slot->gid = st.st_gid;
	slot->keep_owner = st.st_uid != geteuid() || st.st_gid != getegid();
	return true;
}

static struct file_slot *
slot_open(const char *path, mode_t mode, bool replace, struct err *e)
{
	struct file_slot *slot;
	struct place place;

	if (!place_open(&place, path, replace, e))
		return NULL;
	slot = xcalloc(1, sizeof(*slot));
	slot->place = place;
	slot->path = xstrdup(path);
	slot->fd = -1;
	slot->replace = replace;
	slot->mode = mode;
	if (look(slot, e)) {
		slot->fd = place_temp(&slot->place, &slot->temp);
		if (slot->fd >= 0)
			return slot;
		file_error(e, "cannot make a file beside", path);
	}
	slot_free(slot);
	return NULL;
}

/* Dummy bytes, not a hole: a file system may promise space it does not have. */
static bool
fill(int fd, size_t size)
{
	char block[4096];

	memset(block, '#', sizeof(block));
	while (size > 0) {
		size_t n = size < sizeof(block) ? size : sizeof(block);

		if (!write_all(fd, block, n))
			return false;
		size -= n;
	}
	return fsync(fd) == 0;
}

struct file_slot *
file_reserve(const char *path, size_t size, bool replace, struct err *e)
{
	struct file_slot *slot = slot_open(path, 0600, replace, e);

	if (slot == NULL)
		return NULL;
	if (fill(slot->fd, size) && lseek(slot->fd, 0, SEEK_SET) == 0)
		return slot;
	file_error(e, "cannot write beside", path);
	slot_free(slot);
	return NULL;
}

/* Only root can give a file to another user; a foreign group may just stay behind. */
static bool
give_owner(const struct file_slot *slot)
{
	if (!slot->keep_owner || fchown(slot->fd, slot->uid, slot->gid) == 0)
		return true;
	return slot->uid == geteuid();
}

static bool
fill_in(const struct file_slot *slot, const void *data, size_t len)
{
	return write_all(slot->fd, data, len) && ftruncate(slot->fd, (off_t)len) == 0 &&
	       give_owner(slot) && fchmod(slot->fd, slot->mode) == 0 && fsync(slot->fd) == 0;
}

/* Into place; without `replace` a file that came meanwhile wins. */
static bool
put_in_place(const struct file_slot *slot)
{
	int dir = slot->place.dirfd;

	if (slot->replace)
		return renameat(dir, slot->temp, dir, slot->place.base) == 0;
	if (renameat2(dir, slot->temp, dir, slot->place.base, RENAME_NOREPLACE) == 0)
		return true;
	if (errno != EINVAL && errno != ENOSYS)
		return false;
	/* A file system without that flag: a hard link does not replace either. */
	return linkat(dir, slot->temp, dir, slot->place.base, 0) == 0 &&
	       unlinkat(dir, slot->temp, 0) == 0;
}

bool
file_commit(struct file_slot *slot, const void *data, size_t len, struct err *e)
{
	bool ok = false;

	if (!fill_in(slot, data, len)) {
		file_error(e, "cannot write", slot->path);
	} else if (!put_in_place(slot)) {
		file_error(e, "cannot put in place", slot->path);
	} else {
		xfree(take(&slot->temp));
		/* The bytes are in place whatever this says; some systems refuse it. */
		ok = fsync(slot->place.dirfd) == 0 || errno == EINVAL ||
		     file_error(e, "cannot sync the directory of", slot->path);
	}
	slot_free(slot);
	return ok;
}

void
file_discard(struct file_slot *slot)
{
	if (slot != NULL)
		slot_free(slot);
}

bool
file_write(const char *path, const void *data, size_t len, mode_t mode, struct err *e)
{
	struct file_slot *slot = slot_open(path, mode, true, e);

	return slot != NULL && file_commit(slot, data, len, e);
}
