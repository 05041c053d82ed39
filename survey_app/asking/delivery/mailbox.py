"""The demonstration's mailbox: files that the SMTP sink kept, read as mails."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import cast

_NAME = re.compile(r"[0-9]{20}-[0-9]{6}")
_ADDRESS = re.compile(r"https?://\S*[^\s.,;:!?)]")

type Paragraph = tuple[tuple[str, bool], ...]
"""Pieces of text, each with whether it is an address."""


@dataclass(frozen=True, slots=True)
class MailLine:
    """A mail in the list."""

    name: str
    to: str
    subject: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that is read; ``paragraphs`` hold pieces of text and addresses in turn."""

    line: MailLine
    sender: str
    paragraphs: tuple[Paragraph, ...]
    html: str


def list_mails(folder: Path, *, most: int, skip: int = 0) -> tuple[list[MailLine], int]:
    """Return the newest mails, and how many there are in all."""
    names = sorted((path.stem for path in folder.glob("*.eml")), reverse=True)
    lines = [_line(name, _read(folder, name)) for name in names[skip : skip + most]]
    return lines, len(names)


def find_mail(folder: Path, name: str) -> Mail | None:
    """Return one mail; ``None`` if there is none of this name."""
    if not _NAME.fullmatch(name) or not (folder / f"{name}.eml").is_file():
        return None
    mail = _read(folder, name)
    html = mail.get_body(("html",))
    return Mail(
        _line(name, mail),
        str(mail["From"]),
        paragraphs_of(mail),
        _with_pictures(mail, cast("EmailMessage", html).get_content()) if html else "",
    )


def paragraphs_of(mail: EmailMessage) -> tuple[Paragraph, ...]:
    """Return what stands in the plain half of a mail."""
    plain = mail.get_body(("plain",))
    text = cast("EmailMessage", plain).get_content().replace("\r\n", "\n") if plain else ""
    return tuple(_pieces(paragraph) for paragraph in text.strip().split("\n\n"))


def _with_pictures(mail: EmailMessage, html: str) -> str:
    """Put the pictures that lie in a mail where its HTML names them."""
    for part in mail.walk():
        name = str(part["Content-ID"] or "").strip("<>")
        if name and part.get_content_maintype() == "image":
            raw = base64.b64encode(part.get_content()).decode()
            html = html.replace(f"cid:{name}", f"data:{part.get_content_type()};base64,{raw}")
    return html


def _read(folder: Path, name: str) -> EmailMessage:
    raw = (folder / f"{name}.eml").read_bytes()
    return message_from_bytes(raw, policy=default)


def _line(name: str, mail: EmailMessage) -> MailLine:
    at = parsedate_to_datetime(str(mail["Date"]))
    return MailLine(name, str(mail["To"]), str(mail["Subject"]), at)


def _pieces(text: str) -> Paragraph:
    pieces: list[tuple[str, bool]] = []
    end = 0
    for found in _ADDRESS.finditer(text):
        pieces += [(text[end : found.start()], False), (found[0], True)]
        end = found.end()
    return tuple(piece for piece in (*pieces, (text[end:], False)) if piece[0])
