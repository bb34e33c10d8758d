/* SPDX-License-Identifier: MIT */
/*
 * The console password and the access key: announced in the journal, made once,
 * saved and synced, then shown (quality page, 2.4).  What an earlier run lost
 * on the way is made again; a key of ours whose secret is gone is deleted.
 */
#include <string.h>

#include "admin_user.h"
#include "alloc.h"
#include "file.h"
#include "json.h"

#define PASSWORD_LENGTH 24
#define CSV_ROOM	2048

/* ---- what is there, what was lost ---- */

struct credential_state {
	bool password, password_lost;
	bool key;
	const char *lost_key;	/* of ours, its secret was never saved; borrowed */
};

/* The last record about it is an intent: the run that made it did not get to the end. */
static const json_t *
open_intent(const struct journal *j, const char *what, const char *about)
{
	const json_t *r = j != NULL ? journal_last(j, what, about) : NULL;
	const char *kind = json_text_or(r, "kind", "");

	return strcmp(kind, "intent") == 0 || strcmp(kind, "unknown") == 0 ? r : NULL;
}

/* A key that was not there before the intent is the one that the intent made. */
static const char *
key_of(const json_t *keys, const json_t *intent)
{
	const json_t *k;
	size_t i;

	json_array_foreach (keys, i, k) {
		const char *id = json_text_or(k, "AccessKeyId", "");
		bool old = false;

		for (size_t n = 0; n < json_count(intent, "detail.before"); n++)
			old = old || strcmp(json_string_value(json_item(intent, "detail.before", n)),
					 id) == 0;
		if (!old)
			return id;
	}
	return NULL;
}

static void
look(struct step_ctx *c, const struct journal *j, struct credential_state *s)
{
	const struct admin_user *m = c->model;
	const struct facts *f = c->run->facts;
	const json_t *keys = json_object_get(facts_value(f, FACT_USER_KEYS), m->name);
	const json_t *user = json_object_get(facts_value(f, FACT_USER_MFA), m->name);
	AUTO_FREE char *about = xasprintf("user/%s", m->name);
	const json_t *intent = open_intent(j, "access-key", about);

	*s = (struct credential_state){ .password = json_bool(user, "password"),
		.key = json_array_size(keys) > 0 };
	s->password_lost = s->password && open_intent(j, "password", about) != NULL;
	if (intent != NULL)
		s->lost_key = key_of(keys, intent);
	if (s->lost_key != NULL)
		s->key = false;
}

/* The journal to look into: this run's, or what earlier ones left (then *own is to be closed). */
static const struct journal *
past(struct run *run, struct journal **own)
{
	struct err e = { 0 };

	*own = run->journal == NULL ? journal_read(run->state_dir, &e) : NULL;
	return run->journal != NULL ? run->journal : *own;
}

bool
admin_user_check_credentials(struct step_ctx *c, struct err *e)
{
	const struct admin_user *m = c->model;
	struct credential_state s;
	struct journal *own;

	(void)e;
	look(c, past(c->run, &own), &s);
	if (m->console && !s.password)
		item_call(c->item, OP_IAM_CREATE_LOGIN_PROFILE, "user/%s", m->name);
	else if (m->console && s.password_lost)
		item_call(c->item, OP_IAM_UPDATE_LOGIN_PROFILE, "user/%s", m->name);
	if (m->programmatic && s.lost_key != NULL)
		item_call(c->item, OP_IAM_DELETE_ACCESS_KEY, "user/%s", m->name);
	if (m->programmatic && !s.key)
		item_call(c->item, OP_IAM_CREATE_ACCESS_KEY, "user/%s", m->name);
	journal_close(own);
	if (c->item->ncalls == 0)
		return item_verdict(c->item, VERDICT_OK, "%s has them already", m->name);
	return item_verdict(c->item, VERDICT_NEEDED, "%s is to get %s%s%s", m->name,
	    m->console && (!s.password || s.password_lost) ? "a password" : "",
	    m->console && !s.password && m->programmatic && !s.key ? " and " : "",
	    m->programmatic && !s.key ? "an access key" : "");
}

/* ---- making ---- */

struct making {
	struct step_ctx *c;
	const struct admin_user *m;
	struct credential_state state;
	char *path;
	bool again;			/* the file holds the password already */
	struct file_slot *slot;
	struct secret *password;
	char key_id[129];
	struct secret *key;
};

static bool
confirm_place(struct making *k, struct err *e)
{
	const char *why = file_unsafe_place(k->path);
	AUTO_FREE char *text =
	    xasprintf("%s: %s", k->path, why != NULL ? why : "");
	const struct ask_confirm q = {
		.title = "Save the credentials there all the same?",
		.text = text,
		.yes = "Save there",
		.no = "Choose another file",
		.danger = true,
	};
	bool yes = true;

	if (why != NULL && !ask_confirm(&k->c->run->ask, &q, &yes, e))
		return false;
	return yes || err_set(e, ERR_REFUSED, "choose another credentials file");
}

