/* SPDX-License-Identifier: MIT */
/* Findings: verdict, reason, evidence. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "facts.h"

const char *
check_status_name(enum check_status s)
{
	static const char *const names[] = {
		[CHECK_PASS] = "pass",
		[CHECK_FAIL] = "fail",
		[CHECK_NOT_APPLICABLE] = "not_applicable",
		[CHECK_UNKNOWN] = "unknown",
	};

	return names[s];
}

const char *
fix_how_name(enum fix_how h)
{
	static const char *const names[] = {
		[FIX_AUTOMATIC] = "automatic",
		[FIX_GUIDED] = "guided",
		[FIX_WAITING] = "waiting",
		[FIX_NONE] = "none",
	};

	return names[h];
}

void
finding_init(struct finding *f)
{
	*f = (struct finding){
		.status = CHECK_UNKNOWN,
		.how = FIX_NONE,
		.evidence = json_array(),
	};
}

void
finding_free(struct finding *f)
{
	json_decref(f->evidence);
	f->evidence = NULL;
}

void
finding_set(struct finding *f, enum check_status s, const char *fmt, ...)
{
	va_list ap;

	f->status = s;
	va_start(ap, fmt);
	vsnprintf(f->reason, sizeof f->reason, fmt, ap);
	va_end(ap);
}

void
finding_add(
    struct finding *f, const struct facts *facts, enum fact_id id, const char *field, json_t *value)
{
	const struct fact *from = facts_get(facts, id);
	int64_t age = facts_now(facts) - from->read_at;
	json_t *request = from->request_id[0] != '\0' ? json_string(from->request_id) : json_null();

	const char *operation = from->operation != NULL ? from->operation : fact_operation(id);

	json_array_append_new(
	    f->evidence, json_pack("{s:s, s:o, s:s, s:o, s:I}", "operation", operation,
			     "request_id", request != NULL ? request : json_null(), "field", field,
			     "value", value != NULL ? value : json_null(), "age_seconds",
			     (json_int_t)(age > 0 ? age : 0)));
}

/* ---- what could not be read --------------------------------------------------- */

/* AWS itself has not switched the service on for the account yet (aws-facts 1.2, E). */
static bool
not_ready(const struct err *e)
{
	static const char *const codes[] = { "OptInRequired", "SubscriptionRequiredException",
		"SubscriptionRequired" };

	for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
		if (err_is(e, codes[i]))
			return true;
	return false;
}

/* The IAM action that was refused: that of the call, else that of the fact. */
static const char *
action_of(const struct err *e, enum fact_id id)
{
	const char *own = fact_operation(id);
	size_t service = strcspn(own, ":");

	for (int op = 0; op < OP_NONE; op++) {
		const struct aws_op *row = aws_op((enum aws_op_id)op);

		if (row->iam_action != NULL && strcmp(row->action, e->operation) == 0 &&
		    strncmp(row->iam_action, own, service + 1) == 0)
			return row->iam_action;
	}
	return own;
}

static void
say_unreadable(struct finding *f, const struct err *e, enum fact_id id)
{
	if (err_is(e, "NotRoot")) {
		finding_set(f, CHECK_UNKNOWN, "Only root itself can see this.");
	} else if (not_ready(e)) {
		f->how = FIX_WAITING;
		finding_set(f, CHECK_UNKNOWN, "AWS has not made this ready yet (%s, %s).",
		    fact_operation(id), e->code);
	} else if (err_is_denied(e)) {
		finding_set(f, CHECK_UNKNOWN, "not allowed: %s", action_of(e, id));
	} else {
		finding_set(f, CHECK_UNKNOWN, "%s could not be read: %s%s%s", fact_operation(id),
		    e->code, e->code[0] != '\0' ? ": " : "",
		    e->text[0] != '\0' ? e->text : "not looked at");
	}
}

bool
finding_unreadable(struct finding *f, const struct facts *facts, unsigned mask)
{
	for (int i = 0; i < FACT_NONE; i++) {
		enum fact_id id = (enum fact_id)i;
		const struct fact *fact = facts_get(facts, id);

		if (!(mask & (1u << id)) || fact->value != NULL)
			continue;
		say_unreadable(f, &fact->err, id);
		finding_add(f, facts, id, "error", json_string(fact->err.code));
		return true;
	}
	return false;
}
