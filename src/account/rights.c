/* SPDX-License-Identifier: MIT */
/* Statements and documents: actions, resources, variables. */
#include "rights.h"

#include <string.h>

#include "alloc.h"
#include "buf.h"
#include "json.h"
#include "text.h"

void
rights_scalar(const json_t *v, struct buf *b)
{
	if (json_is_string(v))
		buf_puts(b, json_string_value(v));
	else if (v != NULL)
		json_print(b, v, JSON_ENCODE_ANY | JSON_COMPACT);
}

/* ---- variables (IAM User Guide, "Policy variables") ------------------------------ */

/* "aws:PrincipalTag/team, 'none'": the key, and the default or NULL. */
static char *
split_default(char *inside)
{
	char *comma = strchr(inside, ','), *end;

	if (comma == NULL)
		return NULL;
	*comma++ = '\0';
	comma += strspn(comma, " '");
	end = comma + strlen(comma);
	while (end > comma && (end[-1] == ' ' || end[-1] == '\''))
		*--end = '\0';
	return comma;
}

static enum decision
put_variable(char *inside, bool glob, const struct rights_ask *ask, struct buf *b)
{
	const char *otherwise;
	enum rights_key found = KEY_UNKNOWN;
	bool literal = strlen(inside) == 1 && strchr("*?$", inside[0]) != NULL;

	if (literal && (!glob || inside[0] == '$')) {
		buf_putc(b, inside[0]);
		return DECIDE_YES;
	}
	otherwise = split_default(inside);
	if (!literal)
		found = rights_key(ask, inside, b);
	if (found == KEY_KNOWN)
		return DECIDE_YES;
	if (found == KEY_ABSENT) {
		buf_puts(b, otherwise != NULL ? otherwise : "");
		return otherwise != NULL ? DECIDE_YES : DECIDE_NO;
	}
	/* A literal wildcard cannot be written for the glob: one character, not known which. */
	buf_putc(b, literal ? '?' : '*');
	return DECIDE_UNKNOWN;
}

enum decision
rights_expand(
    const char *pattern, bool variables, bool glob, const struct rights_ask *ask, struct buf *b)
{
	enum decision all = DECIDE_YES;

	while (*pattern != '\0') {
		const char *start = variables ? strstr(pattern, "${") : NULL;
		const char *end = start != NULL ? strchr(start, '}') : NULL;

		if (end == NULL) {
			buf_puts(b, pattern);
			break;
		}
		AUTO_FREE char *inside = xstrndup(start + 2, (size_t)(end - start - 2));
		buf_put(b, pattern, (size_t)(start - pattern));
		all = decide_and(all, put_variable(inside, glob, ask, b));
		pattern = end + 1;
	}
	return all;
}

/* ---- statements ---------------------------------------------------------------------- */

static bool
lists_action(const json_t *statement, const char *member, const char *action)
{
	for (size_t i = 0; i < json_count(statement, member); i++)
		if (text_glob(json_text_or(json_item(statement, member, i), "", ""), action, true))
			return true;
	return false;
}

/* AWS accepts no statement without either; it would say nothing. */
static bool
speaks_of_action(const json_t *statement, const char *action)
{
	if (json_object_get(statement, "Action") != NULL)
		return lists_action(statement, "Action", action);
	return json_object_get(statement, "NotAction") != NULL &&
	       !lists_action(statement, "NotAction", action);
}

static enum decision
lists_resource(
    const json_t *statement, const char *member, bool variables, const struct rights_ask *ask)
{
	enum decision any = DECIDE_NO;

	for (size_t i = 0; i < json_count(statement, member) && any != DECIDE_YES; i++) {
		const char *pattern = json_text_or(json_item(statement, member, i), "", "");
		AUTO_BUF b = BUF_INIT(BUF_MAX_TEXT);
		enum decision known = rights_expand(pattern, variables, true, ask, &b);

		if (ask->resource == NULL && strcmp(buf_str(&b), "*") != 0)
			any = decide_or(any, DECIDE_UNKNOWN);
		else if (ask->resource == NULL || text_glob(buf_str(&b), ask->resource, false))
			any = decide_or(any, known);
	}
	return any;
}

static enum decision
speaks_of_resource(const json_t *statement, bool variables, const struct rights_ask *ask)
{
	if (json_object_get(statement, "Resource") != NULL)
		return lists_resource(statement, "Resource", variables, ask);
	if (json_object_get(statement, "NotResource") == NULL)
		return DECIDE_NO;
	return decide_not(lists_resource(statement, "NotResource", variables, ask));
}

static void
add_statement(
    const json_t *s, bool variables, const struct rights_ask *ask, struct rights_verdict *v)
{
	const char *effect = json_text_or(s, "Effect", "");
	enum decision says;

	if (!speaks_of_action(s, ask->action))
		return;
	says = speaks_of_resource(s, variables, ask);
	if (says != DECIDE_NO)
		says = decide_and(says, rights_conditions(s, variables, ask));
	if (strcmp(effect, "Allow") == 0)
		v->allow = decide_or(v->allow, says);
	else if (strcmp(effect, "Deny") == 0)
		v->deny = decide_or(v->deny, says);
}

void
rights_document(const json_t *document, const struct rights_ask *ask, struct rights_verdict *v)
{
	bool variables = strcmp(json_text_or(document, "Version", ""), "2012-10-17") == 0;

	if (!json_is_object(document)) {
		v->allow = decide_or(v->allow, DECIDE_UNKNOWN);
		v->deny = decide_or(v->deny, DECIDE_UNKNOWN);
		return;
	}
	for (size_t i = 0; i < json_count(document, "Statement"); i++)
		add_statement(json_item(document, "Statement", i), variables, ask, v);
}
