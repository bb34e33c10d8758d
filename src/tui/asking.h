/* SPDX-License-Identifier: MIT */
/* The parts of the ask port that have files of their own. */
#ifndef ASKING_H
#define ASKING_H

#include "sheet.h"

/* False, with e saying that the person stopped it. */
bool	asking_cancelled(struct err *e);
/* ask_person.c */
bool	asking_person(void *arg, const struct ask_person *q, bool *done, struct err *e);
/* ask_reveal.c */
bool	asking_reveal(void *arg, const struct ask_reveal *q, struct err *e);

#endif
