# SPDX-License-Identifier: MIT
"""POST /v1/token of the sign-in service: codes and refresh tokens become credentials.

Sources: the design page on the AWS client, sections 2.4 to 2.6 (calls, DPoP, error table);
botocore's model of signin 2023-01-01 (CreateOAuth2Token) for the members' constraints.
Everything is checked before anything is used up: a refused call leaves its code or refresh
token as it was (ours: AWS's order is not known).
"""

import hashlib
import json
import secrets

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from . import dpop, faults, journal, model, signature, signin
from .signin import json_reply
from .wire import Response

# error: (status, exception, code in the body, message). The model of botocore 1.44 says
# rate_exceeded for the 429; the design page, read from an older one, INVALID_REQUEST.
ERRORS = {
    "TOKEN_EXPIRED": (401, "AccessDeniedException", "TOKEN_EXPIRED", "The token has expired."),
    "AUTHCODE_EXPIRED": (401, "AccessDeniedException", "AUTHCODE_EXPIRED",
                         "The authorization code has expired."),
    "USER_CREDENTIALS_CHANGED": (403, "AccessDeniedException", "USER_CREDENTIALS_CHANGED",
                                 "The user's credentials have changed."),
    "INSUFFICIENT_PERMISSIONS": (403, "AccessDeniedException", "INSUFFICIENT_PERMISSIONS",
                                 "The user is not authorized to perform: "
                                 "signin:CreateOAuth2Token"),
    "INVALID_REQUEST": (400, "ValidationException", "INVALID_REQUEST",
                        "The provided authorization grant is invalid, expired, revoked, or "
                        "malformed."),
    "throttle": (429, "TooManyRequestsError", "INVALID_REQUEST", "Too many requests."),
    "500": (500, "InternalServerException", "server_error", "An internal error occurred."),
}


class Refused(Exception):
    """Ends a call. args: a key of ERRORS, and a text in place of its message."""

    def response(self):
        status, exception, code, message = ERRORS[self.args[0]]
        if len(self.args) > 1:
            message = self.args[1]
        return json_reply(status, {"error": code, "message": message},
                          {"x-amzn-ErrorType": exception})


def answer(req, world):
    req.service, req.action = "signin", "CreateOAuth2Token"
    req.scope_region = signin.region_of(req, world)
    req.fault = faults.due(req, world)
    try:
        response = _faulty(req) or _grant(req, world)
    except Refused as refused:
        response = refused.response()
    response.headers["x-amzn-RequestId"] = req.id
    journal.after(req, world, response)
    return faults.after(req, world, response)


def _faulty(req):
    if req.fault in ERRORS:
        raise Refused(req.fault)
    if req.fault == "503":  # not in the service's model: what a load balancer says
        return Response(503, {"Content-Type": "text/html"}, b"<html>Service Unavailable</html>")
    faults.hang_up(req)
    return None


def _grant(req, world):
    try:
        body = json.loads(req.body)
    except ValueError:
        body = None
    kind = body.get("grantType") if isinstance(body, dict) else None
    if not isinstance(kind, str) or kind not in _GRANTS:
        text = "The grant type is not supported by the authorization server."
        return json_reply(400, {"error": "unsupported_grant_type", "error_description": text})
    req.params = {name: body[name] for name in ("clientId", "grantType", "redirectUri")
                  if name in body}
    _check_members(req, world, body, _GRANTS[kind][1])
    thumbprint = _check_proof(req, world)
    login = _GRANTS[kind][0](req, world, body, thumbprint)
    return _respond(req, world, login, body, kind)


def _check_members(req, world, body, needed):
    """A client that is right never fails here: a failure is recorded as a violation."""
    from moto.core.utils import get_service_model

    shape = get_service_model("signin").shape_for("CreateOAuth2TokenRequestBody")
    problems = [f"unknown member {name}" for name in body if name not in shape.members]
    problems += [f"{name} is missing" for name in needed if not body.get(name)]
    problems = problems or model.check(shape, body)
    for problem in problems:
        world.violation(req, "model", problem)
    if problems:
        raise Refused("INVALID_REQUEST", "; ".join(problems))


def _check_proof(req, world):
    settings, url = world.signin.settings, signin.base_of(req) + "/v1/token"
    try:
        return dpop.check(req.headers.get("dpop"), url, world.clock.now(), settings.iat_window,
                          world.signin.proofs)
    except dpop.WrongTime as wrong:
        # Seen at AWS on the first exchange with a clock 35 s ahead (aws-cli 10330).
        raise Refused("TOKEN_EXPIRED", f"The DPoP proof has expired: {wrong}") from wrong
    except dpop.BadProof as bad:
        # Ours: which code AWS gives to a bad proof is not known.
        world.violation(req, "signature", f"DPoP: {bad}")
        raise Refused("INVALID_REQUEST", f"The DPoP proof is invalid: {bad}") from bad


