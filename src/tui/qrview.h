/* SPDX-License-Identifier: MIT */
/* A QR code as character cells: always dark on light, whatever the theme. */
#ifndef QRVIEW_H
#define QRVIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "mfa.h"

struct qr_cell {
	uint32_t ch;		/* blank, U+2580 or U+2584; never U+2588 (terminal page, 2) */
	bool fg_dark, bg_dark;
};

/* The cell at a column and row of the drawing that the layout describes. */
struct qr_cell qrview_cell(const struct qr *qr, const struct qr_layout *l, enum qr_style style,
	    bool invert, int col, int row);
/* Draw one row, or all of it, with its corner at (y, x). */
void	qrview_row(const struct qr *qr, const struct qr_layout *l, enum qr_style style, bool invert,
	    int row, int y, int x);
void	qrview_draw(const struct qr *qr, const struct qr_layout *l, enum qr_style style,
	    bool invert, int y, int x);

#endif
