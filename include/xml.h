/* SPDX-License-Identifier: MIT */
/*
 * XML replies into the tree that json.h describes.  The only user of expat.
 * A DOCTYPE is refused; size, depth, attributes and node count are capped;
 * namespace prefixes are stripped; attributes are dropped.
 */
#ifndef XML_H
#define XML_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

struct err;

#define XML_MAX_DEPTH	64
#define XML_MAX_NODES	400000

/*
 * Parse one document.  The result is an object with one member, the root
 * element's name; the caller owns it.  NULL and e (ERR_AWS, code
 * "MalformedReply") when it is not well-formed or over a cap.
 *
 * An element is an object: a child name -> array of its occurrences; "" ->
 * its text, always there without children, else only when it is not blank.
 */
json_t *xml_parse(const char *data, size_t len, struct err *e);

#endif
