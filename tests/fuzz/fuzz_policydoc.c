/* SPDX-License-Identifier: MIT */
/* Two documents, one a line: compared, merged, parted, and asked whom they let administer. */
#include "fuzz.h"

#include "account.h"
#include "json.h"

FUZZ_INSTALL

static json_t *
copy_of(const json_t *v)
{
	json_t *copy = json_deep_copy(v);

	must(copy != NULL);
	return copy;
}

static void
compare(const json_t *a, const json_t *b)
{
	json_auto_t *same = copy_of(a);

	must(policydoc_equal(a, a) && policydoc_equal(a, same));
	must(policydoc_equal(a, b) == policydoc_equal(b, a));
	if (json_equal(a, b))
		must(policydoc_equal(a, b));
}

/* Merging twice changes nothing more, and never the arguments. */
static void
merge(const json_t *base, const json_t *add)
{
	json_auto_t *base_before = copy_of(base);
	json_auto_t *add_before = copy_of(add);
	bool changed = false, again = true;
	json_auto_t *merged = policydoc_merge(base, add, &changed);
	json_auto_t *twice = policydoc_merge(merged, add, &again);
	json_auto_t *parted = policydoc_without(merged, add);
	AUTO_FREE char *text = policydoc_text(merged);

	must(!again);
	must(policydoc_equal(twice, merged));
	must(changed != policydoc_equal(base, merged));
	must(json_array_size(json_object_get(parted, "Statement")) <=
	     json_array_size(json_object_get(merged, "Statement")));
	must(json_equal(base, base_before) && json_equal(add, add_before));
	must(text[0] == '{');
}

/* A Deny takes away and an Allow gives: never the other way round. */
static void
evaluate(const json_t *doc)
{
	static const struct decide_context contexts[] = { { 0 }, { .console = true },
		{ .mfa = true } };
	json_auto_t *alone = json_pack("{s:s, s:s, s:[{s:O}]}", "UserName", "alice", "Arn",
	    "arn:aws:iam::111122223333:user/alice", "UserPolicyList", "PolicyDocument", doc);
	json_auto_t *denied = json_deep_copy(alone);
	json_auto_t *admin = json_deep_copy(alone);
	json_auto_t *none = json_object();

	json_object_set_new(denied, "AttachedManagedPolicies",
	    json_pack("{s:s}", "PolicyArn", "arn:aws:iam::aws:policy/AWSDenyAll"));
	json_object_set_new(admin, "AttachedManagedPolicies",
	    json_pack("{s:s}", "PolicyArn", "arn:aws:iam::aws:policy/AdministratorAccess"));
	for (size_t i = 0; i < sizeof contexts / sizeof contexts[0]; i++) {
		enum decision d = administer_user(none, alone, &contexts[i]);

		must(administer_user(none, denied, &contexts[i]) == DECIDE_NO);
		if (d == DECIDE_YES)
			must(administer_user(none, admin, &contexts[i]) == DECIDE_YES);
		(void)administer_allows(
		    none, alone, "s3:GetObject", "arn:aws:s3:::logs/x", &contexts[i]);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *newline = memchr(data, '\n', size);
	size_t first = newline != NULL ? (size_t)(newline - data) : size;
	size_t rest = newline != NULL ? size - first - 1 : 0;
	json_auto_t *a = json_parse((const char *)data, first, NULL);
	json_auto_t *b = json_parse((const char *)data + size - rest, rest, NULL);

	if (a == NULL)
		return 0;
	evaluate(a);
	if (b == NULL)
		return 0;
	compare(a, b);
	if (json_is_object(a) && json_is_object(b)) {
		merge(a, b);
		merge(b, a);
	}
	return 0;
}
