/* SPDX-License-Identifier: MIT */
/* Checks of the trail and its bucket: pure functions of what was read. */
#include <stdio.h>
#include <string.h>

#include "json.h"
#include "trail.h"

#define READS 1u
#define WRITES 2u

/* ---- selectors (CloudTrail API Reference, EventSelector, AdvancedEventSelector) ---- */

/* What a basic selector records: bits of reads and writes; nothing when it leaves sources out. */
static unsigned
basic_records(const json_t *s)
{
	const char *type = json_text_or(s, "ReadWriteType", "All");
	const json_t *management = json_at(s, "IncludeManagementEvents");

	if (management != NULL && !json_bool(s, "IncludeManagementEvents"))
		return 0;
	if (json_count(s, "ExcludeManagementEventSources") > 0)
		return 0;
	if (strcmp(type, "ReadOnly") == 0)
		return READS;
	return strcmp(type, "WriteOnly") == 0 ? WRITES : READS | WRITES;
}

/* The same for an advanced one; a filter on anything but readOnly leaves something out. */
static unsigned
advanced_records(const json_t *s)
{
	unsigned records = READS | WRITES;
	bool management = false;

	for (size_t i = 0; i < json_count(s, "FieldSelectors"); i++) {
		const json_t *f = json_item(s, "FieldSelectors", i);
		const char *field = json_text_or(f, "Field", "");
		const char *value = json_text_or(f, "Equals.0", "");

		if (strcmp(field, "eventCategory") == 0)
			management = strcmp(value, "Management") == 0;
		else if (strcmp(field, "readOnly") == 0)
			records &= strcmp(value, "true") == 0 ? READS : WRITES;
		else
			records = 0;
	}
	return management ? records : 0;
}

bool
trail_selects_all(const json_t *selectors)
{
	unsigned records = 0;

	for (size_t i = 0; i < json_count(selectors, "EventSelectors"); i++)
		records |= basic_records(json_item(selectors, "EventSelectors", i));
	for (size_t i = 0; i < json_count(selectors, "AdvancedEventSelectors"); i++)
		records |= advanced_records(json_item(selectors, "AdvancedEventSelectors", i));
	return records == (READS | WRITES);
}

/* ---- one trail ------------------------------------------------------------------ */

const json_t *
trail_status(const struct facts *facts, const json_t *trail)
{
	const char *arn = json_text_or(trail, "TrailARN", "");

	return json_object_get(facts_value(facts, FACT_TRAIL_STATUS), arn);
}

static bool
unread(const json_t *status)
{
	return status == NULL || json_text_or(status, "error", "")[0] != '\0' ||
	       !json_is_object(json_at(status, "status")) ||
	       !json_is_object(json_at(status, "selectors"));
}

unsigned
trail_faults(const json_t *trail, const json_t *status)
{
	unsigned faults = 0;

	if (!json_bool(trail, "IsMultiRegionTrail"))
		faults |= 1u << TRAIL_ONE_REGION;
	if (!json_bool(trail, "LogFileValidationEnabled"))
		faults |= 1u << TRAIL_UNVALIDATED;
	if (unread(status))
		return faults | 1u << TRAIL_UNREAD;
	if (!json_bool(status, "status.IsLogging"))
		faults |= 1u << TRAIL_STOPPED;
	if (!trail_selects_all(json_at(status, "selectors")))
		faults |= 1u << TRAIL_INCOMPLETE;
	if (json_text_or(status, "status.LatestDeliveryError", "")[0] != '\0')
		faults |= 1u << TRAIL_UNDELIVERED;
	return faults;
}

enum trail_fault
trail_worst(unsigned faults)
{
	for (int f = TRAIL_UNREAD + 1; f < TRAIL_NFAULTS; f++)
		if (faults & (1u << f))
			return (enum trail_fault)f;
	return (faults & (1u << TRAIL_UNREAD)) ? TRAIL_UNREAD : TRAIL_FINE;
}

static int
how_many(unsigned faults)
{
	int n = 0;

	for (; faults != 0; faults &= faults - 1)
		n++;
	return n;
}

const json_t *
trail_best(const json_t *trails, const struct facts *facts, unsigned *faults)
{
	const json_t *best = NULL, *t;
	size_t i;

	json_array_foreach (trails, i, t) {
		unsigned f = trail_faults(t, trail_status(facts, t));

		if (best == NULL || how_many(f) < how_many(*faults)) {
			best = t;
			*faults = f;
		}
	}
	return best;
}

/* ---- the checks ------------------------------------------------------------------ */

/* The account in an ARN; "" when there is none. */
static void
arn_account(const char *arn, char out[16])
{
	out[0] = '\0';
	(void)sscanf(arn, "%*[^:]:%*[^:]:%*[^:]:%*[^:]:%15[0-9]", out);
}

