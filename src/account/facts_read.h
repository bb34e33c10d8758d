/* SPDX-License-Identifier: MIT */
/*
 * Inside of facts.c and its readers; not for others.  A reader tells which
 * calls a fact needs (ask) and turns the answers into its value (read).  It
 * may ask for another round: the report is generated, then fetched; an export
 * is listed, then read.  The engine makes all calls of all facts that are
 * ready at once.
 */
#ifndef FACTS_READ_H
#define FACTS_READ_H

#include "facts.h"

/* What one fact has got so far. */
struct fact_progress {
	int round;		/* 0, 1, ... */
	json_t *partial;	/* from the rounds before */
	bool later;		/* the next round only after a pause */
	int64_t since;		/* clock_ms() when it began to wait, 0 = not yet */
	char request_id[64];	/* of the first call that fact_operation() names */
};

struct facts {
	struct aws *aws;
	struct aws *own;	/* the session of facts_new(): the account's caller */
	const struct account *account;
	struct fact fact[FACT_NONE];
	struct fact_progress progress[FACT_NONE];
	struct strlist touched;		/* users */
	json_t *wanted[FACT_NONE];	/* {bucket: region}, or NULL */
	/* The two doors to the network, for tests of the waves. */
	void (*fetch)(struct aws *, const struct aws_feed *);
	bool (*pause)(struct aws *, int ms, struct err *);
};

/* Calls of one fact, made at once; texts and parameters are kept here. */
struct wave {
	struct aws_fetch *fetch;
	size_t n;
	struct wave_held {
		char *about, *region, *bucket;
		json_t *params;
	} *held;
};

/* One more call; params is stolen; about, region and bucket may be NULL. */
void	wave_add(struct wave *w, enum aws_op_id op, const char *about, json_t *params);
void	wave_add_at(struct wave *w, enum aws_op_id op, const char *region, const char *bucket,
	    json_t *params);

/* How read() ends: with a value (stolen), ... */
void	fact_value(struct facts *f, enum fact_id id, json_t *value, const struct aws_fetch *from);
/* ... with a value (stolen) that no call of its own but another fact has told, ... */
void	fact_derived(struct facts *f, enum fact_id id, json_t *value, enum fact_id from);
/* ... with the reason why not, ... */
void	fact_fail(struct facts *f, enum fact_id id, const struct err *why);
/* ... or with another round; partial is stolen (may be NULL). */
void	fact_again(struct facts *f, enum fact_id id, json_t *partial);

struct fact_reader {
	unsigned after;		/* facts that must be known first, failed or not */
	bool root_only;		/* about the root user itself, who has to sign */
	void (*ask)(struct facts *f, enum fact_id id, struct wave *w);
	/* got: the answers in the order of asking; none when ask() added no call. */
	void (*read)(struct facts *f, enum fact_id id, const struct aws_fetch *got, size_t n);
};

extern const struct fact_reader read_summary, read_password_policy, read_aliases, read_auth,
    read_virtual_mfa, read_report, read_user_mfa, read_user_keys, read_root_keys, read_root_certs,
    read_root_mfa, read_trails, read_trail_status, read_trail_buckets, read_reports, read_exports,
    read_billing_buckets;

const struct fact_reader *fact_reader(enum fact_id id);
/* Is it the call that fact_operation() names? */
bool	fact_is_named(enum fact_id id, enum aws_op_id op);

/* ---- shared by readers ------------------------------------------------------ */

/*
 * An XML tree (json.h) as plain JSON: {"": text} is the text, <member> lists
 * are arrays, an element that comes once stands for itself, blank ones are
 * left out.  New value, never NULL.
 */
json_t *facts_plain(const json_t *xml);
/* The items of a paged list, each facts_plain(); new array. */
json_t *facts_plain_list(const json_t *items);

/* True when the fact failed; then `id` fails with the same reason. */
bool	facts_fails_with(struct facts *f, enum fact_id id, enum fact_id cause);
/* The session in use is root's. */
bool	facts_is_root(const struct facts *f);

/* Buckets of both kinds: the calls for one, and what they say as BUCKET. */
#define BUCKET_READS 8
void	bucket_ask(struct wave *w, const char *bucket, const char *region);
json_t *bucket_take(const struct aws_fetch got[BUCKET_READS], const char *region);
/* The same for all buckets of {bucket: region}. */
void	buckets_ask(struct wave *w, const json_t *buckets);
void	buckets_take(struct facts *f, enum fact_id id, json_t *buckets, const struct aws_fetch *got,
	    size_t n);

#endif
