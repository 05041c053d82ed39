"""Print how often intervals and said ranges hold the level of everybody.

``python -m tests.reference.nonresponse [waves] [--write]`` (400 waves when left out; two minutes).
``--write`` keeps the table that the page about the method shows.
"""

from __future__ import annotations

import json
import sys
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING

from survey_app.reading.method.silence import TABLE
from tests.reference.nonresponse.waves import LEVELS, REGIMES, Held, held

if TYPE_CHECKING:
    from typing import Any


def regime(name: str, seeds: range) -> dict[str, Held]:
    """Run a regime by its name, in a process of its own."""
    return held(REGIMES[name], seeds)


def row(name: str, found: dict[str, Held], waves: int) -> dict[str, Any]:
    """Write down one regime; errors and reaches are means over places, in points."""
    levels = {
        level: {
            "places": one.places,
            "interval": one.interval,
            "within": one.within,
            "reach": round(one.reach / one.places, 2),
            "off": round(one.off / one.places, 2),
        }
        for level, one in found.items()
    }
    return {"regime": name, "response": REGIMES[name].response, "waves": waves, **levels}


def main(arguments: list[str]) -> None:
    """Run all regimes and print them."""
    given = [one for one in arguments if one != "--write"]
    waves = int(given[0]) if given else 400
    parts = [range(first, min(first + 50, waves)) for first in range(0, waves, 50)]
    table = []
    with ProcessPoolExecutor(2) as pool:
        for name in REGIMES:
            found = dict.fromkeys(LEVELS, Held())
            for part in pool.map(regime, [name] * len(parts), parts):
                found = {level: found[level] + part[level] for level in LEVELS}
            table.append(row(name, found, waves))
            told = ", ".join(
                f"{level} {one.interval / one.places:.1%} -> {one.within / one.places:.1%}"
                f" (off by {one.off / one.places:.2f}, reach {one.reach / one.places:.2f})"
                for level, one in found.items()
            )
            print(f"{name}: interval -> range held: {told}", flush=True)
    if "--write" in arguments:
        TABLE.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
