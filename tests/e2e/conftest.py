# SPDX-License-Identifier: MIT
"""Fixtures for tests against the practice account.

``practice`` is one running server for the whole session, reset to the ``fresh`` scenario before
each test that uses it; see practice_client.Practice for what it offers.
"""

import pytest
from practice_client import Practice
from rootlock import Phone


@pytest.fixture(scope="session")
def practice_server(tmp_path_factory):
    log = tmp_path_factory.mktemp("practice") / "server.log"
    server = Practice("--log", str(log))
    yield server
    server.stop()


@pytest.fixture
def practice(practice_server):
    """The practice account, as new."""
    practice_server.reset()
    return practice_server


@pytest.fixture
def phone(practice, tmp_path):
    """An authenticator app for --mfa-codes-from."""
    return Phone(practice, tmp_path)
