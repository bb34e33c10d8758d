# SPDX-License-Identifier: MIT
"""Strict check of Signature Version 4, on the request exactly as it was received.

botocore's signer computes the expected signature (its canonicalisation is the reference); this
module adds what a server checks besides: times, scope, body hash, the key's state. Source: IAM
User Guide, "Create a signed AWS API request" and "Troubleshoot Signature Version 4".
"""

import calendar
import hashlib
import re
import time
from dataclasses import dataclass

from . import wire
from .parse import authorization_parts

SKEW = 300  # "Signature expired" after five minutes
S3_SKEW = 900  # S3 API reference, RequestTimeTooSkewed: fifteen minutes
# AWS's own hosts name service and Region, or stand for one Region of the partition. A loopback
# address does neither: clients with a custom endpoint sign for the Region they are configured
# for, global services included (measured with botocore), so any Region of ours is right there.
_OUR_REGIONS = re.compile(r"(us|eu|ap|sa|ca|me|af|il|mx)-\w+-\d+")  # botocore's partitions.json
_GLOBAL_HOSTS = re.compile(r"(iam|sts|budgets)(?:\.global)?\.(?:amazonaws\.com|api\.aws)")


@dataclass
class Known:
    """A key the account knows: its secret, its token, and who it is."""

    secret: str
    token: str | None
    principal: wire.Principal
    active: bool = True


def stage(req, world):
    if not req.signed:
        return _unsigned(req, world)
    return (
        _check_form(req, world)
        or _check_times(req, world)
        or _check_scope(req, world)
        or _check_key_and_signature(req, world)
    )


def _fail(req, world, code, message):
    world.violation(req, "signature", f"{code}: {message}")
    return wire.refuse(req, code, message)


def _unsigned(req, world):
    return _fail(req, world, "MissingAuthenticationToken", "Missing Authentication Token")


def _check_form(req, world):
    parts = authorization_parts(req.headers["authorization"])
    if req.scope_service is None or not parts.get("Signature") or not parts.get("SignedHeaders"):
        text = f"Authorization header requires Credential, SignedHeaders and Signature. {parts}"
        return _fail(req, world, "IncompleteSignature", text)
    if not req.environ["HTTP_AUTHORIZATION"].split("/")[4].startswith("aws4_request"):
        return _fail(req, world, "IncompleteSignature", "Scope must end in aws4_request.")
    signed = parts["SignedHeaders"].split(";")
    needed = ["host"] + [name for name in req.headers if name.startswith("x-amz-")]
    for name in needed:
        if name not in signed:
            return _fail(req, world, "SignatureDoesNotMatch", f"Header {name} must be signed.")
    if signed != sorted(set(signed)):
        return _fail(req, world, "SignatureDoesNotMatch", "SignedHeaders is not in order.")
    return _check_body_hash(req, world)


def _check_body_hash(req, world):
    declared = req.headers.get("x-amz-content-sha256")
    if req.scope_service == "s3":
        if declared is None:
            text = "Missing required header for this request: x-amz-content-sha256"
            return wire.error(req, "InvalidRequest", text, 400)
        if declared == "UNSIGNED-PAYLOAD" or declared.startswith("STREAMING-"):
            return None
    if declared is None or declared == hashlib.sha256(req.body).hexdigest():
        return None
    text = "The provided 'x-amz-content-sha256' header does not match what was computed."
    if req.scope_service == "s3":
        world.violation(req, "signature", text)
        return wire.error(req, "XAmzContentSHA256Mismatch", text, 400)
    return _fail(req, world, "SignatureDoesNotMatch", text)


def _signed_at(req):
    stamp = req.headers.get("x-amz-date", "")
    if not re.fullmatch(r"\d{8}T\d{6}Z", stamp):
        return None, stamp
    return calendar.timegm(time.strptime(stamp, "%Y%m%dT%H%M%SZ")), stamp


