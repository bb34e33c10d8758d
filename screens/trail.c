/* SPDX-License-Identifier: MIT */
/* The trail: fields, steps, tables.  Sources: CloudTrail User Guide and API Reference. */
#include <string.h>

#include "alloc.h"
#include "cloudtrail.h"
#include "json.h"
#include "text.h"
#include "trail.h"

/* ---- fields ----------------------------------------------------------------------- */

static bool
kms_ok(const char *text, struct err *e)
{
	if (text[0] == '\0' || (strncmp(text, "arn:", 4) == 0 && strstr(text, ":kms:") != NULL &&
				   strstr(text, ":key/") != NULL))
		return true;
	return err_set(
	    e, ERR_USAGE, "The key's ARN (arn:aws:kms:REGION:ACCOUNT:key/ID), or nothing.");
}

static bool
reader_ok(const char *text, struct err *e)
{
	if (text[0] != '\0' && text_only(text, "+=.@-_/:*"))
		return true;
	return err_set(e, ERR_USAGE, "A user, group/NAME, role/NAME, an ARN, or auto.");
}

static const struct field fields[] = {
	{
	    .id = "name",
	    .label = "Trail name",
	    .help =
		"What the trail is called in CloudTrail. 3 to 128 letters, digits, dots, dashes "
		"and underscores. The name is part of the bucket's policy and cannot be changed "
		"later.",
	    FIELD(struct trail_model, name),
	    .def = "account-trail",
	    .validate = cloudtrail_name_ok,
	},
	{
	    .id = "adopt",
	    .label = "Use an existing trail",
	    .help =
		"Yes: when the account has a trail under another name, that one is put in order, "
		"and when the organization's trail records this account already, nothing is "
		"made. No: a trail of the name above is made in any case; every copy of "
		"management events after the first in a Region is charged.",
	    FIELD(struct trail_model, adopt),
	    .def = "yes",
	},
	{
	    .id = "bucket",
	    .label = "Bucket for the logs",
	    .help =
		"The S3 bucket that takes the log files. auto: the bucket that the existing trail "
		"uses, else a new one called aws-cloudtrail-logs-ACCOUNT-REGION. Bucket names are "
		"unique in the whole world. Do not use the bucket of the billing report.",
	    FIELD(struct trail_model, bucket),
	    .def = "auto",
	    .validate = bucket_step_name_ok,
	},
	{
	    .id = "all_regions",
	    .label = "All Regions",
	    .help =
		"Yes: events of every Region, also of those that AWS adds later, and of the global "
		"services such as IAM. No: one Region only; what somebody does elsewhere is then "
		"not recorded and the check stays red.",
	    FIELD(struct trail_model, all_regions),
	    .def = "yes",
	},
	{
	    .id = "log_validation",
	    .label = "Log file validation",
	    .help =
		"CloudTrail writes a signed digest every hour, with which anybody can prove later "
		"that no log file was changed or removed. It costs nothing.",
	    FIELD(struct trail_model, log_validation),
	    .def = "yes",
	},
	{
	    .id = "kms_key",
	    .label = "KMS key (optional)",
	    .help =
		"ARN of your own KMS key in the bucket's Region, whose policy lets "
		"cloudtrail.amazonaws.com use it. Empty: S3 encrypts the files with its own key, "
		"free of charge. A key of your own costs 1 USD a month and its use.",
	    FIELD(struct trail_model, kms_key),
	    .def = "",
	    .max = 2048,
	    .validate = kms_ok,
	},
	{
	    .id = "retention_days",
	    .label = "Keep logs for",
	    .help = "Log files and their old versions are deleted after so many days; 0 keeps them "
		    "for ever. One year is a common minimum; ask which one your rules name. Expiry "
		    "rules that others set on the bucket are left alone.",
	    FIELD(struct trail_model, retention_days),
	    .def = "365",
	    .min = 0,
	    .max = 36500,
	    .unit = "days",
	},
	{
	    .id = "readers",
	    .label = "Who may read the logs",
	    .help =
		"Users (NAME), groups (group/NAME: their members of today), roles (role/NAME or "
		"the ARN when it has a path), or ARNs. auto: everybody who administers the "
		"account, and whom the bucket's policy already names as reader. All others, "
		"however wide their rights, are refused. Root, AWS services and the right to "
		"change the policy are never touched. Run the screen again after the group has "
		"changed.",
	    FIELD(struct trail_model, readers),
	    .def = "auto",
	    .max = 2048,
	    .choices = trail_reader_choices,
	    .validate = reader_ok,
	},
};

/* ---- steps ------------------------------------------------------------------------ */

#define TRAIL_FACTS (FACT(TRAILS) | FACT(TRAIL_STATUS) | FACT(TRAIL_BUCKETS))

static const struct step_call bucket_calls_table[] = { BUCKET_STEP_CALLS };
static const struct step_call policy_calls[] = { POLICY_STEP_CALLS };
static const struct step_call trail_calls[] = {
	{ OP_CT_CREATE_TRAIL, "trail/{name}", "there is none to use" },
	{ OP_CT_UPDATE_TRAIL, "trail/{name}", "it differs" },
	{ OP_CT_DELETE_TRAIL, "trail/{name}", "undo" },
};
static const struct step_call selector_calls[] = {
	{ OP_CT_PUT_EVENT_SELECTORS, "trail/{name}", "management events are left out" },
};
static const struct step_call logging_calls[] = {
	{ OP_CT_START_LOGGING, "trail/{name}", "it is not logging" },
	{ OP_CT_STOP_LOGGING, "trail/{name}", "undo" },
};

