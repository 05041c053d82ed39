"""Where the rule fails: agencies that were made to be hard for it.

``strangers.json`` is written by ``python -m tests.reference.findings.strangers --write``.
"""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

TABLE: Final = Path(__file__).parent / "strangers.json"
_SHOCK: Final = "a shock and recovery"
_SEASON: Final = "a season, drift, and fewer answer"
_NEW: Final = "ten old units and fifty new"
_STILL: Final = "nothing moves"


@dataclass(frozen=True, slots=True)
class Strangers:
    """What the page tells of them; shares are 0-1.

    ``met`` of the agencies where nothing moves met a finding. ``wrong`` and ``under_half`` are of
    what was called after a shock, beside what all would have said; ``lasting_under_half`` where
    most units are new, beside what lasts; ``covered`` is of intervals of the agency's changes with
    a season.
    """

    agencies: int
    met: int
    wrong: float
    under_half: float
    lasting_under_half: float
    covered: float


@functools.cache
def strangers() -> Strangers:
    """Read the table."""
    rows = {(one["kind"], one["truth"]): one for one in json.loads(TABLE.read_text("utf-8"))}
    shock, still, new = rows[_SHOCK, "said"], rows[_STILL, "said"], rows[_NEW, "lasting"]
    inside, of = rows[_SEASON, "said"]["coverage"]["agency"]
    return Strangers(
        agencies=still["agencies"],
        met=still["any_call"],
        wrong=shock["wrong"] / shock["called"],
        under_half=shock["under_half"] / shock["called"],
        lasting_under_half=new["under_half"] / new["called"],
        covered=inside / of,
    )
