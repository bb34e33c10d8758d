# SPDX-License-Identifier: MIT
"""Renewal of access keys: the new one is saved and proven before the old one goes."""

import os

import pytest
from rootlock import Rootlock, credentials, planned

DAY = 86400


@pytest.fixture
def tool(practice, tmp_path):
    practice.reset("used")
    return Rootlock(practice, tmp_path)


@pytest.fixture
def iam(tool):
    return tool.practice.client("iam")


@pytest.fixture
def old(tool):
    return tool.practice.users["bob"]["access_key_id"]


def keys(iam, user="bob"):
    return {key["AccessKeyId"]: key["Status"]
            for key in iam.list_access_keys(UserName=user)["AccessKeyMetadata"]}


def ids(tool):
    """Bob's keys, however far the practice account's clock has gone."""
    return {key["id"] for key in tool.practice.state()["users"]["bob"]["access_keys"]}


def section(tool, **fields):
    return {"user_mfa": {"require_mfa": False, "keys_directory": str(tool.home), **fields}}


def saved(tool, old, user="bob"):
    return tool.home / f"{user}_instead_of_{old}.csv"


def steps(outcome):
    return {step["step"]: step["outcome"] for step in outcome.data["steps"]}


def reasons(outcome):
    return {step["step"]: step["reason"] for step in outcome.data["steps"]}


def works(practice, row):
    sts = practice.client("sts", row["Access key ID"], row["Secret access key"])
    return sts.get_caller_identity()["Arn"].endswith(f":user/{row['User name']}")


def renew(tool, old):
    """Plan and apply agree."""
    sections = section(tool, rotate_keys=[old])
    plan = tool.plan(sections)
    before = len(tool.writes())
    outcome = tool.apply(sections)
    assert outcome.code == 0, outcome.out + outcome.err
    assert tool.writes()[before:] == planned(plan)
    assert tool.practice.violations() == []
    return outcome


def test_renew(tool, iam, old):
    renew(tool, old)
    row = credentials(saved(tool, old))
    assert os.stat(saved(tool, old)).st_mode & 0o777 == 0o600
    assert row["User name"] == "bob" and row["Password"] == ""
    assert keys(iam) == {old: "Inactive", row["Access key ID"]: "Active"}
    assert works(tool.practice, row)
    journal = next(tool.state.rglob("journal")).read_text()
    assert row["Secret access key"] not in journal


def test_renew_again_changes_nothing(tool, iam, old):
    renew(tool, old)
    writes = tool.writes()
    assert tool.apply(section(tool, rotate_keys=[old])).code == 0
    assert tool.plan(section(tool, rotate_keys=[old])).code == 0
    assert tool.writes() == writes


def test_undo(tool, iam, old):
    before = tool.practice.state()["users"]
    renew(tool, old)
    outcome = tool.undo()
    assert outcome.code == 0, outcome.err
    assert tool.practice.state()["users"] == before
    # Undone is undone: the same file renews the key anew; the dead key's file gives way.
    renew(tool, old)
    assert works(tool.practice, credentials(saved(tool, old)))


def test_own_key(tool, iam, old):
    """Who signs with the old key goes on with the new one."""
    bob = tool.practice.users["bob"]
    tool.sign_in(bob["access_key_id"], bob["secret_access_key"])
    outcome = tool.apply(section(tool, rotate_keys=[old]))
    assert outcome.code == 0, outcome.out + outcome.err
    row = credentials(saved(tool, old))
    assert keys(iam) == {old: "Inactive", row["Access key ID"]: "Active"}
    tool.sign_in(row["Access key ID"], row["Secret access key"])
    assert tool.undo("--only", "user_mfa.old_key").code == 0
    assert keys(iam)[old] == "Active"


# Two keys are the most.


def test_no_room(tool, iam, old):
    """Nothing is deleted that was not named."""
    other = iam.create_access_key(UserName="bob")["AccessKey"]["AccessKeyId"]
    before = keys(iam)
    writes = tool.writes()
    outcome = tool.apply(section(tool, rotate_keys=[old]))
    assert outcome.code == 4
    assert other in reasons(outcome)["new_key"]
    assert {step["verdict"] for step in outcome.data["steps"]} == {"blocked"}
    assert keys(iam) == before
    assert tool.writes() == writes


def test_room_is_made_with_consent(tool, iam, old):
    other = iam.create_access_key(UserName="bob")["AccessKey"]["AccessKeyId"]
    outcome = tool.apply(section(tool, rotate_keys=[old], delete_keys=[other]))
    assert outcome.code == 0, outcome.out + outcome.err
    row = credentials(saved(tool, old))
    assert keys(iam) == {old: "Inactive", row["Access key ID"]: "Active"}


def test_a_key_in_use_makes_no_room(tool, iam, old):
    other = iam.create_access_key(UserName="bob")["AccessKey"]
    tool.practice.client("sts", other["AccessKeyId"],
                         other["SecretAccessKey"]).get_caller_identity()
    outcome = tool.apply(section(tool, rotate_keys=[old], delete_keys=[other["AccessKeyId"]]))
    assert outcome.code == 4
    assert steps(outcome)["spare_key"] == "left"
    assert keys(iam) == {old: "Active", other["AccessKeyId"]: "Active"}


# Deleting.


