# SPDX-License-Identifier: MIT
"""IAM's rules for console passwords: login profiles, ChangePassword, the password policy.

Source: IAM API reference, the pages of the operations.
"""

from . import passwords, wire


def named_user(req, world):
    """moto's user that the request names or that signed it; None if there is none."""
    name = req.params.get("UserName") or req.principal.user_name
    return world.iam_backend().users.get(name)


def no_user(req):
    text = f"The user with name {req.params.get('UserName')} cannot be found."
    return wire.error(req, "NoSuchEntity", text, 404)


def _violation(req, text):
    return wire.error(req, "PasswordPolicyViolation", text, 400)


def _create_login(req, world):
    user = named_user(req, world)
    if user is None:
        return no_user(req)
    if user.password is not None:
        text = f"Login Profile for user {user.name} already exists."
        return wire.error(req, "EntityAlreadyExists", text, 409)
    if req.params.get("Password") is None:
        return wire.refuse(req, "ValidationError", "Must specify a password")
    problem = passwords.breach(world, user.name, req.params["Password"])
    if problem:
        return _violation(req, problem)
    reset = req.params.get("PasswordResetRequired", False)
    passwords.store(world, user.name, req.params["Password"], reset)
    return wire.result(req, {"LoginProfile": _shown_login(world, user)})


def _shown_login(world, user):
    facts = world.passwords.get(user.name, {})
    return {
        "UserName": user.name,
        "CreateDate": facts.get("profile_created") or user.create_date,
        "PasswordResetRequired": user.password_reset_required,
    }


def _no_login(req, user):
    text = f"Login Profile for User {user.name} cannot be found."
    return wire.error(req, "NoSuchEntity", text, 404)


def _get_login(req, world):
    user = named_user(req, world)
    if user is None:
        return None
    if user.password is None:
        return _no_login(req, user)
    return wire.result(req, {"LoginProfile": _shown_login(world, user)})


def _update_login(req, world):
    """UpdateLoginProfile: what is left out stays as it is."""
    user = named_user(req, world)
    if user is None:
        return no_user(req)
    if user.password is None:
        return _no_login(req, user)
    reset = req.params.get("PasswordResetRequired", user.password_reset_required)
    password = req.params.get("Password")
    if password is None:
        user.password_reset_required = reset
        return wire.result(req)
    problem = passwords.breach(world, user.name, password)
    if problem:
        return _violation(req, problem)
    passwords.store(world, user.name, password, reset)
    return wire.result(req)


def _delete_login(req, world):
    user = named_user(req, world)
    if user is None:
        return None
    if user.password is None:
        return _no_login(req, user)
    user.password, user.password_reset_required = None, False
    passwords.forget(world, user.name)
    return wire.result(req)


def _change_password(req, world):
    """ChangePassword: for the IAM user who signs."""
    user = world.iam_backend().users.get(req.principal.user_name)
    if user is None:
        text = "Only IAM Users can change their own password"
        return wire.error(req, "InvalidUserType", text, 400)
    if user.password is None or user.password != req.params["OldPassword"]:
        text = "The old password was incorrect."
        return wire.refuse(req, "AccessDenied", text)
    problem = passwords.breach(world, user.name, req.params["NewPassword"])
    if problem:
        return _violation(req, problem)
    passwords.store(world, user.name, req.params["NewPassword"], False)
    return wire.result(req)


def _get_password_policy(req, world):
    """GetAccountPasswordPolicy: what is not set is absent, not 0 (moto writes 0)."""
    policy = world.iam_backend().account_password_policy
    if policy is None:
        text = f"The Password Policy with domain name {world.account} cannot be found."
        return wire.error(req, "NoSuchEntity", text, 404)
    shown = {
        "MinimumPasswordLength": policy.minimum_password_length,
        "RequireSymbols": policy.require_symbols,
        "RequireNumbers": policy.require_numbers,
        "RequireUppercaseCharacters": policy.require_uppercase_characters,
        "RequireLowercaseCharacters": policy.require_lowercase_characters,
        "AllowUsersToChangePassword": policy.allow_users_to_change_password,
        "ExpirePasswords": policy.expire_passwords,
    }
    if policy.max_password_age:
        shown["MaxPasswordAge"] = policy.max_password_age
        shown["HardExpiry"] = bool(policy.hard_expiry)
    if policy.password_reuse_prevention:
        shown["PasswordReusePrevention"] = policy.password_reuse_prevention
    return wire.result(req, {"PasswordPolicy": shown})


RULES = {
    "CreateLoginProfile": _create_login,
    "GetLoginProfile": _get_login,
    "UpdateLoginProfile": _update_login,
    "DeleteLoginProfile": _delete_login,
    "ChangePassword": _change_password,
    "GetAccountPasswordPolicy": _get_password_policy,
}
