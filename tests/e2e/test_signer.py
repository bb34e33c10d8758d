# SPDX-License-Identifier: MIT
"""The signer against botocore's, on random requests with everything odd that may be signed."""

import base64
import datetime
import random
import types
from urllib.parse import quote

import botocore.auth
import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from filter import ask

COUNT = 10_000
SEED = 20261124

# str.split() of Python's also cuts at blanks that are not ASCII; AWS documents only the space.
ALPHABET = (
    [chr(c) for c in range(0x20, 0x7F)] + list("äßéñøΩж中日本語🔑✓‑\u2028\u0301")
    + list("%+/&=?#~:*'()@$,;") * 2
)
NAMES = ("X-Amz-Target", "X-Amz-Meta-a", "x-amz-meta-ab", "X-AMZ-META-A-B", "Content-Type",
         "Range", "X-Custom", "x-custom-1", "X-Custom1", "User-Agent", "Expect", "x-amzn-trace-id",
         "Connection", "Accept")
SEGMENTS = ("", "", ".", "..", "a", "b-c_d.e~f", "a b", "%41", "ü", "arn:aws:iam::1:user/x", "+")


def text(rng, most):
    return "".join(rng.choice(ALPHABET) for _ in range(rng.randrange(most)))


def header_value(rng):
    plain = "".join(c for c in text(rng, 20) if ord(c) < 0x7F)
    return rng.choice(("", " ", "  ")) + plain.replace("a", rng.choice(("a", "  ", " \t "))) + (
        rng.choice(("", " ", "\t")))


def path(rng):
    parts = [rng.choice(SEGMENTS) if rng.random() < 0.6 else text(rng, 8) for _ in
             range(rng.randrange(6))]
    return "/" + "/".join(quote(part, safe="~") for part in parts)


def question(rng):
    s3 = rng.random() < 0.4
    headers = [(rng.choice(NAMES), header_value(rng)) for _ in range(rng.randrange(6))]
    if s3:
        headers = [h for h in headers if h[0].lower() != "content-md5"]
    keys = ("", "a", "A", "a-b", "ab", "policy", "list-type", "ключ")
    return {
        "method": rng.choice(("GET", "POST", "PUT", "DELETE", "HEAD")),
        "host": rng.choice(("iam.amazonaws.com", "bucket.s3.eu-west-1.amazonaws.com",
                            "127.0.0.1:5000", "localhost:4566")),
        "path": path(rng),
        "query": [(rng.choice(keys) if rng.random() < 0.7 else text(rng, 6), text(rng, 6))
                  for _ in range(rng.randrange(6))],
        "headers": headers,
        "body": base64.b64encode(rng.randbytes(rng.choice((0, 0, 1, 55, 64, 700)))).decode(),
        "region": rng.choice(("us-east-1", "cn-north-1", "us-gov-west-1")),
        "service": "s3" if s3 else rng.choice(("iam", "sts", "cloudtrail", "bcm-data-exports")),
        "time": rng.randrange(0, 4_000_000_000),
        "key": "AKIA" + "".join(rng.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", k=16)),
        "secret": "".join(rng.choices(ALPHABET[:95], k=rng.choice((40, 40, 1, 100)))),
        "token": rng.choice((None, "IQoJ" + "".join(rng.choices("abcXYZ019+/=", k=300)))),
        "s3": s3,
    }


def wire_query(pairs):
    return "&".join(f"{quote(k, safe='-_.~')}={quote(v, safe='-_.~')}" for k, v in pairs)


def expected(monkeypatch, q):
    """Authorization and canonical request of botocore's signer."""
    moment = datetime.datetime.fromtimestamp(q["time"], datetime.timezone.utc)
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda *_: moment)
    url = f"https://{q['host']}{q['path']}" + ("?" + wire_query(q["query"]) if q["query"] else "")
    request = AWSRequest(q["method"], url, data=base64.b64decode(q["body"]))
    for name, value in q["headers"]:
        request.headers.add_header(name, value)
    request.headers["Host"] = q["host"]
    request.context["client_config"] = types.SimpleNamespace(s3={"payload_signing_enabled": True})
    kind = S3SigV4Auth if q["s3"] else SigV4Auth
    signer = kind(Credentials(q["key"], q["secret"], q["token"]), q["service"], q["region"])
    if not q["s3"]:  # botocore sends it to S3 only; rootlock to all, and then it has to be signed
        request.headers["X-Amz-Content-SHA256"] = signer.payload(request)
    signer.add_auth(request)
    authorization = request.headers["Authorization"]
    del request.headers["Authorization"]
    return authorization, signer.canonical_request(request)


def test_as_botocore(monkeypatch):
    rng = random.Random(SEED)
    questions = [question(rng) for _ in range(COUNT)]
    for q, got in zip(questions, ask("signer", questions)):
        authorization, canonical = expected(monkeypatch, q)
        assert got["canonical"] == canonical, q
        assert got["authorization"] == authorization, q
        assert got["query"] == wire_query(q["query"])


@pytest.mark.parametrize("change", ("method", "path", "body", "region", "secret", "time"))
def test_each_part_counts(change):
    """A signer that ignored one of them would pass a comparison that ignores it as well."""
    one = question(random.Random(1))
    other = dict(one)
    other[change] = {"method": "PATCH", "path": one["path"] + "/x", "body": "eA==",
                     "region": "eu-north-1", "secret": "other", "time": one["time"] + 1}[change]
    first, second = ask("signer", [one, other])
    assert first["authorization"] != second["authorization"]
