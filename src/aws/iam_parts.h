/* SPDX-License-Identifier: MIT */
/* Inside of iam_*.c. */
#ifndef IAM_PARTS_H
#define IAM_PARTS_H

#include "members.h"

/* One call about a user, "user/alice" in the journal; members is stolen. */
bool	iam_user_call(struct aws *aws, enum aws_op_id op, const char *user, json_t *members,
	    json_t **reply, struct err *e);
/* The same where no user means the root user that signs: members without UserName. */
bool	iam_self_call(struct aws *aws, enum aws_op_id op, const char *user, json_t *members,
	    json_t **reply, struct err *e);
json_t *iam_self_list(struct aws *aws, enum aws_op_id op, const char *user, struct err *e);
bool	iam_group_call(struct aws *aws, enum aws_op_id op, const char *group, json_t *members,
	    struct err *e);

/* IAM sends policies percent-encoded; NULL and e when it is none. */
json_t *iam_document(const json_t *reply, const char *path, struct err *e);

#endif
