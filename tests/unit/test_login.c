/* SPDX-License-Identifier: MIT */
/* The browser sign-in's parts: proofs, refusals, the port, pasted codes, names of cache files. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "../../src/aws/login_parts.h"
#include "aws_server.h"
#include "aws_test.h"
#include "text.h"

#define STATE "00000000-1111-4222-8333-444444444444"

/* ---- proofs --------------------------------------------------------------------------- */

/* The n-th part of a JWT, decoded. */
static void
part(const char *jwt, int n, struct buf *out)
{
	while (n-- > 0)
		jwt = strchr(jwt, '.') + 1;
	assert_true(text_unbase64(out, jwt, strcspn(jwt, ".")));
}

static void
test_proof(void **state)
{
	AUTO_KEY key = crypto_key_new();
	AUTO_BUF jwt = BUF_INIT(BUF_MAX_LINE), head = BUF_INIT(BUF_MAX_LINE);
	AUTO_BUF claims = BUF_INIT(BUF_MAX_LINE), sig = BUF_INIT(BUF_MAX_LINE);
	const char *end;

	(void)state;
	login_proof(key, "https://us-east-1.signin.aws.amazon.com/v1/token", 1763510400, &jwt);
	end = strrchr(buf_str(&jwt), '.');
	part(buf_str(&jwt), 0, &head);
	part(buf_str(&jwt), 1, &claims);
	part(buf_str(&jwt), 2, &sig);
	assert_int_equal(sig.len, 2 * CRYPTO_P256_LEN);
	assert_true(crypto_verify_es256(
	    key, jwt.data, (size_t)(end - jwt.data), (const unsigned char *)sig.data));
	json_auto_t *h = parse(buf_str(&head)), *c = parse(buf_str(&claims));
	assert_string_equal(json_text(h, "typ"), "dpop+jwt");
	assert_string_equal(json_text(h, "alg"), "ES256");
	assert_string_equal(json_text(h, "jwk.kty"), "EC");
	assert_string_equal(json_text(h, "jwk.crv"), "P-256");
	assert_int_equal(strlen(json_text(h, "jwk.x")), 43);
	assert_int_equal(strlen(json_text(h, "jwk.y")), 43);
	assert_int_equal(json_object_size(json_object_get(h, "jwk")), 4);
	assert_string_equal(json_text(c, "htm"), "POST");
	assert_string_equal(
	    json_text(c, "htu"), "https://us-east-1.signin.aws.amazon.com/v1/token");
	assert_int_equal(json_int_or(c, "iat", 0), 1763510400);
	assert_int_equal(strlen(json_text(c, "jti")), 36);
	assert_null(strpbrk(buf_str(&jwt), "+/= \n"));
}

/* ---- refusals ------------------------------------------------------------------------------ */

static struct err
fault(int status, const char *type, const char *content, const char *body, bool refresh)
{
	struct aws_http_reply r;
	struct err e = { 0 };

	http_reply_init(&r);
	r.status = status;
	snprintf(r.error_type, sizeof r.error_type, "%s", type);
	snprintf(r.content_type, sizeof r.content_type, "%s", content);
	buf_puts(&r.body, body);
	login_fault(&r, refresh, &e);
	http_reply_free(&r);
	assert_int_equal(e.status, status);
	return e;
}

#define ERROR(code) "{\"error\":\"" code "\",\"message\":\"the text\"}"

