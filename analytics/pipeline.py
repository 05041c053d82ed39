"""The whole walk of one wave on one page: weight, score, estimate.

What is compared with earlier waves is `analytics.comparison.change`.

Nothing here is cleared for publication: `analytics.disclosure` is the only way out.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Literal

import pandas as pd

from analytics.comparability import Scores
from analytics.estimation.assemble import Measures, assemble
from analytics.estimation.dont_know import dont_know_sensitivity
from analytics.estimation.shares import shares_of, with_a_view
from analytics.frames import check_answers, check_domains
from analytics.halves import effects_of, for_the_new_half, halves_of
from analytics.in_cells import (
    WaveEstimands,
    add_up_answers,
    composed_of,
    cross_cells,
    dont_know_in_cells,
)
from analytics.modules import OF_THE_ANSWERED, asked_by_part, has_modules, stacked
from analytics.on_demand import items_on_demand, scales_on_demand
from analytics.participation import participation
from analytics.partly_answered import few_in_part, from_items_alone, without_partial_answers
from analytics.quality import item_statistics, judge_scales, scale_reliability, wave_warnings
from analytics.sampled import sample_of_others, sample_of_staff
from analytics.scoring import item_scores, scale_scores
from analytics.small_areas.pooled import pool_units
from analytics.tables import EstimateTable, PooledTable
from questionnaires.background import NO_BACKGROUND

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from analytics.estimation.dont_know import DontKnow
    from analytics.estimation.pooled import Cells
    from analytics.halves import Halves
    from analytics.quality import WaveWarning
    from analytics.sampled import DesignedSample
    from analytics.trend.wording import WordingEffect
    from questionnaires.background import Background
    from questionnaires.model import Questionnaire

type Kind = Literal["main", "pulse", "half_year", "open", "yearly"]
type Population = Literal["staff", "public", "open"]


@dataclass(frozen=True, slots=True)
class WaveData:
    """Everything that one wave's figures follow from.

    Parameters
    ----------
    key : str
        Names the wave.
    kind, population : str
        ``open`` stands for an open link and for partner lists: no weights, no rate.
    questionnaire : Questionnaire
        The exact one that was asked.
    answers : DataFrame of int, shape (n_respondents, n_columns)
        One row per response, stored codes in the questionnaire's columns (background questions of
        staff may be absent: they are never kept in a row).
    domains : Series of str, shape (n_respondents,), or None
        Staff: the reporting unit of each response, or its region where the unit was too small.
    frame : DataFrame
        Staff: ``unit``, ``region``, ``unit_type``, ``population``, ``invited``, one row per unit.
        Public: ``county``, ``population``, ``invited``. Open: empty.
    margins : mapping of str to mapping of category to share
        Public: ``age_gender`` ("18-29:woman"), ``county`` ("03"), ``education`` ("1").
    minimum_group : int
        k, frozen when the wave opened.
    invited_everybody : bool
        Whether all of the population was invited.
    panel : str or None
        Which third of the staff, in a pulse.
    background : Background
        Which questions make groups of the public; none for staff.
    view : str
        The index that is shown with the share who have a view (instruments.md 4.7); empty for none.
    """

    key: str
    kind: Kind
    population: Population
    questionnaire: Questionnaire
    answers: pd.DataFrame
    domains: pd.Series | None
    frame: pd.DataFrame
    margins: Mapping[str, Mapping[str, float]]
    minimum_group: int
    invited_everybody: bool
    panel: str | None
    background: Background = NO_BACKGROUND
    view: str = ""


@dataclass(frozen=True, slots=True)
class WaveEstimates:
    """One wave's exact figures, unrounded and unprotected.

    ``dont_know`` has one row per index of the whole: how far it moves with "don't know" at 50;
    ``reliability`` has one row per scale, ``item_statistics`` one per scored item, ``response``
    the AAPOR counts and rates and the answers per level, ``pooled`` the shrunken unit means of a
    staff wave, ``weights`` the fields of `WeightDiagnostics`, ``scores`` what each respondent
    scored, for judging whether groups may be compared; ``wording``, of a wave of which halves were
    asked the old and the new words, what these did to answers.
    """

    estimates: EstimateTable
    reliability: pd.DataFrame
    item_statistics: pd.DataFrame
    response: dict[str, object]
    pooled: PooledTable
    weights: dict[str, object]
    warnings: tuple[WaveWarning, ...]
    scores: Scores
    dont_know: pd.DataFrame
    wording: tuple[WordingEffect, ...] = ()


def estimate_wave(data: WaveData) -> WaveEstimates:
    """Weight, score and estimate one wave.

    Raises
    ------
    FrameError, WeightError
        If the answers, the frame or the margins do not fit each other.
    """
    if has_modules(data.questionnaire):
        return _estimate_split(data)
    halves = halves_of(data.questionnaire, data.answers)
    data = _in_new_words(data, halves) if halves else data
    questionnaire = data.questionnaire
    answers = check_answers(data.answers, _columns(data))
    sample = _sample(data, answers)
    if halves:
        sample = sample.of_each()
    if sample.cells is None:
        found = _row_by_row(data, answers, sample, halves)
    else:
        found = _in_cells(data, answers, sample, sample.cells)
    table, items = found.estimates, found.scores.items
    judged = judge_scales(questionnaire, items, data.minimum_group)
    statistics = item_statistics(answers, items, judged)
    return WaveEstimates(
        estimates=table,
        reliability=scale_reliability(judged, items),
        item_statistics=statistics,
        response=participation(questionnaire, answers, sample.partitions, data.frame, sample.each),
        pooled=_pooled(data, table),
        weights=asdict(sample.weights),
        warnings=wave_warnings(
            questionnaire,
            answers,
            statistics,
            weights=sample.weights,
            merged=sample.merged,
            crowded=sample.crowded,
            population=data.population,
        ),
        scores=found.scores,
        dont_know=found.dont_know,
        wording=_wording(data, halves, sample) if halves else (),
    )


@dataclass(frozen=True, slots=True)
class _Estimated:
    """The figures of a wave, and what respondents scored."""

    estimates: EstimateTable
    scores: Scores
    dont_know: pd.DataFrame


def _row_by_row(
    data: WaveData, answers: pd.DataFrame, sample: DesignedSample, halves: Halves | None
) -> _Estimated:
    items, scales = _scores(data.questionnaire, answers, halves)
    form, k = data.questionnaire, data.minimum_group
    told = without_partial_answers(form, items, scales, data.domains, k)
    measures = _measures(data, answers, items, told)
    staff = data.population == "staff"
    table = assemble(sample.design, measures, sample.partitions, corrected=staff)
    table = _told(data, answers, sample, table)
    asked = _asked_plain(data, _moved_by_dont_know(scales, halves))
    moved = dont_know_sensitivity(
        sample.design, data.questionnaire, answers, asked, sample.partitions[0]
    )
    return _Estimated(
        for_the_new_half(table, halves) if halves else table,
        Scores(items, scales, measures.indices, sample.design.weight),
        _dont_know(asked, moved),
    )


def _in_cells(
    data: WaveData, answers: pd.DataFrame, sample: DesignedSample, cells: Cells
) -> _Estimated:
    form, design, partitions = data.questionnaire, sample.design, sample.partitions
    items, scales = items_on_demand(form, answers), scales_on_demand(form, answers)
    composed = composed_of(form)
    asked = WaveEstimands(
        form, answers, cells, composed, _asked_plain(data, set(scales.columns)), data.view
    )
    added = add_up_answers(asked)
    crossed, moved = cross_cells(asked, added, design, partitions)
    measures = Measures(
        added.scores, _kinds(form, added.scales, added.columns), composed, added.shares,
        added.counted, crossed,
    )  # fmt: skip
    return _Estimated(
        _told(data, answers, sample, assemble(design, measures, partitions, corrected=False)),
        Scores(items, scales, composed, design.weight[cells.code]),
        _dont_know(asked.plain, dont_know_in_cells(asked, added, design, partitions[0], moved)),
    )


def _told(
    data: WaveData, answers: pd.DataFrame, sample: DesignedSample, table: EstimateTable
) -> EstimateTable:
    """Let scales follow from their items where few answered in part and all weigh the same."""
    if data.population != "open":
        return table
    few = few_in_part(data.questionnaire, answers, sample.codes_of_each, data.minimum_group)
    return from_items_alone(table, data.questionnaire, few, composed_of(data.questionnaire))


def _estimate_split(data: WaveData) -> WaveEstimates:
    """Estimate core and modules as waves of their own, and put them together as one.

    What is said of the wave as a whole (response, weights, warnings of weights) is of all who
    answered. Scores of a module are missing for others; with them goes the weight that everybody
    has, of which the module's is a multiple within each cell of the weights.
    """
    divided = asked_by_part(data.questionnaire, data.answers)
    found = [
        estimate_wave(
            replace(
                data,
                questionnaire=one.questionnaire,
                answers=one.answers,
                domains=None if data.domains is None else data.domains[one.asked],
            )
        )
        for one in divided
    ]
    answers = check_answers(data.answers, _columns(data))
    sample = _sample(data, answers)
    estimates = EstimateTable(stacked([one.estimates.frame for one in found]))
    return replace(
        found[0],
        estimates=estimates,
        reliability=stacked([one.reliability for one in found]),
        item_statistics=stacked([one.item_statistics for one in found]),
        response=participation(
            data.questionnaire, answers, sample.partitions, data.frame, sample.each
        ),
        pooled=_pooled(data, estimates),
        warnings=_warnings_of_parts(found),
        scores=Scores.of_parts([one.scores for one in found], answers.index),
        dont_know=stacked([one.dont_know for one in found]),
    )


def _warnings_of_parts(found: Sequence[WaveEstimates]) -> tuple[WaveWarning, ...]:
    """Say of the whole what the core says, and of modules what is about their own answers."""
    own = (one for module in found[1:] for one in module.warnings)
    core = found[0].warnings
    return (*core, *(one for one in own if one.code in OF_THE_ANSWERED and one not in core))


def _scores(
    questionnaire: Questionnaire, answers: pd.DataFrame, halves: Halves | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    if halves:
        return halves.new.scores(halves.touched)
    items = item_scores(questionnaire, answers)
    return items, scale_scores(questionnaire, answers, items)


def _wording(data: WaveData, halves: Halves, sample: DesignedSample) -> tuple[WordingEffect, ...]:
    alone = pd.Series("", halves.new.answers.index) if data.population == "open" else data.domains
    return effects_of(halves, sample.design, sample.partitions, alone, data.minimum_group)


def _moved_by_dont_know(scales: pd.DataFrame, halves: Halves | None) -> set[str]:
    # a person of the other words has no score to be moved, and would get one
    other = halves.touched.scales if halves and not halves.paired else frozenset[str]()
    return {str(code) for code in scales.columns} - other


def _in_new_words(data: WaveData, halves: Halves) -> WaveData:
    """Read a wave as the half in the new words was asked it, with all who answered."""
    parts = {one.code: set(one.parts) for one in halves.new.questionnaire.indices}
    # who was asked the old words has not been asked for a view of what the new ones ask
    told = halves.paired or not parts.get(data.view, set()) & halves.touched.scales
    return replace(
        data,
        questionnaire=halves.new.questionnaire,
        answers=halves.new.answers,
        view=data.view if told else "",
    )


def _asked_plain(data: WaveData, scales: Collection[object]) -> dict[str, Mapping[str, float]]:
    """Name the indices of the whole that are moved by "don't know" (instruments.md 4.7)."""
    form = data.questionnaire
    parts = {one.code: one.parts or {one.code: 1.0} for one in form.indices}
    return {code: own for code, own in parts.items() if set(own) <= set(scales)}


def _dont_know(asked: Collection[str], found: DontKnow) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "measure": list(asked),
            "n": found.n[0],
            "difference": found.difference[0],
            "se": found.se[0],
        }
    )


def _columns(data: WaveData) -> list[str]:
    """List the columns needed: all but staff background, which is never kept in a row."""
    form = data.questionnaire
    return [
        column
        for item in form.items
        if data.population != "staff" or item.purpose != "background"
        for column in form.item_columns(item)
    ]


def _sample(data: WaveData, answers: pd.DataFrame) -> DesignedSample:
    if data.population == "staff":
        return sample_of_staff(check_domains(data.domains, answers), data.frame)
    frame = data.frame if data.population == "public" else None
    return sample_of_others(data.background, data.questionnaire, answers, frame, data.margins)


def _measures(
    data: WaveData, answers: pd.DataFrame, items: pd.DataFrame, scales: pd.DataFrame
) -> Measures:
    questionnaire = data.questionnaire
    composed = composed_of(questionnaire)
    columns = [*scales.columns, *items.columns]
    shares = shares_of(questionnaire, answers, items)
    if data.view in composed:
        shares.append(with_a_view(data.view, scales[list(composed[data.view])]))
    kinds = _kinds(questionnaire, scales.columns, columns)
    return Measures(scales.join(items), kinds, composed, shares)


def _kinds(
    questionnaire: Questionnaire, scales: Collection[object], columns: Collection[object]
) -> dict[str, str]:
    """Say what each column is: scales, of which some are indices by themselves, then items."""
    single = {index.code for index in questionnaire.indices if not index.parts}
    kinds = {str(code): "index" if code in single else "scale" for code in scales}
    return kinds | {str(code): "item" for code in columns if str(code) not in kinds}


def _pooled(data: WaveData, table: EstimateTable) -> PooledTable:
    if data.population != "staff":
        return PooledTable.empty()
    units, types = data.frame["unit"].astype("str"), data.frame["unit_type"].astype("str")
    return pool_units(table, dict(zip(units, types, strict=True)))
