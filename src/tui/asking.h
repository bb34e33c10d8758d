/* SPDX-License-Identifier: MIT */
/* The parts of the ask port that have files of their own. */
#ifndef ASKING_H
#define ASKING_H

#include "sheet.h"

/* False, with e saying that the person stopped it. */
bool	asking_cancelled(struct err *e);
/* ask_person.c */
bool	asking_person(void *arg, const struct ask_person *q, bool *done, struct err *e);
/* An address as a QR code, on a page of its own. */
void	asking_show_qr(struct tui *t, const char *title, const char *url);
/* ask_sign_in.c */
bool	asking_sign_in(void *arg, const struct ask_sign_in *q, struct err *e);
/* ask_reveal.c */
bool	asking_reveal(void *arg, const struct ask_reveal *q, struct err *e);

#endif
