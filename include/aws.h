/* SPDX-License-Identifier: MIT */
/*
 * The AWS API layer.  One function, aws_call(), leaves the program; it alone
 * can refuse a write (read-only session), signs (Signature Version 4), retries
 * by class, keeps the journal and turns every answer into one tree (json.h).
 * It never prints and never waits except through the `wait` port.
 */
#ifndef AWS_H
#define AWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "buf.h"
#include "clock.h"
#include "err.h"
#include "json.h"
#include "secret.h"

struct journal;

/* ---- operations ------------------------------------------------------- */

enum aws_class { AWS_READ, AWS_ONCE, AWS_UPSERT, AWS_CREATE, AWS_DELETE };

enum aws_service {
	AWS_STS, AWS_IAM, AWS_S3, AWS_S3CONTROL, AWS_CLOUDTRAIL, AWS_CUR, AWS_BCM, AWS_SIGNIN,
	AWS_SSO, AWS_SSO_OIDC,
	AWS_NSERVICES
};

enum aws_op_id {
#define OP(id, ...) OP_##id,
#include "aws_ops.def"
#undef OP
	OP_NONE
};

struct aws_op {
	enum aws_service service;
	const char *action;	/* CreateUser */
	enum aws_class class;
	const char *iam_action;	/* iam:CreateUser; NULL when none is needed */
	const char *method, *query, *list, *token;	/* see aws_ops.def */
};

/* The row of an operation; dies for an id outside the table. */
const struct aws_op *aws_op(enum aws_op_id id);
/* "iam", "cloudtrail", ... as in "iam:CreateUser". */
const char *aws_service_name(enum aws_service s);
/* True for everything but READ and ONCE. */
bool	aws_op_writes(enum aws_op_id id);

/* ---- partitions and endpoints (botocore's partitions.json, endpoint rule sets) ---- */

struct aws_partition {
	const char *id;			/* aws, aws-cn, aws-us-gov, aws-eusc */
	const char *dns_suffix;		/* amazonaws.com */
	const char *dual_suffix;	/* api.aws */
	const char *global_region;	/* us-east-1: implicit Region of global services */
	const char *iam_region;		/* signing Region of IAM */
	const char *signin_suffix;	/* signin.aws.amazon.com */
	const char *console;		/* console.aws.amazon.com */
	bool has_cur;			/* legacy CUR is offered there */
};

/* The partition of a Region by its name; unknown Regions are in `aws`. */
const struct aws_partition *aws_partition_of(const char *region);
/* The partition named in an ARN ("arn:aws-cn:..."), `aws` when unknown. */
const struct aws_partition *aws_partition_of_arn(const char *arn);

struct aws_endpoint {
	char host[256];		/* with port when not the default, lower case */
	char path[256];		/* in front of all paths: base path of a custom URL, path-style bucket */
	char region[64];	/* signing Region */
	const char *signing_name;	/* "iam", "s3", ... */
	bool tls;
};

/* Settings from options, environment and profile (aws-client page, 1.2, 1.3). */
struct aws_settings {
	char *profile;		/* NULL: none named */
	char *region;		/* NULL: none known */
	char *endpoint_url;	/* NULL: AWS's own */
	char *service_url[AWS_NSERVICES];	/* AWS_ENDPOINT_URL_<SERVICE> */
	char *ca_bundle;
	char *app_id;
	int max_attempts;	/* in all, 3 */
	int connect_seconds, read_seconds;	/* 0: 10 and 60, as for an interactive program */
	bool fips, dualstack;
};

/*
 * Where a request goes.  bucket is the bucket name (S3), the account id
 * (S3 Control) or NULL.  A plain http URL is refused unless its host is
 * loopback (ERR_USAGE).  A custom URL signs for the configured Region and
 * addresses buckets by path.
 */
bool	aws_endpoint(const struct aws_settings *s, enum aws_service service, const char *region,
	    const char *bucket, struct aws_endpoint *out, struct err *e);

