/* SPDX-License-Identifier: MIT */
/*
 * What is known of a request that an IAM user would make himself, directly,
 * over TLS.  Where he is, when, and what exactly he asks for is not known.
 * Source: IAM User Guide, "AWS global condition context keys".
 */
#include <string.h>
#include <strings.h>

#include "buf.h"
#include "json.h"
#include "rights.h"

/* The same for every such request; NULL: never part of one. */
static const struct {
	const char *key, *value;
} fixed[] = {
	{ "aws:SecureTransport", "true" }, /* rootlock and AWS's tools use nothing else */
	{ "aws:PrincipalType", "User" },
	{ "aws:PrincipalIsAWSService", "false" },
	{ "aws:ViaAWSService", "false" },
	{ "aws:CalledVia", NULL },
	{ "aws:CalledViaFirst", NULL },
	{ "aws:CalledViaLast", NULL },
	{ "aws:PrincipalServiceName", NULL },
	{ "aws:PrincipalServiceNamesList", NULL },
	{ "aws:SourceArn", NULL },
	{ "aws:SourceAccount", NULL },
	{ "aws:FederatedProvider", NULL },
	{ "aws:SourceIdentity", NULL },
	{ "aws:AssumedRoot", NULL },
};

static enum rights_key
text(const char *s, struct buf *b)
{
	if (s == NULL)
		return KEY_UNKNOWN;
	buf_puts(b, s);
	return KEY_KNOWN;
}

/* "arn:aws:iam::123456789012:user/alice": the account. */
static enum rights_key
account(const char *arn, struct buf *b)
{
	for (int i = 0; arn != NULL && i < 4; i++) {
		arn = strchr(arn, ':');
		arn = arn != NULL ? arn + 1 : NULL;
	}
	if (arn == NULL)
		return KEY_UNKNOWN;
	buf_put(b, arn, strcspn(arn, ":"));
	return KEY_KNOWN;
}

/* GetAccountAuthorizationDetails lists every tag, so one that is not there is absent. */
static enum rights_key
tag(const json_t *user, const char *name, struct buf *b)
{
	for (size_t i = 0; i < json_count(user, "Tags"); i++) {
		const json_t *t = json_item(user, "Tags", i);

		if (strcasecmp(json_text_or(t, "Key", ""), name) == 0)
			return text(json_text_or(t, "Value", ""), b);
	}
	return KEY_ABSENT;
}

/*
 * Absent for a long-term key; "false" in a console session without MFA; "true"
 * in a session with it, which anyone who has the device can make a moment ago.
 */
static enum rights_key
mfa(const struct decide_context *c, struct buf *b)
{
	if (!c->mfa && !c->console)
		return KEY_ABSENT;
	return text(c->mfa ? "true" : "false", b);
}

static bool
is(const char *key, const char *name)
{
	return strcasecmp(key, name) == 0;
}

static enum rights_key
of_user(const struct rights_ask *ask, const char *key, struct buf *b)
{
	static const char prefix[] = "aws:PrincipalTag/";

	if (is(key, "aws:username"))
		return text(json_text(ask->user, "UserName"), b);
	if (is(key, "aws:userid"))
		return text(json_text(ask->user, "UserId"), b);
	if (is(key, "aws:PrincipalArn"))
		return text(json_text(ask->user, "Arn"), b);
	if (is(key, "aws:PrincipalAccount"))
		return account(json_text(ask->user, "Arn"), b);
	if (strncasecmp(key, prefix, sizeof prefix - 1) == 0)
		return tag(ask->user, key + sizeof prefix - 1, b);
	return KEY_UNKNOWN;
}

enum rights_key
rights_key(const struct rights_ask *ask, const char *key, struct buf *b)
{
	const struct decide_context *c = ask->context;

	if (is(key, "aws:MultiFactorAuthPresent"))
		return mfa(c, b);
	if (is(key, "aws:MultiFactorAuthAge"))
		return c->mfa ? text("1", b) : KEY_ABSENT;
	if (is(key, "aws:TokenIssueTime"))
		return c->mfa || c->console ? KEY_UNKNOWN : KEY_ABSENT;
	for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++)
		if (is(key, fixed[i].key))
			return fixed[i].value != NULL ? text(fixed[i].value, b) : KEY_ABSENT;
	return of_user(ask, key, b);
}
