/* SPDX-License-Identifier: MIT */
#include "err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "log.h"
#include "text.h"

#define ERR_RAW 1024 /* what is formatted before it is cleaned and cut */

/* Clean raw into text and cut it at a character's edge; allocates nothing. */
static void
put_clean(char *text, size_t size, const char *raw)
{
	char one[TEXT_CLEAN_CHAR + 1];
	size_t len = strlen(raw), at = 0, n;

	for (size_t i = 0; i < len; at += n) {
		if (raw[i] == '\n' || raw[i] == '\t') {
			one[0] = ' ';
			one[1] = '\0';
			i++;
		} else {
			i += text_clean_char(one, raw + i, len - i);
		}
		n = strlen(one);
		if (at + n >= size)
			break;
		memcpy(text + at, one, n);
	}
	text[at] = '\0';
}

static void
record(struct err *e, enum err_kind kind, const char *raw)
{
	e->kind = kind;
	put_clean(e->text, sizeof(e->text), raw);
	log_line("error: %s", raw);
}

bool
err_set(struct err *e, enum err_kind kind, const char *fmt, ...)
{
	char raw[ERR_RAW];
	va_list ap;

	if (e == NULL || e->kind != ERR_NONE)
		return false;
	va_start(ap, fmt);
	vsnprintf(raw, sizeof(raw), fmt, ap);
	va_end(ap);
	record(e, kind, raw);
	return false;
}

bool
err_errno(struct err *e, enum err_kind kind, const char *fmt, ...)
{
	int why = errno;
	char raw[ERR_RAW], whole[ERR_RAW + 128];
	va_list ap;

	if (e == NULL || e->kind != ERR_NONE)
		return false;
	va_start(ap, fmt);
	vsnprintf(raw, sizeof(raw), fmt, ap);
	va_end(ap);
	snprintf(whole, sizeof(whole), "%s: %s", raw, strerror(why));
	record(e, kind, whole);
	return false;
}

bool
err_wrap(struct err *e, const char *fmt, ...)
{
	char raw[ERR_RAW], whole[ERR_RAW + sizeof(e->text) + 2];
	va_list ap;

	if (e == NULL || e->kind == ERR_NONE)
		return false;
	va_start(ap, fmt);
	vsnprintf(raw, sizeof(raw), fmt, ap);
	va_end(ap);
	snprintf(whole, sizeof(whole), "%s: %s", raw, e->text);
	put_clean(e->text, sizeof(e->text), whole);
	return false;
}

void
err_clear(struct err *e)
{
	if (e != NULL)
		memset(e, 0, sizeof(*e));
}

bool
err_is(const struct err *e, const char *code)
{
	return e != NULL && e->kind != ERR_NONE && strcmp(e->code, code) == 0;
}

bool
err_is_denied(const struct err *e)
{
	static const char *const codes[] = {
		"AccessDenied",
		"AccessDeniedException",
		"AuthorizationError",
		"AuthorizationErrorException",
		"OptInRequired",
		"SubscriptionRequiredException",
		"UnauthorizedAccess",
		"UnauthorizedOperation",
	};

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (err_is(e, codes[i]))
			return true;
	return false;
}

int
err_exit(const struct err *e)
{
	switch (e->kind) {
	case ERR_NONE:
		return 0;
	case ERR_USAGE:
		return 252;
	case ERR_CONFIG:
		return 253;
	case ERR_AWS:
		return 254;
	case ERR_CANCELLED:
		return 130;
	case ERR_OTHER:
	case ERR_NETWORK:
	case ERR_FILE:
	case ERR_REFUSED:
		break;
	}
	return 255;
}
