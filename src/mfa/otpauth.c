/* SPDX-License-Identifier: MIT */
/* Seeds as people paste them, and the address that a QR code carries. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "buf.h"
#include "mfa.h"
#include "text.h"

#define SEED_MIN 16   /* characters: 80 bits */
#define SEED_MAX 1024 /* what AWS gives has 64 */
#define SCHEME "otpauth://"
#define SCHEME_TOTP SCHEME "totp/"

static struct secret *
refuse(struct err *e, struct secret *seed, const char *why)
{
	secret_free(seed);
	if (e != NULL && e->kind == ERR_NONE)
		snprintf(e->code, sizeof e->code, "BadSeed");
	err_set(e, ERR_USAGE, "%s", why);
	return NULL;
}

/* ---- Base32 as typed ------------------------------------------------------- */

/* Bytes of a blank or dash at s: ASCII, no-break space, the dashes U+2010 to U+2015. */
static size_t
filler(const char *s, size_t left)
{
	const unsigned char *u = (const unsigned char *)s;

	if (isspace(u[0]) || u[0] == '-')
		return 1;
	if (left >= 2 && u[0] == 0xc2 && u[1] == 0xa0)
		return 2;
	if (left >= 3 && u[0] == 0xe2 && u[1] == 0x80 && u[2] >= 0x90 && u[2] <= 0x95)
		return 3;
	return 0;
}

/* The Base32 character (RFC 4648, 6) that is meant by c, or 0. */
static char
base32(char c)
{
	if (c >= 'a' && c <= 'z')
		c = (char)(c - 'a' + 'A');
	return (c >= 'A' && c <= 'Z') || (c >= '2' && c <= '7') ? c : '\0';
}

/* Append the repaired characters; false when something is left that is no Base32. */
static bool
repair(struct secret *seed, const char *s, size_t len)
{
	bool padded = false;

	for (size_t i = 0; i < len;) {
		size_t skip = filler(s + i, len - i);
		char c = base32(s[i]);

		if (s[i] == '=' && secret_len(seed) > 0) {
			padded = true;
			skip = 1;
		}
		if (skip == 0 && (padded || c == '\0' || !secret_put(seed, &c, 1)))
			return false;
		i += skip > 0 ? skip : 1;
	}
	return true;
}

static struct secret *
from_base32(const char *s, size_t len, struct err *e)
{
	struct secret *seed = secret_new(SEED_MAX);

	if (!repair(seed, s, len))
		return refuse(e, seed,
		    "this is not a secret key: it has only the letters A to Z and the digits 2 "
		    "to 7 (no 0, 1, 8, 9)");
	if (secret_len(seed) < SEED_MIN)
		return refuse(e, seed, "this secret key is too short: copy all of it");
	/* Lengths that no number of whole bytes has (RFC 4648, 6). */
	if (strchr("136", (int)('0' + secret_len(seed) % 8)) != NULL)
		return refuse(
		    e, seed, "this secret key is not complete: a character is missing or too many");
	return seed;
}

/* ---- otpauth:// -------------------------------------------------------------- */

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Undo %XX into `out`, without a copy on the heap. */
static bool
unpercent(struct secret *out, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		char c = s[i];

		if (c == '%') {
			int hi = i + 2 < len ? hex_digit(s[i + 1]) : -1;
			int lo = hi >= 0 ? hex_digit(s[i + 2]) : -1;

			if (lo < 0)
				return false;
			c = (char)(hi * 16 + lo);
			i += 2;
		}
		if (!secret_put(out, &c, 1))
			return false;
	}
	return true;
}

/* The value of a parameter in "a=1&b=2", its length in *n; NULL when it is absent. */
static const char *
parameter(const char *query, size_t len, const char *name, size_t *n)
{
	const char *end = query + len;

	for (const char *p = query; p < end;) {
		const char *stop = memchr(p, '&', (size_t)(end - p));
		size_t size = (size_t)((stop != NULL ? stop : end) - p), k = strlen(name);

		if (size > k && strncasecmp(p, name, k) == 0 && p[k] == '=') {
			*n = size - k - 1;
			return p + k + 1;
		}
		p += size + 1;
	}
	return NULL;
}

/* Absent, or what AWS's devices use: the codes would be others else. */
static bool
is_usual(const char *query, size_t len, const char *name, const char *usual)
{
	size_t n = 0;
	const char *v = parameter(query, len, name, &n);

	return v == NULL || (n == strlen(usual) && strncasecmp(v, usual, n) == 0);
}

static struct secret *
from_uri(const char *uri, size_t len, struct err *e)
{
	AUTO_SECRET plain = secret_new(SEED_MAX);
	size_t n = 0, totp = sizeof SCHEME_TOTP - 1;
	const char *query, *value;

	if (len < totp || strncasecmp(uri, SCHEME_TOTP, totp) != 0)
		return refuse(
		    e, NULL, "this address is not one of time-based codes (otpauth://totp)");
	query = memchr(uri, '?', len);
	len = query != NULL ? len - (size_t)(query + 1 - uri) : 0;
	value = query != NULL ? parameter(query + 1, len, "secret", &n) : NULL;
	if (value == NULL || !unpercent(plain, value, n))
		return refuse(e, NULL, "this address has no readable secret key (secret=...)");
	if (!is_usual(query + 1, len, "algorithm", "SHA1") ||
	    !is_usual(query + 1, len, "digits", "6") || !is_usual(query + 1, len, "period", "30"))
		return refuse(e, NULL,
		    "this address is for other codes than AWS uses (SHA1, 6 digits, 30 seconds)");
	return from_base32(secret_borrow(plain), secret_len(plain), e);
}

struct secret *
mfa_seed_parse(const char *typed, size_t len, struct err *e)
{
	while (len > 0 && isspace((unsigned char)typed[0])) {
		typed++;
		len--;
	}
	while (len > 0 && isspace((unsigned char)typed[len - 1]))
		len--;
	if (len >= sizeof SCHEME - 1 && strncasecmp(typed, SCHEME, sizeof SCHEME - 1) == 0)
		return from_uri(typed, len, e);
	return from_base32(typed, len, e);
}

struct secret *
mfa_otpauth(const struct secret *seed, const char *label)
{
	AUTO_BUF head = BUF_INIT(BUF_MAX_LINE);
	static const char tail[] = "&issuer=AWS";
	struct secret *uri;
	bool whole;

	buf_puts(&head, SCHEME_TOTP "AWS:");
	/* '@' may stand in a path as it is (RFC 3986, 3.3): two characters shorter. */
	for (const char *p = label; *p != '\0';) {
		size_t n = strcspn(p, "@");

		text_percent(&head, p, n, false);
		p += n;
		if (*p == '@')
			buf_putc(&head, *p++);
	}
	buf_puts(&head, "?secret=");
	uri = secret_new(head.len + secret_len(seed) + sizeof tail);
	whole = secret_put(uri, head.data, head.len) &&
		secret_put(uri, secret_borrow(seed), secret_len(seed)) &&
		secret_put(uri, tail, sizeof tail - 1);
	if (!whole || head.failed)
		secret_reset(uri);
	return uri;
}
