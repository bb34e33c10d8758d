/* SPDX-License-Identifier: MIT */
/*
 * What a user has to sign in with, what an interrupted run lost of it, and what
 * its credentials file saved (quality page, 2.4).
 */
#include <string.h>

#include "access_key.h"
#include "admin_user.h"
#include "alloc.h"
#include "json.h"

void
admin_user_look(const struct step_ctx *c, const struct journal *j, struct credential_state *s)
{
	const struct admin_user *m = c->model;
	const struct facts *f = c->run->facts;
	const json_t *keys = json_object_get(facts_value(f, FACT_USER_KEYS), m->name);
	const json_t *user = json_object_get(facts_value(f, FACT_USER_MFA), m->name);
	AUTO_FREE char *about = xasprintf("user/%s", m->name);
	AUTO_FREE char *path = admin_user_csv(c->run, m);
	const json_t *intent = access_key_intent(j, "access-key", about);
	char saved[ACCESS_KEY_ID_SIZE] = "";

	*s = (struct credential_state){ .password = json_bool(user, "password"),
		.key = json_array_size(keys) > 0 };
	s->password_lost = s->password && access_key_open(j, "password", about);
	if (intent == NULL)
		return;
	access_key_saved(path, m->name, NULL, saved, NULL);
	s->key_unrecorded = saved[0] != '\0' && !access_key_was_there(intent, saved) &&
			    access_key_find(keys, saved) != NULL;
	s->key_lost = access_key_new(keys, intent, saved) != NULL;
}
