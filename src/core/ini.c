/* SPDX-License-Identifier: MIT */
#include "ini.h"

#include <string.h>
#include <strings.h>

#include "alloc.h"
#include "err.h"
#include "ini_scan.h"
#include "log.h"

#define INI_MAX_SECTIONS 10000

/* In the order of the file; the last one with a name is the one that counts. */
struct ini_prop {
	char *key;
	char *sub; /* not NULL: a nested property of the key above it */
	char *value;
	unsigned line;
};

struct ini_section {
	char *name;
	struct ini_prop *props;
	size_t n;
};

struct ini {
	struct ini_section *sections;
	size_t n;
};

/* Where the parser is. */
struct ini_parser {
	struct ini *ini;
	const char *name;            /* of the file */
	struct ini_section *section; /* NULL before the first */
	struct ini_prop *prop;       /* NULL after a section's header */
	bool nested;                 /* prop began with an empty value */
	struct buf value;            /* of prop, as read so far */
};

static char *
span_dup(struct ini_span t)
{
	return xstrndup(t.s, t.len);
}

/* Room for one more; the array doubles at each power of two. */
static void *
grow(void *array, size_t n, size_t size)
{
	if ((n & (n - 1)) != 0)
		return array;
	return xrealloc(array, (n > 0 ? 2 * n : 1) * size);
}

static struct ini_section *
find_section(const struct ini *ini, const char *name)
{
	for (size_t i = 0; i < ini->n; i++)
		if (strcmp(ini->sections[i].name, name) == 0)
			return &ini->sections[i];
	return NULL;
}

static struct ini_prop *
add_prop(struct ini_section *s, char *key, char *sub, unsigned line)
{
	s->props = grow(s->props, s->n, sizeof(*s->props));
	s->props[s->n] = (struct ini_prop){ .key = key, .sub = sub, .line = line };
	return &s->props[s->n++];
}

/* The value of the property is whole now. */
static void
close_prop(struct ini_parser *p)
{
	if (p->prop != NULL)
		p->prop->value = buf_take(&p->value);
	p->prop = NULL;
}

static bool
complain(const struct ini_parser *p, unsigned line, const char *problem, struct err *e)
{
	return err_set(e, ERR_CONFIG, "%s line %u: %s", p->name, line, problem);
}

static bool
take_section(struct ini_parser *p, const struct ini_line *l, struct err *e)
{
	AUTO_FREE char *name = ini_section_name(l->key);
	struct ini *ini = p->ini;

	close_prop(p);
	p->section = find_section(ini, name);
	if (p->section != NULL)
		return true;
	if (ini->n == INI_MAX_SECTIONS)
		return complain(p, l->number, "too many sections", e);
	ini->sections = grow(ini->sections, ini->n, sizeof(*ini->sections));
	p->section = &ini->sections[ini->n++];
	*p->section = (struct ini_section){ .name = take(&name) };
	return true;
}

static bool
take_property(struct ini_parser *p, const struct ini_line *l, struct err *e)
{
	close_prop(p);
	if (p->section == NULL)
		return complain(p, l->number, "a value before the first [section]", e);
	if (l->commented)
		log_line("%s line %u: what follows the value is a comment", p->name, l->number);
	p->prop = add_prop(p->section, span_dup(l->key), NULL, l->number);
	p->nested = l->value.len == 0;
	buf_put(&p->value, l->value.s, l->value.len);
	return true;
}

/* "  name = value" below "key =". */
static bool
take_nested(struct ini_parser *p, const struct ini_line *l, struct err *e)
{
	struct ini_span key, value;
	struct ini_prop *sub;
	size_t at = (size_t)(p->prop - p->section->props);

	if (!ini_split(l->value, &key, &value))
		return complain(p, l->number, "a nested value without '='", e);
	if (key.len == 0)
		return complain(p, l->number, "a nested value without a name", e);
	while (value.len > 0 && (value.s[0] == ' ' || value.s[0] == '\t')) {
		value.s++;
		value.len--;
	}
	sub = add_prop(p->section, xstrdup(p->prop->key), span_dup(key), l->number);
	sub->value = span_dup(value);
	p->prop = &p->section->props[at]; /* the array may have moved */
	return true;
}

