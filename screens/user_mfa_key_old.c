/* SPDX-License-Identifier: MIT */
/*
 * Renewing an access key, second half: the old key is deactivated only after the
 * new one is proven, and deleted only with consent and when nobody misses it.
 * Nothing that was not named is ever deleted.
 */
#include <stdio.h>
#include <string.h>

#include "access_key.h"
#include "alloc.h"
#include "json.h"
#include "text.h"
#include "user_mfa.h"

#define DAY ((int64_t)86400)
#define IDLE (30 * DAY) /* not used for so long: nobody will miss it */
#define GRACE DAY       /* between deactivating a key in use and deleting it */

/* ---- keys as the account has them ---- */

bool
user_mfa_key_is_active(const json_t *key)
{
	return strcmp(json_text_or(key, "Status", ""), "Active") == 0;
}

bool
user_mfa_key_find(const struct facts *facts, const char *id, struct user_mfa_key *out)
{
	const json_t *all = facts_value(facts, FACT_USER_KEYS), *key;
	const char *user;
	json_t *keys;

	json_object_foreach ((json_t *)(uintptr_t)all, user, keys) {
		key = access_key_find(keys, id);
		if (key == NULL)
			continue;
		*out = (struct user_mfa_key){ user, keys, user_mfa_key_is_active(key) };
		return true;
	}
	return false;
}

bool
user_mfa_key_signs(const struct run *run, const char *id)
{
	const struct aws *aws = run->session[SESSION_SETUP];

	return aws != NULL && strcmp(aws_credentials(aws)->access_key_id, id) == 0;
}

bool
user_mfa_key_ok(const char *text, struct err *e)
{
	size_t n = strlen(text);

	if (n >= 16 && n <= 128 && text_only(text, "") && strncmp(text, "ASIA", 4) != 0)
		return true;
	return err_set(e, ERR_USAGE, "An access key's ID: twenty letters and digits, AKIA first.");
}

bool
user_mfa_choose_key(struct run *run, const void *model, struct choices *out, struct err *e)
{
	const json_t *key;
	const char *user;
	json_t *keys;
	size_t i;

	(void)model;
	if (!facts_need(run->facts, FACT(AUTH) | FACT(USER_KEYS), e))
		return false;
	json_object_foreach (
	    (json_t *)(uintptr_t)facts_value(run->facts, FACT_USER_KEYS), user, keys)
		json_array_foreach (keys, i, key) {
			const char *id = json_text_or(key, "AccessKeyId", "");
			AUTO_FREE char *label = xasprintf("%s: %s", user, id);
			AUTO_FREE char *note = xasprintf("%s, made %.10s",
			    user_mfa_key_is_active(key) ? "active" : "inactive",
			    json_text_or(key, "CreateDate", "?"));

			choices_add(out, id, label, note);
		}
	return out->n > 0 || err_set(e, ERR_OTHER, "No user has an access key.");
}

/* ---- what has replaced a key ---- */

static bool
successor_in(const struct journal *j, const char *old, char *id)
{
	AUTO_FREE char *about = xasprintf("key/%s", old);
	const json_t *records = j != NULL ? journal_records(j) : NULL;

	if (records == NULL || !journal_made(j, USER_MFA_NEW_KEY, about))
		return false;
	for (size_t i = json_array_size(records); i > 0; i--) {
		const json_t *r = json_array_get(records, i - 1);
		const char *made = json_text(r, "detail.before.key_id");

		if (made == NULL || strcmp(json_text_or(r, "what", ""), "user_mfa.new_key") != 0 ||
		    strcmp(json_text_or(r, "about", ""), old) != 0)
			continue;
		snprintf(id, ACCESS_KEY_ID_SIZE, "%s", made);
		return true;
	}
	return false;
}

bool
user_mfa_key_successor(const struct run *run, const char *old, char *id)
{
	struct journal *own;
	bool found = successor_in(access_key_past(run, &own), old, id);

	journal_close(own);
	return found;
}

/* ---- deactivate ---- */

bool
user_mfa_check_old_key(struct step_ctx *c, struct err *e)
{
	AUTO_BUF why = BUF_INIT(BUF_MAX_LINE);
	char id[ACCESS_KEY_ID_SIZE];
	struct user_mfa_key k;

	(void)e;
	if (!user_mfa_key_find(c->run->facts, c->subject, &k))
		return item_verdict(c->item, VERDICT_OK, "there is no such key");
	if (!k.active)
		return item_verdict(c->item, VERDICT_OK, "the key is inactive");
	bool replaced = user_mfa_key_successor(c->run, c->subject, id);

	if (replaced && user_mfa_key_signs(c->run, c->subject))
		return item_verdict(c->item, VERDICT_BLOCKED,
		    "it signs this session: sign in with %s, which replaced it", id);
	if (!replaced && user_mfa_key_blocked(c, &k, &why))
		return item_verdict(c->item, VERDICT_BLOCKED, "it is not renewed");
	item_call(c->item, OP_IAM_UPDATE_ACCESS_KEY, "user/%s", k.user);
	return item_verdict(c->item, VERDICT_NEEDED, "it is active, and %s",
	    replaced ? "the new one works" : "goes when the new one works");
}

/* Asked of AWS now: the successor is there and active. */
static bool
successor_works(struct step_ctx *c, const char *user, struct err *e)
{
	char id[ACCESS_KEY_ID_SIZE];

	if (!user_mfa_key_successor(c->run, c->subject, id))
		return err_set(
		    e, ERR_REFUSED, "%s stays: no new key is proven to work yet", c->subject);
	json_auto_t *keys = iam_list_access_keys(c->aws, user, e);

	if (keys == NULL)
		return false;
	return user_mfa_key_is_active(access_key_find(keys, id)) ||
	       err_set(e, ERR_REFUSED, "%s stays: %s, which replaced it, is not active any more",
		   c->subject, id);
}

