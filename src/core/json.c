/* SPDX-License-Identifier: MIT */
#include "json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "err.h"
#include "text.h"

#define JSON_NAME_MAX 128 /* the longest component of a path */

json_t *
json_parse(const char *data, size_t len, struct err *e)
{
	json_error_t why;
	json_t *root = json_loadb(data, len, JSON_REJECT_DUPLICATES, &why);

	if (root != NULL)
		return root;
	if (e != NULL && e->kind == ERR_NONE) {
		/* jansson's text quotes the input, which may hold a secret. */
		err_set(e, ERR_OTHER, "not valid JSON (line %d, column %d)", why.line, why.column);
		strcpy(e->code, "MalformedJson");
	}
	return NULL;
}

/* The number that the component is, or false. */
static bool
is_index(const char *name, size_t *i)
{
	size_t n = strlen(name);

	if (n == 0 || n > 9 || strspn(name, "0123456789") != n)
		return false;
	*i = strtoul(name, NULL, 10);
	return true;
}

/* Element 0 of arrays, of arrays in them, and so on. */
static const json_t *
first(const json_t *node)
{
	while (json_is_array(node))
		node = json_array_get(node, 0);
	return node;
}

static const json_t *
step(const json_t *node, const char *name)
{
	size_t i;

	if (json_is_array(node) && is_index(name, &i))
		return json_array_get(node, i);
	return json_object_get(first(node), name);
}

const json_t *
json_at(const json_t *root, const char *path)
{
	const json_t *node = root;
	char name[JSON_NAME_MAX];

	while (node != NULL && *path != '\0') {
		size_t n = strcspn(path, ".");

		if (n >= sizeof(name))
			return NULL;
		memcpy(name, path, n);
		name[n] = '\0';
		node = step(node, name);
		path += n;
		if (*path == '.')
			path++;
	}
	return node;
}

/* The scalar that is meant at path: element 0, and the text of an element. */
static const json_t *
leaf(const json_t *root, const char *path)
{
	const json_t *node = first(json_at(root, path));

	return json_is_object(node) ? json_object_get(node, "") : node;
}

const char *
json_text(const json_t *root, const char *path)
{
	return json_string_value(leaf(root, path));
}

const char *
json_text_or(const json_t *root, const char *path, const char *otherwise)
{
	const char *s = json_text(root, path);

	return s != NULL ? s : otherwise;
}

/* Towards zero; false when it does not fit. */
static bool
real_to_int(double v, int64_t *out)
{
	if (!(v > -9.2e18 && v < 9.2e18))
		return false;
	*out = (int64_t)v;
	return true;
}

static bool
text_to_int(const char *s, int64_t *out)
{
	char *end;
	long long v;
	double real;

	/* strtoll() alone keeps all 19 digits, but it skips blanks. */
	if (strchr("+-0123456789.", *s) == NULL)
		return false;
	errno = 0;
	v = strtoll(s, &end, 10);
	if (end != s && *end == '\0') {
		if (errno != 0)
			return false;
		*out = v;
		return true;
	}
	return text_parse_number(s, &real) && real_to_int(real, out);
}

bool
json_int(const json_t *root, const char *path, int64_t *out)
{
	const json_t *node = leaf(root, path);

	if (json_is_integer(node)) {
		*out = json_integer_value(node);
		return true;
	}
	if (json_is_real(node))
		return real_to_int(json_real_value(node), out);
	return json_is_string(node) && text_to_int(json_string_value(node), out);
}

int64_t
json_int_or(const json_t *root, const char *path, int64_t otherwise)
{
	int64_t v;

	return json_int(root, path, &v) ? v : otherwise;
}

bool
json_bool(const json_t *root, const char *path)
{
	const json_t *node = leaf(root, path);
	const char *s = json_string_value(node);

	return json_is_true(node) || (s != NULL && strcasecmp(s, "true") == 0);
}

bool
json_time(const json_t *root, const char *path, int64_t *epoch)
{
	const json_t *node = leaf(root, path);
	const char *s = json_string_value(node);

	if (s != NULL)
		return text_parse_time(s, epoch);
	return json_is_number(node) && json_int(root, path, epoch);
}

/*
 * What an XML element is when it has no child: only the text, here blank.
 * {} cannot come from xml_parse(), so an empty JSON object is an item.
 */
static bool
is_empty_element(const json_t *node)
{
	const char *s = json_string_value(json_object_get(node, ""));

	return s != NULL && json_object_size(node) == 1 && s[strspn(s, " \t\r\n")] == '\0';
}

/* The <member> or <item> children, when the element has no others. */
static const json_t *
list_children(const json_t *element)
{
	const json_t *list = json_object_get(element, "member");

	if (list == NULL)
		list = json_object_get(element, "item");
	return json_object_size(element) == 1 && json_is_array(list) ? list : NULL;
}

/* The array whose elements are the items, or NULL when the node is the item. */
static const json_t *
items(const json_t *node)
{
	const json_t *list;

	if (!json_is_array(node))
		return NULL;
	list = json_array_size(node) == 1 ? list_children(json_array_get(node, 0)) : NULL;
	return list != NULL ? list : node;
}

size_t
json_count(const json_t *root, const char *path)
{
	const json_t *node = json_at(root, path), *list = items(node);
	size_t n;

	if (list == NULL) {
		list = list_children(node);
		if (list == NULL)
			return node != NULL && !json_is_null(node) && !is_empty_element(node);
	}
	n = json_array_size(list);
	/* An empty list is one element without a child: <Users/>. */
	return n == 1 && list == node && is_empty_element(json_array_get(list, 0)) ? 0 : n;
}

const json_t *
json_item(const json_t *root, const char *path, size_t i)
{
	const json_t *node = json_at(root, path), *list = items(node);

	if (i >= json_count(root, path))
		return NULL;
	if (list == NULL)
		list = list_children(node);
	return list != NULL ? json_array_get(list, i) : node;
}

const json_t *
json_find(const json_t *root, const char *path, const char *member, const char *text)
{
	for (size_t i = 0; i < json_count(root, path); i++) {
		const json_t *item = json_item(root, path, i);
		const char *found = json_text(item, member);

		if (found != NULL && strcmp(found, text) == 0)
			return item;
	}
	return NULL;
}

static int
print_part(const char *data, size_t len, void *arg)
{
	struct buf *b = arg;

	buf_put(b, data, len);
	return b->failed ? -1 : 0;
}

bool
json_print(struct buf *b, const json_t *v, size_t flags)
{
	return json_dump_callback(v, print_part, b, flags) == 0;
}
