/* SPDX-License-Identifier: MIT */
/* Bucket configuration (Amazon S3 API Reference) and the account's public access block. */
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "s3.h"

#define NS "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\""

static bool
call(struct aws *aws, enum aws_op_id op, const char *bucket, const char *region, const char *body,
    json_t **reply, struct err *e)
{
	AUTO_FREE char *about = xasprintf("bucket/%s", bucket);
	const struct aws_request req = { .op = op, .about = about, .bucket = bucket,
		.region = region, .body = body };

	return aws_call(aws, &req, reply, e);
}

bool
s3_head_bucket(struct aws *aws, const char *bucket, const char *region, enum s3_bucket_state *state,
    char *region_out, struct err *e)
{
	json_auto_t *reply = NULL;
	struct err why = { 0 };

	if (call(aws, OP_S3_HEAD_BUCKET, bucket, region, NULL, &reply, &why))
		*state = S3_OURS;
	else if (why.status == 404)
		*state = S3_FREE;
	else if (why.status == 403)
		*state = S3_TAKEN;
	else {
		*e = why;
		return false;
	}
	if (region_out != NULL)
		snprintf(region_out, 32, "%s", json_text_or(reply, "BucketRegion", region));
	return true;
}

bool
s3_create_bucket(struct aws *aws, const char *bucket, const char *region, struct err *e)
{
	AUTO_FREE char *body = xasprintf("<CreateBucketConfiguration " NS "><LocationConstraint>%s"
					 "</LocationConstraint></CreateBucketConfiguration>",
	    region);

	return call(aws, OP_S3_CREATE_BUCKET, bucket, region,
	    strcmp(region, "us-east-1") == 0 ? NULL : body, NULL, e);
}

bool
s3_delete_bucket(struct aws *aws, const char *bucket, const char *region, struct err *e)
{
	struct err why = { 0 };

	if (call(aws, OP_S3_DELETE_BUCKET, bucket, region, NULL, NULL, &why) ||
	    err_is(&why, "NoSuchBucket"))
		return true;
	*e = why;
	return false;
}

bool
s3_put_public_access_block(struct aws *aws, const char *bucket, const char *region, bool all,
    struct err *e)
{
	const char *v = all ? "true" : "false";
	AUTO_FREE char *body = xasprintf("<PublicAccessBlockConfiguration " NS ">"
					 "<BlockPublicAcls>%s</BlockPublicAcls>"
					 "<IgnorePublicAcls>%s</IgnorePublicAcls>"
					 "<BlockPublicPolicy>%s</BlockPublicPolicy>"
					 "<RestrictPublicBuckets>%s</RestrictPublicBuckets>"
					 "</PublicAccessBlockConfiguration>",
	    v, v, v, v);

	return call(aws, OP_S3_PUT_PUBLIC_ACCESS_BLOCK, bucket, region, body, NULL, e);
}

bool
s3_put_bucket_ownership(struct aws *aws, const char *bucket, const char *region, struct err *e)
{
	return call(aws, OP_S3_PUT_BUCKET_OWNERSHIP, bucket, region,
	    "<OwnershipControls " NS "><Rule><ObjectOwnership>BucketOwnerEnforced"
	    "</ObjectOwnership></Rule></OwnershipControls>", NULL, e);
}

bool
s3_put_bucket_encryption(struct aws *aws, const char *bucket, const char *region, const char *kms,
    struct err *e)
{
	AUTO_FREE char *key = kms == NULL ? xstrdup("") :
	    xasprintf("<KMSMasterKeyID>%s</KMSMasterKeyID>", kms);
	AUTO_FREE char *body = xasprintf("<ServerSideEncryptionConfiguration " NS "><Rule>"
					 "<ApplyServerSideEncryptionByDefault><SSEAlgorithm>%s"
					 "</SSEAlgorithm>%s</ApplyServerSideEncryptionByDefault>"
					 "<BucketKeyEnabled>%s</BucketKeyEnabled></Rule>"
					 "</ServerSideEncryptionConfiguration>",
	    kms == NULL ? "AES256" : "aws:kms", key, kms == NULL ? "false" : "true");

	return call(aws, OP_S3_PUT_BUCKET_ENCRYPTION, bucket, region, body, NULL, e);
}

bool
s3_put_bucket_versioning(struct aws *aws, const char *bucket, const char *region, bool enabled,
    struct err *e)
{
	AUTO_FREE char *body = xasprintf("<VersioningConfiguration " NS "><Status>%s</Status>"
					 "</VersioningConfiguration>",
	    enabled ? "Enabled" : "Suspended");

	return call(aws, OP_S3_PUT_BUCKET_VERSIONING, bucket, region, body, NULL, e);
}