/* True when any endpoint in use is a custom one; *url is borrowed. */
bool	aws_settings_custom(const struct aws_settings *s, const char **url);
void	aws_settings_free(struct aws_settings *s);

/* ---- credentials ------------------------------------------------------ */

struct aws_credentials {
	char *access_key_id;
	struct secret *secret_access_key;
	struct secret *session_token;	/* NULL for a long-term key */
	int64_t expires;		/* epoch seconds, 0 = never */
	char *source;			/* "environment", "profile admin (/home/x/.aws/credentials)" */
	char *login_session;		/* of a browser sign-in, by which it is refreshed; or NULL */
	char *renew;			/* --profile of the chain that finds them anew ("": none was
					 * given), see chain.h; NULL: there is nothing to renew */
};

struct aws_credentials *aws_credentials_new(const char *id, struct secret *key /* taken */,
	    struct secret *token /* taken, may be NULL */, const char *source);
struct aws_credentials *aws_credentials_dup(const struct aws_credentials *c);
void	aws_credentials_free(struct aws_credentials *c);

/* Where the two files are and what was asked for on the command line. */
struct aws_options {
	const char *profile, *region, *endpoint_url, *ca_bundle;	/* NULL: not given */
	bool new_profile;	/* the profile that is asked for need not exist yet */
};

/*
 * Settings from options, AWS_* variables and the two files; ERR_CONFIG for an
 * unknown profile or an unreadable file, ERR_USAGE for a bad endpoint URL.
 * A missing Region is not an error here (s->region NULL).
 */
bool	aws_settings_load(const struct aws_options *o, struct aws_settings *s, struct err *e);

/*
 * What the environment and the two files say alone, in the order of chain.h
 * and with its errors: no call is made, no program is started.  Where the
 * chain would do that, it is ERR_CONFIG with code "NeedsCall" ("BrowserSignIn"
 * for a login_session).
 */
struct aws_credentials *aws_credentials_find(const struct aws_options *o, struct err *e);

/* Names of all profiles in both files, sorted; empty when there is no file. */
void	aws_profile_names(struct strlist *out);
/* ~/.aws/credentials or what AWS_SHARED_CREDENTIALS_FILE says; xfree(). */
char   *aws_credentials_path(void);
/*
 * Write an access key as profile `name` into the credentials file, keeping all
 * else as it was.  Refuses (code "Exists") to replace another key unless
 * replace is set.
 */
bool	aws_profile_write(const char *name, const struct aws_credentials *c, bool replace,
	    struct err *e);

/* ---- transport and session -------------------------------------------- */

struct aws_transport;	/* one curl multi: connections, TLS, proxies */

struct aws_transport *aws_transport_new(const struct aws_settings *s, struct err *e);
void	aws_transport_free(struct aws_transport *t);
/*
 * Drive transfers once: wait at most ms (>= 0) for the network or for `fd`
 * (-1: none) to become readable.  *readable tells whether fd is.  The event
 * loop's only poll.
 */
void	aws_transport_poll(struct aws_transport *t, int fd, int ms, bool *readable);
/* Requests in flight now. */
unsigned aws_transport_busy(const struct aws_transport *t);

/*
 * The `wait` port: called again and again while something is in flight or a
 * pause lasts; must call aws_transport_poll() with at most `ms`.  Returns
 * false when the person wants to cancel.
 */
typedef bool aws_wait_fn(void *arg, struct aws_transport *t, int ms);

/* What the session tells after each call ends, for progress and records. */
struct aws_event {
	enum aws_op_id op;
	const char *about;	/* resource, "user/alice" */
	const struct err *err;	/* NULL on success */
	const char *request_id;
	int attempts;
};
typedef void aws_watch_fn(void *arg, const struct aws_event *ev);

struct aws;		/* one session: credentials, settings, clock, ports */

/* Takes the credentials; borrows the rest, which must outlive the session. */
struct aws *aws_open(struct aws_transport *t, const struct aws_settings *s,
	    struct aws_credentials *c, struct clock *clock);
