/* SPDX-License-Identifier: MIT */
/* Legacy Cost and Usage Reports and AWS Data Exports (CUR 2.0). */
#include "cur.h"

#include <stdio.h>
#include <string.h>

#include "iam_call.h"

#define TABLE "COST_AND_USAGE_REPORT"

/* As iam_call(), which knows nothing of IAM but the tags; params is stolen. */
static bool
call(struct aws *aws, enum aws_op_id op, const char *kind, const char *name, json_t *params,
    json_t **reply, struct err *e)
{
	return iam_call(aws, op, params, kind, name, reply, e);
}

bool
cur_put_report_definition(struct aws *aws, const struct cur_report *r, const struct aws_tag *tags,
    struct err *e)
{
	json_t *elements = json_array();

	if (r->resources)
		json_array_append_new(elements, json_string("RESOURCES"));
	json_t *definition = json_pack("{s:s, s:s, s:s, s:s, s:o, s:s, s:s, s:s, s:b, s:s}",
	    "ReportName", r->name, "TimeUnit", r->time_unit, "Format",
	    r->parquet ? "Parquet" : "textORcsv", "Compression", r->parquet ? "Parquet" : "GZIP",
	    "AdditionalSchemaElements", elements, "S3Bucket", r->bucket, "S3Prefix", r->prefix,
	    "S3Region", r->bucket_region, "RefreshClosedReports", 1, "ReportVersioning",
	    "OVERWRITE_REPORT");

	return call(aws, OP_CUR_PUT_REPORT_DEFINITION, "report", r->name, json_pack("{s:o, s:o}",
	    "ReportDefinition", definition, "Tags", iam_tags(tags)), NULL, e);
}

bool
cur_delete_report_definition(struct aws *aws, const char *name, struct err *e)
{
	return call(aws, OP_CUR_DELETE_REPORT_DEFINITION, "report", name, json_pack("{s:s}",
	    "ReportName", name), NULL, e);
}

/* ---- Data Exports ---- */

static json_t *
table_properties(const struct cur_report *r)
{
	return json_pack("{s:s, s:s, s:s, s:s}", "TIME_GRANULARITY", r->time_unit,
	    "INCLUDE_RESOURCES", r->resources ? "TRUE" : "FALSE",
	    "INCLUDE_SPLIT_COST_ALLOCATION_DATA", "FALSE", "INCLUDE_MANUAL_DISCOUNT_COMPATIBILITY",
	    "FALSE");
}

/* "SELECT a, b FROM ..." of all the columns that the table has with these properties. */
static bool
build_query(struct aws *aws, const struct cur_report *r, struct buf *query, struct err *e)
{
	json_auto_t *table = NULL;
	const json_t *schema, *column;
	size_t i;

	if (!call(aws, OP_BCM_GET_TABLE, "table", TABLE, json_pack("{s:s, s:o}", "TableName", TABLE,
		"TableProperties", table_properties(r)), &table, e))
		return false;
	schema = json_object_get(table, "Schema");
	buf_puts(query, "SELECT ");
	json_array_foreach (schema, i, column)
		buf_printf(query, "%s%s", i > 0 ? ", " : "", json_text_or(column, "Name", ""));
	buf_puts(query, " FROM " TABLE);
	return json_array_size(schema) > 0 ||
	       err_set(e, ERR_AWS, "AWS names no columns of the table " TABLE);
}

static json_t *
destination(const struct cur_report *r)
{
	json_t *output = json_pack("{s:s, s:s, s:s, s:s}", "OutputType", "CUSTOM", "Format",
	    r->parquet ? "PARQUET" : "TEXT_OR_CSV", "Compression", r->parquet ? "PARQUET" : "GZIP",
	    "Overwrite", "OVERWRITE_REPORT");

	return json_pack("{s:{s:s, s:s, s:s, s:s, s:o}}", "S3Destination", "S3Bucket", r->bucket,
	    "S3BucketOwner", r->account, "S3Prefix", r->prefix, "S3Region", r->bucket_region,
	    "S3OutputConfigurations", output);
}

bool
bcm_create_export(struct aws *aws, const struct cur_report *r, const struct aws_tag *tags,
    char *arn_out, struct err *e)
{
	AUTO_BUF query = BUF_INIT(BUF_MAX_TEXT);
	json_auto_t *reply = NULL;

	if (!build_query(aws, r, &query, e))
		return false;
	json_t *export = json_pack("{s:s, s:{s:s, s:{s:o}}, s:o, s:{s:s}}", "Name", r->name,
	    "DataQuery", "QueryStatement", buf_str(&query), "TableConfigurations", TABLE,
	    table_properties(r), "DestinationConfigurations", destination(r), "RefreshCadence",
	    "Frequency", "SYNCHRONOUS");

	if (!call(aws, OP_BCM_CREATE_EXPORT, "export", r->name, json_pack("{s:o, s:o}", "Export",
		export, "ResourceTags", iam_tags(tags)), &reply, e))
		return false;
	snprintf(arn_out, 256, "%s", json_text_or(reply, "ExportArn", ""));
	return true;
}

bool
bcm_delete_export(struct aws *aws, const char *arn, struct err *e)
{
	const char *slash = strrchr(arn, '/');
	struct err why = { 0 };

	if (call(aws, OP_BCM_DELETE_EXPORT, "export", slash != NULL ? slash + 1 : arn,
		json_pack("{s:s}", "ExportArn", arn), NULL, &why) ||
	    err_is(&why, "ResourceNotFoundException"))
		return true;
	*e = why;
	return false;
}
