# SPDX-License-Identifier: MIT
"""Hosts and signing Regions against botocore's endpoint rule sets, for every combination."""

import itertools
from urllib.parse import urlsplit

import botocore.session
import pytest
from botocore.endpoint_provider import EndpointProvider
from botocore.exceptions import EndpointProviderError

from filter import ask

REGIONS = ("us-east-1", "us-west-2", "eu-west-1", "eu-central-2", "ap-southeast-7", "il-central-1",
           "mx-central-1", "cn-north-1", "cn-northwest-1", "us-gov-west-1", "us-gov-east-1",
           "eusc-de-east-1")
# Our name of a service: its rule set, and what it signs as.
SERVICES = {"sts": ("sts", "sts"), "iam": ("iam", "iam"), "s3": ("s3", "s3"),
            "s3control": ("s3control", "s3"), "cloudtrail": ("cloudtrail", "cloudtrail"),
            "cur": ("cur", "cur"), "bcm-data-exports": ("bcm-data-exports", "bcm-data-exports"),
            "signin": ("signin", "signin")}
BUCKETS = ("my-bucket", "my.bucket", "abc", "a" * 63, "123-456")
ACCOUNT = "111122223333"
# Where the one Region is that answers for a whole partition.
GLOBAL = {"us": "us-east-1", "cn": "cn-northwest-1", "us-gov": "us-gov-west-1",
          "eusc": "eusc-de-east-1"}


def partition(region):
    return next((p for p in ("cn", "us-gov", "eusc") if region.startswith(p + "-")), "us")


def asked_region(service, region):
    """Deliberate difference: cur's rule set is regional, but the service exists only in one
    Region of a partition (AWS General Reference, "Cost and Usage Report endpoints"). So botocore
    is asked for that Region."""
    return GLOBAL[partition(region)] if service == "cur" else region


@pytest.fixture(scope="module")
def rule_sets():
    loader = botocore.session.get_session().get_component("data_loader")
    partitions = loader.load_data("partitions")
    return {
        name: EndpointProvider(
            loader.load_service_model(rules, "endpoint-rule-set-1"), partitions)
        for name, (rules, _) in SERVICES.items()
    }


def botocore_says(rules, q):
    """(host, path, signing Region), or None where there is no such endpoint."""
    parameters = {"Region": asked_region(q["service"], q["region"]), "UseFIPS": q["fips"],
                  "UseDualStack": q["dualstack"]}
    if q["service"] == "s3" and "bucket" in q:
        parameters |= {"Bucket": q["bucket"], "ForcePathStyle": False, "Accelerate": False}
    if q["service"] == "s3control":
        parameters |= {"AccountId": q["bucket"], "RequiresAccountId": True}
    if q["service"] in ("s3", "sts"):
        parameters["UseGlobalEndpoint"] = False
    try:
        endpoint = rules.resolve_endpoint(**parameters)
    except EndpointProviderError:
        return None
    schemes = endpoint.properties.get("authSchemes") or [{}]
    url = urlsplit(endpoint.url)
    return url.netloc, url.path, schemes[0].get("signingRegion", parameters["Region"])


def questions():
    for service, region, fips, dual in itertools.product(
            SERVICES, REGIONS, (False, True), (False, True)):
        q = {"service": service, "region": region, "fips": fips, "dualstack": dual}
        if service == "s3control":
            q["bucket"] = ACCOUNT
        yield q
        if service == "s3":
            yield from (dict(q, bucket=bucket) for bucket in BUCKETS)


def test_as_botocore(rule_sets):
    asked = list(questions())
    for q, got in zip(asked, ask("endpoints", asked)):
        wanted = botocore_says(rule_sets[q["service"]], q)
        if wanted is None:
            assert "error" in got, q
            continue
        assert (got["host"], got["path"], got["region"]) == wanted, q
        assert got["tls"] and got["name"] == SERVICES[q["service"]][1]


# Deliberate differences with a custom URL: plain http only to loopback addresses; and there S3
# Control's account stays out of the host, since "111122223333.127.0.0.1" is no address.
@pytest.mark.parametrize("url, host, path", (
    ("http://127.0.0.1:5000", "127.0.0.1:5000", ""),
    ("http://localhost:4566/", "localhost:4566", ""),
    ("http://[::1]:80/aws/", "[::1]", "/aws"),
    ("https://AWS.example.com:443/base", "aws.example.com", "/base"),
))
def test_custom(url, host, path):
    asked = [{"service": s, "region": "eu-west-1", "url": url, "fips": True} for s in
             ("iam", "sts", "cur", "bcm-data-exports")]
    for got in ask("endpoints", asked):
        assert (got["host"], got["path"], got["region"]) == (host, path, "eu-west-1")
        assert got["tls"] == url.startswith("https")
    bucket, = ask("endpoints", [dict(asked[0], service="s3", bucket="my-bucket")])
    assert (bucket["host"], bucket["path"]) == (host, path + "/my-bucket")
    control, = ask("endpoints", [dict(asked[0], service="s3control", bucket=ACCOUNT)])
    assert control["host"] == ("" if url.startswith("http:") else ACCOUNT + ".") + host


@pytest.mark.parametrize("url", (
    "http://example.com", "http://127.0.0.1.example.com", "http://127.0.0.256", "http://10.0.0.1",
    "http://localhost.example.com", "http://127.0.0.1@example.com", "127.0.0.1:5000",
    "ftp://localhost", "https://", "https://host/?x", "https://ho st/", "https://host/#x",
    "https://host\\example.com/", "http://[::1].example.com", "http://[::2]",
))
def test_refused(url):
    got, = ask("endpoints", [{"service": "iam", "region": "us-east-1", "url": url}])
    assert url in got["error"] or "address" in got["error"]


@pytest.mark.parametrize("region", ("", "us_east_1", "us-east-1.evil.example", "-us", "a" * 33,
                                    "us-east-1/", "ÜS"))
def test_no_region(region):
    got, = ask("endpoints", [{"service": "sts", "region": region}])
    assert "cannot be the name of a Region" in got["error"]


@pytest.mark.parametrize("account", (None, "", "11112222333", "11112222333a", "111122223333.evil"))
def test_no_account(account):
    got, = ask("endpoints", [{"service": "s3control", "region": "us-east-1", "bucket": account}])
    assert "12 digits" in got["error"]
