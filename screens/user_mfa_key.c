/* SPDX-License-Identifier: MIT */
/*
 * Renewing an access key, first half: the new key is made once, saved, shown and
 * proven (quality page, 2.4).  The old one is not touched here.
 */
#include <stdio.h>
#include <string.h>

#include "access_key.h"
#include "alloc.h"
#include "file.h"
#include "json.h"
#include "user_mfa.h"

struct renewal {
	struct step_ctx *c;
	struct user_mfa_key old;
	char *about, *path;
	char saved[ACCESS_KEY_ID_SIZE]; /* in the file, by an interrupted run; or "" */
	char lost[ACCESS_KEY_ID_SIZE];  /* a key to delete: its secret was never saved; or "" */
	bool stale;                     /* the file holds a key that is gone: it may be replaced */
	json_t *keys;                   /* as AWS listed them last */
	struct file_slot *slot;
	char id[ACCESS_KEY_ID_SIZE];
	struct secret *secret;
};

/* ---- what is there, what an interrupted run left ---- */

static void
look_back(struct renewal *r, const struct journal *j)
{
	const json_t *intent = access_key_intent(j, USER_MFA_NEW_KEY, r->about);

	r->stale = access_key_saved(r->path, r->old.user, NULL, r->saved, NULL);
	if (intent == NULL || access_key_was_there(intent, r->saved) ||
	    access_key_find(r->old.keys, r->saved) == NULL)
		r->saved[0] = '\0';
	r->stale = r->stale && r->saved[0] == '\0';
	const char *lost = access_key_new(r->old.keys, intent, r->saved);

	snprintf(r->lost, sizeof r->lost, "%s", lost != NULL ? lost : "");
}

static void
renewal_init(struct renewal *r, struct step_ctx *c, const struct user_mfa_key *old)
{
	const struct user_mfa *m = c->model;
	AUTO_FREE char *dir =
	    file_expand(m->keys_directory[0] != '\0' ? m->keys_directory : ".", c->run->home);
	struct journal *own;

	*r = (struct renewal){ .c = c, .old = *old };
	r->about = xasprintf("key/%s", c->subject);
	r->path = xasprintf("%s/%s_instead_of_%s.csv", dir, old->user, c->subject);
	look_back(r, access_key_past(c->run, &own));
	journal_close(own);
}

static void
renewal_free(struct renewal *r)
{
	json_decref(r->keys);
	secret_free(r->secret);
	xfree(r->about);
	xfree(r->path);
}

/* The user's key that is not this one, borrowed, or NULL. */
static const char *
other_key(const struct user_mfa_key *k, const char *id)
{
	const json_t *item;
	size_t i;

	json_array_foreach (k->keys, i, item)
		if (strcmp(json_text_or(item, "AccessKeyId", ""), id) != 0)
			return json_text(item, "AccessKeyId");
	return NULL;
}

/* Is there room for a second key, or will there be?  Nothing is deleted that was not named. */
static bool
has_room(const struct renewal *r)
{
	const struct user_mfa *m = r->c->model;

	return r->saved[0] != '\0' || r->lost[0] != '\0' ||
	       json_array_size(r->old.keys) < USER_MFA_KEYS ||
	       strlist_has(&m->delete_keys, other_key(&r->old, r->c->subject));
}

static bool
is_of_this_run(const struct run *run, const char *id)
{
	const struct aws *admin = run->session[SESSION_ADMIN];

	return admin != NULL && strcmp(aws_credentials(admin)->access_key_id, id) == 0;
}

bool
user_mfa_key_blocked(struct step_ctx *c, const struct user_mfa_key *k, struct buf *why)
{
	struct renewal r;

	if (is_of_this_run(c->run, c->subject)) {
		buf_puts(why, "the administrator of this run works with it");
		return true;
	}
	renewal_init(&r, c, k);
	bool room = has_room(&r);

	renewal_free(&r);
	if (!room)
		buf_printf(why,
		    "%s has two access keys, the most AWS allows: find out who uses %s, and "
		    "name it in delete_keys if nobody does",
		    k->user, other_key(k, c->subject));
	return !room;
}

