"""Change the words of a question, ask both in one wave, and hold what is told beside what is true.

``python -m tests.reference.links [agencies]``: 400 of each regime when left out, in three quarters
of an hour. Eight waves: three in the old words, one of which random halves are asked each, four in
the new. Two of three measures were reworded; the third, which was not, stands beside them. Then the
same where scales have other items, of which that wave asked everybody both sets, and where a second
change of words follows the first: the last wave but one asks both again, and people may fall a
little in the very waves that do, which is least favourable. Printed, for changes since the first
wave that lead over the link, or over both:

- how often the plain interval of `analytics.courses.over_links` holds the change of what people
  think, which the words did not touch;
- how often that of the model of all waves does, and its verdicts: wrong sign, under half the
  margin, and agencies where nothing moves that met one;
- the same where a small effect is set to 0 when it is not told apart from 0, which is why it is
  not (`analytics.trend.splice.decide_link`).
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.comparison.margins import MARGIN, UNIT_MARGIN
from analytics.courses.bridges import Bridges
from analytics.courses.findings import judge_by_series
from analytics.courses.over_links import differences_over_links
from tests.reference.findings.agencies import Regime, a_staff
from tests.reference.findings.regimes import still
from tests.reference.links.agencies import EIGHT, OVERLAP, REWORDED, Words, draw_linked

if TYPE_CHECKING:
    from analytics.arrays import Floats
    from tests.reference.findings.agencies import Staff
    from tests.reference.links.agencies import Linked

_KEY: Final = ["measure", "level", "domain", "since", "role"]
LAST: Final = len(EIGHT) - 1
SECOND: Final = LAST - 1  # of two waves that ask both


def falls(rng: np.random.Generator, staff: Staff, waves: int, measures: int) -> Floats:
    """Everybody falls by four points with the new words, units by 2 more or less; then rises."""
    steps = still(rng, staff, waves, measures)
    steps[OVERLAP - 1] -= 4.0 + rng.normal(0, 2.0, (len(staff.people), 1))
    steps[OVERLAP + 1] += 3.0
    return steps


def falls_twice(rng: np.random.Generator, staff: Staff, waves: int, measures: int) -> Floats:
    """Everybody falls by two points with each of two changes, units by 2 more or less."""
    steps = still(rng, staff, waves, measures)
    for at in (OVERLAP, SECOND):
        steps[at - 1] -= 2.0 + rng.normal(0, 2.0, (len(staff.people), 1))
    return steps


def drifts(rng: np.random.Generator, staff: Staff, waves: int, measures: int) -> Floats:
    """Every place moves a little all the time."""
    size = (waves - 1, len(staff.people), measures)
    return rng.normal(0, 1.0, size) + rng.normal(0, 0.7, (waves - 1, 1, measures))


OTHER: Final = {
    "words": (Words(),),
    "items": (Words(effect=-5.0, paired=True),),
    "words twice": (Words(), Words(effect=8.0, wave=SECOND)),
}
# words that mean something else to all who work in a region
BY_REGION: Final = Words(between=1.0, regions=3.0)
REGIMES: Final = {"still": still, "falls": falls, "drifts": drifts, "falls twice": falls_twice}
CASES: Final = (
    *product(("words", "items"), ("still", "falls", "drifts")),
    *product(("words twice",), ("still", "falls twice", "drifts")),
)


def told(linked: Linked, bridges: Bridges, until: int) -> pd.DataFrame:
    """Publish a wave: changes since the first, plain and by the model, beside what is true."""
    waves = linked.waves
    keys = waves.keys[: until + 1]
    shown = waves.shown[waves.shown["wave"].isin(keys)]
    touched = [f"m{at}" for at in range(REWORDED)]
    place = ["measure", "level", "domain"]
    now, then = (shown.loc[shown["wave"] == key, place] for key in (keys[-1], keys[0]))
    wanted = now.merge(then, on=place).assign(since=keys[0], role="first")[_KEY]
    margins = np.where(wanted["level"] == "unit", UNIT_MARGIN, MARGIN)
    lifted = bridges.laid_on(shown)
    together = waves.linked[: until + 1, : until + 1]
    plain = differences_over_links(lifted, keys, wanted, bridges, linked=together)
    found = judge_by_series(
        lifted, keys, wanted, waves.places, linked=together, margins=margins, bridges=bridges
    ).rows
    both = found.merge(plain, on=_KEY, suffixes=("", "_plain"), validate="one_to_one")
    return both.assign(
        lasting=waves.true_changes(both, until, waves.lasting),
        said=waves.true_changes(both, until, waves.said),
        until=until,
        touched=both["measure"].isin(touched),
    )


def agency(seed: int, regime: str, changes: tuple[Words, ...]) -> pd.DataFrame:
    """Draw one agency, and publish the last wave that asked both and the last of all."""
    rng = np.random.default_rng(seed)
    staff = a_staff(rng)
    linked = draw_linked(rng, staff, Regime(REGIMES[regime], waves=EIGHT, measures=3), *changes)
    parts = [told(linked, linked.bridges, at) for at in (changes[-1].wave, LAST)]
    return pd.concat(parts, ignore_index=True).assign(seed=seed)


def pretested(seed: int, words: Words) -> pd.DataFrame:
    """Publish the last wave with an effect of 0 where the test finds none, and with its own."""
    rng = np.random.default_rng(seed)
    staff = a_staff(rng)
    linked = draw_linked(rng, staff, Regime(still, waves=EIGHT, measures=3), words)
    none = Bridges(
        tuple(
            replace(one, delta=0.0 if abs(one.delta) < min(1.0, 1.96 * one.se) else one.delta)
            for one in linked.bridges.links
        ),
        linked.bridges.one_of,
    )
    waves = linked.waves
    first, last = (
        waves.shown[(waves.shown["wave"] == waves.keys[at]) & (waves.shown["level"] == "agency")]
        for at in (0, LAST)
    )
    wanted = last[["measure", "level", "domain"]].assign(since=waves.keys[0], role="first")
    rows = []
    for rule, bridges in (("set to 0", none), ("kept", linked.bridges)):
        shown = bridges.laid_on(pd.concat([first, last]))
        plain = differences_over_links(
            shown, [waves.keys[0], waves.keys[LAST]], wanted, bridges,
            linked=waves.linked[np.ix_([0, LAST], [0, LAST])],
        )  # fmt: skip
        touched = plain[plain["measure"].isin([f"m{at}" for at in range(REWORDED)])]
        rows.append(touched.assign(rule=rule, lasting=0.0))
    return pd.concat(rows)


def share(held: pd.Series, seed: pd.Series) -> str:
    """Give a share in per cent with its error over agencies (Cochran 1977, 2.11)."""
    of = held.groupby(seed).agg(["sum", "size"])
    away = of["sum"] - held.mean() * of["size"]
    error = np.sqrt(len(of) / max(len(of) - 1, 1) * (away**2).sum()) / of["size"].sum()
    return f"{100 * held.mean():5.1f} ({100 * error:.1f})"


def covers(rows: pd.DataFrame, truth: str, end: str = "") -> pd.Series:
    """Tell which intervals hold the truth, as they are printed."""
    return (rows[f"low{end}"] <= rows[truth]) & (rows[truth] <= rows[f"high{end}"])


def report(name: str, rows: pd.DataFrame) -> None:
    """Print a regime."""
    print(f"\n{name}: {rows['seed'].nunique()} agencies, changes since the first wave")
    for touched, own in rows.groupby("touched", sort=False):
        kind = "over the link" if touched else "not reworded "
        for level, of in own.groupby("level"):
            called = of[of["verdict"].isin(["up", "down"])]
            sign = np.where(called["verdict"] == "up", 1.0, -1.0)
            wrong = (sign * called["said"] < 0).mean() if len(called) else 0.0
            half = (sign * called["said"] < called["margin"] / 2).mean() if len(called) else 0.0
            print(
                f"  {kind} {level:7} plain {share(covers(of, 'lasting', '_plain'), of['seed'])}"
                f"  model {share(covers(of, 'said'), of['seed'])}"
                f"  half width {(of['high_plain'] - of['low_plain']).mean() / 2:4.1f}"
                f" / {(of['high'] - of['low']).mean() / 2:4.1f}"
                f"  called {len(called):5} of {len(of)}, wrong sign {wrong:.2%}, under half"
                f" {half:.2%}, expected {(1 - called['chance']).mean() if len(called) else 0:.2%}"
            )
        met = own[own["verdict"].isin(["up", "down"])]["seed"].nunique()
        print(f"  {kind} agencies that met a finding: {met}", flush=True)


def main(arguments: list[str]) -> None:
    """Print all."""
    agencies = int(arguments[0]) if arguments else 400
    with ProcessPoolExecutor(1) as pool:
        for kind, regime in CASES:
            one = partial(agency, regime=regime, changes=OTHER[kind])
            rows = pd.concat(pool.map(one, range(agencies), chunksize=4), ignore_index=True)
            report(f"{kind}, {regime}", rows)
        one = partial(agency, regime="still", changes=(BY_REGION,))
        rows = pd.concat(pool.map(one, range(agencies), chunksize=4), ignore_index=True)
        report("words that differ between regions, still", rows)
        print("\nsmall effects, agency: the plain interval since the first wave holds the truth")
        for effect in (0.0, 0.4, 0.8, 1.2):
            small = partial(pretested, words=Words(effect, 0.0))
            rows = pd.concat(pool.map(small, range(agencies), chunksize=4), ignore_index=False)
            for rule, of in rows.assign(seed=np.repeat(range(agencies), 4)).groupby("rule"):
                print(f"  effect {effect}: {rule:9} {share(covers(of, 'lasting'), of['seed'])}")


if __name__ == "__main__":
    main(sys.argv[1:])
