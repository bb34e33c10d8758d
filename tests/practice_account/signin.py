# SPDX-License-Identifier: MIT
"""Stage: the sign-in service of ``aws login``: /v1/authorize, its pages, the code to paste.

Source: the design page on the AWS client, section 2 ("aws login: complete protocol"), which
names its own; the token endpoint is signin_token.py. What that page does not say and this
server had to choose is marked "Ours" here and there.
"""

import base64
import hmac
import json
import re
import secrets
from dataclasses import asdict, dataclass, field, replace
from html import escape
from urllib.parse import parse_qsl, urlencode

from . import console, enforce, pages, wire
from .web import WebSession, current, go, html

CLIENTS = ("same-device", "cross-device")
CLIENT_PREFIX = "arn:aws:signin:::devtools/"
LOOPBACK = re.compile(r"http://127\.0\.0\.1:[1-9]\d{0,4}/oauth/callback")
CONFIRMATION = "/v1/sessions/confirmation"
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")  # base64url of a SHA-256
_HOST_REGION = re.compile(r"([a-z0-9-]+)\.signin\.(?:aws\.amazon\.com|localhost)(?::\d+)?")


@dataclass
class Settings:
    """What the facts leave open, or differs from place to place; POST /practice/signin."""

    # May root's browser session list and delete root's own access keys? UNCONFIRMED at AWS.
    # full: as a root key may. list: it sees them only. none: all four operations refuse.
    root_session_keys: str = "full"
    # Does a sign-in with MFA set aws:MultiFactorAuthPresent in the session? UNCONFIRMED.
    mfa_carried: bool = True
    # How far a proof's iat may be from our time. AWS's number is unknown; a machine 35 s off
    # was refused (aws-cli 10330).
    iat_window: int = 30
    # The Region that this address stands for when the host name does not say.
    region: str = "us-east-1"
    # As a real cache file has it; the service model says aws_sigv4. Clients store it as it is.
    token_type: str = "urn:aws:params:oauth:token-type:access_token_sigv4"
    access_seconds: int = 900
    session_seconds: int = 12 * 3600
    # Ours: RFC 6749 section 4.1.2 advises ten minutes at most.
    code_seconds: int = 600
    # A refresh token that was rotated comes again. refused: as RFC 6749. revokes: and its whole
    # session ends (RFC 9700). same: the answer it had, again - AWS's documentation calls the
    # refresh "idempotent within token validity window" and does not say how long that is.
    refresh_reuse: str = "refused"

    CHOICES = {"root_session_keys": ("full", "list", "none"),
               "refresh_reuse": ("refused", "revokes", "same")}

    def changed(self, asked):
        """A copy with asked (a dict) in it; ValueError for what does not fit."""
        for name, value in asked.items():
            if name not in asdict(self):
                raise ValueError(f"no setting {name}")
            if type(value) is not type(getattr(self, name)):
                raise ValueError(f"{name} must be a {type(getattr(self, name)).__name__}")
            if name in self.CHOICES and value not in self.CHOICES[name]:
                raise ValueError(f"{name} must be one of {self.CHOICES[name]}")
        return replace(self, **asked)


@dataclass
class Pending:
    """One visit to /v1/authorize that waits for a person."""

    client_id: str
    redirect_uri: str
    state: str
    challenge: str
    region: str


@dataclass
class Login:
    """One sign-in of one client. password: what it was, to see that it changed."""

    pending: Pending
    kind: str
    user: str | None
    mfa_serial: str | None
    signed_in: float  # when the console session began: it lasts session_seconds from here
    password: str
    code: str
    issued: float
    used: bool = False
    revoked: bool = False
    thumbprint: str | None = None
    refresh_token: str | None = None
    old_tokens: dict = field(default_factory=dict)  # rotated token -> what it was answered
    refreshes: int = 0

    @property
    def client(self):
        return self.pending.client_id.removeprefix(CLIENT_PREFIX)


@dataclass
class SignIn:
    """The service's memory."""

    settings: Settings
    pending: dict = field(default_factory=dict)
    logins: list = field(default_factory=list)
    proofs: set = field(default_factory=set)


def reset(world):
    world.signin = SignIn(Settings().changed(world.signin_options))


def overview(world):
    """What GET /practice/signin says: the settings, and the sign-ins without their secrets."""
    logins = [
        {"principal": principal_arn(world, each), "client": each.client,
         "region": each.pending.region, "signed_in": world.clock.iso(each.signed_in),
         "mfa": each.mfa_serial is not None, "exchanged": each.used,
         "refreshes": each.refreshes, "revoked": each.revoked}
        for each in world.signin.logins
    ]
    return {**asdict(world.signin.settings), "logins": logins}


