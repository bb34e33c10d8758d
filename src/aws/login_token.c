/* SPDX-License-Identifier: MIT */
/*
 * The token endpoint: a JSON POST without a signature of the account, with a
 * DPoP proof instead (aws-client page, 2.4 and 2.5; RFC 9449).
 */
#include "login_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "log.h"
#include "service.h"
#include "session.h"
#include "text.h"

#define OFF_BY 3       /* seconds between proof and answer from which the clock is to blame */
#define DELAY_MS 1000  /* the longest before the second attempt; then twice as long */
#define LIFE_MAX 43200 /* seconds; AWS says 900 */

bool
login_turn(const struct login_env *env, int ms)
{
	if (env->wait != NULL)
		return env->wait(env->wait_arg, env->transport, ms);
	aws_transport_poll(env->transport, -1, ms, NULL);
	return true;
}

static void
put_base(struct buf *out, const struct aws_endpoint *ep)
{
	buf_printf(out, "%s://%s%s", ep->tls ? "https" : "http", ep->host, ep->path);
}

bool
login_base(const struct login_env *env, const char *region, struct buf *out, struct err *e)
{
	struct aws_endpoint ep;

	if (!aws_endpoint(env->settings, AWS_SIGNIN, region, NULL, &ep, e))
		return false;
	put_base(out, &ep);
	return true;
}

/* ---- the proof ------------------------------------------------------------------ */

static json_t *
coordinate(const unsigned char n[CRYPTO_P256_LEN])
{
	AUTO_BUF b = BUF_INIT(BUF_MAX_LINE);

	text_base64url(&b, n, CRYPTO_P256_LEN);
	return json_string(buf_str(&b));
}

static json_t *
proof_head(const struct crypto_key *key)
{
	unsigned char x[CRYPTO_P256_LEN], y[CRYPTO_P256_LEN];

	crypto_key_point(key, x, y);
	return json_pack("{s:s, s:s, s:{s:s, s:o, s:o, s:s}}", "typ", "dpop+jwt", "alg", "ES256",
	    "jwk", "kty", "EC", "x", coordinate(x), "y", coordinate(y), "crv", "P-256");
}

static void
put_part(struct buf *out, const json_t *part)
{
	AUTO_BUF b = BUF_INIT(BUF_MAX_LINE);

	if (part == NULL || !json_print(&b, part, JSON_COMPACT))
		die("a proof cannot be written");
	text_base64url(out, (const unsigned char *)b.data, b.len);
}

void
login_proof(const struct crypto_key *key, const char *htu, int64_t iat, struct buf *out)
{
	unsigned char sig[2 * CRYPTO_P256_LEN];
	size_t from = out->len;
	char jti[37];

	crypto_uuid(jti);
	json_auto_t *head = proof_head(key);
	json_auto_t *claims = json_pack(
	    "{s:s, s:s, s:I, s:s}", "htm", "POST", "htu", htu, "iat", (json_int_t)iat, "jti", jti);
	put_part(out, head);
	buf_putc(out, '.');
	put_part(out, claims);
	crypto_sign_es256(key, out->data + from, out->len - from, sig);
	buf_putc(out, '.');
	text_base64url(out, sig, sizeof(sig));
}

/* ---- one request ---------------------------------------------------------------------- */

static void
put_agent(const struct aws_settings *s, struct buf *b)
{
	struct aws_credentials none = { .source = NULL };
	const struct aws who = { .settings = s, .credentials = &none };

	session_agent(&who, b);
}

static void
request_init(struct aws_http_request *r, const struct login_env *env, const struct aws_endpoint *ep)
{
	AUTO_BUF agent = BUF_INIT(BUF_MAX_LINE);

	*r = (struct aws_http_request){ .method = "GET", .endpoint = *ep };
	buf_init(&r->path, BUF_MAX_LINE);
	buf_init(&r->query, BUF_MAX_LINE);
	buf_init(&r->body, LOGIN_TEXT_MAX);
	buf_puts(&r->path, ep->path);
	put_agent(env->settings, &agent);
	aws_http_header(r, "Host", ep->host);
	aws_http_header(r, "User-Agent", buf_str(&agent));
}

/* False when the person cancels; a refresh goes on, for its answer holds the only next token. */
static bool
send(
    const struct login_env *env, struct aws_http_request *r, bool whole, struct aws_http_reply *out)
{
	struct http_call *c = http_start(env->transport, r, true);
	bool go_on = true;

	while (!http_done(c) && (go_on || whole))
		go_on = login_turn(env, AWS_TICK_MS) && go_on;
	if (!http_done(c)) {
		http_abort(c);
		return false;
	}
	http_finish(c, out);
	return true;
}

static bool
cancelled(struct err *e)
{
	return aws_fail(e, ERR_CANCELLED, "Cancelled", "the sign-in was cancelled");
}

/* AWS takes only proofs of the last seconds: learn the time before the first one. */
static bool
learn_time(const struct login_env *env, const struct aws_endpoint *ep, struct err *e)
{
	struct aws_http_request r;
	struct aws_http_reply reply;

	if (env->clock->known)
		return true;
	request_init(&r, env, ep);
	buf_putc(&r.path, '/');
	if (!send(env, &r, false, &reply))
		return cancelled(e);
	if (reply.date != 0)
		clock_learn(env->clock, reply.date);
	log_line("login: GET / status=%d, this computer's clock is off by %lld s", reply.status,
	    (long long)-env->clock->offset);
	http_reply_free(&reply);
	return true;
}

static bool
post(const struct login_place *at, const struct aws_endpoint *ep, const json_t *body, int64_t iat,
    struct aws_http_reply *reply)
{
	struct aws_http_request r;
	AUTO_BUF htu = BUF_INIT(BUF_MAX_LINE);
	AUTO_BUF proof = BUF_INIT(BUF_MAX_LINE);