static bool
take_more(struct ini_parser *p, const struct ini_line *l, struct err *e)
{
	bool comment = l->value.s[0] == '#' || l->value.s[0] == ';';

	/* Python's rule where the SDKs have only an error: a comment may be indented. */
	if (comment && (p->prop == NULL || p->nested))
		return true;
	if (p->prop == NULL)
		return complain(p, l->number, "an indented line that continues nothing", e);
	if (p->nested && !take_nested(p, l, e))
		return false;
	buf_putc(&p->value, '\n');
	buf_put(&p->value, l->value.s, l->value.len);
	return true;
}

static bool
take_line(struct ini_parser *p, const struct ini_line *l, struct err *e)
{
	switch (l->kind) {
	case INI_BLANK:
	case INI_COMMENT:
		return true;
	case INI_SECTION:
		return take_section(p, l, e);
	case INI_PROPERTY:
		return take_property(p, l, e);
	case INI_MORE:
		return take_more(p, l, e);
	case INI_BAD:
		break;
	}
	return complain(p, l->number, l->problem, e);
}

struct ini *
ini_parse(const char *name, const char *data, size_t len, struct err *e)
{
	struct ini_parser p = { .ini = xcalloc(1, sizeof(*p.ini)), .name = name };
	struct ini_scan scan;
	struct ini_line line;
	bool ok = true;

	buf_init(&p.value, len);
	ini_scan_start(&scan, data, len);
	while (ok && ini_scan_next(&scan, &line))
		ok = take_line(&p, &line, e);
	close_prop(&p);
	buf_free(&p.value);
	if (ok)
		return p.ini;
	ini_free(p.ini);
	return NULL;
}

void
ini_free(struct ini *ini)
{
	if (ini == NULL)
		return;
	for (size_t i = 0; i < ini->n; i++) {
		struct ini_section *s = &ini->sections[i];

		for (size_t k = 0; k < s->n; k++) {
			xfree(s->props[k].key);
			xfree(s->props[k].sub);
			xfree(s->props[k].value);
		}
		xfree(s->props);
		xfree(s->name);
	}
	xfree(ini->sections);
	xfree(ini);
}

const char *
ini_section(const struct ini *ini, size_t i)
{
	return i < ini->n ? ini->sections[i].name : NULL;
}

bool
ini_has(const struct ini *ini, const char *section)
{
	return find_section(ini, section) != NULL;
}

/* The last plain property of that name, or NULL. */
static const struct ini_prop *
find_prop(const struct ini_section *s, const char *key)
{
	for (size_t i = s != NULL ? s->n : 0; i > 0; i--)
		if (s->props[i - 1].sub == NULL && strcasecmp(s->props[i - 1].key, key) == 0)
			return &s->props[i - 1];
	return NULL;
}

const char *
ini_get(const struct ini *ini, const char *section, const char *key)
{
	const struct ini_prop *p = find_prop(find_section(ini, section), key);

	return p != NULL ? p->value : NULL;
}

unsigned
ini_line(const struct ini *ini, const char *section, const char *key)
{
	const struct ini_prop *p = find_prop(find_section(ini, section), key);

	return p != NULL ? p->line : 0;
}

const char *
ini_nested(const struct ini *ini, const char *section, const char *key, const char *sub)
{
	const struct ini_section *s = find_section(ini, section);
	const struct ini_prop *p = find_prop(s, key);
	const char *value = NULL;

	if (p == NULL)
		return NULL;
	/* Its nested ones stand right behind it. */
	for (p++; p < s->props + s->n && p->sub != NULL; p++)
		if (strcasecmp(p->sub, sub) == 0)
			value = p->value;
	return value;
}
