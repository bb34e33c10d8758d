# SPDX-License-Identifier: MIT
"""The practice account's sign-in service: the protocol of ``aws login``, with every refusal.

botocore's own login provider is the independent client where it can be; the rest of the calls
are made by hand, each wrong in one way.
"""

import base64
import hashlib
import http.server
import json
import os
import pathlib
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

import pytest
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from practice_client import Practice

PUBLISHED = (pathlib.Path(__file__).resolve().parents[3] / "shared" / "data" / "login"
             / "login-provider-test-cases.json")
CLIENT = "arn:aws:signin:::devtools/"
ROOT = "arn:aws:iam::123456789012:root"
PASSWORD = "practice-root-password"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
LOCAL = "arn:aws:iam::aws:policy/SignInLocalDevelopmentAccess"
GRANT = ("The provided authorization grant is invalid, expired, revoked, or malformed.")


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Callback:
    """The client's loopback listener: remembers the queries that come."""

    def __init__(self):
        queries = self.queries = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                queries.append(self.path)
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        self.uri = f"http://127.0.0.1:{self.server.server_port}/oauth/callback"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def last(self):
        url = urllib.parse.urlsplit(self.queries[-1])
        assert url.path == "/oauth/callback"
        return dict(urllib.parse.parse_qsl(url.query, strict_parsing=True))

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Client:
    """A client of the sign-in service, which a test can make wrong in one point."""

    def __init__(self, practice, callback, kind="same-device", key=None):
        self.practice, self.kind, self.callback = practice, kind, callback
        self.base = practice.signin
        self.key = key or ec.generate_private_key(ec.SECP256R1())
        self.state = str(uuid.uuid4())
        self.verifier = "~verifier." + b64(os.urandom(30))
        self.redirect = callback.uri if kind == "same-device" else (
            self.base + "/v1/sessions/confirmation")
        self.browser = practice.browser()
        self.host = None

    # In the browser.

    def query(self, **other):
        asked = {"response_type": "code", "client_id": CLIENT + self.kind, "state": self.state,
                 "code_challenge_method": "SHA-256", "scope": "openid",
                 "redirect_uri": self.redirect,
                 "code_challenge": b64(hashlib.sha256(self.verifier.encode()).digest())}
        asked.update(other)
        return urllib.parse.urlencode({k: v for k, v in asked.items() if v is not None})

    def open(self, **other):
        self.browser.open("/v1/authorize?" + self.query(**other))
        return self.browser.status

    def submit(self, what, **fields):
        self.browser.open(f"/v1/authorize/{what}", request=self.browser.value("request"), **fields)
        return self.browser.status

    def sign_in_root(self, mfa=""):
        assert self.open() == 200
        return self.submit("root", email="root@example.com", password=PASSWORD, mfa=mfa)

    def sign_in_user(self, name, password, mfa="", account="123456789012"):
        assert self.open() == 200
        return self.submit("iam", account=account, username=name, password=password, mfa=mfa)

    def code(self):
        if self.kind == "same-device":
            got = self.callback.last()
        else:
            text = base64.b64decode(self.browser.text("authorization-code")).decode()
            got = dict(urllib.parse.parse_qsl(text, strict_parsing=True))
        assert got["state"] == self.state
        return got["code"]

    # At the token endpoint.

    def now(self):
        return int(self.practice.clock()["now"])

    def proof(self, sign=None, header=None, jwk=None, **other):
        numbers = self.key.public_key().public_numbers()
        x, y = (b64(n.to_bytes(32, "big")) for n in (numbers.x, numbers.y))
        head = {"typ": "dpop+jwt", "alg": "ES256",
                "jwk": {"kty": "EC", "x": x, "y": y, "crv": "P-256", **(jwk or {})},
                **(header or {})}
        claims = {"htm": "POST", "htu": self.base + "/v1/token", "iat": self.now(),
                  "jti": str(uuid.uuid4()), **other}
        text = ".".join(b64(json.dumps(part, separators=(",", ":")).encode())
                        for part in (head, claims))
        r, s = utils.decode_dss_signature((sign or self.key).sign(
            text.encode(), ec.ECDSA(hashes.SHA256())))
        return f"{text}.{b64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"

    def post(self, body, proof=None, raw=None):
        """(status, x-amzn-ErrorType, body)."""
        headers = {"Content-Type": "application/json"}
        if proof != "":
            headers["DPoP"] = proof or self.proof()
        if self.host:
            headers["Host"] = self.host
        data = raw if raw is not None else json.dumps(body).encode()
        request = urllib.request.Request(self.practice.signin + "/v1/token", data, headers)
        try:
            reply = urllib.request.urlopen(request, timeout=20)
        except urllib.error.HTTPError as refused:
            reply = refused
        with reply:
            return reply.status, reply.headers["x-amzn-ErrorType"], json.loads(reply.read())

    def exchange(self, proof=None, **other):
        return self.post({"clientId": CLIENT + self.kind, "grantType": "authorization_code",
                          "codeVerifier": self.verifier, "redirectUri": self.redirect,
                          **({} if "code" in other else {"code": self.code()}), **other}, proof)

    def refresh(self, token, proof=None, **other):
        return self.post({"clientId": CLIENT + self.kind, "grantType": "refresh_token",
                          "refreshToken": token, **other}, proof)

    def session(self):
        """Signed in already: the token output."""
        status, _, out = self.exchange()
        assert status == 200, out
        return out

    def pem(self):
        return self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption()).decode()


