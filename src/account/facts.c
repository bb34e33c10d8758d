/* SPDX-License-Identifier: MIT */
/*
 * Facts: which are ready, one wave of calls for all of them, again until all are known.
 * A little over 400 lines: the waves and the one table that they fill are read together.
 */
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "facts_read.h"

#define PAUSE_MS 2000 /* between looks at something that AWS is making (aws-facts 4.8) */

static const struct fact_reader *const readers[] = {
	[FACT_SUMMARY] = &read_summary,
	[FACT_PASSWORD_POLICY] = &read_password_policy,
	[FACT_ALIASES] = &read_aliases,
	[FACT_AUTH] = &read_auth,
	[FACT_VIRTUAL_MFA] = &read_virtual_mfa,
	[FACT_REPORT] = &read_report,
	[FACT_USER_MFA] = &read_user_mfa,
	[FACT_TRAILS] = &read_trails,
	[FACT_TRAIL_STATUS] = &read_trail_status,
	[FACT_TRAIL_BUCKETS] = &read_trail_buckets,
	[FACT_REPORTS] = &read_reports,
	[FACT_EXPORTS] = &read_exports,
	[FACT_BILLING_BUCKETS] = &read_billing_buckets,
	[FACT_ROOT_KEYS] = &read_root_keys,
	[FACT_ROOT_CERTS] = &read_root_certs,
	[FACT_ROOT_MFA] = &read_root_mfa,
	[FACT_USER_KEYS] = &read_user_keys,
};
_Static_assert(sizeof readers / sizeof readers[0] == FACT_NONE, "one reader a fact");

/* ---- life ------------------------------------------------------------------- */

struct facts *
facts_new(struct aws *aws, const struct account *account)
{
	struct facts *f = xcalloc(1, sizeof *f);

	f->aws = aws;
	f->own = aws;
	f->account = account;
	f->fetch = aws_fetch_many;
	f->pause = aws_pause;
	return f;
}

void
facts_free(struct facts *f)
{
	if (f == NULL)
		return;
	facts_forget(f, FACT_ALL);
	for (int id = 0; id < FACT_NONE; id++)
		json_decref(f->wanted[id]);
	strlist_free(&f->touched);
	xfree(f);
}

void
facts_use(struct facts *f, struct aws *aws)
{
	f->aws = aws;
	facts_forget(f, FACT_ALL);
}

static void
forget_one(struct facts *f, enum fact_id id)
{
	json_decref(f->fact[id].value);
	json_decref(f->progress[id].partial);
	f->fact[id] = (struct fact){ 0 };
	f->progress[id] = (struct fact_progress){ 0 };
}

void
facts_forget(struct facts *f, unsigned mask)
{
	unsigned more = mask;

	/* What was derived goes too, and what was derived from that. */
	do {
		mask = more;
		for (int id = 0; id < FACT_NONE; id++)
			if (readers[id]->after & mask)
				more |= 1u << id;
	} while (more != mask);
	for (int id = 0; id < FACT_NONE; id++)
		if (mask & (1u << id))
			forget_one(f, (enum fact_id)id);
}

void
facts_touch_user(struct facts *f, const char *user)
{
	if (!strlist_has(&f->touched, user))
		strlist_add(&f->touched, user);
	facts_forget(f, FACT(USER_MFA) | FACT(USER_KEYS));
}

void
facts_want_bucket(struct facts *f, enum fact_id id, const char *bucket, const char *region)
{
	if (f->wanted[id] == NULL)
		f->wanted[id] = json_object();
	json_object_set_new(f->wanted[id], bucket, json_string(region));
	facts_forget(f, 1u << id);
}

/* ---- reading them ------------------------------------------------------------- */

const struct fact *
facts_get(const struct facts *f, enum fact_id id)
{
	return &f->fact[id];
}

const json_t *
facts_value(const struct facts *f, enum fact_id id)
{
	return f->fact[id].value;
}

const char *
fact_operation(enum fact_id id)
{
	static const char *const operations[] = {
#define X(id, op) [FACT_##id] = op,
		FACTS(X)
#undef X
	};

	return operations[id];
}

