/* SPDX-License-Identifier: MIT */
/*
 * Policy documents by meaning: equality, merging by Sid.  Both sides are
 * brought into one canonical text (IAM JSON policy grammar: a list of one is
 * its element, lists are sets, names of actions and condition keys do not
 * distinguish case), which is never sent to AWS.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "account.h"
#include "alloc.h"
#include "json.h"

/* Where in a policy a value stands; it decides what may differ. */
enum place { AT_TOP, AT_STATEMENT, AT_ACTION, AT_PRINCIPAL, AT_CONDITION, AT_OPERATOR, AT_OTHER };

static void canon(struct buf *b, const json_t *v, enum place place);

/* ---- scalars ------------------------------------------------------------------- */

/* Quoted, so that no text can look like another structure. */
static void
put_quoted(struct buf *b, const char *s, bool fold)
{
	buf_putc(b, '"');
	for (; *s != '\0'; s++) {
		if (*s == '"' || *s == '\\')
			buf_putc(b, '\\');
		buf_putc(b, fold ? (char)tolower((unsigned char)*s) : *s);
	}
	buf_putc(b, '"');
}

/* S3 and IAM answer "arn:aws:iam::ID:root" for a principal that was given as "ID". */
static const char *
account_id(const char *s, char id[13])
{
	const char *colons = strstr(s, ":iam::");

	if (strncmp(s, "arn:", 4) != 0 || colons == NULL || strlen(colons) != 6 + 12 + 5 ||
	    strcmp(colons + 18, ":root") != 0 || strspn(colons + 6, "0123456789") != 12)
		return s;
	snprintf(id, 13, "%.12s", colons + 6);
	return id;
}

static void
canon_scalar(struct buf *b, const json_t *v, enum place place)
{
	char id[13];

	if (json_is_string(v)) {
		const char *s = json_string_value(v);

		put_quoted(b, place == AT_PRINCIPAL ? account_id(s, id) : s, place == AT_ACTION);
	} else if (json_is_null(v)) {
		buf_puts(b, "null");
	} else {
		/* true is "true" and 5 is "5" in a condition. */
		buf_putc(b, '"');
		json_print(b, v, JSON_ENCODE_ANY | JSON_COMPACT);
		buf_putc(b, '"');
	}
}

/* ---- lists and objects ---------------------------------------------------------------- */

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Sorted, without repetitions. */
static void
make_set(struct strlist *parts)
{
	if (parts->n > 1)
		qsort(parts->items, parts->n, sizeof(parts->items[0]), by_text);
	for (size_t i = parts->n; i > 1; i--)
		if (strcmp(parts->items[i - 1], parts->items[i - 2]) == 0)
			strlist_del(parts, i - 1);
}

static void
put_set(struct buf *b, struct strlist *parts, const char *brackets)
{
	buf_putc(b, brackets[0]);
	for (size_t i = 0; i < parts->n; i++) {
		buf_puts(b, parts->items[i]);
		buf_putc(b, ',');
	}
	buf_putc(b, brackets[1]);
}

/* A text at a principal stands for {"AWS": text} (IAM User Guide, Principal element). */
static void
canon_principal(struct buf *b, const json_t *v)
{
	if (json_is_object(v) || json_is_array(v)) {
		canon(b, v, AT_PRINCIPAL);
		return;
	}
	buf_puts(b, "{\"AWS\":");
	canon_scalar(b, v, AT_PRINCIPAL);
	buf_puts(b, ",}");
}

static bool
is(const char *name, const char *a, const char *b)
{
	return strcmp(name, a) == 0 || (b != NULL && strcmp(name, b) == 0);
}

static enum place
place_of(enum place here, const char *name)
{
	if (here == AT_TOP && is(name, "Statement", NULL))
		return AT_STATEMENT;
	if ((here == AT_STATEMENT || here == AT_TOP) && is(name, "Action", "NotAction"))
		return AT_ACTION;
	if ((here == AT_STATEMENT || here == AT_TOP) && is(name, "Principal", "NotPrincipal"))
		return AT_PRINCIPAL;
	if ((here == AT_STATEMENT || here == AT_TOP) && is(name, "Condition", NULL))
		return AT_CONDITION;
	if (here == AT_CONDITION)
		return AT_OPERATOR;
	return here == AT_PRINCIPAL ? AT_PRINCIPAL : AT_OTHER;
}

/* What says nothing: the document's Id, the default version, a condition without keys. */
static bool
is_silent(enum place here, const char *name, const json_t *v)
{
	if (here == AT_TOP && is(name, "Id", NULL))
		return true;
	if (here == AT_TOP && is(name, "Version", NULL))
		return json_is_string(v) && strcmp(json_string_value(v), "2008-10-17") == 0;
	return (here == AT_STATEMENT || here == AT_TOP) && is(name, "Condition", NULL) &&
	       json_is_object(v) && json_object_size(v) == 0;
}

static void
canon_object(struct buf *b, const json_t *v, enum place here)
{
	struct strlist parts = { 0 };
	const char *name;
	json_t *value;

	json_object_foreach ((json_t *)(uintptr_t)v, name, value) {
		AUTO_BUF part = BUF_INIT(BUF_MAX_REPLY);
		enum place there = place_of(here, name);

		if (is_silent(here, name, value))
			continue;
		put_quoted(&part, name, here == AT_OPERATOR);
		buf_putc(&part, ':');
		if (there == AT_PRINCIPAL && here != AT_PRINCIPAL)
			canon_principal(&part, value);
		else
			canon(&part, value, there);
		strlist_add(&parts, buf_str(&part));
	}
	make_set(&parts);
	put_set(b, &parts, "{}");
	strlist_free(&parts);
}

