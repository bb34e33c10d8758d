/* SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include "mfa.h"

FUZZ_INSTALL

/* What is taken is Base32 that makes codes, and survives its own address. */
static void
taken(const struct secret *seed)
{
	AUTO_SECRET uri = mfa_otpauth(seed, "alice@111122223333");
	AUTO_SECRET again = mfa_seed_parse(secret_borrow(uri), secret_len(uri), NULL);
	AUTO_SECRET twice = mfa_seed_parse(secret_borrow(seed), secret_len(seed), NULL);
	size_t len = secret_len(seed);
	char a[7], b[7];

	must(len >= 16 && len <= 1024);
	must(strspn(secret_borrow(seed), "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") == len);
	must(again != NULL && secret_equal(seed, again));
	must(twice != NULL && secret_equal(seed, twice));
	must(mfa_code_at(seed, 1795000000, a) && mfa_is_code(a));
	must(mfa_code_at(seed, 1795000030, b) && mfa_is_code(b));
	must(mfa_check_pair(seed, a, b, 1795000031).verdict == MFA_OK);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err e = { .kind = ERR_NONE };
	AUTO_SECRET seed = mfa_seed_parse((const char *)data, size, &e);
	AUTO_FREE char *text = xstrndup((const char *)data, size);

	must((seed == NULL) == err_is(&e, "BadSeed"));
	must((seed == NULL) == (e.text[0] != '\0'));
	if (seed != NULL)
		taken(seed);
	(void)mfa_is_code(text);
	return 0;
}