def refused(got, error, status=400, kind="ValidationException"):
    """Is got the row of the error table?"""
    assert got[:2] == (status, kind) and got[2]["error"] == error, got
    assert isinstance(got[2]["message"], str)
    return got[2]["message"]


@pytest.fixture
def callback():
    listener = Callback()
    yield listener
    listener.close()


@pytest.fixture
def root(practice, callback):
    """A client whose browser has signed in as root; its code is not exchanged yet."""
    client = Client(practice, callback)
    assert client.sign_in_root() == 200
    return client


def aws(practice, service, out, **options):
    token = out["accessToken"]
    return practice.client(service, token["accessKeyId"], token["secretAccessKey"],
                           token["sessionToken"], **options)


def error_of(call, **parameters):
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    return caught.value.response["Error"]["Code"]


def claims(token):
    head, body, _ = (part + "=" * (-len(part) % 4) for part in token.split("."))
    return json.loads(base64.urlsafe_b64decode(head)), json.loads(base64.urlsafe_b64decode(body))


def make_user(practice, name="alice", password="Alices-password-1", policy=ADMINISTRATOR,
              reset=False):
    iam = practice.client("iam")
    iam.create_user(UserName=name)
    iam.create_login_profile(UserName=name, Password=password, PasswordResetRequired=reset)
    if policy:
        iam.attach_user_policy(UserName=name, PolicyArn=policy)
    return name, password


# Signing in.


def test_root_same_device(root, practice):
    before = root.now()
    out = root.session()
    assert set(out) == {"accessToken", "tokenType", "expiresIn", "refreshToken", "idToken"}
    assert out["expiresIn"] == 900 and out["refreshToken"].startswith("ASOR")
    assert len(out["refreshToken"]) <= 2048 and len(root.code()) <= 512
    head, who = claims(out["idToken"])
    assert head["alg"] == "ES384" and who["sub"] == ROOT
    assert who["aud"] == CLIENT + "same-device" and before <= who["iat"] <= root.now()
    assert out["accessToken"]["accessKeyId"].startswith("ASIA")
    assert aws(practice, "sts", out).get_caller_identity()["Arn"] == ROOT
    assert practice.violations() == []


def test_no_secret_in_the_journal(root, practice):
    out = root.session()
    root.refresh(out["refreshToken"])
    text = json.dumps(practice.journal()) + json.dumps(practice.control("signin"))
    for secret in (out["refreshToken"], root.code(), root.verifier, PASSWORD,
                   out["accessToken"]["secretAccessKey"], out["accessToken"]["sessionToken"]):
        assert secret not in text
    calls = [each for each in practice.journal() if each["service"] == "signin"]
    assert [each["class"] for each in calls] == ["signin"] * 2
    assert {each["principal"] for each in calls} == {ROOT}


