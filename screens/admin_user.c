/* SPDX-License-Identifier: MIT */
/* Users for people: who they are, what they may do, how they sign in. */
#include "admin_user.h"

#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "file.h"
#include "json.h"
#include "pick.h"
#include "text.h"

/* ---- the check: somebody other than root can administer ---- */

static void
evaluate(const struct facts *facts, struct finding *f)
{
	const struct decide_context with = { .mfa = true }, without = { .mfa = false };
	const json_t *u, *auth = facts_value(facts, FACT_AUTH);
	size_t i, users = 0;
	const char *maybe = NULL;

	if (finding_unreadable(f, facts, FACT(AUTH)))
		return;
	json_array_foreach (json_object_get(auth, "users"), i, u) {
		const char *name = json_text_or(u, "UserName", "?");
		enum decision d = administer_user(auth, u, &with);

		users++;
		if (d != DECIDE_YES && administer_user(auth, u, &without) != DECIDE_NO)
			d = administer_user(auth, u, &without);
		if (d == DECIDE_UNKNOWN)
			maybe = name;
		if (d != DECIDE_YES)
			continue;
		finding_add(f, facts, FACT_AUTH, "Administrator", json_string(name));
		finding_set(f, CHECK_PASS, "%s can administer.", name);
		return;
	}
	finding_add(f, facts, FACT_AUTH, "Users", json_integer((json_int_t)users));
	if (maybe != NULL)
		finding_set(f, CHECK_UNKNOWN, "Whether %s can administer is undecidable.", maybe);
	else
		finding_set(f, CHECK_FAIL,
		    users == 0 ? "There is no IAM user." : "No IAM user can administer.");
}

static const struct check checks[] = {
	{
	    .id = "iam-user",
	    .title = "Create individual IAM users",
	    .rank = 3,
	    .facts = FACT(AUTH),
	    .how = FIX_AUTOMATIC,
	    .evaluate = evaluate,
	},
};

/* ---- fields ---- */

static const struct field_option passwords[] = {
	{ "generate", "generated", "24 random characters, shown once and saved to the file" },
	{ "ask", "typed by you", "typed twice; checked against the account's policy first" },
	{ NULL, NULL, NULL },
};

static const struct field fields[] = {
	{ .id = "name",
	    .label = "User name",
	    .help =
		"The person's own name: one user for each person, never shared. Letters, digits "
		"and + = , . @ _ - without spaces, at most 64.",
	    FIELD(struct admin_user, name),
	    .validate = admin_user_name_ok },
	{ .id = "console",
	    .label = "Console access",
	    .help = "A password for the AWS console in the browser. Say no for a program.",
	    FIELD(struct admin_user, console),
	    .def = "yes" },
	{ .id = "programmatic",
	    .label = "Access key",
	    .help = "An access key for the AWS CLI and for rootlock itself. A person who has the "
		    "browser can do without: `aws login` gives keys that end by themselves. It is "
		    "needed here for the proof that the new administrator works.",
	    FIELD(struct admin_user, programmatic),
	    .def = "yes" },
	{ .id = "password",
	    .label = "Password",
	    .help = "Generated: random, saved to the credentials file before it is shown. Typed: "
		    "you choose one now and type it twice.",
	    FIELD(struct admin_user, password),
	    .def = "generate",
	    .options = passwords,
	    .applies = admin_user_has_console },
	{ .id = "typed_password",
	    .label = "The password",
	    .help = "It must meet the account's password policy; that is checked before AWS is "
		    "asked. In an answers file say \"ask\".",
	    FIELD(struct admin_user, typed_password),
	    .applies = admin_user_types_password },
	{ .id = "typed_again",
	    .label = "The password again",
	    .help = "The same password a second time, against slips of the fingers.",
	    FIELD(struct admin_user, typed_again),
	    .applies = admin_user_types_password },
	{ .id = "reset_at_sign_in",
	    .label = "Change it at sign-in",
	    .help =
		"Whether AWS asks for a new password at the first sign-in: no for yourself, yes "
		"for others. With MFA required it would lock the user out, for one needs the "
		"other first.",
	    FIELD(struct admin_user, reset_at_sign_in),
	    .def = "no",
	    .applies = admin_user_has_console },
	{ .id = "groups",
	    .label = "Groups",
	    .help = "The groups the user joins; each passes its policies on to him.",
	    FIELD(struct admin_user, groups),
	    .def = "Administrators",
	    .choices = pick_group },
	{ .id = "new_group",
	    .label = "New group",
	    .help = "A group to create here and now, which the user joins too. Leave it empty when "
		    "the groups above are enough.",
	    FIELD(struct admin_user, new_group) },
	{ .id = "new_group_policies",
	    .label = "Its policies",
	    .help = "The policies of the new group; at least one.",
	    FIELD(struct admin_user, new_group_policies),
	    .choices = pick_policy,
	    .validate = admin_user_arn_ok,
	    .applies = admin_user_has_new_group },
	{ .id = "copy_from",
	    .label = "Copy permissions from",
	    .help = "An existing user whose groups, policies and permissions boundary this one "
		    "gets as well. The review shows which they are.",
	    FIELD(struct admin_user, copy_from),
	    .choices = pick_user },
	{ .id = "policies",
	    .label = "Policies of his own",
	    .help = "Policies attached to this user alone. Groups are better: this makes the check "
		    "\"Use groups to assign permissions\" red.",
	    FIELD(struct admin_user, policies),
	    .choices = pick_policy,
	    .validate = admin_user_arn_ok },
	{ .id = "tags",
	    .label = "Tags",
	    .help = "key=value, separated by commas, for example team=operations. rootlock adds "
		    "created-by and rootlock-run.",
	    FIELD(struct admin_user, tags),
	    .validate = admin_user_tag_ok },
	{ .id = "credentials_csv",
	    .label = "Credentials file",
	    .help = "The file that gets password and access key before they are shown, readable by "
		    "you alone. Empty: NAME_credentials.csv in this directory. Import it with "
		    "`aws configure import`, then delete it.",
	    FIELD(struct admin_user, credentials_csv),
	    .max = 1024 },
	{ .id = "profile",
	    .label = "AWS CLI profile",
	    .help = "Also write the access key as this profile into ~/.aws/credentials; all else "
		    "in that file stays as it is. Empty: none.",
	    FIELD(struct admin_user, profile),
	    .applies = admin_user_has_key },
};

