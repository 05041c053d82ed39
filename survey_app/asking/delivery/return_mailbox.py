"""The mailbox that reports come to: IMAP, a maildir, or a file of mails. Reports are taken out.

A report holds an address and often the mail itself with its link, so what was read is removed;
what people wrote is left where it is, and looked at once: a mailbox fills with absence notices, and
reports that lie behind them must be read too.
"""

from __future__ import annotations

import contextlib
import imaplib
import mailbox
import os
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

PATIENCE: Final = 30  # seconds for each answer
AT_MOST: Final = 600.0
"""Seconds for all of a reading: a server that drips would hold it up for ever."""
LOOK_AT_MOST: Final = 120.0
"""Seconds to get in, where nothing is to be read."""
MOST: Final = 500
"""Mails that one reading looks at."""
NO_FOLDER: Final = "there is no folder"
PORTS: Final = {"imap": 143, "imaps": 993}


class MailboxRefusal(imaplib.IMAP4.error):
    """The server takes our user or password no more."""


type Take = Callable[[bytes], bool]
"""Looks at a mail; true where it was a report and may be removed."""
_SEEN: Final = ":2,S"  # after the name of a maildir's file that somebody has looked at


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
    if parts.scheme == "maildir":
        _empty_maildir(Path(unquote(parts.path)), take)
        return
    if parts.scheme == "mbox":
        _empty_mbox(unquote(parts.path), take)
        return
    with _signed_in(url, AT_MOST) as server:
        for number in _new(server):
            raw = _fetched(server, number)
            taken = raw is not None and take(raw)
            server.store(number, "+FLAGS", "(\\Seen \\Deleted)" if taken else "(\\Seen)")
        server.expunge()


def try_mailbox(url: str) -> None:
    """Get at the mailbox as `empty_mailbox` does, and leave every mail as it is.

    Raises
    ------
    OSError, imaplib.IMAP4.error, mailbox.Error
        If it could not be emptied.
    """
    parts = urlsplit(url)
    path = Path(unquote(parts.path))
    match parts.scheme:
        case "maildir":
            if not (path / "new").is_dir():
                raise mailbox.NoSuchMailboxError(path)
            if not all(os.access(path / one, os.W_OK | os.X_OK) for one in ("new", "cur")):
                raise PermissionError
        case "mbox":
            path.open("rb+").close()
        case _:
            with _signed_in(url, LOOK_AT_MOST):
                pass


def _empty_maildir(folder: Path, take: Take) -> None:
    # a maildir that is not there is a wrong setting: made here, it would stay empty for ever
    if not (folder / "new").is_dir():
        raise mailbox.NoSuchMailboxError(folder)
    for file in sorted((folder / "new").iterdir())[:MOST]:
        if take(file.read_bytes()):
            file.unlink()
        else:
            file.rename(folder / "cur" / f"{file.name}{_SEEN}")


def _empty_mbox(path: str, take: Take) -> None:
    box = mailbox.mbox(path, create=False)
    box.lock()
    try:
        # one file, which is read whole anyway
        for key in list(box.keys()):
            if take(box.get_bytes(key)):
                box.remove(key)
        box.flush()
    finally:
        box.unlock()
        box.close()


class _Watched(imaplib.IMAP4):
    """A connection that ends by itself, wherever it is then."""

    _watch: threading.Timer | None = None

    def __init__(self, *said: Any, at_most: float, **more: Any) -> None:  # noqa: ANN401 - as there
        self._at_most = at_most
        super().__init__(*said, **more)

    def open(self, *said: Any, **more: Any) -> None:  # noqa: ANN401 - as there
        super().open(*said, **more)
        self._watch = threading.Timer(self._at_most, self._give_up)
        self._watch.daemon = True
        self._watch.start()

    def _give_up(self) -> None:
        with contextlib.suppress(OSError):
            # of the socket itself: whoever reads through TLS just now is told that it ended
            socket.socket.shutdown(self.sock, socket.SHUT_RDWR)

    def shutdown(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
        super().shutdown()


class _WatchedTls(_Watched, imaplib.IMAP4_SSL):
    """The same, encrypted, to a server that proves who it is: ``imaplib`` asks for no proof."""

    def __init__(self, *said: Any, **more: Any) -> None:  # noqa: ANN401 - as there
        super().__init__(*said, ssl_context=ssl.create_default_context(), **more)


@contextmanager
def _signed_in(url: str, at_most: float) -> Iterator[imaplib.IMAP4]:
    parts = urlsplit(url)
    server = (_WatchedTls if parts.scheme == "imaps" else _Watched)(
        parts.hostname or "localhost",
        parts.port or PORTS[parts.scheme],
        timeout=PATIENCE,
        at_most=at_most,
    )
    with server:
        try:
            server.login(unquote(parts.username or ""), unquote(parts.password or ""))
        except imaplib.IMAP4.error as refused:
            # the server's own words may hold the user
            raise MailboxRefusal from refused
        folder = unquote(parts.path.strip("/")) or "INBOX"
        told, _ = server.select(f'"{folder}"')
        if told != "OK":
            raise imaplib.IMAP4.error(f"{NO_FOLDER} {folder}")
        yield server


def _new(server: imaplib.IMAP4) -> list[str]:
    _, (found, *_) = server.search(None, "UNSEEN")
    return [number.decode() for number in (found or b"").split()[:MOST]]


def _fetched(server: imaplib.IMAP4, number: str) -> bytes | None:
    _, parts = server.fetch(number, "(BODY.PEEK[])")
    return next((part[1] for part in parts if isinstance(part, tuple)), None)
