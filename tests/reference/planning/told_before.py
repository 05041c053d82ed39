"""What a plan says of a wave, and what the wave then shows, in agencies whose truth is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.courses.findings import judge_by_series
from analytics.disclosure.rules.display_limits import REMAINDER
from analytics.planning.again import ToldFigure
from analytics.planning.ahead import Base, KnownPlace, PlannedUnit, WaveAhead, staff_ahead
from questionnaires.margins import USUAL
from tests.reference.findings.agencies import FEWEST, MAIN, REGIONS, UNITS, Regime, a_staff, draw

if TYPE_CHECKING:
    from analytics.arrays import Floats, Integers
    from tests.reference.findings.agencies import Staff, Waves

# what went before the wave that is planned, which is the last
DESIGNS: Final = {
    "one main wave": (MAIN, MAIN),
    "pulses, then a main wave": (MAIN, 0, 1, 2, MAIN),
    "a pulse of three years": (MAIN, 0, 1, 2) * 2,
}
SMALL: Final = 10  # units, of some 850 people: of whom a pulse hears 140
_MEASURE: Final = "m0"
_KEY: Final = ["measure", "level", "domain", "since", "role"]


def asked_of(staff: Staff, invited: int) -> Integers:
    """Count whom a wave asks, unit by unit."""
    asked = np.full(len(staff.member), invited == MAIN) | (staff.third == invited)
    return np.bincount(staff.member, asked, len(staff.people)).astype(np.int64)


def base_of(waves: Waves, staff: Staff, at: int, invited: int) -> Base:
    """Read what a wave published of one measure."""
    asked = asked_of(staff, invited)
    shown = waves.shown[
        (waves.shown["wave"] == waves.keys[at]) & (waves.shown["measure"] == _MEASURE)
    ]
    region = np.bincount(staff.region, asked, REGIONS)
    of = {("agency", ""): asked.sum()}
    of |= {("region", f"r{one}"): n for one, n in enumerate(region)}
    of |= {("unit", f"u{one:02}"): n for one, n in enumerate(asked)}
    places = {
        (row.level, row.domain): KnownPlace(
            row.n / of[row.level, row.domain],
            ToldFigure((row.high - row.low) / 2, row.n, row.population),
        )
        for row in shown.itertuples()
    }
    return Base(invited == MAIN, int(asked.sum()), places)


def plan_of(waves: Waves, staff: Staff, design: tuple[int, ...]) -> WaveAhead:
    """Plan the last wave of a design from those before it."""
    at = len(design) - 1
    alike = [one for one in range(at) if (design[one] == MAIN) == (design[at] == MAIN)]
    like, last = (alike or [at - 1])[-1], at - 1
    asked = asked_of(staff, design[at])
    units = [
        PlannedUnit(f"u{one:02}", f"r{staff.region[one]}", "", int(asked[one]), int(people))
        for one, people in enumerate(staff.people)
    ]
    found = staff_ahead(
        units,
        base_of(waves, staff, like, design[like]),
        base_of(waves, staff, last, design[last]),
        np.random.default_rng(0),
        everybody=design[at] == MAIN,
        fewest=FEWEST,
        remainder=REMAINDER,
    )
    assert found is not None
    return found


def _drawn(
    seed: int, design: tuple[int, ...], moves: Floats | None = None, units: int = UNITS
) -> tuple[Waves, Staff]:
    """Draw an agency; with ``moves``, points by unit before the last wave, else the same still."""
    rng = np.random.default_rng(seed)
    staff = a_staff(rng, units)

    def steps(_rng: np.random.Generator, of: Staff, waves: int, measures: int) -> Floats:
        found = np.zeros((waves - 1, len(of.people), measures))
        if moves is not None:
            found[-1] += moves[:, None]
        return found

    return draw(rng, staff, Regime(steps, waves=design, measures=3, response=0.5)), staff


def widths(seed: int, design: str) -> pd.DataFrame:
    """Compare half widths: said before over shown after, a row for each place."""
    waves, staff = _drawn(seed, DESIGNS[design])
    ahead = plan_of(waves, staff, DESIGNS[design])
    after = base_of(waves, staff, len(DESIGNS[design]) - 1, DESIGNS[design][-1]).places
    places = [ahead.whole, *ahead.parts, *ahead.units]
    rows = [
        (place.level, place.margin / after[place.level, place.code].told.margin)
        for place in places
        if (place.level, place.code) in after
    ]
    return pd.DataFrame(rows, columns=["level", "ratio"]).assign(design=design, seed=seed)


def moved_as_promised(seed: int, level: str, design: str, units: int = UNITS) -> pd.DataFrame:
    """Let a place move by what its plan says is found, and ask the rule.

    The whole, one region or two units move, by that in all measures; a row for each measure.
    """
    still, staff = _drawn(seed, DESIGNS[design], units=units)
    ahead = plan_of(still, staff, DESIGNS[design])
    places = {"agency": [ahead.whole], "region": ahead.parts, "unit": ahead.units}[level]
    chance = np.random.default_rng(seed)
    chosen = [places[at] for at in chance.permutation(len(places))[: 1 + (level == "unit")]]
    sign = chance.choice([-1.0, 1.0])
    moves = np.zeros(len(staff.people))
    for place in chosen:
        assert place.smallest is not None
        here = {"agency": moves == 0, "region": staff.region == int(place.code[1:] or 0)}.get(
            level, np.arange(len(moves)) == int(place.code[1:] or 0)
        )
        moves[here] += sign * place.smallest
    waves, _ = _drawn(seed, DESIGNS[design], moves, units)
    found = _judged(waves)
    rows = found[(found["level"] == level) & found["domain"].isin([one.code for one in chosen])]
    called = rows["verdict"] == ("up" if sign > 0 else "down")
    return pd.DataFrame(
        {"found": called.to_numpy(), "level": level, "design": design, "seed": seed}
    )


def _judged(waves: Waves) -> pd.DataFrame:
    now, then = (
        waves.shown[waves.shown["wave"] == key] for key in (waves.keys[-1], waves.keys[-2])
    )
    wanted = now.merge(then[["measure", "level", "domain"]], on=["measure", "level", "domain"])
    wanted = wanted.assign(since=waves.keys[-2], role="previous")[_KEY]
    margins = wanted["level"].map(USUAL.at).to_numpy(dtype=np.float64)
    return judge_by_series(
        waves.shown, waves.keys, wanted, waves.places, linked=waves.linked, margins=margins
    ).rows