void	aws_close(struct aws *aws);

void	aws_set_wait(struct aws *aws, aws_wait_fn *fn, void *arg);
void	aws_set_watch(struct aws *aws, aws_watch_fn *fn, void *arg);
/* The one place that refuses: true = everything but READ and ONCE is refused. */
void	aws_set_read_only(struct aws *aws, bool read_only);
/* Intents and results of writes go there; NULL = none (then writes are refused). */
void	aws_set_journal(struct aws *aws, struct journal *j);
/* Sent as x-amz-expected-bucket-owner; 12 digits, copied. */
void	aws_set_account(struct aws *aws, const char *account);

const struct aws_credentials *aws_credentials(const struct aws *aws);
const struct aws_settings *aws_settings(const struct aws *aws);
/* The session's Region, never NULL once opened with settings that have one. */
const char *aws_region(const struct aws *aws);
struct clock *aws_clock(struct aws *aws);

/* ---- calls ------------------------------------------------------------ */

struct aws_request {
	enum aws_op_id op;
	const char *about;	/* resource for journal and plan: "user/alice" */
	const char *region;	/* NULL: the session's, or the service's own */
	const char *bucket;	/* S3: bucket; S3 Control: account id */
	const json_t *params;	/* borrowed object of members as in the service model, or NULL */
	const char *body;	/* S3: XML or JSON document, or NULL */
	const char *secret_name;	/* query member or REST-JSON header whose value is `secret` */
	const struct secret *secret;
};

/*
 * Make one call.  On success *reply (may be NULL when not wanted) is the tree:
 * for query services the children of <OpResponse>, so paths start at
 * "GetUserResult."; for S3 those of its root element; for JSON and bucket
 * policies the document itself; {} where AWS sends nothing; HeadBucket gives
 * {"BucketRegion"}.  Caller owns it.  A DELETE of what is not there succeeds.
 * Failure: e has operation, code, request id, text; e->maybe when a write may
 * have taken effect all the same.  Cancelling (the wait port) ends a read at
 * once; a write in flight is waited for and its true outcome returned, so the
 * port has to go on saying false until the person goes on.
 */
bool	aws_call(struct aws *aws, const struct aws_request *req, json_t **reply, struct err *e);

/* One of many: request in, reply or error out. */
struct aws_fetch {
	struct aws_request req;
	json_t *reply;		/* caller owns; for a paged list: one array of all items
				 * (GetAccountAuthorizationDetails: of all pages) */
	struct err err;
	char request_id[64];
	int pages;
};

/*
 * Make independent READ calls at once, each paged to its end where aws_ops.def
 * says how; a failed one fails alone.  Returns when all have ended.
 */
void	aws_fetch_many(struct aws *aws, struct aws_fetch *f, size_t n);

/*
 * The same where one answer leads to the next calls: next() gives a fetch that
 * can begin now (NULL: none for now), ended() is told of each that has ended
 * and may make others ready.  A fetch has to stay where it is from next() to
 * ended().  Returns when nothing is in flight and next() gives none.
 */
struct aws_feed {
	struct aws_fetch *(*next)(void *arg);
	void (*ended)(void *arg, struct aws_fetch *f);
	void *arg;
};
void	aws_fetch_feed(struct aws *aws, const struct aws_feed *feed);

/*
 * Send a READ call that is going to be asked for: the same request (operation
 * and params, no Region, no bucket) of aws_fetch_many() or aws_fetch_feed()
 * takes it over.  Never waits; one that nobody takes over is dropped with the
 * session.
 */
void	aws_read_ahead(struct aws *aws, const struct aws_request *req);

/* All items of one paged list; NULL and e on failure. */
json_t *aws_list(struct aws *aws, const struct aws_request *req, struct err *e);

/* Pause through the wait port; false (ERR_CANCELLED) when the person cancels. */
bool	aws_pause(struct aws *aws, int ms, struct err *e);

