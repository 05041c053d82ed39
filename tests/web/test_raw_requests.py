"""No request is smuggled past the shipped proxy, and no odd bytes are a fault of ours.

The shipped `deploy/nginx.conf` stands before the web server that `barometer web` starts, with a
page behind it that writes down what reaches it.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.attack.raw_requests import (
    CORPUS,
    CORPUS_2,
    HIDDEN,
    HOST,
    Raw,
    send,
    statuses,
)
from tests.faults.post import make_authority, make_certificate
from tests.live_server import free_port
from tests.unpacked import file_of

# 501 is what a proxy has to say of codings that nobody knows (RFC 9112, 6.1)
FAULTS = {500, 502, 503, 504}
CLIENT, PROXY = "127.0.0.2", "127.0.0.1"
# what Debian's own nginx.conf says for all servers, and that short replies are compressed
READERS = "barometer.example.org"
DEBIAN = (
    "sendfile on; tcp_nopush on; types_hash_max_size 2048; server_tokens off;"
    " ssl_protocols TLSv1.2 TLSv1.3; ssl_prefer_server_ciphers off;"
    " gzip on; gzip_types *; gzip_min_length 0; default_type application/octet-stream;"
)
SERVER = """
import sys
from survey_app.commands.listen import serve_target
at = {"host": "127.0.0.1", "port": int(sys.argv[1]), "processes": 1, "factory": False}
serve_target("tests.attack.recording:app", **at)
"""


@dataclass(frozen=True, slots=True)
class Stack:
    """The ports of the proxy and of the server behind it, and where that writes."""

    proxy: int
    server: int
    context: ssl.SSLContext
    recorded: Path

    def sent(self, raw: Raw, *, http2: bool = False) -> tuple[bytes, list[dict]]:
        """Send it through the proxy; return the reply, and what reached the page."""
        return self._sent(raw, self.proxy, self.context, http2)

    def sent_past(self, raw: Raw) -> tuple[bytes, list[dict]]:
        """Send it to the server, past the proxy."""
        return self._sent(raw, self.server, None, http2=False)

    def _sent(self, raw, port, context, http2):
        before = self.recorded.stat().st_size
        reply = send(raw.content, port, context, http2=http2)
        with self.recorded.open() as file:
            file.seek(before)
            return reply, [json.loads(line) for line in file]


@pytest.fixture(scope="module")
def stack(tmp_path_factory) -> Iterator[Stack]:
    nginx = file_of("nginx")  # before anything is started that would be left at work without it
    folder = tmp_path_factory.mktemp("raw")
    folder.chmod(0o755)
    recorded = folder / "recorded"
    recorded.touch()
    port, own = free_port(), free_port()
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(port)],
        env=os.environ | {"RECORDED": str(recorded)},
        stderr=subprocess.DEVNULL,
    )
    started = [server]
    started.append(_proxy(nginx, folder, own, port))
    try:
        for one in (port, own):
            _wait(one)
        context = ssl.create_default_context(cafile=folder / "ca.pem")
        yield Stack(own, port, context, recorded)
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait(timeout=20)


def _proxy(nginx: Path, folder: Path, own: int, port: int) -> subprocess.Popen[bytes]:
    key, authority = make_authority(folder / "ca.pem")
    for name, file in ((HOST, "svar"), ("barometer.example.org", "barometer")):
        shutil.copy(
            make_certificate(folder / f"{file}.pem", key, authority, name=name),
            folder / f"{file}.key",
        )
    (folder / "nginx.conf").write_text(_shipped(folder, own, port))
    return subprocess.Popen([nginx, "-p", folder, "-c", folder / "nginx.conf"])


def _shipped(folder: Path, own: int, port: int) -> str:
    site = Path("deploy/nginx.conf").read_text()
    for told, meant in {
        "listen 443 ssl": f"listen 127.0.0.1:{own} ssl",
        "server 127.0.0.1:8000": f"server 127.0.0.1:{port}",
        "server 127.0.0.1:8002": f"server 127.0.0.1:{port}",
        "/etc/ssl/barometer": str(folder),
        "/var/log/nginx": str(folder),
    }.items():
        assert told in site
        site = site.replace(told, meant)
    places = "".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root; " if os.geteuid() == 0 else ""
    return (
        f"daemon off; {user}pid {folder}/pid; error_log {folder}/error.log;\n"
        f"events {{ }}\nhttp {{ {DEBIAN} {places}\n{site}\n}}\n"
    )


def _wait(port: int) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            socket.create_connection((PROXY, port), 1).close()
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        else:
            return


def _of(request: dict, name: str) -> list[str]:
    return [value for key, value in request["headers"] if key == name]


def _faults(raw: Raw, reached: list[dict]) -> list[str]:
    """Say what of a request that reached the page is not the proxy's."""
    found = []
    for one in reached:
        asked = _of(one, "x-forwarded-for")
        if len(asked) != 1 or asked[0].rpartition(",")[2].strip() != CLIENT:
            found.append(f"asked by {asked}")
        if _of(one, "x-forwarded-proto") != ["https"]:
            found.append(f"over {_of(one, 'x-forwarded-proto')}")
        if _of(one, "host") != [HOST]:
            found.append(f"for {_of(one, 'host')}")
        if set(_of(one, "forwarded") + _of(one, "cookie")) - {""}:
            found.append("what the client forged came through")
        if one["path"] == HIDDEN and len(asked) != 1:
            found.append("it was smuggled")
    if raw.refused and reached:
        found.append(f"reached the page {len(reached)} times")
    return [f"{raw.way}: {one}" for one in found]