def stage(req, world):
    if req.aws or not req.path.startswith("/v1/"):
        return None
    from . import signin_token

    handlers = {**_PAGES, ("POST", "/v1/token"): signin_token.answer}
    handler = handlers.get((req.method, req.path))
    return handler(req, world) if handler else html(pages.page("Not found"), 404)


def region_of(req, world):
    """The Region whose sign-in service is asked: by host name, as at AWS, or by setting."""
    match = _HOST_REGION.fullmatch(req.host)
    return match[1] if match else world.signin.settings.region


def base_of(req):
    """scheme://host of the address the client used; AWS's hosts are behind the TLS proxy."""
    secure = req.host.endswith(".signin.aws.amazon.com")
    return f"{'https' if secure else req.environ['wsgi.url_scheme']}://{req.host}"


def principal_arn(world, login):
    if login.kind == "root":
        return world.root_arn
    return f"arn:{world.partition}:iam::{world.account}:user/{login.user}" \
        if login.user not in world.iam_backend().users else world.user_arn(login.user)


# /v1/authorize.


def _authorize(req, world):
    asked = dict(parse_qsl(req.raw_query, keep_blank_values=True))
    problem = _request_problem(req, asked)
    if problem:
        # Never a redirect before client and redirect_uri are known to be good (RFC 6749
        # section 4.1.2.1); a page of status 400 also for the rest, as AWS was seen to show.
        return html(pages.page("400 Bad Request", error=problem), 400)
    ident = secrets.token_urlsafe(24)
    world.signin.pending[ident] = Pending(
        asked["client_id"], asked["redirect_uri"], asked["state"], asked["code_challenge"],
        region_of(req, world))
    return _choose(req, world, ident)


def _request_problem(req, asked):
    wanted = {"response_type": "code", "scope": "openid", "code_challenge_method": "SHA-256"}
    for name, value in wanted.items():
        if asked.get(name) != value:
            return f"{name} must be {value}"
    client = asked.get("client_id", "")
    if client not in [CLIENT_PREFIX + kind for kind in CLIENTS]:
        return "client_id is not known"
    if not redirect_fits(req, client, asked.get("redirect_uri", "")):
        return "redirect_uri does not fit the client"
    if not asked.get("state"):
        return "state is missing"
    if not _CHALLENGE.fullmatch(asked.get("code_challenge", "")):
        return "code_challenge must be base64url of a SHA-256"
    return None


def redirect_fits(req, client, uri):
    if client.endswith("/cross-device"):
        return uri == base_of(req) + CONFIRMATION
    return bool(LOOPBACK.fullmatch(uri)) and 0 < int(uri.split(":")[2].split("/")[0]) < 65536


def _choose(req, world, ident, error=None, name="", status=200):
    """The page where a person picks the active console session or signs in."""
    session, this = current(req, world), pages.hidden("request", ident)
    active = ""
    if session and not session.must_reset:
        who = "root user" if session.kind == "root" else session.user
        active = "<h2>Active session</h2>" + pages.form(
            "/v1/authorize/continue", f"Continue as {who}", this)
    client = world.signin.pending[ident].client_id
    return html(pages.page(
        "Sign in for local development",
        f'<p id="client">Client: {escape(client)}</p>', active,
        "<h2>Root user</h2>",
        pages.form(
            "/v1/authorize/root", "Sign in as root", this,
            pages.field("email", "Root user e-mail address", "email"),
            pages.field("password", "Password", "password"),
            pages.field("mfa", "MFA code (if a device is assigned)"),
        ),
        "<h2>IAM user</h2>",
        pages.form(
            "/v1/authorize/iam", "Sign in", this,
            pages.field("account", "Account ID or alias"),
            pages.field("username", "IAM username", value=name),
            pages.field("password", "Password", "password"),
            pages.field("mfa", "MFA code (if a device is assigned)"),
        ),
        pages.form("/v1/authorize/cancel", "Cancel", this),
        error=error,
    ), status)


def _with_request(handler):
    """Finds the visit that a form or link belongs to."""
    def guarded(req, world):
        fields = dict(req.query) if req.method == "GET" else dict(
            parse_qsl(req.body.decode("utf-8", "replace"), keep_blank_values=True))
        ident = fields.get("request", "")
        if ident not in world.signin.pending:
            text = "This sign-in has ended. Start again from your terminal."
            return html(pages.page("400 Bad Request", error=text), 400)
        return handler(req, world, fields, ident)

    return guarded


