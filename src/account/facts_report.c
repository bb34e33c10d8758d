/* SPDX-License-Identifier: MIT */
/*
 * The credential report: generated, waited for, fetched, and read row by row
 * from base64, since a large account's has megabytes.  Columns go by name;
 * AWS adds some now and then (IAM User Guide, "Understanding the report
 * format").
 */
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "facts_read.h"
#include "json.h"
#include "text.h"

#define WAIT_MS 60000 /* how long AWS may take to make it (aws-facts I) */
#define COLUMNS_MAX 64
#define CHUNK 4096 /* base64 characters at a time, a multiple of 4 */
#define FIELD_MAX 4096

/* ---- a CSV, one byte after the other (RFC 4180) --------------------------------------- */

enum csv_state { CSV_START, CSV_PLAIN, CSV_QUOTED, CSV_QUOTE_SEEN };

struct rows {
	enum csv_state state;
	struct buf cell;
	char *columns[COLUMNS_MAX]; /* names of those that are kept, else NULL */
	size_t ncolumns, at;
	size_t user;        /* which column is the name */
	bool header, blank; /* the header is done; nothing in the line yet */
	char *name;
	json_t *row, *out;
	json_t *yes; /* shared: many cells say true */
	const char *fault;
};

/* What checks ask for; the rest would only take memory in an account with 5,000 users. */
static bool
kept(const char *column)
{
	static const char *const names[] = { "password_enabled", "password_last_used",
		"password_last_changed", "mfa_active", "access_key_1_active",
		"access_key_1_last_rotated", "access_key_1_last_used_date",
		"access_key_1_last_used_service", "access_key_2_active",
		"access_key_2_last_rotated", "access_key_2_last_used_date",
		"access_key_2_last_used_service", "cert_1_active", "cert_2_active" };

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(names[i], column) == 0)
			return true;
	return false;
}

static bool
says_nothing(const char *cell)
{
	return cell[0] == '\0' || strcmp(cell, "false") == 0 || strcmp(cell, "N/A") == 0 ||
	       strcmp(cell, "no_information") == 0 || strcmp(cell, "not_supported") == 0;
}

static void
header_cell(struct rows *r, const char *cell)
{
	if (r->at >= COLUMNS_MAX) {
		r->fault = "too many columns";
		return;
	}
	if (strcmp(cell, "user") == 0)
		r->user = r->at;
	r->columns[r->at] = kept(cell) ? xstrdup(cell) : NULL;
	r->ncolumns = r->at + 1;
}

/* Cells of no column, or of one that is not kept, are not even gathered. */
static bool
wanted(const struct rows *r)
{
	return !r->header ||
	       (r->at < r->ncolumns && (r->at == r->user || r->columns[r->at] != NULL));
}

static void
row_cell(struct rows *r, const char *cell)
{
	if (r->at >= r->ncolumns)
		return;
	if (r->at == r->user) {
		xfree(r->name);
		r->name = xstrdup(cell);
	} else if (r->columns[r->at] != NULL && !says_nothing(cell)) {
		json_object_set_new_nocheck(r->row, r->columns[r->at],
		    strcmp(cell, "true") == 0 ? json_incref(r->yes) : json_string(cell));
	}
}

static void
end_cell(struct rows *r)
{
	if (r->cell.failed || strlen(buf_str(&r->cell)) != r->cell.len)
		r->fault = "a cell that is too long or holds a NUL";
	else if (r->header)
		row_cell(r, buf_str(&r->cell));
	else
		header_cell(r, buf_str(&r->cell));
	buf_reset(&r->cell);
	r->state = CSV_START;
	r->at++;
}

static void
end_header(struct rows *r)
{
	r->header = true;
	if (r->user >= r->ncolumns)
		r->fault = "no column \"user\"";
}

static void
end_row(struct rows *r)
{
	if (r->fault == NULL && r->at != r->ncolumns)
		r->fault = "a row with more or fewer cells than the header";
	else if (r->name == NULL || json_object_set(r->out, r->name, r->row) != 0)
		r->fault = "a row without a user";
	json_decref(r->row);
	r->row = json_object();
	xfree(take(&r->name));
}

static void
end_line(struct rows *r)
{
	if (r->blank)
		return;
	end_cell(r);
	if (r->fault == NULL && r->header)
		end_row(r);
	else if (r->fault == NULL)
		end_header(r);
	r->at = 0;
	r->blank = true;
}

static void
in_quotes(struct rows *r, char c)
{
	if (c == '"')
		r->state = CSV_QUOTE_SEEN;
	else
		buf_putc(&r->cell, c);
}

static void
put(struct rows *r, char c)
{
	if (r->state == CSV_QUOTED) {
		in_quotes(r, c);
		return;
	}
	if (c == '\n') {
		end_line(r);
		return;
	}
	if (c == '\r')
		return;
	r->blank = false;
	if (c == ',') {
		end_cell(r);
	} else if (c == '"' && r->state == CSV_START) {
		r->state = CSV_QUOTED;
	} else if (c == '"' && r->state == CSV_QUOTE_SEEN) {
		buf_putc(&r->cell, c);
		r->state = CSV_QUOTED;
	} else {
		buf_putc(&r->cell, c);
		r->state = CSV_PLAIN;
	}
}

static void
rows_init(struct rows *r, json_t *out)
{
	*r = (struct rows){
		.user = COLUMNS_MAX,
		.blank = true,
		.row = json_object(),
		.out = out,
		.yes = json_string("true"),
	};
	buf_init(&r->cell, FIELD_MAX);
}

