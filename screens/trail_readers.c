/* SPDX-License-Identifier: MIT */
/* Who may read the logs, and the bucket policy that says so. */
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "json.h"
#include "trail.h"

static void
add_once(struct strlist *l, const char *s)
{
	if (s[0] != '\0' && !strlist_has(l, s))
		strlist_add(l, s);
}

/* Everyone who administers the account; with MFA, for who needs it for that is one too. */
static void
add_administrators(const json_t *auth, struct strlist *arns)
{
	const struct decide_context mfa = { .mfa = true };

	for (size_t i = 0; i < json_count(auth, "users"); i++) {
		const json_t *user = json_item(auth, "users", i);

		if (administer_user(auth, user, &mfa) == DECIDE_YES)
			add_once(arns, json_text_or(user, "Arn", ""));
	}
}

static bool
in_group(const json_t *user, const char *group)
{
	for (size_t i = 0; i < json_count(user, "GroupList"); i++)
		if (strcmp(json_text_or(json_item(user, "GroupList", i), "", ""), group) == 0)
			return true;
	return false;
}

static void
add_members(const json_t *auth, const char *group, struct strlist *arns)
{
	for (size_t i = 0; i < json_count(auth, "users"); i++) {
		const json_t *user = json_item(auth, "users", i);

		if (in_group(user, group))
			add_once(arns, json_text_or(user, "Arn", ""));
	}
}

/* The part after the last '/' of "…:group/path/Name" or "group/Name"; NULL: not a group. */
static const char *
group_part(const char *reader)
{
	const char *colon = strrchr(reader, ':');

	if (strncmp(colon != NULL ? colon + 1 : reader, "group/", 6) != 0)
		return NULL;
	return strrchr(reader, '/') + 1;
}

static void
add_role(const struct account *a, const char *resource, struct strlist *arns)
{
	AUTO_BUF arn = BUF_INIT(BUF_MAX_LINE);

	account_arn(a, "iam", "", resource, &arn);
	add_once(arns, buf_str(&arn));
}

/* One entry of the list; false: nobody and nothing of that name is known. */
static bool
add_reader(const struct account *a, const json_t *auth, const char *reader, struct strlist *arns)
{
	const char *group = group_part(reader);
	const char *name = strncmp(reader, "user/", 5) == 0 ? reader + 5 : reader;

	if (group == NULL && strncmp(reader, "arn:", 4) == 0) {
		add_once(arns, reader);
		return true;
	}
	if (strncmp(reader, "role/", 5) == 0) {
		add_role(a, reader, arns);
		return true;
	}
	const json_t *user = group == NULL ? administer_find_user(auth, name) : NULL;
	if (user != NULL) {
		add_once(arns, json_text_or(user, "Arn", ""));
		return true;
	}
	if (administer_find_group(auth, group != NULL ? group : name) == NULL)
		return false;
	add_members(auth, group != NULL ? group : name, arns);
	return true;
}

/*
 * A principal in a policy as a pattern of aws:PrincipalArn: "arn:aws:iam::ID:root"
 * there means the whole account, here only its root.
 */
static void
add_named(const char *arn, struct strlist *arns)
{
	size_t n = strlen(arn);

	if (n < 5 || strcmp(arn + n - 5, ":root") != 0) {
		add_once(arns, arn);
		return;
	}
	AUTO_FREE char *all = xasprintf("%.*s:*", (int)(n - 5), arn);
	add_once(arns, all);
}

bool
trail_readers(const struct run *run, const struct trail_model *m, const json_t *have,
    const struct trail_target *t, struct strlist *arns, struct strlist *missing, struct err *e)
{
	const json_t *auth = facts_value(run->facts, FACT_AUTH);
	const struct fact *f = facts_get(run->facts, FACT_AUTH);
	struct strlist named = { 0 };

	if (auth == NULL) {
		if (f != NULL && f->err.kind != ERR_NONE)
			*e = f->err;
		return err_set(e, ERR_OTHER, "the readers could not be looked up");
	}
	for (size_t i = 0; i < m->readers.n; i++) {
		const char *reader = m->readers.items[i];

		if (strcmp(reader, "auto") != 0) {
			if (!add_reader(&run->account, auth, reader, arns))
				add_once(missing, reader);
			continue;
		}
		add_administrators(auth, arns);
		bucket_named_readers(json_at(have, "policy"), t->bucket, &named);
	}
	for (size_t i = 0; i < named.n; i++)
		add_named(named.items[i], arns);
	strlist_free(&named);
	return true;
}

static void
append(json_t *doc, json_t *more)
{
	json_array_extend(json_object_get(doc, "Statement"), json_object_get(more, "Statement"));
	json_decref(more);
}

/* Only "auto" was asked for, and others restrict the readers already, in their own way. */
static bool
leave_readers(const struct trail_model *m, const json_t *policy, const struct trail_target *t,
    const json_t *ours)
{
	if (m->readers.n != 1 || strcmp(m->readers.items[0], "auto") != 0)
		return false;
	return bucket_readers_restricted(
	    policy, t->bucket, json_text_or(ours, "Statement.0.Sid", ""));
}

json_t *
trail_policy(const struct run *run, const struct trail_model *m, const struct trail_target *t,
    const json_t *have, struct strlist *missing, struct err *e)
{
	const struct account *a = &run->account;
	const json_t *policy = json_at(have, "policy");
	struct strlist arns = { 0 };

	if (!trail_readers(run, m, have, t, &arns, missing, e)) {
		strlist_free(&arns);
		return NULL;
	}
	json_auto_t *delivery = policydoc_cloudtrail_bucket(
	    a, t->bucket, t->prefix[0] != '\0' ? t->prefix : NULL, t->region, t->name);
	json_t *doc = bucket_keep_apart(policy, delivery, t->shared);
	json_t *readers = policydoc_readers(a, t->bucket, &arns);
	if (!bucket_tls_only(policy, t->bucket))
		append(doc, policydoc_tls_only(a, t->bucket));
	if (leave_readers(m, policy, t, readers))
		json_decref(readers);
	else
		append(doc, readers);
	strlist_free(&arns);
	return doc;
}

bool
trail_reader_choices(struct run *run, const void *model, struct choices *out, struct err *e)
{
	const json_t *auth = facts_value(run->facts, FACT_AUTH);
	const struct fact *f = facts_get(run->facts, FACT_AUTH);

	(void)model;
	if (auth == NULL) {
		if (f != NULL && f->err.kind != ERR_NONE)
			*e = f->err;
		return err_set(e, ERR_OTHER, "users and groups have not been read");
	}
	choices_add(out, "auto", "auto", "whoever administers the account");
	for (size_t i = 0; i < json_count(auth, "groups"); i++) {
		const char *name = json_text_or(json_item(auth, "groups", i), "GroupName", "");
		AUTO_FREE char *value = xasprintf("group/%s", name);

		choices_add(out, value, name, "group: its members of today");
	}
	for (size_t i = 0; i < json_count(auth, "users"); i++) {
		const char *name = json_text_or(json_item(auth, "users", i), "UserName", "");
		AUTO_FREE char *value = xasprintf("user/%s", name);

		choices_add(out, value, name, "user");
	}
	return true;
}
