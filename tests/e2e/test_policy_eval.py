# SPDX-License-Identifier: MIT
"""The policy evaluator against AWS's documented examples.

Each block names the page of the IAM or S3 User Guide its policy comes from.
"""
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from practice_account.policy_eval import (  # noqa: E402
    ALLOWED, EXPLICIT_DENY, IMPLICIT_DENY, Ask, Caller, PolicyError, authorize, evaluate)

ACCOUNT = "123456789012"
ALICE = Caller(f"arn:aws:iam::{ACCOUNT}:user/alice", ACCOUNT)
ROOT = Caller(f"arn:aws:iam::{ACCOUNT}:root", ACCOUNT)
ADMIN = {"Version": "2012-10-17",
         "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def policy(*statements, version="2012-10-17"):
    return {"Version": version, "Statement": list(statements)}


def effect(statement, action="s3:GetObject", resource="arn:aws:s3:::b/k", **context):
    ask = Ask(action, resource, ALICE, {k.replace("_", ":", 1): v for k, v in context.items()})
    return evaluate([policy(statement)], ask).effect


def allow(**more):
    return {"Effect": "Allow", "Action": "*", "Resource": "*", **more}


def holds(condition, context):
    ask = Ask("s3:GetObject", "arn:aws:s3:::b/k", ALICE, context)
    return bool(evaluate([policy(allow(Condition=condition))], ask))


# IAM JSON policy elements: Action, NotAction
@pytest.mark.parametrize("action, wanted, expected", [
    ("s3:GetObject", "s3:GetObject", ALLOWED),
    ("s3:getobject", "S3:GETOBJECT", ALLOWED),
    ("iam:*AccessKey*", "iam:ListAccessKeys", ALLOWED),
    ("iam:*AccessKey*", "iam:ListUsers", IMPLICIT_DENY),
    ("s3:Get?bject", "s3:GetObject", ALLOWED),
    (["sqs:SendMessage", "ec2:*"], "ec2:StartInstances", ALLOWED),
    ("s3:Get.bject", "s3:GetObject", IMPLICIT_DENY),
])
def test_action(action, wanted, expected):
    assert effect(allow(Action=action), wanted) == expected


def test_not_action_with_allow_lets_all_but_iam():
    statement = {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}
    assert effect(statement, "s3:GetObject") == ALLOWED
    assert effect(statement, "iam:CreateUser") == IMPLICIT_DENY


# IAM JSON policy elements: Resource (parts match one by one), NotResource
@pytest.mark.parametrize("pattern, resource, expected", [
    ("arn:aws:iam::*:user/Development/product_1234/*",
     f"arn:aws:iam::{ACCOUNT}:user/Development/product_1234/bob", ALLOWED),
    ("arn:aws:iam::*:user/alice", f"arn:aws:iam::{ACCOUNT}:user/bob", IMPLICIT_DENY),
    ("arn:aws:s3:::amzn-s3-demo-bucket/*", "arn:aws:s3:::amzn-s3-demo-bucket", IMPLICIT_DENY),
    ("arn:aws:s3:::amzn-s3-demo-bucket*", "arn:aws:s3:::amzn-s3-demo-bucket/a/b", ALLOWED),
    ("arn:aws:sqs:*", "arn:aws:sqs:us-east-1:123456789012:queue", ALLOWED),
    ("arn:aws:s3:::B/k", "arn:aws:s3:::b/k", IMPLICIT_DENY),
])
def test_resource(pattern, resource, expected):
    assert effect(allow(Resource=pattern), resource=resource) == expected


def test_not_resource():
    statement = {"Effect": "Deny", "Action": "s3:*", "NotResource":
                 ["arn:aws:s3:::HRBucket/Payroll", "arn:aws:s3:::HRBucket/Payroll/*"]}
    assert effect(statement, resource="arn:aws:s3:::HRBucket/Payroll/x") == IMPLICIT_DENY
    assert effect(statement, resource="arn:aws:s3:::other/x") == EXPLICIT_DENY


# IAM policy elements: Variables and tags
def test_variables():
    own = "arn:aws:iam::*:user/${aws:username}"
    mine = f"arn:aws:iam::{ACCOUNT}:user/alice"
    ask = Ask("iam:GetUser", mine, ALICE, {"aws:username": "alice"})
    assert evaluate([policy(allow(Resource=own))], ask)
    assert not evaluate([policy(allow(Resource=own), version="2008-10-17")], ask)
    assert not evaluate([policy(allow(Resource=own))], Ask("iam:GetUser", mine, ALICE))
    star = Ask("iam:GetUser", mine, ALICE, {"aws:username": "*"})
    assert not evaluate([policy(allow(Resource=own))], star)


def test_variable_default_and_escape():
    tag = {"StringLike": {"s3:prefix": ["${aws:PrincipalTag/team, 'company-wide'}/*"]}}
    assert holds(tag, {"s3:prefix": "company-wide/x"})
    assert holds(tag, {"s3:prefix": "red/x", "aws:PrincipalTag/team": "red"})
    assert not holds(tag, {"s3:prefix": "blue/x", "aws:PrincipalTag/team": "red"})
    star = {"StringLike": {"s3:prefix": "a${*}b"}}
    assert holds(star, {"s3:prefix": "a*b"}) and not holds(star, {"s3:prefix": "axb"})


# IAM JSON policy elements: Condition operators
@pytest.mark.parametrize("condition, context, expected", [
    ({"StringEquals": {"aws:PrincipalTag/job-category": "iamuser-admin"}},
     {"aws:PrincipalTag/job-category": "iamuser-admin"}, True),
    ({"StringEquals": {"k": "a*"}}, {"k": "ab"}, False),
    ({"StringEqualsIgnoreCase": {"k": "ABC"}}, {"K": "abc"}, True),
    ({"StringNotEquals": {"k": "a"}}, {}, True),
    ({"StringNotEquals": {"k": ["a", "b"]}}, {"k": "b"}, False),
    ({"StringLike": {"s3:prefix": ["", "home/", "home/${aws:username}/*"]}},
     {"s3:prefix": "home/alice/x", "aws:username": "alice"}, True),
    ({"StringNotLike": {"k": "a*"}}, {"k": "abc"}, False),
    ({"StringEquals": {"k": "a"}}, {}, False),
    ({"StringEqualsIfExists": {"k": "a"}}, {}, True),
    ({"StringEqualsIfExists": {"k": "a"}}, {"k": "b"}, False),
    ({"NumericLessThanEquals": {"s3:max-keys": "10"}}, {"s3:max-keys": "10"}, True),
    ({"NumericLessThan": {"aws:MultiFactorAuthAge": 3600}}, {}, False),
    ({"NumericGreaterThan": {"n": "9"}}, {"n": "10"}, True),
    ({"DateGreaterThan": {"aws:TokenIssueTime": "2020-01-01T00:00:01Z"}},
     {"aws:TokenIssueTime": "2020-01-02T00:00:00Z"}, True),
    ({"DateLessThan": {"aws:CurrentTime": "2020-06-30T23:59:59Z"}},
     {"aws:CurrentTime": "2026-01-01T00:00:00Z"}, False),
    ({"Bool": {"aws:SecureTransport": "true"}}, {"aws:SecureTransport": "true"}, True),
    ({"Bool": {"aws:SecureTransport": True}}, {"aws:SecureTransport": "true"}, True),
    ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, {"aws:SourceIp": "203.0.113.9"}, True),
    ({"NotIpAddress": {"aws:SourceIp": ["192.0.2.0/24", "203.0.113.0/24"]}},
     {"aws:SourceIp": "203.0.113.9"}, False),
    ({"ArnLike": {"aws:SourceArn": "arn:aws:cloudtrail:*:111122223333:trail/*"}},
     {"aws:SourceArn": "arn:aws:cloudtrail:eu-west-1:111122223333:trail/t"}, True),
    ({"ArnEquals": {"aws:SourceArn": "arn:aws:sns:*:1:t"}},
     {"aws:SourceArn": "arn:aws:sns:x:y:1:t"}, False),
    ({"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/a*"}},
     {"aws:PrincipalArn": "arn:aws:iam::1:user/bob"}, True),
    ({"Null": {"aws:TokenIssueTime": "true"}}, {}, True),
    ({"Null": {"aws:TokenIssueTime": "false"}}, {}, False),
    ({"StringEquals": {"a": "1"}, "Bool": {"b": "true"}}, {"a": "1", "b": "false"}, False),
])
def test_condition(condition, context, expected):
    assert holds(condition, context) is expected


