/* SPDX-License-Identifier: MIT */
#include "core_test.h"

#include <jansson.h>

#include "account.h"
#include "json.h"

#define STRICT                                                                                     \
	"{\"MinimumPasswordLength\":14,\"RequireSymbols\":true,\"RequireNumbers\":true,"           \
	"\"RequireUppercaseCharacters\":true,\"RequireLowercaseCharacters\":true}"

/* The fault of a password under a policy (NULL: AWS's default), as a part of its text. */
static void
expect(const char *password, const char *policy, const char *part)
{
	AUTO_SECRET p = secret_from(password, strlen(password));
	json_auto_t *rules = policy != NULL ? json_parse(policy, strlen(policy), NULL) : NULL;
	const char *fault = account_password_fault(p, rules);

	if (part == NULL ? fault != NULL : fault == NULL || strstr(fault, part) == NULL)
		fail_msg("%s under %s: %s", password, policy != NULL ? policy : "AWS's default",
		    fault != NULL ? fault : "good");
}

static void
test_default_policy(void **state)
{
	json_auto_t *null = json_null();
	AUTO_SECRET p = secret_from("Abcdefg1", 8);

	(void)state;
	expect("Abcdefg1", NULL, NULL);
	expect("abcdefg1!", NULL, NULL);
	expect("ABCDEFG1|", NULL, NULL);
	expect("Abcdefgh'", NULL, NULL);
	expect("", NULL, "empty");
	expect("Abcdef1", NULL, "8");
	expect("abcdefgh1", NULL, "three of these four");
	expect("abcdefgh", NULL, "three of these four");
	/* Neither blanks nor letters beyond A to Z are of any class; / is no symbol of AWS's. */
	expect("abcdefgh1 \xc3\x84/", NULL, "three of these four");
	assert_null(account_password_fault(p, null));
}

static void
test_own_policy(void **state)
{
	(void)state;
	expect("Abcdefghijkl1!", STRICT, NULL);
	expect("Abcdefghijk1!", STRICT, "shorter");
	expect("abcdefghijkl1!", STRICT, "capital");
	expect("ABCDEFGHIJKL1!", STRICT, "small");
	expect("Abcdefghijklm!", STRICT, "digit");
	expect("Abcdefghijklm1", STRICT, "symbol");
	/* An own policy without classes asks for none. */
	expect("aaaaaa", "{\"MinimumPasswordLength\":6}", NULL);
	expect("aaaaa", "{\"MinimumPasswordLength\":6}", "shorter");
	expect("aaaaaa", "{}", NULL);
	/* Numbers and booleans come as text from XML. */
	expect("aaaaaa", "{\"MinimumPasswordLength\":\"8\"}", "shorter");
	expect(
	    "aaaaaaaa", "{\"MinimumPasswordLength\":\"8\",\"RequireNumbers\":\"true\"}", "digit");
	expect("aaaaaaaa", "{\"MinimumPasswordLength\":\"8\",\"RequireNumbers\":\"false\"}", NULL);
}

/* Length counts characters; what is beyond U+00FF, or no UTF-8, AWS does not take. */
static void
test_characters(void **state)
{
	char longest[131];

	(void)state;
	expect("\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f\xc3\x84\xc3\x96", "{\"MinimumPasswordLength\":6}",
	    NULL);
	expect(
	    "\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f\xc3\x84", "{\"MinimumPasswordLength\":6}", "shorter");
	expect("Abcdefg1\xe2\x82\xac", NULL, "does not take");
	expect("Abcdefg1\xc4\x80", NULL, "does not take");
	expect("Abcdefg1\xff", NULL, "does not take");
	expect("Abcdefg1\xc3", NULL, "does not take");
	expect("Abcdefg1\x01", NULL, "does not take");
	expect("Abcdefg1\t", NULL, NULL);
	memset(longest, 'a', 130);
	longest[0] = 'A';
	longest[1] = '1';
	longest[129] = '\0';
	expect(longest, NULL, "too long");
	longest[128] = '\0';
	expect(longest, NULL, NULL);
}

static void
check_made(const struct secret *p, size_t length)
{
	json_auto_t *strict = json_parse(BYTES(STRICT), NULL);
	const char *s = secret_borrow(p);

	assert_int_equal(secret_len(p), length);
	assert_null(account_password_fault(p, strict));
	assert_null(account_password_fault(p, NULL));
	assert_null(strpbrk(s, ",\"'\\ \t01lIOo|"));
	assert_null(strchr("=+-@", s[0]));
}

static void
test_made(void **state)
{
	bool seen[256] = { false };
	size_t kinds = 0;

	(void)state;
	for (int i = 0; i < 2000; i++) {
		AUTO_SECRET p = account_make_password(20);

		check_made(p, 20);
		for (const char *s = secret_borrow(p); *s != '\0'; s++)
			seen[(unsigned char)*s] = true;
	}
	for (int c = 0; c < 256; c++)
		kinds += seen[c];
	/* 24 capital and 24 small letters, 8 digits, 18 symbols. */
	assert_int_equal(kinds, 24 + 24 + 8 + 18);
}

static void
test_made_lengths(void **state)
{
	static const size_t asked[][2] = { { 0, 20 }, { 19, 20 }, { 24, 24 }, { 128, 128 },
		{ 4096, 128 } };

	(void)state;
	for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
		AUTO_SECRET p = account_make_password(asked[i][0]);
		AUTO_SECRET q = account_make_password(asked[i][0]);

		check_made(p, asked[i][1]);
		assert_false(secret_equal(p, q));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_default_policy),
		cmocka_unit_test(test_own_policy),
		cmocka_unit_test(test_characters),
		cmocka_unit_test(test_made),
		cmocka_unit_test(test_made_lengths),
	};

	return RUN(tests);
}
