/* SPDX-License-Identifier: MIT */
#include "api.h"

#include <string.h>

#include "alloc.h"
#include "service.h"

static char *
about(const struct api *a)
{
	return a->name != NULL ? xasprintf("%s/%s", a->kind, a->name) : xstrdup(a->kind);
}

static bool
refuse(const struct api *a, struct err *e)
{
	return aws_fail(e, ERR_USAGE, "BadParameter",
	    "rootlock did not make the call %s: a name is missing or is no UTF-8 text",
	    aws_op(a->req.op)->action);
}

bool
api_call(struct aws *aws, const struct api *a, json_t **reply, struct err *e)
{
	json_auto_t *params = a->params;
	AUTO_FREE char *text = about(a);
	struct aws_request req = a->req;
	struct err why = { 0 };

	if (params == NULL)
		return refuse(a, e);
	req.about = text;
	req.params = params;
	if (aws_call(aws, &req, reply, &why))
		return true;
	if (a->gone != NULL && err_is(&why, a->gone))
		return true;
	if (e != NULL && e->kind == ERR_NONE)
		*e = why;
	return false;
}

json_t *
api_list(struct aws *aws, const struct api *a, struct err *e)
{
	json_auto_t *params = a->params;
	AUTO_FREE char *text = about(a);
	struct aws_request req = a->req;

	if (params == NULL) {
		refuse(a, e);
		return NULL;
	}
	req.about = text;
	req.params = params;
	return aws_list(aws, &req, e);
}

json_t *
api_tags(const struct aws_tag *tags)
{
	json_t *list;

	if (tags == NULL || tags->key == NULL)
		return NULL;
	list = json_array();
	for (; tags->key != NULL; tags++)
		json_array_append_new(
		    list, json_pack("{s:s, s:s}", "Key", tags->key, "Value", tags->value));
	return list;
}

const char *
api_last(const char *arn)
{
	const char *mark = strrchr(arn, '/');

	if (mark == NULL)
		mark = strrchr(arn, ':');
	return mark != NULL ? mark + 1 : arn;
}
