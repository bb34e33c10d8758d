/* SPDX-License-Identifier: MIT */
#include "crypto.h"

#include <limits.h>
#include <stdio.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "alloc.h"

void
crypto_sha256(const void *data, size_t len, unsigned char out[CRYPTO_SHA256_LEN])
{
	if (EVP_Digest(data, len, out, NULL, EVP_sha256(), NULL) != 1)
		die("SHA-256 failed");
}

static void
put_hex(const unsigned char *md, size_t len, char *out)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		out[2 * i] = digits[md[i] >> 4];
		out[2 * i + 1] = digits[md[i] & 15];
	}
	out[2 * len] = '\0';
}

void
crypto_sha256_hex(const void *data, size_t len, char out[CRYPTO_SHA256_HEX])
{
	unsigned char md[CRYPTO_SHA256_LEN];

	crypto_sha256(data, len, md);
	put_hex(md, sizeof(md), out);
}

void
crypto_sha1_hex(const void *data, size_t len, char out[CRYPTO_SHA1_HEX])
{
	unsigned char md[(CRYPTO_SHA1_HEX - 1) / 2];

	if (EVP_Digest(data, len, md, NULL, EVP_sha1(), NULL) != 1)
		die("SHA-1 failed");
	put_hex(md, sizeof(md), out);
}

void
crypto_hmac_sha256(const void *key, size_t keylen, const void *data, size_t len,
    unsigned char out[CRYPTO_SHA256_LEN])
{
	unsigned int outlen = CRYPTO_SHA256_LEN;

	if (keylen > INT_MAX)
		die("HMAC key of %zu bytes", keylen);
	/* HMAC() takes a NULL key for "the key of last time". */
	if (keylen == 0)
		key = "";
	if (HMAC(EVP_sha256(), key, (int)keylen, data, len, out, &outlen) == NULL)
		die("HMAC-SHA-256 failed");
}

void
crypto_random(void *out, size_t len)
{
	if (len > INT_MAX || RAND_bytes(out, (int)len) != 1)
		die("no random bytes");
}

uint32_t
crypto_uniform(uint32_t bound)
{
	uint32_t r, below;

	if (bound == 0)
		die("crypto_uniform(0)");
	/* 2^32 mod bound: what is below it would make the small numbers likelier. */
	below = (uint32_t)-bound % bound;
	do {
		crypto_random(&r, sizeof(r));
	} while (r < below);
	return r % bound;
}

void
crypto_uuid(char out[37])
{
	unsigned char b[16];

	crypto_random(b, sizeof(b));
	b[6] = (unsigned char)((b[6] & 0x0f) | 0x40); /* RFC 9562, 5.4 */
	b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
	snprintf(out, 37, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
	    b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13],
	    b[14], b[15]);
}

void
crypto_wipe(void *p, size_t len)
{
	OPENSSL_cleanse(p, len);
}
