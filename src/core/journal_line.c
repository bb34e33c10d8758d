/* SPDX-License-Identifier: MIT */
#include "journal_line.h"

#include <string.h>

#include "crypto.h"
#include "json.h"

#define SUM_LEN 16 /* hex digits of SHA-256 that a line carries */
#define SUM_MEMBER ",\"sum\":\""
#define SUM_TAIL (sizeof(SUM_MEMBER) - 1 + SUM_LEN + 2) /* and "} */

static void
line_sum(const char *line, size_t len, char sum[SUM_LEN + 1])
{
	char hex[CRYPTO_SHA256_HEX];

	crypto_sha256_hex(line, len, hex);
	memcpy(sum, hex, SUM_LEN);
	sum[SUM_LEN] = '\0';
}

/* True when the record is one that journal_put() could have written. */
static bool
is_record(const json_t *r)
{
	static const char *const members[] = { "time", "run", "kind", "what", "about" };

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if (!json_is_string(json_object_get(r, members[i])))
			return false;
	return true;
}

json_t *
journal_line_parse(const char *line, size_t len)
{
	AUTO_BUF plain = BUF_INIT(BUF_MAX_TEXT);
	char sum[SUM_LEN + 1];
	const char *tail;
	json_t *r;

	if (len <= SUM_TAIL)
		return NULL;
	tail = line + len - SUM_TAIL;
	if (memcmp(tail, SUM_MEMBER, sizeof(SUM_MEMBER) - 1) != 0 ||
	    memcmp(line + len - 2, "\"}", 2) != 0)
		return NULL;
	buf_put(&plain, line, len - SUM_TAIL);
	buf_putc(&plain, '}');
	line_sum(buf_str(&plain), plain.len, sum);
	if (plain.failed || memcmp(tail + sizeof(SUM_MEMBER) - 1, sum, SUM_LEN) != 0)
		return NULL;
	r = json_loadb(plain.data, plain.len, JSON_REJECT_DUPLICATES, NULL);
	if (r != NULL && is_record(r))
		return r;
	json_decref(r);
	return NULL;
}

void
journal_line_print(const json_t *r, struct buf *line)
{
	AUTO_BUF text = BUF_INIT(line->max);
	char sum[SUM_LEN + 1];

	if (!json_print(&text, r, JSON_COMPACT | JSON_ENSURE_ASCII) || text.len == 0) {
		line->failed = true;
		return;
	}
	line_sum(text.data, text.len, sum);
	buf_put(line, text.data, text.len - 1);
	buf_printf(line, SUM_MEMBER "%s\"}\n", sum);
}
