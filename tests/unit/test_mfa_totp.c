/* SPDX-License-Identifier: MIT */
/* Seeds as typed, codes, and the judgement of a pair (terminal page, 4). */
#include "core_test.h"

#include "mfa.h"

/* RFC 6238, appendix B: "12345678901234567890" in ASCII. */
#define RFC_SEED "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
#define NOW ((int64_t)1795000015)

static struct secret *
seed_of(const char *text)
{
	struct err e = { .kind = ERR_NONE };
	struct secret *s = mfa_seed_parse(text, strlen(text), &e);

	if (s == NULL)
		fail_msg("%s: %s", text, e.text);
	return s;
}

/* ---- codes ------------------------------------------------------------------------ */

static void
test_rfc_vectors(void **state)
{
	static const struct {
		int64_t when;
		const char *code;
	} vectors[] = {
		{ 59, "287082" },
		{ 1111111109, "081804" },
		{ 1111111111, "050471" },
		{ 1234567890, "005924" },
		{ 2000000000, "279037" },
		{ INT64_C(20000000000), "353130" },
	};
	AUTO_SECRET seed = seed_of(RFC_SEED);
	char code[7];

	(void)state;
	for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
		assert_true(mfa_code_at(seed, vectors[i].when, code));
		assert_string_equal(code, vectors[i].code);
	}
}

static void
test_no_code(void **state)
{
	AUTO_SECRET seed = seed_of(RFC_SEED);
	AUTO_SECRET rubbish = secret_from("0189", 4);
	AUTO_SECRET empty = secret_new(4);
	char code[7] = "before";

	(void)state;
	assert_false(mfa_code_at(seed, -1, code));
	assert_false(mfa_code_at(rubbish, NOW, code));
	assert_false(mfa_code_at(empty, NOW, code));
	assert_string_equal(code, "before");
}

static void
test_is_code(void **state)
{
	static const char *const bad[] = { "", "12345", "1234567", "12345a", "12345 ", " 12345",
		"+12345", "\xd9\xa1\xd9\xa2\xd9\xa3" };

	(void)state;
	assert_true(mfa_is_code("000000"));
	assert_true(mfa_is_code("026920"));
	assert_false(mfa_is_code(NULL));
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_false(mfa_is_code(bad[i]));
}

static void
test_seconds_left(void **state)
{
	(void)state;
	assert_int_equal(mfa_seconds_left(0), 30);
	assert_int_equal(mfa_seconds_left(1), 29);
	assert_int_equal(mfa_seconds_left(29), 1);
	assert_int_equal(mfa_seconds_left(30), 30);
	assert_int_equal(mfa_seconds_left(-1), 1);
}

/* ---- seeds -------------------------------------------------------------------------- */

static void
expect_seed(const char *typed, const char *want)
{
	AUTO_SECRET s = seed_of(typed);

	assert_string_equal(secret_borrow(s), want);
}

static void
test_seed_repaired(void **state)
{
	(void)state;
	expect_seed(RFC_SEED, RFC_SEED);
	expect_seed("gezd gnbv gy3t qojq gezd gnbv gy3t qojq", RFC_SEED);
	expect_seed(" \tGEZD-GNBV-GY3T-QOJQ\r\nGEZD-GNBV-GY3T-QOJQ\n", RFC_SEED);
	expect_seed("GEZDGNBVGY3TQOJQ\xc2\xa0GEZDGNBVGY3TQOJQ", RFC_SEED);
	expect_seed("GEZDGNBVGY3TQOJQ\xe2\x80\x93GEZDGNBVGY3TQOJQ", RFC_SEED);
	expect_seed("GEZDGNBVGY3TQOJQGE======", "GEZDGNBVGY3TQOJQGE");
	expect_seed("GEZDGNBVGY3TQOJQGE== ====\n", "GEZDGNBVGY3TQOJQGE");
}

