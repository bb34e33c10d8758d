# SPDX-License-Identifier: MIT
"""rootlock undo: what one section changed in a used account is put back, and nothing else."""

import json

import pytest
from rootlock import Person, Phone, Rootlock

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


# The screens about people.

ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"


def alice(tool, **more):
    return {"name": "alice", "groups": ["Developers"],
            "credentials_csv": str(tool.home / "alice.csv"), **more}


GROUPS = {
    "a new one": {},
    "one of others": {"name": "Developers"},
    "own policies moved": {"move_to_groups": True},
    "own policies moved, one group": {"move_to_groups": True, "move_group": "Moved",
                                      "name": "Developers"},
}


@pytest.mark.parametrize("answers", GROUPS)
def test_groups(tool, answers):
    """With one group for all only those are moved whose policies are the same."""
    before, practice = tool.practice.state(), tool.practice
    outcome = tool.apply({"admin_group": GROUPS[answers]})
    assert outcome.code == (4 if "one group" in answers else 0), outcome.err
    assert practice.state() != before
    outcome = tool.undo("--only", "admin_group")
    assert outcome.code == 0, outcome.err
    assert practice.state() == before
    assert practice.violations() == []


USERS = {
    "everything": {"new_group": "Ops", "new_group_policies": [ADMINISTRATOR],
                   "policies": [ADMINISTRATOR], "copy_from": "bob", "tags": ["team=ops"]},
    "console only": {"programmatic": False},
    "key only": {"console": False},
    "neither": {"console": False, "programmatic": False},
}


@pytest.mark.parametrize("answers", USERS)
def test_users(tool, answers):
    there_and_back(tool, "admin_user", alice(tool, **USERS[answers]))


def test_a_user_of_others_stays(tool):
    """What was added to an existing user goes; the user and his key do not."""
    there_and_back(tool, "admin_user", alice(
        tool, name="ci", groups=["Developers"], new_group="Ops", programmatic=False,
        new_group_policies=[ADMINISTRATOR]))


class Remediation:
    """One run through all screens whose steps can be undone."""

    def __init__(self, tool, place):
        self.tool, self.phone = tool, Phone(tool.practice, place)
        self.states = [tool.practice.state()]
        self.sections = {
            **SECTIONS, "admin_group": {"move_to_groups": True},
            "admin_user": alice(tool, groups=["Administrators"]),
            "user_mfa": {"users": ["bob", "alice"],
                         "require_groups": ["Administrators", "bob-access"]}}
        outcome = tool.apply(self.sections, "--mfa-codes-from", self.phone.command)
        assert outcome.code == 0, outcome.err
        self.run = outcome.data["run"]

    def undo(self, section):
        outcome = self.tool.undo(self.run, "--only", section)
        assert outcome.code == 0, outcome.err
        assert outcome.data["steps"]
        return comparable(self.tool.practice.state())


@pytest.fixture
def remediation(tool, tmp_path):
    return Remediation(tool, tmp_path)


def test_each_section_of_one_run(tool, remediation):
    """Newest first: after each undo exactly that section's part is as it was before the run."""
    before = comparable(remediation.states[0])
    after = comparable(tool.practice.state())
    for section, parts in {
        "billing_report": ["data_exports", "buckets"], "trail": ["trails", "buckets"],
        "sign_in_link": ["alias"], "user_mfa": ["mfa_devices", "users", "groups"],
        "admin_user": ["users", "groups"], "admin_group": ["users", "groups"],
        "password_policy": ["password_policy"],
    }.items():
        now = remediation.undo(section)
        assert {part for part in now if now[part] != after[part]} == set(parts)
        after = now
    assert after == before
    assert tool.practice.violations() == []


def test_mfa_of_one_run(tool, remediation):
    """Devices and the policy that requires them; users, their rights and keys stay."""
    before, full = remediation.states[0], tool.practice.state()
    assert len(full["mfa_devices"]) == 2
    now = remediation.undo("user_mfa")
    assert now["mfa_devices"] == before["mfa_devices"] == {}
    for user in full["users"].values():
        user["mfa_devices"] = []
    for group in ("Administrators", "bob-access"):
        policies = full["groups"][group]["inline_policies"]
        assert [name for name in policies if "mfa" in name.lower()]
        full["groups"][group]["inline_policies"] = {
            name: text for name, text in policies.items() if "mfa" not in name.lower()}
    full["mfa_devices"] = {}
    assert now == comparable(full)


# What is one-way, and what writes nothing.


def with_second_root_key(tool):
    """Root's second key, which somebody else uses: it is deactivated, not deleted."""
    practice = tool.practice
    made = practice.client("iam").create_access_key()["AccessKey"]
    practice.client("sts", made["AccessKeyId"], made["SecretAccessKey"]).get_caller_identity()
    return made["AccessKeyId"]


def test_a_deactivated_key_of_root_is_activated_again(tool):
    second = with_second_root_key(tool)
    before = tool.practice.state()["root"]
    sections = {"admin_group": {}, "admin_user": alice(tool, groups=["Administrators"]),
                "root_keys": {"delete": [second]}}
    outcome = tool.apply(sections)
    assert outcome.code == 4  # deletion is left for a later run
    after = tool.practice.state()
    assert [key["status"] for key in after["root"]["access_keys"]] == ["Active", "Inactive"]
    outcome = tool.undo("--only", "root_keys")
    assert outcome.code == 0, outcome.err
    assert tool.practice.state() == {**after, "root": before}


def test_a_deleted_key_of_root_is_gone(tool):
    """Said in the plan before, and again when it is asked for; nothing else is touched."""
    second = tool.practice.client("iam").create_access_key()["AccessKey"]["AccessKeyId"]
    sections = {"admin_group": {}, "admin_user": alice(tool, groups=["Administrators"]),
                "root_keys": {"delete": [second]}}
    plan = [step for step in tool.plan(sections).data["steps"] if step["step"] == "delete"]
    assert [step["undo"][:16] for step in plan] == ["Cannot be undone"]
    assert tool.apply(sections).code == 4  # the signing key stays, so root still has one
    after, writes = tool.practice.state(), len(tool.writes())
    assert [key["id"] for key in after["root"]["access_keys"]] == [tool.practice.root_key]
    outcome = tool.undo("--only", "root_keys")
    assert outcome.code == 4
    assert "cannot be" in outcome.err.lower()
    assert tool.practice.state() == after
    assert ("iam", "DeleteAccessKey") not in tool.writes()[writes:]


def test_root_mfa_is_a_persons(tool):
    """No call of AWS's assigns root a device, so none takes it off."""
    person = Person(tool.practice)
    person.start()
    outcome = tool.apply({"root_mfa": {}}, "--wait-for-person", "60")
    person.done()
    assert outcome.code == 0, outcome.err
    assert tool.writes() == []
    after = tool.practice.state()
    tool.undo()
    assert tool.practice.state() == after
    assert tool.writes() == []


def test_screens_that_write_nothing(tool):
    """The sheet and the report are files: the account is as it was."""
    before = tool.practice.state()
    sheet, report = tool.home / "sheet.txt", tool.home / "report.json"
    tool.apply({"break_glass": {"root_email": "root@example.com", "password_place": "safe",
                                "mfa_holder": "board", "file": str(sheet)},
                "hand_over": {"report": str(report)}})
    assert sheet.exists()
    assert tool.writes() == []
    assert tool.practice.state() == before
