"""``barometer archive``: a published wave as a folder for the archive."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from survey_app.commands.files import UnwritableFileError
from survey_app.reading.exports.find import find_released
from survey_app.running.archived_wave import archive_wave
from survey_app.shared import clock
from survey_app.shared.database import Login
from survey_app.shared.i18n import Language
from survey_app.shared.pdf import ARCHIVED, pdf_bytes

Echo = Callable[[str], None]


async def archive_named(name: str, folder: Path, *, lang: Language, echo: Echo) -> None:
    """Write the bag of a released wave into a new folder, and say where.

    Parameters
    ----------
    name : str
        A wave's key, a publication's id, ``latest`` or ``latest:CAMPAIGN``.
    folder : Path
        It must not be there yet, or be empty.

    Raises
    ------
    UnknownPublication, NoArchiveError
    UnwritableFileError
        If the folder holds something, or cannot be written.
    """
    await asyncio.to_thread(_refuse_used, folder)
    wave = await find_released(name, clock.now())
    bag = await archive_wave(wave, Login.WORKER, lang, set_on_pages=_set_on_pages)
    await asyncio.to_thread(_write, folder, bag)
    echo(f"{folder}: {len(bag)} files, {sum(map(len, bag.values())) / 1e6:.1f} MB")


def _refuse_used(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UnwritableFileError(f"{folder} is there already: name a new folder")


def _write(folder: Path, bag: Mapping[str, bytes]) -> None:
    try:
        for path, content in bag.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
    except OSError as error:
        raise UnwritableFileError(
            f"{folder} cannot be written: {error.strerror or error}"
        ) from None


async def _set_on_pages(documents: Sequence[str]) -> list[bytes]:
    return [await asyncio.to_thread(pdf_bytes, one, variant=ARCHIVED) for one in documents]