int64_t
facts_now(const struct facts *f)
{
	return clock_now(f->aws != NULL ? aws_clock(f->aws) : NULL);
}

bool
facts_is_root(const struct facts *f)
{
	return f->aws == f->own && f->account != NULL && f->account->caller.root;
}

void
facts_set(struct facts *f, enum fact_id id, json_t *value)
{
	forget_one(f, id);
	f->fact[id].value = value;
	f->fact[id].known = true;
	f->fact[id].read_at = facts_now(f);
}

void
facts_set_error(struct facts *f, enum fact_id id, const struct err *e)
{
	forget_one(f, id);
	f->fact[id].err = *e;
	f->fact[id].known = true;
	f->fact[id].read_at = facts_now(f);
	memcpy(f->fact[id].request_id, e->request_id, sizeof f->fact[id].request_id);
}

/* Is it the call that fact_operation() names? */
static bool
is_named(enum fact_id id, enum aws_op_id op)
{
	const char *name = fact_operation(id);
	const char *service = aws_service_name(aws_op(op)->service);
	size_t n = strlen(service);

	return strncmp(name, service, n) == 0 && name[n] == ':' &&
	       strcmp(name + n + 1, aws_op(op)->action) == 0;
}

void
fact_value(struct facts *f, enum fact_id id, json_t *value, const struct aws_fetch *from)
{
	char request[sizeof f->fact[id].request_id];

	/* The call that the evidence names, also when it was made a round earlier. */
	memcpy(request, f->progress[id].request_id, sizeof request);
	if (request[0] == '\0' && from != NULL && is_named(id, from->req.op))
		memcpy(request, from->request_id, sizeof request);
	facts_set(f, id, value);
	memcpy(f->fact[id].request_id, request, sizeof request);
}

void
fact_derived(struct facts *f, enum fact_id id, json_t *value, enum fact_id from)
{
	facts_set(f, id, value);
	f->fact[id].operation = fact_operation(from);
	f->fact[id].read_at = f->fact[from].read_at;
	memcpy(f->fact[id].request_id, f->fact[from].request_id, sizeof f->fact[id].request_id);
}

void
fact_fail(struct facts *f, enum fact_id id, const struct err *why)
{
	facts_set_error(f, id, why);
}

void
fact_again(struct facts *f, enum fact_id id, json_t *partial)
{
	struct fact_progress *p = &f->progress[id];

	if (p->partial != partial)
		json_decref(p->partial);
	p->partial = partial;
	p->round++;
}

bool
facts_fails_with(struct facts *f, enum fact_id id, enum fact_id cause)
{
	if (f->fact[cause].value != NULL)
		return false;
	const struct err why = f->fact[cause].err;

	fact_fail(f, id, &why);
	return true;
}

/* ---- waves ---------------------------------------------------------------------- */

static char *
copy(const char *s)
{
	return s != NULL ? xstrdup(s) : NULL;
}

static void
add(struct wave *w, enum aws_op_id op, struct wave_held held)
{
	w->fetch = xrealloc(w->fetch, (w->n + 1) * sizeof *w->fetch);
	w->held = xrealloc(w->held, (w->n + 1) * sizeof *w->held);
	w->held[w->n] = held;
	w->fetch[w->n] = (struct aws_fetch){ .req = { .op = op,
						 .about = held.about,
						 .region = held.region,
						 .bucket = held.bucket,
						 .params = held.params } };
	w->n++;
}

void
wave_add(struct wave *w, enum aws_op_id op, const char *about, json_t *params)
{
	add(w, op, (struct wave_held){ .about = copy(about), .params = params });
}

void
wave_add_at(
    struct wave *w, enum aws_op_id op, const char *region, const char *bucket, json_t *params)
{
	add(w, op,
	    (struct wave_held){ .about = bucket != NULL ? xasprintf("bucket/%s", bucket) : NULL,
		.region = copy(region),
		.bucket = copy(bucket),
		.params = params });
}