bool
trail_may_write(const json_t *have, const char *bucket, const char *prefix, const char *arn)
{
	const json_t *policy = json_at(have, "policy");
	AUTO_BUF key = BUF_INIT(BUF_MAX_LINE);
	char account[16];
	struct bucket_ask ask = {
		.bucket = bucket,
		.service = "cloudtrail.amazonaws.com",
		.action = "s3:GetBucketAcl",
		.source_arn = arn,
	};

	if (bucket_state(have) != BUCKET_THERE || !bucket_allows(policy, &ask))
		return false;
	arn_account(arn, account);
	buf_printf(
	    &key, "%s%sAWSLogs/%s/CloudTrail/x", prefix, prefix[0] != '\0' ? "/" : "", account);
	ask.key = buf_str(&key);
	ask.action = "s3:PutObject";
	return bucket_allows(policy, &ask);
}

/* The same for a trail that exists and its bucket. */
static bool
lets_write(const struct facts *facts, const json_t *trail)
{
	const char *bucket = json_text_or(trail, "S3BucketName", "");

	return trail_may_write(json_object_get(facts_value(facts, FACT_TRAIL_BUCKETS), bucket),
	    bucket, json_text_or(trail, "S3KeyPrefix", ""), json_text_or(trail, "TrailARN", ""));
}

static void
add_evidence(struct finding *f, const struct facts *facts, const json_t *trail)
{
	const json_t *status = trail_status(facts, trail);
	const char *error = json_text(status, "status.LatestDeliveryError");

	finding_add(
	    f, facts, FACT_TRAILS, "TrailARN", json_string(json_text_or(trail, "TrailARN", "")));
	finding_add(f, facts, FACT_TRAILS, "IsMultiRegionTrail",
	    json_boolean(json_bool(trail, "IsMultiRegionTrail")));
	finding_add(f, facts, FACT_TRAILS, "LogFileValidationEnabled",
	    json_boolean(json_bool(trail, "LogFileValidationEnabled")));
	finding_add(f, facts, FACT_TRAIL_STATUS, "IsLogging",
	    json_boolean(json_bool(status, "status.IsLogging")));
	finding_add(f, facts, FACT_TRAIL_STATUS, "AllManagementEvents",
	    json_boolean(trail_selects_all(json_at(status, "selectors"))));
	finding_add(f, facts, FACT_TRAIL_STATUS, "LatestDeliveryError",
	    error != NULL ? json_string(error) : json_null());
}

static void
say_fault(struct finding *f, const struct facts *facts, const json_t *trail, enum trail_fault fault)
{
	static const char *const words[TRAIL_NFAULTS] = {
		[TRAIL_STOPPED] = "is not logging",
		[TRAIL_ONE_REGION] = "records one Region only",
		[TRAIL_INCOMPLETE] = "leaves out management events",
		[TRAIL_UNVALIDATED] = "has no log file validation",
	};
	const json_t *status = trail_status(facts, trail);
	const char *name = json_text_or(trail, "Name", "");

	if (fault == TRAIL_UNREAD) {
		finding_set(f, CHECK_UNKNOWN, "The status of trail %s could not be read (%s).",
		    name, json_text_or(status, "error", "no answer"));
		return;
	}
	if (fault != TRAIL_UNDELIVERED) {
		finding_set(f, CHECK_FAIL, "Trail %s %s.", name, words[fault]);
		return;
	}
	bool waiting = lets_write(facts, trail);
	if (waiting)
		f->how = FIX_WAITING;
	finding_set(f, CHECK_FAIL, "Trail %s could not deliver (%s)%s.", name,
	    json_text_or(status, "status.LatestDeliveryError", ""),
	    waiting ? "; its bucket lets it write now, the next delivery will tell" : "");
}

static void
evaluate_trail(const struct facts *facts, struct finding *f)
{
	const json_t *trails = facts_value(facts, FACT_TRAILS);
	unsigned faults = 0;

	if (finding_unreadable(f, facts, FACT(TRAILS) | FACT(TRAIL_STATUS)))
		return;
	const json_t *best = trail_best(trails, facts, &faults);
	if (best == NULL) {
		finding_add(f, facts, FACT_TRAILS, "trailList", json_array());
		finding_set(f, CHECK_FAIL, "There is no trail: nothing is kept beyond 90 days.");
		return;
	}
	add_evidence(f, facts, best);
	if (faults != 0)
		say_fault(f, facts, best, trail_worst(faults));
	else
		finding_set(f, CHECK_PASS,
		    "Trail %s records all management events of every Region%s.",
		    json_text_or(best, "Name", ""),
		    json_bool(best, "IsOrganizationTrail") ? " (the organization's)" : "");
}

static void
bucket_evidence(
    struct finding *f, const struct facts *facts, const char *bucket, const json_t *have)
{
	const json_t *policy = json_at(have, "policy");

