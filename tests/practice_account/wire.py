# SPDX-License-Identifier: MIT
"""Types that every stage shares, and replies in the shape of each AWS protocol.

A *stage* is a function ``stage(req, world) -> Response | None``; None means "go on". A module of
stages may also define ``after(req, world, response) -> Response`` (sees every AWS reply),
``reset(world)`` (called by every reset) and ``state(world) -> dict`` (merged into
/practice/state).
"""

import json
import uuid
from dataclasses import dataclass, field
from xml.sax.saxutils import escape


@dataclass
class Principal:
    """Who signed the request.

    kind: ``root``, ``user``, ``session`` (temporary credentials of an IAM user, by
    GetSessionToken or a console sign-in) or ``role`` (AssumeRole). Root's own temporary
    credentials are kind ``root`` with temporary=True. expires and mfa_age are in seconds of
    the practice clock; mfa_age is None without MFA.
    """

    kind: str
    account: str
    arn: str
    user_id: str
    access_key: str
    user_name: str | None = None
    mfa: bool = False
    mfa_age: int | None = None
    mfa_serial: str | None = None
    temporary: bool = False
    console: bool = False  # temporary credentials that came from a console sign-in
    expires: float | None = None

    @property
    def is_root(self):
        return self.kind == "root"


@dataclass
class Response:
    status: int
    headers: dict = field(default_factory=dict)
    body: bytes = b""


@dataclass
class Request:
    """One HTTP request, as received (raw_*) and as understood (service, action, params).

    service is botocore's name of the service (iam sts s3 s3control cloudtrail cur
    bcm-data-exports ...), action the operation's name in its model; both are None when the
    request cannot be resolved. params is what the model's parser makes of the request.
    """

    method: str
    path: str
    query: list
    raw_path: str
    raw_query: str
    headers: dict
    body: bytes
    environ: dict
    id: str = ""
    scope_date: str | None = None
    scope_region: str | None = None
    scope_service: str | None = None
    access_key: str | None = None
    service: str | None = None
    action: str | None = None
    protocol: str | None = None
    operation: object = None
    params: dict = field(default_factory=dict)
    parse_error: str | None = None
    principal: Principal | None = None
    fault: str | None = None

    @property
    def host(self):
        return self.headers.get("host", "")

    @property
    def signed(self):
        return "authorization" in self.headers

    @property
    def aws(self):
        """False for the practice account's own pages (/console, /practice) and the sign-in."""
        pages = self.raw_path.startswith(("/practice/", "/console", *_SIGNIN))
        start = self.raw_path == "/" and self.method == "GET"
        return self.signed or not (start or pages and self.method in ("GET", "POST"))


_SIGNIN = ("/v1/authorize", "/v1/token", "/v1/sessions/")  # unsigned calls of a service of AWS

# Errors that every service knows, but each protocol under its own name and status.
# Sources: "Common errors" pages of IAM, CloudTrail and S3; botocore's retry tables.
_JSON_NAMES = {
    "AccessDenied": ("AccessDeniedException", 400),
    "ExpiredToken": ("ExpiredTokenException", 400),
    "InvalidClientTokenId": ("UnrecognizedClientException", 400),
    "SignatureDoesNotMatch": ("InvalidSignatureException", 400),
    "IncompleteSignature": ("IncompleteSignatureException", 400),
    "MissingAuthenticationToken": ("MissingAuthenticationTokenException", 400),
    "ValidationError": ("ValidationException", 400),
    "Throttling": ("ThrottlingException", 400),
    "InvalidAction": ("UnknownOperationException", 400),
    "InternalFailure": ("InternalFailure", 500),
    "ServiceUnavailable": ("ServiceUnavailableException", 503),
}
_S3_NAMES = {
    "AccessDenied": ("AccessDenied", 403),
    "ExpiredToken": ("ExpiredToken", 400),
    "InvalidClientTokenId": ("InvalidAccessKeyId", 403),
    "SignatureDoesNotMatch": ("SignatureDoesNotMatch", 403),
    "IncompleteSignature": ("AuthorizationHeaderMalformed", 400),
    "MissingAuthenticationToken": ("AccessDenied", 403),
    "ValidationError": ("InvalidArgument", 400),
    "Throttling": ("SlowDown", 503),
    "InvalidAction": ("MethodNotAllowed", 405),
    "InternalFailure": ("InternalError", 500),
    "ServiceUnavailable": ("ServiceUnavailable", 503),
}
_QUERY_NAMES = {
    "AccessDenied": ("AccessDenied", 403),
    "ExpiredToken": ("ExpiredToken", 403),
    "InvalidClientTokenId": ("InvalidClientTokenId", 403),
    "SignatureDoesNotMatch": ("SignatureDoesNotMatch", 403),
    "IncompleteSignature": ("IncompleteSignature", 400),
    "MissingAuthenticationToken": ("MissingAuthenticationToken", 403),
    "ValidationError": ("ValidationError", 400),
    "Throttling": ("Throttling", 400),
    "InvalidAction": ("InvalidAction", 400),
    "InternalFailure": ("InternalFailure", 500),
    "ServiceUnavailable": ("ServiceUnavailable", 503),
}


