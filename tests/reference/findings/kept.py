"""What was found in each agency, kept in a file, so that a long run may be made in pieces."""

from __future__ import annotations

import functools
import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from analytics.courses.findings import FINDING_COLUMNS
from tests.reference.findings.agencies import a_staff, draw
from tests.reference.findings.regimes import MOVING, STILL
from tests.reference.findings.rules import findings
from tests.reference.findings.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TRUTHS: Final = ("said", "lasting")
# all publications of an agency, and its first ones by themselves
ALL: Final = "all"
SPANS: Final = (ALL, "1", "2", "3")
_SMALL: Final = 12  # units


def tallied(name: str, seed: int) -> dict[str, Any]:
    """Draw an agency and count what is found in it.

    Returns
    -------
    dict
        The line to keep: ``regime``, ``seed``, ``figures`` (`figures_of`) and ``found``, the
        `Tally` of each span and truth, as `Tally.kept` writes it.
    """
    rng = np.random.default_rng(seed)
    rows = findings(draw(rng, a_staff(rng), (STILL | MOVING)[name]))
    found = {}
    for span in SPANS:
        here = rows if span == ALL else rows[rows["publication"] == int(span)]
        for truth in TRUTHS:
            tally = Tally(truth)
            tally.count(here)
            found[f"{span} {truth}"] = tally.kept()
    return {"regime": name, "seed": seed, "figures": figures_of(name), "found": found}


_FOUND: Final = (
    "publication", *FINDING_COLUMNS, "raw", "raw_verdict", "n", "said", "lasting",
)  # fmt: skip


@functools.cache
def figures_of(name: str) -> str:
    """Tell by a hash what the rule finds in a small agency of a regime, to six decimals.

    As long as that stays, so does the truth that agencies are drawn from and what is found in
    them: what was kept before counts.
    """
    rng = np.random.default_rng(0)
    regime = (STILL | MOVING)[name]
    short = replace(regime, waves=regime.waves[:3], measures=3)
    shown = findings(draw(rng, a_staff(rng, _SMALL), short))[list(_FOUND)]
    text = shown.to_csv(index=False, float_format="%.6f")
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def read(path: Path | None, wanted: list[str]) -> dict[tuple[str, int], dict[str, Any]]:
    """Read what was kept of some regimes, by regime and seed, and leave what no longer holds.

    A last line that a run was stopped in is no line.
    """
    if path is None or not path.exists():
        return {}
    lines = (_line(one) for one in path.read_text(encoding="utf-8").splitlines())
    return {
        (one["regime"], one["seed"]): one["found"]
        for one in lines
        if one and one["regime"] in wanted and one["figures"] == figures_of(one["regime"])
    }


def _line(text: str) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads(text)
    except ValueError:
        return None
    return found


def keep(path: Path | None, lines: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Write each line as soon as it is there, and hand it on."""
    for line in lines:
        if path is not None:
            with path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line, separators=(",", ":")) + "\n")
        yield line
