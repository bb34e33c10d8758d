/* SPDX-License-Identifier: MIT */
/*
 * What is known of the AWS account, the sessions that act on it, and the
 * knowledge about IAM, buckets and one-time artefacts that several screens
 * share.  No user interface, no screen by name.
 */
#ifndef ACCOUNT_H
#define ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "aws.h"
#include "iam.h"
#include "sts.h"

struct ask;
struct facts;
struct journal;

enum session_kind { SESSION_SETUP, SESSION_ADMIN, SESSION_ADMIN_MFA, SESSION_NKINDS };

/* Learnt once after sign-in. */
struct account {
	struct sts_identity caller;
	const struct aws_partition *partition;
	char region[32];		/* the Region in use */
	bool long_term;			/* the setup session uses a long-term key */
};

/* arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE into b. */
void	account_arn(const struct account *a, const char *service, const char *region,
	    const char *resource, struct buf *b);
/* https://ID.signin.aws.amazon.com/console; alias NULL = by account id. */
void	account_sign_in_url(const struct account *a, const char *alias, struct buf *b);
/*
 * The console address of a page ("iam/home#/security_credentials/mfa").  An
 * endpoint_url (NULL: AWS's own) on this machine is a practice account: the
 * address of its one console page then.
 */
void	account_console_url(const struct account *a, const char *endpoint_url, const char *page,
	    struct buf *b);

/* ---- policy documents (policydoc.c) ------------------------------------ */

/* Documents that AWS documents; all return a new object (json_decref). */
json_t *policydoc_cloudtrail_bucket(const struct account *a, const char *bucket, const char *prefix,
	    const char *trail_region, const char *trail);
json_t *policydoc_export_bucket(const struct account *a, const char *bucket);	/* CUR 2.0 + ACL read */
json_t *policydoc_cur_bucket(const struct account *a, const char *bucket);
json_t *policydoc_tls_only(const struct account *a, const char *bucket);
/*
 * Deny object reads and listings to all but root, the principals (ARNs) and
 * AWS services; never policy actions.
 */
json_t *policydoc_readers(const struct account *a, const char *bucket, const struct strlist *arns);
json_t *policydoc_require_mfa(const struct account *a);

/*
 * Merge by Sid: statements of `add` replace statements of the same Sid in
 * `base` (NULL = empty), others are kept in order.  New object.  *changed is
 * false when base already says the same, compared by meaning.
 */
json_t *policydoc_merge(const json_t *base, const json_t *add, bool *changed);
/* The base without the Sids that `add` brought. */
json_t *policydoc_without(const json_t *base, const json_t *add);
/* Equal by meaning: key order, single string against list, order of lists. */
bool	policydoc_equal(const json_t *a, const json_t *b);
/* Compact text; xfree(). */
char   *policydoc_text(const json_t *doc);

/* ---- who can administer (administer.c) ---------------------------------- */

enum decision { DECIDE_NO, DECIDE_YES, DECIDE_UNKNOWN };

/*
 * The circumstances under which rights are evaluated: aws:MultiFactorAuthPresent
 * is "true" with mfa, else "false" with console, else absent, as for a long-term
 * key.  A policy may tell the last two apart (Bool against BoolIfExists), so who
 * asks whether somebody gets in without MFA asks for both.
 */
struct decide_context {
	bool mfa;
	bool console;
};

/*
 * May the user (an item of the authorization details' UserDetailList; NULL: no)
 * do everything an administrator must?  `details` is the fact AUTH.  Attached,
 * inline and group policies, boundary, Deny and conditions; what cannot be
 * decided from them is DECIDE_UNKNOWN.  A managed policy of AWS that is neither
 * among the details nor known by heart is taken for one that makes no
 * administrator.  An organization's control policies are not looked at.
 */
enum decision administer_user(const json_t *details, const json_t *user,
	    const struct decide_context *c);
/*
 * May he do one action on one resource (an ARN, "*" for an action that has
 * none, NULL when it is not known: NO then means on none)?  Such a managed policy makes it DECIDE_UNKNOWN here.
 */
