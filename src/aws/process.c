/* SPDX-License-Identifier: MIT */
/*
 * credential_process (aws-client page, 1.6): a program of the person's prints
 * credentials as JSON.  Nothing of what it prints is logged or kept.
 */
#include "process.h"

#include <string.h>
#include <sys/wait.h>

#include "alloc.h"
#include "chain_parts.h"
#include "service.h"
#include "text.h"

#define SECONDS 120 /* it may open a browser and wait for a person */
#define OUTPUT_MAX ((size_t)64 << 10)
#define ERROR_MAX ((size_t)4096)

static const char code[] = "BadProcess";

static bool
complain(const struct profile_value *at, const char *profile, const char *what, struct err *e)
{
	return chain_broken(
	    at, code, e, "the credential_process of the profile %s %s", profile, what);
}

/* Its own words about what went wrong, on one line. */
static void
put_reason(struct buf *b, const struct process_end *end, const struct buf *why)
{
	size_t from = strspn(buf_str(why), " \t\r\n"), to = why->len;

	while (to > from && strchr(" \t\r\n", why->data[to - 1]) != NULL)
		to--;
	if (WIFSIGNALED(end->status))
		buf_printf(b, "was ended by signal %d", WTERMSIG(end->status));
	else
		buf_printf(b, "failed with exit status %d", WEXITSTATUS(end->status));
	if (to > from)
		buf_puts(b, ": ");
	text_clean(b, buf_str(why) + from, to - from, false);
}

static bool
check_end(const struct profile_value *at, const char *profile, const struct process_end *end,
    const struct buf *why, struct err *e)
{
	AUTO_BUF reason = BUF_INIT(BUF_MAX_TEXT);
	AUTO_FREE char *late = xasprintf("has not ended after %d seconds and was stopped", SECONDS);

	if (end->cancelled)
		return aws_fail(e, ERR_CANCELLED, "Cancelled", "cancelled");
	if (end->late)
		return complain(at, profile, late, e);
	if (end->status != 0) {
		put_reason(&reason, end, why);
		return complain(at, profile, buf_str(&reason), e);
	}
	if (end->flooded)
		return complain(at, profile, "prints more than credentials", e);
	return true;
}

static struct aws_credentials *
read_output(
    const struct profile_value *at, const char *profile, const struct buf *out, struct err *e)
{
	static const struct chain_names names = { "AccessKeyId", "SecretAccessKey", "SessionToken",
		"Expiration" };
	json_auto_t *said = json_parse(out->data, out->len, NULL);
	const json_t *version = json_object_get(said, "Version");
	const char *lacks;
	struct aws_credentials *found;

	if (!json_is_object(said)) {
		complain(at, profile, "does not print a JSON object", e);
		return NULL;
	}
	if (!json_is_integer(version) || json_integer_value(version) != 1) {
		complain(at, profile, "prints a Version that is not 1", e);
		return NULL;
	}
	found = chain_from_json(said, &names, false, &lacks);
	if (found != NULL)
		return found;
	AUTO_FREE char *what = xasprintf("prints no usable %s", lacks);
	complain(at, profile, what, e);
	return NULL;
}

static struct aws_credentials *
run(const struct chain *c, const struct profile_value *at, const char *profile,
    const struct strlist *words, struct err *e)
{
	AUTO_BUF out = BUF_INIT(OUTPUT_MAX);
	AUTO_BUF why = BUF_INIT(ERROR_MAX);
	struct process_end end;
	struct err failed = { 0 };

	if (!process_run(&c->env->io, words, SECONDS, &out, &why, &end, &failed)) {
		AUTO_FREE char *what = xasprintf("cannot be started: %s", failed.text);

		complain(at, profile, what, e);
		return NULL;
	}
	return check_end(at, profile, &end, &why, e) ? read_output(at, profile, &out, e) : NULL;
}

struct aws_credentials *
chain_process(struct chain *c, const char *profile, struct err *e)
{
	struct profile_value at = profile_get(c->files, profile, "credential_process");
	struct strlist words = { 0 };
	struct aws_credentials *found = NULL;
	const char *problem = "is empty";

	if (at.value == NULL || !chain_may_call(c, &at, "NeedsCall", e))
		return NULL;
	if (!process_split(at.value, &words, &problem) || words.n == 0)
		complain(&at, profile, problem, e);
	else
		found = run(c, &at, profile, &words, e);
	strlist_free(&words);
	if (found != NULL) {
		xfree(found->source);
		found->source = xasprintf("credential process (profile %s, %s)", profile, at.path);
	}
	return found;
}