static bool
declare(const struct renewal *r, struct err *e)
{
	struct plan_item *it = r->c->item;
	const struct user_mfa *m = r->c->model;

	if (r->c->run->ask.headless && m->keys_directory[0] == '\0')
		return err_set(e, ERR_USAGE,
		    "user_mfa.keys_directory: a new key is shown only once and needs a file; name "
		    "a directory");
	if (r->lost[0] != '\0')
		item_call(it, OP_IAM_DELETE_ACCESS_KEY, "user/%s", r->old.user);
	if (r->saved[0] == '\0')
		item_call(it, OP_IAM_CREATE_ACCESS_KEY, "user/%s", r->old.user);
	return item_verdict(it, VERDICT_NEEDED, "%s is to get a new key%s", r->old.user,
	    r->saved[0] != '\0' || r->lost[0] != '\0' ? ": an interrupted run left it half done"
						      : "");
}

bool
user_mfa_check_new_key(struct step_ctx *c, struct err *e)
{
	AUTO_BUF why = BUF_INIT(BUF_MAX_LINE);
	char id[ACCESS_KEY_ID_SIZE];
	struct user_mfa_key k;
	struct renewal r;

	if (user_mfa_key_successor(c->run, c->subject, id))
		return item_verdict(c->item, VERDICT_OK, "%s has replaced it", id);
	if (!user_mfa_key_find(c->run->facts, c->subject, &k))
		return item_verdict(
		    c->item, VERDICT_NOT_APPLICABLE, "no user has the access key %s", c->subject);
	if (!k.active)
		return item_verdict(c->item, VERDICT_NOT_APPLICABLE,
		    "the key is inactive: there is nothing to renew");
	if (user_mfa_key_blocked(c, &k, &why))
		return item_verdict(c->item, VERDICT_BLOCKED, "%s", buf_str(&why));
	renewal_init(&r, c, &k);
	bool ok = declare(&r, e);

	renewal_free(&r);
	return ok;
}

/* ---- making it ---- */

static bool
prepare(void *arg, struct err *e)
{
	struct renewal *r = arg;

	if (r->saved[0] != '\0')
		return true;
	r->slot = file_reserve(r->path, CSV_ROW_MAX, r->stale, e);
	return r->slot != NULL;
}

/* Undo deletes this key and no other. */
static bool
record(struct renewal *r, struct err *e)
{
	return item_before(r->c,
	    json_pack(
		"{s:s, s:s, s:s}", "user", r->old.user, "key_id", r->id, "old", r->c->subject),
	    e);
}

static struct aws_credentials *
credentials(const struct renewal *r)
{
	return aws_credentials_new(r->id, secret_dup(r->secret), NULL, "new access key");
}

static bool
prove(void *arg, struct err *e)
{
	struct renewal *r = arg;
	struct aws_credentials *c = credentials(r);
	bool ok = access_key_prove(r->c->run, c, r->old.user, false, e);

	aws_credentials_free(c);
	return ok;
}

/* What the interrupted run saved is as good as new, once it is proven. */
static bool
take_saved(struct renewal *r, struct err *e)
{
	if (r->secret == NULL &&
	    (!access_key_saved(r->path, r->old.user, NULL, r->id, &r->secret) || r->secret == NULL))
		return err_set(e, ERR_FILE, "%s does not hold the new key any more", r->path);
	return record(r, e) && prove(r, e);
}

static bool
look(void *arg, enum artefact_found *found, struct err *e)
{
	struct renewal *r = arg;
	const struct journal *j = r->c->run->journal;
	json_t *keys = iam_list_access_keys(r->c->aws, r->old.user, e);

	if (keys == NULL)
		return false;
	json_decref(r->keys);
	r->keys = keys;
	*found = ARTEFACT_NONE;
	const char *id =
	    access_key_new(keys, access_key_intent(j, USER_MFA_NEW_KEY, r->about), r->saved);

	if (id != NULL) {
		snprintf(r->lost, sizeof r->lost, "%s", id);
		*found = ARTEFACT_LOST;
		return access_key_unused(r->c->aws, r->old.user, id, e);
	}
	if (r->saved[0] != '\0' && access_key_find(keys, r->saved) != NULL) {
		*found = ARTEFACT_DONE;
		return take_saved(r, e);
	}
	return json_array_size(keys) < USER_MFA_KEYS ||
	       err_set(e, ERR_REFUSED, "%s has two access keys, the most AWS allows", r->old.user);
}

