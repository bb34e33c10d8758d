# SPDX-License-Identifier: MIT
"""Late visibility: what was just made cannot be seen at once.

IAM User Guide, "Changes that I make are not always immediately visible". For world.visibility
seconds of the practice clock after its birth an entity is missing from lists, reads answer
NoSuchEntity, a new key does not sign (signature.py), a new MFA device does not count for STS
(mfa.py), a new grant does not grant (enforce.py); each asks world.hidden().
"""

import re
from xml.etree import ElementTree

from . import wire


def stage(req, world):
    """Requests that name something still hidden."""
    if req.service != "iam" or not world.newborn or req.action is None:
        return None
    named = req.params
    name = named.get("UserName")
    if name and req.action != "CreateUser" and world.hidden("user", name):
        return _missing(req, f"The user with name {name} cannot be found.")
    if name and "LoginProfile" in req.action and world.hidden("login-profile", name):
        if req.action != "CreateLoginProfile":
            return _missing(req, f"Login Profile for User {name} cannot be found.")
    group = named.get("GroupName")
    if group and req.action != "CreateGroup" and world.hidden("group", group):
        return _missing(req, f"The group with name {group} cannot be found.")
    policy = named.get("PolicyArn")
    if policy and world.hidden("policy", policy):
        return _missing(req, f"Policy {policy} does not exist or is not attachable.")
    return None


def _missing(req, text):
    return wire.error(req, "NoSuchEntity", text, 404)


def after(req, world, response):
    """Births are noted, lists lose what is hidden."""
    if req.service != "iam" or response.status != 200:
        return response
    if world.visibility > 0 and req.action in _BIRTHS:
        what = _BIRTHS[req.action](req.params, response.body)
        world.newborn[what] = world.clock.now() + world.visibility
    if world.newborn and req.action in _LISTS:
        tag, hidden_as = _LISTS[req.action]
        response.body = _without(world, req.params, response.body, tag, hidden_as)
    return response


def _in_body(tag):
    return lambda _, body: re.search(rb"<%s>([^<]+)<" % tag.encode(), body)[1].decode()


_key_id, _policy_arn = _in_body("AccessKeyId"), _in_body("Arn")

_BIRTHS = {
    "CreateUser": lambda p, _: ("user", p["UserName"]),
    "CreateGroup": lambda p, _: ("group", p["GroupName"]),
    "CreateAccessKey": lambda p, body: ("key", _key_id(p, body)),
    "CreateLoginProfile": lambda p, _: ("login-profile", p["UserName"]),
    "CreatePolicy": lambda p, body: ("policy", _policy_arn(p, body)),
    "CreateAccountAlias": lambda p, _: ("alias", p["AccountAlias"]),
    "EnableMFADevice": lambda p, _: ("mfa", p["SerialNumber"]),
    "AttachUserPolicy": lambda p, _: ("user-policy", p["UserName"], p["PolicyArn"]),
    "PutUserPolicy": lambda p, _: ("user-policy", p["UserName"], p["PolicyName"]),
    "AttachGroupPolicy": lambda p, _: ("group-policy", p["GroupName"], p["PolicyArn"]),
    "PutGroupPolicy": lambda p, _: ("group-policy", p["GroupName"], p["PolicyName"]),
    "AddUserToGroup": lambda p, _: ("member", p["GroupName"], p["UserName"]),
}

# action -> (element of a list member that identifies it; None: the member's own text,
#            which hidden entities it may stand for)
_LISTS = {
    "ListUsers": ("UserName", lambda p, x: [("user", x)]),
    "ListGroups": ("GroupName", lambda p, x: [("group", x)]),
    "GetGroup": ("UserName", lambda p, x: [("user", x), ("member", p.get("GroupName"), x)]),
    "ListGroupsForUser": (
        "GroupName", lambda p, x: [("group", x), ("member", x, p.get("UserName"))]),
    "ListAccessKeys": ("AccessKeyId", lambda p, x: [("key", x)]),
    "ListMFADevices": ("SerialNumber", lambda p, x: [("mfa", x)]),
    "ListPolicies": ("Arn", lambda p, x: [("policy", x)]),
    "ListAccountAliases": (None, lambda p, x: [("alias", x)]),
    "ListUserPolicies": (None, lambda p, x: [("user-policy", p.get("UserName"), x)]),
    "ListAttachedUserPolicies": (
        "PolicyArn", lambda p, x: [("user-policy", p.get("UserName"), x)]),
    "ListGroupPolicies": (None, lambda p, x: [("group-policy", p.get("GroupName"), x)]),
    "ListAttachedGroupPolicies": (
        "PolicyArn", lambda p, x: [("group-policy", p.get("GroupName"), x)]),
    "GetAccountAuthorizationDetails": ("Arn", lambda p, x: [
        ("policy", x), ("user", x.rpartition("/")[2]), ("group", x.rpartition("/")[2])]),
}


def _without(world, params, body, tag, hidden_as):
    root = ElementTree.fromstring(body)
    space = root.tag.partition("}")[0][1:] if root.tag.startswith("{") else ""
    prefix = f"{{{space}}}" if space else ""
    for parent in list(root.iter()):
        for member in parent.findall(f"{prefix}member"):
            text = member.text if tag is None else member.findtext(f"{prefix}{tag}")
            if text and any(world.hidden(*what) for what in hidden_as(params, text)):
                parent.remove(member)
    if space:
        ElementTree.register_namespace("", space)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
