# SPDX-License-Identifier: MIT
"""From a WSGI environ to a Request: raw parts kept, operation and parameters by botocore's model.

moto's router and parsers do the protocol work; which model to ask is decided here from the
credential scope, as moto decides which backend to ask.
"""

import re
from urllib.parse import parse_qsl, unquote

from . import wire

# Signing names that differ from botocore's service name.
_BY_SIGNING_NAME = {
    "access-analyzer": "accessanalyzer",
    "monitoring": "cloudwatch",
}
_CREDENTIAL = re.compile(r"^AWS4-HMAC-SHA256\s+(.*)$", re.S)


def read_request(environ):
    """Reads the body once and leaves a Request that stages and moto can both use."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    body = environ["wsgi.input"].read(length) if length else b""
    target = environ.get("RAW_URI") or environ.get("REQUEST_URI") or environ["PATH_INFO"]
    target = re.sub(r"^https?://[^/]+", "", target) or "/"
    raw_path, _, raw_query = target.partition("?")
    req = wire.Request(
        method=environ["REQUEST_METHOD"],
        path=unquote(raw_path),
        query=parse_qsl(raw_query, keep_blank_values=True),
        raw_path=raw_path,
        raw_query=raw_query,
        headers=_headers(environ),
        body=body,
        environ=environ,
        id=wire.new_request_id(),
    )
    _read_scope(req)
    if req.aws:
        _resolve(req)
    return req


def _headers(environ):
    headers = {
        name[5:].replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if environ.get(name):
            headers[name.replace("_", "-").lower()] = environ[name]
    return headers


def authorization_parts(header):
    """The fields of an Authorization header, {} when it is not SigV4's."""
    match = _CREDENTIAL.match(header or "")
    if not match:
        return {}
    fields = (part.strip().partition("=") for part in match[1].split(","))
    return {name: value for name, _, value in fields}


def _read_scope(req):
    credential = authorization_parts(req.headers.get("authorization")).get("Credential", "")
    parts = credential.split("/")
    if len(parts) == 5:
        req.access_key, req.scope_date, req.scope_region, req.scope_service, _ = parts


def _service_name(req):
    if req.scope_service is None:
        return None if req.method == "POST" and req.path == "/" else "s3"
    if req.scope_service == "s3" and (
        req.path.startswith("/v20180820/") or "s3-control" in req.host
    ):
        return "s3control"
    return _BY_SIGNING_NAME.get(req.scope_service, req.scope_service)


def _resolve(req):
    from botocore.exceptions import UnknownServiceError
    from moto.core.parse import PROTOCOL_PARSERS
    from moto.core.request import Request, determine_request_protocol
    from moto.core.routing import get_service_router
    from moto.core.utils import get_service_model
    from werkzeug.exceptions import HTTPException

    req.service = _service_name(req)
    if req.service is None:
        req.protocol = "query"
        return
    try:
        model = get_service_model(req.service)
    except UnknownServiceError:
        req.service, req.protocol = None, "query"
        return
    req.protocol = determine_request_protocol(model, req.headers.get("content-type", ""))
    environ = dict(req.environ)
    environ["wsgi.input"] = _stream(req.body)
    http = Request(environ)
    http.get_data(cache=True, parse_form_data=False)
    try:
        req.operation, labels = get_service_router(req.service).match(http)
    except HTTPException:
        return
    req.action = req.operation.name
    try:
        parser = PROTOCOL_PARSERS[req.protocol](req.operation)
        req.params = parser.parse(
            {"method": req.method, "values": _values(req), "headers": http.headers,
             "body": req.body, "url_path": req.path, "url_params": labels}
        ) or {}
    except Exception as problem:  # the model check reports it
        req.parse_error = repr(problem)


def _values(req):
    """Query string and form body together, undecorated by Flask."""
    from werkzeug.datastructures import MultiDict

    pairs = list(req.query)
    if req.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        pairs += parse_qsl(req.body.decode("utf-8", "replace"), keep_blank_values=True)
    return MultiDict(pairs)


def form(req):
    """The request's form fields as (name, value) pairs; names as on the wire."""
    return list(_values(req).items(multi=True))


def _stream(body):
    import io

    return io.BytesIO(body)
