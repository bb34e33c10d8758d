/* SPDX-License-Identifier: MIT */
/* Root's keys: what is there, and which may be deleted without breaking somebody's work. */
#include <stdio.h>
#include <string.h>

#include "json.h"
#include "root_keys.h"

#define DAY 86400
#define IDLE_DAYS 30
#define GRACE (1 * DAY) /* between deactivating a key in use and deleting it */
#define START_SLACK 120 /* AWS keeps the minute of a use */
#define RUN_SLACK 900   /* before the first and after the last record of a run */
#define STEP_DEACTIVATE "root_keys.deactivate"

bool
root_keys_is_key(const char *id)
{
	return strncmp(id, "AKIA", 4) == 0 && strlen(id) == 20;
}

const char *
root_keys_signing(const struct run *run)
{
	const struct aws *aws = run->session[SESSION_SETUP];

	return aws != NULL ? aws_credentials(aws)->access_key_id : "";
}

static const json_t *
find(const json_t *list, const char *member, const char *id)
{
	const json_t *item;
	size_t i;

	json_array_foreach (list, i, item)
		if (strcmp(json_text_or(item, member, ""), id) == 0)
			return item;
	return NULL;
}

/* ---- one key -------------------------------------------------------------------- */

/* The setup session's own key answers, or AWS does not know it any more. */
static bool
probe(struct run *run, struct root_key *k, struct err *e)
{
	struct sts_identity who;
	struct err why = { 0 };

	if (sts_get_caller_identity(run->session[SESSION_SETUP], &who, &why))
		k->state = ROOT_KEY_ACTIVE;
	else if (err_is(&why, "InvalidClientTokenId"))
		k->state = ROOT_KEY_GONE;
	else
		return *e = why, false;
	return true;
}

static void
from_fact(const json_t *item, struct root_key *k)
{
	if (item == NULL) {
		k->state = ROOT_KEY_GONE;
		return;
	}
	/* A status that we do not know ("Expired") is as good as inactive: it signs nothing. */
	k->state = strcmp(json_text_or(item, "Status", ""), "Active") == 0 ? ROOT_KEY_ACTIVE
									   : ROOT_KEY_INACTIVE;
	k->last_used = json_int_or(item, "last_used", -1);
	k->service = json_text_or(item, "service", "");
}

bool
root_keys_look(struct run *run, const char *id, struct root_key *out, struct err *e)
{
	const struct fact *keys = facts_get(run->facts, FACT_ROOT_KEYS);
	const json_t *summary = facts_value(run->facts, FACT_SUMMARY);
	struct root_key k = { .state = ROOT_KEY_UNSEEN, .service = "" };

	k.signs = strcmp(id, root_keys_signing(run)) == 0;
	if (keys->value != NULL) {
		from_fact(find(keys->value, "AccessKeyId", id), &k);
	} else if (json_int_or(summary, "AccountAccessKeysPresent", 1) == 0) {
		k.state = ROOT_KEY_GONE;
	} else if (!err_is(&keys->err, "NotRoot")) {
		*e = keys->err;
		return err_set(e, ERR_OTHER, "root's access keys have not been read");
	} else if (k.signs && !probe(run, &k, e)) {
		return false;
	}
	*out = k;
	return true;
}

enum root_key_state
root_keys_certificate(const struct run *run, const char *id)
{
	const json_t *certs = facts_value(run->facts, FACT_ROOT_CERTS);
	const json_t *summary = facts_value(run->facts, FACT_SUMMARY);
	const json_t *item = find(certs, "CertificateId", id);

	if (certs == NULL)
		return json_int_or(summary, "AccountSigningCertificatesPresent", 1) == 0
			   ? ROOT_KEY_GONE
			   : ROOT_KEY_UNSEEN;
	if (item == NULL)
		return ROOT_KEY_GONE;
	return strcmp(json_text_or(item, "Status", ""), "Active") == 0 ? ROOT_KEY_ACTIVE
								       : ROOT_KEY_INACTIVE;
}

/* ---- who used it ------------------------------------------------------------------ */

/* The journal of this account; *own is what has to be closed. */
static const json_t *
records(const struct run *run, struct journal **own)
{
	struct err ignored = { 0 };

	*own = NULL;
	if (run->journal != NULL)
		return journal_records(run->journal);
	if (run->state_dir != NULL)
		*own = journal_read(run->state_dir, &ignored);
	return *own != NULL ? journal_records(*own) : NULL;
}

/* An earlier run of this program was at work then. */
static bool
near_a_run(const struct run *run, int64_t when)
{
	struct journal *own;
	const json_t *all = records(run, &own), *r;
	bool found = false;
	size_t i;

	json_array_foreach (all, i, r) {
		int64_t at;

		if (json_time(r, "time", &at) && when >= at - RUN_SLACK && when <= at + RUN_SLACK)
			found = true;
	}
	journal_close(own);
	return found;
}

/* The last use was ours: AWS keeps only the last one, with the minute. */
static bool
own_use(const struct run *run, const struct root_key *k)
{
	return k->signs && k->last_used > 0 &&
	       (k->last_used >= run->started - START_SLACK || near_a_run(run, k->last_used));
}

/* Deactivated by a run before this one, a day ago or more. */
static bool
waited(const struct run *run, const char *id)
{
	struct journal *own;
	const json_t *all = records(run, &own), *r;
	const char *this = run->run_id != NULL ? run->run_id : "";
	int64_t now = clock_now(&run->clock);
	bool found = false;
	size_t i;

	json_array_foreach (all, i, r) {
		int64_t at;

		if (strcmp(json_text_or(r, "kind", ""), "step") == 0 &&
		    strcmp(json_text_or(r, "what", ""), STEP_DEACTIVATE) == 0 &&
		    strcmp(json_text_or(r, "about", ""), id) == 0 &&
		    strcmp(json_text_or(r, "run", ""), this) != 0 && json_time(r, "time", &at) &&
		    now - at >= GRACE)
			found = true;
	}
	journal_close(own);
	return found;
}

bool
root_keys_may_go(const struct run *run, const char *id, const struct root_key *k)
{
	int64_t age = clock_now(&run->clock) - k->last_used;

	bool idle = k->last_used == 0 || (k->last_used > 0 && age >= (int64_t)IDLE_DAYS * DAY);

	if (idle || own_use(run, k))
		return true;
	return k->state == ROOT_KEY_INACTIVE && waited(run, id);
}

void
root_keys_say_use(const struct run *run, const struct root_key *k, struct buf *out)
{
	int64_t age = clock_now(&run->clock) - k->last_used, days = age / DAY;

	if (k->last_used < 0) {
		buf_puts(out, "last use not known");
		return;
	}
	if (k->last_used == 0) {
		buf_puts(out, "never used, as far as AWS tells");
		return;
	}
	if (own_use(run, k)) {
		buf_puts(out, "last used by this program");
		return;
	}
	if (days > 0)
		buf_printf(out, "last used %lld day%s ago", (long long)days, days == 1 ? "" : "s");
	else
		buf_puts(out, "last used today");
	if (k->service[0] != '\0' && strcmp(k->service, "N/A") != 0)
		buf_printf(out, " for %s", k->service);
}
