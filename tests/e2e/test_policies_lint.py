# SPDX-License-Identifier: MIT
"""The policies that rootlock writes, against the text that AWS documents and a linter.

tests/unit/policies.c prints them.  Each is compared element by element with its documented
document; what differs on purpose is in DIFFERENCES with its reason, and nothing else may.
Then they are asked, by the practice account's evaluator, whether they do what they are for.
"""
import json
import subprocess

import parliament
import pytest
from filter import BUILD

from practice_account.policy_eval import Ask, Caller, authorize

ACCOUNT = "111122223333"
REGIONS = {"aws": "eu-west-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1",
           "aws-eusc": "eusc-de-east-1"}
# Where the global services of a partition are (botocore, partitions.json).
GLOBAL = {"aws": "us-east-1", "aws-cn": "cn-northwest-1", "aws-us-gov": "us-gov-west-1",
          "aws-eusc": "eusc-de-east-1"}

# ---- the documented documents; <words> stand for what an account puts in -------------------

# awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
CLOUDTRAIL = """
{"Version":"2012-10-17","Statement":[
 {"Sid":"AWSCloudTrailAclCheck20150319","Effect":"Allow",
  "Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:GetBucketAcl",
  "Resource":"arn:aws:s3:::logs",
  "Condition":{"StringEquals":{
   "aws:SourceArn":"arn:aws:cloudtrail:<region>:<account>:trail/main"}}},
 {"Sid":"AWSCloudTrailWrite20150319","Effect":"Allow",
  "Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:PutObject",
  "Resource":"arn:aws:s3:::logs/<prefix>AWSLogs/<account>/*",
  "Condition":{"StringEquals":{"s3:x-amz-acl":"bucket-owner-full-control",
   "aws:SourceArn":"arn:aws:cloudtrail:<region>:<account>:trail/main"}}}]}
"""

# cur/latest/userguide/cur-s3.html, as the console writes it
CUR = """
{"Version":"2008-10-17","Id":"Policy1335892530063","Statement":[
 {"Sid":"Stmt1335892150622","Effect":"Allow",
  "Principal":{"Service":"billingreports.amazonaws.com"},
  "Action":["s3:GetBucketAcl","s3:GetBucketPolicy"],"Resource":"arn:aws:s3:::bills",
  "Condition":{"StringEquals":{"aws:SourceArn":"arn:aws:cur:us-east-1:<account>:definition/*",
   "aws:SourceAccount":"<account>"}}},
 {"Sid":"Stmt1335892526596","Effect":"Allow",
  "Principal":{"Service":"billingreports.amazonaws.com"},
  "Action":"s3:PutObject","Resource":"arn:aws:s3:::bills/*",
  "Condition":{"StringEquals":{"aws:SourceArn":"arn:aws:cur:us-east-1:<account>:definition/*",
   "aws:SourceAccount":"<account>"}}}]}
"""

# cur/latest/userguide/dataexports-s3-bucket.html
EXPORT = """
{"Version":"2012-10-17","Statement":[
 {"Sid":"EnableAWSDataExportsToWriteToS3AndCheckPolicy","Effect":"Allow",
  "Principal":{"Service":["billingreports.amazonaws.com","bcm-data-exports.amazonaws.com"]},
  "Action":["s3:PutObject","s3:GetBucketPolicy"],
  "Resource":["arn:aws:s3:::bills","arn:aws:s3:::bills/*"],
  "Condition":{"StringLike":{
   "aws:SourceArn":["arn:aws:cur:us-east-1:<account>:definition/*",
                    "arn:aws:bcm-data-exports:us-east-1:<account>:export/*"],
   "aws:SourceAccount":"<account>"}}}]}
"""

# AWS re:Post, "What S3 bucket policy should I use to comply with the AWS Config rule
# s3-bucket-ssl-requests-only?"
TLS = """
{"Version":"2012-10-17","Statement":[
 {"Sid":"AllowSSLRequestsOnly","Action":"s3:*","Effect":"Deny",
  "Resource":["arn:aws:s3:::logs","arn:aws:s3:::logs/*"],
  "Condition":{"Bool":{"aws:SecureTransport":"false"}},"Principal":"*"}]}
"""

