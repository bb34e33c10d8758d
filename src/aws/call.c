/* SPDX-License-Identifier: MIT */
/* The one way out: refusal, journal, call, journal. */
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "journal.h"
#include "service.h"
#include "session.h"

/* "iam:CreateUser" */
static void
put_what(struct buf *b, enum aws_op_id id)
{
	const struct aws_op *op = aws_op(id);

	buf_printf(b, "%s:%s", aws_service_name(op->service), op->action);
}

static bool
refuse(const struct aws *aws, const struct aws_request *req, struct err *e)
{
	const char *action = aws_op(req->op)->action;

	if (!aws_op_writes(req->op))
		return false;
	if (aws->read_only)
		aws_fail(e, ERR_REFUSED, "ReadOnly",
		    "rootlock did not make the call %s: here it only reads", action);
	else if (aws->journal == NULL)
		aws_fail(e, ERR_REFUSED, "NoJournal",
		    "rootlock did not make the call %s: there is no journal to note it in", action);
	return e->kind != ERR_NONE;
}

static bool
announce(struct task *t)
{
	AUTO_BUF what = BUF_INIT(BUF_MAX_LINE);

	put_what(&what, t->req.op);
	return journal_put(t->aws->journal, "intent", buf_str(&what),
	    t->req.about != NULL ? t->req.about : "",
	    json_pack("{s:s, s:s}", "op", aws_op(t->req.op)->action, "region", t->region), &t->err);
}

/* An outcome that cannot be noted leaves its intent open, and then the next run looks. */
static void
note(const struct task *t)
{
	AUTO_BUF what = BUF_INIT(BUF_MAX_LINE);
	bool ok = t->err.kind == ERR_NONE;
	struct err ignored = { 0 };
	json_t *detail =
	    json_pack("{s:s, s:s?}", "request_id", t->request_id, "code", ok ? NULL : t->err.code);

	if (ok)
		json_object_del(detail, "code");
	put_what(&what, t->req.op);
	(void)journal_put(t->aws->journal,
	    ok             ? "done"
	    : t->err.maybe ? "unknown"
			   : "failed",
	    buf_str(&what), t->req.about != NULL ? t->req.about : "", detail, &ignored);
}

static void
run(struct task *t)
{
	while (!task_turn(t))
		if (!session_wait(t->aws, task_idle_ms(t)))
			task_cancel(t);
}

static void
make(struct task *t)
{
	if (refuse(t->aws, &t->req, &t->err) || t->done)
		return;
	if (!aws_op_writes(t->req.op)) {
		run(t);
		return;
	}
	/* Who has cancelled already does not get another write. */
	if (!session_wait(t->aws, 0)) {
		task_cancel(t);
		return;
	}
	if (!announce(t))
		return;
	run(t);
	note(t);
}

bool
aws_call(struct aws *aws, const struct aws_request *req, json_t **reply, struct err *e)
{
	struct task t;
	bool ok;

	session_refresh(aws);
	task_init(&t, aws, req);
	make(&t);
	task_tell(&t);
	ok = t.err.kind == ERR_NONE;
	if (ok && reply != NULL)
		*reply = take(&t.reply);
	if (!ok && e != NULL && e->kind == ERR_NONE)
		*e = t.err;
	task_free(&t);
	return ok;
}
