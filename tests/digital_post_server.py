"""Maskinporten, the contact and reservation register, and Altinn, as they are documented, in one.

What each refuses, this refuses: grants that are too old or for somebody else, more than a thousand
people at once, tokens that were not exchanged, keys that were used. `DigitalServices.script` says
what the next uploads get instead: a status; ``"reserved"``, which keeps the key and delivers
nothing; ``"hang up"`` once the letter was taken, ``"reserved, hang up"``; ``"wait"`` for
`DigitalServices.go_on` before it is taken; ``"drip"`` and ``"much"``, answers that nobody should
wait for or read. `DigitalServices.slow` does the latter two to all others.
"""

import json
import threading
import time
import uuid
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.sms_gateway import QuietServer

KEY = RSAKey.generate_key(2048, {"kid": "key-1", "use": "sig", "alg": "RS256"})
CLIENT, RESOURCE, ORGANISATION, SUBSCRIPTION = "client-1", "survey-letters", "974760673", "sub-1"
SCOPES = {"krr:global/kontaktinformasjon.read", "altinn:serviceowner altinn:correspondence.write"}
CORRESPONDENCE = "/correspondence/api/v1/correspondence"
ENDLESS = ("drip", "much")
REACHABLE = {"reservasjon": "NEI", "status": "AKTIV", "varslingsstatus": "KAN_VARSLES"}


