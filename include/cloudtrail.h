/* SPDX-License-Identifier: MIT */
/* AWS CloudTrail (CloudTrail API Reference). */
#ifndef CLOUDTRAIL_H
#define CLOUDTRAIL_H

#include "aws.h"
#include "iam.h"

struct cloudtrail_trail {
	const char *name;	/* name, or ARN for updates */
	const char *bucket;
	const char *prefix;	/* NULL: none */
	const char *kms_key;	/* NULL: none */
	bool multi_region;
	bool log_validation;
};

/* region: the home Region.  The trail does not log until StartLogging. */
bool	cloudtrail_create_trail(struct aws *, const char *region, const struct cloudtrail_trail *,
	    const struct aws_tag *tags, struct err *);
bool	cloudtrail_update_trail(struct aws *, const char *region, const struct cloudtrail_trail *,
	    struct err *);
bool	cloudtrail_delete_trail(struct aws *, const char *region, const char *name, struct err *);
bool	cloudtrail_start_logging(struct aws *, const char *region, const char *name, struct err *);
bool	cloudtrail_stop_logging(struct aws *, const char *region, const char *name, struct err *);
/* All management events, read and write; data events already selected are kept. */
bool	cloudtrail_put_management_selectors(struct aws *, const char *region, const char *name,
	    const json_t *present, struct err *);
/* *status as GetTrailStatus answers (IsLogging, LatestDeliveryError, ...); caller owns. */
bool	cloudtrail_get_trail_status(struct aws *, const char *region, const char *name,
	    json_t **status, struct err *);
/* The form of a trail name (CreateTrail, Name); else e says what is wrong. */
bool	cloudtrail_name_ok(const char *name, struct err *e);

#endif
