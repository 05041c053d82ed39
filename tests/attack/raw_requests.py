"""Requests as bytes, such as no library writes them: what two servers may read in two ways.

A request is smuggled where the proxy takes for a body what the server behind it takes for a request
of its own. Such a request never got what the proxy gives to each: who asked, over what, and for
which name (RFC 9112, sections 5.2, 6.1, 6.3, 11.2; RFC 9113, 8.2.1, 8.3.1, 10.3).
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

HOST: Final = "svar.example.org"
HIDDEN: Final = "/answer/smuggled"
_INNER: Final = f"GET {HIDDEN} HTTP/1.1\r\nHost: {HOST}\r\nX-Forwarded-Proto: https\r\n\r\n"
_END: Final = "0\r\n\r\n"
FIRST_SECONDS, NEXT_SECONDS = 1.0, 0.15
FORGED: Final = "203.0.113.7"


@dataclass(frozen=True, slots=True)
class Raw:
    """Bytes to send, and in which way they are odd; ``refused`` is what must not reach a page."""

    way: str
    content: bytes
    refused: bool = True


def _post(*lines: str, body: str = "", end: str = "\r\n", path: str = "/answer/raw") -> bytes:
    head = end.join((f"POST {path} HTTP/1.1", f"Host: {HOST}", *lines))
    return f"{head}{end}{end}{body}".encode("latin-1")


def _get(*lines: str, target: str = "/promise", version: str = "HTTP/1.1") -> bytes:
    return "\r\n".join((f"GET {target} {version}", *lines, "", "")).encode("latin-1")


def ambiguous_lengths() -> Iterator[Raw]:
    """Say the length of a body in two ways, or in one that can be read in two."""
    whole, chunked = f"Content-Length: {len(_END + _INNER)}", "Transfer-Encoding: chunked"
    yield Raw("length and chunks", _post(whole, chunked, body=_END + _INNER))
    yield Raw("chunks and length", _post(chunked, whole, body=_END + _INNER))
    yield Raw("two lengths", _post("Content-Length: 0", whole, body=_END + _INNER))
    yield Raw("a list of lengths", _post("Content-Length: 0, 44", body=_INNER))
    for told in ("+0", "-1", "0x10", "1_0", "1e1", "", "9" * 30):
        yield Raw(f"length {told!r}", _post(f"Content-Length: {told}", body=_INNER))
    for told in (
        "Transfer-Encoding: xchunked", "Transfer-Encoding : chunked", "Transfer-Encoding:\tchunked",
        "Transfer-Encoding: chunked, identity", "Transfer-Encoding: identity, chunked",
        "Transfer-Encoding: \x0bchunked", "Transfer-Encoding: chunked\r\nTransfer-Encoding: x",
        " Transfer-Encoding: chunked", "X: y\rTransfer-Encoding: chunked",
        "X: y\nTransfer-Encoding: chunked", "Transfer_Encoding: chunked",
        "Transfer-Encoding:\r\n chunked", 'Transfer-Encoding: "chunked"',
    ):  # fmt: skip
        refused = told != "Transfer-Encoding:\tchunked" and "\n" not in told and "_" not in told
        yield Raw(repr(told), _post(told, whole, body=_END + _INNER), refused=refused)


def odd_chunks() -> Iterator[Raw]:
    """Say where a chunk ends in ways that lenient servers take."""
    for size, way in (
        ("0x0", "a size with 0x"), ("-0", "a size below nothing"), ("0 ", "a size with a blank"),
        ('0;a="\r\n', "an extension over a line"), ("ffffffffffffffff0", "a size past 64 bits"),
        ("", "no size"), ("1\n", "a bare line feed"),
    ):  # fmt: skip
        body = f"{size}\r\n\r\n{_INNER}"
        yield Raw(way, _post("Transfer-Encoding: chunked", body=body), refused=False)
    trailer = f"0\r\nContent-Length: 5\r\nHost: evil.example\r\n\r\n{_INNER}"
    yield Raw("trailers", _post("Transfer-Encoding: chunked", body=trailer), refused=False)


def odd_heads() -> Iterator[Raw]:
    """Write lines of a head, and names of hosts, as they must not be."""
    named = f"Host: {HOST}"
    yield Raw("a folded line", _get(named, "X-Forwarded-For: a", " b"), refused=False)
    yield Raw("bare line feeds", _post("Content-Length: 0", end="\n"), refused=False)
    yield Raw("a null", _get(named, "X: a\x00b"))
    yield Raw("a blank before the colon", _get(named, "X : a"))
    yield Raw("two hosts", _get(named, "Host: evil.example"))
    yield Raw("no host", _get())
    yield Raw("another host", _get("Host: evil.example"))
    yield Raw("a host with a path", _get(f"Host: {HOST}/evil"))
    yield Raw("another host in the target", _get(named, target="http://evil.example/promise"))
    yield Raw("our host in the target", _get("Host: evil.example", target=f"http://{HOST}/promise"),
              refused=False)  # fmt: skip
    yield Raw("HTTP/1.0 without a host", _get(version="HTTP/1.0"))
    yield Raw("HTTP/0.9", b"GET /promise\r\n\r\n")
    yield Raw("HTTP/9.9", _get(named, version="HTTP/9.9"))
    yield Raw("a blank in the target", _get(named, target="/promise /x"))
    yield Raw("CONNECT", b"CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: 127.0.0.1:22\r\n\r\n")
    yield Raw("TRACE", f"TRACE /promise HTTP/1.1\r\n{named}\r\n\r\n".encode())
    yield Raw("a long line", _get(named, f"X: {'a' * 40_000}"))
    yield Raw("many lines", _get(named, *(f"X-{n}: {'a' * 200}" for n in range(400))))
    yield Raw("a long target", _get(named, target="/promise?" + "a" * 40_000))
    upgrade = (
        "Connection: Upgrade, HTTP2-Settings",
        "Upgrade: h2c",
        "HTTP2-Settings: AAMAAABkAAQC",
    )
    yield Raw("an upgrade to h2c", _get(named, *upgrade), refused=False)
    yield Raw("lines that end with the hop", _get(named, "Connection: X-Forwarded-For, Host"),
              refused=False)  # fmt: skip


def forged_hops() -> Iterator[Raw]:
    """Say who asks, and over what, in the place of the proxy."""
    for lines in (
        (f"X-Forwarded-For: {FORGED}",),
        (f"X-Forwarded-For: {FORGED}", "X-Forwarded-For: 127.0.0.1"),
        (f"x_forwarded_for: {FORGED}",),
        (f"Forwarded: for={FORGED};proto=http;host=evil.example",),
        ("X-Forwarded-Proto: http", "X-Forwarded-Host: evil.example", f"X-Real-IP: {FORGED}"),
        ("Cookie: session=somebody's",),
    ):
        yield Raw(lines[0], _get(f"Host: {HOST}", *lines), refused=False)


CORPUS: Final = (*ambiguous_lengths(), *odd_chunks(), *odd_heads(), *forged_hops())


# HTTP/2 by hand: a preface, settings, and one HEADERS frame without compression
_PREFACE: Final = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
_DATA, _HEADERS, _SETTINGS, _END_STREAM, _END_HEADERS = 0, 1, 4, 1, 4


def _frame(kind: int, flags: int, stream: int, content: bytes) -> bytes:
    return len(content).to_bytes(3) + bytes([kind, flags]) + stream.to_bytes(4) + content


def _field(name: str, value: str) -> bytes:
    """Write a field that is not indexed, with a new name (RFC 7541, 6.2.2)."""
    told = [part.encode("latin-1") for part in (name, value)]
    assert all(len(part) < 127 for part in told), "longer ones take an encoded length"
    return b"\0" + b"".join(bytes([len(part)]) + part for part in told)


def over_http2(fields: Mapping[str, str] | tuple[tuple[str, str], ...], body: str = "") -> bytes:
    """Write one request in HTTP/2, whatever its fields hold."""
    base = {":method": "POST" if body else "GET", ":scheme": "https", ":path": "/promise",
            ":authority": HOST}  # fmt: skip
    own = tuple(fields.items()) if isinstance(fields, Mapping) else fields
    first = [(name, value) for name, value in base.items() if name not in dict(own)]
    head = b"".join(_field(*one) for one in (*first, *own))
    flags = _END_HEADERS | (0 if body else _END_STREAM)
    sent = _PREFACE + _frame(_SETTINGS, 0, 0, b"") + _frame(_HEADERS, flags, 1, head)
    return sent + (_frame(_DATA, _END_STREAM, 1, body.encode()) if body else b"")


CORPUS_2: Final = (
    Raw("as it should be", over_http2({}), refused=False),
    Raw("a length that is too short", over_http2({"content-length": "0"}, body=_INNER)),
    Raw("a length that is too long", over_http2({"content-length": "900"}, body=_INNER)),
    Raw("chunks", over_http2({"transfer-encoding": "chunked"}, body=_END + _INNER), refused=False),
    Raw("a line within a value", over_http2({"x": f"a\r\nHost: {HOST}\r\n\r\n{_INNER[:40]}"})),
    Raw("a line within a name", over_http2({"x: a\r\ny": "b"})),
    Raw("a colon within a name", over_http2({"x: y": "b"})),
    Raw("a capital in a name", over_http2({"Content-Length": "0"}, body=_INNER)),
    Raw("a line within the path", over_http2({":path": f"/promise HTTP/1.1\r\nHost: {HOST}\r\n"})),
    Raw("a blank within the path", over_http2({":path": "/promise HTTP/1.1 /x"})),
    Raw("a line within the method", over_http2({":method": f"GET {HIDDEN} HTTP/1.1\r\nx: y"})),
    Raw("another authority", over_http2({":authority": "evil.example"})),
    Raw("a host beside the authority", over_http2({"host": "evil.example"})),
    Raw("two authorities", over_http2(((":authority", HOST), (":authority", "evil.example")))),
    Raw("fields of a connection", over_http2({"connection": "x-forwarded-for"}), refused=False),
    Raw("forged hops", over_http2({"x-forwarded-for": FORGED, "forwarded": f"for={FORGED}"}),
        refused=False),
)  # fmt: skip


def send(
    content: bytes, port: int, context: ssl.SSLContext | None, *, http2: bool = False
) -> bytes:
    """Send bytes from another address than the proxy's, and return what comes back.

    Parameters
    ----------
    content : bytes
    port : int
        On 127.0.0.1.
    context : ssl.SSLContext or None
        None: without TLS.
    http2 : bool
        Whether HTTP/2 is agreed on.
    """
    found = b""
    with socket.create_connection(("127.0.0.1", port), 5, ("127.0.0.2", 0)) as plain:
        if context is not None:
            context.set_alpn_protocols(["h2"] if http2 else ["http/1.1"])
            link: socket.socket = context.wrap_socket(plain, server_hostname=HOST)
        else:
            link = plain
        with link:
            link.settimeout(FIRST_SECONDS)
            try:
                link.sendall(content)
                while part := link.recv(65536):
                    found += part
                    link.settimeout(NEXT_SECONDS)
            except (TimeoutError, OSError):
                pass
    return found


def statuses(reply: bytes) -> list[int]:
    """Return the status of each reply in HTTP/1, in order; of HTTP/0.9 there is none."""
    parts = reply.split(b"HTTP/1.")[1:]
    return [int(part[2:5]) for part in parts if part[2:5].isdigit()]
