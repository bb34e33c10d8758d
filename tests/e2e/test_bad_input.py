# SPDX-License-Identifier: MIT
"""Wrong answers, wrong configuration: the exit status, a message that names it, no write call."""

import http.server
import json
import os
import pathlib
import pty
import subprocess
import threading

import pytest
from rootlock import PROGRAM, Rootlock

ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"


@pytest.fixture
def tool(practice, tmp_path):
    return Rootlock(practice, tmp_path)


def user(**more):
    return {"admin_user": {"name": "alice", "credentials_csv": "~/alice.csv", **more}}


def refused(tool, outcome, code, *words):
    """It ended so, said these words, and wrote nothing into the account or the home."""
    assert outcome.code == code, outcome.err
    for word in words:
        assert word in outcome.err, outcome.err
    assert "rootlock: " in outcome.err
    assert outcome.out == ""
    assert tool.writes() == []
    assert not list(tool.home.rglob("*.csv"))


# What the file itself says: both commands refuse it before anything is planned.

BAD_FILES = {
    "unknown section": ({"trial": {}}, ["trial", "unknown key"]),
    "unknown key": ({"trail": {"nmae": "x"}}, ["trail.nmae", "unknown key"]),
    "text for a number": ({"trail": {"retention_days": "long"}}, ["trail.retention_days"]),
    "number for yes or no": ({"trail": {"all_regions": 3}}, ["trail.all_regions"]),
    "number for a list": ({"admin_group": {"policies": 7}}, ["admin_group.policies"]),
    "number in a list": ({"admin_group": {"policies": [7]}}, ["admin_group.policies"]),
    "list for a section": ({"trail": [{}]}, ["trail"]),
    "text for a section": ({"trail": "yes"}, ["trail"]),
    "null for a section": ({"trail": None}, ["trail"]),
    "out of range": ({"trail": {"retention_days": -1}}, ["trail.retention_days"]),
    "too short a password": ({"password_policy": {"minimum_length": 5}},
                             ["password_policy.minimum_length", "6"]),
    "not an option": ({"password_policy": {"preset": "strict"}},
                      ["password_policy.preset", "cis"]),
    "user with spaces": (user(name="alice smith"), ["admin_user.name"]),
    "user of 65": (user(name="a" * 65), ["admin_user.name", "64"]),
    "user without a name": (user(name=""), ["admin_user.name"]),
    "user with a newline": (user(name="alice\n"), ["admin_user.name"]),
    "user beyond ASCII": (user(name="alicé"), ["admin_user.name"]),
    "tags beyond IAM's quota": (user(tags=[f"k{n}=v" for n in range(49)]),
                                ["admin_user", "48"]),
    "profile without a key": (user(programmatic=False, profile="alice"),
                              ["admin_user.profile"]),
    "policy that is no ARN": (user(policies=["AdministratorAccess"]), ["admin_user.policies"]),
    "group without a policy": ({"admin_group": {"policies": []}}, ["admin_group.policies"]),
    "new group without a policy": (user(new_group="Ops"), ["admin_user.new_group_policies"]),
    "eleven policies": ({"admin_group": {"policies": [ADMIN + str(n) for n in range(11)]}},
                        ["admin_group.policies"]),
    "alias with capitals": ({"sign_in_link": {"alias": "Example"}}, ["sign_in_link.alias"]),
    "alias with two hyphens": ({"sign_in_link": {"alias": "my--corp"}}, ["sign_in_link.alias"]),
    "alias of digits": ({"sign_in_link": {"alias": "123456789012"}}, ["sign_in_link.alias"]),
    "alias too short": ({"sign_in_link": {"alias": "ab"}}, ["sign_in_link.alias"]),
    "bucket with capitals": ({"trail": {"bucket": "My-Logs"}}, ["trail.bucket"]),
    "bucket like an address": ({"trail": {"bucket": "192.168.1.1"}}, ["trail.bucket"]),
    "key that is no key id": ({"root_keys": {"delete": ["mine"]}}, ["root_keys.delete"]),
    "no prefix for the report": ({"billing_report": {"kind": "legacy", "prefix": ""}},
                             ["billing_report.prefix"]),
    "another version": ({"version": 2}, ["version"]),
}


@pytest.mark.parametrize("command", ["plan", "apply"])
@pytest.mark.parametrize("name", BAD_FILES)
def test_answers_file(tool, name, command):
    sections, words = BAD_FILES[name]
    refused(tool, getattr(tool, command)(sections), 252, *words)


