"""The mail server of the harness: speaks TLS, notes what it took and when, and has moods."""

from __future__ import annotations

import asyncio
import datetime as dt
import email
import logging
import ssl
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.faults.gate import Network

HOST = "localhost"
A_YEAR = dt.timedelta(days=365)
type Key = ec.EllipticCurvePrivateKey


@dataclass
class Post:
    """What was taken, by address: when, and under which id."""

    taken: dict[str, list[tuple[float, str]]] = field(default_factory=lambda: defaultdict(list))
    at_rcpt: str = ""
    """What is said to each address in place of a welcome."""
    after_data: str = ""
    """What is said to each whole mail in place of thanks."""

    async def handle_RCPT(  # noqa: N802 - as aiosmtpd calls it
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: object
    ) -> str:
        if self.at_rcpt:
            return self.at_rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.after_data:
            return self.after_data
        mail = email.message_from_bytes(envelope.original_content or b"")
        for address in envelope.rcpt_tos:
            self.taken[address].append((time.monotonic(), str(mail["Message-ID"])))
        return "250 OK"

    def calm(self) -> None:
        self.at_rcpt = self.after_data = ""


@dataclass(frozen=True)
class PostOffice:
    """Two ports of one server: the certificate of one has expired."""

    post: Post
    port: int
    expired_port: int
    authority: Path


def open_post_office(network: Network, folder: Path) -> PostOffice:
    logging.getLogger("mail.log").disabled = True  # every line it hears, links among them
    folder.mkdir(parents=True, exist_ok=True)
    key, authority = make_authority(folder / "ca.pem")
    now = dt.datetime.now(dt.UTC)
    good = make_certificate(folder / "good.pem", key, authority)
    yesterday = now - dt.timedelta(days=1)
    old = make_certificate(folder / "expired.pem", key, authority, until=yesterday)
    post = Post()
    ports = [network.do(listen(network, post, chain)) for chain in (good, old)]
    return PostOffice(post, ports[0], ports[1], folder / "ca.pem")


async def listen(network: Network, post: Post, chain: Path | None = None) -> int:
    """Take mail at a port of its own, over TLS where there is a certificate."""
    context = None
    if chain is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(post, hostname=HOST, loop=loop), "127.0.0.1", 0, ssl=context
    )
    network.servers.append(server)
    port: int = server.sockets[0].getsockname()[1]
    return port


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def make_authority(path: Path) -> tuple[Key, x509.Certificate]:
    """Write an authority's certificate, and return what it signs others with."""
    key = ec.generate_private_key(ec.SECP256R1())
    now, name = dt.datetime.now(dt.UTC), _name("harness")
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - A_YEAR)
        .not_valid_after(now + A_YEAR)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True, content_commitment=False, key_encipherment=False,
                data_encipherment=False, key_agreement=False, key_cert_sign=True, crl_sign=True,
                encipher_only=False, decipher_only=False,
            ),
            critical=True,
        )
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return key, made


def make_certificate(
    path: Path,
    key: Key,
    authority: x509.Certificate,
    *,
    name: str = HOST,
    until: dt.datetime | None = None,
) -> Path:
    """Write a certificate for a host, with its key; for a year, unless it ends earlier."""
    until = until or dt.datetime.now(dt.UTC) + A_YEAR
    own = ec.generate_private_key(ec.SECP256R1())
    made = (
        x509.CertificateBuilder(
            authority.subject, _name(name), own.public_key(), x509.random_serial_number()
        )
        .not_valid_before(until - A_YEAR)
        .not_valid_after(until)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    secret = own.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path
