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

from . import login_rules, wire
from .login_rules import named_user, no_user
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
        boundary = req.params.get("PermissionsBoundary")
        world.iam_backend().users[name].permissions_boundary_arn = boundary
    return response


def new_unique_id(prefix):
    """A unique id in AWS's form (IAM User Guide, "IAM identifiers")."""
    return prefix + "".join(secrets.choice(string.ascii_uppercase + "234567") for _ in range(17))


def _give_id(entity, prefix, response):
    """Puts an id of AWS's form in the place of moto's, in moto's reply as well."""
    unique = new_unique_id(prefix)
    response.body = response.body.replace(entity.id.encode(), unique.encode())
    entity.id = unique


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
        if _boundary(user):
            shown["PermissionsBoundary"] = {
                "PermissionsBoundaryType": "Policy",
                "PermissionsBoundaryArn": _boundary(user),
            }
    return shown


def _get_user(req, world):
    user = named_user(req, world)
    if user is None:
        return no_user(req)
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
    user = named_user(req, world)
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
    return None


def _update_user(req, world):
    """UpdateUser: what is kept here by name follows a new name."""
    old, new = req.params["UserName"], req.params.get("NewUserName")
    response = world.moto(req)
    if response.status == 200 and new:
        for device in list(world.mfa.values()) + list(world.hardware.values()):
            if device.owner == old:
                device.owner = new
        if old in world.passwords:
            world.passwords[new] = world.passwords.pop(old)
    return response


# Permissions boundaries: an attribute of moto's user that moto itself does not know.


def _boundary(user):
    return getattr(user, "permissions_boundary_arn", None)


def _put_boundary(req, world):
    user, arn = named_user(req, world), req.params["PermissionsBoundary"]
    if user is None:
        return no_user(req)
    if arn not in world.iam_backend().managed_policies:
        text = f"Scope ARN: {arn} does not exist or is not attachable."
        return wire.error(req, "NoSuchEntity", text, 404)
    user.permissions_boundary_arn = arn
    return wire.result(req)


def _delete_boundary(req, world):
    user = named_user(req, world)
    if user is None:
        return no_user(req)
    user.permissions_boundary_arn = None
    return wire.result(req)


def _authorization_details(req, world):
    """GetAccountAuthorizationDetails: moto leaves the boundaries out."""
    response = world.moto(req)
    for user in filter(_boundary, world.iam_backend().users.values()):
        added = (
            "<PermissionsBoundary><PermissionsBoundaryType>Policy</PermissionsBoundaryType>"
            f"<PermissionsBoundaryArn>{_boundary(user)}</PermissionsBoundaryArn>"
            "</PermissionsBoundary>"
        )
        tag = f"<UserName>{user.name}</UserName>".encode()
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
    user = named_user(req, world)
    if user is None:
        return None
    groups = {group.name for group in world.iam_backend().get_groups_for_user(user.name)}
    if len(groups - {req.params["GroupName"]}) >= 10:
        return _limit(req, "GroupsPerUser", 10)
    return None


# Policies.


def _attach_to_user(req, world):
    """AttachUserPolicy: a second call changes nothing (moto counts it twice)."""
    return _attach(req, named_user(req, world), "AttachedPoliciesPerUser")


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
    return _put_inline(req, named_user(req, world), 2048)


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
    **login_rules.RULES,
    "CreateUser": _create_user,
    "GetUser": _get_user,
    "ListUsers": _list_users,
    "DeleteUser": _delete_user,
    "UpdateUser": _update_user,
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
    "UpdateAccessKey": _update_key,
    "CreateAccountAlias": _create_alias,
    "DeleteAccountAlias": _delete_alias,
}
