# SPDX-License-Identifier: MIT
"""user_mfa in a real terminal: a device out of step, a key renewed, the old one deleted."""

import os
import re

import pytest
from rootlock import credentials
from terminal import Terminal
from test_wizard import PROGRAM, Person, environment, fill, sign_in


@pytest.fixture
def person(practice, tmp_path):
    practice.reset("used")
    os.chmod(tmp_path, 0o700)
    terminal = Terminal([PROGRAM], environment(practice, tmp_path))
    yield Person(terminal)
    terminal.close()


@pytest.fixture
def seed(practice):
    """Of the device that bob has."""
    iam = practice.client("iam")
    made = iam.create_virtual_mfa_device(VirtualMFADeviceName="bob")["VirtualMFADevice"]
    seed = made["Base32StringSeed"].decode()
    iam.enable_mfa_device(UserName="bob", SerialNumber=made["SerialNumber"],
                          AuthenticationCode1=practice.code(seed, -1),
                          AuthenticationCode2=practice.code(seed))
    return seed


def to_field(person, label):
    for _ in range(30):
        if re.search(rf"› {re.escape(label)}", person.t.screen()):
            return
        person.press("Tab")
    raise AssertionError(f"no field {label}:\n{person.t.screen()}")


def mark_first(person, label):
    to_field(person, label)
    person.press("Enter")
    person.t.wait("Search:")
    person.press("Space", "Enter")
    person.t.wait(f"› {label} +[^( ]")


def test_resync_renew_delete(practice, person, seed, tmp_path):
    old = practice.users["bob"]["access_key_id"]
    sign_in(person)
    person.item("MFA for every user")
    to_field(person, "Require MFA")
    person.press("Space")
    for label in ("Devices out of step", "Access keys to renew", "Access keys to delete"):
        mark_first(person, label)
    fill(person, "Directory for new keys", str(tmp_path))
    person.to_button("Review the changes")
    person.t.wait("Nothing has been changed yet. 4 calls")
    person.to_button("Apply: make")

    person.t.wait("a row of bob's device bob:")
    same = practice.code(seed, 5)
    person.t.type(same + same)
    person.press("Enter")
    person.t.wait("Both codes are the same")
    assert "ResyncMFADevice" not in [call["action"] for call in practice.journal()]
    person.t.type(practice.code(seed, 5) + practice.code(seed, 6))
    person.press("Enter")

    screen = person.t.wait("The new access key")
    row = credentials(tmp_path / f"bob_instead_of_{old}.csv")
    assert row["Access key ID"] in screen and row["Secret access key"] not in screen
    to_tick = re.search(r"\[ \] I have stored", screen)
    assert to_tick
    person.press("Enter")
    person.t.wait(r"\[x\] I have stored")
    person.to_button("Continue")

    screen = person.t.wait(f"Delete the access key {old[:8]}|It is deleted for good", 60)
    person.t.type(old[-4:])
    person.to_button("Delete it")
    screen = person.t.wait("read again", 60)
    assert "failed" not in screen, screen
    keys = practice.state()["users"]["bob"]["access_keys"]
    assert [key["id"] for key in keys] == [row["Access key ID"]]
    assert practice.violations() == []
    # What has been done is not asked for again.
    person.press("Enter")
    person.item("MFA for every user")
    assert re.search(r"Devices out of step +\(none\)", person.t.screen())