static void
wave_free(struct wave *w)
{
	for (size_t i = 0; i < w->n; i++) {
		json_decref(w->fetch[i].reply);
		json_decref(w->held[i].params);
		xfree(w->held[i].about);
		xfree(w->held[i].region);
		xfree(w->held[i].bucket);
	}
	xfree(w->fetch);
	xfree(w->held);
}

static unsigned
known(const struct facts *f)
{
	unsigned mask = 0;

	for (int id = 0; id < FACT_NONE; id++)
		if (f->fact[id].known)
			mask |= 1u << id;
	return mask;
}

/* With what they come after, and what that comes after. */
static unsigned
with_causes(unsigned mask)
{
	unsigned more = mask;

	do {
		mask = more;
		for (int id = 0; id < FACT_NONE; id++)
			if (mask & (1u << id))
				more |= readers[id]->after;
	} while (more != mask);
	return mask;
}

/* Facts of the mask that can be read now; `later`: also those that were told to wait. */
static unsigned
ready(const struct facts *f, unsigned mask, bool later)
{
	unsigned have = known(f), out = 0;

	for (int id = 0; id < FACT_NONE; id++)
		if ((mask & ~have & (1u << id)) && !(readers[id]->after & ~have) &&
		    (later || !f->progress[id].later))
			out |= 1u << id;
	return out;
}

static void
refuse_not_root(struct facts *f, enum fact_id id)
{
	struct err why = { 0 };

	err_set(&why, ERR_REFUSED, "only the root user itself can see this");
	snprintf(why.code, sizeof why.code, "NotRoot");
	fact_fail(f, id, &why);
}

static void
ask_all(struct facts *f, unsigned mask, struct wave *w)
{
	for (int i = 0; i < FACT_NONE; i++) {
		enum fact_id id = (enum fact_id)i;
		struct fact_progress *p = &f->progress[id];

		if (!(mask & (1u << id)))
			continue;
		if (readers[id]->root_only && !facts_is_root(f)) {
			refuse_not_root(f, id);
			continue;
		}
		p->later = false;
		p->first = w->n;
		readers[id]->ask(f, id, w);
		p->n = w->n - p->first;
	}
}

static bool
cancelled(const struct wave *w, struct err *e)
{
	for (size_t i = 0; i < w->n; i++) {
		if (w->fetch[i].err.kind != ERR_CANCELLED)
			continue;
		*e = w->fetch[i].err;
		return true;
	}
	return false;
}

static void
note_requests(struct facts *f, unsigned mask, const struct wave *w)
{
	for (int i = 0; i < FACT_NONE; i++) {
		struct fact_progress *p = &f->progress[i];

		for (size_t k = p->first; (mask & (1u << i)) && k < p->first + p->n; k++)
			if (p->request_id[0] == '\0' && is_named((enum fact_id)i, w->fetch[k].req.op))
				memcpy(p->request_id, w->fetch[k].request_id, sizeof p->request_id);
	}
}

static bool
one_wave(struct facts *f, unsigned mask, struct err *e)
{
	struct wave w = { 0 };
	bool ok = true;

	ask_all(f, mask, &w);
	if (w.n > 0) {
		f->fetch(f->aws, w.fetch, w.n);
		ok = !cancelled(&w, e);
		note_requests(f, mask, &w);
	}
	for (int i = 0; ok && i < FACT_NONE; i++) {
		const struct fact_progress *p = &f->progress[i];

		if ((mask & (1u << i)) && !f->fact[i].known)
			readers[i]->read(
			    f, (enum fact_id)i, p->n > 0 ? &w.fetch[p->first] : NULL, p->n);
	}
	wave_free(&w);
	return ok;
}

bool
facts_need(struct facts *f, unsigned mask, struct err *e)
{
	mask = with_causes(mask & ~known(f));
	while (mask & ~known(f)) {
		unsigned now = ready(f, mask, false);

		if (now == 0) {
			now = ready(f, mask, true);
			if (now == 0)
				die("facts wait for each other (%x)", mask & ~known(f));
			if (!f->pause(f->aws, PAUSE_MS, e))
				return false;
		}
		if (!one_wave(f, now, e))
			return false;
	}
	return true;
}
