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

static void
slot_begin(struct slot *s, struct aws *aws, struct aws_fetch *f)
{
	*s = (struct slot){ .f = f };
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

struct pool {
	struct aws *aws;
	struct slot *slots;
	size_t nslots;
	struct aws_fetch *next, *end;
};

/* Turn all, fill what became free; how long to wait, or -1 when all have ended. */
static int
pool_turn(struct pool *p)
{
	int ms = -1;

	for (size_t i = 0; i < p->nslots; i++) {
		struct slot *s = &p->slots[i];
		int idle;

		if (s->f != NULL && slot_turn(s))
			slot_end(s);
		while (s->f == NULL && p->next < p->end) {
			slot_begin(s, p->aws, p->next++);
			if (slot_turn(s))
				slot_end(s);
		}
		if (s->f == NULL)
			continue;
		idle = task_idle_ms(&s->task);
		ms = ms < 0 || idle < ms ? idle : ms;
	}
	return ms;
}

static void
pool_cancel(struct pool *p)
{
	for (size_t i = 0; i < p->nslots; i++)
		if (p->slots[i].f != NULL)
			task_cancel(&p->slots[i].task);
	for (; p->next < p->end; p->next++)
		aws_fail(&p->next->err, ERR_CANCELLED, "Cancelled", "cancelled");
}

void
aws_fetch_many(struct aws *aws, struct aws_fetch *f, size_t n)
{
	size_t nslots = n < IN_FLIGHT ? n : IN_FLIGHT;
	AUTO_FREE struct slot *slots = xcalloc(nslots, sizeof(*slots));
	struct pool p = { aws, slots, nslots, f, f + n };
	int ms;

	while ((ms = pool_turn(&p)) >= 0)
		if (!session_wait(aws, ms))
			pool_cancel(&p);
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
