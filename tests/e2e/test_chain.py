# SPDX-License-Identifier: MIT
"""The chain of credentials beside botocore's, case by case (chain_cases.py)."""

import hashlib
import json
import os
import subprocess

import awscrt.crypto
import botocore.credentials
import botocore.session
import pytest
from botocore.credentials import JSONFileCache, SSOProvider, create_credential_resolver
from botocore.tokens import SSOTokenProvider
from botocore.utils import ContainerMetadataFetcher
from chain_cases import ARN, BASE, CASES, LONG, PROCESS, SAID, env, process, role
from credential_services import Services, when
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from filter import BUILD

# What botocore raises, and which of our codes say the same.
SAME = {
    "NoneType": {"NoCredentials"},
    "ProfileNotFound": {""},
    "ConfigParseError": {""},
    "PartialCredentialsError": {"PartialCredentials", "BadCredentials"},
    "InvalidConfigError": {"BadRole", "BadSSO", "NoSource", "BadWebIdentity"},
    "InfiniteLoopConfigError": {"RoleLoop"},
    "CredentialRetrievalError": {"BadProcess", "NoSource", "BadContainer"},
    "SSOTokenLoadError": {"NoSSO"},
    "UnauthorizedSSOTokenError": {"NoSSO"},
    "TokenRetrievalError": {"NoSSO"},
    "ClientError": {"AccessDenied"},
    "NoRegionError": {"NoRegion"},
    "LoginTokenLoadError": {"NoLogin"},
    # Where botocore has no exception of its own.
    "ParserError": {"BadCredentials", "NoSSO"},
    "ValueError": {"BadContainer", "BadProcess"},
    "JSONDecodeError": {"BadProcess"},
    "FileNotFoundError": {"BadProcess", "BadWebIdentity", "BadContainer"},
    "RuntimeError": set(),
}


@pytest.fixture(scope="module")
def services():
    server = Services()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def dpop_key():
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption()).decode()


def put(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, newline="")
    path.chmod(0o700)


def login_file(key, dpop_key):
    return json.dumps({
        "accessToken": {"accessKeyId": key, "secretAccessKey": "s", "sessionToken": "t",
                        "accountId": "111122223333", "expiresAt": LONG},
        "tokenType": "aws_sigv4", "clientId": "arn:aws:signin:::devtools/same-device",
        "refreshToken": "r", "idToken": "i", "dpopKey": dpop_key})


class World:
    """A home directory with its files, and the environment that goes with it."""

    def __init__(self, home, case_env, url, *, config="", credentials="", files=None, key=""):
        self.home = home
        text = {".aws/config": config, ".aws/credentials": credentials} | (files or {})
        for name, content in text.items():
            if name.startswith("SSO:"):
                sum_ = hashlib.sha1(name[4:].encode()).hexdigest()
                name, content = f".aws/sso/cache/{sum_}.json", json.dumps(content)
            elif name.startswith("LOGIN:"):
                sum_ = hashlib.sha256(name[6:].encode()).hexdigest()
                name, content = f".aws/login/cache/{sum_}.json", login_file(content, key)
            put(home / name, self.fill(content, url))
        self.env = {"PATH": os.environ["PATH"], "HOME": str(home), "AWS_ENDPOINT_URL": url,
                    "AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true"}
        self.env |= {k: self.fill(v, url) for k, v in case_env.items() if v is not None}
        for name in (k for k, v in case_env.items() if v is None):
            del self.env[name]

    def fill(self, text, url):
        return text.replace("{HOME}", str(self.home)).replace("{URL}", url)

    def rootlock(self, **options):
        done = subprocess.run([BUILD / "tests/unit/chains"], input=json.dumps(options) + "\n",
                              env=self.env, capture_output=True, text=True, timeout=30, check=True)
        return json.loads(done.stdout)

    def botocore(self, monkeypatch, options):
        """(access key, secret, token, Region), or the name of what was raised."""
        with monkeypatch.context() as patch:
            for name in list(os.environ):
                patch.delenv(name)
            for name, value in self.env.items():
                patch.setenv(name, value)
            sso = str(self.home / ".aws/sso/cache")
            patch.setattr(SSOProvider, "_SSO_TOKEN_CACHE_DIR", sso)
            patch.setattr(SSOTokenProvider, "_SSO_TOKEN_CACHE_DIR", sso)
            # Other tests go without the CRT, but the login provider needs its key.
            patch.setattr(botocore.credentials, "EC", awscrt.crypto.EC)
            patch.setattr(ContainerMetadataFetcher, "SLEEP_TIME", 0)
            try:
                return self.resolve(options)
            except Exception as problem:  # botocore lets through whatever happens
                return type(problem).__name__

    def resolve(self, options):
        session = botocore.session.Session(profile=options.get("profile"))
        region = options.get("region") or session.get_config_variable("region")
        resolver = create_credential_resolver(
            session, cache=JSONFileCache(str(self.home / ".aws/cli/cache")), region_name=region)
        resolver.get_provider("assume-role")._prompter = lambda _: options.get("code", "")
        found = resolver.load_credentials()
        if found is None:
            return "NoneType"
        frozen = found.get_frozen_credentials()
        return (frozen.access_key, frozen.secret_key, frozen.token or None, region or None)