# IAM/latest/UserGuide/reference_policies_examples_aws_my-sec-creds-self-manage.html
REQUIRE_MFA = """
{"Version":"2012-10-17","Statement":[
 {"Sid":"AllowViewAccountInfo","Effect":"Allow",
  "Action":["iam:GetAccountPasswordPolicy","iam:ListVirtualMFADevices"],"Resource":"*"},
 {"Sid":"AllowManageOwnPasswords","Effect":"Allow",
  "Action":["iam:ChangePassword","iam:GetUser"],
  "Resource":"arn:aws:iam::*:user/${aws:username}"},
 {"Sid":"AllowManageOwnAccessKeys","Effect":"Allow",
  "Action":["iam:CreateAccessKey","iam:DeleteAccessKey","iam:ListAccessKeys",
            "iam:UpdateAccessKey"],
  "Resource":"arn:aws:iam::*:user/${aws:username}"},
 {"Sid":"AllowManageOwnSigningCertificates","Effect":"Allow",
  "Action":["iam:DeleteSigningCertificate","iam:ListSigningCertificates",
            "iam:UpdateSigningCertificate","iam:UploadSigningCertificate"],
  "Resource":"arn:aws:iam::*:user/${aws:username}"},
 {"Sid":"AllowManageOwnSSHPublicKeys","Effect":"Allow",
  "Action":["iam:DeleteSSHPublicKey","iam:GetSSHPublicKey","iam:ListSSHPublicKeys",
            "iam:UpdateSSHPublicKey","iam:UploadSSHPublicKey"],
  "Resource":"arn:aws:iam::*:user/${aws:username}"},
 {"Sid":"AllowManageOwnGitCredentials","Effect":"Allow",
  "Action":["iam:CreateServiceSpecificCredential","iam:DeleteServiceSpecificCredential",
            "iam:ListServiceSpecificCredentials","iam:ResetServiceSpecificCredential",
            "iam:UpdateServiceSpecificCredential"],
  "Resource":"arn:aws:iam::*:user/${aws:username}"},
 {"Sid":"AllowManageOwnVirtualMFADevice","Effect":"Allow",
  "Action":"iam:CreateVirtualMFADevice","Resource":"arn:aws:iam::*:mfa/*"},
 {"Sid":"AllowManageOwnUserMFA","Effect":"Allow",
  "Action":["iam:DeactivateMFADevice","iam:EnableMFADevice","iam:ListMFADevices",
            "iam:ResyncMFADevice"],
  "Resource":"arn:aws:iam::*:user/${aws:username}"},
 {"Sid":"DenyAllExceptListedIfNoMFA","Effect":"Deny",
  "NotAction":["iam:CreateVirtualMFADevice","iam:EnableMFADevice","iam:GetUser",
               "iam:ListMFADevices","iam:ListVirtualMFADevices","iam:ResyncMFADevice",
               "sts:GetSessionToken"],
  "Resource":"*","Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}}]}
"""

DOCUMENTED = {"cloudtrail": CLOUDTRAIL.replace("<prefix>", ""),
              "cloudtrail_prefix": CLOUDTRAIL.replace("<prefix>", "audit/"),
              "cur": CUR, "export": EXPORT, "tls": TLS, "require_mfa": REQUIRE_MFA}

OWN = "arn:aws:iam::*:user/*/${aws:username}"
FIRST_OF_CUR = json.loads(CUR)["Statement"][0]

# (document, element, documented values, ours, reason).  An element is a path of names; a
# statement goes by its Sid.
DIFFERENCES = [
    ("cur", "Id", ["Policy1335892530063"], [],
     "an Id means nothing, and a bucket's policy may have its own already"),
    *[("require_mfa", f"Statement.{sid}.Resource", [], [OWN],
       "a user under a path has to be able to enrol a device, too")
      for sid in ("AllowManageOwnPasswords", "AllowManageOwnAccessKeys",
                  "AllowManageOwnSigningCertificates", "AllowManageOwnSSHPublicKeys",
                  "AllowManageOwnGitCredentials", "AllowManageOwnUserMFA")],
]
# The exports' bucket has the first statement of the legacy report besides, word for word: the
# billing console checks a bucket by GetBucketAcl, and one bucket can then take both reports.
EXPORT_HAS_ALSO = FIRST_OF_CUR["Sid"]


@pytest.fixture(scope="module")
def ours():
    done = subprocess.run([BUILD / "tests" / "unit" / "policies"], capture_output=True, text=True,
                          timeout=60, check=True)
    return json.loads(done.stdout)


