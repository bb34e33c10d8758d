# SPDX-License-Identifier: MIT
"""rootlock undo: what one section changed in a used account is put back, and nothing else."""

import pytest
from rootlock import Phone, Rootlock

SECTIONS = {
    "password_policy": {},
    "sign_in_link": {"alias": "new-name", "replace": True},
    "trail": {},
    "billing_report": {},
}
ALONE = {"trail": {"adopt": False, "bucket": "own-trail-logs"}}


# SSE-S3 is on for every bucket and cannot be taken off (S3 User Guide, "Setting default
# server-side encryption behavior"): a seeded bucket without says the same.
SSE_S3 = {"Rule": {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"},
                   "BucketKeyEnabled": "false"}}


def comparable(state):
    """The state, with what means the same, or cannot be put back, written one way."""
    for bucket in state["buckets"].values():
        # Once enabled, versioning can be suspended but never be switched off again (S3 User
        # Guide, "Using versioning in S3 buckets").
        if bucket["versioning"] is None:
            bucket["versioning"] = "Suspended"
        # A bucket without ownership controls is an ObjectWriter one (S3 User Guide,
        # "Controlling ownership of objects").
        bucket["ownership"] = bucket["ownership"] or "ObjectWriter"
        bucket["encryption"] = bucket["encryption"] or SSE_S3
    for trail in state["trails"].values():
        # UpdateTrail takes a key away by an empty KmsKeyId.
        trail["kms_key"] = trail["kms_key"] or None
    if state["password_policy"]:
        # Without HardExpiry it is false (IAM API, UpdateAccountPasswordPolicy).
        state["password_policy"].setdefault("hard_expiry", False)
    return state


@pytest.fixture
def tool(practice, tmp_path):
    practice.reset("used")
    return Rootlock(practice, tmp_path)


def there_and_back(tool, section, answers):
    before = tool.practice.state()
    outcome = tool.apply({section: answers})
    assert outcome.code == 0, outcome.err
    assert tool.practice.state() != before
    outcome = tool.undo("--only", section)
    assert outcome.code == 0, outcome.err
    assert {step["outcome"] for step in outcome.data["steps"]} == {"done"}
    after = tool.practice.state()
    assert comparable(after) == comparable(before)
    assert tool.practice.violations() == []


@pytest.mark.parametrize("section", SECTIONS)
def test_section(tool, section):
    there_and_back(tool, section, SECTIONS[section])


def test_a_trail_of_our_own(tool):
    """Beside the old one: created whole, taken away whole."""
    there_and_back(tool, "trail", ALONE["trail"])


def test_only_takes_one_section(tool):
    before = tool.practice.state()
    sections = {name: SECTIONS[name] for name in ("password_policy", "sign_in_link")}
    assert tool.apply(sections).code == 0
    assert tool.undo("--only", "sign_in_link").code == 0
    after = tool.practice.state()
    assert after["alias"] == before["alias"]
    assert after["password_policy"] != before["password_policy"]
    assert tool.undo("--only", "password_policy.policy").code == 0
    assert comparable(tool.practice.state()) == comparable(before)


def test_all_of_a_run(tool):
    before = tool.practice.state()
    assert tool.apply(SECTIONS).code == 0
    outcome = tool.undo()
    assert outcome.code == 0, outcome.err
    assert comparable(tool.practice.state()) == comparable(before)


def test_a_run_by_its_id(tool):
    before = tool.practice.state()
    first = tool.apply({"sign_in_link": SECTIONS["sign_in_link"]}).data["run"]
    assert tool.apply({"password_policy": {}}).code == 0
    second = tool.practice.state()
    assert tool.undo(first).code == 0
    after = tool.practice.state()
    assert after["alias"] == before["alias"]
    assert after["password_policy"] == second["password_policy"]


def test_twice_changes_nothing_more(tool):
    assert tool.apply({"password_policy": {}}).code == 0
    assert tool.undo().code == 0
    writes = tool.writes()
    assert tool.undo().code == 0
    assert tool.writes() == writes


def test_nothing_to_undo(tool):
    outcome = tool.undo()
    assert outcome.code == 252
    assert "no run" in outcome.err
    assert tool.writes() == []


def test_asks_before_it_begins(tool):
    """Without --yes and without a terminal nothing is undone."""
    assert tool.apply({"password_policy": {}}).code == 0
    changed, writes = tool.practice.state(), tool.writes()
    assert tool.run("undo").code not in (0, 3)
    assert tool.practice.state() == changed
    assert tool.writes() == writes


def test_a_device_of_somebody_else_stays(tool, tmp_path):
    """Undo takes off the MFA device that the run enrolled, not one that was added since."""
    phone = Phone(tool.practice, tmp_path)
    outcome = tool.apply({"user_mfa": {"users": ["bob"], "require_mfa": False}},
                         "--mfa-codes-from", phone.command)
    assert outcome.code == 0, outcome.err
    iam, practice = tool.practice.client("iam"), tool.practice
    other = iam.create_virtual_mfa_device(VirtualMFADeviceName="bobs-own")["VirtualMFADevice"]
    seed = other["Base32StringSeed"].decode()
    iam.enable_mfa_device(UserName="bob", SerialNumber=other["SerialNumber"],
                          AuthenticationCode1=practice.code(seed),
                          AuthenticationCode2=practice.code(seed, 1))
    outcome = tool.undo("--only", "user_mfa")
    assert outcome.code == 0, outcome.err
    left = iam.list_mfa_devices(UserName="bob")["MFADevices"]
    assert [device["SerialNumber"] for device in left] == [other["SerialNumber"]]
    assert len(iam.list_virtual_mfa_devices()["VirtualMFADevices"]) == 1
