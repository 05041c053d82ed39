"""A folder with a file for each secret, as containers, clusters and service managers hand them in.

An environment is read by whoever may look at a process, and is printed when something is examined;
a file is read once, by the process that it was given to.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic_settings import BaseSettings, SettingsConfigDict

from survey_app.shared.errors import SettingsError


class _Place(BaseSettings):
    """Where the folder is: known before its files can be read."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore")

    secrets_dir: Path | None = None


def secrets_folder(settings: Iterable[str], *, prefix: str) -> Path | None:
    """Return the folder with a file for each secret, where there is one.

    Parameters
    ----------
    settings : iterable of str
        Names of settings, in lower case. Files without the prefix are somebody else's.
    prefix : str

    Raises
    ------
    SettingsError
        Where a setting would be missing without a word: it is no folder, or a file there is called
        like no setting or cannot be read; one line for each.
    """
    place: dict[str, Any] = {"_env_prefix": prefix}
    folder = _Place(**place).secrets_dir
    if folder is None:
        return None
    if not folder.is_dir():
        raise SettingsError((f"{prefix}SECRETS_DIR: {folder} is no folder",))
    known = {f"{prefix}{name.upper()}" for name in settings}
    lines: list[str] = []
    for path in sorted(folder.iterdir()):
        if not path.name.startswith(prefix):
            continue
        if path.name not in known:
            lines.append(f"{path} is called like no setting")
        elif not path.is_file() or not os.access(path, os.R_OK):
            lines.append(f"{path} is no file that this process may read")
    if lines:
        raise SettingsError(tuple(lines))
    return folder
