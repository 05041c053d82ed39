"""What browsers run of ours, by hash: the same release built elsewhere has the same.

A page loads style sheets, scripts and fonts from ``static/`` alone (its policy allows nothing
else), so these files are all that an answering page runs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from litestar import Response, get

from survey_app.shared.colour_sheet import ADDRESS as COLOURS
from survey_app.shared.colour_sheet import colour_sheet
from survey_app.shared.pages import STATIC

FORMAT: Final = "barometer-code/1"
CODE: Final = "/code.json"


def hash_files(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file below a folder, by its path; marks of the build are none."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }


def digest_of(files: Mapping[str, str]) -> str:
    """Return one hash for all: SHA-256 of what ``sha256sum`` would print, ordered by name."""
    lines = "".join(f"{files[name]}  {name}\n" for name in sorted(files))
    return hashlib.sha256(lines.encode()).hexdigest()


@cache
def served_files() -> Mapping[str, str]:
    """Return the hashes of what this process serves; it serves the same until it ends."""
    return hash_files(STATIC)


def running_version() -> str:
    """Return the version of this programme."""
    return version("verdibarometer")


@get(CODE)
async def show_code() -> Response[dict[str, Any]]:
    """Tell everybody the hash of each file that a page of ours may load."""
    sheet = colour_sheet()
    told = {
        "format": FORMAT,
        "version": running_version(),
        "digest": digest_of(served_files()),
        "files": dict(served_files()),
        # content of the agency, in no release: style alone, of which scripts know nothing
        "agency": {COLOURS: hashlib.sha256(sheet.encode()).hexdigest()} if sheet else {},
    }
    return Response(told, headers={"cache-control": "no-cache"})
