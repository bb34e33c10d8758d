/* SPDX-License-Identifier: MIT */
/*
 * What a bucket policy says, for verdicts: who is let in, who is kept out.
 * Pure.  A statement that cannot be understood counts for nothing good.
 * Source: IAM JSON policy reference; S3 User Guide, "The meaning of public".
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "alloc.h"
#include "bucket.h"
#include "json.h"
#include "text.h"

static bool
is_effect(const json_t *s, const char *effect)
{
	return strcmp(json_text_or(s, "Effect", ""), effect) == 0;
}

/* One of the texts at `member` is `text`, or, with glob, matches it as a pattern. */
static bool
lists(const json_t *s, const char *member, const char *text, bool glob)
{
	for (size_t i = 0; i < json_count(s, member); i++) {
		const char *v = json_text_or(json_item(s, member, i), "", "");

		if (glob ? text_glob(v, text, true) : strcmp(v, text) == 0)
			return true;
	}
	return false;
}

static bool
everybody(const json_t *s)
{
	const json_t *p = json_object_get(s, "Principal");

	if (json_is_string(p))
		return strcmp(json_string_value(p), "*") == 0;
	return json_is_object(p) && lists(p, "AWS", "*", false);
}

/* Resource covers "bucket" or "bucket/key"; the ARN's partition does not matter. */
static bool
covers(const json_t *s, const char *target)
{
	for (size_t i = 0; i < json_count(s, "Resource"); i++) {
		const char *r = json_text_or(json_item(s, "Resource", i), "", "");
		const char *name = strstr(r, ":::");

		if (text_glob(name != NULL ? name + 3 : r, target, false))
			return true;
	}
	return false;
}

static bool
covers_objects(const json_t *s, const char *bucket)
{
	AUTO_FREE char *one = xasprintf("%s/a/b", bucket);

	return covers(s, one);
}

/* The only condition is: the request came without TLS. */
static bool
only_without_tls(const json_t *s)
{
	const json_t *c = json_object_get(s, "Condition"), *block, *value;
	const char *op, *key;

	if (json_object_size(c) != 1)
		return false;
	json_object_foreach((json_t *)(uintptr_t)c, op, block)
	{
		if (strcasecmp(op, "Bool") != 0 && strcasecmp(op, "BoolIfExists") != 0)
			return false;
		if (json_object_size(block) != 1)
			return false;
		json_object_foreach((json_t *)(uintptr_t)block, key,
		    value) if (strcasecmp(key, "aws:SecureTransport") != 0 ||
			       strcasecmp(json_text_or(json_item(value, "", 0), "",
					      json_is_false(value) ? "false" : ""),
				   "false") != 0) return false;
	}
	return true;
}

bool
bucket_tls_only(const json_t *policy, const char *bucket)
{
	bool whole = false, objects = false;

	for (size_t i = 0; i < json_count(policy, "Statement"); i++) {
		const json_t *s = json_item(policy, "Statement", i);

		if (!is_effect(s, "Deny") || !everybody(s) || !only_without_tls(s))
			continue;
		if (!lists(s, "Action", "s3:*", false) && !lists(s, "Action", "*", false))
			continue;
		whole = whole || covers(s, bucket);
		objects = objects || covers_objects(s, bucket);
	}
	return whole && objects;
}

/* A condition that spares some principals: "not one of these". */
static bool
spares_principals(const json_t *s)
{
	const json_t *c = json_object_get(s, "Condition"), *block, *value;
	const char *op, *key;

	if (json_object_get(s, "NotPrincipal") != NULL)
		return true;
	json_object_foreach((json_t *)(uintptr_t)c, op, block)
	{
		if (strstr(op, "Not") == NULL)
			continue;
		json_object_foreach((json_t *)(uintptr_t)block, key,
		    value) if (strcasecmp(key, "aws:PrincipalArn") == 0 ||
			       strcasecmp(key, "aws:userId") == 0 ||
			       strcasecmp(key, "aws:username") == 0 ||
			       strcasecmp(key, "aws:PrincipalTag") == 0) return true;
	}
	return false;
}

