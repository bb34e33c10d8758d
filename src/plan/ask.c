/* SPDX-License-Identifier: MIT */
/* Calls through the `ask` port. */
#include <stdarg.h>
#include <stdio.h>

#include "ask.h"

bool
ask_confirm(const struct ask *a, const struct ask_confirm *q, bool *yes, struct err *e)
{
	return a->ops->confirm(a->arg, q, yes, e);
}

bool
ask_secret(
    const struct ask *a, const char *name, const char *prompt, struct secret **out, struct err *e)
{
	return a->ops->secret(a->arg, name, prompt, out, e);
}

bool
ask_code(
    const struct ask *a, const char *prompt, const struct secret *seed, char out[7], struct err *e)
{
	return a->ops->code(a->arg, prompt, seed, out, e);
}

bool
ask_enrol(const struct ask *a, const struct ask_enrol *q, struct err *e)
{
	return a->ops->enrol(a->arg, q, e);
}

bool
ask_person(const struct ask *a, const struct ask_person *q, bool *done, struct err *e)
{
	return a->ops->person(a->arg, q, done, e);
}

/* Code by code until one is taken; the remark stands in the next question. */
static bool
ask_for_code(const struct ask *a, const struct ask_sign_in *q, struct err *e)
{
	char prompt[sizeof(e->text) + 40] = "The code that the page shows";

	for (;;) {
		struct secret *code = NULL;
		struct err why = { 0 };
		bool taken;

		if (!ask_secret(a, "sign_in.code", prompt, &code, e))
			return false;
		taken = q->pasted(q->arg, code, &why);
		secret_free(code);
		if (taken)
			return true;
		snprintf(prompt, sizeof prompt, "%s The code", why.text);
	}
}

bool
ask_sign_in(const struct ask *a, const struct ask_sign_in *q, struct err *e)
{
	const struct ask_person p = {
		.title = q->title,
		.text = q->text,
		.url = q->url,
		.poll = q->paste ? NULL : q->poll,
		.every = 1,
		.arg = q->arg,
	};
	bool done = false;

	if (a->ops->sign_in != NULL)
		return a->ops->sign_in(a->arg, q, e);
	if (!ask_person(a, &p, &done, e))
		return false;
	if (!done)
		return err_set(e, ERR_CANCELLED, "the sign-in was cancelled");
	return !q->paste || ask_for_code(a, q, e);
}

bool
ask_reveal(const struct ask *a, const struct ask_reveal *q, struct err *e)
{
	return a->ops->reveal(a->arg, q, e);
}

void
ask_progress(const struct ask *a, const char *fmt, ...)
{
	char line[200];
	va_list ap;

	if (a->ops == NULL || a->ops->progress == NULL)
		return;
	va_start(ap, fmt);
	vsnprintf(line, sizeof line, fmt, ap);
	va_end(ap);
	a->ops->progress(a->arg, line);
}
