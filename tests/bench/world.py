# SPDX-License-Identifier: MIT
"""What the measurements run in: a CA made for this run, stubs, relays, a clean environment."""
import json
import os
import pathlib
import socket
import subprocess
import sys

import stub

HERE = pathlib.Path(__file__).resolve().parent
SETTINGS = {"sts": "STS", "iam": "IAM", "s3": "S3", "s3control": "S3_CONTROL",
            "cloudtrail": "CLOUDTRAIL", "cur": "COST_AND_USAGE_REPORT_SERVICE",
            "bcm": "BCM_DATA_EXPORTS"}


def _openssl(*words):
    subprocess.run(["openssl", *words], check=True, capture_output=True)


def make_certificates(place):
    """(CA, certificate, key): EC keys, the certificate for all addresses of the stub."""
    ca, ca_key, request = place / "ca.pem", place / "ca.key", place / "request"
    certificate, key, names = place / "stub.pem", place / "stub.key", place / "names"
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    _openssl("req", "-x509", *curve, "-keyout", ca_key, "-out", ca, "-days", "2",
             "-subj", "/CN=rootlock bench CA")
    _openssl("req", *curve, "-keyout", key, "-out", request, "-subj", "/CN=stub")
    names.write_text("subjectAltName=" + ",".join(f"IP:{h}" for h in stub.HOSTS.values()))
    _openssl("x509", "-req", "-in", request, "-CA", ca, "-CAkey", ca_key, "-CAcreateserial",
             "-days", "2", "-extfile", names, "-out", certificate)
    return ca, certificate, key


def _free_port():
    """Free on all the addresses (nobody else uses them)."""
    with socket.socket() as s:
        s.bind((stub.HOSTS["sts"], 0))
        return s.getsockname()[1]


class World:
    """place: a directory of its own; tools: where relay and spawn are."""

    def __init__(self, place, tools):
        self.place, self.tools, self.children, self.relays = place, tools, [], {}
        self.ca, self.certificate, self.key = make_certificates(place)
        self.log = place / "stub.log"
        self.port = self.start_stub(self.log)

    def _start(self, argv):
        child = subprocess.Popen([str(word) for word in argv], stdin=subprocess.PIPE,
                                 stdout=subprocess.PIPE, text=True)
        self.children.append(child)
        if child.stdout.readline() != "ready\n":
            raise RuntimeError(f"{argv[0]} did not start")

    def start_stub(self, log, users=3, hang=None):
        port = _free_port()
        self._start([sys.executable, HERE / "stub.py", port, log, self.certificate, self.key, users]
                    + (["--hang", hang] if hang else []))
        return port

    def at(self, rtt):
        """The port behind which the stub is ``rtt`` ms away."""
        if rtt == 0:
            return self.port
        if rtt not in self.relays:
            self.relays[rtt] = _free_port()
            self._start([self.tools / "relay", rtt, self.relays[rtt], self.port,
                         *stub.HOSTS.values()])
        return self.relays[rtt]

    def env(self, port):
        env = {"PATH": os.environ["PATH"], "HOME": str(self.place), "LANG": "C.UTF-8",
               "TERM": "xterm-256color", "XDG_STATE_HOME": str(self.place / "state"),
               "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1",
               "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "x" * 40,
               "AWS_CA_BUNDLE": str(self.ca), "AWS_EC2_METADATA_DISABLED": "true",
               "AWS_REQUEST_CHECKSUM_CALCULATION": "when_required"}
        for service, host in stub.HOSTS.items():
            env["AWS_ENDPOINT_URL_" + SETTINGS[service]] = f"https://{host}:{port}"
        return env

    def run(self, argv, port, expect=(0,)):
        """How a program went: status, wall and cpu in ms, rss in KiB, the calls that it made."""
        result, offset = self.place / "result", self.offset()
        done = subprocess.run([self.tools / "spawn", result, *map(str, argv)], env=self.env(port),
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True, check=True)
        went = json.loads(result.read_text())
        if went["status"] not in expect:
            raise RuntimeError(f"{argv}: exit {went['status']}\n{done.stderr[-2000:]}")
        went["calls"] = self.calls(offset)
        return went

    def offset(self):
        return self.log.stat().st_size

    def calls(self, offset):
        with open(self.log, encoding="utf-8") as file:
            file.seek(offset)
            return [json.loads(line) for line in file]

    def close(self):
        for child in self.children:
            child.stdin.close()
        for child in self.children:
            child.wait(10)