BROKEN = {
    "empty": "", "not JSON": "trail: yes", "cut off": '{"version": 1, "trail": {',
    "two documents": '{"version": 1} {"version": 1}', "not an object": "[]",
    "key twice": '{"version": 1, "trail": {"name": "aaa", "name": "bbb"}}',
    "NUL": '{"version": 1, "trail": {"name": "a\\u0000b"}}',
    "deep": "[" * 5000,
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_json(tool, name):
    refused(tool, tool.apply(BROKEN[name]), 252, "answers.json")


def test_bytes_that_are_no_text(tool):
    path = tool.home / "answers.json"
    path.write_bytes(b'{"version": 1, "trail": {"name": "\xff\xfe"}}')
    refused(tool, tool.run("apply", "--answers", str(path), "--yes"), 252, "answers.json")


@pytest.mark.parametrize("path", ["missing.json", "."])
def test_no_such_file(tool, path):
    refused(tool, tool.run("apply", "--answers", path, "--yes"), 252)


def test_no_answers(tool):
    refused(tool, tool.run("apply", "--yes"), 252, "--answers")


def test_unknown_screen(tool):
    refused(tool, tool.apply({"trail": {}}, "--only", "trial"), 252, "trial")


# What only the account can tell: the plan says so, apply makes no call.


def test_taken_alias(tool):
    """AWS tells only when it is asked to create it; the account stays as it is."""
    before = tool.practice.state()
    outcome = tool.apply({"sign_in_link": {"alias": "taken-corp"}})
    assert outcome.code == 4
    assert "taken-corp" in outcome.err
    assert [call["error"] for call in tool.practice.journal() if call["class"] == "write"] == [
        "EntityAlreadyExists"]
    assert tool.practice.state() == before


def test_taken_bucket(tool):
    outcome = tool.apply({"trail": {"bucket": "taken-by-others"}})
    assert outcome.code == 4
    assert "taken-by-others" in outcome.err
    assert tool.writes() == []


def test_unknown_managed_policy(tool):
    outcome = tool.apply({"admin_group": {"policies": [ADMIN + "Typo"]}})
    assert outcome.code == 4
    assert ADMIN + "Typo" in outcome.err
    groups = tool.practice.state()["groups"]
    assert all(group["attached_policies"] == [] for group in groups.values())


def test_without_rights(practice, tmp_path):
    """A user who may read S3 only: refused by AWS, told, nothing changed."""
    practice.reset("used")
    tool, before = Rootlock(practice, tmp_path), practice.state()
    ci = practice.users["ci"]
    tool.sign_in(ci["access_key_id"], ci["secret_access_key"])
    outcome = tool.apply({"password_policy": {}})
    assert outcome.code == 4
    assert practice.state() == before


# Options.

USAGE = {
    "unknown command": ["destroy"], "unknown option": ["audit", "--everything"],
    "option without its value": ["audit", "--region"],
    "output": ["audit", "--output", "yaml"], "colour": ["audit", "--color", "pink"],
    "seconds": ["apply", "--wait-for-person", "soon"], "words": ["undo", "one", "two"],
    "shell": ["completion", "tcsh"], "policy": ["policy", "everything"],
}


@pytest.mark.parametrize("name", USAGE)
def test_usage(tool, name):
    refused(tool, tool.run(*USAGE[name]), 252)
    assert tool.practice.journal() == []


# Configuration: exit 253, and no call at all.


def unset(tool, *names):
    for name in names:
        tool.env.pop(name, None)


def configured_wrong(tool, *words, args=("audit",)):
    refused(tool, tool.run(*args), 253, *words)
    assert tool.practice.journal() == []


def test_unknown_profile(tool):
    unset(tool, "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    configured_wrong(tool, "nobody", args=("audit", "--profile", "nobody"))


def test_no_region(tool):
    unset(tool, "AWS_REGION")
    configured_wrong(tool, "--region")


def test_no_credentials(tool):
    unset(tool, "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    configured_wrong(tool, "credentials")


def test_half_a_key(tool):
    unset(tool, "AWS_SECRET_ACCESS_KEY")
    configured_wrong(tool, "AWS_SECRET_ACCESS_KEY")


def test_broken_config(tool):
    (tool.home / ".aws").mkdir()
    (tool.home / ".aws" / "config").write_text("[default\nregion = us-east-1\n")
    configured_wrong(tool, ".aws/config")


def test_wrong_secret(tool):
    tool.sign_in(tool.practice.root_key, "x" * 40)
    refused(tool, tool.run("audit"), 254, "SignatureDoesNotMatch", "GetCallerIdentity")


def test_unknown_key(tool):
    tool.sign_in("AKIAIOSFODNN7EXAMPLE", "x" * 40)
    refused(tool, tool.run("audit"), 254, "InvalidClientTokenId")


# The endpoint.


@pytest.mark.parametrize("url", [
    "http://192.0.2.1:5000", "http://practice.example.com", "http://127.0.0.1.example.com",
    "http://localhost.example.com", "http://127.0.0.1@192.0.2.1/", "http://[2001:db8::1]:80",
])
@pytest.mark.parametrize("way", ["option", "variable", "service"])
def test_plain_http_stays_here(tool, url, way):
    """Refused before any traffic: a proxy that would carry it sees nothing."""
    class Seen(http.server.BaseHTTPRequestHandler):
        def handle(self):
            seen.append(self.client_address)

    seen = []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Seen) as proxy:
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        tool.env["http_proxy"] = f"http://127.0.0.1:{proxy.server_port}"
        args = ["audit"]
        if way == "option":
            args += ["--endpoint-url", url]
        else:
            tool.env["AWS_ENDPOINT_URL" + ("_STS" if way == "service" else "")] = url
        refused(tool, tool.run(*args), 252, "http")
        proxy.shutdown()
    assert seen == []
    # Reads that the test before sent ahead, with its own key, may still arrive.
    assert [call for call in tool.practice.journal()
            if call["access_key_id"] == tool.practice.root_key] == []


@pytest.mark.parametrize("url", ["ftp://127.0.0.1", "127.0.0.1:5000", "https://", "file:///x"])
def test_endpoint_of_another_kind(tool, url):
    outcome = tool.run("audit", "--endpoint-url", url)
    assert outcome.code == 252, outcome.err
    assert tool.practice.journal() == []


def test_nobody_listens(tool):
    """A loopback port that is closed: an error that names it, not a hang."""
    outcome = tool.run("audit", "--endpoint-url", "http://127.0.0.1:1", timeout=60)
    assert outcome.code in (254, 255)
    assert "127.0.0.1" in outcome.err


# The wizard needs a terminal that can draw.


@pytest.mark.parametrize("args", [[], ["wizard"], ["wizard", "trail"]])
def test_wizard_without_a_terminal(tool, args):
    tool.env["TERM"] = "xterm"
    refused(tool, tool.run(*args), 252, "terminal")
    assert tool.practice.journal() == []


@pytest.mark.parametrize("term", ["dumb", None, "no-such-terminal"])
def test_wizard_on_a_terminal_that_cannot_draw(tool, term):
    if term is not None:
        tool.env["TERM"] = term
    code, shown = on_terminal(tool)
    assert code == 252, shown
    assert "rootlock audit" in shown or "rootlock apply" in shown or "terminal" in shown
    assert "\x1b" not in shown
    assert tool.practice.journal() == []


def on_terminal(tool, *args):
    """The program on a terminal of its own; its exit status and all that it shows."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen([PROGRAM, *args], env=tool.env, stdin=theirs, stdout=theirs,
                               stderr=theirs, start_new_session=True)
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        shown += part
    os.close(ours)
    return process.wait(timeout=30), shown.decode()


# Where the secrets would go.


def test_no_file_for_the_credentials(tool):
    """Headless nothing that can be read only once is made without a file that is named."""
    sections = {"admin_group": {}, "admin_user": {"name": "alice"}}
    plan = tool.plan(sections)
    assert plan.code == 252
    assert "admin_user.credentials_csv" in plan.err
    outcome = tool.apply(sections)
    assert outcome.code == 252
    assert "admin_user.credentials_csv" in outcome.err
    assert tool.writes() == []
    assert not list(tool.home.rglob("*.csv"))


@pytest.mark.parametrize("password", ["T00-few", "no-capital-letter-1", "x" * 129])
def test_password_against_the_policy(tool, password):
    """It is asked for and judged before the user is made."""
    place = tool.home / "secret"
    place.write_text(f"#!/bin/sh\necho '{password}'\n")
    place.chmod(0o700)
    assert tool.apply({"password_policy": {}}).code == 0
    writes = tool.writes()
    outcome = tool.apply(user(password="ask", new_group="Ops", new_group_policies=[ADMIN],
                              groups=[], credentials_csv=str(tool.home / "alice.csv")),
                         "--secret-from", f"admin_user.password={place}")
    assert outcome.code == 4, outcome.err
    assert "password" in outcome.err and password not in outcome.err
    assert tool.writes() == writes
    assert tool.practice.state()["users"] == tool.practice.state()["groups"] == {}


def test_credentials_file_in_a_work_tree(tool):
    """A git work tree is refused unless confirmed, which nobody can here."""
    tree = tool.home / "project"
    subprocess.run(["git", "init", "-q", str(tree)], check=True)
    outcome = tool.run("apply", "--answers",
                       tool.answers(user(credentials_csv=str(tree / "alice.csv"))))
    assert outcome.code != 0
    assert not list(tree.glob("*.csv"))
    assert ("iam", "CreateAccessKey") not in tool.writes()


def test_credentials_file_that_cannot_be(tool):
    outcome = tool.apply(user(credentials_csv=str(tool.home / "missing" / "alice.csv")))
    assert outcome.code == 4
    assert "missing" in outcome.err
    made = [action for _, action in tool.writes()]
    assert "CreateAccessKey" not in made and "CreateLoginProfile" not in made


def test_no_sections(tool):
    """An empty file of sections is no work and no error."""
    outcome = tool.apply({})
    assert outcome.code == 0
    assert json.loads(outcome.out)["steps"] == []
    assert not pathlib.Path(tool.state, "rootlock", tool.practice.account, "journal").exists()
