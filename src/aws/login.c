/* SPDX-License-Identifier: MIT */
/*
 * One sign-in from its address to its credentials (aws-client page, 2.3 to
 * 2.5; RFC 7636 for the verifier).
 */
#include "login_parts.h"

#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "file.h"
#include "service.h"
#include "text.h"

#define VERIFIER_LEN 64
#define PASTE_MAX 4096

struct login {
	struct login_env env;
	enum login_way way;
	char region[64];
	char state[37];
	struct secret *verifier;
	struct secret *code; /* pasted; the port keeps its own */
	struct crypto_key *key;
	char *redirect;
	struct buf url;
	struct listener *port; /* NULL: cross device */
	int64_t began;         /* clock_ms() */
	bool expired;
	json_t *token; /* NULL until finished */
	char *arn, account[13];
};

static const char *
client_id(enum login_way way)
{
	return way == LOGIN_SAME_DEVICE ? "arn:aws:signin:::devtools/same-device"
					: "arn:aws:signin:::devtools/cross-device";
}

/* ---- begin ---------------------------------------------------------------------------- */

static struct secret *
make_verifier(void)
{
	static const char letters[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
	struct secret *s = secret_new(VERIFIER_LEN);

	for (int i = 0; i < VERIFIER_LEN; i++)
		secret_put(s, &letters[crypto_uniform(sizeof(letters) - 1)], 1);
	return s;
}

static void
put_parameter(struct buf *url, const char *name, const char *value)
{
	buf_printf(url, "%s=", name);
	text_percent(url, value, strlen(value), false);
	buf_putc(url, '&');
}

/* The challenge's method is called SHA-256 here, not S256 as in RFC 7636. */
static void
put_url(struct login *l, const char *base)
{
	unsigned char hash[CRYPTO_SHA256_LEN];

	buf_printf(&l->url, "%s/v1/authorize?", base);
	put_parameter(&l->url, "response_type", "code");
	put_parameter(&l->url, "client_id", client_id(l->way));
	put_parameter(&l->url, "state", l->state);
	put_parameter(&l->url, "code_challenge_method", "SHA-256");
	put_parameter(&l->url, "scope", "openid");
	put_parameter(&l->url, "redirect_uri", l->redirect);
	crypto_sha256(secret_borrow(l->verifier), VERIFIER_LEN, hash);
	buf_puts(&l->url, "code_challenge=");
	text_base64url(&l->url, hash, sizeof(hash));
}

static bool
prepare(struct login *l, struct err *e)
{
	AUTO_BUF base = BUF_INIT(BUF_MAX_LINE);

	if (!login_base(&l->env, l->region, &base, e))
		return false;
	if (l->way == LOGIN_SAME_DEVICE) {
		l->port = listener_open(l->state, e);
		if (l->port == NULL)
			return false;
		l->redirect =
		    xasprintf("http://127.0.0.1:%d" LOGIN_CALLBACK, listener_port(l->port));
	} else {
		l->redirect = xasprintf("%s/v1/sessions/confirmation", buf_str(&base));
	}
	put_url(l, buf_str(&base));
	return true;
}

struct login *
login_start(const struct login_env *env, enum login_way way, struct err *e)
{
	const char *region = env->settings->region;
	struct login *l;

	if (region == NULL) {
		aws_fail(e, ERR_CONFIG, "NoRegion",
		    "You must specify a region: use --region or set AWS_REGION.");
		return NULL;
	}
	l = xcalloc(1, sizeof(*l));
	l->env = *env;
	l->way = way;
	snprintf(l->region, sizeof(l->region), "%s", region);
	crypto_uuid(l->state);
	l->verifier = make_verifier();
	l->key = crypto_key_new();
	l->began = clock_ms();
	buf_init(&l->url, BUF_MAX_LINE);
	if (prepare(l, e))
		return l;
	login_free(l);
	return NULL;
}

void
login_free(struct login *l)
{
	if (l == NULL)
		return;
	listener_close(l->port);
	secret_free(l->verifier);
	secret_free(l->code);
	crypto_key_free(l->key);
	json_decref(l->token);
	buf_free(&l->url);
	xfree(l->redirect);
	xfree(l->arn);
	crypto_wipe(l, sizeof(*l));
	xfree(l);
}

enum login_way
login_way(const struct login *l)
{
	return l->way;
}

const char *
login_url(const struct login *l)
{
	return buf_str(&l->url);
}

/* ---- the answer -------------------------------------------------------------------------- */

bool
login_poll(struct login *l, bool *done, struct err *e)
{
	bool ok = l->port == NULL || listener_serve(l->port, e);

	l->expired = clock_ms() - l->began > LOGIN_PATIENCE * INT64_C(1000);
	*done = l->expired || l->code != NULL ||
		(l->port != NULL &&
		    (listener_code(l->port) != NULL || listener_refused(l->port) != NULL));
	return ok;
}

/* Without the blanks and line ends that a terminal or a mail put into it. */
static struct secret *
squeeze(const char *text, size_t len)
{
	struct secret *s = secret_new(PASTE_MAX);

	for (size_t i = 0; i < len; i++)
		if (strchr(" \t\r\n\"'`", text[i]) == NULL && !secret_put(s, &text[i], 1))
			break;
	return s;
}

/*
 * Some pages and terminals leave out or double the padding: what counts are
 * the digits.
 */
static bool
unbase64(const struct secret *typed, struct buf *plain)
{
	size_t len = secret_len(typed);

	while (len > 0 && secret_borrow(typed)[len - 1] == '=')
		len--;
	return len > 0 && text_unbase64(plain, secret_borrow(typed), len);
}

bool
login_paste(struct login *l, const char *text, size_t len, struct err *e)
{
	AUTO_SECRET typed = squeeze(text, len);
	AUTO_BUF plain = BUF_INIT(PASTE_MAX);
	char state[64], code[513];

	if (!unbase64(typed, &plain) ||
	    !login_query(plain.data, plain.len, "state", state, sizeof(state)) ||
	    !login_query(plain.data, plain.len, "code", code, sizeof(code)))
		return aws_fail(e, ERR_USAGE, "BadCode",
		    "This is not the code that the page shows, or not the whole of it. Copy it "
		    "again.");
	if (strcmp(state, l->state) == 0) {
		secret_free(l->code);
		l->code = secret_from(code, strlen(code));
	}
	crypto_wipe(code, sizeof(code));
	return l->code != NULL ||
	       aws_fail(e, ERR_USAGE, "OtherSignIn",
		   "This code is of another sign-in. Open the address shown here and paste the "
		   "code that its page shows.");
}

/* ---- the exchange --------------------------------------------------------------------------- */

/* While the answer is under way, a browser that comes back again still gets a page. */
static bool
serve_and_wait(void *arg, struct aws_transport *t, int ms)
{
	struct login *l = arg;

	(void)t;
	if (l->port != NULL)
		(void)listener_serve(l->port, NULL);
	return login_turn(&l->env, ms);
}

static const struct secret *
the_code(const struct login *l)
{
	return l->port != NULL ? listener_code(l->port) : l->code;
}

static json_t *
exchange(struct login *l, struct err *e)
{
	struct login_env env = l->env;
	const struct login_place at = { .env = &env, .region = l->region, .key = l->key };
	json_auto_t *body = json_pack("{s:s, s:s, s:s, s:s, s:s}", "clientId", client_id(l->way),
	    "grantType", "authorization_code", "code", secret_borrow(the_code(l)), "codeVerifier",
	    secret_borrow(l->verifier), "redirectUri", l->redirect);

	if (body == NULL)
		die("a token request cannot be made");
	env.wait = serve_and_wait;
	env.wait_arg = l;
	return login_ask(&at, body, e);
}

/* The middle part of a JWT (RFC 7519); its signature is AWS's business, TLS vouches for it. */
static char *
subject(const char *jwt)
{
	const char *from = strchr(jwt, '.'), *to = from != NULL ? strchr(from + 1, '.') : NULL;
	AUTO_BUF claims = BUF_INIT(LOGIN_TEXT_MAX);
	const char *sub;

	if (to == NULL || !text_unbase64(&claims, from + 1, (size_t)(to - from) - 1))
		return NULL;
	json_auto_t *tree = json_parse(claims.data, claims.len, NULL);
	sub = json_text(tree, "sub");
	return sub != NULL ? xstrdup(sub) : NULL;
}

/* arn:PARTITION:SERVICE:REGION:ACCOUNT:...; out has 13 bytes. */
static bool
account_of(const char *arn, char *out)
{
	const char *at = arn;

	if (strncmp(arn, "arn:", 4) != 0 || !text_only(arn, "_+=,.@-/:"))
		return false;
	for (int i = 0; i < 4 && at != NULL; i++)
		at = strchr(at, ':') != NULL ? strchr(at, ':') + 1 : NULL;
	if (at == NULL || strspn(at, "0123456789") != 12 || at[12] != ':')
		return false;
	memcpy(out, at, 12);
	out[12] = '\0';
	return true;
}

/* In the CLI's order; the Region where it was issued is what a refresh needs. */
static json_t *
make_token(const struct login *l, const json_t *answer)
{
	AUTO_SECRET pem = crypto_key_pem(l->key);
	json_t *token = json_pack("{s:{s:s, s:s, s:s, s:s, s:s}, s:s, s:s, s:s, s:s, s:s, s:s}",
	    "accessToken", "accessKeyId", "", "secretAccessKey", "", "sessionToken", "",
	    "accountId", l->account, "expiresAt", "", "tokenType",
	    json_text_or(answer, "tokenType", ""), "clientId", client_id(l->way), "refreshToken",
	    "", "idToken", json_text_or(answer, "idToken", ""), "dpopKey", secret_borrow(pem),
	    "signInRegion", l->region);

	if (token == NULL)
		die("a session cannot be put together");
	login_token_update(token, answer, clock_now(l->env.clock));
	return token;
}

static bool
has_answer(const struct login *l, struct err *e)
{
	const char *refused = l->port != NULL ? listener_refused(l->port) : NULL;

	if (refused != NULL)
		return aws_fail(e, ERR_REFUSED, "Refused",
		    "The sign-in was refused or cancelled in the browser (%s). Sign in again: "
		    "rootlock login.",
		    refused);
	if (the_code(l) != NULL)
		return true;
	return aws_fail(e, ERR_OTHER, "NoAnswer",
	    "No answer came from the browser within %d minutes. Sign in again: rootlock login, or "
	    "rootlock login --remote when the browser is on another computer.",
	    LOGIN_PATIENCE / 60);
}

bool
login_finish(struct login *l, struct err *e)
{
	json_auto_t *answer = has_answer(l, e) ? exchange(l, e) : NULL;

	if (answer == NULL)
		return false;
	l->arn = subject(json_text_or(answer, "idToken", ""));
	if (l->arn == NULL || !account_of(l->arn, l->account))
		return aws_fail(e, ERR_AWS, "MalformedReply",
		    "the sign-in service's answer does not say who has signed in; try again");
	l->token = make_token(l, answer);
	return true;
}

/* ---- of a finished one --------------------------------------------------------------------------
 */

const char *
login_arn(const struct login *l)
{
	return l->arn;
}

const char *
login_account(const struct login *l)
{
	return l->account;
}

const char *
login_region(const struct login *l)
{
	return l->region;
}

int64_t
login_expires(const struct login *l)
{
	return login_token_expires(l->token);
}

struct aws_credentials *
login_use(const struct login *l)
{
	return login_token_credentials(l->token, l->arn);
}

bool
login_save(const struct login *l, struct err *e)
{
	AUTO_BUF text = BUF_INIT(LOGIN_TEXT_MAX);
	AUTO_LOGIN_FILE f = { .lock = -1 };

	if (!json_print(&text, l->token, JSON_COMPACT))
		return err_set(e, ERR_OTHER, "the session is too large to be saved");
	login_file_init(&f, l->arn);
	return login_file_lock(&f, &l->env, e) && file_write(f.path, text.data, text.len, 0600, e);
}
