/* SPDX-License-Identifier: MIT */
/*
 * AWS Identity and Access Management, one thin typed function per API action
 * (IAM API Reference).  Each makes one call with aws_call(); e tells AWS's
 * code.  DELETE-class functions treat NoSuchEntity as success.  Users named
 * NULL are never sent: the functions that act on the root user itself say so.
 */
#ifndef IAM_H
#define IAM_H

#include "aws.h"

/* What created resources are tagged with: created-by=rootlock, rootlock-run=RUN. */
struct aws_tag {
	const char *key, *value;
};

/* All rules at once, for UpdateAccountPasswordPolicy is a full replace. */
struct iam_password_policy {
	int minimum_length;	/* 6-128 */
	bool symbols, numbers, uppercase, lowercase;
	bool users_may_change;
	int max_age_days;	/* 0 = never expires, else 1-1095 */
	int reuse_prevention;	/* 0 = none, else 1-24 */
	bool hard_expiry;
};

bool	iam_update_account_password_policy(struct aws *, const struct iam_password_policy *,
	    struct err *);
bool	iam_delete_account_password_policy(struct aws *, struct err *);
bool	iam_create_account_alias(struct aws *, const char *alias, struct err *);
bool	iam_delete_account_alias(struct aws *, const char *alias, struct err *);

/* tags end with a NULL key; path "/" or "/x/". */
bool	iam_create_user(struct aws *, const char *user, const char *path, const struct aws_tag *tags,
	    struct err *);
/* *reply: GetUserResult.User.{Arn,UserId,Path,Tags,PermissionsBoundary}; caller owns. */
bool	iam_get_user(struct aws *, const char *user, json_t **reply, struct err *);
bool	iam_delete_user(struct aws *, const char *user, struct err *);
bool	iam_put_user_permissions_boundary(struct aws *, const char *user, const char *policy_arn,
	    struct err *);

bool	iam_create_login_profile(struct aws *, const char *user, const struct secret *password,
	    bool reset, struct err *);
bool	iam_update_login_profile(struct aws *, const char *user, const struct secret *password,
	    bool reset, struct err *);
/* *exists false on NoSuchEntity; *reset_required as AWS says. */
bool	iam_get_login_profile(struct aws *, const char *user, bool *exists, bool *reset_required,
	    struct err *);
bool	iam_delete_login_profile(struct aws *, const char *user, struct err *);

/*
 * CreateAccessKey for a named IAM user (never for root).  id_out holds at
 * least 129 bytes; *secret is new, caller frees.
 */
bool	iam_create_access_key(struct aws *, const char *user, char *id_out, struct secret **secret,
	    struct err *);
/* Items {AccessKeyId, Status, CreateDate}; user NULL = the root user that signs. */
json_t *iam_list_access_keys(struct aws *, const char *user, struct err *);
/* user NULL = root's own key. */
bool	iam_update_access_key(struct aws *, const char *user, const char *id, bool active, struct err *);
bool	iam_delete_access_key(struct aws *, const char *user, const char *id, struct err *);
/* *last = epoch seconds, 0 = never or unknown; service at least 64 bytes, may be NULL. */
bool	iam_get_access_key_last_used(struct aws *, const char *id, int64_t *last, char *service,
	    struct err *);
json_t *iam_list_signing_certificates(struct aws *, struct err *);	/* root's own */
bool	iam_delete_signing_certificate(struct aws *, const char *id, struct err *);

bool	iam_create_group(struct aws *, const char *group, const char *path, struct err *);
/* Members as items {UserName, Arn}; NULL and code NoSuchEntity when absent. */
json_t *iam_get_group(struct aws *, const char *group, struct err *);
bool	iam_delete_group(struct aws *, const char *group, struct err *);
bool	iam_add_user_to_group(struct aws *, const char *group, const char *user, struct err *);
bool	iam_remove_user_from_group(struct aws *, const char *group, const char *user, struct err *);
json_t *iam_list_groups_for_user(struct aws *, const char *user, struct err *);

json_t *iam_list_attached_group_policies(struct aws *, const char *group, struct err *);
json_t *iam_list_attached_user_policies(struct aws *, const char *user, struct err *);
bool	iam_attach_group_policy(struct aws *, const char *group, const char *arn, struct err *);
bool	iam_detach_group_policy(struct aws *, const char *group, const char *arn, struct err *);
bool	iam_attach_user_policy(struct aws *, const char *user, const char *arn, struct err *);
bool	iam_detach_user_policy(struct aws *, const char *user, const char *arn, struct err *);
json_t *iam_list_group_policies(struct aws *, const char *group, struct err *);	/* names */
json_t *iam_list_user_policies(struct aws *, const char *user, struct err *);	/* names */
/* *document is the decoded JSON policy; caller owns. */
bool	iam_get_group_policy(struct aws *, const char *group, const char *name, json_t **document,
	    struct err *);
bool	iam_get_user_policy(struct aws *, const char *user, const char *name, json_t **document,
	    struct err *);
bool	iam_put_group_policy(struct aws *, const char *group, const char *name,
	    const char *document, struct err *);
bool	iam_put_user_policy(struct aws *, const char *user, const char *name, const char *document,
	    struct err *);
bool	iam_delete_group_policy(struct aws *, const char *group, const char *name, struct err *);
bool	iam_delete_user_policy(struct aws *, const char *user, const char *name, struct err *);
/* Items {PolicyName, Arn, AttachmentCount, Description}; scope "AWS", "Local" or "All". */
json_t *iam_list_policies(struct aws *, const char *scope, struct err *);

/*
 * CreateVirtualMFADevice: serial_out at least 257 bytes; *seed is the Base32
 * text (already base64-decoded once), caller frees.
 */
bool	iam_create_virtual_mfa_device(struct aws *, const char *name, const struct aws_tag *tags,
	    char *serial_out, struct secret **seed, struct err *);
/* code1, code2: six digits each, two consecutive TOTP codes. */
bool	iam_enable_mfa_device(struct aws *, const char *user, const char *serial, const char *code1,
	    const char *code2, struct err *);
bool	iam_resync_mfa_device(struct aws *, const char *user, const char *serial, const char *code1,
	    const char *code2, struct err *);
bool	iam_deactivate_mfa_device(struct aws *, const char *user, const char *serial, struct err *);
bool	iam_delete_virtual_mfa_device(struct aws *, const char *serial, struct err *);
/* Items {SerialNumber, EnableDate}; user NULL = the root user that signs. */
json_t *iam_list_mfa_devices(struct aws *, const char *user, struct err *);
/* Items {SerialNumber, EnableDate, User.Arn, Tags}; status "Assigned", "Unassigned", "Any". */
json_t *iam_list_virtual_mfa_devices(struct aws *, const char *status, struct err *);

/* One number of GetAccountSummary; false when it cannot be read or is absent (code "Absent"). */
bool	iam_get_summary(struct aws *, const char *key, int64_t *value, struct err *);

#endif