# Multivalued context keys
@pytest.mark.parametrize("operator, values, expected", [
    ("ForAllValues:StringEquals", ["environment"], True),
    ("ForAllValues:StringEquals", ["environment", "other"], False),
    ("ForAllValues:StringEquals", None, True),
    ("ForAnyValue:StringEquals", ["other", "webserver"], True),
    ("ForAnyValue:StringEquals", ["other"], False),
    ("ForAnyValue:StringEquals", None, False),
    ("ForAllValues:StringNotEquals", ["other"], True),
    ("ForAnyValue:StringNotEquals", ["environment"], False),
])
def test_set_operators(operator, values, expected):
    context = {} if values is None else {"aws:TagKeys": values}
    assert holds({operator: {"aws:TagKeys": ["environment", "webserver"]}}, context) is expected


def test_unknown_operator_is_an_error():
    with pytest.raises(PolicyError):
        holds({"StringMatches": {"k": "a"}}, {"k": "a"})


# User Guide, "AWS: Allows MFA-authenticated IAM users to manage their own credentials"
DENY_WITHOUT_MFA = {
    "Sid": "DenyAllExceptListedIfNoMFA", "Effect": "Deny", "Resource": "*",
    "NotAction": ["iam:CreateVirtualMFADevice", "iam:EnableMFADevice", "iam:GetUser",
                  "iam:ListMFADevices", "iam:ListVirtualMFADevices", "iam:ResyncMFADevice",
                  "sts:GetSessionToken"],
    "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}


@pytest.mark.parametrize("context, expected", [
    ({}, EXPLICIT_DENY),                                   # long-term key: key absent
    ({"aws:MultiFactorAuthPresent": "false"}, EXPLICIT_DENY),
    ({"aws:MultiFactorAuthPresent": "true"}, ALLOWED),
])
def test_require_mfa(context, expected):
    policies = [ADMIN, policy(DENY_WITHOUT_MFA)]
    ask = Ask("ec2:DescribeInstances", "*", ALICE, context)
    assert authorize(ask, policies).effect == expected
    enrol = Ask("iam:EnableMFADevice", ALICE.arn, ALICE, context)
    assert authorize(enrol, policies).effect == ALLOWED


def test_plain_bool_lets_long_term_keys_through():
    plain = dict(DENY_WITHOUT_MFA, Condition={"Bool": {"aws:MultiFactorAuthPresent": "false"}})
    assert authorize(Ask("ec2:DescribeInstances", "*", ALICE), [ADMIN, policy(plain)])


# User Guide, "Permissions boundaries for IAM entities"
def test_boundary_limits_identity_policies():
    boundary = policy(allow(Action=["s3:*", "cloudwatch:*", "ec2:*"]))
    create = policy(allow(Action="iam:CreateUser"))
    decision = authorize(Ask("iam:CreateUser", "*", ALICE), [create], boundary)
    assert (decision.effect, decision.source) == (IMPLICIT_DENY, "boundary")
    assert authorize(Ask("s3:GetObject", "*", ALICE), [ADMIN], boundary)
    assert not authorize(Ask("s3:GetObject", "*", ALICE), [], boundary)


def test_explicit_deny_names_its_statement():
    deny = {"Sid": "Stop", "Effect": "Deny", "Action": "s3:*", "Resource": "*"}
    decision = authorize(Ask("s3:GetObject", "*", ALICE), [ADMIN, policy(deny)])
    assert decision.effect == EXPLICIT_DENY and decision.statement["Sid"] == "Stop"


# Principals of resource policies: "AWS JSON policy elements: Principal, NotPrincipal"
def bucket_effect(statement, caller, identity=(), root=False, **context):
    ask = Ask("s3:GetObject", "arn:aws:s3:::b/k", caller, context)
    return authorize(ask, identity, None, policy(statement), root).effect


@pytest.mark.parametrize("principal, expected", [
    ("*", ALLOWED), ({"AWS": "*"}, ALLOWED), ({"AWS": ALICE.arn}, ALLOWED),
    ({"AWS": [ROOT.arn]}, IMPLICIT_DENY), ({"AWS": ACCOUNT}, IMPLICIT_DENY),
    ({"AWS": "arn:aws:iam::999999999999:root"}, IMPLICIT_DENY),
    ({"Service": "cloudtrail.amazonaws.com"}, IMPLICIT_DENY),
])
def test_principal(principal, expected):
    assert bucket_effect(allow(Principal=principal), ALICE) == expected


def test_account_principal_in_a_deny_stops_the_whole_account():
    deny = allow(Effect="Deny", Principal={"AWS": ROOT.arn})
    assert bucket_effect(deny, ALICE, [ADMIN]) == EXPLICIT_DENY
    assert bucket_effect(deny, ROOT, root=True) == EXPLICIT_DENY


def test_not_principal_needs_user_and_account():
    deny = {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}
    both = dict(deny, NotPrincipal={"AWS": [ALICE.arn, ROOT.arn]})
    assert bucket_effect(both, ALICE, [ADMIN]) == ALLOWED
    assert bucket_effect(both, ROOT, root=True) == ALLOWED
    bob = Caller(f"arn:aws:iam::{ACCOUNT}:user/bob", ACCOUNT)
    assert bucket_effect(both, bob, [ADMIN]) == EXPLICIT_DENY
    user_only = dict(deny, NotPrincipal={"AWS": ALICE.arn})
    assert bucket_effect(user_only, ALICE, [ADMIN]) == EXPLICIT_DENY


# CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail"
@pytest.mark.parametrize("acl, arn, expected", [
    ("bucket-owner-full-control", "trail/management", ALLOWED),
    ("private", "trail/management", IMPLICIT_DENY),
    ("bucket-owner-full-control", "trail/other", IMPLICIT_DENY),
])
def test_cloudtrail_bucket_policy(acl, arn, expected):
    base = f"arn:aws:cloudtrail:eu-west-1:{ACCOUNT}:"
    write = {"Sid": "AWSCloudTrailWrite20150319", "Effect": "Allow",
             "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "s3:PutObject",
             "Resource": f"arn:aws:s3:::logs/AWSLogs/{ACCOUNT}/*",
             "Condition": {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control",
                                            "aws:SourceArn": base + "trail/management"}}}
    ask = Ask("s3:PutObject", f"arn:aws:s3:::logs/AWSLogs/{ACCOUNT}/CloudTrail/x",
              Caller(service="cloudtrail.amazonaws.com"),
              {"s3:x-amz-acl": acl, "aws:SourceArn": base + arn})
    assert authorize(ask, resource=policy(write)).effect == expected
