# SPDX-License-Identifier: MIT
"""Replies and browser sessions of the console pages."""

from dataclasses import dataclass

from . import wire

COOKIE = "practice-session"


@dataclass
class WebSession:
    """A signed-in browser. kind: root or user; user None for root."""

    kind: str
    user: str | None = None
    mfa_serial: str | None = None
    must_reset: bool = False
    device: str | None = None  # serial of root's device that is being set up
    signed_in: float = 0.0  # seconds of the practice clock
    resume: str | None = None  # where the browser goes after a forced change of password


def html(text, status=200, cookie=None):
    headers = {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"}
    if cookie is not None:
        headers["Set-Cookie"] = f"{COOKIE}={cookie}; Path=/; HttpOnly; SameSite=Strict"
    return wire.Response(status, headers, text.encode())


def go(where, cookie=None):
    response = html("", 303, cookie)
    response.headers["Location"] = where
    return response


def current(req, world):
    """The WebSession of the browser that sends req; None when it is not signed in (any more)."""
    for part in req.headers.get("cookie", "").split(";"):
        name, _, value = part.strip().partition("=")
        session = world.web_sessions.get(value) if name == COOKIE else None
        if session and (session.kind == "root" or session.user in world.iam_backend().users):
            return session
    return None
