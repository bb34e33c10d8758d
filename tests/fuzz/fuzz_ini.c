/* SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include "ini.h"

FUZZ_INSTALL

static const char *const keys[] = { "k", "a", "b", "x", "region", "s3" };
#define KEYS (sizeof(keys) / sizeof(keys[0]))

static bool
same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* Every value but the one of section/"k" is the same in both. */
static void
others_are_kept(const struct ini *old, const struct ini *new, const char *section)
{
	const char *s;

	for (size_t i = 0; (s = ini_section(old, i)) != NULL && i < 20; i++) {
		must(same(s, ini_section(new, i)));
		for (size_t k = strcmp(s, section) == 0; k < KEYS; k++) {
			must(same(ini_get(old, s, keys[k]), ini_get(new, s, keys[k])));
			must(same(
			    ini_nested(old, s, keys[k], "a"), ini_nested(new, s, keys[k], "a")));
		}
	}
}

/* Bytes at the start that are the same, then at the end, not overlapping. */
static size_t
common(const struct buf *a, const struct buf *b)
{
	size_t max = a->len < b->len ? a->len : b->len, head = 0, tail = 0;

	while (head < max && a->data[head] == b->data[head])
		head++;
	while (tail < max - head && a->data[a->len - 1 - tail] == b->data[b->len - 1 - tail])
		tail++;
	return head + tail;
}

static void
edit(const struct buf *old, const struct ini *ini, const char *section)
{
	const char *const kv[] = { "k", "new value", NULL };
	AUTO_BUF out = BUF_INIT(BUF_MAX_TEXT);
	struct err e = { .kind = ERR_NONE };
	struct ini *new;

	if (!ini_edit(old, section, kv, &out, &e)) {
		must(e.kind == ERR_CONFIG && out.len == 0);
		return;
	}
	new = ini_parse("new", buf_str(&out), out.len, NULL);
	must(new != NULL);
	must(same(ini_get(new, section, "k"), "new value"));
	others_are_kept(ini, new, section);
	/* A new key is an insertion: no byte of the file is lost. */
	if (ini_get(ini, section, "k") == NULL)
		must(common(old, &out) == old->len);
	ini_free(new);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO_BUF old = BUF_INIT(BUF_MAX_TEXT);
	struct err e = { .kind = ERR_NONE };
	struct ini *ini = ini_parse("old", (const char *)data, size, &e);
	const char *s;

	must((ini == NULL) == (e.kind == ERR_CONFIG));
	buf_put(&old, data, size);
	if (ini == NULL) {
		AUTO_BUF out = BUF_INIT(BUF_MAX_TEXT);

		must(!ini_edit(&old, "a", (const char *const[]){ NULL }, &out, &e));
		return 0;
	}
	edit(&old, ini, "profile not there");
	for (size_t i = 0; (s = ini_section(ini, i)) != NULL && i < 5; i++)
		edit(&old, ini, s);
	ini_free(ini);
	return 0;
}
