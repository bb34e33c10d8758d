/* SPDX-License-Identifier: MIT */
/* What aws.h says of retries is all there is; here only the numbers, for tests. */
#ifndef AWS_RETRY_H
#define AWS_RETRY_H

#include "aws.h"

#define RETRY_TOKENS	   500	 /* the bucket, full */
#define RETRY_COST	   5	 /* of a retry */
#define RETRY_COST_TIMEOUT 10	 /* of a retry after a timeout */
#define RETRY_CAP_MS	   20000 /* the longest delay */

#endif
