/* SPDX-License-Identifier: MIT */
#include "core_test.h"

#include <locale.h>

#include "text.h"
#include "unicode.h"

static void
clean_is(const char *src, size_t len, bool newlines, const char *expected)
{
	AUTO_BUF b = BUF_INIT(BUF_MAX_TEXT);

	text_clean(&b, src, len, newlines);
	assert_string_equal(buf_str(&b), expected);
}

static void
test_clean_keeps_text(void **state)
{
	(void)state;
	clean_is(BYTES("plain ~ text"), false, "plain ~ text");
	clean_is(BYTES("Z\xc3\xbcrich \xe6\x97\xa5\xe6\x9c\xac \xf0\x9f\x98\x82"), false,
	    "Z\xc3\xbcrich \xe6\x97\xa5\xe6\x9c\xac \xf0\x9f\x98\x82");
	clean_is(BYTES("e\xcc\x81"), false, "e\xcc\x81");
	clean_is("", 0, false, "");
}

static void
test_clean_controls(void **state)
{
	(void)state;
	clean_is(BYTES("A\rB\bC\tD\x7f"), false, "A\\x0dB\\x08C\\x09D\\x7f");
	clean_is(BYTES("\x1b]52;c;aGk=\x07\x1b[2J"), false, "\\x1b]52;c;aGk=\\x07\\x1b[2J");
	clean_is(BYTES("a\0b"), false, "a\\x00b");
	clean_is(BYTES("a\nb"), false, "a\\x0ab");
	clean_is(BYTES("a\nb\r\n"), true, "a\nb\\x0d\n");
	/* C1, as bytes and as UTF-8: CSI, OSC, NEL. */
	clean_is(BYTES("\x9b\xc2\x9b\xc2\x9d\xc2\x85"), false, "\\x9b\\x9b\\x9d\\x85");
}

static void
test_clean_invisible(void **state)
{
	(void)state;
	clean_is(BYTES("\xe2\x80\x8b\xe2\x80\x8f"), false, "\\u{200b}\\u{200f}");
	clean_is(BYTES("\xe2\x80\xae\xe2\x80\xaa"), false, "\\u{202e}\\u{202a}");
	clean_is(BYTES("\xe2\x81\xa0\xe2\x81\xa4"), false, "\\u{2060}\\u{2064}");
	clean_is(BYTES("\xe2\x81\xa6\xe2\x81\xa9"), false, "\\u{2066}\\u{2069}");
	clean_is(BYTES("\xef\xbb\xbf"), false, "\\u{feff}");
	clean_is(BYTES("\xe2\x80\xa8\xe2\x80\xa9"), false, "\\u{2028}\\u{2029}");
	clean_is(BYTES("\xd8\x9c"), false, "\\u{061c}");
	clean_is(BYTES("\xc2\xad"), false, "\\xad");
	/* Private use, unassigned, tag and noncharacter. */
	clean_is(BYTES("\xee\x80\x80\xf4\x8f\xbf\xbd"), false, "\\u{e000}\\u{10fffd}");
	clean_is(BYTES("\xcd\xb8"), false, "\\u{0378}");
	clean_is(BYTES("\xf3\xa0\x81\x81"), false, "\\u{e0041}");
	clean_is(BYTES("\xef\xbf\xbf"), false, "\\u{ffff}");
	clean_is(BYTES("\xe3\x85\xa4"), false, "\\u{3164}");
}

static void
test_clean_bad_utf8(void **state)
{
	(void)state;
	clean_is(BYTES("a\xff\xfe"), false, "a\\xff\\xfe");
	clean_is(BYTES("\xc0\x80"), false, "\\xc0\\x80");          /* overlong NUL */
	clean_is(BYTES("\xe0\x80\x9b"), false, "\\xe0\\x80\\x9b"); /* overlong CSI */
	clean_is(BYTES("\xed\xa0\x80"), false, "\\xed\\xa0\\x80"); /* surrogate */
	clean_is(BYTES("\xf4\x90\x80\x80"), false, "\\xf4\\x90\\x80\\x80");
	clean_is(BYTES("\xe2\x82"), false, "\\xe2\\x82"); /* cut off */
	clean_is(BYTES("\xe2\x82\x1b"), false, "\\xe2\\x82\\x1b");
	/* Bytes of the character are there, but not in the length given. */
	clean_is("\xe2\x82\xac", 2, false, "\\xe2\\x82");
}

