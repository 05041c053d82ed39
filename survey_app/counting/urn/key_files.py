"""Private keys as files: for the owner alone, durable before return, overwritten at the end."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

# trustees make their keys on whatever computer they have; only Windows knows this flag
_BINARY = getattr(os, "O_BINARY", 0)


def create(path: Path, content: bytes) -> None:
    """Write a new file, mode 600; it is on disk before return.

    Raises
    ------
    FileExistsError
        If there is one: a private key is never written over.
    OSError
        If it cannot be written whole; nothing of it is left, and a whole one can take its place.
    """
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
    try:
        try:
            if os.write(file, content) < len(content):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
            os.fsync(file)
        finally:
            os.close(file)
    except OSError:
        path.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def overwrite(path: Path) -> bool:
    """Put zeros in the place of what a file holds; tell whether there was one.

    They hold nothing of anybody's: whoever finds such a file may take it away. What the disk itself
    or a backup keeps beside the file is out of reach from here.
    """
    try:
        file = os.open(path, os.O_WRONLY | _BINARY)
    except FileNotFoundError:
        return False
    try:
        os.write(file, bytes(os.fstat(file).st_size))
        os.fsync(file)
    finally:
        os.close(file)
    return True


def destroy_file(path: Path) -> bool:
    """Overwrite and remove a file; tell whether there was one. Safe to run twice."""
    if not overwrite(path):
        return False
    path.unlink(missing_ok=True)
    _sync_folder(path.parent)
    return True


def move_file(source: Path, target: Path) -> None:
    """Move a file, also to another disk; killed at any moment, one of the two is whole.

    Raises
    ------
    FileExistsError
        If ``target`` is there and holds something else.
    """
    if not source.exists():
        return  # somebody else has moved it
    if target.exists():
        if target.read_bytes() != source.read_bytes():
            raise FileExistsError(target)
        destroy_file(source)
        return
    try:
        source.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        copy = target.with_name(f"{target.name}.part")
        destroy_file(copy)  # of a move that was killed
        create(copy, source.read_bytes())
        copy.rename(target)
        _sync_folder(target.parent)
        destroy_file(source)
    else:
        _sync_folder(target.parent)
        _sync_folder(source.parent)


@contextlib.contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Let one process at a time move files out of ``folder``."""
    import fcntl  # noqa: PLC0415 - Windows, where trustees make their keys, has none

    place = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(place, fcntl.LOCK_EX)
        yield
    finally:
        os.close(place)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # a folder cannot be opened there
        return
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
