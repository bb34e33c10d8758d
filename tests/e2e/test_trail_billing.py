# SPDX-License-Identifier: MIT
"""The trail and the billing report on the practice account: plan, apply, again, undo, kill."""

import json
import os
import pathlib
import signal
import subprocess
import time

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAM = pathlib.Path(os.environ.get("ROOTLOCK_BUILD", ROOT / "build")) / "rootlock"
BOTH = {"trail": {}, "billing_report": {}}
CHECKS = "trail,trail-bucket,billing-report"


class Tool:
    """rootlock as root of the practice account, with a home of its own."""

    def __init__(self, practice, home):
        self.practice, self.home = practice, home

    def start(self, *args):
        environ = {
            "PATH": os.environ["PATH"], "HOME": str(self.home), "AWS_REGION": "us-east-1",
            "XDG_STATE_HOME": str(self.home / "state"), "AWS_ENDPOINT_URL": self.practice.url,
            "AWS_ACCESS_KEY_ID": self.practice.root_key,
            "AWS_SECRET_ACCESS_KEY": self.practice.root_secret,
        }
        return subprocess.Popen([PROGRAM, *args], env=environ, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, *args):
        process = self.start(*args)
        out, err = process.communicate(timeout=120)
        return process.returncode, out, err

    def answers(self, sections):
        path = self.home / "answers.json"
        path.write_text(json.dumps({"version": 1, **sections}))
        return str(path)

    def plan(self, sections):
        code, out, err = self.run("plan", "--answers", self.answers(sections), "--output", "json")
        assert code in (0, 3), err
        return json.loads(out)["steps"]

    def apply(self, sections):
        return self.run("apply", "--answers", self.answers(sections), "--yes")

    def verdicts(self):
        _, out, err = self.run("audit", "--only", CHECKS, "--output", "json")
        assert out, err
        return {check["id"]: check["status"] for check in json.loads(out)["checks"]}

    def writes(self):
        """Actions of all writing calls so far."""
        return [call["action"] for call in self.practice.journal()
                if call["class"] != "read"]


@pytest.fixture
def tool(practice, tmp_path):
    return Tool(practice, tmp_path)


def planned(steps):
    return [call["operation"] for step in steps for call in step["calls"]]


def test_apply_makes_the_planned_calls(tool):
    steps = tool.plan(BOTH)
    assert tool.writes() == []
    code, _, err = tool.apply(BOTH)
    assert code == 0, err
    assert tool.writes() == planned(steps)
    assert set(tool.verdicts().values()) == {"pass"}


def test_a_second_run_changes_nothing(tool):
    assert tool.apply(BOTH)[0] == 0
    before = tool.writes()
    assert planned(tool.plan(BOTH)) == []
    assert tool.apply(BOTH)[0] == 0
    assert tool.writes() == before


def test_undo_leaves_nothing(tool):
    assert tool.apply(BOTH)[0] == 0
    assert tool.run("undo", "--yes")[0] == 0
    practice = tool.practice
    assert practice.client("s3").list_buckets()["Buckets"] == []
    assert practice.client("cloudtrail").describe_trails()["trailList"] == []
    assert practice.client("bcm-data-exports").list_exports()["Exports"] == []


def test_a_bucket_with_logs_stays(tool):
    assert tool.apply({"trail": {"bucket": "logs-of-mine"}})[0] == 0
    tool.practice.client("s3").put_object(Bucket="logs-of-mine", Key="AWSLogs/x", Body=b"x")
    code, out, err = tool.run("undo", "--yes")
    assert code == 4
    assert "stays" in out + err
    assert tool.practice.client("cloudtrail").describe_trails()["trailList"] == []


def test_used_account_is_repaired_and_put_back(tool):
    tool.practice.reset("used")
    s3, trails = tool.practice.client("s3"), tool.practice.client("cloudtrail")
    bucket = f"used-logs-{tool.practice.account}"
    policy = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])
    trail = trails.describe_trails()["trailList"]
    assert tool.apply({"trail": {}})[0] == 0
    assert tool.verdicts()["trail"] == tool.verdicts()["trail-bucket"] == "pass"
    repaired = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"]
    assert policy["Statement"][2] in repaired       # PartnerRead, as it was
    assert len(trails.describe_trails()["trailList"]) == 1
    assert tool.run("undo", "--yes")[0] == 0
    assert json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"]) == policy
    assert trails.describe_trails()["trailList"] == trail
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Suspended"


def test_one_step_undone_alone(tool):
    assert tool.apply({"trail": {}})[0] == 0
    assert tool.run("undo", "--only", "trail.logging", "--yes")[0] == 0
    trails = tool.practice.client("cloudtrail")
    assert trails.get_trail_status(Name="account-trail")["IsLogging"] is False
    assert tool.verdicts()["trail"] == "fail"
    assert tool.apply({"trail": {}})[0] == 0
    assert tool.verdicts()["trail"] == "pass"


def test_name_of_somebody_else(tool):
    code, out, err = tool.apply({"trail": {"bucket": "taken-logs"}})
    assert code == 4
    assert "another AWS account" in out + err and "trail.bucket" in out + err
    assert tool.writes() == []


def test_reader_who_does_not_exist(tool):
    code, _, err = tool.apply({"trail": {"readers": ["nobody-here"]}})
    assert code == 4
    assert "nobody-here" in err
    assert "CreateTrail" not in tool.writes()


def test_legacy_report_waits_for_its_policy(tool):
    """The billing service sees the bucket's policy after some seconds."""
    tool.practice.visibility(4)
    legacy = {"billing_report": {"kind": "legacy", "format": "csv", "time_unit": "HOURLY"}}
    code, _, err = tool.apply(legacy)
    assert code == 0, err
    reports = tool.practice.client("cur").describe_report_definitions()["ReportDefinitions"]
    assert [report["Compression"] for report in reports] == ["GZIP"]


def test_billing_switch_is_left_for_a_person(tool):
    code, out, err = tool.apply({"billing_report": {"billing_access": True}})
    assert code == 4
    assert "left" in out + err


@pytest.mark.parametrize("seed", range(3))
def test_killed_at_any_moment(tool, seed):
    for number in range(6):
        process = tool.start("apply", "--answers", tool.answers(BOTH), "--yes")
        time.sleep(0.05 + 0.07 * seed + 0.21 * number)
        process.send_signal(signal.SIGKILL)
        process.communicate()
    code, _, err = tool.apply(BOTH)
    assert code == 0, err
    assert set(tool.verdicts().values()) == {"pass"}
    practice = tool.practice
    assert len(practice.client("s3").list_buckets()["Buckets"]) == 2
    assert len(practice.client("cloudtrail").describe_trails()["trailList"]) == 1
    assert len(practice.client("bcm-data-exports").list_exports()["Exports"]) == 1
