/* SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include "json.h"
#include "xml.h"

FUZZ_INSTALL

/* Every element is an object of arrays of elements, with text under "". */
static void
check_element(const json_t *element, int depth)
{
	const char *name;
	json_t *list;

	must(depth <= XML_MAX_DEPTH);
	must(json_is_object(element) && json_object_size(element) > 0);
	json_object_foreach((json_t *)(uintptr_t)element, name, list)
	{
		if (name[0] == '\0') {
			must(json_is_string(list));
			continue;
		}
		must(json_is_array(list) && json_array_size(list) > 0);
		must(strchr(name, ':') == NULL);
		must(json_count(element, "") == 1 || strcmp(name, "member") == 0 ||
		     strcmp(name, "item") == 0);
		for (size_t i = 0; i < json_array_size(list); i++)
			check_element(json_array_get(list, i), depth + 1);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err e = { .kind = ERR_NONE };
	AUTO_REPLY *root = xml_parse((const char *)data, size, &e);
	const json_t *top;

	must((root == NULL) == (e.kind == ERR_AWS));
	if (root == NULL)
		return 0;
	must(json_object_size(root) == 1);
	top = json_object_iter_value(json_object_iter(root));
	must(json_array_size(top) == 1);
	check_element(json_array_get(top, 0), 1);
	return 0;
}
