/* SPDX-License-Identifier: MIT */
/*
 * The console password and the access key: announced in the journal, made once,
 * saved and synced, then shown (quality page, 2.4).  What an earlier run lost
 * on the way is made again; a key of ours whose secret is gone is deleted.
 */
#include <stdio.h>
#include <string.h>

#include "access_key.h"
#include "admin_user.h"
#include "alloc.h"
#include "file.h"
#include "json.h"

#define PASSWORD_LENGTH 24
#define PASSWORD "password" /* what the journal calls them */
#define KEY "access-key"

/* ---- what is there, what was lost ---- */

/* What apply() has to make. */
static bool
needs_password(const struct admin_user *m, const struct credential_state *s)
{
	return m->console && (!s->password || s->password_lost);
}

static bool
needs_key(const struct admin_user *m, const struct credential_state *s)
{
	return m->programmatic && (!s->key || s->key_lost || s->key_unrecorded);
}

bool
admin_user_check_credentials(struct step_ctx *c, struct err *e)
{
	const struct admin_user *m = c->model;
	struct credential_state s;
	struct journal *own;

	admin_user_look(c, access_key_past(c->run, &own), &s);
	journal_close(own);
	bool password = needs_password(m, &s), key = needs_key(m, &s);

	if (password)
		item_call(c->item,
		    s.password ? OP_IAM_UPDATE_LOGIN_PROFILE : OP_IAM_CREATE_LOGIN_PROFILE,
		    "user/%s", m->name);
	if (key && s.key_lost)
		item_call(c->item, OP_IAM_DELETE_ACCESS_KEY, "user/%s", m->name);
	if (key && !s.key_unrecorded)
		item_call(c->item, OP_IAM_CREATE_ACCESS_KEY, "user/%s", m->name);
	if (!password && !key)
		return item_verdict(c->item, VERDICT_OK, "%s has them already", m->name);
	if (c->run->ask.headless && m->credentials_csv[0] == '\0')
		return err_set(e, ERR_USAGE,
		    "admin_user.credentials_csv: what is shown only once needs a file; name it");
	return item_verdict(c->item, VERDICT_NEEDED, "%s %s%s%s%s", m->name,
	    s.password_lost || s.key_lost || s.key_unrecorded
		? "was left half done by an interrupted run: "
		: "is to get ",
	    password ? "a password" : "", password && key ? " and " : "",
	    key ? "an access key" : "");
}

/* ---- making ---- */

struct making {
	struct step_ctx *c;
	const struct admin_user *m;
	struct credential_state state;
	char *path;
	bool again;                     /* the file is ours and may be replaced */
	char saved[ACCESS_KEY_ID_SIZE]; /* the key id in it, or "" */
	char lost[ACCESS_KEY_ID_SIZE];  /* a key to delete: its secret was never saved */
	json_t *keys;                   /* as AWS listed them last */
	struct file_slot *slot;
	struct secret *password;
	char key_id[ACCESS_KEY_ID_SIZE];
	struct secret *key;
};

static bool
prepare(void *arg, struct err *e)
{
	struct making *k = arg;

	k->slot = file_reserve(k->path, CSV_ROW_MAX, k->again, e);
	return k->slot != NULL;
}

static bool
save(void *arg, struct err *e)
{
	struct making *k = arg;
	AUTO_SECRET text = secret_new(CSV_ROW_MAX);
	AUTO_BUF url = BUF_INIT(BUF_MAX_LINE);

	account_sign_in_url(&k->c->run->account, NULL, &url);
	const struct csv_row row = { .user = k->m->name,
		.password = k->password,
		.access_key_id = k->key != NULL ? k->key_id : NULL,
		.secret_access_key = k->key,
		.url = buf_str(&url) };

	if (!csv_write(text, &row))
		return err_set(e, ERR_FILE, "a value does not fit into the credentials file");
	struct file_slot *slot = take(&k->slot);

	k->again = true;
	return file_commit(slot, secret_borrow(text), secret_len(text), e);
}

static void
finish(void *arg, bool ok)
{
	struct making *k = arg;

	(void)ok;
	file_discard(k->slot);
	k->slot = NULL;
}

/* ---- the password ---- */

static bool
choose_password(struct making *k, struct err *e)
{
	const json_t *policy = facts_value(k->c->run->facts, FACT_PASSWORD_POLICY);
	const char *fault;

	if (strcmp(k->m->password, "ask") != 0)
		k->password = account_make_password(PASSWORD_LENGTH);
	else if (secret_len(k->m->typed_password) > 0)
		k->password = secret_dup(k->m->typed_password);
	else if (!ask_secret(&k->c->run->ask, "admin_user.password", "Password for the new user",
		     &k->password, e))
		return false;
	fault = account_password_fault(k->password, policy);
	return fault == NULL || err_set(e, ERR_REFUSED, "%s", fault);
}

static bool
create_password(void *arg, struct err *e)
{
	struct making *k = arg;

	if (k->state.password)
		return iam_update_login_profile(
		    k->c->aws, k->m->name, k->password, k->m->reset_at_sign_in, e);
	return iam_create_login_profile(
	    k->c->aws, k->m->name, k->password, k->m->reset_at_sign_in, e);
}

static const struct artefact_ops password_ops = {
	.what = PASSWORD,
	.prepare = prepare,
	.create = create_password,
	.save = save,
	.finish = finish,
};

/* ---- the access key ---- */

