/* SPDX-License-Identifier: MIT */
/*
 * What the token service's refusals mean (aws-client page, 2.6; the model
 * signin/2023-01-01), and what the person can do about them.
 */
#include "login_parts.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "service.h"

#define AGAIN " Sign in again: rootlock login."

/* code: the body's "error", or the exception's name where that alone tells. */
static const struct fault {
	const char *code;
	const char *at_sign_in, *at_refresh; /* at_refresh NULL: the same */
} faults[] = {
	{ "TooManyRequestsError",
	    "AWS has had too many sign-in requests from here. Wait a minute, then try again.",
	    NULL },
	{ "TOKEN_EXPIRED",
	    "AWS calls the sign-in expired. If it comes again, this computer's clock is wrong: set "
	    "it (turn on NTP)." AGAIN,
	    "The session has ended: a browser session lasts 12 hours at most." AGAIN },
	{ "AUTHCODE_EXPIRED", "The code is too old: it has to be used within minutes." AGAIN,
	    NULL },
	{ "USER_CREDENTIALS_CHANGED",
	    "The password or the credentials of this user have been changed since." AGAIN, NULL },
	{ "INSUFFICIENT_PERMISSIONS",
	    "This user or role may not sign in this way: it needs signin:AuthorizeOAuth2Access and "
	    "signin:CreateOAuth2Token, which the AWS managed policy "
	    "SignInLocalDevelopmentAccess allows. Have an administrator attach it; root needs no "
	    "permission.",
	    NULL },
	{ "INVALID_REQUEST",
	    "AWS does not take the code: it has been used before, is not whole, or belongs to "
	    "another sign-in." AGAIN,
	    "AWS does not take the session's token any more: another program has refreshed it, or "
	    "it was issued in another Region." AGAIN },
	{ "server_error",
	    "AWS's sign-in service has a problem. Try again in a few minutes, or in another "
	    "Region: rootlock login --region us-west-2.",
	    "AWS's sign-in service has a problem. Try again in a few minutes." },
};

static const struct fault *
find(const char *code)
{
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		if (strcmp(faults[i].code, code) == 0)
			return &faults[i];
	return NULL;
}

/* Only what codes are made of; "com.amazon#X:http..." becomes X. */
static void
put_code(char *out, size_t size, const char *code)
{
	const char *hash = strchr(code, '#');
	size_t n = 0;

	for (code = hash != NULL ? hash + 1 : code;
	     (isalnum((unsigned char)*code) || *code == '_') && n + 1 < size; code++)
		out[n++] = *code;
	out[n] = '\0';
}

/* The code that says most: a throttled request is an INVALID_REQUEST too. */
static void
choose_code(char *out, size_t size, const struct aws_http_reply *r, const json_t *body)
{
	put_code(out, size, json_text_or(body, "error", ""));
	if (r->status == 429)
		put_code(out, size, "TooManyRequestsError");
	else if (r->status >= 500 && find(out) == NULL)
		snprintf(out, size, "server_error");
	else if (out[0] == '\0')
		put_code(out, size, r->error_type);
	if (out[0] == '\0')
		snprintf(out, size, "%d", r->status);
}

static const char *
message(const json_t *body)
{
	static const char *const names[] = { "message", "Message", "error_description" };
	const char *s = NULL;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && s == NULL; i++)
		s = json_text(body, names[i]);
	return s != NULL ? s : "";
}

static bool
is_html(const struct aws_http_reply *r)
{
	const char *s = buf_str(&r->body);

	s += strspn(s, " \t\r\n");
	return *s == '<' || (strncasecmp(r->content_type, "text/html", 9) == 0 && *s != '{');
}

void
login_fault(const struct aws_http_reply *r, bool refresh, struct err *e)
{
	json_auto_t *body = json_parse(r->body.data, r->body.len, NULL);
	const char *says = message(body);
	const struct fault *f;
	char code[64];

	if (r->status == 0) {
		*e = r->err;
		snprintf(e->operation, sizeof(e->operation), "CreateOAuth2Token");
		return;
	}
	choose_code(code, sizeof(code), r, body);
	f = find(code);
	if (body == NULL && is_html(r) && r->status < 500)
		aws_fail(e, ERR_NETWORK, "ProxyOrPortal",
		    "not AWS but a proxy or a captive portal answered with a web page (HTTP %d)",
		    r->status);
	else if (f != NULL)
		aws_fail(e, ERR_AWS, code, "%s%s%s%s",
		    refresh && f->at_refresh != NULL ? f->at_refresh : f->at_sign_in,
		    says[0] != '\0' ? " (AWS: " : "", says, says[0] != '\0' ? ")" : "");
	else
		aws_fail(e, ERR_AWS, code, "The sign-in service refuses: %s." AGAIN,
		    says[0] != '\0' ? says : code);
	e->status = r->status;
	snprintf(e->operation, sizeof(e->operation), "CreateOAuth2Token");
	snprintf(e->request_id, sizeof(e->request_id), "%s", r->request_id);
}
