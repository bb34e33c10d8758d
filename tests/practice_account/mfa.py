# SPDX-License-Identifier: MIT
"""MFA devices whose codes count: virtual ones, hardware tokens, and what STS makes of them.

Sources: IAM API reference (CreateVirtualMFADevice, EnableMFADevice, ResyncMFADevice,
DeactivateMFADevice, ListVirtualMFADevices), STS API reference (GetSessionToken, AssumeRole),
security bulletin AWS-2023-001. Message texts are from a published live capture (2026).
"""

import io

from . import signature, totp, wire
from .paging import page
from .root import moment

ROOT = ":root"  # owner of root's devices
DEVICES_LIMIT = 8

BAD_PAIR = "Authentication code for device is not valid."
BAD_CODE = "MultiFactorAuthentication failed with invalid MFA one time pass code. "
CANNOT_VALIDATE = (
    "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA "
    "serial number is valid and associated with this user."
)
NEED_BOTH = (
    "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code."
)
SELF_LOCK = (
    "To complete this action, please ensure that you are authenticated with an MFA device that "
    "is enabled for this user."
)


def stage(req, world):
    handler = _HANDLERS.get((req.service, req.action))
    return handler(req, world) if handler else None


def find(world, serial):
    """The device with this serial, virtual or hardware; None if AWS does not know it."""
    return world.mfa.get(serial) or world.hardware.get(serial)


def owned(world, owner):
    """The devices assigned to a user name, or to ROOT."""
    every = list(world.mfa.values()) + list(world.hardware.values())
    return [device for device in every if device.owner == owner]


# Virtual devices come and go.


def create_virtual(world, name, path="/"):
    """A new unassigned virtual device; None when the name is taken."""
    serial = f"arn:{world.partition}:iam::{world.account}:mfa{path}{name}"
    if serial.lower() in {known.lower() for known in world.mfa}:
        return None
    stored = world.iam_backend().create_virtual_mfa_device(name, path)
    device = totp.Device(stored.serial_number, stored.base32_string_seed)
    world.mfa[device.serial] = device
    return device


def otpauth(world, device):
    """The address in a device's QR code, as AWS's console makes it."""
    aliases = world.iam_backend().account_aliases
    label = f"{device.serial.rpartition('/')[2]}@{aliases[0] if aliases else world.account}"
    issuer = "Amazon%20Web%20Services"
    return f"otpauth://totp/{issuer}:{label}?secret={device.seed}&issuer={issuer}"


def qr_png(world, device, scale=4):
    """A PNG image of the device's QR code, as bytes."""
    import segno

    image = io.BytesIO()
    segno.make(otpauth(world, device), error="m").save(image, kind="png", scale=scale, border=4)
    return image.getvalue()


def _create(req, world):
    path = req.params.get("Path") or "/"
    device = create_virtual(world, req.params["VirtualMFADeviceName"], path)
    if device is None:
        return wire.error(req, "EntityAlreadyExists", "MFA device already exists.", 409)
    tags = req.params.get("Tags")
    if tags:
        world.iam_backend().tagger.tag_resource(device.serial, tags)
    shown = {
        "SerialNumber": device.serial,
        "Base32StringSeed": device.seed.encode(),
        "QRCodePNG": qr_png(world, device),
    }
    return wire.result(req, {"VirtualMFADevice": shown})


def _delete(req, world):
    serial = req.params["SerialNumber"]
    device = world.mfa.get(serial)
    if device is None:
        text = f"VirtualMFADevice with serial number {serial} doesn't exist."
        return wire.error(req, "NoSuchEntity", text, 404)
    if device.owner:
        text = "MFA VirtualDevice in use. Must deactivate first."
        return wire.error(req, "DeleteConflict", text, 409)
    forget_virtual(world, serial)
    return wire.result(req)


def forget_virtual(world, serial):
    """Deletes an unassigned virtual device."""
    world.iam_backend().delete_virtual_mfa_device(serial)
    world.iam_backend().tagger.delete_all_tags_for_resource(serial)
    del world.mfa[serial]


