"""Print how often the findings of both rules are true, regime by regime.

``python -m tests.reference.findings [agencies] [part of a regime's name]``: 400 agencies of each
regime, eleven publications each (five of main waves alone), when left out.

``--kept FILE`` writes what is found in each agency to a file outside the repository as soon as it
is known, and goes on from what lies there: a run that was stopped is started again by the same
command, and a later one may ask for more agencies. Agencies are drawn one of each regime after the
other, so that regimes stand equally when it stops. What another rule found, or the same among
other agencies, does not count (`tests.reference.findings.kept.figures_of`). ``--minutes M`` stops
after the agency that takes it past M minutes; a regime then has as many agencies as all have.
``--write`` puts the table where the page that tells readers about the rule takes it from. Of
several processes each takes a file of its own and some of the regimes; ``cat`` adds them up.
``--onto-table`` draws only the agencies that the table there does not rest on, and adds them to it.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from survey_app.reading.method.rates import TABLE
from tests.reference.findings import kept
from tests.reference.findings.joined import SHARES, join
from tests.reference.findings.regimes import MOVING, STILL
from tests.reference.findings.tally import LEVELS, Called, Tally

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Found = Mapping[tuple[str, int], Mapping[str, Any]]


def row(name: str, tally: Tally, first: Mapping[str, Tally]) -> dict[str, Any]:
    """Lay a regime's figures out as they are written down, its first publications after all."""
    return {
        "regime": name,
        "truth": tally.truth,
        "still": name in STILL,
        "figures": kept.figures_of(name),
        "agencies": tally.agencies,
        "any_call": tally.any_call,
        "any_call_before": tally.any_call_before,
        "any_apart": tally.any_apart,
        "steady": tally.steady,
        "steady_right": tally.steady_right,
        "expected_false": round(tally.expected, 2),
        "present": {level: _told(tally.present[level]) for level in LEVELS},
        "before": {level: _told(tally.before[level]) for level in LEVELS},
        "errors": _errors(tally),
        "coverage": {name: hits for name, hits in tally.covered.items() if hits[1]},
        "errors_of_coverage": _errors_of_coverage(tally),
        "first": {number: _early(one) for number, one in first.items()},
    }


def _early(tally: Tally) -> dict[str, Any]:
    return {
        "any_call": tally.any_call,
        "steady": tally.steady,
        "steady_right": tally.steady_right,
        "expected_false": round(tally.expected, 2),
        "present": _told(tally.over_all()),
        "errors": _errors(tally),
        "coverage": {name: hits for name, hits in tally.covered.items() if hits[1]},
    }


def _errors(tally: Tally) -> dict[str, float] | None:
    """Give the simulation's standard errors of shares of all that was called, 0-1, and of size."""
    if tally.agencies == 1 or not tally.over_all().called:
        return None
    errors = {one: tally.error(one, of) for one, of in SHARES.items()}
    return {one: round(error, 5) for one, error in errors.items() if not math.isnan(error)}


def _errors_of_coverage(tally: Tally) -> dict[str, float]:
    if tally.agencies == 1:
        return {}
    known = (name for name, (_, of) in tally.covered.items() if of)
    return {name: round(tally.error_of_coverage(name), 5) for name in known}


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


def _print(name: str, tally: Tally, first: Mapping[str, Tally]) -> None:
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
    for number, early in first.items():
        print(_line(f"publication {number}", early.over_all(), agencies))
    errors = _errors_of_coverage(tally)
    cover = ", ".join(
        f"{one} {tally.coverage(one):.1%} (error {errors.get(one, float('nan')):.2%})"
        for one in tally.covered
    )
    right = tally.steady_right / max(tally.steady, 1)
    print(f"  steady {tally.steady}, right {right:.2%}; intervals hold {cover}", flush=True)


def _added(found: Found, name: str, seeds: range, span: str, truth: str) -> Tally:
    tally = Tally(truth)
    for seed in seeds:
        tally.add(Tally.of_kept(truth, dict(found[name, seed][f"{span} {truth}"])))
    return tally


def _drawn(names: list[str], seeds: range, there: Found, minutes: float) -> Iterator[Any]:
    """Draw what is not there yet, one agency of each regime after the other."""
    end = time.monotonic() + 60 * minutes
    for seed in seeds:
        for name in names:
            if (name, seed) not in there:
                if time.monotonic() > end:
                    return
                yield kept.tallied(name, seed)


def main() -> None:
    """Run all regimes and print them."""
    parser = argparse.ArgumentParser(prog="python -m tests.reference.findings")
    parser.add_argument("agencies", nargs="?", type=int, default=400)
    parser.add_argument("wanted", nargs="?", default="")
    parser.add_argument("--kept", type=Path)
    parser.add_argument("--minutes", type=float, default=float("inf"))
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--onto-table", action="store_true")
    asked = parser.parse_args()
    names = [name for name in STILL | MOVING if asked.wanted in name]
    if asked.wanted and (asked.write or asked.onto_table):
        parser.error("the page tells of all regimes: neither takes a part of a name")
    there = json.loads(TABLE.read_text(encoding="utf-8")) if asked.onto_table else []
    first = min((one["agencies"] for one in there), default=0)
    found = kept.read(asked.kept, names)
    drawn = _drawn(names, range(first, asked.agencies), dict(found), asked.minutes)
    for line in kept.keep(asked.kept, drawn):
        found[line["regime"], line["seed"]] = line["found"]
    seeds = _complete(found, names, range(first, asked.agencies))
    if not seeds:
        parser.exit(1, "there is not yet an agency of each regime\n")
    if there and len(seeds) == 1:
        parser.exit(1, "one agency of each regime has no error of simulation: draw two or more\n")
    table = _table(found, names, seeds)
    if there:
        table = join(there, table)
    if asked.write:
        TABLE.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


def _complete(found: Found, names: list[str], seeds: range) -> range:
    """Leave out the seeds from the first one that some regime has no agency of."""
    missing = (seed for seed in seeds if any((name, seed) not in found for name in names))
    return range(seeds.start, next(missing, seeds.stop))


def _table(found: Found, names: list[str], seeds: range) -> list[dict[str, Any]]:
    """Print what was drawn, and lay it out, each regime beside either truth."""
    table = []
    for name in names:
        for truth in kept.TRUTHS:
            tally = _added(found, name, seeds, kept.ALL, truth)
            first = {
                span: _added(found, name, seeds, span, truth)
                for span in kept.SPANS
                if span != kept.ALL
            }
            _print(name, tally, first)
            table.append(row(name, tally, first))
    return table


if __name__ == "__main__":
    main()
