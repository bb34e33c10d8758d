# SPDX-License-Identifier: MIT
"""Enforcement, S3, CloudTrail, CUR and Data Exports of the practice account, asked by boto3."""
import base64
import contextlib
import datetime
import hashlib
import json

import botocore.auth
import pytest
from botocore.exceptions import ClientError

ACCOUNT = "123456789012"
CUR_ARN = f"arn:aws:cur:us-east-1:{ACCOUNT}:definition/*"
EXPORT_ARN = f"arn:aws:bcm-data-exports:us-east-1:{ACCOUNT}:export/*"


class Account:
    """The server of the `practice` fixture, with boto3 clients for it."""

    def __init__(self, practice):
        self.practice = practice

    def client(self, service, keys=(), region="us-east-1"):
        return self.practice.client(service, *keys, region=region)

    @contextlib.contextmanager
    def later(self, seconds):
        """The server's clock and boto3's, moved together."""
        self.practice.clock(advance=seconds)
        real = botocore.auth.get_current_datetime
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(botocore.auth, "get_current_datetime", lambda *args, **more: real(
                *args, **more) + datetime.timedelta(seconds=seconds))
            yield

    def user(self, name, *statements, attach=()):
        """A new user with an inline policy; its key as a tuple for client()."""
        iam = self.client("iam")
        iam.create_user(UserName=name)
        if statements:
            iam.put_user_policy(UserName=name, PolicyName="inline",
                                PolicyDocument=document(*statements))
        for arn in attach:
            iam.attach_user_policy(UserName=name, PolicyArn=arn)
        made = iam.create_access_key(UserName=name)["AccessKey"]
        return made["AccessKeyId"], made["SecretAccessKey"]

    def bucket(self, name, *statements, region="us-east-1"):
        s3 = self.client("s3", region=region)
        where = {} if region == "us-east-1" else {
            "CreateBucketConfiguration": {"LocationConstraint": region}}
        s3.create_bucket(Bucket=name, **where)
        if statements:
            s3.put_bucket_policy(Bucket=name, Policy=document(*statements))
        return s3


@pytest.fixture
def account(practice):
    return Account(practice)


@contextlib.contextmanager
def refused(code, text="", status=None):
    with pytest.raises(ClientError) as caught:
        yield
    answer = caught.value.response
    assert answer["Error"]["Code"] == code, answer
    assert text in answer["Error"].get("Message", "")
    if status:
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == status


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action="*", resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action="*", resource="*", **more):
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


# ---- enforcement ----------------------------------------------------------

ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"


def test_user_without_policies_may_ask_who_it_is(account):
    keys = account.user("bob")
    assert account.client("sts", keys).get_caller_identity()["Arn"].endswith("user/bob")
    with refused("AccessDenied", "is not authorized to perform: iam:ListUsers on resource: * "
                 "because no identity-based policy allows the iam:ListUsers action", 403):
        account.client("iam", keys).list_users()
    with refused("AccessDeniedException", "cloudtrail:DescribeTrails"):
        account.client("cloudtrail", keys).describe_trails()


def test_policies_of_user_and_group_count(account):
    keys = account.user("bob", allow("iam:ListUsers"))
    iam = account.client("iam")
    bob = account.client("iam", keys)
    assert bob.list_users()["Users"]
    iam.create_group(GroupName="admins")
    iam.attach_group_policy(GroupName="admins", PolicyArn=ADMINISTRATOR)
    with refused("AccessDenied", status=403):
        bob.list_groups()
    iam.add_user_to_group(GroupName="admins", UserName="bob")
    assert bob.list_groups()["Groups"]
    iam.put_group_policy(GroupName="admins", PolicyName="stop",
                         PolicyDocument=document(deny("iam:ListGroups")))
    with refused("AccessDenied", "with an explicit deny in an identity-based policy"):
        bob.list_groups()


def test_own_user_only(account):
    keys = account.user("bob", allow("iam:ListAccessKeys", "arn:aws:iam::*:user/${aws:username}"))
    bob = account.client("iam", keys)
    account.user("eve")
    assert len(bob.list_access_keys()["AccessKeyMetadata"]) == 1
    assert len(bob.list_access_keys(UserName="bob")["AccessKeyMetadata"]) == 1
    with refused("AccessDenied", f"arn:aws:iam::{ACCOUNT}:user/eve"):
        bob.list_access_keys(UserName="eve")


