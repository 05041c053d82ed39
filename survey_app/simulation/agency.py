"""An agency that does not exist: units and people of instruments.md 7.1, without names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from survey_app.simulation.parameters import staff_parameters, stream

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

ROOT: Final = "etaten"
WHOLE_AGENCY: Final = 5600
WHOLE_UNITS: Final = 60
# Ten units at 600 people and sixty at 5,600, of the same sizes.
_UNITS_POWER: Final = 0.8
_TRIES: Final = 4000
SMALLEST: Final = 150
LARGEST: Final = 200_000


@dataclass(frozen=True, slots=True)
class SimulatedUnit:
    """A unit with a role for a name."""

    code: str
    name: str
    kind: str
    region: str
    size: int


@dataclass(frozen=True, slots=True)
class SimulatedAgency:
    """Units, and one row per person in arrays of equal length.

    ``unit`` indexes ``units``; ``panel`` is A, B or C, or A for all when the agency is too small to
    rotate invitations.
    """

    units: tuple[SimulatedUnit, ...]
    unit: npt.NDArray[np.intp]
    woman: npt.NDArray[np.bool_]
    older: npt.NDArray[np.bool_]
    shift: npt.NDArray[np.bool_]
    panel: npt.NDArray[np.str_]
    language: npt.NDArray[np.str_]
    region_names: Mapping[str, str]

    @property
    def people(self) -> int:
        """Number of people in the register."""
        return len(self.unit)

    @property
    def panels(self) -> bool:
        """Whether pulses go to a third of the staff."""
        return len(np.unique(self.panel)) > 1

    @property
    def regions(self) -> tuple[str, ...]:
        """Region codes in the order of the document."""
        return tuple(dict.fromkeys(unit.region for unit in self.units if unit.region))

    def number(self, person: int) -> str:
        """Return the HR system's key of a person."""
        return f"p{person + 1:06d}"

    def email(self, person: int) -> str:
        """Return an address that reaches nobody outside the demo."""
        return f"ansatt.{person + 1:06d}@demo.invalid"


def _region_names() -> dict[str, str]:
    names: dict[str, str] = staff_parameters()["names"]["region"]
    return {
        code: "Sentrale enheter" if code == "sentralt" else f"Region {name}"
        for code, name in names.items()
    }


def all_units(times: int = 1) -> tuple[SimulatedUnit, ...]:
    """Return the sixty units of the document, or several times as many, region by region."""
    figures = staff_parameters()
    counted: dict[tuple[str, str], int] = {}
    units = []
    for _ in range(times):
        for kind, regions in figures["units"].items():
            for region, sizes in regions.items():
                for size in sizes:
                    # kinds whose names begin alike share one row of numbers
                    row = (region, str(figures["names"]["kind"][kind]).partition("{number}")[0])
                    counted[row] = counted.get(row, 0) + 1
                    units.append(_unit(figures, kind, region, counted[row], size))
    order = list(figures["names"]["region"])
    return tuple(sorted(units, key=lambda unit: order.index(unit.region)))


def _unit(figures: dict[str, Any], kind: str, region: str, number: int, size: int) -> SimulatedUnit:
    pattern = figures["names"]["kind"][kind]
    if isinstance(pattern, list):
        again, place = divmod(number - 1, len(pattern))
        name = f"{pattern[place]} {again + 1}" if again else pattern[place]
    else:
        name = pattern.format(region=figures["names"]["region"][region], number=number)
        if number > 1 and "{number}" not in pattern:
            name = f"{name} {number}"
    return SimulatedUnit(f"{region}-{kind.replace('_', '-')}-{number}", name, kind, region, size)


