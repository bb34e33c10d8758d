/* SPDX-License-Identifier: MIT */
/* rootlock qr: draw a seed from standard input, check two codes typed on the terminal. */
#include <stdio.h>
#include <unistd.h>

#include "cli.h"
#include "crypto.h"
#include "helper.h"
#include "mfa.h"

static struct secret *
seed_from_stdin(struct err *e)
{
	char text[1024];
	ssize_t n = read(STDIN_FILENO, text, sizeof text);
	struct secret *seed = NULL;

	if (n > 0)
		seed = mfa_seed_parse(text, (size_t)n, e);
	else
		err_set(e, ERR_USAGE, "qr: give an otpauth URI or a Base32 seed on standard input");
	crypto_wipe(text, sizeof text);
	return seed;
}

static bool
draw(const struct secret *seed, struct err *e)
{
	AUTO_SECRET uri = mfa_otpauth(seed, "rootlock");
	AUTO_BUF out = BUF_INIT(BUF_MAX_TEXT);
	struct qr *qr = qr_encode(uri, e);

	if (qr == NULL)
		return false;
	qr_print(&out, qr, QR_HALF_LOWER, 2, false);
	qr_free(qr);
	fputs(buf_str(&out), stdout);
	fflush(stdout);
	return true;
}

static bool
check(const struct secret *seed, struct err *e)
{
	struct clock clock = { .source = NULL };
	char message[200];
	AUTO_SECRET one = helper_ask("First code: ", false, e);
	AUTO_SECRET two = one != NULL ? helper_ask("Next code: ", false, e) : NULL;

	if (two == NULL)
		return false;
	struct mfa_pair pair =
	    mfa_check_pair(seed, secret_borrow(one), secret_borrow(two), clock_now(&clock));

	mfa_message(&pair, message, sizeof message);
	printf("%s\n", message);
	return pair.verdict == MFA_OK || err_set(e, ERR_OTHER, "%s", message);
}

int
cli_qr(const struct cli *c)
{
	struct err e = { 0 };
	AUTO_SECRET seed = seed_from_stdin(&e);

	(void)c;
	if (seed != NULL && draw(seed, &e)) {
		if (!isatty(STDOUT_FILENO) || check(seed, &e))
			return 0;
	}
	cli_error(&e);
	return err_exit(&e);
}
