/* SPDX-License-Identifier: MIT */
/* The policy of a bucket: merge without losing what others wrote, put, put back. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "alloc.h"
#include "bucket.h"
#include "json.h"
#include "s3.h"
#include "text.h"

#define POLICY_MAX 20480 /* bytes (S3 User Guide, bucket policies) */
#define SID_TRIES 20

/* The value that a condition has for a key, under any operator; names fold case. */
static const json_t *
condition_value(const json_t *statement, const char *key)
{
	const json_t *condition = json_object_get(statement, "Condition"), *block, *value;
	const char *op, *name;

	json_object_foreach ((json_t *)(uintptr_t)condition, op, block)
		json_object_foreach ((json_t *)(uintptr_t)block, name, value)
			if (strcasecmp(name, key) == 0)
				return value;
	return NULL;
}

/* Each of the values (a text or a list) is matched by a pattern in `patterns`. */
static bool
all_within(const json_t *values, const json_t *patterns)
{
	for (size_t i = 0; i < json_count(values, ""); i++) {
		const char *v = json_text_or(json_item(values, "", i), "", "");
		bool found = false;

		for (size_t k = 0; k < json_count(patterns, "") && !found; k++)
			found =
			    text_glob(json_text_or(json_item(patterns, "", k), "", ""), v, false);
		if (!found)
			return false;
	}
	return true;
}

/* Replacing `old` by `new` takes nothing away from anybody but strangers. */
static bool
replaces(const json_t *old, const json_t *new, bool shared)
{
	const json_t *arn = condition_value(old, "aws:SourceArn");
	const json_t *account = condition_value(old, "aws:SourceAccount");
	const json_t *theirs = json_object_get(old, "Resource");

	if (strcmp(json_text_or(old, "Effect", ""), json_text_or(new, "Effect", "")) != 0)
		return false;
	if (theirs == NULL || !all_within(theirs, json_object_get(new, "Resource")))
		return false;
	if (arn == NULL && account == NULL)
		return !shared;
	if (arn != NULL && !all_within(arn, condition_value(new, "aws:SourceArn")))
		return false;
	return account == NULL || condition_value(new, "aws:SourceAccount") == NULL ||
	       all_within(account, condition_value(new, "aws:SourceAccount"));
}

/* A Sid for the statement that is free in the policy or may be replaced there; Sids are alnum. */
static void
settle_sid(const json_t *policy, json_t *statement, bool shared)
{
	AUTO_FREE char *sid = xstrdup(json_text_or(statement, "Sid", ""));
	AUTO_FREE char *try = xstrdup(sid);

	for (int n = 1; n < SID_TRIES; n++) {
		const json_t *old = json_find(policy, "Statement", "Sid", try);

		if (old == NULL || policydoc_equal(old, statement) ||
		    replaces(old, statement, shared))
			break;
		xfree(try);
		try = xasprintf("%sRootlock%d", sid, n);
		json_object_set_new(statement, "Sid", json_string(try));
	}
}

json_t *
bucket_keep_apart(const json_t *policy, const json_t *want, bool shared)
{
	json_t *doc = json_deep_copy(want), *s;
	size_t i;

	json_array_foreach (json_object_get(doc, "Statement"), i, s)
		if (strcmp(json_text_or(s, "Effect", ""), "Allow") == 0)
			settle_sid(policy, s, shared);
	return doc;
}

static const json_t *
policy_of(const json_t *have)
{
	const json_t *policy = json_at(have, "policy");

	return json_is_object(policy) ? policy : NULL;
}

bool
bucket_policy_has(const struct bucket_plan *want, const json_t *have)
{
	bool changed = true;
	json_auto_t *merged = policydoc_merge(policy_of(have), want->policy, &changed);

	return merged != NULL && !changed;
}

static bool
put(struct aws *aws, const struct bucket_plan *b, const json_t *doc, struct err *e)
{
	AUTO_FREE char *text = policydoc_text(doc);

	if (strlen(text) > POLICY_MAX)
		return err_set(e, ERR_REFUSED,
		    "the policy of bucket %s would be %zu bytes long; S3 "
		    "takes %d: use another bucket, or fewer readers",
		    b->name, strlen(text), POLICY_MAX);
	return s3_put_bucket_policy(aws, b->name, b->region, text, e);
}

bool
bucket_policy_apply(struct aws *aws, const struct bucket_plan *want, struct err *e)
{
	json_auto_t *now = NULL;
	bool changed = false;

	if (!s3_get_bucket_policy(aws, want->name, want->region, &now, e))
		return false;
	json_auto_t *merged = policydoc_merge(now, want->policy, &changed);
	return !changed || put(aws, want, merged, e);
}

json_t *
bucket_policy_before(const struct bucket_plan *want, const json_t *have)
{
	const json_t *was = policy_of(have);

	return json_pack("{s:s, s:s, s:o, s:o}", "bucket", want->name, "region", want->region,
	    "policy", was != NULL ? json_deep_copy(was) : json_null(), "added",
	    json_deep_copy(want->policy));
}

/* The statements of `was` whose Sids are among those of `added`, as a document. */
static json_t *
replaced(const json_t *was, const json_t *added)
{
	json_t *statements = json_array();

	for (size_t i = 0; i < json_count(was, "Statement"); i++) {
		const json_t *s = json_item(was, "Statement", i);
		const char *sid = json_text_or(s, "Sid", "");

		if (sid[0] != '\0' && json_find(added, "Statement", "Sid", sid) != NULL)
			json_array_append_new(statements, json_deep_copy(s));
	}
	return json_pack("{s:s, s:o}", "Version", json_text_or(was, "Version", "2012-10-17"),
	    "Statement", statements);
}

bool
bucket_policy_undo(struct aws *aws, const json_t *before, struct err *e)
{
	const struct bucket_plan b = {
		.name = json_text_or(before, "bucket", ""),
		.region = json_text_or(before, "region", ""),
	};
	const json_t *was = json_at(before, "policy"), *added = json_at(before, "added");
	json_auto_t *now = NULL;
	bool changed = false;

	if (!s3_get_bucket_policy(aws, b.name, b.region, &now, e)) {
		if (!err_is(e, "NoSuchBucket"))
			return false;
		err_clear(e);
		return true;
	}
	if (now == NULL)
		return true;
	json_auto_t *without = policydoc_without(now, added);
	json_auto_t *old = replaced(was, added);
	json_auto_t *doc = policydoc_merge(without, old, &changed);
	if (json_is_object(was) && policydoc_equal(doc, was))
		return put(aws, &b, was, e);
	if (json_count(doc, "Statement") == 0)
		return s3_delete_bucket_policy(aws, b.name, b.region, e);
	return put(aws, &b, doc, e);
}
