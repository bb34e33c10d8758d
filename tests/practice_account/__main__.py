# SPDX-License-Identifier: MIT
"""python -m practice_account: starts the server and prints one line of JSON about it."""

import argparse
import json
import logging
import os
import signal
import socket
import ssl
import struct
import sys
import threading

# Read by moto when it is first imported.
os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
os.environ.setdefault("MOTO_DISABLE_GLOBAL_CORS", "true")
os.environ.setdefault("MOTO_S3_ALLOW_CROSSACCOUNT_ACCESS", "false")
os.environ.setdefault("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")


def main():
    options = _options()
    logging.basicConfig(
        filename=options.log or os.devnull,
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
    )
    world, application = build(options.account, options.scenario, options.journal)
    server = make_server(application, options.port, options.tls)
    world.url = f"{'https' if options.tls else 'http'}://127.0.0.1:{server.server_port}"
    print(json.dumps(describe(world)), flush=True)
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    stopped.wait()
    server.shutdown()
    return 0


def _options():
    parser = argparse.ArgumentParser(prog="practice_account", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 picks a free port")
    parser.add_argument("--account", default="123456789012")
    parser.add_argument("--tls", nargs=2, metavar=("CERT", "KEY"))
    parser.add_argument("--journal", metavar="FILE", help="append a JSON line for each request")
    parser.add_argument("--scenario", default="fresh", choices=("fresh", "used"))
    parser.add_argument("--log", metavar="FILE")
    return parser.parse_args()


def build(account, scenario, journal=None):
    """A World with its scenario laid out, and the WSGI application over it."""
    from .app import Application, reset
    from .world import World

    world = World(account)
    world.journal_file = journal
    application = Application(world)
    reset(world, scenario)
    return world, application


def describe(world):
    """What the launcher prints, and what /practice/reset answers."""
    root = {"email": world.root.email}
    for prefix, key in zip(("", "second_"), world.root.keys):
        root[prefix + "access_key_id"] = key.id
        root[prefix + "secret_access_key"] = key.secret
    return {
        "url": world.url,
        "console": world.url + "/console/",
        "root": root,
        "users": world.extra.get("seeded_users", {}),
        "pid": os.getpid(),
        "account": world.account,
    }


def make_server(application, port, tls=None):
    """A threaded HTTP/1.1 server on the loopback address only."""
    from werkzeug.serving import WSGIRequestHandler, make_server as werkzeug_server

    class Handler(WSGIRequestHandler):
        protocol_version = "HTTP/1.1"

        def send_response(self, code, message=None):
            """Without the Server and Date of Python's own server: the application sends them."""
            self.log_request(code)
            self.send_response_only(code, message)

        def log(self, kind, message, *arguments):
            logging.getLogger("practice_account.http").info(message, *arguments)

        def connection_dropped(self, error, environ=None):
            """A fault rule: ``close`` ends the connection without an answer, ``rst`` resets."""
            self.close_connection = True
            if isinstance(error, ConnectionResetError):
                linger = struct.pack("ii", 1, 0)
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                os.close(self.connection.detach())

    context = None
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*tls)
    return werkzeug_server(
        "127.0.0.1", port, application, threaded=True, request_handler=Handler,
        ssl_context=context,
    )


if __name__ == "__main__":
    sys.exit(main())
