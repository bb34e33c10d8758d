/* SPDX-License-Identifier: MIT */
/* Readers of the account's own state in IAM.  Source of all shapes: IAM API Reference. */
#include <string.h>

#include "alloc.h"
#include "facts_read.h"
#include "json.h"
#include "text.h"

#define PAGE 1000 /* MaxItems at the most */

/* True when the one call of the fact failed, which the fact then does too. */
static bool
failed(struct facts *f, enum fact_id id, const struct aws_fetch *got)
{
	if (got->err.kind == ERR_NONE)
		return false;
	fact_fail(f, id, &got->err);
	return true;
}

static json_t *
page_params(void)
{
	return json_pack("{s:i}", "MaxItems", PAGE);
}

/* A paged list of IAM's, as it is. */
static void
take_list(struct facts *f, enum fact_id id, const struct aws_fetch *got, size_t n)
{
	(void)n;
	if (!failed(f, id, got))
		fact_value(f, id, facts_plain_list(got->reply), got);
}

/* ---- SUMMARY ---------------------------------------------------------------- */

static void
ask_summary(struct facts *f, enum fact_id id, struct wave *w)
{
	(void)f;
	(void)id;
	wave_add(w, OP_IAM_GET_ACCOUNT_SUMMARY, "account", NULL);
}

static void
take_summary(struct facts *f, enum fact_id id, const struct aws_fetch *got, size_t n)
{
	static const char path[] = "GetAccountSummaryResult.SummaryMap.entry";
	json_t *out;

	(void)n;
	if (failed(f, id, got))
		return;
	out = json_object();
	for (size_t i = 0; i < json_count(got->reply, path); i++) {
		const json_t *entry = json_item(got->reply, path, i);
		const char *key = json_text(entry, "key");
		int64_t value;

		if (key != NULL && json_int(entry, "value", &value))
			json_object_set_new(out, key, json_integer(value));
	}
	fact_value(f, id, out, got);
}

const struct fact_reader read_summary = { .ask = ask_summary, .read = take_summary };

/* ---- PASSWORD_POLICY ----------------------------------------------------------- */

static void
ask_password_policy(struct facts *f, enum fact_id id, struct wave *w)
{
	(void)f;
	(void)id;
	wave_add(w, OP_IAM_GET_ACCOUNT_PASSWORD_POLICY, "account", NULL);
}

/* Members with their types; those that AWS leaves out mean "none" and stay absent. */
static json_t *
typed_policy(const json_t *policy)
{
	static const char *const numbers[] = { "MinimumPasswordLength", "MaxPasswordAge",
		"PasswordReusePrevention" };
	static const char *const flags[] = { "RequireSymbols", "RequireNumbers",
		"RequireUppercaseCharacters", "RequireLowercaseCharacters",
		"AllowUsersToChangePassword", "ExpirePasswords", "HardExpiry" };
	json_t *out = json_object();
	int64_t n;

	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
		if (json_int(policy, numbers[i], &n))
			json_object_set_new(out, numbers[i], json_integer(n));
	for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
		if (json_text(policy, flags[i]) != NULL)
			json_object_set_new(
			    out, flags[i], json_boolean(json_bool(policy, flags[i])));
	return out;
}

static void
take_password_policy(struct facts *f, enum fact_id id, const struct aws_fetch *got, size_t n)
{
	static const char path[] = "GetAccountPasswordPolicyResult.PasswordPolicy";

	(void)n;
	/* AWS does not tell its default policy: there is none (IAM, GetAccountPasswordPolicy). */
	if (err_is(&got->err, "NoSuchEntity"))
		fact_value(f, id, json_null(), got);
	else if (!failed(f, id, got))
		fact_value(f, id, typed_policy(json_at(got->reply, path)), got);
}

const struct fact_reader read_password_policy = {
	.ask = ask_password_policy,
	.read = take_password_policy,
};

/* ---- ALIASES, VIRTUAL_MFA ---------------------------------------------------------- */

static void
ask_aliases(struct facts *f, enum fact_id id, struct wave *w)
{
	(void)f;
	(void)id;
	wave_add(w, OP_IAM_LIST_ACCOUNT_ALIASES, "account", NULL);
}

const struct fact_reader read_aliases = { .ask = ask_aliases, .read = take_list };

static void
ask_virtual_mfa(struct facts *f, enum fact_id id, struct wave *w)
{
	(void)f;
	(void)id;
	wave_add(w, OP_IAM_LIST_VIRTUAL_MFA_DEVICES, "account", page_params());
}

const struct fact_reader read_virtual_mfa = { .ask = ask_virtual_mfa, .read = take_list };

/* ---- AUTH ------------------------------------------------------------------------------ */

static void
ask_auth(struct facts *f, enum fact_id id, struct wave *w)
{
	(void)f;
	(void)id;
	wave_add(w, OP_IAM_GET_ACCOUNT_AUTHORIZATION_DETAILS, "account",
	    json_pack("{s:i, s:[s, s, s, s]}", "MaxItems", PAGE, "Filter", "User", "Group",
		"LocalManagedPolicy", "AWSManagedPolicy"));
}

/* A policy document, which IAM sends percent-encoded (RFC 3986), as an object. */
static void
decode_document(json_t *holder, const char *member)
{
	AUTO_BUF text = BUF_INIT(BUF_MAX_TEXT);
	const char *raw = json_text(holder, member);

	if (raw == NULL || !text_unpercent(&text, raw, strlen(raw)))
		return;
	json_t *doc = json_parse(text.data, text.len, NULL);
	if (doc != NULL)
		json_object_set_new(holder, member, doc);
}

