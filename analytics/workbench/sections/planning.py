"""The [planning] section: what the next wave will tell, if people differ as in this one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.digits import number_to_digits
from analytics.errors import UnsupportedError
from analytics.estimation.degrees_of_freedom import each_scored
from analytics.estimation.simple_random import one_of
from analytics.planning.difference import difference_precision
from analytics.planning.power import power, smallest_detectable
from analytics.planning.precision import mean_precision
from analytics.planning.sample_size import (
    Assumptions,
    respondents_for_margin,
    respondents_for_power,
    to_invite,
)
from analytics.workbench.protection.error_rounding import coarse_deviations, grades
from analytics.workbench.protection.statuses import PUBLISHED
from analytics.workbench.protection.weights_told import persons_known, persons_tell, sums_told
from analytics.workbench.sections.plain_values import plain_value
from analytics.workbench.specification.change import COURSES
from analytics.workbench.specification.model import Specification
from analytics.workbench.specification.planning import SECTION, PlanningSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics.arrays import Booleans, Floats
    from analytics.workbench.file.waves import DivisionEstimates, Wave

PLANNED: Final = ("mean", "share")
DEFF_DIGITS: Final = 2  # of design effects, as estimates show them
UNEVEN: Final = (
    f"{SECTION} population: some domains of {{by}} are hidden, and their people do not weigh the "
    "same: the parts of the others in the population would tell how many answered in each; leave "
    "population or [disclosure] out, or take a coarser division"
)
FOR_P: Final = (
    f"{SECTION} detectable_change, power and respondents_for_change are about p below the limit; "
    '[change] rule = "courses" calls only larger changes up or down'
)
COMPARED: Final = (
    f"{SECTION} where groups are hidden and people do not weigh the same, `se`, `margin`, "
    "`detectable_change` and the numbers of answers are too large, the more so the more of the "
    "persons answered: the design effect that is shown compares with a sample of these; how many "
    "persons there are in each domain, as [poststratify] or [rake], mends that"
)
UNCORRECTED: Final = (
    f"{SECTION} population is not named: what is planned has no finite population correction, "
    "which the errors of this file have"
)
CORRECTED: Final = (
    f"{SECTION} population: what is planned has a finite population correction, which the errors "
    "of this file have where [design] names fpc or population"
)


def planning_cautions(
    wave: Wave,
    spec: PlanningSpec,
    asked: Specification,
    hidden: Mapping[tuple[str, ...], np.ndarray] | None = None,
) -> list[str]:
    """Say where what is planned is not what the next wave's result will tell."""
    found = []
    if asked.change.rule == COURSES and asked.person is None:
        found.append(FOR_P)
    corrected = bool((wave.design.stages[0].fraction > 0).any())
    if corrected != (spec.population is not None):
        found.append(UNCORRECTED if corrected else CORRECTED)
    if hidden is not None and spec.population is None:
        told = _persons_told(wave, hidden, asked)
        if any((_answered(wave, level) * ~told[level.by]).any() for level in wave.levels):
            found.append(COMPARED)
    return found


