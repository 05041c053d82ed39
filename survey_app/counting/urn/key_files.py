"""Private keys as files: for the owner alone, durable before return, overwritten at the end."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

# trustees make their keys on whatever computer they have; only Windows knows this flag
_BINARY = getattr(os, "O_BINARY", 0)


def create(path: Path, content: bytes) -> None:
    """Write a new file, mode 600; it is on disk before return.

    Raises
    ------
    FileExistsError
        If there is one: a private key is never written over.
    """
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
    try:
        os.write(file, content)
        os.fsync(file)
    finally:
        os.close(file)
    _sync_folder(path.parent)


def destroy(path: Path) -> bool:
    """Overwrite and remove a file; tell whether there was one. Safe to run twice.

    What the disk itself or a backup keeps beside the file is out of reach from here.
    """
    try:
        file = os.open(path, os.O_WRONLY | _BINARY)
    except FileNotFoundError:
        return False
    try:
        os.write(file, secrets.token_bytes(os.fstat(file).st_size))
        os.fsync(file)
    finally:
        os.close(file)
    path.unlink(missing_ok=True)
    _sync_folder(path.parent)
    return True


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # a folder cannot be opened there
        return
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
