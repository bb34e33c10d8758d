/* SPDX-License-Identifier: MIT */
#include "aws.h"

#include "alloc.h"

static const struct aws_op ops[OP_NONE] = {
#define OP(id, service_, action_, class_, iam, method_, query_, list_, token_)                     \
	[OP_##id] = {                                                                              \
		.service = service_,                                                               \
		.action = action_,                                                                 \
		.class = class_,                                                                   \
		.iam_action = iam,                                                                 \
		.method = method_,                                                                 \
		.query = query_,                                                                   \
		.list = list_,                                                                     \
		.token = token_,                                                                   \
	},
#include "aws_ops.def"
#undef OP
};

const struct aws_op *
aws_op(enum aws_op_id id)
{
	if ((unsigned)id >= OP_NONE)
		die("no such AWS operation (%d)", (int)id);
	return &ops[id];
}

const char *
aws_service_name(enum aws_service s)
{
	static const char *const names[AWS_NSERVICES] = {
		[AWS_STS] = "sts",
		[AWS_IAM] = "iam",
		[AWS_S3] = "s3",
		[AWS_S3CONTROL] = "s3control",
		[AWS_CLOUDTRAIL] = "cloudtrail",
		[AWS_CUR] = "cur",
		[AWS_BCM] = "bcm-data-exports",
		[AWS_SIGNIN] = "signin",
		[AWS_SSO] = "sso",
		[AWS_SSO_OIDC] = "sso-oidc",
	};

	if ((unsigned)s >= AWS_NSERVICES)
		die("no such AWS service (%d)", (int)s);
	return names[s];
}

bool
aws_op_writes(enum aws_op_id id)
{
	switch (aws_op(id)->class) {
	case AWS_READ:
	case AWS_ONCE:
		return false;
	case AWS_UPSERT:
	case AWS_CREATE:
	case AWS_DELETE:
		break;
	}
	return true;
}