def _list_virtual(req, world):
    wanted = req.params.get("AssignmentStatus", "Any")
    shown = [
        _virtual(world, device)
        for _, device in sorted(world.mfa.items())
        if wanted == "Any" or (wanted == "Assigned") == bool(device.owner)
    ]
    return wire.result(req, page(req, "VirtualMFADevices", shown))


def _virtual(world, device):
    """Without seed and QR: AWS shows them only once."""
    shown = {"SerialNumber": device.serial}
    if device.owner == ROOT:
        user = {"UserId": world.account, "Arn": world.root_arn,
                "CreateDate": moment(world.root.created)}
        shown.update(EnableDate=moment(device.enabled), User=user)
    elif device.owner:
        user = world.iam_backend().get_user(device.owner)
        user = {"Path": user.path, "UserName": user.name, "UserId": user.id, "Arn": user.arn,
                "CreateDate": user.create_date}
        shown.update(EnableDate=moment(device.enabled), User=user)
    return shown


# Assignment to users.


def _enable(req, world):
    name, serial = req.params["UserName"], req.params["SerialNumber"]
    return (
        _no_user(req, world, name)
        or _self_locked(req, world, name)
        or _cannot_assign(req, world, name, serial)
        or _wrong_pair(req, world, find(world, serial))
        or _assign(req, world, name, serial)
    )


def _no_user(req, world, name):
    if name in world.iam_backend().users:
        return None
    text = f"The user with name {name} cannot be found."
    return wire.error(req, "NoSuchEntity", text, 404)


def _self_locked(req, world, name):
    """AWS-2023-001: a user with MFA changes the own devices only in a session with MFA."""
    who = req.principal
    if who.user_name == name and not who.mfa and owned(world, name):
        return wire.error(req, "AccessDenied", SELF_LOCK, 403)
    return None


def _cannot_assign(req, world, name, serial):
    device = find(world, serial)
    if device is None:
        text = f"VirtualMFADevice with serial number {serial} doesn't exist."
        return wire.error(req, "NoSuchEntity", text, 404)
    if device.owner == name:
        text = f"MFA Device for user {name} already exists."
        return wire.error(req, "EntityAlreadyExists", text, 409)
    if device.owner:
        return wire.error(req, "EntityAlreadyExists", "MFA Device is already in use.", 409)
    if len(owned(world, name)) >= DEVICES_LIMIT:
        text = f"Cannot exceed quota for MFADevicesPerUser: {DEVICES_LIMIT}"
        return wire.error(req, "LimitExceeded", text, 409)
    return None


def _wrong_pair(req, world, device):
    now = world.clock.now()
    if not device.may_try(now):
        return wire.error(req, "AccessDenied", CANNOT_VALIDATE, 403)
    first, second = req.params["AuthenticationCode1"], req.params["AuthenticationCode2"]
    if not device.accept_pair(first, second, now):
        return wire.error(req, "InvalidAuthenticationCode", BAD_PAIR, 403)
    return None


def _assign(req, world, name, serial):
    world.iam_backend().enable_mfa_device(name, serial, "", "")
    device = find(world, serial)
    device.owner, device.enabled = name, world.clock.now()
    return wire.result(req)


def assign_to_root(world, device, first, second):
    """The console's way, the only one for root. True when both codes are right."""
    now = world.clock.now()
    if not device.may_try(now) or not device.accept_pair(first, second, now):
        return False
    device.owner, device.enabled = ROOT, now
    world.root.mfa[device.serial] = now
    return True


def release(world, device):
    """Takes a device from its owner, root included; a virtual one stays, unassigned."""
    if device.owner == ROOT:
        del world.root.mfa[device.serial]
    else:
        world.iam_backend().deactivate_mfa_device(device.owner, device.serial)
    device.owner = device.enabled = None


def _resync(req, world):
    name = req.params["UserName"]
    device = find(world, req.params["SerialNumber"])
    missing = _no_user(req, world, name)
    if missing:
        return missing
    if device is None or device.owner != name:
        return wire.error(req, "NoSuchEntity", "MFA Device invalid for user.", 404)
    return _wrong_pair(req, world, device) or wire.result(req)


