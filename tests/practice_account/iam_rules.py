# SPDX-License-Identifier: MIT
"""IAM where AWS is stricter than moto, or knows a call that moto does not.

Each rule names the page of the IAM API reference that it follows. A rule that finds nothing to
object to says None, and moto does the work.
"""

import json
import re
import secrets
import string
from urllib.parse import quote

from . import passwords, wire
from .paging import page

# Aliases that belong to other accounts of the practice world.
TAKEN_ALIASES = ("taken-corp", "amazon", "example")
# Operations on the caller when UserName is left out.
_SELF = {
    "ListAccessKeys", "CreateAccessKey", "UpdateAccessKey", "DeleteAccessKey",
    "ListSigningCertificates", "DeleteSigningCertificate", "ListSSHPublicKeys",
    "GetLoginProfile",
}


def stage(req, world):
    if req.service != "iam":
        return None
    rule = _RULES.get(req.action)
    answer = rule(req, world) if rule else None
    if answer is None and req.action in _SELF and not req.params.get("UserName"):
        return _as_self(req, world)
    return answer


def _as_self(req, world):
    """Names the caller to moto, which would otherwise guess by the access key."""
    if not req.principal.user_name:
        text = "Must specify userName when calling with non-User credentials"
        return wire.refuse(req, "ValidationError", text)
    added = f"&UserName={quote(req.principal.user_name)}".encode()
    return world.moto(req, body=req.body + added)


def _user(req, world):
    """moto's user that the request names or that signed it; None if there is none."""
    name = req.params.get("UserName") or req.principal.user_name
    return world.iam_backend().users.get(name)


def _no_user(req):
    text = f"The user with name {req.params.get('UserName')} cannot be found."
    return wire.error(req, "NoSuchEntity", text, 404)


def _conflict(req, text):
    return wire.error(req, "DeleteConflict", text, 409)


def _limit(req, what, number):
    return wire.error(req, "LimitExceeded", f"Cannot exceed quota for {what}: {number}", 409)


# Users.


def _create_user(req, world):
    """CreateUser: names are unique without regard to case; a boundary can come with it."""
    name, path = req.params["UserName"], req.params.get("Path") or "/"
    if path != "/" and ("//" in path or not re.fullmatch(r"/[\x21-\x7e]+/", path)):
        text = "The specified value for path is invalid. It must begin and end with /."
        return wire.refuse(req, "ValidationError", text)
    if name.lower() in {known.lower() for known in world.iam_backend().users}:
        text = f"User with name {name} already exists."
        return wire.error(req, "EntityAlreadyExists", text, 409)
    response = world.moto(req)
    if response.status == 200:
        _give_id(world.iam_backend().users[name], "AIDA", response)
        if req.params.get("PermissionsBoundary"):
            _boundaries(world)[name] = req.params["PermissionsBoundary"]
    return response


def _give_id(entity, prefix, response):
    """A unique id in AWS's form (IAM User Guide, "IAM identifiers")."""
    random = "".join(secrets.choice(string.ascii_uppercase + "234567") for _ in range(17))
    response.body = response.body.replace(entity.id.encode(), (prefix + random).encode())
    entity.id = prefix + random


def _shown_user(world, user, whole):
    shown = {
        "Path": user.path, "UserName": user.name, "UserId": user.id, "Arn": user.arn,
        "CreateDate": user.create_date,
    }
    if user.password_last_used:
        shown["PasswordLastUsed"] = user.password_last_used
    if whole:
        tags = world.iam_backend().tagger.list_tags_for_resource(user.arn)["Tags"]
        if tags:
            shown["Tags"] = tags
        if user.name in _boundaries(world):
            shown["PermissionsBoundary"] = {
                "PermissionsBoundaryType": "Policy",
                "PermissionsBoundaryArn": _boundaries(world)[user.name],
            }
    return shown


def _get_user(req, world):
    user = _user(req, world)
    if user is None:
        return _no_user(req)
    return wire.result(req, {"User": _shown_user(world, user, whole=True)})


