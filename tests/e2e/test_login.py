# SPDX-License-Identifier: MIT
"""rootlock login and logout: the browser sign-in, the cache shared with the AWS CLI and SDKs.

A person's terminal is a pty, his browser is a script that fills in the practice account's pages.
"""

import base64
import codecs
import errno
import fcntl
import hashlib
import http.server
import json
import os
import pathlib
import pty
import re
import select
import signal
import stat
import struct
import subprocess
import sys
import termios
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest

from filter import BUILD
from rootlock import PROGRAM, ROOT_PASSWORD

ROOT = "arn:aws:iam::123456789012:root"
PUBLISHED = (pathlib.Path(__file__).resolve().parents[3] / "shared" / "data" / "login"
             / "login-provider-test-cases.json")
URL = re.compile(r"(https?://\S+/v1/authorize\?\S+)")


class Person:
    """rootlock with a home of its own on a terminal of its own."""

    def __init__(self, practice, place):
        self.practice, self.home, self.process = practice, place / "home", None
        self.shown, self.all = "", ""  # since the last wait(), since start()
        self.home.mkdir(mode=0o700)
        self.bin, self.opened, self.state = place / "bin", place / "opened", place / "state"
        self.bin.mkdir()
        opener = self.bin / "xdg-open"
        opener.write_text(f"#!/bin/sh\n{{ printf '%s\\n' \"$@\"; echo --; env; }} "
                          f">{self.opened}.new && mv {self.opened}.new {self.opened}\n")
        opener.chmod(0o755)
        self.env = {
            "PATH": f"{self.bin}:{os.environ['PATH']}", "HOME": str(self.home), "DISPLAY": ":9",
            "XDG_STATE_HOME": str(self.state), "AWS_REGION": "us-east-1", "LANG": "C.UTF-8",
            "AWS_ENDPOINT_URL": practice.url, "AWS_ENDPOINT_URL_SIGNIN": practice.signin,
            "AWS_MAX_ATTEMPTS": "2", "TERM": "xterm"}
        self.cache = self.home / ".aws" / "login" / "cache"

    # The terminal.

    def start(self, *args, cols=100):
        self.shown = self.all = ""
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")  # reads split characters
        self.terminal, inside = pty.openpty()
        fcntl.ioctl(inside, termios.TIOCSWINSZ, struct.pack("HHHH", 40, cols, 0, 0))

        def take_terminal():
            os.setsid()
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # a job in the background ignores it
            fcntl.ioctl(inside, termios.TIOCSCTTY, 0)

        self.process = subprocess.Popen(
            [PROGRAM, *args], env=self.env, stdin=inside, stdout=subprocess.PIPE, stderr=inside,
            preexec_fn=take_terminal, cwd=self.home)
        os.close(inside)
        return self

    def wait(self, pattern, timeout=20):
        """Until the terminal shows the pattern behind what was waited for before."""
        end = time.time() + timeout
        while time.time() < end:
            found = re.search(pattern, self.shown)
            if found:
                self.shown = self.shown[found.end():]
                return found
            self._read(0.1)
        raise AssertionError(f"{pattern!r} did not show: {self.shown!r}")

    def _read(self, seconds):
        if not select.select([self.terminal], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.terminal, 65536)
        except OSError as gone:
            assert gone.errno == errno.EIO
            time.sleep(0.05)
            return False
        text = self.decoder.decode(data).replace("\r\n", "\n")
        self.shown, self.all = self.shown + text, self.all + text
        return True

    def type(self, text):
        os.write(self.terminal, text.encode())

    def end(self, timeout=20):
        """(exit status, standard output, what the terminal showed since the last wait)."""
        limit = time.time() + timeout
        while self.process.poll() is None and time.time() < limit:
            self._read(0.1)
        assert self.process.poll() is not None, f"it goes on: {self.shown!r}"
        while self._read(0.05):
            pass
        out = self.process.stdout.read().decode()
        os.close(self.terminal)
        return self.process.returncode, out, self.shown

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def run(self, *args):
        """Without a terminal."""
        return subprocess.run([PROGRAM, *args], env=self.env, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=60, cwd=self.home,
                              start_new_session=True)

    def told_opener(self):
        """What the opener was given and its environment, once it has run: it is not waited for."""
        end = time.time() + 20
        while not self.opened.exists() and time.time() < end:
            time.sleep(0.05)
        return self.opened.read_text()

    # The way through.

    def url(self):
        return self.wait(URL)[1]

    def sign_in(self, *args):
        """A whole sign-in of root that is confirmed."""
        self.start("login", *args)
        browse(self.practice, self.url())
        self.wait("Type yes to go on: ")
        self.type("yes\n")
        status, out, shown = self.end()
        assert status == 0, shown
        return out

    # What is on the disk.

    def token_file(self, arn=ROOT):
        return self.cache / (hashlib.sha256(arn.encode()).hexdigest() + ".json")

    def token(self, arn=ROOT):
        return json.loads(self.token_file(arn).read_text())

    def config(self):
        return (self.home / ".aws" / "config").read_text()

    def files(self):
        return sorted(str(p.relative_to(self.home)) for p in self.home.rglob("*") if p.is_file())


