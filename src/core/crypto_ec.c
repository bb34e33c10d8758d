/* SPDX-License-Identifier: MIT */
/* P-256 keys and ES256 signatures over OpenSSL. */
#include <limits.h>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "alloc.h"
#include "crypto.h"

#define PEM_MAX 4096
#define HALF CRYPTO_P256_LEN

struct crypto_key {
	EVP_PKEY *pkey;
};

static struct crypto_key *
wrap(EVP_PKEY *pkey)
{
	struct crypto_key *k = xcalloc(1, sizeof(*k));

	k->pkey = pkey;
	return k;
}

struct crypto_key *
crypto_key_new(void)
{
	EVP_PKEY *pkey = EVP_EC_gen("P-256");

	if (pkey == NULL)
		die("OpenSSL cannot make a P-256 key");
	return wrap(pkey);
}

static bool
is_p256(EVP_PKEY *pkey)
{
	char name[32];

	return EVP_PKEY_get_base_id(pkey) == EVP_PKEY_EC &&
	       EVP_PKEY_get_group_name(pkey, name, sizeof(name), NULL) == 1 &&
	       OBJ_txt2nid(name) == NID_X9_62_prime256v1;
}

/* A key with a pass phrase is not one of ours; and nobody is asked for it. */
static int
no_pass_phrase(char *buf, int size, int rwflag, void *arg)
{
	(void)buf;
	(void)size;
	(void)rwflag;
	(void)arg;
	return -1;
}

struct crypto_key *
crypto_key_from_pem(const char *pem, size_t len)
{
	BIO *bio = len <= PEM_MAX ? BIO_new_mem_buf(pem, (int)len) : NULL;
	EVP_PKEY *pkey =
	    bio != NULL ? PEM_read_bio_PrivateKey(bio, NULL, no_pass_phrase, NULL) : NULL;

	BIO_free(bio);
	ERR_clear_error();
	if (pkey != NULL && is_p256(pkey))
		return wrap(pkey);
	EVP_PKEY_free(pkey);
	return NULL;
}

void
crypto_key_free(struct crypto_key *k)
{
	if (k == NULL)
		return;
	EVP_PKEY_free(k->pkey);
	xfree(k);
}

void
crypto_key_auto_free(struct crypto_key **k)
{
	crypto_key_free(*k);
}

/* The BIO's memory is OpenSSL's, whose allocator wipes. */
struct secret *
crypto_key_pem(const struct crypto_key *k)
{
	BIO *bio = BIO_new(BIO_s_mem());
	struct secret *s;
	char *data;
	long len;

	if (bio == NULL ||
	    PEM_write_bio_PrivateKey_traditional(bio, k->pkey, NULL, NULL, 0, NULL, NULL) != 1)
		die("OpenSSL cannot write a P-256 key");
	len = BIO_get_mem_data(bio, &data);
	s = secret_from(data, (size_t)len);
	BIO_free(bio);
	return s;
}

static void
coordinate(const struct crypto_key *k, const char *name, unsigned char out[HALF])
{
	BIGNUM *n = NULL;

	if (EVP_PKEY_get_bn_param(k->pkey, name, &n) != 1 || BN_bn2binpad(n, out, HALF) != HALF)
		die("OpenSSL does not tell a key's point");
	BN_free(n);
}

void
crypto_key_point(const struct crypto_key *k, unsigned char x[HALF], unsigned char y[HALF])
{
	coordinate(k, OSSL_PKEY_PARAM_EC_PUB_X, x);
	coordinate(k, OSSL_PKEY_PARAM_EC_PUB_Y, y);
}

/* OpenSSL's form of a signature is DER; JWS wants r and s, padded (RFC 7518, 3.4). */
static bool
from_der(const unsigned char *der, size_t len, unsigned char out[2 * HALF])
{
	ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &der, (long)len);
	bool ok = sig != NULL && BN_bn2binpad(ECDSA_SIG_get0_r(sig), out, HALF) == HALF &&
		  BN_bn2binpad(ECDSA_SIG_get0_s(sig), out + HALF, HALF) == HALF;

	ECDSA_SIG_free(sig);
	return ok;
}

void
crypto_sign_es256(
    const struct crypto_key *k, const void *data, size_t len, unsigned char out[2 * HALF])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char der[128];
	size_t n = sizeof(der);

	if (ctx == NULL || EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, k->pkey) != 1 ||
	    EVP_DigestSign(ctx, der, &n, data, len) != 1 || !from_der(der, n, out))
		die("ES256 failed");
	EVP_MD_CTX_free(ctx);
}

/* DER of a signature into new memory of OpenSSL's; its length, or 0. */
static int
to_der(const unsigned char sig[2 * HALF], unsigned char **der)
{
	ECDSA_SIG *s = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(sig, HALF, NULL), *t = BN_bin2bn(sig + HALF, HALF, NULL);
	int len;

	if (s == NULL || r == NULL || t == NULL || ECDSA_SIG_set0(s, r, t) != 1)
		die("out of memory");
	len = i2d_ECDSA_SIG(s, der);
	ECDSA_SIG_free(s);
	return len > 0 ? len : 0;
}

bool
crypto_verify_es256(
    const struct crypto_key *k, const void *data, size_t len, const unsigned char sig[2 * HALF])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char *der = NULL;
	int n = to_der(sig, &der);
	bool ok = ctx != NULL && n > 0 &&
		  EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, k->pkey) == 1 &&
		  EVP_DigestVerify(ctx, der, (size_t)n, data, len) == 1;

	OPENSSL_free(der);
	EVP_MD_CTX_free(ctx);
	ERR_clear_error();
	return ok;
}