enum decision administer_allows(const json_t *details, const json_t *user, const char *action,
	    const char *resource, const struct decide_context *c);
/* The user's item by name in the details, borrowed, or NULL. */
const json_t *administer_find_user(const json_t *details, const char *name);
const json_t *administer_find_group(const json_t *details, const char *name);

/* ---- buckets (bucket.c) -------------------------------------------------- */

/* Desired state of a bucket that rootlock makes or hardens. */
struct bucket_plan {
	const char *name, *region;
	const json_t *policy;		/* statements to merge in by Sid; borrowed */
	int retention_days;		/* 0 = leave the lifecycle alone */
	const char *kms_key;		/* NULL: SSE-S3 */
	bool versioned;
};

/* ---- passwords ----------------------------------------------------------- */

/*
 * A random password that meets any policy rootlock can set: length (>= 20),
 * all four classes, from an alphabet without , " ' \ and characters easily
 * confused, not beginning with = + - @ (spreadsheets).
 */
struct secret *account_make_password(size_t length);
/* NULL when the password meets the policy (fact PASSWORD_POLICY or NULL = AWS's default),
 * else a plain sentence (constant). */
const char *account_password_fault(const struct secret *password, const json_t *policy);

/* ---- credential files (csv.c) -------------------------------------------- */

/*
 * One row of the credentials CSV (product page 5.2): UTF-8 without BOM, lines
 * end with CR LF, columns
 * "User name,Password,Access key ID,Secret access key,Console sign-in URL".
 * NULL members stay empty.  Appended to the secret `out`, after the header line
 * when `out` is empty; false, `out` as before, when a value holds a character
 * the format cannot carry (comma, quote, control characters: there is no
 * quoting, for `aws configure import` knows none) or `out` is too small.
 */
#define CSV_ROW_MAX ((size_t)2048) /* bytes that a header and a row of IAM's longest values take */
struct csv_row {
	const char *user;
	const struct secret *password;
	const char *access_key_id;
	const struct secret *secret_access_key;
	const char *url;
};
bool	csv_write(struct secret *out, const struct csv_row *row);

/* ---- one-time artefacts (artefact.c) -------------------------------------- */

/*
 * Who owns the order: prepare (prove the place to save) -> look (read what
 * exists) -> intent (journal) -> create (once) -> save (synced) -> show ->
 * confirm -> done (journal).  quality page 2.4; the steps' names are those of
 * the crash model in the tests.  A NULL member is skipped.
 */
enum artefact_found { ARTEFACT_NONE, ARTEFACT_DONE, ARTEFACT_LOST };

struct artefact_ops {
	const char *what;	/* "iam:CreateAccessKey", for the journal */
	bool (*prepare)(void *arg, struct err *e);
	/* NONE: make it; DONE: it exists and is saved; LOST: ours, but its secret is gone. */
	bool (*look)(void *arg, enum artefact_found *found, struct err *e);
	/* Facts for the journal's intent (ids that exist before), or NULL; stolen. */
	json_t *(*before)(void *arg);
	bool (*create)(void *arg, struct err *e);
	bool (*save)(void *arg, struct err *e);
	bool (*show)(void *arg, struct err *e);
	bool (*confirm)(void *arg, struct err *e);
	/* Undo what is LOST, so that create can start again. */
	bool (*recover)(void *arg, struct err *e);
	/* Release what prepare() took; always called last. */
	void (*finish)(void *arg, bool ok);
};

/*
 * True when it is complete: made now, or found DONE.  A lost answer to create
 * (e->maybe) is followed by one more look: LOST is recovered and created once
 * more, not seeing it is a failure, for lists lag.  When save fails, what is
 * LOST by that is recovered at once.  Every failure leaves a record, whose
 * detail tells the step and whether the artefact may be there ("open").
 */
bool	artefact_run(const struct artefact_ops *ops, void *arg, const char *about,
	    struct journal *j, struct err *e);

#endif
