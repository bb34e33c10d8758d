/* SPDX-License-Identifier: MIT */
#include "text.h"

#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "unicode.h"

size_t
text_clean_char(char out[TEXT_CLEAN_CHAR + 1], const char *src, size_t len)
{
	uint32_t cp;
	size_t n = unicode_decode(src, len, &cp);

	if (n == 0) {
		snprintf(out, TEXT_CLEAN_CHAR + 1, "\\x%02x", (unsigned char)src[0]);
		return 1;
	}
	if (unicode_shows(cp)) {
		memcpy(out, src, n);
		out[n] = '\0';
	} else if (cp < 0x100) {
		snprintf(out, TEXT_CLEAN_CHAR + 1, "\\x%02x", (unsigned)cp);
	} else {
		snprintf(out, TEXT_CLEAN_CHAR + 1, "\\u{%04x}", (unsigned)cp & 0x1fffff);
	}
	return n;
}

/* Length of the run of plain ASCII at s, which needs no work. */
static size_t
plain_run(const char *s, size_t len)
{
	size_t n = 0;

	while (n < len && s[n] >= ' ' && s[n] < 0x7f)
		n++;
	return n;
}

void
text_clean(struct buf *b, const char *src, size_t len, bool keep_newlines)
{
	char out[TEXT_CLEAN_CHAR + 1];
	size_t n;

	for (size_t i = 0; i < len && !b->failed; i += n) {
		n = plain_run(src + i, len - i);
		if (n > 0) {
			buf_put(b, src + i, n);
		} else if (keep_newlines && src[i] == '\n') {
			buf_putc(b, '\n');
			n = 1;
		} else {
			n = text_clean_char(out, src + i, len - i);
			buf_puts(b, out);
		}
	}
}

char *
text_cleaned(const char *src)
{
	size_t len = strlen(src);
	struct buf b = BUF_INIT(len * TEXT_CLEAN_CHAR);

	text_clean(&b, src, len, true);
	for (size_t i = 0; i < b.len; i++)
		if (b.data[i] == '\n')
			b.data[i] = ' ';
	return buf_take(&b);
}

/* The character at s: its length in bytes (1 for an invalid one) and width. */
static size_t
measure(const char *s, size_t len, unsigned *width)
{
	uint32_t cp;
	size_t n = unicode_decode(s, len, &cp);

	*width = n > 0 ? unicode_width(cp) : 1;
	return n > 0 ? n : 1;
}

size_t
text_char_len(const char *s)
{
	unsigned width;

	return *s == '\0' ? 0 : measure(s, strnlen(s, 4), &width);
}

size_t
text_width(const char *s)
{
	size_t len = strlen(s), cols = 0;
	unsigned width;

	for (size_t i = 0; i < len; cols += width)
		i += measure(s + i, len - i, &width);
	return cols;
}

/* As text_fit(), within the first len bytes. */
static size_t
fit(const char *s, size_t len, size_t cols)
{
	size_t i = 0, n;
	unsigned width;

	while (i < len) {
		n = measure(s + i, len - i, &width);
		if (width > cols)
			break;
		cols -= width;
		i += n;
	}
	return i;
}

size_t
text_fit(const char *s, size_t cols)
{
	return fit(s, strlen(s), cols);
}

/* Bytes of the line to cut off s: up to the last blank that fits. */
static size_t
break_at(const char *s, size_t len, size_t cols)
{
	size_t n = fit(s, len, cols), at;

	if (n == len)
		return n;
	for (at = n; at > 0 && s[at] != ' '; at--)
		continue;
	if (at > 0)
		return at;
	/* One long word; a character that is wider than the line goes alone. */
	return n > 0 ? n : text_char_len(s);
}

/* Wrap one paragraph of len bytes without newlines. */
static void
wrap_paragraph(struct buf *b, const char *s, size_t len, size_t cols, const char *indent)
{
	size_t n;

	do {
		n = break_at(s, len, cols);
		buf_puts(b, indent);
		buf_put(b, s, n);
		buf_putc(b, '\n');
		while (n < len && s[n] == ' ')
			n++;
		s += n;
		len -= n;
	} while (len > 0);
}

void
text_wrap(struct buf *b, const char *s, size_t cols, const char *indent)
{
	size_t used = text_width(indent), len;

	cols = cols > used ? cols - used : 1;
	for (;;) {
		len = strcspn(s, "\n");
		wrap_paragraph(b, s, len, cols, indent);
		s += len;
		if (*s == '\0' || s[1] == '\0')
			return;
		s++;
	}
}

bool
text_only(const char *s, const char *extra)
{
	for (; *s != '\0'; s++) {
		bool alnum = (*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') ||
			     (*s >= '0' && *s <= '9');

		if (!alnum && strchr(extra, *s) == NULL)
			return false;
	}
	return true;
}

static bool
same_char(char a, char b, bool fold)
{
	if (fold && a >= 'A' && a <= 'Z')
		a = (char)(a - 'A' + 'a');
	if (fold && b >= 'A' && b <= 'Z')
		b = (char)(b - 'A' + 'a');
	return a == b;
}

bool
text_glob(const char *pattern, const char *s, bool fold_case)
{
	const char *star = NULL, *from = NULL;

	/* Going back to the last star alone is enough, and never exponential. */
	while (*s != '\0') {
		if (*pattern == '*') {
			star = pattern++;
			from = s;
		} else if (*pattern == '?' ||
			   (*pattern != '\0' && same_char(*pattern, *s, fold_case))) {
			pattern++;
			s++;
		} else if (star != NULL) {
			pattern = star + 1;
			s = ++from;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return *pattern == '\0';
}

/* The value of the name of len bytes, or NULL. */
static const char *
lookup(const char *const *pairs, const char *name, size_t len)
{
	for (; pairs[0] != NULL && pairs[1] != NULL; pairs += 2)
		if (strlen(pairs[0]) == len && memcmp(pairs[0], name, len) == 0)
			return pairs[1];
	return NULL;
}

void
text_template(struct buf *b, const char *tmpl, const char *const *pairs)
{
	while (*tmpl != '\0') {
		size_t plain = strcspn(tmpl, "{"), len;
		const char *value;

		buf_put(b, tmpl, plain);
		tmpl += plain;
		if (*tmpl == '\0')
			return;
		len = strcspn(tmpl + 1, "{}");
		value = tmpl[1 + len] == '}' ? lookup(pairs, tmpl + 1, len) : NULL;
		if (value != NULL) {
			buf_puts(b, value);
			tmpl += len + 2;
		} else {
			buf_putc(b, *tmpl++);
		}
	}
}
