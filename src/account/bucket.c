/* SPDX-License-Identifier: MIT */
/* Settings of a bucket: compare, declare, make, put back; all from the table `parts`. */
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "bucket.h"
#include "json.h"
#include "s3.h"

#define RULE_ID "rootlock" /* the lifecycle rule of s3_put_bucket_lifecycle() begins so */

enum part_bit {
	PART_CREATE = 1,
	PART_TAGS = 2,
	PART_BLOCK = 4,
	PART_OWNERSHIP = 8,
	PART_ENCRYPTION = 16,
	PART_VERSIONING = 32,
	PART_EXPIRY = 64,
	PART_NO_EXPIRY = 128,
};

struct job {
	struct aws *aws;
	const struct bucket_plan *want;
	const struct aws_tag *tags;
};

/* ---- the fact ------------------------------------------------------------- */

enum bucket_state
bucket_state(const json_t *have)
{
	const char *code = json_text(have, "error");

	if (have == NULL)
		return BUCKET_UNREAD;
	if (code == NULL || code[0] == '\0')
		return BUCKET_THERE;
	if (strcmp(code, "NoSuchBucket") == 0 || strcmp(code, "NotFound") == 0 ||
	    strcmp(code, "404") == 0)
		return BUCKET_FREE;
	if (strncmp(code, "AccessDenied", 12) == 0 || strcmp(code, "Forbidden") == 0 ||
	    strcmp(code, "403") == 0)
		return BUCKET_CLOSED;
	return BUCKET_UNREAD;
}

bool
bucket_blocked(const json_t *have)
{
	return json_bool(have, "pab.BlockPublicAcls") && json_bool(have, "pab.IgnorePublicAcls") &&
	       json_bool(have, "pab.BlockPublicPolicy") &&
	       json_bool(have, "pab.RestrictPublicBuckets");
}

static const char *
rules_path(const json_t *have)
{
	return json_at(have, "lifecycle.LifecycleConfiguration") != NULL
		   ? "lifecycle.LifecycleConfiguration.Rule"
		   : "lifecycle.Rule";
}

/* Days of our own lifecycle rule; 0: there is none. */
static int
our_days(const json_t *have)
{
	const json_t *rule = json_item(have, rules_path(have), 0);

	if (strncmp(json_text_or(rule, "ID", ""), RULE_ID, strlen(RULE_ID)) != 0)
		return 0;
	return (int)json_int_or(rule, "Expiration.Days", 0);
}

/* A lifecycle that others wrote is left alone: PutBucketLifecycleConfiguration replaces it all. */
static unsigned
missing_expiry(const struct bucket_plan *want, const json_t *have)
{
	size_t rules = json_count(have, rules_path(have));
	int days = our_days(have);

	if (rules > 1 || (rules == 1 && days == 0) || days == want->retention_days)
		return 0;
	return want->retention_days > 0 ? PART_EXPIRY : PART_NO_EXPIRY;
}

static bool
encrypted_as(const struct bucket_plan *want, const json_t *have)
{
	if (json_text_or(have, "encryption.algorithm", "")[0] == '\0')
		return false;
	return want->kms_key == NULL ||
	       strcmp(json_text_or(have, "encryption.kms_key", ""), want->kms_key) == 0;
}

unsigned
bucket_missing(const struct bucket_plan *want, const json_t *have)
{
	unsigned parts = 0;

	if (have == NULL || bucket_state(have) == BUCKET_FREE)
		return PART_CREATE | PART_TAGS | PART_BLOCK | PART_OWNERSHIP | PART_ENCRYPTION |
		       (want->versioned ? PART_VERSIONING : 0u) |
		       (want->retention_days > 0 ? PART_EXPIRY : 0u);
	if (!bucket_blocked(have))
		parts |= PART_BLOCK;
	if (strcmp(json_text_or(have, "ownership", ""), "BucketOwnerEnforced") != 0)
		parts |= PART_OWNERSHIP;
	if (!encrypted_as(want, have))
		parts |= PART_ENCRYPTION;
	if (want->versioned && strcmp(json_text_or(have, "versioning", ""), "Enabled") != 0)
		parts |= PART_VERSIONING;
	return parts | missing_expiry(want, have);
}

/* ---- making it so ----------------------------------------------------------- */

static bool
do_create(const struct job *j, struct err *e)
{
	return s3_create_bucket(j->aws, j->want->name, j->want->region, e);
}

static bool
do_tags(const struct job *j, struct err *e)
{
	return s3_put_bucket_tagging(j->aws, j->want->name, j->want->region, j->tags, e);
}

static bool
do_block(const struct job *j, struct err *e)
{
	return s3_put_public_access_block(j->aws, j->want->name, j->want->region, true, e);
}

