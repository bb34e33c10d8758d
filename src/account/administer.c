/* SPDX-License-Identifier: MIT */
/*
 * Who can administer: the policies that reach a user, and what they say
 * together.  Control policies of an organization are not among the facts; they
 * take rights away only.
 */
#include <string.h>

#include "account.h"
#include "alloc.h"
#include "buf.h"
#include "json.h"
#include "rights.h"
#include "text.h"

/* ---- finding ---------------------------------------------------------------------- */

/* The item of a list (or the one that stands without a list) whose member is text, or NULL. */
static const json_t *
find(const json_t *list, const char *member, const char *text)
{
	size_t n = json_is_array(list) ? json_array_size(list) : list != NULL;

	for (size_t i = 0; i < n; i++) {
		const json_t *item = json_is_array(list) ? json_array_get(list, i) : list;
		const char *s = json_string_value(json_object_get(item, member));

		if (s != NULL && strcmp(s, text) == 0)
			return item;
	}
	return NULL;
}

const json_t *
administer_find_user(const json_t *details, const char *name)
{
	return find(json_object_get(details, "users"), "UserName", name);
}

const json_t *
administer_find_group(const json_t *details, const char *name)
{
	return find(json_object_get(details, "groups"), "GroupName", name);
}

/* ---- collecting --------------------------------------------------------------------- */

/* Policies of one kind: documents, and whether some could not be read. */
struct policies {
	json_t *documents; /* array; null for one that could not be read */
	bool foreign;      /* a managed policy of AWS without a document is among them */
	bool there;        /* the kind is in use at all (boundary) */
};

struct reach {
	struct policies identity, boundary;
};

static void
add(struct policies *p, const json_t *document)
{
	json_t *v =
	    json_is_object(document) ? json_incref((json_t *)(uintptr_t)document) : json_null();

	if (json_array_append_new(p->documents, v) != 0)
		die("out of memory (policies)");
}

static void
add_managed(struct policies *p, const json_t *details, const char *arn)
{
	const json_t *policy = find(json_object_get(details, "policies"), "Arn", arn);
	const json_t *document = json_object_get(policy, "Document");
	json_auto_t *known = NULL;

	p->there = true;
	if (!json_is_object(document))
		document = known = rights_known_policy(arn);
	if (document == NULL && rights_is_aws_policy(arn))
		p->foreign = true;
	else
		add(p, document);
}

static void
add_all(struct policies *p, const json_t *details, const json_t *holder, const char *inlined)
{
	for (size_t i = 0; i < json_count(holder, "AttachedManagedPolicies"); i++)
		add_managed(p, details,
		    json_text_or(json_item(holder, "AttachedManagedPolicies", i), "PolicyArn", ""));
	for (size_t i = 0; i < json_count(holder, inlined); i++)
		add(p, json_object_get(json_item(holder, inlined, i), "PolicyDocument"));
}

static void
collect(const json_t *details, const json_t *user, struct reach *r)
{
	const char *boundary = json_text(user, "PermissionsBoundary.PermissionsBoundaryArn");

	*r = (struct reach){ .identity.documents = json_array(),
		.boundary.documents = json_array() };
	add_all(&r->identity, details, user, "UserPolicyList");
	for (size_t i = 0; i < json_count(user, "GroupList"); i++) {
		const json_t *group = administer_find_group(
		    details, json_text_or(json_item(user, "GroupList", i), "", ""));

		if (group != NULL)
			add_all(&r->identity, details, group, "GroupPolicyList");
		else
			add(&r->identity, NULL); /* what it brings is not known */
	}
	if (boundary != NULL)
		add_managed(&r->boundary, details, boundary);
}

static void
release(struct reach *r)
{
	json_decref(r->identity.documents);
	json_decref(r->boundary.documents);
}

/* ---- deciding ----------------------------------------------------------------------------- */

/* What is assumed of AWS's managed policies that are neither read nor known. */
static struct rights_verdict
verdict(const struct policies *p, const struct rights_ask *ask, enum decision foreign)
{
	struct rights_verdict v = { DECIDE_NO, DECIDE_NO };
	const json_t *document;
	size_t i;

	json_array_foreach (p->documents, i, document)
		rights_document(document, ask, &v);
	if (p->foreign)
		v.allow = decide_or(v.allow, foreign);
	return v;
}

