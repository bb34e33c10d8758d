/* SPDX-License-Identifier: MIT */
/*
 * The whole chain of credential providers, in the order of the AWS CLI
 * (aws-client page, 1.1): environment, a role to assume, web identity, IAM
 * Identity Center, keys in the credentials file, browser sign-in, credential
 * process, keys in the config file, container.  The instance metadata service
 * is never asked.  A provider that is configured but cannot be used is an
 * error, never passed over: the next one might be another account.
 */
#ifndef CHAIN_H
#define CHAIN_H

#include "login.h"

#define CHAIN_REFRESH_LEFT 300	/* seconds: renewed when so many or fewer are left */

struct chain_env {
	struct login_env io;
	/*
	 * One code of the MFA device that a role's profile names; false and e when
	 * there is none.  NULL: no code can be asked for, which is an error (code
	 * "NeedsMFA") when one is wanted.
	 */
	bool (*mfa_code)(void *arg, const char *serial, char out[7], struct err *e);
	void *mfa_arg;
};

/*
 * The credentials that the options, the environment and the files name; calls
 * and credential processes are made through env->io's wait port.  Roles are
 * taken from and put into the AWS CLI's cache, ~/.aws/cli/cache.  NULL and e:
 * ERR_CONFIG naming file and line for what is configured but cannot be used,
 * code "NoCredentials" when nothing is configured, the error of AWS's when it
 * refuses the role, ERR_CANCELLED.  The caller owns them.
 */
struct aws_credentials *chain_credentials(const struct chain_env *env,
	    const struct aws_options *o, struct err *e);

/*
 * Find credentials with `renew` again.  Nobody is asked for a code.  NULL and
 * e, code "Changed" when the profile has meanwhile come to mean another source.
 */
struct aws_credentials *chain_renew(const struct login_env *io, const struct aws_credentials *old,
	    struct err *e);

#endif
