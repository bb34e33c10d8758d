/* SPDX-License-Identifier: MIT */
/* Private to the parts of the screen user_mfa. */
#ifndef USER_MFA_H
#define USER_MFA_H

#include "plan.h"

#define USER_MFA_POLICY "rootlock-require-mfa"
#define USER_MFA_MAX ((size_t)8) /* devices a user may have (aws-facts 4.7) */

struct user_mfa {
	struct strlist users;
	char *device;		/* virtual, hardware, security-key */
	char *serial;		/* of a hardware token */
	bool require_mfa;
	struct strlist groups;	/* that require_mfa binds */
	struct strlist resync;	/* serials; what has been done is taken out */
	struct strlist replace;	/* serials of lost devices */
	struct strlist remove;	/* serials of devices that nobody holds */
};

/* user_mfa_steps.c */
#define USER_MFA_STEPS 7
extern const struct step user_mfa_steps[USER_MFA_STEPS];

/* user_mfa_checks.c */
/* The user's assigned devices as the facts say; 0 when unknown or none. */
size_t	user_mfa_devices(const struct facts *facts, const char *user);
void	user_mfa_evaluate_users(const struct facts *facts, struct finding *f);
void	user_mfa_evaluate_required(const struct facts *facts, struct finding *f);

/* user_mfa_enrol.c */
bool	user_mfa_check_enrol(struct step_ctx *c, struct err *e);
bool	user_mfa_apply_enrol(struct step_ctx *c, struct err *e);
bool	user_mfa_undo_enrol(struct step_ctx *c, const json_t *before, struct err *e);
bool	user_mfa_check_key(struct step_ctx *c, struct err *e);
bool	user_mfa_apply_key(struct step_ctx *c, struct err *e);

/* user_mfa_device.c: devices that are there */
/* Who holds the device, by the facts, borrowed; NULL: no user. */
const char *user_mfa_owner(const struct facts *facts, const char *serial);
/* The user's devices that are not to be replaced, by the facts. */
size_t	user_mfa_kept(const struct facts *facts, const struct user_mfa *m, const char *user);
/* Of a list of ListMFADevices, those that are not to be replaced. */
size_t	user_mfa_kept_of(const json_t *devices, const struct user_mfa *m);
bool	user_mfa_choose_device(struct run *run, const void *model, struct choices *out,
	    struct err *e);
bool	user_mfa_choose_orphan(struct run *run, const void *model, struct choices *out,
	    struct err *e);
bool	user_mfa_check_resync(struct step_ctx *c, struct err *e);
bool	user_mfa_apply_resync(struct step_ctx *c, struct err *e);
bool	user_mfa_check_replace(struct step_ctx *c, struct err *e);
bool	user_mfa_apply_replace(struct step_ctx *c, struct err *e);
bool	user_mfa_check_remove(struct step_ctx *c, struct err *e);
bool	user_mfa_apply_remove(struct step_ctx *c, struct err *e);

/* user_mfa_require.c */
bool	user_mfa_check_session(struct step_ctx *c, struct err *e);
bool	user_mfa_apply_session(struct step_ctx *c, struct err *e);
bool	user_mfa_check_require(struct step_ctx *c, struct err *e);
bool	user_mfa_apply_require(struct step_ctx *c, struct err *e);
bool	user_mfa_undo_require(struct step_ctx *c, const json_t *before, struct err *e);

#endif
