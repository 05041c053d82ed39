"""`barometer analyse` on one page: design, weights, scales, estimates, change, protection."""

from __future__ import annotations

import itertools
import math
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, cast

import pandas as pd

from analytics.errors import AnalyticsError, FrameError, SpecificationError
from analytics.workbench.file import in_cells
from analytics.workbench.file.adjust import adjust
from analytics.workbench.file.answered_items import AnsweredItems
from analytics.workbench.file.columns import need, without_blank_rows
from analytics.workbench.file.design import sampling_design
from analytics.workbench.file.estimates import levels
from analytics.workbench.file.inputs import inputs, with_categories
from analytics.workbench.file.wave_order import order_told
from analytics.workbench.file.waves import Wave, split_waves
from analytics.workbench.protection.cleared import cleared
from analytics.workbench.protection.hidden import (
    NESTED,
    hidden_cells,
    left_out_told,
    nested_columns,
    totals_told,
    with_hierarchy,
    with_nested,
)
from analytics.workbench.protection.over_hidden import told_wave
from analytics.workbench.protection.people import People
from analytics.workbench.sections.cautions import file_cautions
from analytics.workbench.sections.change.composition import composition_rows
from analytics.workbench.sections.change.judged import judged_rows
from analytics.workbench.sections.change.rows import wave_change_rows
from analytics.workbench.sections.change.wave_changes import wave_changes
from analytics.workbench.sections.dispatch import further_results, read_further
from analytics.workbench.sections.dont_know import dont_know_rows
from analytics.workbench.sections.empty_results import (
    places_with_two_names,
    without_answers,
    without_consistency,
    without_domain,
)
from analytics.workbench.sections.given import Given
from analytics.workbench.sections.imputed import completed_copies, pool_estimates
from analytics.workbench.sections.missing import without_not_asked
from analytics.workbench.sections.report import coarseness, estimate_rows, weight_entry
from analytics.workbench.sections.scales import judged_scales, protected_scales
from analytics.workbench.specification.calibration import CalibrationSpec, read_calibration
from analytics.workbench.specification.change import DIFFERENCES
from analytics.workbench.specification.missing import read_missing
from analytics.workbench.specification.model import VariablesSpec
from analytics.workbench.specification.reader import read_specification
from analytics.workbench.specification.values import section_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics.arrays import Floats
    from analytics.estimation.pooled import Cells
    from analytics.workbench.file.adjust import Adjusted
    from analytics.workbench.protection.statuses import Statuses
    from analytics.workbench.sections.report import Coarseness
    from analytics.workbench.specification.model import Specification

# Sections that ask for something where no scale or variable is named.
ASKING: Final = ("rake", "poststratify", "calibration", "drivers", "association")
CAREFUL: Final = (
    "[change] nobody links the answers of a finite population, so the errors of changes allow for "
    "answers that vary from one time to the next: two answers of a person are taken to go together "
    'by at least {correlation:g}. Panels that were kept apart need [change] invited = "apart"; '
    '"independent" gives the full finite population correction, for what these very people said'
)
THESE_VERY_PEOPLE: Final = (
    "[change] linked persons of a finite population: a change is what these very people said, and "
    "answers that vary from one time to the next can be called up or down; questions = true also "
    "gives each change as such, beyond such variation"
)
UNPROTECTED: Final = (
    "Without [disclosure] nothing is suppressed or rounded: the figures are for the owner of the "
    "file, not for publication."
)
NO_MARGIN: Final = (
    "[change] margin is not named, and nothing says what is little or much of {name!r}, which is "
    "in a unit of its own: what is beyond chance is called a difference however small it is, and "
    "nothing steady or similar; give the ends of its scale in [variables] ranges, or name the "
    "margin"
)
ONE_WAVE: Final = (
    "[change] the file has one wave, so nothing can have changed since another and changes is "
    "empty: name the column that tells waves apart in [domains] wave, or leave [change] out"
)
POOLED: Final = (
    "[missing] imputation: the estimates are pooled over {number} copies by Rubin's rules; changes "
    "and drivers are left out, everything else is that of the first copy."
)


