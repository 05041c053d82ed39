"""The mailbox that reports come to: IMAP, a maildir, or a file of mails. Reports are taken out.

A report holds an address and often the mail itself with its link, so what was read is removed;
what people wrote is left where it is.
"""

from __future__ import annotations

import imaplib
import mailbox
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from typing import Final
from urllib.parse import unquote, urlsplit

PATIENCE: Final = 30  # seconds for each answer
MOST: Final = 500
"""Mails that one reading looks at."""
PORTS: Final = {"imap": 143, "imaps": 993}

type Take = Callable[[Message], bool]
"""Looks at a mail; true where it was a report and may be removed."""


def empty_mailbox(url: str, take: Take) -> None:
    """Show each new mail to ``take``, and remove those that it takes.

    Parameters
    ----------
    url : str
        ``imaps://user:password@host/FOLDER`` (or ``imap://``), ``maildir:///path`` or
        ``mbox:///path``.
    take : callable
        Called once for each mail; what it raises ends the reading, and nothing is lost by it.

    Raises
    ------
    OSError, imaplib.IMAP4.error, mailbox.Error
        If the mailbox cannot be read.
    """
    parts = urlsplit(url)
    if parts.scheme in {"maildir", "mbox"}:
        _empty_files(parts.scheme, unquote(parts.path), take)
        return
    with _signed_in(url) as server:
        for number in _new(server):
            mail = _fetched(server, number)
            taken = mail is not None and take(mail)
            server.store(number, "+FLAGS", "(\\Seen \\Deleted)" if taken else "(\\Seen)")
        server.expunge()


def _empty_files(scheme: str, path: str, take: Take) -> None:
    # a maildir that is not there is a wrong setting: made here, it would stay empty for ever
    box: mailbox.Mailbox[mailbox.Message] = (
        mailbox.Maildir(path, create=False)
        if scheme == "maildir"
        else mailbox.mbox(path, create=False)
    )
    box.lock()
    try:
        for key in box.keys()[:MOST]:
            if take(box[key]):
                box.remove(key)
        box.flush()
    finally:
        box.unlock()
        box.close()


@contextmanager
def _signed_in(url: str) -> Iterator[imaplib.IMAP4]:
    parts = urlsplit(url)
    host = parts.hostname or "localhost"
    server: imaplib.IMAP4 = (
        imaplib.IMAP4_SSL(host, parts.port or PORTS[parts.scheme], timeout=PATIENCE)
        if parts.scheme == "imaps"
        else imaplib.IMAP4(host, parts.port or PORTS[parts.scheme], timeout=PATIENCE)
    )
    with server:
        server.login(unquote(parts.username or ""), unquote(parts.password or ""))
        folder = unquote(parts.path.strip("/")) or "INBOX"
        told, _ = server.select(f'"{folder}"')
        if told != "OK":
            raise imaplib.IMAP4.error(f"there is no folder {folder}")
        yield server


def _new(server: imaplib.IMAP4) -> list[str]:
    _, (found, *_) = server.search(None, "UNSEEN")
    return [number.decode() for number in (found or b"").split()[:MOST]]


def _fetched(server: imaplib.IMAP4, number: str) -> Message | None:
    _, parts = server.fetch(number, "(BODY.PEEK[])")
    raw = next((part[1] for part in parts if isinstance(part, tuple)), None)
    return message_from_bytes(raw) if raw is not None else None
