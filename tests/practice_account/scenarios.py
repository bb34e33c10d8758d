# SPDX-License-Identifier: MIT
"""What an account looks like at the start."""

import json

from . import passwords, root
from .iam_rules import new_unique_id

ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
POWER_USER = "arn:aws:iam::aws:policy/PowerUserAccess"
S3_READER = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
PARTNER = "444455556666"  # an account of the practice world that is not ours


def fresh(world):
    """Just signed up: root with a password and two access keys, no MFA, nothing else."""
    root.add_key(world)
    root.add_key(world)


def new(world):
    """The same on its first day, as AWS makes accounts: root has no access key."""


def used(world):
    """Set up by others, in a hurry, some time ago."""
    root.add_key(world)
    world.iam_backend().create_account_alias("used-corp")
    _weak_password_policy(world)
    _people(world)
    _old_trail(world)


def _weak_password_policy(world):
    world.iam_backend().update_account_password_policy(
        allow_change_password=False, hard_expiry=None, max_password_age=0,
        minimum_password_length=8, password_reuse_prevention=None,
        require_lowercase_characters=False, require_numbers=True, require_symbols=False,
        require_uppercase_characters=False,
    )


def _people(world):
    backend = world.iam_backend()
    group = backend.create_group("Developers")
    group.id = new_unique_id("AGPA")
    backend.attach_group_policy(POWER_USER, "Developers")
    _user(world, "bob", ADMINISTRATOR)
    password = "bobs-password-1"
    passwords.store(world, "bob", password, reset_required=False)
    world.extra["seeded_users"]["bob"]["password"] = password
    notes = {"Version": "2012-10-17", "Statement": [
        {"Sid": "OwnNotes", "Effect": "Allow", "Action": "s3:GetObject",
         "Resource": "arn:aws:s3:::bobs-notes/*"}]}
    backend.put_user_policy("bob", "own-notes", json.dumps(notes))
    backend.add_user_to_group("Developers", "bob")
    _user(world, "ci", S3_READER)


def _user(world, name, policy):
    """A user with one access key and one attached policy; its secret goes to the launcher."""
    backend = world.iam_backend()
    backend.create_user(world.region, name).id = new_unique_id("AIDA")
    backend.attach_user_policy(policy, name)
    key = backend.create_access_key(name)
    world.extra.setdefault("seeded_users", {})[name] = {
        "access_key_id": key.access_key_id, "secret_access_key": key.secret_access_key,
    }


def _old_trail(world):
    """One Region, no validation; its bucket is open to a partner, unversioned, unblocked."""
    name = f"used-logs-{world.account}"
    bucket = world.s3_backend().create_bucket(name, world.region)
    bucket.policy = json.dumps(_bucket_policy(world, name)).encode()
    trail = world.cloudtrail_backend().create_trail(
        name="old-trail", bucket_name=name, s3_key_prefix=None, sns_topic_name=None,
        is_global=True, is_multi_region=False, log_validation=False, is_org_trail=False,
        cw_log_group_arn=None, cw_role_arn=None, kms_key_id=None, tags_list=[],
    )
    trail.start_logging()


def _bucket_policy(world, name):
    """CloudTrail's two statements of before aws:SourceArn was advised, and a foreign one."""
    service = {"Service": "cloudtrail.amazonaws.com"}
    return {"Version": "2012-10-17", "Statement": [
        {"Sid": "AWSCloudTrailAclCheck20150319", "Effect": "Allow", "Principal": service,
         "Action": "s3:GetBucketAcl", "Resource": f"arn:aws:s3:::{name}"},
        {"Sid": "AWSCloudTrailWrite20150319", "Effect": "Allow", "Principal": service,
         "Action": "s3:PutObject",
         "Resource": f"arn:aws:s3:::{name}/AWSLogs/{world.account}/*",
         "Condition": {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}},
        {"Sid": "PartnerRead", "Effect": "Allow",
         "Principal": {"AWS": f"arn:aws:iam::{PARTNER}:root"},
         "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{name}/*"},
    ]}


SCENARIOS = {"fresh": fresh, "new": new, "used": used}