# The two grants: each returns the Login that may have credentials now.


def _by_code(req, world, body, thumbprint):
    login = next((each for each in world.signin.logins if each.code == body["code"]), None)
    if login is None or login.used or login.pending.client_id != body["clientId"]:
        raise Refused("INVALID_REQUEST")
    if login.pending.redirect_uri != body["redirectUri"]:
        raise Refused("INVALID_REQUEST")
    digest = hashlib.sha256(body["codeVerifier"].encode()).digest()
    if dpop.encode(digest) != login.pending.challenge:
        raise Refused("INVALID_REQUEST")
    _check_region(req, login)
    if world.clock.now() > login.issued + world.signin.settings.code_seconds:
        raise Refused("AUTHCODE_EXPIRED")
    _check_person(req, world, login)
    login.used, login.thumbprint = True, thumbprint
    return login


def _by_refresh_token(req, world, body, thumbprint):
    token = body["refreshToken"]
    login = next((each for each in world.signin.logins
                  if token == each.refresh_token or token in each.old_tokens), None)
    if login is None or login.pending.client_id != body["clientId"]:
        raise Refused("INVALID_REQUEST")
    _check_region(req, login)
    if login.thumbprint != thumbprint or login.revoked:
        raise Refused("INVALID_REQUEST")
    if token != login.refresh_token:
        _check_reuse(world, login, token)
    _check_person(req, world, login)
    return login


def _check_region(req, login):
    """A grant holds only in the Region that gave it (aws-cli 10613); ours: codes as well."""
    if login.pending.region != req.scope_region:
        raise Refused("INVALID_REQUEST")


def _check_reuse(world, login, token):
    """A token that was rotated already. See Settings.refresh_reuse."""
    how, (_, until) = world.signin.settings.refresh_reuse, login.old_tokens[token]
    if how == "same" and world.clock.now() < until:
        return
    if how == "revokes":
        login.revoked = True
    raise Refused("INVALID_REQUEST")


def _check_person(req, world, login):
    """Ours: that a user or password that is gone counts as changed credentials."""
    if world.clock.now() >= login.signed_in + world.signin.settings.session_seconds:
        raise Refused("TOKEN_EXPIRED")
    password = signin.password_of(world, login)
    if password is None or password != login.password:
        raise Refused("USER_CREDENTIALS_CHANGED")
    region = login.pending.region
    if not signin.may(req, world, "CreateOAuth2Token", login, region, login.client):
        raise Refused("INSUFFICIENT_PERMISSIONS")


_GRANTS = {
    "authorization_code": (_by_code, ("clientId", "code", "codeVerifier", "redirectUri")),
    "refresh_token": (_by_refresh_token, ("clientId", "refreshToken")),
}


# The answer.


def _respond(req, world, login, body, kind):
    old = body.get("refreshToken")
    if old in login.old_tokens:
        return json_reply(200, login.old_tokens[old][0])
    settings, now = world.signin.settings, world.clock.now()
    seconds = int(min(settings.access_seconds, login.signed_in + settings.session_seconds - now))
    session = signature.mint_session(
        world, "root" if login.kind == "root" else "session", login.user, seconds,
        login.mfa_serial if settings.mfa_carried else None, console=True)
    session.mfa_at = login.signed_in
    login.refresh_token = "ASOR" + secrets.token_urlsafe(700)
    reply = {
        "accessToken": {"accessKeyId": session.id, "secretAccessKey": session.secret,
                        "sessionToken": session.token},
        "tokenType": settings.token_type, "expiresIn": seconds,
        "refreshToken": login.refresh_token,
    }
    if kind == "authorization_code":
        reply["idToken"] = _id_token(world, login)
    else:
        login.old_tokens[old] = (reply, session.expires)
        login.refreshes += 1
    req.principal = signature.find_key(world, session.id).principal
    return json_reply(200, reply)


def _id_token(world, login):
    """Claims and algorithm as in the id token of botocore's published login test cases."""
    arn, now = signin.principal_arn(world, login), int(world.clock.now())
    parts = [{"kid": secrets.token_hex(16), "typ": "JWT", "alg": "ES384"},
             {"sub": arn, "aud": login.pending.client_id,
              "iss": "https://signin.aws.amazon.com/signin", "session_arn": arn,
              "exp": now + 900, "iat": now}]
    text = ".".join(dpop.encode(json.dumps(part, separators=(",", ":")).encode())
                    for part in parts)
    key = ec.generate_private_key(ec.SECP384R1())
    r, s = utils.decode_dss_signature(key.sign(text.encode(), ec.ECDSA(hashes.SHA384())))
    return f"{text}.{dpop.encode(r.to_bytes(48, 'big') + s.to_bytes(48, 'big'))}"
