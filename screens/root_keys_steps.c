/* SPDX-License-Identifier: MIT */
/* The steps: certificates, deactivate, delete (the signing key last), prove. */
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "json.h"
#include "root_keys.h"

#define SETTLE_EVERY 2000
#define SETTLE_LIMIT 60000

/* ---- subjects --------------------------------------------------------------------- */

void
root_keys_each_certificate(struct run *run, const void *model, struct strlist *out)
{
	const struct root_keys_model *m = model;

	(void)run;
	for (size_t i = 0; i < m->delete.n; i++)
		if (!root_keys_is_key(m->delete.items[i]))
			strlist_add(out, m->delete.items[i]);
}

void
root_keys_each_deactivate(struct run *run, const void *model, struct strlist *out)
{
	const struct root_keys_model *m = model;

	for (size_t i = 0; i < m->delete.n; i++)
		if (root_keys_is_key(m->delete.items[i]) &&
		    strcmp(m->delete.items[i], root_keys_signing(run)) != 0)
			strlist_add(out, m->delete.items[i]);
}

void
root_keys_each_delete(struct run *run, const void *model, struct strlist *out)
{
	const struct root_keys_model *m = model;

	root_keys_each_deactivate(run, model, out);
	if (strlist_has(&m->delete, root_keys_signing(run)))
		strlist_add(out, root_keys_signing(run));
}

/* ---- shared ------------------------------------------------------------------------- */

static bool
unseen(struct step_ctx *c)
{
	return item_verdict(c->item, VERDICT_BLOCKED,
	    "Only root itself can see and delete its keys: sign in as root (rootlock login).");
}

/* NEEDED, or BLOCKED with the reason; the call is declared in both cases. */
static bool
needed_when_proven(struct step_ctx *c, const char *what, struct err *e)
{
	struct sts_identity who;
	struct err why = { 0 };

	if (root_keys_proven(c->run, &who, &why))
		return item_verdict(c->item, VERDICT_NEEDED, "%s; %s works.", what, who.arn);
	if (why.kind != ERR_REFUSED)
		return *e = why, false;
	return item_verdict(c->item, VERDICT_BLOCKED, "%s: %s.", what, why.text);
}

/* The last four characters typed, or the id named in the answers file. */
static bool
confirmed(struct step_ctx *c, const char *text, struct err *e)
{
	const struct root_keys_model *m = c->model;
	size_t n = strlen(c->subject);
	AUTO_FREE char *title = xasprintf("Delete %s of root", c->subject);
	const struct ask_confirm q = {
		.title = title,
		.text = text,
		.yes = "Delete it",
		.no = "Keep it",
		.typed = n > 4 ? c->subject + n - 4 : c->subject,
		.danger = true,
		.consent_given = strlist_has(&m->delete, c->subject),
	};
	bool yes = false;

	if (!ask_confirm(&c->run->ask, &q, &yes, e))
		return false;
	return yes || err_set(e, ERR_REFUSED, "%s was kept, as you chose", c->subject);
}

/* ---- signing certificates --------------------------------------------------------------- */

bool
root_keys_certificate_check(struct step_ctx *c, struct err *e)
{
	enum root_key_state state = root_keys_certificate(c->run, c->subject);

	if (state == ROOT_KEY_GONE)
		return item_verdict(c->item, VERDICT_OK, "There is no such certificate.");
	if (state == ROOT_KEY_UNSEEN)
		return unseen(c);
	item_call(c->item, OP_IAM_DELETE_SIGNING_CERTIFICATE, "root/%s", c->subject);
	return needed_when_proven(c, "The signing certificate is deleted", e);
}

bool
root_keys_certificate_apply(struct step_ctx *c, struct err *e)
{
	if (!confirmed(c,
		"A signing certificate of root signs old SOAP calls and image bundles with all "
		"the power of root. It cannot be had back.",
		e))
		return false;
	return item_before(c, json_pack("{s:s}", "id", c->subject), e) &&
	       iam_delete_signing_certificate(c->aws, c->subject, e);
}

