/* SPDX-License-Identifier: MIT */
/*
 * Inside of src/aws: the providers of the chain (chain.h).  Each gives the
 * credentials of a profile; NULL without e when the profile does not use it;
 * NULL and e when it does, but it cannot be used.
 */
#ifndef AWS_CHAIN_PARTS_H
#define AWS_CHAIN_PARTS_H

#include "chain.h"
#include "profile.h"

struct chain {
	const struct chain_env *env;	/* NULL: the files alone */
	const struct aws_files *files;
	bool variables;			/* the environment counts: no profile was asked for */
	struct strlist visited;		/* profiles of the roles that are being assumed */
};

typedef struct aws_credentials *chain_provider(struct chain *c, const char *profile,
	    struct err *e);

/* Keys (credentials_static.c). */
struct aws_credentials *chain_environment(struct err *e);
chain_provider chain_credentials_file, chain_config_file;
/* Roles (assume.c, assume_web.c). */
chain_provider chain_role, chain_web_identity;
/* The rest. */
chain_provider chain_sso, chain_login, chain_process;
struct aws_credentials *chain_container(const struct chain *c, struct err *e);

/* What a profile alone says, without environment and container (chain.c). */
struct aws_credentials *chain_profile(struct chain *c, const char *profile, struct err *e);

/* ---- shared --------------------------------------------------------------------- */

/* ERR_CONFIG "FILE line N: ..." with a short code of ours; returns false. */
bool	chain_broken(const struct profile_value *at, const char *code, struct err *e, const char *fmt,
	    ...) __attribute__((format(printf, 4, 5)));

/*
 * May calls be made and programs be started?  False and e (code "NeedsCall",
 * for logins "BrowserSignIn") when only the files are looked at.
 */
bool	chain_may_call(const struct chain *c, const struct profile_value *at, const char *code,
	    struct err *e);

/* Visible ASCII without blanks: what can be in a header or be signed. */
bool	chain_is_visible(const char *s);

/* Names of the members of a JSON object with credentials. */
struct chain_names {
	const char *id, *key, *token, *expires;
};

/*
 * The credentials in a JSON object, checked; NULL when a member is missing or
 * cannot be one (*lacks: its name).  token and expires may be absent when they
 * need not be there.  expires is a text or a number of milliseconds.
 */
struct aws_credentials *chain_from_json(const json_t *from, const struct chain_names *names,
	    bool temporary, const char **lacks);

/*
 * One call with these credentials (NULL: unsigned) through aws_call(); where
 * and what is in req.  *reply is the caller's.
 */
bool	chain_call(const struct chain *c, const struct aws_credentials *as,
	    const struct aws_request *req, json_t **reply, struct err *e);

/* ---- ~/.aws/cli/cache (chain_cache.c) ---------------------------------------------- */

/* The name of a cache entry: SHA-1 of Python's json.dumps(args, sort_keys=True); xfree(). */
char   *chain_cache_path(const json_t *args, bool minified);
/* Its credentials when they last for 15 minutes more; else NULL: it is only a cache. */
struct aws_credentials *chain_cache_read(const struct chain *c, const char *path);
/* Write an entry, 0600; what goes wrong is only logged. */
void	chain_cache_write(const char *path, const json_t *entry);

/* A time as the AWS tools write it, also "...UTC"; false when it is none. */
bool	chain_time(const char *s, int64_t *epoch);

#endif
