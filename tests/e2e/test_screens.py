# SPDX-License-Identifier: MIT
"""Every screen as it was looked at and found good: tests/screens/README.md.

A golden file changes only by `make golden`, and in a commit of its own.
"""

import difflib
import re

import pytest
from rootlock import PROGRAM, ROOT
from screens import play

SCREENS = re.findall(r"^SCREEN\((\w+)\)", (ROOT / "screens" / "screens.def").read_text(), re.M)
PAGES = ["review.page", "review.result", "progress.page", "root_mfa_qr.page", "user_mfa_qr.page",
         "welcome.help", "review.calls", "admin_user_new.reveal", "welcome.leave",
         "welcome.too_small"]


@pytest.fixture(scope="module")
def account():
    still = play.StillAccount()
    yield still
    still.stop()


@pytest.mark.parametrize("look", play.LOOKS)
@pytest.mark.parametrize("script", play.scripts(), ids=lambda script: script.name)
def test_as_before(account, script, look):
    shown = play.play(PROGRAM.parent, account, script, look)
    assert sorted(shown) == sorted(script.dumps)
    for name, text in shown.items():
        path = play.golden(script, look, name)
        wanted = path.read_text() if path.exists() else ""
        change = difflib.unified_diff(wanted.splitlines(), text.splitlines(), str(path), "now",
                                      lineterm="")
        assert text == wanted, "\n".join(change)


@pytest.mark.parametrize("look", play.LOOKS)
def test_all_screens_have_one(look):
    wanted = [f"{screen}.page" for screen in SCREENS] + PAGES
    assert len(SCREENS) >= 14
    assert [name for name in wanted if not (play.GOLDEN / look / name).exists()] == []


def test_none_is_left_over():
    wanted = {play.golden(script, look, name)
              for script in play.scripts() for look in play.LOOKS for name in script.dumps}
    assert set(path for path in play.GOLDEN.rglob("*") if path.is_file()) == wanted


def test_looks_are_what_they_say():
    for path in (play.GOLDEN / "80x24-ascii").iterdir():
        assert path.read_text().isascii(), path
    for path in (play.GOLDEN / "80x24-mono").iterdir():
        assert " colour " not in path.read_text().split("\n----\n")[1], path
    for look in play.LOOKS:
        cols, rows = map(int, look.split("-")[0].split("x"))
        for path in (play.GOLDEN / look).iterdir():
            lines = path.read_text().split("\n---- styles")[0].splitlines()
            if not path.name.endswith("too_small"):
                assert len(lines) == rows, path
            assert max(map(len, lines)) <= cols, path
