/* SPDX-License-Identifier: MIT */
#include "ini.h"

#include <string.h>

#include "alloc.h"
#include "err.h"
#include "ini_scan.h"
#include "text.h"

/* Where one key of one section stands in a text; offsets in bytes. */
struct ini_target {
	const char *section;
	const char *key;
	bool has_section;
	bool has_key;
	size_t insert; /* behind the section's last option, or its header */
	size_t start;  /* the key's line */
	size_t end;    /* behind it */
	size_t eol;
};

/* No control characters: a CR or LF would begin a line of its own. */
static bool
is_one_line(const char *s)
{
	for (; *s != '\0'; s++)
		if (((unsigned char)*s < ' ' && *s != '\t') || *s == 0x7f)
			return false;
	return true;
}

static bool
ends_blank(const char *s)
{
	size_t n = strlen(s);

	return n > 0 && (strchr(" \t", s[0]) != NULL || strchr(" \t", s[n - 1]) != NULL);
}

/* A value that every reader would give back as it was. */
static bool
is_value(const char *s)
{
	if (!is_one_line(s) || ends_blank(s) || s[0] == '#' || s[0] == ';')
		return false;
	return strstr(s, " #") == NULL && strstr(s, " ;") == NULL && strstr(s, "\t#") == NULL &&
	       strstr(s, "\t;") == NULL;
}

/* A section name that ini_section_name() gives back as it was. */
static bool
is_section(const char *s)
{
	AUTO_FREE char *name = ini_section_name((struct ini_span){ s, strlen(s) });

	return s[0] != '\0' && is_one_line(s) && strpbrk(s, "[]\"'#;") == NULL &&
	       strcmp(name, s) == 0;
}

static bool
check(const char *section, const char *const *kv, struct err *e)
{
	if (!is_section(section))
		return err_set(e, ERR_CONFIG, "not a name for a section of a credentials file");
	for (; kv[0] != NULL; kv += 2) {
		if (kv[0][0] == '\0' || !text_only(kv[0], "_-./%@+"))
			return err_set(e, ERR_CONFIG, "not a name for a setting");
		if (kv[1] == NULL || !is_value(kv[1]))
			return err_set(e, ERR_CONFIG,
			    "the value for %s cannot be written to a credentials file", kv[0]);
	}
	return true;
}

static bool
is_this_section(const struct ini_line *l, const char *section)
{
	AUTO_FREE char *name = ini_section_name(l->key);

	return strcmp(name, section) == 0;
}

/* Look through the text; the last section and the last key of that name count. */
static void
locate(const struct buf *old, struct ini_target *t)
{
	const char *data = buf_str(old);
	struct ini_scan scan;
	struct ini_line l;
	bool inside = false;

	ini_scan_start(&scan, data, old->len);
	while (ini_scan_next(&scan, &l)) {
		size_t start = (size_t)(l.whole.s - data), end = start + l.whole.len;

		if (l.kind == INI_SECTION)
			inside = is_this_section(&l, t->section);
		if (!inside || l.kind == INI_BLANK || l.kind == INI_COMMENT)
			continue;
		t->has_section = true;
		t->insert = end;
		if (l.kind != INI_PROPERTY || !ini_key_is(l.key, t->key))
			continue;
		t->has_key = true;
		t->start = start;
		t->end = end;
		t->eol = l.eol;
	}
}

/* The line end that the file uses: that of its first line. */
static const char *
line_end(const struct buf *old)
{
	const char *newline = memchr(buf_str(old), '\n', old->len);

	return newline != NULL && newline > old->data && newline[-1] == '\r' ? "\r\n" : "\n";
}

/* Copy [from, to) of old. */
static void
copy(const struct buf *old, size_t from, size_t to, struct buf *out)
{
	buf_put(out, buf_str(old) + from, to - from);
}

/* Copy the rest, without the lines that continued the value that is gone. */
static void
copy_rest(const struct buf *old, size_t from, struct buf *out)
{
	struct ini_scan scan = { .at = buf_str(old) + from, .end = buf_str(old) + old->len };
	struct ini_line l;

	while (ini_scan_next(&scan, &l)) {
		if (l.kind == INI_PROPERTY || l.kind == INI_SECTION) {
			copy(old, (size_t)(l.whole.s - old->data), old->len, out);
			return;
		}
		if (l.kind != INI_MORE)
			buf_put(out, l.whole.s, l.whole.len);
	}
}

static void
put_setting(struct buf *out, const char *key, const char *value)
{
	buf_puts(out, key);
	buf_puts(out, " = ");
	buf_puts(out, value);
}

static void
replace_key(const struct buf *old, const struct ini_target *t, const char *value, struct buf *out)
{
	copy(old, 0, t->start, out);
	put_setting(out, t->key, value);
	copy(old, t->end - t->eol, t->end, out);
	copy_rest(old, t->end, out);
}

/* [profile "a b"]: the CLI reads a name with blanks only in quotes. */
static void
put_section(struct buf *out, const char *section, const char *eol)
{
	const char *rest = strchr(section, ' ');

	if (rest != NULL && strchr(rest + 1, ' ') != NULL)
		buf_printf(out, "[%.*s \"%s\"]%s", (int)(rest - section), section, rest + 1, eol);
	else
		buf_printf(out, "[%s]%s", section, eol);
}

static void
insert_key(const struct buf *old, const struct ini_target *t, const char *value, struct buf *out)
{
	const char *eol = line_end(old);
	size_t at = t->has_section ? t->insert : old->len;

	copy(old, 0, at, out);
	if (at > 0 && old->data[at - 1] != '\n')
		buf_puts(out, eol);
	if (!t->has_section)
		put_section(out, t->section, eol);
	put_setting(out, t->key, value);
	buf_puts(out, eol);
	copy(old, at, old->len, out);
}

static void
set_key(const struct buf *old, const char *section, const char *const *kv, struct buf *out)
{
	struct ini_target t = { .section = section, .key = kv[0] };

	locate(old, &t);
	if (t.has_key)
		replace_key(old, &t, kv[1], out);
	else
		insert_key(old, &t, kv[1], out);
}

bool
ini_edit(const struct buf *old, const char *section, const char *const *kv, struct buf *out,
    struct err *e)
{
	AUTO_BUF text = BUF_INIT(out->max);
	struct ini *ini;

	if (!check(section, kv, e))
		return false;
	/* What cannot be read must not be touched either. */
	ini = ini_parse("the existing file,", buf_str(old), old->len, e);
	if (ini == NULL)
		return false;
	ini_free(ini);
	buf_put(&text, buf_str(old), old->len);
	for (; kv[0] != NULL && !text.failed; kv += 2) {
		AUTO_BUF next = BUF_INIT(out->max);

		set_key(&text, section, kv, &next);
		buf_free(&text);
		text = next;
		next = (struct buf)BUF_INIT(0);
	}
	if (text.failed || text.len > out->max - out->len)
		return err_set(e, ERR_CONFIG, "the file would become too large");
	buf_put(out, buf_str(&text), text.len);
	return true;
}