def _list_users(req, world):
    """ListUsers: paged; without tags and boundary."""
    prefix = req.params.get("PathPrefix") or "/"
    users = sorted(world.iam_backend().users.values(), key=lambda user: user.name)
    shown = [_shown_user(world, user, whole=False) for user in users
             if user.path.startswith(prefix)]
    return wire.result(req, page(req, "Users", shown))


def _delete_user(req, world):
    """DeleteUser: everything that hangs on the user must go first."""
    user = _user(req, world)
    if user is None:
        return None
    if user.access_keys:
        return _conflict(req, "Cannot delete entity, must delete access keys first.")
    if user.password is not None:
        return _conflict(req, "Cannot delete entity, must delete login profile first.")
    if user.mfa_devices:
        return _conflict(req, "Cannot delete entity, must remove tokens from principal first.")
    if user.signing_certificates:
        return _conflict(req, "Cannot delete entity, must delete signing certificates first.")
    if world.iam_backend().get_groups_for_user(user.name):
        return _conflict(req, "Cannot delete entity, must remove users from group first.")
    if not user.managed_policies and not user.policies:
        _boundaries(world).pop(user.name, None)
    return None


# Permissions boundaries: world.extra["boundaries"] is user name -> policy ARN.


def _boundaries(world):
    return world.extra.setdefault("boundaries", {})


def _put_boundary(req, world):
    arn = req.params["PermissionsBoundary"]
    if _user(req, world) is None:
        return _no_user(req)
    if arn not in world.iam_backend().managed_policies:
        text = f"Scope ARN: {arn} does not exist or is not attachable."
        return wire.error(req, "NoSuchEntity", text, 404)
    _boundaries(world)[req.params["UserName"]] = arn
    return wire.result(req)


def _delete_boundary(req, world):
    if _user(req, world) is None:
        return _no_user(req)
    _boundaries(world).pop(req.params["UserName"], None)
    return wire.result(req)


def _authorization_details(req, world):
    """GetAccountAuthorizationDetails: moto leaves the boundaries out."""
    response = world.moto(req)
    for name, arn in _boundaries(world).items():
        added = (
            "<PermissionsBoundary><PermissionsBoundaryType>Policy</PermissionsBoundaryType>"
            f"<PermissionsBoundaryArn>{arn}</PermissionsBoundaryArn></PermissionsBoundary>"
        )
        tag = f"<UserName>{name}</UserName>".encode()
        response.body = response.body.replace(tag, tag + added.encode())
    return response


# Groups.


def _create_group(req, world):
    """CreateGroup: names are unique without regard to case."""
    name = req.params["GroupName"]
    if name.lower() in {known.lower() for known in world.iam_backend().groups}:
        text = f"Group with name {name} already exists."
        return wire.error(req, "EntityAlreadyExists", text, 409)
    response = world.moto(req)
    if response.status == 200:
        _give_id(world.iam_backend().groups[name], "AGPA", response)
    return response


def _delete_group(req, world):
    group = world.iam_backend().groups.get(req.params["GroupName"])
    if group is None:
        return None
    if group.users:
        return _conflict(req, "Cannot delete entity, must remove users from group first.")
    if group.managed_policies:
        return _conflict(req, "Cannot delete entity, must detach all policies first.")
    if group.policies:
        return _conflict(req, "Cannot delete entity, must delete policies first.")
    return None


def _add_to_group(req, world):
    user = _user(req, world)
    if user is None:
        return None
    groups = {group.name for group in world.iam_backend().get_groups_for_user(user.name)}
    if len(groups - {req.params["GroupName"]}) >= 10:
        return _limit(req, "GroupsPerUser", 10)
    return None


# Policies.


def _attach_to_user(req, world):
    """AttachUserPolicy: a second call changes nothing (moto counts it twice)."""
    return _attach(req, _user(req, world), "AttachedPoliciesPerUser")


def _attach_to_group(req, world):
    group = world.iam_backend().groups.get(req.params["GroupName"])
    return _attach(req, group, "AttachedPoliciesPerGroup")