/* ---- deactivate --------------------------------------------------------------------------- */

bool
root_keys_deactivate_check(struct step_ctx *c, struct err *e)
{
	AUTO_BUF use = BUF_INIT(BUF_MAX_LINE);
	struct root_key k;

	if (!root_keys_look(c->run, c->subject, &k, e))
		return false;
	switch (k.state) {
	case ROOT_KEY_GONE:
		return item_verdict(c->item, VERDICT_OK, "There is no such key.");
	case ROOT_KEY_INACTIVE:
		return item_verdict(c->item, VERDICT_OK, "The key is inactive.");
	case ROOT_KEY_UNSEEN:
		return unseen(c);
	case ROOT_KEY_ACTIVE:
		break;
	}
	item_call(c->item, OP_IAM_UPDATE_ACCESS_KEY, "root/%s", c->subject);
	buf_puts(&use, "The key is active, ");
	root_keys_say_use(c->run, &k, &use);
	return needed_when_proven(c, buf_str(&use), e);
}

bool
root_keys_deactivate_apply(struct step_ctx *c, struct err *e)
{
	struct sts_identity who;

	return root_keys_proven(c->run, &who, e) &&
	       item_before(c, json_pack("{s:s}", "id", c->subject), e) &&
	       iam_update_access_key(c->aws, NULL, c->subject, false, e);
}

bool
root_keys_deactivate_undo(struct step_ctx *c, const json_t *before, struct err *e)
{
	const char *id = json_text_or(before, "id", "");

	if (iam_update_access_key(c->aws, NULL, id, true, e))
		return true;
	if (err_is(e, "NoSuchEntity"))
		err_wrap(e, "key %s was deleted meanwhile and cannot be had back", id);
	return false;
}

/* ---- delete ------------------------------------------------------------------------------------
 */

static bool
left_for_later(struct step_ctx *c, const struct root_key *k)
{
	AUTO_BUF use = BUF_INIT(BUF_MAX_LINE);

	root_keys_say_use(c->run, k, &use);
	if (k->signs)
		return item_verdict(c->item, VERDICT_PERSON,
		    "The key was %s, and it signs this session, so it cannot be deactivated first. "
		    "Find out who uses it, or sign in with the browser (rootlock login) and run "
		    "again.",
		    buf_str(&use));
	return item_verdict(c->item, VERDICT_PERSON,
	    "The key was %s. It is deactivated and finishes on a later run: when nobody has missed "
	    "it for a day, run again.",
	    buf_str(&use));
}

bool
root_keys_delete_check(struct step_ctx *c, struct err *e)
{
	AUTO_BUF use = BUF_INIT(BUF_MAX_LINE);
	struct root_key k;

	if (!root_keys_look(c->run, c->subject, &k, e))
		return false;
	if (k.state == ROOT_KEY_GONE)
		return item_verdict(c->item, VERDICT_OK, "There is no such key.");
	if (k.state == ROOT_KEY_UNSEEN)
		return unseen(c);
	if (!root_keys_may_go(c->run, c->subject, &k))
		return left_for_later(c, &k);
	item_call(c->item, OP_IAM_DELETE_ACCESS_KEY, "root/%s", c->subject);
	buf_puts(&use, k.signs ? "The key signs this session and goes last, " : "The key was ");
	root_keys_say_use(c->run, &k, &use);
	return needed_when_proven(c, buf_str(&use), e);
}

/*
 * The signing key is not deactivated first: that would end our own session
 * before it could delete the key.  "A key may delete itself: the reply still
 * arrives, the next call fails" (aws-facts 4.5); from then on the account is
 * read as the administrator.
 */