static void
test_faults(void **state)
{
	static const struct {
		int status;
		const char *type, *body, *code, *at_sign_in, *at_refresh;
	} cases[] = {
		{ 401, "AccessDeniedException", ERROR("TOKEN_EXPIRED"), "TOKEN_EXPIRED", "clock",
		    "12 hours" },
		{ 401, "AccessDeniedException", ERROR("AUTHCODE_EXPIRED"), "AUTHCODE_EXPIRED",
		    "too old", "too old" },
		{ 403, "AccessDeniedException", ERROR("USER_CREDENTIALS_CHANGED"),
		    "USER_CREDENTIALS_CHANGED", "changed", "changed" },
		{ 403, "AccessDeniedException", ERROR("INSUFFICIENT_PERMISSIONS"),
		    "INSUFFICIENT_PERMISSIONS", "signin:CreateOAuth2Token",
		    "SignInLocalDevelopmentAccess" },
		{ 400, "ValidationException", ERROR("INVALID_REQUEST"), "INVALID_REQUEST",
		    "used before", "another program" },
		{ 429, "TooManyRequestsError", ERROR("INVALID_REQUEST"), "TooManyRequestsError",
		    "Wait a minute", "Wait a minute" },
		{ 429, "", ERROR("rate_exceeded"), "TooManyRequestsError", "Wait", "Wait" },
		{ 500, "InternalServerException", ERROR("server_error"), "server_error",
		    "another Region", "few minutes" },
		{ 502, "", "<html>Bad Gateway</html>", "server_error", "another Region",
		    "few minutes" },
		{ 400, "",
		    "{\"error\":\"unsupported_grant_type\",\"error_description\":\"the text\"}",
		    "unsupported_grant_type", "refuses: the text", "the text" },
		{ 400, "com.amazon.x#OddException:http://internal/", "{}", "OddException",
		    "OddException", "rootlock login" },
		{ 418, "", "", "418", "418", "418" },
		{ 418, "", "[\"x\"]", "418", "418", "418" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		for (int refresh = 0; refresh < 2; refresh++) {
			struct err e = fault(cases[i].status, cases[i].type, "application/json",
			    cases[i].body, refresh);

			assert_string_equal(e.code, cases[i].code);
			assert_int_equal(e.kind, ERR_AWS);
			assert_string_equal(e.operation, "CreateOAuth2Token");
			assert_non_null(
			    strstr(e.text, refresh ? cases[i].at_refresh : cases[i].at_sign_in));
			if (strstr(cases[i].body, "message") != NULL)
				assert_non_null(strstr(e.text, "the text"));
		}
	}
}

static void
test_a_web_page_is_no_answer(void **state)
{
	struct err e = fault(403, "", "text/html", "<!doctype html><p>Log in to the WLAN", false);

	(void)state;
	assert_int_equal(e.kind, ERR_NETWORK);
	assert_string_equal(e.code, "ProxyOrPortal");
	e = fault(403, "", "text/plain", "\n <html>", true);
	assert_string_equal(e.code, "ProxyOrPortal");
}

/* ---- queries -------------------------------------------------------------------------------- */

static void
test_query(void **state)
{
	static const struct {
		const char *query, *name, *value;
	} cases[] = {
		{ "code=abc&state=x", "code", "abc" },
		{ "code=abc&state=x", "state", "x" },
		{ "xcode=1&code=2&code=3", "code", "2" },
		{ "code=a%2Bb%3d", "code", "a+b=" },
		{ "code=a+b", "code", "a+b" },
		{ "code=", "code", NULL },
		{ "code", "code", NULL },
		{ "", "code", NULL },
		{ "&&&", "code", NULL },
		{ "code=%", "code", NULL },
		{ "code=%00", "code", NULL },
		{ "code=a%20b", "code", NULL },
		{ "code=\xc3\xbc", "code", NULL },
		{ "code=0123456789", "code", NULL },
		{ "code=012345678", "code", "012345678" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char out[10] = "before";
		bool ok = login_query(
		    cases[i].query, strlen(cases[i].query), cases[i].name, out, sizeof out);

		assert_int_equal(ok, cases[i].value != NULL);
		assert_string_equal(out, ok ? cases[i].value : "before");
	}
}

/* ---- the port ---------------------------------------------------------------------------------
 */

static int
connect_to(const struct listener *ls)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
		.sin_port = htons((uint16_t)listener_port(ls)) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof a), 0);
	return fd;
}

