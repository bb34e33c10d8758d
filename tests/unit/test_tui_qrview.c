/* SPDX-License-Identifier: MIT */
/* The cells of a QR code, read back into modules. */
#include "core_test.h"

#include "../../src/tui/qrview.h"

#define TEXT                                                                                       \
	"otpauth://totp/AWS:alice@123456789012?secret=EHPKJBSWY3DPEHPKGEZDGNBVGY3TQOJQ&issuer=AWS"

/* What a camera sees in one half (0 upper, 1 lower) of a cell. */
static bool
seen_dark(struct qr_cell c, int half)
{
	if (c.ch == ' ')
		return c.bg_dark;
	assert_true(c.ch == 0x2580 || c.ch == 0x2584);
	return (c.ch == 0x2580) == (half == 0) ? c.fg_dark : c.bg_dark;
}

static void
compare(const struct qr *qr, enum qr_style style, const struct qr_layout *l, bool invert)
{
	int side = qr->size + 2 * l->quiet;

	for (int y = 0; y < side; y++) {
		for (int x = 0; x < side; x++) {
			bool want = qr_dark(qr, l->quiet, x, y) != invert;

			if (style == QR_FULL) {
				for (int k = 0; k < 2; k++)
					assert_int_equal(want, seen_dark(qrview_cell(qr, l, style,
									     invert, 2 * x + k, y),
								   0));
				continue;
			}
			struct qr_cell c = qrview_cell(qr, l, style, invert, x, y / 2);

			assert_int_equal(want, seen_dark(c, y % 2));
			if (style == QR_HALF_LOWER)
				assert_int_not_equal(c.ch, 0x2580);
		}
	}
}

static void
test_cells(void **state)
{
	static const int windows[][2] = { { 200, 100 }, { 46, 22 }, { 80, 22 } };
	struct err e = { 0 };
	struct qr *qr = qr_encode_text(TEXT, &e);
	int drawn = 0;

	(void)state;
	assert_non_null(qr);
	for (size_t w = 0; w < sizeof windows / sizeof windows[0]; w++) {
		for (int style = QR_HALF_LOWER; style < QR_NSTYLES; style++) {
			struct qr_layout l;

			if (!qr_layout(qr, (enum qr_style)style, windows[w][0], windows[w][1], &l))
				continue;
			assert_true(l.quiet >= 1);
			compare(qr, (enum qr_style)style, &l, false);
			compare(qr, (enum qr_style)style, &l, true);
			drawn++;
		}
	}
	assert_true(drawn >= 5);
	qr_free(qr);
}

/* The quiet zone is light, also in the half row below an odd number of modules. */
static void
test_quiet_zone(void **state)
{
	struct err e = { 0 };
	struct qr *qr = qr_encode_text(TEXT, &e);
	struct qr_layout l;

	(void)state;
	assert_non_null(qr);
	assert_true(qr_layout(qr, QR_HALF_LOWER, 200, 100, &l));
	assert_int_equal(l.quiet, 4);
	for (int x = 0; x < l.cols; x++) {
		struct qr_cell top = qrview_cell(qr, &l, QR_HALF_LOWER, false, x, 0);
		struct qr_cell end = qrview_cell(qr, &l, QR_HALF_LOWER, false, x, l.rows - 1);

		assert_false(seen_dark(top, 0) || seen_dark(top, 1));
		assert_false(seen_dark(end, 0) || seen_dark(end, 1));
	}
	qr_free(qr);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cells),
		cmocka_unit_test(test_quiet_zone),
	};

	return RUN(tests);
}
