/* SPDX-License-Identifier: MIT */
/* What the parts of the root MFA screen share; not for others. */
#ifndef ROOT_MFA_H
#define ROOT_MFA_H

#include "plan.h"

struct root_mfa_model {
	char *device; /* virtual, security-key, hardware */
	bool second_device;
};

/* A device of root's, told by its owner, for its name is free (aws-facts A-14). */
bool	root_mfa_is_roots(const json_t *device);
/* Root's devices of all kinds; seen from another user only virtual ones can be counted. */
size_t	root_mfa_devices(const struct facts *facts);

/* ---- root_mfa_guide.c ---- */

/* The page of the console, appended. */
void	root_mfa_url(const struct run *run, struct buf *url);
/* Lead the person until root has so many devices; false only on failure or cancel. */
bool	root_mfa_lead(struct step_ctx *c, size_t devices, struct err *e);

#endif
