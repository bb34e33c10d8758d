/* SPDX-License-Identifier: MIT */
/* Root's own access keys: fields, check, tables.  Source: IAM User Guide, "Managing access keys".
 */
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "json.h"
#include "root_keys.h"
#include "text.h"

/* ---- the check ---------------------------------------------------------------------- */

static size_t
count_active(const json_t *keys)
{
	const json_t *k;
	size_t n = 0, i;

	json_array_foreach (keys, i, k)
		n += strcmp(json_text_or(k, "Status", ""), "Active") == 0;
	return n;
}

/* What root itself sees, beside the summary's yes or no. */
static void
say_keys(const struct facts *facts, struct finding *f)
{
	const json_t *keys = facts_value(facts, FACT_ROOT_KEYS);
	size_t n = json_array_size(keys);

	if (n == 0) {
		finding_set(f, CHECK_FAIL, "AccountAccessKeysPresent is 1: root has access keys.");
		return;
	}
	finding_add(f, facts, FACT_ROOT_KEYS, "AccessKeyMetadata", json_integer((json_int_t)n));
	finding_set(f, CHECK_FAIL, "Root has %zu access key%s, %zu of them active.", n,
	    n == 1 ? "" : "s", count_active(keys));
}

static void
evaluate(const struct facts *facts, struct finding *f)
{
	const json_t *summary = facts_value(facts, FACT_SUMMARY);
	int64_t keys, certs = 0;

	if (finding_unreadable(f, facts, FACT(SUMMARY)))
		return;
	if (!json_int(summary, "AccountAccessKeysPresent", &keys)) {
		finding_set(f, CHECK_UNKNOWN, "AWS does not tell AccountAccessKeysPresent.");
		return;
	}
	finding_add(f, facts, FACT_SUMMARY, "AccountAccessKeysPresent", json_integer(keys));
	if (json_int(summary, "AccountSigningCertificatesPresent", &certs))
		finding_add(f, facts, FACT_SUMMARY, "AccountSigningCertificatesPresent",
		    json_integer(certs));
	if (keys != 0)
		say_keys(facts, f);
	else if (certs != 0)
		finding_set(f, CHECK_FAIL, "Root has a signing certificate.");
	else
		finding_set(f, CHECK_PASS, "Root has no access key and no signing certificate.");
}

static const char *const refs[] = { "CIS 7.0 2.4", "CIS 5.0 1.3", "FSBP IAM.4", NULL };

static const struct check checks[] = {
	{
	    .id = "root-access-keys",
	    .title = "Delete your root access keys",
	    .rank = 1,
	    .refs = refs,
	    .facts = FACT(SUMMARY) | FACT(ROOT_KEYS),
	    .how = FIX_AUTOMATIC,
	    .evaluate = evaluate,
	},
};

/* ---- the field ----------------------------------------------------------------------- */

static bool
id_ok(const char *text, struct err *e)
{
	size_t n = strlen(text);

	if (n >= 16 && n <= 128 && text_only(text, ""))
		return true;
	return err_set(e, ERR_USAGE, "The id of a key (AKIA...) or of a signing certificate.");
}

static void
add_key(struct run *run, const json_t *key, struct choices *out)
{
	const char *id = json_text_or(key, "AccessKeyId", "");
	AUTO_BUF label = BUF_INIT(BUF_MAX_LINE);
	struct err ignored = { 0 };
	struct root_key k;

	if (!root_keys_look(run, id, &k, &ignored))
		return;
	buf_printf(&label, "%s  %s, created %.10s, ", id, json_text_or(key, "Status", ""),
	    json_text_or(key, "CreateDate", "?"));
	root_keys_say_use(run, &k, &label);
	choices_add(out, id, buf_str(&label), k.signs ? "signs this session; it goes last" : NULL);
}

static bool
load(struct run *run, const void *model, struct choices *out, struct err *e)
{
	const json_t *item;
	size_t i;

	(void)model;
	if (!facts_need(run->facts, FACT(ROOT_KEYS) | FACT(ROOT_CERTS) | FACT(SUMMARY), e))
		return false;
	if (facts_value(run->facts, FACT_ROOT_KEYS) == NULL) {
		*e = facts_get(run->facts, FACT_ROOT_KEYS)->err;
		return false;
	}
	json_array_foreach (facts_value(run->facts, FACT_ROOT_KEYS), i, item)
		add_key(run, item, out);
	json_array_foreach (facts_value(run->facts, FACT_ROOT_CERTS), i, item) {
		const char *id = json_text_or(item, "CertificateId", "");
		AUTO_FREE char *label =
		    xasprintf("%s  signing certificate, %s", id, json_text_or(item, "Status", ""));

		choices_add(out, id, label, NULL);
	}
	if (out->n > 0)
		return true;
	return err_set(e, ERR_USAGE, "Root has no access key and no signing certificate.");
}

static const struct field fields[] = {
	{
	    .id = "delete",
	    .label = "Delete these",
	    .help =
		"Which of root's own access keys and signing certificates to delete, by id. All of "
		"them is what is wanted: nothing needs a key of root, whose power nothing can "
		"limit. A key that somebody else used in the last 30 days is only deactivated, "
		"and deleted by a later run. The last four characters of each id are asked for "
		"before it goes.",
	    FIELD(struct root_keys_model, delete),
	    .choices = load,
	    .validate = id_ok,
	},
};

