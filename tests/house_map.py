"""Draw the house from its import contracts: `make map` writes docs/house.svg.

Floors are layers: a room may import what stands below it. A test holds that the picture is current.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from itertools import batched, pairwise
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

ROOT = Path(__file__).parent.parent
MAP = ROOT / "docs" / "house.svg"
WIDTH, EDGE, GAP, BOX, LINE = 1000, 24, 8, 34, 22  # pixels
INK, QUIET, PAPER, GROUND, FRAME, ACCENT = (
    "#14222b", "#465761", "#ffffff", "#f3f6f7", "#4b8b99", "#0a5566",
)  # fmt: skip


def contracts() -> list[dict[str, Any]]:
    """Read the contracts that `make check` keeps."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())
    found: list[dict[str, Any]] = told["tool"]["importlinter"]["contracts"]
    return found


def draw(rules: Sequence[dict[str, Any]]) -> str:
    """Draw floors and list walls."""
    floors = {
        one["containers"][0]: one["layers"]
        for one in rules
        if one["type"] == "layers" and "containers" in one
    }
    middle = 556
    parts: list[str] = []
    y = 96
    left = _house(parts, "survey_app", floors.pop("survey_app"), (EDGE, y, middle - 2 * EDGE), 4)
    right = _house(
        parts, "analytics", floors.pop("analytics"), (middle, y, WIDTH - EDGE - middle), 3
    )
    y = max(left, right) + 3 * GAP
    columns = ((EDGE, middle - 2 * EDGE), (middle, WIDTH - EDGE - middle))
    for pair in batched(sorted(floors), 2):
        ends = [
            _house(parts, name, floors[name], (x, y, width), 3)
            for name, (x, width) in zip(pair, columns, strict=False)
        ]
        y = max(ends) + 3 * GAP
    y = _walls(parts, [one["name"] for one in rules if one["type"] != "layers"], y + LINE)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" role="img"'
        ' aria-label="The rooms of the house, floor by floor, and the walls between them"'
        ' font-family="Inter, \'Segoe UI\', Arial, sans-serif" font-size="13">'
    )
    title = [
        f'<rect width="{WIDTH}" height="{y}" fill="{PAPER}"/>',
        _text(EDGE, 38, "The house", size=20, weight=650),
        _text(
            EDGE,
            64,
            "A room may import what stands below it, in its own column; rooms side by side never"
            " meet. survey_app stands on analytics, analytics on questionnaires.",
            fill=QUIET,
        ),
    ]
    return "\n".join([head, *title, *parts, "</svg>", ""])


def _house(
    parts: list[str], name: str, layers: Sequence[str], place: tuple[int, int, int], most: int
) -> int:
    """Draw the floors of a package, the topmost first; return where they end."""
    x, top, width = place
    rows = list(_rows(layers, most))
    # rooms of one floor stand closer than floors do
    step = [BOX + (GAP if last else GAP // 2) for _, last in rows]
    height = 2 * LINE + sum(step) + GAP
    parts.append(f'<rect x="{x}" y="{top}" width="{width}" height="{height}" fill="{GROUND}"/>')
    parts.append(
        _text(x + 2 * GAP, top + LINE + 4, name.replace(".", "/") + "/", size=15, weight=650)
    )
    y = top + 2 * LINE
    inner = width - 4 * GAP
    for (rooms, _), down in zip(rows, step, strict=True):
        each = (inner - GAP * (len(rooms) - 1)) / len(rooms)
        for at, room in enumerate(rooms):
            left = x + 2 * GAP + at * (each + GAP)
            parts.append(
                f'<rect x="{left:g}" y="{y}" width="{each:g}" height="{BOX}" fill="{PAPER}"'
                f' stroke="{FRAME}"/>'
            )
            parts.append(_text(left + each / 2, y + BOX - 12, room, anchor="middle"))
        y += down
    return top + height


def _rows(layers: Sequence[str], most: int) -> Iterator[tuple[list[str], bool]]:
    """Break floors of many rooms into even rows; say of each whether its floor ends with it."""
    for layer in layers:
        rooms = [room.strip() for room in layer.split("|")]
        count = -(-len(rooms) // most)
        ends = [len(rooms) * (row + 1) // count for row in range(count)]
        for start, end in pairwise([0, *ends]):
            yield rooms[start:end], end == len(rooms)


def _walls(parts: list[str], names: Sequence[str], top: int) -> int:
    parts.append(_text(EDGE, top, "Walls that are no floors", size=15, weight=650))
    half = -(-len(names) // 2)
    for at, name in enumerate(names):
        across, down = divmod(at, half)
        x, y = EDGE + across * (WIDTH // 2 - EDGE), top + LINE + 4 + down * LINE
        parts.append(_text(x, y, name.replace("`", "")))
    return top + LINE + 4 + half * LINE


def _text(
    x: float, y: int, text: str, *, size: int = 13, weight: int = 400, fill: str = INK,
    anchor: str = "start",
) -> str:  # fmt: skip
    return (
        f'<text x="{x:g}" y="{y}" font-size="{size}" font-weight="{weight}" fill="{fill}"'
        f' text-anchor="{anchor}">{escape(text)}</text>'
    )


if __name__ == "__main__":
    MAP.write_text(draw(contracts()))
