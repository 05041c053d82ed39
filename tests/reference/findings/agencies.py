"""Agencies whose truth is known: what their waves show, drawn person by person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.courses.findings import Place
from analytics.digits import to_digits
from analytics.estimation.intervals import t_quantile
from analytics.waves import LETTERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from analytics.arrays import Booleans, Floats, Integers

REGIONS: Final = 5
UNITS: Final = 60
FEWEST: Final = 10
MAIN: Final = -1
# three years: a main wave, then a pulse for each third of the staff
YEARS: Final = (MAIN, 0, 1, 2) * 3
_SPREAD: Final = 18.0  # points, of a person's score


@dataclass(frozen=True, slots=True, eq=False)
class Regime:
    """How the truth moves, and how people answer.

    ``steps`` gives what each unit and measure moves by before each wave but the first:
    (units, waves, measures). ``repeat`` is the correlation of a person's two answers, ``alike``
    that of two measures, ``depends`` how much more likely an answer is per deviation of the score.
    """

    steps: Callable[[np.random.Generator, Staff, int, int], Floats]
    response: float = 0.7
    repeat: float = 0.5
    alike: float = 0.5
    depends: float = 0.0
    waves: tuple[int, ...] = YEARS
    measures: int = 8


@dataclass(frozen=True, slots=True, eq=False)
class Staff:
    """Units of many sizes in five regions; each person belongs to a third of the staff."""

    people: Integers
    region: Integers
    member: Integers
    third: Integers

    @property
    def shares(self) -> Floats:
        """Return the share of each unit in its region, (regions, units)."""
        inside = np.arange(REGIONS)[:, None] == self.region[None, :]
        weight = inside * self.people[None, :]
        return np.asarray(weight / weight.sum(axis=1, keepdims=True), dtype=np.float64)

    @property
    def parts(self) -> Floats:
        """Return the share of each region in the whole, (regions,)."""
        people = np.bincount(self.region, self.people, REGIONS)
        return np.asarray(people / people.sum(), dtype=np.float64)

    def places(self) -> dict[tuple[str, str], Place]:
        """Name all places with what holds them and how many work there."""
        regions = np.bincount(self.region, self.people, REGIONS)
        return (
            {("agency", ""): Place("", float(self.people.sum()))}
            | {("region", f"r{at}"): Place("", float(n)) for at, n in enumerate(regions)}
            | {
                ("unit", f"u{at:02}"): Place(f"r{self.region[at]}", float(n))
                for at, n in enumerate(self.people)
            }
        )


@dataclass(frozen=True, slots=True, eq=False)
class Waves:
    """What the waves of an agency showed, and what was true.

    ``shown`` has the columns that `analytics.courses.findings.judge_by_series` reads, and ``se``,
    ``se_model`` and ``df`` for the rule of before. ``lasting`` and ``said`` are true means by
    level, of shape (waves, places, measures): where places stand, and what all their people would
    have answered, as answers vary from day to day.
    """

    keys: tuple[str, ...]
    shown: pd.DataFrame
    places: dict[tuple[str, str], Place]
    linked: Floats
    lasting: dict[str, Floats]
    said: dict[str, Floats]

    @property
    def position(self) -> dict[str, int]:
        """Return where waves stand."""
        return {key: at for at, key in enumerate(self.keys)}

    def true_changes(
        self, rows: pd.DataFrame, until: int | pd.Series, truth: dict[str, Floats]
    ) -> Floats:
        """Return the true change of each row of changes that lead to a wave, or each to its own."""
        since = rows["since"].map(self.position).to_numpy(dtype=np.int64)
        now = np.broadcast_to(np.asarray(until, dtype=np.int64), len(rows))
        measure = rows["measure"].str[1:].astype(int).to_numpy()
        codes = pd.to_numeric(rows["domain"].str[1:], errors="coerce")
        place = codes.fillna(0).astype(int).to_numpy()
        found = np.empty(len(rows))
        for level, of in truth.items():
            here = (rows["level"] == level).to_numpy(dtype=bool)
            at = place[here], measure[here]
            found[here] = of[now[here], *at] - of[since[here], *at]
        return found


def a_staff(rng: np.random.Generator, units: int = UNITS) -> Staff:
    """Draw units of 15 to 260 people."""
    people = np.clip(np.exp(rng.normal(4.2, 0.75, units)), 15, 260).astype(np.int64)
    member = np.repeat(np.arange(units), people)
    return Staff(people, np.arange(units) % REGIONS, member, rng.integers(0, 3, member.size))


def draw(rng: np.random.Generator, staff: Staff, regime: Regime) -> Waves:
    """Let people answer all waves of a regime, and show what may be shown."""
    truth = _truth(rng, staff, regime)
    starts = np.searchsorted(staff.member, np.arange(len(staff.people)))
    tables, days = [], []
    for key, score, answers in _answered(rng, staff, regime, truth):
        tables.append(shown_of(staff, score, answers).assign(wave=key))
        days.append(np.add.reduceat(score, starts, axis=0) / staff.people[:, None])
    invited = np.array(regime.waves)
    anybody = (invited[:, None] == MAIN) | (invited[None, :] == MAIN)
    return Waves(
        tuple(_key(at) for at in range(len(regime.waves))),
        pd.concat(tables, ignore_index=True),
        staff.places(),
        np.where(anybody, 1.0, len(LETTERS) * (invited[:, None] == invited[None, :])),
        _levels(staff, truth),
        _levels(staff, np.stack(days)),
    )


def _levels(staff: Staff, units: Floats) -> dict[str, Floats]:
    regions = np.einsum("ru,tum->trm", staff.shares, units)
    whole = np.einsum("r,trm->tm", staff.parts, regions)[:, None, :]
    return {"agency": whole, "region": regions, "unit": units}


def file_of(rng: np.random.Generator, staff: Staff, regime: Regime) -> pd.DataFrame:
    """Write the answers that `draw` shows the means of, within 0-100, a row for each that came in.

    Returns
    -------
    DataFrame
        ``wave``, ``region``, ``unit``, ``N`` (people of the unit) and ``m0``, ``m1``, ...
    """
    people = pd.DataFrame({
        "region": [f"r{at}" for at in staff.region[staff.member]],
        "unit": [f"u{at:02}" for at in staff.member],
        "N": staff.people[staff.member],
    })  # fmt: skip
    names = [f"m{at}" for at in range(regime.measures)]
    parts = []
    for key, score, answers in _answered(rng, staff, regime, _truth(rng, staff, regime)):
        given = pd.DataFrame(np.clip(score, 0, 100), columns=names)
        parts.append(people.assign(wave=key).join(given)[answers])
    return pd.concat(parts, ignore_index=True)


def _key(at: int) -> str:
    return f"w{at:02}"


def _truth(rng: np.random.Generator, staff: Staff, regime: Regime) -> Floats:
    number, measures = len(regime.waves), regime.measures
    start = rng.normal(62, 5, (1, len(staff.people), measures))
    steps = np.concatenate(
        [np.zeros_like(start), regime.steps(rng, staff, number, measures)], axis=0
    )
    return np.asarray(np.clip(start + np.cumsum(steps, axis=0), 5, 95), dtype=np.float64)


def _answered(
    rng: np.random.Generator, staff: Staff, regime: Regime, truth: Floats
) -> Iterator[tuple[str, Floats, Booleans]]:
    """Give each wave's key, what everybody would say, and who does."""
    lasting = np.sqrt(regime.repeat) * _scores(rng, regime, staff.member.size)
    for at, invited in enumerate(regime.waves):
        passing = np.sqrt(1 - regime.repeat) * _scores(rng, regime, staff.member.size)
        score = truth[at][staff.member] + lasting + passing
        level = np.clip((score.mean(axis=1) - truth[at].mean()) / _SPREAD, -3, 3)
        chance = np.clip(regime.response + regime.depends * level, 0.02, 0.98)
        asked = np.full(len(score), invited == MAIN) | (staff.third == invited)
        yield _key(at), score, asked & (rng.random(len(score)) < chance)


