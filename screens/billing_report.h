/* SPDX-License-Identifier: MIT */
/* What the parts of the billing report screen share; not for others. */
#ifndef BILLING_REPORT_H
#define BILLING_REPORT_H

#include "bucket_step.h"
#include "cur.h"
#include "plan.h"

struct billing_report_model {
	char *kind;		/* cur2, legacy */
	char *name, *bucket, *prefix, *region;
	char *time_unit;	/* HOURLY, DAILY, MONTHLY */
	char *format;		/* parquet, csv */
	bool resource_ids, billing_access;
};

/* ---- billing_report_look.c: what the account has (pure) ----------------------- */

/*
 * One report of either kind with the same names for the same things.
 * Strings are borrowed from the facts.
 */
struct report_seen {
	const char *name, *arn;		/* arn: exports only, else NULL */
	const char *bucket, *prefix, *region, *time_unit, *format;
	const char *status;		/* HEALTHY, UNHEALTHY, SUCCESS, ...; "" = none yet */
	const char *reason;		/* "" or why it is unhealthy */
	bool cur2, resource_ids, healthy;
};

void	report_see_export(const json_t *item, struct report_seen *out);
void	report_see_legacy(const json_t *item, struct report_seen *out);
/* An export of the table COST_AND_USAGE_REPORT; other tables tell other things. */
bool	report_is_cost(const json_t *item);
/* The report of that kind and name; false: there is none. */
bool	report_find(const struct facts *facts, bool cur2, const char *name, struct report_seen *out);
/* Any report, healthy ones first; false: there is none. */
bool	report_any(const struct facts *facts, struct report_seen *out);
/* The bucket's policy lets the service deliver this report. */
bool	report_deliverable(const struct report_seen *r, const json_t *have);

extern const struct check billing_report_checks[];
#define BILLING_REPORT_NCHECKS 1

/* ---- billing_report_steps.c ------------------------------------------------------ */

struct report_target {
	char bucket[256], region[32];
	bool cur2;
};

/* "auto" resolved; makes no call. */
void	report_target(const struct run *run, const struct billing_report_model *m,
	    struct report_target *out);
struct bucket_plan report_bucket_plan(const struct report_target *t);
/* The statements that the bucket's policy has to hold; new object. */
json_t *report_policy(const struct run *run, const struct report_target *t, const json_t *have);
/* Legacy reports are not offered in every partition. */
bool	report_offered(const struct run *run, const struct report_target *t);

bool	report_bucket_check(struct step_ctx *c, struct err *e);
bool	report_bucket_apply(struct step_ctx *c, struct err *e);
bool	report_policy_check(struct step_ctx *c, struct err *e);
bool	report_policy_apply(struct step_ctx *c, struct err *e);
bool	report_create_check(struct step_ctx *c, struct err *e);
bool	report_create_apply(struct step_ctx *c, struct err *e);
bool	report_create_undo(struct step_ctx *c, const json_t *before, struct err *e);

/* ---- billing_report_access.c ------------------------------------------------------ */

bool	report_access_check(struct step_ctx *c, struct err *e);
bool	report_access_apply(struct step_ctx *c, struct err *e);

#endif
