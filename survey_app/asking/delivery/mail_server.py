"""The mail server: one connection for many mails, and what its answers mean."""

from __future__ import annotations

import contextlib
from email.message import EmailMessage
from email.utils import parseaddr
from enum import StrEnum
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit

import aiosmtplib
from aiosmtplib import errors

from survey_app.asking.errors import MailServerDown

PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
PATIENCE = 30.0  # seconds for each answer
_PERMANENT = 500
# RFC 6531, RFC 3463: an address with letters that the server takes none of, and one that is none
LETTERS, SYNTAX = "5.6.7", "5.1.3"
SENDER = "sender"  # before the code of a server that takes no mail from that address
# a refusal of us, not of one address: nobody gets mail until it is mended
_REFUSED_US = frozenset({421, 454, 530, 534, 535, 538})


class Verdict(StrEnum):
    """What the server said to one mail."""

    ACCEPTED = "accepted"
    LATER = "later"
    NEVER = "never"


class MailServer:
    """A connection to the server at ``url``; opened at the first mail and kept for the next.

    Parameters
    ----------
    url : str
        ``smtp://``, ``smtps://`` or ``smtp+starttls://`` with host, and port, user and password
        where they are needed.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._client = aiosmtplib.SMTP(
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
        self._client.close()

    async def connect(self) -> None:
        """Make sure that the server listens.

        Raises
        ------
        MailServerDown
            If it cannot be reached or does not let us in.
        """
        if self._client.is_connected:
            return
        try:
            await self._client.connect()
        except errors.SMTPResponseException as error:
            raise MailServerDown(str(error.code)) from error
        except (errors.SMTPException, OSError, ValueError) as error:
            raise MailServerDown(type(error).__name__) from error

    async def send(
        self, mail: EmailMessage, *, sender: str | None = None, envelope_id: str = ""
    ) -> tuple[Verdict, str]:
        """Hand one mail over.

        Parameters
        ----------
        mail : EmailMessage
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
        MailServerDown
            If the server went away, or refuses us, or ``sender``, altogether. Whether it took this
            mail is then not known; it is taken for not accepted.
        """
        await self.connect()
        try:
            wanted = bool(envelope_id) and await self._takes_reports()
            await self._client.send_message(
                mail,
                sender=sender,
                recipients=[_recipient(mail)],
                # of failures alone, and with the heads of the mail: its text has a link
                mail_options=["RET=HDRS", f"ENVID={envelope_id}"] if wanted else None,
                rcpt_options=["NOTIFY=FAILURE"] if wanted else None,
            )
        except errors.SMTPRecipientsRefused as error:
            return _verdict(error.recipients[0].code)
        except errors.SMTPNotSupported:
            # of this address alone: others go on, and no server has said no to it
            return Verdict.NEVER, LETTERS
        except ValueError:
            self._client.close()  # half-way through a mail
            return Verdict.NEVER, SYNTAX
        except errors.SMTPSenderRefused as error:
            # where reports go is the installation's own: no mail goes until that is mended
            if error.code < _PERMANENT or error.code in _REFUSED_US or sender is not None:
                raise MailServerDown(str(error.code)) from error
            # one campaign's address: the mails of others go on, and its own wait to be mended
            return Verdict.LATER, f"{SENDER} {error.code}"
        except errors.SMTPResponseException as error:
            # it is the text that is refused, for everybody alike: wait until somebody has mended it
            return _verdict(min(error.code, _PERMANENT - 1))[0], str(error.code)
        except (errors.SMTPException, OSError) as error:
            self._client.close()
            raise MailServerDown(type(error).__name__) from error
        return Verdict.ACCEPTED, ""

    async def _takes_reports(self) -> bool:
        if self._client.is_ehlo_or_helo_needed:
            with contextlib.suppress(errors.SMTPHeloError):  # it is told when the mail is sent
                await self._client.ehlo()
        return self._client.supports_extension("dsn")


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


def _verdict(code: int) -> tuple[Verdict, str]:
    if code in _REFUSED_US:
        raise MailServerDown(str(code))
    return (Verdict.NEVER if code >= _PERMANENT else Verdict.LATER), str(code)
