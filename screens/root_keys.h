/* SPDX-License-Identifier: MIT */
/* What the parts of the root keys screen share; not for others. */
#ifndef ROOT_KEYS_H
#define ROOT_KEYS_H

#include "plan.h"

#define ROOT_KEYS_FACTS (FACT(SUMMARY) | FACT(ROOT_KEYS) | FACT(ROOT_CERTS) | FACT(AUTH))

struct root_keys_model {
	struct strlist delete;	/* ids of access keys and signing certificates */
	/* No fields: root keys that this plan leaves, counted while root could still look. */
	bool counted;
	int stay;
};

/* ---- root_keys_look.c: what is there, what may go ------------------------------------ */

enum root_key_state {
	ROOT_KEY_GONE,
	ROOT_KEY_ACTIVE,
	ROOT_KEY_INACTIVE,
	ROOT_KEY_UNSEEN,	/* only root could tell, and root does not sign */
};

struct root_key {
	enum root_key_state state;
	int64_t last_used; /* epoch seconds, 0 = never, -1 = not known */
	const char *service;	/* borrowed from the fact; "" when not known */
	bool signs;		/* the setup session is signed with it */
};

/* An access key's id, not a certificate's. */
bool	root_keys_is_key(const char *id);
/* The key with which the setup session signs, or "". */
const char *root_keys_signing(const struct run *run);
/* May ask AWS whether the signing key still works; false and e when that fails. */
bool	root_keys_look(struct run *run, const char *id, struct root_key *out, struct err *e);
/*
 * Nobody but this program has used it for 30 days, or it has been deactivated
 * by an earlier run for a day and nobody has missed it.
 */
bool	root_keys_may_go(const struct run *run, const char *id, const struct root_key *k);
/* "last used 3 days ago for s3", appended. */
void	root_keys_say_use(const struct run *run, const struct root_key *k, struct buf *out);
/* State of a certificate in the fact ROOT_CERTS. */
enum root_key_state root_keys_certificate(const struct run *run, const char *id);

/* ---- root_keys_proof.c --------------------------------------------------------------- */

/* The session of the administrator that is to remain, or NULL. */
struct aws *root_keys_admin(const struct run *run);
/*
 * Somebody other than root answers for this account and may act: he signs
 * GetCallerIdentity and GetAccountSummary now, and no policy that can be read
 * says that he is no administrator.  *who: his ARN.  False and e (ERR_REFUSED:
 * no proof; else the failure).
 */
bool	root_keys_proven(struct run *run, struct sts_identity *who, struct err *e);

/* ---- root_keys_steps.c --------------------------------------------------------------- */

void	root_keys_each_certificate(struct run *run, const void *model, struct strlist *out);
/* Keys that can be deactivated: all but the one that signs. */
void	root_keys_each_deactivate(struct run *run, const void *model, struct strlist *out);
/* All keys, the one that signs last. */
void	root_keys_each_delete(struct run *run, const void *model, struct strlist *out);

bool	root_keys_certificate_check(struct step_ctx *c, struct err *e);
bool	root_keys_certificate_apply(struct step_ctx *c, struct err *e);
bool	root_keys_deactivate_check(struct step_ctx *c, struct err *e);
bool	root_keys_deactivate_apply(struct step_ctx *c, struct err *e);
bool	root_keys_deactivate_undo(struct step_ctx *c, const json_t *before, struct err *e);
bool	root_keys_delete_check(struct step_ctx *c, struct err *e);
bool	root_keys_delete_apply(struct step_ctx *c, struct err *e);
bool	root_keys_prove_check(struct step_ctx *c, struct err *e);
bool	root_keys_prove_apply(struct step_ctx *c, struct err *e);

#endif
