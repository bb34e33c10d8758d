# SPDX-License-Identifier: MIT
"""An account that others set up (scenario used): what fails is fixed, what they made stays."""

import json

import pytest
from practice_account.policy_eval import Ask, Caller, authorize
from rootlock import Person, Rootlock, planned

PARTNER = "444455556666"
TAKES_AWAY = ("Delete", "Detach", "Remove", "Deactivate", "Stop", "Disable")


@pytest.fixture
def tool(practice, tmp_path):
    practice.reset("used")
    return Rootlock(practice, tmp_path)


def everything(tool, **more):
    """One answers file for all screens; consent to move policies and to delete root's key."""
    sections = {
        "root_mfa": {}, "password_policy": {},
        "admin_group": {"move_to_groups": True},
        "admin_user": {"name": "alice", "credentials_csv": str(tool.home / "alice.csv")},
        "user_mfa": {"users": ["bob", "alice"],
                     "require_groups": ["Administrators", "bob-access"]},
        "sign_in_link": {}, "trail": {}, "billing_report": {"billing_access": True},
        "root_keys": {"delete": [tool.practice.root_key]}, "hand_over": {},
    }
    sections.update(more)
    return {name: fields for name, fields in sections.items() if fields is not None}


def remediate(tool, phone, sections):
    person = Person(tool.practice)
    person.start()
    outcome = tool.apply(sections, "--mfa-codes-from", phone.command,
                         "--wait-for-person", "60")
    person.done()
    return outcome


def takes_away(tool):
    return [(call["action"], *map(str, call["params"].values()))
            for call in tool.practice.journal() if call["action"].startswith(TAKES_AWAY)]


def test_what_fails_is_fixed_and_the_rest_stays(tool, phone):
    practice, before = tool.practice, tool.practice.state()
    root, policies = practice.root_key, "arn:aws:iam::aws:policy/"
    red = {check for check, status in tool.verdicts().items() if status != "pass"}
    assert len(red) == 9
    plan = tool.plan(everything(tool))
    outcome = remediate(tool, phone, everything(tool))
    assert outcome.code == 0, outcome.err
    made = [call for call in tool.writes() if call != ("sts", "GetSessionToken")]
    assert made == planned(plan)
    assert takes_away(tool) == [
        ("DetachUserPolicy", "bob", policies + "AdministratorAccess"),
        ("DeleteUserPolicy", "bob", "own-notes"),
        ("DetachUserPolicy", "ci", policies + "AmazonS3ReadOnlyAccess"),
        ("DeleteAccessKey", root)]
    check_others_things(before, practice.state())
    check_report(outcome, tool, phone)
    assert practice.violations() == []


def check_others_things(before, after):
    """Each is still there, and means what it meant."""
    assert after["alias"] == before["alias"]
    assert list(after["trails"]) == list(before["trails"])
    assert set(before["buckets"]) < set(after["buckets"]) and len(after["buckets"]) == 2
    assert after["groups"]["Developers"] == before["groups"]["Developers"]
    for name, old in before["users"].items():
        new = after["users"][name]
        assert new["access_keys"] == old["access_keys"]
        assert new["console"] == old["console"]
        assert set(new["groups"]) == {*old["groups"], f"{name}-access"}
        group = after["groups"][f"{name}-access"]
        assert group["members"] == [name]
        assert group["attached_policies"] == old["attached_policies"]
        assert old["inline_policies"].items() <= group["inline_policies"].items()
    check_bucket(before, after)


def check_bucket(before, after):
    """The policy was merged into: the partner's statement stands and still lets him read."""
    name = f"used-logs-{before['account']}"
    old, new = (state["buckets"][name]["policy"]["Statement"] for state in (before, after))
    foreign = [statement for statement in old if statement["Sid"] == "PartnerRead"]
    assert [statement for statement in new if statement["Sid"] == "PartnerRead"] == foreign
    assert len({statement["Sid"] for statement in new}) == len(new)
    assert may_read(after, name, PARTNER, f"arn:aws:iam::{PARTNER}:root")
    assert may_read(after, name, PARTNER, f"arn:aws:iam::{PARTNER}:user/auditor")
    assert not may_read(after, name, "777788889999", "arn:aws:iam::777788889999:root")


def may_read(state, bucket, account, arn):
    caller = Caller(arn=arn, account=account)
    key = f"arn:aws:s3:::{bucket}/AWSLogs/x.json.gz"
    ask = Ask("s3:GetObject", key, caller, {
        "aws:SecureTransport": "true", "aws:PrincipalArn": arn, "aws:PrincipalAccount": account,
        "aws:PrincipalIsAWSService": "false"})
    anything = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    return bool(authorize(ask, identity=[anything], resource=state["buckets"][bucket]["policy"]))


def check_report(outcome, tool, phone):
    """Every check is green, as the new administrator sees it; a second run has nothing to do."""
    practice, row = tool.practice, (tool.home / "alice.csv").read_text().splitlines()[1]
    sts = practice.client("sts", *row.split(",")[2:4])
    made = sts.get_session_token(SerialNumber=f"arn:aws:iam::{practice.account}:mfa/alice",
                                 TokenCode=phone.code())["Credentials"]
    tool.sign_in(made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"])
    assert set(tool.verdicts().values()) <= {"pass", "not_applicable"}
    writes = tool.writes()
    again = tool.apply(everything(tool), "--mfa-codes-from", phone.command)
    assert again.code == 0, again.err
    assert planned(again) == [] and tool.writes() == writes


def test_without_consent_nothing_is_taken_off(tool, phone):
    """No move_to_groups, no key of root named: people keep every right, by the same road."""
    before = tool.practice.state()
    sections = everything(tool, admin_group={}, root_keys={}, hand_over=None)
    sections["user_mfa"].pop("require_groups")
    outcome = remediate(tool, phone, sections)
    assert outcome.code == 4  # root keeps its key: that is left, and said
    left = [step["step"] for step in outcome.data["steps"] if step["outcome"] != "done"]
    assert left == ["prove"]
    assert takes_away(tool) == []
    after = tool.practice.state()
    assert after["root"]["access_keys"] == before["root"]["access_keys"]
    assert set(after["groups"]) == {"Administrators", "Developers"}
    for name, old in before["users"].items():
        assert {**after["users"][name], "mfa_devices": []} == old
    verdicts = tool.verdicts()
    assert verdicts["group-permissions"] == verdicts["root-access-keys"] == "fail"


def test_without_yes_nothing_at_all(tool, phone):
    """A plan is not consent, and neither is a terminal that is not there."""
    before = tool.practice.state()
    outcome = tool.run("apply", "--answers", tool.answers(everything(tool)))
    assert outcome.code != 0
    assert tool.writes() == []
    assert tool.practice.state() == before


def test_a_statement_without_a_sid_stays(tool):
    """Merging goes by Sid; what has none cannot be one of ours."""
    s3, bucket = tool.practice.client("s3"), f"used-logs-{tool.practice.account}"
    policy = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])
    foreign = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{PARTNER}:root"},
               "Action": "s3:ListBucket", "Resource": f"arn:aws:s3:::{bucket}"}
    policy["Statement"].append(foreign)
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
    outcome = tool.apply({"trail": {}})
    assert outcome.code == 0, outcome.err
    after = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"]
    assert foreign in after and policy["Statement"][2] in after