@pytest.fixture
def person(practice, tmp_path):
    practice.reset("new")
    made = Person(practice, tmp_path)
    yield made
    made.stop()
    assert practice.violations() == []


class Browser:
    """The sign-in pages, filled in as root; follows the redirect to rootlock's port."""

    def __init__(self, practice, url):
        self.practice, self.browser = practice, practice.browser()
        self.browser.url = practice.signin
        parts = urllib.parse.urlsplit(url)
        self.asked = dict(urllib.parse.parse_qsl(parts.query, strict_parsing=True))
        self.browser.open(f"{parts.path}?{parts.query}")
        assert self.browser.status == 200, self.browser.page

    def submit(self, what, **fields):
        self.browser.open(f"/v1/authorize/{what}", request=self.browser.value("request"),
                          **fields)
        return self.browser

    def root(self):
        return self.submit("root", email="root@example.com", password=ROOT_PASSWORD)

    def pasted(self):
        return self.root().text("authorization-code")


def browse(practice, url):
    page = Browser(practice, url).root()
    assert page.status == 200 and "You have signed in" in page.page, page.page
    return page


def visit(url):
    """(status, text) of a page."""
    try:
        with urllib.request.urlopen(url, timeout=10) as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


# The same device.


def test_same_device(person, practice):
    person.start("login")
    asked = Browser(practice, person.url()).asked
    assert asked["client_id"] == "arn:aws:signin:::devtools/same-device"
    assert asked["code_challenge_method"] == "SHA-256"
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/oauth/callback", asked["redirect_uri"])
    url = "?".join(person.told_opener().splitlines()[0].split("?"))
    browse(practice, url)
    shown = person.wait(r"(?s)Account +123456789012.*Signed in +(\S+).*Caller +(\S+)")
    assert shown.groups() == (ROOT, ROOT)
    person.wait("Type yes to go on: ")
    assert person.files() == []
    person.type("yes\n")
    status, out, _ = person.end()
    assert status == 0 and "Signed in to account 123456789012" in out and "logout" in out
    assert person.config() == f"[default]\nlogin_session = {ROOT}\nregion = us-east-1\n"
    assert stat.S_IMODE(person.token_file().stat().st_mode) == 0o600
    assert stat.S_IMODE(person.cache.stat().st_mode) == 0o700
    token = person.token()
    assert list(token["accessToken"]) == ["accessKeyId", "secretAccessKey", "sessionToken",
                                          "accountId", "expiresAt"]
    assert token["accessToken"]["accountId"] == "123456789012"
    assert token["tokenType"] == "urn:aws:params:oauth:token-type:access_token_sigv4"
    assert token["clientId"] == "arn:aws:signin:::devtools/same-device"
    assert token["dpopKey"].startswith("-----BEGIN EC PRIVATE KEY-----\n")
    assert token["idToken"].count(".") == 2 and token["signInRegion"] == "us-east-1"
    left = time.mktime(time.strptime(token["accessToken"]["expiresAt"], "%Y-%m-%dT%H:%M:%SZ"))
    assert 800 < left - time.timezone - time.time() <= 905


def test_the_browser_gets_a_clean_environment(person, practice):
    person.env |= {"AWS_SECRET_ACCESS_KEY": "not-for-the-browser", "SECRET": "nor-this"}
    person.start("login")
    url = person.url()
    argument, environ = person.told_opener().split("\n--\n")
    assert argument == url and "DISPLAY=:9" in environ
    assert not re.search("AWS|SECRET|not-for|nor-this", environ)
    person.type("\x1b")
    assert person.end()[0] == 130


def test_without_an_opener_the_address_is_enough(person, practice):
    (person.bin / "xdg-open").unlink()
    person.env["PATH"] = str(person.bin)
    person.start("login", "--profile", "fresh-one", "--output", "json")
    browse(practice, person.url())
    person.wait("Type yes")
    person.type("yes\n")
    status, out, _ = person.end()
    assert (status, json.loads(out)) == (0, {
        "account": "123456789012", "caller": ROOT, "region": "us-east-1",
        "profile": "fresh-one"})
    assert person.config().startswith("[profile fresh-one]\n")


def test_only_loopback(person):
    person.start("login")
    port = int(re.search(r"127\.0\.0\.1%3A(\d+)", person.url())[1])
    listening = [line.split()[1] for line in pathlib.Path("/proc/net/tcp").read_text()
                 .splitlines()[1:] if line.split()[1].endswith(f":{port:04X}")
                 and line.split()[3] == "0A"]
    assert listening == [f"0100007F:{port:04X}"]
    person.type("\x1b")
    person.end()


