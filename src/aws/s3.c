/* SPDX-License-Identifier: MIT */
#include "s3.h"

#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "members.h"
#include "service.h"

#define S3_NS "http://s3.amazonaws.com/doc/2006-03-01/"
#define S3CONTROL_NS "http://awss3control.amazonaws.com/doc/2018-08-20/"
#define UPLOAD_DAYS 7 /* an upload that nobody finished is thrown away after */

/* One call on a bucket; body (may be NULL) is sent as it is. */
static bool
on_bucket(struct aws *aws, enum aws_op_id op, const char *bucket, const char *region,
    const char *body, json_t **reply, struct err *e)
{
	AUTO_FREE char *about = xasprintf("bucket/%s", bucket);
	struct target to = { .about = about, .region = region, .bucket = bucket, .body = body };

	return members_call_in(aws, op, &to, json_object(), reply, e);
}

/* The same with a document that a writer has filled; seven parameters, for all ends here. */
static bool
put_document(struct aws *aws, enum aws_op_id op, const char *bucket, const char *region,
    const struct buf *body, struct err *e)
{
	if (body->failed)
		return err_set(e, ERR_OTHER, "the document for %s is too large", bucket);
	return on_bucket(aws, op, bucket, region, buf_str(body), NULL, e);
}

static void
put_text(struct buf *b, const char *s)
{
	for (; *s != '\0'; s++)
		if (*s == '&')
			buf_puts(b, "&amp;");
		else if (*s == '<')
			buf_puts(b, "&lt;");
		else if (*s == '>')
			buf_puts(b, "&gt;");
		else
			buf_putc(b, *s);
}

static void
put_element(struct buf *b, const char *name, const char *text)
{
	buf_printf(b, "<%s>", name);
	put_text(b, text);
	buf_printf(b, "</%s>", name);
}

/* ---- the bucket itself --------------------------------------------------------------- */

static bool
head_says(const struct err *why, enum s3_bucket_state *state)
{
	if (why->kind != ERR_AWS ||
	    (why->status != 403 && why->status != 404 && why->status != 301))
		return false;
	*state = why->status == 404 ? S3_FREE : S3_TAKEN;
	return true;
}

bool
s3_head_bucket(struct aws *aws, const char *bucket, const char *region, enum s3_bucket_state *state,
    char *region_out, struct err *e)
{
	json_auto_t *reply = NULL;
	struct err why = { 0 };

	if (on_bucket(aws, OP_S3_HEAD_BUCKET, bucket, region, NULL, &reply, &why)) {
		*state = S3_OURS;
		if (region_out != NULL)
			snprintf(region_out, 32, "%s", json_text_or(reply, "BucketRegion", region));
		return true;
	}
	if (head_says(&why, state)) {
		if (region_out != NULL)
			region_out[0] = '\0';
		return true;
	}
	if (e != NULL && e->kind == ERR_NONE)
		*e = why;
	return false;
}

bool
s3_create_bucket(struct aws *aws, const char *bucket, const char *region, struct err *e)
{
	AUTO_BUF b = BUF_INIT(BUF_MAX_LINE);

	/* "us-east-1" is refused where the others are required (InvalidLocationConstraint). */
	if (strcmp(region, "us-east-1") == 0)
		return on_bucket(aws, OP_S3_CREATE_BUCKET, bucket, region, NULL, NULL, e);
	buf_puts(&b, "<CreateBucketConfiguration xmlns=\"" S3_NS "\">");
	put_element(&b, "LocationConstraint", region);
	buf_puts(&b, "</CreateBucketConfiguration>");
	return put_document(aws, OP_S3_CREATE_BUCKET, bucket, region, &b, e);
}

bool
s3_delete_bucket(struct aws *aws, const char *bucket, const char *region, struct err *e)
{
	return on_bucket(aws, OP_S3_DELETE_BUCKET, bucket, region, NULL, NULL, e);
}

/* ---- its settings ---------------------------------------------------------------------- */

/* All four members: what is left out is switched off. */
static void
put_block(struct buf *b, const char *ns, bool all)
{
	static const char *const members[] = { "BlockPublicAcls", "IgnorePublicAcls",
		"BlockPublicPolicy", "RestrictPublicBuckets" };

	buf_printf(b, "<PublicAccessBlockConfiguration xmlns=\"%s\">", ns);
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		put_element(b, members[i], all ? "true" : "false");
	buf_puts(b, "</PublicAccessBlockConfiguration>");
}

bool
s3_put_public_access_block(
    struct aws *aws, const char *bucket, const char *region, bool all, struct err *e)
{
	AUTO_BUF b = BUF_INIT(BUF_MAX_LINE);

	put_block(&b, S3_NS, all);
	return put_document(aws, OP_S3_PUT_PUBLIC_ACCESS_BLOCK, bucket, region, &b, e);
}

bool
s3_put_bucket_ownership(struct aws *aws, const char *bucket, const char *region, struct err *e)
{
	static const char body[] =
	    "<OwnershipControls xmlns=\"" S3_NS "\"><Rule><ObjectOwnership>BucketOwnerEnforced"
	    "</ObjectOwnership></Rule></OwnershipControls>";

	return on_bucket(aws, OP_S3_PUT_BUCKET_OWNERSHIP, bucket, region, body, NULL, e);
}