/* ---- across the fields ---- */

static bool
wrong(struct err *e, const char *field, const char *text)
{
	snprintf(e->operation, sizeof e->operation, "%s", field);
	return err_set(e, ERR_USAGE, "%s", text);
}

static bool
validate(const void *model, struct err *e)
{
	const struct admin_user *m = model;

	if (admin_user_has_new_group(m) && m->new_group_policies.n == 0)
		return wrong(e, "new_group_policies",
		    "A group without a policy permits nothing: "
		    "choose at least one.");
	if (m->tags.n > ADMIN_USER_TAGS)
		return wrong(e, "tags",
		    "A user has at most 50 tags, and two of them are rootlock's own: name at most "
		    "48.");
	if (m->profile[0] != '\0' && !m->programmatic)
		return wrong(e, "profile",
		    "A profile holds an access key: say yes to it, or leave "
		    "the profile empty.");
	if (admin_user_types_password(m) && !secret_equal(m->typed_password, m->typed_again))
		return wrong(e, "typed_again", "The two passwords differ: type them again.");
	return true;
}

/* ---- shared ---- */

const json_t *
admin_user_now(const struct step_ctx *c)
{
	const struct admin_user *m = c->model;

	return administer_find_user(facts_value(c->run->facts, FACT_AUTH), m->name);
}

char *
admin_user_csv(const struct run *run, const struct admin_user *m)
{
	return m->credentials_csv[0] != '\0' ? file_expand(m->credentials_csv, run->home)
					     : xasprintf("%s_credentials.csv", m->name);
}

/* ---- steps ---- */

static bool
makes_credentials(const struct run *run, const void *model)
{
	(void)run;
	return admin_user_has_console(model) || admin_user_has_key(model);
}

static bool
makes_key(const struct run *run, const void *model)
{
	(void)run;
	return admin_user_has_key(model);
}

static bool
makes_profile(const struct run *run, const void *model)
{
	return makes_key(run, model) && ((const struct admin_user *)model)->profile[0] != '\0';
}

