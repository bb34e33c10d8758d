/* SPDX-License-Identifier: MIT */
/*
 * Reading facts: all that are ready at once, and as soon as one is known, those that only waited
 * for it.  Nothing waits for the slowest of a wave but what needs its answer.
 */
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "facts_read.h"

#define PAUSE_MS 2000 /* between looks at something that AWS is making (aws-facts 4.8) */

/* ---- the calls of a fact -------------------------------------------------------------- */

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

/* ---- which can be read ------------------------------------------------------------------ */

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
				more |= fact_reader((enum fact_id)id)->after;
	} while (more != mask);
	return mask;
}

/* Facts of the mask that can be read now. */
static unsigned
ready(const struct facts *f, unsigned mask)
{
	unsigned have = known(f), out = 0;

	for (int id = 0; id < FACT_NONE; id++)
		if ((mask & ~have & (1u << id)) &&
		    !(fact_reader((enum fact_id)id)->after & ~have) && !f->progress[id].later)
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

/* ---- reading ------------------------------------------------------------------------------- */

struct reading {
	struct facts *f;
	unsigned mask;
	struct err *e;
	bool cancelled;
	struct flight {
		bool active;
		struct wave wave;
		size_t sent, ended;
	} flight[FACT_NONE];
};

static void
note_request(struct facts *f, enum fact_id id, const struct wave *w)
{
	struct fact_progress *p = &f->progress[id];

	for (size_t k = 0; k < w->n; k++)
		if (p->request_id[0] == '\0' && fact_is_named(id, w->fetch[k].req.op))
			memcpy(p->request_id, w->fetch[k].request_id, sizeof p->request_id);
}

static void
finish(struct reading *r, enum fact_id id)
{
	struct wave w = r->flight[id].wave;

	r->flight[id] = (struct flight){ 0 };
	note_request(r->f, id, &w);
	if (!r->f->fact[id].known)
		fact_reader(id)->read(r->f, id, w.n > 0 ? w.fetch : NULL, w.n);
	wave_free(&w);
}

/* True when it needed no call, so that others may have become ready. */
static bool
begin(struct reading *r, enum fact_id id)
{
	struct flight *fl = &r->flight[id];

	if (fact_reader(id)->root_only && !facts_is_root(r->f)) {
		refuse_not_root(r->f, id);
		return true;
	}
	*fl = (struct flight){ .active = true };
	fact_reader(id)->ask(r->f, id, &fl->wave);
	if (fl->wave.n > 0)
		return false;
	finish(r, id);
	return true;
}

static void
begin_ready(struct reading *r)
{
	bool again;

	do {
		unsigned now = ready(r->f, r->mask);

		again = false;
		for (int id = 0; id < FACT_NONE; id++)
			if ((now & (1u << id)) && !r->flight[id].active)
				again |= begin(r, (enum fact_id)id);
	} while (again);
}

static struct aws_fetch *
next_call(void *arg)
{
	struct reading *r = arg;

	for (int id = 0; !r->cancelled && id < FACT_NONE; id++) {
		struct flight *fl = &r->flight[id];

		if (fl->active && fl->sent < fl->wave.n)
			return &fl->wave.fetch[fl->sent++];
	}
	return NULL;
}

static struct flight *
flight_of(struct reading *r, const struct aws_fetch *f)
{
	for (int id = 0; id < FACT_NONE; id++) {
		const struct wave *w = &r->flight[id].wave;

		if (r->flight[id].active && f >= w->fetch && f < w->fetch + w->n)
			return &r->flight[id];
	}
	die("an answer to no call of a fact");
}

static void
call_ended(void *arg, struct aws_fetch *f)
{
	struct reading *r = arg;
	struct flight *fl = flight_of(r, f);

	fl->ended++;
	if (f->err.kind == ERR_CANCELLED && !r->cancelled) {
		*r->e = f->err;
		r->cancelled = true;
	}
	if (r->cancelled || fl->ended < fl->wave.n)
		return;
	finish(r, (enum fact_id)(fl - r->flight));
	begin_ready(r);
}

/* All of the mask but what was told to come later; false when the person cancelled. */
static bool
read_ready(struct facts *f, unsigned mask, struct err *e)
{
	struct reading r = { .f = f, .mask = mask, .e = e };
	const struct aws_feed feed = { next_call, call_ended, &r };

	begin_ready(&r);
	f->fetch(f->aws, &feed);
	for (int id = 0; id < FACT_NONE; id++)
		wave_free(&r.flight[id].wave);
	return !r.cancelled;
}

bool
facts_need(struct facts *f, unsigned mask, struct err *e)
{
	mask = with_causes(mask & ~known(f));
	while (mask & ~known(f)) {
		if (ready(f, mask) == 0) {
			for (int id = 0; id < FACT_NONE; id++)
				f->progress[id].later = false;
			if (ready(f, mask) == 0)
				die("facts wait for each other (%x)", mask & ~known(f));
			if (!f->pause(f->aws, PAUSE_MS, e))
				return false;
		}
		if (!read_ready(f, mask, e))
			return false;
	}
	return true;
}

void
facts_read_ahead(struct aws *aws, const struct account *account, unsigned mask)
{
	struct facts *f = facts_new(aws, account);

	mask = with_causes(mask);
	for (int id = 0; id < FACT_NONE; id++) {
		struct wave w = { 0 };

		if (!(mask & (1u << id)) || fact_reader((enum fact_id)id)->root_only ||
		    fact_reader((enum fact_id)id)->after != 0)
			continue;
		fact_reader((enum fact_id)id)->ask(f, (enum fact_id)id, &w);
		for (size_t i = 0; i < w.n; i++)
			aws_read_ahead(aws, &w.fetch[i].req);
		wave_free(&w);
	}
	facts_free(f);
}
