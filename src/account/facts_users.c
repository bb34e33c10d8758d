/* SPDX-License-Identifier: MIT */
/*
 * Facts about every IAM user: console password and MFA, access keys.  The
 * credential report for breadth, since two calls a user throttle at a thousand
 * users; live calls where the report may be wrong: it is up to four hours old
 * (quality page 1.3).
 */
#include <string.h>

#include "alloc.h"
#include "facts_read.h"
#include "json.h"

#define LIVE_MAX 200 /* users shown without MFA that are looked at again */

/* ---- who has which virtual device ------------------------------------------------ */

/* {user: [serial]} of the virtual devices that are assigned. */
static json_t *
virtual_devices(const struct facts *f)
{
	const json_t *all = facts_value(f, FACT_VIRTUAL_MFA), *device;
	json_t *out = json_object();
	size_t i;

	json_array_foreach (all, i, device) {
		const char *user = json_text(device, "User.UserName");
		const char *serial = json_text(device, "SerialNumber");

		if (user == NULL || serial == NULL)
			continue;
		json_t *list = json_object_get(out, user);
		if (list == NULL) {
			list = json_array();
			json_object_set_new(out, user, list);
		}
		json_array_append_new(list, json_string(serial));
	}
	return out;
}

/* ---- from the report ----------------------------------------------------------------- */

/* What the report says, or NULL: the user is younger than the report, or there is none. */
static json_t *
from_report(const struct facts *f, const char *user, json_t *devices)
{
	const json_t *rows = json_at(facts_value(f, FACT_REPORT), "rows");
	const json_t *row = json_object_get(rows, user);

	if (row == NULL)
		return NULL;
	return json_pack("{s:b, s:b, s:o, s:b}", "password", json_bool(row, "password_enabled"),
	    "mfa", json_bool(row, "mfa_active"), "devices",
	    devices != NULL ? json_incref(devices) : json_array(), "live", 0);
}

/* A password without MFA, or MFA of which no serial is known: worth a look at the user himself. */
static bool
worth_a_look(const json_t *said)
{
	if (json_bool(said, "mfa"))
		return json_array_size(json_object_get(said, "devices")) == 0;
	return json_bool(said, "password");
}

/* Round 0: {user: what the report says}; null for those that have to be looked at. */
static json_t *
sort_users(const struct facts *f)
{
	const json_t *users = json_object_get(facts_value(f, FACT_AUTH), "users"), *user;
	json_auto_t *devices = virtual_devices(f);
	json_t *out = json_object();
	size_t i, looks = 0;

	json_array_foreach (users, i, user) {
		const char *name = json_text_or(user, "UserName", "");
		json_t *said = from_report(f, name, json_object_get(devices, name));
		bool live = said == NULL || strlist_has(&f->touched, name);

		if (!live && worth_a_look(said) && looks < LIVE_MAX) {
			looks++;
			live = true;
		}
		if (live) {
			json_decref(said);
			said = json_null();
		}
		json_object_set_new(out, name, said);
	}
	return out;
}

/* ---- live ---------------------------------------------------------------------------------- */

static void
ask_user_mfa(struct facts *f, enum fact_id id, struct wave *w)
{
	const char *name;
	json_t *said;

	if (facts_value(f, FACT_AUTH) == NULL)
		return;
	fact_again(f, id, sort_users(f));
	json_object_foreach (f->progress[id].partial, name, said) {
		if (!json_is_null(said))
			continue;
		AUTO_FREE char *about = xasprintf("user/%s", name);
		wave_add(w, OP_IAM_GET_LOGIN_PROFILE, about, json_pack("{s:s}", "UserName", name));
		wave_add(w, OP_IAM_LIST_MFA_DEVICES, about, json_pack("{s:s}", "UserName", name));
	}
}

/* The two answers about one user; NULL and *why when they do not tell. */
static json_t *
live_user(const struct aws_fetch got[2], const struct err **why)
{
	json_t *devices;
	bool none = err_is(&got[0].err, "NoSuchEntity");

	for (int i = 0; i < 2; i++) {
		if (got[i].err.kind == ERR_NONE || (i == 0 && none))
			continue;
		*why = &got[i].err;
		return NULL;
	}
	devices = json_array();
	for (size_t i = 0; i < json_array_size(got[1].reply); i++) {
		const json_t *d = json_array_get(got[1].reply, i);

		json_array_append_new(devices, json_string(json_text_or(d, "SerialNumber", "")));
	}
	return json_pack("{s:b, s:b, s:o, s:b}", "password", !none, "mfa",
	    json_array_size(devices) > 0, "devices", devices, "live", 1);
}

static void
take_user_mfa(struct facts *f, enum fact_id id, const struct aws_fetch *got, size_t n)
{
	const char *name;
	json_t *said;
	size_t i = 0;

	if (facts_fails_with(f, id, FACT_AUTH))
		return;
	json_auto_t *users = json_copy(f->progress[id].partial);
	json_object_foreach (f->progress[id].partial, name, said) {
		const struct err *why = NULL;

		if (!json_is_null(said) || i + 2 > n)
			continue;
		json_t *live = live_user(&got[i], &why);
		i += 2;
		/* A user deleted since the list was read is no user. */
		if (live == NULL && err_is(why, "NoSuchEntity")) {
			json_object_del(users, name);
		} else if (live == NULL) {
			fact_fail(f, id, why);
			return;
		} else {
			json_object_set_new(users, name, live);
		}
	}
	if (n > 0)
		fact_value(f, id, take(&users), got);
	else
		fact_derived(f, id, take(&users),
		    facts_value(f, FACT_REPORT) != NULL ? FACT_REPORT : FACT_AUTH);
}

const struct fact_reader read_user_mfa = {
	.after = FACT(AUTH) | FACT(REPORT) | FACT(VIRTUAL_MFA),
	.ask = ask_user_mfa,
	.read = take_user_mfa,
};

/* ---- USER_KEYS --------------------------------------------------------------------------------
 */

static const json_t *
users_of(const struct facts *f)
{
	return json_object_get(facts_value(f, FACT_AUTH), "users");
}

static void
ask_user_keys(struct facts *f, enum fact_id id, struct wave *w)
{
	const json_t *user;
	size_t i;

	(void)id;
	json_array_foreach (users_of(f), i, user) {
		const char *name = json_text_or(user, "UserName", "");
		AUTO_FREE char *about = xasprintf("user/%s", name);

		wave_add(w, OP_IAM_LIST_ACCESS_KEYS, about, json_pack("{s:s}", "UserName", name));
	}
}

static void
take_user_keys(struct facts *f, enum fact_id id, const struct aws_fetch *got, size_t n)
{
	if (facts_fails_with(f, id, FACT_AUTH))
		return;
	json_auto_t *out = json_object();
	for (size_t i = 0; i < n; i++) {
		const json_t *user = json_array_get(users_of(f), i);

		if (err_is(&got[i].err, "NoSuchEntity"))
			continue;
		if (got[i].err.kind != ERR_NONE) {
			fact_fail(f, id, &got[i].err);
			return;
		}
		json_object_set_new(
		    out, json_text_or(user, "UserName", ""), facts_plain_list(got[i].reply));
	}
	fact_value(f, id, take(&out), n > 0 ? got : NULL);
}

const struct fact_reader read_user_keys = {
	.after = FACT(AUTH),
	.ask = ask_user_keys,
	.read = take_user_keys,
};
