"""Print how often the table "among whom" is right: sides of groups, and their changes.

``python -m tests.reference.findings.among [series] [part of a regime's name]`` (60 series of eight
waves of each regime when left out: three hours of processor). Every wave is drawn from the
simulated public, who answer or do not, and is weighted and estimated as a publication is; sides and
changes are decided as for the page. What is true is estimated from 150,000 people who all answer,
so that mistakes count also where they come from those who did not.
"""

from __future__ import annotations

import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.comparison.change import compare_waves
from analytics.comparison.margins import MARGIN
from analytics.courses.findings import Place, judge_by_series
from analytics.pipeline import WaveData, estimate_wave
from analytics.waves import WaveMeta, answers_together
from questionnaires.loader import load_library
from questionnaires.population import read_population
from survey_app.publishing.inputs.margins import margins_of
from survey_app.reading.rows import Estimate
from survey_app.reading.sides import side_of
from survey_app.reading.verdicts import GROUP_LIMIT
from survey_app.simulation.ballots import answer_rows
from survey_app.simulation.public_model import allocate, draw_public, simulate_public_wave

if TYPE_CHECKING:
    from collections.abc import Iterator


GROSS, LARGE = 4_500, 150_000
WAVES: Final = 8
SHOCKED: Final = 4  # the half-year of the model's incident
LEAST: Final = 60  # answers behind a group of the public
_BACKGROUND: Final = ("d.alder", "d.kjonn", "d.fylke", "d.utd", "d.arbeid")
_KEY: Final = ["measure", "level", "domain", "since", "role"]


@dataclass(frozen=True, slots=True)
class Regime:
    """Who has changed by which wave.

    Attributes
    ----------
    moved : tuple of bool
        For each wave, whether those concerned answer as after the model's incident.
    concerned : tuple of str and int, optional
        A background question and its answer; everybody where left out.
    alike : bool
        Everybody's background is dealt out anew, so that no group differs.
    """

    moved: tuple[bool, ...] = (False,) * WAVES
    concerned: tuple[str, int] | None = None
    alike: bool = False


