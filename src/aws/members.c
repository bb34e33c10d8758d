/* SPDX-License-Identifier: MIT */
#include "members.h"

#include "service.h"

static bool
incomplete(enum aws_op_id op, struct err *e)
{
	return aws_fail(e, ERR_OTHER, "BadMember",
	    "the call %s was not made: a value is missing or is not UTF-8", aws_op(op)->action);
}

/* Six parameters: what, on what, and both results. */
bool
members_call_in(struct aws *aws, enum aws_op_id op, const struct target *to, json_t *members,
    json_t **reply, struct err *e)
{
	json_auto_t *owned = members;
	struct aws_request req = {
		.op = op,
		.about = to->about,
		.region = to->region,
		.bucket = to->bucket,
		.body = to->body,
		.params = owned,
	};

	return owned != NULL ? aws_call(aws, &req, reply, e) : incomplete(op, e);
}

bool
members_call(struct aws *aws, enum aws_op_id op, const char *about, json_t *members, json_t **reply,
    struct err *e)
{
	struct target to = { .about = about };

	return members_call_in(aws, op, &to, members, reply, e);
}

json_t *
members_list(struct aws *aws, enum aws_op_id op, const char *about, json_t *members, struct err *e)
{
	json_auto_t *owned = members;
	struct aws_request req = { .op = op, .about = about, .params = owned };

	if (owned != NULL)
		return aws_list(aws, &req, e);
	incomplete(op, e);
	return NULL;
}

json_t *
members_tags(const struct aws_tag *tags)
{
	json_t *list = json_array();

	for (; tags != NULL && tags->key != NULL; tags++)
		json_array_append_new(
		    list, json_pack("{s:s, s:s}", "Key", tags->key, "Value", tags->value));
	return list;
}

const char *
members_text(const json_t *reply, const char *path, bool maybe, struct err *e)
{
	const char *s = json_text(reply, path);

	if (s != NULL && s[0] != '\0')
		return s;
	aws_fail(e, ERR_AWS, "MalformedReply", "the answer does not have %s", path);
	if (e != NULL)
		e->maybe |= maybe;
	return NULL;
}

bool
members_forgive(bool ok, const char *code, struct err *e)
{
	if (!ok && err_is(e, code)) {
		err_clear(e);
		return true;
	}
	return ok;
}
