"""Write the mails of a wave by merging: what is the same in all of them is composed once.

A mail is composed, folded and encoded as everywhere (`compose`), for two recipients who do not
exist. What differs between the two is found in the bytes, and each mail is the first with what is
its own in those places. Nobody can tell a merged mail from one that was composed: wherever the two
samples do not agree with each other in this, or an address is of a rarer kind, it is composed.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final
from uuid import UUID

from aiosmtplib.email import extract_sender, flatten_message

from questionnaires.messages import Messages
from survey_app.asking.delivery.compose import Envelope, Recipient, compose, new_boundary
from survey_app.asking.delivery.mail_server import WrittenMail

# letters that stand for themselves in a header and in quoted-printable, so that lines are broken
# after the same number of them; and a header that is not broken at all
_PLAIN: Final = re.compile(r"[A-Za-z0-9_-]+")
_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
)
_LONGEST: Final = 70
_SHORTEST: Final = 20  # whatever is drawn of so many signs stands nowhere by chance
_SAMPLE_TIME: Final = datetime(2000, 1, 1, tzinfo=UTC)
_NOBODY: Final = UUID(int=0)


@dataclass(frozen=True, slots=True)
class _Merged:
    """The bytes of a mail, apart at the places where one recipient's differ from another's."""

    sender: str
    pieces: tuple[bytes | tuple[str, slice], ...]

    def fill(self, values: Mapping[str, bytes]) -> bytes:
        return b"".join(
            piece if isinstance(piece, bytes) else values[piece[0]][piece[1]]
            for piece in self.pieces
        )


@dataclass(frozen=True, slots=True)
class MailMerge:
    """Writes mails, and remembers what those of one wave, kind and language have in common.

    Parameters
    ----------
    messages : Messages
        Texts.
    base_url : str
        Address in front of ``/answer/…``.
    """

    messages: Messages
    base_url: str
    _kept: dict[tuple[object, ...], _Merged | None] = field(default_factory=dict, init=False)

    def write(
        self, envelope: Envelope, recipient: Recipient, *, now: datetime
    ) -> WrittenMail | EmailMessage:
        """Write one mail, to the byte as `compose` would.

        Raises
        ------
        NoSender
            If the campaign's sender holds no e-mail address.
        """
        if not _is_common(recipient):
            return self._composed(envelope, recipient, now)
        of = (envelope, recipient.kind, recipient.language, recipient.example,
              recipient.replaced, len(recipient.token), len(recipient.key))  # fmt: skip
        if of not in self._kept:
            self._kept[of] = self._merged(envelope, recipient)
        merged = self._kept[of]
        if merged is None:
            return self._composed(envelope, recipient, now)
        content = merged.fill(_values(recipient, now, new_boundary()))
        return WrittenMail(merged.sender, recipient.address, content)

    def _composed(self, envelope: Envelope, recipient: Recipient, now: datetime) -> EmailMessage:
        return compose(envelope, recipient, self.messages, base_url=self.base_url, now=now)

    def _merged(self, envelope: Envelope, like: Recipient) -> _Merged | None:
        first, second = _somebody(like, "_-"), _somebody(like, "-_")
        mail = self._composed(envelope, first, _SAMPLE_TIME)
        content = flatten_message(mail)
        own = _values(first, _SAMPLE_TIME, mail.get_boundary() or "")
        merged = _Merged(extract_sender(mail) or "", tuple(_apart(content, own)))
        other = self._composed(envelope, second, now := _SAMPLE_TIME.replace(day=31))
        filled = merged.fill(_values(second, now, other.get_boundary() or ""))
        return merged if filled == flatten_message(other) else None


def _is_common(recipient: Recipient) -> bool:
    return (
        len(recipient.address) <= _LONGEST
        and _ADDRESS.fullmatch(recipient.address) is not None
        and all(
            len(own) >= _SHORTEST and _PLAIN.fullmatch(own)
            for own in (recipient.token, recipient.key)
        )
    )


def _somebody(like: Recipient, ends: str) -> Recipient:
    """Return a recipient with a token and a key of the same lengths that stand in no text.

    They have both signs at their ends, since a header's encoding changes one of these.
    """
    return replace(
        like,
        outbox=_NOBODY,
        address=f"{secrets.token_hex(12)}@example.org",
        token=_drawn(len(like.token), ends),
        key=_drawn(len(like.key), ends),
    )


def _drawn(length: int, ends: str) -> str:
    return ends[0] + secrets.token_urlsafe(length)[: length - 2] + ends[1]


def _values(recipient: Recipient, now: datetime, boundary: str) -> dict[str, bytes]:
    return {
        "token": recipient.token.encode(),
        "key": recipient.key.encode(),
        "boundary": boundary.encode(),
        "to": b"\nTo: %b\r\n" % recipient.address.encode(),
        "date": b"\nDate: %b\r\n" % format_datetime(now).encode(),
    }


def _apart(content: bytes, own: Mapping[str, bytes]) -> list[bytes | tuple[str, slice]]:
    """Take a mail apart where one of these values stands, also where a line ends inside it."""
    soft = rb"(?:=\r\n)?"
    places = re.compile(
        b"|".join(
            b"(?P<%b>%b)"
            % (name.encode(), soft.join(re.escape(value[at : at + 1]) for at in range(len(value))))
            for name, value in own.items()
        )
    )
    pieces: list[bytes | tuple[str, slice]] = []
    end = 0
    for found in places.finditer(content):
        name = found.lastgroup or ""
        pieces.append(content[end : found.start()])
        pieces.extend(_slices(name, found[0]))
        end = found.end()
    return [*pieces, content[end:]]


def _slices(name: str, written: bytes) -> list[bytes | tuple[str, slice]]:
    pieces: list[bytes | tuple[str, slice]] = []
    at = 0
    *before, _ = written.split(b"=\r\n")
    for part in before:
        pieces += [(name, slice(at, at + len(part))), b"=\r\n"]
        at += len(part)
    # to its end: an address may be longer than the sample's
    return [*pieces, (name, slice(at, None))]
