/* SPDX-License-Identifier: MIT */
/* Private to the parts of the screen admin_user. */
#ifndef ADMIN_USER_H
#define ADMIN_USER_H

#include "plan.h"

struct admin_user {
	char *name;
	bool console, programmatic;
	char *password;			/* generate, ask */
	struct secret *typed_password, *typed_again;
	bool reset_at_sign_in;
	struct strlist groups;
	char *new_group;
	struct strlist new_group_policies;
	char *copy_from;
	struct strlist policies;
	struct strlist tags;		/* key=value */
	char *credentials_csv;
	char *profile;
	/* Not asked for: the key that this run made, until the profile is written; and its proof. */
	struct aws_credentials *made;
	bool proven;
};

#define ADMIN_USER_TAGS 48 /* IAM's quota is 50 tags a user; run_tags() takes two */
#define ADMIN_USER_FACTS (FACT(AUTH) | FACT(USER_KEYS) | FACT(USER_MFA))

/* admin_user_fields.c: what may be typed, what can be chosen, when a field matters */
bool	admin_user_name_ok(const char *text, struct err *e);
bool	admin_user_tag_ok(const char *text, struct err *e);
bool	admin_user_arn_ok(const char *text, struct err *e);
bool	admin_user_has_console(const void *model);
bool	admin_user_types_password(const void *model);
bool	admin_user_has_new_group(const void *model);
bool	admin_user_has_key(const void *model);

/* The user's details as the account says now, or NULL. */
const json_t *admin_user_now(const struct step_ctx *c);
/* Where the credentials file goes, expanded; xfree(). */
char   *admin_user_csv(const struct run *run, const struct admin_user *m);

/* admin_user_lost.c: what is there, and what an interrupted run left */
struct credential_state {
	bool password, password_lost;
	bool key;		/* some access key */
	bool key_lost;		/* one that an interrupted run made and never saved */
	bool key_unrecorded;	/* one that it saved, without getting to say so */
};
/* By the facts; j is the journal or NULL. */
void	admin_user_look(const struct step_ctx *c, const struct journal *j,
	    struct credential_state *s);

/* admin_user_rights.c: the user and what he may do */
bool	admin_user_check_create(struct step_ctx *c, struct err *e);
bool	admin_user_apply_create(struct step_ctx *c, struct err *e);
bool	admin_user_undo_create(struct step_ctx *c, const json_t *before, struct err *e);
bool	admin_user_check_rights(struct step_ctx *c, struct err *e);
bool	admin_user_apply_rights(struct step_ctx *c, struct err *e);
bool	admin_user_undo_rights(struct step_ctx *c, const json_t *before, struct err *e);

/* admin_user_credentials.c: password and access key, each shown once */
bool	admin_user_check_credentials(struct step_ctx *c, struct err *e);
bool	admin_user_apply_credentials(struct step_ctx *c, struct err *e);
bool	admin_user_undo_credentials(struct step_ctx *c, const json_t *before, struct err *e);

/* admin_user_prove.c: it works as that user; the profile */
bool	admin_user_check_prove(struct step_ctx *c, struct err *e);
bool	admin_user_apply_prove(struct step_ctx *c, struct err *e);
bool	admin_user_check_profile(struct step_ctx *c, struct err *e);
bool	admin_user_apply_profile(struct step_ctx *c, struct err *e);

#endif
