"""``barometer init``: the content of an agency to begin with, as files that its people edit."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from questionnaires.content import SETTING, SHIPPED
from questionnaires.whole import check_content
from survey_app.shared.errors import BarometerError

TEMPLATE: Final = SHIPPED / "template"


class FolderTakenError(BarometerError):
    """Something stands where the content would be written."""


def write_content(folder: Path) -> str:
    """Write the content of a made-up agency, with comments, and say what to do next.

    Parameters
    ----------
    folder : Path
        Made when it does not exist; it must hold nothing.

    Raises
    ------
    FolderTakenError
        If the folder holds something, or is a file: nothing is ever written over.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderTakenError(
            f"{folder} holds something already, and nothing is written over: name a new folder"
        )
    shutil.copytree(TEMPLATE, folder, dirs_exist_ok=True)
    library = check_content(folder)
    return NEXT.format(
        folder=folder,
        name=library.agency.name[library.agency.languages[0]],
        forms=len(library.forms),
        setting=f"{SETTING}={folder.resolve()}",
        files=sum(path.is_file() for path in folder.rglob("*")),
    )


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