def planning_rows(
    wave: Wave,
    spec: PlanningSpec,
    *,
    confidence: float = 0.95,
    hidden: Mapping[tuple[str, ...], np.ndarray] | None = None,
    asked: Specification | None = None,
) -> list[dict[str, object]]:
    """Plan each mean and share, overall and per domain, for each size.

    Parameters
    ----------
    wave : Wave
        Supplies deviations, design effects and the share of respondents of each domain.
    spec : PlanningSpec
    confidence : float
        Of intervals and tests.
    hidden : mapping of level to ndarray of str, optional
        Statuses of disclosure control: only published cells are planned from, by deviations and
        design effects as coarse as their errors are shown. Any number of respondents is made of
        these, and a wanted margin that is small enough would give all digits of them back.
    asked : Specification, optional
        Tells the scales, whose answers have grades.

    Returns
    -------
    list of dict
        ``index``, ``statistic``, ``category``, ``domain``, ``respondents``, ``invite``, ``sd``,
        ``deff``, ``se``, ``margin``, ``detectable_change``, ``power`` (of ``change``),
        ``respondents_for_margin`` and ``respondents_for_change`` (per wave); null where it was not
        asked for or cannot be reached. What this wave shows no spread or no error of has no row.

    Raises
    ------
    DesignError
        If more are to answer than there are persons.
    UnsupportedError
        If weights would tell of hidden domains what their people are in the population.
    """
    total = float(len(wave.data))
    shown_deff = None if hidden is None else _deffs(wave, spec, hidden, asked or Specification())
    rows = []
    for level in wave.levels:
        if hidden is not None and spec.population is not None:
            _refuse_uneven(wave, level, hidden[level.by], asked or Specification())
        deviation = _deviations(wave, level, asked, exact=hidden is None)
        for number, column in np.argwhere(np.isfinite(deviation) & (deviation > 0)):
            shown = hidden is None or hidden[level.by][number, column] == PUBLISHED
            if not shown or level.labels[column].statistic not in PLANNED:
                continue
            at = int(number), int(column)
            deff = (
                float(shown_deff[level.by][at])
                if shown_deff is not None
                else _without_end(level, at)
                if spec.population is None
                else float(level.errors.deff[at])
            )
            # Unlike answers that are alike within each stratum have a spread and no error.
            if not (np.isfinite(deff) and deff > 0):
                continue
            part = _Cell.of(level, *at, float(deviation[at]), deff)
            for size in spec.respondents or (total,):
                found = _plan(
                    part, size / total, _people(level, number, column, spec), spec, confidence
                )
                rows.append(part.head | (found if hidden is None else _rounded(found)))
    return rows


def _refuse_uneven(
    wave: Wave, level: DivisionEstimates, statuses: np.ndarray, asked: Specification
) -> None:
    for column in range(statuses.shape[1]):
        if persons_tell(wave, level, statuses[:, column] != PUBLISHED, asked):
            raise UnsupportedError(UNEVEN.format(by=" x ".join(level.by) or "the file"))


def _deviations(
    wave: Wave, level: DivisionEstimates, asked: Specification | None, *, exact: bool
) -> Floats:
    if exact:
        return level.errors.deviation
    return coarse_deviations(level, grades(wave.data, asked or Specification(), level.labels))


def _without_end(level: DivisionEstimates, at: tuple[int, int]) -> float:
    """Give the design effect beside a population without end, which is what is planned for.

    That of the estimates compares with a sample of the persons whom the weights stand for.
    """
    errors = level.errors
    return float(errors.se_model[at] ** 2 * level.means.n[at] / errors.deviation[at] ** 2)


def _deffs(
    wave: Wave,
    spec: PlanningSpec,
    hidden: Mapping[tuple[str, ...], np.ndarray],
    asked: Specification,
) -> dict[tuple[str, ...], Floats]:
    """Give design effects as they are shown: those of the whole, where that of few is not.

    What is planned for a population without end has them without the persons whom they compare
    with, where these may be told: beside the design effect that is shown this tells how many.
    """
    told = _persons_told(wave, hidden, asked)
    whole = wave.levels[0]
    found: dict[tuple[str, ...], Floats] = {}
    for level in wave.levels:
        digits = [number_to_digits(one, DEFF_DIGITS) or one for one in level.errors.deff.ravel()]
        own = np.array(digits, dtype=np.float64).reshape(level.errors.deff.shape)
        if spec.population is None:
            # of what is shown: another rounding of the same would tell more of it
            own *= np.where(told[level.by], 1.0 - _answered(wave, level), 1.0)
        if level is not whole:
            common = np.where(hidden[whole.by][0] == PUBLISHED, found[whole.by][0], np.nan)
            own = np.where(np.isfinite(own), own, common)
        found[level.by] = own
    return found


def _persons_told(
    wave: Wave, hidden: Mapping[tuple[str, ...], np.ndarray], asked: Specification
) -> dict[tuple[str, ...], Booleans]:
    """Mark the cells of which the result may tell how many persons they stand for."""
    sums = sums_told(wave, hidden)
    return {by: told | persons_known(by, asked) for by, told in sums.items()}


