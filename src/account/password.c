/* SPDX-License-Identifier: MIT */
/* Passwords of IAM users: making one, judging one (IAM User Guide, account password policy). */
#include <string.h>

#include "account.h"
#include "crypto.h"
#include "json.h"

#define LENGTH_MIN 20
#define LENGTH_MAX 128 /* CreateLoginProfile */

#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"
#define SYMBOLS "!@#$%^&*()_+-=[]{}|'" /* what AWS counts as symbols */

/*
 * Without I O l o 0 1 |, which look alike, and , " ' \, which files and shells
 * trip over; symbols only of AWS's own set.
 */
#define ALPHABET "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789!@#$%^&*()_+-=[]{}"
#define NOT_FIRST "=+-@" /* a spreadsheet takes what begins so for a formula */

/* ---- what a text holds ---------------------------------------------------------- */

struct census {
	size_t chars;
	bool upper, lower, digit, symbol;
	bool foreign; /* something AWS does not take */
};

/* The code point of the UTF-8 character at s and its length; 0 for what is no UTF-8 or beyond
 * U+00FF. */
static unsigned
latin(const unsigned char *s, size_t left, size_t *len)
{
	*len = 1;
	if (s[0] < 0x80)
		return s[0];
	if (left < 2 || (s[0] != 0xc2 && s[0] != 0xc3) || (s[1] & 0xc0) != 0x80)
		return 0;
	*len = 2;
	return (unsigned)(s[0] & 3) << 6 | (s[1] & 0x3fu);
}

/* AWS's pattern for passwords: [\t\n\r\x20-\xff]+ in characters. */
static bool
is_legal(unsigned c)
{
	return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c <= 0xff);
}

static bool
is_one_of(unsigned c, const char *set)
{
	return c > 0 && c < 0x80 && strchr(set, (int)c) != NULL;
}

static struct census
take_census(const struct secret *password)
{
	const unsigned char *s = (const unsigned char *)secret_borrow(password);
	struct census n = { 0 };
	size_t len = secret_len(password), step;

	for (size_t i = 0; i < len; i += step) {
		unsigned c = latin(s + i, len - i, &step);

		n.chars++;
		n.upper = n.upper || is_one_of(c, UPPER);
		n.lower = n.lower || is_one_of(c, LOWER);
		n.digit = n.digit || is_one_of(c, DIGITS);
		n.symbol = n.symbol || is_one_of(c, SYMBOLS);
		n.foreign = n.foreign || !is_legal(c);
	}
	return n;
}

/* ---- making one ------------------------------------------------------------------- */

static void
draw(struct secret *out, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		char c = ALPHABET[crypto_uniform(sizeof ALPHABET - 1)];

		secret_put(out, &c, 1);
	}
}

struct secret *
account_make_password(size_t length)
{
	struct secret *p;

	if (length < LENGTH_MIN)
		length = LENGTH_MIN;
	if (length > LENGTH_MAX)
		length = LENGTH_MAX;
	p = secret_new(length);
	/* Drawing again until it fits keeps all fitting ones equally likely. */
	for (;;) {
		struct census n;

		draw(p, length);
		n = take_census(p);
		if (n.upper && n.lower && n.digit && n.symbol &&
		    strchr(NOT_FIRST, secret_borrow(p)[0]) == NULL)
			return p;
		secret_reset(p);
	}
}

/* ---- judging one ------------------------------------------------------------------- */

/* What AWS asks for where no policy is set. */
static const char *
default_fault(const struct census *n)
{
	if (n->chars < 8)
		return "The password is too short: AWS asks for at least 8 characters.";
	if (n->upper + n->lower + n->digit + n->symbol < 3)
		return "The password needs three of these four: capital letters, small letters, "
		       "digits, symbols.";
	return NULL;
}

const char *
account_password_fault(const struct secret *password, const json_t *policy)
{
	struct census n = take_census(password);

	if (n.chars == 0)
		return "The password is empty.";
	if (n.chars > LENGTH_MAX)
		return "The password is too long: AWS takes at most 128 characters.";
	if (n.foreign)
		return "The password has a character that AWS does not take in passwords.";
	if (!json_is_object(policy))
		return default_fault(&n);
	if ((int64_t)n.chars < json_int_or(policy, "MinimumPasswordLength", 6))
		return "The password is shorter than the account's password policy asks for.";
	if (json_bool(policy, "RequireUppercaseCharacters") && !n.upper)
		return "The account's password policy asks for a capital letter (A to Z).";
	if (json_bool(policy, "RequireLowercaseCharacters") && !n.lower)
		return "The account's password policy asks for a small letter (a to z).";
	if (json_bool(policy, "RequireNumbers") && !n.digit)
		return "The account's password policy asks for a digit.";
	if (json_bool(policy, "RequireSymbols") && !n.symbol)
		return "The account's password policy asks for a symbol: one of ! @ # $ % ^ & * ( "
		       ") _ "
		       "+ - = [ ] { } | '";
	return NULL;
}
