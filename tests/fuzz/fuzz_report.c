/* SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include <jansson.h>

#include "facts.h"
#include "text.h"

FUZZ_INSTALL

/* Rows hold texts only, and nothing that says nothing. */
static void
look(json_t *rows)
{
	const char *user, *column;
	json_t *row, *cell;

	json_object_foreach (rows, user, row) {
		must(json_is_object(row));
		json_object_foreach (row, column, cell) {
			const char *s = json_string_value(cell);

			must(s != NULL && s[0] != '\0' && strcmp(s, "N/A") != 0);
			must(strcmp(column, "user") != 0);
		}
	}
}

static bool
read_it(const char *base64, size_t len)
{
	struct err e = { .kind = ERR_NONE };
	json_t *rows = json_object();
	bool ok = report_rows(base64, len, rows, &e);

	must(ok == (e.kind == ERR_NONE));
	must(ok || err_is(&e, "MalformedReport"));
	look(rows);
	json_decref(rows);
	return ok;
}

/* The input as it comes, and as what base64 says; how that is wrapped changes nothing. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO_BUF plain = BUF_INIT(BUF_MAX_REPLY);
	AUTO_BUF wrapped = BUF_INIT(BUF_MAX_REPLY);

	(void)read_it((const char *)data, size);
	text_base64(&plain, data, size);
	for (size_t i = 0; i < plain.len; i++) {
		buf_putc(&wrapped, plain.data[i]);
		if (i % 7 == 6)
			buf_putc(&wrapped, '\n');
	}
	must(read_it(plain.data, plain.len) == read_it(wrapped.data, wrapped.len));
	return 0;
}