/* ---- steps ---------------------------------------------------------------------------- */

static const struct step_call certificate_calls[] = {
	{ OP_IAM_DELETE_SIGNING_CERTIFICATE, "root/{id}", NULL },
};
static const struct step_call deactivate_calls[] = {
	{ OP_IAM_UPDATE_ACCESS_KEY, "root/{id}", "it is active and does not sign; undo" },
};
static const struct step_call delete_calls[] = {
	{ OP_IAM_DELETE_ACCESS_KEY, "root/{id}", "nobody else used it in 30 days" },
};
static const struct step_call prove_calls[] = {
	{ OP_IAM_GET_ACCOUNT_SUMMARY, "account", "as the new administrator" },
};

static const struct step steps[] = {
	{
	    .id = "certificate",
	    .title = "Delete a signing certificate of root",
	    .why = "It signs with root's power, as an access key does, and hardly anything uses it "
		   "today.",
	    .risk = "Programs that sign with it stop working.",
	    .cost = "none",
	    .undo_text = "Cannot be undone. Root can upload a new one in the console.",
	    .guarded = true,
	    .session = SESSION_SETUP,
	    .facts = ROOT_KEYS_FACTS,
	    CALLS(certificate_calls),
	    .each = root_keys_each_certificate,
	    .check = root_keys_certificate_check,
	    .apply = root_keys_certificate_apply,
	},
	{
	    .id = "deactivate",
	    .title = "Deactivate an access key of root",
	    .why = "An inactive key opens nothing, and can still be activated again if something "
		   "turns out to need it.",
	    .risk = "Programs that use the key stop working.",
	    .cost = "none",
	    .undo_text = "Activates the key again, as long as it is not deleted and somebody signs "
			 "in as root.",
	    .guarded = true,
	    .session = SESSION_SETUP,
	    .facts = ROOT_KEYS_FACTS,
	    CALLS(deactivate_calls),
	    .each = root_keys_each_deactivate,
	    .check = root_keys_deactivate_check,
	    .apply = root_keys_deactivate_apply,
	    .undo = root_keys_deactivate_undo,
	},
	{
	    .id = "delete",
	    .title = "Delete an access key of root",
	    .why = "Whoever finds such a key has the whole account; no policy limits it. Root "
		   "needs none.",
	    .risk = "Programs that use the key stop working. The key that signs this session goes "
		    "last; then the new administrator carries on.",
	    .cost = "none",
	    .undo_text = "Cannot be undone, and need not be: use the new administrator.",
	    .guarded = true,
	    .session = SESSION_SETUP,
	    .facts = ROOT_KEYS_FACTS,
	    CALLS(delete_calls),
	    .each = root_keys_each_delete,
	    .check = root_keys_delete_check,
	    .apply = root_keys_delete_apply,
	},
	{
	    .id = "prove",
	    .title = "Prove that root has no access key",
	    .why = "Read by the new administrator, not by the session that deleted them.",
	    .cost = "none",
	    .undo_text = "Changes nothing.",
	    .guarded = true, /* nothing to wait for when the deletion was skipped */
	    .session = SESSION_ADMIN_MFA,
	    .facts = FACT(SUMMARY) | FACT(ROOT_KEYS),
	    CALLS(prove_calls),
	    .check = root_keys_prove_check,
	    .apply = root_keys_prove_apply,
	},
};

/* ---- the page -------------------------------------------------------------------------- */

/* Suggest all of them; each is confirmed by itself. */
static bool
prepare(struct run *run, void *model, struct err *e)
{
	struct root_keys_model *m = model;
	const json_t *item;
	size_t i;

	(void)e;
	json_array_foreach (facts_value(run->facts, FACT_ROOT_KEYS), i, item)
		strlist_add(&m->delete, json_text_or(item, "AccessKeyId", ""));
	json_array_foreach (facts_value(run->facts, FACT_ROOT_CERTS), i, item)
		strlist_add(&m->delete, json_text_or(item, "CertificateId", ""));
	return true;
}

static bool
render(struct run *run, const void *model, struct blocks *out, struct err *e)
{
	struct choices list = { 0 };
	struct err why = { 0 };

	(void)e;
	if (!load(run, model, &list, &why)) {
		blocks_add(out, BLOCK_TEXT, why.text, NULL);
		choices_free(&list);
		return true;
	}
	for (size_t i = 0; i < list.n; i++)
		blocks_add(out, BLOCK_TEXT, list.items[i].label, NULL);
	choices_free(&list);
	if (root_keys_admin(run) == NULL)
		blocks_add(out, BLOCK_WARN,
		    "They can go once another administrator has signed in here: make one first "
		    "on the page \"Users\".",
		    NULL);
	return true;
}

const struct screen_def screen_root_keys = {
	.id = "root_keys",
	.title = "Root's access keys: delete them",
	.why = "An access key of root opens everything and nothing limits it. Nothing needs one. "
	       "They go only after another administrator is proven to work.",
	.kind = PAGE_FORM,
	FIELDS(fields),
	CHECKS(checks),
	STEPS(steps),
	.model_size = sizeof(struct root_keys_model),
	.facts = FACT(SUMMARY) | FACT(ROOT_KEYS) | FACT(ROOT_CERTS),
	.prepare = prepare,
	.render = render,
};
