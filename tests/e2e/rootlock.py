# SPDX-License-Identifier: MIT
"""rootlock run without a terminal against a practice account, and the two people it needs.

``Rootlock`` runs the program. ``Phone`` is an authenticator app for --mfa-codes-from: this file,
run as a program, is the command. ``Person`` sits in front of root's console page.
"""

import csv
import json
import os
import pathlib
import shlex
import subprocess
import sys
import threading
import urllib.request
from dataclasses import dataclass

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAM = (ROOT / os.environ.get("ROOTLOCK_BUILD", "build") / "rootlock").resolve()
ROOT_PASSWORD = "practice-root-password"  # as the console page itself says
CSV_COLUMNS = ["User name", "Password", "Access key ID", "Secret access key",
               "Console sign-in URL"]


@dataclass
class Outcome:
    """How a run of the program ended. data: its JSON, None when there was none."""

    code: int
    out: str
    err: str
    data: dict | None = None


class Rootlock:
    """rootlock with a home directory of its own, as root of ``practice``.

    env is the whole environment, for tests to change.
    """

    def __init__(self, practice, home):
        self.practice, self.home, self.state = practice, home / "home", home / "state"
        self.home.mkdir(mode=0o700, exist_ok=True)
        self.env = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "XDG_STATE_HOME": str(self.state),
            "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": practice.url,
        }
        self.sign_in(practice.root_key, practice.root_secret)

    def sign_in(self, key, secret, token=None):
        """From now on with these keys."""
        self.env.update(AWS_ACCESS_KEY_ID=key, AWS_SECRET_ACCESS_KEY=secret)
        self.env.pop("AWS_SESSION_TOKEN", None)
        if token:
            self.env["AWS_SESSION_TOKEN"] = token

    def run(self, *args, timeout=180):
        """The program in a session of its own, so that there is no terminal to ask on."""
        done = subprocess.run([PROGRAM, *args], env=self.env, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=timeout,
                              start_new_session=True, cwd=self.home)
        try:
            data = json.loads(done.stdout)
        except ValueError:
            data = None
        return Outcome(done.returncode, done.stdout, done.stderr, data)

    def answers(self, sections):
        """The path of an answers file; sections may also be the file's text."""
        path = self.home / "answers.json"
        text = sections if isinstance(sections, str) else json.dumps({"version": 1, **sections})
        path.write_text(text)
        return str(path)

    def audit(self, *args):
        return self.run("audit", "--output", "json", *args)

    def plan(self, sections, *args):
        return self.run("plan", "--answers", self.answers(sections), "--output", "json", *args)

    def apply(self, sections, *args, **more):
        return self.run("apply", "--answers", self.answers(sections), "--yes",
                        "--output", "json", *args, **more)

    def undo(self, *args):
        return self.run("undo", "--yes", "--output", "json", *args)

    def verdicts(self, *args):
        """{check id: status}"""
        outcome = self.audit(*args)
        assert outcome.data, outcome.err
        return {check["id"]: check["status"] for check in outcome.data["checks"]}

    def writes(self):
        """(service, action) of all writing calls since the account was reset."""
        return [(call["service"], call["action"]) for call in self.practice.journal()
                if call["class"] != "read"]


def planned(outcome):
    """(service, operation) of all calls in a plan's JSON."""
    return [(call["service"], call["operation"])
            for step in outcome.data["steps"] for call in step["calls"]]


def credentials(path):
    """The single row of a credentials file as a dict."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == CSV_COLUMNS
    assert len(rows) == 2
    return dict(zip(*rows))


# The phone.


class Phone:
    """An authenticator app. command: for --mfa-codes-from. Remembers the last seed it was given
    in a file in ``place``, as an app does."""

    def __init__(self, practice, place):
        self.practice, self.memory = practice, place / "phone"
        self.command = shlex.join(
            [sys.executable, str(pathlib.Path(__file__).resolve()), practice.url,
             str(self.memory)])

    @property
    def seed(self):
        return self.memory.read_text()

    def code(self):
        """A code that has not been used yet."""
        self.practice.clock(advance=60)
        return self.practice.code(self.seed)


def _clock(url, **change):
    body = json.dumps(change).encode() if change else None
    with urllib.request.urlopen(f"{url}/practice/clock", data=body, timeout=20) as reply:
        return int(json.load(reply)["now"])


def oath(seed, now, count):
    """``count`` codes in a row from the moment ``now``, by oathtool; the seed stays off argv."""
    made = subprocess.run(
        ["oathtool", "--totp", "--base32", f"--now=@{now}", f"--window={count - 1}", "-"],
        input=seed, capture_output=True, text=True, check=True)
    return made.stdout.split()


def _show_two_codes(url, memory):
    """The code before and the code now; then a minute passes, so that the next two are new."""
    seed = sys.stdin.read().strip()
    with open(os.open(memory, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(seed)
    print(*oath(seed, _clock(url) - 30, 2))
    sys.stdout.flush()
    _clock(url, advance=60)


# The person.


class Person(threading.Thread):
    """What only root's console page does, ``after`` seconds from start(): assigns an MFA device
    to root and lets IAM users see billing."""

    def __init__(self, practice, after=0.5):
        super().__init__(daemon=True)
        self.practice, self.after, self.problem = practice, threading.Event(), None
        self.seed, self._delay = None, after

    def run(self):
        self.after.wait(self._delay)
        try:
            open_billing(self.practice)
            self.seed = assign_root_mfa(self.practice)
        except Exception as problem:  # shown by done(), in the test's own thread
            self.problem = problem

    def done(self):
        self.join(timeout=30)
        assert self.problem is None, self.problem
        assert self.seed


def _console(practice):
    browser = practice.browser()
    browser.open("/console/signin/root", email=practice.root["email"], password=ROOT_PASSWORD)
    assert browser.at == "/console/home", browser.text("error")
    return browser


def open_billing(practice):
    """Signs in to the console as root, lets IAM users and roles see billing."""
    browser = _console(practice)
    browser.open("/console/billing", access="on")
    assert browser.status == 200, browser.page


def assign_root_mfa(practice):
    """Signs in to the console as root, assigns an authenticator app; returns its seed."""
    browser = _console(practice)
    browser.open("/console/iam/security_credentials/mfa/create", device_name="root-phone")
    seed, serial = browser.text("secret"), browser.value("serial")
    now = int(practice.clock()["now"])
    code1, code2 = oath(seed, now - 30, 2)
    browser.open("/console/iam/security_credentials/mfa/assign", serial=serial, code1=code1,
                 code2=code2)
    assert browser.status == 200, browser.page
    return seed


if __name__ == "__main__":
    _show_two_codes(*sys.argv[1:])
