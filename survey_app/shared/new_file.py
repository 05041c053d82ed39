"""Write a file that holds secrets: for its owner alone, whole or not at all, over no other."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from survey_app.shared.errors import BarometerError


class NotWrittenError(BarometerError):
    """The file was not written; nothing of it is left behind."""


def check_new(path: Path) -> None:
    """Make sure that ``path`` can be written, before the work for it begins.

    Raises
    ------
    NotWrittenError
        If something is there already, or the folder is missing.
    """
    if path.exists() or path.is_symlink():
        raise NotWrittenError(
            f"{path} is there already and is not overwritten: name another file, or remove it"
        )
    if not path.parent.is_dir():
        raise NotWrittenError(f"{path.parent} is no folder: make it first")


def write_new(path: Path, content: bytes) -> None:
    """Write ``content`` to a new file with mode 0600.

    Raises
    ------
    NotWrittenError
        If something is there already, or it cannot be written.
    """
    check_new(path)
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            # unlike a rename, a link takes no other file's place
            path.hardlink_to(file.name)
    except FileExistsError:
        check_new(path)
        raise
    except OSError as error:
        raise NotWrittenError(
            f"{path} cannot be written ({error.strerror or error}): name a file on a disk of this"
            " machine"
        ) from None
