"""Backups sealed to those who may open them (age, X25519), as a stream in both directions."""

from __future__ import annotations

import contextlib
import os
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any, Final

import pyrage

from survey_app.installation.backups.errors import BackupError, BrokenBackupError, RestoreError
from survey_app.shared.new_file import check_new

HEADER: Final = b"age-encryption.org/"
SECRET: Final = "AGE-SECRET-KEY-"  # noqa: S105 - how such a line begins
LARGEST_KEY_FILE: Final = 10_000


@contextlib.contextmanager
def new_file(path: Path, recipients: Sequence[str]) -> Iterator[IO[bytes]]:
    """Lend what a new file is written through, for its owner alone; it appears whole, or not.

    Parameters
    ----------
    path : Path
        Where there is no file yet.
    recipients : sequence of str
        Public keys of age; without one it is not encrypted.

    Raises
    ------
    NotWrittenError
        If something is there already.
    BackupError
        If it cannot be written; nothing is left behind.
    """
    check_new(path)
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-") as file:
            if recipients:
                keys = [pyrage.x25519.Recipient.from_str(key) for key in recipients]
                with _through(lambda plain: pyrage.encrypt_io(plain, file, keys)) as sink:
                    yield sink
            else:
                yield file
            file.flush()
            os.fsync(file.fileno())
            path.hardlink_to(file.name)
    except FileExistsError:
        check_new(path)
        raise
    except OSError as error:
        raise BackupError(
            f"{path} cannot be written ({error.strerror or error}): name a file on a disk of this"
            " machine with room for it"
        ) from None


@contextlib.contextmanager
def opened(path: Path, identities: Sequence[Any]) -> Iterator[IO[bytes]]:
    """Lend a backup's content, decrypted where it is encrypted.

    Raises
    ------
    BrokenBackupError
        If it cannot be read or decrypted.
    RestoreError
        If it is encrypted and none of ``identities`` opens it.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise BrokenBackupError(f"{path} cannot be read: {error.strerror or error}") from None
    with file:
        sealed = file.read(len(HEADER)) == HEADER
        file.seek(0)
        if not sealed:
            yield file
            return
        if not identities:
            raise RestoreError(
                f"{path} is encrypted: name the file with the secret key of one of those it was"
                " made for, as --identity FILE"
            )
        with _decrypted(file, path, identities) as plain:
            yield plain


def read_identities(path: Path) -> list[Any]:
    """Read the secret keys of age in a file.

    Raises
    ------
    RestoreError
        If it holds none, or one that is none.
    """
    try:
        text = path.read_bytes()[:LARGEST_KEY_FILE].decode(errors="replace")
    except OSError as error:
        raise RestoreError(f"{path} cannot be read: {error.strerror or error}") from None
    lines = [line.strip() for line in text.splitlines()]
    found = [line for line in lines if line.upper().startswith(SECRET)]
    try:
        keys = [pyrage.x25519.Identity.from_str(line) for line in found]
    except pyrage.IdentityError:
        keys = []
    if not keys:
        raise RestoreError(f"{path} holds no secret key of age: such a line begins with {SECRET}")
    return keys


@contextlib.contextmanager
def _through(work: Callable[[IO[bytes]], None]) -> Iterator[IO[bytes]]:
    """Lend a sink whose bytes ``work`` reads in a thread of its own."""
    reading, writing = os.pipe()
    failed: list[Exception] = []

    def run() -> None:
        with os.fdopen(reading, "rb") as source:
            try:
                work(source)
            except Exception as error:  # noqa: BLE001 - told where the bytes come from
                failed.append(error)

    thread = threading.Thread(target=run, name="seal", daemon=True)
    thread.start()
    broken = False
    try:
        with os.fdopen(writing, "wb") as sink:
            yield sink
    except BrokenPipeError:
        broken = True
    finally:
        thread.join()
    if failed:
        raise failed[0]
    if broken:
        raise BackupError("what encrypts the backup ended before its end")


@contextlib.contextmanager
def _decrypted(file: IO[bytes], path: Path, identities: Sequence[Any]) -> Iterator[IO[bytes]]:
    reading, writing = os.pipe()
    failed: list[Exception] = []

    def run() -> None:
        with os.fdopen(writing, "wb") as sink:
            try:
                pyrage.decrypt_io(file, sink, list(identities))
            except BrokenPipeError:
                pass  # nobody reads on
            except Exception as error:  # noqa: BLE001 - told to who reads
                failed.append(error)

    thread = threading.Thread(target=run, name="open", daemon=True)
    thread.start()
    try:
        with os.fdopen(reading, "rb") as source:
            yield source
    except BrokenBackupError:
        thread.join()
        if failed:  # what came before its end is why the parts are not whole
            raise _why(failed[0], path) from None
        raise
    finally:
        thread.join()
    if failed:
        raise _why(failed[0], path)


def _why(error: Exception, path: Path) -> Exception:
    if isinstance(error, pyrage.DecryptError) and "key" in str(error).lower():
        return RestoreError(
            f"{path} was not made for the key that was given: take the one of those it was made for"
        )
    return BrokenBackupError(f"{path} cannot be decrypted to its end: {error}")