def test_an_unused_key_is_deleted_at_once(tool, iam, old):
    outcome = tool.apply(section(tool, rotate_keys=[old], delete_keys=[old]))
    assert outcome.code == 0, outcome.out + outcome.err
    assert list(keys(iam)) == [credentials(saved(tool, old))["Access key ID"]]
    # The old key cannot be had back, so undo keeps the new one.
    outcome = tool.undo()
    assert steps(outcome) == {"delete_key": "left", "old_key": "failed", "new_key": "failed"}
    assert len(keys(iam)) == 1
    writes = tool.writes()
    assert tool.apply(section(tool, rotate_keys=[old], delete_keys=[old])).code == 0
    assert tool.writes() == writes


def test_a_key_in_use_is_deleted_a_day_later(tool, iam, old):
    bob = tool.practice.users["bob"]
    tool.practice.client("iam", old, bob["secret_access_key"]).list_users()
    tool.practice.clock(advance=120)
    sections = section(tool, rotate_keys=[old], delete_keys=[old])
    outcome = tool.apply(sections)
    assert steps(outcome) == {"new_key": "done", "old_key": "done", "delete_key": "left"}
    assert keys(iam)[old] == "Inactive"
    tool.practice.clock(advance=DAY + 60)
    outcome = tool.apply(sections)
    assert outcome.code == 0, outcome.out + outcome.err
    assert ids(tool) == {credentials(saved(tool, old))["Access key ID"]}


def test_a_key_used_after_its_successor_stays(tool, iam, old):
    bob = tool.practice.users["bob"]
    tool.practice.faults({"service": "iam", "action": "UpdateAccessKey", "kind": "500",
                          "nth": 1, "times": 50})
    assert tool.apply(section(tool, rotate_keys=[old])).code == 4
    tool.practice.faults()
    tool.practice.clock(advance=180)
    tool.practice.client("iam", old, bob["secret_access_key"]).list_users()
    outcome = tool.apply(section(tool, rotate_keys=[old], delete_keys=[old]))
    assert steps(outcome)["delete_key"] == "left"
    tool.practice.clock(advance=40 * DAY)
    outcome = tool.apply(section(tool, rotate_keys=[old], delete_keys=[old]))
    assert steps(outcome)["delete_key"] == "left"
    assert "successor" in reasons(outcome)["delete_key"]
    assert old in ids(tool)


# Interrupted.


def test_lost_answer(tool, iam, old):
    """The key whose secret was lost on the way is deleted and made again."""
    tool.practice.faults({"service": "iam", "action": "CreateAccessKey",
                          "kind": "reset-after-effect"})
    outcome = tool.apply(section(tool, rotate_keys=[old]))
    assert outcome.code == 0, outcome.out + outcome.err
    row = credentials(saved(tool, old))
    assert keys(iam) == {old: "Inactive", row["Access key ID"]: "Active"}
    assert works(tool.practice, row)


def test_lost_before_it_was_saved(tool, iam, old):
    """As if killed between the call and the file: the next run clears up."""
    tool.practice.faults(
        {"service": "iam", "action": "CreateAccessKey", "kind": "reset-after-effect"},
        {"service": "iam", "action": "ListAccessKeys", "kind": "500", "nth": 4, "times": 200})
    outcome = tool.apply(section(tool, rotate_keys=[old]))
    assert outcome.code == 4
    tool.practice.faults()
    assert sorted(keys(iam).values()) == ["Active", "Active"]
    plan = tool.plan(section(tool, rotate_keys=[old]))
    assert planned(plan) == [("iam", "DeleteAccessKey"), ("iam", "CreateAccessKey"),
                             ("iam", "UpdateAccessKey")]
    renew(tool, old)
    row = credentials(saved(tool, old))
    assert keys(iam) == {old: "Inactive", row["Access key ID"]: "Active"}


def test_saved_but_not_proven(tool, iam, old):
    """The old key stays until the saved one is proven; it is not made twice."""
    tool.practice.faults({"service": "sts", "action": "GetCallerIdentity", "kind": "500",
                          "nth": 2, "times": 200})
    outcome = tool.apply(section(tool, rotate_keys=[old]))
    assert outcome.code == 4
    tool.practice.faults()
    row = credentials(saved(tool, old))
    assert keys(iam) == {old: "Active", row["Access key ID"]: "Active"}
    renew(tool, old)
    assert tool.writes().count(("iam", "CreateAccessKey")) == 1
    assert credentials(saved(tool, old)) == row
    assert keys(iam)[old] == "Inactive"
    outcome = tool.undo()
    assert outcome.code == 0, outcome.err
    assert keys(iam) == {old: "Active"}


def test_a_file_in_the_way(tool, iam, old):
    """It is not ours: nothing is made."""
    saved(tool, old).write_text("precious")
    outcome = tool.apply(section(tool, rotate_keys=[old]))
    assert outcome.code == 4
    assert saved(tool, old).read_text() == "precious"
    assert keys(iam) == {old: "Active"}
    assert tool.writes() == []


# Answers.


def test_no_directory(tool, old):
    outcome = tool.apply({"user_mfa": {"require_mfa": False, "rotate_keys": [old]}})
    assert outcome.code == 252
    assert "keys_directory" in outcome.err
    assert tool.writes() == []


def test_no_key(tool):
    outcome = tool.apply(section(tool, rotate_keys=["alice's key"]))
    assert outcome.code == 252
    assert "rotate_keys" in outcome.err


def test_late_visibility(tool, iam, old):
    tool.practice.visibility(8)
    renew(tool, old)
    tool.practice.visibility(0)
    assert works(tool.practice, credentials(saved(tool, old)))