def test_nothing_is_smuggled_past_the_shipped_proxy_and_nobody_forges_who_asks(stack):
    found, numbers = [], []
    for raw in CORPUS:
        reply, reached = stack.sent(raw)
        found += _faults(raw, reached)
        numbers += [(raw.way, status) for status in statuses(reply)]
    for raw in CORPUS_2:
        reply, reached = stack.sent(raw, http2=True)
        found += _faults(raw, reached)
        found += [f"{raw.way}: no reply at all"] if not reply else []
    print(f"{len(CORPUS)} requests in HTTP/1, {len(CORPUS_2)} in HTTP/2")
    assert not found, "\n".join(found)
    assert not [one for one in numbers if one[1] in FAULTS]


def test_the_server_itself_answers_no_odd_bytes_with_a_fault_of_ours(stack):
    found = []
    for raw in CORPUS:
        reply, reached = stack.sent_past(raw)
        found += [f"{raw.way}: {status}" for status in statuses(reply) if status in FAULTS]
        if raw.way in {"length and chunks", "chunks and length"}:
            # the proxy refuses it; past the proxy what stands behind the chunks is no body
            found += [f"{raw.way}: a body of {one['length']}" for one in reached if one["length"]]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("host", [HOST, READERS])
def test_the_proxy_compresses_no_page_whose_length_could_tell_what_stands_in_it(stack, host):
    path = "/answer/x" if host == HOST else "/culture"
    head = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: gzip\r\nConnection: close"
    reply, reached = stack.sent(Raw("compressed", f"{head}\r\n\r\n".encode()))
    assert len(reached) == 1
    assert statuses(reply) == [200]
    assert b"content-encoding" not in reply.lower()


def test_a_form_that_comes_slowly_reaches_the_server_whole_or_not_at_all(stack):
    head = f"POST /answer/slow HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 900\r\n\r\nhalf"
    reply, reached = stack.sent(Raw("slow", head.encode()))
    assert (reply, reached) == (b"", [])


@pytest.mark.parametrize(
    "path", ["/metrics", "/metrics/", "//metrics", "/%6detrics", "/a/../metrics/"]
)
def test_nobody_outside_reaches_what_is_measured_however_they_write_it(stack, path):
    head = f"GET {path} HTTP/1.1\r\nHost: barometer.example.org\r\nConnection: close\r\n\r\n"
    reply, reached = stack.sent(Raw("measured", head.encode()))
    assert (statuses(reply), reached) == ([404], [])


@pytest.mark.parametrize("request_line", ["GET /answer/x", "POST /ballot"])
def test_who_answers_reads_in_their_language_that_no_process_replies(tmp_path, request_line):
    own = free_port()
    tmp_path.chmod(0o755)
    nginx = _proxy(file_of("nginx"), tmp_path, own, free_port())
    try:
        _wait(own)
        context = ssl.create_default_context(cafile=tmp_path / "ca.pem")
        head = f"{request_line} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n"
        reply = send(head.encode(), own, context, http2=False)
    finally:
        nginx.terminate()
        nginx.wait(timeout=20)
    assert statuses(reply) == [502]
    told, _, page = reply.decode().partition("\r\n\r\n")
    headers = told.lower()
    for one in ("retry-after: 60", "cache-control: no-store", "referrer-policy: no-referrer"):
        assert one in headers
    assert headers.count("strict-transport-security: ") == 1
    assert "Vent et minutt" in page
    assert 'lang="nn"' in page
    assert 'lang="en"' in page
    assert "/answer" not in page


@pytest.mark.parametrize(
    ("host", "request_line", "status", "said"),
    [
        (HOST, "GET /finnes-ikke", 404, ("Fant ikke siden", "Fann ikkje sida", "Page not found")),
        (HOST, "POST /answer/x", 413, ("siden tar imot", "sida tek imot", "the page can take")),
        (READERS, "POST /people/import", 413, ("siden tar imot", "sida tek imot", "It is too")),
        (READERS, "GET /culture", 502, ("Vent et minutt", "Vent eitt minutt", "Wait a minute")),
    ],
)
def test_what_the_proxy_itself_says_is_said_in_every_language(
    tmp_path, host, request_line, status, said
):
    own = free_port()
    tmp_path.chmod(0o755)
    nginx = _proxy(file_of("nginx"), tmp_path, own, free_port())
    length = 0 if request_line.startswith("GET") else 50_000_000
    try:
        _wait(own)
        context = ssl.create_default_context(cafile=tmp_path / "ca.pem")
        head = f"{request_line} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {length}\r\n"
        reply = send(f"{head}Connection: close\r\n\r\n".encode(), own, context, http2=False)
    finally:
        nginx.terminate()
        nginx.wait(timeout=20)
    assert statuses(reply) == [status]
    told, _, page = reply.decode().partition("\r\n\r\n")
    for one in ("cache-control: no-store", "content-type: text/html; charset=utf-8"):
        assert one in told.lower()
    assert told.lower().count("strict-transport-security: ") == 1
    assert page.count("<title>") == page.count("</html>") == 1
    for one in said:
        assert one in page