static bool
prepare(void *arg, struct err *e)
{
	struct making *k = arg;

	k->slot = file_reserve(k->path, CSV_ROOM, k->again, e);
	return k->slot != NULL;
}

static bool
save(void *arg, struct err *e)
{
	struct making *k = arg;
	AUTO_SECRET text = secret_new(CSV_ROOM);
	AUTO_BUF url = BUF_INIT(BUF_MAX_LINE);

	account_sign_in_url(&k->c->run->account, NULL, &url);
	const struct csv_row row = { .user = k->m->name, .password = k->password,
		.access_key_id = k->key != NULL ? k->key_id : NULL, .secret_access_key = k->key,
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
		return iam_update_login_profile(k->c->aws, k->m->name, k->password,
		    k->m->reset_at_sign_in, e);
	return iam_create_login_profile(k->c->aws, k->m->name, k->password, k->m->reset_at_sign_in,
	    e);
}

static const struct artefact_ops password_ops = {
	.what = "password",
	.prepare = prepare,
	.create = create_password,
	.save = save,
	.finish = finish,
};

/* ---- the access key ---- */

static bool
look_for_key(void *arg, enum artefact_found *found, struct err *e)
{
	const struct making *k = arg;

	(void)e;
	*found = k->state.lost_key != NULL ? ARTEFACT_LOST : ARTEFACT_NONE;
	return true;
}

static bool
drop_lost_key(void *arg, struct err *e)
{
	struct making *k = arg;
	const char *id = k->state.lost_key;

	k->state.lost_key = NULL;
	return iam_delete_access_key(k->c->aws, k->m->name, id, e);
}

static json_t *
keys_before(void *arg)
{
	const struct making *k = arg;
	const json_t *item,
	    *keys = json_object_get(facts_value(k->c->run->facts, FACT_USER_KEYS), k->m->name);
	json_t *ids = json_array();
	size_t i;

	json_array_foreach (keys, i, item)
		json_array_append_new(ids, json_string(json_text_or(item, "AccessKeyId", "")));
	return json_pack("{s:o}", "before", ids);
}

static bool
create_key(void *arg, struct err *e)
{
	struct making *k = arg;

	return iam_create_access_key(k->c->aws, k->m->name, k->key_id, &k->key, e);
}

static const struct artefact_ops key_ops = {
	.what = "access-key",
	.prepare = prepare,
	.look = look_for_key,
	.before = keys_before,
	.create = create_key,
	.save = save,
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
	const struct ask_reveal q = { .title = "Credentials of the new user", .saved_to = k->path,
		.items = items, .n = n, .must_confirm = true };

	return ask_reveal(&k->c->run->ask, &q, e);
}

static bool
make(struct making *k, struct err *e)
{
	AUTO_FREE char *about = xasprintf("user/%s", k->m->name);
	struct journal *j = k->c->run->journal;

	if (k->m->console && (!k->state.password || k->state.password_lost) &&
	    (!choose_password(k, e) || !artefact_run(&password_ops, k, about, j, e)))
		return false;
	if (k->m->programmatic && !k->state.key && !artefact_run(&key_ops, k, about, j, e))
		return false;
	return reveal(k, e);
}

/* The key is what the proof, the profile and MFA sessions are made with. */
static void
use_key(struct making *k)
{
	struct run *run = k->c->run;

	if (k->key == NULL || run->session[SESSION_ADMIN] != NULL)
		return;
	run_set_session(run, SESSION_ADMIN,
	    aws_credentials_new(k->key_id, secret_dup(k->key), NULL, "new access key"));
}

bool
admin_user_apply_credentials(struct step_ctx *c, struct err *e)
{
	struct making k = { .c = c, .m = c->model };
	struct run *run = c->run;

	if (!facts_need(run->facts, FACT(PASSWORD_POLICY), e))
		return false;
	look(c, run->journal, &k.state);
	k.path = admin_user_csv(run, k.m);
	bool ok = confirm_place(&k, e) &&
		  item_before(c, json_pack("{s:s, s:b, s:b}", "user", k.m->name, "password",
				     k.m->console && !k.state.password, "key",
				     k.m->programmatic && !k.state.key), e) &&
		  make(&k, e);

	facts_touch_user(run->facts, k.m->name);
	use_key(&k);
	xfree(k.path);
	secret_free(k.password);
	secret_free(k.key);
	return ok;
}

bool
admin_user_undo_credentials(struct step_ctx *c, const json_t *before, struct err *e)
{
	const char *user = json_text_or(before, "user", "");
	json_auto_t *keys = json_bool(before, "key") ? iam_list_access_keys(c->aws, user, e) : NULL;
	const json_t *k;
	size_t i;

	if (json_bool(before, "key") && keys == NULL)
		return false;
	json_array_foreach (keys, i, k)
		if (!iam_delete_access_key(c->aws, user, json_text_or(k, "AccessKeyId", ""), e))
			return false;
	return !json_bool(before, "password") || iam_delete_login_profile(c->aws, user, e);
}
