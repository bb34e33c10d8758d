/* SPDX-License-Identifier: MIT */
#include "qrview.h"

#include "terminal.h"

#define UPPER_HALF 0x2580
#define LOWER_HALF 0x2584

/* Outside of code and quiet zone (the last half row) it is light. */
static bool
dark(const struct qr *qr, const struct qr_layout *l, int x, int y)
{
	int side = qr->size + 2 * l->quiet;

	return x < side && y < side && qr_dark(qr, l->quiet, x, y);
}

struct qr_cell
qrview_cell(const struct qr *qr, const struct qr_layout *l, enum qr_style style, bool invert,
    int col, int row)
{
	struct qr_cell c = { .ch = ' ' };
	bool upper, lower;

	if (style == QR_FULL) {
		upper = lower = dark(qr, l, col / 2, row);
	} else {
		upper = dark(qr, l, col, 2 * row);
		lower = dark(qr, l, col, 2 * row + 1);
	}
	/* Lower block by default; upper dark over lower light is the other one in QR_HALF. */
	c.fg_dark = lower;
	c.bg_dark = upper;
	if (upper != lower)
		c.ch = LOWER_HALF;
	if (style == QR_HALF && upper && !lower) {
		c.ch = UPPER_HALF;
		c.fg_dark = true;
		c.bg_dark = false;
	}
	if (invert) {
		c.fg_dark = !c.fg_dark;
		c.bg_dark = !c.bg_dark;
	}
	return c;
}

void
qrview_row(const struct qr *qr, const struct qr_layout *l, enum qr_style style, bool invert,
    int row, int y, int x)
{
	for (int col = 0; col < l->cols; col++) {
		struct qr_cell c = qrview_cell(qr, l, style, invert, col, row);

		term_qr_cell(y, x + col, c.ch, c.fg_dark, c.bg_dark);
	}
}

void
qrview_draw(
    const struct qr *qr, const struct qr_layout *l, enum qr_style style, bool invert, int y, int x)
{
	for (int row = 0; row < l->rows; row++)
		qrview_row(qr, l, style, invert, row, y + row, x);
}
