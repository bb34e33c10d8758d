/* SPDX-License-Identifier: MIT */
/*
 * What the account says, read in waves of many calls at once.  A fact is a
 * value (JSON), its age and the request that brought it, or the reason why it
 * could not be read.  Checks and steps name the facts they need; after an
 * apply only those are read again.
 */
#ifndef FACTS_H
#define FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "account.h"
#include "err.h"

/*
 * FACT(id, operation, after): `after` is the fact that must be known first.
 * Shapes of the values stand in facts.c beside their readers and here:
 *   SUMMARY          {"AccountMFAEnabled": 0, ...} integers
 *   PASSWORD_POLICY  PasswordPolicy members as in the API (numbers, booleans); null when none is set
 *   ALIASES          ["alias"]
 *   AUTH             {"users": [UserDetail], "groups": [GroupDetail], "policies": [ManagedPolicyDetail]};
 *                    policy documents decoded to objects under "PolicyDocument"/"Document"
 *   VIRTUAL_MFA      [{"SerialNumber", "EnableDate", "User": {"Arn", "UserName"}}]
 *   REPORT           {"generated": epoch, "rows": {"alice": {column: text}}}; "<root_account>" too
 *   USER_MFA         {"alice": {"password": true, "devices": ["arn..."], "live": true}} for every user
 *   TRAILS           [Trail] of DescribeTrails, one a TrailARN
 *   TRAIL_STATUS     {"TrailARN": {"status": {...}, "selectors": {...}, "error": "code or null"}}
 *   TRAIL_BUCKETS    {"bucket": BUCKET}, BUCKET = {"region", "policy", "public", "pab", "versioning",
 *                    "encryption", "lifecycle", "ownership", "error"}; absent parts null
 *   REPORTS          [ReportDefinition]; EXPORTS [{"ref": ExportReference, "export": Export}]
 *   BILLING_BUCKETS  {"bucket": BUCKET}
 *   ROOT_KEYS        [{"AccessKeyId", "Status", "CreateDate", "last_used": epoch, "service"}]
 *   ROOT_CERTS       [{"CertificateId", "Status"}]; ROOT_MFA [{"SerialNumber"}]
 *   USER_KEYS        {"alice": [{"AccessKeyId","Status","CreateDate"}]} (from AUTH's users, asked for)
 */
#define FACTS(X) \
	X(SUMMARY, "iam:GetAccountSummary", NONE) \
	X(PASSWORD_POLICY, "iam:GetAccountPasswordPolicy", NONE) \
	X(ALIASES, "iam:ListAccountAliases", NONE) \
	X(AUTH, "iam:GetAccountAuthorizationDetails", NONE) \
	X(VIRTUAL_MFA, "iam:ListVirtualMFADevices", NONE) \
	X(REPORT, "iam:GetCredentialReport", NONE) \
	X(USER_MFA, "iam:ListMFADevices", AUTH) \
	X(TRAILS, "cloudtrail:DescribeTrails", NONE) \
	X(TRAIL_STATUS, "cloudtrail:GetTrailStatus", TRAILS) \
	X(TRAIL_BUCKETS, "s3:GetBucketPolicy", TRAILS) \
	X(REPORTS, "cur:DescribeReportDefinitions", NONE) \
	X(EXPORTS, "bcm-data-exports:ListExports", NONE) \
	X(BILLING_BUCKETS, "s3:GetBucketPolicy", EXPORTS) \
	X(ROOT_KEYS, "iam:ListAccessKeys", NONE) \
	X(ROOT_CERTS, "iam:ListSigningCertificates", NONE) \
	X(ROOT_MFA, "iam:ListMFADevices", NONE) \
	X(USER_KEYS, "iam:ListAccessKeys", AUTH)

enum fact_id {
#define X(id, op, after) FACT_##id,
	FACTS(X)
#undef X
	FACT_NONE
};

#define FACT(id) (1u << FACT_##id)
#define FACT_ALL ((1u << FACT_NONE) - 1)

struct fact {
	json_t *value;		/* NULL when it could not be read */
	struct err err;		/* why */
	bool known;		/* read or failed, not forgotten */
	int64_t read_at;	/* epoch seconds */
	char request_id[64];
};

struct facts;

/* Facts of one account, read with `aws` (borrowed, see facts_use()). */
struct facts *facts_new(struct aws *aws, const struct account *account);
void	facts_free(struct facts *f);
/* Read with another session from now on (hand-over); forgets everything. */
void	facts_use(struct facts *f, struct aws *aws);

/*
 * Make the facts in mask known, with what they come after, in as few waves as
 * possible.  A fact that cannot be read is known with its err.  False only
 * when the person cancelled.
 */
bool	facts_need(struct facts *f, unsigned mask, struct err *e);
void	facts_forget(struct facts *f, unsigned mask);
const struct fact *facts_get(const struct facts *f, enum fact_id id);
/* The value, borrowed; NULL when unknown or failed. */
const json_t *facts_value(const struct facts *f, enum fact_id id);
const char *fact_operation(enum fact_id id);
/* Users whose MFA, password or keys changed in this run: read them live, not from the report. */
void	facts_touch_user(struct facts *f, const char *user);
/* A bucket that a step needs in TRAIL_BUCKETS / BILLING_BUCKETS although nothing names it yet. */
void	facts_want_bucket(struct facts *f, enum fact_id id, const char *bucket, const char *region);

/* ---- verdicts ------------------------------------------------------------ */

enum check_status { CHECK_PASS, CHECK_FAIL, CHECK_NOT_APPLICABLE, CHECK_UNKNOWN };
const char *check_status_name(enum check_status s);	/* "pass", ... */

enum fix_how { FIX_AUTOMATIC, FIX_GUIDED, FIX_WAITING, FIX_NONE };
const char *fix_how_name(enum fix_how h);

struct finding {
	enum check_status status;
	enum fix_how how;	/* WAITING: for a person, or for AWS to make it ready */
	char reason[256];
	json_t *evidence;	/* array as in audit's JSON (product page 5.1) */
};

void	finding_init(struct finding *f);
void	finding_free(struct finding *f);
void	finding_set(struct finding *f, enum check_status s, const char *fmt, ...)
	    __attribute__((format(printf, 3, 4)));
/* Add one piece of evidence: field and value (stolen) of a fact. */
void	finding_add(struct finding *f, const struct facts *facts, enum fact_id id,
	    const char *field, json_t *value);
/*
 * Sets CHECK_UNKNOWN with the reason when one of the facts in mask could not
 * be read (OptInRequired and the like: FIX_WAITING), and returns true then.
 */
bool	finding_unreadable(struct finding *f, const struct facts *facts, unsigned mask);

#endif
