# SPDX-License-Identifier: MIT
"""The HTTP server: threaded, on the loopback address only, and hard to bring down.

A client that hangs, vanishes or sends rubbish costs its own connection and nothing else. What
goes wrong is written to the log, never to the standard streams, which may be closed.
"""

import faulthandler
import logging
import os
import signal
import socket
import socketserver
import ssl
import struct
import threading

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

log = logging.getLogger("practice_account.http")


class Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 120  # seconds: a client that says nothing for so long is gone

    def send_response(self, code, message=None):
        """Without the Server and Date of Python's own server: the application sends them."""
        self.log_request(code)
        self.send_response_only(code, message)

    def log(self, kind, message, *arguments):
        log.info(message, *arguments)

    def connection_dropped(self, error, environ=None):
        """A fault rule: ``close`` ends the connection without an answer, ``rst`` resets."""
        self.close_connection = True
        if isinstance(error, ConnectionResetError) and self.connection.fileno() >= 0:
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            os.close(self.connection.detach())


class Server(ThreadedWSGIServer):
    # Bursts of clients wait in the kernel's queue; a connection that finds it full is dropped
    # and comes again only after a second or more.
    request_queue_size = 1024

    def __init__(self, application, port, tls=None):
        super().__init__("127.0.0.1", port, application, Handler)
        if tls:
            self.ssl_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.ssl_context.load_cert_chain(*tls)

    def get_request(self):
        """The TLS handshake is left to the connection's thread: it may never come."""
        connection, address = super().get_request()
        if self.ssl_context:
            connection = self.ssl_context.wrap_socket(
                connection, server_side=True, do_handshake_on_connect=False)
        return connection, address

    def handle_error(self, request, client_address):
        log.exception("connection of %s", client_address)

    def serve(self, stopped):
        """Until stopped is set. An error in the accept loop is logged and the loop goes on."""
        while not stopped.is_set():
            try:
                socketserver.BaseServer.serve_forever(self, poll_interval=0.1)
            except Exception:
                log.exception("accept loop")
                stopped.wait(0.1)


def run(server, log_file=None):
    """Serves until SIGTERM or SIGINT, whose coming is logged. Returns the exit status."""
    if log_file:
        faulthandler.enable(open(log_file, "a"))  # kept open: it writes after a crash
    stopped = threading.Event()

    def stop(number, frame):
        log.info("stopped by %s", signal.Signals(number).name)
        stopped.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    thread = threading.Thread(target=server.serve, args=(stopped,), daemon=True)
    thread.start()
    while not stopped.wait(1):
        if not thread.is_alive():
            log.critical("the accept loop has ended")
            return 1
    server.shutdown()
    server.server_close()
    return 0
