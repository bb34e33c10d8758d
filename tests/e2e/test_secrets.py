# SPDX-License-Identifier: MIT
"""After a headless run the one-time secrets are where the user asked for them, nowhere else."""

import csv
import os
import stat

import pytest
from rootlock import Phone, Rootlock, credentials


class Scene:
    """An apply that makes a password, an access key and an MFA device, with --debug on."""

    def __init__(self, practice, place):
        self.practice, self.tool = practice, Rootlock(practice, place)
        pocket = place / "pocket"
        pocket.mkdir()
        self.phone = Phone(practice, pocket)
        self.csv = self.tool.home / "alice.csv"
        self.profile = self.tool.home / ".aws" / "credentials"
        self.outcome = self.tool.apply({
            "admin_group": {},
            "admin_user": {"name": "alice", "credentials_csv": str(self.csv),
                           "profile": "alice"},
            "user_mfa": {"users": ["alice"]},
            "hand_over": {"report": str(self.tool.home / "report.json")},
        }, "--debug", "--mfa-codes-from", self.phone.command)
        assert self.outcome.code == 0, self.outcome.err
        row = credentials(self.csv)
        self.secrets = {
            "password": row["Password"], "secret access key": row["Secret access key"],
            "seed": self.phone.seed, "root's secret access key": practice.root_secret,
        }

    def files(self):
        """{path: bytes} of everything under the home and the state directory."""
        return {path: path.read_bytes()
                for top in (self.tool.home, self.tool.state)
                for path in top.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def scene(practice_server, tmp_path_factory):
    practice_server.reset()
    return Scene(practice_server, tmp_path_factory.mktemp("secrets"))


def holders(scene, secret):
    return {path for path, content in scene.files().items() if secret.encode() in content}


def test_there_is_something_to_find(scene):
    names = {path.name for path in scene.files()}
    assert {"alice.csv", "credentials", "journal", "report.json"} <= names
    for what, secret in scene.secrets.items():
        assert len(secret) >= 14, what


def test_secret_key_is_in_two_files(scene):
    found = holders(scene, scene.secrets["secret access key"])
    assert found == {scene.csv, scene.profile}


def test_password_is_in_the_csv(scene):
    assert holders(scene, scene.secrets["password"]) == {scene.csv}


def test_seed_is_nowhere(scene):
    assert holders(scene, scene.secrets["seed"]) == set()
    assert holders(scene, scene.secrets["seed"].lower()) == set()


def test_roots_key_is_nowhere(scene):
    assert holders(scene, scene.secrets["root's secret access key"]) == set()


def test_output_holds_none(scene):
    """Not even the trace of --debug."""
    shown = scene.outcome.out + scene.outcome.err
    assert "GetCallerIdentity" in scene.outcome.err
    for what, secret in scene.secrets.items():
        assert secret not in shown, what


def test_no_session_token_is_kept(scene):
    for path, content in scene.files().items():
        if path not in (scene.csv, scene.profile):
            assert b"ASIA" not in content, path


def test_modes(scene):
    for path in (scene.csv, scene.profile, scene.tool.state / "rootlock"):
        mode = stat.S_IMODE(os.stat(path).st_mode)
        assert mode & 0o077 == 0, (path, oct(mode))
    for path in (scene.tool.state / "rootlock").rglob("*"):
        mode = stat.S_IMODE(os.stat(path).st_mode)
        assert mode & 0o077 == 0, (path, oct(mode))


def test_no_stray_file(scene):
    """No temporary file is left beside those that were asked for."""
    expected = {"alice.csv", "report.json", "answers.json", "credentials"}
    assert {path.name for path in scene.files() if scene.tool.home in path.parents} == expected


def test_csv_is_kept_when_there(practice, tmp_path):
    """A file of that name is never written over: nothing is made before that is known."""
    tool = Rootlock(practice, tmp_path)
    path = tool.home / "alice.csv"
    path.write_text("mine")
    outcome = tool.apply({"admin_group": {}, "admin_user": {
        "name": "alice", "credentials_csv": str(path)}})
    assert outcome.code == 4, outcome.err
    assert path.read_text() == "mine"
    assert str(path) in outcome.err
    made = [action for _, action in tool.writes()]
    assert "CreateAccessKey" not in made and "CreateLoginProfile" not in made


def test_csv_is_importable(scene):
    """By the rules of `aws configure import` (AWS CLI 2, importer.py): a header line with these
    three columns in any case and order, and a value in each row for each."""
    with open(scene.csv, encoding="utf-8", newline="") as file:
        header = [name.strip().lower() for name in file.readline().split(",")]
        rows = list(csv.reader(file))
    places = [header.index(name) for name in ("user name", "access key id",
                                              "secret access key")]
    assert len(rows) == 1
    name, _, secret = (rows[0][place].strip() for place in places)
    assert name == "alice"
    assert secret == scene.secrets["secret access key"]
