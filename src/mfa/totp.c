/* SPDX-License-Identifier: MIT */
/*
 * Codes (RFC 6238, SHA-1, 6 digits) with liboath, and the judgement of a pair.
 * Two codes prove a device only as a pair: with a wide window single codes
 * collide, so codes are generated and compared, never validated one by one
 * (terminal page, 4).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <liboath/oath.h>

#include "alloc.h"
#include "crypto.h"
#include "mfa.h"

#define NEAR 20       /* steps to each side: what a slow typist or a small drift explains */
#define WIDE 2880     /* a day: what only a wrong clock explains */
#define OK_FIRST (-2) /* AWS publishes no tolerance; this much is surely taken */
#define OK_LAST 1
#define GAP_WIDE 4 /* codes skipped far away from now */
#define NO_CODE UINT32_MAX

/* Raw key bytes; liboath's allocation. */
struct key {
	char *bytes;
	size_t len;
};

static bool
key_open(struct key *k, const struct secret *seed)
{
	k->bytes = NULL;
	k->len = 0;
	return oath_init() == OATH_OK &&
	       oath_base32_decode(secret_borrow(seed), secret_len(seed), &k->bytes, &k->len) ==
		   OATH_OK &&
	       k->len > 0;
}

static void
key_close(struct key *k)
{
	if (k->bytes != NULL)
		crypto_wipe(k->bytes, k->len);
	free(k->bytes); /* not from our allocator */
	k->bytes = NULL;
}

static bool
key_code(const struct key *k, int64_t when, char out[7])
{
	return when >= 0 && oath_totp_generate(k->bytes, k->len, (time_t)when, MFA_STEP,
				OATH_TOTP_DEFAULT_START_TIME, 6, out) == OATH_OK;
}

bool
mfa_code_at(const struct secret *seed, int64_t when, char out[7])
{
	struct key k;
	char code[7] = "";
	bool good = key_open(&k, seed) && key_code(&k, when, code);

	key_close(&k);
	if (good)
		memcpy(out, code, sizeof code);
	crypto_wipe(code, sizeof code);
	return good;
}

bool
mfa_is_code(const char *s)
{
	return s != NULL && strlen(s) == 6 && strspn(s, "0123456789") == 6;
}

int
mfa_seconds_left(int64_t now)
{
	int64_t into = now % MFA_STEP;

	return (int)(MFA_STEP - (into < 0 ? into + MFA_STEP : into));
}

/* ---- a pair -------------------------------------------------------------------- */

/* The codes from `reach` steps before now to `reach` after; codes[reach] is the one of now. */
struct window {
	int reach;
	uint32_t *codes;
};

static uint32_t
number(const char *code)
{
	return (uint32_t)strtoul(code, NULL, 10);
}

static struct window
window_new(const struct key *k, int64_t now, int reach)
{
	struct window w = { .reach = reach };
	char code[7];

	w.codes = xcalloc(2 * (size_t)reach + 1, sizeof(w.codes[0]));
	for (int i = -reach; i <= reach; i++)
		w.codes[i + reach] =
		    key_code(k, now + (int64_t)i * MFA_STEP, code) ? number(code) : NO_CODE;
	crypto_wipe(code, sizeof code);
	return w;
}

/* xfree() wipes: these codes will be good for a day. */
static void
window_free(struct window *w)
{
	xfree(w->codes);
}

/* Does a stand at offset `at`, and b `gap` steps after it? */
static bool
stands(const struct window *w, int at, uint32_t a, uint32_t b, int gap)
{
	int last = at + gap;

	return last >= -w->reach && last <= w->reach && w->codes[at + w->reach] == a &&
	       w->codes[last + w->reach] == b;
}

/* The offset nearest to now at which they do. */
static bool
find(const struct window *w, uint32_t a, uint32_t b, int gap, int *offset)
{
	for (int i = 0; i <= w->reach; i++) {
		for (int sign = -1; sign <= 1; sign += 2) {
			if (stands(w, sign * i, a, b, gap)) {
				*offset = sign * i;
				return true;
			}
		}
	}
	return false;
}

static bool
find_gap(const struct window *w, uint32_t a, uint32_t b, int most, struct mfa_pair *p)
{
	for (int gap = 2; gap <= most; gap++) {
		for (int sign = 1; sign >= -1; sign -= 2) {
			if (find(w, a, b, sign * gap, &p->offset)) {
				p->verdict = MFA_GAP;
				p->gap = sign * gap;
				return true;
			}
		}
	}
	return false;
}

