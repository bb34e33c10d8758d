# SPDX-License-Identifier: MIT
"""Console passwords of IAM users: the account's password policy, and when it was broken.

Source: IAM User Guide, "Set an account password policy for IAM users" (default policy, symbol
set, reuse prevention, expiry).
"""

import hashlib
from dataclasses import replace

SYMBOLS = "!@#$%^&*()_+-=[]{}|'"
REMEMBERED = 24  # the most that PasswordReusePrevention can ask for


def breach(world, user_name, password):
    """What the policy has against the password, None if nothing."""
    policy = world.iam_backend().account_password_policy
    problem = _default_breach(world, password) if policy is None else _breach(policy, password)
    return problem or _reused(world, user_name, password)


def _classes(password):
    return {
        "uppercase letter": any(c.isascii() and c.isupper() for c in password),
        "lowercase letter": any(c.isascii() and c.islower() for c in password),
        "number": any(c.isascii() and c.isdigit() for c in password),
        "symbol": any(c in SYMBOLS for c in password),
    }


def _default_breach(world, password):
    if len(password) < 8:
        return "Password should have a minimum length of 8"
    if sum(_classes(password).values()) < 3:
        return "Password should have at least three of: uppercase, lowercase, number, symbol"
    aliases = world.iam_backend().account_aliases
    if password.lower() in [world.root.email.lower(), world.account, *aliases]:
        return "Password cannot be the account name or e-mail address"
    return None


def _breach(policy, password):
    if len(password) < policy.minimum_password_length:
        return f"Password should have a minimum length of {policy.minimum_password_length}"
    classes = _classes(password)
    required = {
        "uppercase letter": policy.require_uppercase_characters,
        "lowercase letter": policy.require_lowercase_characters,
        "number": policy.require_numbers,
        "symbol": policy.require_symbols,
    }
    missing = [name for name, needed in required.items() if needed and not classes[name]]
    return f"Password should have at least one {missing[0]}" if missing else None


def _digest(password):
    return hashlib.sha256(password.encode()).hexdigest()


def _reused(world, user_name, password):
    policy = world.iam_backend().account_password_policy
    count = (policy.password_reuse_prevention or 0) if policy else 0
    old = world.passwords.get(user_name, {}).get("old", [])
    if count and _digest(password) in old[-count:]:
        return f"Password reuse is not allowed: it is one of the last {count}"
    return None


def store(world, user_name, password, reset_required):
    """Sets a user's password, remembering it for the reuse rule."""
    user = world.iam_backend().get_user(user_name)
    user.password = password
    user.password_reset_required = bool(reset_required)
    facts = world.passwords.setdefault(user_name, {"old": []})
    facts["old"] = (facts["old"] + [_digest(password)])[-REMEMBERED:]
    facts["changed"] = world.clock.utcnow()
    facts["profile_created"] = facts.get("profile_created") or facts["changed"]


def forget(world, user_name):
    """DeleteLoginProfile: the old passwords go too."""
    world.passwords.pop(user_name, None)


def expired(world, user_name):
    """True when MaxPasswordAge has passed; it binds existing passwords at once."""
    policy = world.iam_backend().account_password_policy
    days = (policy.max_password_age or 0) if policy else 0
    changed = world.passwords.get(user_name, {}).get("changed")
    return bool(days and changed and (world.clock.utcnow() - changed).days >= days)


def may_change(world, req, principal):
    """May this IAM user change the own password? Asked of the same judge as API calls."""
    from . import enforce

    probe = replace(req, service="iam", action="ChangePassword", params={}, principal=principal)
    return enforce.stage(probe, world) is None
