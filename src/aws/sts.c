/* SPDX-License-Identifier: MIT */
#include "sts.h"

#include <stdio.h>
#include <string.h>

#include "members.h"
#include "service.h"

/* "alice" of "arn:aws:iam::123456789012:user/staff/alice". */
static const char *
user_of(const char *arn)
{
	const char *resource = strstr(arn, ":user/");

	return resource != NULL ? strrchr(resource, '/') + 1 : "";
}

static bool
ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n >= m && strcmp(s + n - m, end) == 0;
}

bool
sts_get_caller_identity(struct aws *aws, struct sts_identity *out, struct err *e)
{
	json_auto_t *reply = NULL;
	const char *account, *arn, *id;

	if (!members_call(aws, OP_STS_GET_CALLER_IDENTITY, "caller", json_object(), &reply, e))
		return false;
	account = members_text(reply, "GetCallerIdentityResult.Account", false, e);
	arn = members_text(reply, "GetCallerIdentityResult.Arn", false, e);
	id = members_text(reply, "GetCallerIdentityResult.UserId", false, e);
	if (account == NULL || arn == NULL || id == NULL)
		return false;
	if (strlen(account) != 12 || strspn(account, "0123456789") != 12 ||
	    strlen(arn) >= sizeof(out->arn))
		return aws_fail(
		    e, ERR_AWS, "MalformedReply", "the account or the ARN has not the known form");
	*out = (struct sts_identity){ .root = ends_with(arn, ":root") };
	snprintf(out->account, sizeof(out->account), "%s", account);
	snprintf(out->arn, sizeof(out->arn), "%s", arn);
	snprintf(out->user_id, sizeof(out->user_id), "%s", id);
	snprintf(out->user, sizeof(out->user), "%s", user_of(arn));
	return true;
}

static struct aws_credentials *
take_session(const json_t *reply, struct err *e)
{
	const char *id =
	    members_text(reply, "GetSessionTokenResult.Credentials.AccessKeyId", false, e);
	const char *key =
	    members_text(reply, "GetSessionTokenResult.Credentials.SecretAccessKey", false, e);
	const char *token =
	    members_text(reply, "GetSessionTokenResult.Credentials.SessionToken", false, e);
	struct aws_credentials *c;

	if (id == NULL || key == NULL || token == NULL)
		return NULL;
	c = aws_credentials_new(id, secret_from(key, strlen(key)),
	    secret_from(token, strlen(token)), "session with MFA");
	if (!json_time(reply, "GetSessionTokenResult.Credentials.Expiration", &c->expires))
		c->expires = 0;
	return c;
}

struct aws_credentials *
sts_get_session_token(
    struct aws *aws, const char *serial, const char *code, int duration, struct err *e)
{
	json_auto_t *reply = NULL;

	if (!members_call(aws, OP_STS_GET_SESSION_TOKEN, "session",
		json_pack("{s:s, s:s, s:i}", "SerialNumber", serial, "TokenCode", code,
		    "DurationSeconds", duration),
		&reply, e))
		return NULL;
	return take_session(reply, e);
}
