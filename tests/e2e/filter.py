# SPDX-License-Identifier: MIT
"""Small programs that answer a line of JSON with a line of JSON (tests/unit/signer.c, ...)."""

import json
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get("ROOTLOCK_BUILD", ROOT / "build"))


def ask(program, questions):
    """The answers of one run of a program to all questions."""
    text = "".join(json.dumps(question) + "\n" for question in questions)
    done = subprocess.run(
        [BUILD / "tests" / "unit" / program], input=text, capture_output=True, text=True,
        encoding="utf-8", timeout=60, check=True)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(questions)
    return answers