static const struct step steps[] = {
	{
	    .id = "bucket",
	    .title = "Make or harden the bucket for the logs",
	    .why =
		"Logs are evidence: nobody outside may reach the bucket, and no file may vanish or "
		"be replaced without a trace.",
	    .risk =
		"An existing bucket that others use without TLS or through access control lists "
		"refuses them afterwards.",
	    .cost =
		"S3 storage: a quiet account's logs cost cents a month; old versions count too.",
	    .undo_text = "A bucket made here is deleted while it is empty, afterwards it stays. On "
			 "an existing one the old settings are put back; versioning can only be "
			 "suspended.",
	    .session = SESSION_SETUP,
	    .facts = TRAIL_FACTS,
	    CALLS(bucket_calls_table),
	    .check = trail_bucket_check,
	    .apply = trail_bucket_apply,
	    .undo = bucket_step_undo,
	},
	{
	    .id = "bucket_policy",
	    .title = "Let CloudTrail write and only named readers read",
	    .why = "CloudTrail delivers only where the bucket's policy names it; the logs tell who "
		   "can do what, so not everybody with S3 rights should see them.",
	    .risk = "Programs that read the logs today and are not among the readers, such as log "
		    "analysis roles, are refused: name them.",
	    .cost = "none",
	    .undo_text = "Takes out the statements again and puts back those that they replaced.",
	    .session = SESSION_SETUP,
	    .facts = TRAIL_FACTS | FACT(AUTH),
	    CALLS(policy_calls),
	    .check = trail_policy_check,
	    .apply = trail_policy_apply,
	    .undo = policy_step_undo,
	},
	{
	    .id = "trail",
	    .title = "Create or repair the trail",
	    .why = "Event history forgets after 90 days and cannot alert; a trail keeps every API "
		   "call of every Region.",
	    .cost =
		"The first copy of management events in each Region is free; every further copy "
		"is charged per 100,000 events.",
	    .undo_text =
		"Deletes the trail if it was made here (its logs stay), else puts back its old "
		"settings.",
	    .session = SESSION_SETUP,
	    .facts = TRAIL_FACTS,
	    CALLS(trail_calls),
	    .check = trail_create_check,
	    .apply = trail_create_apply,
	    .undo = trail_create_undo,
	},
	{
	    .id = "selectors",
	    .title = "Record all management events",
	    .why = "A trail can be set to leave out reads, writes or single services; an intruder "
		   "would stay unseen there.",
	    .risk =
		"Events of KMS and RDS Data API can be many; if this is the account's second copy, "
		"they are charged.",
	    .cost = "none for the first copy of management events",
	    .undo_text = "Puts back the selectors that were set before.",
	    .session = SESSION_SETUP,
	    .facts = TRAIL_FACTS,
	    CALLS(selector_calls),
	    .check = trail_selectors_check,
	    .apply = trail_selectors_apply,
	    .undo = trail_selectors_undo,
	},
	{
	    .id = "logging",
	    .title = "Start logging",
	    .why = "A new trail records nothing until it is started.",
	    .cost = "none",
	    .undo_text = "Stops the trail again; what was recorded stays.",
	    .session = SESSION_SETUP,
	    .facts = TRAIL_FACTS,
	    CALLS(logging_calls),
	    .check = trail_logging_check,
	    .apply = trail_logging_apply,
	    .undo = trail_logging_undo,
	},
};

/* ---- the screen ------------------------------------------------------------------- */

static void
set_text(char **member, const char *text)
{
	xfree(*member);
	*member = xstrdup(text);
}

/* Suggest the account's own trail, so that the default is to repair it. */
static bool
prepare(struct run *run, void *model, struct err *e)
{
	struct trail_model *m = model;
	struct trail_target t;
	struct err unread = { 0 };

	(void)e;
	if (!trail_find(run, m, &t, &unread) || t.trail == NULL)
		return true;
	set_text(&m->name, t.name);
	set_text(&m->bucket, t.bucket);
	set_text(&m->kms_key, json_text_or(t.trail, "KmsKeyId", ""));
	return true;
}

static bool
validate(const void *model, struct err *e)
{
	const struct trail_model *m = model;

	if (m->readers.n > 0)
		return true;
	err_set(e, ERR_USAGE, "Name at least one reader, or auto: root alone should not have to.");
	strcpy(e->operation, "readers");
	return false;
}

const struct screen_def screen_trail = {
	.id = "trail",
	.title = "CloudTrail: record what happens",
	.why = "A trail records every API call of the account, in every Region, into a bucket that "
	       "only named people can read. It is the evidence when something goes wrong, and what "
	       "alerts are made from.",
	.kind = PAGE_FORM,
	FIELDS(fields),
	.checks = trail_checks,
	.nchecks = TRAIL_NCHECKS,
	STEPS(steps),
	.model_size = sizeof(struct trail_model),
	.facts = TRAIL_FACTS | FACT(AUTH),
	.prepare = prepare,
	.validate = validate,
	.render = trail_render,
};
