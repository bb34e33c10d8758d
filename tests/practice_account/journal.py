# SPDX-License-Identifier: MIT
"""One record for each AWS request, without its secrets."""

import json

# Operations whose names do not begin like a reader's but that change nothing.
_READ_WORDS = ("Get", "List", "Describe", "Head", "Lookup", "Generate", "Simulate", "Validate")
_SECRETS = {
    "Password", "OldPassword", "NewPassword", "SecretAccessKey", "AuthenticationCode1",
    "AuthenticationCode2", "TokenCode",
}


def is_read(action):
    """True for operations that change nothing in the account."""
    return action is not None and action.startswith(_READ_WORDS)


def _class(req):
    """signin stands beside read and write: a token call changes nothing in the account."""
    if req.service == "signin":
        return "signin"
    return "read" if is_read(req.action) else "write"


def after(req, world, response):
    principal = req.principal
    record = {
        "n": len(world.journal) + 1,
        "time": world.clock.iso(),
        "host": req.host,
        "service": req.service or req.scope_service,
        "region": req.scope_region,
        "action": req.action,
        "class": _class(req),
        "access_key_id": req.access_key,
        "principal": principal.arn if principal else None,
        "mfa": principal.mfa if principal else False,
        "params": without_secrets(req.params),
        "user_agent": req.headers.get("user-agent"),
        "status": response.status,
        "error": error_code(response),
        "request_id": req.id,
    }
    world.journal.append(record)
    if world.journal_file:
        with open(world.journal_file, "a", encoding="utf-8") as file:
            file.write(json.dumps(record) + "\n")
    return response


def without_secrets(value):
    """value as plain JSON, secrets struck out."""
    if isinstance(value, dict):
        return {
            key: "***" if key in _SECRETS else without_secrets(item)
            for key, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [without_secrets(item) for item in value]
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)


def error_code(response):
    """The error code of a reply, None for a success."""
    if response.status < 400:
        return None
    text = response.body.decode("utf-8", "replace")
    if text.lstrip().startswith("{"):
        body = json.loads(text)
        code = body.get("__type") or body.get("error") or ""
        return code.rpartition("#")[2] or None
    return text.partition("<Code>")[2].partition("</Code>")[0] or None
