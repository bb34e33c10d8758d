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
 * FACT(id, operation); what comes after what stands with the readers (struct fact_reader).
 * Shapes of the values:
 *   SUMMARY          {"AccountMFAEnabled": 0, ...} integers
 *   PASSWORD_POLICY  PasswordPolicy members as in the API (numbers, booleans); null when none is set
 *   ALIASES          ["alias"]
 *   AUTH             {"users": [UserDetail], "groups": [GroupDetail], "policies": [ManagedPolicyDetail]};
 *                    policy documents decoded to objects under "PolicyDocument"/"Document"
 *   VIRTUAL_MFA      [{"SerialNumber", "EnableDate", "User": {"Arn", "UserName"}}]
 *   REPORT           {"generated": epoch, "rows": {"alice": {column: text}}}; "<root_account>" too;
 *                    columns that say nothing ("N/A", "no_information", "not_supported") or
 *                    "false" are absent, and so are those that no check asks for
 *   USER_MFA         {"alice": {"password": true, "mfa": true, "devices": ["arn..."], "live": true}}
 *                    for every user; "mfa" decides: beyond LIVE_MAX users whose device is no
 *                    virtual one, "devices" is empty although the report says that there is one
 *   TRAILS           [Trail] of DescribeTrails, one a TrailARN
 *   TRAIL_STATUS     {"TrailARN": {"status": {...}, "selectors": {...}, "error": "code or null"}}
 *   TRAIL_BUCKETS    {"bucket": BUCKET}, BUCKET = {"region", "policy", "public", "pab", "versioning",
 *                    "encryption", "lifecycle", "ownership", "error"}; absent parts null
 *   REPORTS          [ReportDefinition]; EXPORTS [{"ref": ExportReference, "export": Export}]
 *   BILLING_BUCKETS  {"bucket": BUCKET}
 *   ROOT_KEYS        [{"AccessKeyId", "Status", "CreateDate", "last_used": epoch, "service"}]
 *                    last_used 0: never; absent: it could not be read
 *   ROOT_CERTS       [{"CertificateId", "Status"}]; ROOT_MFA [{"SerialNumber"}]; like ROOT_KEYS only
 *                    for root itself, else err code "NotRoot"
 *   USER_KEYS        {"alice": [{"AccessKeyId","Status","CreateDate"}]} (from AUTH's users, asked for)
 * What IAM and S3 answer in XML has here the shape of their JSON models: texts, objects and
 * lists; a list of one may be that one, an empty one is absent (json_count() knows), and
 * numbers stay text (json_int()).
 */
#define FACTS(X) \
	X(SUMMARY, "iam:GetAccountSummary") \
	X(PASSWORD_POLICY, "iam:GetAccountPasswordPolicy") \
	X(ALIASES, "iam:ListAccountAliases") \
	X(AUTH, "iam:GetAccountAuthorizationDetails") \
	X(VIRTUAL_MFA, "iam:ListVirtualMFADevices") \
	X(REPORT, "iam:GetCredentialReport") \
	X(USER_MFA, "iam:ListMFADevices") \
	X(TRAILS, "cloudtrail:DescribeTrails") \
	X(TRAIL_STATUS, "cloudtrail:GetTrailStatus") \
	X(TRAIL_BUCKETS, "s3:GetBucketPolicy") \
	X(REPORTS, "cur:DescribeReportDefinitions") \
	X(EXPORTS, "bcm-data-exports:ListExports") \
	X(BILLING_BUCKETS, "s3:GetBucketPolicy") \
	X(ROOT_KEYS, "iam:ListAccessKeys") \
	X(ROOT_CERTS, "iam:ListSigningCertificates") \
	X(ROOT_MFA, "iam:ListMFADevices") \
	X(USER_KEYS, "iam:ListAccessKeys")

enum fact_id {
#define X(id, op) FACT_##id,
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
	const char *operation;	/* "iam:ListUsers", what said it; NULL: fact_operation() */
	char request_id[64];	/* of that call; empty when none was needed */
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
/*
 * Send the calls of these facts, and of what they come after, as far as they need nothing else:
 * before it is known who calls.  account: only its partition is looked at.  facts_need() with this
 * session takes them over.
 */
void	facts_read_ahead(struct aws *aws, const struct account *account, unsigned mask);
/* They, and what was derived from them, are read again when they are needed. */
void	facts_forget(struct facts *f, unsigned mask);
const struct fact *facts_get(const struct facts *f, enum fact_id id);
/* The value, borrowed; NULL when unknown or failed. */
const json_t *facts_value(const struct facts *f, enum fact_id id);
const char *fact_operation(enum fact_id id);
/* Users whose MFA, password or keys changed in this run: read them live, not from the report. */
void	facts_touch_user(struct facts *f, const char *user);
/* A bucket that a step needs in TRAIL_BUCKETS / BILLING_BUCKETS although nothing names it yet. */
void	facts_want_bucket(struct facts *f, enum fact_id id, const char *bucket, const char *region);

/* Make a fact known without reading it (value stolen): for tests, and for a recorded account. */
void	facts_set(struct facts *f, enum fact_id id, json_t *value);
/* The same for one that could not be read. */
void	facts_set_error(struct facts *f, enum fact_id id, const struct err *e);
/* Epoch seconds now, by the session's clock. */
int64_t	facts_now(const struct facts *f);

/*
 * The rows of a credential report (IAM User Guide, "Get credential reports"): base64 of a CSV
 * with a header line; decoded and read row by row.  Adds {user: {column: text}} to rows, an
 * object.  False and e (code "MalformedReport") for anything else.
 */
bool	report_rows(const char *base64, size_t len, json_t *rows, struct err *e);

/* ---- verdicts ------------------------------------------------------------ */

enum check_status { CHECK_PASS, CHECK_FAIL, CHECK_NOT_APPLICABLE, CHECK_UNKNOWN };
const char *check_status_name(enum check_status s);	/* "pass", ... */

enum fix_how { FIX_AUTOMATIC, FIX_GUIDED, FIX_WAITING, FIX_NONE };
const char *fix_how_name(enum fix_how h);

struct finding {
	enum check_status status;
	enum fix_how how;	/* the check's own; WAITING: for a person, or for AWS to make it ready */
	char reason[256];
	json_t *evidence;	/* array as in audit's JSON (product page 5.1) */
};

/* Starts as UNKNOWN. */
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
