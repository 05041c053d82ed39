"""``barometer questionnaire import``: a questionnaire made elsewhere, as content of ours."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

from questionnaires.formats.lay_out import FolderError, check_free, write_folder
from questionnaires.formats.read import LARGEST
from questionnaires.formats.sentences import ForeignFileError
from questionnaires.formats.take_in import TakenIn, take_in
from questionnaires.loader import load_library
from questionnaires.model import Population
from survey_app.commands.files import UnreadableFileError
from survey_app.shared.errors import BarometerError

Echo = Callable[[str], None]


class NotTakenInError(BarometerError):
    """The file cannot be taken in; nothing is written."""


def import_questionnaire(
    path: Path,
    agency: Path | None,
    *,
    output: Path | None,
    key: str | None,
    population: str,
    language: str | None,
    dry_run: bool,
    as_json: bool,
    echo: Echo,
) -> None:
    """Take a file in, say what it holds and what is lost, and write the content with it.

    Parameters
    ----------
    path : Path
    agency : Path, optional
        The agency's content, which is left as it is.
    output : Path, optional
        A new folder; called after the instrument when not given.
    key : str, optional
        What the instrument is called.
    population, language : str
    dry_run : bool
        Write nothing.
    as_json : bool
    echo : callable

    Raises
    ------
    NotTakenInError, UnreadableFileError
        With one sentence; nothing is written.
    """
    content = _read(path)
    try:
        taken = take_in(
            path.name, content, load_library(agency), key=key,
            population=cast("Population", population), unnamed=language,
        )  # fmt: skip
        folder = None if dry_run else output or Path(taken.carried.key)
        if folder is not None:
            check_free(folder)
            write_folder(folder, taken.files)
    except (ForeignFileError, FolderError) as error:
        raise NotTakenInError(f"{path.name}: {error}; nothing is written") from None
    report = taken.report() | {"folder": str(folder) if folder else None}
    if as_json:
        echo(json.dumps(report, ensure_ascii=False, indent=2))
        return
    for line in _lines(taken, report):
        echo(line)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError as error:
        raise UnreadableFileError(f"{path}: {error.strerror or error}") from None


def _lines(taken: TakenIn, report: dict[str, Any]) -> Iterator[str]:
    held, carried = report["held"], report["carried"]
    yield f"{report['file']} ({report['format']}) holds"
    for kind, number in held["questions"].items():
        yield f"  {number:>5}  {kind}"
    named = ", ".join(one or "(not named)" for one in held["languages"])
    yield f"  which make {held['items']} questions of ours with {held['options']} answers,"
    yield f"  {held['conditions']} conditions; languages: {named}"
    yield ""
    meant = ", ".join(
        f"{name or '(not named)'} as {ours}" for name, ours in carried["languages"].items()
    )
    yield f"carried over as «{report['instrument']}»:"
    yield (
        f"  {carried['items']} questions with {carried['options']} answers,"
        f" {carried['asked_of_some']} of them asked only of some; {meant}"
    )
    if carried["sets_of_the_agency"]:
        yield f"  answers that the agency has already: {', '.join(carried['sets_of_the_agency'])}"
    yield ""
    yield f"not carried over: {len(taken.carried.losses)}"
    yield from (f"  {loss}" for loss in taken.carried.losses)
    yield ""
    yield f"to fill in: {len(taken.to_fill_in)}"
    yield from (f"  {problem}" for problem in taken.to_fill_in)
    yield ""
    if report["folder"] is None:
        yield "nothing is written (--dry-run)"
        return
    yield f"{report['folder']} holds the agency's content with these files new or longer:"
    yield from (f"  {name}" for name in taken.changed)
    yield f"`barometer questionnaire check {report['folder']}` says what is left"
