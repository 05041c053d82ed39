"""Waves of the same people in the [quality] section: whether their answers mean the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from analytics.errors import FrameError, SpecificationError
from analytics.scale_quality.longitudinal import longitudinal_invariance
from analytics.workbench.file.categories import categories
from analytics.workbench.file.wave_order import in_time
from analytics.workbench.sections.quality.rows import invariance_row, not_tested
from analytics.workbench.specification.quality import WHERE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics.workbench.specification.model import Specification
    from analytics.workbench.specification.quality import QualitySpec

AS_DRAWN: Final = (
    "[quality] longitudinal takes people as drawn one by one with equal chances: weights and "
    "clusters are those of a wave, not of people over waves"
)
UNNAMED: Final = (
    "[quality] longitudinal needs [domains] person and wave, to see who answered in which wave"
)
HIDDEN: Final = (
    "[quality] longitudinal rests on those who answered in several waves, and who came and went "
    "would follow from it: leave it or [disclosure] out"
)


@dataclass(frozen=True, slots=True)
class Linked:
    """The person and the wave of each row, and the waves to compare in their order."""

    column: str
    person: pd.Series
    wave: pd.Series
    waves: tuple[str, ...]


def linked_waves(data: pd.DataFrame, spec: Specification, asked: QualitySpec) -> Linked | None:
    """Read who answered in which wave; None where waves of the same people are not asked for.

    Raises
    ------
    SpecificationError
        If the file does not name persons or a wave that is asked for, or is protected.
    """
    if not asked.longitudinal:
        return None
    if spec.disclosure is not None:
        raise SpecificationError(HIDDEN)
    if spec.person is None or spec.wave is None:
        raise SpecificationError(UNNAMED)
    person = categories(data, spec.person, "[domains] person")
    wave = categories(data, spec.wave, "[domains] wave")
    there = in_time(str(name) for name in wave.dropna().unique())
    named = tuple(there) if isinstance(asked.longitudinal, bool) else asked.longitudinal
    strange = [name for name in named if name not in there]
    if strange:
        raise SpecificationError(
            f"{WHERE} longitudinal names the wave {strange[0]!r}, which the file does not have: "
            f"it has {', '.join(there)}"
        )
    return Linked(spec.wave, person, wave, tuple(name for name in there if name in named))


def together(
    factors: Mapping[str, pd.DataFrame],
) -> tuple[pd.DataFrame, dict[str, list[str]]]:
    """Give the items of all scales of a model, each once, and which scale has which."""
    items = pd.concat(factors.values(), axis=1)
    pattern = {factor: list(own.columns) for factor, own in factors.items()}
    return items.loc[:, ~items.columns.duplicated()], pattern


def longitudinal_row(
    name: str, factors: Mapping[str, pd.DataFrame], spec: QualitySpec, linked: Linked
) -> tuple[dict[str, object], list[str]]:
    """Test one model over waves; the row of the result, and what to warn of."""
    items, pattern = together(factors)
    head = {"model": name, "by": linked.column}
    place = f"{WHERE} models.{name} over waves"
    try:
        tested = longitudinal_invariance(
            items, pattern, linked.person, linked.wave, linked.waves,
            estimator=spec.estimator, missing=spec.missing, releases=spec.modification_indices,
        )  # fmt: skip
    except (FrameError, SpecificationError) as error:
        return head | not_tested(error), [f"{place}: {error}"]
    told = [f"{place}: {text}" for text in tested.warnings]
    if not tested.means_comparable:
        told.append(f"{place}: not comparable, {tested.reason}")
    return head | invariance_row(tested), told