/* Allowed by some policy, within the boundary, denied by none. */
static enum decision
decide(const struct reach *r, const struct rights_ask *ask, enum decision foreign)
{
	struct rights_verdict identity = verdict(&r->identity, ask, foreign);
	struct rights_verdict boundary = verdict(&r->boundary, ask, foreign);
	enum decision allow = identity.allow;

	if (r->boundary.there)
		allow = decide_and(allow, boundary.allow);
	return decide_and(allow, decide_not(decide_or(identity.deny, boundary.deny)));
}

enum decision
administer_allows(const json_t *details, const json_t *user, const char *action,
    const char *resource, const struct decide_context *c)
{
	const struct rights_ask ask = {
		.user = user, .context = c, .action = action, .resource = resource
	};
	struct reach r;
	enum decision d;

	if (user == NULL)
		return DECIDE_NO;
	collect(details, user, &r);
	d = decide(&r, &ask, DECIDE_UNKNOWN);
	release(&r);
	return d;
}

/*
 * What an administrator can do, each on a resource that no policy names: a
 * right that is given for "*" or for all of a kind reaches it, a right for one
 * user or bucket does not, and a Deny that protects one does not take it away.
 */
static const struct {
	const char *action, *resource;
} probes[] = {
	/* let somebody in */
	{ "iam:CreateUser", "arn:{p}:iam::{a}:user/rootlock-any" },
	/* replace a lost key */
	{ "iam:CreateAccessKey", "arn:{p}:iam::{a}:user/rootlock-any" },
	/* give rights, AWS's or one's own */
	{ "iam:AttachUserPolicy", "arn:{p}:iam::{a}:user/rootlock-any" },
	{ "iam:PutUserPolicy", "arn:{p}:iam::{a}:user/rootlock-any" },
	/* change rights for all who have them */
	{ "iam:CreatePolicyVersion", "arn:{p}:iam::{a}:policy/rootlock-any" },
	/* set rules for everybody */
	{ "iam:UpdateAccountPasswordPolicy", "*" },
	/* open and close data */
	{ "s3:PutBucketPolicy", "arn:{p}:s3:::rootlock-any" },
	/* govern the audit log */
	{ "cloudtrail:StopLogging", "arn:{p}:cloudtrail:rootlock-any:{a}:trail/rootlock-any" },
	/* use what costs money */
	{ "ec2:RunInstances", "arn:{p}:ec2:rootlock-any:{a}:instance/rootlock-any" },
	/* govern encryption */
	{ "kms:CreateKey", "*" },
};

/* The n-th part of an ARN (0 = "arn") into b, or `otherwise`. */
static void
arn_part(const char *arn, int n, const char *otherwise, struct buf *b)
{
	while (n-- > 0 && arn != NULL) {
		arn = strchr(arn, ':');
		arn = arn != NULL ? arn + 1 : NULL;
	}
	if (arn != NULL)
		buf_put(b, arn, strcspn(arn, ":"));
	else
		buf_puts(b, otherwise);
}

static enum decision
decide_probe(const struct reach *r, const json_t *user, const char *const *pairs, size_t i,
    const struct decide_context *c)
{
	AUTO_BUF resource = BUF_INIT(BUF_MAX_LINE);

	text_template(&resource, probes[i].resource, pairs);
	const struct rights_ask ask = {
		.user = user,
		.context = c,
		.action = probes[i].action,
		.resource = buf_str(&resource),
	};
	return decide(r, &ask, DECIDE_NO);
}

enum decision
administer_user(const json_t *details, const json_t *user, const struct decide_context *c)
{
	AUTO_BUF partition = BUF_INIT(BUF_MAX_LINE);
	AUTO_BUF account = BUF_INIT(BUF_MAX_LINE);
	const char *arn = json_text(user, "Arn");
	enum decision all = DECIDE_YES;
	struct reach r;

	if (user == NULL)
		return DECIDE_NO;
	arn_part(arn, 1, "aws", &partition);
	arn_part(arn, 4, "", &account);
	collect(details, user, &r);
	const char *const pairs[] = { "p", buf_str(&partition), "a", buf_str(&account), NULL };
	for (size_t i = 0; i < sizeof probes / sizeof probes[0] && all != DECIDE_NO; i++)
		all = decide_and(all, decide_probe(&r, user, pairs, i, c));
	release(&r);
	return all;
}
