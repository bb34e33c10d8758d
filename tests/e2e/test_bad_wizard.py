# SPDX-License-Identifier: MIT
"""Wrong answers in the wizard, at 80x24: said where they stand, kept for mending, not written."""

import os
import subprocess
import time

import pytest
from terminal import Terminal
from test_wizard import PROGRAM, Person, Phone, environment, fill, submit


class Wizard:
    """The wizard opened at one screen, signed in as root, and who sits in front of it."""

    def __init__(self, practice, home, *args, cols=80, rows=24, term="tmux-256color",
                 **environ):
        self.practice = practice
        env = environment(practice, home)
        env.update(environ)
        self.t = Terminal([PROGRAM, *args], {k: v for k, v in env.items() if v is not None},
                          cols=cols, rows=rows, term=term)
        self.person = Person(self.t)

    def sign_in(self):
        self.t.wait("Sign in with")
        self.person.to_button("Continue")
        self.t.wait("Is this the account")
        self.person.to_button("Yes, this one")
        self.t.wait("done and verified")
        self.person.press("Enter")
        return self

    def type(self, label, text):
        fill(self.person, label, text)

    def refuses(self, *words):
        """The form goes no further, says these words, and is still the form."""
        submit(self.person)
        for each in words:
            self.says(each)
        assert self.t.wait(r"\[ (Continue|Review)")

    def says(self, words, left=0):
        """The words show, wherever the lines break; what stands left of a column left out."""
        end = time.time() + 20
        while time.time() < end:
            lines = [line[left:] for line in self.t.screen().splitlines()]
            if words in " ".join(" ".join(lines).split()):
                return
            time.sleep(0.1)
        raise AssertionError(f"{words!r} did not show:\n{self.t.screen()}")

    def writes(self):
        return [call["action"] for call in self.practice.journal() if call["class"] == "write"]


@pytest.fixture
def wizard(practice, tmp_path):
    """wizard(screen, scenario) opens one; all are closed at the end."""
    os.chmod(tmp_path, 0o700)
    opened = []

    def open_at(screen, scenario="fresh"):
        practice.reset(scenario)
        opened.append(Wizard(practice, tmp_path, "wizard", screen))
        return opened[-1].sign_in()

    open_at.raw = lambda *args, **more: opened.append(
        Wizard(practice, tmp_path, *args, **more)) or opened[-1]
    yield open_at
    for each in opened:
        each.t.close()


# Fields: the message stands under the field, the text in it.

FIELDS = {
    "user with spaces": ("admin_user", "User name", "alice smith", "no spaces"),
    "user of 65": ("admin_user", "User name", "a" * 65, "at most 64 characters; this has 65"),
    "alias with capitals": ("sign_in_link", "Account alias", "Example-Corp", "small letters"),
    "alias with two hyphens": ("sign_in_link", "Account alias", "my--corp", "no two in a row"),
    "bucket with capitals": ("trail", "Bucket for the logs", "My-Logs", "lower-case letters"),
    "more days than S3 takes": ("trail", "Keep logs for", "99999", "36500"),
}


@pytest.mark.parametrize("name", FIELDS)
def test_field(wizard, name):
    screen, label, text, words = FIELDS[name]
    w = wizard(screen)
    w.t.wait("Review the changes")
    w.type(label, text)
    w.refuses(words)
    assert text[:35] in w.t.screen()
    w.person.press("Tab", "BTab")  # still there after a look at another field
    assert text[:35] in w.t.screen()
    assert w.writes() == []


def test_mended_it_goes_on(wizard):
    """The message goes when the mistake does."""
    w = wizard("sign_in_link")
    w.t.wait("Account alias")
    w.type("Account alias", "my--corp")
    w.refuses("no two in a row")
    w.type("Account alias", "my-corp")
    submit(w.person)
    w.t.wait("Nothing has been changed yet")
    assert w.writes() == []


def test_group_without_a_policy(wizard):
    w = wizard("admin_group")
    w.t.wait("Policies +AdministratorAccess")
    w.person.press("Tab", "Enter")
    w.t.wait("Search:")
    w.t.type("AdministratorAccess")
    w.t.wait("Search: AdministratorAccess +5 of")
    while not any("\u203a [x] AdministratorAccess" in line for line in w.t.screen().splitlines()):
        w.person.press("Down")
    w.person.press("Space", "Enter")
    w.t.wait(r"Policies +\(none\)")
    w.refuses("at least one")
    assert w.writes() == []


