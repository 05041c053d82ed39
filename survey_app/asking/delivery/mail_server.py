"""The mail server: connections that are kept for many mails, and what its answers mean."""

from __future__ import annotations

import asyncio
import contextlib
import re
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parseaddr
from enum import StrEnum
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote, urlsplit

import aiosmtplib
from aiosmtplib import errors

from survey_app.asking.errors import MailLost, MailServerDown

PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
PATIENCE = 30.0  # seconds for each answer
# and for the one to a whole mail (RFC 5321, 4.5.3.2.6): a server that is busy with it takes it all
# the same, and whoever hung up before sends it again
TAKING = 600.0
_PERMANENT = 500
# RFC 6531, RFC 3463: an address with letters that the server takes none of, and one that is none
LETTERS, SYNTAX = "5.6.7", "5.1.3"
# RFC 3463: policy, and a full mailbox, which a bare 550 would tell as an address that there is none
_TELLING = re.compile(r"[45]\.(?:7\.\d{1,3}|2\.2)(?!\d)")
SENDER = "sender"  # before the code of a server that takes no mail from that address
# a refusal of us, not of one address: nobody gets mail until it is mended
_REFUSED_US = frozenset({421, 454, 530, 534, 535, 538})
# the same of those that some servers say of one address alone, and that others say to all
_MAYBE_OF_ONE = frozenset({421, 454})
# RFC 3463: the line ended before the mail was answered
_LINE_ENDED = "4.4.2"
UNCONFIRMED = "4.4.2 unconfirmed"  # and the server had its text: nobody knows whether it took it
_ANSWERS = 200  # below that it is no answer of RFC 5321: whatever follows is out of step
# of servers that take only so many mails of one user at the same time, told once a mail is there
_CROWDED = "432"
# a mail's lines end by CRLF (`flatten_message`), and a dot alone ends the mail (RFC 5321, 4.5.2)
_STARTS_WITH_A_DOT = re.compile(rb"(?m)^\.")
_END = b"\r\n.\r\n"


@dataclass(frozen=True, slots=True)
class WrittenMail:
    """A mail as it goes over the line, to one plain address; ``content`` is all ASCII."""

    sender: str
    recipient: str
    content: bytes


class Verdict(StrEnum):
    """What the server said to one mail."""

    ACCEPTED = "accepted"
    LATER = "later"
    NEVER = "never"


class _Client(aiosmtplib.SMTP):
    """A connection that knows how far its mail has come, and waits for mails."""

    has_named = False
    has_handed_over = False

    async def rcpt(self, *said: Any, **more: Any) -> aiosmtplib.SMTPResponse:  # noqa: ANN401 - as there
        self.has_named = True
        return await super().rcpt(*said, **more)

    async def data(self, message: str | bytes, /, **_more: Any) -> aiosmtplib.SMTPResponse:  # noqa: ANN401 - as there
        """Send the text once the server has asked for it; before that it has nothing to take."""
        asked = await self.execute_command(b"DATA", timeout=TAKING)
        if asked.code != aiosmtplib.SMTPStatus.start_input:
            raise errors.SMTPDataError(asked.code, asked.message)
        if self.protocol is None:
            raise errors.SMTPServerDisconnected("Connection lost")
        text = message.encode("ascii") if isinstance(message, str) else message
        self.protocol.write(_STARTS_WITH_A_DOT.sub(b"..", text).removesuffix(b"\r\n") + _END)
        self.has_handed_over = True
        answer = await self.protocol.read_response(timeout=TAKING)
        if answer.code != aiosmtplib.SMTPStatus.completed:
            raise errors.SMTPDataError(answer.code, answer.message)
        return answer


