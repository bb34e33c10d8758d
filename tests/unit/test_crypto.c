/* SPDX-License-Identifier: MIT */
#include "core_test.h"

#include "clock.h"
#include "crypto.h"
#include "text.h"

static void
expect_hex(const unsigned char *md, const char *hex)
{
	AUTO_BUF b = BUF_INIT(BUF_MAX_LINE);

	text_hex(&b, md, CRYPTO_SHA256_LEN);
	assert_string_equal(buf_str(&b), hex);
}

/* FIPS 180-4 examples. */
static void
test_sha256(void **state)
{
	unsigned char md[CRYPTO_SHA256_LEN];
	char hex[CRYPTO_SHA256_HEX];

	(void)state;
	crypto_sha256("abc", 3, md);
	expect_hex(md, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	crypto_sha256_hex("", 0, hex);
	assert_string_equal(
	    hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	crypto_sha256_hex(NULL, 0, hex);
	assert_string_equal(
	    hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

/* RFC 4231, test cases 2 and 6, and the empty key. */
static void
test_hmac(void **state)
{
	static const char six[] = "Test Using Larger Than Block-Size Key - Hash Key First";
	unsigned char md[CRYPTO_SHA256_LEN], key[131];

	(void)state;
	crypto_hmac_sha256("Jefe", 4, BYTES("what do ya want for nothing?"), md);
	expect_hex(md, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	memset(key, 0xaa, sizeof(key));
	crypto_hmac_sha256(key, sizeof(key), BYTES(six), md);
	expect_hex(md, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
	crypto_hmac_sha256(NULL, 0, NULL, 0, md);
	expect_hex(md, "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

static void
test_uniform(void **state)
{
	unsigned seen[7] = { 0 };

	(void)state;
	for (int i = 0; i < 7000; i++) {
		uint32_t r = crypto_uniform(7);

		assert_true(r < 7);
		seen[r]++;
	}
	/* 1000 each; eight standard deviations away is never chance. */
	for (size_t i = 0; i < 7; i++)
		assert_in_range(seen[i], 760, 1240);
	assert_int_equal(crypto_uniform(1), 0);
	for (int i = 0; i < 100; i++)
		assert_true(crypto_uniform(0x80000001U) <= 0x80000000U);
}

static void
test_uuid(void **state)
{
	char a[37], b[37];

	(void)state;
	crypto_uuid(a);
	crypto_uuid(b);
	assert_int_equal(strlen(a), 36);
	assert_string_not_equal(a, b);
	assert_int_equal(a[14], '4');
	assert_non_null(strchr("89ab", a[19]));
	assert_int_equal(strspn(a, "0123456789abcdef-"), 36);
	assert_true(a[8] == '-' && a[13] == '-' && a[18] == '-' && a[23] == '-');
}

static void
test_random_and_wipe(void **state)
{
	unsigned char a[32] = { 0 }, b[32], zeros[32] = { 0 };

	(void)state;
	crypto_random(a, sizeof(a));
	crypto_random(b, sizeof(b));
	assert_memory_not_equal(a, b, sizeof(a));
	crypto_wipe(a, sizeof(a));
	assert_memory_equal(a, zeros, sizeof(a));
}

static int64_t
fixed_time(void *arg)
{
	return *(const int64_t *)arg;
}

static void
test_clock(void **state)
{
	int64_t now = 1000000;
	struct clock c = { .source = fixed_time, .arg = &now };

	(void)state;
	assert_int_equal(clock_now(&c), 1000000);
	assert_false(clock_is_wrong(&c));
	clock_learn(&c, 1000059);
	assert_false(clock_is_wrong(&c));
	assert_int_equal(clock_now(&c), 1000059);
	clock_learn(&c, 1000060);
	assert_true(clock_is_wrong(&c));
	now = 1000500;
	assert_int_equal(clock_now(&c), 1000560);
	assert_int_equal(clock_local(&c), 1000500);
	clock_learn(&c, 1000440);
	assert_true(clock_is_wrong(&c));
	assert_true(clock_local(NULL) > 1700000000);
	assert_true(clock_ms() <= clock_ms());
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sha256),
		cmocka_unit_test(test_hmac),
		cmocka_unit_test(test_uniform),
		cmocka_unit_test(test_uuid),
		cmocka_unit_test(test_random_and_wipe),
		cmocka_unit_test(test_clock),
	};

	return RUN(tests);
}