@_with_request
def _root(req, world, fields, ident):
    session, problem = console.check_root(world, fields)
    if problem:
        return _choose(req, world, ident, problem, status=403)
    return _signed_in(req, world, session, ident, new=True)


@_with_request
def _iam(req, world, fields, ident):
    session, problem = console.check_iam(world, fields)
    if problem:
        return _choose(req, world, ident, problem, fields.get("username", ""), 403)
    if session.must_reset:
        session.resume = "/v1/authorize/continue?" + urlencode({"request": ident})
        return console.signed_in(world, session, "/console/reset")
    return _signed_in(req, world, session, ident, new=True)


@_with_request
def _continue(req, world, fields, ident):
    session = current(req, world)
    if req.method == "GET" or session is None or session.must_reset:
        return _choose(req, world, ident)
    return _signed_in(req, world, session, ident, new=False)


@_with_request
def _cancel(req, world, fields, ident):
    """Ours: what AWS's page sends back is not known; RFC 6749 section 4.1.2.1 says this."""
    return _send_back(world, ident, {"error": "access_denied"})


def _send_back(world, ident, answer):
    pending = world.signin.pending.pop(ident)
    answer["state"] = pending.state
    return go(pending.redirect_uri + "?" + urlencode(answer))


def may(req, world, action, login_or_session, region, client):
    """May this principal do signin:action? Root needs no permission.

    The managed policy SignInLocalDevelopmentAccess names oauth2/public-client/*; what stands
    in place of the asterisk is ours.
    """
    if login_or_session.kind == "root":
        return True
    session = WebSession("user", login_or_session.user, login_or_session.mfa_serial)
    probe = replace(req, service="signin", action=action, params={}, scope_region=region,
                    principal=console.principal(world, session))
    resource = f"arn:{world.partition}:signin:{region}:{world.account}:oauth2/public-client/"
    return bool(enforce.decide(probe, world, resource + client)[0])


def _signed_in(req, world, session, ident, new):
    """Makes the code and sends the browser back to the client."""
    pending = world.signin.pending[ident]
    client = pending.client_id.removeprefix(CLIENT_PREFIX)
    if may(req, world, "AuthorizeOAuth2Access", session, pending.region, client):
        login = _login(world, session, pending)
        response = _send_back(world, ident, {"code": login.code})
    else:  # Ours: as RFC 6749 says; AWS may show a page of its own instead.
        response = _send_back(world, ident, {"error": "access_denied"})
    if new:
        cookie = console.signed_in(world, session, "/").headers["Set-Cookie"]
        response.headers["Set-Cookie"] = cookie
    return response


def _login(world, session, pending):
    signed_in = session.signed_in or world.clock.now()
    password = password_of(world, session)
    login = Login(pending, session.kind, session.user, session.mfa_serial, signed_in, password,
                  secrets.token_urlsafe(180), world.clock.now())
    world.signin.logins.append(login)
    return login


def password_of(world, who):
    """The console password of a Login or WebSession; None when the user or it is gone."""
    if who.kind == "root":
        return world.root.password if world.root.has_password else None
    user = world.iam_backend().users.get(who.user)
    return user.password if user else None


# The end of the cross-device flow.


def _confirmation(req, world):
    asked = dict(req.query)
    if "error" in asked:
        return html(pages.page("Sign-in was cancelled"), 200)
    code, state = asked.get("code", ""), asked.get("state", "")
    if not any(hmac.compare_digest(each.code.encode(), code.encode())
               and each.pending.state == state for each in world.signin.logins):
        return html(pages.page("400 Bad Request", error="This sign-in has ended."), 400)
    text = base64.b64encode(f"state={state}&code={code}".encode()).decode()
    return html(pages.page(
        "Copy this authorization code",
        pages.text("Paste it into the terminal where you began to sign in."),
        f'<p><code id="authorization-code" style="overflow-wrap:anywhere">{text}</code></p>',
    ))


_PAGES = {
    ("GET", "/v1/authorize"): _authorize,
    ("POST", "/v1/authorize/root"): _root,
    ("POST", "/v1/authorize/iam"): _iam,
    ("GET", "/v1/authorize/continue"): _continue,
    ("POST", "/v1/authorize/continue"): _continue,
    ("POST", "/v1/authorize/cancel"): _cancel,
    ("GET", CONFIRMATION): _confirmation,
}


def json_reply(status, body, headers=None):
    return wire.Response(status, {"Content-Type": "application/json",
                                  "Cache-Control": "no-store", **(headers or {})},
                         json.dumps(body).encode())
