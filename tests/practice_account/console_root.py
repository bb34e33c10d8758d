# SPDX-License-Identifier: MIT
"""The console pages of the root user: MFA devices, access keys, the billing switch."""

import base64
import re
from html import escape

from . import mfa, pages
from .web import current, go, html


def _root_only(handler):
    def guarded(req, world, fields, **more):
        session = current(req, world)
        if session is None:
            return go("/console/")
        if session.kind != "root":
            return html(pages.page("Only the root user can do this"), 403)
        return handler(req, world, fields, session, **more)

    return guarded


@_root_only
def _devices(req, world, fields, session, error=None):
    rows = [
        [escape(serial), pages.form(
            "/console/iam/security_credentials/mfa/remove", "Remove",
            pages.hidden("serial", serial))]
        for serial in sorted(world.root.mfa)
    ]
    return html(pages.page(
        "Multi-factor authentication of the root user",
        pages.table(["Device", ""], rows) if rows else pages.text("No MFA device assigned."),
        "<h2>Assign an authenticator app</h2>",
        pages.form(
            "/console/iam/security_credentials/mfa/create", "Next",
            pages.field("device_name", "Device name"),
        ),
        pages.link("/console/home", "Back"),
        error=error,
    ), 400 if error else 200)


def _setup(world, device, error=None):
    image = base64.b64encode(mfa.qr_png(world, device, scale=5)).decode()
    return html(pages.device_setup(device, image, error), 403 if error else 200)


@_root_only
def _create_device(req, world, fields, session):
    name = fields.get("device_name", "")
    if len(world.root.mfa) >= mfa.DEVICES_LIMIT:
        return _devices(req, world, fields, error="The root user has 8 MFA devices already.")
    if not re.fullmatch(r"[\w+=,.@-]{1,128}", name, re.ASCII):
        return _devices(req, world, fields, error="Use letters, digits and +=,.@-_ for the name.")
    if session.device:  # a set-up that was left: the console drops its device
        left = world.mfa.get(session.device)
        if left and not left.owner:
            mfa.forget_virtual(world, left.serial)
    device = mfa.create_virtual(world, name)
    if device is None:
        return _devices(req, world, fields, error="A device with this name exists already.")
    session.device = device.serial
    return _setup(world, device)


@_root_only
def _assign_device(req, world, fields, session):
    device = world.mfa.get(session.device or "")
    if device is None or device.serial != fields.get("serial") or device.owner:
        return go("/console/iam/security_credentials/mfa")
    code1, code2 = fields.get("code1", "").strip(), fields.get("code2", "").strip()
    if not mfa.assign_to_root(world, device, code1, code2):
        return _setup(world, device, mfa.BAD_PAIR)
    session.device = None
    return go("/console/iam/security_credentials/mfa")


@_root_only
def _remove_device(req, world, fields, session):
    serial = fields.get("serial")
    if serial in world.root.mfa:
        mfa.release(world, mfa.find(world, serial))
        if serial in world.mfa:
            mfa.forget_virtual(world, serial)
    return go("/console/iam/security_credentials/mfa")


@_root_only
def _keys(req, world, fields, session):
    rows = []
    for key in world.root.keys:
        ident = pages.hidden("id", key.id)
        at = "/console/iam/security_credentials/keys/"
        change = ("deactivate", "Deactivate") if key.status == "Active" else ("activate", "Activate")
        forms = pages.form(at + change[0], change[1], ident)
        if key.status == "Inactive":  # as the console: only a deactivated key can be deleted
            forms += pages.form(at + "delete", "Delete", ident)
        rows.append([escape(key.id), escape(key.status), forms])
    return html(pages.page(
        "Access keys of the root user",
        pages.table(["Access key ID", "Status", ""], rows) if rows else pages.text("None."),
        pages.link("/console/home", "Back"),
    ))


def _key_action(change):
    @_root_only
    def act(req, world, fields, session):
        key = world.root.key(fields.get("id"))
        if key is not None:
            change(world, key)
        return go("/console/iam/security_credentials")

    return act


def _set_status(status):
    return lambda world, key: setattr(key, "status", status)


def _delete_key(world, key):
    if key.status == "Inactive":
        world.root.keys.remove(key)


@_root_only
def _billing(req, world, fields, session):
    state = "activated" if world.billing_switch else "deactivated"
    button = "Deactivate" if world.billing_switch else "Activate"
    return html(pages.page(
        "IAM user and role access to Billing information",
        f'<p id="billing">IAM user/role access to billing information is {state}.</p>',
        pages.form("/console/billing", button,
                   pages.hidden("access", "off" if world.billing_switch else "on")),
        pages.link("/console/home", "Back"),
    ))


@_root_only
def _switch_billing(req, world, fields, session):
    world.billing_switch = fields.get("access") == "on"
    return go("/console/billing")


@_root_only
def _password(req, world, fields, session, error=None):
    return html(pages.page(
        "Change the root user's password",
        pages.form(
            "/console/account/password", "Save changes",
            pages.field("old_password", "Current password", "password"),
            pages.field("new_password", "New password", "password"),
        ),
        pages.link("/console/home", "Back"),
        error=error,
    ), 403 if error else 200)


@_root_only
def _change_password(req, world, fields, session):
    if fields.get("old_password") != world.root.password:
        return _password(req, world, fields, error="The current password is incorrect.")
    if len(fields.get("new_password", "")) < 8:
        return _password(req, world, fields, error="Use at least 8 characters.")
    world.root.password = fields["new_password"]
    return go("/console/home")


PAGES = {
    ("GET", "/console/account/password"): _password,
    ("POST", "/console/account/password"): _change_password,
    ("GET", "/console/iam/security_credentials"): _keys,
    ("POST", "/console/iam/security_credentials/keys/activate"): _key_action(
        _set_status("Active")),
    ("POST", "/console/iam/security_credentials/keys/deactivate"): _key_action(
        _set_status("Inactive")),
    ("POST", "/console/iam/security_credentials/keys/delete"): _key_action(_delete_key),
    ("GET", "/console/iam/security_credentials/mfa"): _devices,
    ("POST", "/console/iam/security_credentials/mfa/create"): _create_device,
    ("POST", "/console/iam/security_credentials/mfa/assign"): _assign_device,
    ("POST", "/console/iam/security_credentials/mfa/remove"): _remove_device,
    ("GET", "/console/billing"): _billing,
    ("POST", "/console/billing"): _switch_billing,
}
