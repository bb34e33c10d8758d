/* SPDX-License-Identifier: MIT */
#include "buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "alloc.h"

#define BUF_FIRST 128

const char buf_empty[1] = "";

void
buf_init(struct buf *b, size_t max)
{
	*b = (struct buf)BUF_INIT(max);
}

/* Make room for len more bytes and the NUL, or mark the buffer as failed. */
static bool
buf_grow(struct buf *b, size_t len)
{
	size_t cap;

	if (b->failed || len > b->max || b->len > b->max - len) {
		b->failed = true;
		return false;
	}
	if (b->len + len < b->cap)
		return true;
	cap = b->cap < BUF_FIRST ? BUF_FIRST : b->cap;
	while (cap <= b->len + len)
		cap *= 2;
	b->data = xrealloc(b->cap > 0 ? b->data : NULL, cap);
	b->cap = cap;
	return true;
}

void
buf_put(struct buf *b, const void *data, size_t len)
{
	if (!buf_grow(b, len))
		return;
	if (len > 0)
		memcpy(b->data + b->len, data, len);
	b->len += len;
	b->data[b->len] = '\0';
}

void
buf_puts(struct buf *b, const char *s)
{
	buf_put(b, s, strlen(s));
}

void
buf_putc(struct buf *b, char c)
{
	buf_put(b, &c, 1);
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap, again;
	int len;

	va_start(ap, fmt);
	va_copy(again, ap);
	len = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (len < 0) {
		b->failed = true;
	} else if (buf_grow(b, (size_t)len)) {
		vsnprintf(b->data + b->len, (size_t)len + 1, fmt, again);
		b->len += (size_t)len;
	}
	va_end(again);
}

const char *
buf_str(const struct buf *b)
{
	return b->cap > 0 ? b->data : buf_empty;
}

char *
buf_take(struct buf *b)
{
	char *p = b->cap > 0 ? b->data : xstrdup("");

	buf_init(b, b->max);
	return p;
}

void
buf_cut(struct buf *b, size_t len)
{
	if (b->cap > 0 && len < b->len)
		explicit_bzero(b->data + len, b->len - len);
	if (len < b->len)
		b->len = len;
	b->failed = false;
}

void
buf_reset(struct buf *b)
{
	if (b->cap > 0)
		explicit_bzero(b->data, b->cap);
	b->len = 0;
	b->failed = false;
}

void
buf_free(struct buf *b)
{
	if (b->cap > 0)
		xfree(b->data);
	buf_init(b, b->max);
}

void
strlist_add(struct strlist *l, const char *s)
{
	char *copy = xstrdup(s);

	l->items = xrealloc(l->items, (l->n + 1) * sizeof(*l->items));
	l->items[l->n++] = copy;
}

bool
strlist_has(const struct strlist *l, const char *s)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->items[i], s) == 0)
			return true;
	return false;
}

void
strlist_del(struct strlist *l, size_t i)
{
	if (i >= l->n)
		return;
	xfree(l->items[i]);
	l->n--;
	memmove(l->items + i, l->items + i + 1, (l->n - i) * sizeof(*l->items));
}

void
strlist_free(struct strlist *l)
{
	for (size_t i = 0; i < l->n; i++)
		xfree(l->items[i]);
	xfree(l->items);
	*l = (struct strlist){ .items = NULL, .n = 0 };
}
