"""Print how often a change as large as promised is found, by how the waves are drawn.

``python -m tests.reference.planning.designs [agencies] [units] [part of a design's name]`` (40 and
60 when left out: a quarter of an hour of processor). Panels rotate by random groups, samples are
drawn by Neyman's rule from what the wave before told, or the form has modules, each of which some
of those who answer are asked. Units differ in how much their people do; half answer.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.courses.findings import judge_by_series
from analytics.disclosure.rules.display_limits import REMAINDER
from analytics.planning.again import ToldFigure
from analytics.planning.ahead import Base, KnownPlace, PlannedUnit, staff_ahead
from analytics.planning.drawing import drawn, sizes_of
from analytics.planning.split import base_of_a_module
from analytics.waves import GROUPS, groups_together
from questionnaires.margins import USUAL
from tests.reference.findings.agencies import FEWEST, REGIONS, UNITS, Staff, a_staff, shown_of
from tests.reference.planning.__main__ import share

if TYPE_CHECKING:
    from analytics.arrays import Floats, Integers
    from analytics.planning.ahead import WaveAhead

_SPREAD: Final = 18.0
_UNLIKE: Final = 0.4  # deviation of the logarithm of units' spreads
_RESPONSE: Final = 0.5
_DRAWN: Final = 0.35  # of the staff, by Neyman's rule
_MEASURES: Final = 3  # the first is asked of all who answer
_PLACE: Final = ["measure", "level", "domain"]
_EVERYBODY: Final = frozenset(range(GROUPS))


@dataclass(frozen=True, slots=True)
class Asked:
    """Random groups that a wave asks, none of them for a sample; and modules of its form."""

    groups: frozenset[int] = _EVERYBODY
    modules: int = 0

    def together(self, other: Asked) -> float:
        """Tell what two waves share by their invitations, as the product does."""
        if _EVERYBODY in (self.groups, other.groups):
            return 1.0
        return groups_together(self.groups, other.groups)


def turn(at_once: int, panels: int, number: int) -> Asked:
    """Give the groups of a turn of rotating panels."""
    return Asked(frozenset(g for g in range(GROUPS) if (g - number) % panels < at_once))


_ALL: Final = Asked()
_NEYMAN: Final = Asked(frozenset())
DESIGNS: Final = {
    "two of three": tuple(turn(2, 3, at) for at in range(2)),
    "all, then two of three": (_ALL, *(turn(2, 3, at) for at in range(4))),
    "one of two": tuple(turn(1, 2, at) for at in range(3)),
    "three of four": tuple(turn(3, 4, at) for at in range(4)),
    "two of four": tuple(turn(2, 4, at) for at in range(5)),
    "two of six": tuple(turn(2, 6, at) for at in range(4)),
    "all, then Neyman": (_ALL, _NEYMAN),
    "all, then Neyman twice": (_ALL, _NEYMAN, _NEYMAN),
    "Neyman four times": (_NEYMAN,) * 4,
    "all, Neyman, all": (_ALL, _NEYMAN, _ALL),
    "all, then two modules": (_ALL, Asked(modules=2)),
    "two modules twice": (Asked(modules=2),) * 2,
    "three modules twice": (Asked(modules=3),) * 2,
    "two modules four times": (Asked(modules=2),) * 4,
}


@dataclass(frozen=True, slots=True, eq=False)
class _Held:
    staff: Staff
    shown: pd.DataFrame
    asked: list[Integers]

    def base(self, at: int) -> Base:
        """Read what a wave told of what all were asked."""
        here = (self.shown["wave"] == _key(at)) & (self.shown["measure"] == "m0")
        told = {(row.level, row.domain): row for row in self.shown[here].itertuples()}
        asked = self.asked[at]
        of = {("agency", ""): int(asked.sum())}
        of |= {("unit", f"u{one:02}"): int(n) for one, n in enumerate(asked)}
        regions = np.bincount(self.staff.region, asked, REGIONS)
        of |= {("region", f"r{one}"): int(n) for one, n in enumerate(regions)}
        places = {
            key: KnownPlace(
                row.n / max(of[key], 1),
                ToldFigure((row.high - row.low) / 2, row.n, row.population),
                of[key],
            )
            for key, row in told.items()
        }
        places |= {key: KnownPlace(None, None, n) for key, n in of.items() if key not in told}
        return Base(bool((asked == self.staff.people).all()), int(asked.sum()), places)


def _key(at: int) -> str:
    return f"w{at:02}"


def _hold(seed: int, design: tuple[Asked, ...], units: int, moves: Floats | None = None) -> _Held:
    """Hold all waves; with ``moves``, points by unit before the last, else the same still."""
    rng = np.random.default_rng(seed)
    staff = a_staff(rng, units)
    people = len(staff.member)
    group = rng.integers(0, GROUPS, people)
    spread = (_SPREAD * np.exp(rng.normal(0, _UNLIKE, units)))[staff.member][:, None]
    truth = rng.normal(62, 5, (units, _MEASURES))
    lasting = _scores(rng, people)
    held = _Held(staff, pd.DataFrame(), [])
    for at, how in enumerate(design):
        if moves is not None and at == len(design) - 1:
            truth = truth + moves[:, None]
        score = truth[staff.member] + spread * (lasting + _scores(rng, people))
        here = np.isin(group, list(how.groups))
        if not how.groups:
            told = held.base(at - 1).places if at else {}
            here = drawn(staff.member, _by_neyman(staff, told), rng)
        answers = here & (rng.random(people) < _RESPONSE)
        module = answers & (rng.integers(0, max(how.modules, 1), people) == 0)
        core, rest = shown_of(staff, score[:, :1], answers), shown_of(staff, score[:, 1:], module)
        numbers = (rest["measure"].str[1:].astype(int) + 1).astype(str)
        wave = pd.concat([core, rest.assign(measure="m" + numbers)]).assign(wave=_key(at))
        asked = np.bincount(staff.member, here, units).astype(np.int64)
        shown = pd.concat([held.shown, wave], ignore_index=True)
        held = _Held(staff, shown, [*held.asked, asked])
    return held


def _scores(rng: np.random.Generator, people: int) -> Floats:
    """Draw half of the variance of people's scores, of which measures share half."""
    mixed = rng.normal(size=(people, 1)) + rng.normal(size=(people, _MEASURES))
    return np.asarray(mixed / 2.0, dtype=np.float64)