def test_new_group_without_a_policy(wizard):
    w = wizard("admin_user")
    w.t.wait("User name")
    w.type("User name", "alice")
    w.type("New group", "Ops")
    w.refuses("without a policy permits nothing")
    assert "Ops" in w.t.screen()
    assert w.writes() == []


def typed(w, first, second):
    """The form of a user with a password that is typed, sent off."""
    w.t.wait("User name")
    w.type("User name", "alice")
    w.person.press("Tab", "Tab", "Tab", "Right")
    w.t.wait("typed by you")
    w.type("The password", first)
    w.type("The password again", second)
    submit(w.person)


def test_passwords_that_differ(wizard):
    w = wizard("admin_user")
    typed(w, "Correct-Horse-1", "Correct-Horse-2")
    w.t.wait("The two passwords differ")
    assert "Horse" not in w.t.screen()
    assert w.writes() == []


def test_password_that_breaks_the_policy(wizard):
    """Said before the user is made; back in the form everything stands as typed."""
    w = wizard("admin_user")
    typed(w, "abc", "abc")
    w.t.wait("at least|characters")
    assert "Nothing has been changed yet" not in w.t.screen()
    assert w.writes() == []
    w.person.to_button("Back to the form")
    w.t.wait("User name +alice")
    w.type("The password", "Correct-Horse-1-battery")
    w.type("The password again", "Correct-Horse-1-battery")
    submit(w.person)
    w.t.wait("Nothing has been changed yet")
    assert w.writes() == []


# What only the account knows.


def test_alias_of_somebody_else(wizard):
    """AWS tells only when it is asked for: nothing is made, and the form has it still."""
    w = wizard("sign_in_link", "used")
    before = w.practice.state()
    w.t.wait("Account alias")
    w.type("Account alias", "taken-corp")
    w.person.press("Tab", "Space")
    submit(w.person)
    w.t.wait("Nothing has been changed yet")
    w.person.to_button("Apply: make")
    w.t.wait("taken-corp belongs to another", 60)
    assert w.practice.state() == before
    w.person.to_button("Back to the form")
    w.t.wait("Account alias +taken-corp")


def test_bucket_of_somebody_else(wizard):
    w = wizard("trail")
    w.t.wait("Bucket for the logs")
    w.type("Bucket for the logs", "taken-by-others")
    submit(w.person)
    w.t.wait("The name taken-by-others is taken by another AWS account")
    w.person.press("PgDn", "PgDn")
    w.t.wait("Record all management events +does not apply")
    assert w.writes() == []
    w.person.to_button("Back to the form")
    w.t.wait("Bucket for the logs +taken-by-others")


# Codes.

RIGHT = 44  # where the words beside the QR code begin
MISTAKES = {
    "equal": (0, 0, "same code twice"),
    "swapped": (0, -1, "wrong order"),
    "a gap": (-2, 0, "do not follow each other"),
    "a clock that is fast": (20, 21, "minutes fast. Set it to automatic"),
    "a clock that is slow": (-21, -20, "minutes slow. Set it to automatic"),
    "letters": ("abcdef", "ghijkl", "Two codes of six digits"),
    "too short": ("123", "456789", "Two codes of six digits"),
}


def enter_codes(w, phone, one, two):
    """Types both and checks them; what is a number is a moment of the phone's."""
    codes = [code if isinstance(code, str) else phone.code(code) for code in (one, two)]
    for label, code in zip(("Code shown now", "The one after it"), codes):
        while f"\u203a {label}" not in w.t.screen():
            w.person.press("Tab")
        w.person.press("C-u")
        w.t.type(code)
        time.sleep(0.2)
    w.person.to_button("Check")


def enabled(w):
    return w.writes().count("EnableMFADevice")


def test_wrong_codes_never_reach_aws(wizard):
    """Each mistake has its own message; the right pair then needs one call, and one only."""
    w = wizard("user_mfa", "used")
    phone = Phone(w.practice)
    w.t.wait("Users to enrol +bob")
    fill_switch(w, "Require MFA")
    submit(w.person)
    w.t.wait("Nothing has been changed yet")
    w.person.to_button("Apply: make")
    w.t.wait("Code shown now")
    phone.scan(w.t.qr())
    for one, two, words in MISTAKES.values():
        enter_codes(w, phone, one, two)
        w.says(words, RIGHT)
        assert enabled(w) == 0
    enter_codes(w, phone, -1, 0)
    w.t.wait("done and verified", 40)
    assert enabled(w) == 1
    assert len(w.practice.state()["users"]["bob"]["mfa_devices"]) == 1


