/* SPDX-License-Identifier: MIT */
/* Private to the parts of the screen user_mfa. */
#ifndef USER_MFA_H
#define USER_MFA_H

#include "plan.h"

#define USER_MFA_POLICY "rootlock-require-mfa"
#define USER_MFA_NEW_KEY "new-key" /* what the journal calls a renewed access key */
#define USER_MFA_MAX ((size_t)8)  /* devices a user may have (aws-facts 4.7) */
#define USER_MFA_KEYS ((size_t)2) /* access keys a user may have, inactive ones too (4.5) */

struct user_mfa {
	struct strlist users;
	char *device;		/* virtual, hardware, security-key */
	char *serial;		/* of a hardware token */
	bool require_mfa;
	struct strlist groups;	/* that require_mfa binds */
	struct strlist resync;	/* serials; what has been done is taken out */
	struct strlist replace;	/* serials of lost devices */
	struct strlist remove;	/* serials of devices that nobody holds */
	struct strlist rotate_keys, delete_keys;	/* ids of access keys */
	char *keys_directory;	/* where new keys are saved */
};

/* user_mfa_steps.c */
#define USER_MFA_STEPS 11
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

/* user_mfa_key_old.c: the old key */
struct user_mfa_key {
	const char *user;	/* borrowed */
	const json_t *keys;	/* all of this user's, borrowed */
	bool active;
};
bool	user_mfa_key_is_active(const json_t *key);
/* By the facts; false: no user has it. */
bool	user_mfa_key_find(const struct facts *facts, const char *id, struct user_mfa_key *out);
/* Copies the id of the proven key that replaced this one (ACCESS_KEY_ID_SIZE); false: none did. */
bool	user_mfa_key_successor(const struct run *run, const char *old, char *id);
/* Is the setup session signed with it? */
bool	user_mfa_key_signs(const struct run *run, const char *id);
bool	user_mfa_key_ok(const char *text, struct err *e);
bool	user_mfa_choose_key(struct run *run, const void *model, struct choices *out,
	    struct err *e);
bool	user_mfa_check_old_key(struct step_ctx *c, struct err *e);
bool	user_mfa_apply_old_key(struct step_ctx *c, struct err *e);
bool	user_mfa_undo_old_key(struct step_ctx *c, const json_t *before, struct err *e);
bool	user_mfa_check_delete_key(struct step_ctx *c, struct err *e);
bool	user_mfa_apply_delete_key(struct step_ctx *c, struct err *e);

/* user_mfa_key.c: the new key that replaces an old one */
/* Why the step's subject cannot be renewed, appended; false: it can. */
bool	user_mfa_key_blocked(struct step_ctx *c, const struct user_mfa_key *k, struct buf *why);
bool	user_mfa_check_new_key(struct step_ctx *c, struct err *e);
bool	user_mfa_apply_new_key(struct step_ctx *c, struct err *e);
bool	user_mfa_undo_new_key(struct step_ctx *c, const json_t *before, struct err *e);

/* user_mfa_require.c */
bool	user_mfa_check_session(struct step_ctx *c, struct err *e);
bool	user_mfa_apply_session(struct step_ctx *c, struct err *e);
bool	user_mfa_check_require(struct step_ctx *c, struct err *e);
bool	user_mfa_apply_require(struct step_ctx *c, struct err *e);
bool	user_mfa_undo_require(struct step_ctx *c, const json_t *before, struct err *e);

#endif