def _by_neyman(staff: Staff, told: dict[tuple[str, str], KnownPlace]) -> Integers:
    spread = {code: one.told.spread() for (_, code), one in told.items() if one.told}
    usual = spread.get("") or _SPREAD
    each = [spread.get(f"u{at:02}") or usual for at in range(len(staff.people))]
    total = max(int(_DRAWN * staff.people.sum()), 2 * len(staff.people))
    return sizes_of(staff.people, each, total, "neyman")


def _plan(held: _Held, design: tuple[Asked, ...]) -> WaveAhead:
    """Plan the last wave from those before it; of a split form what one module asks."""
    at, how = len(design) - 1, design[-1]
    alike = [one for one in range(at) if (design[one] == _NEYMAN) == (how == _NEYMAN)]
    asked = np.round(held.asked[at] / max(how.modules, 1)).astype(np.int64)
    last = held.base(at - 1)
    found = staff_ahead(
        [
            PlannedUnit(f"u{unit:02}", f"r{held.staff.region[unit]}", "", int(asked[unit]), people)
            for unit, people in enumerate(held.staff.people.tolist())
        ],
        held.base((alike or [at - 1])[-1]),
        base_of_a_module(last, design[-2].modules) if how.modules else last,
        np.random.default_rng(0),
        everybody=how.groups == _EVERYBODY,
        together=how.together(design[-2]),
        fewest=FEWEST,
        remainder=REMAINDER,
    )
    assert found is not None
    return found


def found(seed: int, level: str, name: str, units: int = UNITS) -> pd.DataFrame:
    """Let the whole, a region or two units move as the plan promised; a row for each measure."""
    design = DESIGNS[name]
    still = _hold(seed, design, units)
    ahead, staff = _plan(still, design), still.staff
    places = {"agency": [ahead.whole], "region": ahead.parts, "unit": ahead.units}[level]
    chance = np.random.default_rng(seed)
    chosen = [places[at] for at in chance.permutation(len(places))[: 1 + (level == "unit")]]
    sign = chance.choice([-1.0, 1.0])
    moves = np.zeros(units)
    for place in chosen:
        assert place.smallest is not None
        number = int(place.code[1:] or 0)
        here = {"agency": moves == 0, "region": staff.region == number}.get(
            level, np.arange(units) == number
        )
        moves[here] = sign * place.smallest
    shown = _hold(seed, design, units, moves).shown
    keys = [_key(at) for at in range(len(design))]
    now, then = (shown.loc[shown["wave"] == key, _PLACE] for key in (keys[-1], keys[-2]))
    wanted = now.merge(then, on=_PLACE).assign(since=keys[-2], role="previous")
    rows = judge_by_series(
        shown, keys, wanted, staff.places(),
        linked=np.array([[one.together(other) for other in design] for one in design]),
        margins=wanted["level"].map(USUAL.at).to_numpy(dtype=np.float64),
    ).rows  # fmt: skip
    mine = (rows["level"] == level) & rows["domain"].isin([one.code for one in chosen])
    if design[-1].modules:
        mine &= rows["measure"] != "m0"
    called = rows.loc[mine, "verdict"] == ("up" if sign > 0 else "down")
    return pd.DataFrame({"found": called.to_numpy(), "seed": seed})


def main(arguments: list[str]) -> None:
    """Print shares, with their errors over agencies."""
    agencies = int(arguments[0]) if arguments else 40
    units = int(arguments[1]) if arguments[1:] else UNITS
    for name in DESIGNS:
        if arguments[2:] and arguments[2] not in name:
            continue
        for level in ("agency", "region", "unit"):
            rows = pd.concat([found(seed, level, name, units) for seed in range(agencies)])
            print(f"{name}, {level}:", share(rows).round(3).to_dict(), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