static void
rows_free(struct rows *r)
{
	for (size_t i = 0; i < r->ncolumns; i++)
		xfree(r->columns[i]);
	buf_free(&r->cell);
	xfree(r->name);
	json_decref(r->row);
	json_decref(r->yes);
}

/* Most of a report is plain text between commas: take it at once.  Returns how much that was. */
static size_t
put_plain(struct rows *r, const char *s, size_t len)
{
	size_t n = 0;

	if (r->state != CSV_START && r->state != CSV_PLAIN)
		return 0;
	while (n < len && s[n] != ',' && s[n] != '\n' && s[n] != '\r' && s[n] != '"')
		n++;
	if (n == 0)
		return 0;
	if (wanted(r))
		buf_put(&r->cell, s, n);
	r->state = CSV_PLAIN;
	r->blank = false;
	return n;
}

static void
put_all(struct rows *r, const char *s, size_t len)
{
	for (size_t i = 0; i < len && r->fault == NULL;) {
		size_t n = put_plain(r, &s[i], len - i);

		if (n == 0)
			put(r, s[i++]);
		i += n;
	}
}

/* ---- base64, a piece at a time ----------------------------------------------------------- */

/* Characters that count from *from on, at most CHUNK; line breaks are left out. */
static size_t
next_piece(const char *base64, size_t len, size_t *from, char piece[CHUNK])
{
	size_t n = 0;

	for (; *from < len && n < CHUNK; (*from)++) {
		char c = base64[*from];

		if (c != '\r' && c != '\n' && c != ' ' && c != '\t')
			piece[n++] = c;
	}
	return n;
}

static void
read_pieces(struct rows *r, const char *base64, size_t len)
{
	AUTO_BUF bytes = BUF_INIT(CHUNK);
	char piece[CHUNK];
	size_t from = 0, n;

	while (r->fault == NULL && (n = next_piece(base64, len, &from, piece)) > 0) {
		buf_reset(&bytes);
		if (!text_unbase64(&bytes, piece, n)) {
			r->fault = "not base64";
			return;
		}
		put_all(r, bytes.data, bytes.len);
	}
}

bool
report_rows(const char *base64, size_t len, json_t *rows, struct err *e)
{
	struct rows r;

	rows_init(&r, rows);
	read_pieces(&r, base64, len);
	if (r.fault == NULL && r.state == CSV_QUOTED)
		r.fault = "a quote that does not end";
	if (r.fault == NULL)
		end_line(&r); /* the last line has no newline */
	if (r.fault == NULL && !r.header)
		r.fault = "no header";
	const char *fault = r.fault;
	rows_free(&r);
	if (fault == NULL)
		return true;
	err_set(e, ERR_AWS, "the credential report is not as documented: %s", fault);
	if (e != NULL && e->code[0] == '\0')
		snprintf(e->code, sizeof e->code, "MalformedReport");
	return false;
}

/* ---- the fact ------------------------------------------------------------------------------ */

static void
ask_report(struct facts *f, enum fact_id id, struct wave *w)
{
	if (f->progress[id].round == 0)
		wave_add(w, OP_IAM_GENERATE_CREDENTIAL_REPORT, "account", NULL);
	else
		wave_add(w, OP_IAM_GET_CREDENTIAL_REPORT, "account", NULL);
}

/*
 * Without the right to generate it there is none.  Any other failure may be
 * "too often" or "being made", and an older one may be there: go and look.
 */
static void
take_generated(struct facts *f, enum fact_id id, const struct aws_fetch *got)
{
	if (err_is_denied(&got->err) || got->err.kind == ERR_NETWORK)
		fact_fail(f, id, &got->err);
	else
		fact_again(f, id, NULL);
}

/* AWS still makes it; these are normal answers (IAM, GetCredentialReport, Errors). */
static bool
is_coming(const struct err *e)
{
	return err_is(e, "ReportInProgress") || err_is(e, "ReportNotPresent") ||
	       err_is(e, "ReportExpired");
}

static void
wait_for_it(struct facts *f, enum fact_id id, const struct err *why)
{
	struct fact_progress *p = &f->progress[id];

	if (p->since == 0)
		p->since = clock_ms();
	if (clock_ms() - p->since >= WAIT_MS) {
		fact_fail(f, id, why);
		return;
	}
	fact_again(f, id, NULL);
	p->later = true;
}

static void
take_fetched(struct facts *f, enum fact_id id, const struct aws_fetch *got)
{
	const char *content = json_text_or(got->reply, "GetCredentialReportResult.Content", "");
	json_auto_t *rows = json_object();
	struct err why = { 0 };
	int64_t generated = 0;

	if (!report_rows(content, strlen(content), rows, &why)) {
		fact_fail(f, id, &why);
		return;
	}
	(void)json_time(got->reply, "GetCredentialReportResult.GeneratedTime", &generated);
	fact_value(
	    f, id, json_pack("{s:I, s:O}", "generated", (json_int_t)generated, "rows", rows), got);
}

static void
take_report(struct facts *f, enum fact_id id, const struct aws_fetch *got, size_t n)
{
	(void)n;
	if (f->progress[id].round == 0)
		take_generated(f, id, got);
	else if (is_coming(&got->err))
		wait_for_it(f, id, &got->err);
	else if (got->err.kind != ERR_NONE)
		fact_fail(f, id, &got->err);
	else
		take_fetched(f, id, got);
}

const struct fact_reader read_report = { .ask = ask_report, .read = take_report };
