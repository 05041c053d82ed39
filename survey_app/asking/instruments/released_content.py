"""The agency's content with the versions that were released on pages: the database is the truth.

Every process that reads content asks here which versions there are, and lays them over the agency's
folder in a folder of its own host. The folder's name is made of what lies in it, so that it never
changes, and whoever finds it can use it; it can be deleted at any time, and is made anew. Waves and
publications keep what they asked in the database, and need no folder.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from questionnaires.authoring.laid_over import lay_over
from questionnaires.content import agency_folder, content_folder, use_released
from questionnaires.errors import QuestionnaireErrors
from questionnaires.loader import content_hashes
from questionnaires.whole import check_content
from survey_app.asking.errors import ReleasedContentError
from survey_app.asking.instruments.versions import (
    WrittenVersion,
    released_hashes,
    released_versions,
)
from survey_app.shared.database import Login

FOLDER = "content"  # in the data folder
UNUSED_FOR = 7 * 24 * 3600.0  # seconds after which nobody reads a folder any more
LOOK_AGAIN = 2.0  # seconds: how long a process may not know of a release elsewhere
_NAME_DIGITS = 24

_looked: dict[str, float] = {}


async def follow_soon(login: Login, data_dir: Path) -> None:
    """Follow what was released, unless that was looked up a moment ago; raises as below."""
    now = time.monotonic()
    if now - _looked.get(login, -LOOK_AGAIN) < LOOK_AGAIN:
        return
    await follow_released(login, data_dir)
    _looked[login] = now


async def follow_released(login: Login, data_dir: Path) -> None:
    """Let this process read the agency's content with all that was released on pages.

    Parameters
    ----------
    login : Login
        As whom to ask the database.
    data_dir : Path
        The data folder of this host.

    Raises
    ------
    ReleasedContentError
        If the agency's folder and what was released do not fit together; this process reads on what
        it read before.
    """
    hashes = await released_hashes(login)
    if not hashes:
        use_released(None)
        return
    own = agency_folder()
    folder = Path.cwd() / data_dir / FOLDER / _name(own, hashes)
    if not await asyncio.to_thread(_still_used, folder):
        await asyncio.to_thread(_lay, own, await released_versions(login), folder)
        await asyncio.to_thread(_clear_unused, folder)
    if folder != content_folder():
        use_released(folder)


def _still_used(folder: Path) -> bool:
    """Mark a folder as read by somebody; false where it is not there."""
    try:
        os.utime(folder)
    except FileNotFoundError:
        return False
    except PermissionError:  # another account made it, and marks it
        return folder.is_dir()
    return True


def _clear_unused(folder: Path) -> None:
    """Delete what lies beside a folder and nobody has read for days.

    Whoever reads marks what it reads at every look, before each page and each job, so that what was
    left a moment ago stays for a count that began before.
    """
    for other in folder.parent.iterdir():
        with contextlib.suppress(OSError):  # another process was first, or another account made it
            if other != folder and time.time() - other.stat().st_mtime > UNUSED_FOR:
                shutil.rmtree(other)


def _name(own: Path, hashes: Sequence[str]) -> str:
    name = hashlib.sha256("\n".join((_content_of(own), *hashes)).encode())
    return name.hexdigest()[:_NAME_DIGITS]


@functools.cache
def _content_of(own: Path) -> str:
    """Name what an agency's folder holds; as content itself, it is looked at once per process."""
    found = hashlib.sha256()
    for path in _files(own):
        found.update(path.relative_to(own).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()


def _files(own: Path) -> Iterator[Path]:
    yield from sorted(path for path in own.rglob("*.toml") if path.is_file())


def _lay(own: Path, versions: Sequence[WrittenVersion], folder: Path) -> None:
    """Make the folder whole or not at all, however many processes begin with it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".new-", dir=folder.parent) as here:
        root = lay_over(own, [one.files for one in versions], Path(here) / "laid", release=True)
        _check(root, versions)
        os.utime(root)  # copied with the time of the agency's own folder
        try:
            root.rename(folder)
        except OSError:
            if not folder.is_dir():  # else another process was first, with the same
                raise
            shutil.rmtree(root)


def _check(root: Path, versions: Sequence[WrittenVersion]) -> None:
    try:
        check_content(root)
    except QuestionnaireErrors as errors:
        raise ReleasedContentError(tuple(str(one) for one in errors.problems)) from errors
    found = content_hashes(root)
    for one in versions:
        if found.get(one.files.directory) != one.hash:
            sentence = "it is not what was released: it, or its response options, were changed"
            raise ReleasedContentError((f"{one.files.directory}: {sentence}",))
