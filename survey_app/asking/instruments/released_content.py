"""The agency's content with the versions that were released on pages: the database is the truth.

Every process that reads content asks here which versions there are, and lays them over the agency's
folder in a folder of its own host. The folder's name is made of what lies in it, so that it never
changes, and whoever finds it can use it; it can be deleted at any time.
"""

from __future__ import annotations

import asyncio
import functools
import hashlib
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
    if folder == content_folder():
        return
    if not await asyncio.to_thread(folder.is_dir):
        await asyncio.to_thread(_lay, own, await released_versions(login), folder)
    use_released(folder)


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