def test_cross_device(practice, callback):
    client = Client(practice, callback, "cross-device")
    assert client.sign_in_root() == 200
    assert "terminal" in client.browser.page
    out = client.session()
    assert claims(out["idToken"])[1]["aud"] == CLIENT + "cross-device"
    assert callback.queries == []


def test_wrong_password_and_mfa(practice, callback):
    client = Client(practice, callback)
    assert client.open() == 200
    assert client.submit("root", email="root@example.com", password="no", mfa="") == 403
    assert client.submit("root", email="x@example.com", password=PASSWORD, mfa="") == 403
    browser = practice.browser()
    browser.open("/console/signin/root", email="root@example.com", password=PASSWORD, mfa="")
    browser.open("/console/iam/security_credentials/mfa/create", device_name="phone")
    seed, serial = browser.text("secret"), browser.value("serial")
    browser.open("/console/iam/security_credentials/mfa/assign", serial=serial,
                 code1=practice.code(seed, -1), code2=practice.code(seed))
    assert client.sign_in_root() == 403 and client.sign_in_root("000000") == 403
    assert callback.queries == []
    practice.clock(advance=30)
    assert client.sign_in_root(practice.code(seed)) == 200
    assert client.session()
    assert practice.control("signin")["logins"][0]["mfa"] is True


