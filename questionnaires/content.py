"""Where the content of the agency stands: the folder shipped with the programme, or its own."""

import os
from pathlib import Path

SETTING = "BAROMETER_AGENCY"
SHIPPED = Path(__file__).parent


def content_folder() -> Path:
    """Return the folder that holds ``agency.toml``, ``forms.toml`` and the rest.

    It stands in the environment: a process that counts or writes files inherits it from whoever
    starts it, and cannot read another agency's content than the one it works for.
    """
    chosen = os.environ.get(SETTING)
    return Path(chosen) if chosen else SHIPPED


def use_content(folder: Path) -> None:
    """Let this process, and those that it starts, read the content of a folder."""
    os.environ[SETTING] = str(folder.resolve())
