/* SPDX-License-Identifier: MIT */
/*
 * Devices that are there: back in step with their clock, replaced when they are
 * lost, deleted when nobody holds them.  A user's device goes only after
 * another one of his is enrolled; what is deleted was named, one by one.
 */
#include <string.h>

#include "alloc.h"
#include "json.h"
#include "user_mfa.h"

/* ---- who holds what ---- */

static bool
lists_device(const json_t *user, const char *serial)
{
	const json_t *d;
	size_t i;

	json_array_foreach (json_object_get(user, "devices"), i, d)
		if (strcmp(json_string_value(d), serial) == 0)
			return true;
	return false;
}

const char *
user_mfa_owner(const struct facts *facts, const char *serial)
{
	const json_t *all = facts_value(facts, FACT_USER_MFA);
	const char *name;
	json_t *user;

	json_object_foreach ((json_t *)(uintptr_t)all, name, user)
		if (lists_device(user, serial))
			return name;
	return NULL;
}

size_t
user_mfa_kept(const struct facts *facts, const struct user_mfa *m, const char *user)
{
	const json_t *u = json_object_get(facts_value(facts, FACT_USER_MFA), user), *d;
	size_t i, n = 0;

	json_array_foreach (json_object_get(u, "devices"), i, d)
		n += !strlist_has(&m->replace, json_string_value(d));
	return n;
}

size_t
user_mfa_kept_of(const json_t *devices, const struct user_mfa *m)
{
	const json_t *d;
	size_t i, n = 0;

	json_array_foreach (devices, i, d)
		n += !strlist_has(&m->replace, json_text_or(d, "SerialNumber", ""));
	return n;
}

/* "mfa/alice" of arn:aws:iam::123456789012:mfa/alice; NULL: not a virtual device. */
static const char *
virtual_name(const char *serial)
{
	const char *at = strstr(serial, ":mfa/");

	return at != NULL ? at + 1 : NULL;
}

/* ---- choices ---- */

static const char *
short_name(const char *serial)
{
	const char *slash = strrchr(serial, '/');

	return slash != NULL ? slash + 1 : serial;
}

bool
user_mfa_choose_device(struct run *run, const void *model, struct choices *out, struct err *e)
{
	const char *name;
	json_t *user;
	const json_t *d;
	size_t i;

	(void)model;
	if (!facts_need(run->facts, FACT(AUTH) | FACT(USER_MFA), e))
		return false;
	json_object_foreach (
	    (json_t *)(uintptr_t)facts_value(run->facts, FACT_USER_MFA), name, user)
		json_array_foreach (json_object_get(user, "devices"), i, d) {
			AUTO_FREE char *label =
			    xasprintf("%s: %s", name, short_name(json_string_value(d)));

			choices_add(out, json_string_value(d), label, NULL);
		}
	return true;
}

bool
user_mfa_choose_orphan(struct run *run, const void *model, struct choices *out, struct err *e)
{
	const json_t *d;
	size_t i;

	(void)model;
	if (!facts_need(run->facts, FACT(VIRTUAL_MFA), e))
		return false;
	json_array_foreach (facts_value(run->facts, FACT_VIRTUAL_MFA), i, d) {
		const char *serial = json_text_or(d, "SerialNumber", "");

		if (json_text(d, "User.Arn") == NULL)
			choices_add(out, serial, short_name(serial), "nobody holds it");
	}
	return out->n > 0 || err_set(e, ERR_OTHER, "Every virtual device is somebody's.");
}

/* ---- back in step ---- */

bool
user_mfa_check_resync(struct step_ctx *c, struct err *e)
{
	const struct user_mfa *m = c->model;
	const char *owner = user_mfa_owner(c->run->facts, c->subject);

	(void)e;
	if (!strlist_has(&m->resync, c->subject))
		return item_verdict(c->item, VERDICT_OK, "AWS has set the device's clock");
	if (owner == NULL)
		return item_verdict(
		    c->item, VERDICT_BLOCKED, "no user has the device %s", c->subject);
	item_call(c->item, OP_IAM_RESYNC_MFA_DEVICE, "user/%s", owner);
	return item_verdict(
	    c->item, VERDICT_NEEDED, "two codes of %s's device tell AWS its clock", owner);
}

/* AWS alone has the seed: here only what can never be right is refused, and not sent. */
static bool
verify_resync(void *arg, const struct secret *seed, const char *one, const char *two, struct err *e)
{
	struct step_ctx *c = arg;
	const char *owner = user_mfa_owner(c->run->facts, c->subject);

	(void)seed;
	if (strcmp(one, two) == 0)
		return err_set(e, ERR_OTHER,
		    "Both codes are the same: wait for the next one, then type that as the "
		    "second.");
	if (iam_resync_mfa_device(c->aws, owner, c->subject, one, two, e))
		return true;
	if (err_is(e, "InvalidAuthenticationCode"))
		err_wrap(e, "Two codes of this device are needed, one right after the other");
	return false;
}

static void
forget_request(struct user_mfa *m, const char *serial)
{
	for (size_t i = m->resync.n; i > 0; i--)
		if (strcmp(m->resync.items[i - 1], serial) == 0)
			strlist_del(&m->resync, i - 1);
}

