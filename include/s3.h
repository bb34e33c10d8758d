/* SPDX-License-Identifier: MIT */
/*
 * Amazon S3 bucket configuration and S3 Control (Amazon S3 API Reference).
 * region is always the bucket's; requests go to it and are signed for it, a
 * redirect that names another Region is followed once by signing anew.
 */
#ifndef S3_H
#define S3_H

#include "aws.h"
#include "iam.h"

enum s3_bucket_state { S3_FREE, S3_OURS, S3_TAKEN };

/*
 * HeadBucket: free (404), ours (200), taken (403).  region_out (>= 32 bytes,
 * may be NULL) is "" when it is not ours.
 */
bool	s3_head_bucket(struct aws *, const char *bucket, const char *region,
	    enum s3_bucket_state *state, char *region_out, struct err *);
/* LocationConstraint is left out in us-east-1 and required elsewhere. */
bool	s3_create_bucket(struct aws *, const char *bucket, const char *region, struct err *);
/* Refused by S3 while the bucket holds anything. */
bool	s3_delete_bucket(struct aws *, const char *bucket, const char *region, struct err *);

bool	s3_put_public_access_block(struct aws *, const char *bucket, const char *region, bool all,
	    struct err *);
bool	s3_put_bucket_ownership(struct aws *, const char *bucket, const char *region, struct err *);
/* kms_key NULL: SSE-S3 (AES256). */
bool	s3_put_bucket_encryption(struct aws *, const char *bucket, const char *region,
	    const char *kms_key, struct err *);
bool	s3_put_bucket_versioning(struct aws *, const char *bucket, const char *region, bool enabled,
	    struct err *);
/* Expire all objects and old versions after `days` (1-36500); replaces all rules there are. */
bool	s3_put_bucket_lifecycle(struct aws *, const char *bucket, const char *region, int days,
	    struct err *);
bool	s3_put_bucket_policy(struct aws *, const char *bucket, const char *region,
	    const char *document, struct err *);
bool	s3_delete_bucket_policy(struct aws *, const char *bucket, const char *region, struct err *);
bool	s3_put_bucket_tagging(struct aws *, const char *bucket, const char *region,
	    const struct aws_tag *tags, struct err *);

/* *policy NULL when the bucket has none; caller owns. */
bool	s3_get_bucket_policy(struct aws *, const char *bucket, const char *region, json_t **policy,
	    struct err *);

/* True when name is a legal general-purpose bucket name; else e says what is wrong. */
bool	s3_name_ok(const char *name, struct err *e);

bool	s3control_put_public_access_block(struct aws *, const char *account, struct err *);

#endif
