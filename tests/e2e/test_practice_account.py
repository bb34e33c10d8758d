# SPDX-License-Identifier: MIT
"""The practice account is held to what AWS documents, by boto3 as an independent client."""

import http.client
import json
import subprocess
import time
import urllib.error
import urllib.request

import pytest
from botocore.exceptions import ClientError
from practice_account import totp
from practice_client import Practice

RFC_SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # "12345678901234567890", RFC 6238 appendix B


def refused(call, **arguments):
    """(code, HTTP status, message) of the error that the call must end in."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    response = caught.value.response
    error = response["Error"]
    return error["Code"], response["ResponseMetadata"]["HTTPStatusCode"], error["Message"]


def administrator(practice, name="alice"):
    """Makes an IAM user with AdministratorAccess; returns its key as (id, secret)."""
    iam = practice.client("iam")
    iam.create_user(UserName=name)
    policy = "arn:aws:iam::aws:policy/AdministratorAccess"
    iam.attach_user_policy(UserName=name, PolicyArn=policy)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return key["AccessKeyId"], key["SecretAccessKey"]


def enrol(practice, iam, user, device="phone"):
    """Makes and enables a virtual device; returns (serial, seed)."""
    made = iam.create_virtual_mfa_device(VirtualMFADeviceName=device)["VirtualMFADevice"]
    seed = made["Base32StringSeed"].decode()
    iam.enable_mfa_device(
        UserName=user, SerialNumber=made["SerialNumber"],
        AuthenticationCode1=practice.code(seed, -1), AuthenticationCode2=practice.code(seed),
    )
    return made["SerialNumber"], seed


# Root.


def test_root_identity(practice):
    identity = practice.client("sts").get_caller_identity()
    assert identity["Arn"] == f"arn:aws:iam::{practice.account}:root"
    assert identity["UserId"] == identity["Account"] == practice.account
    user = practice.client("iam").get_user()["User"]
    assert "UserName" not in user and user["Arn"] == identity["Arn"]


def test_root_summary_follows_the_keys(practice):
    iam = practice.client("iam")
    flags = iam.get_account_summary()["SummaryMap"]
    assert flags["AccountAccessKeysPresent"] == 1
    assert flags["AccountMFAEnabled"] == 0 and flags["AccountPasswordPresent"] == 1
    second = practice.root["second_access_key_id"]
    iam.update_access_key(AccessKeyId=second, Status="Inactive")
    assert iam.get_account_summary()["SummaryMap"]["AccountAccessKeysPresent"] == 1
    admin = practice.client("iam", *administrator(practice))
    iam.delete_access_key(AccessKeyId=second)
    assert admin.get_account_summary()["SummaryMap"]["AccountAccessKeysPresent"] == 1
    iam.delete_access_key(AccessKeyId=practice.root_key)
    assert admin.get_account_summary()["SummaryMap"]["AccountAccessKeysPresent"] == 0
    assert refused(iam.list_access_keys)[0] == "InvalidClientTokenId"


def test_root_keys_are_root_s_only(practice):
    iam = practice.client("iam")
    listed = [key["AccessKeyId"] for key in iam.list_access_keys()["AccessKeyMetadata"]]
    assert listed == [practice.root_key, practice.root["second_access_key_id"]]
    assert refused(iam.create_access_key)[:2] == ("LimitExceeded", 409)
    iam.delete_access_key(AccessKeyId=listed[1])
    assert iam.create_access_key()["AccessKey"]["AccessKeyId"].startswith("AKIA")
    assert refused(iam.list_access_keys, UserName="root")[:2] == ("NoSuchEntity", 404)
    admin = practice.client("iam", *administrator(practice))
    code, status, _ = refused(admin.delete_access_key, AccessKeyId=practice.root_key)
    assert (code, status) == ("NoSuchEntity", 404)


def test_inactive_root_key_does_not_sign(practice):
    practice.client("iam").update_access_key(AccessKeyId=practice.root_key, Status="Inactive")
    assert refused(practice.client("sts").get_caller_identity)[0] == "InvalidClientTokenId"


def test_root_row_of_the_credential_report(practice):
    iam = practice.client("iam")
    assert refused(iam.get_credential_report)[:2] == ("ReportNotPresent", 410)
    assert iam.generate_credential_report()["State"] == "STARTED"
    assert refused(iam.get_credential_report)[:2] == ("ReportInProgress", 404)
    practice.clock(advance=3)
    header, root = iam.get_credential_report()["Content"].decode().split("\n")
    row = dict(zip(header.split(","), root.split(",")))
    assert row["user"] == "<root_account>" and row["access_key_1_active"] == "true"
    assert row["mfa_active"] == "false" and len(header.split(",")) == 22
    iam.create_user(UserName="late")
    assert iam.generate_credential_report()["State"] == "COMPLETE"
    assert b"late" not in iam.get_credential_report()["Content"]  # four hours old is good enough
    practice.clock(advance=4 * 3600)
    root_client = practice.client("iam")
    root_client.meta.events.register("before-sign.iam", _sign_at(practice))
    assert refused(root_client.get_credential_report)[:2] == ("ReportExpired", 410)


def _sign_at(practice):
    """Lets boto3 sign by the practice clock: it has no setting for a wrong clock."""
    import botocore.auth
    import datetime

    offset = practice.clock()["offset"]

    def patch(**_):
        now = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
        moment = now + datetime.timedelta(seconds=offset)
        botocore.auth.get_current_datetime = lambda: moment

    return patch


@pytest.fixture(autouse=True)
def _botocore_clock():
    import botocore.auth

    original = botocore.auth.get_current_datetime
    yield
    botocore.auth.get_current_datetime = original


# Codes.


def test_totp_rfc_vectors():
    for seconds, expected in ((59, "287082"), (1111111109, "081804"), (20000000000, "353130")):
        assert totp.code(RFC_SEED, seconds // 30) == expected


def test_enrolment_takes_two_consecutive_codes(practice):
    iam = practice.client("iam")
    iam.create_user(UserName="alice")
    made = iam.create_virtual_mfa_device(VirtualMFADeviceName="phone")["VirtualMFADevice"]
    assert made["QRCodePNG"].startswith(b"\x89PNG")
    seed, serial = made["Base32StringSeed"].decode(), made["SerialNumber"]
    wrong = [(-2, 0), (0, -1), (0, 0)]
    for first, second in wrong:
        code, status, text = refused(
            iam.enable_mfa_device, UserName="alice", SerialNumber=serial,
            AuthenticationCode1=practice.code(seed, first),
            AuthenticationCode2=practice.code(seed, second),
        )
        assert (code, status) == ("InvalidAuthenticationCode", 403)
        assert text == "Authentication code for device is not valid."
    assert practice.state()["users"]["alice"]["mfa_devices"] == []
    iam.enable_mfa_device(
        UserName="alice", SerialNumber=serial,
        AuthenticationCode1=practice.code(seed, -1), AuthenticationCode2=practice.code(seed),
    )
    assert [d["SerialNumber"] for d in iam.list_mfa_devices(UserName="alice")["MFADevices"]] == [
        serial]
    listed = iam.list_virtual_mfa_devices(AssignmentStatus="Assigned")["VirtualMFADevices"]
    assert listed[0]["User"]["UserName"] == "alice"
    assert "Base32StringSeed" not in listed[0] and "QRCodePNG" not in listed[0]
    assert refused(iam.delete_virtual_mfa_device, SerialNumber=serial)[0] == "DeleteConflict"
    assert refused(iam.delete_user, UserName="alice")[0] == "DeleteConflict"


def test_enrolment_keeps_the_phone_s_clock_error(practice):
    iam = practice.client("iam")
    key, secret = administrator(practice)
    made = iam.create_virtual_mfa_device(VirtualMFADeviceName="late")["VirtualMFADevice"]
    seed, serial = made["Base32StringSeed"].decode(), made["SerialNumber"]
    iam.enable_mfa_device(
        UserName="alice", SerialNumber=serial,
        AuthenticationCode1=practice.code(seed, 93), AuthenticationCode2=practice.code(seed, 94),
    )
    sts = practice.client("sts", key, secret)
    text = refused(sts.get_session_token, SerialNumber=serial, TokenCode=practice.code(seed))[2]
    assert text == "MultiFactorAuthentication failed with invalid MFA one time pass code. "
    sts.get_session_token(SerialNumber=serial, TokenCode=practice.code(seed, 95))


def test_nine_tries_in_three_minutes(practice):
    iam = practice.client("iam")
    iam.create_user(UserName="alice")
    made = iam.create_virtual_mfa_device(VirtualMFADeviceName="phone")["VirtualMFADevice"]
    seed, serial = made["Base32StringSeed"].decode(), made["SerialNumber"]
    now = practice.clock()["now"]
    practice.clock(advance=180 - now % 180 + 1)  # the start of a window
    iam = practice.client("iam")
    for _ in range(9):
        assert refused(
            iam.enable_mfa_device, UserName="alice", SerialNumber=serial,
            AuthenticationCode1="000000", AuthenticationCode2="000000",
        )[0] == "InvalidAuthenticationCode"
    good = dict(
        UserName="alice", SerialNumber=serial,
        AuthenticationCode1=practice.code(seed, -1), AuthenticationCode2=practice.code(seed),
    )
    assert refused(iam.enable_mfa_device, **good)[0] == "AccessDenied"
    practice.clock(advance=180)
    iam.meta.events.register("before-sign.iam", _sign_at(practice))
    iam.enable_mfa_device(**good)


def test_hardware_token(practice):
    iam = practice.client("iam")
    iam.create_user(UserName="alice")
    practice.control("hardware", {"serial": "GAHT12345678", "seed": RFC_SEED})
    iam.enable_mfa_device(
        UserName="alice", SerialNumber="GAHT12345678",
        AuthenticationCode1=practice.code(RFC_SEED), AuthenticationCode2=practice.code(RFC_SEED, 1),
    )
    assert iam.list_virtual_mfa_devices()["VirtualMFADevices"] == []
    assert iam.get_account_summary()["SummaryMap"]["MFADevicesInUse"] == 1


def test_root_cannot_be_enrolled_by_api(practice):
    import botocore.session

    session = botocore.session.get_session()
    iam = session.create_client(
        "iam", region_name="us-east-1", endpoint_url=practice.url,
        aws_access_key_id=practice.root_key, aws_secret_access_key=practice.root_secret,
        config=botocore.config.Config(parameter_validation=False),
    )
    made = iam.create_virtual_mfa_device(VirtualMFADeviceName="root")["VirtualMFADevice"]
    seed, serial = made["Base32StringSeed"].decode(), made["SerialNumber"]
    codes = dict(SerialNumber=serial, AuthenticationCode1=practice.code(seed, -1),
                 AuthenticationCode2=practice.code(seed))
    assert refused(iam.enable_mfa_device, **codes)[:2] == ("ValidationError", 400)
    for name in ("", "AWS ROOT USER"):
        assert refused(iam.enable_mfa_device, UserName=name, **codes)[0] == "ValidationError"
    assert refused(iam.enable_mfa_device, UserName="root", **codes)[0] == "NoSuchEntity"


def test_own_devices_need_a_session_with_mfa(practice):
    """AWS-2023-001."""
    key, secret = administrator(practice)
    iam = practice.client("iam", key, secret)
    serial, seed = enrol(practice, iam, "alice")
    assert refused(iam.deactivate_mfa_device, UserName="alice", SerialNumber=serial)[0] == (
        "AccessDenied")
    session = practice.client("sts", key, secret).get_session_token(
        SerialNumber=serial, TokenCode=practice.code(seed))["Credentials"]
    strong = practice.client("iam", session["AccessKeyId"], session["SecretAccessKey"],
                             session["SessionToken"])
    strong.deactivate_mfa_device(UserName="alice", SerialNumber=serial)
    iam.delete_virtual_mfa_device(SerialNumber=serial)


# Sessions.


def test_session_token_with_mfa(practice):
    key, secret = administrator(practice)
    serial, seed = enrol(practice, practice.client("iam"), "alice")
    sts = practice.client("sts", key, secret)
    code = practice.code(seed)
    session = sts.get_session_token(SerialNumber=serial, TokenCode=code)["Credentials"]
    mine = (session["AccessKeyId"], session["SecretAccessKey"], session["SessionToken"])
    assert practice.client("iam", *mine).get_user()["User"]["UserName"] == "alice"
    assert refused(sts.get_session_token, SerialNumber=serial, TokenCode=code)[2].startswith(
        "MultiFactorAuthentication failed with invalid")
    assert refused(practice.client("sts", *mine).get_session_token)[0] == "AccessDenied"
    wrong_token = practice.client("iam", mine[0], mine[1], "x" * 40)
    assert refused(wrong_token.get_user)[0] == "InvalidClientTokenId"
    practice.clock(advance=43201)
    late = practice.client("iam", *mine)
    late.meta.events.register("before-sign.iam", _sign_at(practice))
    assert refused(late.get_user)[0] == "ExpiredToken"


def test_session_token_without_mfa_cannot_call_iam(practice):
    key, secret = administrator(practice)
    session = practice.client("sts", key, secret).get_session_token()["Credentials"]
    mine = (session["AccessKeyId"], session["SecretAccessKey"], session["SessionToken"])
    assert practice.client("sts", *mine).get_caller_identity()["Arn"].endswith(":user/alice")
    assert refused(practice.client("iam", *mine).list_users)[1] == 403


def test_root_session_lasts_an_hour(practice):
    session = practice.client("sts").get_session_token()["Credentials"]
    left = session["Expiration"].timestamp() - practice.clock()["now"]
    assert 3590 < left <= 3601
    assert refused(
        practice.client("sts").assume_role,
        RoleArn=f"arn:aws:iam::{practice.account}:role/any", RoleSessionName="me",
    )[0] == "AccessDenied"


# Signatures and the model.


def test_wrong_secret(practice):
    wrong = "x" * 40
    for service, call, code in (
        ("iam", "list_users", "SignatureDoesNotMatch"),
        ("s3", "list_buckets", "SignatureDoesNotMatch"),
        ("cloudtrail", "describe_trails", "InvalidSignatureException"),
    ):
        client = practice.client(service, practice.root_key, wrong)
        assert refused(getattr(client, call))[0] == code
    assert [each["kind"] for each in practice.violations()] == ["signature"] * 3


def test_unknown_key(practice):
    for service, call, code in (
        ("iam", "list_users", "InvalidClientTokenId"),
        ("s3", "list_buckets", "InvalidAccessKeyId"),
        ("cloudtrail", "describe_trails", "UnrecognizedClientException"),
    ):
        client = practice.client(service, "AKIAUNKNOWNUNKNOWN00", "x" * 40)
        assert refused(getattr(client, call))[0] == code


def test_clock_skew(practice):
    practice.clock(advance=600)
    code, status, text = refused(practice.client("sts").get_caller_identity)
    assert (code, status) == ("SignatureDoesNotMatch", 403) and "Signature expired" in text
    practice.client("s3").list_buckets()  # S3 allows fifteen minutes
    practice.clock(advance=600)
    assert refused(practice.client("s3").list_buckets)[:2] == ("RequestTimeTooSkewed", 403)
    practice.clock(offset=-400)
    assert "not yet current" in refused(practice.client("sts").get_caller_identity)[2]


def post(practice, body, headers=None):
    """An unsigned or hand-made request; (status, body)."""
    request = urllib.request.Request(practice.url + "/", data=body, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=20) as reply:
            return reply.status, reply.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def signed(practice, body, service="iam", region="us-east-1", **more_headers):
    """Headers of a form request that botocore has signed."""
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    form = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8", **more_headers}
    request = AWSRequest("POST", practice.url + "/", headers=form, data=body)
    credentials = Credentials(practice.root_key, practice.root_secret)
    SigV4Auth(credentials, service, region).add_auth(request)
    return dict(request.headers)


def test_unsigned(practice):
    status, body = post(practice, b"Action=ListUsers&Version=2010-05-08")
    assert status == 403 and b"MissingAuthenticationToken" in body


def test_changed_body_and_foreign_region(practice):
    body = b"Action=GetUser&Version=2010-05-08"
    assert post(practice, body, signed(practice, body))[0] == 200
    status, reply = post(practice, body + b"&UserName=x", signed(practice, body))
    assert status == 403 and b"SignatureDoesNotMatch" in reply
    # A loopback address stands for no Region: clients sign for the one they are configured for.
    assert post(practice, body, signed(practice, body, region="eu-west-1"))[0] == 200
    for foreign in ("cn-north-1", "aws-global", "nowhere"):
        status, reply = post(practice, body, signed(practice, body, region=foreign))
        assert status == 403 and b"SignatureDoesNotMatch" in reply


def test_percent_encoded_form_is_accepted(practice):
    body = b"Action=CreateUser&Version=2010-05-08&UserName=al%2eice"
    assert post(practice, body, signed(practice, body))[0] == 200
    assert list(practice.state()["users"]) == ["al.ice"]


def test_model_violations_are_recorded(practice):
    for body in (
        b"Action=CreateUser&Version=2010-05-08",
        b"Action=CreateUser&Version=2010-05-08&UserName=a%20b",
        b"Action=CreateUser&Version=2010-05-08&UserName=" + b"a" * 65,
        b"Action=CreateUser&Version=2010-05-08&UserName=ok&Nonsense=1",
        b"Action=UpdateAccountPasswordPolicy&Version=2010-05-08&MinimumPasswordLength=5",
        b"Action=UpdateAccountPasswordPolicy&Version=2010-05-08&RequireSymbols=True",
    ):
        status, reply = post(practice, body, signed(practice, body))
        assert status == 400 and b"<Code>ValidationError</Code>" in reply, body
    assert len(practice.violations()) == 6
    assert {each["kind"] for each in practice.violations()} == {"model"}
    assert practice.state()["users"] == {}


def test_unknown_json_member_and_enum(practice):
    body = json.dumps({"Name": "t", "Bogus": 1}).encode()
    target = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.StartLogging"
    headers = signed(practice, body, "cloudtrail", **{"X-Amz-Target": target})
    headers["Content-Type"] = "application/x-amz-json-1.1"
    headers = signed(practice, body, "cloudtrail", **{
        "X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.1"})
    status, reply = post(practice, body, headers)
    assert status == 400 and json.loads(reply)["__type"] == "ValidationException"
    assert "unknown member Bogus" in practice.violations()[0]["detail"]


def test_what_moto_lacks_is_loud(practice):
    code, status, _ = refused(practice.client("iam").list_organizations_features)
    assert status == 501
    assert practice.violations()[0]["kind"] == "unimplemented"


# IAM's strictness.


def test_password_rules(practice):
    iam = practice.client("iam")
    iam.create_user(UserName="alice")
    assert refused(iam.create_login_profile, UserName="alice", Password="short")[:2] == (
        "PasswordPolicyViolation", 400)
    made = iam.create_login_profile(
        UserName="alice", Password="good-Password-1", PasswordResetRequired=True)
    assert made["LoginProfile"]["PasswordResetRequired"] is True
    iam.update_login_profile(UserName="alice", PasswordResetRequired=False)
    assert iam.get_login_profile(UserName="alice")["LoginProfile"]["PasswordResetRequired"] is False
    iam.update_account_password_policy(MinimumPasswordLength=14, PasswordReusePrevention=24)
    policy = iam.get_account_password_policy()["PasswordPolicy"]
    assert "MaxPasswordAge" not in policy and policy["AllowUsersToChangePassword"] is False
    assert refused(
        iam.update_login_profile, UserName="alice", Password="good-Password-1"
    )[0] == "PasswordPolicyViolation"


def test_password_switch_lets_users_change_it(practice):
    iam = practice.client("iam")
    iam.create_user(UserName="alice")
    iam.create_login_profile(UserName="alice", Password="good-Password-1")
    key = iam.create_access_key(UserName="alice")["AccessKey"]
    alice = practice.client("iam", key["AccessKeyId"], key["SecretAccessKey"])
    change = dict(OldPassword="good-Password-1", NewPassword="new-Password-2")
    assert refused(alice.change_password, **change)[:2] == ("AccessDenied", 403)
    iam.update_account_password_policy(MinimumPasswordLength=8, AllowUsersToChangePassword=True)
    assert refused(alice.change_password, OldPassword="x", NewPassword="y")[0] == "AccessDenied"
    alice.change_password(**change)
    assert refused(iam.change_password, **change)[0] == "InvalidUserType"


def test_renamed_user_keeps_device_and_password(practice):
    iam = practice.client("iam")
    iam.create_user(UserName="alice")
    iam.create_login_profile(UserName="alice", Password="good-Password-1")
    serial, _ = enrol(practice, iam, "alice")
    iam.update_user(UserName="alice", NewUserName="bob")
    assert iam.list_mfa_devices(UserName="bob")["MFADevices"][0]["SerialNumber"] == serial
    assert refused(
        iam.create_login_profile, UserName="bob", Password="x")[0] == "EntityAlreadyExists"


def test_assumed_role(practice):
    iam = practice.client("iam")
    trust = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": practice.account}}]}
    arn = iam.create_role(
        RoleName="auditor", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    iam.attach_role_policy(RoleName="auditor", PolicyArn="arn:aws:iam::aws:policy/SecurityAudit")
    sts = practice.client("sts", *administrator(practice))
    assert refused(sts.assume_role, RoleArn=arn + "x", RoleSessionName="s1")[0] == "AccessDenied"
    session = sts.assume_role(RoleArn=arn, RoleSessionName="s1")["Credentials"]
    mine = (session["AccessKeyId"], session["SecretAccessKey"], session["SessionToken"])
    identity = practice.client("sts", *mine).get_caller_identity()
    assert identity["Arn"].endswith(":assumed-role/auditor/s1")
    assert len(practice.client("iam", *mine).list_users()["Users"]) == 1
    assert refused(practice.client("iam", *mine).create_user, UserName="x")[0] == "AccessDenied"


def test_alias_rules(practice):
    iam = practice.client("iam")
    assert refused(iam.create_account_alias, AccountAlias="taken-corp")[0] == "EntityAlreadyExists"
    iam.create_account_alias(AccountAlias="first-name")
    iam.create_account_alias(AccountAlias="second-name")
    assert iam.list_account_aliases()["AccountAliases"] == ["second-name"]
    assert refused(iam.delete_account_alias, AccountAlias="first-name")[0] == "NoSuchEntity"


def test_delete_conflicts(practice):
    iam = practice.client("iam")
    administrator(practice)
    iam.create_group(GroupName="g")
    iam.add_user_to_group(GroupName="g", UserName="alice")
    assert refused(iam.delete_group, GroupName="g")[:2] == ("DeleteConflict", 409)
    assert refused(iam.delete_user, UserName="alice")[:2] == ("DeleteConflict", 409)


def test_user_names_and_pages(practice):
    iam = practice.client("iam")
    for number in range(5):
        iam.create_user(UserName=f"user{number}")
    assert refused(iam.create_user, UserName="USER1")[0] == "EntityAlreadyExists"
    pages = list(iam.get_paginator("list_users").paginate(PaginationConfig={"PageSize": 2}))
    assert [len(page["Users"]) for page in pages] == [2, 2, 1]
    assert pages[0]["Users"][0]["UserId"].startswith("AIDA")


def test_permissions_boundary(practice):
    iam = practice.client("iam")
    key, secret = administrator(practice)
    reader = "arn:aws:iam::aws:policy/IAMReadOnlyAccess"
    iam.put_user_permissions_boundary(UserName="alice", PermissionsBoundary=reader)
    shown = iam.get_user(UserName="alice")["User"]["PermissionsBoundary"]
    assert shown["PermissionsBoundaryArn"] == reader
    details = iam.get_account_authorization_details(Filter=["User"])["UserDetailList"]
    assert details[0]["PermissionsBoundary"]["PermissionsBoundaryArn"] == reader
    alice = practice.client("iam", key, secret)
    alice.list_users()
    assert refused(alice.create_user, UserName="x")[0] == "AccessDenied"


# Late visibility, faults, the clock, the journal.


def test_late_visibility(practice):
    practice.visibility(10)
    iam = practice.client("iam")
    iam.create_group(GroupName="admins")
    iam.create_user(UserName="alice")
    assert iam.list_users()["Users"] == [] and iam.list_groups()["Groups"] == []
    assert refused(iam.get_user, UserName="alice")[0] == "NoSuchEntity"
    assert refused(iam.create_access_key, UserName="alice")[0] == "NoSuchEntity"
    practice.clock(advance=11)
    assert iam.list_users()["Users"][0]["UserName"] == "alice"
    key = iam.create_access_key(UserName="alice")["AccessKey"]
    alice = practice.client("sts", key["AccessKeyId"], key["SecretAccessKey"])
    assert refused(alice.get_caller_identity)[0] == "InvalidClientTokenId"
    practice.clock(advance=11)
    assert alice.get_caller_identity()["Arn"].endswith(":user/alice")
    policy = "arn:aws:iam::aws:policy/AdministratorAccess"
    iam.attach_group_policy(GroupName="admins", PolicyArn=policy)
    iam.add_user_to_group(GroupName="admins", UserName="alice")
    assert iam.list_attached_group_policies(GroupName="admins")["AttachedPolicies"] == []
    assert iam.get_group(GroupName="admins")["Users"] == []
    as_alice = practice.client("iam", key["AccessKeyId"], key["SecretAccessKey"])
    assert refused(as_alice.list_users)[0] == "AccessDenied"
    practice.clock(advance=11)
    assert len(as_alice.list_users()["Users"]) == 1


def test_new_device_is_late_for_sts(practice):
    key, secret = administrator(practice)
    practice.visibility(10)
    serial, seed = enrol(practice, practice.client("iam"), "alice")
    sts = practice.client("sts", key, secret)
    text = refused(sts.get_session_token, SerialNumber=serial, TokenCode=practice.code(seed))[2]
    assert text.startswith("MultiFactorAuthentication failed, unable to validate MFA code.")
    practice.clock(advance=11)
    sts.get_session_token(SerialNumber=serial, TokenCode=practice.code(seed))


def test_faults(practice):
    iam = practice.client("iam")
    practice.faults(
        {"service": "iam", "action": "ListUsers", "nth": 2, "kind": "throttle"},
        {"service": "s3", "kind": "503"},
        {"service": "iam", "action": "CreateUser", "kind": "reset-after-effect"},
        {"service": "sts", "kind": "close"},
    )
    iam.list_users()
    assert refused(iam.list_users)[:2] == ("Throttling", 400)
    iam.list_users()
    assert refused(practice.client("s3").list_buckets)[1] == 503
    body = b"Action=CreateUser&Version=2010-05-08&UserName=bob"
    with pytest.raises((ConnectionResetError, http.client.RemoteDisconnected)):
        post(practice, body, signed(practice, body))
    assert list(practice.state()["users"]) == ["bob"]
    body = b"Action=GetCallerIdentity&Version=2011-06-15"
    with pytest.raises((http.client.RemoteDisconnected, urllib.error.URLError)):
        post(practice, body, signed(practice, body, "sts"))
    assert post(practice, body, signed(practice, body, "sts"))[0] == 200


def test_journal_has_no_secret(practice):
    iam = practice.client("iam")
    iam.create_user(UserName="alice")
    reply = iam.create_login_profile(UserName="alice", Password="good-Password-1")
    records = practice.journal()
    assert [(each["n"], each["action"], each["class"]) for each in records] == [
        (1, "CreateUser", "write"), (2, "CreateLoginProfile", "write")]
    assert records[1]["request_id"] == reply["ResponseMetadata"]["RequestId"]
    assert records[1]["params"]["Password"] == "***"
    assert "good-Password-1" not in json.dumps(records) + json.dumps(practice.state())
    assert records[0]["principal"].endswith(":root") and records[0]["error"] is None


def test_reset_is_fast_and_complete(practice):
    administrator(practice)
    practice.client("s3").create_bucket(Bucket="a-bucket")
    started = time.monotonic()
    practice.reset()
    assert time.monotonic() - started < 1.5
    state = practice.state()
    assert state["users"] == {} and state["buckets"] == {} and practice.journal() == []
    practice.client("s3").create_bucket(Bucket="a-bucket")


def test_used_scenario(practice):
    practice.reset("used")
    state = practice.state()
    assert state["alias"] == "used-corp" and len(state["root"]["access_keys"]) == 1
    bob = state["users"]["bob"]
    assert bob["console"] and bob["groups"] == ["Developers"] and bob["mfa_devices"] == []
    assert list(bob["inline_policies"]) == ["own-notes"]
    trail = practice.client("cloudtrail").describe_trails()["trailList"][0]
    assert trail["Name"] == "old-trail" and not trail["IsMultiRegionTrail"]
    assert practice.client("cloudtrail").get_trail_status(Name="old-trail")["IsLogging"]
    policy = practice.client("s3").get_bucket_policy(Bucket=trail["S3BucketName"])["Policy"]
    assert "PartnerRead" in [one["Sid"] for one in json.loads(policy)["Statement"]]
    keys = practice.users["bob"]
    as_bob = practice.client("iam", keys["access_key_id"], keys["secret_access_key"])
    assert as_bob.get_user()["User"]["UserName"] == "bob"
    assert practice.violations() == []


def test_tls_and_journal_file(tmp_path):
    cert, key, journal = (str(tmp_path / name) for name in ("cert.pem", "key.pem", "journal"))
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
         "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert],
        check=True, capture_output=True)
    server = Practice("--tls", cert, key, "--journal", journal, "--account", "111122223333")
    try:
        sts = server.client("sts", verify=cert)
        assert sts.get_caller_identity()["Arn"] == "arn:aws:iam::111122223333:root"
    finally:
        assert server.stop() == 0
    with open(journal, encoding="utf-8") as lines:
        assert [json.loads(line)["action"] for line in lines] == ["GetCallerIdentity"]


# The console page.


def as_root(practice, **more):
    browser = practice.browser()
    browser.open("/console/signin/root", email=practice.root["email"],
                 password="practice-root-password", **more)
    return browser


def assign_root_device(practice, browser, name="root-phone"):
    browser.open("/console/iam/security_credentials/mfa/create", device_name=name)
    return browser.value("serial"), browser.text("secret")


def test_console_assigns_root_s_device(practice):
    browser = as_root(practice)
    assert browser.at == "/console/home" and "root user" in browser.text("who")
    serial, seed = assign_root_device(practice, browser)
    assert "data:image/png;base64," in browser.page
    at = "/console/iam/security_credentials/mfa/assign"
    browser.open(at, serial=serial, code1=practice.code(seed), code2=practice.code(seed, -1))
    assert browser.status == 403 and browser.text("secret") == seed
    iam = practice.client("iam")
    assert iam.get_account_summary()["SummaryMap"]["AccountMFAEnabled"] == 0
    browser.open(at, serial=serial, code1=practice.code(seed, -1), code2=practice.code(seed))
    assert serial in browser.page and browser.status == 200
    assert iam.get_account_summary()["SummaryMap"]["AccountMFAEnabled"] == 1
    listed = iam.list_virtual_mfa_devices()["VirtualMFADevices"]
    assert [device["User"]["Arn"] for device in listed] == [f"arn:aws:iam::{practice.account}:root"]
    assert iam.list_mfa_devices()["MFADevices"][0]["SerialNumber"] == serial
    assert as_root(practice).status == 403
    assert as_root(practice, mfa=practice.code(seed, 1)).at == "/console/home"


def test_console_left_setup_leaves_no_device(practice):
    browser = as_root(practice)
    first, _ = assign_root_device(practice, browser, "one")
    second, _ = assign_root_device(practice, browser, "two")
    assert list(practice.state()["mfa_devices"]) == [second] and first != second


def test_console_root_keys_and_billing(practice):
    browser = as_root(practice)
    at = "/console/iam/security_credentials/keys/"
    browser.open(at + "delete", id=practice.root_key)
    assert len(practice.state()["root"]["access_keys"]) == 2  # an active key is not deleted
    browser.open(at + "deactivate", id=practice.root_key)
    browser.open(at + "delete", id=practice.root_key)
    assert len(practice.state()["root"]["access_keys"]) == 1
    browser.open("/console/billing", access="on")
    assert "is activated" in browser.text("billing") and practice.state()["billing_switch"]


def test_console_pages_of_root_need_root(practice):
    assert practice.browser().open("/console/billing") and not practice.state()["billing_switch"]
    practice.browser().open("/console/billing", access="on")
    assert not practice.state()["billing_switch"]


def test_console_iam_user_with_reset_and_mfa(practice):
    iam = practice.client("iam")
    iam.create_user(UserName="alice")
    password = "good-Password-1"
    iam.create_login_profile(UserName="alice", Password=password, PasswordResetRequired=True)
    sign_in = dict(account=practice.account, username="alice")
    browser = practice.browser()
    browser.open("/console/signin/iam", password="wrong", **sign_in)
    assert browser.status == 403
    browser.open("/console/signin/iam", password=password, **sign_in)
    assert browser.at == "/console/reset"
    change = dict(old_password=password, new_password="new-Password-2", confirm="new-Password-2")
    browser.open("/console/reset", **change)
    assert "iam:ChangePassword" in browser.text("error")
    iam.update_account_password_policy(AllowUsersToChangePassword=True, MinimumPasswordLength=8)
    browser.open("/console/reset", **change)
    assert browser.at == "/console/home" and "without MFA" in browser.text("who")
    _, seed = enrol(practice, iam, "alice")
    sign_in["password"] = "new-Password-2"
    browser = practice.browser()
    browser.open("/console/signin/iam", **sign_in)
    assert browser.status == 403
    iam.create_account_alias(AccountAlias="some-corp")
    sign_in["account"] = "some-corp"
    browser.open("/console/signin/iam", mfa=practice.code(seed), **sign_in)
    assert "with MFA" in browser.text("who")
