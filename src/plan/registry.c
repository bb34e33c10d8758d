/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "plan.h"

#define SCREEN(id) extern const struct screen_def screen_##id;
#include "screens.def"
#undef SCREEN

static const struct screen_def *const screens[] = {
#define SCREEN(id) &screen_##id,
#include "screens.def"
#undef SCREEN
};

#define NSCREENS (sizeof screens / sizeof screens[0])

_Static_assert(NSCREENS <= SCREENS_MAX, "raise SCREENS_MAX");

size_t
screen_count(void)
{
	return NSCREENS;
}

const struct screen_def *
screen_at(size_t i)
{
	return i < NSCREENS ? screens[i] : NULL;
}

const struct screen_def *
screen_find(const char *id, size_t *index)
{
	for (size_t i = 0; i < NSCREENS; i++) {
		if (strcmp(screens[i]->id, id) != 0)
			continue;
		if (index != NULL)
			*index = i;
		return screens[i];
	}
	return NULL;
}

size_t
check_count(void)
{
	size_t n = 0;

	for (size_t i = 0; i < NSCREENS; i++)
		n += screens[i]->nchecks;
	return n;
}

/* How many checks come before c in the checklist. */
static size_t
check_place(const struct check *c)
{
	size_t place = 0;

	for (size_t i = 0; i < NSCREENS; i++)
		for (size_t k = 0; k < screens[i]->nchecks; k++)
			place += screens[i]->checks[k].rank < c->rank;
	return place;
}

const struct check *
check_at(size_t i, const struct screen_def **screen)
{
	for (size_t s = 0; s < NSCREENS; s++) {
		for (size_t k = 0; k < screens[s]->nchecks; k++) {
			const struct check *c = &screens[s]->checks[k];

			if (check_place(c) != i)
				continue;
			if (screen != NULL)
				*screen = screens[s];
			return c;
		}
	}
	return NULL;
}

const struct check *
check_find(const char *id, const struct screen_def **screen)
{
	const struct check *c;

	for (size_t i = 0; (c = check_at(i, screen)) != NULL; i++)
		if (strcmp(c->id, id) == 0)
			return c;
	return NULL;
}
