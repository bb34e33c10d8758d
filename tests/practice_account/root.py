# SPDX-License-Identifier: MIT
"""The root user, which moto does not have.

A request of root without UserName acts on root itself (IAM API reference: CreateAccessKey,
"If you do not specify a user name, IAM determines the user name implicitly based on the access
key ID signing the request ... you can use this operation to manage root user credentials").
"""

import datetime

from . import credential_report, wire
from .world import RootKey, new_key_id, new_secret

KEYS_LIMIT = 2


def stage(req, world):
    handler = _ALWAYS.get((req.service, req.action))
    if handler:
        return handler(req, world)
    own = _OWN.get(req.action) if req.service == "iam" else None
    if own and req.principal.is_root and not req.params.get("UserName"):
        return _browser_session_may_not(req, world) or own(req, world)
    return None


def moment(seconds):
    """Seconds of the practice clock as the datetime that the serialiser wants."""
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).replace(microsecond=0)


def _browser_session_may_not(req, world):
    """Root's own keys in a session of ``aws login``: AWS's answer is UNCONFIRMED.

    ListAccessKeys: "UserName ... is required when signing with temporary credentials"; yet
    ListMFADevices without it was seen to work. So both are played (signin.Settings); the code
    and text of the refusal are ours.
    """
    allowed = world.signin.settings.root_session_keys
    if not req.principal.console or req.action not in _KEY_CALLS or allowed == "full":
        return None
    if allowed == "list" and req.action == "ListAccessKeys":
        return None
    text = "Must specify userName when calling with temporary credentials."
    return wire.refuse(req, "ValidationError", text)


# For every caller.


def _identity(req, world):
    who = req.principal
    return wire.result(req, {"UserId": who.user_id, "Account": who.account, "Arn": who.arn})


def _summary(req, world):
    backend = world.iam_backend()
    flags = dict(backend.account_summary.summary_map)
    root = world.root
    assigned = sum(1 for device in world.mfa.values() if device.owner)
    hardware = sum(1 for device in world.hardware.values() if device.owner)
    flags.update(
        AccountMFAEnabled=int(bool(root.mfa)),
        AccountAccessKeysPresent=int(bool(root.keys)),
        AccountPasswordPresent=int(root.has_password),
        AccountSigningCertificatesPresent=int(bool(root.signing_certificates)),
        MFADevices=len(world.mfa),
        MFADevicesInUse=assigned + hardware,
    )
    return wire.result(req, {"SummaryMap": flags})


def _last_used(req, world):
    """GetAccessKeyLastUsed of a root key; moto answers for users' keys."""
    key = world.root.key(req.params.get("AccessKeyId"))
    if key is None:
        return None
    used = {"ServiceName": "N/A", "Region": "N/A"}
    if key.last_used:
        seconds, service, region = key.last_used
        used = {"LastUsedDate": moment(seconds), "ServiceName": service, "Region": region}
    return wire.result(req, {"UserName": "root", "AccessKeyLastUsed": used})


# For root without UserName.


def _get_user(req, world):
    root = world.root
    user = {
        "UserId": world.account,
        "Arn": world.root_arn,
        "CreateDate": moment(root.created),
    }
    if root.password_last_used:
        user["PasswordLastUsed"] = moment(root.password_last_used)
    return wire.result(req, {"User": user})


def _list_keys(req, world):
    keys = [
        {
            "AccessKeyId": key.id,
            "Status": key.status,
            "CreateDate": moment(key.created),
        }
        for key in world.root.keys
        if not world.hidden("key", key.id)
    ]
    return wire.result(req, {"AccessKeyMetadata": keys, "IsTruncated": False})


def _create_key(req, world):
    if len(world.root.keys) >= KEYS_LIMIT:
        text = f"Cannot exceed quota for AccessKeysPerUser: {KEYS_LIMIT}"
        return wire.error(req, "LimitExceeded", text, 409)
    key = add_key(world)
    shown = {
        "AccessKeyId": key.id,
        "SecretAccessKey": key.secret,
        "Status": key.status,
        "CreateDate": moment(key.created),
    }
    return wire.result(req, {"AccessKey": shown})


def add_key(world):
    """A new root access key; scenarios use it too."""
    key = RootKey(new_key_id("AKIA", world.account), new_secret(), world.clock.now())
    world.root.keys.append(key)
    return key


def _no_key(req, key_id):
    text = f"The Access Key with id {key_id} cannot be found."
    return wire.error(req, "NoSuchEntity", text, 404)


def _update_key(req, world):
    key = world.root.key(req.params["AccessKeyId"])
    if key is None:
        return _no_key(req, req.params["AccessKeyId"])
    key.status = req.params["Status"]
    return wire.result(req)


def _delete_key(req, world):
    key = world.root.key(req.params["AccessKeyId"])
    if key is None:
        return _no_key(req, req.params["AccessKeyId"])
    world.root.keys.remove(key)
    return wire.result(req)


def _list_devices(req, world):
    devices = [
        {"UserName": "root", "SerialNumber": serial, "EnableDate": moment(enabled)}
        for serial, enabled in sorted(world.root.mfa.items())
    ]
    return wire.result(req, {"MFADevices": devices, "IsTruncated": False})


def _deactivate(req, world):
    """DeactivateMFADevice, UserName: root "must use an AssumeRoot session to omit" it."""
    text = "Root user credentials cannot omit UserName outside an AssumeRoot session."
    return wire.error(req, "AccessDenied", text, 403)


def _certificates(req, world):
    return wire.result(
        req, {"Certificates": list(world.root.signing_certificates), "IsTruncated": False}
    )


def _delete_certificate(req, world):
    wanted = req.params["CertificateId"]
    kept = [one for one in world.root.signing_certificates if one["CertificateId"] != wanted]
    if len(kept) == len(world.root.signing_certificates):
        text = f"The Certificate with id {wanted} cannot be found."
        return wire.error(req, "NoSuchEntity", text, 404)
    world.root.signing_certificates = kept
    return wire.result(req)


def _change_password(req, world):
    text = "Only IAM Users can change their own password"
    return wire.error(req, "InvalidUserType", text, 400)


_KEY_CALLS = ("ListAccessKeys", "CreateAccessKey", "UpdateAccessKey", "DeleteAccessKey")
_ALWAYS = {
    ("sts", "GetCallerIdentity"): _identity,
    ("iam", "GetAccountSummary"): _summary,
    ("iam", "GetAccessKeyLastUsed"): _last_used,
    ("iam", "GenerateCredentialReport"): credential_report.generate,
    ("iam", "GetCredentialReport"): credential_report.get,
}
_OWN = {
    "GetUser": _get_user,
    "ListAccessKeys": _list_keys,
    "CreateAccessKey": _create_key,
    "UpdateAccessKey": _update_key,
    "DeleteAccessKey": _delete_key,
    "ListMFADevices": _list_devices,
    "DeactivateMFADevice": _deactivate,
    "ListSigningCertificates": _certificates,
    "DeleteSigningCertificate": _delete_certificate,
    "ChangePassword": _change_password,
}