static json_t *
keys_before(void *arg)
{
	return access_key_ids(((const struct renewal *)arg)->keys);
}

static bool
create(void *arg, struct err *e)
{
	struct renewal *r = arg;

	return iam_create_access_key(r->c->aws, r->old.user, r->id, &r->secret, e);
}

static bool
save(void *arg, struct err *e)
{
	struct renewal *r = arg;
	AUTO_SECRET text = secret_new(CSV_ROW_MAX);
	AUTO_BUF url = BUF_INIT(BUF_MAX_LINE);

	account_sign_in_url(&r->c->run->account, NULL, &url);
	const struct csv_row row = { .user = r->old.user,
		.access_key_id = r->id,
		.secret_access_key = r->secret,
		.url = buf_str(&url) };

	if (r->slot == NULL || !csv_write(text, &row))
		return err_set(e, ERR_FILE, "the new key does not fit into %s", r->path);
	return file_commit(take(&r->slot), secret_borrow(text), secret_len(text), e);
}

static bool
show(void *arg, struct err *e)
{
	struct renewal *r = arg;
	const struct ask_reveal_item items[] = {
		{ "User name", r->old.user, NULL },
		{ "Access key ID", r->id, NULL },
		{ "Secret access key", NULL, r->secret },
	};
	const struct ask_reveal q = {
		.title = "The new access key",
		.saved_to = r->path,
		.items = items,
		.n = sizeof items / sizeof items[0],
		.must_confirm = true,
	};

	return record(r, e) && ask_reveal(&r->c->run->ask, &q, e);
}

static bool
drop_lost(void *arg, struct err *e)
{
	struct renewal *r = arg;

	secret_free(take(&r->secret));
	return iam_delete_access_key(r->c->aws, r->old.user, r->lost, e);
}

static void
finish(void *arg, bool ok)
{
	struct renewal *r = arg;

	(void)ok;
	file_discard(take(&r->slot));
}

static const struct artefact_ops new_key = {
	.what = USER_MFA_NEW_KEY,
	.prepare = prepare,
	.look = look,
	.before = keys_before,
	.create = create,
	.save = save,
	.show = show,
	.confirm = prove,
	.recover = drop_lost,
	.finish = finish,
};

/* The old key is to be switched off: who works with it goes on with the new one. */
static void
change_over(struct renewal *r)
{
	struct run *run = r->c->run;

	if (r->secret == NULL || !user_mfa_key_signs(run, r->c->subject))
		return;
	run_set_session(run, SESSION_SETUP, credentials(r));
	run_use(run, SESSION_SETUP);
}

bool
user_mfa_apply_new_key(struct step_ctx *c, struct err *e)
{
	struct user_mfa_key k;
	struct renewal r;

	if (!user_mfa_key_find(c->run->facts, c->subject, &k))
		return err_set(e, ERR_REFUSED, "no user has the access key %s", c->subject);
	AUTO_FREE char *user = xstrdup(k.user);
	json_auto_t *keys = json_deep_copy(k.keys);

	k.user = user;
	k.keys = keys;
	renewal_init(&r, c, &k);
	bool ok = access_key_place(c->run, r.path, e) &&
		  artefact_run(&new_key, &r, r.about, c->run->journal, e);

	if (ok)
		change_over(&r);
	renewal_free(&r);
	return ok;
}

/* ---- undo ---- */

bool
user_mfa_undo_new_key(struct step_ctx *c, const json_t *before, struct err *e)
{
	const char *user = json_text_or(before, "user", ""),
		   *id = json_text_or(before, "key_id", "");
	const char *old = json_text_or(before, "old", "");
	AUTO_FREE char *about = xasprintf("key/%s", old);
	json_auto_t *keys = iam_list_access_keys(c->aws, user, e);

	if (keys == NULL)
		return false;
	if (!user_mfa_key_is_active(access_key_find(keys, old)))
		return err_set(e, ERR_REFUSED,
		    "%s is not active any more, so %s, which replaced it, stays", old, id);
	if (user_mfa_key_signs(c->run, id))
		return err_set(e, ERR_REFUSED,
		    "%s signs this session: sign in otherwise to have it deleted", id);
	return iam_delete_access_key(c->aws, user, id, e) &&
	       journal_put(c->run->journal, "undo", USER_MFA_NEW_KEY, about, NULL, e);
}