def test_other_pages_wrong_state_and_second_callback(person, practice):
    person.start("login")
    url = person.url()
    back = Browser(practice, url).asked["redirect_uri"]
    state = Browser(practice, url).asked["state"]
    base = back.removesuffix("/oauth/callback")
    assert visit(base + "/favicon.ico")[0] == 404
    assert visit(back)[0] == 404
    status, page = visit(back + "?code=abc&state=<script>")
    assert status == 400 and "script" not in page
    person.wait("from another sign-in")
    assert visit(back + f"?state={state}")[0] == 400
    person.wait("without a code")
    silent = urllib.parse.urlsplit(back)
    import socket
    idle = [socket.create_connection((silent.hostname, silent.port)) for _ in range(12)]
    browse(practice, url)
    for each in idle:
        each.close()
    person.wait("Type yes")
    person.type("yes\n")
    assert person.end()[0] == 0
    with pytest.raises(OSError):
        visit(back + f"?code=abc&state={state}")


def test_a_second_callback_while_the_first_is_exchanged(person, practice):
    person.start("login")
    url = person.url()
    asked = Browser(practice, url).asked
    seen = []

    def again():
        for _ in range(200):
            try:
                seen.append(visit(f"{asked['redirect_uri']}?code=zzz&state={asked['state']}"))
            except OSError:
                pass

    browser = Browser(practice, url)
    browse_first = threading.Thread(target=browser.root)
    browse_first.start()
    browse_first.join()
    again_thread = threading.Thread(target=again)
    again_thread.start()
    person.wait("Type yes")
    person.type("yes\n")
    assert person.end()[0] == 0
    again_thread.join()
    assert all(status == 200 and "takes no second one" in page for status, page in seen)


def test_refused_in_the_browser(person, practice):
    person.start("login")
    page = Browser(practice, person.url()).submit("cancel")
    assert "You have not signed in" in page.page
    status, _, shown = person.end()
    assert status != 0 and "refused or cancelled" in shown and "access_denied" in shown
    assert person.files() == []


def test_a_replayed_code(person, practice):
    """A browser extension, say, has used up the code before rootlock could."""
    practice.faults({"service": "signin", "kind": "INVALID_REQUEST"})
    person.start("login")
    browse(practice, person.url())
    status, _, shown = person.end()
    assert status == 254 and "(INVALID_REQUEST)" in shown and "used before" in shown
    assert "rootlock login" in shown and person.files() == []


def test_not_the_one_i_meant(person, practice):
    person.start("login")
    first = person.url()
    browse(practice, first)
    person.wait("Type yes to go on: ")
    person.type("no\n")
    person.wait("Sign in as another user")
    person.type("yes\n")
    second = person.url()
    assert Browser(practice, second).asked["state"] != Browser(practice, first).asked["state"]
    browse(practice, second)
    person.wait("Type yes to go on: ")
    person.type("no\n")
    person.wait("Sign in as another user")
    person.type("no\n")
    status, out, _ = person.end()
    assert (status, out) == (130, "") and person.files() == []


@pytest.mark.parametrize("key", ("\x1b", "\x03"))
def test_cancel_leaves_nothing(person, practice, key):
    person.start("login")
    person.url()
    person.wait("cancels")
    person.type("\x1b[A")  # an arrow is no Esc
    time.sleep(0.4)
    assert person.process.poll() is None
    before = termios.tcgetattr(person.terminal)
    assert not before[3] & termios.ECHO
    person.type(key)
    status, out, _ = person.end()
    assert (status, out) == (130, "") and person.files() == []


def test_cancel_at_the_question_and_by_signal(person, practice):
    person.start("login")
    browse(practice, person.url())
    person.wait("Type yes")
    assert termios.tcgetattr(person.terminal)[3] & termios.ECHO
    person.type("\x03")
    assert person.end()[0] == -signal.SIGINT
    assert person.files() == []


def test_no_terminal(person):
    done = person.run("login")
    assert done.returncode == 252 and "terminal" in done.stderr and person.files() == []


def test_a_port_that_cannot_be_had(person, tmp_path):
    """In a network of its own without addresses there is no port of 127.0.0.1."""
    probe = subprocess.run(["unshare", "-rn", "true"], capture_output=True)
    if probe.returncode:
        pytest.skip("no network namespaces here")
    done = subprocess.run(
        ["unshare", "-rn", "sh", "-c",
         "ip link set lo up && sysctl -qw net.ipv4.ip_local_port_range='40000 40001' &&"
         f" exec {sys.executable} -c '{TAKE_PORTS}' {PROGRAM} login --yes"],
        env=person.env, capture_output=True, text=True, timeout=30, start_new_session=True,
        stdin=subprocess.DEVNULL)
    assert done.returncode == 255, done.stderr
    assert "no port of 127.0.0.1" in done.stderr and "--remote" in done.stderr


