/* SPDX-License-Identifier: MIT */
/*
 * Inside of src/aws: the parts of the browser sign-in (login.h).  A token is
 * the JSON object of a cache file: accessToken with the key and its end,
 * tokenType, clientId, refreshToken, idToken, dpopKey, signInRegion, and what
 * else others wrote into it.
 */
#ifndef AWS_LOGIN_PARTS_H
#define AWS_LOGIN_PARTS_H

#include "crypto.h"
#include "http.h"
#include "login.h"

#define LOGIN_CALLBACK "/oauth/callback"
#define LOGIN_TEXT_MAX ((size_t)64 << 10) /* bytes of a cache file or an answer */

/* ---- the token service (login_token.c, login_fault.c) ---------------------- */

/* Where and as whom tokens are asked for. */
struct login_place {
	const struct login_env *env;
	const char *region;
	const struct crypto_key *key;
	bool refresh;	/* else for a code; a refresh in flight is never cancelled */
};

/* "https://REGION.signin.aws.amazon.com" or the custom URL, without a slash at its end. */
bool	login_base(const struct login_env *env, const char *region, struct buf *out, struct err *e);
/*
 * POST body to /v1/token, with a new proof for each attempt; the answer is
 * checked for all that it must have.  NULL and e; caller owns the answer.
 */
json_t *login_ask(const struct login_place *at, const json_t *body, struct err *e);
/*
 * A DPoP proof (RFC 9449, 4.2) for a POST to htu at `iat`, appended; jti is
 * made anew.
 */
void	login_proof(const struct crypto_key *key, const char *htu, int64_t iat, struct buf *out);
/* What a refusal means and what the person can do. */
void	login_fault(const struct aws_http_reply *r, bool refresh, struct err *e);
/* One turn of the wait port; false when the person wants to cancel. */
bool	login_turn(const struct login_env *env, int ms);

/* ---- tokens (login_cache.c) -------------------------------------------------- */

/* A lock on a session's file, and the file. */
struct login_file {
	char *path, *lock_path;
	int lock;	/* -1: not held */
};

/* Names the file of a session; nothing is opened. */
void	login_file_init(struct login_file *f, const char *session);
void	login_file_close(struct login_file *f);
#define AUTO_LOGIN_FILE __attribute__((cleanup(login_file_close))) struct login_file
/* Make the directory and take the lock; waits for another process (code "Locked" at the end). */
bool	login_file_lock(struct login_file *f, const struct login_env *env, struct err *e);
/* The token in the file, checked; NULL and e ("NoLogin", "BadLogin"). */
json_t *login_file_read(const struct login_file *f, const char *session, struct err *e);
/* When the credentials of a checked token end, epoch seconds. */
int64_t	login_token_expires(const json_t *token);
/* Its credentials; the caller owns them. */
struct aws_credentials *login_token_credentials(const json_t *token, const char *session);
/* Take over what an answer of the token service brings: key, end, refresh token. */
void	login_token_update(json_t *token, const json_t *answer, int64_t now);

/* ---- the port (login_listen.c) ----------------------------------------------------- */

struct listener;

/* A free port of 127.0.0.1; NULL and e. */
struct listener *listener_open(const char *state, struct err *e);
void	listener_close(struct listener *ls);
int	listener_port(const struct listener *ls);
/*
 * Serve what is there.  False and e for a remark.  An answer is in *code or
 * *refused (the OAuth error); later ones change neither.
 */
bool	listener_serve(struct listener *ls, struct err *e);
const struct secret *listener_code(const struct listener *ls);	/* NULL: none yet */
const char *listener_refused(const struct listener *ls);	/* NULL: not refused */

/*
 * The value of a name in "a=b&c=d", percent-decoded, at most size - 1 bytes of
 * visible ASCII; false when it is not there or not such a value.
 */
bool	login_query(const char *query, size_t len, const char *name, char *out, size_t size);

#endif
