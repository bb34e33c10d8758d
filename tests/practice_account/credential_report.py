# SPDX-License-Identifier: MIT
"""The credential report: with root's row, and as old as AWS lets it get.

Source: IAM User Guide, "Generate credential reports": a report is made again only when the one
there is older than four hours.
"""

from . import wire

LIFE = 4 * 3600
MAKING = 2.0  # seconds until a report is complete, as in a small live account
_HEADER = (
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,"
    "password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,"
    "access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,"
    "access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,"
    "access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,"
    "cert_1_last_rotated,cert_2_active,cert_2_last_rotated"
)


def generate(req, world):
    report = world.extra.get("credential_report")
    now = world.clock.now()
    if report is None or now - report["made"] >= LIFE:
        world.extra["credential_report"] = {"made": now, "text": _text(world)}
        text = "No report exists. Starting a new report generation task"
        return wire.result(req, {"State": "STARTED", "Description": text})
    if now - report["made"] < MAKING:
        return wire.result(req, {"State": "INPROGRESS"})
    return wire.result(req, {"State": "COMPLETE"})


def get(req, world):
    report = world.extra.get("credential_report")
    now = world.clock.now()
    if report is None:
        return wire.error(req, "ReportNotPresent", "Unknown", 410)
    if now - report["made"] >= LIFE:
        return wire.error(req, "ReportExpired", "Unknown", 410)
    if now - report["made"] < MAKING:
        return wire.error(req, "ReportInProgress", "Unknown", 404)
    return wire.result(req, {
        "Content": report["text"].encode(),
        "ReportFormat": "text/csv",
        "GeneratedTime": world.clock.iso(report["made"]),
    })


def _text(world):
    users = sorted(world.iam_backend().users.values(), key=lambda user: user.name)
    rows = [_HEADER, _root_row(world)] + [_user_row(world, user) for user in users]
    return "\n".join(rows)


def _bool(value):
    return "true" if value else "false"


def _iso(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else "N/A"


def _keys(cells):
    """Five columns a key, two keys."""
    none = ["false", "N/A", "N/A", "N/A", "N/A"]
    return (cells + [none, none])[:2]


def _root_row(world):
    root, iso = world.root, world.clock.iso
    cells = []
    for key in root.keys:
        used = key.last_used
        last = [iso(used[0]), used[2], used[1]] if used else ["N/A"] * 3
        cells.append([_bool(key.status == "Active"), iso(key.created)] + last)
    used = iso(root.password_last_used) if root.password_last_used else "no_information"
    row = ["<root_account>", world.root_arn, iso(root.created), _bool(root.has_password), used,
           "not_supported", "not_supported", _bool(root.mfa)]
    row += sum(_keys(cells), [])
    return ",".join(row + ["false", "N/A", "false", "N/A"])


def _user_row(world, user):
    cells = []
    for key in user.access_keys:
        used = key.last_used
        last = [_iso(used.timestamp), used.region, used.service] if used else ["N/A"] * 3
        cells.append([_bool(key.status == "Active"), _iso(key.create_date)] + last)
    has_password = user.password is not None
    facts = world.passwords.get(user.name, {})
    if has_password:
        last = _iso(user.password_last_used) if user.password_last_used else "no_information"
        changed = facts.get("changed") or user.create_date
        password = ["true", last, _iso(changed), "N/A"]
    else:
        password = ["false", "N/A", "N/A", "N/A"]
    row = [user.name, user.arn, _iso(user.create_date)] + password + [_bool(user.mfa_devices)]
    row += sum(_keys(cells), [])
    return ",".join(row + ["false", "N/A", "false", "N/A"])
