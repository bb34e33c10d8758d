/* SPDX-License-Identifier: MIT */
/* AWS Security Token Service (STS API Reference). */
#ifndef STS_H
#define STS_H

#include "aws.h"

struct sts_identity {
	char account[13];
	char arn[512];
	char user_id[129];
	bool root;		/* the ARN ends with ":root" */
	char user[65];		/* IAM user name without path, "" when it is none */
};

bool	sts_get_caller_identity(struct aws *, struct sts_identity *, struct err *);

/*
 * GetSessionToken with MFA; code is six digits and is used up.  The session's
 * credentials are new, caller frees.  Only with a long-term key.
 * duration in seconds, 900-129600.
 */
struct aws_credentials *sts_get_session_token(struct aws *, const char *serial, const char *code,
	    int duration, struct err *);

#endif
