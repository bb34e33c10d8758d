/* SPDX-License-Identifier: MIT */
/* AWS CloudTrail (CloudTrail API Reference). */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "cloudtrail.h"

/* params is stolen. */
static bool
call(struct aws *aws, enum aws_op_id op, const char *region, const char *name, json_t *params,
    json_t **reply, struct err *e)
{
	json_auto_t *owned = params;
	const char *slash = strrchr(name, '/');
	AUTO_FREE char *about = xasprintf("trail/%s", slash != NULL ? slash + 1 : name);
	const struct aws_request req = { .op = op, .about = about, .region = region,
		.params = owned };

	return aws_call(aws, &req, reply, e);
}

static json_t *
settings(const struct cloudtrail_trail *t)
{
	json_t *p = json_pack("{s:s, s:s, s:b, s:b}", "Name", t->name, "S3BucketName", t->bucket,
	    "IsMultiRegionTrail", t->multi_region, "EnableLogFileValidation", t->log_validation);

	/* A multi-Region trail must include global events; a missing prefix or key stays out. */
	json_object_set_new(p, "IncludeGlobalServiceEvents", json_true());
	if (t->prefix != NULL)
		json_object_set_new(p, "S3KeyPrefix", json_string(t->prefix));
	if (t->kms_key != NULL)
		json_object_set_new(p, "KmsKeyId", json_string(t->kms_key));
	return p;
}

bool
cloudtrail_create_trail(struct aws *aws, const char *region, const struct cloudtrail_trail *t,
    const struct aws_tag *tags, struct err *e)
{
	json_t *p = settings(t), *list = json_array();

	for (; tags != NULL && tags->key != NULL; tags++)
		json_array_append_new(list,
		    json_pack("{s:s, s:s}", "Key", tags->key, "Value", tags->value));
	json_object_set_new(p, "TagsList", list);
	return call(aws, OP_CT_CREATE_TRAIL, region, t->name, p, NULL, e);
}

bool
cloudtrail_update_trail(struct aws *aws, const char *region, const struct cloudtrail_trail *t,
    struct err *e)
{
	return call(aws, OP_CT_UPDATE_TRAIL, region, t->name, settings(t), NULL, e);
}

static json_t *
named(const char *name)
{
	return json_pack("{s:s}", "Name", name);
}

bool
cloudtrail_delete_trail(struct aws *aws, const char *region, const char *name, struct err *e)
{
	struct err why = { 0 };

	if (call(aws, OP_CT_DELETE_TRAIL, region, name, named(name), NULL, &why) ||
	    err_is(&why, "TrailNotFoundException"))
		return true;
	*e = why;
	return false;
}

bool
cloudtrail_start_logging(struct aws *aws, const char *region, const char *name, struct err *e)
{
	return call(aws, OP_CT_START_LOGGING, region, name, named(name), NULL, e);
}

bool
cloudtrail_stop_logging(struct aws *aws, const char *region, const char *name, struct err *e)
{
	return call(aws, OP_CT_STOP_LOGGING, region, name, named(name), NULL, e);
}

/* The data events that a trail selects already, which must not be lost. */
static json_t *
with_management_events(const json_t *present)
{
	const json_t *basic = json_object_get(present, "EventSelectors"), *s;
	json_t *list = json_array();
	size_t i;

	json_array_foreach (basic, i, s) {
		json_t *copy = json_deep_copy(s);

		if (i == 0) {
			json_object_set_new(copy, "ReadWriteType", json_string("All"));
			json_object_set_new(copy, "IncludeManagementEvents", json_true());
			json_object_set_new(copy, "ExcludeManagementEventSources", json_array());
		}
		json_array_append_new(list, copy);
	}
	if (json_array_size(list) == 0)
		json_array_append_new(list, json_pack("{s:s, s:b, s:[]}", "ReadWriteType", "All",
		    "IncludeManagementEvents", 1, "DataResources"));
	return list;
}

/* Advanced selectors: a management selector without further conditions is added. */
static json_t *
with_advanced_management(const json_t *advanced)
{
	json_t *list = json_deep_copy(advanced);

	json_array_append_new(list, json_pack("{s:s, s:[{s:s, s:[s]}]}", "Name",
	    "Management events", "FieldSelectors", "Field", "eventCategory", "Equals",
	    "Management"));
	return list;
}

bool
cloudtrail_put_management_selectors(struct aws *aws, const char *region, const char *name,
    const json_t *present, struct err *e)
{
	const json_t *advanced = json_object_get(present, "AdvancedEventSelectors");
	json_t *p = json_pack("{s:s}", "TrailName", name);

	if (json_array_size(advanced) > 0)
		json_object_set_new(p, "AdvancedEventSelectors", with_advanced_management(advanced));
	else
		json_object_set_new(p, "EventSelectors", with_management_events(present));
	return call(aws, OP_CT_PUT_EVENT_SELECTORS, region, name, p, NULL, e);
}

bool
cloudtrail_get_trail_status(struct aws *aws, const char *region, const char *name, json_t **status,
    struct err *e)
{
	return call(aws, OP_CT_GET_TRAIL_STATUS, region, name, named(name), status, e);
}

bool
cloudtrail_name_ok(const char *name, struct err *e)
{
	size_t n = strlen(name);

	if (n < 3 || n > 128)
		return err_set(e, ERR_USAGE, "A trail's name has 3 to 128 characters.");
	if (strspn(name, "0123456789.") == n)
		return err_set(e, ERR_USAGE, "A trail's name must not look like an address.");
	for (size_t i = 0; i < n; i++) {
		bool edge = i == 0 || i == n - 1;

		if (isalnum((unsigned char)name[i]))
			continue;
		if (strchr("._-", name[i]) == NULL || edge)
			return err_set(e, ERR_USAGE, "Letters, digits, and . _ - inside; a letter "
						     "or digit first and last.");
		if (strchr("._-", name[i + 1]) != NULL)
			return err_set(e, ERR_USAGE, "No two of . _ - side by side.");
	}
	return true;
}
