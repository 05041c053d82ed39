"""Print how often findings are true in agencies drawn by somebody who had not read the rule.

``python -m tests.reference.findings.fresh [agencies]`` (60 of each when left out: half an hour of
processor). What happens in them was written down before (docs/methods.md, «Drawn without the rule
at hand»). People answer three items of five grades for each of six measures, and the seventh is
their index; so scores are bounded and come in steps, and what a place would say is what its people
are expected to answer.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from scipy.special import ndtr

from tests.reference.findings.agencies import MAIN, REGIONS, YEARS, Staff, Waves, shown_of
from tests.reference.findings.rules import findings
from tests.reference.findings.strangers import _key, _levels
from tests.reference.findings.tally import LEVELS, Tally

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from analytics.arrays import Booleans, Floats

MEASURES: Final = 6
ITEMS: Final = 3
UNITS: Final = 60
SEED: Final = 4_120_000
ITEM: Final = 0.45  # of the variance of an answer that is the item's own
EVEN: Final = (-1.5, -0.6, 0.3, 1.2)  # where a person's mind turns to the next of five grades
CEILING: Final = (-2.1, -1.6, -1.0, -0.25)  # 60 % give the highest grade
TWO_A_QUARTER: Final = (MAIN, 0, 1, 2, 0, 1, 2, 0, MAIN, 1, 2, 0)

type Moves = Callable[[np.random.Generator, Staff, Floats], None]


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """What happens in an agency, and how its people answer.

    ``moves`` adds points to levels of shape (waves, units, measures). ``sizes`` are the ends of
    units, whose logarithms are spread evenly, ``units`` how many there are; ``repeat`` is the
    correlation of a person's two answers, ``alike`` that of two measures. ``swap`` is the wave
    before which half of two units change places, ``silent`` what response loses in a region from
    the seventh wave on, and ``among`` by how much more for each deviation below the mean; ``skip``
    lets two units answer every other wave.
    """

    moves: Moves
    sizes: tuple[float, float] = (14, 260)
    units: int = UNITS
    cuts: tuple[float, ...] = EVEN
    repeat: float = 0.6
    alike: float = 0.5
    waves: tuple[int, ...] = YEARS
    swap: int | None = None
    silent: float = 0.0
    among: float = 0.0
    skip: bool = False


def nothing(_rng: np.random.Generator, _staff: Staff, _level: Floats) -> None:
    """Let everything stay."""


def slide(rng: np.random.Generator, staff: Staff, level: Floats) -> None:
    """Let a unit fall by four points at each of five waves, and be back at the next."""
    unit = rng.integers(len(staff.people))
    level[2:7, unit] -= 4.0 * np.arange(1, 6)[:, None]


def there_and_back(rng: np.random.Generator, staff: Staff, level: Floats) -> None:
    """Let a unit fall by 14 points and be back four waves later."""
    level[3:7, rng.integers(len(staff.people))] -= 14.0


def opposite(rng: np.random.Generator, staff: Staff, level: Floats) -> None:
    """Let one region rise by five points and another fall by five, and stay there."""
    up, down = rng.choice(REGIONS, 2, replace=False)
    level[5:, staff.region == up] += 5.0
    level[5:, staff.region == down] -= 5.0


def one_measure(_rng: np.random.Generator, _staff: Staff, level: Floats) -> None:
    """Let the first measure fall by six points everywhere, for four waves."""
    level[5:9, :, 0] -= 6.0


def heavy(rng: np.random.Generator, staff: Staff, level: Floats) -> None:
    """Let the whole fall by three points, and units move by a point and sometimes by many."""
    level[4:] -= 3.0
    own = rng.standard_t(3, (len(level) - 1, len(staff.people), 1))
    level[1:] += np.cumsum(own, axis=0)


def fall(rng: np.random.Generator, staff: Staff, level: Floats) -> None:
    """Let the whole fall by three points, and two units by eight."""
    level[5:] -= 3.0
    level[5:, rng.choice(len(staff.people), 2, replace=False)] -= 5.0


def both(rng: np.random.Generator, staff: Staff, level: Floats) -> None:
    """Let two regions go apart, and one measure fall everywhere and come back."""
    opposite(rng, staff, level)
    one_measure(rng, staff, level)


def few(rng: np.random.Generator, staff: Staff, level: Floats) -> None:
    """Let five units, at a wave of each, move by 12 points and stay there."""
    for unit in rng.choice(len(staff.people), 5, replace=False):
        level[rng.integers(2, len(level)) :, unit] += rng.choice([-12.0, 12.0])


def unseen(_rng: np.random.Generator, _staff: Staff, level: Floats) -> None:
    """Let one of two units that skip waves fall by 12 points in one that it skips."""
    level[5:, 0] -= 12.0


def stays(rng: np.random.Generator, staff: Staff, level: Floats) -> None:
    """Let a unit fall by 12 points and stay there."""
    level[4:, rng.integers(len(staff.people))] -= 12.0


def alike(_rng: np.random.Generator, _staff: Staff, level: Floats) -> None:
    """Let the whole fall by four points and come back, and all units with it."""
    level[3:7] -= 4.0


MOVING: Final = {
    "a unit slides for five waves and is back at once": Kind(slide),
    "a unit falls by 14 points and is back four waves later": Kind(there_and_back),
    "one region rises and another falls": Kind(opposite),
    "half of two units change places": Kind(nothing, swap=6, sizes=(30, 200)),
    "one of six measures falls and comes back": Kind(one_measure),
    "units of 6 to 400, which move with heavy tails": Kind(heavy, sizes=(6, 400)),
    "60 % at the highest grade; all fall, two units more": Kind(fall, cuts=CEILING),
    "regions apart and one measure, answers correlate 0": Kind(both, repeat=0.0),
    "regions apart and one measure, answers correlate .9": Kind(both, repeat=0.9),
    "two pulses a quarter, small units": Kind(few, sizes=(12, 90), waves=TWO_A_QUARTER),
    "two units skip every other wave, and one falls then": Kind(unseen, skip=True),
}
STILL: Final = {
    "60 % at the highest grade, units of 6 to 400, answers correlate 0": Kind(
        nothing, cuts=CEILING, sizes=(6, 400), repeat=0.0
    ),
    "60 % at the highest grade, units of 6 to 400, answers correlate .9": Kind(
        nothing, cuts=CEILING, sizes=(6, 400), repeat=0.9
    ),
    "a region stops answering, whoever it is; two units skip waves": Kind(
        nothing, silent=0.35, skip=True
    ),
    "the less content of a region stop answering": Kind(nothing, silent=0.2, among=0.2),
    "all units move with the whole, units of 6 to 400": Kind(alike, sizes=(6, 400)),
}

# two units in each of five regions, or small ones: there is little to learn from how places move
SMALL: Final = {
    "ten units: a unit slides for five waves and is back at once": Kind(slide, units=10),
    "ten units: a unit falls by 14 points and is back four waves later": Kind(
        there_and_back, units=10
    ),
    "ten units: a unit falls by 12 points and stays": Kind(stays, units=10),
    "ten units: all fall, two of them more": Kind(fall, units=10),
    "ten units, which move with heavy tails; all fall": Kind(heavy, units=10),
    "thirty units of 10 to 40, 60 % at the highest grade; all fall, two units more": Kind(
        fall, units=30, cuts=CEILING, sizes=(10, 40)
    ),
    "ten units: nothing moves": Kind(nothing, units=10),
    "ten units: nothing moves, answers correlate 0": Kind(nothing, units=10, repeat=0.0),
    "ten units: nothing moves, answers correlate .3": Kind(nothing, units=10, repeat=0.3),
    "ten units: nothing moves, answers correlate .9": Kind(nothing, units=10, repeat=0.9),
}


def draw(rng: np.random.Generator, of: Kind) -> Waves:
    """Let people answer all waves, and show what may be shown."""
    least, most = np.log(of.sizes)
    people = np.exp(rng.uniform(least, most, of.units)).astype(np.int64)
    if of.skip:  # large enough to be shown in each wave that they answer
        people[:2] = np.maximum(people[:2], 60)
    member = np.repeat(np.arange(of.units), people)
    staff = Staff(people, np.arange(of.units) % REGIONS, member, rng.integers(0, 3, member.size))
    level = np.repeat(rng.normal(0, 5, (1, of.units, MEASURES)), len(of.waves), axis=0)
    of.moves(rng, staff, level)
    starts = np.searchsorted(member, np.arange(of.units))
    tables: list[pd.DataFrame] = []
    days: list[Floats] = []
    lasting: list[Floats] = []
    for at, (score, expected, answers) in enumerate(_answered(rng, of, staff, level)):
        tables.append(shown_of(staff, score, answers).assign(wave=_key(at)))
        means = (np.add.reduceat(of_all, starts) / people[:, None] for of_all in (score, expected))
        for kept, mean in zip((days, lasting), means, strict=True):
            kept.append(mean)
    invited = np.array(of.waves)
    anybody = (invited[:, None] == MAIN) | (invited[None, :] == MAIN)
    return Waves(
        tuple(_key(at) for at in range(len(of.waves))),
        pd.concat(tables, ignore_index=True),
        staff.places(),
        np.where(anybody, 1.0, 3 * (invited[:, None] == invited[None, :])),
        _levels(staff, np.stack(lasting)),
        _levels(staff, np.stack(days)),
    )


def _answered(
    rng: np.random.Generator, of: Kind, staff: Staff, level: Floats
) -> Iterable[tuple[Floats, Floats, Booleans]]:
    """Give each wave's scores of all, what was to be expected of them, and who answered."""
    cuts = np.array(of.cuts)
    slope = 25 * np.exp(-(cuts**2) / 2).sum() / np.sqrt(2 * np.pi)  # points, of one deviation
    lasting = np.sqrt(of.repeat) * _minds(rng, of, staff.member.size)
    willing = rng.uniform(0.4, 0.85, of.units)[staff.member]
    fewer = staff.region == rng.integers(REGIONS)
    culture = np.zeros(staff.member.size)
    for at, invited in enumerate(of.waves):
        if at == of.swap:
            culture = _swapped(rng, of, staff, level[at], lasting)
        mind = (level[at][staff.member] + culture[:, None]) / slope
        mind = mind[:, :, None] + lasting
        now = mind + np.sqrt(1 - of.repeat) * _minds(rng, of, staff.member.size)
        graded = 25.0 * (now[..., None] > cuts).sum(axis=-1)
        expected = _expected(mind, cuts, 1 - of.repeat)
        chance = willing
        if at >= 6 and (of.silent or of.among):
            content = mind.mean(axis=(1, 2))
            lost = of.silent - of.among * np.minimum(content / content.std(), 0.0)
            chance = willing - lost * fewer[staff.member]
        asked = np.full(len(now), invited == MAIN) | (staff.third == invited)
        if of.skip and at % 2:
            asked &= staff.member > 1
        given = asked & (rng.random(len(now)) < np.clip(chance, 0.05, 0.95))
        yield _with_index(graded.mean(axis=2)), _with_index(expected.mean(axis=2)), given


