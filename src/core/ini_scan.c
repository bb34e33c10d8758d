/* SPDX-License-Identifier: MIT */
#include "ini_scan.h"

#include <string.h>
#include <strings.h>

#include "alloc.h"

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

static struct ini_span
trim(struct ini_span t)
{
	while (t.len > 0 && is_blank(t.s[0])) {
		t.s++;
		t.len--;
	}
	while (t.len > 0 && is_blank(t.s[t.len - 1]))
		t.len--;
	return t;
}

static const char *
find(struct ini_span t, char c)
{
	return t.len > 0 ? memchr(t.s, c, t.len) : NULL;
}

/* A ':' that can only be a separator: a blank or nothing comes after it. */
static const char *
find_colon(struct ini_span t)
{
	for (size_t i = 0; i < t.len; i++)
		if (t.s[i] == ':' && (i + 1 == t.len || is_blank(t.s[i + 1])))
			return t.s + i;
	return NULL;
}

/*
 * '=' for the SDKs; Python takes the first of '=' and ':'.  A name may hold a
 * ':', so one before the '=' counts only when a blank follows it.
 */
bool
ini_split(struct ini_span text, struct ini_span *key, struct ini_span *value)
{
	const char *equals = find(text, '='), *colon = find_colon(text), *at = equals;

	if (equals == NULL)
		at = find(text, ':');
	else if (colon != NULL && colon < equals)
		at = colon;
	if (at == NULL)
		return false;
	*key = trim((struct ini_span){ text.s, (size_t)(at - text.s) });
	/* Not trimmed at the front: the blank there begins a comment in "key = # x". */
	*value = (struct ini_span){ at + 1, (size_t)(text.s + text.len - at - 1) };
	return true;
}

/* Cut from a blank with '#' or ';' after it; true when there was one. */
static bool
cut_comment(struct ini_span *value)
{
	for (size_t i = 0; i + 1 < value->len; i++) {
		if (!is_blank(value->s[i]) || (value->s[i + 1] != '#' && value->s[i + 1] != ';'))
			continue;
		value->len = i;
		return true;
	}
	return false;
}

static void
scan_section(struct ini_span text, struct ini_line *line)
{
	const char *close = find(text, ']');

	line->kind = INI_SECTION;
	if (close == NULL) {
		line->kind = INI_BAD;
		line->problem = "the ']' of a section is missing";
		return;
	}
	line->key = trim((struct ini_span){ text.s + 1, (size_t)(close - text.s - 1) });
}

static void
scan_property(struct ini_span text, struct ini_line *line)
{
	line->kind = INI_BAD;
	if (!ini_split(text, &line->key, &line->value)) {
		line->problem = "neither a [section] nor a \"name = value\"";
	} else if (line->key.len == 0) {
		line->problem = "a value without a name";
	} else {
		line->kind = INI_PROPERTY;
		line->commented = cut_comment(&line->value);
		line->value = trim(line->value);
	}
}

static void
scan_text(struct ini_span text, struct ini_line *line)
{
	struct ini_span trimmed = trim(text);

	if (find(text, '\0') != NULL) {
		line->kind = INI_BAD;
		line->problem = "a NUL byte";
	} else if (trimmed.len == 0) {
		line->kind = INI_BLANK;
	} else if (text.s[0] == '#' || text.s[0] == ';') {
		line->kind = INI_COMMENT;
	} else if (is_blank(text.s[0])) {
		line->kind = INI_MORE;
		line->value = trimmed;
	} else if (text.s[0] == '[') {
		scan_section(text, line);
	} else {
		scan_property(text, line);
	}
}

void
ini_scan_start(struct ini_scan *scan, const char *data, size_t len)
{
	*scan = (struct ini_scan){ .at = data, .end = data + len, .number = 0 };
	if (len >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0)
		scan->at += 3;
}

bool
ini_scan_next(struct ini_scan *scan, struct ini_line *line)
{
	const char *start = scan->at, *newline;
	struct ini_span text;

	if (start == scan->end)
		return false;
	newline = memchr(start, '\n', (size_t)(scan->end - start));
	scan->at = newline != NULL ? newline + 1 : scan->end;
	*line = (struct ini_line){ .kind = INI_BLANK, .number = ++scan->number };
	line->whole = (struct ini_span){ start, (size_t)(scan->at - start) };
	if (newline != NULL)
		line->eol = newline > start && newline[-1] == '\r' ? 2 : 1;
	text = (struct ini_span){ start, line->whole.len - line->eol };
	scan_text(text, line);
	return true;
}

/* "profile "a b"" -> "profile a b", in place. */
static void
drop_quotes(char *name)
{
	char *rest = strchr(name, ' ');
	size_t n;

	if (rest == NULL)
		return;
	rest++;
	n = strlen(rest);
	if (n < 2 || (rest[0] != '"' && rest[0] != '\'') || rest[n - 1] != rest[0])
		return;
	memmove(rest, rest + 1, n - 2);
	rest[n - 2] = '\0';
}

char *
ini_section_name(struct ini_span inside)
{
	struct ini_span t = trim(inside);
	char *name = xmalloc(t.len + 1);
	size_t n = 0;

	for (size_t i = 0; i < t.len; i++) {
		if (!is_blank(t.s[i]))
			name[n++] = t.s[i];
		else if (name[n - 1] != ' ')
			name[n++] = ' ';
	}
	name[n] = '\0';
	drop_quotes(name);
	return name;
}

bool
ini_key_is(struct ini_span key, const char *name)
{
	return strlen(name) == key.len && strncasecmp(key.s, name, key.len) == 0;
}
