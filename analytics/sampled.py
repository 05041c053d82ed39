"""Who answered, as a sample: weights, strata and the levels that figures are given for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analytics.estimation.design import simple_design
from analytics.estimation.domains import staff_partitions, whole
from analytics.frames import check_frame
from analytics.groups import public_categories, public_partitions
from analytics.in_cells import cells_of, of_each
from analytics.weighting.diagnostics import diagnose
from analytics.weighting.poststratify import unit_weights
from analytics.weighting.public import public_weights

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics.arrays import Floats, Integers
    from analytics.estimation.design import Design
    from analytics.estimation.domains import Partition
    from analytics.estimation.pooled import Cells
    from analytics.weighting.diagnostics import WeightDiagnostics
    from questionnaires.background import Background
    from questionnaires.model import Questionnaire


@dataclass(frozen=True, slots=True)
class DesignedSample:
    """The respondents with their design, divided into levels.

    ``merged`` names the units that were put together for their weights, ``crowded`` counts those
    with more answers than persons. With ``cells`` a row stands for all who told the same of
    themselves; these say which.
    """

    design: Design
    partitions: tuple[Partition, ...]
    weights: WeightDiagnostics
    merged: tuple[str, ...]
    crowded: int = 0
    cells: Cells | None = None

    @property
    def each(self) -> Floats | None:
        """Respondents that a row stands for."""
        return None if self.cells is None else self.cells.count

    @property
    def codes_of_each(self) -> list[Integers]:
        """The domain of every respondent at each level, -1 for none."""
        codes = [one.code for one in self.partitions]
        return codes if self.cells is None else [code[self.cells.code] for code in codes]

    def of_each(self) -> DesignedSample:
        """Give every respondent a row."""
        if self.cells is None:
            return self
        design, partitions = of_each(self.design, self.partitions, self.cells)
        return replace(self, design=design, partitions=partitions, cells=None)


def sample_of_others(
    background: Background,
    questionnaire: Questionnaire,
    answers: pd.DataFrame,
    frame: pd.DataFrame | None,
    margins: Mapping[str, Mapping[str, float]],
) -> DesignedSample:
    """Weight answers of people outside the agency, a row for all who told the same of themselves.

    Parameters
    ----------
    background, questionnaire, answers
        As `analytics.in_cells.cells_of`.
    frame, margins
        As `analytics.weighting.public.public_weights`.
    """
    cells = cells_of(background, questionnaire, answers)
    told = answers.iloc[cells.first]
    categories = public_categories(background, questionnaire, told)
    made = public_weights(categories, frame, margins, cells.count)
    groups = public_partitions(background, questionnaire, categories)
    partitions = (whole(len(told), None), *groups)
    return DesignedSample(made.design, partitions, made.diagnostics, (), cells=cells)


def sample_of_staff(unit: pd.Series, frame: pd.DataFrame) -> DesignedSample:
    """Weight answers of staff to the people of their units.

    Parameters
    ----------
    unit : Series of str, shape (n_respondents,)
        Reporting unit, or region where the unit was too small to store.
    frame : DataFrame
        ``unit``, ``region``, ``unit_type``, ``population``, ``invited``, one row per unit.
    """
    frame = check_frame(frame, key="unit", columns=("region", "unit_type", "population", "invited"))
    made = unit_weights(unit, frame)
    # Strata are the cells of the weights: their population is known, merged or not.
    cells = made.population.index
    stratum = np.asarray(cells.get_indexer(pd.Index(made.cell)), dtype=np.int64)
    design = simple_design(
        made.weight.to_numpy(dtype=np.float64), stratum, made.population.to_numpy(dtype=np.float64)
    )
    known = pd.Series(frame["population"].to_numpy(), index=frame["unit"].astype("str"))
    crowded = int((unit.value_counts().reindex(known.index).fillna(0) > known).sum())
    partitions = staff_partitions(unit, frame)
    return DesignedSample(design, partitions, diagnose(made.weight), made.merged, crowded)