def documented(name, partition):
    """The documented document as it reads in a partition."""
    text = DOCUMENTED[name].replace("<account>", ACCOUNT).replace("<region>", REGIONS[partition])
    text = text.replace("arn:aws:cur:us-east-1:", f"arn:aws:cur:{GLOBAL[partition]}:")
    text = text.replace("arn:aws:bcm-data-exports:us-east-1:",
                        f"arn:aws:bcm-data-exports:{GLOBAL[partition]}:")
    return json.loads(text.replace("arn:aws:", f"arn:{partition}:"))


def elements(value, path=""):
    """(path, value) of every leaf; lists have no order, statements go by their Sids."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from elements(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for inner in value:
            sid = inner["Sid"] if isinstance(inner, dict) else None
            yield from elements(inner, f"{path}.{sid}" if sid else path)
    else:
        yield path, value


def differences(want, have):
    """{path: (values only in want, values only in have)}"""
    want, have = set(elements(want)), set(elements(have))
    paths = {path for path, _ in want ^ have}
    return {path: (sorted(v for p, v in want - have if p == path),
                   sorted(v for p, v in have - want if p == path)) for path in paths}


@pytest.mark.parametrize("partition", REGIONS)
@pytest.mark.parametrize("name", DOCUMENTED)
def test_as_documented(ours, name, partition):
    have = ours[partition][name]
    want = documented(name, partition)
    if name == "export":
        also = [s for s in have["Statement"] if s["Sid"] == EXPORT_HAS_ALSO]
        first = documented("cur", partition)["Statement"][0]
        assert differences({"Statement": [first]}, {"Statement": also}) == {}
        have = dict(have, Statement=[s for s in have["Statement"] if s not in also])
    expected = {path: (theirs, [v.replace("arn:aws:", f"arn:{partition}:") for v in mine])
                for doc, path, theirs, mine, _ in DIFFERENCES if doc == name}
    assert differences(want, have) == expected
    assert len(have["Statement"]) == len(want["Statement"])


def test_every_document_is_compared(ours):
    for partition in REGIONS:
        # Nothing is documented for readers: its own test is below.
        assert set(ours[partition]) == set(DOCUMENTED) | {"readers"}


def test_differences_can_be_seen(ours):
    """The comparison finds a changed, a missing and an added element."""
    want = documented("tls", "aws")
    for change in ({"Effect": "Allow"}, {"Action": ["s3:*", "iam:*"]}, {"Condition": {}},
                   {"Sid": "Other"}, {"Resource": ["arn:aws:s3:::logs"]}):
        have = {"Version": want["Version"], "Statement": [dict(want["Statement"][0], **change)]}
        assert differences(want, have)
    assert not differences(want, ours["aws"]["tls"])


# ---- the linter -----------------------------------------------------------------------------

LINT_ACCEPTED = {
    ("cur", "OLD_VERSION"): "AWS documents this one with version 2008-10-17",
}


def findings(document):
    return {(found.issue, str(found.detail))
            for found in parliament.analyze_policy_string(json.dumps(document)).findings}


@pytest.mark.parametrize("partition", REGIONS)
def test_lint(ours, partition):
    for name, document in ours[partition].items():
        found = {issue for issue, detail in findings(document)
                 # The linter is older than the European partition.
                 if not (partition == "aws-eusc" and detail == "Unexpected partition")}
        accepted = {issue for doc, issue in LINT_ACCEPTED if doc == name}
        assert found == accepted, name


def test_linter_finds(ours):
    """A misspelt action, a wrong effect and a wrong key do not pass."""
    good = ours["aws"]["readers"]["Statement"][0]
    for change in ({"Action": "s3:GetObjekt"}, {"Effect": "Forbid"}, {"Resource": "logs"}):
        assert findings({"Version": "2012-10-17", "Statement": [dict(good, **change)]})


# ---- what they do ------------------------------------------------------------------------------

EVERYTHING = {"Version": "2012-10-17",
              "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
ALICE = f"arn:aws:iam::{ACCOUNT}:user/staff/alice"
BOB = f"arn:aws:iam::{ACCOUNT}:user/bob"
AUDIT = f"arn:aws:iam::{ACCOUNT}:role/aws-reserved/Audit"
BUCKET, OBJECT = "arn:aws:s3:::logs", "arn:aws:s3:::logs/AWSLogs/x.json.gz"
READS = [("s3:GetObject", OBJECT), ("s3:GetObjectVersion", OBJECT), ("s3:ListBucket", BUCKET),
         ("s3:ListBucketVersions", BUCKET)]
REPAIRS = [("s3:PutBucketPolicy", BUCKET), ("s3:DeleteBucketPolicy", BUCKET),
           ("s3:GetBucketPolicy", BUCKET), ("s3:GetBucketPolicyStatus", BUCKET)]


def may(action, resource, who, policy, identity=EVERYTHING, **context):
    keys = {"aws:PrincipalArn": who, "aws:PrincipalIsAWSService": "false",
            "aws:SecureTransport": "true"} | context
    ask = Ask(action, resource, Caller(arn=who, account=ACCOUNT), keys)
    return bool(authorize(ask, [identity], resource=policy, root=who == ROOT))


@pytest.mark.parametrize("action,resource", READS)
def test_readers_keeps_others_out(ours, action, resource):
    policy = ours["aws"]["readers"]
    assert may(action, resource, ALICE, policy)
    assert may(action, resource, ROOT, policy)
    assert may(action, resource, AUDIT, policy)
    assert not may(action, resource, BOB, policy)
    assert not may(action, resource, BOB + "x", policy)


@pytest.mark.parametrize("who", [ALICE, ROOT, BOB])
@pytest.mark.parametrize("action,resource", REPAIRS)
def test_readers_can_always_be_repaired(ours, who, action, resource):
    assert may(action, resource, who, ours["aws"]["readers"])


def service(policy, action, resource, **context):
    keys = {"aws:PrincipalIsAWSService": "true", "aws:SecureTransport": "true"} | context
    ask = Ask(action, resource, Caller(service="cloudtrail.amazonaws.com"), keys)
    return bool(authorize(ask, resource=policy))


def test_readers_and_tls_let_cloudtrail_deliver(ours):
    docs = ours["aws"]
    policy = {"Version": "2012-10-17",
              "Statement": [s for name in ("cloudtrail", "tls", "readers")
                            for s in docs[name]["Statement"]]}
    trail = f"arn:aws:cloudtrail:eu-west-1:{ACCOUNT}:trail/main"
    acl = {"s3:x-amz-acl": "bucket-owner-full-control"}
    target = f"{BUCKET}/AWSLogs/{ACCOUNT}/CloudTrail/x.json.gz"
    assert service(policy, "s3:GetBucketAcl", BUCKET, **{"aws:SourceArn": trail})
    assert service(policy, "s3:PutObject", target, **{"aws:SourceArn": trail}, **acl)
    assert not service(policy, "s3:PutObject", target, **{"aws:SourceArn": trail + "x"}, **acl)
    assert not service(policy, "s3:PutObject", target, **{"aws:SourceArn": trail})


def test_tls_only(ours):
    policy = ours["aws"]["tls"]
    assert may("s3:GetObject", OBJECT, BOB, policy)
    for who in (BOB, ROOT):
        assert not may("s3:GetObject", OBJECT, who, policy, **{"aws:SecureTransport": "false"})
        assert not may("s3:ListBucket", BUCKET, who, policy, **{"aws:SecureTransport": "false"})


@pytest.mark.parametrize("mfa", [None, "false", "true"])
def test_require_mfa(ours, mfa):
    """Without MFA: enrol and nothing else; with it: everything."""
    policy = ours["aws"]["require_mfa"]
    both = {"Version": "2012-10-17", "Statement": EVERYTHING["Statement"] + policy["Statement"]}
    context = {"aws:MultiFactorAuthPresent": mfa, "aws:username": "alice"}
    allowed = [(action, may(action, ALICE, ALICE, None, both, **context)) for action in (
        "iam:CreateUser", "iam:DeactivateMFADevice", "iam:ChangePassword", "s3:ListAllMyBuckets",
        "iam:EnableMFADevice", "iam:ListMFADevices", "iam:GetUser", "sts:GetSessionToken")]
    assert [ok for _, ok in allowed] == [mfa == "true"] * 4 + [True] * 4
    # Without any other policy the same user may still enrol a device, under a path too.
    for action in ("iam:EnableMFADevice", "iam:ResyncMFADevice"):
        assert may(action, ALICE, ALICE, None, policy, **context)
        assert not may(action, BOB, ALICE, None, policy, **context)