TAKE_PORTS = """
import os, socket, sys
for port in (40000, 40001):
    s = socket.socket(); s.bind(("127.0.0.1", port)); s.listen(); os.set_inheritable(s.fileno(), True); s.detach()
os.execv(sys.argv[1], sys.argv[1:])
"""


# Another device.


def dresses(code):
    raw = base64.b64decode(code)
    yield code
    yield code.rstrip("=")
    yield base64.urlsafe_b64encode(raw).decode()
    yield base64.urlsafe_b64encode(raw).decode().rstrip("=") + "=="
    yield f"  {code}  "
    yield re.sub("(.{40})", r"\1\n", code)
    yield "\x1b[200~" + code + "\x1b[201~"


@pytest.mark.parametrize("dress", range(7))
def test_remote_in_every_dress(person, practice, dress):
    person.start("login", "--remote")
    url = person.url()
    person.wait("then Enter: ")
    browser = Browser(practice, url)
    assert browser.asked["client_id"] == "arn:aws:signin:::devtools/cross-device"
    assert browser.asked["redirect_uri"] == practice.signin + "/v1/sessions/confirmation"
    code = list(dresses(browser.pasted()))[dress]
    person.type(code)
    time.sleep(0.3)
    person.type("\r")
    person.wait("Type yes")
    assert code.strip()[:30] not in person.shown
    person.type("yes\n")
    assert person.end()[0] == 0
    assert person.token()["clientId"] == "arn:aws:signin:::devtools/cross-device"
    assert not person.opened.exists()


def test_remote_qr(person, practice, tmp_path):
    from terminal import picture, read_qr

    person.start("login", "--remote", cols=120)
    url = person.url()
    drawing = person.wait(r"(?s)\n(.*)\nEsc or Ctrl-C")[1]
    picture(drawing, tmp_path / "screen.png")
    assert read_qr(tmp_path / "screen.png") == url
    person.type("\x1b")
    person.end()


def test_remote_in_a_narrow_window(person):
    person.start("login", "--remote", cols=60)
    person.url()
    person.wait("Make the window wider")
    person.type("\x1b")
    person.end()


@pytest.mark.parametrize("variables", (
    {"SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22"}, {"DISPLAY": ""}))
def test_remote_by_itself(person, variables):
    person.env |= variables
    person.start("login")
    assert "cross-device" in person.url()
    person.wait("then Enter: ")
    person.type("\x1b")
    assert person.end()[0] == 130 and person.files() == []


def test_bad_pastes(person, practice):
    person.start("login", "--remote")
    url = person.url()
    person.wait("then Enter: ")
    good = Browser(practice, url).pasted()
    other = base64.b64encode(b"state=0000&code=abc").decode()
    for bad, told in (("rubbish!", "not the code"), (good[8:], "not the code"),
                      (good[:50], "not the code"), (other, "another sign-in")):
        person.type(bad + "\r")
        person.wait(told)
        person.wait("then Enter: ")
    person.type("\r")
    person.wait("then Enter: ")
    person.type("x\x15" + good + "yy\x7f\x7f\r")
    person.wait("Type yes")
    person.type("yes\n")
    assert person.end()[0] == 0


# The clock.


@pytest.mark.parametrize("off", (40, -40, 600, -600))
def test_clock_off(person, practice, off):
    practice.clock(offset=off)
    person.sign_in()
    journal = [call for call in practice.journal() if call["action"] == "CreateOAuth2Token"]
    assert len(journal) == 1, "the first proof has the server's time"
    practice.clock(offset=0)


def test_clock_changes_after_it_was_learnt(person, practice):
    """The Date was asked for; then the server's time jumps: the answer's Date repairs it once."""
    person.start("login")
    url = person.url()
    practice.faults({"service": "signin", "kind": "500"})
    browse(practice, url)
    person.wait("Type yes")
    person.type("yes\n")
    assert person.end()[0] == 0


# The token table.


@pytest.mark.parametrize("kind, code, told, times", (
    ("TOKEN_EXPIRED", "TOKEN_EXPIRED", "clock", 1),
    ("AUTHCODE_EXPIRED", "AUTHCODE_EXPIRED", "too old", 1),
    ("USER_CREDENTIALS_CHANGED", "USER_CREDENTIALS_CHANGED", "changed", 1),
    ("INSUFFICIENT_PERMISSIONS", "INSUFFICIENT_PERMISSIONS", "signin:CreateOAuth2Token", 1),
    ("INVALID_REQUEST", "INVALID_REQUEST", "used before", 1),
    ("throttle", "TooManyRequestsError", "Wait a minute", 2),
    ("500", "server_error", "--region us-west-2", 2),
))
def test_each_error_at_sign_in(person, practice, kind, code, told, times):
    practice.faults({"service": "signin", "kind": kind, "times": 9})
    person.start("login")
    browse(practice, person.url())
    status, out, shown = person.end()
    assert status == 254 and out == "" and person.files() == []
    assert f"({code}) when calling the CreateOAuth2Token operation" in shown
    assert re.search(told.replace(" ", r"\s"), shown), shown
    asked = [c for c in practice.journal() if c["action"] == "CreateOAuth2Token"]
    assert len(asked) == times