/*
 * Open connections to the services' hosts before they are needed (while the
 * person reads the first page); needs no credentials, never waits.  Nothing
 * for a practice account, which has no far host and speaks no TLS.
 */
void	aws_warm_up(struct aws_transport *t, const struct aws_settings *s);

/* ---- below: parts of the path of a call, exported for their tests ------ */

struct aws_header {
	char *name;	/* as sent */
	char *value;
};

struct aws_http_request {
	const char *method;
	struct aws_endpoint endpoint;
	struct buf path;	/* encoded once, as on the wire, begins with '/' */
	struct buf query;	/* encoded and in wire order, without '?' */
	struct aws_header headers[24];
	size_t nheaders;
	struct buf body;
};

void	aws_http_request_free(struct aws_http_request *r);
void	aws_http_header(struct aws_http_request *r, const char *name, const char *value);

/* Serialise a call for its service's protocol (query, JSON 1.1, REST-XML, REST-JSON). */
bool	aws_encode(const struct aws_settings *s, const char *region, const struct aws_request *req,
	    const char *account, struct aws_http_request *out, struct err *e);

/* How SigV4 treats the path: S3 signs it as sent, all others normalise and encode again. */
struct aws_sign_options {
	bool normalise;		/* drop dot segments and empty segments */
	bool double_encode;	/* percent-encode the path once more */
	bool sign_body_header;	/* add and sign x-amz-content-sha256 */
};

/*
 * Sign in place: adds x-amz-date, x-amz-security-token, x-amz-content-sha256
 * and Authorization.  A pure function of its arguments (SigV4, AWS General
 * Reference).  canonical and to_sign, when not NULL, receive the intermediate
 * strings for tests.
 */
void	aws_sign(struct aws_http_request *r, const struct aws_credentials *c, int64_t now,
	    const struct aws_sign_options *o, struct buf *canonical, struct buf *to_sign);

struct aws_http_reply {
	int status;		/* 0: no answer */
	struct buf body;
	char content_type[128];
	char error_type[128];	/* x-amzn-errortype */
	char request_id[64];
	char bucket_region[32];	/* x-amz-bucket-region */
	int64_t date;		/* Date header, epoch seconds, 0 = none */
	int retry_after;	/* seconds, -1 = none */
	struct err err;		/* transport failure (ERR_NETWORK) */
};

/*
 * Decide what an answer means (one error extractor for all protocols,
 * aws-client page section 7).  True and *reply on success; false and e else.
 */
bool	aws_decode(enum aws_op_id op, const struct aws_http_reply *r, json_t **reply,
	    struct err *e);

/* Standard-mode retries (aws-client page, section 4). */
struct aws_retry {
	int tokens;		/* bucket, starts at 500 */
};
enum aws_retry_kind { AWS_RETRY_NO, AWS_RETRY_TRANSIENT, AWS_RETRY_TIMEOUT, AWS_RETRY_THROTTLE };
/* ERR_AWS by code and status, ERR_NETWORK by our codes ("ReadTimeout", ...). */
enum aws_retry_kind aws_retry_kind(const struct err *e);

struct aws_retry_try {
	enum aws_class class;
	int attempt, max_attempts;	/* attempt counts from 1 */
	int retry_after;	/* seconds that the server asked for, -1 = none */
	double random01;	/* [0, 1) */
	int cost;		/* out: tokens that the retry took */
};
/*
 * Milliseconds to wait before attempt+1, or -1 when it must not be tried
 * again: class, attempts and the token bucket decide.  CREATE and ONCE only
 * when e proves that nothing was done (throttled; e->maybe false on a failure
 * of the network).
 */
int	aws_retry_delay(struct aws_retry *r, struct aws_retry_try *t, const struct err *e);
/* Give tokens back after a success; cost of the call's last retry, 0 when there was none. */
void	aws_retry_success(struct aws_retry *r, int cost);

#endif