bool
root_keys_delete_apply(struct step_ctx *c, struct err *e)
{
	bool signs = strcmp(c->subject, root_keys_signing(c->run)) == 0;
	struct sts_identity who;

	if (!root_keys_proven(c->run, &who, e))
		return false;
	if (!confirmed(c,
		signs ? "This key of root signs the present session. It is deleted for good; from "
			"then on the new administrator carries on."
		      : "This key of root is deleted for good. Whatever still uses it stops.",
		e))
		return false;
	if (!item_before(c, json_pack("{s:s}", "id", c->subject), e) ||
	    !iam_delete_access_key(c->aws, NULL, c->subject, e))
		return false;
	if (signs)
		run_use(c->run, SESSION_ADMIN_MFA);
	return true;
}

/* ---- prove
 * --------------------------------------------------------------------------------------- */

/* Keys that will still be there when this plan is done; as it was while root could look. */
static bool
count_staying(struct step_ctx *c, struct err *e)
{
	struct root_keys_model *m = c->model;
	const json_t *keys = facts_value(c->run->facts, FACT_ROOT_KEYS), *key;
	int stay = 0;
	size_t i;

	json_array_foreach (keys, i, key) {
		const char *id = json_text_or(key, "AccessKeyId", "");
		struct root_key k;

		if (!root_keys_look(c->run, id, &k, e))
			return false;
		stay += !strlist_has(&m->delete, id) || !root_keys_may_go(c->run, id, &k);
	}
	if (keys != NULL) {
		m->stay = stay;
		m->counted = true;
	}
	return true;
}

/* AccountAccessKeysPresent and who says so: the administrator when there is one. */
static bool
keys_present(struct step_ctx *c, int64_t *present, struct sts_identity *who, struct err *e)
{
	const json_t *summary = facts_value(c->run->facts, FACT_SUMMARY);
	struct aws *admin = root_keys_admin(c->run);

	*who = c->run->account.caller;
	if (admin != NULL)
		return sts_get_caller_identity(admin, who, e) &&
		       iam_get_summary(admin, "AccountAccessKeysPresent", present, e);
	if (json_int(summary, "AccountAccessKeysPresent", present))
		return true;
	*e = facts_get(c->run->facts, FACT_SUMMARY)->err;
	return err_set(e, ERR_OTHER, "AWS does not tell AccountAccessKeysPresent");
}

bool
root_keys_prove_check(struct step_ctx *c, struct err *e)
{
	const struct root_keys_model *m = c->model;
	struct sts_identity who;
	int64_t present = 1;

	if (!count_staying(c, e) || !keys_present(c, &present, &who, e))
		return false;
	if (present == 0)
		return item_verdict(
		    c->item, VERDICT_OK, "AccountAccessKeysPresent is 0, read as %s.", who.arn);
	if (!m->counted)
		return unseen(c);
	if (m->stay > 0)
		return item_verdict(c->item, VERDICT_PERSON,
		    "%d access key%s of root stay%s for now.", m->stay, m->stay == 1 ? "" : "s",
		    m->stay == 1 ? "s" : "");
	return item_verdict(
	    c->item, VERDICT_NEEDED, "The new administrator looks for it once all are deleted.");
}

struct proof {
	struct aws *admin;
};

static bool
none_present(void *arg, bool *done, struct err *e)
{
	const struct proof *p = arg;
	int64_t present = 1;

	if (!iam_get_summary(p->admin, "AccountAccessKeysPresent", &present, e))
		return false;
	*done = present == 0;
	return true;
}

/* The summary lags behind by seconds. */
bool
root_keys_prove_apply(struct step_ctx *c, struct err *e)
{
	struct proof p = { .admin = root_keys_admin(c->run) };

	if (p.admin == NULL)
		return err_set(e, ERR_REFUSED, "nobody else has signed in who could look");
	return run_wait_until(c->run, "Waiting for AWS to show that root has no keys", SETTLE_EVERY,
	    SETTLE_LIMIT, none_present, &p, e);
}