/* In order, in the wrong order, with a gap. */
static bool
judge_pair(const struct window *w, uint32_t a, uint32_t b, int gap, struct mfa_pair *p)
{
	if (find(w, a, b, 1, &p->offset)) {
		p->verdict = p->offset >= OK_FIRST && p->offset <= OK_LAST ? MFA_OK : MFA_CLOCK;
		p->gap = 1;
		return true;
	}
	if (find(w, a, b, -1, &p->offset)) {
		p->verdict = MFA_SWAPPED;
		p->gap = -1;
		return true;
	}
	return find_gap(w, a, b, gap, p);
}

static bool
holds(const struct window *w, uint32_t code)
{
	int offset;

	return find(w, code, code, 0, &offset);
}

static struct mfa_pair
judge(const struct key *k, uint32_t a, uint32_t b, int64_t now)
{
	struct window near = window_new(k, now, NEAR), wide = { 0 };
	struct mfa_pair p = { .verdict = MFA_OK };
	int offset;

	/* Two neighbours are equal once in a million: then it is no mistake. */
	if (a == b && !(find(&near, a, b, 1, &offset) && offset >= OK_FIRST && offset <= OK_LAST)) {
		p.verdict = MFA_SAME_CODE;
	} else if (!judge_pair(&near, a, b, 2 * NEAR, &p)) {
		wide = window_new(k, now, WIDE);
		if (!judge_pair(&wide, a, b, GAP_WIDE, &p)) {
			p = (struct mfa_pair){ .verdict = MFA_UNKNOWN_CODE, .which = 1 };
			if (holds(&near, a))
				p.which = 2;
			else if (!holds(&near, b))
				p.which = 0;
		}
	}
	window_free(&near);
	window_free(&wide);
	return p;
}

struct mfa_pair
mfa_check_pair(const struct secret *seed, const char *code1, const char *code2, int64_t now)
{
	struct mfa_pair p = { .verdict = MFA_NOT_SIX_DIGITS };
	struct key k;

	p.which = !mfa_is_code(code1) ? 1 : !mfa_is_code(code2) ? 2 : 0;
	if (p.which != 0)
		return p;
	p.verdict = MFA_UNKNOWN_CODE;
	if (key_open(&k, seed))
		p = judge(&k, number(code1), number(code2), now);
	key_close(&k);
	return p;
}

/* ---- in plain words ---------------------------------------------------------------- */

/* "47 minutes", "2 hours"; of a number of steps, either sign. */
static void
duration(int steps, char *out, size_t size)
{
	int seconds = abs(steps) * MFA_STEP;

	if (seconds < 120)
		snprintf(out, size, "%d seconds", seconds);
	else if (seconds < 7200)
		snprintf(out, size, "%d minutes", (seconds + 30) / 60);
	else
		snprintf(out, size, "%d hours", (seconds + 1800) / 3600);
}

static void
say_clock(const struct mfa_pair *p, char *out, size_t size)
{
	char time[32];

	duration(p->offset, time, sizeof time);
	if (p->offset < 0 && p->offset >= -NEAR)
		snprintf(out, size,
		    "These codes are right but about %s old, or the phone's clock is slow. Type "
		    "two "
		    "new ones as soon as they show.",
		    time);
	else
		snprintf(out, size,
		    "The codes are right, but the phone's clock is about %s %s. Set it to "
		    "automatic "
		    "time, then type two new codes.",
		    time, p->offset > 0 ? "fast" : "slow");
}

static void
say_unknown(const struct mfa_pair *p, char *out, size_t size)
{
	if (p->which == 0)
		snprintf(out, size,
		    "Neither code belongs to this key. Is it the newest entry in the app? If it "
		    "is, "
		    "scan the code again.");
	else
		snprintf(out, size,
		    "The %s code does not belong to this key: a typing mistake, or another entry "
		    "in "
		    "the app. Type two new ones.",
		    p->which == 1 ? "first" : "second");
}

void
mfa_message(const struct mfa_pair *p, char *out, size_t size)
{
	switch (p->verdict) {
	case MFA_OK:
		snprintf(out, size, "Both codes are right.");
		break;
	case MFA_NOT_SIX_DIGITS:
		snprintf(out, size, "The %s code is not six digits.",
		    p->which == 1 ? "first" : "second");
		break;
	case MFA_SAME_CODE:
		snprintf(out, size,
		    "This is the same code twice. Wait until the app shows the next one (at most "
		    "30 "
		    "seconds) and type that as the second.");
		break;
	case MFA_SWAPPED:
		snprintf(out, size,
		    "The codes are in the wrong order: the earlier one goes into the first field.");
		break;
	case MFA_GAP:
		snprintf(out, size,
		    "These codes do not follow each other: the app showed %s in between. Type two "
		    "in a "
		    "row, the earlier one first.",
		    abs(p->gap) == 2 ? "another one" : "others");
		break;
	case MFA_UNKNOWN_CODE:
		say_unknown(p, out, size);
		break;
	case MFA_CLOCK:
		say_clock(p, out, size);
		break;
	}
}
