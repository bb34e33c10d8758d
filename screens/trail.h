/* SPDX-License-Identifier: MIT */
/* What the parts of the trail screen share; not for others. */
#ifndef TRAIL_H
#define TRAIL_H

#include "bucket_step.h"
#include "plan.h"

struct trail_model {
	char *name, *bucket, *kms_key;
	bool all_regions, log_validation, adopt;
	int retention_days;
	struct strlist readers;
};

/* ---- trail_look.c: what the account has (pure) ------------------------------ */

/* What is wrong with a trail, worst first; UNREAD: its status could not be had. */
enum trail_fault {
	TRAIL_FINE,
	TRAIL_UNREAD,
	TRAIL_STOPPED,
	TRAIL_ONE_REGION,
	TRAIL_INCOMPLETE,	/* management events are left out */
	TRAIL_UNVALIDATED,
	TRAIL_UNDELIVERED,
	TRAIL_NFAULTS
};

/* Bits (1u << enum trail_fault) of all faults; status: its member of TRAIL_STATUS or NULL. */
unsigned trail_faults(const json_t *trail, const json_t *status);
/* The worst of them. */
enum trail_fault trail_worst(unsigned faults);
/* Every management event, read and write, of every source is recorded. */
bool	trail_selects_all(const json_t *selectors);
/* The member of TRAIL_STATUS for a trail, or NULL. */
const json_t *trail_status(const struct facts *facts, const json_t *trail);
/* The bucket's policy lets the trail of that ARN write under the prefix ("": none). */
bool	trail_may_write(const json_t *have, const char *bucket, const char *prefix, const char *arn);
/* The trail with the fewest faults, borrowed; NULL: there is none. */
const json_t *trail_best(const json_t *trails, const struct facts *facts, unsigned *faults);

extern const struct check trail_checks[];
#define TRAIL_NCHECKS 2

/* ---- trail_target.c: what the answers mean on this account ------------------- */

struct trail_target {
	const json_t *trail;	/* the account's own trail to keep or repair; NULL: to be made */
	const json_t *other;	/* another account's (the organization's) that does it all */
	char name[132], arn[320], region[32];	/* region: the trail's home */
	char bucket[256], bucket_region[32], prefix[204];
	bool shared;		/* other trails write to the same bucket */
};

/* Needs TRAILS and TRAIL_STATUS; false and e when they could not be read. */
bool	trail_find(const struct run *run, const struct trail_model *m, struct trail_target *out,
	    struct err *e);
/* The desired bucket; strings borrowed from both. */
struct bucket_plan trail_bucket_plan(const struct trail_model *m, const struct trail_target *t);
/*
 * ARNs of the readers: "auto", users, groups (their members), roles.  missing
 * gets those that are not in the account (yet).
 */
bool	trail_readers(const struct run *run, const struct trail_model *m, const json_t *have,
	    const struct trail_target *t, struct strlist *arns, struct strlist *missing,
	    struct err *e);
/* The statements that the bucket's policy has to hold; new object, NULL and e on failure. */
json_t *trail_policy(const struct run *run, const struct trail_model *m,
	    const struct trail_target *t, const json_t *have, struct strlist *missing,
	    struct err *e);
bool	trail_reader_choices(struct run *run, const void *model, struct choices *out, struct err *e);

/* ---- trail_bucket.c, trail_steps.c ------------------------------------------- */

bool	trail_bucket_check(struct step_ctx *c, struct err *e);
bool	trail_bucket_apply(struct step_ctx *c, struct err *e);
bool	trail_policy_check(struct step_ctx *c, struct err *e);
bool	trail_policy_apply(struct step_ctx *c, struct err *e);
/*
 * What the later steps need of the bucket: *go false when the verdict is set
 * already (organization's trail, bucket not usable).
 */
bool	trail_bucket_ready(struct step_ctx *c, struct trail_target *t, bool *go, struct err *e);

bool	trail_create_check(struct step_ctx *c, struct err *e);
bool	trail_create_apply(struct step_ctx *c, struct err *e);
bool	trail_create_undo(struct step_ctx *c, const json_t *before, struct err *e);
bool	trail_selectors_check(struct step_ctx *c, struct err *e);
bool	trail_selectors_apply(struct step_ctx *c, struct err *e);
bool	trail_selectors_undo(struct step_ctx *c, const json_t *before, struct err *e);
bool	trail_logging_check(struct step_ctx *c, struct err *e);
bool	trail_logging_apply(struct step_ctx *c, struct err *e);
bool	trail_logging_undo(struct step_ctx *c, const json_t *before, struct err *e);

bool	trail_render(struct run *run, const void *model, struct blocks *out, struct err *e);

#endif
