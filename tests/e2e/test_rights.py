# SPDX-License-Identifier: MIT
"""What the caller may not do is said before it is tried."""

import json

import pytest
from rootlock import Rootlock
from terminal import Terminal
from test_wizard import PROGRAM, Person, environment, sign_in

READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
SECTIONS = {"password_policy": {}, "admin_group": {}, "sign_in_link": {"alias": "example-corp"}}


@pytest.fixture
def tool(practice, tmp_path):
    practice.reset("fresh")
    return Rootlock(practice, tmp_path)


def user(practice, name, *policies):
    """A user with an access key: (id, secret)."""
    iam = practice.client("iam")
    iam.create_user(UserName=name)
    for arn in policies:
        iam.attach_user_policy(UserName=name, PolicyArn=arn)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return key["AccessKeyId"], key["SecretAccessKey"]


def test_auditor_is_told_and_nothing_is_tried(tool):
    user(tool.practice, "boss", ADMIN)
    tool.sign_in(*user(tool.practice, "auditor", READ_ONLY))
    before = len(tool.writes())
    plan = tool.plan(SECTIONS)
    assert plan.code == 3, plan.err
    steps = {f"{step['screen']}.{step['step']}": step for step in plan.data["steps"]}
    policy = steps["password_policy.policy"]
    assert policy["verdict"] == "blocked"
    assert "auditor may not call iam:UpdateAccountPasswordPolicy" in policy["reason"]
    assert "the root user, boss" in policy["reason"]
    assert all(step["calls"] == [] for step in steps.values())
    outcome = tool.apply(SECTIONS)
    assert outcome.code == 4
    assert len(tool.writes()) == before  # not even refused ones


def test_administrator_is_not_held_up(tool):
    tool.sign_in(*user(tool.practice, "boss", ADMIN))
    plan = tool.plan(SECTIONS)
    assert {step["verdict"] for step in plan.data["steps"]} == {"needed"}


def test_a_right_that_is_missing(tool):
    """IAM but for the password policy: one step is blocked, the others are not."""
    key = user(tool.practice, "boss", ADMIN)
    tool.practice.client("iam").put_user_policy(
        UserName="boss", PolicyName="no-rules", PolicyDocument="""{"Version": "2012-10-17",
        "Statement": [{"Effect": "Deny", "Action": "iam:UpdateAccountPasswordPolicy",
        "Resource": "*"}]}""")
    tool.sign_in(*key)
    verdicts = {step["screen"]: step["verdict"] for step in tool.plan(SECTIONS).data["steps"]}
    assert verdicts["password_policy"] == "blocked"
    assert verdicts["admin_group"] == verdicts["sign_in_link"] == "needed"


def test_wizard_says_it_on_the_screen(practice, tmp_path):
    practice.reset("fresh")
    key, secret = user(practice, "auditor", READ_ONLY)
    terminal = Terminal([PROGRAM], dict(environment(practice, tmp_path), AWS_ACCESS_KEY_ID=key,
                                        AWS_SECRET_ACCESS_KEY=secret))
    try:
        person = Person(terminal)
        sign_in(person)
        person.item("Apply an IAM password policy")
        screen = terminal.wait("may not do here", 30)
        assert "Who can: the root user" in " ".join(screen.split())
    finally:
        terminal.close()


def test_policies_of_ones_own_are_read(tool):
    """The version in force decides, of a policy that somebody made in the account."""
    iam = tool.practice.client("iam")
    arn = iam.create_policy(PolicyName="all", PolicyDocument=document("s3:Get*"))["Policy"]["Arn"]
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=document("*"), SetAsDefault=True)
    user(tool.practice, "boss", arn)
    assert tool.verdicts()["iam-user"] == "pass"
    iam.set_default_policy_version(PolicyArn=arn, VersionId="v1")
    assert tool.verdicts()["iam-user"] == "fail"


def document(action):
    return json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": action, "Resource": "*"}]})
