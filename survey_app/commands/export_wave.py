"""``barometer wave export``: the files of a published wave, for those who check it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from survey_app.publications.errors import NotOnShelfError
from survey_app.publications.records import files_of
from survey_app.publications.retractions import retractions
from survey_app.shared.clock import OSLO, now

Echo = Callable[[str], None]


async def export_wave(key: str, folder: Path, echo: Echo) -> None:
    """Write the exact bytes of what was published, also before its release.

    Raises
    ------
    NotOnShelfError
        If the wave is not published.
    """
    found = await files_of(key)
    if not found:
        raise NotOnShelfError
    for path in _written(found, folder):
        echo(str(path))
    back = [one for one in await retractions(at=now()) if one.wave_key == key]
    for one in back:
        echo(f"these figures were taken back on {one.at.astimezone(OSLO):%Y-%m-%d}: {one.reason}")


def _written(files: Mapping[str, bytes], folder: Path) -> Iterator[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = folder / name
        path.write_bytes(content)
        yield path