static bool
do_ownership(const struct job *j, struct err *e)
{
	if (s3_put_bucket_ownership(j->aws, j->want->name, j->want->region, e))
		return true;
	if (err_is(e, "InvalidBucketAclWithObjectOwnership"))
		err_wrap(e,
		    "the access control list of bucket %s lets others in; remove those "
		    "grants first",
		    j->want->name);
	return false;
}

static bool
do_encryption(const struct job *j, struct err *e)
{
	return s3_put_bucket_encryption(
	    j->aws, j->want->name, j->want->region, j->want->kms_key, e);
}

static bool
do_versioning(const struct job *j, struct err *e)
{
	return s3_put_bucket_versioning(j->aws, j->want->name, j->want->region, true, e);
}

static bool
do_expiry(const struct job *j, struct err *e)
{
	return s3_put_bucket_lifecycle(
	    j->aws, j->want->name, j->want->region, j->want->retention_days, e);
}

/* A change for which s3.h has no function of its own. */
static bool
raw(struct aws *aws, enum aws_op_id op, const struct bucket_plan *want, const char *body,
    struct err *e)
{
	AUTO_FREE char *about = xasprintf("bucket/%s", want->name);
	const struct aws_request req = {
		.op = op,
		.about = about,
		.region = want->region,
		.bucket = want->name,
		.body = body,
	};

	return aws_call(aws, &req, NULL, e);
}

static bool
do_no_expiry(const struct job *j, struct err *e)
{
	return raw(j->aws, OP_S3_DELETE_BUCKET_LIFECYCLE, j->want, NULL, e);
}

/*
 * In the order in which they are made: nobody else can get in before the
 * bucket holds anything.
 */
static const struct part {
	unsigned bit;
	enum aws_op_id op;
	const char *words;
	bool (*make)(const struct job *, struct err *);
} parts_table[] = {
	{ PART_CREATE, OP_S3_CREATE_BUCKET, "create", do_create },
	{ PART_BLOCK, OP_S3_PUT_PUBLIC_ACCESS_BLOCK, "block public access", do_block },
	{ PART_TAGS, OP_S3_PUT_BUCKET_TAGGING, "tags", do_tags },
	{ PART_OWNERSHIP, OP_S3_PUT_BUCKET_OWNERSHIP, "owner is the bucket's", do_ownership },
	{ PART_ENCRYPTION, OP_S3_PUT_BUCKET_ENCRYPTION, "encryption", do_encryption },
	{ PART_VERSIONING, OP_S3_PUT_BUCKET_VERSIONING, "versioning", do_versioning },
	{ PART_EXPIRY, OP_S3_PUT_BUCKET_LIFECYCLE, "expiry of old objects", do_expiry },
	{ PART_NO_EXPIRY, OP_S3_DELETE_BUCKET_LIFECYCLE, "no expiry", do_no_expiry },
};
#define NPARTS (sizeof parts_table / sizeof parts_table[0])
_Static_assert(NPARTS <= BUCKET_CALLS_MAX, "one call a part");

size_t
bucket_calls(unsigned parts, enum aws_op_id out[BUCKET_CALLS_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < NPARTS; i++)
		if (parts & parts_table[i].bit)
			out[n++] = parts_table[i].op;
	return n;
}

void
bucket_words(unsigned parts, struct buf *b)
{
	const char *between = "";

	for (size_t i = 0; i < NPARTS; i++) {
		if (!(parts & parts_table[i].bit))
			continue;
		buf_printf(b, "%s%s", between, parts_table[i].words);
		between = ", ";
	}
}

bool
bucket_apply(struct aws *aws, const struct bucket_plan *want, unsigned parts,
    const struct aws_tag *tags, struct err *e)
{
	const struct job j = { .aws = aws, .want = want, .tags = tags };

	for (size_t i = 0; i < NPARTS; i++)
		if ((parts & parts_table[i].bit) && !parts_table[i].make(&j, e))
			return false;
	return true;
}

/* ---- putting back ----------------------------------------------------------- */

json_t *
bucket_before(const struct bucket_plan *want, const json_t *have, unsigned parts)
{
	json_t *was = have != NULL ? json_deep_copy(have) : json_null();

	return json_pack("{s:s, s:s, s:i, s:b, s:i, s:o}", "bucket", want->name, "region",
	    want->region, "parts", (int)parts, "created", (parts & PART_CREATE) != 0, "days",
	    our_days(have), "was", was);
}

