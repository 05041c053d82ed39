"""The counties as tiles of equal size, so that Oslo is as visible as Finnmark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from survey_app.shared.i18n import Language
from survey_app.shared.numbers import decimal, whole_interval

Side = Literal["none", "higher", "lower"]

# Column and row of each county, by Statistics Norway's code from 2024.
PLACES: Final[Mapping[str, tuple[int, int]]] = {
    "55": (3, 0),
    "56": (4, 0),
    "18": (3, 1),
    "50": (2, 2),
    "15": (1, 3),
    "34": (3, 3),
    "46": (0, 4),
    "33": (2, 4),
    "03": (3, 4),
    "32": (4, 4),
    "11": (0, 5),
    "42": (1, 5),
    "40": (2, 5),
    "39": (3, 5),
    "31": (4, 5),
}
_SHORT: Final = {"Møre og Romsdal": "Møre og R."}


@dataclass(frozen=True, slots=True)
class County:
    """A county's figure; without a mean it is not shown."""

    code: str
    name: str
    mean: float | None
    low: float | None
    high: float | None
    side: Side


@dataclass(frozen=True, slots=True)
class Tile:
    """One county as drawn."""

    x: int
    y: int
    name: str
    number: str
    interval: str
    side: Side


@dataclass(frozen=True, slots=True)
class CountyMap:
    """Everything that the macro draws."""

    width: int
    height: int
    tile_width: int
    tile_height: int
    pad: int
    name_size: float
    number_size: int
    small_size: float
    tiles: tuple[Tile, ...]

    @property
    def letters(self) -> int:
        """Small letters that a tile has room for on one line."""
        return int(2 * (self.tile_width - self.pad) / self.small_size)


@dataclass(frozen=True, slots=True)
class _Size:
    width: int
    pitch_x: int
    pitch_y: int
    gap: int
    pad: int
    name_size: float
    number_size: int
    small_size: float


WIDE: Final = _Size(560, 112, 80, 3, 8, 14.5, 20, 13)
NARROW: Final = _Size(358, 71, 74, 3, 5, 12.5, 18, 12.5)
_ROWS: Final = 6


def draw_counties(counties: Mapping[str, County], lang: Language, size: _Size = WIDE) -> CountyMap:
    """Place the tiles; ``counties`` is by code and may lack some."""
    tiles = []
    for code, (column, row) in PLACES.items():
        county = counties.get(code)
        if county is None:
            continue
        shown = county.mean is not None and county.low is not None and county.high is not None
        tiles.append(
            Tile(
                x=2 + column * size.pitch_x,
                y=2 + row * size.pitch_y,
                name=_SHORT.get(county.name, county.name),
                number=decimal(county.mean or 0.0, lang, 0) if shown else "",
                interval=whole_interval(county.low or 0.0, county.high or 0.0, lang)
                if shown
                else "",
                side=county.side,
            )
        )
    return CountyMap(
        width=size.width,
        height=_ROWS * size.pitch_y + 2,
        tile_width=size.pitch_x - size.gap,
        tile_height=size.pitch_y - size.gap,
        pad=size.pad,
        name_size=size.name_size,
        number_size=size.number_size,
        small_size=size.small_size,
        tiles=tuple(tiles),
    )