@pytest.mark.parametrize("kind", ("throttle", "500", "503", "close", "reset"))
def test_passing_errors_are_tried_again(person, practice, kind):
    practice.faults({"service": "signin", "kind": kind})
    person.sign_in()


# Profiles.


@pytest.mark.parametrize("file, text, key", (
    ("credentials", "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n",
     "aws_access_key_id"),
    ("config", "[default]\nrole_arn = arn:aws:iam::123456789012:role/x\n", "role_arn"),
    ("config", "[profile default]\nregion = us-east-1\ncredential_process = /bin/x\n",
     "credential_process"),
    ("config", "[default]\nsso_session = x\n", "sso_session"),
))
def test_other_credentials_are_not_hidden(person, file, text, key):
    (person.home / ".aws").mkdir()
    (person.home / ".aws" / file).write_text(text)
    status, out, shown = person.start("login").end()
    assert status == 253 and out == "" and key in shown and "--profile" in shown
    assert f".aws/{file} line" in shown and not person.opened.exists()
    assert person.files() == [f".aws/{file}"]


def test_profile_is_kept_as_it_was(person, practice):
    (person.home / ".aws").mkdir()
    config = person.home / ".aws" / "config"
    config.write_text("# mine\n[profile other]\nregion = eu-west-1\n\n[default]\n"
                      "output = text ; really\n")
    person.sign_in()
    assert person.config() == (
        "# mine\n[profile other]\nregion = eu-west-1\n\n[default]\noutput = text ; really\n"
        f"login_session = {ROOT}\nregion = us-east-1\n")


def test_profile_of_somebody_else(person, practice):
    (person.home / ".aws").mkdir()
    config = person.home / ".aws" / "config"
    alice = "arn:aws:iam::123456789012:user/alice"
    config.write_text(f"[default]\nlogin_session = {alice}\n")
    person.start("login")
    browse(practice, person.url())
    person.wait("Type yes")
    person.type("yes\n")
    person.wait(f"(?s)is for {alice}.*Type yes")
    person.type("no\n")
    person.wait("Sign in as another user")
    person.type("no\n")
    assert person.end()[0] == 130
    assert config.read_text() == f"[default]\nlogin_session = {alice}\n"
    assert not person.cache.exists()


def test_environment_keys_are_told(person):
    person.env |= {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "x"}
    person.start("login")
    person.wait("AWS_ACCESS_KEY_ID goes before this sign-in")
    person.url()
    person.type("\x1b")
    person.end()


def test_no_region(person, practice):
    del person.env["AWS_REGION"]
    person.start("login")
    person.wait("us-east-1")
    browse(practice, person.url())
    person.wait("Type yes")
    person.type("yes\n")
    assert person.end()[0] == 0 and "region = us-east-1" in person.config()


# Logout.


def test_logout(person, practice):
    person.sign_in("--profile", "root")
    done = person.run("logout", "--profile", "root")
    assert done.returncode == 0 and "15 minutes" in done.stdout and ROOT in done.stdout
    assert person.files() == [".aws/config"]
    done = person.run("logout", "--profile", "root")
    assert done.returncode == 0 and "no session" in done.stdout
    assert person.run("logout").returncode == 253
    assert person.run("logout", "--profile", "absent").returncode == 253


# Secrets.


def test_no_secret_is_told(person, practice):
    person.start("login", "--debug")
    url = person.url()
    argv = pathlib.Path(f"/proc/{person.process.pid}/cmdline").read_bytes()
    browse(practice, url)
    person.wait("Type yes")
    argv += pathlib.Path(f"/proc/{person.process.pid}/cmdline").read_bytes()
    person.type("yes\n")
    status, out, _ = person.end()
    assert status == 0
    token = person.token()
    everything = out + person.all + argv.decode() + person.told_opener()
    everything += "".join(p.read_text() for p in person.state.rglob("*") if p.is_file())
    assert "login: exchange status=200" in person.all and "xdg-open" not in argv.decode()
    secrets = [token["accessToken"]["secretAccessKey"], token["accessToken"]["sessionToken"],
               token["refreshToken"], token["idToken"], *token["dpopKey"].splitlines()[1:-1]]
    assert [s for s in secrets if s in everything] == []


# The cache, by the program's own reader (tests/unit/logins.c).


