"""Colours of the agency on buttons, links and marks: told by content, and legible or refused."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from questionnaires.reading import Table

# WCAG 2.2, 1.4.3: text and what it stands on
LEAST = 4.5
# what they stand on, on pages by day and by night, as the style sheets have it
DAY = ("#ffffff", "#f3f6f7")
NIGHT = ("#111b21", "#182329")
_ON = ("#ffffff", "#14222b")
_CODE = re.compile(r"#[0-9a-f]{6}")
_LINEAR = 0.04045


@dataclass(frozen=True, slots=True)
class Accent:
    """A colour, the one that it turns into under the pointer, and that of text on both."""

    plain: str
    strong: str
    on: str


@dataclass(frozen=True, slots=True)
class Colours:
    """The accent by day and by night."""

    day: Accent
    night: Accent


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21 (WCAG 2.2).

    Examples
    --------
    >>> contrast("#ffffff", "#000000")
    21.0
    """
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def parse_colours(table: Table) -> Colours | None:
    """Read ``[colours]``, whose accents are legible by day and by night; None without it."""
    if not table.keys:
        return None
    night = table.table("night")
    found = Colours(_accent(table, DAY), _accent(night, NIGHT))
    night.close()
    table.close()
    return found


def _accent(table: Table, grounds: tuple[str, ...]) -> Accent:
    told = {name: table.take(name, str) for name in ("accent", "accent_strong")}
    for name, colour in told.items():
        if not _CODE.fullmatch(colour):
            table.wrong(name, f"«{colour}» is no colour; write it as #0a5566")
            return Accent(_ON[1], _ON[1], _ON[0])
    on = max(_ON, key=lambda one: min(contrast(one, colour) for colour in told.values()))
    for name, colour in told.items():
        for ground, least in _too_faint(colour, (*grounds, on)):
            table.wrong(
                name,
                f"{colour} has a contrast of {least:.1f} with {ground}, and text needs {LEAST};"
                f" take a {'darker' if grounds is DAY else 'lighter'} one",
            )
    return Accent(told["accent"], told["accent_strong"], on)


def _too_faint(colour: str, others: tuple[str, ...]) -> Iterator[tuple[str, float]]:
    found = {other: contrast(colour, other) for other in others}
    yield from ((other, least) for other, least in found.items() if least < LEAST)


def _luminance(colour: str) -> float:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return 0.2126 * _linear(red) + 0.7152 * _linear(green) + 0.0722 * _linear(blue)


def _linear(part: float) -> float:
    return part / 12.92 if part <= _LINEAR else ((part + 0.055) / 1.055) ** 2.4