/* Every code point: shown as it is, or as printable ASCII. */
static void
test_clean_every_character(void **state)
{
	char s[4], out[TEXT_CLEAN_CHAR + 1];

	(void)state;
	for (uint32_t c = 0x80; c <= 0x10ffff; c++) {
		size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
		uint32_t back = 0;

		s[0] = (char)(n == 2 ? 0xc0 | c >> 6 : n == 3 ? 0xe0 | c >> 12 : 0xf0 | c >> 18);
		for (size_t i = 1; i < n; i++)
			s[i] = (char)(0x80 | (c >> 6 * (n - 1 - i) & 0x3f));
		if (c >= 0xd800 && c <= 0xdfff) {
			assert_int_equal(unicode_decode(s, n, &back), 0);
			continue;
		}
		assert_int_equal(unicode_decode(s, n, &back), n);
		assert_int_equal(back, c);
		assert_int_equal(text_clean_char(out, s, n), n);
		if (unicode_shows(c))
			assert_memory_equal(out, s, n);
		else
			assert_true(out[0] == '\\' && text_only(out, "\\{}"));
	}
	assert_false(unicode_shows(0x110000));
}

static void
test_cleaned(void **state)
{
	char *s = text_cleaned("a\nb\x1b");

	(void)state;
	assert_string_equal(s, "a b\\x1b");
	xfree(s);
	s = text_cleaned("");
	assert_string_equal(s, "");
	xfree(s);
}

static void
test_width(void **state)
{
	(void)state;
	assert_string_equal(setlocale(LC_ALL, NULL), "C"); /* and it does not matter */
	assert_int_equal(text_width(""), 0);
	assert_int_equal(text_width("abc"), 3);
	assert_int_equal(text_width("Z\xc3\xbcrich"), 6);
	assert_int_equal(text_width("\xe6\x97\xa5\xe6\x9c\xac"), 4);
	assert_int_equal(text_width("e\xcc\x81"), 1);
	assert_int_equal(text_width("\xf0\x9f\x98\x82"), 2);
	assert_int_equal(text_width("\xe2\x94\x80\xe2\x80\xa2"), 2); /* line, bullet */
	assert_int_equal(text_width("\xff"), 1);
	assert_int_equal(text_width("\xed\x95\x9c"), 2);
}

static void
test_fit(void **state)
{
	(void)state;
	assert_int_equal(text_fit("abcdef", 4), 4);
	assert_int_equal(text_fit("abc", 10), 3);
	assert_int_equal(text_fit("\xe6\x97\xa5\xe6\x9c\xac", 3), 3);
	assert_int_equal(text_fit("\xe6\x97\xa5", 1), 0);
	assert_int_equal(text_fit("e\xcc\x81x", 1), 3);
	assert_int_equal(text_fit("", 1), 0);
	assert_int_equal(text_char_len(""), 0);
	assert_int_equal(text_char_len("a"), 1);
	assert_int_equal(text_char_len("\xe2\x82\xac"), 3);
	assert_int_equal(text_char_len("\xe2\x82"), 1);
}

static void
wrap_is(const char *s, size_t cols, const char *indent, const char *expected)
{
	AUTO_BUF b = BUF_INIT(BUF_MAX_TEXT);

	text_wrap(&b, s, cols, indent);
	assert_string_equal(buf_str(&b), expected);
}

static void
test_wrap(void **state)
{
	(void)state;
	wrap_is("the quick brown fox", 10, "", "the quick\nbrown fox\n");
	wrap_is("the quick brown fox", 12, "  ", "  the quick\n  brown fox\n");
	wrap_is("abcdefghij xy", 4, "", "abcd\nefgh\nij\nxy\n");
	wrap_is("one\n\ntwo", 10, "> ", "> one\n> \n> two\n");
	wrap_is("one\n", 10, "", "one\n");
	wrap_is("", 10, "  ", "  \n");
	wrap_is("abcd efgh", 4, "", "abcd\nefgh\n");
	wrap_is("a b", 0, "    ", "    a\n    b\n");
	wrap_is("\xe6\x97\xa5\xe6\x9c\xac", 1, "", "\xe6\x97\xa5\n\xe6\x9c\xac\n");
	wrap_is("\xe6\x97\xa5\xe6\x9c\xac", 3, "", "\xe6\x97\xa5\n\xe6\x9c\xac\n");
}

