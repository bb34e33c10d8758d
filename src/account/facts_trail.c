/* SPDX-License-Identifier: MIT */
/* Readers of CloudTrail (CloudTrail API Reference). */
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "facts_read.h"
#include "json.h"

/* ---- TRAILS -------------------------------------------------------------------- */

/* Shadow trails are those of other Regions and of the organization that record here. */
static void
ask_trails(struct facts *f, enum fact_id id, struct wave *w)
{
	(void)f;
	(void)id;
	wave_add(w, OP_CT_DESCRIBE_TRAILS, "trails", json_pack("{s:b}", "includeShadowTrails", 1));
}

static void
take_trails(struct facts *f, enum fact_id id, const struct aws_fetch *got, size_t n)
{
	json_t *out;

	(void)n;
	if (got->err.kind != ERR_NONE) {
		fact_fail(f, id, &got->err);
		return;
	}
	out = json_array();
	for (size_t i = 0; i < json_count(got->reply, "trailList"); i++) {
		const json_t *t = json_item(got->reply, "trailList", i);
		const char *arn = json_text_or(t, "TrailARN", "");

		if (arn[0] != '\0' && json_find(out, "", "TrailARN", arn) == NULL)
			json_array_append_new(out, json_deep_copy(t));
	}
	fact_value(f, id, out, got);
}

const struct fact_reader read_trails = { .ask = ask_trails, .read = take_trails };

/* ---- TRAIL_STATUS ----------------------------------------------------------------- */

/* Both calls are answered in full only in the trail's home Region. */
static void
ask_trail_status(struct facts *f, enum fact_id id, struct wave *w)
{
	const json_t *t;
	size_t i;

	(void)id;
	json_array_foreach (facts_value(f, FACT_TRAILS), i, t) {
		const char *arn = json_text_or(t, "TrailARN", "");
		const char *home = json_text(t, "HomeRegion");

		wave_add_at(w, OP_CT_GET_TRAIL_STATUS, home, NULL, json_pack("{s:s}", "Name", arn));
		wave_add_at(
		    w, OP_CT_GET_EVENT_SELECTORS, home, NULL, json_pack("{s:s}", "TrailName", arn));
	}
}

static json_t *
answer_or_null(const struct aws_fetch *got)
{
	return got->err.kind == ERR_NONE && json_is_object(got->reply) ? json_incref(got->reply)
								       : json_null();
}

static const char *
code_of(const struct err *e)
{
	if (e->kind == ERR_NONE)
		return NULL;
	return e->code[0] != '\0' ? e->code : e->text;
}

static void
take_trail_status(struct facts *f, enum fact_id id, const struct aws_fetch *got, size_t n)
{
	json_t *out;

	if (facts_fails_with(f, id, FACT_TRAILS))
		return;
	out = json_object();
	for (size_t i = 0; i + 2 <= n; i += 2) {
		const json_t *t = json_array_get(facts_value(f, FACT_TRAILS), i / 2);
		const char *code = code_of(&got[i].err);

		if (code == NULL)
			code = code_of(&got[i + 1].err);
		json_object_set_new(out, json_text_or(t, "TrailARN", ""),
		    json_pack("{s:o, s:o, s:s?}", "status", answer_or_null(&got[i]), "selectors",
			answer_or_null(&got[i + 1]), "error", code));
	}
	fact_value(f, id, out, n > 0 ? got : NULL);
}

const struct fact_reader read_trail_status = {
	.after = FACT(TRAILS),
	.ask = ask_trail_status,
	.read = take_trail_status,
};

/* ---- TRAIL_BUCKETS -------------------------------------------------------------------- */

/* The trail is this account's own; an organization's has its bucket in another account. */
static bool
is_own(const struct facts *f, const json_t *trail)
{
	char account[16] = "";

	(void)sscanf(
	    json_text_or(trail, "TrailARN", ""), "%*[^:]:%*[^:]:%*[^:]:%*[^:]:%15[0-9]", account);
	return strcmp(account, f->account->caller.account) == 0;
}

/* {bucket: region}; where the trail is, the bucket mostly is, and S3 says when it is not. */
static json_t *
trail_buckets(const struct facts *f)
{
	json_t *out = json_object();
	const json_t *t;
	size_t i;

	json_array_foreach (facts_value(f, FACT_TRAILS), i, t) {
		const char *bucket = json_text_or(t, "S3BucketName", "");

		if (bucket[0] != '\0' && is_own(f, t))
			json_object_set_new(
			    out, bucket, json_string(json_text_or(t, "HomeRegion", "")));
	}
	json_object_update(out, f->wanted[FACT_TRAIL_BUCKETS]);
	return out;
}

static void
ask_trail_buckets(struct facts *f, enum fact_id id, struct wave *w)
{
	json_auto_t *buckets = trail_buckets(f);

	(void)id;
	buckets_ask(w, buckets);
}

static void
take_trail_buckets(struct facts *f, enum fact_id id, const struct aws_fetch *got, size_t n)
{
	/* A wanted bucket can be looked at although the trails cannot. */
	if (n == 0 && facts_fails_with(f, id, FACT_TRAILS))
		return;
	buckets_take(f, id, trail_buckets(f), got, n);
}

const struct fact_reader read_trail_buckets = {
	.after = FACT(TRAILS),
	.ask = ask_trail_buckets,
	.read = take_trail_buckets,
};
