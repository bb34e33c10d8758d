/* SPDX-License-Identifier: MIT */
/* Source: botocore's partitions.json; console and sign-in hosts: AWS General Reference. */
#include "aws.h"

#include <string.h>

/* The first is what unknown Regions are taken for, as the SDKs do. */
static const struct aws_partition partitions[] = {
	{
	    .id = "aws",
	    .dns_suffix = "amazonaws.com",
	    .dual_suffix = "api.aws",
	    .global_region = "us-east-1",
	    .iam_region = "us-east-1",
	    .signin_suffix = "signin.aws.amazon.com",
	    .console = "console.aws.amazon.com",
	    .has_cur = true,
	},
	{
	    .id = "aws-cn",
	    .dns_suffix = "amazonaws.com.cn",
	    .dual_suffix = "api.amazonwebservices.com.cn",
	    .global_region = "cn-northwest-1",
	    .iam_region = "cn-north-1",
	    .signin_suffix = "signin.amazonaws.cn",
	    .console = "console.amazonaws.cn",
	    .has_cur = true,
	},
	{
	    .id = "aws-us-gov",
	    .dns_suffix = "amazonaws.com",
	    .dual_suffix = "api.aws",
	    .global_region = "us-gov-west-1",
	    .iam_region = "us-gov-west-1",
	    .signin_suffix = "signin.amazonaws-us-gov.com",
	    .console = "console.amazonaws-us-gov.com",
	    .has_cur = false,
	},
	{
	    .id = "aws-eusc",
	    .dns_suffix = "amazonaws.eu",
	    .dual_suffix = "api.amazonwebservices.eu",
	    .global_region = "eusc-de-east-1",
	    .iam_region = "eusc-de-east-1",
	    .signin_suffix = "signin.amazonaws-eusc.eu",
	    .console = "console.amazonaws-eusc.eu",
	    .has_cur = false,
	},
};

/* Beginnings of the Region names of the others, in the order of the table. */
static const char *const prefixes[] = { NULL, "cn-", "us-gov-", "eusc-" };

#define NPARTITIONS (sizeof partitions / sizeof partitions[0])
_Static_assert(sizeof prefixes / sizeof prefixes[0] == NPARTITIONS, "one prefix a partition");

const struct aws_partition *
aws_partition_of(const char *region)
{
	for (size_t i = 1; i < NPARTITIONS; i++)
		if (region != NULL && strncmp(region, prefixes[i], strlen(prefixes[i])) == 0)
			return &partitions[i];
	return &partitions[0];
}

const struct aws_partition *
aws_partition_of_arn(const char *arn)
{
	if (arn == NULL || strncmp(arn, "arn:", 4) != 0)
		return &partitions[0];
	arn += 4;
	for (size_t i = 1; i < NPARTITIONS; i++) {
		size_t n = strlen(partitions[i].id);

		if (strncmp(arn, partitions[i].id, n) == 0 && arn[n] == ':')
			return &partitions[i];
	}
	return &partitions[0];
}
