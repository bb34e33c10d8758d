/* SPDX-License-Identifier: MIT */
/* All that is looked at in one bucket, at once (Amazon S3 API Reference). */
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "facts_read.h"
#include "json.h"

enum part { HEAD, PAB, POLICY, STATUS, VERSIONING, ENCRYPTION, LIFECYCLE, OWNERSHIP };

static const enum aws_op_id operations[BUCKET_READS] = {
	[HEAD] = OP_S3_HEAD_BUCKET,
	[PAB] = OP_S3_GET_PUBLIC_ACCESS_BLOCK,
	[POLICY] = OP_S3_GET_BUCKET_POLICY,
	[STATUS] = OP_S3_GET_BUCKET_POLICY_STATUS,
	[VERSIONING] = OP_S3_GET_BUCKET_VERSIONING,
	[ENCRYPTION] = OP_S3_GET_BUCKET_ENCRYPTION,
	[LIFECYCLE] = OP_S3_GET_BUCKET_LIFECYCLE,
	[OWNERSHIP] = OP_S3_GET_BUCKET_OWNERSHIP,
};

/* The root elements of the answers, which are left out in the fact. */
static const char *const roots[BUCKET_READS] = {
	[PAB] = "PublicAccessBlockConfiguration",
	[STATUS] = "PolicyStatus",
	[VERSIONING] = "VersioningConfiguration",
	[ENCRYPTION] = "ServerSideEncryptionConfiguration",
	[LIFECYCLE] = "LifecycleConfiguration",
	[OWNERSHIP] = "OwnershipControls",
};

void
bucket_ask(struct wave *w, const char *bucket, const char *region)
{
	for (int i = 0; i < BUCKET_READS; i++)
		wave_add_at(w, operations[i], region[0] != '\0' ? region : NULL, bucket, NULL);
}

/* ---- the answers ------------------------------------------------------------------- */

/* "There is none" in S3's words: NoSuchBucketPolicy, NoSuchPublicAccessBlockConfiguration, ... */
static bool
is_absent(const struct err *e)
{
	static const char *const codes[] = { "ServerSideEncryptionConfigurationNotFoundError",
		"OwnershipControlsNotFoundError" };

	if (strncmp(e->code, "NoSuch", 6) == 0)
		return strcmp(e->code, "NoSuchBucket") != 0;
	for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
		if (err_is(e, codes[i]))
			return true;
	return false;
}

static const json_t *
body(const struct aws_fetch got[], enum part p)
{
	const json_t *inside = json_at(got[p].reply, roots[p]);

	if (got[p].err.kind != ERR_NONE)
		return NULL;
	return inside != NULL ? inside : got[p].reply;
}

static json_t *
text_or_null(const json_t *root, const char *path)
{
	const char *s = json_text(root, path);

	return s != NULL && s[0] != '\0' ? json_string(s) : json_null();
}

static json_t *
take_pab(const struct aws_fetch got[])
{
	static const char *const names[] = { "BlockPublicAcls", "IgnorePublicAcls",
		"BlockPublicPolicy", "RestrictPublicBuckets" };
	const json_t *root = body(got, PAB);
	json_t *out;

	if (root == NULL)
		return json_null();
	out = json_object();
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		json_object_set_new(out, names[i], json_boolean(json_bool(root, names[i])));
	return out;
}

static json_t *
take_policy(const struct aws_fetch got[])
{
	if (got[POLICY].err.kind != ERR_NONE || !json_is_object(got[POLICY].reply))
		return json_null();
	return json_incref(got[POLICY].reply);
}

static json_t *
take_encryption(const struct aws_fetch got[])
{
	static const char path[] = "Rule.ApplyServerSideEncryptionByDefault";
	const json_t *rule = json_at(body(got, ENCRYPTION), path);

	if (json_text(rule, "SSEAlgorithm") == NULL)
		return json_null();
	return json_pack("{s:o, s:o}", "algorithm", text_or_null(rule, "SSEAlgorithm"), "kms_key",
	    text_or_null(rule, "KMSMasterKeyID"));
}

static json_t *
take_lifecycle(const struct aws_fetch got[])
{
	const json_t *root = body(got, LIFECYCLE);

	return root != NULL ? facts_plain(root) : json_null();
}

/* Why the bucket could not be looked at, or NULL; that it is not there goes before all else. */
static const char *
error_of(const struct aws_fetch got[])
{
	const struct err *first = NULL;

	for (int i = 0; i < BUCKET_READS; i++) {
		const struct err *e = &got[i].err;

		if (e->kind == ERR_NONE || is_absent(e))
			continue;
		if (err_is(e, "NoSuchBucket") || (i == HEAD && e->status == 404))
			return "NoSuchBucket";
		/* HEAD has no body to tell its code in; let the others tell theirs. */
		if (first == NULL || first == &got[HEAD].err)
			first = e;
	}
	if (first == NULL)
		return NULL;
	if (err_is_denied(first) || first->status == 403)
		return "AccessDenied";
	return first->code[0] != '\0' ? first->code : first->text;
}

json_t *
bucket_take(const struct aws_fetch got[BUCKET_READS], const char *region)
{
	return json_pack("{s:s, s:o, s:b, s:o, s:o, s:o, s:o, s:o, s:s?}", "region",
	    json_text_or(got[HEAD].reply, "BucketRegion", region), "policy", take_policy(got),
	    "public", json_bool(body(got, STATUS), "IsPublic"), "pab", take_pab(got), "versioning",
	    text_or_null(body(got, VERSIONING), "Status"), "encryption", take_encryption(got),
	    "lifecycle", take_lifecycle(got), "ownership",
	    text_or_null(body(got, OWNERSHIP), "Rule.ObjectOwnership"), "error", error_of(got));
}

/* ---- several -------------------------------------------------------------------------- */

void
buckets_ask(struct wave *w, const json_t *buckets)
{
	const char *bucket;
	json_t *region;

	json_object_foreach ((json_t *)(uintptr_t)buckets, bucket, region)
		bucket_ask(w, bucket, json_string_value(region));
}

void
buckets_take(
    struct facts *f, enum fact_id id, json_t *buckets, const struct aws_fetch *got, size_t n)
{
	json_t *out = json_object(), *region;
	const char *bucket;
	size_t i = 0;

	json_object_foreach (buckets, bucket, region) {
		if (i + BUCKET_READS > n)
			break;
		json_object_set_new(out, bucket, bucket_take(&got[i], json_string_value(region)));
		i += BUCKET_READS;
	}
	json_decref(buckets);
	fact_value(f, id, out, n > 0 ? got : NULL);
}
