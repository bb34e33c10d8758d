/* SPDX-License-Identifier: MIT */
#include "core_test.h"

#include "account.h"

#define HEADER "User name,Password,Access key ID,Secret access key,Console sign-in URL\r\n"
#define URL "https://123456789012.signin.aws.amazon.com/console"

static struct secret *
secret(const char *s)
{
	return secret_from(s, strlen(s));
}

static void
test_whole_row(void **state)
{
	AUTO_SECRET out = secret_new(CSV_ROW_MAX);
	AUTO_SECRET password = secret("Hy8)kq[=4xZmNbv2#c9R");
	AUTO_SECRET key = secret("+wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
	const struct csv_row row = { "alice", password, "AKIAIOSFODNN7EXAMPLE", key, URL };

	(void)state;
	assert_true(csv_write(out, &row));
	assert_string_equal(secret_borrow(out),
	    HEADER "alice,Hy8)kq[=4xZmNbv2#c9R,AKIAIOSFODNN7EXAMPLE,"
		   "+wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY," URL "\r\n");
}

static void
test_absent_members(void **state)
{
	AUTO_SECRET out = secret_new(CSV_ROW_MAX);
	AUTO_SECRET key = secret("secret");
	const struct csv_row console = { .user = "alice", .url = URL };
	const struct csv_row api = {
		.user = "bob", .access_key_id = "AKIA", .secret_access_key = key
	};

	(void)state;
	assert_true(csv_write(out, &console));
	assert_true(csv_write(out, &api));
	/* One header for all rows. */
	assert_string_equal(secret_borrow(out), HEADER "alice,,,," URL "\r\n"
						       "bob,,AKIA,secret,\r\n");
}

/* What `aws configure import` would take for something else is refused, wherever it stands. */
static void
test_refused(void **state)
{
	static const char *const bad[] = { ",", "\"", "\r", "\n", "\t", "\x01", "\x7f" };
	AUTO_SECRET out = secret_new(CSV_ROW_MAX);
	const struct csv_row good = { .user = "alice" };

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		AUTO_FREE char *text = xasprintf("a%sb", bad[i]);
		AUTO_SECRET hidden = secret(text);
		const struct csv_row rows[] = {
			{ .user = text },
			{ .user = "alice", .password = hidden },
			{ .user = "alice", .access_key_id = text },
			{ .user = "alice", .secret_access_key = hidden },
			{ .user = "alice", .url = text },
		};

		for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
			assert_false(csv_write(out, &rows[k]));
			assert_int_equal(secret_len(out), 0);
		}
	}
	/* What was there stays. */
	assert_true(csv_write(out, &good));
	size_t len = secret_len(out);
	const struct csv_row comma = { .user = "bob", .url = "a,b" };
	assert_false(csv_write(out, &comma));
	assert_int_equal(secret_len(out), len);
	assert_string_equal(secret_borrow(out), HEADER "alice,,,,\r\n");
}

static void
test_too_small(void **state)
{
	const struct csv_row row = { .user = "alice", .url = URL };
	const size_t need = strlen(HEADER "alice,,,," URL "\r\n");

	(void)state;
	for (size_t cap = 1; cap <= need; cap++) {
		AUTO_SECRET out = secret_new(cap);

		assert_int_equal(csv_write(out, &row), cap == need);
		assert_int_equal(secret_len(out), cap == need ? need : 0);
	}
}

/* The longest values that IAM has fit into CSV_ROW_MAX. */
static void
test_longest(void **state)
{
	AUTO_SECRET out = secret_new(CSV_ROW_MAX);
	char user[65], password[257], id[129], key[129], url[129];

	(void)state;
	memset(user, 'u', sizeof user);
	memset(password, 'p', sizeof password);
	memset(id, 'i', sizeof id);
	memset(key, 'k', sizeof key);
	memset(url, 'h', sizeof url);
	user[64] = id[128] = key[128] = url[128] = '\0';
	AUTO_SECRET p = secret_from(password, 256); /* 128 characters in UTF-8 */
	AUTO_SECRET k = secret_from(key, 128);
	const struct csv_row row = { user, p, id, k, url };
	assert_true(csv_write(out, &row));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole_row),
		cmocka_unit_test(test_absent_members),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_too_small),
		cmocka_unit_test(test_longest),
	};

	return RUN(tests);
}
