# SPDX-License-Identifier: MIT
"""From a new account to root locked away, without a terminal: plan, apply, audit, again."""

import json
import os
from collections import Counter

import pytest
from rootlock import Person, Phone, Rootlock, credentials, planned


class Walk:
    """One account that is led through every screen by one answers file."""

    def __init__(self, practice, place):
        self.practice, self.tool = practice, Rootlock(practice, place)
        memory = place / "pocket"
        memory.mkdir()
        self.phone = Phone(practice, memory)
        keys = [practice.root["access_key_id"], practice.root["second_access_key_id"]]
        self.csv = self.tool.home / "alice_credentials.csv"
        self.report = self.tool.home / "report.json"
        self.sections = {
            "root_mfa": {"device": "virtual"},
            "password_policy": {"preset": "cis", "minimum_length": 14, "max_age_days": 0,
                                "reuse_prevention": 24, "users_may_change": True},
            "admin_group": {"name": "Administrators",
                            "policies": ["arn:aws:iam::aws:policy/AdministratorAccess"]},
            "admin_user": {"name": "alice", "console": True, "programmatic": True,
                           "password": "generate", "reset_at_sign_in": False,
                           "groups": ["Administrators"], "credentials_csv": str(self.csv),
                           "profile": "alice"},
            "user_mfa": {"users": ["alice"], "device": "virtual", "require_mfa": True},
            "sign_in_link": {"alias": "example-corp"},
            "trail": {"name": "account-trail", "bucket": "auto", "all_regions": True,
                      "log_validation": True, "retention_days": 365},
            "billing_report": {"kind": "cur2", "name": "cost-and-usage", "bucket": "auto",
                               "prefix": "cur", "time_unit": "DAILY", "format": "parquet",
                               "billing_access": True},
            "root_keys": {"delete": keys},
            "hand_over": {"report": str(self.report)},
        }

    def plan(self):
        return self.tool.plan(self.sections)

    def apply(self):
        person = Person(self.practice)
        person.start()
        outcome = self.tool.apply(self.sections, "--mfa-codes-from", self.phone.command,
                                  "--wait-for-person", "60")
        person.done()
        return outcome

    def as_admin(self):
        """The tool in an MFA session of the new administrator, as he would make one."""
        row = credentials(self.csv)
        sts = self.practice.client("sts", row["Access key ID"], row["Secret access key"])
        serial = f"arn:aws:iam::{self.practice.account}:mfa/alice"
        made = sts.get_session_token(SerialNumber=serial, TokenCode=self.phone.code())
        made = made["Credentials"]
        self.tool.sign_in(made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"])
        return self.tool


@pytest.fixture
def walk(practice, tmp_path):
    return Walk(practice, tmp_path)


def outcomes(outcome):
    return {(step["screen"], step["step"], step["subject"]): step["outcome"]
            for step in outcome.data["steps"]}


def check_end(walk):
    """Root is locked away and every check passes, as the administrator sees it."""
    state = walk.practice.state()
    assert state["root"]["access_keys"] == []
    assert len(state["root"]["mfa_devices"]) == 1
    assert state["alias"] == "example-corp"
    assert state["users"]["alice"]["groups"] == ["Administrators"]
    assert state["users"]["alice"]["attached_policies"] == []
    assert len(state["users"]["alice"]["mfa_devices"]) == 1
    assert len(state["users"]["alice"]["access_keys"]) == 1
    assert set(walk.as_admin().verdicts().values()) <= {"pass", "not_applicable"}
    assert walk.practice.violations() == []


def test_plan_writes_nothing(walk):
    before = walk.practice.state()
    outcome = walk.plan()
    assert outcome.code == 3, outcome.err
    assert len(planned(outcome)) > 20
    assert walk.tool.writes() == []
    assert walk.practice.state() == before
    assert list(walk.tool.state.rglob("*")) == []
    assert walk.practice.violations() == []
    for step in outcome.data["steps"]:
        assert step["title"] and step["cost"] and step["undo"] and step["reason"], step


def test_whole_walk(walk):
    plan = walk.plan()
    outcome = walk.apply()
    assert outcome.code == 0, outcome.err
    assert set(outcomes(outcome).values()) == {"done"}
    # GetSessionToken makes nothing in the account: a temporary key of the caller's.
    made = [call for call in walk.tool.writes() if call != ("sts", "GetSessionToken")]
    assert Counter(made) == Counter(planned(plan))
    assert made == planned(plan)
    check_credentials(walk)
    check_report(walk)
    check_end(walk)
    check_second_run(walk)


def check_credentials(walk):
    assert os.stat(walk.csv).st_mode & 0o777 == 0o600
    text = walk.csv.read_bytes()
    assert not text.startswith(b"\xef\xbb\xbf")
    row = credentials(walk.csv)
    assert row["User name"] == "alice"
    assert len(row["Password"]) >= 14
    assert row["Access key ID"].startswith("AKIA")
    assert len(row["Secret access key"]) == 40
    assert row["Console sign-in URL"].startswith("https://")
    browser = walk.practice.browser()
    browser.open("/console/signin/iam", account="example-corp", username="alice",
                 password=row["Password"], mfa=walk.phone.code())
    assert browser.at == "/console/home", browser.text("error")
    assert "with MFA" in browser.text("who")
    profile = (walk.tool.home / ".aws" / "credentials").read_text()
    assert "[alice]" in profile and row["Access key ID"] in profile
    assert os.stat(walk.tool.home / ".aws" / "credentials").st_mode & 0o777 == 0o600


def check_report(walk):
    report = json.loads(walk.report.read_text())
    assert report["caller"] == f"arn:aws:iam::{walk.practice.account}:user/alice"
    bad = {check["id"]: check["reason"] for check in report["checks"]
           if check["status"] not in ("pass", "not_applicable")}
    assert bad == {}


def check_second_run(walk):
    """The same file again, as the administrator: nothing is left to do."""
    before = walk.tool.writes()
    outcome = walk.tool.apply(walk.sections, "--mfa-codes-from", walk.phone.command)
    assert outcome.code == 0, outcome.err
    assert planned(outcome) == []
    assert walk.tool.writes() == before
    walk.sections["hand_over"] = {}  # a report belongs to its run: each one writes it
    assert walk.tool.plan(walk.sections).code == 0
    assert walk.practice.violations() == []


def test_late_visibility(walk):
    """What IAM has just made shows ten seconds later; the walk waits and gets to its end."""
    walk.practice.visibility(10)
    outcome = walk.apply()
    assert outcome.code == 0, outcome.err
    walk.practice.visibility(0)
    walk.practice.clock(advance=60)
    check_end(walk)


def test_nobody_at_the_console(walk):
    """Root's MFA is left for a person, told with the address, and does not stop the rest."""
    outcome = walk.tool.apply({"root_mfa": {}, "sign_in_link": {"alias": "example-corp"}},
                              "--wait-for-person", "1")
    assert outcome.code == 4
    assert walk.practice.url + "/console" in outcome.err
    assert outcomes(outcome) == {("root_mfa", "assign", None): "left",
                                 ("sign_in_link", "alias", None): "done"}
    assert walk.practice.state()["alias"] == "example-corp"


def test_a_wrong_phone(walk):
    """Codes of another seed never reach AWS; no half device is left, root keeps its keys."""
    walk.sections.pop("root_mfa")
    wrong = "sh -c 'cat >/dev/null; echo 123456 654321'"
    outcome = walk.tool.apply(walk.sections, "--mfa-codes-from", wrong)
    assert outcome.code == 4
    state = walk.practice.state()
    assert state["mfa_devices"] == {}
    assert len(state["root"]["access_keys"]) == 2
    assert ("iam", "EnableMFADevice") not in walk.tool.writes()
    assert outcomes(outcome)["user_mfa", "require_mfa", "Administrators"] == "skipped"
    assert {how for (screen, _, _), how in outcomes(outcome).items()
            if screen == "root_keys"} == {"skipped"}
    assert state["groups"]["Administrators"]["inline_policies"] == {}
