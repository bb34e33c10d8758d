/* SPDX-License-Identifier: MIT */
/* Audit: load the facts that the checks name, evaluate, tell. */
#include <string.h>

#include "alloc.h"
#include "plan.h"
#include "text.h"

static bool
wanted(const struct strlist *only, const char *id)
{
	return only == NULL || only->n == 0 || strlist_has(only, id);
}

unsigned
audit_facts(const struct strlist *only)
{
	const struct check *c;
	unsigned mask = 0;

	for (size_t i = 0; (c = check_at(i, NULL)) != NULL; i++)
		if (wanted(only, c->id))
			mask |= c->facts;
	return mask;
}

bool
audit_run(struct run *run, const struct strlist *only, struct audit *out, struct err *e)
{
	struct audit a = { 0 };
	const struct screen_def *screen;
	const struct check *c;

	if (!facts_need(run->facts, audit_facts(only), e))
		return false;
	a.rows = xcalloc(check_count() + 1, sizeof *a.rows);
	a.at = clock_now(&run->clock);
	for (size_t i = 0; (c = check_at(i, &screen)) != NULL; i++) {
		if (!wanted(only, c->id))
			continue;
		struct audit_row *r = &a.rows[a.n++];

		r->check = c;
		r->screen = screen;
		finding_init(&r->finding);
		r->finding.how = c->how;
		c->evaluate(run->facts, &r->finding);
		a.counts[r->finding.status]++;
	}
	*out = a;
	return true;
}

void
audit_free(struct audit *a)
{
	for (size_t i = 0; i < a->n; i++)
		finding_free(&a->rows[i].finding);
	xfree(a->rows);
	*a = (struct audit){ 0 };
}

bool
audit_clean(const struct audit *a)
{
	return a->counts[CHECK_FAIL] == 0 && a->counts[CHECK_UNKNOWN] == 0;
}

static json_t *
row_json(const struct audit_row *r)
{
	const struct finding *f = &r->finding;
	bool fixable = f->status == CHECK_FAIL || f->status == CHECK_UNKNOWN;
	json_t *refs = json_array();

	for (const char *const *s = r->check->refs; s != NULL && *s != NULL; s++)
		json_array_append_new(refs, json_string(*s));
	return json_pack("{s:s, s:s, s:s, s:s, s:O?, s:o, s:{s:s, s:s}}", "id", r->check->id,
	    "title", r->check->title, "status", check_status_name(f->status), "reason", f->reason,
	    "evidence", f->evidence, "refs", refs, "fix", "how",
	    fix_how_name(fixable ? f->how : FIX_NONE), "screen", r->screen->id);
}

json_t *
audit_json(const struct run *run, const struct audit *a)
{
	const json_t *aliases = facts_value(run->facts, FACT_ALIASES);
	json_t *checks = json_array(), *summary = json_object();
	char when[32];

	text_iso8601(when, sizeof when, a->at);
	for (size_t i = 0; i < a->n; i++)
		json_array_append_new(checks, row_json(&a->rows[i]));
	for (int s = CHECK_PASS; s <= CHECK_UNKNOWN; s++)
		json_object_set_new(
		    summary, check_status_name((enum check_status)s), json_integer(a->counts[s]));
	return json_pack("{s:s, s:s, s:s?, s:s, s:s, s:s, s:o, s:o}", "rootlock", ROOTLOCK_VERSION,
	    "account", run->account.caller.account, "alias",
	    json_string_value(json_array_get(aliases, 0)), "partition", run->account.partition->id,
	    "caller", run->account.caller.arn, "time", when, "checks", checks, "summary", summary);
}