static bool
look_for_key(void *arg, enum artefact_found *found, struct err *e)
{
	struct making *k = arg;
	AUTO_FREE char *about = xasprintf("user/%s", k->m->name);
	json_t *keys = iam_list_access_keys(k->c->aws, k->m->name, e);

	if (keys == NULL)
		return false;
	json_decref(k->keys);
	k->keys = keys;
	*found = ARTEFACT_NONE;
	const json_t *intent = access_key_intent(k->c->run->journal, KEY, about);
	const char *id = access_key_new(keys, intent, k->saved);

	if (id != NULL) {
		snprintf(k->lost, sizeof k->lost, "%s", id);
		*found = ARTEFACT_LOST;
		return access_key_unused(k->c->aws, k->m->name, id, e);
	}
	if (intent != NULL && k->saved[0] != '\0' && access_key_find(keys, k->saved) != NULL)
		*found = ARTEFACT_DONE;
	return true;
}

static bool
drop_lost_key(void *arg, struct err *e)
{
	struct making *k = arg;

	secret_free(take(&k->key));
	return iam_delete_access_key(k->c->aws, k->m->name, k->lost, e);
}

static json_t *
keys_before(void *arg)
{
	const struct making *k = arg;

	return access_key_ids(k->keys);
}

/* Undo deletes this key and no other, so its id has to be known first. */
static bool
record_key(void *arg, struct err *e)
{
	struct making *k = arg;

	return item_before(
	    k->c, json_pack("{s:s, s:s}", "user", k->m->name, "key_id", k->key_id), e);
}

static bool
create_key(void *arg, struct err *e)
{
	struct making *k = arg;

	return iam_create_access_key(k->c->aws, k->m->name, k->key_id, &k->key, e);
}

static const struct artefact_ops key_ops = {
	.what = KEY,
	.prepare = prepare,
	.look = look_for_key,
	.before = keys_before,
	.create = create_key,
	.save = save,
	.show = record_key,
	.recover = drop_lost_key,
	.finish = finish,
};

/* ---- both ---- */

static bool
reveal(struct making *k, struct err *e)
{
	AUTO_BUF url = BUF_INIT(BUF_MAX_LINE);
	struct ask_reveal_item items[5];
	size_t n = 0;

	account_sign_in_url(&k->c->run->account, NULL, &url);
	items[n++] = (struct ask_reveal_item){ "User name", k->m->name, NULL };
	if (k->password != NULL)
		items[n++] = (struct ask_reveal_item){ "Password", NULL, k->password };
	if (k->key != NULL)
		items[n++] = (struct ask_reveal_item){ "Access key ID", k->key_id, NULL };
	if (k->key != NULL)
		items[n++] = (struct ask_reveal_item){ "Secret access key", NULL, k->key };
	items[n++] = (struct ask_reveal_item){ "Sign-in link", buf_str(&url), NULL };
	const struct ask_reveal q = { .title = "Credentials of the new user",
		.saved_to = k->path,
		.items = items,
		.n = n,
		.must_confirm = true };

	return ask_reveal(&k->c->run->ask, &q, e);
}

/* What an earlier run saved in the same file stays in it. */
static void
keep_saved(struct making *k)
{
	struct secret *password = NULL;

	if (!access_key_saved(k->path, k->m->name, &password, k->saved, NULL))
		return;
	k->again = k->saved[0] == '\0';
	if (k->again && !needs_password(k->m, &k->state))
		k->password = take(&password);
	secret_free(password);
}

static bool
make(struct making *k, struct err *e)
{
	AUTO_FREE char *about = xasprintf("user/%s", k->m->name);
	struct journal *j = k->c->run->journal;

	if (needs_password(k->m, &k->state) &&
	    (!choose_password(k, e) || !artefact_run(&password_ops, k, about, j, e)))
		return false;
	if (needs_key(k->m, &k->state) && !artefact_run(&key_ops, k, about, j, e))
		return false;
	return reveal(k, e);
}

/* The proof and the profile are made with it. */
static void
keep_key(struct making *k)
{
	struct admin_user *m = k->c->model;

	if (k->key == NULL)
		return;
	aws_credentials_free(m->made);
	m->made = aws_credentials_new(k->key_id, take(&k->key), NULL, "new access key");
	m->proven = false;
}

bool
admin_user_apply_credentials(struct step_ctx *c, struct err *e)
{
	struct making k = { .c = c, .m = c->model };
	struct run *run = c->run;

	if (!facts_need(run->facts, FACT(PASSWORD_POLICY), e))
		return false;
	admin_user_look(c, run->journal, &k.state);
	k.path = admin_user_csv(run, k.m);
	keep_saved(&k);
	bool ok = access_key_place(run, k.path, e) &&
		  item_before(c,
		      json_pack("{s:s, s:b}", "user", k.m->name, "password",
			  needs_password(k.m, &k.state)),
		      e) &&
		  make(&k, e);

	facts_touch_user(run->facts, k.m->name);
	keep_key(&k);
	xfree(k.path);
	secret_free(k.password);
	secret_free(k.key);
	json_decref(k.keys);
	return ok;
}

bool
admin_user_undo_credentials(struct step_ctx *c, const json_t *before, struct err *e)
{
	const char *user = json_text_or(before, "user", ""), *id = json_text(before, "key_id");

	if (id != NULL && !iam_delete_access_key(c->aws, user, id, e))
		return false;
	return !json_bool(before, "password") || iam_delete_login_profile(c->aws, user, e);
}