@dataclass(frozen=True, slots=True)
class Analysis:
    """The result as plain values for JSON, and the final weight of each row in file order.

    ``coarse`` says of each estimate of a protected file how coarse it is.
    """

    result: dict[str, object]
    weight: pd.Series
    coarse: tuple[Coarseness, ...] = ()


def files_named(raw: Mapping[str, object]) -> tuple[str, ...]:
    """List the files that a specification names; the caller reads them into frames.

    Raises
    ------
    SpecificationError
        If the specification is not valid.
    """
    spec = read_specification(raw)
    return (spec.poststratify.counts,) if spec.poststratify else ()


def analyse(
    data: pd.DataFrame,
    raw: Mapping[str, object],
    files: Mapping[str, pd.DataFrame] | None = None,
    *,
    memory: float = math.inf,
) -> Analysis:
    """Analyse a file of respondents.

    Parameters
    ----------
    data : DataFrame
        One row per respondent. A row of empty fields alone is none: it is left out, gets no
        weight, and a warning counts such rows.
    raw : mapping
        The parsed specification (design.md 5).
    files : mapping of file name to DataFrame
        What `files_named` lists.
    memory : float
        Bytes of the machine: what takes more is refused before anything is estimated.

    Returns
    -------
    Analysis

    Raises
    ------
    AnalyticsError
        One sentence that says what is wrong and where: a section, a missing column, an unknown
        category, a margin that does not match, an empty file.

    Notes
    -----
    With [published] the rows are published figures (`analytics.workbench.sections.published`), and
    none has a weight.
    """
    rows = len(data)
    data, blank = without_blank_rows(data.reset_index(drop=True))
    if "published" in raw:
        from analytics.workbench.sections.published.section import analyse_published  # noqa: PLC0415 - scipy.stats

        found = Analysis(analyse_published(data, raw), pd.Series(dtype="float64"))
    else:
        found = _analysed(data, raw, files, memory)
    found.result["warnings"] = [*blank, *cast("list[str]", found.result["warnings"])]
    return replace(found, weight=found.weight.reindex(range(rows)))


