# SPDX-License-Identifier: MIT
"""The screen sign_in: whose account it is, before anything else."""

import os

import pytest
from terminal import Terminal
from test_wizard import PROGRAM, Person, environment


@pytest.fixture
def question(practice, tmp_path):
    """The screen's question, asked anew."""
    os.chmod(tmp_path, 0o700)
    terminals = []

    def ask(**more):
        env = dict(environment(practice, tmp_path), **more)
        terminals.append(Terminal([PROGRAM], env))
        person = Person(terminals[-1])
        person.t.wait("Welcome")
        person.to_button("Continue")
        person.t.wait("Sign in with")
        person.to_button("Continue")
        return person.t.wait("Is this the account")

    yield ask
    for terminal in terminals:
        terminal.close()


def test_no_alias(practice, question):
    screen = question()
    assert practice.account in screen
    assert "us-east-1" in screen
    assert "Alias   none" in screen


def test_alias(practice, question):
    practice.reset("used")
    assert f"Alias   {practice.state()['alias']}" in question()


def test_alias_that_may_not_be_read(practice, question):
    iam = practice.client("iam")
    iam.create_user(UserName="nobody")
    key = iam.create_access_key(UserName="nobody")["AccessKey"]
    screen = question(AWS_ACCESS_KEY_ID=key["AccessKeyId"],
                      AWS_SECRET_ACCESS_KEY=key["SecretAccessKey"])
    assert "Alias   unknown: AccessDenied" in screen
    assert "user/nobody" in screen
