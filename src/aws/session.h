/* SPDX-License-Identifier: MIT */
/* Inside of src/aws: a session, and one logical call with its attempts. */
#ifndef AWS_SESSION_H
#define AWS_SESSION_H

#include "http.h"

#define AWS_TICK_MS 500 /* the longest turn while something is in flight */

#define AWS_AHEAD_MAX 16

struct aws_ahead;

struct aws {
	struct aws_transport *transport;
	const struct aws_settings *settings;
	struct aws_credentials *credentials;
	struct clock *clock;
	struct aws_retry retry;
	aws_wait_fn *wait;
	void *wait_arg;
	aws_watch_fn *watch;
	void *watch_arg;
	struct journal *journal;
	char account[13];
	bool read_only;
	struct aws_ahead *ahead;	/* reads that are sent but not asked for yet; fetch.c */
	size_t nahead;
	unsigned generation;		/* of the credentials; one more with each renewal */
	int64_t renew_after;		/* clock_ms() before which they are not renewed again */
	struct err not_renewed;		/* why the last renewal failed */
};

/* One turn of the wait port; false when the person wants to cancel. */
bool	session_wait(struct aws *aws, int ms);

/* Before calls are signed: credentials that are about to end are renewed, where that can be. */
void	session_refresh(struct aws *aws);
/*
 * AWS calls the credentials expired: renew them now.  False when that cannot
 * be; aws->not_renewed then says why.
 */
bool	session_renew(struct aws *aws);

/* Drop what was read ahead and not taken over. */
void	session_drop_ahead(struct aws *aws);

/* User-Agent (aws-client page, 6), appended. */
void	session_agent(const struct aws *aws, struct buf *b);

/*
 * A logical call: one page, all attempts.  Driven by turns, so that one loop
 * can have many of them in flight.
 */
struct task {
	struct aws *aws;
	struct aws_request req;
	char region[64];
	char invocation[37];		/* the same for all attempts */
	struct aws_retry_try try;
	int64_t wake;			/* clock_ms() of the next attempt */
	int64_t signed_at;
	struct http_call *call;		/* in flight, or NULL */
	unsigned generation;		/* of the credentials that signed */
	bool done, skewed, redirected, renewed, maybe, stop;
	json_t *reply;			/* of a success */
	struct err err;			/* of a failure */
	char request_id[64];
};

/* Begin; req is copied, what it points to is borrowed until the task is done. */
void	task_init(struct task *t, struct aws *aws, const struct aws_request *req);
/* Drop what is in flight and what was not taken out. */
void	task_free(struct task *t);
/* Send, look for the answer, decide; true once it is done. */
bool	task_turn(struct task *t);
/* How long it can do nothing without the network, at most AWS_TICK_MS. */
int	task_idle_ms(const struct task *t);
/* The person cancels: a write in flight is waited for, all else ends now. */
void	task_cancel(struct task *t);
/* Tell the session's watch how it ended. */
void	task_tell(const struct task *t);

#endif
