"""How many units a plan says will be shown, and how many are after disclosure control."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analytics.comparison.change import compare_waves
from analytics.disclosure.protect import protect
from analytics.disclosure.releases import PublishedCells
from analytics.disclosure.rules import PUBLISHED, DisclosureRules
from analytics.disclosure.rules.display_limits import DISPLAY_LIMITS, REMAINDER
from analytics.disclosure.table import plan_wave
from analytics.pipeline import estimate_wave
from analytics.planning.again import ToldFigure
from analytics.planning.ahead import Base, KnownPlace, PlannedUnit, WaveAhead, staff_ahead
from analytics.waves import WaveMeta
from tests.simulated_waves import SimulatedAgency

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analytics.pipeline import WaveData


def units_of_the_demo(people: int, waves: int) -> pd.DataFrame:
    """Hold both beside each other, a row for each wave that had one of its kind before."""
    rows = []
    before: dict[str, Base] = {}
    last: Base | None = None
    for data, shown in _published(SimulatedAgency(people), waves):
        if data.kind in before:
            ahead = _plan(data, before[data.kind], last)
            assert ahead is not None
            assert ahead.shown is not None
            headline = shown[shown["level"] == "unit"]
            told = ahead.shown
            rows.append(
                (
                    data.key, data.kind, told.among, told.expected, told.low, told.high,
                    len(headline),
                )
            )  # fmt: skip
        before[data.kind] = last = _base(data, shown)
    columns = ["wave", "kind", "among", "expected", "low", "high", "shown"]
    return pd.DataFrame(rows, columns=columns)


def _published(agency: SimulatedAgency, waves: int) -> Iterator[tuple[WaveData, pd.DataFrame]]:
    """Give each wave and the shown rows of the headline index."""
    code = agency.library.measures.headline("staff")
    rules, tables, released = DisclosureRules(), [], []
    for at in range(waves):
        data = agency.wave(at)
        exact = estimate_wave(data)
        meta = WaveMeta(data.key, data.kind, data.population, data.invited_everybody, data.panel)
        found = protect(
            exact.estimates,
            compare_waves((meta, exact.estimates), tables),
            plan=plan_wave(data.questionnaire, data.frame, rules=rules),
            earlier=released,
            pooled=exact.pooled,
        )
        tables.append((meta, exact.estimates))
        frame = found.estimates.frame
        released.append(PublishedCells.of(data.key, frame))
        yield data, frame[(frame["measure"] == code) & (frame["status"] == PUBLISHED)]


def _base(data: WaveData, shown: pd.DataFrame) -> Base:
    frame = data.frame
    region_of = dict(zip(frame["unit"], frame["region"], strict=True))
    at = pd.Series(data.domains)
    answers = {("agency", ""): len(at)}
    answers |= {("unit", code): int(n) for code, n in at.value_counts().items()}
    regions = at.map(lambda code: region_of.get(code, code)).value_counts()
    answers |= {("region", code): int(n) for code, n in regions.items()}
    invited = {("agency", ""): frame["invited"].sum()}
    people = {("agency", ""): frame["population"].sum()}
    for level in ("region", "unit"):
        for code, here in frame.groupby(level):
            invited[level, code] = here["invited"].sum()
            people[level, code] = here["population"].sum()
    places = {}
    for row in shown.itertuples():
        key = row.level, row.domain
        if key in invited and pd.notna(row.low):
            n = answers.get(key, 0)
            told = ToldFigure((row.high - row.low) / 2, n, float(people[key])) if n > 1 else None
            places[key] = KnownPlace(n / invited[key], told)
    return Base(data.invited_everybody, int(frame["invited"].sum()), places)


def _plan(data: WaveData, like: Base, last: Base | None) -> WaveAhead | None:
    units = [
        PlannedUnit(row.unit, row.region, row.unit_type, int(row.invited), int(row.population))
        for row in data.frame.itertuples()
    ]
    return staff_ahead(
        units,
        like,
        last,
        np.random.default_rng(0),
        everybody=data.invited_everybody,
        fewest=DISPLAY_LIMITS["staff_mean"],
        remainder=REMAINDER,
    )
