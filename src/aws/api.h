/* SPDX-License-Identifier: MIT */
/* Inside of src/aws: what the typed functions of the services have in common. */
#ifndef AWS_API_H
#define AWS_API_H

#include "aws.h"
#include "iam.h"

/* One call of a typed function. */
struct api {
	struct aws_request req; /* op, and region, bucket, body, secret where they are needed */
	const char *kind, *name; /* "user", "alice": about "user/alice"; name NULL: the kind alone */
	json_t *params; /* taken; NULL (a text that is no UTF-8, or a name that is missing): refused */
	const char *gone; /* DELETE: the code of "is not there", which counts as success; or NULL */
};

bool	api_call(struct aws *aws, const struct api *a, json_t **reply, struct err *e);
/* All items of a paged list; caller owns. */
json_t *api_list(struct aws *aws, const struct api *a, struct err *e);
/* [{"Key", "Value"}] of tags that end with a NULL key; NULL when there are none. */
json_t *api_tags(const struct aws_tag *tags);
/* What comes after the last '/' (or ':') of an ARN; all of what has none. */
const char *api_last(const char *arn);

#endif