def _answered(wave: Wave, level: DivisionEstimates) -> Floats:
    """Give the share of the persons that design effects compare with who answered, 0 to 1.

    0 where that is a population without end, or where errors have its correction as well.
    """
    if (wave.design.stages[0].fraction > 0).any():
        return np.zeros(level.means.n.shape)
    code, each = level.partition.code, each_scored(level.means.each)
    persons = one_of(wave.design, code, each, level.errors.weight)
    return np.asarray(level.means.n * persons, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class _Cell:
    """One estimate to plan from; shares in percentage points, as margins are given."""

    head: dict[str, object]
    n: float
    sd: float
    deff: float

    @classmethod
    def of(
        cls, level: DivisionEstimates, number: int, column: int, sd: float, deff: float
    ) -> _Cell:
        label = level.labels[column]
        share = label.statistic == "share"
        head: dict[str, object] = {"index": label.index, "statistic": label.statistic}
        head |= {"category": label.category} if share else {}
        head["domain"] = dict(zip(level.by, level.domains[number], strict=True))
        return cls(
            head,
            float(level.means.n[number, column]),
            sd * (100.0 if share else 1.0),
            deff,
        )


def _people(level: DivisionEstimates, number: int, column: int, spec: PlanningSpec) -> float | None:
    """Give a domain its part of the population, as the weights share it out."""
    if spec.population is None:
        return None
    code = level.partition.code
    known = level.errors.weight[number, column] / level.errors.weight[:, column].sum()
    return spec.population * float(known) * float((code >= 0).mean())


def _plan(
    part: _Cell, growth: float, people: float | None, spec: PlanningSpec, confidence: float
) -> dict[str, object]:
    assumed = Assumptions(people, deff=part.deff)
    n = part.n * growth
    if people is not None and part.head["domain"]:
        n = min(n, people)  # a domain cannot answer more than it has persons
    sample, overlap = assumed.sample(n), _possible(spec.overlap, n, people)
    found = mean_precision(sample, part.sd, confidence=confidence)
    apart = difference_precision(
        sample, sample, part.sd, correlation=spec.correlation, overlap=overlap,
        confidence=confidence, careful=True,
    )  # fmt: skip
    smallest = smallest_detectable(apart, chance=spec.power, confidence=confidence)
    row: dict[str, object] = {"respondents": round(n), "invite": _invited(n, people, spec)}
    row |= {"sd": part.sd, "deff": part.deff, "se": found.se, "margin": plain_value(found.margin)}
    row |= {"detectable_change": plain_value(smallest), "power": None}
    row |= {"respondents_for_margin": None, "respondents_for_change": None}
    if spec.margin is not None:
        row["respondents_for_margin"] = respondents_for_margin(
            spec.margin, part.sd, assumed, confidence=confidence
        )
    if spec.change is not None:
        row["power"] = plain_value(power(spec.change, apart, confidence=confidence))
        row["respondents_for_change"] = respondents_for_power(
            spec.change, part.sd, assumed, chance=spec.power, correlation=spec.correlation,
            overlap=spec.overlap, confidence=confidence, careful=True,
        )  # fmt: skip
    return row


def _possible(overlap: float | None, n: float, people: float | None) -> float | None:
    """Raise the overlap to what two samples of that size cannot help sharing."""
    if overlap is None or people is None:
        return overlap
    return max(overlap, 2.0 - people / n)


def _invited(n: float, people: float | None, spec: PlanningSpec) -> int | None:
    """Count whom to invite; None where there are not so many, or no response is expected."""
    if spec.response is None or (people is not None and n / spec.response > people):
        return None
    return to_invite(n, spec.response, people)


def _rounded(row: dict[str, object]) -> dict[str, object]:
    """Round what is made of coarse figures as these are."""
    digits = {"deff": DEFF_DIGITS, "power": 2}
    shown = {
        key: round(value, digits.get(key, 1)) if isinstance(value, float) else value
        for key, value in row.items()
    }
    return shown | {"sd": float(f"{row['sd']:.2g}")}  # of a share in percent, without dust
