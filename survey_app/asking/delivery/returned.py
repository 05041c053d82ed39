"""Read what mail servers send back: which of our mails did not arrive, and whether for good.

Reports come to a mailbox (``return_mailbox``) and to an address (``returned_routes``). One is a
delivery status notification (RFC 3464, and 6533 of addresses that are not in ASCII): a
``multipart/report`` with a part that programs read. Some servers put that part beside the others in
a ``multipart/mixed``; what they write for people alone is read by `returned_as_text`.
Which mail it is about stands in a key that we gave the mail, as its return address
(``retur+key@…``), its envelope id (RFC 3461) and its Message-ID; servers keep one of them at least.
The key is the id of a row with a proof under the installation's secret: nobody can make one up, and
it holds no link.
"""

from __future__ import annotations

import base64
import quopri
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import Final
from uuid import UUID

from survey_app.asking.delivery.returned_as_text import (
    MOST_GROUPS,
    block_of_text,
    by_a_server,
    copied,
    groups_of_fields,
)
from survey_app.shared.derived_token import derived_token, row_of_token
from survey_app.shared.mail_address import as_sent
from survey_app.shared.unseen import without_unseen

PURPOSE: Final = b"verdibarometer/returned"
# a full mailbox may have room tomorrow, whatever class its server gives it (RFC 3463, 3.3)
_MAY_PASS: Final = frozenset({"5.2.2", "552"})
_IN_UTF8: Final = "message/global-delivery-status"
"""Of a mail to an address that is not in ASCII (RFC 6533)."""
_FOR_PROGRAMS: Final = frozenset({"message/delivery-status", _IN_UTF8})
_DECODED: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "base64": base64.b64decode,
    "quoted-printable": quopri.decodestring,
}
_BEYOND_ASCII: Final = re.compile(r"\\x\{([0-9A-F]{2,5})\}")
"""How RFC 6533 writes a sign of an address where only ASCII may stand."""
_KEY: Final = re.compile(r"(?<![\w-])([\w-]{43})(?![\w-])")
# no part of an address of four numbers, as the last server's in brackets
_STATUS: Final = re.compile(r"(?<![\w.])([245])\.(\d{1,3}\.\d{1,3})(?!\w|\.\d)")
_ANSWERED: Final = re.compile(r"smtp\s*;\s*([45]\d\d)\b", re.IGNORECASE)
UNTOLD: Final = "5.0.0"
"""Of a mail that failed, and nobody says why (RFC 3463)."""
_ADDRESSED: Final = ("To", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To")


@dataclass(frozen=True, slots=True)
class Returned:
    """One of our mails that a server could not deliver.

    ``status`` is a code of RFC 3463, or of RFC 5321 where the server gave no other; ``address`` as
    it named it; ``at`` by its own clock, where it tells.
    """

    outbox: UUID
    status: str
    address: str
    at: datetime | None = None

    @property
    def for_good(self) -> bool:
        """Whether sending again is in vain.

        Examples
        --------
        >>> [Returned(UUID(int=0), one, "").for_good for one in ("5.1.1", "550", "4.4.7", "5.2.2")]
        [True, True, False, False]
        """
        return self.status.startswith("5") and self.status not in _MAY_PASS


def mail_key(outbox: UUID, secret: bytes) -> str:
    """Return the key of a mail: 43 signs of the URL-safe alphabet."""
    return derived_token(outbox, PURPOSE, secret)


def return_address(address: str, key: str) -> str:
    """Put a mail's key into the address that reports are sent to.

    Examples
    --------
    >>> return_address("retur@example.org", "k")
    'retur+k@example.org'
    """
    local, _, host = address.rpartition("@")
    return f"{local}+{key}@{host}"


def mail_of_key(text: str, secret: bytes) -> UUID | None:
    """Return which mail a text is about that holds its key: a Message-ID, or a return address."""
    return next(filter(None, (row_of_token(k, PURPOSE, secret) for k in _KEY.findall(text))), None)


def read_returned(mail: Message, secret: bytes) -> Returned | None:
    """Read a report.

    Parameters
    ----------
    mail : Message
        As it lay in the mailbox.
    secret : bytes
        The installation's.

    Returns
    -------
    Returned or None
        ``None`` for anything but a report that one of our mails failed: what people write, what is
        only late, and keys that are not ours.
    """
    if not is_report(mail):
        return None
    failed = next((block for block in _recipients(mail) if _action(block) == "failed"), None)
    outbox = next(filter(None, (mail_of_key(text, secret) for text in _named(mail))), None)
    if failed is None or outbox is None:
        return None
    status = _status(failed)
    if status.startswith("2"):
        return None
    return Returned(outbox, status, _address(failed), _written_at(mail))


def is_report(mail: Message) -> bool:
    """Tell whether a mail is a delivery report, of whatever mail."""
    if mail.get_content_type() == "multipart/report" or by_a_server(mail):
        told = any(part.get_content_type() in _FOR_PROGRAMS for part in _own_parts(mail))
        return told or block_of_text(mail) is not None
    return False


def _own_parts(mail: Message) -> Iterator[Message]:
    """Give the parts of a mail, and none of a mail that it holds."""
    yield mail
    if mail.get_content_maintype() == "multipart" and mail.is_multipart():
        for part in mail.get_payload():
            if isinstance(part, Message):
                yield from _own_parts(part)


def _recipients(mail: Message) -> Iterator[Message]:
    for part in _own_parts(mail):
        if part.get_content_type() in _FOR_PROGRAMS:
            # the first block is about the whole mail, where a server writes one
            yield from _blocks(part)
    if (block := block_of_text(mail)) is not None:
        yield block


def _blocks(part: Message) -> list[Message]:
    """Return the groups of fields of what programs read, also where it is encoded as a text is."""
    held = [one for one in part.get_payload() if isinstance(one, Message)][:MOST_GROUPS]
    decode = _DECODED.get(str(part.get("Content-Transfer-Encoding", "")).strip().lower())
    if not held or not (decode or part.get_content_type() == _IN_UTF8):
        return held
    plain = b"".join(one.as_bytes() for one in held)
    if decode:
        try:
            plain = decode(plain)
        except ValueError:
            return []
    return groups_of_fields(plain.decode("utf-8", "replace"))


def _action(block: Message) -> str:
    # a comment may follow, as after every field (RFC 3464, 2.1.1)
    return str(block.get("Action", "")).partition("(")[0].strip().lower()


def _status(block: Message) -> str:
    """Return why it failed; some servers tell only what the last one answered."""
    for name in ("Status", "Diagnostic-Code"):
        if found := _STATUS.search(str(block.get(name, ""))):
            return f"{found[1]}.{found[2]}"
    answered = _ANSWERED.search(str(block.get("Diagnostic-Code", "")))
    return answered[1] if answered else UNTOLD


def _address(block: Message) -> str:
    named = str(block.get("Original-Recipient") or block.get("Final-Recipient") or "")
    address = _BEYOND_ASCII.sub(lambda sign: chr(int(sign[1], 16)), named.rpartition(";")[2])
    return as_compared(address)


def as_compared(address: str) -> str:
    """Return an address as addresses of the register are compared."""
    return as_sent(without_unseen(address).strip().strip("<>")).lower()


def _written_at(mail: Message) -> datetime | None:
    try:
        found = parsedate_to_datetime(str(mail.get("Date", "")))
    except (ValueError, OverflowError):
        return None
    return as_told_time(found if found.tzinfo else found.replace(tzinfo=UTC))


def as_told_time(at: datetime) -> datetime | None:
    """Return when a server says that something was; ``None`` for a time that no calendar has."""
    try:
        return at.astimezone(UTC)
    except OverflowError:
        return None


def _named(mail: Message) -> Iterator[str]:
    """Give what may hold a key: the report's address, its envelope id, and the mail inside."""
    for name in _ADDRESSED:
        yield from map(str, mail.get_all(name, []))
    for text in copied(mail):
        yield from _message_id(text)
    for part in _own_parts(mail):
        kind = part.get_content_type()
        if kind in _FOR_PROGRAMS:
            for first in _blocks(part)[:1]:
                yield str(first.get("Original-Envelope-Id", ""))
        elif kind == "text/rfc822-headers":
            yield from _in_text(part)
        elif (inside := _held(part)) is not None:
            yield str(inside["Message-ID"] or "")
    yield from _in_texts(mail)


def _held(part: Message) -> Message | None:
    """Return the mail that came back, where a part is one."""
    if part.get_content_maintype() != "message" or not part.is_multipart():
        return None
    first = part.get_payload(0)
    return first if isinstance(first, Message) else None


def _in_texts(mail: Message) -> Iterator[str]:
    """Give what heads in texts name: of the mail inside, or its head as far as it is broken.

    A mail with a name of its own is about nothing that it quotes: what came back may be what
    somebody answered to one of ours.
    """
    for part in _own_parts(mail):
        if part.get_content_type() == "text/plain":
            yield from _in_text(part)
        elif (inside := _held(part)) is not None and not inside["Message-ID"]:
            yield from _in_texts(inside)


def _in_text(part: Message) -> Iterator[str]:
    text = part.get_payload(decode=True)
    if isinstance(text, bytes):
        yield from _message_id(text.decode("ascii", "replace"))


def _message_id(heads: str) -> Iterator[str]:
    for line in re.sub(r"\r?\n[ \t]+", " ", heads).splitlines():
        name, _, value = line.partition(":")
        if name.strip().lower() == "message-id":
            yield value
