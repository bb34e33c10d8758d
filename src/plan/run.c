/* SPDX-License-Identifier: MIT */
/* A run: sessions, account, facts, journal and ports, wired once. */
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "file.h"
#include "plan.h"

bool
run_init(struct run *run, const struct aws_options *o, struct err *e)
{
	run->options = *o;
	if (!aws_settings_load(o, &run->settings, e))
		return false;
	run->transport = aws_transport_new(&run->settings, e);
	return run->transport != NULL;
}

void
run_free(struct run *run)
{
	facts_free(run->facts);
	for (int k = 0; k < SESSION_NKINDS; k++)
		aws_close(run->session[k]);
	aws_transport_free(run->transport);
	aws_settings_free(&run->settings);
	journal_close(run->journal);
	xfree(run->home);
	xfree(run->state_base);
	xfree(run->state_dir);
	xfree(run->admin_user);
	xfree(run->admin_serial);
	xfree(run->run_id);
	secret_free(run->admin_seed);
	*run = (struct run){ 0 };
}

void
run_set_region(struct run *run, const char *region)
{
	char *copy = xstrdup(region);

	xfree(run->settings.region);
	run->settings.region = copy;
}

static struct aws *
open_session(struct run *run, struct aws_credentials *c)
{
	struct aws *aws = aws_open(run->transport, &run->settings, c, &run->clock);

	aws_set_wait(aws, run->wait, run->wait_arg);
	aws_set_watch(aws, run->watch, run->watch_arg);
	aws_set_journal(aws, run->journal);
	aws_set_read_only(aws, run->journal == NULL);
	if (run->account.caller.account[0] != '\0')
		aws_set_account(aws, run->account.caller.account);
	return aws;
}

/* Learn who calls; the state directory is the account's. */
static void
set_account(struct run *run, const struct sts_identity *who)
{
	const struct aws_credentials *c = aws_credentials(run->session[SESSION_SETUP]);
	struct account *a = &run->account;

	*a = (struct account){
		.caller = *who,
		.partition = aws_partition_of_arn(who->arn),
		.long_term = c->session_token == NULL,
	};
	snprintf(a->region, sizeof a->region, "%s", run->settings.region);
	aws_set_account(run->session[SESSION_SETUP], who->account);
	xfree(run->state_dir);
	run->state_dir = xasprintf("%s/%s", run->state_base, who->account);
	facts_free(run->facts);
	run->facts = facts_new(run->session[SESSION_SETUP], a);
	run->started = clock_now(&run->clock);
}

/* The first calls need not wait for who calls; a refused sign-in drops them. */
static void
read_ahead(struct run *run, struct aws *aws)
{
	const struct account where = { .partition = aws_partition_of(run->settings.region) };

	if (run->ahead != 0)
		facts_read_ahead(aws, &where, run->ahead);
}

bool
run_sign_in(struct run *run, struct aws_credentials *c, struct err *e)
{
	struct sts_identity who = { 0 };

	if (run->settings.region == NULL) {
		aws_credentials_free(c);
		return err_set(e, ERR_CONFIG,
		    "You must specify a region: use --region or set "
		    "AWS_REGION.");
	}
	struct aws *aws = open_session(run, c);
	read_ahead(run, aws);
	if (!sts_get_caller_identity(aws, &who, e)) {
		aws_close(aws);
		return false;
	}
	aws_close(run->session[SESSION_SETUP]);
	run->session[SESSION_SETUP] = aws;
	if (run->journal != NULL && strcmp(who.account, run->account.caller.account) != 0) {
		journal_close(run->journal);
		run->journal = NULL;
		aws_set_journal(aws, NULL);
		aws_set_read_only(aws, true);
	}
	set_account(run, &who);
	return true;
}

bool
run_begin_writing(struct run *run, struct err *e)
{
	if (run->journal != NULL)
		return true;
	run->journal = journal_open(run->state_dir, NULL, e);
	if (run->journal == NULL)
		return false;
	for (int k = 0; k < SESSION_NKINDS; k++) {
		if (run->session[k] == NULL)
			continue;
		aws_set_journal(run->session[k], run->journal);
		aws_set_read_only(run->session[k], false);
	}
	xfree(run->run_id);
	run->run_id = xstrdup(journal_run(run->journal));
	return true;
}

void
run_set_session(struct run *run, enum session_kind kind, struct aws_credentials *c)
{
	aws_close(run->session[kind]);
	run->session[kind] = open_session(run, c);
}

struct aws *
run_session(struct run *run, enum session_kind kind)
{
	for (int k = (int)kind; k >= 0; k--)
		if (run->session[k] != NULL)
			return run->session[k];
	return NULL;
}

void
run_use(struct run *run, enum session_kind kind)
{
	facts_use(run->facts, run_session(run, kind));
}

const struct aws_tag *
run_tags(struct run *run)
{
	run->tags[0] = (struct aws_tag){ "created-by", "rootlock" };
	run->tags[1] = (struct aws_tag){ "rootlock-run", run->run_id != NULL ? run->run_id : "" };
	run->tags[2] = (struct aws_tag){ NULL, NULL };
	return run->tags;
}

bool
run_wait_until(struct run *run, const char *what, int every_ms, int limit_ms,
    bool (*ready)(void *arg, bool *done, struct err *e), void *arg, struct err *e)
{
	struct aws *aws = run_session(run, SESSION_ADMIN_MFA);
	int64_t start = clock_ms();
	bool done = false, ok = true;

	while ((ok = ready(arg, &done, e)) && !done) {
		int64_t spent = clock_ms() - start;

		if (spent >= limit_ms) {
			ok = err_set(
			    e, ERR_AWS, "%s: still not so after %d seconds", what, limit_ms / 1000);
			snprintf(e->code, sizeof e->code, "Timeout");
			break;
		}
		ask_progress(&run->ask, "%s (%d s)", what, (int)(spent / 1000));
		if (!(ok = aws_pause(aws, every_ms, e)))
			break;
	}
	ask_progress(&run->ask, "%s", "");
	return ok;
}
