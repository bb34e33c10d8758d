/* SPDX-License-Identifier: MIT */
/*
 * Many reads at once.  As many as fit are in flight; each turns its own pages
 * and has its own retries, and one that ends makes room for the next.
 */
#include <string.h>

#include "alloc.h"
#include "decode.h"
#include "service.h"
#include "session.h"

#define IN_FLIGHT 64 /* libcurl queues what is over six a host */

struct slot {
	struct aws_fetch *f; /* NULL: free */
	struct task task;
	json_t *params;      /* with the page token; NULL: those of the request */
	json_t *items;       /* of the pages so far */
	struct strlist seen; /* tokens: a loop of pages must end */
};

/* ---- read ahead ------------------------------------------------------------------ */

struct aws_ahead {
	struct task task;
	json_t *params;
};

static bool
is_plain(const struct aws_request *r)
{
	return r->region == NULL && r->bucket == NULL && r->body == NULL && r->secret == NULL &&
	       aws_op(r->op)->class == AWS_READ;
}

static bool
is_asked(const struct aws_ahead *a, const struct aws_request *r)
{
	if (a->task.req.op != r->op || (a->params == NULL) != (r->params == NULL))
		return false;
	return a->params == NULL || json_equal(a->params, r->params) == 1;
}

void
aws_read_ahead(struct aws *aws, const struct aws_request *req)
{
	struct aws_ahead *a;

	if (!is_plain(req) || aws->nahead == AWS_AHEAD_MAX)
		return;
	if (aws->ahead == NULL)
		aws->ahead = xcalloc(AWS_AHEAD_MAX, sizeof(*aws->ahead));
	a = &aws->ahead[aws->nahead++];
	a->params = json_deep_copy(req->params);
	task_init(&a->task, aws, req);
	(void)task_turn(&a->task);
	/* Until it is taken over only the params are needed; the caller's texts may go. */
	a->task.req = (struct aws_request){ .op = req->op, .params = a->params };
}

/* The task of the request if it is in flight already. */
static bool
take_over(struct aws *aws, struct task *t, const struct aws_request *r)
{
	for (size_t i = 0; is_plain(r) && i < aws->nahead; i++) {
		struct aws_ahead *a = &aws->ahead[i];

		if (!is_asked(a, r))
			continue;
		*t = a->task;
		t->req = *r;
		json_decref(a->params);
		*a = aws->ahead[--aws->nahead];
		return true;
	}
	return false;
}

void
session_drop_ahead(struct aws *aws)
{
	for (size_t i = 0; i < aws->nahead; i++) {
		task_free(&aws->ahead[i].task);
		json_decref(aws->ahead[i].params);
	}
	xfree(take(&aws->ahead));
	aws->nahead = 0;
}

/* ---- one of many ------------------------------------------------------------------- */

static void
slot_begin(struct slot *s, struct aws *aws, struct aws_fetch *f)
{
	*s = (struct slot){ .f = f };
	if (take_over(aws, &s->task, &f->req))
		return;
	task_init(&s->task, aws, &f->req);
	if (aws_op(f->req.op)->class != AWS_READ && !s->task.done) {
		aws_fail(&s->task.err, ERR_REFUSED, "NotARead", "%s is not a call that only reads",
		    aws_op(f->req.op)->action);
		s->task.done = true;
	}
}

static void
slot_end(struct slot *s)
{
	task_tell(&s->task);
	s->f->err = s->task.err;
	if (s->f->err.kind == ERR_NONE)
		err_clear(&s->f->err);
	memcpy(s->f->request_id, s->task.request_id, sizeof(s->f->request_id));
	s->f->reply = NULL;
	if (s->f->err.kind == ERR_NONE)
		s->f->reply = s->items != NULL ? take(&s->items) : take(&s->task.reply);
	json_decref(take(&s->items));
	json_decref(take(&s->params));
	strlist_free(&s->seen);
	task_free(&s->task);
	s->f = NULL;
}

static void
take_page(struct slot *s)
{
	const char *list = aws_op(s->f->req.op)->list;
	size_t n = json_count(s->task.reply, list);

	if (s->items == NULL)
		s->items = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append(s->items, (json_t *)(uintptr_t)json_item(s->task.reply, list, i));
}