/* The same in each object of a list that may also be one object (facts_plain()). */
static void
decode_list(json_t *holder, const char *list, const char *member)
{
	for (size_t i = 0; i < json_count(holder, list); i++) {
		const json_t *item = json_item(holder, list, i);

		if (json_is_object(item))
			decode_document((json_t *)(uintptr_t)item, member);
	}
}

/* A policy of AWS's that nobody uses says nothing; there are a thousand of them. */
static bool
in_use(const json_t *policy)
{
	return json_int_or(policy, "AttachmentCount", 0) > 0 ||
	       json_int_or(policy, "PermissionsBoundaryUsageCount", 0) > 0 ||
	       strstr(json_text_or(policy, "Arn", ""), ":iam::aws:") == NULL;
}

/* The policy with the one document that is in force, in place of all its versions. */
static json_t *
with_document(const json_t *policy)
{
	json_t *p = facts_plain(policy);

	decode_list(p, "PolicyVersionList", "Document");
	for (size_t i = 0; i < json_count(p, "PolicyVersionList"); i++) {
		const json_t *v = json_item(p, "PolicyVersionList", i);

		if (strcmp(json_text_or(v, "IsDefaultVersion", ""), "true") == 0)
			json_object_set(p, "Document", json_object_get(v, "Document"));
	}
	json_object_del(p, "PolicyVersionList");
	return p;
}

static void
add_policies(json_t *out, const json_t *page)
{
	static const char path[] = "Policies";

	for (size_t i = 0; i < json_count(page, path); i++) {
		const json_t *policy = json_item(page, path, i);

		if (!in_use(policy))
			continue;
		json_array_append_new(out, with_document(policy));
	}
}

/* Users and groups: both have inline policies under another name. */
static void
add_holders(json_t *out, const json_t *page, const char *path, const char *inline_policies)
{
	for (size_t i = 0; i < json_count(page, path); i++) {
		json_t *p = facts_plain(json_item(page, path, i));

		decode_list(p, inline_policies, "PolicyDocument");
		json_array_append_new(out, p);
	}
}

static void
take_auth(struct facts *f, enum fact_id id, const struct aws_fetch *got, size_t n)
{
	(void)n;
	if (failed(f, id, got))
		return;
	json_t *users = json_array(), *groups = json_array(), *policies = json_array();
	for (size_t i = 0; i < json_array_size(got->reply); i++) {
		const json_t *page = json_array_get(got->reply, i);

		add_holders(users, page, "UserDetailList", "UserPolicyList");
		add_holders(groups, page, "GroupDetailList", "GroupPolicyList");
		add_policies(policies, page);
	}
	fact_value(f, id,
	    json_pack("{s:o, s:o, s:o}", "users", users, "groups", groups, "policies", policies),
	    got);
}

const struct fact_reader read_auth = { .ask = ask_auth, .read = take_auth };

/* ---- the root user itself: no UserName, so the one who signs is meant --------------------- */

static void
ask_root_keys(struct facts *f, enum fact_id id, struct wave *w)
{
	const json_t *keys = f->progress[id].partial;
	const json_t *key;
	size_t i;

	if (keys == NULL)
		wave_add(w, OP_IAM_LIST_ACCESS_KEYS, "root", NULL);
	json_array_foreach (keys, i, key)
		wave_add(w, OP_IAM_GET_ACCESS_KEY_LAST_USED, "root",
		    json_pack("{s:s}", "AccessKeyId", json_text_or(key, "AccessKeyId", "")));
}

/* A last use that cannot be had is left out, which is not "never"; the key itself is not hidden. */
static void
take_root_keys(struct facts *f, enum fact_id id, const struct aws_fetch *got, size_t n)
{
	static const char path[] = "GetAccessKeyLastUsedResult.AccessKeyLastUsed.";
	json_t *keys = f->progress[id].partial;

	if (keys == NULL) {
		if (!failed(f, id, got))
			fact_again(f, id, facts_plain_list(got->reply));
		return;
	}
	for (size_t i = 0; i < n && i < json_array_size(keys); i++) {
		const json_t *used = json_at(got[i].reply, path);
		int64_t when = 0;

		if (got[i].err.kind != ERR_NONE)
			continue;
		(void)json_time(used, "LastUsedDate", &when);
		json_object_update_new(json_array_get(keys, i),
		    json_pack("{s:I, s:s}", "last_used", (json_int_t)when, "service",
			json_text_or(used, "ServiceName", "N/A")));
	}
	fact_value(f, id, json_incref(keys), got);
}

const struct fact_reader read_root_keys = {
	.root_only = true,
	.ask = ask_root_keys,
	.read = take_root_keys,
};

static void
ask_root_certs(struct facts *f, enum fact_id id, struct wave *w)
{
	(void)f;
	(void)id;
	wave_add(w, OP_IAM_LIST_SIGNING_CERTIFICATES, "root", NULL);
}

/* CertificateBody is long and tells nobody anything. */
static void
take_root_certs(struct facts *f, enum fact_id id, const struct aws_fetch *got, size_t n)
{
	json_t *certs;
	json_t *cert;
	size_t i;

	(void)n;
	if (failed(f, id, got))
		return;
	certs = facts_plain_list(got->reply);
	json_array_foreach (certs, i, cert)
		json_object_del(cert, "CertificateBody");
	fact_value(f, id, certs, got);
}

const struct fact_reader read_root_certs = {
	.root_only = true,
	.ask = ask_root_certs,
	.read = take_root_certs,
};

static void
ask_root_mfa(struct facts *f, enum fact_id id, struct wave *w)
{
	(void)f;
	(void)id;
	wave_add(w, OP_IAM_LIST_MFA_DEVICES, "root", NULL);
}

const struct fact_reader read_root_mfa = {
	.root_only = true,
	.ask = ask_root_mfa,
	.read = take_list,
};