def choose_units(people: int, rng: np.random.Generator) -> tuple[SimulatedUnit, ...]:
    """Choose the units of an agency of another size, each as large as one of the whole agency's.

    Parameters
    ----------
    people : int
        People wanted; the largest unit takes up what the chosen sizes miss. A larger agency has
        the units of the whole one several times, and some of them once more.
    rng : Generator
        Chance of the choice.

    Raises
    ------
    ValueError
        If fewer than 150 or more than 200,000 people are asked for.
    """
    if not SMALLEST <= people <= LARGEST:
        raise ValueError(
            f"the simulated agency can have {SMALLEST} to {LARGEST} people, not {people}"
        )
    times, rest = divmod(people, WHOLE_AGENCY)
    units = all_units(times)
    if rest < SMALLEST:
        return _fitted(list(units), people) if rest else units
    if not times:
        return _some_units(all_units(), rest, rng)
    once = {unit.code for unit in units}
    more = [unit for unit in all_units(times + 1) if unit.code not in once]
    chosen = []
    for at in rng.permutation(len(more)):
        if more[at].size <= rest:
            chosen.append(int(at))
            rest -= more[at].size
    return _fitted([*units, *(more[at] for at in sorted(chosen))], people)


def _some_units(
    units: tuple[SimulatedUnit, ...], people: int, rng: np.random.Generator
) -> tuple[SimulatedUnit, ...]:
    share = people / WHOLE_AGENCY
    number = max(4, round(WHOLE_UNITS * share**_UNITS_POWER))
    regions = ("ost", "sor", "vest", "nord", "sorvest", "sentralt")[: max(3, round(6 * share))]
    pool = [unit for unit in units if unit.region in regions]
    sizes = np.array([unit.size for unit in pool])
    number = min(number, len(pool))
    best, missed = np.arange(number), np.inf
    for _ in range(_TRIES):
        chosen = rng.choice(len(pool), number, replace=False)
        distance = abs(int(sizes[chosen].sum()) - people)
        if distance < missed and _has_every_region(pool, chosen, regions):
            best, missed = chosen, distance
        if missed == 0:
            break
    return _fitted([pool[index] for index in sorted(best)], people)


def _has_every_region(
    pool: list[SimulatedUnit], chosen: npt.NDArray[np.intp], regions: tuple[str, ...]
) -> bool:
    found = [pool[index].region for index in chosen]
    return all(found.count(region) > 1 or len(chosen) < 2 * len(regions) for region in regions)


def _fitted(units: list[SimulatedUnit], people: int) -> tuple[SimulatedUnit, ...]:
    sizes = [unit.size for unit in units]
    largest = sizes.index(max(sizes))
    unit = units[largest]
    size = max(15, unit.size + people - sum(sizes))
    units[largest] = SimulatedUnit(unit.code, unit.name, unit.kind, unit.region, size)
    return tuple(units)


def make_agency(people: int = WHOLE_AGENCY, *, seed: int) -> SimulatedAgency:
    """Make units and people.

    Parameters
    ----------
    people : int
        People in the register, 150 to 200,000. From 2,000 on, pulses rotate between three panels.
    seed : int
        The same seed makes the same agency.

    Raises
    ------
    ValueError
        If the number of people is outside what the units allow.
    """
    rng = stream(seed, "agency", people)
    units = choose_units(people, rng)
    figures = staff_parameters()["people"]
    unit = np.repeat(np.arange(len(units)), [one.size for one in units])
    women = np.array([figures["women"][one.kind] for one in units])[unit]
    shifts = np.array([one.kind in figures["shift_kinds"] for one in units])[unit]
    languages = figures["languages"]
    total = len(unit)
    return SimulatedAgency(
        units=units,
        unit=unit,
        woman=rng.random(total) < women,
        older=rng.random(total) < figures["older"],
        shift=shifts & (rng.random(total) < figures["shift"]),
        panel=_panels(unit, rng) if people >= PANELS_FROM else np.full(total, "A"),
        language=rng.choice(list(languages), total, p=list(languages.values())),
        region_names=_region_names(),
    )


PANELS_FROM: Final = 2000


def _panels(unit: npt.NDArray[np.intp], rng: np.random.Generator) -> npt.NDArray[np.str_]:
    """Split each unit at random into thirds; which letter gets one more is chance too."""
    panel = np.empty(len(unit), dtype="<U1")
    for index in np.unique(unit):
        members = rng.permutation(np.flatnonzero(unit == index))
        letters = rng.permutation(np.array(["A", "B", "C"]))
        panel[members] = letters[np.arange(len(members)) % 3]
    return panel
