/* SPDX-License-Identifier: MIT */
/*
 * Digests and randomness over OpenSSL; the only users of OpenSSL are this
 * module, secret.c and alloc.c.
 */
#ifndef CRYPTO_H
#define CRYPTO_H

#include <stddef.h>
#include <stdint.h>

#include "buf.h"

#define CRYPTO_SHA256_LEN	32
#define CRYPTO_SHA256_HEX	65	/* with the NUL */

void	crypto_sha256(const void *data, size_t len, unsigned char out[CRYPTO_SHA256_LEN]);
void	crypto_sha256_hex(const void *data, size_t len, char out[CRYPTO_SHA256_HEX]);
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

#endif
