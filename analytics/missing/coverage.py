"""What each form of a questionnaire can tell, where forms ask different items.

Each scale is estimated from those who were asked it, and an index is composed of these means
(instruments.md 4.4), so forms that share no respondent still make one index.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analytics.missing.forms import AskedForm

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


type Scales = Mapping[str, Sequence[str]]
type Indices = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Respondents who were asked a scale as a whole, in part and not at all, and by which forms."""

    scale: str
    whole: int
    part: int
    not_asked: int
    forms_whole: tuple[str, ...]
    forms_part: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IndexCoverage:
    """What forms can say of an index.

    ``n`` counts the respondents of its scarcest scale, ``complete`` those who were asked all its
    scales, and ``forms`` names the forms that can estimate it alone. ``lacking`` names scales that
    no form asks as a whole: the index cannot be estimated.
    """

    index: str
    n: int
    complete: int
    forms: tuple[str, ...]
    lacking: tuple[str, ...]


def coverage(found: Sequence[AskedForm], scales: Scales) -> tuple[Coverage, ...]:
    """Count for each scale who was asked it.

    Parameters
    ----------
    found : sequence of AskedForm
    scales : mapping of scale to its items
    """
    rows = []
    for scale, items in scales.items():
        by = {kind: [f for f in found if f.asks(items) == kind] for kind in ("all", "some", "none")}
        n = {kind: sum(form.n for form in part) for kind, part in by.items()}
        whole, part = (tuple(f.name for f in by[kind]) for kind in ("all", "some"))
        rows.append(Coverage(scale, n["all"], n["some"], n["none"], whole, part))
    return tuple(rows)


def index_coverage(
    found: Sequence[AskedForm], scales: Scales, indices: Indices
) -> tuple[IndexCoverage, ...]:
    """Tell for each index what all forms together, and each alone, can estimate."""
    per_scale = {row.scale: row for row in coverage(found, scales)}
    rows = []
    for index, parts in indices.items():
        alone = [f for f in found if all(f.asks(scales[scale]) == "all" for scale in parts)]
        rows.append(
            IndexCoverage(
                index,
                n=min(per_scale[scale].whole for scale in parts),
                complete=sum(form.n for form in alone),
                forms=tuple(form.name for form in alone),
                lacking=tuple(scale for scale in parts if not per_scale[scale].whole),
            )
        )
    return tuple(rows)


def form_warnings(found: Sequence[AskedForm], scales: Scales, indices: Indices) -> list[str]:
    """Say in words what a reader of the figures must know of the forms."""
    total = sum(form.n for form in found)
    texts = []
    for row in coverage(found, scales):
        if row.part:
            texts.append(
                f"{row.scale!r} was asked only in part of {row.part} of {total} respondents (form "
                f"{', '.join(row.forms_part)}): a score from fewer items is another measure; give "
                "the shorter form a scale of its own"
            )
        elif 0 < row.whole < total:
            texts.append(
                f"{row.scale!r} was asked of {row.whole} of {total} respondents (form "
                f"{', '.join(row.forms_whole)}): the others are not missing, they were not asked"
            )
    for index in index_coverage(found, scales, indices):
        if index.lacking:
            texts.append(
                f"{index.index!r} cannot be estimated: no form asks all items of "
                f"{', '.join(index.lacking)}"
            )
        elif not index.forms and len(found) > 1:
            texts.append(
                f"{index.index!r} is composed over forms: nobody was asked all its scales, so it "
                "has no figure for a person and no correlation with anything"
            )
    return texts
