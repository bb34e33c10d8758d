# SPDX-License-Identifier: MIT
"""user_mfa without a terminal: devices out of step, lost, left over."""

import pytest
from rootlock import Rootlock, planned


@pytest.fixture
def tool(practice, tmp_path):
    practice.reset("used")
    return Rootlock(practice, tmp_path)


@pytest.fixture
def iam(tool):
    return tool.practice.client("iam")


def make(iam, name):
    """A virtual device that nobody holds: (serial, seed)."""
    made = iam.create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]
    return made["SerialNumber"], made["Base32StringSeed"].decode()


def enrol(practice, iam, user, name):
    serial, seed = make(iam, name)
    iam.enable_mfa_device(UserName=user, SerialNumber=serial,
                          AuthenticationCode1=practice.code(seed, -1),
                          AuthenticationCode2=practice.code(seed))
    return serial, seed


def held(iam, user):
    return [device["SerialNumber"] for device in iam.list_mfa_devices(UserName=user)["MFADevices"]]


def virtual(iam):
    return {d["SerialNumber"] for d in iam.list_virtual_mfa_devices()["VirtualMFADevices"]}


def section(**fields):
    return {"user_mfa": {"require_mfa": False, **fields}}


def showing(*codes):
    return "sh -c 'cat >/dev/null; echo " + " ".join(codes) + "'"


def apply(tool, sections, *args):
    """All that is planned is done, and nothing else."""
    plan = tool.plan(sections)
    assert plan.code == 3, plan.out + plan.err
    before = len(tool.writes())
    outcome = tool.apply(sections, *args)
    assert outcome.code == 0, outcome.out + outcome.err
    assert tool.writes()[before:] == planned(plan)
    assert tool.practice.violations() == []
    return outcome


def refused(tool, sections, *args):
    outcome = tool.apply(sections, *args)
    assert outcome.code == 4, outcome.out + outcome.err
    return {step["step"]: step for step in outcome.data["steps"]}


# Out of step.


def test_resync(tool, iam):
    """A token whose clock is an hour off opens sessions again."""
    practice = tool.practice
    serial, seed = enrol(practice, iam, "bob", "drifted")
    away = 120  # steps of half a minute
    codes = [practice.code(seed, away - 1), practice.code(seed, away)]
    apply(tool, section(resync=[serial]), "--mfa-codes-from", showing(*codes))
    assert ("iam", "ResyncMFADevice") in tool.writes()
    key = iam.create_access_key(UserName="bob")["AccessKey"]
    practice.clock(advance=30)
    sts = practice.client("sts", key["AccessKeyId"], key["SecretAccessKey"])
    assert sts.get_session_token(SerialNumber=serial, TokenCode=practice.code(seed, away))


@pytest.mark.parametrize("steps, sent", [((0, 0), 0), ((0, 5), 1), ((1, 0), 1)],
                         ids=["same", "gap", "swapped"])
def test_resync_with_wrong_codes(tool, iam, steps, sent):
    """The same code twice is not even sent."""
    serial, seed = enrol(tool.practice, iam, "bob", "drifted")
    tool.practice.clock(advance=90)  # codes later than those that enrolled it
    codes = [tool.practice.code(seed, n) for n in steps]
    step = refused(tool, section(resync=[serial]), "--mfa-codes-from", showing(*codes))["resync"]
    assert step["outcome"] == "failed"
    assert tool.writes().count(("iam", "ResyncMFADevice")) == sent
    assert "same" in step["error"]["message"] or "one right after the other" in step["error"][
        "message"]


def test_resync_of_a_device_that_nobody_has(tool):
    serial = f"arn:aws:iam::{tool.practice.account}:mfa/gone"
    assert refused(tool, section(resync=[serial]))["resync"]["verdict"] == "blocked"
    assert tool.writes() == []


# Lost.


def test_replace(tool, iam, phone):
    """The new one is enrolled before the old one goes; again, there is nothing to do."""
    serial, _ = enrol(tool.practice, iam, "bob", "bob")
    sections = section(replace=[serial])
    apply(tool, sections, "--mfa-codes-from", phone.command)
    made = [action for _, action in tool.writes()]
    assert made[-4:] == ["CreateVirtualMFADevice", "EnableMFADevice", "DeactivateMFADevice",
                         "DeleteVirtualMFADevice"]
    new = f"arn:aws:iam::{tool.practice.account}:mfa/bob-2"
    assert held(iam, "bob") == [new]
    assert virtual(iam) == {new}
    writes = tool.writes()
    assert tool.apply(sections, "--mfa-codes-from", phone.command).code == 0
    assert tool.writes() == writes


def test_replace_keeps_the_old_one_without_a_new_one(tool, iam):
    serial, _ = enrol(tool.practice, iam, "bob", "bob")
    before = tool.practice.state()["mfa_devices"]
    steps = refused(tool, section(replace=[serial]), "--mfa-codes-from",
                    showing("123456", "654321"))
    assert steps["enrol"]["outcome"] == steps["replace"]["outcome"] == "failed"
    assert "no other device" in steps["replace"]["error"]["message"]
    assert tool.practice.state()["mfa_devices"] == before
    assert held(iam, "bob") == [serial]


def test_replace_one_of_two(tool, iam):
    """Who has another device needs no new one."""
    lost, _ = enrol(tool.practice, iam, "bob", "lost")
    other, _ = enrol(tool.practice, iam, "bob", "other")
    apply(tool, section(replace=[lost]))
    assert held(iam, "bob") == [other]
    assert virtual(iam) == {other}


def test_replace_is_not_undone_to_nothing(tool, iam, phone):
    """The lost device cannot be put back, so the new one is the only way in: it stays."""
    serial, _ = enrol(tool.practice, iam, "bob", "bob")
    apply(tool, section(replace=[serial]), "--mfa-codes-from", phone.command)
    outcome = tool.undo()
    assert {s["step"]: s["outcome"] for s in outcome.data["steps"]} == {
        "replace": "left", "enrol": "failed"}
    assert len(held(iam, "bob")) == 1


def test_eight_devices_are_the_most(tool, iam):
    serials = [enrol(tool.practice, iam, "bob", f"d{n}")[0] for n in range(8)]
    steps = refused(tool, section(replace=serials))
    assert steps["enrol"]["verdict"] == "blocked"
    assert sorted(held(iam, "bob")) == sorted(serials)


# Left over.


def test_remove(tool, iam):
    """Only what is listed; undo says that it cannot be had back."""
    gone, _ = make(iam, "gone")
    stays, _ = make(iam, "stays")
    sections = section(remove=[gone])
    apply(tool, sections)
    assert virtual(iam) == {stays}
    assert tool.apply(sections).code == 0
    outcome = tool.undo()
    assert [step["outcome"] for step in outcome.data["steps"]] == ["left"]
    assert virtual(iam) == {stays}


def test_a_device_in_use_is_not_removed(tool, iam):
    serial, _ = enrol(tool.practice, iam, "bob", "bob")
    assert refused(tool, section(remove=[serial]))["remove"]["verdict"] == "blocked"
    assert tool.writes().count(("iam", "DeleteVirtualMFADevice")) == 0
    assert held(iam, "bob") == [serial]
