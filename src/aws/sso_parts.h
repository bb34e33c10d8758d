/* SPDX-License-Identifier: MIT */
/* Inside of src/aws: IAM Identity Center where the AWS CLI has signed in. */
#ifndef AWS_SSO_PARTS_H
#define AWS_SSO_PARTS_H

#include "chain_parts.h"

/* What profile and sso-session say together; borrowed from the files. */
struct sso {
	const char *profile;
	struct profile_value account, role, start_url, region;
	struct profile_value session;	/* value NULL: the older form, all in the profile */
};

/*
 * The access token that `aws sso login` left in ~/.aws/sso/cache, refreshed
 * and written back when it ends within 15 minutes and the file has what that
 * takes.  NULL and e (ERR_CONFIG code "NoSSO") when there is none that still
 * lasts.
 */
struct secret *sso_token(const struct chain *c, const struct sso *s, struct err *e);

#endif
