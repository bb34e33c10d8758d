# SPDX-License-Identifier: MIT
"""rootlock audit: the verdicts, the JSON of it, and that it writes nothing."""

import re

import pytest
from rootlock import Rootlock

FRESH = {
    "root-access-keys": "fail", "root-mfa": "fail", "iam-user": "fail",
    "group-permissions": "not_applicable", "password-policy": "fail",
    "user-mfa": "not_applicable",
    "mfa-required": "not_applicable", "sign-in-link": "not_applicable", "trail": "fail",
    "trail-bucket": "fail", "billing-report": "fail",
}
USED = {
    "root-access-keys": "fail", "root-mfa": "fail", "iam-user": "pass",
    "group-permissions": "fail", "password-policy": "fail", "user-mfa": "fail",
    "mfa-required": "fail", "sign-in-link": "pass", "trail": "fail", "trail-bucket": "fail",
    "billing-report": "fail",
}
COURSE = {  # the course's own titles, which stand first
    "root-access-keys": "Delete your root access keys",
    "root-mfa": "Activate MFA on your root account",
    "iam-user": "Create individual IAM users",
    "group-permissions": "Use groups to assign permissions",
    "password-policy": "Apply an IAM password policy",
}
STATUSES = ["pass", "fail", "not_applicable", "unknown"]
READ = re.compile(r"(Get|List|Describe|Head|GenerateCredentialReport$)")


@pytest.fixture(params=[("fresh", FRESH), ("used", USED)], ids=["fresh", "used"])
def scene(request, practice, tmp_path):
    name, verdicts = request.param
    practice.reset(name)
    return Rootlock(practice, tmp_path), verdicts


def test_verdicts(scene):
    tool, verdicts = scene
    outcome = tool.audit()
    assert outcome.code == 3, outcome.err
    assert {check["id"]: check["status"] for check in outcome.data["checks"]} == verdicts


def test_shape(scene):
    tool, verdicts = scene
    report = tool.audit().data
    assert list(report) == ["rootlock", "account", "alias", "partition", "caller", "time",
                            "checks", "summary"]
    account = tool.practice.account
    assert report["account"] == account
    assert report["alias"] == tool.practice.state()["alias"]
    assert report["partition"] == "aws"
    assert report["caller"] == f"arn:aws:iam::{account}:root"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", report["time"])
    assert report["summary"] == {
        status: list(verdicts.values()).count(status) for status in STATUSES}
    for check in report["checks"]:
        check_shape(check)
    titles = [(check["id"], check["title"]) for check in report["checks"][:5]]
    assert titles == list(COURSE.items())


def check_shape(check):
    assert list(check) == ["id", "title", "status", "reason", "evidence", "refs", "fix"]
    assert check["status"] in STATUSES
    assert check["reason"]
    assert check["fix"]["how"] in ("automatic", "guided", "waiting", "none")
    assert (check["fix"]["how"] == "none") == (check["status"] in ("pass", "not_applicable"))
    assert check["fix"]["screen"]
    assert all(isinstance(ref, str) for ref in check["refs"])
    for fact in check["evidence"]:
        assert list(fact) == ["operation", "request_id", "field", "value", "age_seconds"]
        assert re.fullmatch(r"[a-z0-9-]+:[A-Z]\w+", fact["operation"])
        assert fact["request_id"]
        assert 0 <= fact["age_seconds"] < 60


def sent_id(call):
    """The request id as the reply had it: S3's are sixteen capital hexadecimal digits."""
    ident = call["request_id"]
    return ident.replace("-", "").upper()[:16] if call["service"] == "s3" else ident


def test_evidence_names_calls_that_were_made(scene):
    tool, _ = scene
    report = tool.audit().data
    made = {sent_id(call): f"{call['service']}:{call['action']}"
            for call in tool.practice.journal()}
    for check in report["checks"]:
        for fact in check["evidence"]:
            assert made.get(fact["request_id"]) == fact["operation"], check


def test_only_reads(scene):
    tool, _ = scene
    before = tool.practice.state()
    assert tool.audit().code == 3
    calls = tool.practice.journal()
    assert calls
    assert [call["action"] for call in calls if not READ.match(call["action"])] == []
    assert tool.writes() == []
    assert tool.practice.state() == before
    assert tool.practice.violations() == []


def test_leaves_no_file(scene):
    """An audit has nothing to remember."""
    tool, _ = scene
    tool.audit()
    assert list(tool.home.rglob("*")) == []
    assert not tool.state.exists()


def test_text_says_the_same(scene):
    tool, verdicts = scene
    outcome = tool.run("audit")
    assert outcome.code == 3
    words = {"pass": "pass", "fail": "FAIL", "not_applicable": "n/a", "unknown": "unknown"}
    for ident, status in verdicts.items():
        assert re.search(rf"^{re.escape(words[status])}\s+{ident}\s", outcome.out, re.M), ident


@pytest.fixture
def tool(practice, tmp_path):
    return Rootlock(practice, tmp_path)


def test_only_names_checks(tool):
    outcome = tool.audit("--only", "group-permissions,sign-in-link")
    assert outcome.code == 0
    assert [check["id"] for check in outcome.data["checks"]] == [
        "group-permissions", "sign-in-link"]
    asked = {call["action"] for call in tool.practice.journal()}
    assert asked == {"GetCallerIdentity", "GetAccountAuthorizationDetails",
                     "ListAccountAliases"}


def test_one_failing_check(tool):
    outcome = tool.audit("--only", "root-mfa")
    assert outcome.code == 3
    assert outcome.data["summary"] == {"pass": 0, "fail": 1, "not_applicable": 0, "unknown": 0}


def test_unknown_check(tool):
    outcome = tool.audit("--only", "root-mfa,no-such-check")
    assert outcome.code == 252
    assert "no-such-check" in outcome.err
    assert outcome.out == ""


def test_what_cannot_be_read_is_unknown(practice, tmp_path):
    """ci may read S3 only: nothing turns green because it could not be read."""
    practice.reset("used")
    tool = Rootlock(practice, tmp_path)
    user = practice.users["ci"]
    tool.sign_in(user["access_key_id"], user["secret_access_key"])
    outcome = tool.audit()
    assert outcome.code == 3, outcome.err
    assert {check["status"] for check in outcome.data["checks"]} == {"unknown"}
    for check in outcome.data["checks"]:
        assert check["reason"].startswith("not allowed: "), check


@pytest.mark.parametrize("kind", ["throttle", "500", "close", "reset"])
def test_a_fault_is_retried(tool, kind):
    tool.practice.faults({"service": "iam", "action": "GetAccountSummary", "nth": 1, "times": 1,
                          "kind": kind})
    assert tool.verdicts() == FRESH
