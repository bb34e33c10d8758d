# SPDX-License-Identifier: MIT
"""python -m practice_account.proxy: an HTTPS proxy that leads every AWS host to the server.

Clients use it as HTTPS_PROXY with AWS_CA_BUNDLE set to the test CA it makes.  So real host
names, virtual-hosted buckets, account prefixes and signing Regions are exercised, and no
hook is needed in the program under test.  It binds to 127.0.0.1 and speaks to one loopback
server only; a CONNECT to any host that is not AWS's is refused.
"""
import argparse
import http.client
import http.server
import json
import os
import pathlib
import signal
import socket
import ssl
import struct
import threading
import urllib.parse

from .authority import Authority

# "AWS service endpoints", AWS General Reference; "Regions and Endpoints" of the partitions.
AWS_SUFFIXES = (".amazonaws.com", ".amazonaws.com.cn", ".amazonaws.eu", ".api.aws",
                ".aws.amazon.com", ".amazonaws.cn", ".amazonaws-us-gov.com",
                ".amazonaws-eusc.eu", ".api.amazonwebservices.com.cn")
HOP_BY_HOP = {"connection", "proxy-connection", "keep-alive", "te", "trailer", "upgrade",
              "transfer-encoding", "proxy-authorization"}


def is_aws(host):
    return host.endswith(AWS_SUFFIXES)


class Proxy(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, upstream, directory):
        super().__init__(("127.0.0.1", 0), Outside)
        self.upstream = urllib.parse.urlsplit(upstream)
        self.authority = Authority(directory)
        self.hosts = []          # the host:port of every CONNECT, in order
        self.connections = 0     # tunnels whose TLS handshake succeeded
        self.lock = threading.Lock()


class Outside(http.server.BaseHTTPRequestHandler):
    """What clients say to the proxy itself: CONNECT, and the tests' own questions."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        if self.path != "/practice/hosts":
            self.send_error(404)
            return
        with self.server.lock:
            body = json.dumps({"hosts": self.server.hosts,
                               "connections": self.server.connections}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_CONNECT(self):
        host, _, port = self.path.rpartition(":")
        with self.server.lock:
            self.server.hosts.append(self.path)
        if port != "443" or not is_aws(host):
            self.send_error(403, "This proxy leads to AWS hosts only")
            return
        self.send_response(200, "Connection established")
        self.end_headers()
        self.close_connection = True
        try:
            inner = self.server.authority.context(host).wrap_socket(
                self.connection, server_side=True)
        except (ssl.SSLError, OSError):
            return  # the client refused our certificate or went away
        with self.server.lock:
            self.server.connections += 1
        try:
            Inside(inner, self.client_address, self.server)
        except (OSError, http.client.HTTPException):
            pass
        finally:
            inner.close()


class Inside(http.server.BaseHTTPRequestHandler):
    """The requests inside one tunnel, each passed on with its Host header kept."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def __getattr__(self, name):
        if name.startswith("do_"):
            return self.forward
        raise AttributeError(name)

    def read_body(self):
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        chunks = []
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return b"".join(chunks)

    def forward(self):
        body = self.read_body()
        server = self.server.upstream
        upstream = http.client.HTTPConnection(server.hostname, server.port, timeout=120)
        try:
            self.ask(upstream, body)
            reply = upstream.getresponse()
            self.pass_back(reply)
        except ConnectionResetError:
            self.close_hard()
        except http.client.RemoteDisconnected:
            self.close_connection = True
        finally:
            upstream.close()

    def ask(self, upstream, body):
        """The target exactly as it came: signatures cover it."""
        target = self.requestline.split(" ")[1]
        upstream.putrequest(self.command, target, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() not in HOP_BY_HOP | {"content-length", "expect"}:
                upstream.putheader(name, value)
        if body or self.headers.get("Content-Length") or self.command in ("POST", "PUT"):
            upstream.putheader("Content-Length", str(len(body)))
        upstream.endheaders(body)

    def pass_back(self, reply):
        """Status, headers and body; a body cut short stays cut short."""
        self.send_response_only(reply.status, reply.reason)
        for name, value in reply.getheaders():
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value)
        try:
            body = reply.read()
        except http.client.IncompleteRead as short:
            body, self.close_connection = short.partial, True
        if reply.getheader("Content-Length") is None and reply.status not in (204, 304):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def close_hard(self):
        """A reset upstream becomes a reset here."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(self.connection.detach())


def main():
    parser = argparse.ArgumentParser(prog="practice_account.proxy", description=__doc__)
    parser.add_argument("--upstream", required=True, metavar="URL")
    parser.add_argument("--ca-dir", required=True, type=pathlib.Path, metavar="DIR")
    options = parser.parse_args()
    proxy = Proxy(options.upstream, options.ca_dir)
    print(json.dumps({"proxy": f"http://127.0.0.1:{proxy.server_port}",
                      "ca_bundle": str(proxy.authority.bundle), "pid": os.getpid()}), flush=True)
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    stopped.wait()
    proxy.shutdown()


if __name__ == "__main__":
    main()
