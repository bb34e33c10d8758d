/* SPDX-License-Identifier: MIT */
/* A profile that signs in by the browser: its session is in the shared cache (login.h). */
#include "chain_parts.h"

struct aws_credentials *
chain_login(struct chain *c, const char *profile, struct err *e)
{
	struct profile_value session = profile_get(c->files, profile, "login_session");
	struct profile_value region = profile_get(c->files, profile, "region");

	if (session.value == NULL)
		return NULL;
	if (session.value[0] == '\0') {
		chain_broken(&session, "BadLogin", e,
		    "the profile %s has an empty login_session. Sign in again: rootlock login.",
		    profile);
		return NULL;
	}
	if (!chain_may_call(c, &session, "BrowserSignIn", e))
		return NULL;
	return login_credentials(&c->env->io, session.value, region.value, NULL, e);
}
