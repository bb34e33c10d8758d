# SPDX-License-Identifier: MIT
"""The HTTPS proxy: boto3 with real host names, against the server behind it."""
import http.client
import json
import os
import pathlib
import socket
import ssl
import subprocess
import sys
import urllib.parse
import urllib.request

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import (ClientError, ConnectionClosedError, ProxyConnectionError,
                                 SSLError)

TESTS = pathlib.Path(__file__).resolve().parents[1]


class Tunnel:
    """A running proxy; client() makes boto3 use real AWS hosts through it."""

    def __init__(self, practice, directory):
        self.practice = practice
        self.process = subprocess.Popen(
            [sys.executable, "-m", "practice_account.proxy", "--upstream", practice.url,
             "--ca-dir", str(directory)],
            stdout=subprocess.PIPE, text=True, env=dict(os.environ, PYTHONPATH=str(TESTS)))
        self.info = json.loads(self.process.stdout.readline())

    def client(self, service, region="us-east-1", verify=None, **options):
        root = self.practice.root
        return boto3.client(
            service, region_name=region, aws_access_key_id=root["access_key_id"],
            aws_secret_access_key=root["secret_access_key"],
            verify=verify or self.info["ca_bundle"],
            config=Config(proxies={"https": self.info["proxy"]},
                          retries={"total_max_attempts": 1}, **options))

    def seen(self):
        with urllib.request.urlopen(self.info["proxy"] + "/practice/hosts") as reply:
            return json.load(reply)


@pytest.fixture
def tunnel(practice, tmp_path):
    running = Tunnel(practice, tmp_path)
    yield running
    running.process.terminate()
    running.process.wait(10)


def test_global_and_regional_hosts(tunnel):
    assert tunnel.client("sts", "eu-west-1").get_caller_identity()["Arn"].endswith(":root")
    assert tunnel.client("iam").list_users()["Users"] == []
    assert tunnel.client("cur").describe_report_definitions()["ReportDefinitions"] == []
    assert tunnel.client("bcm-data-exports").list_exports()["Exports"] == []
    assert tunnel.client("cloudtrail", "eu-west-1").describe_trails()["trailList"] == []
    hosts = [host.partition(":")[0] for host in tunnel.seen()["hosts"]]
    assert hosts == ["sts.eu-west-1.amazonaws.com", "iam.amazonaws.com",
                     "cur.us-east-1.amazonaws.com", "bcm-data-exports.us-east-1.api.aws",
                     "cloudtrail.eu-west-1.amazonaws.com"]


def test_virtual_hosted_bucket(tunnel):
    s3 = tunnel.client("s3", "eu-west-1", s3={"addressing_style": "virtual"})
    s3.create_bucket(Bucket="logs-1", CreateBucketConfiguration={
        "LocationConstraint": "eu-west-1"})
    s3.put_bucket_versioning(Bucket="logs-1", VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket="logs-1", Key="a b/ü+.txt", Body=b"hello")
    assert s3.get_object(Bucket="logs-1", Key="a b/ü+.txt")["Body"].read() == b"hello"
    assert s3.get_bucket_versioning(Bucket="logs-1")["Status"] == "Enabled"
    assert "logs-1.s3.eu-west-1.amazonaws.com:443" in tunnel.seen()["hosts"]


def test_account_prefix(tunnel):
    control = tunnel.client("s3control", "eu-west-1")
    account = "123456789012"
    on = {"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True,
          "RestrictPublicBuckets": True}
    control.put_public_access_block(AccountId=account, PublicAccessBlockConfiguration=on)
    found = control.get_public_access_block(AccountId=account)
    assert found["PublicAccessBlockConfiguration"] == on
    assert f"{account}.s3-control.eu-west-1.amazonaws.com:443" in tunnel.seen()["hosts"]


def test_wrong_region_is_a_redirect(tunnel):
    tunnel.client("s3", "eu-west-1").create_bucket(
        Bucket="logs-1", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    away, replies = tunnel.client("s3", "us-west-2"), []
    away.meta.events.register("response-received.s3", lambda parsed_response, **_:
                              replies.append(parsed_response))
    with pytest.raises(ClientError) as caught:
        away.get_bucket_policy(Bucket="logs-1")
    assert replies[0]["Error"]["Code"] == "PermanentRedirect"
    assert replies[0]["Error"]["Endpoint"] == "logs-1.s3.eu-west-1.amazonaws.com"
    assert replies[0]["ResponseMetadata"]["HTTPStatusCode"] == 301
    assert caught.value.response["Error"]["Code"] == "NoSuchBucketPolicy"


def test_connection_is_kept(tunnel):
    sts = tunnel.client("sts")
    for _ in range(3):
        sts.get_caller_identity()
    assert tunnel.seen()["connections"] == 1


def test_unknown_ca_is_refused_by_clients(tunnel):
    with pytest.raises(SSLError):
        tunnel.client("sts", verify=True).get_caller_identity()


def raw_connect(tunnel, host):
    where = urllib.parse.urlsplit(tunnel.info["proxy"])
    connection = http.client.HTTPConnection(where.hostname, where.port, timeout=10)
    connection.set_tunnel(host, 443)
    connection.connect()
    return connection.sock


def test_other_hosts_are_refused(tunnel):
    with pytest.raises(OSError, match="403"):
        raw_connect(tunnel, "example.com")
    with pytest.raises(OSError, match="403"):
        raw_connect(tunnel, "amazonaws.com.example.com")


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
@pytest.mark.parametrize("version, works", [
    (ssl.TLSVersion.TLSv1_2, True), (ssl.TLSVersion.TLSv1_1, False)])
def test_tls_versions(tunnel, version, works):
    context = ssl.create_default_context(cafile=tunnel.info["ca_bundle"])
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = version
    sock = raw_connect(tunnel, "iam.amazonaws.com")
    if works:
        with context.wrap_socket(sock, server_hostname="iam.amazonaws.com") as tls:
            assert tls.version() == "TLSv1.2"
        return
    with pytest.raises((ssl.SSLError, ConnectionError)):
        context.wrap_socket(sock, server_hostname="iam.amazonaws.com")


def test_certificate_is_for_the_host_asked(tunnel):
    context = ssl.create_default_context(cafile=tunnel.info["ca_bundle"])
    sock = raw_connect(tunnel, "iam.amazonaws.com")
    with pytest.raises(ssl.SSLCertVerificationError):
        context.wrap_socket(sock, server_hostname="sts.us-east-1.amazonaws.com")


def test_binds_to_loopback_only(tunnel):
    port = urllib.parse.urlsplit(tunnel.info["proxy"]).port
    addresses = {line.split()[1] for line in open("/proc/net/tcp").readlines()[1:]
                 if line.split()[3] == "0A"}
    assert f"0100007F:{port:04X}" in addresses
    assert f"00000000:{port:04X}" not in addresses


def test_faults_pass_through(tunnel):
    tunnel.practice.faults({"service": "sts", "action": "GetCallerIdentity", "nth": 1,
                            "times": 1, "kind": "close"})
    sts = tunnel.client("sts")
    with pytest.raises((ConnectionClosedError, ProxyConnectionError)):
        sts.get_caller_identity()
    assert sts.get_caller_identity()["Account"] == "123456789012"


def test_client_that_leaves_does_no_harm(tunnel):
    sock = raw_connect(tunnel, "iam.amazonaws.com")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    sock.close()
    assert tunnel.client("iam").list_users()["Users"] == []
