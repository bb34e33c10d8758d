# SPDX-License-Identifier: MIT
"""Plays the key scripts of this directory with rootlock-test on a practice account.

As a program it writes the golden files anew (make golden): python play.py --build DIR [NAME...].
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
GOLDEN = HERE / "golden"
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "e2e")]

from practice_client import Practice  # noqa: E402
from screens.account import NOW  # noqa: E402

LOOKS = {
    "80x24": ["--size", "80x24"],
    "120x40": ["--size", "120x40"],
    "80x24-mono": ["--size", "80x24", "--mono"],
    "80x24-ascii": ["--size", "80x24", "--ascii"],
}


class StillAccount(Practice):
    """The practice account of account.py."""

    def __init__(self):
        self.process = subprocess.Popen([sys.executable, str(HERE / "account.py")],
                                        stdout=subprocess.PIPE,
                                        env=dict(os.environ, PYTHONPATH=str(HERE.parent)))
        self._take(json.loads(self.process.stdout.readline()))


class Script:
    """NAME.keys: comments at its head say what it needs (README.md); dumps, what it shows."""

    def __init__(self, path):
        self.name, self.keys = path.stem, path.read_text()
        head = dict(re.findall(r"^# (account|open|after|slow|signed): *(.*)$", self.keys, re.M))
        self.scenario, self.start = head.get("account", "fresh"), head.get("open")
        self.slow = head.get("slow")
        self.signed = head.get("signed", "root")
        if "after" in head:
            self.keys = (HERE / f"{head['after']}.part").read_text() + self.keys
        self.dumps = re.findall(r"^dump (.*)$", self.keys, re.M)


def scripts(names=()):
    found = [Script(path) for path in sorted(HERE.glob("*.keys"))]
    return [script for script in found if not names or script.name in names]


def play(build, account, script, look):
    """{name of the dump: text}, volatile words replaced; an AssertionError when it went wrong."""
    account.reset(script.scenario)
    if script.slow:
        service, action = script.slow.split()
        account.faults({"service": service, "action": action, "kind": "slow"})
    # A name of known length, so that what stands for it keeps every line as it is.
    home = pathlib.Path(tempfile.mkdtemp(prefix="rl-", dir="/tmp"))
    try:
        (home / "keys").write_text(script.keys)
        (home / "dumps").mkdir()
        done = subprocess.run(
            [f"{build}/rootlock-test", "--keys", home / "keys", "--dump", home / "dumps",
             "--now", str(NOW), *LOOKS[look], *([script.start] if script.start else [])],
            env=_environment(account, script, home), stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=120)
        shown = {path.name: path.read_text() for path in (home / "dumps").iterdir()}
        assert done.returncode == 130 and "failed" not in shown, (
            f"{script.name}, {look}: {done.returncode} {done.stderr}\n{shown.get('failed')}")
        return {name: steady(text, home) for name, text in shown.items()}
    finally:
        shutil.rmtree(home)


def _environment(account, script, home):
    env = {"PATH": os.environ["PATH"], "HOME": str(home), "XDG_STATE_HOME": str(home / "state"),
           "AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL": account.url,
           "AWS_ACCESS_KEY_ID": account.root_key, "AWS_SECRET_ACCESS_KEY": account.root_secret}
    if script.signed != "root":
        user = account.users[script.signed]
        env.update(AWS_ACCESS_KEY_ID=user["access_key_id"],
                   AWS_SECRET_ACCESS_KEY=user["secret_access_key"])
    return env


def steady(text, home):
    """What differs from run to run, by something of the same width (README.md)."""
    text = re.sub(r"(?<=127\.0\.0\.1:)\d{5}", "54321", text)
    text = text.replace(str(home), "/home/person".ljust(len(str(home)), "x"))
    text = re.sub(r"(?<=rootlock undo )\S+", lambda m: "R" * len(m[0]), text)
    # The rest of a sign-in address: random, and broken wherever the row ends.
    return re.sub(r"(?<=/v1/authorize\?)[^ \n]+(\n +[^ \n]+)*",
                  lambda m: re.sub(r"[^ \n]", "x", m[0]), text)


def golden(script, look, dump):
    return GOLDEN / look / f"{script.name}.{dump}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default="build")
    parser.add_argument("names", nargs="*")
    args = parser.parse_args()
    account = StillAccount()
    try:
        for script in scripts(args.names):
            for look in LOOKS:
                for dump, text in play(args.build, account, script, look).items():
                    path = golden(script, look, dump)
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_text(text)
                    print(path.relative_to(HERE))
    finally:
        account.stop()


if __name__ == "__main__":
    main()
