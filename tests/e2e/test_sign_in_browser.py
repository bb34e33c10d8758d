# SPDX-License-Identifier: MIT
"""A browser sign-in carries the commands and the wizard, without an access key."""

from terminal import Terminal
from test_login import Browser, Person, person  # noqa: F401  (person is the fixture)
from test_wizard import PROGRAM
from test_wizard import Person as Keys


def token_calls(practice):
    return [call for call in practice.journal() if call["class"] == "signin"]


def test_audit_by_the_session(person, practice):  # noqa: F811
    person.sign_in()
    done = person.run("audit", "--output", "json")
    assert done.returncode == 3, done.stderr
    assert ":root" in done.stdout
    assert len(token_calls(practice)) == 1  # fifteen minutes are enough


def test_a_session_that_is_about_to_end_is_refreshed(person, practice):  # noqa: F811
    practice.control("signin", {"access_seconds": 200})
    person.sign_in()
    before = person.token()["accessToken"]["accessKeyId"]
    done = person.run("audit", "--output", "json")
    assert done.returncode == 3, done.stderr
    assert len(token_calls(practice)) >= 2  # as short is the next one
    assert person.token()["accessToken"]["accessKeyId"] != before


def test_wizard_by_a_session_that_is_there(person, practice):  # noqa: F811
    """The session of `rootlock login` or `aws login` is what the wizard offers first."""
    practice.control("signin", {"access_seconds": 200})
    person.sign_in()
    terminal = Terminal([PROGRAM], person.env)
    try:
        keys = Keys(terminal)
        terminal.wait("Welcome")
        keys.to_button("Continue")
        terminal.wait("a profile")
        assert len(token_calls(practice)) == 1  # nothing is asked before consent to sign in
        keys.to_button("Continue")
        terminal.wait("Is this the account")
        assert ":root" in terminal.screen()
    finally:
        terminal.close()


def test_wizard_by_a_browser_elsewhere(person, practice):  # noqa: F811
    """Without a display the code is pasted; the checklist is read as root."""
    env = {k: v for k, v in person.env.items() if k != "DISPLAY"}
    terminal = Terminal([PROGRAM], dict(env, PATH=person.env["PATH"]))
    try:
        keys = Keys(terminal)
        terminal.wait("Welcome")
        keys.to_button("Continue")
        terminal.wait("a browser elsewhere")
        keys.to_button("Continue")
        screen = terminal.wait("/v1/authorize")
        lines = screen.splitlines()
        at = next(i for i, line in enumerate(lines) if "/v1/authorize" in line)
        url = ""
        for line in lines[at:]:
            if not line.strip():
                break
            url += line.strip()
        code = Browser(practice, url).pasted()
        terminal.paste("no such code")
        keys.press("Enter")
        terminal.wait("not a code|whole|again")
        terminal.paste(code)
        keys.press("Enter")
        terminal.wait("Is this the account and the user")
        keys.to_button("Yes, this one")
        terminal.wait("done and verified")
        keys.press("Enter")
        terminal.wait(r"Checklist[\s\S]*Delete your root access keys")
        terminal.wait(r"✓ pass +Delete your root access keys", 30)
        assert code not in terminal.screen()
    finally:
        terminal.close()