bool
s3_put_bucket_encryption(
    struct aws *aws, const char *bucket, const char *region, const char *kms_key, struct err *e)
{
	AUTO_BUF b = BUF_INIT(BUF_MAX_LINE);

	buf_puts(&b, "<ServerSideEncryptionConfiguration xmlns=\"" S3_NS "\"><Rule>"
		     "<ApplyServerSideEncryptionByDefault>");
	put_element(&b, "SSEAlgorithm", kms_key != NULL ? "aws:kms" : "AES256");
	if (kms_key != NULL)
		put_element(&b, "KMSMasterKeyID", kms_key);
	buf_puts(&b, "</ApplyServerSideEncryptionByDefault>");
	/* One data key for many objects: KMS bills every call. */
	if (kms_key != NULL)
		put_element(&b, "BucketKeyEnabled", "true");
	buf_puts(&b, "</Rule></ServerSideEncryptionConfiguration>");
	return put_document(aws, OP_S3_PUT_BUCKET_ENCRYPTION, bucket, region, &b, e);
}

bool
s3_put_bucket_versioning(
    struct aws *aws, const char *bucket, const char *region, bool enabled, struct err *e)
{
	AUTO_BUF b = BUF_INIT(BUF_MAX_LINE);

	buf_puts(&b, "<VersioningConfiguration xmlns=\"" S3_NS "\">");
	put_element(&b, "Status", enabled ? "Enabled" : "Suspended");
	buf_puts(&b, "</VersioningConfiguration>");
	return put_document(aws, OP_S3_PUT_BUCKET_VERSIONING, bucket, region, &b, e);
}

bool
s3_put_bucket_lifecycle(
    struct aws *aws, const char *bucket, const char *region, int days, struct err *e)
{
	AUTO_BUF b = BUF_INIT(BUF_MAX_LINE);

	buf_printf(&b,
	    "<LifecycleConfiguration xmlns=\"" S3_NS "\"><Rule><ID>rootlock-expire</ID>"
	    "<Filter><Prefix></Prefix></Filter><Status>Enabled</Status>"
	    "<Expiration><Days>%d</Days></Expiration>"
	    "<NoncurrentVersionExpiration><NoncurrentDays>%d</NoncurrentDays>"
	    "</NoncurrentVersionExpiration><AbortIncompleteMultipartUpload>"
	    "<DaysAfterInitiation>%d</DaysAfterInitiation></AbortIncompleteMultipartUpload>"
	    "</Rule></LifecycleConfiguration>",
	    days, days, UPLOAD_DAYS);
	return put_document(aws, OP_S3_PUT_BUCKET_LIFECYCLE, bucket, region, &b, e);
}

bool
s3_put_bucket_policy(
    struct aws *aws, const char *bucket, const char *region, const char *document, struct err *e)
{
	return on_bucket(aws, OP_S3_PUT_BUCKET_POLICY, bucket, region, document, NULL, e);
}

bool
s3_delete_bucket_policy(struct aws *aws, const char *bucket, const char *region, struct err *e)
{
	return on_bucket(aws, OP_S3_DELETE_BUCKET_POLICY, bucket, region, NULL, NULL, e);
}

bool
s3_put_bucket_tagging(struct aws *aws, const char *bucket, const char *region,
    const struct aws_tag *tags, struct err *e)
{
	AUTO_BUF b = BUF_INIT(BUF_MAX_TEXT);

	buf_puts(&b, "<Tagging xmlns=\"" S3_NS "\"><TagSet>");
	for (; tags->key != NULL; tags++) {
		buf_puts(&b, "<Tag>");
		put_element(&b, "Key", tags->key);
		put_element(&b, "Value", tags->value);
		buf_puts(&b, "</Tag>");
	}
	buf_puts(&b, "</TagSet></Tagging>");
	return put_document(aws, OP_S3_PUT_BUCKET_TAGGING, bucket, region, &b, e);
}

bool
s3_get_bucket_policy(
    struct aws *aws, const char *bucket, const char *region, json_t **policy, struct err *e)
{
	struct err why = { 0 };
	json_t *reply = NULL;
	bool ok = on_bucket(aws, OP_S3_GET_BUCKET_POLICY, bucket, region, NULL, &reply, &why);

	if (!members_forgive(ok, "NoSuchBucketPolicy", &why)) {
		if (e != NULL && e->kind == ERR_NONE)
			*e = why;
		return false;
	}
	*policy = reply;
	return true;
}

bool
s3control_put_public_access_block(struct aws *aws, const char *account, struct err *e)
{
	AUTO_BUF b = BUF_INIT(BUF_MAX_LINE);
	struct target to = { .about = "account", .bucket = account };

	put_block(&b, S3CONTROL_NS, true);
	to.body = buf_str(&b);
	return members_call_in(aws, OP_S3C_PUT_PUBLIC_ACCESS_BLOCK, &to, json_object(), NULL, e);
}