_FALLS = tuple(wave >= WAVES // 2 for wave in range(WAVES))
_RETURNS = tuple(3 <= wave < 6 for wave in range(WAVES))
REGIMES: Final = {
    "nobody differs, nothing moves": Regime(alike=True),
    "groups differ, nothing moves": Regime(),
    "those with least schooling stand apart": Regime((True,) * WAVES, ("d.utd", 1)),
    "all fall and come back": Regime(_RETURNS),
    "those with least schooling fall": Regime(_FALLS, ("d.utd", 1)),
    "one county falls": Regime(_FALLS, ("d.fylke", 46)),
}


def answers_of(
    regime: Regime, wave: int, seed: int, gross: int, *, everybody: bool = False
) -> pd.DataFrame:
    """Draw a wave of a regime and let people answer; columns as in the questionnaire."""
    questionnaire = load_library().questionnaire("omdomme")
    sample = draw_public(0, seed=seed, gross=gross)
    before = simulate_public_wave(sample, 0, seed=seed)
    who = np.arange(sample.size) if everybody else np.flatnonzero(before.answered)
    rows = answer_rows(questionnaire.columns, before.answers, who)
    found = pd.DataFrame(rows, columns=list(questionnaire.columns))
    if regime.moved[wave]:
        after = simulate_public_wave(sample, SHOCKED, seed=seed).answers
        moved = np.ones(len(who), dtype=bool)
        if regime.concerned:
            column, code = regime.concerned
            moved = found[column].to_numpy() == code
        later = answer_rows(questionnaire.columns, after, who)
        own = [column for column in found if column not in _BACKGROUND]
        found.loc[moved, own] = pd.DataFrame(later, columns=found.columns).loc[moved, own]
    if regime.alike:
        dealt = np.random.default_rng(seed).permutation(len(found))
        found[list(_BACKGROUND)] = found[list(_BACKGROUND)].to_numpy()[dealt]
    return found.astype("int8")


def estimated(key: str, answers: pd.DataFrame, gross: int) -> pd.DataFrame:
    """Weight a wave and estimate it; the means, as `EstimateTable` has them."""
    library, people = load_library(), read_population()
    invited = allocate(gross, people)
    frame = pd.DataFrame(
        [(code, round(share * 4_400_000), invited[code]) for code, share in people.county.items()],
        columns=["county", "population", "invited"],
    )
    return estimate_wave(
        WaveData(
            key=key, kind="half_year", population="public",
            questionnaire=library.questionnaire("omdomme"), answers=answers, domains=None,
            frame=frame, margins=margins_of(people), minimum_group=LEAST, invited_everybody=False,
            panel=None, background=library.background, view=library.measures.public.trust,
        )
    ).estimates  # fmt: skip


@cache
def truth_of(regime: Regime, *, moved: bool) -> pd.Series:
    """Return the means of all people in a state, by measure, level and domain."""
    wave = regime.moved.index(moved)
    table = estimated("truth", answers_of(regime, wave, 99, LARGE, everybody=True), LARGE).frame
    means = table[table["statistic"] == "mean"]
    return means.set_index(["measure", "level", "domain"])["mean"]


@dataclass(slots=True)
class Told:
    """What was told, and how it errs; ``tables`` are all that were looked at."""

    tables: Counter[str] = field(default_factory=Counter)
    sides: Counter[str] = field(default_factory=Counter)
    changes: Counter[str] = field(default_factory=Counter)


def of_series(name: str, seed: int) -> Told:
    """Publish the waves of one series and count what the tables say of each."""
    regime, told = REGIMES[name], Told()
    metas, tables = [], []
    for wave in range(WAVES):
        meta = WaveMeta(f"w{wave}", "half_year", "public", invited_everybody=False)
        answers = answers_of(regime, wave, 1000 * (seed + 1) + wave, GROSS)
        table = estimated(meta.key, answers, GROSS)
        _count_sides(table.frame, truth_of(regime, moved=regime.moved[wave]), told)
        if tables:
            _count_changes(
                compare_waves((meta, table), list(zip(metas, tables, strict=True))).frame,
                [*metas, meta], [one.frame for one in (*tables, table)], regime, told,
            )  # fmt: skip
        metas, tables = [*metas, meta], [*tables, table]
    return told


def _shown(frame: pd.DataFrame) -> pd.DataFrame:
    enough = (frame["n"] >= LEAST) & frame["mean"].notna()
    return frame[(frame["statistic"] == "mean") & enough]


def _count_sides(frame: pd.DataFrame, truth: pd.Series, told: Told) -> None:
    indices = _shown(frame[frame["kind"].isin(["index", "scale"])])
    for measure, rows in indices.groupby("measure"):
        whole = _estimate(rows[rows["level"] == "agency"].iloc[0])
        groups = rows[rows["level"] == "group"]
        true = truth[measure]
        found: Counter[str] = Counter()
        for row in groups.to_dict("records"):
            gap = true["group", row["domain"]] - true["agency", ""]
            side = side_of(_estimate(row), whole, len(groups))
            found["large"] += abs(gap) >= 2 * GROUP_LIMIT
            if side != "none":
                towards = gap if side == "higher" else -gap
                found["called"] += 1
                found["wrong"] += towards < 0
                found["under_half"] += towards < GROUP_LIMIT / 2
                found["found"] += abs(gap) >= 2 * GROUP_LIMIT and towards > 0
        told.tables["sides"] += 1
        told.tables["with a wrong side"] += found["wrong"] > 0
        told.tables["with a side under half"] += found["under_half"] > 0
        told.sides += found


def _estimate(row: pd.Series | dict) -> Estimate:
    return Estimate(
        measure=row["measure"], statistic="mean", category="", level=row["level"],
        domain=row["domain"], status="published", n=int(row["n"]), mean=round(row["mean"], 1),
        low=round(row["low"], 1), high=round(row["high"], 1),
    )  # fmt: skip


def _count_changes(
    changes: pd.DataFrame,
    metas: list[WaveMeta],
    tables: list[pd.DataFrame],
    regime: Regime,
    told: Told,
) -> None:
    shown = pd.concat(
        [_shown(one).assign(wave=meta.key) for meta, one in zip(metas, tables, strict=True)]
    )
    of_both = changes.merge(
        shown.loc[shown["wave"] == metas[-1].key, ["measure", "level", "domain"]],
        on=["measure", "level", "domain"],
    )
    of_both = of_both[of_both["statistic"] == "mean"]
    rounded = shown.assign(**{name: shown[name].round(1) for name in ("mean", "low", "high")})
    numbers = dict.fromkeys(("mean", "low", "high", "n", "population"), "float64")
    last = tables[-1].drop_duplicates(["level", "domain"])
    places = {
        (level, domain): Place("", float(people) if pd.notna(people) else np.nan)
        for level, domain, people in last[["level", "domain", "population"]].itertuples(index=False)
    }
    linked = np.array([[answers_together(one, other) for other in metas] for one in metas])
    found = judge_by_series(
        rounded[["wave", "measure", "level", "domain", *numbers]].astype(numbers),
        [one.key for one in metas],
        of_both[_KEY],
        places,
        linked=linked,
        margins=np.full(len(of_both), MARGIN),
    ).rows
    indices = set(tables[-1].loc[tables[-1]["kind"].isin(["index", "scale"]), "measure"])
    groups = found[(found["level"] == "group") & found["measure"].isin(indices)]
    now, then = (
        np.array([
            truth_of(regime, moved=regime.moved[wave])[row["measure"], "group", row["domain"]]
            for row, wave in _with_waves(groups, end, len(metas) - 1)
        ])
        for end in ("now", "then")
    )  # fmt: skip
    true = now - then
    sign = groups["verdict"].map({"up": 1.0, "down": -1.0}).fillna(0.0).to_numpy()
    towards = (sign * true)[sign != 0]
    inside = (true >= groups["low"].to_numpy() - 0.05) & (true <= groups["high"].to_numpy() + 0.05)
    steady = (groups["verdict"] == "steady").to_numpy()
    told.changes += Counter({
        "judged": len(groups),
        "held": int(inside.sum()),
        "called": len(towards),
        "wrong": int((towards < 0).sum()),
        "under_half": int((towards < MARGIN / 2).sum()),
        "steady": int(steady.sum()),
        "steady_right": int((np.abs(true[steady]) <= MARGIN).sum()),
        "large": int((np.abs(true) >= 4).sum()),
        "found": int((sign * true >= 4).sum()),
    })  # fmt: skip
    for role, rows in groups.assign(sign=sign, towards=sign * true).groupby("role"):
        for _measure, table in rows.groupby("measure"):
            called = table[table["sign"] != 0]
            told.tables[f"changes since the {role}"] += 1
            told.tables[f"with one under half since the {role}"] += int(
                (called["towards"] < MARGIN / 2).any()
            )


def _with_waves(groups: pd.DataFrame, end: str, last: int) -> Iterator[tuple[dict, int]]:
    for row in groups.to_dict("records"):
        yield row, last if end == "now" else int(row["since"][1:])


def _print(name: str, told: Told) -> None:
    sides, changes, tables = told.sides, told.changes, told.tables
    print(name)
    print(
        f"  sides: {sides['called']} called in {tables['sides']} tables, wrong {sides['wrong']}, "
        f"under half the limit {sides['under_half']} "
        f"(in {tables['with a side under half']} tables); of {sides['large']} gaps of twice the "
        f"limit {sides['found']} found"
    )
    print(
        f"  changes: {changes['called']} called of {changes['judged']}, wrong {changes['wrong']}, "
        f"under half the margin {changes['under_half']}; steady {changes['steady']}, right "
        f"{changes['steady_right']}; intervals hold "
        f"{changes['held'] / max(changes['judged'], 1):.1%}; of {changes['large']} true changes of "
        f"4 points {changes['found']} found"
    )
    for role in ("previous", "first"):
        print(
            f"  tables with a change under half since the {role}: "
            f"{tables[f'with one under half since the {role}']} of "
            f"{tables[f'changes since the {role}']}",
            flush=True,
        )


def main(arguments: list[str]) -> None:
    """Run the regimes and print them."""
    series = int(arguments[0]) if arguments else 60
    wanted = arguments[1] if len(arguments) > 1 else ""
    with ProcessPoolExecutor(1) as pool:
        for name in (one for one in REGIMES if wanted in one):
            told = Told()
            for one in pool.map(of_series, [name] * series, range(series)):
                told.tables += one.tables
                told.sides += one.sides
                told.changes += one.changes
            _print(name, told)


if __name__ == "__main__":
    main(sys.argv[1:])
