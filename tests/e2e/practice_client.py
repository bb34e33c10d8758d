# SPDX-License-Identifier: MIT
"""A practice account to test against, and a browser for its console page."""

import json
import os
import pathlib
import re
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TESTS))

# awscrt is there for botocore's login provider only. Were it on, it would sign in boto3's stead,
# and by a clock that tests cannot set. Tests of the login provider run it in another process.
os.environ.setdefault("BOTO_DISABLE_CRT", "true")

from practice_account import totp  # noqa: E402


class Practice:
    """A running practice account.

    url: its address. console: its console page. signin: its sign-in service, which stands for
    signin_region. account: the account id. root: dict with email,
    access_key_id, secret_access_key (and second_...). users: the scenario's IAM users.
    """

    def __init__(self, *options):
        command = [sys.executable, "-m", "practice_account", *options]
        environ = dict(os.environ, PYTHONPATH=str(TESTS))
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, env=environ)
        self._take(json.loads(self.process.stdout.readline()))

    def _take(self, facts):
        self.url, self.console = facts["url"], facts["console"]
        self.signin, self.signin_region = facts["signin"], facts["signin_region"]
        self.account, self.root, self.users = facts["account"], facts["root"], facts["users"]
        self.root_key = self.root.get("access_key_id")
        self.root_secret = self.root.get("secret_access_key")

    def stop(self):
        self.process.terminate()
        return self.process.wait(timeout=10)

    def control(self, name, data=None):
        """GET /practice/name, or POST it when data is given."""
        body = None if data is None else json.dumps(data).encode()
        request = urllib.request.Request(f"{self.url}/practice/{name}", data=body)
        try:
            with urllib.request.urlopen(request, timeout=20) as reply:
                return json.load(reply)
        except urllib.error.HTTPError:
            raise
        except OSError as lost:  # say whether the server is gone or only slow
            status = self.process.poll()
            state = "runs" if status is None else f"has ended with status {status}"
            raise OSError(f"the practice account {state}, see its log: {lost}") from lost

    def reset(self, scenario="fresh"):
        self._take(self.control("reset", {"scenario": scenario}))

    def state(self):
        return self.control("state")

    def journal(self):
        return self.control("journal")

    def violations(self):
        return self.control("violations")

    def clock(self, **change):
        """clock(advance=30) or clock(offset=0); clock() reads. Returns {"now": ...}."""
        return self.control("clock", change or None)

    def visibility(self, seconds):
        return self.control("visibility", {"seconds": seconds})

    def faults(self, *rules):
        return self.control("faults", list(rules))

    def client(self, service, key=None, secret=None, token=None, region="us-east-1",
               verify=None):
        """A boto3 client; as root unless a key is given."""
        import boto3
        from botocore.config import Config

        return boto3.client(
            service, endpoint_url=self.url, region_name=region,
            aws_access_key_id=key or self.root_key,
            aws_secret_access_key=secret or self.root_secret,
            aws_session_token=token, verify=verify,
            config=Config(retries={"total_max_attempts": 1}),
        )

    def code(self, seed, steps=0):
        """What an authenticator app with this seed shows, steps * 30 s from now."""
        return totp.code(seed, int(self.clock()["now"]) // totp.STEP + steps)

    def browser(self):
        return Browser(self.url)


class Browser:
    """Just enough of a browser for the console page: cookies, redirects, forms."""

    def __init__(self, url):
        self.url, self.status, self.page, self.at = url, 0, "", ""
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())

    def open(self, path, **fields):
        """GET path, or POST it with fields. Returns the page's HTML."""
        data = urllib.parse.urlencode(fields).encode() if fields else None
        try:
            reply = self._opener.open(self.url + path, data=data, timeout=20)
        except urllib.error.HTTPError as refused:
            reply = refused
        with reply:
            self.status, self.page = reply.status, reply.read().decode()
            self.at = urllib.parse.urlsplit(reply.url).path
        return self.page

    def text(self, ident):
        """The text of the element with this id, None when the page has none."""
        match = re.search(rf'id="{ident}"[^>]*>(?:<[^/>]*>)?([^<]*)<', self.page)
        return match and match[1]

    def value(self, name):
        """The value of a form field, None when the page has no such field."""
        match = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', self.page)
        return match and match[1]
