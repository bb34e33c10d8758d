/* SPDX-License-Identifier: MIT */
/*
 * Break glass: where root's credentials are kept, the sheet to lock away, and
 * the person's word that it is done.  Nothing here is a secret, and nothing is
 * sent to AWS.
 */
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "file.h"
#include "json.h"
#include "plan.h"
#include "sheet.h"
#include "text.h"

#define NOTE_WHAT "break_glass"
#define NOTE_ABOUT "root's password is stored"
#define SHEET_MAX ((size_t)64 << 10)
#define YEAR ((int64_t)365 * 86400)

struct break_glass_model {
	char *root_email, *password_place, *mfa_holder, *review_date, *file;
};

/* ---- fields ------------------------------------------------------------------------- */

/* An address with one @ and a dot behind it; whether it is root's, only a person knows. */
static bool
email_ok(const char *text, struct err *e)
{
	const char *at = strchr(text, '@');

	if (text[0] == '\0')
		return true;
	if (at == NULL || at == text || strchr(at + 1, '@') != NULL ||
	    strchr(at + 1, '.') == NULL || strpbrk(text, " \t<>,;") != NULL)
		return err_set(e, ERR_USAGE, "An e-mail address such as aws-root@example.com.");
	return true;
}

/* A sheet that holds a password is worth more than the vault. */
static bool
place_ok(const char *text, struct err *e)
{
	if (text[strspn(text, " ")] != '\0' || text[0] == '\0')
		return true;
	return err_set(e, ERR_USAGE, "Say where it is kept, never the password itself.");
}

static bool
date_ok(const char *text, struct err *e)
{
	int64_t when;

	if (text[0] == '\0' ||
	    (strlen(text) == 10 && text[4] == '-' && text_parse_time(text, &when)))
		return true;
	return err_set(e, ERR_USAGE, "A date such as 2027-11-24.");
}

static const struct field fields[] = {
	{
	    .id = "root_email",
	    .label = "Root's e-mail address",
	    .help =
		"The address that root signs in with. AWS does not tell it to programs, so it is "
		"typed. Whoever reads this mailbox can reset root's password: it should be a "
		"group's address that outlives people.",
	    FIELD(struct break_glass_model, root_email),
	    .def = "",
	    .max = 254,
	    .validate = email_ok,
	},
	{
	    .id = "password_place",
	    .label = "Where the password is",
	    .help =
		"Where root's password is kept: the name of a password safe and its entry, or a "
		"sealed envelope in a safe. Only the place, never the password.",
	    FIELD(struct break_glass_model, password_place),
	    .def = "",
	    .max = 200,
	    .validate = place_ok,
	},
	{
	    .id = "mfa_holder",
	    .label = "Who has the MFA device",
	    .help =
		"The person, or the safe, that holds root's MFA device. Best somebody else than "
		"who can reach the password, so that two people are needed to be root.",
	    FIELD(struct break_glass_model, mfa_holder),
	    .def = "",
	    .max = 200,
	    .validate = place_ok,
	},
	{
	    .id = "review_date",
	    .label = "Review on",
	    .help =
		"When somebody has to look again whether all this is still true: the address is "
		"read, the phone number is right, the device works. Empty: a year from now.",
	    FIELD(struct break_glass_model, review_date),
	    .def = "",
	    .max = 10,
	    .validate = date_ok,
	},
	{
	    .id = "file",
	    .label = "Write the sheet to",
	    .help = "A file for the sheet, to be printed and then deleted or locked away. Empty: "
		    "nothing is written; rootlock sheet prints it at any time.",
	    FIELD(struct break_glass_model, file),
	    .def = "",
	    .max = 1024,
	},
};

/* ---- the sheet's file ------------------------------------------------------------------- */

static void
make_sheet(const struct run *run, const struct break_glass_model *m, struct buf *out)
{
	const struct break_glass b = {
		.root_email = m->root_email,
		.password_place = m->password_place,
		.mfa_holder = m->mfa_holder,
		.review_date = m->review_date,
	};

	break_glass_sheet(run, &b, out);
}

static bool
wants_file(const struct run *run, const void *model)
{
	const struct break_glass_model *m = model;

	(void)run;
	return m->file[0] != '\0';
}

/* A sheet of ours begins with this line. */
static bool
is_sheet(const char *old, const char *sheet)
{
	return strncmp(old, sheet, strcspn(sheet, "\n")) == 0;
}

/* Days move on by themselves; they alone make no sheet a different one. */
static bool
is_day(const char *line, bool review_too)
{
	return strncmp(line, "Written on", 10) == 0 ||
	       (review_too && strncmp(line, "Review on", 9) == 0);
}

static bool
says_the_same(const char *a, const char *b, bool any_review)
{
	while (*a != '\0' && *b != '\0') {
		size_t n = strcspn(a, "\n"), m = strcspn(b, "\n");
		bool same = n == m && strncmp(a, b, n) == 0;

		if (!same && !(is_day(a, any_review) && is_day(b, any_review)))
			return false;
		a += n + (a[n] == '\n');
		b += m + (b[m] == '\n');
	}
	return *a == *b;
}

static bool
check_file(struct step_ctx *c, struct err *e)
{
	const struct break_glass_model *m = c->model;
	AUTO_FREE char *path = file_expand(m->file, c->run->home);
	AUTO_BUF sheet = BUF_INIT(SHEET_MAX);
	AUTO_BUF old = BUF_INIT(SHEET_MAX);
	struct err why = { 0 };

	make_sheet(c->run, m, &sheet);
	if (!file_read(path, &old, &why)) {
		if (err_is(&why, "NotFound"))
			return item_verdict(
			    c->item, VERDICT_NEEDED, "The sheet is written to %s.", path);
		return *e = why, false;
	}
	if (says_the_same(buf_str(&old), buf_str(&sheet), m->review_date[0] == '\0'))
		return item_verdict(c->item, VERDICT_OK, "The sheet is in %s.", path);
	if (!is_sheet(buf_str(&old), buf_str(&sheet)))
		return item_verdict(c->item, VERDICT_BLOCKED,
		    "%s exists and is no such sheet: choose another file (break_glass.file).",
		    path);
	return item_verdict(
	    c->item, VERDICT_NEEDED, "%s holds an older sheet, which is replaced.", path);
}

