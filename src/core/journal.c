/* SPDX-License-Identifier: MIT */
#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "buf.h"
#include "clock.h"
#include "crypto.h"
#include "err.h"
#include "file.h"
#include "file_place.h"
#include "journal_line.h"
#include "log.h"
#include "text.h"

struct journal {
	char *path;
	char *run;
	json_t *records;
	int fd;    /* -1 when it is only read */
	int lock;  /* -1 when it is only read */
	bool torn; /* the file ends in the middle of a line */
};

static void
parse_all(struct journal *j, const struct buf *b)
{
	const char *s = buf_str(b), *end = s + b->len;

	for (unsigned n = 1; s < end; n++) {
		const char *newline = memchr(s, '\n', (size_t)(end - s));
		size_t len = (size_t)((newline != NULL ? newline : end) - s);
		json_t *r = journal_line_parse(s, len);

		/* A last line that lacks only its newline is whole: the sum says so. */
		j->torn = newline == NULL;
		if (r != NULL)
			json_array_append_new(j->records, r);
		else if (len > 0)
			log_line("journal: line %u is damaged and ignored", n);
		s += len + (newline != NULL);
	}
}

static bool
load(struct journal *j, struct err *e)
{
	AUTO_BUF b = BUF_INIT(BUF_MAX_REPLY);
	struct err why = { .kind = ERR_NONE };

	if (file_read(j->path, &b, &why)) {
		parse_all(j, &b);
		return true;
	}
	if (err_is(&why, "NotFound"))
		return true;
	if (e != NULL && e->kind == ERR_NONE)
		*e = why;
	return false;
}

static struct journal *
journal_new(const char *dir)
{
	struct journal *j = xcalloc(1, sizeof(*j));

	j->path = xasprintf("%s/journal", dir);
	j->records = json_array();
	if (j->records == NULL)
		die("out of memory (journal)");
	j->fd = -1;
	j->lock = -1;
	return j;
}

/* "20261124-101500-3f9a" */
static char *
new_run(void)
{
	char iso[24];
	unsigned char r[2];

	text_iso8601(iso, sizeof(iso), clock_local(NULL));
	crypto_random(r, sizeof(r));
	return xasprintf("%.4s%.2s%.2s-%.2s%.2s%.2s-%02x%02x", iso, iso + 5, iso + 8, iso + 11,
	    iso + 14, iso + 17, r[0], r[1]);
}

static void
sync_dir(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return;
	(void)fsync(fd); /* some file systems refuse it for a directory */
	close(fd);
}

static bool
open_for_writing(struct journal *j, const char *dir, struct err *e)
{
	AUTO_FREE char *lock = xasprintf("%s/lock", dir);

	if (!file_make_dirs(dir, e))
		return false;
	j->lock = file_lock(lock, e);
	if (j->lock < 0)
		return false;
	j->fd = open(j->path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (j->fd < 0)
		return file_error(e, "cannot open the journal", j->path);
	sync_dir(dir);
	return true;
}

struct journal *
journal_open(const char *dir, const char *run, struct err *e)
{
	struct journal *j = journal_new(dir);

	j->run = run != NULL ? xstrdup(run) : new_run();
	if (open_for_writing(j, dir, e) && load(j, e))
		return j;
	journal_close(j);
	return NULL;
}

struct journal *
journal_read(const char *dir, struct err *e)
{
	struct journal *j = journal_new(dir);

	j->run = xstrdup("");
	if (load(j, e))
		return j;
	journal_close(j);
	return NULL;
}

void
journal_close(struct journal *j)
{
	if (j == NULL)
		return;
	if (j->fd >= 0)
		close(j->fd);
	if (j->lock >= 0)
		close(j->lock);
	json_decref(j->records);
	xfree(j->path);
	xfree(j->run);
	xfree(j);
}

const char *
journal_run(const struct journal *j)
{
	return j->run;
}

/* A JSON string of text that may not be UTF-8. */
static json_t *
string_of(const char *s)
{
	json_t *v = json_string(s);

	if (v == NULL) {
		AUTO_FREE char *clean = text_cleaned(s);

		v = json_string(clean);
	}
	return v;
}

static json_t *
make_record(
    const struct journal *j, const char *kind, const char *what, const char *about, json_t *detail)
{
	json_t *r = json_object();
	char when[24];
	int bad = 0;

	text_iso8601(when, sizeof(when), clock_local(NULL));
	bad |= json_object_set_new(r, "time", json_string(when));
	bad |= json_object_set_new(r, "run", string_of(j->run));
	bad |= json_object_set_new(r, "kind", string_of(kind));
	bad |= json_object_set_new(r, "what", string_of(what));
	bad |= json_object_set_new(r, "about", string_of(about));
	if (detail != NULL)
		bad |= json_object_set_new(r, "detail", detail);
	if (bad != 0)
		die("out of memory (journal record)");
	return r;
}

/* Append and sync; a failure leaves no half line, or remembers that it does. */
static bool
append(struct journal *j, const struct buf *line, struct err *e)
{
	off_t before = lseek(j->fd, 0, SEEK_END);

	if (before >= 0 && write_all(j->fd, buf_str(line), line->len) && fsync(j->fd) == 0) {
		j->torn = false;
		return true;
	}
	file_error(e, "cannot write the journal", j->path);
	if (before < 0 || ftruncate(j->fd, before) != 0)
		j->torn = true;
	return false;
}

bool
journal_put(struct journal *j, const char *kind, const char *what, const char *about,
    json_t *detail, struct err *e)
{
	json_auto_t *r = make_record(j, kind, what, about, detail);
	AUTO_BUF line = BUF_INIT(BUF_MAX_TEXT);

	if (j->fd < 0)
		die("journal_put() on a journal that is only read");
	/* What the last run could not finish must not swallow our line. */
	if (j->torn)
		buf_putc(&line, '\n');
	journal_line_print(r, &line);
	if (line.failed)
		return file_refuse(e, "TooLarge", "a record is too large for", j->path);
	if (!append(j, &line, e))
		return false;
	if (json_array_append(j->records, r) != 0)
		die("out of memory (journal)");
	return true;
}

const json_t *
journal_records(const struct journal *j)
{
	return j->records;
}

static bool
is_member(const json_t *r, const char *member, const char *text)
{
	const char *s = json_string_value(json_object_get(r, member));

	return s != NULL && strcmp(s, text) == 0;
}

static bool
is_for(const json_t *r, const char *what, const char *about)
{
	return is_member(r, "what", what) && is_member(r, "about", about);
}

const json_t *
journal_last(const struct journal *j, const char *what, const char *about)
{
	for (size_t i = json_array_size(j->records); i > 0; i--) {
		const json_t *r = json_array_get(j->records, i - 1);

		if (is_for(r, what, about))
			return r;
	}
	return NULL;
}

bool
journal_made(const struct journal *j, const char *what, const char *about)
{
	bool made = false;
	const json_t *r;
	size_t i;

	json_array_foreach(j->records, i, r)
	{
		if (!is_for(r, what, about))
			continue;
		if (is_member(r, "kind", "done"))
			made = true;
		else if (is_member(r, "kind", "undo"))
			made = false;
	}
	return made;
}