def _scores(rng: np.random.Generator, regime: Regime, people: int) -> Floats:
    common = rng.normal(size=(people, 1))
    own = rng.normal(size=(people, regime.measures))
    mixed = np.sqrt(regime.alike) * common + np.sqrt(1 - regime.alike) * own
    return np.asarray(_SPREAD * mixed, dtype=np.float64)


def shown_of(staff: Staff, score: Floats, answers: Booleans) -> pd.DataFrame:
    """Weight by unit, estimate with errors, hide what is too small and round."""
    starts = np.searchsorted(staff.member, np.arange(len(staff.people)))
    given = np.where(answers[:, None], score, 0.0)
    n = np.add.reduceat(answers.astype(np.float64), starts)
    some = np.maximum(n, 2.0)[:, None]
    mean = np.add.reduceat(given, starts, axis=0) / np.maximum(n, 1.0)[:, None]
    squares = np.add.reduceat(given**2, starts, axis=0)
    free = np.maximum(squares - some * mean**2, 0.0) / (some - 1) / some
    finite = free * np.maximum(1 - n / staff.people, 0.0)[:, None]
    counted = n >= 2
    weight = staff.shares * counted
    spoken = weight.sum(axis=1)  # of a region whose units have fewer than two answers each nothing
    weight /= np.where(spoken > 0, spoken, 1.0)[:, None]
    answered = np.bincount(staff.region, n, REGIONS) * (spoken > 0)
    levels = {
        "unit": (mean, free, finite, n, n - 1),
        "region": (weight @ mean, weight**2 @ free, weight**2 @ finite, answered, answered - 12),
    }
    parts, inside = staff.parts[None, :], levels["region"]
    if not spoken.all():
        parts = parts * (spoken > 0) / max(float(parts[0, spoken > 0].sum()), 1e-9)
    levels["agency"] = (
        parts @ inside[0],
        parts**2 @ inside[1],
        parts**2 @ inside[2],
        answered.sum(keepdims=True),
        answered.sum(keepdims=True) - UNITS,
    )
    found = pd.concat([_rows(level, *of, staff) for level, of in levels.items()])
    kept: pd.DataFrame = found[found["n"] >= FEWEST]
    return kept


def _rows(
    level: str, mean: Floats, free: Floats, finite: Floats, n: Floats, df: Floats, staff: Staff
) -> pd.DataFrame:
    places, measures = mean.shape
    code = {"agency": "", "region": "r{}", "unit": "u{:02}"}[level]
    named = [code.format(at) for at in range(places)]
    within = {"agency": np.zeros_like(staff.region), "region": staff.region}
    people = np.bincount(within.get(level, np.arange(places)), staff.people, places)
    reach = t_quantile(np.maximum(df, 1.0))[:, None] * np.sqrt(finite)
    return pd.DataFrame({
        "level": level,
        "domain": np.repeat(named, measures),
        "measure": [f"m{at}" for at in range(measures)] * places,
        "n": np.repeat(n, measures),
        "population": np.repeat(people, measures),
        "mean": to_digits(mean, 1).ravel(),
        "low": to_digits(mean - reach, 1).ravel(),
        "high": to_digits(mean + reach, 1).ravel(),
        "se": np.sqrt(finite).ravel(),
        "se_model": np.sqrt(free).ravel(),
        "df": np.repeat(df, measures),
    })  # fmt: skip