static bool
apply_file(struct step_ctx *c, struct err *e)
{
	const struct break_glass_model *m = c->model;
	AUTO_FREE char *path = file_expand(m->file, c->run->home);
	AUTO_BUF sheet = BUF_INIT(SHEET_MAX);

	make_sheet(c->run, m, &sheet);
	return file_write(path, buf_str(&sheet), sheet.len, 0600, e);
}

/* ---- the person's word --------------------------------------------------------------------- */

/* The note that the person gave his word, as a copy, or NULL. */
static json_t *
word_given(const struct run *run)
{
	struct err ignored = { 0 };
	struct journal *own = NULL;
	const struct journal *j = run->journal;
	json_t *copy = NULL;

	if (j == NULL && run->state_dir != NULL)
		j = own = journal_read(run->state_dir, &ignored);
	if (j != NULL) {
		const json_t *note = journal_last(j, NOTE_WHAT, NOTE_ABOUT);

		copy = note != NULL ? json_deep_copy(note) : NULL;
	}
	journal_close(own);
	return copy;
}

static bool
check_store(struct step_ctx *c, struct err *e)
{
	json_auto_t *note = word_given(c->run);
	int64_t given = 0, review = 0, now = clock_now(&c->run->clock);
	char day[32];

	(void)e;
	if (note == NULL || !json_time(note, "time", &given))
		return item_verdict(c->item, VERDICT_PERSON,
		    "Nobody has confirmed yet that root's password and MFA device are stored.");
	if (json_time(note, "detail.review", &review) && review <= now)
		return item_verdict(c->item, VERDICT_PERSON,
		    "The review of %s is due: look whether all of it is still true.",
		    json_text_or(note, "detail.review", ""));
	text_iso8601(day, sizeof day, given);
	return item_verdict(
	    c->item, VERDICT_OK, "Confirmed on %.10s that root's password is stored.", day);
}

static void
review_day(const struct step_ctx *c, char day[32])
{
	const struct break_glass_model *m = c->model;

	if (m->review_date[0] != '\0') {
		snprintf(day, 32, "%s", m->review_date);
		return;
	}
	text_iso8601(day, 32, clock_now(&c->run->clock) + YEAR);
	day[10] = '\0';
}

static bool
apply_store(struct step_ctx *c, struct err *e)
{
	const struct ask_confirm q = {
		.title = "Are root's credentials stored?",
		.text = "Root's password is long, used nowhere else, and in the place that the "
			"sheet names. The MFA device, or a second one, is kept apart from it. "
			"Somebody besides you knows where the sheet is. Root's mailbox and the "
			"account's phone number are yours and will stay so.",
		.yes = "Yes, all of it",
		.no = "Not yet",
	};
	char day[32];
	bool yes = false;

	if (!ask_confirm(&c->run->ask, &q, &yes, e))
		return false;
	if (!yes || c->run->journal == NULL)
		return true;
	review_day(c, day);
	return journal_put(
	    c->run->journal, "note", NOTE_WHAT, NOTE_ABOUT, json_pack("{s:s}", "review", day), e);
}

static const struct step steps[] = {
	{
	    .id = "sheet",
	    .title = "Write the break-glass sheet",
	    .why = "In an emergency nobody remembers how to get in as root.",
	    .risk = "It says where things are kept. Print it, lock it away, delete the file.",
	    .cost = "none",
	    .undo_text = "Delete the file.",
	    .session = SESSION_SETUP,
	    .facts = FACT(SUMMARY) | FACT(ALIASES),
	    .applies = wants_file,
	    .check = check_file,
	    .apply = apply_file,
	},
	{
	    .id = "store",
	    .title = "Store root's credentials",
	    .why = "Root is needed a few times in years. Until then its password belongs where "
		   "nobody uses it by habit, and where it can be found.",
	    .cost = "none",
	    .undo_text = "Nothing is changed in the account; your word stands in the journal.",
	    .guided = true,
	    .session = SESSION_SETUP,
	    .check = check_store,
	    .apply = apply_store,
	},
};

/* ---- the page -------------------------------------------------------------------------------- */

/* The sheet, a block a line, so that it can be read and copied as it is. */
static bool
render(struct run *run, const void *model, struct blocks *out, struct err *e)
{
	AUTO_BUF sheet = BUF_INIT(SHEET_MAX);
	char *save = NULL;

	(void)e;
	make_sheet(run, model, &sheet);
	AUTO_FREE char *text = buf_take(&sheet);
	for (char *line = strtok_r(text, "\n", &save); line != NULL;
	     line = strtok_r(NULL, "\n", &save))
		blocks_add(out, BLOCK_TEXT, line, NULL);
	return true;
}

const struct screen_def screen_break_glass = {
	.id = "break_glass",
	.title = "Break glass: root for emergencies",
	.why = "Store root's password and MFA device where nobody uses them by habit, and write "
	       "down how to get in when it has to be. The sheet holds no secret.",
	.kind = PAGE_FORM,
	.flags = SCREEN_TEXT_BELOW,
	FIELDS(fields),
	STEPS(steps),
	.model_size = sizeof(struct break_glass_model),
	.facts = FACT(SUMMARY) | FACT(ALIASES),
	.render = render,
};