@dataclass
class DigitalServices:
    url: str = ""
    people: dict = field(default_factory=dict)
    """What the register says of each number; who is not there is not registered."""
    register_says: object = None
    """In the place of all people."""
    script: list = field(default_factory=list)
    grants: list = field(default_factory=list)
    lookups: list = field(default_factory=list)
    uploads: list = field(default_factory=list)
    delivered: dict = field(default_factory=dict)
    """By key: the form, and the PDF as it arrived."""
    made: dict = field(default_factory=dict)
    """By key: what it is called in Altinn, and its status."""
    looked_up: list = field(default_factory=list)
    reference: str = ""
    """What is said to be the sender's own reference of all that was made."""
    slow: str = ""
    page: bool = False
    """Whether a web page is given for a token of Altinn's."""
    at: object = None
    """Called just before a letter is taken, and just after."""
    waits: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)

    def settings(self, **more):
        return {
            "altinn_resource": RESOURCE,
            "altinn_url": self.url,
            "altinn_key": SUBSCRIPTION,
            "krr_url": f"{self.url}/rest/v2/personer",
            "maskinporten_issuer": self.url,
            "maskinporten_client_id": CLIENT,
            "maskinporten_key": json.dumps(KEY.as_dict(private=True)),
            "organisation_number": ORGANISATION,
            **more,
        }

    def mailbox_of(self, number):
        wanted = f"urn:altinn:person:identifier-no:{number}"
        return [one for one in self.delivered.values() if one["Recipients[0]"] == wanted]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        address = urlsplit(self.path)
        if address.path == "/authentication/api/v1/exchange/maskinporten":
            known = self.bearer() in SCOPES
            if self.services.page:
                return self.answer(200, "<!DOCTYPE html>\n<title>Logg inn</title>")
            return self.answer(200, f"altinn {self.bearer()}") if known else self.answer(401, {})
        if not self.is_ours():
            return self.answer(401, {})
        if address.path == CORRESPONDENCE:
            return self.listed({name: one for name, [one] in parse_qs(address.query).items()})
        return self.overview(address.path.removeprefix(f"{CORRESPONDENCE}/"))

    def listed(self, asked):
        assert (asked["resourceId"], asked["role"]) == (RESOURCE, "Sender")
        self.services.looked_up.append(asked["idempotentKey"])
        found = self.services.made.get(asked["idempotentKey"])
        return self.answer(200, {"ids": [found[0]] if found else []})

    def overview(self, name):
        for key, (one, status) in self.services.made.items():
            if one == name:
                reference = self.services.reference or key
                told = {"correspondenceId": one, "status": status, "sendersReference": reference}
                return self.answer(200, told)
        return self.answer(404, {"errorCode": 1001})

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        paths = {
            "/token": self.token,
            "/rest/v2/personer": self.people,
            f"{CORRESPONDENCE}/upload": self.upload,
        }
        return paths[self.path](body)

    def token(self, body):
        form = parse_qs(body.decode())
        assert form["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
        grant = jwt.decode(form["assertion"][0], KEY)
        told = grant.claims
        self.services.grants.append(told)
        right = (
            grant.header["kid"] == "key-1"
            and told["aud"] == f"{self.services.url}/"
            and told["iss"] == CLIENT
            and told["scope"] in SCOPES
            and 0 < told["exp"] - told["iat"] <= 120
            and set(told) == {"aud", "iss", "scope", "iat", "exp", "jti"}
        )
        if not right:
            return self.answer(400, {"error": "invalid_grant"})
        return self.answer(200, {"access_token": told["scope"], "expires_in": 119})

    def people(self, body):
        if self.bearer() != "krr:global/kontaktinformasjon.read":
            return self.answer(401, {})
        numbers = json.loads(body)["personidentifikatorer"]
        self.services.lookups.append(numbers)
        if len(numbers) > 1000:
            return self.answer(400, {})
        missing = {"reservasjon": "NEI", "status": "IKKE_REGISTRERT"}
        people = [
            {"personidentifikator": one} | self.services.people.get(one, missing) for one in numbers
        ]
        return self.answer(200, {"personer": self.services.register_says or people})

    def upload(self, body):
        if not self.is_ours():
            return self.answer(401, {})
        form = self.form(body)
        key = form["IdempotentKey"]
        uuid.UUID(key)
        self.services.uploads.append(key)
        do = self.services.script.pop(0) if self.services.script else 200
        if isinstance(do, int) and do != 200:
            return self.answer(do, {"detail": form["Recipients[0]"]})
        if do == "wait":
            self.services.waits.set()
            self.services.go_on.wait(30)
        if do in ENDLESS:
            return self.endless(do)
        self.moment("before")
        if key in self.services.made:
            return self.answer(409, {"errorCode": 1034})
        told = "Reserved" if do.__class__ is str and "reserved" in do else "Initialized"
        name = str(uuid.uuid4())
        self.services.made[key] = name, told
        if told == "Initialized":
            self.services.delivered[key] = form
        self.moment("after")
        if do.__class__ is str and "hang up" in do:
            self.close_connection = True
            return self.connection.close()
        return self.answer(200, {"correspondences": [{"correspondenceId": name, "status": told}]})

    def moment(self, when):
        if self.services.at is not None:
            self.services.at(when)

    def endless(self, how):
        self.close_connection = True
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.end_headers()
        with suppress(OSError):
            for _ in range(60):
                self.wfile.write(b" " * (1_000_000 if how == "much" else 1))
                self.wfile.flush()
                time.sleep(0 if how == "much" else 0.05)

    def is_ours(self):
        return (
            self.bearer() == "altinn altinn:serviceowner altinn:correspondence.write"
            and self.headers["ocp-apim-subscription-key"] == SUBSCRIPTION
        )

    def form(self, body):
        head = f"content-type: {self.headers['content-type']}\r\n\r\n".encode()
        found = {}
        for part in message_from_bytes(head + body).get_payload():
            name = part.get_param("name", header="content-disposition")
            content = part.get_payload(decode=True)
            found[name] = content if part.get_filename() else content.decode()
        return found

    def bearer(self):
        return (self.headers["authorization"] or "").removeprefix("Bearer ")

    @property
    def services(self):
        return self.server.services

    def answer(self, status, content):
        if self.services.slow:
            self.endless(self.services.slow)
            return
        said = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *told):
        """Keep quiet."""


@contextmanager
def the_services():
    server = QuietServer(("127.0.0.1", 0), Handler)
    server.services = DigitalServices(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.services
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