@pytest.fixture
def worlds(tmp_path, services, dpop_key):
    """Two homes alike: the first to look leaves its cache behind."""
    def make(case):
        return [World(tmp_path / who, case.env, services.url, config=case.config,
                      credentials=case.credentials, files=case.files, key=dpop_key)
                for who in ("rootlock", "botocore")]
    return make


def short(answer):
    if "error" in answer:
        return "!" + answer["error"]
    return answer["key"]


def agree(ours, theirs):
    if "error" in ours:
        return isinstance(theirs, str) and ours["error"] in SAME[theirs]
    return theirs == (ours["key"], ours["secret"], ours["token"], ours["region"])


def test_there_are_enough_cases():
    assert len(CASES) >= 60
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case, worlds, monkeypatch):
    our_world, their_world = worlds(case)
    ours = our_world.rootlock(**case.options)
    theirs = their_world.botocore(monkeypatch, case.options)
    if case.want.startswith("region:"):
        assert f"region:{ours['region']}" == case.want
    else:
        assert short(ours) == case.want, ours
    assert agree(ours, theirs) == (not case.differs), (ours, theirs)


@pytest.mark.parametrize("case", [case for case in CASES if case.want.startswith("!")],
                         ids=lambda case: case.name)
def test_error_says_where(case, worlds):
    """A file's line, or the variable, or the name of the profile that is not there."""
    world = worlds(case)[0]
    said = world.rootlock(**case.options)
    if said["error"] in ("NoCredentials", "NoRegion", "NoLogin"):
        return
    where = (str(world.home / ".aws/config") + " line", str(world.home / ".aws/credentials")
             + " line", "AWS_", "(ghost)", "(a)", "found in env", "the container's",
             "nobody can be asked")
    assert any(w in said["text"] for w in where), said
    assert said["exit"] == (254 if said["error"] == "AccessDenied" else
                            255 if "nobody" in said["text"] else 253)
    assert "secret-" not in said["text"]


# ---- caches -------------------------------------------------------------------------------------

ROLE = "[default]\n" + role("one") + "external_id = \u00e9\"\\\nregion = us-east-1\n"


def cached(world):
    return list((world.home / ".aws/cli/cache").iterdir())


@pytest.mark.parametrize("config", [ROLE, ROLE + "duration_seconds = 900\n",
                                    ROLE + "role_session_name = who\n"])
def test_role_cache_is_shared(config, tmp_path, services, monkeypatch):
    """What one leaves, the other takes, without a call."""
    for first in ("rootlock", "botocore"):
        world = World(tmp_path / first, {}, services.url, config=config, credentials=BASE)
        runs = [lambda w=world: w.rootlock()["key"],
                lambda w=world: w.botocore(monkeypatch, {})[0]]
        if first == "botocore":
            runs.reverse()
        services.calls.clear()
        one, two = runs[0](), runs[1]()
        assert one == two
        assert len(services.calls) == 1
        assert [f.stat().st_mode & 0o777 for f in cached(world)] == [0o600]


def test_role_cache_that_ends_or_is_broken(tmp_path, services):
    world = World(tmp_path, {}, services.url, config=ROLE, credentials=BASE)
    services.calls.clear()
    world.rootlock()
    file, = cached(world)
    entry = json.loads(file.read_text())
    assert entry["Credentials"]["AccountId"] == "111122223333"
    for text in ("{", "[]", json.dumps({"Credentials": {}}), json.dumps(
            entry | {"Credentials": entry["Credentials"] | {"Expiration": when(890)}})):
        file.write_text(text)
        world.rootlock()
    assert len(services.calls) == 5
    # As botocore writes times.
    end = when(1000).replace("Z", "UTC")
    file.write_text(json.dumps(
        entry | {"Credentials": entry["Credentials"] | {"Expiration": end}}))
    world.rootlock()
    assert len(services.calls) == 5