class Reader:
    def __init__(self, person):
        self.person = person

    def command(self):
        return [BUILD / "tests" / "unit" / "logins"]

    def question(self, **more):
        return json.dumps({"session": ROOT, "url": self.person.practice.signin,
                           "here": "us-east-1", **more}) + "\n"

    def start(self, **more):
        process = subprocess.Popen(self.command(), env=self.person.env, stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        process.stdin.write(self.question(**more))
        process.stdin.close()
        process.stdin = None
        return process

    def ask(self, **more):
        done = subprocess.run(self.command(), env=self.person.env, input=self.question(**more),
                              capture_output=True, text=True, timeout=60, check=True)
        return json.loads(done.stdout)


@pytest.fixture
def reader(person):
    person.sign_in()
    return Reader(person)


def age(person, seconds):
    """Set the end of the session in its file so many seconds from now."""
    token = person.token()
    token["accessToken"]["expiresAt"] = time.strftime(
        "%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))
    person.token_file().write_text(json.dumps(token))


def refreshes(practice):
    return practice.control("signin")["logins"][-1]["refreshes"]


def test_loaded_without_a_call(reader, person, practice):
    before, calls = person.token(), len(practice.journal())
    got = reader.ask()
    assert got["key"] == before["accessToken"]["accessKeyId"]
    assert got["token"] == before["accessToken"]["sessionToken"]
    assert len(practice.journal()) == calls and person.token() == before


@pytest.mark.parametrize("left, expected", ((310, 0), (290, 1), (-5, 1)))
def test_refreshed_at_five_minutes_left(reader, person, practice, left, expected):
    age(person, left)
    old = person.token() | {"somebodyElses": {"kept": [1, 2.5, None, "ü"]}}
    person.token_file().write_text(json.dumps(old))
    got, new = reader.ask(), person.token()
    assert refreshes(practice) == expected
    assert got["key"] == new["accessToken"]["accessKeyId"]
    for kept in ("clientId", "idToken", "dpopKey", "tokenType", "signInRegion",
                 "somebodyElses"):
        assert new[kept] == old[kept]
    assert new["accessToken"]["accountId"] == "123456789012"
    assert (new["refreshToken"] != old["refreshToken"]) == bool(expected)
    assert stat.S_IMODE(person.token_file().stat().st_mode) == 0o600


def test_a_key_that_aws_refused_is_refreshed(reader, person, practice):
    key = person.token()["accessToken"]["accessKeyId"]
    assert reader.ask(refused="AKIASOMEOTHER")["key"] == key
    assert reader.ask(refused=key)["key"] != key
    assert refreshes(practice) == 1


def test_refresh_is_pinned_to_the_sign_in_region(reader, person, practice):
    age(person, 10)
    assert "key" in reader.ask(here="eu-west-1", region="eu-west-1")
    real = Stub([])
    token = person.token()
    for pinned, told, wanted in (("us-east-1", None, "us-east-1"), (None, "ap-south-2", "ap-south-2"),
                                 (None, None, "eu-west-1")):
        token.pop("signInRegion", None)
        if pinned:
            token["signInRegion"] = pinned
        assert region_asked(reader, person, token, told) == wanted
    real.close()


def region_asked(reader, person, token, told):
    """The Region in the host name that a refresh goes to, seen by a proxy."""
    token["accessToken"]["expiresAt"] = "2020-01-01T00:00:00Z"
    person.token_file().write_text(json.dumps(token))
    proxy = Stub([])
    environ = person.env | {"HTTPS_PROXY": proxy.url}
    question = {"session": ROOT, "here": "eu-west-1", "attempts": 1}
    if told:
        question["region"] = told
    subprocess.run(reader.command(), env=environ, input=json.dumps(question) + "\n", text=True,
                   capture_output=True, timeout=60, check=True)
    proxy.close()
    hosts = {re.fullmatch(r"([a-z0-9-]+)\.signin\.aws\.amazon\.com:443", h)[1]
             for h in proxy.connects}
    assert len(hosts) == 1
    return hosts.pop()


def test_two_processes_refresh_two_hundred_times(reader, person, practice):
    both = [reader.start(refused="present", times=200) for _ in range(2)]
    for process in both:
        out, err = process.communicate(timeout=300)
        assert process.returncode == 0, err
        assert "key" in json.loads(out), out
    assert 200 <= refreshes(practice) <= 400
    assert [p.name for p in person.cache.iterdir() if p.suffix not in (".json", ".lock")] == []
    age(person, 10)
    assert "key" in reader.ask()


@pytest.mark.parametrize("kind, code, told", (
    ("TOKEN_EXPIRED", "TOKEN_EXPIRED", "12 hours"),
    ("USER_CREDENTIALS_CHANGED", "USER_CREDENTIALS_CHANGED", "changed"),
    ("INSUFFICIENT_PERMISSIONS", "INSUFFICIENT_PERMISSIONS", "signin:CreateOAuth2Token"),
    ("INVALID_REQUEST", "INVALID_REQUEST", "another program"),
    ("throttle", "TooManyRequestsError", "Wait a minute"),
    ("500", "server_error", "few minutes"),
    ("503", "server_error", "few minutes"),
    ("close", "ConnectionClosed", "closed"),
))
def test_each_error_at_refresh(reader, person, practice, kind, code, told):
    age(person, 20)
    before = person.token_file().read_bytes()
    practice.faults({"service": "signin", "kind": kind, "times": 9})
    got = reader.ask()
    assert got["error"] == code and told in got["text"]
    assert person.token_file().read_bytes() == before
    assert len(list(person.cache.iterdir())) == 2  # the file and its lock
    practice.faults()
    assert "key" in reader.ask()


def test_a_passing_error_does_not_end_a_session_that_still_serves(reader, person, practice):
    age(person, 200)
    key = person.token()["accessToken"]["accessKeyId"]
    practice.faults({"service": "signin", "kind": "500", "times": 9})
    assert reader.ask()["key"] == key
    practice.faults()
    assert reader.ask()["key"] != key


def test_the_file_says_what_is_wrong(reader, person):
    good = person.token()
    for member in ("accessToken", "refreshToken", "dpopKey", "clientId"):
        person.token_file().write_text(json.dumps({k: v for k, v in good.items() if k != member}))
        got = reader.ask()
        assert got["error"] == "BadLogin" and member in got["text"]
        assert str(person.token_file()) in got["text"] and got["exit"] == 253
    for rubbish in ("", "{", "[]", "null", '{"a":1,"a":2}'):
        person.token_file().write_text(rubbish)
        assert reader.ask()["error"] == "BadLogin"
    person.token_file().write_text(json.dumps(
        good | {"dpopKey": "x", "accessToken": good["accessToken"] | {
            "expiresAt": "2020-01-01T00:00:00Z"}}))
    assert "dpopKey" in reader.ask()["text"]
    person.token_file().unlink()
    got = reader.ask()
    assert got["error"] == "NoLogin" and "rootlock login" in got["text"]


def test_somebody_without_a_lock_came_between(reader, person, practice):
    """The CLI has refreshed the session after we read it: our token is refused, its is taken."""
    age(person, 10)
    stub = Stub([(400, {"error": "INVALID_REQUEST", "message": "grant"}, lambda: theirs())])

    def theirs():
        token = person.token()
        token["refreshToken"] = "theirs"
        token["accessToken"]["accessKeyId"] = "ASIATHEIRS"
        token["accessToken"]["expiresAt"] = "2999-01-01T00:00:00Z"
        person.token_file().write_text(json.dumps(token))

    got = reader.ask(url=stub.url)
    stub.close()
    assert got["key"] == "ASIATHEIRS" and len(stub.bodies) == 1


@pytest.mark.parametrize("off", (40, 600, -600))
def test_refresh_with_a_wrong_clock(reader, person, practice, off):
    age(person, 10)
    practice.clock(offset=off)
    assert "key" in reader.ask()
    practice.clock(offset=0)


def test_full_disk(reader, person, practice):
    """No room: the old token is not used up."""
    age(person, 10)
    before = person.token_file().read_bytes()
    environ = person.env
    done = subprocess.run(
        ["sh", "-c", f"ulimit -f 1; trap '' XFSZ; exec {reader.command()[0]}"], env=environ,
        input=reader.question(), capture_output=True, text=True, timeout=60)
    got = json.loads(done.stdout)
    assert "cannot write" in got["text"] and refreshes(practice) == 0
    assert person.token_file().read_bytes() == before
    assert "key" in reader.ask()


def killed(call, nth, command):
    """The command under strace, killed at the nth such system call; None without strace."""
    return ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}",
            "-e", f"inject={call}:signal=KILL:when={nth}", *map(str, command)]


