"""The [planning.allocation] table: how the next sample is shared out among domains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.errors import DesignError, SpecificationError, UnsupportedError
from analytics.planning.allocation import neyman, power_allocation, proportional, strata
from analytics.workbench.file.items import Label
from analytics.workbench.protection.error_rounding import coarse_deviations, grades
from analytics.workbench.protection.statuses import PUBLISHED
from analytics.workbench.protection.weights_told import persons_tell
from analytics.workbench.specification.allocation import WHERE, AllocationSpec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.arrays import Floats, Integers
    from analytics.planning.allocation import Allocation, Strata
    from analytics.workbench.file.waves import DivisionEstimates, Wave
    from analytics.workbench.specification.model import Specification

ALONE: Final = (
    f"{WHERE} one domain of this division is hidden, and its share of the sample would tell how "
    "many answered there: leave the table or [disclosure] out, or take a coarser division"
)
DUST: Final = 9  # decimals beyond which parts of a person are only computing
UNEVEN: Final = (
    f"{WHERE} several domains of this division are hidden, and their people do not weigh the same: "
    "beside their number, their share of the sample would tell how many answered in each: leave "
    "the table or [disclosure] out, or take a coarser division"
)


def allocation_rows(
    wave: Wave,
    spec: AllocationSpec,
    sizes: Sequence[float],
    population: float | None,
    hidden: Mapping[tuple[str, ...], np.ndarray] | None,
    asked: Specification,
) -> list[dict[str, object]]:
    """Share each size of sample out among the domains.

    Parameters
    ----------
    wave : Wave
        Supplies persons (the sum of weights) and the deviation of each domain.
    spec : AllocationSpec
    sizes : sequence of float
        Respondents in all; those of this wave where there are none.
    population : float or None
        Persons in all, shared out as the weights say.
    hidden : mapping of level to ndarray of str, or None
        Statuses of disclosure control: domains that are not published are one stratum, with the
        deviation of all and None for a category. Deviations are as coarse as errors are shown.
    asked : Specification
        Tells the scales, and for which divisions the persons were known beforehand.

    Returns
    -------
    list of dict
        ``index``, ``rule``, ``total``, ``domain``, ``persons``, ``respondents``, ``whole`` (all
        of it is asked) and ``at_minimum``.

    Raises
    ------
    SpecificationError
        If the level or the measure is not among what is estimated.
    UnsupportedError
        If one domain alone is hidden, whose number the table would tell, or several of which
        different weights would.
    DesignError
        If the minimum takes more than the sample, or the sample more than there are persons.
    """
    level = next((one for one in wave.levels if one.by == spec.by), None)
    if level is None:
        raise SpecificationError(f"{WHERE} by must name a level of [domains] by")
    label = Label(spec.measure, "mean")
    if label not in level.labels:
        raise SpecificationError(f"{WHERE} measure {spec.measure!r} is no scale, index or mean")
    column = level.labels.index(label)
    places = _Places.of(level, None if hidden is None else hidden[level.by][:, column])
    gone = places.of_domain == (len(places.domains) - 1 if places.together else -1)
    if persons_tell(wave, level, gone, asked):
        raise UnsupportedError(UNEVEN)
    deviation = [one.errors.deviation[:, column] for one in (wave.levels[0], level)]
    if hidden is not None:
        grade = grades(wave.data, asked, level.labels)
        deviation = [coarse_deviations(one, grade)[:, column] for one in (wave.levels[0], level)]
    persons, found = _strata(wave, level, deviation, population, places)
    rows: list[dict[str, object]] = []
    for size in sizes or [len(wave.data)]:
        try:
            shared = _shared_out(found, round(size), spec)
        except DesignError as error:
            raise DesignError(f"{WHERE} {error}") from error
        for place, domain in enumerate(places.domains):
            rows.append({
                "index": spec.measure, "rule": spec.rule, "total": round(size),
                "domain": dict(zip(level.by, domain, strict=True)),
                "persons": round(float(persons[place])),
                "respondents": int(shared.respondents[place]),
                "whole": bool(shared.whole[place]), "at_minimum": bool(shared.at_minimum[place]),
            })  # fmt: skip
    return rows


@dataclass(frozen=True, slots=True)
class _Places:
    """The strata of a table, and the one that each domain of the level belongs to."""

    domains: list[tuple[str | None, ...]]
    of_domain: Integers
    together: bool  # the last one is what is hidden

    @classmethod
    def of(cls, level: DivisionEstimates, status: np.ndarray | None) -> _Places:
        """Put the hidden domains together at the end."""
        gone = np.zeros(len(level.domains), dtype=bool) if status is None else status != PUBLISHED
        if gone.sum() == 1:
            raise UnsupportedError(ALONE)
        shown = [domain for domain, hide in zip(level.domains, gone, strict=True) if not hide]
        rest = [(None,) * len(level.by)] if gone.any() else []
        of_domain = np.where(gone, len(shown), np.cumsum(~gone) - 1)
        return cls([*shown, *rest], of_domain, bool(rest))


def _strata(
    wave: Wave,
    level: DivisionEstimates,
    deviation: Sequence[Floats],
    population: float | None,
    places: _Places,
) -> tuple[Floats, Strata]:
    """Give persons and strata; ``deviation`` is that of the whole, and of each domain."""
    code, weight = level.partition.code, wave.design.weight
    there = code >= 0
    own = places.of_domain[code[there]]
    persons = np.bincount(own, weights=weight[there], minlength=len(places.domains))
    if population is not None and persons.size:
        persons = persons * population / persons.sum()
    persons = _whole_persons(persons)
    every = float(deviation[0][0])
    if not np.isfinite(every):
        raise DesignError(f"{WHERE} this wave shows no spread to plan from")
    sd = np.full(len(places.domains), every)
    sd[places.of_domain] = deviation[1]
    if places.together:
        sd[-1] = every
    sd = np.where(np.isfinite(sd), sd, every)
    return persons, strata(persons, sd)


def _whole_persons(persons: Floats) -> Floats:
    """Round to whole persons, at least one each, who are as many together as before.

    The largest remainders are rounded up: each rounded by itself, three thirds of 100 were 99.
    """
    total = round(float(persons.sum()))
    # weights may add up to 2.9999999999999996 of three
    found = np.maximum(np.floor(np.round(persons, DUST)), 1.0)
    while (apart := total - float(found.sum())) > 0:
        ahead = np.round(persons - found, DUST)
        found[np.argsort(-ahead, kind="stable")[: int(apart)]] += 1.0
    while found.sum() > total and (found > 1).any():
        found[np.argmax(np.where(found > 1, np.round(found - persons, DUST), -np.inf))] -= 1.0
    return found


def _shared_out(given: Strata, total: int, spec: AllocationSpec) -> Allocation:
    if spec.rule == "neyman":
        return neyman(given, total, minimum=spec.minimum)
    if spec.rule == "power":
        return power_allocation(given, total, exponent=spec.exponent, minimum=spec.minimum)
    return proportional(given, total, minimum=spec.minimum)