def _check_times(req, world):
    moment, stamp = _signed_at(req)
    if moment is None:
        return _fail(req, world, "IncompleteSignature", "Date must be in ISO-8601 basic format.")
    if stamp[:8] != req.scope_date:
        text = (
            f"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date "
            f"from HTTP: '{req.scope_date}' != '{stamp[:8]}'."
        )
        return _fail(req, world, "SignatureDoesNotMatch", text)
    return _check_skew(req, world, moment, stamp)


def _check_skew(req, world, moment, stamp):
    now = world.clock.now()
    basic = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now))
    if req.scope_service == "s3":
        if abs(now - moment) <= S3_SKEW:
            return None
        text = "The difference between the request time and the current time is too large."
        world.violation(req, "signature", f"RequestTimeTooSkewed: {stamp} at {basic}")
        return wire.error(req, "RequestTimeTooSkewed", text, 403)
    if moment < now - SKEW:
        text = f"Signature expired: {stamp} is now earlier than {basic} - 5 min."
    elif moment > now + SKEW:
        text = f"Signature not yet current: {stamp} is still later than {basic} + 5 min."
    else:
        return None
    if req.protocol == "ec2":
        return wire.error(req, "RequestExpired", text, 400)
    return _fail(req, world, "SignatureDoesNotMatch", text)


def _check_scope(req, world):
    if not _OUR_REGIONS.fullmatch(req.scope_region):
        text = f"Credential should be scoped to a valid region, not '{req.scope_region}'."
        return _fail(req, world, "SignatureDoesNotMatch", text)
    host = _host_scope(req.host)
    for what, in_host, in_scope in (
        ("service", host[0], req.scope_service),
        ("region", host[1], req.scope_region),
    ):
        if in_host and in_host != in_scope:
            text = f"Credential should be scoped to correct {what}: '{in_host}'."
            return _fail(req, world, "SignatureDoesNotMatch", text)
    return None


def _host_scope(host):
    """(signing name, Region) that an AWS host name stands for, None where it does not say."""
    name = host.split(":")[0]
    match = re.fullmatch(r"(?:.+\.)?s3(-control)?\.([a-z0-9-]+)\.amazonaws\.com", name)
    if match:
        return "s3", match[2]
    match = re.fullmatch(r"([a-z0-9-]+)\.([a-z]+-[a-z-]+-\d)\.(amazonaws\.com|api\.aws)", name)
    if match:
        return match[1], match[2]
    match = _GLOBAL_HOSTS.fullmatch(name)
    return (match[1], "us-east-1") if match else (None, None)


def _check_key_and_signature(req, world):
    known = find_key(world, req.access_key)
    if known is None or world.hidden("key", req.access_key):
        text = "The security token included in the request is invalid."
        if req.service == "s3":
            text = "The AWS Access Key Id you provided does not exist in our records."
        return wire.refuse(req, "InvalidClientTokenId", text)
    token = req.headers.get("x-amz-security-token")
    if known.token is not None and token != known.token or known.token is None and token:
        text = "The security token included in the request is invalid."
        return _fail(req, world, "InvalidClientTokenId", text)
    if expected_signature(req, known.secret) != _given_signature(req):
        return _fail(req, world, "SignatureDoesNotMatch", _MISMATCH)
    if not known.active:
        text = "The security token included in the request is invalid."
        return wire.refuse(req, "InvalidClientTokenId", text)
    if known.principal.expires is not None and known.principal.expires <= world.clock.now():
        text = "The security token included in the request is expired"
        return wire.refuse(req, "ExpiredToken", text)
    req.principal = known.principal
    _note_use(req, world)
    return None


_MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your "
    "AWS Secret Access Key and signing method. Consult the service documentation for details."
)


def _given_signature(req):
    return authorization_parts(req.headers["authorization"])["Signature"]


