/* SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include <unistd.h>

#include "../../src/core/journal_line.h"
#include "crypto.h"
#include "journal.h"
#include "json.h"

/* Not only alloc_install(): a directory whose journal each input becomes. */
static char dir[64];
static char file[80];

static void
remove_dir(void)
{
	(void)unlink(file);
	(void)rmdir(dir);
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	must(alloc_install());
	strcpy(dir, "/tmp/rootlock-fuzz-XXXXXX");
	must(mkdtemp(dir) != NULL);
	snprintf(file, sizeof(file), "%s/journal", dir);
	must(atexit(remove_dir) == 0);
	return 0;
}

static void
is_valid(const json_t *r)
{
	static const char *const members[] = { "time", "run", "kind", "what", "about" };

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		must(json_is_string(json_object_get(r, members[i])));
}

/* The input as a whole file: only valid records come out. */
static void
as_file(const uint8_t *data, size_t size)
{
	FILE *f = fopen(file, "w");
	struct journal *j;

	must(f != NULL && fwrite(data, 1, size, f) == size && fclose(f) == 0);
	j = journal_read(dir, NULL);
	must(j != NULL);
	for (size_t i = 0; i < json_array_size(journal_records(j)); i++)
		is_valid(json_array_get(journal_records(j), i));
	(void)journal_made(j, "iam:CreateUser", "user/alice");
	journal_close(j);
}

/* The input as a line whose sum is right, or the fuzzer would never pass it. */
static void
as_summed_line(const uint8_t *data, size_t size)
{
	AUTO_BUF line = BUF_INIT(BUF_MAX_TEXT);
	char hex[CRYPTO_SHA256_HEX];
	json_t *r;

	buf_put(&line, data, size);
	buf_putc(&line, '}');
	crypto_sha256_hex(line.data, line.len, hex);
	buf_cut(&line, line.len - 1);
	buf_printf(&line, ",\"sum\":\"%.16s\"}", hex);
	r = journal_line_parse(buf_str(&line), line.len);
	if (r != NULL)
		is_valid(r);
	json_decref(r);
}

/* A record with the input in it: printed, read back, refused when damaged. */
static void
round_trip(const uint8_t *data, size_t size)
{
	AUTO_BUF line = BUF_INIT(BUF_MAX_TEXT);
	json_t *text = json_stringn((const char *)data, size), *r, *back;

	if (text == NULL)
		return; /* not UTF-8 */
	r = json_pack("{s:s, s:s, s:s, s:s, s:o}", "time", "t", "run", "r", "kind", "note", "what",
	    "w", "about", text);
	must(r != NULL);
	journal_line_print(r, &line);
	must(!line.failed && memchr(line.data, '\n', line.len) == line.data + line.len - 1);
	if (memchr(data, 0, size) == NULL) {
		back = journal_line_parse(line.data, line.len - 1);
		must(back != NULL && json_equal(r, back));
		json_decref(back);
	}
	line.data[size % (line.len - 1)] ^= 1;
	must(journal_line_parse(line.data, line.len - 1) == NULL);
	json_decref(r);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	as_file(data, size);
	as_summed_line(data, size);
	round_trip(data, size);
	return 0;
}
