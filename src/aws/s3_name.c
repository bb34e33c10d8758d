/* SPDX-License-Identifier: MIT */
/* Amazon S3 User Guide, "General purpose bucket naming rules". */
#include <ctype.h>
#include <string.h>

#include "s3.h"

static bool
begins(const char *s, const char *with)
{
	return strncmp(s, with, strlen(with)) == 0;
}

static bool
ends(const char *s, const char *with)
{
	size_t n = strlen(s), m = strlen(with);

	return n >= m && strcmp(s + n - m, with) == 0;
}

/* Four numbers with dots between them. */
static bool
looks_like_address(const char *s)
{
	int dots = 0;

	for (const char *p = s; *p != '\0'; p++) {
		if (!isdigit((unsigned char)*p) && *p != '.')
			return false;
		dots += *p == '.';
	}
	return dots == 3;
}

static const char *
reserved(const char *name)
{
	static const char *const front[] = { "xn--", "sthree-", "amzn-s3-demo-" };
	static const char *const back[] = { "-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3",
		"-an" };

	for (size_t i = 0; i < sizeof(front) / sizeof(front[0]); i++)
		if (begins(name, front[i]))
			return front[i];
	for (size_t i = 0; i < sizeof(back) / sizeof(back[0]); i++)
		if (ends(name, back[i]))
			return back[i];
	return NULL;
}

bool
s3_name_ok(const char *name, struct err *e)
{
	size_t n = strlen(name);
	const char *word = reserved(name);

	if (n < 3 || n > 63)
		return err_set(e, ERR_USAGE, "a bucket name has 3 to 63 characters");
	if (strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789.-") != n)
		return err_set(e, ERR_USAGE,
		    "a bucket name has only lower-case letters, digits, dots and hyphens");
	if (!isalnum((unsigned char)name[0]) || !isalnum((unsigned char)name[n - 1]))
		return err_set(
		    e, ERR_USAGE, "a bucket name begins and ends with a letter or a digit");
	if (strstr(name, "..") != NULL || looks_like_address(name))
		return err_set(e, ERR_USAGE,
		    "a bucket name has no two dots side by side and is not an IP address");
	if (word != NULL)
		return err_set(e, ERR_USAGE, "AWS keeps bucket names with \"%s\" for itself", word);
	return true;
}