def expected_signature(req, secret):
    """The signature that botocore's signer computes for this very request."""
    from botocore.auth import S3SigV4Auth, SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.compat import HTTPHeaders
    from botocore.credentials import Credentials

    signed = authorization_parts(req.headers["authorization"])["SignedHeaders"].split(";")

    def exactly_signed(_request):
        headers = HTTPHeaders()
        for name in signed:
            if name in req.headers:
                headers[name] = req.headers[name]
        return headers

    signer = (S3SigV4Auth if req.scope_service == "s3" else SigV4Auth)(
        Credentials(req.access_key, secret), req.scope_service, req.scope_region
    )
    signer.headers_to_sign = exactly_signed
    url = f"http://host{req.raw_path}" + (f"?{req.raw_query}" if req.raw_query else "")
    request = AWSRequest(req.method, url, data=req.body)
    declared = req.headers.get("x-amz-content-sha256")
    if declared:
        request.headers["X-Amz-Content-SHA256"] = declared
    request.context["timestamp"] = req.headers["x-amz-date"]
    text = signer.string_to_sign(request, signer.canonical_request(request))
    return signer.signature(text, request)


def find_key(world, access_key):
    """The Known behind an access key id, None for an unknown id."""
    key = world.root.key(access_key)
    if key:
        return Known(key.secret, None, _root(world, access_key), key.status == "Active")
    session = world.sessions.get(access_key)
    if session:
        return _session(world, session)
    stored = world.iam_backend().access_keys.get(access_key)
    if stored and stored.user_name:
        principal = _user(world, stored.user_name, access_key)
        return Known(stored.secret_access_key, None, principal, stored.status == "Active")
    return _role(world, access_key)


def _root(world, access_key, **more):
    return wire.Principal("root", world.account, world.root_arn, world.account, access_key, **more)


def _user(world, name, access_key, kind="user", **more):
    user = world.iam_backend().get_user(name)
    return wire.Principal(
        kind, world.account, user.arn, user.id, access_key, user_name=user.name, **more
    )


def _session(world, session):
    more = {"temporary": True, "expires": session.expires, "console": session.console}
    if session.mfa_serial:
        age = int(world.clock.now() - (session.mfa_at or session.created))
        more.update(mfa=True, mfa_age=age, mfa_serial=session.mfa_serial)
    if session.kind == "root":
        return Known(session.secret, session.token, _root(world, session.id, **more))
    if session.user_name not in {user.name for user in world.iam_backend().users.values()}:
        return None
    principal = _user(world, session.user_name, session.id, "session", **more)
    return Known(session.secret, session.token, principal)


def _role(world, access_key):
    role = world.sts_backend().get_assumed_role_from_access_key(access_key)
    if role is None:
        return None
    expires = calendar.timegm(role.expiration.timetuple())
    principal = wire.Principal(
        "role", world.account, role.arn, role.user_id, access_key, temporary=True, expires=expires
    )
    return Known(role.secret_access_key, role.session_token, principal)


def _note_use(req, world):
    """What GetAccessKeyLastUsed will say."""
    key = world.root.key(req.access_key)
    if key:
        key.last_used = (world.clock.now(), req.scope_service, req.scope_region)
        return
    stored = world.iam_backend().access_keys.get(req.access_key)
    if stored:
        from moto.iam.models import AccessKeyLastUsed

        stored.last_used = AccessKeyLastUsed(
            timestamp=world.clock.utcnow(), service=req.scope_service, region=req.scope_region
        )


def mint_session(world, kind, user_name, seconds, mfa_serial=None, console=False):
    """New temporary credentials of root or of an IAM user."""
    import secrets

    from .world import Session, new_key_id, new_secret

    now = world.clock.now()
    session = Session(
        new_key_id("ASIA", world.account), new_secret(), "FwoGZXIvYXdz" + secrets.token_urlsafe(120), kind,
        user_name, now, now + seconds, mfa_serial, console,
    )
    world.sessions[session.id] = session
    return session
