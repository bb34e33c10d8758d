# SPDX-License-Identifier: MIT
"""A keep-alive stub of seven AWS services: stub.py PORT LOG CERTIFICATE KEY USERS [--hang ACTION].

One loopback address a service; HTTP/1.1 over TLS. Every request is a line of JSON in LOG: when it
came (seconds), service, action, number of its connection, how many requests that one had before.
"""
import asyncio
import json
import os
import ssl
import sys
import time
from urllib.parse import parse_qsl, unquote

from account import Account

HOSTS = {"sts": "127.0.0.2", "iam": "127.0.0.3", "s3": "127.0.0.4", "s3control": "127.0.0.5",
         "cloudtrail": "127.0.0.6", "cur": "127.0.0.7", "bcm": "127.0.0.8"}
S3_QUERIES = {"publicAccessBlock": "GetPublicAccessBlock", "policy": "GetBucketPolicy",
              "policyStatus": "GetBucketPolicyStatus", "versioning": "GetBucketVersioning",
              "encryption": "GetBucketEncryption", "lifecycle": "GetBucketLifecycleConfiguration",
              "ownershipControls": "GetBucketOwnershipControls"}


def what(service, method, target, headers, body):
    """(action, parameters) of a request."""
    if service in ("sts", "iam"):
        params = dict(parse_qsl(body.decode()))
        return params.pop("Action", "-"), params
    if service in ("cloudtrail", "cur", "bcm"):
        return headers.get("x-amz-target", "-").rpartition(".")[2], {}
    path, _, query = target.partition("?")
    bucket = unquote(path.strip("/"))
    if method == "HEAD":
        return ("HeadBucket" if bucket else "-"), {"bucket": bucket}
    words = {part.partition("=")[0] for part in query.split("&")}
    return next((name for word, name in S3_QUERIES.items() if word in words), "-"), {
        "bucket": bucket}


class Stub:
    def __init__(self, log, account, hang):
        self.log, self.account, self.hang, self.connections = log, account, hang, 0

    def serve(self, service):
        async def one(reader, writer):
            self.connections += 1
            number, count = self.connections, 0
            try:
                while await self._request(service, reader, writer, number, count):
                    count += 1
            except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
                pass
            writer.close()
        return one

    async def _request(self, service, reader, writer, number, count):
        head = await reader.readuntil(b"\r\n\r\n")
        came = time.monotonic()
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ", 2)
        headers = {name.lower(): value.strip()
                   for name, _, value in (line.partition(":") for line in lines if line)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        action, params = what(service, method, target, headers, body)
        self.log.write(json.dumps({"at": came, "service": service, "action": action,
                                   "connection": number, "before": count, **params}) + "\n")
        if action == self.hang:
            await asyncio.sleep(30)
        status, kind, answer = ((400, "text/plain", b"") if action == "-" else
                                self.account.answer(service, action, params))
        length = f"Content-Length: {len(answer)}\r\n" if method != "HEAD" else ""
        writer.write((f"HTTP/1.1 {status} -\r\nx-amzn-RequestId: 11111111-2222-3333-4444-"
                      f"{number:06}{count:06}\r\nx-amz-bucket-region: us-east-1\r\n"
                      f"Content-Type: {kind}\r\n{length}Connection: keep-alive\r\n\r\n").encode()
                     + (answer if method != "HEAD" else b""))
        await writer.drain()
        return True


async def main(port, log, certificate, key, users, hang):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with open(log, "w", buffering=1) as file:
        stub = Stub(file, Account(int(users)), hang)
        for service, host in HOSTS.items():
            await asyncio.start_server(stub.serve(service), host, int(port), ssl=context,
                                       limit=1 << 22, backlog=64)
        print("ready", flush=True)
        # Nobody needs it any more when standard input ends.
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
        os._exit(0)  # connections that are open are of no interest


if __name__ == "__main__":
    arguments = sys.argv[1:6]
    asyncio.run(main(*arguments, sys.argv[7] if len(sys.argv) > 7 else None))
