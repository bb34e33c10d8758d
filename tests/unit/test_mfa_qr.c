/* SPDX-License-Identifier: MIT */
/*
 * QR codes: version and error correction, what fits where (terminal page, 1
 * and 2), and what is printed.  That phones read them is shown end to end.
 */
#include "core_test.h"

#include "mfa.h"

#define SEED64 "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
#define ADDRESS(label, issuer) "otpauth://totp/" label "?secret=" SEED64 issuer
#define V4 ADDRESS("AWS:root", "")
#define V5 ADDRESS("AWS:root@123456789012", "&issuer=AWS")
#define V6 ADDRESS("abcdefghijklmnopqrstuvwxyzabcde@abcdefghijklmnopqrstuvwxyz", "")
#define V7 ADDRESS("Amazon%20Web%20Services:alice@123456789012", "&issuer=Amazon%20Web%20Services")

static struct qr *
encode(const char *text)
{
	struct err e = { .kind = ERR_NONE };
	struct qr *qr = qr_encode_text(text, &e);

	if (qr == NULL)
		fail_msg("%s", e.text);
	return qr;
}

static int
version(const struct qr *qr)
{
	assert_int_equal((qr->size - 17) % 4, 0);
	return (qr->size - 17) / 4;
}

/* The level as the code itself says (ISO/IEC 18004, format information): "MLHQ". */
static char
level(const struct qr *qr)
{
	int bits = (qr_dark(qr, 0, 0, 8) ? 2 : 0) | (qr_dark(qr, 0, 1, 8) ? 1 : 0);

	return "MLHQ"[bits ^ 2];
}

static void
expect_version(const char *text, int want)
{
	struct qr *qr = encode(text);

	assert_int_equal(version(qr), want);
	qr_free(qr);
}

/* The sizes of terminal page 1: the label decides. */
static void
test_versions(void **state)
{
	(void)state;
	expect_version(V4, 4);
	expect_version(V5, 5);
	expect_version(V6, 6);
	expect_version(V7, 7);
	expect_version(ADDRESS("root-mfa@123456789012", ""), 5);
	expect_version("A", 1);
}

/* What our own addresses make for the longest names that are usual. */
static void
test_own_addresses(void **state)
{
	AUTO_SECRET seed = secret_from(SEED64, 64);
	AUTO_SECRET root = mfa_otpauth(seed, "root@123456789012");
	AUTO_SECRET user = mfa_otpauth(seed, "bartholomew.winterbottom@123456789012");
	struct qr *qr = qr_encode(root, NULL);

	(void)state;
	assert_int_equal(secret_len(root), 119);
	assert_int_equal(version(qr), 5);
	qr_free(qr);
	qr = qr_encode(user, NULL);
	assert_int_equal(version(qr), 6);
	qr_free(qr);
}

/* The best correction that costs no version: a short text is at H, a full version at L. */
static void
test_error_correction(void **state)
{
	char digits[42];
	struct qr *qr = encode("A");

	(void)state;
	assert_int_equal(level(qr), 'H');
	qr_free(qr);
	memset(digits, '7', 41); /* version 1 holds 41 digits at L, 34 at M, 27 at Q, 17 at H */
	digits[41] = '\0';
	qr = encode(digits);
	assert_true(version(qr) == 1 && level(qr) == 'L');
	qr_free(qr);
	digits[34] = '\0';
	qr = encode(digits);
	assert_true(version(qr) == 1 && level(qr) == 'M');
	qr_free(qr);
	digits[27] = '\0';
	qr = encode(digits);
	assert_true(version(qr) == 1 && level(qr) == 'Q');
	qr_free(qr);
}

/* Only bits of the modules are left of libqrencode's bytes; the three corners are where they are.
 */
static void
test_modules(void **state)
{
	struct qr *qr = encode(V5);
	int n = qr->size;

	(void)state;
	for (int i = 0; i < n * n; i++)
		assert_true(qr->dark[i] <= 1);
	for (int i = 0; i < 7; i++) {
		assert_true(qr_dark(qr, 0, i, 0) && qr_dark(qr, 0, 0, i));
		assert_true(qr_dark(qr, 0, n - 1 - i, 0) && qr_dark(qr, 0, 0, n - 1 - i));
	}
	assert_true(qr_dark(qr, 0, 3, 3) && !qr_dark(qr, 0, 1, 1) && !qr_dark(qr, 0, 7, 7));
	for (int i = 8; i < n - 8; i++)
		assert_int_equal(qr_dark(qr, 0, i, 6), i % 2 == 0);
	qr_free(qr);
}

