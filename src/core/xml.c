/* SPDX-License-Identifier: MIT */
#include "xml.h"

#include <string.h>

#include <expat.h>

#include "alloc.h"
#include "buf.h"
#include "err.h"

#define XML_MAX_ATTRIBUTES 64

/* An open element: the object that its children go to, and its text. */
struct xml_frame {
	json_t *node; /* borrowed: it hangs in the tree already */
	struct buf text;
};

struct xml_build {
	XML_Parser parser;
	const char *why; /* not NULL: we stopped the parser */
	size_t depth;
	size_t nodes;
	struct xml_frame frames[XML_MAX_DEPTH + 1]; /* [0] is the document */
};

static void
stop(struct xml_build *x, const char *why)
{
	if (x->why == NULL)
		x->why = why;
	XML_StopParser(x->parser, XML_FALSE);
}

/* Append a new object to parent's array `name`; borrowed, NULL without memory. */
static json_t *
add_child(json_t *parent, const char *name)
{
	json_t *list = json_object_get(parent, name), *child = json_object();

	if (list == NULL) {
		list = json_array();
		if (json_object_set_new(parent, name, list) != 0)
			list = NULL;
	}
	if (list == NULL) {
		json_decref(child);
		return NULL;
	}
	return json_array_append_new(list, child) == 0 ? child : NULL;
}

/* Open an element; NULL, or why it cannot be. */
static const char *
push(struct xml_build *x, const char *name)
{
	const char *colon = strrchr(name, ':');
	json_t *child;

	if (colon != NULL)
		name = colon + 1;
	if (name[0] == '\0')
		return "an element without a name"; /* "" is the text in our tree */
	if (++x->nodes > XML_MAX_NODES)
		return "too many elements";
	if (x->depth == XML_MAX_DEPTH)
		return "elements nested too deeply";
	child = add_child(x->frames[x->depth].node, name);
	if (child == NULL)
		return "an element that cannot be stored";
	x->depth++;
	x->frames[x->depth].node = child;
	buf_init(&x->frames[x->depth].text, BUF_MAX_REPLY);
	return NULL;
}

static void
on_start(void *arg, const XML_Char *name, const XML_Char **attributes)
{
	struct xml_build *x = arg;
	const char *why;
	size_t n = 0;

	if (x->why != NULL)
		return;
	while (attributes[n] != NULL)
		n++;
	why = n / 2 > XML_MAX_ATTRIBUTES ? "too many attributes" : push(x, name);
	if (why != NULL)
		stop(x, why);
}

static void
on_end(void *arg, const XML_Char *name)
{
	struct xml_build *x = arg;
	struct xml_frame *f = &x->frames[x->depth];
	const char *text = buf_str(&f->text);
	bool parent = json_object_size(f->node) > 0;

	(void)name;
	if (x->why != NULL)
		return;
	/* Blanks between children are layout; in an element without any they are its text. */
	if (!parent || text[strspn(text, " \t\r\n")] != '\0')
		if (f->text.failed ||
		    json_object_set_new(f->node, "", json_stringn(text, f->text.len)) != 0)
			stop(x, "a text that cannot be stored");
	buf_free(&f->text);
	x->depth--;
}

static void
on_text(void *arg, const XML_Char *s, int len)
{
	struct xml_build *x = arg;

	if (x->why == NULL)
		buf_put(&x->frames[x->depth].text, s, (size_t)len);
}

static void
on_doctype(
    void *arg, const XML_Char *name, const XML_Char *sysid, const XML_Char *pubid, int internal)
{
	(void)name;
	(void)sysid;
	(void)pubid;
	(void)internal;
	stop(arg, "a document type, which no answer of AWS has");
}

/* The whole document into x; false with x->why set. */
static bool
feed(struct xml_build *x, const char *data, size_t len)
{
	XML_SetUserData(x->parser, x);
	XML_SetElementHandler(x->parser, on_start, on_end);
	XML_SetCharacterDataHandler(x->parser, on_text);
	XML_SetStartDoctypeDeclHandler(x->parser, on_doctype);
	if (XML_Parse(x->parser, data, (int)len, XML_TRUE) == XML_STATUS_OK && x->why == NULL)
		return true;
	if (x->why == NULL)
		x->why = XML_ErrorString(XML_GetErrorCode(x->parser));
	return false;
}

static json_t *
fail(const char *why, unsigned long line, struct err *e)
{
	if (e == NULL || e->kind != ERR_NONE)
		return NULL;
	err_set(e, ERR_AWS, "not a valid XML answer (line %lu: %s)", line, why);
	strcpy(e->code, "MalformedReply");
	return NULL;
}

json_t *
xml_parse(const char *data, size_t len, struct err *e)
{
	const XML_Memory_Handling_Suite memory = {
		.malloc_fcn = alloc_hook_malloc,
		.realloc_fcn = alloc_hook_realloc,
		.free_fcn = alloc_hook_free,
	};
	AUTO_FREE struct xml_build *x = NULL;
	json_auto_t *root = NULL;

	if (len > BUF_MAX_REPLY)
		return fail("too large", 0, e);
	x = xcalloc(1, sizeof(*x));
	root = json_object();
	x->parser = XML_ParserCreate_MM(NULL, &memory, NULL);
	if (root == NULL || x->parser == NULL)
		die("out of memory (XML)");
	x->frames[0].node = root;
	buf_init(&x->frames[0].text, BUF_MAX_REPLY);
	if (!feed(x, data, len))
		fail(x->why, XML_GetCurrentLineNumber(x->parser), e);
	for (size_t i = 0; i <= x->depth; i++)
		buf_free(&x->frames[i].text);
	XML_ParserFree(x->parser);
	return x->why == NULL ? take(&root) : NULL;
}
