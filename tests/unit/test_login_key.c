/* SPDX-License-Identifier: MIT */
/* P-256 keys, ES256 signatures and base64url: what a DPoP proof is made of. */
#include "core_test.h"

#include "crypto.h"
#include "text.h"

/* Of the published login cases of botocore: PKCS #8, as some SDKs write it. */
#define PKCS8                                                                                      \
	"-----BEGIN PRIVATE KEY-----\n"                                                            \
	"MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg+PNauWi/ihtwHHbq\n"                       \
	"1tgc8Vgpwx0qQlNSN38y+z0igWehRANCAAR2Ntw6BXJ1v8jb9XjzKZJ+gL5f/3Jq\n"                       \
	"IqiH2PUGKWxoFwNlcNB83FivEXEzlTbuCQK5OezOYb3gbvHuzKkB0nDX\n"                               \
	"-----END PRIVATE KEY-----"

#define HALF_A_KEY                                                                                 \
	"-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEII6bEJ5xkJi/mASH3x9ddy2n\n"                       \
	"-----END EC PRIVATE KEY-----\n"

/* RFC 7515, appendix A.3: an ES256 signature over an ASCII text by a public key. */
#define RFC_TEXT                                                                                   \
	"eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGx" \
	"lLmNvbS9pc19yb290Ijp0cnVlfQ"
#define RFC_SIGNATURE                                                                              \
	"DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
/* Its key as SEC1, put together from the private number that the RFC prints. */
#define RFC_KEY                                                                                    \
	"-----BEGIN EC PRIVATE KEY-----\n"                                                         \
	"MHcCAQEEII6bEJ5xkJi/mASH3x9ddy2nLptuErb0BgPefdvEjfTToAoGCCqGSM49\n"                       \
	"AwEHoUQDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEXH8UTNG72b\n"                       \
	"focs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==\n"                                                   \
	"-----END EC PRIVATE KEY-----\n"

static void
unbase64(const char *text, unsigned char *out, size_t size)
{
	AUTO_BUF b = BUF_INIT(BUF_MAX_LINE);

	assert_true(text_unbase64(&b, text, strlen(text)));
	assert_int_equal(b.len, size);
	memcpy(out, b.data, size);
}

static void
expect_point(const struct crypto_key *k, const char *x, const char *y)
{
	unsigned char p[2][CRYPTO_P256_LEN], wanted[2][CRYPTO_P256_LEN];

	crypto_key_point(k, p[0], p[1]);
	unbase64(x, wanted[0], CRYPTO_P256_LEN);
	unbase64(y, wanted[1], CRYPTO_P256_LEN);
	assert_memory_equal(p, wanted, sizeof p);
}

static void
test_rfc7515(void **state)
{
	AUTO_KEY k = crypto_key_from_pem(BYTES(RFC_KEY));
	unsigned char sig[2 * CRYPTO_P256_LEN];

	(void)state;
	assert_non_null(k);
	expect_point(k, "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
	    "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");
	unbase64(RFC_SIGNATURE, sig, sizeof sig);
	assert_true(crypto_verify_es256(k, BYTES(RFC_TEXT), sig));
	assert_false(crypto_verify_es256(k, BYTES(RFC_TEXT "x"), sig));
	sig[40] ^= 1;
	assert_false(crypto_verify_es256(k, BYTES(RFC_TEXT), sig));
}

static void
test_pkcs8(void **state)
{
	AUTO_KEY k = crypto_key_from_pem(BYTES(PKCS8));

	(void)state;
	assert_non_null(k);
	expect_point(k, "djbcOgVydb_I2_V48ymSfoC-X_9yaiKoh9j1BilsaBc",
	    "A2Vw0HzcWK8RcTOVNu4JArk57M5hveBu8e7MqQHScNc");
}

/* Many signatures: one of 128 has an r or s with a zero in front. */
static void
test_sign(void **state)
{
	AUTO_KEY k = crypto_key_new();
	AUTO_KEY other = crypto_key_new();
	unsigned char sig[2 * CRYPTO_P256_LEN];
	int short_ones = 0;

	(void)state;
	for (int i = 0; i < 3000; i++) {
		crypto_sign_es256(k, &i, sizeof i, sig);
		assert_true(crypto_verify_es256(k, &i, sizeof i, sig));
		short_ones += sig[0] == 0 || sig[CRYPTO_P256_LEN] == 0;
	}
	assert_true(short_ones > 0);
	assert_false(crypto_verify_es256(other, BYTES("x"), sig));
}

static void
test_pem_again(void **state)
{
	AUTO_KEY k = crypto_key_new();
	AUTO_SECRET pem = crypto_key_pem(k);
	AUTO_KEY again = crypto_key_from_pem(secret_borrow(pem), secret_len(pem));
	unsigned char a[2][CRYPTO_P256_LEN], b[2][CRYPTO_P256_LEN];

	(void)state;
	assert_non_null(again);
	assert_ptr_equal(
	    strstr(secret_borrow(pem), "-----BEGIN EC PRIVATE KEY-----\n"), secret_borrow(pem));
	assert_non_null(strstr(secret_borrow(pem), "\n-----END EC PRIVATE KEY-----\n"));
	crypto_key_point(k, a[0], a[1]);
	crypto_key_point(again, b[0], b[1]);
	assert_memory_equal(a, b, sizeof a);
}

static void
test_bad_pem(void **state)
{
	/* An Ed25519 key, an encrypted one, half of one. */
	static const char *const bad[] = {
		"",
		"-----BEGIN PRIVATE KEY-----\n"
		"MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
		"-----END PRIVATE KEY-----\n",
		"-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"
		"DEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\nAAAA\n"
		"-----END EC PRIVATE KEY-----\n",
		HALF_A_KEY,
		"MHcCAQEEII6bEJ5xkJi/mASH3x9ddy2nLptuErb0BgPefdvEjfTToAoGCCqGSM49",
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_null(crypto_key_from_pem(bad[i], strlen(bad[i])));
}

static void
test_base64url(void **state)
{
	static const struct {
		const char *plain, *coded;
	} cases[] = { { "", "" }, { "f", "Zg" }, { "fo", "Zm8" }, { "foo", "Zm9v" },
		{ "\xfb\xff\xfe", "-__-" }, { "\xff", "_w" } };
	AUTO_BUF b = BUF_INIT(BUF_MAX_LINE);

	(void)state;
	buf_puts(&b, "a+/=");
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		buf_cut(&b, 4);
		text_base64url(&b, (const unsigned char *)cases[i].plain, strlen(cases[i].plain));
		assert_string_equal(buf_str(&b) + 4, cases[i].coded);
		assert_memory_equal(buf_str(&b), "a+/=", 4);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rfc7515),
		cmocka_unit_test(test_pkcs8),
		cmocka_unit_test(test_sign),
		cmocka_unit_test(test_pem_again),
		cmocka_unit_test(test_bad_pem),
		cmocka_unit_test(test_base64url),
	};

	return RUN(tests);
}