	put_base(&htu, ep);
	buf_puts(&htu, "/v1/token");
	login_proof(at->key, buf_str(&htu), iat, &proof);
	request_init(&r, at->env, ep);
	r.method = "POST";
	buf_puts(&r.path, "/v1/token");
	aws_http_header(&r, "Content-Type", "application/json");
	aws_http_header(&r, "DPoP", buf_str(&proof));
	if (!json_print(&r.body, body, JSON_COMPACT))
		die("a token request cannot be written");
	return send(at->env, &r, at->refresh, reply);
}

/* ---- the answer --------------------------------------------------------------------------- */

static bool
is_token_text(const json_t *answer, const char *path)
{
	const char *s = json_text(answer, path);

	if (s == NULL || s[0] == '\0')
		return false;
	for (; *s != '\0'; s++)
		if (*s <= ' ' || *s >= 0x7f)
			return false;
	return true;
}

/* All that is used later; the token type is kept as it is, whatever it says. */
static json_t *
check_answer(const struct aws_http_reply *r, bool refresh, struct err *e)
{
	json_t *answer = json_parse(r->body.data, r->body.len, NULL);
	int64_t life = json_int_or(answer, "expiresIn", 0);

	if (answer != NULL && is_token_text(answer, "accessToken.accessKeyId") &&
	    is_token_text(answer, "accessToken.secretAccessKey") &&
	    is_token_text(answer, "accessToken.sessionToken") &&
	    is_token_text(answer, "refreshToken") && life > 0 && life <= LIFE_MAX &&
	    (refresh || is_token_text(answer, "idToken")))
		return answer;
	json_decref(answer);
	aws_fail(e, ERR_AWS, "MalformedReply",
	    "the sign-in service answered something else than AWS documents; try again");
	e->status = r->status;
	return NULL;
}

/* ---- attempts -------------------------------------------------------------------------------- */

/* How an attempt ended. */
enum attempt { ATTEMPT_DONE, ATTEMPT_CLOCK, ATTEMPT_AGAIN, ATTEMPT_FAILED };

static bool
is_passing(const struct err *e)
{
	if (e->kind == ERR_NETWORK)
		return strcmp(e->code, "CertificateError") != 0 &&
		       strcmp(e->code, "ProxyOrPortal") != 0;
	return e->status == 429 || e->status >= 500;
}

/* A wrong clock looks like an old token or a bad request; the answer's Date tells. */
static bool
blame_clock(const struct login_env *env, const struct aws_http_reply *r, int64_t iat)
{
	if (r->date == 0 || r->status < 400 || r->status >= 500 || llabs(r->date - iat) < OFF_BY)
		return false;
	clock_learn(env->clock, r->date);
	return true;
}

static enum attempt
attempt(const struct login_place *at, const struct aws_endpoint *ep, const json_t *body,
    json_t **answer, struct err *e)
{
	int64_t iat = clock_now(at->env->clock);
	struct aws_http_reply r;
	enum attempt end = ATTEMPT_FAILED;

	if (!post(at, ep, body, iat, &r)) {
		cancelled(e);
		return ATTEMPT_FAILED;
	}
	if (r.status >= 200 && r.status < 300) {
		*answer = check_answer(&r, at->refresh, e);
		end = *answer != NULL ? ATTEMPT_DONE : ATTEMPT_FAILED;
	} else {
		login_fault(&r, at->refresh, e);
		end = is_passing(e)                   ? ATTEMPT_AGAIN
		      : blame_clock(at->env, &r, iat) ? ATTEMPT_CLOCK
						      : ATTEMPT_FAILED;
	}
	log_line("login: %s status=%d request=%s code=%s", at->refresh ? "refresh" : "exchange",
	    r.status, r.request_id, end == ATTEMPT_DONE ? "-" : e->code);
	http_reply_free(&r);
	return end;
}

/* Before the i-th attempt; false when the person cancels. */
static bool
back_off(const struct login_env *env, int i)
{
	uint32_t ms = crypto_uniform((uint32_t)DELAY_MS << (i < 5 ? i - 2 : 3));
	int64_t end = clock_ms() + ms, left;

	while ((left = end - clock_ms()) > 0)
		if (!login_turn(env, left < AWS_TICK_MS ? (int)left : AWS_TICK_MS))
			return false;
	return true;
}

json_t *
login_ask(const struct login_place *at, const json_t *body, struct err *e)
{
	int most = at->env->settings->max_attempts > 0 ? at->env->settings->max_attempts : 3;
	struct aws_endpoint ep;
	struct err why = { 0 };
	json_t *answer = NULL;
	enum attempt end = ATTEMPT_AGAIN;
	bool clock_blamed = false;

	if (!aws_endpoint(at->env->settings, AWS_SIGNIN, at->region, NULL, &ep, e) ||
	    !learn_time(at->env, &ep, e))
		return NULL;
	for (int i = 1; end == ATTEMPT_AGAIN || (end == ATTEMPT_CLOCK && !clock_blamed); i++) {
		clock_blamed = end == ATTEMPT_CLOCK;
		if (i > 1 && !clock_blamed && i > most)
			break;
		err_clear(&why);
		end = i == 1 || clock_blamed || back_off(at->env, i)
			  ? attempt(at, &ep, body, &answer, &why)
			  : ATTEMPT_FAILED;
	}
	if (answer == NULL && why.kind == ERR_NONE)
		cancelled(&why); /* in a pause */
	if (answer == NULL && e != NULL && e->kind == ERR_NONE)
		*e = why;
	return answer;
}