def _minds(rng: np.random.Generator, of: Kind, people: int) -> Floats:
    """Draw what makes people differ, in deviations: (people, measures, items)."""
    common = rng.normal(size=(people, 1, 1)) * np.sqrt((1 - ITEM) * of.alike)
    own = rng.normal(size=(people, MEASURES, 1)) * np.sqrt((1 - ITEM) * (1 - of.alike))
    mixed = common + own + rng.normal(size=(people, MEASURES, ITEMS)) * np.sqrt(ITEM)
    return np.asarray(mixed, dtype=np.float64)


def _swapped(
    rng: np.random.Generator, of: Kind, staff: Staff, level: Floats, lasting: Floats
) -> Floats:
    """Let half of two units come anew, each with a culture that is 20 points from the other's."""
    found = np.zeros(staff.member.size)
    for unit, away in ((0, 20.0), (REGIONS, -20.0)):  # of one region
        new = (staff.member == unit) & (rng.random(staff.member.size) < 0.5)
        found[new] = away
        lasting[new] = np.sqrt(of.repeat) * _minds(rng, of, int(new.sum()))
    return found


def _expected(mind: Floats, cuts: Floats, passing: float) -> Floats:
    """Return the score that is to be expected where so much of the variance is of the day."""
    if not passing:
        return np.asarray(25.0 * (mind[..., None] > cuts).sum(axis=-1))
    return np.asarray(sum(25.0 * ndtr((mind - cut) / np.sqrt(passing)) for cut in cuts))


