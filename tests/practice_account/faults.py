# SPDX-License-Identifier: MIT
"""Faults by rule: the nth call of an operation fails in the way the rule says."""

from . import wire

# For any call. The sign-in service's token call knows its own errors besides.
KINDS = ("throttle", "500", "503", "close", "reset", "reset-after-effect")
SIGNIN_KINDS = ("TOKEN_EXPIRED", "AUTHCODE_EXPIRED", "USER_CREDENTIALS_CHANGED",
                "INSUFFICIENT_PERMISSIONS", "INVALID_REQUEST")

_ANSWERS = {
    "throttle": ("Throttling", "Rate exceeded"),
    "500": ("InternalFailure", "The request processing has failed."),
    "503": ("ServiceUnavailable", "The service is unavailable."),
}


def stage(req, world):
    req.fault = due(req, world)
    if req.fault in _ANSWERS:
        return wire.refuse(req, *_ANSWERS[req.fault])
    hang_up(req)
    return None


def hang_up(req):
    """close and reset: the connection ends without an answer."""
    if req.fault == "close":
        raise ConnectionAbortedError("fault rule")
    if req.fault == "reset":
        raise ConnectionResetError("fault rule")


def after(req, world, response):
    """reset-after-effect: the call has done its work, the answer is lost."""
    if req.fault == "reset-after-effect":
        raise ConnectionResetError("fault rule")
    return response


def due(req, world):
    """The kind of the rule that this call triggers. nth counts from 1; times defaults to 1."""
    for rule in world.faults:
        if rule.get("service") not in (None, req.service):
            continue
        if rule.get("action") not in (None, req.action):
            continue
        rule["seen"] += 1
        first = rule.get("nth", 1)
        if first <= rule["seen"] < first + rule.get("times", 1):
            return rule["kind"]
    return None
