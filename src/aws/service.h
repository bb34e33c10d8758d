/* SPDX-License-Identifier: MIT */
/*
 * Inside of src/aws: how each service is spoken to (aws-client page 5 and 7),
 * and the two ways in which this layer reports a failure of its own.
 */
#ifndef AWS_SERVICE_H
#define AWS_SERVICE_H

#include "aws.h"

enum aws_protocol { PROTO_QUERY, PROTO_JSON, PROTO_REST_XML, PROTO_REST_JSON };

struct aws_service_kind {
	const char *signing_name;
	const char *host;	/* first label(s) of the host name */
	const char *version;	/* query: API version; JSON: target prefix */
	const char *setting;	/* FOO of AWS_ENDPOINT_URL_FOO, also of the profile, in upper case */
	const char *model;	/* "IAM": its directory's service id, for messages */
	enum aws_protocol protocol;
};

/* The row of a service. */
const struct aws_service_kind *aws_service_kind(enum aws_service s);

/* err_set() with a short code of ours ("ReadOnly"); returns false. */
bool	aws_fail(struct err *e, enum err_kind kind, const char *code, const char *fmt, ...)
	    __attribute__((format(printf, 4, 5)));

/* True for 127.0.0.0/8, ::1 and localhost; host may have a port and brackets. */
bool	aws_is_loopback(const char *host);

/* True for the addresses at which containers get their credentials; as above. */
bool	aws_is_container(const char *host);

/* True for what can be a Region's name in a host name: a-z, 0-9 and inner hyphens, at most 32. */
bool	aws_region_ok(const char *region);

#endif