def _with_index(scales: Floats) -> Floats:
    return np.column_stack([scales, scales.mean(axis=1)])


def counted(kind: Kind, seeds: Iterable[int], *, plain: bool = False) -> dict[str, Tally]:
    """Count what is found in agencies of a kind, beside each truth.

    ``plain`` leaves out what the plain difference of both figures does not show, too: by half the
    margin in the direction that is called. The rule does not ask for that.
    """
    tallies = {truth: Tally(truth) for truth in ("said", "lasting")}
    for seed in seeds:
        rows = findings(draw(np.random.default_rng(seed), kind))
        if plain:
            sign = rows["verdict"].map({"up": 1.0, "down": -1.0})
            unseen = sign * rows["raw"] < rows["margin"] / 2
            rows["verdict"] = rows["verdict"].mask(unseen, "uncertain")
        for tally in tallies.values():
            tally.count(rows)
    return tallies


def line(tally: Tally) -> str:
    """Say what was counted, in per cent, with the simulation's standard errors."""
    of = tally.over_all()

    def share(name: str) -> str:
        if not of.called:
            return "-"
        return f"{getattr(of, name) / of.called:.2%} ({tally.error(name):.2%})"

    held = ", ".join(
        f"{name} {tally.coverage(name):.1%} ({tally.error_of_coverage(name):.1%})"
        for name in (*LEVELS, *(one for one in tally.covered if one.startswith("unit ")))
    )
    exaggerated = f"{of.shown / of.true:.2f}" if of.true > 0 else "-"
    right = tally.steady_right / tally.steady if tally.steady else float("nan")
    return (
        f"{tally.truth}: called {of.called} in {tally.any_call} of {tally.agencies} agencies, "
        f"apart in {tally.any_apart}; wrong sign {share('wrong')}, under half "
        f"{share('under_half')}, expected {tally.expected / max(of.called, 1):.1%}; shown for a "
        f"true point {exaggerated}; large {of.found} of {of.large}; unchanged right {right:.2%} "
        f"of {tally.steady}; intervals hold {held}"
    )


def main() -> None:
    """Draw agencies of each kind, and print what was called and what was true."""
    parser = argparse.ArgumentParser(prog="python -m tests.reference.findings.fresh")
    parser.add_argument("agencies", nargs="?", type=int, default=60)
    parser.add_argument("--kind", default="", help="only kinds whose name begins so")
    parser.add_argument("--plain", action="store_true", help="what plain differences show, too")
    asked = parser.parse_args()
    for name, kind in (MOVING | STILL | SMALL).items():
        if name.startswith(asked.kind):
            print(name, flush=True)
            seeds = range(SEED, SEED + asked.agencies)
            for tally in counted(kind, seeds, plain=asked.plain).values():
                print("  " + line(tally), flush=True)


if __name__ == "__main__":
    main()
