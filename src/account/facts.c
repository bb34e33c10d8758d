/* SPDX-License-Identifier: MIT */
/* What is known of the account, how each fact ends, what is read again. */
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "facts_read.h"

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

const struct fact_reader *
fact_reader(enum fact_id id)
{
	return readers[id];
}

/* ---- life ------------------------------------------------------------------- */

struct facts *
facts_new(struct aws *aws, const struct account *account)
{
	struct facts *f = xcalloc(1, sizeof *f);

	f->aws = aws;
	f->own = aws;
	f->account = account;
	f->fetch = aws_fetch_feed;
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

bool
fact_is_named(enum fact_id id, enum aws_op_id op)
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
	if (request[0] == '\0' && from != NULL && fact_is_named(id, from->req.op))
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