static bool
undo_expiry(struct aws *aws, const struct bucket_plan *b, int days, struct err *e)
{
	if (days > 0)
		return s3_put_bucket_lifecycle(aws, b->name, b->region, days, e);
	return raw(aws, OP_S3_DELETE_BUCKET_LIFECYCLE, b, NULL, e);
}

static bool
undo_encryption(struct aws *aws, const struct bucket_plan *b, const json_t *was, struct err *e)
{
	const char *algorithm = json_text_or(was, "encryption.algorithm", "");

	if (algorithm[0] == '\0')
		return raw(aws, OP_S3_DELETE_BUCKET_ENCRYPTION, b, NULL, e);
	if (strcmp(algorithm, "AES256") == 0)
		return s3_put_bucket_encryption(aws, b->name, b->region, NULL, e);
	return s3_put_bucket_encryption(
	    aws, b->name, b->region, json_text_or(was, "encryption.kms_key", "alias/aws/s3"), e);
}

/* No ownership controls at all, as in buckets of before April 2023, act as ObjectWriter. */
static bool
undo_ownership(struct aws *aws, const struct bucket_plan *b, const json_t *was, struct err *e)
{
	AUTO_FREE char *body =
	    xasprintf("<OwnershipControls xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Rule>"
		      "<ObjectOwnership>%s</ObjectOwnership></Rule></OwnershipControls>",
		json_text_or(was, "ownership", "ObjectWriter"));

	return raw(aws, OP_S3_PUT_BUCKET_OWNERSHIP, b, body, e);
}

static bool
undo_block(struct aws *aws, const struct bucket_plan *b, const json_t *was, struct err *e)
{
	static const char *const names[] = { "BlockPublicAcls", "IgnorePublicAcls",
		"BlockPublicPolicy", "RestrictPublicBuckets" };
	AUTO_BUF body = BUF_INIT(BUF_MAX_LINE);
	const json_t *pab = json_at(was, "pab");

	if (!json_is_object(pab))
		return raw(aws, OP_S3_DELETE_PUBLIC_ACCESS_BLOCK, b, NULL, e);
	buf_puts(&body, "<PublicAccessBlockConfiguration "
			"xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">");
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		buf_printf(&body, "<%s>%s</%s>", names[i],
		    json_bool(pab, names[i]) ? "true" : "false", names[i]);
	buf_puts(&body, "</PublicAccessBlockConfiguration>");
	return raw(aws, OP_S3_PUT_PUBLIC_ACCESS_BLOCK, b, buf_str(&body), e);
}

static bool
undo_create(struct aws *aws, const struct bucket_plan *b, struct err *e)
{
	if (s3_delete_bucket(aws, b->name, b->region, e))
		return true;
	if (err_is(e, "BucketNotEmpty"))
		err_wrap(e,
		    "bucket %s holds files already, so it stays; empty it (all versions) and "
		    "delete it in the S3 console if you do not want to keep them",
		    b->name);
	return false;
}

bool
bucket_undo(struct aws *aws, const json_t *before, struct err *e)
{
	const struct bucket_plan b = {
		.name = json_text_or(before, "bucket", ""),
		.region = json_text_or(before, "region", ""),
	};
	const json_t *was = json_at(before, "was");
	unsigned parts = (unsigned)json_int_or(before, "parts", 0);
	int days = (int)json_int_or(before, "days", 0);

	if (parts & PART_CREATE)
		return undo_create(aws, &b, e);
	if ((parts & (PART_EXPIRY | PART_NO_EXPIRY)) && !undo_expiry(aws, &b, days, e))
		return false;
	if ((parts & PART_VERSIONING) && !s3_put_bucket_versioning(aws, b.name, b.region, false, e))
		return false;
	if ((parts & PART_ENCRYPTION) && !undo_encryption(aws, &b, was, e))
		return false;
	if ((parts & PART_OWNERSHIP) && !undo_ownership(aws, &b, was, e))
		return false;
	return !(parts & PART_BLOCK) || undo_block(aws, &b, was, e);
}

const char *
bucket_fault(const json_t *have, const char *bucket)
{
	const json_t *policy = json_at(have, "policy");

	if (json_bool(have, "public"))
		return "its policy lets everybody in";
	if (!bucket_blocked(have))
		return "public access is not blocked by all four settings";
	if (!bucket_tls_only(policy, bucket))
		return "its policy does not refuse requests without TLS";
	if (strcmp(json_text_or(have, "versioning", ""), "Enabled") != 0)
		return "versioning is not on, so a log file can be replaced without a trace";
	if (json_text_or(have, "encryption.algorithm", "")[0] == '\0')
		return "no default encryption is set";
	if (!bucket_readers_restricted(policy, bucket, NULL))
		return "whoever may read S3 in this account may read the logs";
	return NULL;
}
