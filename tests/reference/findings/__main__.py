"""Print how often the findings of both rules are true, regime by regime.

``python -m tests.reference.findings [agencies] [part of a regime's name]`` (400 agencies of each,
eleven publications each, when left out: half a day on two cores). ``--write`` puts the table where
the page that tells readers about the rule takes it from.
"""

from __future__ import annotations

import json
import sys
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import numpy as np

from survey_app.reading.method.rates import TABLE
from tests.reference.findings.agencies import a_staff, draw
from tests.reference.findings.regimes import MOVING, STILL
from tests.reference.findings.rules import findings
from tests.reference.findings.tally import LEVELS, Called, Tally

TRUTHS = ("said", "lasting")


def tallied(name: str, seeds: range) -> tuple[Tally, ...]:
    """Draw an agency for each seed and count what is found in it, beside each kind of truth."""
    regime = (STILL | MOVING)[name]
    tallies = tuple(Tally(truth) for truth in TRUTHS)
    for seed in seeds:
        rng = np.random.default_rng(seed)
        publications = list(findings(draw(rng, a_staff(rng), regime)))
        for tally in tallies:
            tally.count(publications)
    return tallies


def row(name: str, tally: Tally) -> dict[str, Any]:
    """Lay a regime's figures out as they are written down."""
    return {
        "regime": name,
        "truth": tally.truth,
        "still": name in STILL,
        "agencies": tally.agencies,
        "any_call": tally.any_call,
        "any_call_before": tally.any_call_before,
        "any_apart": tally.any_apart,
        "steady": tally.steady,
        "steady_right": tally.steady_right,
        "expected_false": round(tally.expected, 2),
        "present": {level: _told(one) for level, one in _levels(tally.present)},
        "before": {level: _told(one) for level, one in _levels(tally.before)},
        "errors": _errors(tally),
        "coverage": {name: hits for name, hits in tally.covered.items() if hits[1]},
    }


def _errors(tally: Tally) -> dict[str, float] | None:
    """Give the simulation's standard errors of shares of all that was called, 0-1, and of size."""
    if tally.agencies == 1 or not tally.over_all().called:
        return None
    parts = {"wrong": "called", "under_half": "called", "shown": "true", "found": "large"}
    return {one: round(tally.error(one, of), 5) for one, of in parts.items()}


def _levels(found: dict[str, Called]) -> list[tuple[str, Called]]:
    return [(level, found[level]) for level in LEVELS]


def _told(one: Called) -> dict[str, float]:
    return {
        "called": one.called, "wrong": one.wrong, "under_half": one.under_half,
        "shown": round(one.shown, 1), "true": round(one.true, 1), "large": one.large,
        "found": one.found,
    }  # fmt: skip


def _line(what: str, one: Called, agencies: int) -> str:
    if not one.called:
        return f"  {what:16} none called; {one.large} large"
    return (
        f"  {what:16} called {one.called} ({one.called / agencies:.1f} an agency), wrong sign "
        f"{one.wrong / one.called:.2%}, under half the margin {one.under_half / one.called:.2%}, "
        f"shown/true {one.shown / one.true if one.true else float('inf'):.2f}, "
        f"large found {one.found / one.large if one.large else 0:.1%} of {one.large}"
    )


def _print(name: str, tally: Tally) -> None:
    agencies = tally.agencies
    print(
        f"{name}, beside what was {tally.truth}: "
        f"{agencies} agencies, {tally.any_call} met a finding "
        f"(before: {tally.any_call_before}), {tally.any_apart} a place apart"
    )
    for level in LEVELS:
        print(_line(level, tally.present[level], agencies))
        print(_line("  before", tally.before[level], agencies))
    print(_line("all", tally.over_all(), agencies), f"expected {tally.expected:.1f}")
    print(f"  errors of simulation {_errors(tally)}")
    print(_line("  before", tally.over_all_before(), agencies))
    cover = ", ".join(f"{one} {tally.coverage(one):.1%}" for one in tally.covered)
    right = tally.steady_right / max(tally.steady, 1)
    print(f"  steady {tally.steady}, right {right:.2%}; intervals hold {cover}", flush=True)


def main(arguments: list[str]) -> None:
    """Run all regimes and print them."""
    write = "--write" in arguments
    given = [one for one in arguments if one != "--write"]
    agencies = int(given[0]) if given else 400
    wanted = given[1] if len(given) > 1 else ""
    table = []
    with ProcessPoolExecutor(2) as pool:
        for name in (one for one in STILL | MOVING if wanted in one):
            parts = [range(first, min(first + 4, agencies)) for first in range(0, agencies, 4)]
            tallies = tuple(Tally(truth) for truth in TRUTHS)
            for found in pool.map(tallied, [name] * len(parts), parts):
                for tally, part in zip(tallies, found, strict=True):
                    tally.add(part)
            table += [row(name, tally) for tally in tallies]
            for tally in tallies:
                _print(name, tally)
    if write:
        TABLE.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
