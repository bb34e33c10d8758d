# SPDX-License-Identifier: MIT
"""The WSGI application: a row of stages, then moto."""

import importlib
import importlib.util
import logging
import re

from . import wire
from .parse import read_request

log = logging.getLogger("practice_account")

# In this order. A stage answers or says None; a missing module is passed over only if it is
# listed as optional, so that a broken import never turns a check off.
STAGES = [
    "control",
    "signin",
    "console",
    "journal",
    "faults",
    "signature",
    "model",
    "visibility",
    "enforce",
    "root",
    "mfa",
    "iam_rules",
    "s3_rules",
    "cloudtrail_rules",
    "cur",
    "data_exports",
]


def load_modules():
    """The modules of STAGES that exist, in order."""
    modules = []
    for name in STAGES:
        full = f"{__package__}.{name}"
        if importlib.util.find_spec(full):
            modules.append(importlib.import_module(full))
    return modules


class Application:
    """Callable by a WSGI server. One request at a time: moto is not made for threads."""

    def __init__(self, world):
        self.world = world
        world.modules = load_modules()

    def __call__(self, environ, start_response):
        req = read_request(environ)
        with self.world.lock:
            response = self.answer(req)
        status = f"{response.status} {_REASONS.get(response.status, 'Status')}"
        start_response(status, list(response.headers.items()))
        return [response.body]

    def answer(self, req):
        try:
            response = self._through_stages(req)
        except ConnectionError:
            raise  # a fault rule closes the connection
        except Exception as bug:
            log.exception("%s %s", req.service, req.action)
            self.world.violation(req, "crash", repr(bug))
            response = wire.error(req, "PracticeAccountCrash", repr(bug), 501)
        if req.aws:
            for module in reversed(self.world.modules):
                if hasattr(module, "after"):
                    response = module.after(req, self.world, response)
        return finish(req, self.world, response)

    def _through_stages(self, req):
        for module in self.world.modules:
            stage = getattr(module, "stage", None)
            response = stage(req, self.world) if stage else None
            if response is not None:
                return response
        return self.world.moto(req)


def finish(req, world, response):
    """The headers AWS sends with every reply; the request id stands in the body as well."""
    if req.signed:
        if req.service in ("iam", "sts", "sns", "ec2"):
            tag = rb"(<Request(I[dD])>)[^<]*(</Request\2>)"
            response.body = re.sub(tag, rb"\g<1>" + req.id.encode() + rb"\g<3>", response.body)
        for name in list(response.headers):
            if name.lower() in ("x-amzn-requestid", "server", "date", "connection"):
                del response.headers[name]
        response.headers["x-amzn-RequestId"] = req.id
        if req.service in ("s3", "s3control"):
            response.headers["x-amz-request-id"] = req.id.replace("-", "").upper()[:16]
            response.headers["x-amz-id-2"] = req.id
    for name in list(response.headers):
        if name.lower() == "content-length" and req.method != "HEAD":
            del response.headers[name]
    if req.method != "HEAD":
        response.headers["Content-Length"] = str(len(response.body))
    response.headers["Date"] = world.clock.http_date()
    response.headers["Server"] = "practice-account"
    return response


_REASONS = {200: "OK", 204: "No Content", 302: "Found", 303: "See Other", 400: "Bad Request",
            401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 409: "Conflict",
            410: "Gone", 429: "Too Many Requests", 500: "Internal Server Error", 501: "Not Implemented",
            503: "Service Unavailable"}


def reset(world, scenario="fresh"):
    """An account as new: moto emptied, every module told, the scenario laid out."""
    from . import scenarios

    world.forget()
    world.reset_moto()
    for module in world.modules:
        if hasattr(module, "reset"):
            module.reset(world)
    scenarios.SCENARIOS[scenario](world)
