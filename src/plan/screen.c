/* SPDX-License-Identifier: MIT */
/* The small containers that screens fill: choices, blocks; and names of verdicts. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "alloc.h"
#include "plan.h"
#include "screen.h"

void
choices_add(struct choices *c, const char *value, const char *label, const char *note)
{
	c->items = xrealloc(c->items, (c->n + 1) * sizeof *c->items);
	c->items[c->n++] = (struct choice){
		.value = xstrdup(value),
		.label = xstrdup(label != NULL ? label : value),
		.note = note != NULL ? xstrdup(note) : NULL,
	};
}

void
choices_free(struct choices *c)
{
	for (size_t i = 0; i < c->n; i++) {
		xfree(c->items[i].value);
		xfree(c->items[i].label);
		xfree(c->items[i].note);
	}
	xfree(c->items);
	*c = (struct choices){ 0 };
}

void
blocks_add(struct blocks *b, enum block_kind kind, const char *a, const char *v)
{
	b->items = xrealloc(b->items, (b->n + 1) * sizeof *b->items);
	b->items[b->n++] = (struct block){
		.kind = kind,
		.a = xstrdup(a),
		.b = v != NULL ? xstrdup(v) : NULL,
	};
}

void
blocks_printf(struct blocks *b, enum block_kind kind, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	int n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n < 0)
		die("out of memory");
	blocks_add(b, kind, text, NULL);
	free(text);
}

void
blocks_free(struct blocks *b)
{
	for (size_t i = 0; i < b->n; i++) {
		xfree(b->items[i].a);
		xfree(b->items[i].b);
	}
	xfree(b->items);
	*b = (struct blocks){ 0 };
}

const char *
verdict_name(enum verdict v)
{
	static const char *const names[] = {
		[VERDICT_OK] = "ok",
		[VERDICT_NEEDED] = "needed",
		[VERDICT_NOT_APPLICABLE] = "not_applicable",
		[VERDICT_PERSON] = "person",
		[VERDICT_BLOCKED] = "blocked",
		[VERDICT_UNKNOWN] = "unknown",
	};

	return names[v];
}

const char *
outcome_name(enum outcome o)
{
	static const char *const names[] = {
		[OUTCOME_NONE] = "none",
		[OUTCOME_DONE] = "done",
		[OUTCOME_FAILED] = "failed",
		[OUTCOME_LEFT] = "left",
		[OUTCOME_SKIPPED] = "skipped",
	};

	return names[o];
}