bool
user_mfa_apply_old_key(struct step_ctx *c, struct err *e)
{
	struct user_mfa_key k;

	if (!user_mfa_key_find(c->run->facts, c->subject, &k))
		return true;
	return successor_works(c, k.user, e) &&
	       item_before(c, json_pack("{s:s, s:s}", "user", k.user, "key_id", c->subject), e) &&
	       iam_update_access_key(c->aws, k.user, c->subject, false, e);
}

bool
user_mfa_undo_old_key(struct step_ctx *c, const json_t *before, struct err *e)
{
	const char *id = json_text_or(before, "key_id", "");

	if (iam_update_access_key(c->aws, json_text_or(before, "user", ""), id, true, e))
		return true;
	if (err_is(e, "NoSuchEntity"))
		err_wrap(e, "key %s was deleted meanwhile and cannot be had back", id);
	return false;
}

/* ---- delete ---- */

/* When a run of ours deactivated it, epoch seconds; 0: none did. */
static int64_t
deactivated_at(const struct run *run, const char *id)
{
	struct journal *own;
	const struct journal *j = access_key_past(run, &own);
	const json_t *r;
	int64_t at = 0, when;
	size_t i;

	json_array_foreach (j != NULL ? journal_records(j) : NULL, i, r)
		if (strcmp(json_text_or(r, "what", ""), "user_mfa.old_key") == 0 &&
		    strcmp(json_text_or(r, "about", ""), id) == 0 && json_time(r, "time", &when))
			at = when;
	journal_close(own);
	return at;
}

/* Used although its successor was there: somebody still has only the old one. */
static bool
used_after_successor(struct step_ctx *c, const struct user_mfa_key *k, int64_t last)
{
	char id[ACCESS_KEY_ID_SIZE];
	int64_t made;

	return user_mfa_key_successor(c->run, c->subject, id) &&
	       json_time(access_key_find(k->keys, id), "CreateDate", &made) && last > made;
}

/* NULL when it may go now, else why it stays. */
static const char *
why_it_stays(struct step_ctx *c, const struct user_mfa_key *k, int64_t last)
{
	int64_t now = clock_now(&c->run->clock), off = deactivated_at(c->run, c->subject);

	if (user_mfa_key_signs(c->run, c->subject))
		return "it signs this session";
	if (last > 0 && used_after_successor(c, k, last))
		return "it was used after its successor was there: find out by whom, then delete "
		       "it in the console";
	if (last == 0 || now - last >= IDLE)
		return NULL;
	if (k->active)
		return "it was used within 30 days; it can be deleted a day after it is "
		       "deactivated, by a later run";
	if (now - (off > last ? off : last) < GRACE)
		return "it is inactive since less than a day: when nobody has missed it, run "
		       "again";
	return NULL;
}

static bool
is_renewed(const struct step_ctx *c)
{
	return strlist_has(&((const struct user_mfa *)c->model)->rotate_keys, c->subject);
}

bool
user_mfa_check_delete_key(struct step_ctx *c, struct err *e)
{
	AUTO_BUF why = BUF_INIT(BUF_MAX_LINE);
	char id[ACCESS_KEY_ID_SIZE];
	struct user_mfa_key k;
	int64_t last;

	if (!user_mfa_key_find(c->run->facts, c->subject, &k))
		return item_verdict(c->item, VERDICT_OK, "there is no such key");
	if (is_renewed(c) && k.active && !user_mfa_key_successor(c->run, c->subject, id) &&
	    user_mfa_key_blocked(c, &k, &why))
		return item_verdict(c->item, VERDICT_BLOCKED, "it is not renewed");
	if (!iam_get_access_key_last_used(c->aws, c->subject, &last, NULL, e))
		return false;
	const char *stays = why_it_stays(c, &k, last);

	if (stays != NULL)
		return item_verdict(c->item, VERDICT_PERSON, "%s", stays);
	item_call(c->item, OP_IAM_DELETE_ACCESS_KEY, "user/%s", k.user);
	return item_verdict(c->item, VERDICT_NEEDED, "%s",
	    last == 0 ? "it was never used, as far as AWS tells" : "nobody misses it");
}

static bool
confirmed(struct step_ctx *c, const char *user, struct err *e)
{
	size_t n = strlen(c->subject);
	AUTO_FREE char *title = xasprintf("Delete the access key %s of %s", c->subject, user);
	const struct ask_confirm q = {
		.title = title,
		.text = "It is deleted for good. Whatever still uses it stops.",
		.yes = "Delete it",
		.no = "Keep it",
		.typed = n > 4 ? c->subject + n - 4 : c->subject,
		.danger = true,
		.consent_given = c->run->ask.headless, /* the answers file names the id */
	};
	bool yes = false;

	if (!ask_confirm(&c->run->ask, &q, &yes, e))
		return false;
	return yes || err_set(e, ERR_REFUSED, "%s was kept, as you chose", c->subject);
}

bool
user_mfa_apply_delete_key(struct step_ctx *c, struct err *e)
{
	struct user_mfa_key k;

	if (!user_mfa_key_find(c->run->facts, c->subject, &k))
		return true;
	if (is_renewed(c) && !successor_works(c, k.user, e))
		return false;
	return confirmed(c, k.user, e) &&
	       item_before(c, json_pack("{s:s, s:s}", "user", k.user, "key_id", c->subject), e) &&
	       iam_delete_access_key(c->aws, k.user, c->subject, e);
}