def fill_switch(w, label):
    while f"\u203a {label}" not in w.t.screen():
        w.person.press("Tab")
    w.person.press("Space")


# Configuration.


def open_raw(wizard, practice, *args, **more):
    practice.reset()
    return wizard.raw(*args, **more)


def test_unknown_profile(wizard, practice):
    """As an option the program ends; in the form it is a message, and can be mended."""
    w = open_raw(wizard, practice, "--profile", "nobody")
    w.t.wait("nobody")
    assert w.t.exit_status() == 253
    w = open_raw(wizard, practice, "wizard", "trail")
    w.t.wait("Sign in with")
    w.person.press("Right")
    w.type("Profile", "nobody")
    submit(w.person)
    w.t.wait(r"The config profile \(nobody\) could not be found")
    w.person.to_button("Back to the form")
    w.t.wait("Profile +nobody")
    assert practice.journal() == []


def test_missing_region(wizard, practice):
    """The form offers one; without any it goes no further."""
    w = open_raw(wizard, practice, "wizard", "trail", AWS_REGION=None)
    w.t.wait("Region +us-east-1")
    w.type("Region", "")
    w.refuses("A Region's name, such as")
    assert practice.journal() == []


@pytest.mark.parametrize("way", ["option", "variable"])
def test_plain_http(wizard, practice, way):
    far = "http://192.0.2.1:5000"
    if way == "option":
        w = open_raw(wizard, practice, "--endpoint-url", far)
    else:
        w = open_raw(wizard, practice, AWS_ENDPOINT_URL=far)
    w.t.wait("plain http")
    assert w.t.exit_status() == 252
    assert practice.journal() == []


def test_no_network(wizard, practice):
    """Said, with what to do; there is no way on without an account, and one back."""
    w = open_raw(wizard, practice, "wizard", "trail", AWS_ENDPOINT_URL="http://127.0.0.1:1")
    w.t.wait("Sign in with")
    w.person.to_button("Continue")
    screen = w.t.wait("No answer came", 40)
    assert "Retry" in screen and "Go on without" not in screen
    w.person.to_button("Retry")
    w.t.wait("No answer came", 40)
    w.person.to_button("Back to the form")
    w.t.wait("Sign in with")
    w.person.press("C-c", "C-c")
    assert w.t.exit_status() == 130


def test_network_that_goes_away(wizard, practice):
    """In the middle: the form keeps what was typed, and goes on when it is back."""
    w = wizard("sign_in_link")
    w.t.wait("Account alias")
    w.type("Account alias", "my-corp")
    practice.faults({"service": "iam", "times": 1000, "kind": "close"})
    submit(w.person)
    w.t.wait("No answer came|Nothing has been changed yet", 60)
    if "No answer" not in w.t.screen():  # what the plan needs had been read before
        w.person.to_button("Apply: make")
        w.t.wait("No answer came", 60)
    assert practice.state()["alias"] is None
    practice.faults()
    w.person.to_button("Back to the form")
    w.t.wait("Account alias +my-corp")
    submit(w.person)
    w.t.wait("Nothing has been changed yet", 40)
    w.person.to_button("Apply: make")
    w.t.wait("done and verified", 60)
    assert practice.state()["alias"] == "my-corp"


# The terminal.


def test_small_terminal(wizard, practice):
    """At 60x20 it says so and waits; made larger, it goes on."""
    w = open_raw(wizard, practice, "wizard", "trail", cols=60, rows=20)
    assert "60 x 20" in w.t.wait("at least 80 x 24")
    assert practice.journal() == []
    w.t.tmux("resize-window", "-x", "80", "-y", "24")
    w.sign_in()
    w.t.wait("Trail name")
    w.type("Trail name", "my-trail")
    w.t.tmux("resize-window", "-x", "60", "-y", "20")
    w.t.wait("at least 80 x 24")
    w.t.tmux("resize-window", "-x", "80", "-y", "24")
    w.t.wait("Trail name +my-trail")
    assert w.writes() == []


def test_dumb_terminal(wizard, practice):
    w = open_raw(wizard, practice, term="dumb")
    w.t.wait("rootlock (apply|audit)")
    assert w.t.exit_status() == 252
    assert practice.journal() == []


def test_no_terminal(practice, tmp_path):
    done = subprocess.run([PROGRAM], env=environment(practice, tmp_path), text=True,
                          stdin=subprocess.DEVNULL, capture_output=True, start_new_session=True)
    assert done.returncode == 252
    assert "terminal" in done.stderr and "rootlock apply" in done.stderr
    assert practice.journal() == []
