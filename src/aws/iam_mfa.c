/* SPDX-License-Identifier: MIT */
/* MFA devices (IAM API Reference; aws-facts 4.7). */
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "crypto.h"
#include "iam.h"
#include "iam_parts.h"
#include "service.h"
#include "text.h"

/* The seed is Base32 text, and as a blob member base64 on top. */
static struct secret *
take_seed(const char *base64, struct err *e)
{
	AUTO_BUF seed = BUF_INIT(BUF_MAX_LINE);

	if (!text_unbase64(&seed, base64, strlen(base64)) || seed.failed || seed.len == 0 ||
	    strspn(buf_str(&seed), "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz234567=") !=
		seed.len) {
		aws_fail(e, ERR_AWS, "MalformedReply", "the seed of the MFA device is not Base32");
		if (e != NULL)
			e->maybe = true;
		return NULL;
	}
	return secret_from(seed.data, seed.len);
}

bool
iam_create_virtual_mfa_device(struct aws *aws, const char *name, const struct aws_tag *tags,
    char *serial_out, struct secret **seed, struct err *e)
{
	static const char result[] = "CreateVirtualMFADeviceResult.VirtualMFADevice.SerialNumber";
	static const char base32[] =
	    "CreateVirtualMFADeviceResult.VirtualMFADevice.Base32StringSeed";
	AUTO_FREE char *about = xasprintf("mfa/%s", name);
	json_auto_t *reply = NULL;
	const char *serial, *text;
	struct secret *s;

	if (!members_call(aws, OP_IAM_CREATE_VIRTUAL_MFA_DEVICE, about,
		json_pack("{s:s, s:o}", "VirtualMFADeviceName", name, "Tags", members_tags(tags)),
		&reply, e))
		return false;
	serial = members_text(reply, result, true, e);
	text = members_text(reply, base32, true, e);
	if (serial == NULL || text == NULL || (s = take_seed(text, e)) == NULL)
		return false;
	snprintf(serial_out, 257, "%s", serial);
	*seed = s;
	return true;
}

static json_t *
with_codes(const char *serial, const char *code1, const char *code2)
{
	return json_pack("{s:s, s:s, s:s}", "SerialNumber", serial, "AuthenticationCode1", code1,
	    "AuthenticationCode2", code2);
}

/* Six parameters, as the API has them. */
bool
iam_enable_mfa_device(struct aws *aws, const char *user, const char *serial, const char *code1,
    const char *code2, struct err *e)
{
	return iam_user_call(
	    aws, OP_IAM_ENABLE_MFA_DEVICE, user, with_codes(serial, code1, code2), NULL, e);
}

bool
iam_resync_mfa_device(struct aws *aws, const char *user, const char *serial, const char *code1,
    const char *code2, struct err *e)
{
	return iam_user_call(
	    aws, OP_IAM_RESYNC_MFA_DEVICE, user, with_codes(serial, code1, code2), NULL, e);
}

bool
iam_deactivate_mfa_device(struct aws *aws, const char *user, const char *serial, struct err *e)
{
	return iam_user_call(aws, OP_IAM_DEACTIVATE_MFA_DEVICE, user,
	    json_pack("{s:s}", "SerialNumber", serial), NULL, e);
}

bool
iam_delete_virtual_mfa_device(struct aws *aws, const char *serial, struct err *e)
{
	const char *name = strstr(serial, ":mfa/");
	AUTO_FREE char *about = xasprintf("mfa/%s", name != NULL ? name + 5 : serial);

	return members_call(aws, OP_IAM_DELETE_VIRTUAL_MFA_DEVICE, about,
	    json_pack("{s:s}", "SerialNumber", serial), NULL, e);
}

json_t *
iam_list_mfa_devices(struct aws *aws, const char *user, struct err *e)
{
	return iam_self_list(aws, OP_IAM_LIST_MFA_DEVICES, user, e);
}

json_t *
iam_list_virtual_mfa_devices(struct aws *aws, const char *status, struct err *e)
{
	return members_list(aws, OP_IAM_LIST_VIRTUAL_MFA_DEVICES, "mfa",
	    json_pack("{s:s, s:i}", "AssignmentStatus", status, "MaxItems", 1000), e);
}
