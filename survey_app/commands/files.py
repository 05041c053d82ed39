"""Read and write files that somebody named on the command line."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from survey_app.shared.errors import BarometerError

STDOUT: Final = Path("-")


class UnreadableFileError(BarometerError):
    """The file is missing, or not text as it should be."""


class UnwritableFileError(BarometerError):
    """The file cannot be written where it was asked for."""


def read_text(path: Path) -> str:
    """Return a UTF-8 file's text, with or without a byte order mark.

    Raises
    ------
    UnreadableFileError
        If it cannot be read; the sentence says how to mend it.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        form = "CSV UTF-8" if path.suffix.lower() == ".csv" else "UTF-8"
        raise UnreadableFileError(f"{path}: not UTF-8 text: save the file as «{form}»") from None
    except OSError as error:
        raise UnreadableFileError(f"{path}: {error.strerror or error}") from None


def read_bytes(path: Path) -> bytes:
    """Return what a file holds; `decoded` reads the text of one that a spreadsheet saved.

    Raises
    ------
    UnreadableFileError
        If it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFileError(f"{path}: {error.strerror or error}") from None


def write_out(path: Path, content: bytes) -> None:
    """Write to standard output, or a file over one of the same name; never leave half of one.

    Raises
    ------
    UnwritableFileError
        If the file cannot be written.
    """
    if path == STDOUT:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    try:
        with path.open("wb") as file:
            try:
                file.write(content)
                file.flush()
            except OSError:
                # programs would read half a table as a whole one
                if path.is_file():
                    path.unlink()
                raise
    except OSError as error:
        raise UnwritableFileError(f"{path} cannot be written: {error.strerror or error}") from None