def _analysed(
    data: pd.DataFrame,
    raw: Mapping[str, object],
    files: Mapping[str, pd.DataFrame] | None,
    memory: float,
) -> Analysis:
    """Analyse the rows that hold something; their index counts those of the file."""
    spec = read_specification(raw)
    asks = any(raw.get(section) for section in ASKING)
    if not asks and not spec.scales and spec.variables == VariablesSpec():
        raise SpecificationError(
            "the specification names nothing to estimate: add scales or variables"
        )
    asked = read_further(raw, spec)
    if data.empty:
        raise FrameError("the data has no rows: there is nothing to analyse")
    need(data, [spec.person] if spec.person else [], "[domains] person")
    told = data
    missing = read_missing(section_of(raw, "missing"))
    if missing.imputation is not None:
        return _imputed(data, raw, files, missing.imputation)
    data = without_not_asked(data, spec, missing)
    spec = with_categories(data, spec)
    inner = with_hierarchy(data, spec)
    calibration = read_calibration(section_of(raw, "calibration"))
    plain = in_cells.are_plain(inner, raw, len(data), memory)
    made = [
        _wave(name, part, inner, files or {}, calibration, plain=plain)
        for name, part in split_waves(data, spec.wave)
    ]
    waves = [wave for wave, _ in made]
    hidden, gone = hidden_cells(waves, spec)
    waves = [told_wave(wave, hidden[wave.name], spec) for wave in waves]
    nested = nested_columns(data, spec) if gone else ()
    if nested:
        found = _analysed(told, with_nested(raw, nested), files, memory)
        told_first = NESTED.format(columns=" > ".join(nested))
        found.result["warnings"] = [told_first, *cast("list[str]", found.result["warnings"])]
        return found
    weight = pd.concat(
        [pd.Series(wave.weight, index=wave.data.index) for wave in waves]
    ).sort_index()
    decimals = 1 if spec.disclosure else None
    changed = [
        change
        for then, now in itertools.pairwise(waves)
        for change in wave_changes(then, now, inner, decimals=decimals, hidden=hidden)
    ]
    apart: dict[str, object] = {}
    if spec.change.composition:
        pairs = itertools.pairwise(waves)
        apart = {"composition": [row for pair in pairs for row in composition_rows(*pair, spec)]}
    scales = protected_scales(waves, spec, hidden) if spec.disclosure else judged_scales(data, spec)
    undecided, silent = _undecided(waves, spec, hidden)
    further, warnings = further_results(Given(data, told, waves, spec, hidden, calibration), asked)
    estimates = [row for wave in waves for row in estimate_rows(wave, spec, hidden[wave.name])]
    items = AnsweredItems(waves, spec)
    rows = wave_change_rows(changed, spec, hidden)
    changes, beside = judged_rows(rows, estimates, waves, spec, items)
    result: dict[str, object] = {
        "respondents": len(data),
        "weights": weight_entry(
            weight, [adjusted for _, adjusted in made], protected=spec.disclosure is not None
        ),
        "scales": scales.entries,
        "estimates": estimates,
        "changes": changes,
        **beside,
        "drivers": [],
        **apart,
        **undecided,
        **further,
        "warnings": [
            *_warnings(spec, made, compared=_compared(raw)),
            *([ONE_WAVE] if len(made) == 1 and _asks_for_changes(raw) else []),
            *gone,
            *left_out_told(waves),
            *totals_told(waves, hidden, spec),
            *file_cautions(data, waves, spec),
            *silent,
            *without_answers(data, waves, spec),
            *without_domain(waves, spec),
            *places_with_two_names(waves, spec),
            *without_consistency(scales.judged),
            *items.warnings(),
            *scales.warnings,
            *warnings,
            *([] if spec.disclosure else [UNPROTECTED]),
        ],
    }
    if spec.disclosure is not None:
        people = People.of(waves, hidden, spec.disclosure.minimum)
        # Weights that are all the same add up to a number of people.
        counted = weight.min() == weight.max() and people.whole is not None
        known = counted or all(adjusted.known for _, adjusted in made)
        result = cleared(result, people, sum_known=known)
    coarse = [row for wave in waves for row in coarseness(wave, spec, hidden[wave.name])]
    return Analysis(result, weight.rename("weight"), tuple(coarse))


def _imputed(
    data: pd.DataFrame,
    raw: Mapping[str, object],
    files: Mapping[str, pd.DataFrame] | None,
    column: str,
) -> Analysis:
    """Analyse each imputed copy of a file as if it were the file, and pool the estimates."""
    rest = {key: value for key, value in section_of(raw, "missing").items() if key != "imputation"}
    plain = {key: value for key, value in raw.items() if key != "missing"}
    plain["change"] = {**section_of(raw, "change"), "rule": DIFFERENCES}  # none is shown
    copies = completed_copies(data, column)
    done = [analyse(part, plain | ({"missing": rest} if rest else {}), files) for part in copies]
    spec = read_specification(raw)
    estimates = pool_estimates(
        [cast("list[dict[str, object]]", one.result["estimates"]) for one in done],
        spec.ends_of,
        [one.coarse for one in done],
        confidence=spec.design.confidence,
    )
    weight = pd.concat(
        [one.weight.set_axis(part.index) for one, part in zip(done, copies, strict=True)]
    )
    result = done[0].result | {"estimates": estimates, "changes": [], "drivers": []}
    warnings = cast("list[str]", result["warnings"])
    result["warnings"] = [*warnings, POOLED.format(number=len(copies))]
    return Analysis(result, weight.sort_index())


