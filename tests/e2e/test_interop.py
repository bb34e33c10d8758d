# SPDX-License-Identifier: MIT
"""What rootlock writes, read by other programs: the AWS CLI of Debian (v2) and of PyPI (v1)."""

import configparser
import json
import os
import pathlib
import shutil
import subprocess
import sys

import pytest
from rootlock import Rootlock, credentials

DEBIANS = pathlib.Path("/usr/bin/aws")  # the package awscli; "configure import" is in v2 only
PYPIS = pathlib.Path(sys.executable).parent / "aws"
BYSTANDERS = {
    "of another profile": "[work]\naws_access_key_id=AKIAIOSFODNN7EXAMPLE\n"
                          "aws_secret_access_key = abc=def/ghi\n",
    "with comments": "# mine\n\n; old\n[work]   \naws_access_key_id   =  AKIAIOSFODNN7EXAMPLE"
                     "\naws_secret_access_key = x # y\ns3 =\n    max_queue_size = 10\n\n\n",
    "without an end of line": "[work]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE",
    "with a key beside it": "[alicent]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n[default]\n"
                            "region = eu-west-1\n",
    "beyond ASCII": "# für Büro\n[büro]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n",
}


@pytest.fixture
def tool(practice, tmp_path):
    return Rootlock(practice, tmp_path)


def user(name, place, **more):
    return {"name": name, "groups": ["Administrators"], "credentials_csv": str(place), **more}


def make(tool, *users):
    outcome = tool.apply({"admin_group": {}, "admin_user": list(users)})
    assert outcome.code == 0, outcome.err


def cli(program, home, *args):
    """An AWS CLI with its own home and nothing of ours in its environment."""
    if not program.exists():
        pytest.fail(f"{program} is not installed")
    env = {"PATH": os.environ["PATH"], "HOME": str(home), "LC_ALL": "C.UTF-8",
           "AWS_EC2_METADATA_DISABLED": "true"}
    return subprocess.run([program, *args], env=env, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=120, cwd=home)


def profiles(home):
    read = configparser.RawConfigParser()
    read.read(home / ".aws" / "credentials", encoding="utf-8")
    return {name: dict(read[name]) for name in read.sections()}


def whoami(program, tool, home, profile):
    done = cli(program, home, "sts", "get-caller-identity", "--profile", profile,
               "--region", "us-east-1", "--endpoint-url", tool.practice.url, "--output", "json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["Arn"]


def arn(tool, name):
    return f"arn:aws:iam::{tool.practice.account}:user/{name}"


# Debian's.


@pytest.fixture
def elsewhere(tmp_path):
    """The home of somebody who has no AWS files."""
    place = tmp_path / "elsewhere"
    place.mkdir()
    return place


def imported(elsewhere, place, *more):
    return cli(DEBIANS, elsewhere, "configure", "import", "--csv", f"file://{place}", *more)


def test_debians_is_version_2(elsewhere):
    assert cli(DEBIANS, elsewhere, "--version").stdout.startswith("aws-cli/2.")


def test_debians_imports_the_credentials_file(tool, elsewhere):
    place = tool.home / "alice.csv"
    make(tool, user("alice", place))
    row = credentials(place)
    done = imported(elsewhere, place)
    assert done.returncode == 0, done.stderr
    assert "imported 1 profile" in done.stdout
    assert profiles(elsewhere) == {"alice": {
        "aws_access_key_id": row["Access key ID"],
        "aws_secret_access_key": row["Secret access key"]}}
    assert whoami(DEBIANS, tool, elsewhere, "alice") == arn(tool, "alice")


@pytest.mark.parametrize("name", ["b.o+b=x@y_z-1", "a" * 64])
def test_debians_imports_any_user_name(tool, elsewhere, name):
    place = tool.home / "user.csv"
    make(tool, user(name, place))
    assert imported(elsewhere, place).returncode == 0
    assert whoami(DEBIANS, tool, elsewhere, name) == arn(tool, name)


def test_debians_skips_who_has_no_key(tool, elsewhere):
    make(tool, user("carol", tool.home / "carol.csv", programmatic=False))
    done = imported(elsewhere, tool.home / "carol.csv", "--skip-invalid")
    assert done.returncode == 0, done.stderr
    assert "imported 0 profile" in done.stdout


def test_debians_imports_beside_a_typed_password(tool, elsewhere):
    """The importer splits at plain commas: whatever the password is, the key stays in place."""
    secret = tool.home / "secret.sh"
    secret.write_text("#!/bin/sh\necho \"Corr3ct; 'horse' = b@ttery\"\n")
    secret.chmod(0o700)
    place = tool.home / "alice.csv"
    outcome = tool.apply({"admin_group": {}, "admin_user": user("alice", place, password="ask")},
                         "--secret-from", f"admin_user.password={secret}")
    assert outcome.code == 0, outcome.err
    assert imported(elsewhere, place).returncode == 0
    assert whoami(DEBIANS, tool, elsewhere, "alice") == arn(tool, "alice")


# PyPI's.


def test_pypis_uses_the_profile(tool):
    make(tool, user("alice", tool.home / "alice.csv", profile="admin"))
    assert whoami(PYPIS, tool, tool.home, "admin") == arn(tool, "alice")
    row = credentials(tool.home / "alice.csv")
    assert profiles(tool.home)["admin"] == {
        "aws_access_key_id": row["Access key ID"],
        "aws_secret_access_key": row["Secret access key"]}


@pytest.mark.parametrize("before", BYSTANDERS)
def test_the_rest_of_the_file_stays(tool, before):
    path, old = tool.home / ".aws" / "credentials", BYSTANDERS[before].encode()
    path.parent.mkdir()
    path.write_bytes(old)
    path.chmod(0o600)
    make(tool, user("alice", tool.home / "alice.csv", profile="alice"))
    new = path.read_bytes()
    assert new.startswith(old)
    added = new[len(old):].decode().split("\n")
    added = [line for line in added if line]
    row = credentials(tool.home / "alice.csv")
    assert added == ["[alice]", f"aws_access_key_id = {row['Access key ID']}",
                     f"aws_secret_access_key = {row['Secret access key']}"]
    assert path.stat().st_mode & 0o777 == 0o600
    assert whoami(PYPIS, tool, tool.home, "alice") == arn(tool, "alice")


def test_a_profile_of_that_name_stays(tool):
    """It is somebody's way in: nothing of the file changes."""
    path = tool.home / ".aws" / "credentials"
    path.parent.mkdir()
    old = "[alice]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = x\n"
    path.write_text(old)
    tool.apply({"admin_group": {},
                "admin_user": user("alice", tool.home / "alice.csv", profile="alice")})
    assert path.read_text() == old


def test_rootlock_uses_what_a_cli_wrote(tool, elsewhere):
    """The way back: a profile that Debian's CLI imported signs rootlock in."""
    make(tool, user("alice", tool.home / "alice.csv"))
    assert imported(elsewhere, tool.home / "alice.csv").returncode == 0
    shutil.copytree(elsewhere / ".aws", tool.home / ".aws")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        del tool.env[name]
    outcome = tool.audit("--profile", "alice")
    assert outcome.data["caller"] == arn(tool, "alice"), outcome.err