TRACED = {"ASAN_OPTIONS": "detect_leaks=0"}  # it cannot look for leaks under strace

needs_strace = pytest.mark.skipif(
    subprocess.run(["sh", "-c", "strace -qq -o /dev/null true"], capture_output=True).returncode,
    reason="no strace here")


@needs_strace
@pytest.mark.parametrize("call, least", (
    ("openat", 5), ("write", 2), ("fsync", 3), ("ftruncate", 1), ("fchmod", 1), ("renameat", 1),
    ("flock", 1)))
def test_kill_at_each_write(reader, person, practice, call, least):
    """Killed at every system call that changes a file: the old or the new file, never half.

    The server gives the same answer to a token that comes again, as AWS says of itself, or the
    moment between its answer and the file's rename could not be survived by anybody.
    """
    practice.control("signin", {"refresh_reuse": "same"})
    kills = 0
    for nth in range(1, 200):
        age(person, 10)
        before = person.token()
        done = subprocess.run(killed(call, nth, reader.command()), env=person.env | TRACED,
                              input=reader.question(), capture_output=True, text=True, timeout=60)
        after = person.token()
        assert after == before or after["accessToken"] != before["accessToken"]
        assert after.keys() == before.keys()
        assert "key" in reader.ask(), nth
        if done.returncode == 0:
            break
        kills += 1
    assert kills >= least


