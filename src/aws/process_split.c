/* SPDX-License-Identifier: MIT */
#include "process.h"

#include <string.h>

#include "alloc.h"

/* Blanks of shlex; others, "\v" say, are parts of words. */
static bool
is_blank(char c)
{
	return c != '\0' && strchr(" \t\r\n", c) != NULL;
}

/* What stands in quotes; s is behind the first one, the result behind the last one, or NULL. */
static const char *
quoted(const char *s, char quote, struct buf *word)
{
	for (; *s != quote; s++) {
		if (*s == '\0')
			return NULL;
		if (quote == '"' && *s == '\\' && (s[1] == '"' || s[1] == '\\'))
			s++;
		buf_putc(word, *s);
	}
	return s + 1;
}

/* One word from s on; NULL and *problem, else behind it. */
static const char *
next_word(const char *s, struct buf *word, const char **problem)
{
	while (s != NULL && *s != '\0' && !is_blank(*s)) {
		if (*s == '"' || *s == '\'') {
			s = quoted(s + 1, *s, word);
			if (s == NULL)
				*problem = "a quote is not closed";
			continue;
		}
		if (*s == '\\' && *++s == '\0') {
			*problem = "a backslash stands at the end";
			return NULL;
		}
		buf_putc(word, *s++);
	}
	return s;
}

bool
process_split(const char *command, struct strlist *words, const char **problem)
{
	const char *s = command;

	for (;;) {
		AUTO_BUF word = BUF_INIT(strlen(command) + 1);

		while (is_blank(*s))
			s++;
		if (*s == '\0')
			return true;
		s = next_word(s, &word, problem);
		if (s == NULL)
			return false;
		strlist_add(words, buf_str(&word));
	}
}