bool
user_mfa_apply_resync(struct step_ctx *c, struct err *e)
{
	const char *owner = user_mfa_owner(c->run->facts, c->subject);
	/* The title may be cut, so the guide says whose device it is. */
	AUTO_FREE char *guide =
	    xasprintf("Type two codes in a row of %s's device %s: the one it shows, and the one "
		      "after it. AWS learns from them how far its clock is off.",
		owner != NULL ? owner : "the user", short_name(c->subject));
	const struct ask_enrol q = {
		.title = "Resynchronize the device",
		.guide = guide,
		.verify = verify_resync,
		.arg = c,
	};

	if (!ask_enrol(&c->run->ask, &q, e))
		return false;
	forget_request(c->model, c->subject);
	return true;
}

/* ---- consent to what cannot be undone ---- */

static bool
consent(struct step_ctx *c, const char *title, const char *text, struct err *e)
{
	const struct ask_confirm q = {
		.title = title,
		.text = text,
		.yes = "Remove it",
		.no = "Keep it",
		.danger = true,
		.consent_given = c->run->ask.headless, /* the answers file names the serial */
	};
	bool yes = false;

	if (!ask_confirm(&c->run->ask, &q, &yes, e))
		return false;
	return yes || err_set(e, ERR_REFUSED, "%s was kept, as you chose", c->subject);
}

/* ---- lost: the new one is there, the old one goes ---- */

bool
user_mfa_check_replace(struct step_ctx *c, struct err *e)
{
	const char *owner = user_mfa_owner(c->run->facts, c->subject);
	const json_t *left =
	    json_find(facts_value(c->run->facts, FACT_VIRTUAL_MFA), "", "SerialNumber", c->subject);

	(void)e;
	if (json_text(left, "User.Arn") != NULL && json_text(left, "User.UserName") == NULL)
		return item_verdict(c->item, VERDICT_BLOCKED,
		    "the device is root's: only the console can take it off");
	if (owner == NULL && left == NULL)
		return item_verdict(c->item, VERDICT_OK, "nobody has the device %s", c->subject);
	if (owner != NULL)
		item_call(c->item, OP_IAM_DEACTIVATE_MFA_DEVICE, "user/%s", owner);
	if (virtual_name(c->subject) != NULL)
		item_call(
		    c->item, OP_IAM_DELETE_VIRTUAL_MFA_DEVICE, "%s", virtual_name(c->subject));
	if (owner == NULL)
		return item_verdict(
		    c->item, VERDICT_NEEDED, "the lost device is there, but nobody has it");
	return item_verdict(c->item, VERDICT_NEEDED, "%s has the lost device", owner);
}

/* Asked of AWS now, not of the facts: this is what keeps the user from being locked out. */
static bool
has_another(struct step_ctx *c, const char *owner, struct err *e)
{
	json_auto_t *own = iam_list_mfa_devices(c->aws, owner, e);

	if (own == NULL)
		return false;
	return user_mfa_kept_of(own, c->model) > 0 ||
	       err_set(e, ERR_REFUSED,
		   "%s has no other device yet: the lost one stays until a new one is enrolled",
		   owner);
}

static bool
take_off(struct step_ctx *c, const char *owner, struct err *e)
{
	AUTO_FREE char *text = xasprintf("%s of %s is taken off for good. A new device of %s is "
					 "enrolled and works.",
	    c->subject, owner, owner);

	if (!has_another(c, owner, e) || !consent(c, "Take off the lost device?", text, e) ||
	    !item_before(c, json_pack("{s:s, s:s}", "user", owner, "serial", c->subject), e))
		return false;
	facts_touch_user(c->run->facts, owner);
	return iam_deactivate_mfa_device(c->aws, owner, c->subject, e);
}

/* ---- nobody holds it ---- */

static bool
take_away(struct step_ctx *c, struct err *e)
{
	AUTO_FREE char *text = xasprintf("%s was made and never assigned, or left over. Whoever is "
					 "just about to enrol it has to begin again.",
	    c->subject);

	/* Somebody may have enrolled it since: AWS refuses then (DeleteConflict). */
	return consent(c, "Delete the virtual device?", text, e) &&
	       item_before(c, json_pack("{s:s}", "serial", c->subject), e) &&
	       iam_delete_virtual_mfa_device(c->aws, c->subject, e);
}

bool
user_mfa_apply_replace(struct step_ctx *c, struct err *e)
{
	const char *fact = user_mfa_owner(c->run->facts, c->subject);

	if (fact == NULL)
		return take_away(c, e);
	AUTO_FREE char *owner = xstrdup(fact);

	return take_off(c, owner, e) && (virtual_name(c->subject) == NULL ||
					    iam_delete_virtual_mfa_device(c->aws, c->subject, e));
}

bool
user_mfa_check_remove(struct step_ctx *c, struct err *e)
{
	const json_t *d =
	    json_find(facts_value(c->run->facts, FACT_VIRTUAL_MFA), "", "SerialNumber", c->subject);

	(void)e;
	if (d == NULL)
		return item_verdict(
		    c->item, VERDICT_OK, "there is no virtual device %s", c->subject);
	if (json_text(d, "User.Arn") != NULL)
		return item_verdict(c->item, VERDICT_BLOCKED,
		    "%s holds it; only devices that nobody holds are removed",
		    json_text_or(d, "User.Arn", ""));
	item_call(c->item, OP_IAM_DELETE_VIRTUAL_MFA_DEVICE, "%s",
	    virtual_name(c->subject) != NULL ? virtual_name(c->subject) : c->subject);
	return item_verdict(c->item, VERDICT_NEEDED, "nobody holds %s", c->subject);
}

bool
user_mfa_apply_remove(struct step_ctx *c, struct err *e)
{
	return take_away(c, e);
}
