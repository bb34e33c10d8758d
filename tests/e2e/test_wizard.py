# SPDX-License-Identifier: MIT
"""A person's path: the real program in a real 80x24 terminal, from a new account to green.

The "phone" knows only what is on the screen: it reads the QR code from a picture of it.
"""
import os
import re
import subprocess
import time
import urllib.parse

import pytest
from terminal import Terminal

PROGRAM = os.path.join(os.path.abspath(os.environ.get("ROOTLOCK_BUILD", "build")), "rootlock")


class Phone:
    """An authenticator app: scans a picture, shows codes by the practice account's time."""

    def __init__(self, practice):
        self.practice, self.seed = practice, None

    def scan(self, text):
        uri = urllib.parse.urlsplit(text)
        assert (uri.scheme, uri.netloc) == ("otpauth", "totp")
        self.seed = urllib.parse.parse_qs(uri.query)["secret"][0]

    def code(self, steps=0):
        at = int(self.practice.clock()["now"]) + 30 * steps
        return subprocess.run(["oathtool", "--totp", "-b", "-", "-N", f"@{at}"],
                              input=self.seed, stdout=subprocess.PIPE, text=True,
                              check=True).stdout.strip()


class Person:
    """Reads the screen, presses keys."""

    def __init__(self, terminal):
        self.t = terminal

    def press(self, *keys):
        for key in keys:
            self.t.keys(key)
            time.sleep(0.15)

    def to_button(self, label):
        """Tab until the button is in focus (reverse or bold), then press it."""
        for _ in range(40):
            if re.search(rf"\x1b\[[0-9;]*7[0-9;]*m[^\x1b]*\[ {label}[^\]]* \]|\x1b\[[0-9;]*7[0-9;]*m[^\x1b]*\[ {label} \]",
                         self.t.raw()):
                return self.press("Enter")
            self.press("Tab")
        raise AssertionError(f"no button {label}:\n{self.t.screen()}")

    def item(self, title):
        """In the checklist: go to the row with this title, open it."""
        self.t.wait("Checklist")
        self.t.tmux("send-keys", "-N", "20", "Up")
        time.sleep(0.3)
        for _ in range(30):
            wanted = rf"› .*{re.escape(title[:30])}"
            if re.search(wanted, self.t.screen()):
                time.sleep(0.3)
                if re.search(wanted, self.t.screen()):
                    self.press("Enter")
                    return self.t.wait("rootlock › (?!Checklist)")
            self.press("Down")
            time.sleep(0.1)
        raise AssertionError(f"no row {title}:\n{self.t.screen()}")


@pytest.fixture
def home(tmp_path):
    os.chmod(tmp_path, 0o700)
    return tmp_path


def environment(practice, home):
    env = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
    env.update(HOME=str(home), XDG_STATE_HOME=str(home / "state"), AWS_REGION="us-east-1",
               AWS_ENDPOINT_URL=practice.url, AWS_ACCESS_KEY_ID=practice.root_key,
               AWS_SECRET_ACCESS_KEY=practice.root_secret)
    return env


@pytest.fixture
def wizard(practice, home):
    terminal = Terminal([PROGRAM], environment(practice, home))
    yield terminal
    terminal.close()


def sign_in(person):
    person.t.wait("Welcome")
    person.to_button("Continue")
    person.t.wait("Sign in with")
    person.to_button("Continue")
    person.t.wait("Is this the account")
    person.to_button("Yes, this one")
    person.t.wait("done and verified")
    person.press("Enter")
    person.t.wait(r"Checklist[\s\S]*Delete your root access keys")


def consent(person):
    """The review page, then yes; then the result page, then on."""
    person.t.wait("Nothing has been changed yet", 30)
    person.to_button("Apply: make")
    screen = person.t.wait("read again", 90)
    assert "failed" not in screen, screen
    return screen


def test_first_screens_write_nothing(practice, wizard):
    person = Person(wizard)
    sign_in(person)
    wizard.wait("7 fail")
    assert "PRACTICE ACCOUNT" in wizard.screen()
    assert not [r for r in practice.journal() if r.get("class") == "write"]


def test_trace_spares_the_screen(practice, home):
    """--debug writes beside the journals, never over what is drawn."""
    terminal = Terminal([PROGRAM, "--debug"], environment(practice, home))
    try:
        sign_in(Person(terminal))
        terminal.wait("7 fail")
        trace = home / "state" / "rootlock" / "debug.log"
        assert not re.search(r"T\d\d:\d\d:\d\dZ", terminal.screen())
        assert re.search(r"T\d\d:\d\d:\d\dZ", trace.read_text())
        assert "GetAccountSummary" in trace.read_text()
        assert trace.stat().st_mode & 0o777 == 0o600
        assert practice.root_secret not in trace.read_text()
    finally:
        terminal.close()


