# SPDX-License-Identifier: MIT
"""The console page: what AWS lets people do only in its console.

Root assigns an MFA device (IAM User Guide: root's MFA "from the AWS Management Console only"),
deletes its access keys, turns IAM access to billing on; IAM users sign in with password and MFA
and are made to change a password that must be reset. Tests drive these same pages.
"""

import secrets
from html import escape
from urllib.parse import parse_qsl

from . import console_root, mfa, pages, passwords, wire
from .web import WebSession, current, go, html


def stage(req, world):
    if req.aws:
        return None
    if req.path == "/":
        return go("/console/")
    fields = dict(parse_qsl(req.body.decode("utf-8", "replace"), keep_blank_values=True))
    handler = _PAGES.get((req.method, req.path.rstrip("/")))
    if handler is None:
        return html(pages.page("Not found", pages.link("/console/", "Start")), 404)
    return handler(req, world, fields)


def signed_in(world, session, where):
    """Gives the browser a session's cookie and sends it on."""
    token = secrets.token_urlsafe(24)
    session.signed_in = world.clock.now()
    world.web_sessions[token] = session
    return go(where, cookie=token)


# Signing in.


def _start(req, world, fields, error=None, name="", status=200):
    root = world.root
    return html(pages.page(
        "Sign in",
        "<h2>Root user</h2>",
        pages.text(f"Practice: the e-mail address is {root.email}, the password {root.password}"),
        pages.form(
            "/console/signin/root", "Sign in as root",
            pages.field("email", "Root user e-mail address", "email"),
            pages.field("password", "Password", "password"),
            pages.field("mfa", "MFA code (if a device is assigned)"),
        ),
        "<h2>IAM user</h2>",
        pages.form(
            "/console/signin/iam", "Sign in",
            pages.field("account", "Account ID or alias"),
            pages.field("username", "IAM username", value=name),
            pages.field("password", "Password", "password"),
            pages.field("mfa", "MFA code (if a device is assigned)"),
        ),
        error=error,
    ), status)


WRONG = "Your authentication information is incorrect."
WRONG_CODE = "An MFA code is required, and it must be right."


def check_root(world, fields):
    """(WebSession, None) for a right e-mail address, password and code, else (None, text)."""
    root = world.root
    right = fields.get("email", "").lower() == root.email.lower()
    if not right or not root.has_password or fields.get("password") != root.password:
        return None, WRONG
    right, serial = _mfa(world, mfa.ROOT, fields)
    if not right:
        return None, WRONG_CODE
    root.password_last_used = world.clock.now()
    return WebSession("root", mfa_serial=serial), None


def _sign_in_root(req, world, fields):
    session, problem = check_root(world, fields)
    if problem:
        return _start(req, world, fields, problem, status=403)
    return signed_in(world, session, "/console/home")


def _mfa(world, owner, fields):
    """(may go on, serial of the device used); True, None when the owner has no device."""
    if not mfa.owned(world, owner):
        return True, None
    return mfa.sign_in_code(world, owner, fields.get("mfa", "").strip())


def check_iam(world, fields):
    """The same for an IAM user; the session's must_reset says that a new password is due."""
    name = fields.get("username", "")
    backend = world.iam_backend()
    user = backend.users.get(name)
    right = fields.get("account", "").strip() in [world.account, *backend.account_aliases]
    right = right and user is not None and user.password is not None
    if not right or user.password != fields.get("password"):
        return None, WRONG
    right, serial = _mfa(world, name, fields)
    if not right:
        return None, WRONG_CODE
    must_reset = user.password_reset_required or passwords.expired(world, name)
    if not must_reset:
        user.password_last_used = world.clock.utcnow()
    return WebSession("user", name, serial, must_reset), None


def _sign_in_iam(req, world, fields):
    session, problem = check_iam(world, fields)
    if problem:
        return _start(req, world, fields, problem, fields.get("username", ""), 403)
    return signed_in(world, session, "/console/reset" if session.must_reset else "/console/home")


def _sign_out(req, world, fields):
    for token, session in list(world.web_sessions.items()):
        if session is current(req, world):
            del world.web_sessions[token]
    return go("/console/", cookie="")


# A user's forced or free change of password.


def _reset_page(req, world, fields, error=None, status=200):
    session = current(req, world)
    if session is None or session.kind != "user":
        return go("/console/")
    return html(pages.page(
        "Change your password",
        pages.text("You must change your password to continue." if session.must_reset else ""),
        pages.form(
            "/console/reset", "Confirm password change",
            pages.field("old_password", "Old password", "password"),
            pages.field("new_password", "New password", "password"),
            pages.field("confirm", "Retype new password", "password"),
        ),
        error=error,
    ), status)


def _reset(req, world, fields):
    session = current(req, world)
    if session is None or session.kind != "user":
        return go("/console/")
    user = world.iam_backend().users[session.user]
    problem = _reset_problem(req, world, session, user, fields)
    if problem:
        return _reset_page(req, world, fields, problem, 403)
    passwords.store(world, user.name, fields["new_password"], False)
    session.must_reset = False
    user.password_last_used = world.clock.utcnow()
    return go(session.resume or "/console/home")


def _reset_problem(req, world, session, user, fields):
    new = fields.get("new_password", "")
    if user.password != fields.get("old_password"):
        return "The old password was incorrect."
    if new != fields.get("confirm"):
        return "The new passwords do not match."
    if not passwords.may_change(world, req, principal(world, session)):
        return (
            f"Either user is not authorized to perform iam:ChangePassword or entered password "
            f"does not comply with account password policy set by administrator ({user.name})"
        )
    return passwords.breach(world, user.name, new)


def principal(world, session):
    """The Principal of an IAM user's browser session."""
    user = world.iam_backend().get_user(session.user)
    return wire.Principal(
        "session", world.account, user.arn, user.id, "", user_name=user.name,
        mfa=session.mfa_serial is not None, mfa_age=0 if session.mfa_serial else None,
        mfa_serial=session.mfa_serial, temporary=True, console=True,
    )


# Home.


def _home(req, world, fields):
    session = current(req, world)
    if session is None:
        return go("/console/")
    if session.must_reset:
        return go("/console/reset")
    out = pages.form("/console/signout", "Sign out")
    if session.kind == "user":
        how = "with MFA" if session.mfa_serial else "without MFA"
        return html(pages.page(
            "Console home",
            f'<p id="who">{escape(session.user)} @ {world.account}, signed in {how}</p>',
            pages.link("/console/reset", "Change password"), out,
        ))
    return html(pages.page(
        "Console home",
        f'<p id="who">root user of {world.account}</p>',
        pages.link("/console/iam/security_credentials", "Security credentials: access keys"),
        pages.link("/console/iam/security_credentials/mfa", "Assign an MFA device"),
        pages.link("/console/billing", "IAM user and role access to Billing"),
        pages.link("/console/account/password", "Change the root user's password"),
        out,
    ))


_PAGES = {
    ("GET", "/console"): _start,
    ("POST", "/console/signin/root"): _sign_in_root,
    ("POST", "/console/signin/iam"): _sign_in_iam,
    ("POST", "/console/signout"): _sign_out,
    ("GET", "/console/reset"): _reset_page,
    ("POST", "/console/reset"): _reset,
    ("GET", "/console/home"): _home,
    **console_root.PAGES,
}
