/* SPDX-License-Identifier: MIT */
/* Inside of src/aws: what assuming a role and web identity share (assume_answer.c). */
#ifndef AWS_ASSUME_PARTS_H
#define AWS_ASSUME_PARTS_H

#include "chain_parts.h"

/* Set RoleSessionName, "rootlock-EPOCH", when args has none. */
void	role_session_name(const struct chain *c, json_t *args);

/*
 * The credentials in STS's answer, whose result element is named; the answer
 * goes into the cache.  NULL and e ("MalformedReply").
 */
struct aws_credentials *role_credentials(const json_t *reply, const char *result,
	    const char *cache, struct err *e);

#endif
