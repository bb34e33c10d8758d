# SPDX-License-Identifier: MIT
"""The whole walk over AWS's real host names: TLS through a proxy, no endpoint of ours anywhere."""

import re

import pytest
from rootlock import Person
from test_headless import Walk, check_end, outcomes
from test_proxy import Tunnel

HOSTS = re.compile(r"(iam|sts\.us-east-1|cloudtrail\.us-east-1|cur\.us-east-1|s3\.us-east-1|"
                   r"[a-z0-9-]+\.s3\.us-east-1|[0-9]{12}\.s3-control\.us-east-1)\.amazonaws\.com|"
                   r"bcm-data-exports\.us-east-1\.api\.aws")
# The only refusals: looks at what is not there yet, a report that is being made, and the proof
# that an administrator is refused without MFA.
MISSING = {"NoSuchEntity", "NoSuchBucket", "NoSuchBucketPolicy", "NoSuchLifecycleConfiguration"}
TOLD = {("GetCredentialReport", "ReportInProgress"), ("GetAccountSummary", "AccessDenied")}


@pytest.fixture
def tunnel(practice, tmp_path):
    directory = tmp_path / "authority"
    directory.mkdir()
    running = Tunnel(practice, directory)
    yield running
    running.process.terminate()
    running.process.wait(10)


@pytest.fixture
def walk(practice, tunnel, tmp_path):
    """As a real account is set up: no endpoint in the environment, a proxy that is needed."""
    walk = Walk(practice, tmp_path)
    del walk.tool.env["AWS_ENDPOINT_URL"]
    walk.tool.env["HTTPS_PROXY"] = tunnel.info["proxy"]
    walk.sections["hand_over"] = {}  # a report belongs to its run
    return walk


def apply(walk, tunnel):
    person = Person(walk.practice)
    person.start()
    outcome = walk.tool.apply(walk.sections, "--mfa-codes-from", walk.phone.command,
                              "--wait-for-person", "60", "--ca-bundle",
                              tunnel.info["ca_bundle"])
    person.done()
    return outcome


def hosts(practice):
    return {call["host"].partition(":")[0] for call in practice.journal()}


def test_whole_walk_over_real_hosts(walk, tunnel):
    outcome = apply(walk, tunnel)
    assert outcome.code == 0, outcome.err
    assert set(outcomes(outcome).values()) == {"done"}
    journal, account = walk.practice.journal(), walk.practice.account
    assert {"iam.amazonaws.com", "sts.us-east-1.amazonaws.com",
            "cloudtrail.us-east-1.amazonaws.com", "bcm-data-exports.us-east-1.api.aws",
            "cur.us-east-1.amazonaws.com",
            f"aws-cloudtrail-logs-{account}-us-east-1.s3.us-east-1.amazonaws.com",
            f"aws-billing-reports-{account}-us-east-1.s3.us-east-1.amazonaws.com",
            } <= hosts(walk.practice)
    assert [host for host in hosts(walk.practice) if not HOSTS.fullmatch(host)] == []
    assert {(call["action"], call["error"]) for call in journal
            if call["error"] and call["error"] not in MISSING} <= TOLD
    assert tunnel.seen()["connections"] < len(journal) / 3
    walk.tool.env["AWS_CA_BUNDLE"] = tunnel.info["ca_bundle"]
    check_end(walk)
    assert walk.tool.apply(walk.sections).code == 0


def test_nothing_without_the_authority(walk):
    """The proxy's certificates are signed by nobody the system trusts: no request gets out."""
    outcome = walk.tool.apply({"password_policy": {}})
    assert outcome.code == 255, outcome.err
    assert "certificate" in outcome.err
    assert walk.practice.journal() == []
