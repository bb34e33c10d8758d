/* SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include "text.h"
#include "unicode.h"

FUZZ_INSTALL

/* Nothing in it may act on a terminal. */
static void
is_harmless(const char *s, size_t len, bool newlines)
{
	uint32_t cp;

	for (size_t i = 0, n; i < len; i += n) {
		n = unicode_decode(s + i, len - i, &cp);
		must(n > 0);
		must(unicode_shows(cp) || (newlines && cp == '\n'));
	}
}

static void
clean(const char *s, size_t len, bool newlines, struct buf *out)
{
	AUTO_BUF again = BUF_INIT(BUF_MAX_REPLY);

	text_clean(out, s, len, newlines);
	must(!out->failed && out->len <= len * TEXT_CLEAN_CHAR);
	is_harmless(buf_str(out), out->len, newlines);
	text_clean(&again, buf_str(out), out->len, newlines);
	must(again.len == out->len && memcmp(buf_str(&again), buf_str(out), out->len) == 0);
}

static void
measure(const char *s, size_t cols)
{
	AUTO_BUF b = BUF_INIT(BUF_MAX_REPLY);
	char *line, *at = NULL;
	size_t n = text_fit(s, cols);

	must(n <= strlen(s));
	must(text_fit(s, text_width(s)) == strlen(s));
	text_wrap(&b, s, cols, " ");
	must(b.len > 0 && b.data[b.len - 1] == '\n');
	for (line = strtok_r(b.data, "\n", &at); line != NULL; line = strtok_r(NULL, "\n", &at)) {
		must(line[0] == ' ');
		/* Only a single wide character may be wider than there is room for. */
		must(text_width(line) <= cols || text_char_len(line + 1) + 1 == strlen(line));
	}
}

static void
encodings(const uint8_t *data, size_t size)
{
	AUTO_BUF a = BUF_INIT(BUF_MAX_REPLY), b = BUF_INIT(BUF_MAX_REPLY);

	text_base64(&a, data, size);
	must(text_unbase64(&b, buf_str(&a), a.len));
	must(b.len == size && memcmp(buf_str(&b), data, size) == 0);
	buf_reset(&a);
	buf_reset(&b);
	text_percent(&a, (const char *)data, size, size % 2 == 0);
	must(text_unpercent(&b, buf_str(&a), a.len));
	must(b.len == size && memcmp(buf_str(&b), data, size) == 0);
	buf_reset(&b);
	if (!text_unbase64(&b, (const char *)data, size))
		must(b.len == 0);
	buf_reset(&b);
	if (!text_unpercent(&b, (const char *)data, size))
		must(b.len == 0);
}

static void
numbers(const char *s)
{
	char iso[24];
	int64_t t, again;

	if (!text_parse_time(s, &t))
		return;
	text_iso8601(iso, sizeof(iso), t);
	if (iso[0] != '?')
		must(text_parse_time(iso, &again) && again == t);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO_BUF kept = BUF_INIT(BUF_MAX_REPLY), flat = BUF_INIT(BUF_MAX_REPLY);
	AUTO_FREE char *s = xstrndup((const char *)data, size);
	struct err e = { .kind = ERR_NONE };

	clean((const char *)data, size, true, &kept);
	clean((const char *)data, size, false, &flat);
	measure(buf_str(&kept), size > 0 ? 2U + data[0] % 80U : 10);
	encodings(data, size);
	numbers(s);
	(void)text_glob(s, "arn:aws:iam::111122223333:user/alice", true);
	err_set(&e, ERR_OTHER, "%s", s);
	err_wrap(&e, "%s", s);
	is_harmless(e.text, strlen(e.text), false);
	return 0;
}
