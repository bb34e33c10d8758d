/* SPDX-License-Identifier: MIT */
/* The credential report: a CSV in base64, columns by name. */
#include "core_test.h"

#include <jansson.h>

#include "facts.h"
#include "json.h"
#include "text.h"

/* The header that AWS sent in 2026. */
#define HEADER                                                                                     \
	"user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,"   \
	"password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,"         \
	"access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_"        \
	"service,"                                                                                 \
	"access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,"               \
	"access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,"              \
	"cert_1_last_rotated,cert_2_active,cert_2_last_rotated"
#define ROOT                                                                                       \
	"<root_account>,arn:aws:iam::111122223333:root,2026-01-02T03:04:05Z,true,"                 \
	"2026-11-23T08:00:00Z,not_supported,not_supported,false,true,2026-01-03T00:00:00Z,"        \
	"2026-11-22T00:00:00Z,us-east-1,iam,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A"
#define ALICE                                                                                      \
	"alice,arn:aws:iam::111122223333:user/alice,2026-02-02T03:04:05+00:00,true,"               \
	"no_information,2026-02-02T03:04:05+00:00,N/A,true,false,N/A,N/A,N/A,N/A,false,N/A,N/A,"   \
	"N/A,N/A,false,N/A,false,N/A"

/* The rows of a CSV, or NULL; e tells why. */
static json_t *
rows_of(const char *csv, size_t len, struct err *e)
{
	AUTO_BUF base64 = BUF_INIT(BUF_MAX_REPLY);
	json_t *rows = json_object();

	text_base64(&base64, (const unsigned char *)csv, len);
	if (report_rows(base64.data, base64.len, rows, e))
		return rows;
	json_decref(rows);
	return NULL;
}

static json_t *
good(const char *csv)
{
	struct err e = { 0 };
	json_t *rows = rows_of(csv, strlen(csv), &e);

	if (rows == NULL)
		fail_msg("%s", e.text);
	return rows;
}

static void
refused(const char *csv, size_t len, const char *part)
{
	struct err e = { 0 };
	json_auto_t *rows = rows_of(csv, len, &e);

	assert_null(rows);
	assert_string_equal(e.code, "MalformedReport");
	assert_non_null(strstr(e.text, part));
}

static void
test_live_header(void **state)
{
	json_auto_t *rows = good(HEADER "\n" ROOT "\n" ALICE);
	const json_t *root = json_object_get(rows, "<root_account>");
	const json_t *alice = json_object_get(rows, "alice");

	(void)state;
	assert_int_equal(json_object_size(rows), 2);
	assert_string_equal(json_text(root, "password_enabled"), "true");
	assert_false(json_bool(root, "mfa_active"));
	assert_string_equal(json_text(root, "access_key_1_last_used_service"), "iam");
	assert_string_equal(json_text(root, "access_key_1_last_used_date"), "2026-11-22T00:00:00Z");
	assert_true(json_bool(alice, "mfa_active"));
	/* what says nothing is absent */
	assert_null(json_at(root, "password_last_changed"));
	assert_null(json_at(alice, "password_last_used"));
	assert_null(json_at(alice, "access_key_1_last_rotated"));
}

static void
test_columns_go_by_name(void **state)
{
	json_auto_t *rows = good("mfa_active,new_column,user,password_enabled\r\n"
				 "true,whatever,bob,false\r\n\r\n");

	(void)state;
	assert_int_equal(json_object_size(rows), 1);
	assert_true(json_bool(rows, "bob.mfa_active"));
	assert_false(json_bool(rows, "bob.password_enabled"));
	assert_null(json_at(rows, "bob.new_column"));
}

/* User names may hold commas: IAM allows [\w+=,.@-]. */
static void
test_quotes(void **state)
{
	json_auto_t *rows = good("user,password_last_used\n\"a,b\",\"x\"\"y\nz\"\n");

	(void)state;
	assert_string_equal(
	    json_text(json_object_get(rows, "a,b"), "password_last_used"), "x\"y\nz");
}

static void
test_only_a_header(void **state)
{
	json_auto_t *rows = good(HEADER);

	(void)state;
	assert_int_equal(json_object_size(rows), 0);
}

static void
test_refused(void **state)
{
	(void)state;
	refused("", 0, "no header");
	refused(BYTES("arn,mfa_active\nx,true\n"), "no column");
	refused(BYTES("user,arn\nalice\n"), "more or fewer");
	refused(BYTES("user,arn\nalice,a,b\n"), "more or fewer");
	refused(BYTES("user,arn\n\"alice,a\n"), "quote");
	refused(BYTES("user,arn\nal\0ce,a\n"), "NUL");
}

static void
test_not_base64(void **state)
{
	struct err e = { 0 };
	json_auto_t *rows = json_object();

	(void)state;
	assert_false(report_rows(BYTES("dXNlcg==!!"), rows, &e));
	assert_string_equal(e.code, "MalformedReport");
}

/* Pieces of any size meet in the middle of a row; line breaks in base64 are skipped. */
static void
test_large_and_wrapped(void **state)
{
	AUTO_BUF csv = BUF_INIT(BUF_MAX_REPLY);
	AUTO_BUF base64 = BUF_INIT(BUF_MAX_REPLY);
	AUTO_BUF wrapped = BUF_INIT(BUF_MAX_REPLY);
	json_auto_t *rows = json_object();
	struct err e = { 0 };

	(void)state;
	buf_puts(&csv, "user,password_enabled,mfa_active\n");
	for (int i = 0; i < 5000; i++)
		buf_printf(&csv, "user-%d,true,%s\n", i, i % 7 == 0 ? "false" : "true");
	text_base64(&base64, (const unsigned char *)csv.data, csv.len);
	for (size_t i = 0; i < base64.len; i++) {
		buf_putc(&wrapped, base64.data[i]);
		if (i % 76 == 75)
			buf_puts(&wrapped, "\r\n");
	}
	assert_true(report_rows(wrapped.data, wrapped.len, rows, &e));
	assert_int_equal(json_object_size(rows), 5000);
	for (int i = 0; i < 5000; i++) {
		char name[32];

		snprintf(name, sizeof name, "user-%d", i);
		assert_int_equal(json_bool(json_object_get(rows, name), "mfa_active"), i % 7 != 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_live_header),
		cmocka_unit_test(test_columns_go_by_name),
		cmocka_unit_test(test_quotes),
		cmocka_unit_test(test_only_a_header),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_not_base64),
		cmocka_unit_test(test_large_and_wrapped),
	};

	return RUN(tests);
}
