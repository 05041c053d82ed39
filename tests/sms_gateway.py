"""A gateway of text messages that behaves as the documented ones do, on this machine.

JSON by POST with a bearer token; accepted messages get 201 and a status. One that comes again with
the same ``id`` is answered as before, and sent once. `Gateway.script` says what is done to the next
requests instead: a status to answer with; ``"hang up"`` once the message was taken; ``"not ours"``,
which answers 201 and refuses in the body; ``"drip"``, which begins an answer and never ends it;
``"much"``, which says more than anybody would read; ``"page"``, which takes the message and answers
with a web page.
"""

import json
import sys
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOKEN = "a gateway's own token"


@dataclass
class Gateway:
    url: str = ""
    script: list = field(default_factory=list)
    requests: list = field(default_factory=list)
    sent: dict = field(default_factory=dict)
    """By id, what receivers get on their telephones."""
    received: list = field(default_factory=list)
    """The same with what comes twice: of a gateway that knows no repeats."""
    knows_repeats: bool = True
    broken_for: str = ""
    """A number over which it fails each time."""
    at: object = None
    """Called just before a message is taken, and just after."""

    @property
    def texts(self):
        return list(self.sent.values())

    def settings(self, **more):
        return {
            "sms_url": self.url,
            "sms_sender": "Verdipuls",
            "sms_headers": json.dumps({"Authorization": f"Bearer {TOKEN}"}),
            "sms_accepted": "status=queued",
            **more,
        }


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        gateway = self.server.gateway
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        gateway.requests.append(body)
        do = gateway.script.pop(0) if gateway.script else 201
        do = 500 if gateway.broken_for and body.get("to") == gateway.broken_for else do
        if self.headers["authorization"] != f"Bearer {TOKEN}":
            self.answer(401, {})
        elif do == "not ours":
            self.answer(201, {"status": "rejected", "reason": "unknown number"})
        elif do == "drip":
            self.drip()
        elif do == "much":
            self.answer(201, {"status": "queued", "more": "x" * 2_000_000})
        elif isinstance(do, int) and do != 201:
            self.answer(do, {"error": f"{body['to']} {body['text']}"})
        else:
            self.take(body, do)

    def take(self, body, do):
        gateway = self.server.gateway
        self.moment("before")
        if body["id"] not in gateway.sent or not gateway.knows_repeats:
            gateway.received.append(body)
        gateway.sent[body["id"]] = body
        self.moment("after")
        if do == "hang up":
            self.close_connection = True
            self.connection.close()
        elif do == "page":
            self.tell(200, b"<!-- v2 -->\n<!DOCTYPE html><title>Vedlikehold</title>")
        else:
            self.answer(201, {"status": "queued"})

    def moment(self, when):
        if self.server.gateway.at is not None:
            self.server.gateway.at(when)

    def answer(self, status, content):
        said = json.dumps(content).encode()
        with suppress(ConnectionError):  # whoever asked has heard enough
            self.tell(status, said)

    def tell(self, status, said):
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(said)))
        if status == 429:
            self.send_header("retry-after", "7")
        self.end_headers()
        self.wfile.write(said)

    def drip(self):
        self.send_response(201)
        self.send_header("content-length", "1000")
        self.end_headers()
        with suppress(OSError):
            for _ in range(60):
                self.wfile.write(b" ")
                self.wfile.flush()
                time.sleep(0.05)

    def log_message(self, *told):
        """Keep quiet."""


class QuietServer(ThreadingHTTPServer):
    """Says nothing of clients that are killed."""

    daemon_threads = True

    def handle_error(self, request, client_address):
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def a_gateway():
    server = QuietServer(("127.0.0.1", 0), Handler)
    server.gateway = Gateway(f"http://127.0.0.1:{server.server_port}/messages")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.gateway
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
