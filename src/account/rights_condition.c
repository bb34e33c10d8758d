/* SPDX-License-Identifier: MIT */
/*
 * Conditions (IAM User Guide, "Condition operators", "Multivalued context
 * keys").  Every key that is known has one value.
 */
#include <string.h>
#include <strings.h>

#include "buf.h"
#include "json.h"
#include "rights.h"
#include "text.h"

/* OPAQUE: dates, addresses, bytes; no value of those is known, but a key may be absent. */
enum how { EXACT, FOLDED, GLOB, LESS, LESS_OR_EQUAL, MORE, MORE_OR_EQUAL, SAME_NUMBER, OPAQUE };

static const struct operator
{
	const char *name;
	enum how how;
	bool negated;
}
operators[] = {
	{ "StringEquals", EXACT, false },
	{ "StringNotEquals", EXACT, true },
	{ "StringEqualsIgnoreCase", FOLDED, false },
	{ "StringNotEqualsIgnoreCase", FOLDED, true },
	{ "StringLike", GLOB, false },
	{ "StringNotLike", GLOB, true },
	{ "ArnEquals", GLOB, false },
	{ "ArnLike", GLOB, false },
	{ "ArnNotEquals", GLOB, true },
	{ "ArnNotLike", GLOB, true },
	{ "Bool", FOLDED, false },
	{ "NumericEquals", SAME_NUMBER, false },
	{ "NumericNotEquals", SAME_NUMBER, true },
	{ "NumericLessThan", LESS, false },
	{ "NumericLessThanEquals", LESS_OR_EQUAL, false },
	{ "NumericGreaterThan", MORE, false },
	{ "NumericGreaterThanEquals", MORE_OR_EQUAL, false },
	{ "DateEquals", OPAQUE, false },
	{ "DateNotEquals", OPAQUE, true },
	{ "DateLessThan", OPAQUE, false },
	{ "DateLessThanEquals", OPAQUE, false },
	{ "DateGreaterThan", OPAQUE, false },
	{ "DateGreaterThanEquals", OPAQUE, false },
	{ "IpAddress", OPAQUE, false },
	{ "NotIpAddress", OPAQUE, true },
	{ "BinaryEquals", OPAQUE, false },
};

/* An operator as written, taken apart. */
struct test {
	const struct operator* op; /* NULL: not known, or Null */
	bool null, if_exists, for_all, for_any;
};

static struct test
take_apart(const char *written)
{
	static const char suffix[] = "IfExists";
	struct test t = { 0 };
	const char *name = written;
	size_t len;

	t.for_all = strncasecmp(name, "ForAllValues:", 13) == 0;
	t.for_any = strncasecmp(name, "ForAnyValue:", 12) == 0;
	name += t.for_all ? 13 : t.for_any ? 12 : 0;
	len = strlen(name);
	if (len > sizeof suffix - 1 && strcasecmp(name + len - (sizeof suffix - 1), suffix) == 0) {
		t.if_exists = true;
		len -= sizeof suffix - 1;
	}
	t.null = len == 4 && strncasecmp(name, "Null", 4) == 0;
	for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++)
		if (strlen(operators[i].name) == len &&
		    strncasecmp(name, operators[i].name, len) == 0)
			t.op = &operators[i];
	return t;
}

static bool
compare_numbers(enum how how, const char *have, const char *want)
{
	double h, w;

	if (!text_parse_number(have, &h) || !text_parse_number(want, &w))
		return false;
	switch (how) {
	case LESS:
		return h < w;
	case LESS_OR_EQUAL:
		return h <= w;
	case MORE:
		return h > w;
	case MORE_OR_EQUAL:
		return h >= w;
	case SAME_NUMBER:
		return !(h < w) && !(h > w);
	case EXACT:
	case FOLDED:
	case GLOB:
	case OPAQUE:
		break;
	}
	return false;
}

static bool
compare(enum how how, const char *have, const char *want)
{
	if (how == EXACT)
		return strcmp(have, want) == 0;
	if (how == FOLDED)
		return strcasecmp(have, want) == 0;
	if (how == GLOB)
		return text_glob(want, have, false);
	return compare_numbers(how, have, want);
}

/* Does the key's value fit one value of the policy? */
static enum decision
fits(const struct operator* op, const char *have, const json_t *value, bool variables,
    const struct rights_ask *ask)
{
	AUTO_BUF plain = BUF_INIT(BUF_MAX_TEXT);
	AUTO_BUF want = BUF_INIT(BUF_MAX_TEXT);
	enum decision known;

	rights_scalar(value, &plain);
	known = rights_expand(buf_str(&plain), variables, op->how == GLOB, ask, &want);
	if (known == DECIDE_YES || (known == DECIDE_UNKNOWN && op->how == GLOB))
		return compare(op->how, have, buf_str(&want)) ? known : DECIDE_NO;
	return known;
}

static enum decision
fits_any(const struct operator* op, const char *have, const json_t *values, bool variables,
    const struct rights_ask *ask)
{
	enum decision any = DECIDE_NO;

	for (size_t i = 0; i < json_count(values, ""); i++)
		any = decide_or(any, fits(op, have, json_item(values, "", i), variables, ask));
	return op->negated ? decide_not(any) : any;
}

/* Null: "true" wants the key to be absent. */
static enum decision
is_null(enum rights_key found, const json_t *values)
{
	bool want_absent = false, want_there = false;

	for (size_t i = 0; i < json_count(values, ""); i++) {
		if (json_bool(json_item(values, "", i), ""))
			want_absent = true;
		else
			want_there = true;
	}
	if (want_absent && want_there)
		return DECIDE_YES;
	if (found == KEY_UNKNOWN)
		return DECIDE_UNKNOWN;
	return (found == KEY_ABSENT ? want_absent : want_there) ? DECIDE_YES : DECIDE_NO;
}

/* What holds when the request has no such key. */
static enum decision
without_key(const struct test *t)
{
	if (t->if_exists || t->for_all)
		return DECIDE_YES;
	if (t->op == NULL)
		return DECIDE_UNKNOWN;
	return t->op->negated && !t->for_any ? DECIDE_YES : DECIDE_NO;
}

static enum decision
holds(const char *operator, const char * key, const json_t *values, bool variables,
    const struct rights_ask *ask)
{
	const struct test t = take_apart(operator);
	AUTO_BUF have = BUF_INIT(BUF_MAX_LINE);
	enum rights_key found = rights_key(ask, key, &have);

	if (t.null)
		return is_null(found, values);
	switch (found) {
	case KEY_UNKNOWN:
		break;
	case KEY_ABSENT:
		return without_key(&t);
	case KEY_KNOWN:
		if (t.op != NULL && t.op->how != OPAQUE)
			return fits_any(t.op, buf_str(&have), values, variables, ask);
		break;
	}
	return DECIDE_UNKNOWN;
}

enum decision
rights_conditions(const json_t *statement, bool variables, const struct rights_ask *ask)
{
	json_t *condition = json_object_get(statement, "Condition"), *block, *values;
	const char *operator, * key;
	enum decision all = DECIDE_YES;

	if (condition != NULL && !json_is_object(condition))
		return DECIDE_UNKNOWN;
	json_object_foreach (condition, operator, block)
		json_object_foreach (block, key, values)
			all = decide_and(all, holds(operator, key, values, variables, ask));
	return all;
}
