/* SPDX-License-Identifier: MIT */
#include "cloudtrail.h"

#include <ctype.h>
#include <string.h>

#include "alloc.h"
#include "members.h"

/* Six parameters: what, where, on what, and both results. */
static bool
on_trail(struct aws *aws, enum aws_op_id op, const char *region, const char *name, json_t *members,
    json_t **reply, struct err *e)
{
	const char *slash = strrchr(name, '/');
	AUTO_FREE char *about = xasprintf("trail/%s", slash != NULL ? slash + 1 : name);
	struct target to = { .about = about, .region = region };

	return members_call_in(aws, op, &to, members, reply, e);
}

static json_t *
describe(const struct cloudtrail_trail *t)
{
	return json_pack("{s:s, s:s, s:s*, s:s*, s:b, s:b, s:b}", "Name", t->name, "S3BucketName",
	    t->bucket, "S3KeyPrefix", t->prefix, "KmsKeyId", t->kms_key,
	    "IncludeGlobalServiceEvents", 1, "IsMultiRegionTrail", t->multi_region,
	    "EnableLogFileValidation", t->log_validation);
}

bool
cloudtrail_create_trail(struct aws *aws, const char *region, const struct cloudtrail_trail *t,
    const struct aws_tag *tags, struct err *e)
{
	json_t *members = describe(t);

	if (members != NULL && tags != NULL)
		json_object_set_new(members, "TagsList", members_tags(tags));
	return on_trail(aws, OP_CT_CREATE_TRAIL, region, t->name, members, NULL, e);
}

bool
cloudtrail_update_trail(
    struct aws *aws, const char *region, const struct cloudtrail_trail *t, struct err *e)
{
	return on_trail(aws, OP_CT_UPDATE_TRAIL, region, t->name, describe(t), NULL, e);
}

static bool
by_name(struct aws *aws, enum aws_op_id op, const char *region, const char *name, struct err *e)
{
	return on_trail(aws, op, region, name, json_pack("{s:s}", "Name", name), NULL, e);
}

bool
cloudtrail_delete_trail(struct aws *aws, const char *region, const char *name, struct err *e)
{
	return by_name(aws, OP_CT_DELETE_TRAIL, region, name, e);
}

bool
cloudtrail_start_logging(struct aws *aws, const char *region, const char *name, struct err *e)
{
	return by_name(aws, OP_CT_START_LOGGING, region, name, e);
}

bool
cloudtrail_stop_logging(struct aws *aws, const char *region, const char *name, struct err *e)
{
	return by_name(aws, OP_CT_STOP_LOGGING, region, name, e);
}

bool
cloudtrail_get_trail_status(
    struct aws *aws, const char *region, const char *name, json_t **status, struct err *e)
{
	return on_trail(
	    aws, OP_CT_GET_TRAIL_STATUS, region, name, json_pack("{s:s}", "Name", name), status, e);
}

/* ---- event selectors ------------------------------------------------------------------- */

static bool
is_management(const json_t *selector)
{
	const json_t *fields = json_object_get(selector, "FieldSelectors"), *field;
	size_t i;

	json_array_foreach (fields, i, field)
		if (strcmp(json_text_or(field, "Field", ""), "eventCategory") == 0 &&
		    strcmp(json_text_or(field, "Equals", ""), "Management") == 0)
			return true;
	return false;
}

/* What narrows management events goes; what selects other events stays. */
static json_t *
advanced(const json_t *present)
{
	json_t *out = json_pack("[{s:s, s:[{s:s, s:[s]}]}]", "Name", "All management events",
	    "FieldSelectors", "Field", "eventCategory", "Equals", "Management");
	const json_t *selector;
	size_t i;

	json_array_foreach (present, i, selector)
		if (!is_management(selector))
			json_array_append(out, (json_t *)(uintptr_t)selector);
	return out;
}

/* Data events of one read/write type, from all selectors. */
static json_t *
resources(const json_t *present, const char *type)
{
	json_t *out = json_array();
	const json_t *selector;
	size_t i;

	json_array_foreach (present, i, selector)
		if (strcmp(json_text_or(selector, "ReadWriteType", "All"), type) == 0)
			json_array_extend(out, json_object_get(selector, "DataResources"));
	return out;
}

/* At most three of the five that are allowed: one a type. */
static json_t *
basic(const json_t *present)
{
	static const char *const types[] = { "All", "ReadOnly", "WriteOnly" };
	json_t *out = json_array();

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		json_t *data = resources(present, types[i]);

		if (i == 0 || json_array_size(data) > 0)
			json_array_append_new(
			    out, json_pack("{s:s, s:b, s:O, s:[]}", "ReadWriteType", types[i],
				     "IncludeManagementEvents", i == 0, "DataResources", data,
				     "ExcludeManagementEventSources"));
		json_decref(data);
	}
	return out;
}

bool
cloudtrail_put_management_selectors(
    struct aws *aws, const char *region, const char *name, const json_t *present, struct err *e)
{
	const json_t *fine = json_object_get(present, "AdvancedEventSelectors");
	const json_t *plain = json_object_get(present, "EventSelectors");
	bool is_fine = json_array_size(fine) > 0;

	/* Writing one kind erases the other, so the kind in use is kept. */
	return on_trail(aws, OP_CT_PUT_EVENT_SELECTORS, region, name,
	    json_pack("{s:s, s:o}", "TrailName", name,
		is_fine ? "AdvancedEventSelectors" : "EventSelectors",
		is_fine ? advanced(fine) : basic(plain)),
	    NULL, e);
}

/* ---- names --------------------------------------------------------------------------------- */

static bool
two_marks(const char *name)
{
	for (const char *p = name; *p != '\0'; p++)
		if (strchr("._-", p[0]) != NULL && p[1] != '\0' && strchr("._-", p[1]) != NULL)
			return true;
	return false;
}

static bool
looks_like_address(const char *name)
{
	size_t n = strspn(name, "0123456789.");

	return name[n] == '\0' && strchr(name, '.') != NULL;
}

bool
cloudtrail_name_ok(const char *name, struct err *e)
{
	size_t n = strlen(name);

	if (n < 3 || n > 128)
		return err_set(e, ERR_USAGE, "a trail name has 3 to 128 characters");
	for (const char *p = name; *p != '\0'; p++)
		if (!isalnum((unsigned char)*p) && strchr("._-", *p) == NULL)
			return err_set(e, ERR_USAGE,
			    "a trail name has only letters, digits, dots, underscores and hyphens");
	if (!isalnum((unsigned char)name[0]) || !isalnum((unsigned char)name[n - 1]))
		return err_set(
		    e, ERR_USAGE, "a trail name begins and ends with a letter or a digit");
	if (two_marks(name) || looks_like_address(name))
		return err_set(e, ERR_USAGE,
		    "a trail name has no two of . _ - side by side and is not an IP address");
	return true;
}