@pytest.mark.parametrize("carried", (True, False))
def test_mfa_of_a_user_is_in_the_session(practice, callback, carried):
    practice.control("signin", {"mfa_carried": carried})
    name, password = make_user(practice)
    iam = practice.client("iam")
    made = iam.create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]
    seed = made["Base32StringSeed"].decode()
    iam.enable_mfa_device(UserName=name, SerialNumber=made["SerialNumber"],
                          AuthenticationCode1=practice.code(seed, -1),
                          AuthenticationCode2=practice.code(seed))
    iam.put_user_policy(UserName=name, PolicyName="mfa", PolicyDocument=json.dumps({
        "Version": "2012-10-17", "Statement": [{
            "Effect": "Deny", "Action": "iam:ListUsers", "Resource": "*",
            "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}]}))
    client = Client(practice, callback)
    assert client.sign_in_user(name, password) == 403
    practice.clock(advance=30)
    assert client.sign_in_user(name, password, practice.code(seed)) == 200
    mine = aws(practice, "iam", client.session())
    if carried:
        assert len(mine.list_users()["Users"]) == 1
    else:
        assert error_of(mine.list_users) == "AccessDenied"


def test_user_by_alias_and_forced_reset(practice, callback):
    practice.client("iam").create_account_alias(AccountAlias="example-corp")
    name, password = make_user(practice, reset=True)
    client = Client(practice, callback)
    assert client.sign_in_user(name, password, account="example-corp") == 200
    assert client.browser.at == "/console/reset" and callback.queries == []
    client.browser.open("/console/reset", old_password=password, new_password="Alices-new-1",
                        confirm="Alices-new-1")
    assert client.browser.at == "/v1/authorize/continue"
    assert client.submit("continue") == 200
    out = client.session()
    arn = f"arn:aws:iam::123456789012:user/{name}"
    assert claims(out["idToken"])[1]["sub"] == arn
    assert aws(practice, "sts", out).get_caller_identity()["Arn"] == arn
    assert len(aws(practice, "iam", out).list_users()["Users"]) == 1  # console sessions may


def test_active_console_session_is_taken(practice, callback):
    client = Client(practice, callback)
    client.browser.open("/console/signin/root", email="root@example.com", password=PASSWORD,
                        mfa="")
    assert client.open() == 200 and "Continue as root user" in client.browser.page
    assert client.submit("continue") == 200
    assert client.session()
    assert client.submit("continue") == 400  # one visit, one code


def test_cancel(practice, callback):
    client = Client(practice, callback)
    client.open()
    client.submit("cancel")
    assert callback.last() == {"error": "access_denied", "state": client.state}


@pytest.mark.parametrize("wrong", (
    {"response_type": "token"}, {"client_id": "arn:aws:signin:::devtools/other"},
    {"code_challenge_method": "S256"}, {"code_challenge_method": None}, {"scope": "all"},
    {"state": None}, {"code_challenge": "short"}, {"redirect_uri": "https://example.com/"},
    {"redirect_uri": "http://127.0.0.1:80/elsewhere"}, {"redirect_uri": "http://127.0.0.1:99999"},
    {"redirect_uri": "http://127.0.0.1:0/oauth/callback"},
    {"redirect_uri": "http://localhost:8080/oauth/callback"},
    {"redirect_uri": "http://127.0.0.1:8080/oauth/callback?x=y"},
    {"client_id": CLIENT + "cross-device"}))
def test_bad_authorize_requests_show_a_page_and_send_nobody_away(practice, callback, wrong):
    client = Client(practice, callback)
    assert client.open(**wrong) == 400
    assert client.browser.at == "/v1/authorize" and callback.queries == []


# The error table.


def test_wrong_verifier_code_and_redirect(root, practice):
    wrong = (dict(codeVerifier="x" * 43), dict(code="x" * 40),
             dict(redirectUri="http://127.0.0.1:1/oauth/callback"),
             dict(clientId=CLIENT + "cross-device"))
    for other in wrong:
        assert refused(root.exchange(**other), "INVALID_REQUEST") == GRANT
    assert practice.violations() == []
    assert root.session()  # a refused call used nothing up


def test_code_replay(root):
    root.session()
    assert refused(root.exchange(), "INVALID_REQUEST") == GRANT


def test_code_expired(root, practice):
    practice.clock(advance=601)
    refused(root.exchange(), "AUTHCODE_EXPIRED", 401, "AccessDeniedException")


@pytest.mark.parametrize("body", (
    {"clientId": "me"}, {"codeVerifier": "short"}, {"codeVerifier": "x" * 129},
    {"codeVerifier": "x" * 43 + "+"}, {"code": "x" * 513}, {"code": ""}, {"redirectUri": ""},
    {"extra": "x"}, {"code": 7}))
def test_members_are_held_against_the_model(root, practice, body):
    refused(root.exchange(**body), "INVALID_REQUEST")
    assert practice.violations()[0]["kind"] == "model"


def test_unknown_grant_and_malformed_json(root):
    for got in (root.post({"grantType": "password"}), root.post({}), root.post([1]),
                root.post({"grantType": ["refresh_token"]}), root.post(None, raw=b"{"),
                root.post(None, raw=b"\xff")):
        assert got[:2] == (400, None) and got[2]["error"] == "unsupported_grant_type"
        assert set(got[2]) == {"error", "error_description"}


@pytest.mark.parametrize("change", (
    {"htm": "GET"}, {"htu": "http://127.0.0.1:1/v1/token"}, {"htu": "/v1/token"},
    {"iat": "now"}, {"iat": None}, {"jti": ""}, {"jti": None}, {"header": {"alg": "none"}},
    {"header": {"typ": "JWT"}}, {"header": {"jwk": None}}, {"jwk": {"crv": "P-384"}},
    {"jwk": {"d": "AA"}}, {"jwk": {"x": b64(b"\1" * 31)}}, {"jwk": {"x": b64(b"\xff" * 32)}},
    {"jwk": {"x": b64(b"\0" * 33)}}, {"sign": ec.generate_private_key(ec.SECP256R1())}))
def test_bad_proofs(root, practice, change):
    refused(root.exchange(root.proof(**change)), "INVALID_REQUEST")
    assert practice.violations()[0]["kind"] == "signature"
    assert root.session()


def test_proof_forms(root):
    good = root.proof()
    head, body, signature = good.split(".")
    raw = base64.urlsafe_b64decode(signature + "==")
    der = utils.encode_dss_signature(int.from_bytes(raw[:32], "big"),
                                     int.from_bytes(raw[32:], "big"))
    for bad in ("", "x", "a.b", f"{head}.{body}.{b64(der)}", good + "=", f"{body}.{body}.AAAA",
                f"{head}.{body}.", f"{head}..{signature}"):
        refused(root.exchange(bad), "INVALID_REQUEST")


def test_a_proof_is_good_once(root):
    proof = root.proof()
    status, _, out = root.exchange(proof)
    assert status == 200
    assert "jti" in refused(root.refresh(out["refreshToken"], proof), "INVALID_REQUEST")
    assert root.refresh(out["refreshToken"])[0] == 200


@pytest.mark.parametrize("off", (40, -40, 600, -600))
def test_clock_off(root, off):
    refused(root.exchange(root.proof(iat=root.now() + off)), "TOKEN_EXPIRED", 401,
            "AccessDeniedException")
    assert root.exchange(root.proof(iat=root.now() + (20 if off > 0 else -20)))[0] == 200


def test_date_header_tells_the_clock(practice):
    practice.clock(offset=600)
    with urllib.request.urlopen(practice.signin + "/", timeout=20) as reply:
        told = reply.headers["Date"]
    moment = time.mktime(time.strptime(told, "%a, %d %b %Y %H:%M:%S GMT")) - time.timezone
    assert abs(moment - practice.clock()["now"]) < 5


# Refreshing.


def test_rotation(root, practice):
    first = root.session()
    status, _, second = root.refresh(first["refreshToken"])
    assert status == 200 and "idToken" not in second
    assert second["refreshToken"] != first["refreshToken"]
    assert second["accessToken"]["accessKeyId"] != first["accessToken"]["accessKeyId"]
    assert refused(root.refresh(first["refreshToken"]), "INVALID_REQUEST") == GRANT
    assert root.refresh(second["refreshToken"])[0] == 200
    assert aws(practice, "sts", second).get_caller_identity()["Arn"] == ROOT


def test_reuse_as_documented_or_as_rfc_9700(root, practice):
    """Both other answers that AWS may give to a refresh token used twice."""
    practice.control("signin", {"refresh_reuse": "same"})
    first = root.session()
    _, _, second = root.refresh(first["refreshToken"])
    assert root.refresh(first["refreshToken"])[2] == second
    practice.clock(advance=901)
    refused(root.refresh(first["refreshToken"]), "INVALID_REQUEST")
    practice.control("signin", {"refresh_reuse": "revokes"})
    refused(root.refresh(first["refreshToken"]), "INVALID_REQUEST")
    refused(root.refresh(second["refreshToken"]), "INVALID_REQUEST")


def test_the_token_is_bound_to_key_and_client(root, practice, callback):
    token = root.session()["refreshToken"]
    thief = Client(practice, callback)
    refused(thief.refresh(token), "INVALID_REQUEST")
    refused(root.refresh(token, clientId=CLIENT + "cross-device"), "INVALID_REQUEST")
    assert root.refresh(token)[0] == 200


def test_region_pinning(root, practice):
    token = root.session()["refreshToken"]
    practice.control("signin", {"region": "eu-west-1"})
    assert refused(root.refresh(token), "INVALID_REQUEST") == GRANT
    practice.control("signin", {"region": "us-east-1"})
    assert root.refresh(token)[0] == 200


def test_region_by_host_name(root, practice):
    """As behind the TLS proxy, where the host is AWS's and htu begins with https."""
    token = root.session()["refreshToken"]
    for host, good in (("eu-west-1.signin.aws.amazon.com", False),
                       ("us-east-1.signin.aws.amazon.com", True)):
        root.host, root.base = host, f"https://{host}"
        got = root.refresh(token)
        assert got[0] == 200 if good else refused(got, "INVALID_REQUEST") == GRANT


def test_sessions_end_by_the_server_clock(root, practice):
    out = root.session()
    sts = aws(practice, "sts", out)
    practice.clock(advance=240)
    assert sts.get_caller_identity()["Arn"] == ROOT
    practice.control("signin", {"access_seconds": 100})
    _, _, out = root.refresh(out["refreshToken"])
    assert out["expiresIn"] == 100
    practice.clock(advance=101 - 50)
    sts = aws(practice, "sts", out)
    assert sts.get_caller_identity()["Arn"] == ROOT
    practice.clock(offset=0)
    practice.control("signin", {"access_seconds": 60})
    _, _, out = root.refresh(out["refreshToken"])
    practice.clock(advance=61)
    assert error_of(aws(practice, "sts", out).get_caller_identity) == "ExpiredToken"


def test_twelve_hours_at_most(root, practice):
    token = root.session()["refreshToken"]
    practice.clock(advance=12 * 3600 - 300)
    _, _, out = root.refresh(token)
    assert 290 <= out["expiresIn"] <= 300
    practice.clock(advance=301)
    refused(root.refresh(out["refreshToken"]), "TOKEN_EXPIRED", 401, "AccessDeniedException")


def test_root_password_changed(root, practice):
    token = root.session()["refreshToken"]
    root.browser.open("/console/account/password", old_password=PASSWORD,
                      new_password="another-password")
    refused(root.refresh(token), "USER_CREDENTIALS_CHANGED", 403, "AccessDeniedException")


def test_user_password_changed_or_gone(practice, callback):
    name, password = make_user(practice)
    client = Client(practice, callback)
    client.sign_in_user(name, password)
    out = client.session()
    iam = practice.client("iam")
    iam.update_login_profile(UserName=name, Password="Alices-other-1")
    got = client.refresh(out["refreshToken"])
    refused(got, "USER_CREDENTIALS_CHANGED", 403, "AccessDeniedException")
    iam.delete_login_profile(UserName=name)
    got = client.refresh(out["refreshToken"])
    refused(got, "USER_CREDENTIALS_CHANGED", 403, "AccessDeniedException")


def test_user_permissions(practice, callback):
    name, password = make_user(practice, policy=None)
    client = Client(practice, callback)
    client.sign_in_user(name, password)
    assert callback.last()["error"] == "access_denied"
    iam = practice.client("iam")
    iam.attach_user_policy(UserName=name, PolicyArn=LOCAL)
    client.sign_in_user(name, password)
    out = client.session()
    iam.detach_user_policy(UserName=name, PolicyArn=LOCAL)
    got = client.refresh(out["refreshToken"])
    text = refused(got, "INSUFFICIENT_PERMISSIONS", 403, "AccessDeniedException")
    assert "signin:CreateOAuth2Token" in text


@pytest.mark.parametrize("kind, status, exception, error", (
    ("throttle", 429, "TooManyRequestsError", "INVALID_REQUEST"),
    ("500", 500, "InternalServerException", "server_error"),
    ("TOKEN_EXPIRED", 401, "AccessDeniedException", "TOKEN_EXPIRED"),
    ("AUTHCODE_EXPIRED", 401, "AccessDeniedException", "AUTHCODE_EXPIRED"),
    ("USER_CREDENTIALS_CHANGED", 403, "AccessDeniedException", "USER_CREDENTIALS_CHANGED"),
    ("INSUFFICIENT_PERMISSIONS", 403, "AccessDeniedException", "INSUFFICIENT_PERMISSIONS"),
    ("INVALID_REQUEST", 400, "ValidationException", "INVALID_REQUEST")))
def test_fault_rules(root, practice, kind, status, exception, error):
    practice.faults({"service": "signin", "action": "CreateOAuth2Token", "kind": kind})
    refused(root.exchange(), error, status, exception)
    assert root.session()


def test_answer_lost_after_rotation(root, practice):
    out = root.session()
    practice.faults({"service": "signin", "kind": "reset-after-effect"})
    with pytest.raises(OSError):
        root.refresh(out["refreshToken"])
    refused(root.refresh(out["refreshToken"]), "INVALID_REQUEST")


# What such a session may do.


@pytest.mark.parametrize("answer", ("full", "list", "none"))
def test_root_keys_in_a_browser_session(root, practice, answer):
    practice.control("signin", {"root_session_keys": answer})
    iam = aws(practice, "iam", root.session())
    key = practice.root_key
    if answer == "none":
        assert error_of(iam.list_access_keys) == "ValidationError"
    else:
        assert len(iam.list_access_keys()["AccessKeyMetadata"]) == 2
    if answer == "full":
        iam.update_access_key(AccessKeyId=key, Status="Inactive")
        iam.delete_access_key(AccessKeyId=key)
        assert len(practice.state()["root"]["access_keys"]) == 1
    else:
        for call in (iam.delete_access_key, iam.create_access_key):
            parameters = {"AccessKeyId": key} if call == iam.delete_access_key else {}
            assert error_of(call, **parameters) == "ValidationError"
    assert iam.list_mfa_devices()["MFADevices"] == []
    assert iam.get_account_summary()["SummaryMap"]["AccountMFAEnabled"] == 0


def test_no_session_token_and_no_role_from_it(root, practice):
    sts = aws(practice, "sts", root.session())
    assert error_of(sts.get_session_token) == "AccessDenied"
    assert error_of(sts.assume_role, RoleArn="arn:aws:iam::123456789012:role/x",
                    RoleSessionName="me") == "AccessDenied"


def test_scenario_new(practice, callback):
    practice.reset("new")
    assert practice.root_key is None and practice.state()["root"]["access_keys"] == []
    client = Client(practice, callback)
    client.sign_in_root()
    iam = aws(practice, "iam", client.session())
    assert iam.list_access_keys()["AccessKeyMetadata"] == []
    assert iam.get_account_summary()["SummaryMap"]["AccountAccessKeysPresent"] == 0
    iam.create_user(UserName="alice")
    assert list(practice.state()["users"]) == ["alice"]


def test_launcher_options():
    server = Practice("--scenario", "new", "--signin",
                      '{"root_session_keys": "none", "region": "eu-central-1"}')
    try:
        for _ in range(2):
            assert server.root_key is None
            assert server.control("signin")["root_session_keys"] == "none"
            assert server.control("signin")["region"] == server.signin_region == "eu-central-1"
            server.reset("new")
    finally:
        assert server.stop() == 0


def test_bad_settings(practice):
    for wrong in ({"x": 1}, {"iat_window": "30"}, {"refresh_reuse": "maybe"}):
        with pytest.raises(urllib.error.HTTPError):
            practice.control("signin", wrong)


# botocore's own login provider, in a process of its own (see practice_client).

PROVIDER = """
import json, boto3, botocore.session
try:
    session = boto3.Session(profile_name="signin")
    found = session.get_credentials().get_frozen_credentials()
    out = {"method": session.get_credentials().method, "key": found.access_key,
           "secret": found.secret_key, "token": found.token}
    if ASK:
        out["arn"] = session.client("sts").get_caller_identity()["Arn"]
except Exception as problem:
    out = {"error": type(problem).__name__}
print(json.dumps(out))
"""


class Provider:
    """A home directory with a profile ``signin`` in it."""

    def __init__(self, practice, home, arn):
        self.practice, self.cache = practice, home / "cache"
        self.cache.mkdir()
        self.config = home / "config"
        self.config.write_text(f"[profile signin]\nlogin_session = {arn}\nregion = us-east-1\n")
        self.file = self.cache / (hashlib.sha256(arn.encode()).hexdigest() + ".json")

    def store(self, client, out, expires, arn=ROOT):
        self.file.write_text(json.dumps({
            "accessToken": {**out["accessToken"], "accountId": arn.split(":")[4],
                            "expiresAt": expires},
            "tokenType": out["tokenType"], "clientId": CLIENT + client.kind,
            "refreshToken": out["refreshToken"], "idToken": out["idToken"],
            "dpopKey": client.pem()}))

    def run(self, ask=True, region="us-east-1"):
        environ = {"PATH": os.environ["PATH"], "HOME": str(self.cache.parent),
                   "AWS_CONFIG_FILE": str(self.config), "AWS_DEFAULT_REGION": region,
                   "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "AWS_MAX_ATTEMPTS": "1",
                   "AWS_LOGIN_CACHE_DIRECTORY": str(self.cache),
                   "AWS_ENDPOINT_URL": self.practice.url,
                   "AWS_ENDPOINT_URL_SIGNIN": self.practice.signin}
        done = subprocess.run([sys.executable, "-c", PROVIDER.replace("ASK", str(ask))],
                              env=environ, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture
def provider(practice, tmp_path):
    return Provider(practice, tmp_path, ROOT)


def test_botocore_loads(root, provider):
    out = root.session()
    provider.store(root, out, time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 900)))
    got = provider.run()
    assert got["arn"] == ROOT and got["method"] == "login"
    assert got["key"] == out["accessToken"]["accessKeyId"]


def test_botocore_refreshes(root, provider, practice):
    provider.store(root, root.session(), "2020-01-01T00:00:00Z")
    before = json.loads(provider.file.read_text())
    got = provider.run()
    assert got["arn"] == ROOT
    after = json.loads(provider.file.read_text())
    assert after["accessToken"]["accessKeyId"] == got["key"] != (
        before["accessToken"]["accessKeyId"])
    assert after["refreshToken"] != before["refreshToken"]
    assert practice.control("signin")["logins"][0]["refreshes"] == 1
    assert practice.violations() == []
    provider.file.write_text(json.dumps(before))  # the old token comes again
    assert provider.run(ask=False) == {"error": "ValidationException"}


def test_botocore_is_told_to_sign_in_again(root, provider, practice):
    provider.store(root, root.session(), "2020-01-01T00:00:00Z")
    practice.clock(offset=40)
    assert provider.run(ask=False) == {"error": "LoginRefreshRequired"}
    practice.clock(offset=12 * 3600)
    assert provider.run(ask=False) == {"error": "LoginRefreshRequired"}
    practice.clock(offset=0)
    rule = {"service": "signin", "kind": "INSUFFICIENT_PERMISSIONS"}
    practice.faults(rule)
    assert provider.run(ask=False) == {"error": "LoginInsufficientPermissions"}


def cases():
    return json.loads(PUBLISHED.read_text()) if PUBLISHED.exists() else []


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the published cases are not here")
@pytest.mark.parametrize("case", cases(), ids=lambda case: case["documentation"])
def test_published_cases(case, practice, callback, tmp_path):
    """botocore's cases, asked of this server in place of their mock.

    Where a case's mock call succeeds, its refresh token is replaced by one that this server
    gave to the very key of the case.
    """
    arn = case["configContents"].partition("login_session = ")[2].strip()
    provider = Provider(practice, tmp_path, arn)
    fresh = None
    for name, content in case["cacheContents"].items():
        assert name == provider.file.name
        calls = case.get("mockApiCalls", [])
        if calls and "response" in calls[0]:
            key = serialization.load_pem_private_key(content["dpopKey"].encode(), None)
            client = Client(practice, callback, key=key)
            client.sign_in_root()
            fresh = content["refreshToken"] = client.session()["refreshToken"]
        provider.file.write_text(json.dumps(content))
    got = provider.run(ask=False)
    wanted = case["outcomes"][0]
    if wanted["result"] == "error":
        assert set(got) == {"error"}
    elif fresh is None:
        assert got["key"] == wanted["accessKeyId"] and got["token"] == wanted["sessionToken"]
    else:
        after = json.loads(provider.file.read_text())
        assert got["key"] == after["accessToken"]["accessKeyId"] != content["accessToken"][
            "accessKeyId"]
        assert after["refreshToken"] not in (fresh, None)
        for kept in ("clientId", "idToken", "dpopKey"):
            assert after[kept] == content[kept]


# The server itself.


def test_it_survives_bad_connections(practice):
    """Half requests, rubbish and resets cost their own connection and nothing else."""
    import socket
    import struct

    port = urllib.parse.urlsplit(practice.url).port
    idle = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(200)]
    for number, one in enumerate(idle):
        one.sendall((b"", b"GET", b"\x16\x03\x01\0\0", b"POST / HTTP/1.1\r\nContent-Le",
                     b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nab")[number % 5])
    assert practice.clock()["offset"] == 0
    for one in idle:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        one.close()
    practice.reset()
    assert practice.client("sts").get_caller_identity()["Arn"] == ROOT


def test_resets_leave_no_memory_behind(practice):
    """moto kept every object of every reset: ten megabytes each, until the system ran out."""
    pid = practice.process.pid

    def megabytes():
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    for _ in range(4):
        practice.reset()
        practice.client("iam").list_users()
    before = megabytes()
    for _ in range(10):
        practice.reset()
        practice.client("iam").list_users()
    assert megabytes() - before < 40
