"""The [planning.allocation] table: how the next sample is shared out among domains."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analytics.errors import DesignError, SpecificationError
from analytics.planning.allocation import neyman, power_allocation, proportional, strata
from analytics.workbench.file.items import Label
from analytics.workbench.protection.statuses import PUBLISHED
from analytics.workbench.specification.allocation import WHERE, AllocationSpec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.arrays import Floats
    from analytics.planning.allocation import Allocation, Strata
    from analytics.workbench.file.waves import Level, Wave


def allocation_rows(
    wave: Wave,
    spec: AllocationSpec,
    sizes: Sequence[float],
    population: float | None,
    hidden: Mapping[tuple[str, ...], np.ndarray] | None,
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
        Statuses of disclosure control: a cell that is not published is planned with the deviation
        of all.

    Returns
    -------
    list of dict
        ``index``, ``rule``, ``total``, ``domain``, ``persons``, ``respondents``, ``whole`` (all
        of it is asked) and ``at_minimum``.

    Raises
    ------
    SpecificationError
        If the level or the measure is not among what is estimated.
    DesignError
        If the minimum takes more than the sample, or the sample more than there are persons.
    """
    level = next((one for one in wave.levels if one.by == spec.by), None)
    if level is None:
        raise SpecificationError(f"{WHERE} by must name a level of [domains] by")
    label = Label(spec.measure, "mean")
    if label not in level.labels:
        raise SpecificationError(f"{WHERE} measure {spec.measure!r} is no scale, index or mean")
    persons, found = _strata(wave, level, level.labels.index(label), population, hidden)
    rows: list[dict[str, object]] = []
    for size in sizes or [len(wave.data)]:
        try:
            shared = _shared_out(found, round(size), spec)
        except DesignError as error:
            raise DesignError(f"{WHERE} {error}") from error
        for place, domain in enumerate(level.domains):
            rows.append({
                "index": spec.measure, "rule": spec.rule, "total": round(size),
                "domain": dict(zip(level.by, domain, strict=True)),
                "persons": round(float(persons[place])),
                "respondents": int(shared.respondents[place]),
                "whole": bool(shared.whole[place]), "at_minimum": bool(shared.at_minimum[place]),
            })  # fmt: skip
    return rows


def _strata(
    wave: Wave,
    level: Level,
    column: int,
    population: float | None,
    hidden: Mapping[tuple[str, ...], np.ndarray] | None,
) -> tuple[Floats, Strata]:
    code = level.partition.code
    persons = np.bincount(
        code[code >= 0], weights=wave.design.weight[code >= 0], minlength=level.partition.size
    )
    if population is not None and persons.size:
        persons = persons * population / persons.sum()
    every = float(wave.levels[0].errors.deviation[0, column])
    sd = level.errors.deviation[:, column]
    unknown = ~np.isfinite(sd)
    if hidden is not None:
        unknown |= hidden[level.by][:, column] != PUBLISHED
    if not np.isfinite(every):
        raise DesignError(f"{WHERE} this wave shows no spread to plan from")
    return persons, strata(np.maximum(persons, 1.0), np.where(unknown, every, sd))


def _shared_out(given: Strata, total: int, spec: AllocationSpec) -> Allocation:
    if spec.rule == "neyman":
        return neyman(given, total, minimum=spec.minimum)
    if spec.rule == "power":
        return power_allocation(given, total, exponent=spec.exponent, minimum=spec.minimum)
    return proportional(given, total, minimum=spec.minimum)
