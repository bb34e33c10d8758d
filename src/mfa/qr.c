/* SPDX-License-Identifier: MIT */
/*
 * QR codes with libqrencode.  Its own copy of the text cannot be wiped; the
 * modules can, and are (terminal page, 4: "secret wiping").
 */
#include <errno.h>
#include <string.h>

#include <qrencode.h>

#include "alloc.h"
#include "buf.h"
#include "crypto.h"
#include "mfa.h"

static void
drop(QRcode *code)
{
	if (code == NULL)
		return;
	crypto_wipe(code->data, (size_t)code->width * (size_t)code->width);
	QRcode_free(code);
}

/* Version 0: the smallest; automatic modes save a version or two for Base32 in upper case. */
static QRcode *
encode_at(const char *text, QRecLevel level)
{
	return QRcode_encodeString(text, 0, level, QR_MODE_8, 1);
}

/* libqrencode does not raise the error correction by itself where there is room. */
static QRcode *
encode_best(const char *text)
{
	static const QRecLevel levels[] = { QR_ECLEVEL_H, QR_ECLEVEL_Q, QR_ECLEVEL_M };
	QRcode *low = encode_at(text, QR_ECLEVEL_L);

	for (size_t i = 0; low != NULL && i < sizeof levels / sizeof levels[0]; i++) {
		QRcode *code = encode_at(text, levels[i]);

		if (code != NULL && code->version == low->version) {
			drop(low);
			return code;
		}
		drop(code);
	}
	return low;
}

struct qr *
qr_encode_text(const char *text, struct err *e)
{
	QRcode *code = encode_best(text);
	struct qr *qr;
	size_t n;

	if (code == NULL) {
		if (errno == ERANGE)
			err_set(e, ERR_OTHER, "this is too long for a QR code");
		else
			err_errno(e, ERR_OTHER, "the QR code could not be made");
		return NULL;
	}
	n = (size_t)code->width * (size_t)code->width;
	qr = xcalloc(1, sizeof(*qr));
	qr->size = code->width;
	qr->dark = xmalloc(n);
	for (size_t i = 0; i < n; i++)
		qr->dark[i] = code->data[i] & 1;
	drop(code);
	return qr;
}

struct qr *
qr_encode(const struct secret *text, struct err *e)
{
	return qr_encode_text(secret_borrow(text), e);
}

void
qr_free(struct qr *qr)
{
	if (qr == NULL)
		return;
	xfree(qr->dark); /* wipes */
	xfree(qr);
}

bool
qr_layout(const struct qr *qr, enum qr_style style, int cols, int rows, struct qr_layout *out)
{
	static const int quiet[] = { 4, 2, 1 };

	for (size_t i = 0; i < sizeof quiet / sizeof quiet[0]; i++) {
		int side = qr->size + 2 * quiet[i];
		struct qr_layout l = {
			.quiet = quiet[i],
			.cols = style == QR_FULL ? 2 * side : side,
			.rows = style == QR_FULL ? side : (side + 1) / 2,
		};

		if (l.cols <= cols && l.rows <= rows) {
			*out = l;
			return true;
		}
	}
	return false;
}

bool
qr_dark(const struct qr *qr, int quiet, int x, int y)
{
	x -= quiet;
	y -= quiet;
	return x >= 0 && y >= 0 && x < qr->size && y < qr->size && qr->dark[y * qr->size + x] != 0;
}

/* ---- as text ------------------------------------------------------------------- */

#define UPPER_HALF "\xe2\x96\x80"
#define LOWER_HALF "\xe2\x96\x84"

/* What one cell shows: a glyph on colours.  U+2588 has holes in many fonts: a blank instead. */
struct cell {
	const char *glyph;
	bool fg_dark, bg_dark;
};

static struct cell
cell_of(bool upper, bool lower, enum qr_style style)
{
	if (upper == lower || style == QR_FULL)
		return (struct cell){ style == QR_FULL ? "  " : " ", upper, upper };
	if (style == QR_HALF && upper)
		return (struct cell){ UPPER_HALF, true, false };
	return (struct cell){ LOWER_HALF, lower, upper };
}

/* Of the 256 colours, 16 and 231 are black and white under every theme. */
static void
put_colours(struct buf *out, struct cell c, bool invert)
{
	buf_printf(out, "\033[38;5;%d;48;5;%dm", c.fg_dark != invert ? 16 : 231,
	    c.bg_dark != invert ? 16 : 231);
}

static void
print_row(struct buf *out, const struct qr *qr, enum qr_style style, const int at[2], bool invert)
{
	int quiet = at[0], y = at[1], side = qr->size + 2 * quiet;
	struct cell last = { 0 };

	for (int x = 0; x < side; x++) {
		bool upper = qr_dark(qr, quiet, x, y);
		struct cell c =
		    cell_of(upper, style == QR_FULL ? upper : qr_dark(qr, quiet, x, y + 1), style);

		if (x == 0 || c.fg_dark != last.fg_dark || c.bg_dark != last.bg_dark)
			put_colours(out, c, invert);
		buf_puts(out, c.glyph);
		last = c;
	}
	buf_puts(out, "\033[0m\n");
}

void
qr_print(struct buf *out, const struct qr *qr, enum qr_style style, int quiet, bool invert)
{
	int step = style == QR_FULL ? 1 : 2;

	for (int y = 0; y < qr->size + 2 * quiet; y += step)
		print_row(out, qr, style, (const int[2]){ quiet, y }, invert);
}
