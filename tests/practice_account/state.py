# SPDX-License-Identifier: MIT
"""/practice/state: the whole account as plain JSON in a fixed order, for comparisons.

No secret is in it: no password, secret key, session token or MFA seed.
"""

import datetime
import json


def dump(world):
    state = {
        "account": world.account,
        "root": _root(world),
        "billing_switch": world.billing_switch,
        **_iam(world),
        "mfa_devices": _mfa(world),
        "buckets": _buckets(world),
        "account_public_access_block": _account_block(world),
        "trails": _trails(world),
    }
    for module in world.modules:
        if hasattr(module, "state"):
            state.update(module.state(world))
    return state


def _time(moment):
    if isinstance(moment, datetime.datetime):
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    return moment


def _root(world):
    root = world.root
    return {
        "email": root.email,
        "has_password": root.has_password,
        "access_keys": [
            {"id": key.id, "status": key.status, "created": world.clock.iso(key.created)}
            for key in root.keys
        ],
        "mfa_devices": sorted(root.mfa),
        "signing_certificates": len(root.signing_certificates),
    }


def _iam(world):
    backend = world.iam_backend()
    alias = backend.account_aliases
    return {
        "alias": alias[0] if alias else None,
        "password_policy": _password_policy(backend),
        "users": {user.name: _user(world, user) for user in _by_name(backend.users.values())},
        "groups": {group.name: _group(backend, group) for group in _by_name(_groups(backend))},
        "roles": {role.name: _role(role) for role in _by_name(backend.roles.values())},
        "policies": {
            policy.arn: {"document": json.loads(policy.default_version.document)}
            for policy in sorted(backend.managed_policies.values(), key=lambda each: each.arn)
            if f":iam::{world.account}:" in policy.arn
        },
    }


def _by_name(entities):
    return sorted(entities, key=lambda entity: entity.name)


def _groups(backend):
    return backend.groups.values()


def _password_policy(backend):
    policy = backend.account_password_policy
    if policy is None:
        return None
    return {name.lstrip("_"): value for name, value in sorted(vars(policy).items())
            if isinstance(value, (bool, int))}


def _documents(inline):
    return {name: json.loads(text) for name, text in sorted(inline.items())}


def _user(world, user):
    backend = world.iam_backend()
    return {
        "arn": user.arn,
        "tags": _tags(backend, user.arn),
        "groups": sorted(group.name for group in backend.get_groups_for_user(user.name)),
        "attached_policies": sorted(user.managed_policies),
        "inline_policies": _documents(user.policies),
        "permissions_boundary": getattr(user, "permissions_boundary_arn", None),
        "console": user.password is not None,
        "password_reset_required": user.password is not None and user.password_reset_required,
        "access_keys": [
            {"id": key.access_key_id, "status": key.status, "created": _time(key.create_date)}
            for key in user.access_keys
        ],
        "mfa_devices": sorted(user.mfa_devices),
    }


def _tags(backend, arn):
    tags = backend.tagger.list_tags_for_resource(arn)["Tags"]
    return {tag["Key"]: tag["Value"] for tag in sorted(tags, key=lambda each: each["Key"])}


def _group(backend, group):
    return {
        "arn": group.arn,
        "members": sorted(user.name for user in group.users),
        "attached_policies": sorted(group.managed_policies),
        "inline_policies": _documents(group.policies),
    }


def _role(role):
    return {
        "arn": role.arn,
        "attached_policies": sorted(role.managed_policies),
        "inline_policies": _documents(role.policies),
    }


def _mfa(world):
    return {
        serial: {"owner": device.owner, "virtual": serial in world.iam_backend().virtual_mfa_devices}
        for serial, device in sorted({**world.hardware, **world.mfa}.items())
    }


def _text(document):
    """A stored document as JSON where it is JSON."""
    if document is None:
        return None
    text = document.decode("utf-8", "replace") if isinstance(document, bytes) else document
    try:
        return json.loads(text)
    except ValueError:
        return text


def _plain(value):
    """Any of moto's configuration objects as plain data."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in sorted(value.items(), key=str)}
    if isinstance(value, (list, tuple, set)):
        return [_plain(item) for item in value]
    if isinstance(value, (str, int, float, bool, type(None))):
        return value
    if isinstance(value, datetime.datetime):
        return _time(value)
    if hasattr(value, "__dict__"):
        return _plain({k.lstrip("_"): v for k, v in vars(value).items() if not callable(v)})
    return str(value)


def _buckets(world):
    return {bucket.name: _bucket(world, bucket) for bucket in _by_name(
        world.s3_backend().buckets.values())}


def _bucket(world, bucket):
    parts = {
        "public_access_block": bucket.public_access_block,
        "versioning": bucket.versioning_status,
        "encryption": bucket.encryption,
        "ownership": bucket.ownership_rule,
        "lifecycle": bucket.rules,
        "logging": bucket.logging,
    }
    return {
        "region": bucket.region_name,
        "policy": _text(bucket.policy),
        "tags": world.s3_backend().tagger.get_tag_dict_for_resource(bucket.arn),
        "objects": sorted(key for key, _ in bucket.keys.items()),
        **{name: _plain(value) for name, value in parts.items()},
    }


def _account_block(world):
    from moto.s3control.models import s3control_backends

    backend = s3control_backends[world.account][world.partition]
    return _plain(getattr(backend, "public_access_block", None))


def _trails(world):
    from moto.cloudtrail.models import cloudtrail_backends

    trails = {}
    for _, _, backend in cloudtrail_backends.iter_backends():
        for trail in backend.trails.values():
            trails[trail.arn] = _trail(trail)
    return dict(sorted(trails.items()))


def _trail(trail):
    return {
        "name": trail.trail_name,
        "home_region": trail.region_name,
        "bucket": trail.bucket_name,
        "prefix": trail.s3_key_prefix,
        "multi_region": trail.is_multi_region,
        "global_events": trail.include_global_service_events,
        "log_validation": trail.log_validation,
        "kms_key": trail.kms_key_id,
        "logging": trail.status.is_logging,
        "event_selectors": _plain(trail.event_selectors),
        "advanced_event_selectors": _plain(trail.advanced_event_selectors),
    }
