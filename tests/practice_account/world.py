# SPDX-License-Identifier: MIT
"""The state of one practice account, and its door to moto."""

import io
import logging
import secrets
import string
import threading
from dataclasses import dataclass, field

from .clock import Clock, rule_moto
from .wire import Response, error

log = logging.getLogger("practice_account")

_SECRET_ALPHABET = string.ascii_letters + string.digits + "+/"


def new_key_id(prefix, account):
    """An access key id (AKIA..., ASIA...); it names the account as AWS's do."""
    from moto.iam.utils import generate_access_key_id_from_account_id

    return generate_access_key_id_from_account_id(account, prefix)


def new_secret():
    return "".join(secrets.choice(_SECRET_ALPHABET) for _ in range(40))


@dataclass
class RootKey:
    id: str
    secret: str
    created: float
    status: str = "Active"
    last_used: tuple | None = None  # (seconds, service, region)


@dataclass
class Session:
    """Temporary credentials that the practice account minted itself."""

    id: str
    secret: str
    token: str
    kind: str  # root or session
    user_name: str | None
    created: float
    expires: float
    mfa_serial: str | None = None
    console: bool = False
    mfa_at: float | None = None  # when the code was given, if not when the session was made


@dataclass
class Root:
    """The root user: no IAM API shows it as a user, so moto has no place for it."""

    email: str = "root@example.com"
    password: str = "practice-root-password"
    has_password: bool = True
    created: float = 0.0
    password_last_used: float | None = None
    keys: list = field(default_factory=list)
    mfa: dict = field(default_factory=dict)  # serial -> seconds when it was enabled
    signing_certificates: list = field(default_factory=list)

    def key(self, access_key_id):
        return next((key for key in self.keys if key.id == access_key_id), None)


class World:
    """Everything one server knows. All stages run under world.lock.

    violations: what no correct client would do or moto cannot answer, as dicts with ``kind``
    (model, signature, unimplemented). extra: a place for other modules' state, emptied by reset.
    """

    def __init__(self, account, region="us-east-1"):
        self.account = account
        self.signin_options = {}  # settings of the sign-in service that outlive a reset
        self.region = region
        self.partition = "aws"
        self.clock = Clock()
        self.lock = threading.RLock()
        self.url = ""
        self.modules = []
        self.journal = []
        self.journal_file = None
        self._moto = None
        self.forget()

    def forget(self):
        """Everything but the clock's owner, the address and moto goes back to empty."""
        self.clock.offset = 0.0
        self.root = Root(created=self.clock.now())
        self.sessions = {}
        self.mfa = {}  # serial -> totp.Device
        self.hardware = {}  # serial of a hardware token -> totp.Device
        self.violations = []
        self.faults = []
        self.visibility = 0.0
        self.newborn = {}  # what late visibility still hides -> seconds when it appears
        self.web_sessions = {}
        self.billing_switch = False
        self.passwords = {}  # user -> password facts that moto does not keep
        self.extra = {}
        self.journal.clear()

    @property
    def root_arn(self):
        return f"arn:{self.partition}:iam::{self.account}:root"

    def user_arn(self, name):
        return self.iam_backend().get_user(name).arn

    def hidden(self, *what):
        """True while late visibility hides ``what``.

        Kinds: ("user", name) ("group", name) ("key", id) ("login-profile", user)
        ("mfa", serial) ("policy", arn) ("user-policy", user, arn or name)
        ("group-policy", group, arn or name) ("member", group, user).
        """
        return self.newborn.get(what, 0.0) > self.clock.now()

    def violation(self, req, kind, detail):
        self.violations.append(
            {"kind": kind, "service": req.service or req.scope_service, "action": req.action,
             "request_id": req.id, "detail": detail}
        )

    # The door to moto.

    def iam_backend(self):
        from moto.iam.models import iam_backends

        return iam_backends[self.account][self.partition]

    def sts_backend(self):
        from moto.sts.models import sts_backends

        return sts_backends[self.account][self.partition]

    def s3_backend(self):
        from moto.s3.models import s3_backends

        return s3_backends[self.account][self.partition]

    def cloudtrail_backend(self, region=None):
        from moto.cloudtrail.models import cloudtrail_backends

        return cloudtrail_backends[self.account][region or self.region]

    def reset_moto(self):
        from moto.core.base_backend import BackendDict
        from moto.core.model_instances import reset_model_data

        BackendDict.reset()
        reset_model_data()  # else moto keeps every object it ever made: 10 MB with each reset
        rule_moto(self.clock)

    def moto(self, req, body=None, raw_query=None):
        """Asks moto. body and raw_query replace the request's own when given.

        What moto does not implement becomes a loud 501 and a violation.
        """
        try:
            response = self._ask_moto(req, body, raw_query)
        except Exception as lack:  # moto's Flask runs in debug mode: what it raises comes through
            log.exception("moto: %s %s", req.service, req.action)
            return self._lacking(req, repr(lack))
        html = response.body[:200].lstrip().lower().startswith((b"<!doctype html", b"<html"))
        if response.status >= 500 or (html and response.status in (404, 405)):
            log.error("moto: %s %s: %r", req.service, req.action, response.body[-2000:])
            return self._lacking(req, f"moto answered {response.status}")
        return response

    def _lacking(self, req, detail):
        self.violation(req, "unimplemented", detail)
        return error(req, "NotImplemented", "The practice account lacks this call.", 501)

    def _ask_moto(self, req, body, raw_query):
        from werkzeug.test import run_wsgi_app

        if self._moto is None:
            from moto.moto_server.werkzeug_app import (
                DomainDispatcherApplication,
                create_backend_app,
            )

            self._moto = DomainDispatcherApplication(create_backend_app)
            rule_moto(self.clock)
        body = req.body if body is None else body
        environ = dict(req.environ)
        environ["wsgi.input"] = io.BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body))
        environ["HTTP_X_MOTO_ACCOUNT_ID"] = self.account
        if raw_query is not None:
            environ["QUERY_STRING"] = raw_query
        chunks, status, headers = run_wsgi_app(self._moto, environ, buffered=True)
        return Response(int(status.split()[0]), dict(headers), b"".join(chunks))