@needs_strace
@pytest.mark.parametrize("call", ("write", "fsync", "renameat"))
def test_kill_while_a_sign_in_is_saved(person, practice, call):
    """The cache first, then the profile that names it; each whole or not there."""
    (person.home / ".aws").mkdir(mode=0o700)
    config = person.home / ".aws" / "config"
    old = "[profile other]\nregion = eu-west-1\n"
    new = old + f"[default]\nlogin_session = {ROOT}\nregion = us-east-1\n"
    seen = set()
    for nth in range(1, 60):
        config.write_text(old)
        person.token_file().unlink(missing_ok=True)
        process = subprocess.Popen(
            killed(call, nth, [PROGRAM, "login", "--yes"]), env=person.env | TRACED, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            start_new_session=True)
        found = None
        while not found:
            line = process.stderr.readline()
            if not line:
                break
            found = URL.search(line)
        if found:
            browse(practice, found[1])
        process.stderr.read()
        process.wait(timeout=30)
        assert config.read_text() in (old, new)
        saved = person.token_file().exists()
        if saved:
            assert set(person.token()) >= {"accessToken", "refreshToken", "dpopKey"}
        assert saved or config.read_text() == old
        seen.add((saved, config.read_text() == new))
        if process.returncode == 0:
            break
    assert {(False, False), (True, True)} <= seen
    if call == "renameat":
        assert (True, False) in seen


# With botocore's own provider, both ways; and its published cases.

BOTOCORE = """
import json, boto3
session = boto3.Session(profile_name="signin")
found = session.get_credentials()
frozen = found.get_frozen_credentials()
print(json.dumps({"method": found.method, "key": frozen.access_key,
                  "arn": session.client("sts").get_caller_identity()["Arn"]}))
"""


def botocore(person):
    environ = person.env | {"AWS_DEFAULT_REGION": "us-east-1"}
    done = subprocess.run([sys.executable, "-c", BOTOCORE], env=environ, capture_output=True,
                          text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_botocore_uses_and_refreshes_ours(person, practice):
    pytest.importorskip("awscrt")
    person.sign_in("--profile", "signin")
    key = person.token()["accessToken"]["accessKeyId"]
    assert botocore(person) == {"method": "login", "key": key, "arn": ROOT}
    age(person, 10)
    got = botocore(person)
    assert got["key"] != key and got["arn"] == ROOT and refreshes(practice) == 1
    # And what botocore has written is read and refreshed here.
    reader = Reader(person)
    assert reader.ask()["key"] == got["key"]
    age(person, 10)
    assert reader.ask()["key"] not in (key, got["key"])
    assert refreshes(practice) == 2
    assert botocore(person)["arn"] == ROOT


class Stub:
    """A token endpoint that answers (status, body[, call first]) by a script; a proxy, too."""

    def __init__(self, script):
        bodies, connects, script = [], [], list(script)
        self.bodies, self.connects = bodies, connects

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def do_CONNECT(self):
                connects.append(self.path)
                self.send_error(403)

            def do_POST(self):
                bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                status, body, *first = script.pop(0)
                for call in first:
                    call()
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def date_time_string(self, timestamp=None):
                return super().date_time_string(Stub.now or timestamp)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    now = None

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def published():
    return json.loads(PUBLISHED.read_text()) if PUBLISHED.exists() else []


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the published cases are not here")
@pytest.mark.parametrize("case", published(), ids=lambda case: case["documentation"])
def test_published_cases(case, tmp_path, monkeypatch):
    now = 1763510400  # 2025-11-19T00:00:00Z
    monkeypatch.setattr(Stub, "now", now)
    for name, content in case["cacheContents"].items():
        (tmp_path / name).write_text(json.dumps(content))
    calls = case.get("mockApiCalls", [])
    stub = Stub([(c.get("responseCode", 200), c["response"]["tokenOutput"])
                 if "response" in c else (c["responseCode"], {"error": "TOKEN_EXPIRED",
                                                              "message": "x"})
                 for c in calls])
    question = {"session": case["configContents"].partition("login_session = ")[2].strip(),
                "url": stub.url, "here": "us-east-1", "now": now}
    done = subprocess.run([BUILD / "tests" / "unit" / "logins"], text=True, timeout=60,
                          env={"AWS_LOGIN_CACHE_DIRECTORY": str(tmp_path), "HOME": "/nonexistent"},
                          input=json.dumps(question) + "\n", capture_output=True, check=True)
    got = json.loads(done.stdout)
    stub.close()
    assert stub.bodies == [c["request"]["tokenInput"] for c in calls]
    for outcome in case["outcomes"]:
        kind = outcome.pop("result")
        if kind == "error":
            assert "error" in got
        elif kind == "credentials":
            assert (got["key"], got["secret"], got["token"]) == (
                outcome["accessKeyId"], outcome["secretAccessKey"], outcome["sessionToken"])
            assert time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(got["expires"])) == outcome[
                "expiresAt"]
        else:
            for name, content in outcome.items():
                assert json.loads((tmp_path / name).read_text()) == content
