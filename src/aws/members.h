/* SPDX-License-Identifier: MIT */
/*
 * Inside of src/aws: what the service files share.  members are those of the
 * service model; where they are stolen, NULL (a value was missing or no UTF-8)
 * is refused: a call without its UserName would act on the root user.
 */
#ifndef AWS_MEMBERS_H
#define AWS_MEMBERS_H

#include "aws.h"
#include "iam.h"

/* Where a call goes besides its operation; all but `about` may be NULL. */
struct target {
	const char *about, *region, *bucket, *body;
};

/* Make the call; members is stolen, reply may be NULL. */
bool	members_call(struct aws *aws, enum aws_op_id op, const char *about,
	    json_t *members, json_t **reply, struct err *e);
/* The same in a Region (NULL: the session's). */
bool	members_call_in(struct aws *aws, enum aws_op_id op, const struct target *to,
	    json_t *members, json_t **reply, struct err *e);
/* All pages; members is stolen. */
json_t *members_list(struct aws *aws, enum aws_op_id op, const char *about, json_t *members,
	    struct err *e);

/* [{"Key", "Value"}], empty for NULL. */
json_t *members_tags(const struct aws_tag *tags);

/*
 * The text at path of a reply; NULL and e ("MalformedReply") when it is not
 * there.  maybe: the call has taken effect all the same.
 */
const char *members_text(const json_t *reply, const char *path, bool maybe, struct err *e);

/* Clears e and returns true when the call failed only with this code. */
bool	members_forgive(bool ok, const char *code, struct err *e);

#endif