static void
test_seed_from_address(void **state)
{
	(void)state;
	expect_seed(
	    "otpauth://totp/AWS:root@123456789012?secret=" RFC_SEED "&issuer=AWS", RFC_SEED);
	expect_seed("  OTPAUTH://TOTP/x?issuer=a&Secret=" RFC_SEED "\n", RFC_SEED);
	expect_seed("otpauth://totp/x?secret=GEZDGNBVGY3TQOJQGE%3D%3d%3D%3D%3D%3D&digits=6",
	    "GEZDGNBVGY3TQOJQGE");
	expect_seed(
	    "otpauth://totp/x?algorithm=SHA1&period=30&digits=6&secret=" RFC_SEED, RFC_SEED);
}

/* Refused, with a message that has nothing of the text in it. */
static void
expect_refused(const char *typed)
{
	struct err e = { .kind = ERR_NONE };

	if (mfa_seed_parse(typed, strlen(typed), &e) != NULL)
		fail_msg("taken: %s", typed);
	assert_true(err_is(&e, "BadSeed"));
	assert_int_equal(e.kind, ERR_USAGE);
	assert_true(strlen(e.text) > 10);
	for (size_t i = 0; i + 8 <= strlen(typed); i++) {
		char piece[9];

		memcpy(piece, typed + i, 8);
		piece[8] = '\0';
		if (strncmp(typed, "otpauth", 7) != 0 || i > 14)
			assert_null(strstr(e.text, piece));
	}
}

static void
test_seed_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"   ",
		"====",
		"GEZDGNBVGY3TQOJ",          /* 15 characters */
		"GEZDGNBVGY3TQOJ0GEZDGNBV", /* a digit that is none of Base32 */
		"GEZDGNBVGY3TQOJ1",
		"GEZDGNBVGY3TQOJQ8",
		"GEZDGNBVGY3TQOJQGEZDGNBVG",  /* 25: no number of bytes */
		"GEZDGNBVGY3TQOJQGEZ",        /* 19 */
		"GEZDGNBVGY3TQOJQGEZDGN",     /* 22 */
		"GEZDGNBVGY3TQOJQ==GEZDGNBV", /* padding in the middle */
		"GEZDGNBVGY3TQOJQ!GEZDGNBV",
		"GEZDGNBVGY3TQOJQ\xc3\xa4GEZDGNBV",
		"otpauth://hotp/x?secret=" RFC_SEED,
		"otpauth://totp/x",
		"otpauth://totp/x?issuer=AWS",
		"otpauth://totp/x?secret=",
		"otpauth://totp/x?secret=%",
		"otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ%4",
		"otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ%zz",
		"otpauth://totp/x?secret=" RFC_SEED "&algorithm=SHA256",
		"otpauth://totp/x?secret=" RFC_SEED "&digits=8",
		"otpauth://totp/x?secret=" RFC_SEED "&period=60",
		"https://console.aws.amazon.com/iam/home",
	};
	AUTO_FREE char *huge = xmalloc(5001);

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		expect_refused(bad[i]);
	memset(huge, 'A', 5000);
	huge[5000] = '\0';
	assert_null(mfa_seed_parse(huge, 5000, NULL));
}

static void
expect_address(const char *label, const char *want)
{
	AUTO_SECRET seed = seed_of(RFC_SEED);
	AUTO_SECRET uri = mfa_otpauth(seed, label);
	AUTO_SECRET again = seed_of(secret_borrow(uri));

	assert_string_equal(secret_borrow(uri), want);
	assert_true(secret_equal(seed, again));
}

static void
test_otpauth(void **state)
{
	(void)state;
	expect_address("alice@123456789012",
	    "otpauth://totp/AWS:alice@123456789012?secret=" RFC_SEED "&issuer=AWS");
	expect_address("a+b=c,d&e?f/g@1",
	    "otpauth://totp/AWS:a%2Bb%3Dc%2Cd%26e%3Ff%2Fg@1?secret=" RFC_SEED "&issuer=AWS");
	expect_address("", "otpauth://totp/AWS:?secret=" RFC_SEED "&issuer=AWS");
}