static void
say(int fd, const char *text)
{
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

/* What the port answers to a request; *told is the remark it makes. */
static int
visit(struct listener *ls, const char *request, struct err *told)
{
	char answer[4096];
	size_t n = 0;
	ssize_t got;
	int fd = connect_to(ls), status = 0;

	*told = (struct err){ 0 };
	say(fd, request);
	for (int i = 0; i < 100 && (told->kind == ERR_NONE && i < 3); i++) {
		(void)listener_serve(ls, told);
		usleep(1000);
	}
	while ((got = recv(fd, answer + n, sizeof answer - 1 - n, MSG_DONTWAIT)) > 0)
		n += (size_t)got;
	answer[n] = '\0';
	close(fd);
	if (n == 0)
		return 0;
	assert_int_equal(sscanf(answer, "HTTP/1.1 %d ", &status), 1);
	assert_non_null(strstr(answer, "\r\nConnection: close\r\n"));
	assert_non_null(strstr(answer, "\r\nCache-Control: no-store\r\n"));
	assert_null(strstr(answer, "evil"));
	return status;
}

#define GET(target) "GET " target " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"

static void
test_port(void **state)
{
	static const struct {
		const char *request;
		int status;
		bool remark;
	} not_ours[] = {
		{ GET("/"), 404, false },
		{ GET("/favicon.ico"), 404, false },
		{ GET("/oauth/callback"), 404, false },
		{ GET("/oauth/callbackx?code=1&state=" STATE), 404, false },
		{ GET("//oauth/callback?code=1&state=" STATE), 404, false },
		{ "POST /oauth/callback?code=1&state=" STATE " HTTP/1.1\r\n\r\n", 404, false },
		{ "HEAD /oauth/callback?code=1&state=" STATE " HTTP/1.1\r\n\r\n", 404, false },
		{ "GET /oauth/callback?code=1&state=" STATE "\r\n\r\n", 404, false },
		{ "\r\n\r\n", 404, false },
		{ "rubbish\r\n\r\n", 404, false },
		{ GET("/oauth/callback?code=evil&state=evil"), 400, true },
		{ GET("/oauth/callback?code=evil"), 400, true },
		{ GET("/oauth/callback?error=evil"), 400, true },
		{ GET("/oauth/callback?state=" STATE), 400, true },
		{ GET("/oauth/callback?code=a%20b&state=" STATE), 400, true },
		{ GET("/oauth/callback?code=evil&state=" STATE "0"), 400, true },
	};
	struct err e = { 0 };
	struct listener *ls = listener_open(STATE, &e);

	(void)state;
	assert_non_null(ls);
	for (size_t i = 0; i < COUNT(not_ours); i++) {
		assert_int_equal(visit(ls, not_ours[i].request, &e), not_ours[i].status);
		assert_int_equal(e.kind, not_ours[i].remark ? ERR_REFUSED : ERR_NONE);
		assert_null(listener_code(ls));
		assert_null(listener_refused(ls));
	}
	assert_int_equal(visit(ls, GET("/oauth/callback?state=" STATE "&code=a%2Fb"), &e), 200);
	assert_string_equal(secret_borrow(listener_code(ls)), "a/b");
	/* Later ones change nothing, and nobody is told. */
	assert_int_equal(visit(ls, GET("/oauth/callback?state=" STATE "&code=evil"), &e), 200);
	assert_int_equal(visit(ls, GET("/oauth/callback?state=" STATE "&error=evil"), &e), 200);
	assert_int_equal(visit(ls, GET("/oauth/callback?state=evil&code=evil"), &e), 400);
	assert_int_equal(e.kind, ERR_NONE);
	assert_string_equal(secret_borrow(listener_code(ls)), "a/b");
	assert_null(listener_refused(ls));
	listener_close(ls);
}

static void
test_port_refused(void **state)
{
	struct err e = { 0 };
	struct listener *ls = listener_open(STATE, &e);

	(void)state;
	assert_int_equal(
	    visit(ls, GET("/oauth/callback?error=access_denied&state=" STATE), &e), 200);
	assert_string_equal(listener_refused(ls), "access_denied");
	assert_int_equal(visit(ls, GET("/oauth/callback?code=evil&state=" STATE), &e), 200);
	assert_null(listener_code(ls));
	listener_close(ls);
}

/* Connections that say nothing, hang up, or never end their head do not keep others out. */
static void
test_port_crowded(void **state)
{
	struct err e = { 0 };
	struct listener *ls = listener_open(STATE, &e);
	int idle[20];
	char *flood = xmalloc(20001);

	(void)state;
	memset(flood, 'x', 20000);
	flood[20000] = '\0';
	for (size_t i = 0; i < COUNT(idle); i++) {
		idle[i] = connect_to(ls);
		(void)listener_serve(ls, &e);
	}
	close(idle[19]);
	say(idle[18], "GET /oauth/callback?code=");
	say(idle[17], flood);
	assert_int_equal(visit(ls, GET("/oauth/callback?code=good&state=" STATE), &e), 200);
	assert_string_equal(secret_borrow(listener_code(ls)), "good");
	for (size_t i = 0; i < COUNT(idle) - 1; i++)
		close(idle[i]);
	xfree(flood);
	listener_close(ls);
}

/* ---- a sign-in over a scripted server ------------------------------------------------------- */

#define ID_TOKEN /* {"sub":"arn:aws:iam::123456789012:root"} in the middle */                      \
	"e30.eyJzdWIiOiJhcm46YXdzOmlhbTo6MTIzNDU2Nzg5MDEyOnJvb3QifQ.x"
#define TOKEN(life, id)                                                                            \
	"{\"accessToken\":{\"accessKeyId\":\"ASIAX\",\"secretAccessKey\":\"s\",\"sessionToken\":"  \
	"\"t\"},\"tokenType\":\"odd type\",\"expiresIn\":" life ",\"refreshToken\":\"r\","         \
	"\"idToken\":\"" id "\"}"
#define HEAD "HTTP/1.1 200 OK\r\nDate: Wed, 19 Nov 2025 00:00:00 GMT\r\nConnection: close\r\n\r\n"

struct bench {
	struct server server;
	struct aws_settings settings;
	struct clock clock;
	struct login_env env;
	struct login *login;
	char *home;
};

static void
bench_open(struct bench *b, const char *const *script, unsigned n, enum login_way way)
{
	struct err e = { 0 };

	memset(b, 0, sizeof *b);
	server_start(&b->server, script, n);
	b->home = scratch_new();
	setenv("HOME", b->home, 1);
	b->settings.endpoint_url = xstrdup(b->server.url);
	b->settings.region = xstrdup("eu-west-1");
	b->settings.max_attempts = 2;
	b->settings.read_seconds = 1;
	b->env = (struct login_env){ .transport = aws_transport_new(&b->settings, &e),
		.settings = &b->settings,
		.clock = &b->clock };
	b->login = login_start(&b->env, way, &e);
	assert_non_null(b->login);
}

static void
bench_close(struct bench *b)
{
	login_free(b->login);
	aws_transport_free(b->env.transport);
	aws_settings_free(&b->settings);
	scratch_free(b->home);
	server_stop(&b->server);
}

/* The value of a parameter of the sign-in's address, xfree(). */
static char *
asked(const struct login *l, const char *name)
{
	const char *query = strchr(login_url(l), '?') + 1;
	char value[256];

	assert_true(login_query(query, strlen(query), name, value, sizeof value));
	return xstrdup(value);
}

static bool
paste(struct bench *b, const char *code, struct err *e)
{
	AUTO_FREE char *state = asked(b->login, "state");
	AUTO_FREE char *plain = xasprintf("state=%s&code=%s", state, code);
	AUTO_BUF text = BUF_INIT(BUF_MAX_LINE);

	text_base64(&text, (const unsigned char *)plain, strlen(plain));
	return login_paste(b->login, buf_str(&text), text.len, e);
}

static void
test_exchange(void **state)
{
	static const char *const script[] = { HEAD, HEAD TOKEN("900", ID_TOKEN) };
	struct bench b;
	struct err e = { 0 };
	bool done = true;

	(void)state;
	bench_open(&b, script, COUNT(script), LOGIN_CROSS_DEVICE);
	AUTO_FREE char *redirect = asked(b.login, "redirect_uri");
	assert_true(login_poll(b.login, &done, &e));
	assert_false(done);
	assert_true(paste(&b, "the/code", &e));
	assert_true(login_poll(b.login, &done, &e));
	assert_true(done);
	assert_true(login_finish(b.login, &e));
	assert_string_equal(login_arn(b.login), "arn:aws:iam::123456789012:root");
	assert_string_equal(login_account(b.login), "123456789012");
	assert_string_equal(login_region(b.login), "eu-west-1");
	/* By the server's clock. */
	assert_true(llabs(login_expires(b.login) - 1763510400 - 900) <= 2);
	const char *request = b.server.seen->text[1];
	assert_non_null(strstr(request, "POST /v1/token HTTP/1.1\r\n"));
	assert_non_null(strstr(request, "\r\nDPoP: ey"));
	assert_null(strcasestr(request, "\r\nAuthorization:"));
	json_auto_t *body = parse(strstr(request, "\r\n\r\n") + 4);
	assert_int_equal(json_object_size(body), 5);
	assert_string_equal(json_text(body, "code"), "the/code");
	assert_string_equal(json_text(body, "grantType"), "authorization_code");
	assert_string_equal(json_text(body, "redirectUri"), redirect);
	assert_int_equal(strlen(json_text(body, "codeVerifier")), 64);
	/* The challenge is the verifier's hash. */
	AUTO_FREE char *challenge = asked(b.login, "code_challenge");
	AUTO_BUF hashed = BUF_INIT(BUF_MAX_LINE);
	unsigned char hash[CRYPTO_SHA256_LEN];
	crypto_sha256(json_text(body, "codeVerifier"), 64, hash);
	text_base64url(&hashed, hash, sizeof hash);
	assert_string_equal(buf_str(&hashed), challenge);
	bench_close(&b);
}

/* The published name of root's file of account 123456789012, under a lock that goes with it. */
static void
test_save_and_forget(void **state)
{
	static const char *const script[] = { HEAD, HEAD TOKEN("900", ID_TOKEN) };
	struct bench b;
	struct err e = { 0 };
	struct stat st;
	bool was = false;

	(void)state;
	bench_open(&b, script, COUNT(script), LOGIN_CROSS_DEVICE);
	AUTO_FREE char *path = xasprintf("%s/.aws/login/cache/"
					 "1921ac8a06e305954f769df5e0f8b3d24ee1d6bf5231d901157e44d7"
					 "c4d0f4cf.json",
	    b.home);
	assert_true(paste(&b, "c", &e) && login_finish(b.login, &e));
	assert_int_not_equal(stat(path, &st), 0);
	assert_true(login_save(b.login, &e));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	AUTO_FREE char *text = slurp(path);
	json_auto_t *token = parse(text);
	assert_string_equal(json_text(token, "tokenType"), "odd type");
	assert_string_equal(json_text(token, "signInRegion"), "eu-west-1");
	assert_true(login_forget("arn:aws:iam::123456789012:root", &was, &e));
	assert_true(was);
	assert_int_not_equal(stat(path, &st), 0);
	assert_true(login_forget("arn:aws:iam::123456789012:root", &was, &e));
	assert_false(was);
	bench_close(&b);
}

static void
test_malformed_answers(void **state)
{
	static const char *const answers[] = { HEAD "", HEAD "{}", HEAD "[]",
		HEAD TOKEN("0", ID_TOKEN), HEAD TOKEN("99999999", ID_TOKEN),
		HEAD TOKEN("\"x\"", ID_TOKEN), HEAD TOKEN("900", ""), HEAD TOKEN("900", "a.b"),
		HEAD TOKEN("900", "a.!.c"), HEAD TOKEN("900", "a.e30.c"),
		/* {"sub":"x"}, {"sub":"arn:aws:iam::12:root"} */
		HEAD TOKEN("900", "a.eyJzdWIiOiJ4In0.c"),
		HEAD TOKEN("900", "a.eyJzdWIiOiJhcm46YXdzOmlhbTo6MTI6cm9vdCJ9.c") };

	(void)state;
	for (size_t i = 0; i < COUNT(answers); i++) {
		const char *const script[] = { HEAD, answers[i] };
		struct bench b;
		struct err e = { 0 };

		bench_open(&b, script, COUNT(script), LOGIN_CROSS_DEVICE);
		assert_true(paste(&b, "c", &e));
		assert_false(login_finish(b.login, &e));
		assert_string_equal(e.code, "MalformedReply");
		bench_close(&b);
	}
}

static void
test_pastes(void **state)
{
	static const char *const bad[] = { "", "=", "====", "x", "!!!!", "c3RhdGU9eA==", "Y29kZT14",
		"c3RhdGU9eCZjb2RlPQ==" };
	struct bench b;
	struct err e = { 0 };

	(void)state;
	bench_open(&b, NULL, 0, LOGIN_CROSS_DEVICE);
	for (size_t i = 0; i < COUNT(bad); i++) {
		err_clear(&e);
		assert_false(login_paste(b.login, bad[i], strlen(bad[i]), &e));
		assert_string_equal(e.code, "BadCode");
	}
	err_clear(&e);
	assert_false(login_paste(b.login, BYTES("c3RhdGU9eCZjb2RlPXk="), &e));
	assert_string_equal(e.code, "OtherSignIn");
	AUTO_BUF large = BUF_INIT(BUF_MAX_TEXT);
	while (large.len < 100000)
		buf_puts(&large, "c3RhdGU9eCZjb2RlPXk");
	err_clear(&e);
	assert_false(login_paste(b.login, buf_str(&large), large.len, &e));
	/* Too long for a code. */
	AUTO_BUF code = BUF_INIT(BUF_MAX_LINE);
	while (code.len < 513)
		buf_putc(&code, 'c');
	err_clear(&e);
	assert_false(paste(&b, buf_str(&code), &e));
	buf_cut(&code, 512);
	assert_true(paste(&b, buf_str(&code), &e));
	bench_close(&b);
}

/* No two sign-ins share anything that has to be random. */
static void
test_start(void **state)
{
	struct bench a, b;

	(void)state;
	bench_open(&a, NULL, 0, LOGIN_SAME_DEVICE);
	bench_open(&b, NULL, 0, LOGIN_SAME_DEVICE);
	static const char *const names[] = { "state", "code_challenge", "redirect_uri" };
	for (size_t i = 0; i < COUNT(names); i++) {
		AUTO_FREE char *one = asked(a.login, names[i]);
		AUTO_FREE char *two = asked(b.login, names[i]);

		assert_string_not_equal(one, two);
	}
	AUTO_FREE char *method = asked(a.login, "code_challenge_method");
	assert_string_equal(method, "SHA-256");
	bench_close(&a);
	bench_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_proof),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_a_web_page_is_no_answer),
		cmocka_unit_test(test_query),
		cmocka_unit_test(test_port),
		cmocka_unit_test(test_port_refused),
		cmocka_unit_test(test_port_crowded),
		cmocka_unit_test(test_exchange),
		cmocka_unit_test(test_save_and_forget),
		cmocka_unit_test(test_malformed_answers),
		cmocka_unit_test(test_pastes),
		cmocka_unit_test(test_start),
	};

	return RUN(tests);
}
