/* SPDX-License-Identifier: MIT */
/* What every screen says about itself: each field's help is there and is its own. */
#include "core_test.h"

#include "plan.h"

static const struct field *
field_at(size_t n, const struct screen_def **screen)
{
	for (size_t i = 0; i < screen_count(); i++) {
		*screen = screen_at(i);
		if (n < (*screen)->nfields)
			return &(*screen)->fields[n];
		n -= (*screen)->nfields;
	}
	return NULL;
}

static void
test_help_is_there(void **state)
{
	const struct screen_def *s;
	const struct field *f;
	size_t n = 0;

	(void)state;
	for (; (f = field_at(n, &s)) != NULL; n++)
		if (f->help == NULL || strlen(f->help) < 20)
			fail_msg("%s.%s has no help", s->id, f->id);
	assert_true(n > 40);
}

static void
test_help_is_its_own(void **state)
{
	const struct screen_def *s, *t;
	const struct field *f, *g;

	(void)state;
	for (size_t i = 0; (f = field_at(i, &s)) != NULL; i++)
		for (size_t k = 0; k < i; k++) {
			g = field_at(k, &t);
			if (g != NULL && strcmp(f->help, g->help) == 0)
				fail_msg(
				    "%s.%s and %s.%s: the same help", s->id, f->id, t->id, g->id);
		}
}

static void
test_screens_say_why(void **state)
{
	(void)state;
	for (size_t i = 0; i < screen_count(); i++)
		if (screen_at(i)->why == NULL || *screen_at(i)->why == '\0')
			fail_msg("%s does not say why", screen_at(i)->id);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_help_is_there),
		cmocka_unit_test(test_help_is_its_own),
		cmocka_unit_test(test_screens_say_why),
	};

	return RUN(tests);
}
