/* SPDX-License-Identifier: MIT */
/*
 * The credentials CSV.  `aws configure import` splits at plain commas and knows
 * no quoting, so nothing here is ever quoted: what would need it is refused.
 */
#include <string.h>

#include "account.h"

static const char header[] =
    "User name,Password,Access key ID,Secret access key,Console sign-in URL\r\n";

/* No comma, no quote, no control character. */
static bool
fits(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c < 0x20 || c == 0x7f || c == ',' || c == '"')
			return false;
	}
	return true;
}

static bool
put(struct secret *out, const char *s, size_t len, const char *end)
{
	return fits(s, len) && secret_put(out, s, len) && secret_put(out, end, strlen(end));
}

static bool
put_text(struct secret *out, const char *s, const char *end)
{
	return put(out, s != NULL ? s : "", s != NULL ? strlen(s) : 0, end);
}

static bool
put_secret(struct secret *out, const struct secret *s, const char *end)
{
	return put(out, secret_borrow(s), secret_len(s), end);
}

bool
csv_write(struct secret *out, const struct csv_row *row)
{
	size_t before = secret_len(out);
	bool good = before > 0 || secret_put(out, header, sizeof header - 1);

	good = good && put_text(out, row->user, ",") && put_secret(out, row->password, ",") &&
	       put_text(out, row->access_key_id, ",") &&
	       put_secret(out, row->secret_access_key, ",") && put_text(out, row->url, "\r\n");
	if (!good)
		secret_cut(out, before, secret_len(out) - before);
	return good;
}
