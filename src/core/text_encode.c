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

#define BASE64_PIECE 1024 /* digits, a multiple of 4 */

/* One more than the six bits of a digit of either alphabet; 0: it is none. */
static const unsigned char base64_digits[256] = {
	['A'] = 1, ['B'] = 2, ['C'] = 3, ['D'] = 4, ['E'] = 5, ['F'] = 6, ['G'] = 7, ['H'] = 8,
	['I'] = 9, ['J'] = 10, ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14, ['O'] = 15,
	['P'] = 16, ['Q'] = 17, ['R'] = 18, ['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22,
	['W'] = 23, ['X'] = 24, ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29,
	['d'] = 30, ['e'] = 31, ['f'] = 32, ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36,
	['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40, ['o'] = 41, ['p'] = 42, ['q'] = 43,
	['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48, ['w'] = 49, ['x'] = 50,
	['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55, ['3'] = 56, ['4'] = 57,
	['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62, ['+'] = 63, ['/'] = 64,
	['-'] = 63, ['_'] = 64,
};

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

/* len digits, at most BASE64_PIECE of them, into out; the number of bytes, or -1. */
static int
base64_piece(char *out, const char *src, size_t len)
{
	const unsigned char *at = (const unsigned char *)src;
	unsigned v = 0, bits = 0;
	size_t i = 0;
	int n = 0;

	for (; i + 4 <= len; i += 4, n += 3) {
		unsigned a = base64_digits[at[i]], b = base64_digits[at[i + 1]];
		unsigned c = base64_digits[at[i + 2]], d = base64_digits[at[i + 3]];

		if (a == 0 || b == 0 || c == 0 || d == 0)
			return -1;
		v = (a - 1) << 18 | (b - 1) << 12 | (c - 1) << 6 | (d - 1);
		out[n] = (char)(v >> 16);
		out[n + 1] = (char)(v >> 8 & 0xff);
		out[n + 2] = (char)(v & 0xff);
	}
	for (; i < len; i++) {
		int digit = base64_digits[at[i]];

		if (digit == 0)
			return -1;
		v = (v << 6 | (unsigned)(digit - 1)) & 0xffff;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			out[n++] = (char)(v >> bits & 0xff);
		}
	}
	return n;
}

bool
text_unbase64(struct buf *b, const char *src, size_t len)
{
	size_t before = b->len;
	char piece[BASE64_PIECE];
	int got = 0;

	if (!base64_strip(src, &len))
		return false;
	for (size_t i = 0, n; i < len && got >= 0; i += n) {
		n = len - i < BASE64_PIECE ? len - i : BASE64_PIECE;
		got = base64_piece(piece, src + i, n);
		if (got > 0)
			buf_put(b, piece, (size_t)got);
	}
	explicit_bzero(piece, sizeof(piece));
	if (got >= 0)
		return true;
	buf_cut(b, before);
	return false;
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