def refuse(req, code, message):
    """One of the common errors, under the name and status it has in req's protocol."""
    if req.protocol in ("json", "rest-json"):
        names = _JSON_NAMES
    elif req.protocol == "rest-xml" and req.service == "s3":
        names = _S3_NAMES
    else:
        names = _QUERY_NAMES
    name, status = names[code]
    return error(req, name, message, status)


def error(req, code, message, status=400):
    """An error reply in the shape of req's protocol; code and status are taken as given."""
    if req.protocol in ("json", "rest-json"):
        return _json_error(req, code, message, status)
    if req.protocol == "rest-xml" and req.service == "s3":
        return _s3_error(req, code, message, status)
    return _query_error(req, code, message, status)


def _json_error(req, code, message, status):
    body = json.dumps({"__type": code, "message": message}).encode()
    kind = "application/json" if req.protocol == "rest-json" else "application/x-amz-json-1.1"
    return Response(status, {"Content-Type": kind, "x-amzn-ErrorType": code}, body)


def _s3_error(req, code, message, status):
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Error>'
        f"<Code>{escape(code)}</Code><Message>{escape(message)}</Message>"
        f"<RequestId>{req.id}</RequestId><HostId>{req.id}</HostId></Error>"
    )
    if req.method == "HEAD":  # S3 gives no body to HEAD, only the status
        body = ""
    return Response(status, {"Content-Type": "application/xml"}, body.encode())


def _query_error(req, code, message, status):
    kind = "Receiver" if status >= 500 else "Sender"
    if req.protocol == "ec2":
        body = (
            f"<Response><Errors><Error><Code>{escape(code)}</Code><Message>{escape(message)}"
            f"</Message></Error></Errors><RequestID>{req.id}</RequestID></Response>"
        )
    else:
        space = getattr(getattr(req.operation, "service_model", None), "metadata", {})
        attribute = f' xmlns="{space["xmlNamespace"]}"' if "xmlNamespace" in space else ""
        body = (
            f"<ErrorResponse{attribute}><Error><Type>{kind}</Type><Code>{escape(code)}</Code>"
            f"<Message>{escape(message)}</Message></Error><RequestId>{req.id}</RequestId>"
            "</ErrorResponse>"
        )
    return Response(status, {"Content-Type": "text/xml"}, body.encode())


def result(req, data=None):
    """A success reply: data (dict by the model's member names) serialised by the model."""
    from moto.core.serialize import SerializationContext, get_serializer_class

    serializer = get_serializer_class(req.service, req.protocol)
    context = SerializationContext(request_id=req.id)
    reply = serializer(req.operation, context=context).serialize(data or {})
    body = reply["body"]
    body = body.encode() if isinstance(body, str) else body
    return Response(reply["status_code"], dict(reply["headers"]), body)


def new_request_id():
    return str(uuid.uuid4())
