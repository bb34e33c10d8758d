/* SPDX-License-Identifier: MIT */
#include "alloc.h"
#include "iam_call.h"

bool
iam_call(struct aws *aws, enum aws_op_id op, json_t *params, const char *kind, const char *name,
    json_t **reply, struct err *e)
{
	json_auto_t *owned = params;
	AUTO_FREE char *about = name != NULL ? xasprintf("%s/%s", kind, name) : xstrdup(kind);
	const struct aws_request req = { .op = op, .about = about, .params = owned };

	return aws_call(aws, &req, reply, e);
}

bool
iam_drop(struct aws *aws, enum aws_op_id op, json_t *params, const char *kind, const char *name,
    struct err *e)
{
	struct err why = { 0 };

	if (iam_call(aws, op, params, kind, name, NULL, &why) || err_is(&why, "NoSuchEntity"))
		return true;
	if (e != NULL && e->kind == ERR_NONE)
		*e = why;
	return false;
}

json_t *
iam_list(struct aws *aws, enum aws_op_id op, json_t *params, struct err *e)
{
	json_auto_t *owned = params;
	const struct aws_request req = { .op = op, .about = "list", .params = owned };

	return aws_list(aws, &req, e);
}

json_t *
iam_tags(const struct aws_tag *tags)
{
	json_t *list = json_array();

	for (; tags != NULL && tags->key != NULL; tags++)
		json_array_append_new(
		    list, json_pack("{s:s, s:s}", "Key", tags->key, "Value", tags->value));
	return list;
}
