/* SPDX-License-Identifier: MIT */
/* What may be typed and chosen for a user.  Source: IAM User Guide, "Create an IAM user". */
#include <string.h>

#include "admin_user.h"
#include "text.h"

bool
admin_user_name_ok(const char *text, struct err *e)
{
	size_t n = strlen(text);

	if (n == 0)
		return err_set(e, ERR_USAGE, "Type a user name, for example alice.");
	if (n > 64)
		return err_set(
		    e, ERR_USAGE, "A user name has at most 64 characters; this has %zu.", n);
	if (!text_only(text, "+=,.@_-"))
		return err_set(e, ERR_USAGE,
		    "Letters, digits and + = , . @ _ - are allowed; no "
		    "spaces.");
	return true;
}

bool
admin_user_tag_ok(const char *text, struct err *e)
{
	const char *equal = strchr(text, '=');

	return (equal != NULL && equal != text) ||
	       err_set(e, ERR_USAGE, "A tag is key=value, for example team=operations.");
}

bool
admin_user_arn_ok(const char *text, struct err *e)
{
	return (strncmp(text, "arn:aws", 7) == 0 && strstr(text, ":policy/") != NULL) ||
	       err_set(e, ERR_USAGE,
		   "A policy's ARN, such as "
		   "arn:aws:iam::aws:policy/ReadOnlyAccess.");
}

bool
admin_user_has_console(const void *model)
{
	return ((const struct admin_user *)model)->console;
}

bool
admin_user_types_password(const void *model)
{
	const struct admin_user *m = model;

	return m->console && strcmp(m->password, "ask") == 0;
}

bool
admin_user_has_new_group(const void *model)
{
	return ((const struct admin_user *)model)->new_group[0] != '\0';
}

bool
admin_user_has_key(const void *model)
{
	return ((const struct admin_user *)model)->programmatic;
}