class MailServer:
    """Connections to the server at ``url``; opened when mails need them and kept for the next.

    Parameters
    ----------
    url : str
        ``smtp://``, ``smtps://`` or ``smtp+starttls://`` with host, and port, user and password
        where they are needed.
    connections : int
        As many mails may be handed over at the same time. A server that lets fewer in is taken at
        its word: mails wait for a connection that it gave.
    """

    def __init__(self, url: str, connections: int = 1) -> None:
        self._url = url
        self.connections = connections
        self._idle: asyncio.Queue[_Client] = asyncio.Queue()
        self._opened: list[_Client] = []
        self._let_in = 0

    def _new_client(self) -> _Client:
        parts = urlsplit(self._url)
        return _Client(
            hostname=parts.hostname or "localhost",
            port=parts.port or PORTS[parts.scheme],
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            use_tls=parts.scheme == "smtps",
            start_tls=parts.scheme == "smtp+starttls",
            timeout=PATIENCE,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for client in self._opened:
            client.close()

    async def connect(self) -> None:
        """Make sure that the server listens.

        Raises
        ------
        MailServerDown
            If it cannot be reached or does not let us in.
        """
        self._idle.put_nowait(await self._connected())

    async def _connected(self) -> _Client:
        """Lend a connection: one that is idle, else a new one while there may be more."""
        if self._idle.empty() and len(self._opened) < self.connections:
            client = self._new_client()
            self._opened.append(client)
            try:
                await _connect(client)
            except BaseException as error:
                self._opened.remove(client)
                if not isinstance(error, MailServerDown) or not self._let_in:
                    raise
                # it lets no more in: those that it did let in do the work
                self.connections = len(self._opened)
            else:
                self._let_in += 1
                return client
        client = await self._idle.get()
        try:
            await _connect(client)
        except BaseException:
            self._idle.put_nowait(client)  # others wait for it, and find it as it is
            raise
        return client

    async def send(
        self,
        mail: EmailMessage | WrittenMail,
        *,
        sender: str | None = None,
        envelope_id: str = "",
    ) -> tuple[Verdict, str]:
        """Hand one mail over.

        Parameters
        ----------
        mail : EmailMessage or WrittenMail
        sender : str, optional
            Where reports go if it does not arrive; by default to whom it is from.
        envelope_id : str
            What a report names the mail by (RFC 3461), where the server takes such a thing.

        Returns
        -------
        (Verdict, str)
            And the server's code where it did not accept: never its words, which hold addresses.

        Raises
        ------
        MailLost
            If it went away over this mail, or refused it as one refuses everybody. Whether it took
            the mail may not be known; it is taken for not accepted.
        MailServerDown
            If the server cannot be reached, or refuses us, or ``sender``, altogether.
        """
        client = await self._connected()
        code = ""
        try:
            verdict, code = await _hand_over(client, mail, sender, envelope_id)
        finally:
            if code != _CROWDED or not self._gave_up(client):
                self._idle.put_nowait(client)
        return verdict, code

    def _gave_up(self, client: _Client) -> bool:
        """Do without one of several connections, as the server asked."""
        if self._let_in == 1:
            return False
        self._let_in -= 1
        self._opened.remove(client)
        self.connections = len(self._opened)
        client.close()
        return True


async def _connect(client: _Client) -> None:
    if client.is_connected:
        return
    try:
        await client.connect()
    except errors.SMTPResponseException as error:
        # whoever speaks something else than SMTP has said no code
        said = str(error.code) if error.code >= _ANSWERS else type(error).__name__
        raise MailServerDown(said) from error
    except (errors.SMTPException, OSError, ValueError) as error:
        raise MailServerDown(type(error).__name__) from error


async def _hand_over(
    client: _Client,
    mail: EmailMessage | WrittenMail,
    sender: str | None,
    envelope_id: str,
) -> tuple[Verdict, str]:
    try:
        await _over_the_line(client, mail, sender, envelope_id)
    except errors.SMTPRecipientsRefused as error:
        return _verdict(error.recipients[0].code, error.recipients[0].message)
    except errors.SMTPNotSupported:
        # of this address alone: others go on, and no server has said no to it
        return Verdict.NEVER, LETTERS
    except ValueError:
        client.close()  # half-way through a mail
        return Verdict.NEVER, SYNTAX
    except errors.SMTPSenderRefused as error:
        # where reports go is the installation's own: no mail goes until that is mended
        if error.code < _PERMANENT or error.code in _REFUSED_US or sender is not None:
            raise MailServerDown(str(error.code)) from error
        # one campaign's address: the mails of others go on, and its own wait to be mended
        return Verdict.LATER, f"{SENDER} {error.code}"
    except errors.SMTPResponseException as error:
        return _of_text(client, error)
    except (errors.SMTPException, OSError) as error:
        raise _lost(client, error) from error
    return Verdict.ACCEPTED, ""


def _of_text(client: _Client, error: errors.SMTPResponseException) -> tuple[Verdict, str]:
    """Read what was said once the recipient was taken."""
    if error.code < _ANSWERS:
        raise _lost(client, error) from error
    # it is the text that is refused, for everybody alike: wait until somebody has mended it
    return _verdict(min(error.code, _PERMANENT - 1))[0], str(error.code)


def _lost(client: _Client, error: Exception) -> MailServerDown:
    client.close()
    if not client.has_named:
        return MailServerDown(type(error).__name__)
    handed_over = client.has_handed_over
    code = UNCONFIRMED if handed_over else _LINE_ENDED
    return MailLost(type(error).__name__, code, refused=False, handed_over=handed_over)


async def _over_the_line(
    client: _Client,
    mail: EmailMessage | WrittenMail,
    sender: str | None,
    envelope_id: str,
) -> None:
    client.has_named = client.has_handed_over = False
    await _greet(client)
    wanted = bool(envelope_id) and client.supports_extension("dsn")
    # of failures alone, and with the heads of the mail: its text has a link
    options = ["RET=HDRS", f"ENVID={envelope_id}"] if wanted else []
    reports = ["NOTIFY=FAILURE"] if wanted else []
    if isinstance(mail, WrittenMail):
        if client.supports_extension("8bitmime"):
            options.append("BODY=8BITMIME")
        await client.sendmail(
            sender or mail.sender,
            [mail.recipient],
            mail.content,
            mail_options=options,
            rcpt_options=reports,
        )
    else:
        await client.send_message(
            mail,
            sender=sender,
            recipients=[_recipient(mail)],
            mail_options=options,
            rcpt_options=reports,
        )


async def _greet(client: _Client) -> None:
    """Ask the server what it can do."""
    if client.is_ehlo_or_helo_needed:
        with contextlib.suppress(errors.SMTPHeloError):  # it is told when the mail is sent
            await client.ehlo()


def _recipient(mail: EmailMessage) -> str:
    """Read to whom a mail goes, as it was written.

    Raises
    ------
    ValueError
        If whoever reads it next would see somebody else in it.
    """
    written = str(mail["To"])
    address = parseaddr(written)[1]
    if address != written and not written.endswith(f"<{address}>"):
        raise ValueError("an address that names another")
    return address


def _verdict(code: int, words: str = "") -> tuple[Verdict, str]:
    if code in _MAYBE_OF_ONE:
        raise MailLost(str(code), str(code), refused=True)
    if code in _REFUSED_US:
        raise MailServerDown(str(code))
    finer = _TELLING.match(words)
    told = finer[0] if finer and finer[0][0] == str(code)[0] else str(code)
    return (Verdict.NEVER if code >= _PERMANENT else Verdict.LATER), told