static const struct step_call create_calls[] = {
	{ OP_IAM_CREATE_USER, "user/{name}", "the user does not exist" },
	{ OP_IAM_DELETE_USER, "user/{name}", "the step is undone" },
};
static const struct step_call rights_calls[] = {
	{ OP_IAM_CREATE_GROUP, "group/{new_group}", "it does not exist" },
	{ OP_IAM_ATTACH_GROUP_POLICY, "group/{new_group}", "for each missing policy" },
	{ OP_IAM_ADD_USER_TO_GROUP, "user/{name}", "for each missing group" },
	{ OP_IAM_ATTACH_USER_POLICY, "user/{name}", "for each missing policy" },
	{ OP_IAM_PUT_USER_POLICY, "user/{name}", "copied from another user" },
	{ OP_IAM_PUT_USER_PERMISSIONS_BOUNDARY, "user/{name}", "copied from another user" },
	{ OP_IAM_REMOVE_USER_FROM_GROUP, "user/{name}", "the step is undone" },
	{ OP_IAM_DETACH_USER_POLICY, "user/{name}", "the step is undone" },
	{ OP_IAM_DELETE_USER_POLICY, "user/{name}", "the step is undone" },
	{ OP_IAM_DETACH_GROUP_POLICY, "group/{new_group}", "the step is undone" },
	{ OP_IAM_DELETE_GROUP, "group/{new_group}", "the step is undone" },
};
static const struct step_call credential_calls[] = {
	{ OP_IAM_CREATE_LOGIN_PROFILE, "user/{name}", "console access, no password yet" },
	{ OP_IAM_UPDATE_LOGIN_PROFILE, "user/{name}", "an earlier password was lost" },
	{ OP_IAM_CREATE_ACCESS_KEY, "user/{name}", "an access key is wanted, none exists" },
	{ OP_IAM_DELETE_ACCESS_KEY, "user/{name}", "an earlier key's secret was lost, or undo" },
	{ OP_IAM_DELETE_LOGIN_PROFILE, "user/{name}", "the step is undone" },
};

static const struct step steps[] = {
	{ .id = "create",
	    .title = "Create the user",
	    .why = "Each person signs in as himself, so it "
		   "can be seen who did what.",
	    .cost = "none",
	    .undo_text = "The user is deleted.",
	    .session = SESSION_SETUP,
	    .facts = FACT(AUTH),
	    CALLS(create_calls),
	    .check = admin_user_check_create,
	    .apply = admin_user_apply_create,
	    .undo = admin_user_undo_create },
	{ .id = "rights",
	    .title = "Give the user permissions",
	    .why = "Rights come from groups, from another user's example, or from single policies.",
	    .risk = "Members of an administrators' group may do everything.",
	    .cost = "none",
	    .undo_text = "Groups are left, policies detached, as they were before.",
	    .session = SESSION_SETUP,
	    .facts = FACT(AUTH),
	    CALLS(rights_calls),
	    .check = admin_user_check_rights,
	    .apply = admin_user_apply_rights,
	    .undo = admin_user_undo_rights },
	{ .id = "credentials",
	    .title = "Make password and access key",
	    .why = "Both can be read only once; they are saved before they are shown.",
	    .risk = "Whoever reads the credentials file can sign in.",
	    .cost = "none",
	    .undo_text = "The password and the access key are deleted; delete the file too.",
	    .session = SESSION_SETUP,
	    .facts = ADMIN_USER_FACTS,
	    CALLS(credential_calls),
	    .applies = makes_credentials,
	    .check = admin_user_check_credentials,
	    .apply = admin_user_apply_credentials,
	    .undo = admin_user_undo_credentials },
	{ .id = "prove",
	    .title = "Prove that the user works",
	    .why = "Root is locked away only when somebody else is known to get in.",
	    .cost = "none",
	    .undo_text = "Nothing is changed.",
	    .session = SESSION_SETUP,
	    .facts = ADMIN_USER_FACTS,
	    .applies = makes_key,
	    .check = admin_user_check_prove,
	    .apply = admin_user_apply_prove },
	{ .id = "profile",
	    .title = "Write the AWS CLI profile",
	    .why = "The AWS CLI and other tools find the key there.",
	    .cost = "none",
	    .undo_text = "Delete the section from ~/.aws/credentials.",
	    .session = SESSION_SETUP,
	    .applies = makes_profile,
	    .check = admin_user_check_profile,
	    .apply = admin_user_apply_profile },
};

/* The key of a user whose profile was not to be written. */
static void
forget(void *model)
{
	struct admin_user *m = model;

	aws_credentials_free(m->made);
}

const struct screen_def screen_admin_user = {
	.id = "admin_user",
	.title = "Users",
	.why =
	    "Make a user for each person, beginning with yourself. You administer the account as "
	    "that user from then on, and root is locked away.",
	.kind = PAGE_FORM,
	.flags = SCREEN_REPEATS,
	FIELDS(fields),
	CHECKS(checks),
	STEPS(steps),
	.model_size = sizeof(struct admin_user),
	.facts = FACT(AUTH),
	.validate = validate,
	.forget = forget,
};