static void
test_hex_and_base64(void **state)
{
	/* RFC 4648, section 10. */
	static const char *const pairs[][2] = {
		{ "", "" },
		{ "f", "Zg==" },
		{ "fo", "Zm8=" },
		{ "foo", "Zm9v" },
		{ "foob", "Zm9vYg==" },
		{ "fooba", "Zm9vYmE=" },
		{ "foobar", "Zm9vYmFy" },
	};
	AUTO_BUF b = BUF_INIT(BUF_MAX_LINE);

	(void)state;
	text_hex(&b, (const unsigned char *)"\x00\xff\x1a", 3);
	assert_string_equal(buf_str(&b), "00ff1a");
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		const char *plain = pairs[i][0], *coded = pairs[i][1];
		size_t digits = strcspn(coded, "=");

		buf_reset(&b);
		text_base64(&b, (const unsigned char *)plain, strlen(plain));
		assert_string_equal(buf_str(&b), coded);
		buf_reset(&b);
		assert_true(text_unbase64(&b, coded, strlen(coded)));
		assert_string_equal(buf_str(&b), plain);
		buf_reset(&b);
		assert_true(text_unbase64(&b, coded, digits));
		assert_string_equal(buf_str(&b), plain);
	}
	buf_reset(&b);
	assert_true(text_unbase64(&b, BYTES("-_-_+/+/")));
	assert_memory_equal(b.data, "\xfb\xff\xbf\xfb\xff\xbf", 6);
}

static void
test_base64_rubbish(void **state)
{
	static const char *const bad[] = {
		"A",
		"Zg=",
		"Zg===",
		"Z===",
		"====",
		"Zm9v=",
		"Zm 9",
		"Zm9\n",
		"Zg==Zg==",
		"Zm\x80g",
	};
	AUTO_BUF b = BUF_INIT(BUF_MAX_LINE);

	(void)state;
	buf_puts(&b, "before");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(text_unbase64(&b, bad[i], strlen(bad[i])));
		assert_string_equal(buf_str(&b), "before");
	}
}

static void
test_percent(void **state)
{
	AUTO_BUF b = BUF_INIT(BUF_MAX_LINE);

	(void)state;
	text_percent(&b, BYTES("a b/c:d~-._\xc3\xbc\0"), false);
	assert_string_equal(buf_str(&b), "a%20b%2Fc%3Ad~-._%C3%BC%00");
	buf_reset(&b);
	text_percent(&b, BYTES("/a+b/*"), true);
	assert_string_equal(buf_str(&b), "/a%2Bb/%2A");
	buf_reset(&b);
	assert_true(text_unpercent(&b, BYTES("%7b%22a+b%22%7D")));
	assert_string_equal(buf_str(&b), "{\"a+b\"}");
	assert_false(text_unpercent(&b, BYTES("x%2")));
	assert_false(text_unpercent(&b, BYTES("x%")));
	assert_false(text_unpercent(&b, BYTES("x%g0")));
	assert_false(text_unpercent(&b, "%41", 2));
	assert_string_equal(buf_str(&b), "{\"a+b\"}");
}

static void
time_is(const char *s, int64_t expected)
{
	int64_t t = -1;

	if (!text_parse_time(s, &t))
		fail_msg("%s is not read", s);
	assert_int_equal(t, expected);
}

static void
test_times(void **state)
{
	char out[24];

	(void)state;
	time_is("2026-11-24T10:00:00Z", 1795514400);
	time_is("2026-11-24T10:00:00.123456Z", 1795514400);
	time_is("2026-11-24T10:00:00+00:00", 1795514400);
	time_is("2026-11-24T12:30:00+0230", 1795514400);
	time_is("2026-11-24T02:00:00-08:00", 1795514400);
	time_is("2026-11-24 10:00:00", 1795514400);
	time_is("2026-11-24", 1795478400);
	time_is("Tue, 24 Nov 2026 10:00:00 GMT", 1795514400);
	time_is("1795514400", 1795514400);
	time_is("1.7955144E9", 1795514400);
	time_is("1795514400.999", 1795514400);
	time_is("1970-01-01T00:00:00Z", 0);
	time_is("2024-02-29T00:00:00Z", 1709164800);
	time_is("2016-12-31T23:59:60Z", 1483228799);
	text_iso8601(out, sizeof(out), 1795514400);
	assert_string_equal(out, "2026-11-24T10:00:00Z");
	text_iso8601(out, sizeof(out), INT64_MAX);
	assert_string_equal(out, "?");
	text_iso8601(out, sizeof(out), 253402300800);
	assert_string_equal(out, "?");
}