def test_require_mfa_stops_the_long_term_key(account):
    without_mfa = {
        "Effect": "Deny", "Resource": "*",
        "NotAction": ["iam:EnableMFADevice", "iam:ListMFADevices", "sts:GetSessionToken"],
        "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}
    keys = account.user("bob", without_mfa, attach=[ADMINISTRATOR])
    bob = account.client("iam", keys)
    with refused("AccessDenied", "explicit deny"):
        bob.list_users()
    assert bob.list_mfa_devices(UserName="bob")["MFADevices"] == []
    plain = account.client("sts", keys).get_session_token()["Credentials"]
    session = plain["AccessKeyId"], plain["SecretAccessKey"], plain["SessionToken"]
    with refused("InvalidClientTokenId", status=403):
        account.client("iam", session).list_users()
    with refused("AccessDenied", "explicit deny"):
        account.client("s3", session).list_buckets()


def test_explicit_deny_stops_get_session_token(account):
    keys = account.user("bob", deny("sts:GetSessionToken"))
    with refused("AccessDenied", "explicit deny"):
        account.client("sts", keys).get_session_token()


def test_bucket_policy_binds_users_and_root(account):
    keys = account.user("bob", attach=[ADMINISTRATOR])
    s3 = account.bucket("logs-1", deny("s3:GetObject", "arn:aws:s3:::logs-1/*", Principal="*",
                                       Condition={"ArnNotEquals": {
                                           "aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:root"}}))
    s3.put_object(Bucket="logs-1", Key="k", Body=b"x")
    assert s3.get_object(Bucket="logs-1", Key="k")["Body"].read() == b"x"
    with refused("AccessDenied", "with an explicit deny in a resource-based policy", 403):
        account.client("s3", keys).get_object(Bucket="logs-1", Key="k")


def test_bucket_policy_can_grant_one_user_alone(account):
    keys = account.user("bob")
    arn = f"arn:aws:iam::{ACCOUNT}:user/bob"
    account.bucket("logs-1", allow("s3:GetObject", "arn:aws:s3:::logs-1/*",
                                   Principal={"AWS": arn})).put_object(
        Bucket="logs-1", Key="k", Body=b"x")
    bob = account.client("s3", keys)
    assert bob.get_object(Bucket="logs-1", Key="k")["Body"].read() == b"x"
    with refused("AccessDenied", "s3:ListBucket"):
        bob.list_objects_v2(Bucket="logs-1")


def test_root_can_always_repair_a_bucket_policy(account):
    s3 = account.bucket("logs-1", deny("s3:*", ["arn:aws:s3:::logs-1", "arn:aws:s3:::logs-1/*"],
                                       Principal="*"))
    with refused("AccessDenied", "resource-based policy"):
        s3.list_objects_v2(Bucket="logs-1")
    assert "Deny" in s3.get_bucket_policy(Bucket="logs-1")["Policy"]
    s3.delete_bucket_policy(Bucket="logs-1")
    assert s3.list_objects_v2(Bucket="logs-1")["KeyCount"] == 0


def open_billing(practice):
    """Root's switch on the console page, the only way there is."""
    browser = practice.browser()
    browser.open("/console/signin/root", email=practice.root["email"],
                 password="practice-root-password")
    browser.open("/console/billing", access="on")


def test_billing_is_closed_to_iam_until_root_opens_it(account):
    keys = account.user("bob", attach=[ADMINISTRATOR])
    with refused("AccessDeniedException", "billing"):
        account.client("cur", keys).describe_report_definitions()
    assert account.client("cur").describe_report_definitions()["ReportDefinitions"] == []
    open_billing(account.practice)
    assert account.client("cur", keys).describe_report_definitions()["ReportDefinitions"] == []
    poor = account.user("eve")
    with refused("AccessDeniedException", "no identity-based policy"):
        account.client("cur", poor).describe_report_definitions()


# ---- S3 -------------------------------------------------------------------

def test_defaults_of_a_new_bucket(account):
    s3 = account.bucket("new-1")
    block = s3.get_public_access_block(Bucket="new-1")["PublicAccessBlockConfiguration"]
    assert list(block.values()) == [True] * 4
    rules = s3.get_bucket_encryption(Bucket="new-1")["ServerSideEncryptionConfiguration"]["Rules"]
    assert rules[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    owner = s3.get_bucket_ownership_controls(Bucket="new-1")["OwnershipControls"]["Rules"]
    assert owner == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    s3.delete_bucket_encryption(Bucket="new-1")
    assert s3.get_bucket_encryption(Bucket="new-1")


def test_creating_again_in_us_east_1_keeps_settings(account):
    s3 = account.bucket("new-1")
    s3.delete_public_access_block(Bucket="new-1")
    s3.create_bucket(Bucket="new-1")
    with refused("NoSuchPublicAccessBlockConfiguration"):
        s3.get_public_access_block(Bucket="new-1")


@pytest.mark.parametrize("name, code", [
    ("taken-logs", "BucketAlreadyExists"), ("bad..name", "InvalidBucketName"),
    ("192.168.5.4", "InvalidBucketName"), ("xn--abc", "InvalidBucketName"),
    ("abc-s3alias", "InvalidBucketName"), ("amzn-s3-demo-x", "InvalidBucketName"),
])
def test_bucket_names(account, name, code):
    with refused(code):
        account.client("s3").create_bucket(Bucket=name)


def test_bucket_of_somebody_else(account):
    s3 = account.client("s3")
    with refused("403", status=403):
        s3.head_bucket(Bucket="taken-logs")
    with refused("AccessDenied", status=403):
        s3.get_bucket_policy(Bucket="taken-logs")
    account.bucket("mine-1")
    with refused("403", status=403):
        s3.head_bucket(Bucket="mine-1", ExpectedBucketOwner="999999999999")
    assert s3.head_bucket(Bucket="mine-1", ExpectedBucketOwner=ACCOUNT)
    with refused("404", status=404):
        s3.head_bucket(Bucket="nobodys-1")


@pytest.mark.parametrize("policy, text", [
    ("not json", "valid JSON"),
    ('{"Version":"2012-10-17"}', "Missing required field Statement"),
    (document({"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::mine-1"}),
     "Missing required field Principal"),
    (document(allow("s3:*", "arn:aws:s3:::other", Principal="*")), "invalid resource"),
    (document(allow("iam:*", "arn:aws:s3:::mine-1", Principal="*")), "invalid action"),
    (document(allow("s3:*", "arn:aws:s3:::mine-1",
                    Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:user/nobody"})),
     "Invalid principal in policy"),
    (document(allow("s3:GetObject", "arn:aws:s3:::mine-1", Principal={"AWS": ACCOUNT})),
     "Action does not apply"),
    (document(deny("s3:*", "arn:aws:s3:::mine-1", Principal="*",
                   Condition={"StringSame": {"a": "b"}})), "Invalid Condition type"),
])
def test_malformed_policy(account, policy, text):
    s3 = account.bucket("mine-1")
    with refused("MalformedPolicy", text, 400):
        s3.put_bucket_policy(Bucket="mine-1", Policy=policy)


def test_public_policies(account):
    s3 = account.bucket("mine-1")
    public = document(allow("s3:GetObject", "arn:aws:s3:::mine-1/*", Principal="*"))
    with refused("AccessDenied", "BlockPublicPolicy", 403):
        s3.put_bucket_policy(Bucket="mine-1", Policy=public)
    fixed = document(allow("s3:GetObject", "arn:aws:s3:::mine-1/*", Principal="*",
                           Condition={"StringEquals": {"aws:SourceAccount": ACCOUNT}}))
    answer = s3.put_bucket_policy(Bucket="mine-1", Policy=fixed)
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert s3.get_bucket_policy_status(Bucket="mine-1")["PolicyStatus"]["IsPublic"] is False
    s3.delete_public_access_block(Bucket="mine-1")
    s3.put_bucket_policy(Bucket="mine-1", Policy=public)
    assert s3.get_bucket_policy_status(Bucket="mine-1")["PolicyStatus"]["IsPublic"] is True


def put_versioning(account, header=None, value=None):
    s3 = account.bucket("mine-1")

    def edit(request, **_):
        for name in list(request.headers):
            if "checksum" in name.lower() or name.lower() == "content-md5":
                del request.headers[name]
        if header:
            request.headers[header] = value
    s3.meta.events.register("before-sign.s3.PutBucketVersioning", edit)
    s3.put_bucket_versioning(Bucket="mine-1", VersioningConfiguration={"Status": "Enabled"})


def test_checksums(account):
    with refused("InvalidRequest", "Content-MD5 OR x-amz-checksum-", 400):
        put_versioning(account)
    for header in ("x-amz-checksum-crc32", "x-amz-checksum-sha256", "content-md5",
                   "x-amz-checksum-crc64nvme", "x-amz-checksum-crc32c"):
        with refused("BadDigest", status=400):
            put_versioning(account, header, "AAAAAA==")


def test_checksum_values():
    """The check values of the CRC catalogue (input "123456789")."""
    from practice_account.s3_rules import CHECKSUMS
    assert CHECKSUMS["crc32c"](b"123456789").hex() == "e3069283"
    assert CHECKSUMS["crc64nvme"](b"123456789").hex() == "ae8b14860a799888"
    md5 = base64.b64encode(hashlib.md5(b"123456789").digest())
    assert base64.b64encode(CHECKSUMS["md5"](b"123456789")) == md5


def test_wrong_region(account):
    """boto3 reads the Region from the refusal and asks again there."""
    account.bucket("mine-1", region="eu-west-1")
    east, replies = account.client("s3"), []
    east.meta.events.register("response-received.s3", lambda parsed_response, **_:
                              replies.append(parsed_response))
    assert east.get_bucket_location(Bucket="mine-1")["LocationConstraint"] == "eu-west-1"
    with refused("NoSuchBucketPolicy"):
        east.get_bucket_policy(Bucket="mine-1")
    first = replies[1]
    assert first["Error"]["Code"] == "AuthorizationHeaderMalformed"
    assert first["Error"]["Region"] == "eu-west-1"
    assert east.head_bucket(Bucket="mine-1")["BucketRegion"] == "eu-west-1"


def test_access_control_lists_are_off(account):
    s3 = account.bucket("mine-1")
    with refused("AccessControlListNotSupported"):
        s3.put_bucket_acl(Bucket="mine-1", ACL="public-read")
    with refused("InvalidBucketAclWithObjectOwnership"):
        s3.create_bucket(Bucket="mine-2", ACL="public-read")


def test_request_ids(account):
    head = account.bucket("mine-1").head_bucket(Bucket="mine-1")["ResponseMetadata"]
    assert head["HTTPHeaders"]["x-amz-request-id"]
    assert head["HTTPHeaders"]["x-amz-bucket-region"] == "us-east-1"


# ---- CloudTrail -----------------------------------------------------------

def trail_statements(bucket, name="main", region="us-east-1", prefix=""):
    arn = f"arn:aws:cloudtrail:{region}:{ACCOUNT}:trail/{name}"
    who = {"Service": "cloudtrail.amazonaws.com"}
    return (
        allow("s3:GetBucketAcl", f"arn:aws:s3:::{bucket}", Principal=who,
              Condition={"StringEquals": {"aws:SourceArn": arn}}),
        allow("s3:PutObject", f"arn:aws:s3:::{bucket}/{prefix}AWSLogs/{ACCOUNT}/*", Principal=who,
              Condition={"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control",
                                          "aws:SourceArn": arn}}))


def make_trail(account, name="main", region="us-east-1", **more):
    account.bucket(f"logs-{name}", *trail_statements(f"logs-{name}", name, region), region=region)
    trail = account.client("cloudtrail", region=region)
    trail.create_trail(Name=name, S3BucketName=f"logs-{name}", **more)
    return trail


@pytest.mark.parametrize("statements", [
    (), trail_statements("logs-1")[:1], trail_statements("logs-1")[1:],
    trail_statements("logs-1", name="other"), trail_statements("logs-1", region="eu-west-1"),
    trail_statements("logs-1", prefix="x/"),
    trail_statements("logs-1") + (deny("s3:PutObject", "arn:aws:s3:::logs-1/*", Principal="*"),),
])
def test_trail_needs_the_documented_policy(account, statements):
    account.bucket("logs-1", *statements)
    with refused("InsufficientS3BucketPolicyException", "logs-1", 400):
        account.client("cloudtrail").create_trail(Name="main", S3BucketName="logs-1")


def test_trail_prefix_must_match(account):
    account.bucket("logs-1", *trail_statements("logs-1", prefix="x/"))
    trail = account.client("cloudtrail")
    trail.create_trail(Name="main", S3BucketName="logs-1", S3KeyPrefix="x")
    with refused("InsufficientS3BucketPolicyException"):
        trail.update_trail(Name="main", S3KeyPrefix="y")
    with refused("S3BucketDoesNotExistException"):
        trail.update_trail(Name="main", S3BucketName="nowhere-1")


def test_bucket_policy_becomes_visible_later(account):
    account.practice.visibility(10)
    account.bucket("logs-main", *trail_statements("logs-main"))
    trail = account.client("cloudtrail")
    with refused("InsufficientS3BucketPolicyException"):
        trail.create_trail(Name="main", S3BucketName="logs-main")
    with account.later(11):
        trail.create_trail(Name="main", S3BucketName="logs-main")


def test_trail_errors(account):
    trail = make_trail(account, IsMultiRegionTrail=True)
    with refused("TrailAlreadyExistsException"):
        trail.create_trail(Name="main", S3BucketName="logs-main")
    for call in (trail.delete_trail, trail.start_logging, trail.get_trail_status,
                 trail.update_trail, trail.stop_logging):
        with refused("TrailNotFoundException"):
            call(Name="nothing")
    with refused("InvalidTrailNameException"):
        trail.create_trail(Name="a..b", S3BucketName="logs-main")
    away = account.client("cloudtrail", region="eu-west-1")
    arn = f"arn:aws:cloudtrail:us-east-1:{ACCOUNT}:trail/main"
    with refused("TrailNotFoundException"):
        away.get_trail_status(Name="main")
    assert away.get_trail_status(Name=arn)["IsLogging"] is False
    with refused("InvalidHomeRegionException"):
        away.update_trail(Name=arn, IncludeGlobalServiceEvents=True)
    trail.delete_trail(Name=arn)
    assert trail.describe_trails()["trailList"] == []


def test_five_trails_a_region(account):
    statements = [s for n in range(6) for s in trail_statements("logs-1", f"trail{n}")]
    account.bucket("logs-1", *statements)
    trail = account.client("cloudtrail")
    for number in range(5):
        trail.create_trail(Name=f"trail{number}", S3BucketName="logs-1")
    with refused("MaximumNumberOfTrailsExceededException"):
        trail.create_trail(Name="trail5", S3BucketName="logs-1")
    names = [t["Name"] for t in trail.describe_trails(trailNameList=["trail3"])["trailList"]]
    assert names == ["trail3"]


def test_event_selectors(account):
    trail = make_trail(account)
    assert trail.get_event_selectors(TrailName="main")["EventSelectors"] == [
        {"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": [],
         "ExcludeManagementEventSources": []}]
    trail.put_event_selectors(TrailName="main", EventSelectors=[{"ReadWriteType": "WriteOnly"}])
    assert trail.describe_trails()["trailList"][0]["HasCustomEventSelectors"] is True
    trail.put_event_selectors(TrailName="main", AdvancedEventSelectors=[
        {"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}])
    found = trail.get_event_selectors(TrailName="main")
    assert "EventSelectors" not in found and found["AdvancedEventSelectors"]


def test_delivery(account):
    trail = make_trail(account, EnableLogFileValidation=True)
    trail.start_logging(Name="main")
    started = trail.get_trail_status(Name="main")
    assert started["IsLogging"] is True and "LatestDeliveryTime" not in started
    with account.later(400):
        later = trail.get_trail_status(Name="main")
        assert (later["LatestDeliveryTime"] - started["StartLoggingTime"]).seconds == 300
        assert "LatestDigestDeliveryTime" not in later
        account.client("s3").delete_bucket_policy(Bucket="logs-main")
        assert trail.get_trail_status(Name="main")["LatestDeliveryError"] == "AccessDenied"
        account.client("s3").delete_bucket(Bucket="logs-main")
        assert trail.get_trail_status(Name="main")["LatestDeliveryError"] == "NoSuchBucket"


# ---- billing reports ------------------------------------------------------

def cur_statements(bucket, actions=("s3:GetBucketAcl", "s3:GetBucketPolicy")):
    who = {"Service": "billingreports.amazonaws.com"}
    when = {"StringEquals": {"aws:SourceArn": CUR_ARN, "aws:SourceAccount": ACCOUNT}}
    return (allow(list(actions), f"arn:aws:s3:::{bucket}", Principal=who, Condition=when),
            allow("s3:PutObject", f"arn:aws:s3:::{bucket}/*", Principal=who, Condition=when))


def definition(name="monthly", bucket="bills-1", **more):
    return {"ReportName": name, "TimeUnit": "DAILY", "Format": "Parquet",
            "Compression": "Parquet", "AdditionalSchemaElements": ["RESOURCES"],
            "S3Bucket": bucket, "S3Prefix": "cur", "S3Region": "us-east-1",
            "ReportVersioning": "OVERWRITE_REPORT", **more}


def test_cur_reports(account):
    account.bucket("bills-1", *cur_statements("bills-1"))
    cur = account.client("cur")
    for number in range(5):
        cur.put_report_definition(ReportDefinition=definition(f"r{number}"))
    with refused("DuplicateReportNameException"):
        cur.put_report_definition(ReportDefinition=definition("r0"))
    with refused("ReportLimitReachedException"):
        cur.put_report_definition(ReportDefinition=definition("r9"))
    cur.modify_report_definition(ReportName="r1", ReportDefinition=definition(
        "r1", TimeUnit="HOURLY"))
    cur.delete_report_definition(ReportName="r2")
    cur.tag_resource(ReportName="r1", Tags=[{"Key": "a", "Value": "b"}])
    assert cur.list_tags_for_resource(ReportName="r1")["Tags"] == [{"Key": "a", "Value": "b"}]
    found = cur.describe_report_definitions()["ReportDefinitions"]
    assert [(r["ReportName"], r["TimeUnit"]) for r in found] == [
        ("r0", "DAILY"), ("r1", "HOURLY"), ("r3", "DAILY"), ("r4", "DAILY")]


def test_cur_status_after_a_day(account):
    s3 = account.bucket("bills-1", *cur_statements("bills-1"))
    cur = account.client("cur")
    cur.put_report_definition(ReportDefinition=definition())
    assert "ReportStatus" not in cur.describe_report_definitions()["ReportDefinitions"][0]
    with account.later(86400):
        status = cur.describe_report_definitions()["ReportDefinitions"][0]["ReportStatus"]
        assert status["lastStatus"] == "SUCCESS" and status["lastDelivery"]
        s3.delete_bucket_policy(Bucket="bills-1")
        status = cur.describe_report_definitions()["ReportDefinitions"][0]["ReportStatus"]
        assert status == {"lastStatus": "ERROR_PERMISSIONS"}


@pytest.mark.parametrize("statements", [
    (), cur_statements("bills-1")[:1], cur_statements("bills-1")[1:],
    cur_statements("bills-1", ["s3:GetBucketPolicy"]),
])
def test_cur_checks_the_bucket(account, statements):
    account.bucket("bills-1", *statements)
    with refused("ValidationException", "Failed to verify customer bucket permission", 400):
        account.client("cur").put_report_definition(ReportDefinition=definition())


@pytest.mark.parametrize("wrong", [
    {"Compression": "GZIP"}, {"S3Region": "eu-west-1"},
    {"AdditionalArtifacts": ["ATHENA"], "ReportVersioning": "CREATE_NEW_REPORT"},
    {"AdditionalArtifacts": ["ATHENA", "REDSHIFT"]},
])
def test_cur_combinations(account, wrong):
    account.bucket("bills-1", *cur_statements("bills-1"))
    with refused("ValidationException"):
        account.client("cur").put_report_definition(ReportDefinition=definition(**wrong))


def export_statement(bucket, *services, key="*"):
    services = services or ("billingreports.amazonaws.com", "bcm-data-exports.amazonaws.com")
    return allow(["s3:PutObject", "s3:GetBucketPolicy"],
                 [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/{key}"],
                 Principal={"Service": list(services)},
                 Condition={"StringLike": {"aws:SourceArn": [CUR_ARN, EXPORT_ARN],
                                           "aws:SourceAccount": ACCOUNT}})


def export(columns, bucket="bills-1", **properties):
    return {"Name": "costs", "RefreshCadence": {"Frequency": "SYNCHRONOUS"},
            "DataQuery": {"QueryStatement": f"SELECT {columns} FROM COST_AND_USAGE_REPORT",
                          "TableConfigurations": {"COST_AND_USAGE_REPORT": properties}},
            "DestinationConfigurations": {"S3Destination": {
                "S3Bucket": bucket, "S3Prefix": "cur2", "S3Region": "us-east-1",
                "S3OutputConfigurations": {"OutputType": "CUSTOM", "Format": "PARQUET",
                                           "Compression": "PARQUET",
                                           "Overwrite": "OVERWRITE_REPORT"}}}}


def test_export_of_all_columns(account):
    account.bucket("bills-1", export_statement("bills-1"))
    exports = account.client("bcm-data-exports")
    properties = {"TIME_GRANULARITY": "DAILY", "INCLUDE_RESOURCES": "TRUE"}
    table = exports.get_table(TableName="COST_AND_USAGE_REPORT", TableProperties=properties)
    names = [column["Name"] for column in table["Schema"]]
    assert "line_item_resource_id" in names and "split_line_item_split_cost" not in names
    arn = exports.create_export(Export=export(", ".join(names), **properties))["ExportArn"]
    got = exports.get_export(ExportArn=arn)
    assert got["Export"]["Name"] == "costs" and got["ExportStatus"]["StatusCode"] == "HEALTHY"
    assert [e["ExportName"] for e in exports.list_exports()["Exports"]] == ["costs"]
    assert exports.list_executions(ExportArn=arn)["Executions"] == []
    with refused("ValidationException", "already exists"):
        exports.create_export(Export=export("bill_bill_type"))
    exports.update_export(ExportArn=arn, Export=export("bill_bill_type"))
    account.client("s3").delete_bucket_policy(Bucket="bills-1")
    status = exports.get_export(ExportArn=arn)["ExportStatus"]
    assert status["StatusReason"] == "INSUFFICIENT_PERMISSION"
    exports.delete_export(ExportArn=arn)
    with refused("ResourceNotFoundException"):
        exports.get_export(ExportArn=arn)


@pytest.mark.parametrize("columns, properties", [
    ("*", {}), ("line_item_resource_id", {}), ("no_such_column", {}),
    ("bill_bill_type", {"INCLUDE_RESOURCES": "yes"}), ("bill_bill_type", {"NO_SUCH": "TRUE"}),
])
def test_export_query(account, columns, properties):
    account.bucket("bills-1", export_statement("bills-1"))
    with refused("ValidationException"):
        account.client("bcm-data-exports").create_export(Export=export(columns, **properties))


@pytest.mark.parametrize("statements", [
    (), (export_statement("bills-1", "billingreports.amazonaws.com"),),
    (export_statement("bills-1", "bcm-data-exports.amazonaws.com"),),
    (export_statement("bills-1", key="cur2/*"),),
])
def test_export_checks_the_bucket(account, statements):
    account.bucket("bills-1", *statements)
    with refused("ValidationException", "permission"):
        account.client("bcm-data-exports").create_export(Export=export("bill_bill_type"))


def test_billing_lives_in_us_east_1(account):
    with refused("InvalidSignatureException"):
        account.client("cur", region="eu-west-1").describe_report_definitions()
