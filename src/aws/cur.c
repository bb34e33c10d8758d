/* SPDX-License-Identifier: MIT */
#include "cur.h"

#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "members.h"
#include "service.h"
#include "text.h"

#define TABLE "COST_AND_USAGE_REPORT"

/* ---- legacy reports ------------------------------------------------------------------- */

bool
cur_put_report_definition(
    struct aws *aws, const struct cur_report *r, const struct aws_tag *tags, struct err *e)
{
	AUTO_FREE char *about = xasprintf("report/%s", r->name);
	json_t *extra = json_array(), *members;

	if (r->resources)
		json_array_append_new(extra, json_string("RESOURCES"));
	members = json_pack("{s:{s:s, s:s, s:s, s:s, s:o, s:s, s:s, s:s, s:b, s:s}}",
	    "ReportDefinition", "ReportName", r->name, "TimeUnit", r->time_unit, "Format",
	    r->parquet ? "Parquet" : "textORcsv", "Compression", r->parquet ? "Parquet" : "GZIP",
	    "AdditionalSchemaElements", extra, "S3Bucket", r->bucket, "S3Prefix",
	    r->prefix != NULL ? r->prefix : "", "S3Region", r->bucket_region,
	    "RefreshClosedReports", 1, "ReportVersioning", "OVERWRITE_REPORT");
	if (members != NULL && tags != NULL)
		json_object_set_new(members, "Tags", members_tags(tags));
	return members_call(aws, OP_CUR_PUT_REPORT_DEFINITION, about, members, NULL, e);
}

bool
cur_delete_report_definition(struct aws *aws, const char *name, struct err *e)
{
	AUTO_FREE char *about = xasprintf("report/%s", name);

	return members_call(aws, OP_CUR_DELETE_REPORT_DEFINITION, about,
	    json_pack("{s:s}", "ReportName", name), NULL, e);
}

/* ---- Data Exports ------------------------------------------------------------------------ */

/* Which columns the table has depends on these. */
static json_t *
properties(const struct cur_report *r)
{
	return json_pack("{s:s, s:s, s:s, s:s}", "TIME_GRANULARITY", r->time_unit,
	    "INCLUDE_RESOURCES", r->resources ? "TRUE" : "FALSE",
	    "INCLUDE_SPLIT_COST_ALLOCATION_DATA", "FALSE", "INCLUDE_MANUAL_DISCOUNT_COMPATIBILITY",
	    "FALSE");
}

/* SELECT a, b FROM COST_AND_USAGE_REPORT; names that could be more than names are refused. */
static bool
put_select(struct buf *b, const json_t *table, struct err *e)
{
	size_t n = json_count(table, "Schema");

	buf_puts(b, "SELECT ");
	for (size_t i = 0; i < n; i++) {
		const char *name = json_text_or(json_item(table, "Schema", i), "Name", "");

		if (name[0] == '\0' || !text_only(name, "_"))
			return aws_fail(e, ERR_AWS, "MalformedReply",
			    "the table " TABLE " has a column without a proper name");
		buf_printf(b, "%s%s", i > 0 ? ", " : "", name);
	}
	buf_puts(b, " FROM " TABLE);
	if (n == 0 || b->failed)
		return aws_fail(
		    e, ERR_AWS, "MalformedReply", "AWS does not tell the columns of " TABLE);
	return true;
}

static json_t *
destination(const struct cur_report *r)
{
	return json_pack("{s:{s:s, s:s*, s:s, s:s, s:{s:s, s:s, s:s, s:s}}}", "S3Destination",
	    "S3Bucket", r->bucket, "S3BucketOwner", r->account, "S3Prefix",
	    r->prefix != NULL ? r->prefix : "", "S3Region", r->bucket_region,
	    "S3OutputConfigurations", "OutputType", "CUSTOM", "Format",
	    r->parquet ? "PARQUET" : "TEXT_OR_CSV", "Compression", r->parquet ? "PARQUET" : "GZIP",
	    "Overwrite", "OVERWRITE_REPORT");
}

static json_t *
describe(const struct cur_report *r, const char *select)
{
	return json_pack("{s:{s:s, s:{s:s, s:{s:o}}, s:o, s:{s:s}}}", "Export", "Name", r->name,
	    "DataQuery", "QueryStatement", select, "TableConfigurations", TABLE, properties(r),
	    "DestinationConfigurations", destination(r), "RefreshCadence", "Frequency",
	    "SYNCHRONOUS");
}

/* Six parameters: one of them is the result. */
bool
bcm_create_export(struct aws *aws, const struct cur_report *r, const struct aws_tag *tags,
    char *arn_out, struct err *e)
{
	AUTO_FREE char *about = xasprintf("export/%s", r->name);
	AUTO_BUF select = BUF_INIT(BUF_MAX_TEXT);
	json_auto_t *table = NULL, *reply = NULL;
	json_t *members;
	const char *arn;

	if (!members_call(aws, OP_BCM_GET_TABLE, "table/" TABLE,
		json_pack("{s:s, s:o}", "TableName", TABLE, "TableProperties", properties(r)),
		&table, e) ||
	    !put_select(&select, table, e))
		return false;
	members = describe(r, buf_str(&select));
	if (members != NULL && tags != NULL)
		json_object_set_new(members, "ResourceTags", members_tags(tags));
	if (!members_call(aws, OP_BCM_CREATE_EXPORT, about, members, &reply, e))
		return false;
	arn = members_text(reply, "ExportArn", true, e);
	if (arn == NULL)
		return false;
	snprintf(arn_out, 256, "%s", arn);
	return true;
}

bool
bcm_delete_export(struct aws *aws, const char *arn, struct err *e)
{
	const char *slash = strrchr(arn, '/');
	AUTO_FREE char *about = xasprintf("export/%s", slash != NULL ? slash + 1 : arn);

	return members_call(
	    aws, OP_BCM_DELETE_EXPORT, about, json_pack("{s:s}", "ExportArn", arn), NULL, e);
}
