"""``barometer init``: the content of an agency to begin with, as files that its people edit."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path
from typing import Final

from questionnaires.content import SETTING, SHIPPED
from questionnaires.whole import check_content
from survey_app.commands.files import UnwritableFileError
from survey_app.shared.errors import BarometerError

TEMPLATE: Final = SHIPPED / "template"


class FolderTakenError(BarometerError):
    """Something stands where the content would be written."""


def write_content(folder: Path) -> str:
    """Write the content of a made-up agency, with comments, and say what to do next.

    Parameters
    ----------
    folder : Path
        Made, with the folders that it lies in, when it does not exist; it must hold nothing.

    Raises
    ------
    FolderTakenError
        If the folder holds something, or is a file: nothing is ever written over.
    UnwritableFileError
        If it cannot be written; nothing is left behind.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderTakenError(
            f"{folder} holds something already, and nothing is written over: name a new folder"
        )
    made = next((one for one in (*reversed(folder.parents), folder) if not one.exists()), None)
    try:
        _copy(TEMPLATE, folder)
    except OSError as error:
        _take_back(made or folder, whole=made is not None)
        raise UnwritableFileError(
            f"{folder} cannot be written ({error.strerror or error}): name another"
        ) from None
    library = check_content(folder)
    return NEXT.format(
        folder=shlex.quote(str(folder)),
        name=library.agency.name[library.agency.languages[0]],
        forms=len(library.forms),
        setting=f"{SETTING}={shlex.quote(str(folder.resolve()))}",
        files=sum(path.is_file() for path in folder.rglob("*")),
    )


def _copy(source: Path, folder: Path) -> None:
    for path in sorted(source.rglob("*")):
        target = folder / path.relative_to(source)
        if path.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())


def _take_back(folder: Path, *, whole: bool) -> None:
    # a folder that was there, and was empty, is left empty
    for one in (folder,) if whole else tuple(folder.iterdir()):
        shutil.rmtree(one, ignore_errors=True)
        if one.is_file():
            one.unlink()


NEXT: Final = """\
{files} files in {folder}: a made-up agency with two values, two goals and {forms} forms.

Next:
  1. Make it yours: agency.toml (name), strategy/ (its statements), instruments/ (questions),
     indices.toml and measures.toml (figures), and look for «{name}» in messages/.
     The comments in each file say what may stand there; so does docs/formats/agency.md.
  2. barometer questionnaire check {folder}
     says in one sentence each what does not fit.
  3. barometer demo --agency {folder}
     shows it with made-up answers, on every page.
  4. Set {setting}
     on every host that runs the agency's own installation.
Keep the folder under version control: a released questionnaire never changes."""
