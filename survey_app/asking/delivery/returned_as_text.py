"""Reports that servers write for people alone: of qmail, Yahoo, Amazon WorkMail, and older Exim.

qmail's begin with a fixed sentence, and each address stands in brackets before its reason (QSBMF);
Yahoo's do so with a sentence of their own. Exim's name their addresses in a field of the head. All
go on with the mail that came back. WorkMail puts the fields of RFC 3464 into the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_string
from email.message import Message
from typing import Final

_SERVERS: Final = re.compile(r"\b(?:mailer-daemon|postmaster)@", re.IGNORECASE)
_OPENINGS: Final = (
    "Hi. This is the ",
    "Sorry, we were unable to deliver your message to the following address",
)
_TECHNICAL: Final = re.compile(r"^Technical report:[ \t]*\r?$", re.MULTILINE)
_QMAILS: Final = re.compile(r"^<([^<>\s]+)>:[ \t]*\r?\n(.*)", re.MULTILINE | re.DOTALL)
_COPY: Final = re.compile(
    r"^-{3,} (?:Below this line is|Enclosed is|This is) a copy of .*$", re.MULTILINE
)
# "(#5.1.1)" of qmail, "550 5.1.1 ..." or "550 ..." of the server behind
_ENHANCED: Final = re.compile(r"(?<![\w.])([45]\.\d{1,3}\.\d{1,3})(?!\w|\.\d)")
_LATE: Final = re.compile(r"\b(?:delay(?:ed)?|warning)\b", re.IGNORECASE)
# no part of an address, and no port behind one
_PLAIN: Final = re.compile(r"(?<![\w.:])([45]\d\d)(?=[ -]|:\s)")
MOST_GROUPS: Final = 20
"""Groups of fields that are read of a report: a mail of ours has one recipient."""


@dataclass(frozen=True, slots=True)
class _Told:
    address: str
    why: str
    copy: str


def by_a_server(mail: Message) -> bool:
    """Tell whether a program wrote a mail, and nobody who passes on what one wrote."""
    automatic = str(mail.get("Auto-Submitted", "")).strip().lower().startswith("auto-")
    return automatic or bool(_SERVERS.search(str(mail.get("From", ""))))


def block_of_text(mail: Message) -> Message | None:
    """Return what a report says of its first address, as the fields of RFC 3464."""
    if (told := _told(mail)) is None:
        return _fields_in_text(mail)
    found = _ENHANCED.search(told.why) or _PLAIN.search(told.why)
    block = Message()
    block["Final-Recipient"] = f"rfc822;{told.address}"
    block["Action"] = "failed"
    if found:
        block["Status" if "." in found[1] else "Diagnostic-Code"] = (
            found[1] if "." in found[1] else f"smtp; {found[1]}"
        )
    return block


def _fields_in_text(mail: Message) -> Message | None:
    text = _text(mail) if by_a_server(mail) else None
    _, *fields = _TECHNICAL.split(text or "", maxsplit=1)
    blocks = groups_of_fields("".join(fields))
    return next((block for block in blocks if block["Action"]), None)


def groups_of_fields(text: str) -> list[Message]:
    """Read the first groups of fields in a text, which blank lines part."""
    groups = re.split(r"(?:\r?\n){2,}", text.strip(), maxsplit=MOST_GROUPS)
    return [message_from_string(group) for group in groups[:MOST_GROUPS]]


def copied(mail: Message) -> Iterator[str]:
    """Give the mail that came back, where it follows in the report's own text."""
    if (told := _told(mail)) is not None:
        yield told.copy


def _told(mail: Message) -> _Told | None:
    text = _text(mail)
    if text is None or not by_a_server(mail) or _LATE.search(str(mail.get("Subject", ""))):
        return None
    said, *copies = _COPY.split(text, maxsplit=1)
    copy = "".join(copies)
    if said.lstrip().startswith(_OPENINGS):
        found = _QMAILS.search(said)
        return _Told(found[1], found[2], copy) if found else None
    named = str(mail.get("X-Failed-Recipients", "")).split(",")[0].strip()
    return _Told(named, said, copy) if named else None


def _text(mail: Message) -> str | None:
    """Return the text of a mail that is one, or begins with one beside the mail that came back."""
    if mail.get_content_type() == "multipart/mixed" and mail.is_multipart():
        first = mail.get_payload(0)
        mail = first if isinstance(first, Message) else mail
    if mail.get_content_type() != "text/plain":
        return None
    content = mail.get_payload(decode=True)
    return content.decode("utf-8", "replace") if isinstance(content, bytes) else None
