/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "cli.h"

static const char *
word(enum check_status s)
{
	static const char *const words[] = {
		[CHECK_PASS] = "pass",
		[CHECK_FAIL] = "FAIL",
		[CHECK_NOT_APPLICABLE] = "n/a",
		[CHECK_UNKNOWN] = "unknown",
	};

	return words[s];
}

static void
print_text(const struct run *run, const struct audit *a)
{
	printf("Account %s, as %s\n\n", run->account.caller.account, run->account.caller.arn);
	for (size_t i = 0; i < a->n; i++) {
		const struct audit_row *r = &a->rows[i];

		printf("%-8s %-18s %s\n", word(r->finding.status), r->check->id, r->check->title);
		printf("%-8s %-18s %s\n", "", "", r->finding.reason);
		if (r->finding.status == CHECK_FAIL)
			printf("%-8s %-18s fix: rootlock, screen %s\n", "", "", r->screen->id);
	}
	printf("\n%d pass, %d fail, %d not applicable, %d unknown\n", a->counts[CHECK_PASS],
	    a->counts[CHECK_FAIL], a->counts[CHECK_NOT_APPLICABLE], a->counts[CHECK_UNKNOWN]);
}

static bool
known_ids(const struct strlist *only, struct err *e)
{
	for (size_t i = 0; i < only->n; i++)
		if (check_find(only->items[i], NULL) == NULL)
			return err_set(
			    e, ERR_USAGE, "--only: there is no check %s", only->items[i]);
	return true;
}

int
cli_audit(struct run *run, const struct cli *c)
{
	struct err e = { 0 };
	struct audit a = { 0 };

	if (!known_ids(&c->only, &e) || !audit_run(run, &c->only, &a, &e)) {
		cli_error(&e);
		return err_exit(&e);
	}
	if (c->json) {
		json_auto_t *doc = audit_json(run, &a);

		cli_print_json(doc);
	} else {
		print_text(run, &a);
	}
	bool clean = audit_clean(&a);

	audit_free(&a);
	return clean ? 0 : 3;
}
