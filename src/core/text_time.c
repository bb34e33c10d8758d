/* SPDX-License-Identifier: MIT */
#include "text.h"

#include <float.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define YEAR_LAST 9999

/* Read exactly n digits; NULL when they are not there. */
static const char *
digits(const char *s, size_t n, int *out)
{
	int v = 0;

	for (size_t i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9')
			return NULL;
		v = v * 10 + (s[i] - '0');
	}
	*out = v;
	return s + n;
}

static const char *
literal(const char *s, const char *expected)
{
	size_t n = strlen(expected);

	return s != NULL && strncmp(s, expected, n) == 0 ? s + n : NULL;
}

/* timegm() accepts a 31st of February; we do not. */
static bool
to_epoch(struct tm *tm, int offset, int64_t *epoch)
{
	struct tm want = *tm;
	time_t t;

	if (tm->tm_hour > 23 || tm->tm_min > 59 || tm->tm_sec > 60)
		return false;
	if (tm->tm_sec == 60) /* a leap second */
		want.tm_sec = tm->tm_sec = 59;
	t = timegm(tm);
	if (tm->tm_mday != want.tm_mday || tm->tm_mon != want.tm_mon)
		return false;
	*epoch = (int64_t)t - offset;
	return true;
}

/* "", "Z", "+hh:mm", "-hhmm"; seconds east of UTC. */
static bool
parse_zone(const char *s, int *offset)
{
	int hours, minutes, sign;

	*offset = 0;
	if (*s == '\0' || strcmp(s, "Z") == 0 || strcmp(s, "z") == 0)
		return true;
	if (*s != '+' && *s != '-')
		return false;
	sign = *s++ == '-' ? -1 : 1;
	s = digits(s, 2, &hours);
	if (s != NULL && *s == ':')
		s++;
	s = s != NULL ? digits(s, 2, &minutes) : NULL;
	if (s == NULL || *s != '\0' || hours > 23 || minutes > 59)
		return false;
	*offset = sign * (hours * 3600 + minutes * 60);
	return true;
}

static const char *
parse_clock(const char *s, struct tm *tm)
{
	s = digits(s, 2, &tm->tm_hour);
	s = literal(s, ":");
	s = s != NULL ? digits(s, 2, &tm->tm_min) : NULL;
	s = literal(s, ":");
	return s != NULL ? digits(s, 2, &tm->tm_sec) : NULL;
}

static bool
parse_iso(const char *s, int64_t *epoch)
{
	struct tm tm = { .tm_isdst = 0 };
	int offset = 0;

	s = digits(s, 4, &tm.tm_year);
	s = literal(s, "-");
	s = s != NULL ? digits(s, 2, &tm.tm_mon) : NULL;
	s = literal(s, "-");
	s = s != NULL ? digits(s, 2, &tm.tm_mday) : NULL;
	if (s == NULL)
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	if (*s == '\0')
		return to_epoch(&tm, 0, epoch);
	if (*s != 'T' && *s != 't' && *s != ' ')
		return false;
	s = parse_clock(s + 1, &tm);
	if (s == NULL)
		return false;
	if (*s == '.' || *s == ',')
		s += 1 + strspn(s + 1, "0123456789");
	return parse_zone(s, &offset) && to_epoch(&tm, offset, epoch);
}

/* "Tue, 24 Nov 2026 10:00:00 GMT" (RFC 7231, 7.1.1.1, the preferred form). */
static bool
parse_http(const char *s, int64_t *epoch)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct tm tm = { .tm_isdst = 0 };
	char name[4] = "";
	const char *month;

	s = strchr(s, ',');
	s = literal(s, ", ");
	s = s != NULL ? digits(s, 2, &tm.tm_mday) : NULL;
	s = literal(s, " ");
	if (s == NULL || strlen(s) < 4)
		return false;
	memcpy(name, s, 3);
	month = strstr(months, name);
	if (month == NULL || (month - months) % 3 != 0)
		return false;
	tm.tm_mon = (int)(month - months) / 3;
	s = literal(s + 3, " ");
	s = s != NULL ? digits(s, 4, &tm.tm_year) : NULL;
	tm.tm_year -= 1900;
	s = literal(s, " ");
	s = s != NULL ? parse_clock(s, &tm) : NULL;
	s = literal(s, " GMT");
	return s != NULL && *s == '\0' && to_epoch(&tm, 0, epoch);
}

void
text_iso8601(char *out, size_t size, int64_t epoch)
{
	time_t t = (time_t)epoch;
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL || tm.tm_year + 1900 > YEAR_LAST || tm.tm_year < -1900) {
		snprintf(out, size, "?");
		return;
	}
	snprintf(out, size, "%04d-%02d-%02dT%02d:%02d:%02dZ", tm.tm_year + 1900, tm.tm_mon + 1,
	    tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/* "e-7" and the like at s, added to *exponent; false when malformed. */
static bool
parse_exponent(const char *s, int *exponent)
{
	int sign = 1, v = 0;

	if (*s == '\0')
		return true;
	if (*s != 'e' && *s != 'E')
		return false;
	s++;
	if (*s == '+' || *s == '-')
		sign = *s++ == '-' ? -1 : 1;
	if (*s == '\0')
		return false;
	for (; *s >= '0' && *s <= '9'; s++)
		v = v < 10000 ? v * 10 + (*s - '0') : v;
	*exponent += sign * v;
	return *s == '\0';
}

/* v times ten to the exponent; divides, because 0.1 is not a binary fraction. */
static double
scale(double v, int exponent)
{
	double power = 1;
	int n = exponent < 0 ? -exponent : exponent;

	for (int i = 0; i < n && power <= DBL_MAX; i++)
		power *= 10;
	if (v <= 0)
		return 0; /* zero times infinity is none */
	return exponent < 0 ? v / power : v * power;
}

bool
text_parse_number(const char *s, double *out)
{
	bool negative = *s == '-', point = false;
	size_t seen = 0;
	int exponent = 0;
	double v = 0;

	if (*s == '-' || *s == '+')
		s++;
	for (; (*s >= '0' && *s <= '9') || (*s == '.' && !point); s++) {
		if (*s == '.') {
			point = true;
			continue;
		}
		v = v * 10 + (*s - '0');
		exponent -= point && exponent > -10000;
		seen++;
	}
	if (seen == 0 || !parse_exponent(s, &exponent))
		return false;
	v = scale(v, exponent);
	if (v > DBL_MAX)
		return false;
	*out = negative ? -v : v;
	return true;
}

bool
text_parse_time(const char *s, int64_t *epoch)
{
	const double limit = 253402300800.0; /* the year 10000 */
	double v;

	if (text_parse_number(s, &v)) {
		if (v >= limit || v <= -limit)
			return false;
		*epoch = (int64_t)v;
		return true;
	}
	return parse_iso(s, epoch) || parse_http(s, epoch);
}
