# SPDX-License-Identifier: MIT
"""The services that hand out credentials, on a port of this computer.

What they hand out tells what was asked for: role "one", assumed with the key AK1 and the external
id X, has the access key "one+ext=X<AK1". So two programs that get the same key have sent the same.
"""

import datetime
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, quote, urlsplit

MARKS = (("ExternalId", "ext"), ("DurationSeconds", "sec"), ("SerialNumber", "mfa"),
         ("TokenCode", "code"), ("WebIdentityToken", "web"))


def when(seconds):
    end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return end.strftime("%Y-%m-%dT%H:%M:%SZ")


def name_of(form, source):
    name = form["RoleArn"].rsplit("/", 1)[-1]
    for member, mark in MARKS:
        if member in form:
            name += f"+{mark}={quote(form[member].strip().rsplit('/', 1)[-1])}"
    session = form["RoleSessionName"]
    if not session.startswith(("botocore-session-", "rootlock-")):
        name += f"+name={session}"
    return f"{name}<{source}"


def role_xml(action, form, source, life):
    key = name_of(form, source)
    return (f'<{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{action}Result>'
            f"<Credentials><AccessKeyId>{key.replace('<', '&lt;')}</AccessKeyId>"
            f"<SecretAccessKey>secret-{len(key)}</SecretAccessKey>"
            f"<SessionToken>token-{len(key)}</SessionToken><Expiration>{when(life)}</Expiration>"
            f"</Credentials><AssumedRoleUser><AssumedRoleId>AROA:x</AssumedRoleId>"
            f"<Arn>arn:aws:sts::111122223333:assumed-role/r/{form['RoleSessionName']}</Arn>"
            f"</AssumedRoleUser></{action}Result></{action}Response>").encode()


DENIED = (b"<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not "
          b"authorized to perform: sts:AssumeRole</Message></Error></ErrorResponse>")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, body, content_type="text/xml"):
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def answer_json(self, status, document, error_type=None):
        if error_type:
            document = {"__type": error_type, "message": "no", "error": error_type} | document
        self.answer(status, json.dumps(document).encode(), "application/json")

    def log_message(self, *_):
        pass

    def source(self):
        """The access key that signed, "-" without a signature."""
        sent = self.headers.get("Authorization", "")
        return sent.split("Credential=")[1].split("/")[0] if "Credential=" in sent else "-"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        if self.path == "/token":
            return self.token(json.loads(body))
        form = {k: v[0] for k, v in parse_qs(body, keep_blank_values=True).items()}
        self.server.calls.append(f"{form['Action']} {form.get('RoleArn', '')} by {self.source()}")
        if form["Action"] == "GetCallerIdentity":
            return self.identity()
        if form["RoleArn"].endswith("denied"):
            return self.answer(403, DENIED)
        return self.answer(200, role_xml(form["Action"], form, self.source(), self.server.life))

    def identity(self):
        expired = self.source() in self.server.expired
        if expired:
            return self.answer(403, DENIED.replace(b"AccessDenied", b"ExpiredToken"))
        account = self.server.account
        return self.answer(200, (
            f"<GetCallerIdentityResponse><GetCallerIdentityResult><Account>{account}</Account>"
            f"<UserId>AIDA</UserId><Arn>arn:aws:iam::{account}:user/u</Arn>"
            f"</GetCallerIdentityResult></GetCallerIdentityResponse>").encode())

    def token(self, body):
        self.server.calls.append(f"CreateToken {body['refreshToken']}")
        if body["refreshToken"] == "refused":
            return self.answer_json(400, {}, "InvalidGrantException")
        return self.answer_json(200, {"accessToken": "sso-new", "expiresIn": 3600,
                                      "tokenType": "Bearer", "refreshToken": "refresh-2"})

    def do_GET(self):
        where = urlsplit(self.path)
        self.server.calls.append(f"GET {where.path}")
        if where.path == "/federation/credentials":
            return self.federation({k: v[0] for k, v in parse_qs(where.query).items()})
        return self.container(where.path)

    def federation(self, query):
        bearer = self.headers.get("x-amz-sso_bearer_token", "-")
        if bearer == "sso-revoked":
            return self.answer_json(401, {}, "UnauthorizedException")
        end = datetime.datetime.now().timestamp() + self.server.life
        return self.answer_json(200, {"roleCredentials": {
            "accessKeyId": f"{query['role_name']}@{query['account_id']}<{bearer}",
            "secretAccessKey": "secret-sso", "sessionToken": "token-sso",
            "expiration": int(end) * 1000}})

    def container(self, path):
        if path == "/broken":
            return self.answer(200, b"not json", "application/json")
        if path == "/refused":
            return self.answer_json(403, {"message": "no"})
        return self.answer_json(200, {
            "AccessKeyId": f"container<{self.headers.get('Authorization', '-')}",
            "SecretAccessKey": "secret-container", "Token": "token-container",
            "Expiration": when(self.server.life)})


class Services:
    def __init__(self):
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.calls = []
        self.server.life = 3600
        self.server.account = "111122223333"
        self.server.expired = set()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def calls(self):
        return self.server.calls

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
