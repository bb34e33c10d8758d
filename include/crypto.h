/* SPDX-License-Identifier: MIT */
/*
 * Digests and randomness over OpenSSL; the only users of OpenSSL are this
 * module, secret.c and alloc.c.
 */
#ifndef CRYPTO_H
#define CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "secret.h"

#define CRYPTO_SHA256_LEN	32
#define CRYPTO_SHA256_HEX	65	/* with the NUL */

void	crypto_sha256(const void *data, size_t len, unsigned char out[CRYPTO_SHA256_LEN]);
void	crypto_sha256_hex(const void *data, size_t len, char out[CRYPTO_SHA256_HEX]);
/* SHA-1 names the AWS CLI's cache files; never for anything that has to be safe. */
#define CRYPTO_SHA1_HEX		41	/* with the NUL */
void	crypto_sha1_hex(const void *data, size_t len, char out[CRYPTO_SHA1_HEX]);
void	crypto_hmac_sha256(const void *key, size_t keylen, const void *data, size_t len,
	    unsigned char out[CRYPTO_SHA256_LEN]);
/* Random bytes from OpenSSL's CSPRNG; dies when there are none. */
void	crypto_random(void *out, size_t len);
/* A number in [0, bound) without modulo bias; bound > 0. */
uint32_t crypto_uniform(uint32_t bound);
/* A random (version 4) UUID, 36 characters and a NUL. */
void	crypto_uuid(char out[37]);
/* Wipe memory in a way that the compiler cannot drop. */
void	crypto_wipe(void *p, size_t len);

/* ---- a P-256 key pair, for ES256 signatures (RFC 7518, 3.4) ---- */

#define CRYPTO_P256_LEN		32	/* bytes of a coordinate and of a half of a signature */

struct crypto_key;

/* A new key; dies when OpenSSL cannot make one. */
struct crypto_key *crypto_key_new(void) __attribute__((returns_nonnull));
/*
 * From PEM, "EC PRIVATE KEY" (SEC1) or "PRIVATE KEY" (PKCS #8), not encrypted;
 * NULL when it is not a P-256 private key.
 */
struct crypto_key *crypto_key_from_pem(const char *pem, size_t len);
void	crypto_key_free(struct crypto_key *k);
#define AUTO_KEY __attribute__((cleanup(crypto_key_auto_free))) struct crypto_key *
void	crypto_key_auto_free(struct crypto_key **k);
/* The private key as "EC PRIVATE KEY" with its public key, as the AWS CLI writes it. */
struct secret *crypto_key_pem(const struct crypto_key *k) __attribute__((returns_nonnull));
/* The public point. */
void	crypto_key_point(const struct crypto_key *k, unsigned char x[CRYPTO_P256_LEN],
	    unsigned char y[CRYPTO_P256_LEN]);
/* ECDSA over SHA-256 as r and s in a row, each 32 bytes, big-endian. */
void	crypto_sign_es256(const struct crypto_key *k, const void *data, size_t len,
	    unsigned char out[2 * CRYPTO_P256_LEN]);
/* Does the signature fit the key? */
bool	crypto_verify_es256(const struct crypto_key *k, const void *data, size_t len,
	    const unsigned char sig[2 * CRYPTO_P256_LEN]);

#endif