bool
bucket_readers_restricted(const json_t *policy, const char *bucket, const char *but_sid)
{
	for (size_t i = 0; i < json_count(policy, "Statement"); i++) {
		const json_t *s = json_item(policy, "Statement", i);

		if (but_sid != NULL && strcmp(json_text_or(s, "Sid", ""), but_sid) == 0)
			continue;
		if (is_effect(s, "Deny") && lists(s, "Action", "s3:GetObject", true) &&
		    covers_objects(s, bucket) && spares_principals(s) &&
		    (everybody(s) || json_object_get(s, "NotPrincipal") != NULL))
			return true;
	}
	return false;
}

/* aws:SourceArn and aws:SourceAccount, where the statement asks for them, fit the service's. */
static bool
source_fits(const json_t *s, const char *arn)
{
	const json_t *c = json_object_get(s, "Condition"), *block, *value;
	const char *op, *key;
	char account[16] = "";

	if (arn == NULL)
		return true;
	(void)sscanf(arn, "%*[^:]:%*[^:]:%*[^:]:%*[^:]:%15[0-9]", account);
	json_object_foreach((json_t *)(uintptr_t)c, op, block)
	    json_object_foreach((json_t *)(uintptr_t)block, key, value)
	{
		if (strcasecmp(key, "aws:SourceArn") == 0 && !lists(value, "", arn, true))
			return false;
		if (strcasecmp(key, "aws:SourceAccount") == 0 && !lists(value, "", account, true))
			return false;
	}
	return true;
}

static bool
speaks_of(const json_t *s, const struct bucket_ask *ask)
{
	AUTO_FREE char *target =
	    ask->key != NULL ? xasprintf("%s/%s", ask->bucket, ask->key) : xstrdup(ask->bucket);
	const json_t *p = json_object_get(s, "Principal");

	return (everybody(s) || (json_is_object(p) && lists(p, "Service", ask->service, false))) &&
	       lists(s, "Action", ask->action, true) && covers(s, target);
}

bool
bucket_allows(const json_t *policy, const struct bucket_ask *ask)
{
	bool allowed = false;

	for (size_t i = 0; i < json_count(policy, "Statement"); i++) {
		const json_t *s = json_item(policy, "Statement", i);

		if (!speaks_of(s, ask))
			continue;
		if (is_effect(s, "Deny") && json_object_size(json_object_get(s, "Condition")) == 0)
			return false;
		allowed = allowed || (is_effect(s, "Allow") && source_fits(s, ask->source_arn));
	}
	return allowed;
}

const char *
bucket_public_sid(const json_t *policy)
{
	for (size_t i = 0; i < json_count(policy, "Statement"); i++) {
		const json_t *s = json_item(policy, "Statement", i);

		if (is_effect(s, "Allow") && (everybody(s) || json_object_get(s, "NotPrincipal")) &&
		    json_object_size(json_object_get(s, "Condition")) == 0)
			return json_text_or(s, "Sid", "");
	}
	return NULL;
}

void
bucket_named_readers(const json_t *policy, const char *bucket, struct strlist *arns)
{
	for (size_t i = 0; i < json_count(policy, "Statement"); i++) {
		const json_t *s = json_item(policy, "Statement", i);
		const json_t *p = json_object_get(s, "Principal");

		if (!is_effect(s, "Allow") || !json_is_object(p) ||
		    !lists(s, "Action", "s3:GetObject", true) || !covers_objects(s, bucket))
			continue;
		for (size_t k = 0; k < json_count(p, "AWS"); k++) {
			const char *arn = json_text_or(json_item(p, "AWS", k), "", "");

			if (strncmp(arn, "arn:", 4) == 0 && !strlist_has(arns, arn))
				strlist_add(arns, arn);
		}
	}
}
