/* SPDX-License-Identifier: MIT */
/* What came as XML, as plain JSON: a tenth of the memory, and shapes that read like the API's. */
#include <string.h>

#include "facts_read.h"

static bool
is_blank(const json_t *v)
{
	const char *s = json_string_value(v);

	return s != NULL && s[strspn(s, " \t\r\n")] == '\0';
}

static json_t *
plain_array(const json_t *list)
{
	json_t *out = json_array();
	const json_t *v;
	size_t i;

	json_array_foreach (list, i, v)
		json_array_append_new(out, facts_plain(v));
	return out;
}

static json_t *
plain_object(const json_t *o)
{
	json_t *out = json_object();
	const char *name;
	json_t *v;

	json_object_foreach ((json_t *)(uintptr_t)o, name, v) {
		json_t *p = facts_plain(v);

		if (is_blank(p))
			json_decref(p);
		else
			json_object_set_new(out, name, p);
	}
	return out;
}

json_t *
facts_plain(const json_t *xml)
{
	if (json_is_array(xml))
		return json_array_size(xml) == 1 ? facts_plain(json_array_get(xml, 0))
						 : plain_array(xml);
	if (!json_is_object(xml))
		return json_deep_copy(xml);
	if (json_object_size(xml) != 1)
		return plain_object(xml);
	const json_t *text = json_object_get(xml, ""), *list = json_object_get(xml, "member");
	if (text != NULL)
		return json_incref((json_t *)(uintptr_t)text);
	return json_is_array(list) ? plain_array(list) : plain_object(xml);
}

json_t *
facts_plain_list(const json_t *items)
{
	return plain_array(items);
}