static void
test_quiet_zone(void **state)
{
	struct qr *qr = encode(V5);
	int side = qr->size + 8;

	(void)state;
	for (int y = -2; y < side + 2; y++)
		for (int x = -2; x < side + 2; x++)
			if (x < 4 || y < 4 || x >= side - 4 || y >= side - 4)
				assert_false(qr_dark(qr, 4, x, y));
	assert_true(qr_dark(qr, 4, 4, 4));
	qr_free(qr);
}

static void
test_too_long(void **state)
{
	struct err e = { .kind = ERR_NONE };
	AUTO_FREE char *text = xmalloc(3001);

	(void)state;
	memset(text, 'a', 3000);
	text[3000] = '\0';
	assert_null(qr_encode_text(text, &e));
	assert_non_null(strstr(e.text, "too long"));
	err_clear(&e);
	assert_null(qr_encode_text("", &e));
	assert_int_equal(e.kind, ERR_OTHER);
	qr_free(NULL);
}

/* ---- layout ------------------------------------------------------------------------- */

/* columns x rows of each quiet zone, half block and full (terminal page, table in 1). */
static void
test_layout_sizes(void **state)
{
	static const struct {
		const char *text;
		enum qr_style style;
		int quiet, cols, rows;
	} sizes[] = {
		{ V4, QR_HALF, 4, 41, 21 },
		{ V4, QR_HALF, 2, 37, 19 },
		{ V4, QR_HALF, 1, 35, 18 },
		{ V5, QR_HALF, 4, 45, 23 },
		{ V5, QR_HALF, 2, 41, 21 },
		{ V5, QR_HALF, 1, 39, 20 },
		{ V6, QR_HALF, 4, 49, 25 },
		{ V6, QR_HALF, 2, 45, 23 },
		{ V6, QR_HALF, 1, 43, 22 },
		{ V7, QR_HALF, 4, 53, 27 },
		{ V7, QR_HALF, 2, 49, 25 },
		{ V7, QR_HALF, 1, 47, 24 },
		{ V4, QR_FULL, 4, 82, 41 },
		{ V4, QR_FULL, 2, 74, 37 },
		{ V4, QR_FULL, 1, 70, 35 },
		{ V5, QR_FULL, 4, 90, 45 },
		{ V5, QR_FULL, 2, 82, 41 },
		{ V5, QR_FULL, 1, 78, 39 },
		{ V7, QR_FULL, 4, 106, 53 },
		{ V7, QR_FULL, 2, 98, 49 },
		{ V7, QR_FULL, 1, 94, 47 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		struct qr *qr = encode(sizes[i].text);
		struct qr_layout l = { 0 };
		enum qr_style styles[] = { sizes[i].style,
			sizes[i].style == QR_HALF ? QR_HALF_LOWER : sizes[i].style };

		for (size_t k = 0; k < 2; k++) {
			assert_true(qr_layout(qr, styles[k], sizes[i].cols, sizes[i].rows, &l));
			assert_int_equal(l.quiet, sizes[i].quiet);
			assert_int_equal(l.cols, sizes[i].cols);
			assert_int_equal(l.rows, sizes[i].rows);
			/* One column or row less: the next smaller zone, or none. */
			if (qr_layout(qr, styles[k], sizes[i].cols - 1, sizes[i].rows, &l))
				assert_true(l.quiet < sizes[i].quiet);
			if (qr_layout(qr, styles[k], sizes[i].cols, sizes[i].rows - 1, &l))
				assert_true(l.quiet < sizes[i].quiet);
		}
		qr_free(qr);
	}
}

/* The quiet zone of a half-block drawing in a window, 0 when it does not fit. */
static int
quiet_in(const char *text, enum qr_style style, int cols, int rows)
{
	struct qr *qr = encode(text);
	struct qr_layout l = { .quiet = 77 };
	bool fits = qr_layout(qr, style, cols, rows, &l);

	qr_free(qr);
	if (!fits)
		assert_int_equal(l.quiet, 77);
	return fits ? l.quiet : 0;
}

static void
test_layout_screens(void **state)
{
	(void)state;
	assert_int_equal(quiet_in(V4, QR_HALF_LOWER, 80, 22), 4);
	assert_int_equal(quiet_in(V5, QR_HALF_LOWER, 80, 22), 2);
	assert_int_equal(quiet_in(V6, QR_HALF_LOWER, 80, 22), 1);
	assert_int_equal(quiet_in(V7, QR_HALF_LOWER, 80, 22), 0);
	assert_int_equal(quiet_in(V5, QR_HALF_LOWER, 80, 24), 4);
	assert_int_equal(quiet_in(V6, QR_HALF_LOWER, 80, 24), 2);
	assert_int_equal(quiet_in(V7, QR_HALF_LOWER, 80, 24), 1);
	assert_int_equal(quiet_in(V6, QR_HALF_LOWER, 80, 25), 4);
	assert_int_equal(quiet_in(V7, QR_HALF_LOWER, 100, 28), 4);
	/* Two columns a module never fits into 30 rows. */
	assert_int_equal(quiet_in(V4, QR_FULL, 200, 30), 0);
	assert_int_equal(quiet_in(V5, QR_FULL, 82, 41), 2);
	assert_int_equal(quiet_in(V4, QR_HALF, 0, 0), 0);
}

/* ---- printing ------------------------------------------------------------------------ */

/* A terminal that knows what qr_print() uses; pixels are the halves of its cells. */
struct screen {
	bool dark[200][200];
	int cols, rows;
};

/* One cell at s: its bytes, and what its halves show. */
static size_t
read_cell(const char *s, bool fg, bool bg, bool half[2])
{
	half[0] = half[1] = bg;
	if (*s == ' ')
		return 1;
	assert_true(memcmp(s, "\xe2\x96", 2) == 0 && (s[2] == '\x80' || s[2] == '\x84'));
	half[s[2] == '\x84'] = fg;
	return 3;
}

static bool
is_dark(int colour)
{
	assert_true(colour == 16 || colour == 231);
	return colour == 16;
}

static void
show(struct screen *t, const char *s)
{
	int x = 0, y = 0, f, b, n;
	bool fg = false, bg = false, set = false, half[2];

	memset(t, 0, sizeof *t);
	while (*s != '\0') {
		if (sscanf(s, "\033[38;5;%d;48;5;%dm%n", &f, &b, &n) == 2) {
			fg = is_dark(f);
			bg = is_dark(b);
			set = true;
			s += n;
		} else if (strncmp(s, "\033[0m\n", 5) == 0) {
			t->cols = x > t->cols ? x : t->cols;
			x = 0;
			y++;
			set = false; /* nothing is drawn in the theme's colours */
			s += 5;
		} else {
			assert_true(set && x < 200 && y < 100);
			s += read_cell(s, fg, bg, half);
			t->dark[2 * y][x] = half[0];
			t->dark[2 * y + 1][x++] = half[1];
		}
	}
	t->rows = y;
}

static void
expect_printed(const struct qr *qr, enum qr_style style, int quiet, bool invert)
{
	static struct screen t;
	AUTO_BUF out = BUF_INIT(BUF_MAX_TEXT);
	int side = qr->size + 2 * quiet;

	qr_print(&out, qr, style, quiet, invert);
	show(&t, buf_str(&out));
	assert_int_equal(t.cols, style == QR_FULL ? 2 * side : side);
	assert_int_equal(t.rows, style == QR_FULL ? side : (side + 1) / 2);
	assert_null(strstr(buf_str(&out), "\xe2\x96\x88"));
	if (style == QR_HALF_LOWER)
		assert_null(strstr(buf_str(&out), "\xe2\x96\x80"));
	for (int y = 0; y < 2 * t.rows; y++)
		for (int x = 0; x < t.cols; x++)
			assert_int_equal(t.dark[y][x],
			    invert != (style == QR_FULL ? qr_dark(qr, quiet, x / 2, y / 2)
							: qr_dark(qr, quiet, x, y)));
}

static void
test_print(void **state)
{
	struct qr *qr = encode(V5);

	(void)state;
	for (int style = 0; style < QR_NSTYLES; style++)
		for (int quiet = 0; quiet <= 4; quiet++)
			for (int invert = 0; invert < 2; invert++)
				expect_printed(qr, (enum qr_style)style, quiet, invert);
	qr_free(qr);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_versions),
		cmocka_unit_test(test_own_addresses),
		cmocka_unit_test(test_error_correction),
		cmocka_unit_test(test_modules),
		cmocka_unit_test(test_quiet_zone),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_layout_sizes),
		cmocka_unit_test(test_layout_screens),
		cmocka_unit_test(test_print),
	};

	return RUN(tests);
}
