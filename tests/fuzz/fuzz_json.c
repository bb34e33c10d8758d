/* SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include "json.h"

FUZZ_INSTALL

static const char *const paths[] = {
	"",
	"a",
	"a.b",
	"a.0",
	"0",
	"0.a",
	"a.b.0.c",
	"member",
	"a.member",
	"nope",
	"a..b",
	".",
};

/* The accessors agree with each other, whatever the shape is. */
static void
look(const json_t *root, const char *path)
{
	size_t n = json_count(root, path);
	int64_t v;

	must(json_item(root, path, n) == NULL);
	for (size_t i = 0; i < n && i < 50; i++)
		must(json_item(root, path, i) != NULL);
	if (n > 0)
		must(json_at(root, path) != NULL);
	if (json_at(root, path) == NULL)
		must(json_text(root, path) == NULL && !json_int(root, path, &v));
	if (json_bool(root, path))
		must(!json_int(root, path, &v));
	(void)json_time(root, path, &v);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err e = { .kind = ERR_NONE };
	AUTO_REPLY *root = json_parse((const char *)data, size, &e);
	AUTO_BUF b = BUF_INIT(BUF_MAX_REPLY);
	AUTO_REPLY *again = NULL;

	must((root == NULL) == (e.kind == ERR_OTHER));
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		look(root, paths[i]);
	if (root == NULL)
		return 0;
	must(json_print(&b, root, JSON_COMPACT));
	again = json_parse(buf_str(&b), b.len, NULL);
	must(again != NULL && json_equal(root, again));
	return 0;
}
