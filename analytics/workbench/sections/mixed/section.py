"""The [mixed] section: a mixed model of an outcome over the waves of a file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.errors import FrameError, SpecificationError, UnsupportedError
from analytics.workbench.methods.mixed.changes import design_covariance
from analytics.workbench.methods.mixed.equations import PERSON, Equations
from analytics.workbench.methods.mixed.fit import NO_SPREAD, fit_mixed
from analytics.workbench.sections.mixed.answers import EVEN, complete_answers
from analytics.workbench.sections.mixed.rows import (
    mixed_change_rows,
    unit_rows,
    variance_rows,
    wave_rows,
)
from analytics.workbench.specification.mixed import WHERE, MixedSpec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.arrays import Floats, Integers
    from analytics.workbench.file.waves import Wave
    from analytics.workbench.methods.mixed.fit import MixedFit
    from analytics.workbench.sections.mixed.answers import Answers
    from analytics.workbench.specification.model import Specification

UNIT: Final = "unit"
CELL: Final = "unit x wave"
MOST_EFFECTS: Final = 3_000  # units and their waves together: beyond, minutes
ONCE: Final = (
    "{where} nobody answered twice, so what persons differ by cannot be told from the residual: "
    "the model has no effect of persons"
)
SAME: Final = (
    "{where} each {what} is one person, so what persons differ by cannot be told from what {what}s "
    "differ by: the model has no effect of persons"
)
ONE_ANSWER: Final = (
    "{where} each unit has one answer, so what units differ by cannot be told from the residual: "
    "the model has no effect of units"
)
NO_CELLS: Final = (
    "{where} {why}, so how units move beside each other cannot be told: the model has no effect "
    "of a unit's own waves, and no unit has a change of its own"
)
AT_ZERO: Final = (
    "{where} the variance of {what} is 0: the likelihood is highest there, and the model is the "
    "one without; that is no proof that there is none, see the upper end of its interval"
)
FEW: Final = "{where} {count} clusters: errors made from how these differ are too small for so few"
FEWEST_CLUSTERS: Final = 20


def mixed_entry(
    waves: Sequence[Wave], asked: MixedSpec, spec: Specification
) -> tuple[dict[str, object], list[str]]:
    """Fit the model, as plain values for JSON.

    Returns
    -------
    entry : dict
        ``outcome``, ``method``, ``errors`` (``model`` or ``design``), ``n``, ``persons``,
        ``units``, ``waves``, ``changes``, ``variances``, ``unit_changes``.
    warnings : list of str

    Raises
    ------
    FrameError, SpecificationError
        If a column is missing, fewer than two waves have answers, or nothing differs.
    UnsupportedError
        If the file is protected.
    """
    asked = _allowed(asked, spec)
    answers, told = complete_answers(waves, asked, spec)
    blocks, more = _blocks(answers)
    person, one_each = _persons(answers, blocks)
    told += more + one_each
    middle, scale = float(answers.value.mean()), float(answers.value.std())
    if not scale > EVEN * (1 + abs(middle)):
        raise FrameError(f"{WHERE} {NO_SPREAD}")
    value = (answers.value - middle) / scale
    equations = Equations(
        value, answers.wave, answers.weight, person, blocks, restricted=asked.method == "REML"
    )
    if person is None and not blocks:
        why = "; ".join(text.removeprefix(f"{WHERE} ") for text in told)
        raise FrameError(f"{WHERE} has no random effect left: {why}")
    if len(value) - equations.waves < len(equations.names):
        raise FrameError(
            f"{WHERE} {len(value)} answers in {equations.waves} waves are too few to tell "
            f"{len(equations.names)} variances apart"
        )
    try:
        found = fit_mixed(equations)
    except FrameError as error:
        raise FrameError(f"{WHERE} {error}") from error
    zero = [name for name, free in zip(equations.names, found.free, strict=True) if not free]
    told += [AT_ZERO.format(where=WHERE, what=name) for name in zero]
    design = None
    if answers.cluster is not None and answers.stratum is not None:
        score = _scores(found, value, answers, person, blocks)
        design = design_covariance(found, score, answers.cluster, answers.stratum)
        count = len(answers.stratum)
        told += [FEW.format(where=WHERE, count=count)] if count < FEWEST_CLUSTERS else []
    confidence, margin = spec.design.confidence, spec.margin_of(asked.outcome)
    entry: dict[str, object] = {
        "outcome": asked.outcome,
        "method": asked.method,
        "errors": "model" if design is None else "design",
        "n": len(value),
        "persons": None if person is None else int(person.max()) + 1,
        "units": len(answers.units) or None,
        "waves": wave_rows(
            found, answers, design, (middle, scale), confidence, spec.ends_of(asked.outcome, "mean")
        ),
        "changes": mixed_change_rows(found, answers, design, scale, confidence, margin),
        "variances": variance_rows(found, scale, confidence, asked.intervals),
        "unit_changes": unit_rows(
            found, answers, blocks, (asked.unit or "", scale), margin, confidence
        )
        if CELL in blocks
        else [],
    }  # fmt: skip
    return entry, told


def _allowed(asked: MixedSpec, spec: Specification) -> MixedSpec:
    """Check the model against the rest of the specification, which may name the persons."""
    if spec.disclosure is not None:
        raise UnsupportedError(
            f"{WHERE} gives figures that [disclosure] does not protect: leave one of them out"
        )
    if spec.wave is None:
        raise SpecificationError(f"{WHERE} needs waves: name the column in [domains] wave")
    found = replace(asked, person=asked.person or spec.person)
    if found.unit is None and found.person is None:
        raise SpecificationError(
            f"{WHERE} needs unit or person, the columns whose effects are random"
        )
    return found


def _blocks(answers: Answers) -> tuple[dict[str, Integers], list[str]]:
    """Lay out the effects of units and of their waves, as far as they can be told apart."""
    if answers.unit is None:
        return {}, []
    count = len(answers.units)
    if count < 2:  # noqa: PLR2004 - one unit does not differ from any other
        raise FrameError(f"{WHERE} unit has one value: units need others to differ from")
    cell, code = np.unique(answers.unit * len(answers.waves) + answers.wave, return_inverse=True)
    if count + len(cell) > MOST_EFFECTS:
        raise SpecificationError(
            f"{WHERE} {count} units with {len(cell)} waves of their own are more than the model "
            f"takes ({MOST_EFFECTS} together): name a coarser unit"
        )
    if len(code) == count:
        return {}, [ONE_ANSWER.format(where=WHERE)]
    if len(cell) == count:
        why = "no unit has answers in two waves"
    elif len(cell) == len(code):
        why = "each unit has one answer in a wave"
    else:
        return {UNIT: answers.unit, CELL: np.asarray(code, dtype=np.int64)}, []
    return {UNIT: answers.unit}, [NO_CELLS.format(where=WHERE, why=why)]


def _persons(answers: Answers, blocks: Mapping[str, Integers]) -> tuple[Integers | None, list[str]]:
    """Give who answered, where persons differ by something that no other effect has."""
    person = answers.person
    if person is None:
        return None, []
    if int(person.max()) + 1 == len(person):
        return None, [ONCE.format(where=WHERE)]
    for name, code in blocks.items():
        if _same_groups(person, code):
            return None, [SAME.format(where=WHERE, what=name)]
    return person, []


def _same_groups(one: Integers, other: Integers) -> bool:
    """Tell whether two codes, each from 0 without gaps, put together the same answers."""
    count, others = int(one.max()) + 1, int(other.max()) + 1
    return count == others == len(np.unique(one * others + other))


def _scores(
    found: MixedFit,
    value: Floats,
    answers: Answers,
    person: Integers | None,
    blocks: Mapping[str, Integers],
) -> Floats:
    """Give what each answer adds to the equations of the wave means."""
    equations, solved = found.equations, found.solved
    left = value - solved.fixed[answers.wave]
    start = 0
    for code, size in zip(blocks.values(), equations.sizes, strict=True):
        left = left - solved.random[start : start + size][code]
        start += size
    residual = float(found.variance[0])
    if person is not None:
        variance = float(found.variance[equations.names.index(PERSON)])
        total = np.bincount(person, answers.weight * left)
        weight = np.bincount(person, answers.weight)
        left = left - (variance * total / (residual + variance * weight))[person]
    score = np.zeros((len(value), equations.waves))
    score[np.arange(len(value)), answers.wave] = answers.weight * left / residual
    return score
