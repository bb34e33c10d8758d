/* SPDX-License-Identifier: MIT */
/*
 * The two reports about cost: legacy Cost and Usage Reports (AWS Cost and
 * Usage Report API) and CUR 2.0 by AWS Data Exports.  Both live in the
 * partition's global Region, whatever Region the bucket is in.
 */
#ifndef CUR_H
#define CUR_H

#include "aws.h"
#include "iam.h"

struct cur_report {
	const char *name, *bucket, *prefix, *bucket_region, *account;
	const char *time_unit;	/* HOURLY, DAILY, MONTHLY */
	bool parquet;		/* Parquet goes with Parquet; else text/CSV with GZIP */
	bool resources;		/* resource ids */
};

bool	cur_put_report_definition(struct aws *, const struct cur_report *, const struct aws_tag *tags,
	    struct err *);
bool	cur_delete_report_definition(struct aws *, const char *name, struct err *);

/* The SELECT list comes from GetTable at run time, never from a list of ours. */
bool	bcm_create_export(struct aws *, const struct cur_report *, const struct aws_tag *tags,
	    char *arn_out /* >= 256 bytes */, struct err *);
bool	bcm_delete_export(struct aws *, const char *arn, struct err *);

#endif