def _wave(
    name: str | None,
    data: pd.DataFrame,
    spec: Specification,
    files: Mapping[str, pd.DataFrame],
    calibration: CalibrationSpec,
    *,
    plain: bool,
) -> tuple[Wave, Adjusted]:
    """Weight and estimate one wave, which is a sample of its own.

    ``plain`` where the file is large and nothing else is asked of its rows.
    """
    counts = files.get(spec.poststratify.counts) if spec.poststratify else None
    cells = in_cells.cells_of_rows(data, spec, calibration) if plain else None
    if cells is not None:
        with suppress(AnalyticsError):  # which tells of rows, as below
            return _in_cells(name, data, cells, spec, counts)
    try:
        adjusted = _weighted(data, spec, counts, calibration)
    except AnalyticsError as error:
        if name is None:
            raise
        raise type(error)(f"in wave {name!r}: {error}") from error
    given = inputs(data, spec)
    found = levels(data, adjusted.design, given, spec)
    wave = Wave(name, data, adjusted.design, found, given.scales.left_out)
    return (wave.without_residuals() if plain else wave), adjusted


def _in_cells(
    name: str | None,
    data: pd.DataFrame,
    cells: Cells,
    spec: Specification,
    counts: pd.DataFrame | None,
) -> tuple[Wave, Adjusted]:
    few = data.iloc[cells.first]
    adjusted = _weighted(few, spec, counts, CalibrationSpec(), cells.count)
    found = levels(few, adjusted.design, in_cells.cell_inputs(data, cells, spec), spec)
    return Wave(name, data, adjusted.design, found, cells=cells).without_residuals(), adjusted


def _weighted(
    data: pd.DataFrame,
    spec: Specification,
    counts: pd.DataFrame | None,
    calibration: CalibrationSpec,
    each: Floats | None = None,
) -> Adjusted:
    sample = sampling_design(data, spec.design, each)
    adjusted = adjust(data, sample.design, spec, counts, calibration)
    return replace(adjusted, warnings=sample.warnings + adjusted.warnings)


def _undecided(
    waves: list[Wave], spec: Specification, hidden: Mapping[str | None, Statuses]
) -> tuple[dict[str, object], list[str]]:
    """Say what hangs on "don't know", where a scale has codes for it."""
    if not any(scale.dont_know for scale in spec.scales.values()):
        return {}, []
    found = [dont_know_rows(wave, spec, hidden[wave.name]) for wave in waves]
    rows = [row for own, _ in found for row in own]
    told = [
        text if wave.name is None else f"in wave {wave.name!r}: {text}"
        for wave, (_, own) in zip(waves, found, strict=True)
        for text in own
    ]
    return {"dont_know": rows}, told


def _warnings(
    spec: Specification, made: list[tuple[Wave, Adjusted]], *, compared: bool
) -> list[str]:
    found = order_told(spec.wave, [wave.name for wave, _ in made if wave.name is not None])
    found += dict.fromkeys(text for _, adjusted in made for text in adjusted.warnings)
    if spec.without_ends and spec.change.margin is None and (len(made) > 1 or compared):
        found.append(NO_MARGIN.format(name=spec.without_ends[0]))
    if len(made) > 1 and any(_corrected(wave) for wave, _ in made):
        if spec.person is not None:
            found.append(THESE_VERY_PEOPLE)
        elif spec.change.invited is None:
            found.append(CAREFUL.format(correlation=spec.change.correlation))
    return found


def _compared(raw: Mapping[str, object]) -> bool:
    """Tell whether domains are compared by the margin of changes."""
    return "comparison" in raw and "margin" not in section_of(raw, "comparison")


def _asks_for_changes(raw: Mapping[str, object]) -> bool:
    """Tell whether changes are asked for, and not a margin for domains that are compared."""
    return "comparison" not in raw and bool(set(section_of(raw, "change")) - {"rule"})


def _corrected(wave: Wave) -> bool:
    return any(bool((stage.fraction > 0).any()) for stage in wave.design.stages)
