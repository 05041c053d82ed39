"""Where the content of the agency stands: the folder shipped with the programme, or its own."""

import functools
import os
from pathlib import Path

SETTING = "BAROMETER_AGENCY"
# where it lies with what was released on pages, and which folder that was laid over
LAID = "BAROMETER_CONTENT_AS_RELEASED"
LAID_OVER = "BAROMETER_CONTENT_LAID_OVER"
SHIPPED = Path(__file__).parent
_SHIPPED = str(SHIPPED)


def content_folder() -> Path:
    """Return the folder that holds ``agency.toml``, ``forms.toml`` and the rest.

    It stands in the environment: a process that counts or writes files inherits it from whoever
    starts it, and cannot read another agency's content than the one it works for. Where versions
    were released on pages it is the agency's own folder with these laid over it.
    """
    return _folder(content_name())


def content_name() -> str:
    """Return that folder's name, by which what was read of it is remembered.

    A page asks for it some thousand times: a name is found by its hash faster than a path.
    """
    own = os.environ.get(SETTING) or _SHIPPED
    laid = os.environ.get(LAID)
    return laid if laid and os.environ.get(LAID_OVER) == str(_folder(own)) else own


def agency_folder() -> Path:
    """Return the agency's own folder, as it was written."""
    return _folder(os.environ.get(SETTING) or _SHIPPED)


@functools.cache
def _folder(name: str) -> Path:
    """Return a folder by its name; the same one, which knows how it is written and its hash."""
    return Path(name)


def use_content(folder: Path) -> None:
    """Let this process, and those that it starts, read the content of a folder."""
    os.environ[SETTING] = str(folder.resolve())


def use_released(folder: Path | None) -> None:
    """Let them read it as it stands in a folder with what was released on pages laid over it."""
    if folder is None:
        os.environ.pop(LAID, None)
        os.environ.pop(LAID_OVER, None)
    else:
        os.environ[LAID_OVER] = str(agency_folder())
        os.environ[LAID] = str(folder)