def _deactivate(req, world):
    name = req.params.get("UserName") or req.principal.user_name
    device = find(world, req.params["SerialNumber"])
    refused = _no_user(req, world, name) or _self_locked(req, world, name)
    if refused:
        return refused
    if device is None or device.owner != name:
        return wire.error(req, "NoSuchEntity", "MFA Device invalid for user.", 404)
    release(world, device)
    return wire.result(req)


def _list(req, world):
    name = req.params.get("UserName") or req.principal.user_name
    missing = _no_user(req, world, name)
    if missing:
        return missing
    shown = [
        {"UserName": name, "SerialNumber": device.serial, "EnableDate": moment(device.enabled)}
        for device in sorted(owned(world, name), key=lambda each: each.serial)
    ]
    return wire.result(req, page(req, "MFADevices", shown))


def _get(req, world):
    """GetMFADevice answers for FIDO devices only, which the practice account does not have."""
    if ":u2f/" in req.params["SerialNumber"]:
        return wire.error(req, "NoSuchEntity", "MFA Device invalid for user.", 404)
    return wire.refuse(req, "ValidationError", "Serial number is not of a FIDO device.")


# STS.


def check_code(world, owner, serial, code):
    """None when the code is right and not used before, else what STS says."""
    device = find(world, serial)
    if device is None or device.owner != owner or world.hidden("mfa", serial):
        return CANNOT_VALIDATE
    now = world.clock.now()
    if not device.may_try(now):
        return CANNOT_VALIDATE
    return None if device.accept_once(code, now) else BAD_CODE


def sign_in_code(world, owner, code):
    """A console sign-in's code, of any device of the owner: (right, serial of the device)."""
    for device in owned(world, owner):
        if device.may_try(world.clock.now()) and device.accept_once(code, world.clock.now()):
            return True, device.serial
    return False, None


def _session_mfa(req, world):
    """(refusal, serial): the MFA part of GetSessionToken and AssumeRole."""
    serial, code = req.params.get("SerialNumber"), req.params.get("TokenCode")
    if serial is None and code is None:
        return None, None
    if serial is None or code is None:
        return wire.refuse(req, "AccessDenied", NEED_BOTH), None
    owner = ROOT if req.principal.is_root else req.principal.user_name
    problem = check_code(world, owner, serial, code)
    return (wire.refuse(req, "AccessDenied", problem) if problem else None), serial


def _session_token(req, world):
    who = req.principal
    if who.temporary:
        text = "Cannot call GetSessionToken with session credentials"
        return wire.refuse(req, "AccessDenied", text)
    refusal, serial = _session_mfa(req, world)
    if refusal:
        return refusal
    seconds = req.params.get("DurationSeconds", 43200)
    kind, seconds = ("root", min(seconds, 3600)) if who.is_root else ("session", seconds)
    session = signature.mint_session(world, kind, who.user_name, seconds, serial)
    return wire.result(req, {"Credentials": credentials(session)})


def credentials(session):
    """A Session in the form of STS's Credentials."""
    return {
        "AccessKeyId": session.id,
        "SecretAccessKey": session.secret,
        "SessionToken": session.token,
        "Expiration": moment(session.expires),
    }


def _assume_role(req, world):
    if req.principal.is_root:
        text = "Roles may not be assumed by root accounts."
        return wire.refuse(req, "AccessDenied", text)
    names = {role.name for role in world.iam_backend().roles.values()}
    if req.params["RoleArn"].rpartition("/")[2] not in names:
        text = (
            f"User: {req.principal.arn} is not authorized to perform: sts:AssumeRole on "
            f"resource: {req.params['RoleArn']}"
        )
        return wire.refuse(req, "AccessDenied", text)
    return _session_mfa(req, world)[0]


_HANDLERS = {
    ("iam", "CreateVirtualMFADevice"): _create,
    ("iam", "DeleteVirtualMFADevice"): _delete,
    ("iam", "ListVirtualMFADevices"): _list_virtual,
    ("iam", "EnableMFADevice"): _enable,
    ("iam", "ResyncMFADevice"): _resync,
    ("iam", "DeactivateMFADevice"): _deactivate,
    ("iam", "ListMFADevices"): _list,
    ("iam", "GetMFADevice"): _get,
    ("sts", "GetSessionToken"): _session_token,
    ("sts", "AssumeRole"): _assume_role,
}