	finding_add(f, facts, FACT_TRAIL_BUCKETS, "bucket", json_string(bucket));
	finding_add(
	    f, facts, FACT_TRAIL_BUCKETS, "PublicAccessBlock", json_boolean(bucket_blocked(have)));
	finding_add(
	    f, facts, FACT_TRAIL_BUCKETS, "IsPublic", json_boolean(json_bool(have, "public")));
	finding_add(
	    f, facts, FACT_TRAIL_BUCKETS, "TLSOnly", json_boolean(bucket_tls_only(policy, bucket)));
	finding_add(f, facts, FACT_TRAIL_BUCKETS, "Versioning",
	    json_string(json_text_or(have, "versioning", "off")));
	finding_add(f, facts, FACT_TRAIL_BUCKETS, "Encryption",
	    json_string(json_text_or(have, "encryption.algorithm", "none")));
	finding_add(f, facts, FACT_TRAIL_BUCKETS, "ReadersRestricted",
	    json_boolean(bucket_readers_restricted(policy, bucket, NULL)));
}

static void
judge_bucket(const struct facts *facts, struct finding *f, const json_t *trail, const json_t *have)
{
	const char *bucket = json_text_or(trail, "S3BucketName", "");

	/* Buckets of other accounts are not looked at. */
	if ((have == NULL || bucket_state(have) == BUCKET_CLOSED) &&
	    json_bool(trail, "IsOrganizationTrail")) {
		finding_set(f, CHECK_NOT_APPLICABLE,
		    "The organization's trail delivers to bucket %s of another account, which "
		    "sees to it.",
		    bucket);
		return;
	}
	switch (bucket_state(have)) {
	case BUCKET_FREE:
		finding_set(f, CHECK_FAIL, "Bucket %s, to which trail %s delivers, does not exist.",
		    bucket, json_text_or(trail, "Name", ""));
		return;
	case BUCKET_CLOSED:
		finding_set(f, CHECK_UNKNOWN,
		    "Bucket %s is another account's or closed to you (%s).", bucket,
		    json_text_or(have, "error", ""));
		return;
	case BUCKET_UNREAD:
		finding_set(f, CHECK_UNKNOWN, "Bucket %s could not be read (%s).", bucket,
		    json_text_or(have, "error", "no answer"));
		return;
	case BUCKET_THERE:
		break;
	}
	const char *fault = bucket_fault(have, bucket);
	bucket_evidence(f, facts, bucket, have);
	if (fault != NULL)
		finding_set(f, CHECK_FAIL, "Bucket %s: %s.", bucket, fault);
	else
		finding_set(f, CHECK_PASS,
		    "Bucket %s is private, versioned, encrypted, TLS only, and "
		    "only named readers may read it.",
		    bucket);
}

static void
evaluate_bucket(const struct facts *facts, struct finding *f)
{
	unsigned faults = 0;

	if (finding_unreadable(f, facts, FACT(TRAILS) | FACT(TRAIL_BUCKETS)))
		return;
	const json_t *best = trail_best(facts_value(facts, FACT_TRAILS), facts, &faults);
	if (best == NULL) {
		finding_set(f, CHECK_FAIL, "There is no trail yet, so no bucket for its logs.");
		return;
	}
	judge_bucket(facts, f, best,
	    json_object_get(
		facts_value(facts, FACT_TRAIL_BUCKETS), json_text_or(best, "S3BucketName", "")));
}

static const char *const trail_refs[] = { "CIS 7.0 4.1", "CIS 7.0 4.2", "CIS 5.0 3.1",
	"CIS 5.0 3.2", "FSBP CloudTrail.1", "FSBP CloudTrail.4", NULL };
static const char *const bucket_refs[] = { "CIS 7.0 3.1.1", "CIS 7.0 3.1.4", "CIS 5.0 2.1.1",
	"CIS 5.0 2.1.4", "FSBP CloudTrail.6", "FSBP S3.5", "FSBP S3.14", NULL };

const struct check trail_checks[TRAIL_NCHECKS] = {
	{
	    .id = "trail",
	    .title = "Keep a record of every API call in a trail",
	    .rank = 9,
	    .refs = trail_refs,
	    .facts = FACT(TRAILS) | FACT(TRAIL_STATUS) | FACT(TRAIL_BUCKETS),
	    .how = FIX_AUTOMATIC,
	    .evaluate = evaluate_trail,
	},
	{
	    .id = "trail-bucket",
	    .title = "Protect the bucket that holds the trail's logs",
	    .rank = 10,
	    .refs = bucket_refs,
	    .facts = FACT(TRAILS) | FACT(TRAIL_STATUS) | FACT(TRAIL_BUCKETS),
	    .how = FIX_AUTOMATIC,
	    .evaluate = evaluate_bucket,
	},
};