def test_sso_caches(tmp_path, services, monkeypatch):
    from chain_cases import PAST, REFRESH, SSO, token
    world = World(tmp_path, {}, services.url, config=SSO,
                  files=token(PAST, **REFRESH, theirs="kept"))
    services.calls.clear()
    first = world.rootlock()["key"]
    assert services.calls == ["CreateToken refresh-1", "GET /federation/credentials"]
    file, = (world.home / ".aws/sso/cache").iterdir()
    now = json.loads(file.read_text())
    assert (now["accessToken"], now["refreshToken"], now["theirs"]) == (
        "sso-new", "refresh-2", "kept")
    assert world.botocore(monkeypatch, {})[0] == first
    assert len(services.calls) == 2


def test_full_disk_is_no_reason_to_fail(tmp_path, services):
    """A cache that cannot be written is only a cache."""
    world = World(tmp_path, {}, services.url, config=ROLE, credentials=BASE,
                  files={".aws/cli/cache": "a file where the directory would be"})
    assert world.rootlock()["key"].startswith("one+ext")


# ---- the files alone ------------------------------------------------------------------------------

def test_files_alone_start_nothing(tmp_path, services):
    files = {"tool": "#!/bin/sh\ntouch \"$(dirname \"$0\")/ran\"\n"}
    services.calls.clear()
    for i, config in enumerate((PROCESS, ROLE)):
        world = World(tmp_path / str(i), {}, services.url, config=config, credentials=BASE,
                      files=files)
        assert world.rootlock(files=True)["error"] == "NeedsCall"
        assert not (world.home / "ran").exists()
    assert services.calls == []


# ---- children --------------------------------------------------------------------------------------

def test_process_gets_no_more_than_botocore_gives(tmp_path, services):
    """The environment as it is, no terminal, no file of ours, nothing in argv."""
    tool = ("#!/bin/sh\ncd \"$(dirname \"$0\")\"\nenv >seen-env\ntr '\\0' ' ' </proc/$$/cmdline "
            ">seen-argv\nls -l /proc/self/fd >seen-fd\ncat >seen-stdin\n"
            "(: </dev/tty) 2>/dev/null && touch seen-tty\ncat said\n")
    world = World(tmp_path, env("", MINE="x"), services.url, config=PROCESS,
                  files={"said": SAID % "", "tool": tool})
    assert world.rootlock()["key"] == "PROC"
    seen = dict(line.split("=", 1)
                for line in (tmp_path / "seen-env").read_text().splitlines() if "=" in line)
    assert {k: v for k, v in seen.items() if k not in ("PWD", "OLDPWD", "SHLVL", "_")} == world.env
    assert (tmp_path / "seen-argv").read_text().split() == ["/bin/sh", f"{tmp_path}/tool"]
    fds = {line.split()[8] for line in (tmp_path / "seen-fd").read_text().splitlines()
           if "->" in line}
    assert fds == {"0", "1", "2", "3"}  # 3 is the directory that ls reads
    assert (tmp_path / "seen-stdin").read_text() == ""
    assert not (tmp_path / "seen-tty").exists()


def test_process_error_is_clean(tmp_path, services):
    tool = "#!/bin/sh\nprintf 'no \\033[31mway\\n\\n' >&2\nexit 9\n"
    world = World(tmp_path, {}, services.url, config=PROCESS, files={"tool": tool})
    said = world.rootlock()
    assert said["error"] == "BadProcess"
    assert "exit status 9: no \\x1b[31mway" in said["text"]


def test_process_output_has_a_limit(tmp_path, services):
    tool = "#!/bin/sh\nhead -c 3000000 /dev/zero\nhead -c 3000000 /dev/zero >&2\n"
    world = World(tmp_path, {}, services.url, config=PROCESS, files={"tool": tool})
    assert "more than credentials" in world.rootlock()["text"]


def test_a_secret_is_not_in_the_trace(tmp_path, services):
    for i, (config, files) in enumerate((
            (ROLE, {}), (PROCESS, process(SAID % ', "SessionToken": "token-x"')))):
        world = World(tmp_path / str(i), {"CHAINS_DEBUG": "1"}, services.url, config=config,
                      credentials=BASE, files=files)
        done = subprocess.run([BUILD / "tests/unit/chains"], input="{}\n", env=world.env,
                              capture_output=True, text=True, timeout=30, check=True)
        assert "credentials: " in done.stderr
        assert "secret-" not in done.stderr and "token-" not in done.stderr


def test_arn_is_in_the_source(tmp_path, services):
    world = World(tmp_path, {}, services.url, config=ROLE, credentials=BASE)
    assert world.rootlock()["source"] == f"role {ARN}one (profile default, {tmp_path}/.aws/config)"