static void
canon_array(struct buf *b, const json_t *v, enum place here)
{
	struct strlist parts = { 0 };
	const json_t *item;
	size_t i;

	json_array_foreach (v, i, item) {
		AUTO_BUF part = BUF_INIT(BUF_MAX_REPLY);

		canon(&part, item, here);
		strlist_add(&parts, buf_str(&part));
	}
	make_set(&parts);
	if (parts.n == 1)
		buf_puts(b, parts.items[0]);
	else
		put_set(b, &parts, "[]");
	strlist_free(&parts);
}

static void
canon(struct buf *b, const json_t *v, enum place place)
{
	if (json_is_array(v))
		canon_array(b, v, place);
	else if (json_is_object(v))
		canon_object(b, v, place);
	else
		canon_scalar(b, v, place);
}

bool
policydoc_equal(const json_t *a, const json_t *b)
{
	AUTO_BUF left = BUF_INIT(BUF_MAX_REPLY);
	AUTO_BUF right = BUF_INIT(BUF_MAX_REPLY);

	if (a == NULL || b == NULL)
		return a == b;
	canon(&left, a, AT_TOP);
	canon(&right, b, AT_TOP);
	if (left.failed || right.failed)
		return json_equal(a, b) != 0;
	return strcmp(buf_str(&left), buf_str(&right)) == 0;
}

/* ---- merging ------------------------------------------------------------------------------ */

static const char *
sid_of(const json_t *statement)
{
	const char *sid = json_string_value(json_object_get(statement, "Sid"));

	return sid != NULL ? sid : "";
}

/* The i-th statement of a document, NULL past the end; a single one may stand without a list. */
static json_t *
statement(const json_t *doc, size_t i)
{
	json_t *all = json_object_get(doc, "Statement");

	if (json_is_array(all))
		return json_array_get(all, i);
	return i == 0 && json_is_object(all) ? all : NULL;
}

static json_t *
by_sid(const json_t *doc, const char *sid)
{
	json_t *s;

	if (sid[0] == '\0')
		return NULL;
	for (size_t i = 0; (s = statement(doc, i)) != NULL; i++)
		if (strcmp(sid_of(s), sid) == 0)
			return s;
	return NULL;
}

/* Is a statement that means the same in the list already? */
static bool
has(const json_t *list, const json_t *want)
{
	const json_t *s;
	size_t i;

	json_array_foreach (list, i, s)
		if (policydoc_equal(s, want))
			return true;
	return false;
}

static void
append(json_t *list, json_t *s)
{
	if (json_array_append_new(list, json_deep_copy(s)) != 0)
		die("out of memory (policy document)");
}

/* Sids are unique in a document, so one that stands twice is replaced once. */
static json_t *
merged_statements(const json_t *base, const json_t *add)
{
	json_t *list = json_array(), *s;

	for (size_t i = 0; (s = statement(base, i)) != NULL; i++) {
		json_t *new = by_sid(add, sid_of(s));

		if (new == NULL || !has(list, new))
			append(list, new != NULL ? new : s);
	}
	for (size_t i = 0; (s = statement(add, i)) != NULL; i++)
		if (by_sid(base, sid_of(s)) == NULL && !has(list, s))
			append(list, s);
	return list;
}

/* Does a text in it have a policy variable?  Only version 2012-10-17 expands those. */
static bool
has_variable(const json_t *doc)
{
	AUTO_FREE char *text = policydoc_text(doc);

	return strstr(text, "${") != NULL;
}

/* All but the statements. */
static json_t *
frame(const json_t *base, const json_t *add)
{
	const json_t *from = json_is_object(base) ? base : add;
	json_t *doc = json_is_object(from) ? json_copy((json_t *)(uintptr_t)from) : json_object();
	const json_t *version = json_object_get(add, "Version");

	if (doc == NULL)
		die("out of memory (policy document)");
	json_object_del(doc, "Statement");
	if (json_is_object(base) && version != NULL && has_variable(add))
		json_object_set(doc, "Version", (json_t *)(uintptr_t)version);
	return doc;
}

json_t *
policydoc_merge(const json_t *base, const json_t *add, bool *changed)
{
	json_t *doc = frame(base, add);

	if (json_object_set_new(doc, "Statement", merged_statements(base, add)) != 0)
		die("out of memory (policy document)");
	*changed = !policydoc_equal(base, doc);
	return doc;
}

json_t *
policydoc_without(const json_t *base, const json_t *add)
{
	json_t *doc = frame(base, NULL), *list = json_array(), *s;

	for (size_t i = 0; (s = statement(base, i)) != NULL; i++)
		if (by_sid(add, sid_of(s)) == NULL)
			append(list, s);
	if (json_object_set_new(doc, "Statement", list) != 0)
		die("out of memory (policy document)");
	return doc;
}

char *
policydoc_text(const json_t *doc)
{
	AUTO_BUF b = BUF_INIT(BUF_MAX_REPLY);

	if (!json_print(&b, doc, JSON_COMPACT))
		die("a policy document cannot be written");
	return buf_take(&b);
}