/* The next page is a call of its own, with the same parameters and the token. */
static void
ask_page(struct slot *s, const char *token)
{
	struct aws_request req = s->f->req;
	struct aws *aws = s->task.aws;
	json_t *params =
	    json_is_object(req.params) ? json_copy((json_t *)(uintptr_t)req.params) : json_object();

	json_object_set_new(params, strchr(aws_op(req.op)->token, '>') + 1, json_string(token));
	req.params = params;
	strlist_add(&s->seen, token);
	task_free(&s->task);
	json_decref(s->params);
	s->params = params;
	task_init(&s->task, aws, &req);
}

/* True when the fetch has ended. */
static bool
slot_turn(struct slot *s)
{
	const char *token;

	if (!task_turn(&s->task))
		return false;
	if (s->task.err.kind != ERR_NONE || aws_op(s->f->req.op)->list == NULL)
		return true;
	s->f->pages++;
	take_page(s);
	token = decode_page_token(s->f->req.op, s->task.reply);
	if (token == NULL)
		return true;
	if (strlist_has(&s->seen, token)) {
		aws_fail(&s->task.err, ERR_AWS, "PageLoop",
		    "the pages of the list do not end: a page names one before it as the next");
		return true;
	}
	task_tell(&s->task);
	ask_page(s, token);
	return slot_turn(s);
}

/* ---- many ---------------------------------------------------------------------------- */

struct pool {
	struct aws *aws;
	struct slot slots[IN_FLIGHT];
	const struct aws_feed *feed;
};

/* True when the fetch of the slot has ended, which the feed was told. */
static bool
pool_turn_slot(struct pool *p, struct slot *s)
{
	struct aws_fetch *f = s->f;

	if (!slot_turn(s))
		return false;
	slot_end(s);
	p->feed->ended(p->feed->arg, f);
	return true;
}

static void
pool_fill(struct pool *p, struct slot *s)
{
	struct aws_fetch *f;

	while (s->f == NULL && (f = p->feed->next(p->feed->arg)) != NULL) {
		slot_begin(s, p->aws, f);
		(void)pool_turn_slot(p, s);
	}
}

/* Turn all, fill what became free; how long to wait, or -1 when all have ended. */
static int
pool_turn(struct pool *p)
{
	int ms = -1;

	for (size_t i = 0; i < IN_FLIGHT; i++)
		if (p->slots[i].f != NULL)
			(void)pool_turn_slot(p, &p->slots[i]);
	for (size_t i = 0; i < IN_FLIGHT; i++) {
		struct slot *s = &p->slots[i];

		pool_fill(p, s);
		if (s->f == NULL)
			continue;
		int idle = task_idle_ms(&s->task);
		ms = ms < 0 || idle < ms ? idle : ms;
	}
	return ms;
}

static void
pool_cancel(struct pool *p)
{
	struct aws_fetch *f;

	for (size_t i = 0; i < IN_FLIGHT; i++)
		if (p->slots[i].f != NULL)
			task_cancel(&p->slots[i].task);
	while ((f = p->feed->next(p->feed->arg)) != NULL) {
		aws_fail(&f->err, ERR_CANCELLED, "Cancelled", "cancelled");
		p->feed->ended(p->feed->arg, f);
	}
}

void
aws_fetch_feed(struct aws *aws, const struct aws_feed *feed)
{
	AUTO_FREE struct pool *p = xcalloc(1, sizeof(*p));
	int ms;

	session_refresh(aws);
	p->aws = aws;
	p->feed = feed;
	while ((ms = pool_turn(p)) >= 0)
		if (!session_wait(aws, ms))
			pool_cancel(p);
}

struct row {
	struct aws_fetch *next, *end;
};

static struct aws_fetch *
row_next(void *arg)
{
	struct row *r = arg;

	return r->next < r->end ? r->next++ : NULL;
}

static void
row_ended(void *arg, struct aws_fetch *f)
{
	(void)arg;
	(void)f;
}

void
aws_fetch_many(struct aws *aws, struct aws_fetch *f, size_t n)
{
	struct row r = { f, f + n };
	const struct aws_feed feed = { row_next, row_ended, &r };

	aws_fetch_feed(aws, &feed);
}

json_t *
aws_list(struct aws *aws, const struct aws_request *req, struct err *e)
{
	struct aws_fetch f = { .req = *req };

	aws_fetch_many(aws, &f, 1);
	if (f.err.kind == ERR_NONE)
		return f.reply;
	if (e != NULL && e->kind == ERR_NONE)
		*e = f.err;
	return NULL;
}
