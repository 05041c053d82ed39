"""The doctor signs in to the mail server as the worker will, and says what stands in the way."""

import asyncio
import mailbox
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from survey_app.installation.look_at_mail import look_at_mail, look_at_returns
from survey_app.settings import Settings
from tests.live_server import free_port

# the mail server's own: it lets go of a broken connection late, and warns of what is tried here
pytestmark = [
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS"),
]

RUNBOOK = Path("docs/runbook.md").read_text()
USER, PASSWORD = "barometer", "rett passord"


@pytest.fixture
def certificate(tmp_path):
    """A certificate for this machine that its own key has signed; returns its file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "mail.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def server(certificate):
    """Start a mail server that wants a user and a password; with TLS only where it is asked for."""
    running = []

    def start(*, tls: bool) -> int:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)

        def let_in(_server, _session, _envelope, _mechanism, data):
            right = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
            return AuthResult(success=right, handled=right)

        controller = Controller(
            object(),
            hostname="localhost",
            port=free_port(),
            authenticator=let_in,
            auth_required=True,
            auth_require_tls=tls,
            tls_context=context if tls else None,
        )
        controller.start()
        running.append(controller)
        return controller.port

    yield start
    for controller in running:
        controller.stop()


async def told(url):
    return await look_at_mail(Settings(smtp_url=url))


async def test_a_server_that_does_not_answer_is_told():
    finding = await told("smtp://127.0.0.1:9")
    assert finding.bad
    assert "nobody listens at that host and port: see BAROMETER_SMTP_URL" in finding.sentence


async def test_a_server_that_lets_us_in_is_well(server, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    port = server(tls=True)
    finding = await told(f"smtp+starttls://{USER}:rett%20passord@localhost:{port}")
    assert (finding.bad, finding.sentence) == (False, "mail: the server lets us in")


async def test_a_wrong_password_is_told(server):
    finding = await told(f"smtp://{USER}:feil@localhost:{server(tls=False)}")
    assert "the server refuses the user or the password (535)" in finding.sentence
    line = f"    {finding.sign} {finding.sentence}\n".replace("535", "…")
    assert line in RUNBOOK


async def test_a_certificate_that_nobody_vouches_for_is_told(server):
    port = server(tls=True)
    finding = await told(f"smtp+starttls://{USER}:rett%20passord@localhost:{port}")
    assert "certificate is not valid here (self-signed certificate)" in finding.sentence


async def test_a_server_without_tls_is_told(server):
    finding = await told(f"smtp+starttls://{USER}:rett%20passord@localhost:{server(tls=False)}")
    assert "STARTTLS" in finding.sentence


async def test_no_server_at_all_is_a_note():
    assert not (await told(None)).bad


class Imap(asyncio.Protocol):
    """Lets one user in, to one folder (RFC 3501)."""

    def connection_made(self, transport):
        self.transport = transport
        transport.write(b"* OK IMAP4rev1 ready\r\n")

    def data_received(self, data):
        for line in data.decode().splitlines():
            tag, command, rest = [*line.split(" ", 2), ""][:3]
            refused = (command == "LOGIN" and "riktig" not in rest) or "Borte" in rest
            told = "NO of retur@etaten.no" if refused else "OK done"
            shown = "* CAPABILITY IMAP4rev1\r\n" if command == "CAPABILITY" else ""
            self.transport.write(f"{shown}{tag} {told}\r\n".encode())


@pytest.mark.parametrize(
    ("where", "wrong"),
    [
        ("retur%40etaten.no:riktig@127.0.0.1:{port}/INBOX", ""),
        ("retur%40etaten.no:feil@127.0.0.1:{port}", "the server refuses the user or the password"),
        ("retur%40etaten.no:riktig@127.0.0.1:{port}/Borte", "there is no folder Borte"),
        ("retur%40etaten.no:riktig@127.0.0.1:9", "nobody listens at that host and port"),
    ],
)
async def test_whether_the_mailbox_of_reports_lets_us_in_is_tried(where, wrong):
    async with await asyncio.get_running_loop().create_server(Imap, "127.0.0.1", 0) as server:
        url = "imap://" + where.format(port=server.sockets[0].getsockname()[1])
        finding = await look_at_returns(Settings(return_mailbox=url))
    assert finding.bad is bool(wrong)
    assert f"returned mail: {wrong or 'its mailbox lets us in'}" in finding.sentence
    assert "etaten.no" not in finding.sentence


@pytest.mark.parametrize("kind", ["maildir", "mbox"])
async def test_a_mailbox_on_this_machine_is_tried_and_its_mails_are_left(tmp_path, kind):
    chosen = Settings(return_mailbox=f"{kind}://{tmp_path / 'post'}")
    assert "there is no mailbox at that place" in (await look_at_returns(chosen)).sentence
    box = {"maildir": mailbox.Maildir, "mbox": mailbox.mbox}[kind](tmp_path / "post")
    box.add("Subject: Ferie\n\nJeg er borte.\n")
    box.flush()
    before = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    assert not (await look_at_returns(chosen)).bad
    assert {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()} == before
    box.close()


async def test_where_no_mailbox_of_reports_is_named_nothing_is_said():
    assert await look_at_returns(Settings()) is None