def _attach(req, holder, quota):
    if holder is None:
        return None
    if req.params["PolicyArn"] in holder.managed_policies:
        return wire.result(req)
    return _limit(req, quota, 10) if len(holder.managed_policies) >= 10 else None


def _size(document):
    return len("".join(document.split()))


def _put_user_policy(req, world):
    """PutUserPolicy: all inline policies of a user, 2048 characters without white space."""
    return _put_inline(req, _user(req, world), 2048)


def _put_group_policy(req, world):
    return _put_inline(req, world.iam_backend().groups.get(req.params["GroupName"]), 5120)


def _put_inline(req, holder, most):
    if holder is None:
        return None
    others = {name: text for name, text in holder.policies.items()
              if name != req.params["PolicyName"]}
    sizes = [_size(req.params["PolicyDocument"])]
    sizes += [_size(text if isinstance(text, str) else json.dumps(text))
              for text in others.values()]
    if sum(sizes) > most:
        text = f"Maximum policy size of {most} bytes exceeded"
        return wire.error(req, "LimitExceeded", text, 409)
    return None


def _create_policy(req, world):
    if _size(req.params["PolicyDocument"]) > 6144:
        return _limit(req, "PolicySize", 6144)
    return None


# Passwords.


def _violation(req, text):
    return wire.error(req, "PasswordPolicyViolation", text, 400)


def _create_login(req, world):
    user = _user(req, world)
    if user is None:
        return _no_user(req)
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
    user = _user(req, world)
    if user is None:
        return None
    if user.password is None:
        return _no_login(req, user)
    return wire.result(req, {"LoginProfile": _shown_login(world, user)})


def _update_login(req, world):
    """UpdateLoginProfile: what is left out stays as it is."""
    user = _user(req, world)
    if user is None:
        return _no_user(req)
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
    user = _user(req, world)
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


# Access keys.


def _update_key(req, world):
    """UpdateAccessKey: a key can be made Active or Inactive, never Expired."""
    if req.params["Status"] not in ("Active", "Inactive"):
        return wire.error(req, "InvalidInput", "Status must be Active or Inactive.", 400)
    return None


# The account's alias.


def _create_alias(req, world):
    """CreateAccountAlias: a new alias replaces the old one; taken by anyone is refused."""
    alias = req.params["AccountAlias"]
    if re.fullmatch(r"\d{12}", alias):
        text = "Account alias must not be a 12-digit number."
        return wire.refuse(req, "ValidationError", text)
    if alias in TAKEN_ALIASES or alias in world.iam_backend().account_aliases:
        text = f"The account alias {alias} already exists."
        return wire.error(req, "EntityAlreadyExists", text, 409)
    return None


def _delete_alias(req, world):
    alias = req.params["AccountAlias"]
    if alias in world.iam_backend().account_aliases:
        return None
    text = f"The account alias {alias} cannot be found."
    return wire.error(req, "NoSuchEntity", text, 404)


_RULES = {
    "CreateUser": _create_user,
    "GetUser": _get_user,
    "ListUsers": _list_users,
    "DeleteUser": _delete_user,
    "PutUserPermissionsBoundary": _put_boundary,
    "DeleteUserPermissionsBoundary": _delete_boundary,
    "GetAccountAuthorizationDetails": _authorization_details,
    "CreateGroup": _create_group,
    "DeleteGroup": _delete_group,
    "AddUserToGroup": _add_to_group,
    "AttachUserPolicy": _attach_to_user,
    "AttachGroupPolicy": _attach_to_group,
    "PutUserPolicy": _put_user_policy,
    "PutGroupPolicy": _put_group_policy,
    "CreatePolicy": _create_policy,
    "CreateLoginProfile": _create_login,
    "GetLoginProfile": _get_login,
    "UpdateLoginProfile": _update_login,
    "DeleteLoginProfile": _delete_login,
    "ChangePassword": _change_password,
    "GetAccountPasswordPolicy": _get_password_policy,
    "UpdateAccessKey": _update_key,
    "CreateAccountAlias": _create_alias,
    "DeleteAccountAlias": _delete_alias,
}
