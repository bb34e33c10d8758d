# SPDX-License-Identifier: MIT
"""One wizard session from a new account to root locked away, by a person at 80x24.

The person reads the screen and presses keys; the phone knows only what is on the screen, the
browser only the practice console page. What is asserted at the end is what the account says to
others: boto3 makes the new administrator's MFA session, `rootlock audit` reads as him.
"""

import json
import os
import re
import subprocess
import time
from collections import Counter

import pytest
from rootlock import ROOT_PASSWORD, Rootlock, credentials
from terminal import Terminal, read_qr
from test_wizard import PROGRAM, Person, Phone, environment, fill, submit

PATIENCE = 90  # seconds for one page; two busy cores are slow
GREEN = {"pass", "not_applicable"}


class Walk:
    """The wizard, the person before it, her phone and her browser."""

    def __init__(self, practice, home):
        self.practice, self.home = practice, home
        env = environment(practice, home)
        self.t = Terminal([PROGRAM], env)
        self.person, self.browser = Person(self.t), practice.browser()
        self.root_phone, self.phone = Phone(practice), Phone(practice)
        self.waits = set()
        self.csv, self.report = home / "alice.csv", home / "report.json"

    def see(self, *words):
        """Wait for these words, in this order, wherever the lines break; returns the screen.

        Notes what the screen says about waiting meanwhile.
        """
        gaps = r"[\s\S]*".join(r"\s+".join(re.escape(w) for w in each.split()) for each in words)
        end = time.time() + PATIENCE
        while time.time() < end:
            shown = self.t.screen()
            self.waits.update(re.findall(r"^ *(Waiting\b.*?) \(\d+ s\)", shown, re.MULTILINE))
            if re.search(gaps, shown):
                return shown
            time.sleep(0.1)
        raise AssertionError(f"{words} did not show:\n{self.t.screen()}")

    def next(self, title):
        """`n` in the checklist opens the screen with this title."""
        self.see("rootlock › Checklist", "n next")
        self.person.press("n")
        return self.see(f"rootlock › {title}", "Tab move")

    def agree(self):
        """The review page, then yes."""
        self.see("Nothing has been changed yet.", "Back, change nothing")
        self.person.to_button("Apply: make")

    def done(self, *words):
        """The result page: all of it is done, these words on it; back to the checklist."""
        shown = self.see("read again", *words, "Continue")
        assert "failed" not in shown and "left for later" not in shown, shown
        self.person.press("Enter")
        self.see("rootlock › Checklist", "n next")

    def green(self, *titles):
        for title in titles:
            self.see(f"✓ pass {title}")

    def writes(self):
        return [call["action"] for call in self.practice.journal() if call["class"] != "read"]

    # The screens, in the wizard's order.

    def sign_in(self):
        self.see("rootlock › Welcome", "The root user can do everything", "Have ready", "This is")
        self.person.to_button("Continue")
        self.see("Sign in with", "the environment")
        self.person.to_button("Continue")
        self.see("Is this the account?", self.practice.account, "long-term access key of root")
        self.person.to_button("Yes, this one")
        self.see("done and verified")
        self.person.press("Enter")
        self.see("rootlock › Checklist", "✗ fail Delete your root access keys", "n next")

    def paste_root_key(self):
        """The console page's secret key goes into the wizard, which draws it."""
        self.browser.open("/console/signin/root", email=self.practice.root["email"],
                          password=ROOT_PASSWORD, mfa="")
        self.browser.open("/console/iam/security_credentials/mfa/create", device_name="safe")
        seed, serial = self.browser.text("secret"), self.browser.value("serial")
        self.next("MFA for root")
        submit(self.person)
        self.see("Show secret key", "Secret key, pasted")
        self.t.paste("the secret key")
        self.person.press("Enter")
        self.see("Secret key, pasted", "•••", "secret key")
        self.t.paste(seed)  # once more, over what was wrong
        self.person.press("Enter")
        self.see("rootlock › MFA for root ", "Code shown now")
        return seed, serial

    def root_mfa(self):
        """The phone reads the picture; two codes are checked here, the next two go to AWS."""
        seed, serial = self.paste_root_key()
        self.root_phone.scan(self.t.qr(30))
        assert self.root_phone.seed == seed
        self.two_codes(self.root_phone)
        self.see("Both codes are right", "NEXT two codes")
        self.new_code()
        self.browser.open("/console/iam/security_credentials/mfa/assign", serial=serial,
                          code1=self.root_phone.code(), code2=self.root_phone.code(1))
        assert self.browser.status == 200, self.browser.page
        self.done("AccountMFAEnabled is 1")
        self.green("Activate MFA on your root account")

    def two_codes(self, phone):
        self.t.type(phone.code(-1))
        self.see("› The one after it")
        self.t.type(phone.code())
        self.person.press("Enter")

    def new_code(self):
        """Time passes until the phones show another code; nobody moves the clock."""
        def period():
            return int(self.practice.clock()["now"]) // 30
        was = period()
        while period() == was:
            time.sleep(0.5)

    def password_policy(self):
        assert self.writes() == []  # nothing before the first consent
        shown = self.next("Password policy")
        assert re.search(r"what changes +now +afterwards", shown), shown
        submit(self.person)
        self.see("Nothing has been changed yet.")
        assert self.writes() == []
        self.agree()
        self.done("done and verified")
        self.green("Apply an IAM password policy")

    def admin_group(self):
        self.next("Administrators' group")
        submit(self.person)
        self.agree()
        self.done("done and verified")

    def admin_user(self):
        """One-time artefacts: in the file before they are on the screen, masked until asked."""
        self.next("Users")
        fill(self.person, "User name", "alice")
        fill(self.person, "Credentials file", str(self.csv))
        submit(self.person)
        self.agree()
        shown = self.see("Credentials of the new user", "shown only now", "saved already")
        row = credentials(self.csv)
        assert os.stat(self.csv).st_mode & 0o777 == 0o600
        password, secret = row["Password"], row["Secret access key"]
        assert password not in shown and secret not in shown and "•••" in shown
        self.person.press("Space")
        shown = self.see("Space hides")
        assert password in shown and secret in shown, shown
        self.person.press("Space")
        shown = self.see("Space shows them")
        assert password not in shown and secret not in shown
        self.leave_reveal()
        self.done("done and verified")
        self.green("Create individual IAM users", "Use groups to assign permissions")

    def leave_reveal(self):
        if "stored this safely" in self.t.screen():
            self.person.press("Enter", "Tab")
        self.person.press("Enter")

    def user_mfa(self):
        self.next("MFA for users")
        submit(self.person)
        self.agree()
        self.see("rootlock › MFA for alice ", "Code shown now")
        self.phone.scan(self.t.qr(30))
        self.two_codes(self.phone)
        self.see("A new code of the administrator's device")
        self.new_code()  # the codes of the enrolment are spent
        self.t.type(self.phone.code())
        self.person.press("Enter")
        self.done("done and verified")
        self.green("MFA for every user with a console password",
                   "Administrators are refused without MFA")

    def sign_in_link(self):
        self.next("Sign-in link")
        fill(self.person, "Account alias", "example-corp")
        submit(self.person)
        self.agree()
        self.done("done and verified")
        self.green("Give IAM users a sign-in link of their own")

    def trail(self):
        self.next("CloudTrail")
        self.see("AWSCloudTrailWrite20150319")
        submit(self.person)
        self.agree()
        self.done("done and verified")
        self.green("Keep a record of every API call in a trail",
                   "Protect the bucket that holds the trail's logs")

    def billing_report(self):
        self.next("Billing report")
        submit(self.person)
        self.agree()
        self.see("Let IAM users see billing", "IAM user and role access to Billing")
        self.browser.open("/console/billing", access="on")
        assert self.browser.status == 200, self.browser.page
        self.done("done and verified")
        self.green("Have a cost and usage report delivered")

    def root_keys(self):
        self.next("Root's access keys")
        keys = [key["id"] for key in self.practice.state()["root"]["access_keys"]]
        assert len(keys) == 2
        submit(self.person)
        self.agree()
        self.confirm_key(keys)
        self.see(f"Type {keys[0][-4:]}")
        self.confirm_key(keys)
        self.done("done and verified")
        self.green("Delete your root access keys")

    def confirm_key(self, keys):
        """The last four characters of the key that the page names, typed."""
        shown = self.see("is deleted for good", "Type")
        asked = [key for key in keys if key in shown]
        assert len(asked) == 1, shown
        self.t.type(asked[0][-4:])
        self.person.to_button("Delete it")
        keys.remove(asked[0])

    def break_glass(self):
        self.next("Break glass")
        self.see("Store root's password", "Root's e-mail address")
        submit(self.person)
        self.see("Are root's credentials stored?")
        self.person.to_button("Yes, all of it")
        self.done("done and verified")

    def hand_over(self):
        self.next("Hand over")
        fill(self.person, "Session report", str(self.report))
        submit(self.person)
        self.see("Leave root behind", "sign in as alice")
        self.person.to_button("It is done")
        self.done("done and verified")

    def finish(self):
        """The last look as the new administrator, then out."""
        shown = self.see("rootlock › Checklist", "n next")
        assert "alice" in shown.splitlines()[0], shown
        assert " fail" not in shown and "unknown" not in shown, shown
        self.person.press("n")
        self.see("all is as it should be", "q leaves")
        return self.leave()

    def leave(self):
        self.see("rootlock › Checklist", "n next")
        self.person.press("q")
        self.see("Leave rootlock?", "[ Stay ]")
        self.person.press("Right", "Enter")
        return self.t.exit_status(30)

    def until_users_have_mfa(self):
        for step in (self.sign_in, self.root_mfa, self.password_policy, self.admin_group,
                     self.admin_user, self.user_mfa):
            step()

    def after_users_have_mfa(self):
        for step in (self.sign_in_link, self.trail, self.billing_report, self.root_keys,
                     self.break_glass, self.hand_over):
            step()

    def as_alice(self, place):
        """rootlock in an MFA session of the new administrator, made by boto3."""
        self.practice.clock(advance=60)
        row = credentials(self.csv)
        sts = self.practice.client("sts", row["Access key ID"], row["Secret access key"])
        made = sts.get_session_token(
            SerialNumber=f"arn:aws:iam::{self.practice.account}:mfa/alice",
            TokenCode=self.phone.code())["Credentials"]
        place.mkdir()
        tool = Rootlock(self.practice, place)
        tool.sign_in(made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"])
        return tool


def check_server(practice):
    """What the server saw: nothing outside the model, no bad signature, nothing done twice."""
    assert practice.violations() == []
    calls = practice.journal()
    assert not [call for call in calls if "Signature" in (call["error"] or "")]
    done = Counter((call["service"], call["action"], json.dumps(call["params"], sort_keys=True))
                   for call in calls if call["class"] == "write" and call["status"] < 300)
    assert not [call for call, times in done.items() if times > 1]
    return done


@pytest.fixture
def walk(practice, tmp_path):
    os.chmod(tmp_path, 0o700)
    made = Walk(practice, tmp_path)
    yield made
    made.t.close()


def test_from_new_to_locked_away(walk, practice, tmp_path):
    walk.until_users_have_mfa()
    walk.after_users_have_mfa()
    assert walk.finish() == 0
    check_server(practice)
    verdicts = walk.as_alice(tmp_path / "alice").verdicts()
    assert set(verdicts.values()) <= GREEN, verdicts
    report = json.loads(walk.report.read_text())
    assert report["caller"].endswith(":user/alice")
    root = practice.state()["root"]
    assert root["access_keys"] == [] and len(root["mfa_devices"]) == 1


def test_late_visibility(walk, practice):
    """Each new thing shows after 10 s only: the waits are on the screen, nothing is made twice."""
    practice.visibility(10)
    walk.until_users_have_mfa()
    assert walk.leave() == 3  # there is more to do
    assert walk.waits
    done = check_server(practice)
    made = Counter(action for _, action, _ in done if action.startswith("Create"))
    assert set(made.values()) == {1}, made
    assert {"CreateGroup", "CreateUser", "CreateAccessKey", "CreateLoginProfile",
            "CreateVirtualMFADevice"} <= set(made)


# The picture in a real xterm.


class XTerm:
    """A tmux window shown by a real xterm on a display of its own."""

    def __init__(self, terminal, *colours):
        read, write = os.pipe()
        self.server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", "900x600x24", "-nolisten", "tcp"],
            pass_fds=(write,), stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as file:
            self.env = dict(terminal.env, DISPLAY=":" + file.readline().strip())
        terminal.tmux("set", "-g", "status", "off")
        self.xterm = subprocess.Popen(
            ["xterm", "-geometry", "80x24", *colours, "-fn",
             "-misc-fixed-medium-r-normal--20-200-75-75-c-100-iso10646-1", "-xrm",
             "XTerm*termName: xterm-256color", "-e", "tmux", "-L", terminal.socket, "attach"],
            env=self.env, stderr=subprocess.DEVNULL)

    def qr(self, path, timeout=30):
        """What zbarimg reads on a picture of the display."""
        end = time.time() + timeout
        while time.time() < end:
            subprocess.run(["import", "-window", "root", path], env=self.env, check=True)
            text = read_qr(path)
            if text:
                return text
            time.sleep(0.5)
        raise AssertionError(f"no QR code in {path}")

    def close(self):
        for process in (self.xterm, self.server):
            process.terminate()
            process.wait(10)


@pytest.mark.parametrize("colours", [("#101418", "#d0d4d8"), ("#ffffff", "#000000")],
                         ids=["dark", "light"])
def test_qr_in_xterm(walk, tmp_path, colours):
    walk.sign_in()
    seed, _ = walk.paste_root_key()
    xterm = XTerm(walk.t, "-bg", colours[0], "-fg", colours[1])
    try:
        walk.root_phone.scan(xterm.qr(str(tmp_path / "screen.png")))
    finally:
        xterm.close()
    assert walk.root_phone.seed == seed
