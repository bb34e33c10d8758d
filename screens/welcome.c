/* SPDX-License-Identifier: MIT */
/* What will happen, how long it takes, what to have ready. */
#include <string.h>

#include "plan.h"

struct welcome {
	char *mode;
};

static const struct field_option modes[] = {
	{ "bootstrap", "a new account", "walk all steps in order, from root to locked away" },
	{ "remediation", "an existing account", "look first, then fix item by item" },
	{ NULL, NULL, NULL },
};

static const struct field fields[] = {
	{
	    .id = "mode",
	    .label = "This is",
	    .help = "A new account is led through every step in order. In an existing account "
		    "you see the checklist first and choose what to fix; nothing that others "
		    "made is deleted.",
	    FIELD(struct welcome, mode),
	    .def = "bootstrap",
	    .options = modes,
	},
};

static bool
render(struct run *run, const void *model, struct blocks *out, struct err *e)
{
	const struct welcome *m = model;

	(void)run;
	(void)e;
	blocks_add(out, BLOCK_TEXT,
	    strcmp(m->mode, "bootstrap") == 0
		? "rootlock makes a new AWS account safe: MFA for root, an administrator of your "
		  "own, a password policy, the sign-in link, a trail, a cost report; then root's "
		  "keys go and you continue as the administrator. About half an hour."
		: "rootlock reads the account, shows what is missing and why, and fixes what you "
		  "choose. Reading takes seconds.",
	    NULL);
	blocks_add(out, BLOCK_KEYVAL, "Have ready",
	    "a phone with an authenticator app; root's e-mail and password");
	/* As short as this, so that all of it is seen at 80x24. */
	blocks_add(out, BLOCK_KEYVAL, "Only root can",
	    "change root's password and e-mail and the support plan, let IAM users see billing, "
	    "restore a lost administrator");
	blocks_add(out, BLOCK_KEYVAL, "Promise",
	    "nothing changes before you have seen each call and said yes");
	return true;
}

const struct screen_def screen_welcome = {
	.id = "welcome",
	.title = "Welcome",
	.why = "The root user can do everything, and nobody can stop it. Use it to set the account "
	       "up, then lock it away.",
	.kind = PAGE_FORM,
	.flags = SCREEN_NO_ANSWERS,
	FIELDS(fields),
	.model_size = sizeof(struct welcome),
	.render = render,
};
