/* SPDX-License-Identifier: MIT */
/*
 * ~/.aws/cli/cache: one entry a role, shared with the AWS CLI.  An entry is
 * STS's answer as JSON.  What is broken or cannot be written is only a cache
 * miss (botocore's JSONFileCache would end with an exception).
 */
#include "chain_parts.h"

#include <ctype.h>
#include <string.h>

#include "alloc.h"
#include "crypto.h"
#include "file.h"
#include "log.h"
#include "text.h"

#define CACHE "~/.aws/cli/cache"
#define ENTRY_MAX ((size_t)64 << 10)
#define REUSE_LEFT 900 /* seconds that an entry must still last */

/* Python writes \u00e9 where jansson writes \u00E9. */
static void
lower_escapes(char *s)
{
	for (; *s != '\0'; s++) {
		if (*s != '\\')
			continue;
		s++;
		for (int i = 1; *s == 'u' && i <= 4; i++)
			s[i] = (char)tolower((unsigned char)s[i]);
	}
}

char *
chain_cache_path(const json_t *args, bool minified)
{
	AUTO_BUF text = BUF_INIT(ENTRY_MAX);
	char name[CRYPTO_SHA1_HEX];
	size_t flags = JSON_SORT_KEYS | JSON_ENSURE_ASCII;

	if (!json_print(&text, args, minified ? flags | JSON_COMPACT : flags))
		die("the name of a cache entry cannot be made");
	lower_escapes(text.data);
	crypto_sha1_hex(text.data, text.len, name);
	AUTO_FREE char *dir = profile_expand(CACHE);
	return xasprintf("%s/%s.json", dir, name);
}

bool
chain_time(const char *s, int64_t *epoch)
{
	size_t n = strlen(s);

	if (n <= 3 || strcmp(s + n - 3, "UTC") != 0)
		return text_parse_time(s, epoch);
	AUTO_FREE char *plain = xasprintf("%.*sZ", (int)(n - 3), s);

	return text_parse_time(plain, epoch);
}

struct aws_credentials *
chain_cache_read(const struct chain *c, const char *path)
{
	static const struct chain_names names = { "AccessKeyId", "SecretAccessKey", "SessionToken",
		"Expiration" };
	AUTO_BUF text = BUF_INIT(ENTRY_MAX);
	const char *lacks;
	struct aws_credentials *found;

	if (!file_read(path, &text, NULL))
		return NULL;
	json_auto_t *entry = json_parse(text.data, text.len, NULL);
	found = chain_from_json(json_object_get(entry, "Credentials"), &names, true, &lacks);
	if (found == NULL)
		log_line("%s is not used: it is no cache entry", path);
	if (found == NULL || found->expires - clock_now(c->env->io.clock) >= REUSE_LEFT)
		return found;
	aws_credentials_free(found);
	return NULL;
}

void
chain_cache_write(const char *path, const json_t *entry)
{
	AUTO_BUF text = BUF_INIT(ENTRY_MAX);
	AUTO_FREE char *dir = xstrndup(path, (size_t)(strrchr(path, '/') - path));
	struct err why = { 0 };

	if (!json_print(&text, entry, 0))
		return;
	if (!file_make_dirs(dir, &why) || !file_write(path, text.data, text.len, 0600, &why))
		log_line("the cache was not written: %s", why.text);
}