def test_password_policy_turns_green(practice, wizard):
    person = Person(wizard)
    sign_in(person)
    person.item("Apply an IAM password policy")
    person.to_button("Review the changes")
    consent(person)
    person.press("Enter")
    wizard.wait(r"✓ pass +Apply an IAM password policy", 30)
    state = practice.client("iam").get_account_password_policy()["PasswordPolicy"]
    assert state["MinimumPasswordLength"] >= 14 and state["PasswordReusePrevention"] == 24


def test_root_mfa_by_qr(practice, wizard):
    """The console's secret key is pasted; the phone scans the terminal; two codes are checked."""
    browser = practice.browser()
    browser.open("/console/signin/root", email=practice.root["email"],
                 password="practice-root-password", mfa="")
    browser.open("/console/iam/security_credentials/mfa/create", device_name="phone")
    seed, serial = browser.text("secret"), browser.value("serial")
    person, phone = Person(wizard), Phone(practice)
    sign_in(person)
    person.item("Activate MFA on your root account")
    wizard.wait("Kind of device")
    person.to_button("Continue")
    wizard.wait("Secret key")
    wizard.paste(seed)
    person.press("Enter")
    wizard.wait("Code shown now")
    phone.scan(wizard.qr())
    assert phone.seed == seed.replace(" ", "")
    wizard.type(phone.code(-1))
    person.press("Enter")
    wizard.type(phone.code(0))
    person.press("Enter")
    time.sleep(0.5)
    browser.open("/console/iam/security_credentials/mfa/assign", serial=serial,
                 code1=phone.code(0), code2=phone.code(1))
    wizard.wait("done and verified|AccountMFAEnabled is 1", 40)
    assert practice.client("iam").get_account_summary()["SummaryMap"]["AccountMFAEnabled"] == 1


def test_resize_and_leave(wizard):
    person = Person(wizard)
    wizard.wait("Welcome")
    wizard.tmux("resize-window", "-x", "60", "-y", "20")
    wizard.wait("80")
    wizard.tmux("resize-window", "-x", "120", "-y", "40")
    wizard.wait("Welcome")
    person.press("C-c")
    wizard.wait("Leave rootlock")
    person.press("C-c")
    assert wizard.exit_status() == 130


def fill(person, label, text):
    """Go to the field with this label and type over what is there."""
    for _ in range(30):
        if re.search(rf"› {re.escape(label)}", person.t.screen()):
            person.press("C-u")
            person.t.type(text)
            return
        person.press("Tab")
    raise AssertionError(f"no field {label}:\n{person.t.screen()}")


def submit(person):
    """The form's first button, whatever it is called there."""
    for _ in range(40):
        if re.search(r"\x1b\[[0-9;]*7[0-9;]*m[^\x1b]*\[ (Continue|Review)", person.t.raw()):
            return person.press("Enter")
        person.press("Tab")
    raise AssertionError(f"no way on:\n{person.t.screen()}")


def fix(person, row):
    """Open a row, take the form as it stands, agree, and come back to the checklist."""
    person.item(row)
    submit(person)
    consent(person)
    person.press("Enter")
    person.t.wait("rootlock › Checklist", 30)


def test_several_fixes_in_one_session(practice, wizard, home):
    """Group, user with artefacts saved before they are shown, alias, trail: all turn green."""
    person = Person(wizard)
    sign_in(person)
    fix(person, "Apply an IAM password policy")
    fix(person, "Keep a record of every API call in a trail")
    wizard.wait(r"✓ pass +Keep a record")
    wizard.wait(r"✓ pass +Protect the bucket")
    fix(person, "Use groups to assign permissions")
    person.item("Create individual IAM users")
    fill(person, "User name", "alice")
    fill(person, "Credentials file", str(home / "alice.csv"))
    submit(person)
    person.t.wait("Nothing has been changed yet", 30)
    person.to_button("Apply: make")
    screen = wizard.wait("Credentials of the new user", 60)
    assert (home / "alice.csv").stat().st_mode & 0o777 == 0o600
    password, key, secret = (home / "alice.csv").read_text().splitlines()[1].split(",")[1:4]
    assert secret not in screen and password not in screen
    who = practice.client("sts", key, secret).get_caller_identity()
    assert who["Arn"].endswith(":user/alice")
