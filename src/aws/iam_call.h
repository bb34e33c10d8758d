/* SPDX-License-Identifier: MIT */
/* Shared by the files of the IAM functions. */
#ifndef IAM_CALL_H
#define IAM_CALL_H

#include "iam.h"

/* One call; params is stolen; about is "user/alice". */
bool	iam_call(struct aws *aws, enum aws_op_id op, json_t *params, const char *kind,
	    const char *name, json_t **reply, struct err *e);
/* As iam_call() for a DELETE: NoSuchEntity means that it is gone, which is what was wanted. */
bool	iam_drop(struct aws *aws, enum aws_op_id op, json_t *params, const char *kind,
	    const char *name, struct err *e);
/* A paged list; params is stolen. */
json_t *iam_list(struct aws *aws, enum aws_op_id op, json_t *params, struct err *e);
/* The members [{Key, Value}] of tags, or an empty array. */
json_t *iam_tags(const struct aws_tag *tags);

#endif
