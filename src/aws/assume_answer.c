/* SPDX-License-Identifier: MIT */
#include "assume_parts.h"

#include <string.h>

#include "alloc.h"
#include "service.h"

void
role_session_name(const struct chain *c, json_t *args)
{
	if (json_object_get(args, "RoleSessionName") != NULL)
		return;
	AUTO_FREE char *name = xasprintf("rootlock-%lld", (long long)clock_now(c->env->io.clock));

	json_object_set_new(args, "RoleSessionName", json_string(name));
}

static void
copy(json_t *to, const char *name, const json_t *from)
{
	const char *s = json_text(from, name);

	if (s != NULL)
		json_object_set_new(to, name, json_string(s));
}

/* "123456789012" of "arn:aws:sts::123456789012:assumed-role/..."; the AWS CLI keeps it, too. */
static void
put_account(json_t *credentials, const char *arn)
{
	for (int i = 0; i < 4 && arn != NULL; i++)
		arn = strchr(arn, ':') != NULL ? strchr(arn, ':') + 1 : NULL;
	if (arn != NULL && strcspn(arn, ":") == 12)
		json_object_set_new(credentials, "AccountId", json_stringn(arn, 12));
}

/* The answer in the form in which the AWS tools know it. */
static json_t *
entry_of(const json_t *result)
{
	static const char *const members[] = { "AccessKeyId", "SecretAccessKey", "SessionToken",
		"Expiration" };
	const json_t *from = json_at(result, "Credentials.0");
	json_t *entry = json_object(), *credentials = json_object(), *user = json_object();

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		copy(credentials, members[i], from);
	copy(user, "AssumedRoleId", json_at(result, "AssumedRoleUser.0"));
	copy(user, "Arn", json_at(result, "AssumedRoleUser.0"));
	put_account(credentials, json_text(user, "Arn"));
	json_object_set_new(entry, "Credentials", credentials);
	json_object_set_new(entry, "AssumedRoleUser", user);
	return entry;
}

struct aws_credentials *
role_credentials(const json_t *reply, const char *result, const char *cache, struct err *e)
{
	static const struct chain_names names = { "AccessKeyId", "SecretAccessKey", "SessionToken",
		"Expiration" };
	json_auto_t *entry = entry_of(json_at(reply, result));
	const char *lacks;
	struct aws_credentials *found =
	    chain_from_json(json_object_get(entry, "Credentials"), &names, true, &lacks);

	if (found != NULL)
		chain_cache_write(cache, entry);
	else
		aws_fail(e, ERR_AWS, "MalformedReply", "STS answered without a usable %s", lacks);
	return found;
}
