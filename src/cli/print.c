/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "json.h"

/* What to do about an error, by its code; NULL when there is nothing better to say. */
static const char *
advice(const struct err *e)
{
	static const struct {
		const char *code, *text;
	} known[] = {
		{ "NoCredentials", "Sign in with `aws login`, then give rootlock the keys: "
				   "eval \"$(aws configure export-credentials --format env)\"" },
		{ "ExpiredToken", "The session has ended: sign in again." },
		{ "ExpiredTokenException", "The session has ended: sign in again." },
		{ "InvalidClientTokenId", "AWS does not know this access key: was it deleted or "
					  "deactivated?" },
		{ "SignatureDoesNotMatch", "Check the secret access key, and this computer's "
					   "clock." },
		{ "OptInRequired", "AWS has not made the account ready yet; try again in some "
				   "hours." },
		{ "Locked", "Another rootlock is at work on this account; wait for it to end." },
	};

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (strcmp(known[i].code, e->code) == 0)
			return known[i].text;
	return NULL;
}

void
cli_error(const struct err *e)
{
	if (e->kind == ERR_AWS && e->operation[0] != '\0')
		fprintf(stderr,
		    "rootlock: An error occurred (%s) when calling the %s operation: %s\n", e->code,
		    e->operation, e->text);
	else
		fprintf(stderr, "rootlock: %s\n", e->text);
	if (advice(e) != NULL)
		fprintf(stderr, "%s\n", advice(e));
	if (e->request_id[0] != '\0')
		fprintf(stderr, "Request id: %s\n", e->request_id);
	if (e->maybe)
		fprintf(stderr, "It may have taken effect all the same: run the command again, it "
				"looks before it acts.\n");
}

void
cli_print_json(const json_t *v)
{
	AUTO_BUF text = BUF_INIT(BUF_MAX_REPLY);

	json_print(&text, v, JSON_INDENT(2));
	printf("%s\n", buf_str(&text));
}
