/* SPDX-License-Identifier: MIT */
/* What the tests of src/aws share. */
#ifndef AWS_TEST_H
#define AWS_TEST_H

#include "core_test.h"

#include "aws.h"
#include "json.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static inline struct aws_credentials *
test_credentials(const char *id, const char *key, const char *token)
{
	return aws_credentials_new(id, secret_from(key, strlen(key)),
	    token != NULL ? secret_from(token, strlen(token)) : NULL, "test");
}

/* The value of a header of a request, or NULL. */
static inline const char *
header_of(const struct aws_http_request *r, const char *name)
{
	for (size_t i = 0; i < r->nheaders; i++)
		if (strcasecmp(r->headers[i].name, name) == 0)
			return r->headers[i].value;
	return NULL;
}

static inline json_t *
parse(const char *text)
{
	struct err e = { 0 };
	json_t *j = json_parse(text, strlen(text), &e);

	assert_string_equal(e.text, "");
	assert_non_null(j);
	return j;
}

#endif
