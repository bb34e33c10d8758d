/* SPDX-License-Identifier: MIT */
#include "text.h"

#include <string.h>

static const char hex_lower[] = "0123456789abcdef";
static const char hex_upper[] = "0123456789ABCDEF";

void
text_hex(struct buf *b, const unsigned char *data, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		buf_putc(b, hex_lower[data[i] >> 4]);
		buf_putc(b, hex_lower[data[i] & 15]);
	}
}

void
text_base64(struct buf *b, const unsigned char *data, size_t len)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < len; i += 3) {
		size_t left = len - i;
		unsigned v = (unsigned)data[i] << 16;
		char out[4];

		if (left > 1)
			v |= (unsigned)data[i + 1] << 8;
		if (left > 2)
			v |= data[i + 2];
		out[0] = digits[v >> 18];
		out[1] = digits[v >> 12 & 63];
		out[2] = left > 1 ? digits[v >> 6 & 63] : '=';
		out[3] = left > 2 ? digits[v & 63] : '=';
		buf_put(b, out, sizeof(out));
	}
}

void
text_base64url(struct buf *b, const unsigned char *data, size_t len)
{
	size_t before = b->len, n = before;

	text_base64(b, data, len);
	for (size_t i = before; i < b->len && b->data[i] != '='; i++, n++)
		if (b->data[i] == '+')
			b->data[i] = '-';
		else if (b->data[i] == '/')
			b->data[i] = '_';
	if (!b->failed)
		buf_cut(b, n);
}

/* The six bits of a digit of either alphabet, or -1. */
static int
base64_digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+' || c == '-')
		return 62;
	return c == '/' || c == '_' ? 63 : -1;
}

/* Length without padding; false when there is padding and it is not right. */
static bool
base64_strip(const char *src, size_t *len)
{
	size_t pad = 0;

	while (pad < 2 && pad < *len && src[*len - 1 - pad] == '=')
		pad++;
	if (pad > 0 && *len % 4 != 0)
		return false;
	*len -= pad;
	return *len % 4 != 1;
}

bool
text_unbase64(struct buf *b, const char *src, size_t len)
{
	size_t before = b->len;
	unsigned v = 0, bits = 0;

	if (!base64_strip(src, &len))
		return false;
	for (size_t i = 0; i < len; i++) {
		int digit = base64_digit(src[i]);

		if (digit < 0) {
			buf_cut(b, before);
			return false;
		}
		v = (v << 6 | (unsigned)digit) & 0xffff;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			buf_putc(b, (char)(v >> bits & 0xff));
		}
	}
	return true;
}

void
text_percent(struct buf *b, const char *src, size_t len, bool keep_slash)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)src[i];
		const char one[2] = { src[i], '\0' };

		if ((c != '\0' && text_only(one, "-._~")) || (keep_slash && c == '/')) {
			buf_putc(b, src[i]);
		} else {
			buf_putc(b, '%');
			buf_putc(b, hex_upper[c >> 4]);
			buf_putc(b, hex_upper[c & 15]);
		}
	}
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool
text_unpercent(struct buf *b, const char *src, size_t len)
{
	size_t before = b->len;

	for (size_t i = 0; i < len; i++) {
		int high, low;

		if (src[i] != '%') {
			buf_putc(b, src[i]);
			continue;
		}
		high = len - i > 2 ? hex_digit(src[i + 1]) : -1;
		low = len - i > 2 ? hex_digit(src[i + 2]) : -1;
		if (high < 0 || low < 0) {
			buf_cut(b, before);
			return false;
		}
		buf_putc(b, (char)(high << 4 | low));
		i += 2;
	}
	return true;
}
