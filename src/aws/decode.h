/* SPDX-License-Identifier: MIT */
/* Inside of decode.c, call.c and their tests. */
#ifndef AWS_DECODE_H
#define AWS_DECODE_H

#include "aws.h"

/*
 * The Region that an S3 answer says the bucket is in (301, 307, 400
 * AuthorizationHeaderMalformed), from x-amz-bucket-region or the body;
 * false when it names none that could be one.  size >= 33.
 */
bool	decode_bucket_region(const struct aws_http_reply *r, char *region, size_t size);

/* The next page's token in a reply, borrowed; NULL at the end. */
const char *decode_page_token(enum aws_op_id op, const json_t *reply);

#endif
