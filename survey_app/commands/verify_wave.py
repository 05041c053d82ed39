"""``barometer verify-wave``: check a wave from its files, without a database or settings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from survey_app.commands.files import UnreadableFileError
from survey_app.publications.check_files import check_files
from survey_app.publications.wave_files import FileVerdict

Echo = Callable[[str], None]


def check_wave_files(
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
        echo(f"{_word(finding):<14} {finding.sentence}")
    made = [finding for finding in found if finding.looked_at]
    left = len(found) - len(made)
    wrong = sum(not finding.holds for finding in made)
    echo(
        (f"{wrong} of {len(made)} checks do not hold" if wrong else f"all {len(made)} checks hold")
        + (f"; {left} could not be made without the other files of the wave" if left else "")
    )
    return not wrong


def _word(finding: FileVerdict) -> str:
    if not finding.looked_at:
        return "NOT CHECKED"
    return "holds" if finding.holds else "DOES NOT HOLD"


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFileError(f"{path}: cannot be read: {error.strerror}") from None