bool
s3_put_bucket_lifecycle(struct aws *aws, const char *bucket, const char *region, int days,
    struct err *e)
{
	AUTO_FREE char *body = xasprintf("<LifecycleConfiguration " NS "><Rule>"
					 "<ID>rootlock-retention</ID>"
					 "<Filter><Prefix></Prefix></Filter>"
					 "<Status>Enabled</Status>"
					 "<Expiration><Days>%d</Days></Expiration>"
					 "<NoncurrentVersionExpiration><NoncurrentDays>%d"
					 "</NoncurrentDays></NoncurrentVersionExpiration>"
					 "<AbortIncompleteMultipartUpload><DaysAfterInitiation>7"
					 "</DaysAfterInitiation></AbortIncompleteMultipartUpload>"
					 "</Rule></LifecycleConfiguration>",
	    days, days);

	return call(aws, OP_S3_PUT_BUCKET_LIFECYCLE, bucket, region, body, NULL, e);
}

bool
s3_put_bucket_policy(struct aws *aws, const char *bucket, const char *region, const char *document,
    struct err *e)
{
	return call(aws, OP_S3_PUT_BUCKET_POLICY, bucket, region, document, NULL, e);
}

bool
s3_delete_bucket_policy(struct aws *aws, const char *bucket, const char *region, struct err *e)
{
	return call(aws, OP_S3_DELETE_BUCKET_POLICY, bucket, region, NULL, NULL, e);
}

bool
s3_put_bucket_tagging(struct aws *aws, const char *bucket, const char *region,
    const struct aws_tag *tags, struct err *e)
{
	AUTO_BUF body = BUF_INIT(BUF_MAX_TEXT);

	buf_puts(&body, "<Tagging " NS "><TagSet>");
	for (; tags->key != NULL; tags++)
		buf_printf(&body, "<Tag><Key>%s</Key><Value>%s</Value></Tag>", tags->key,
		    tags->value);
	buf_puts(&body, "</TagSet></Tagging>");
	return call(aws, OP_S3_PUT_BUCKET_TAGGING, bucket, region, buf_str(&body), NULL, e);
}

bool
s3_get_bucket_policy(struct aws *aws, const char *bucket, const char *region, json_t **policy,
    struct err *e)
{
	struct err why = { 0 };

	*policy = NULL;
	if (call(aws, OP_S3_GET_BUCKET_POLICY, bucket, region, NULL, policy, &why) ||
	    err_is(&why, "NoSuchBucketPolicy"))
		return true;
	*e = why;
	return false;
}

/* ---- names (Amazon S3 User Guide, "General purpose bucket naming rules") ---- */

static bool
has_suffix(const char *s, const char *suffix)
{
	size_t n = strlen(s), m = strlen(suffix);

	return n >= m && strcmp(s + n - m, suffix) == 0;
}

static bool
is_reserved(const char *name)
{
	return strncmp(name, "xn--", 4) == 0 || strncmp(name, "sthree-", 7) == 0 ||
	       strncmp(name, "amzn-s3-demo-", 13) == 0 || has_suffix(name, "-s3alias") ||
	       has_suffix(name, "--ol-s3") || has_suffix(name, "--x-s3") || has_suffix(name, "-an");
}

bool
s3_name_ok(const char *name, struct err *e)
{
	static const char legal[] = "abcdefghijklmnopqrstuvwxyz0123456789-.";
	size_t n = strlen(name);

	if (n < 3 || n > 63)
		return err_set(e, ERR_USAGE, "A bucket name has 3 to 63 characters.");
	if (strspn(name, legal) != n)
		return err_set(e, ERR_USAGE,
		    "A bucket name is made of lower-case letters, digits and hyphens.");
	if (strchr("-.", name[0]) != NULL || strchr("-.", name[n - 1]) != NULL)
		return err_set(e, ERR_USAGE, "A bucket name begins and ends with a letter or digit.");
	if (strstr(name, "..") != NULL || strspn(name, "0123456789.") == n)
		return err_set(e, ERR_USAGE, "A bucket name must not look like an address.");
	if (is_reserved(name))
		return err_set(e, ERR_USAGE, "AWS keeps names like that for itself.");
	return true;
}

bool
s3control_put_public_access_block(struct aws *aws, const char *account, struct err *e)
{
	const struct aws_request req = { .op = OP_S3C_PUT_PUBLIC_ACCESS_BLOCK, .about = "account",
		.bucket = account,
		.body = "<PublicAccessBlockConfiguration "
			"xmlns=\"http://awss3control.amazonaws.com/doc/2018-08-20/\">"
			"<BlockPublicAcls>true</BlockPublicAcls>"
			"<IgnorePublicAcls>true</IgnorePublicAcls>"
			"<BlockPublicPolicy>true</BlockPublicPolicy>"
			"<RestrictPublicBuckets>true</RestrictPublicBuckets>"
			"</PublicAccessBlockConfiguration>" };

	return aws_call(aws, &req, NULL, e);
}
