/* SPDX-License-Identifier: MIT */
/* The credentials themselves. */
#include <string.h>

#include "alloc.h"
#include "aws.h"

struct aws_credentials *
aws_credentials_new(const char *id, struct secret *key, struct secret *token, const char *source)
{
	struct aws_credentials *c = xcalloc(1, sizeof(*c));

	c->access_key_id = xstrdup(id);
	c->secret_access_key = key;
	c->session_token = token;
	c->source = xstrdup(source);
	return c;
}

static char *
copy(const char *s)
{
	return s != NULL ? xstrdup(s) : NULL;
}

struct aws_credentials *
aws_credentials_dup(const struct aws_credentials *c)
{
	struct aws_credentials *d =
	    aws_credentials_new(c->access_key_id, secret_dup(c->secret_access_key),
		c->session_token != NULL ? secret_dup(c->session_token) : NULL, c->source);

	d->expires = c->expires;
	d->login_session = copy(c->login_session);
	d->renew = copy(c->renew);
	return d;
}

void
aws_credentials_free(struct aws_credentials *c)
{
	if (c == NULL)
		return;
	xfree(c->access_key_id);
	secret_free(c->secret_access_key);
	secret_free(c->session_token);
	xfree(c->source);
	xfree(c->login_session);
	xfree(c->renew);
	xfree(c);
}