static void
test_times_rubbish(void **state)
{
	static const char *const bad[] = {
		"",
		"x",
		"2026-13-01T00:00:00Z",
		"2026-02-30T00:00:00Z",
		"2026-00-01",
		"2026-01-00",
		"2026-11-24T24:00:00Z",
		"2026-11-24T10:60:00Z",
		"2026-11-24T10:00",
		"2026-11-24T10:00:00ZZ",
		"2026-11-24T10:00:00+1",
		"2026-11-24T10:00:00+24:00",
		"2026-11-24T",
		"2026-11",
		"Tue, 24 Foo 2026 10:00:00 GMT",
		"Tue, 24 anF 2026 10:00:00 GMT",
		"Tue, 24 Nov 2026 10:00:00 PST",
		"Tue, 24 Nov 2026",
		"Tue, ",
		"Tue,",
		",",
		"1e400",
		"1e12",
		"-1e12",
		"1e",
		"1e+",
		".",
		"-",
		"1.2.3",
		"0x10",
		"nan",
		"inf",
		" 1",
		"1 ",
	};
	int64_t t = 42;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (text_parse_time(bad[i], &t))
			fail_msg("\"%s\" is read as %lld", bad[i], (long long)t);
	assert_int_equal(t, 42);
}

static void
test_numbers(void **state)
{
	double v = -1;

	(void)state;
	assert_true(text_parse_number("10.5", &v) && v == 10.5);
	assert_true(text_parse_number("-0.25", &v) && v == -0.25);
	assert_true(text_parse_number("1e3", &v) && v == 1000);
	assert_true(text_parse_number("25E-2", &v) && v == 0.25);
	assert_true(text_parse_number("0e999999", &v) && v == 0);
	assert_true(text_parse_number("5.", &v) && v == 5);
	assert_true(text_parse_number(".5", &v) && v == 0.5);
	assert_true(text_parse_number("1e-999", &v) && v == 0);
	assert_false(text_parse_number("1e999", &v));
	assert_false(text_parse_number("1,5", &v));
	assert_false(text_parse_number("", &v));
}

static void
test_only_and_glob(void **state)
{
	(void)state;
	assert_true(text_only("abc-09Z", "-"));
	assert_false(text_only("abc d", "-"));
	assert_true(text_only("", ""));
	assert_false(text_only("\xc3\xbc", ""));
	assert_true(text_glob("s3:*", "s3:GetObject", false));
	assert_true(text_glob("S3:get*", "s3:GetObject", true));
	assert_false(text_glob("S3:get*", "s3:GetObject", false));
	assert_true(text_glob("*", "", false));
	assert_false(text_glob("?", "", false));
	assert_true(text_glob("a?c*e", "abcdde", false));
	assert_true(text_glob("*abc", "ababcabc", false));
	assert_false(text_glob("*abc", "ababcabcd", false));
	assert_true(text_glob("", "", false));
	assert_false(text_glob("", "a", false));
	assert_false(text_glob("a", "", false));
	assert_true(
	    text_glob("arn:aws:iam::*:user/*", "arn:aws:iam::123456789012:user/a/b", false));
	/* Never exponential. */
	assert_false(text_glob("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b",
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false));
}

static void
test_template(void **state)
{
	static const char *const pairs[] = { "name", "alice", "id", "", "brace", "{name}", NULL };
	AUTO_BUF b = BUF_INIT(BUF_MAX_LINE);

	(void)state;
	text_template(&b, "user/{name}{id} {other} {name {} {{name}} {brace} {", pairs);
	assert_string_equal(buf_str(&b), "user/alice {other} {name {} {alice} {name} {");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clean_keeps_text),
		cmocka_unit_test(test_clean_controls),
		cmocka_unit_test(test_clean_invisible),
		cmocka_unit_test(test_clean_bad_utf8),
		cmocka_unit_test(test_clean_every_character),
		cmocka_unit_test(test_cleaned),
		cmocka_unit_test(test_width),
		cmocka_unit_test(test_fit),
		cmocka_unit_test(test_wrap),
		cmocka_unit_test(test_hex_and_base64),
		cmocka_unit_test(test_base64_rubbish),
		cmocka_unit_test(test_percent),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_times_rubbish),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_only_and_glob),
		cmocka_unit_test(test_template),
	};

	return RUN(tests);
}
