/* SPDX-License-Identifier: MIT */
/* Verdicts: who has MFA, and who is refused without it. */
#include "alloc.h"
#include "json.h"
#include "user_mfa.h"

size_t
user_mfa_devices(const struct facts *facts, const char *user)
{
	const json_t *u = json_object_get(facts_value(facts, FACT_USER_MFA), user);

	return json_count(u, "devices");
}

void
user_mfa_evaluate_users(const struct facts *facts, struct finding *f)
{
	const json_t *all = facts_value(facts, FACT_USER_MFA);
	json_t *u;
	AUTO_BUF names = BUF_INIT(160);
	const char *user;
	size_t console = 0, bare = 0, api = 0;

	if (finding_unreadable(f, facts, FACT(USER_MFA)))
		return;
	json_object_foreach ((json_t *)(uintptr_t)all, user, u) {
		api += !json_bool(u, "password");
		if (!json_bool(u, "password"))
			continue;
		console++;
		if (json_bool(u, "mfa"))
			continue;
		buf_printf(&names, "%s%s", bare++ > 0 ? ", " : "", user);
	}
	finding_add(f, facts, FACT_USER_MFA, "ConsoleUsers", json_integer((json_int_t)console));
	finding_add(f, facts, FACT_USER_MFA, "ApiOnlyUsers", json_integer((json_int_t)api));
	if (bare > 0)
		finding_set(f, CHECK_FAIL, "Console password but no MFA: %s.",
		    names.failed ? "many users" : buf_str(&names));
	else if (console == 0)
		finding_set(f, CHECK_NOT_APPLICABLE, "No IAM user has a console password.");
	else
		finding_set(
		    f, CHECK_PASS, "All %zu users with a console password have MFA.", console);
}

void
user_mfa_evaluate_required(const struct facts *facts, struct finding *f)
{
	const struct decide_context with = { .mfa = true }, key = { 0 },
				    console = { .console = true };
	const json_t *auth = facts_value(facts, FACT_AUTH), *u;
	size_t i, admins = 0;

	if (finding_unreadable(f, facts, FACT(AUTH)))
		return;
	json_array_foreach (json_object_get(auth, "users"), i, u) {
		enum decision bare = administer_user(auth, u, &key);

		/* A key lacks aws:MultiFactorAuthPresent, a console session says "false". */
		if (bare == DECIDE_NO)
			bare = administer_user(auth, u, &console);

		if (administer_user(auth, u, &with) == DECIDE_YES)
			admins++;
		if (bare == DECIDE_NO)
			continue;
		finding_set(f, bare == DECIDE_YES ? CHECK_FAIL : CHECK_UNKNOWN,
		    bare == DECIDE_YES ? "%s can administer without MFA."
				       : "Whether %s can administer without MFA is undecidable.",
		    json_text_or(u, "UserName", "?"));
		return;
	}
	finding_add(f, facts, FACT_AUTH, "Administrators", json_integer((json_int_t)admins));
	if (admins == 0)
		finding_set(f, CHECK_NOT_APPLICABLE, "No IAM user can administer.");
	else
		finding_set(
		    f, CHECK_PASS, "All %zu administrators are refused without MFA.", admins);
}
