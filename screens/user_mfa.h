/* SPDX-License-Identifier: MIT */
/* Private to the parts of the screen user_mfa. */
#ifndef USER_MFA_H
#define USER_MFA_H

#include "plan.h"

#define USER_MFA_POLICY "rootlock-require-mfa"

struct user_mfa {
	struct strlist users;
	char *device;		/* virtual, hardware, security-key */
	char *serial;		/* of a hardware token */
	bool require_mfa;
	struct strlist groups;	/* that require_mfa binds */
};

/* The user's assigned devices as the facts say; 0 when unknown or none. */
size_t	user_mfa_devices(const struct facts *facts, const char *user);

/* user_mfa_enrol.c */
bool	user_mfa_check_enrol(struct step_ctx *c, struct err *e);
bool	user_mfa_apply_enrol(struct step_ctx *c, struct err *e);
bool	user_mfa_undo_enrol(struct step_ctx *c, const json_t *before, struct err *e);
bool	user_mfa_check_key(struct step_ctx *c, struct err *e);
bool	user_mfa_apply_key(struct step_ctx *c, struct err *e);

/* user_mfa_require.c */
bool	user_mfa_check_session(struct step_ctx *c, struct err *e);
bool	user_mfa_apply_session(struct step_ctx *c, struct err *e);
bool	user_mfa_check_require(struct step_ctx *c, struct err *e);
bool	user_mfa_apply_require(struct step_ctx *c, struct err *e);
bool	user_mfa_undo_require(struct step_ctx *c, const json_t *before, struct err *e);

#endif