/* ---- pairs ------------------------------------------------------------------------------ */

/* The codes of two steps relative to now, judged now. */
static struct mfa_pair
judge(int step1, int step2)
{
	AUTO_SECRET seed = seed_of(RFC_SEED);
	char c1[7], c2[7];

	assert_true(mfa_code_at(seed, NOW + (int64_t)step1 * MFA_STEP, c1));
	assert_true(mfa_code_at(seed, NOW + (int64_t)step2 * MFA_STEP, c2));
	return mfa_check_pair(seed, c1, c2, NOW);
}

static void
test_pair_table(void **state)
{
	static const struct {
		int step1, step2;
		enum mfa_verdict verdict;
		int offset, gap;
	} cases[] = {
		{ 0, 1, MFA_OK, 0, 1 },
		{ -1, 0, MFA_OK, -1, 1 },
		{ -2, -1, MFA_OK, -2, 1 },
		{ 1, 2, MFA_OK, 1, 1 },
		{ 2, 3, MFA_CLOCK, 2, 1 },
		{ -3, -2, MFA_CLOCK, -3, 1 },
		{ 3, 4, MFA_CLOCK, 3, 1 },
		{ 0, 0, MFA_SAME_CODE, 0, 0 },
		{ 40, 40, MFA_SAME_CODE, 0, 0 },
		{ 1, 0, MFA_SWAPPED, 1, -1 },
		{ 0, -1, MFA_SWAPPED, 0, -1 },
		{ 95, 94, MFA_SWAPPED, 95, -1 },
		{ -2, 0, MFA_GAP, -2, 2 },
		{ 0, -2, MFA_GAP, 0, -2 },
		{ -20, 20, MFA_GAP, -20, 40 },
		{ 94, 96, MFA_GAP, 94, 2 },
		{ 94, 95, MFA_CLOCK, 94, 1 },
		{ -120, -119, MFA_CLOCK, -120, 1 },
		{ 2879, 2880, MFA_CLOCK, 2879, 1 },
		{ -2880, -2879, MFA_CLOCK, -2880, 1 },
		{ 2880, 2881, MFA_UNKNOWN_CODE, 0, 0 },
		{ -5000, -4999, MFA_UNKNOWN_CODE, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct mfa_pair p = judge(cases[i].step1, cases[i].step2);

		if (p.verdict != cases[i].verdict || p.offset != cases[i].offset ||
		    p.gap != cases[i].gap || p.which != 0)
			fail_msg("(%d, %d): verdict %d, offset %d, gap %d, which %d",
			    cases[i].step1, cases[i].step2, (int)p.verdict, p.offset, p.gap,
			    p.which);
	}
}

/* Every judgement of the smaller window agrees with the definition. */
static void
test_pair_everywhere(void **state)
{
	(void)state;
	for (int a = -6; a <= 6; a++) {
		for (int b = -6; b <= 6; b++) {
			enum mfa_verdict want = a == b              ? MFA_SAME_CODE
						: b == a - 1        ? MFA_SWAPPED
						: b != a + 1        ? MFA_GAP
						: a >= -2 && a <= 1 ? MFA_OK
								    : MFA_CLOCK;

			assert_int_equal(judge(a, b).verdict, want);
		}
	}
}

static void
test_pair_wrong_codes(void **state)
{
	AUTO_SECRET seed = seed_of(RFC_SEED);
	AUTO_SECRET other = seed_of("MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK");
	AUTO_SECRET rubbish = secret_from("0189", 4);
	char good[7], next[7], bad[7];
	struct mfa_pair p;

	(void)state;
	assert_true(mfa_code_at(seed, NOW, good));
	assert_true(mfa_code_at(seed, NOW + 30, next));
	assert_true(mfa_code_at(other, NOW, bad));
	assert_int_equal(mfa_check_pair(seed, "12345", next, NOW).verdict, MFA_NOT_SIX_DIGITS);
	assert_int_equal(mfa_check_pair(seed, "12345", next, NOW).which, 1);
	p = mfa_check_pair(seed, good, "12 456", NOW);
	assert_true(p.verdict == MFA_NOT_SIX_DIGITS && p.which == 2);
	p = mfa_check_pair(seed, bad, next, NOW);
	assert_true(p.verdict == MFA_UNKNOWN_CODE && p.which == 1);
	p = mfa_check_pair(seed, good, bad, NOW);
	assert_true(p.verdict == MFA_UNKNOWN_CODE && p.which == 2);
	p = mfa_check_pair(other, good, next, NOW);
	assert_true(p.verdict == MFA_UNKNOWN_CODE && p.which == 0);
	p = mfa_check_pair(rubbish, good, next, NOW);
	assert_true(p.verdict == MFA_UNKNOWN_CODE && p.which == 0);
	/* Close to the epoch, steps before it have no code. */
	assert_true(mfa_code_at(seed, 0, good) && mfa_code_at(seed, 30, next));
	assert_int_equal(mfa_check_pair(seed, good, next, 5).verdict, MFA_OK);
}

/* The same code twice is right when both neighbours really have it: once in a million. */
static void
test_pair_equal_neighbours(void **state)
{
	AUTO_SECRET seed = seed_of(RFC_SEED);
	char a[7], b[7];
	int64_t when;

	(void)state;
	for (when = 0;; when += 30) {
		assert_true(when < INT64_C(30) * 10000000);
		assert_true(mfa_code_at(seed, when, a) && mfa_code_at(seed, when + 30, b));
		if (strcmp(a, b) == 0)
			break;
	}
	assert_int_equal(mfa_check_pair(seed, a, b, when + 31).verdict, MFA_OK);
	assert_int_equal(mfa_check_pair(seed, a, b, when + 3000).verdict, MFA_SAME_CODE);
}

static void
expect_message(struct mfa_pair p, const char *part)
{
	char text[200];

	memset(text, 'x', sizeof text);
	mfa_message(&p, text, sizeof text);
	assert_true(memchr(text, '\0', sizeof text) != NULL && strlen(text) < 199);
	if (strstr(text, part) == NULL)
		fail_msg("\"%s\" lacks \"%s\"", text, part);
}

static void
test_messages(void **state)
{
	(void)state;
	expect_message(judge(0, 1), "right");
	expect_message(judge(0, 0), "same code");
	expect_message(judge(1, 0), "order");
	expect_message(judge(-2, 0), "another one");
	expect_message(judge(-5, 0), "others");
	expect_message(judge(94, 95), "47 minutes fast");
	expect_message(judge(-120, -119), "60 minutes slow");
	expect_message(judge(-2880, -2879), "24 hours slow");
	expect_message(judge(3, 4), "90 seconds fast");
	expect_message(judge(-4, -3), "2 minutes old");
	expect_message((struct mfa_pair){ MFA_NOT_SIX_DIGITS, 2, 0, 0 }, "second");
	expect_message((struct mfa_pair){ MFA_UNKNOWN_CODE, 1, 0, 0 }, "first");
	expect_message((struct mfa_pair){ MFA_UNKNOWN_CODE, 0, 0, 0 }, "Neither");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rfc_vectors),
		cmocka_unit_test(test_no_code),
		cmocka_unit_test(test_is_code),
		cmocka_unit_test(test_seconds_left),
		cmocka_unit_test(test_seed_repaired),
		cmocka_unit_test(test_seed_from_address),
		cmocka_unit_test(test_seed_refused),
		cmocka_unit_test(test_otpauth),
		cmocka_unit_test(test_pair_table),
		cmocka_unit_test(test_pair_everywhere),
		cmocka_unit_test(test_pair_wrong_codes),
		cmocka_unit_test(test_pair_equal_neighbours),
		cmocka_unit_test(test_messages),
	};

	return RUN(tests);
}
