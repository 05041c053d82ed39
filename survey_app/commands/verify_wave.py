"""``barometer verify-wave``: check a wave from its files, without a database or settings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from survey_app.commands.files import UnreadableFileError
from survey_app.publications.check_files import check_files

Echo = Callable[[str], None]


def verify_wave(
    files: Sequence[Path], receipts: Sequence[str], keys_hash: str | None, echo: Echo
) -> bool:
    """Say line by line what holds and what does not; return whether all of it holds.

    Raises
    ------
    UnreadableFileError
        If a file cannot be read.
    """
    found = check_files(
        {str(path): _bytes(path) for path in files}, receipts=receipts, keys_hash=keys_hash
    )
    for finding in found:
        echo(f"{'holds' if finding.holds else 'DOES NOT HOLD':<14} {finding.sentence}")
    wrong = sum(not finding.holds for finding in found)
    echo(
        f"{wrong} of {len(found)} checks do not hold" if wrong else f"all {len(found)} checks hold"
    )
    return not wrong


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFileError(f"{path}: cannot be read: {error.strerror}") from None
