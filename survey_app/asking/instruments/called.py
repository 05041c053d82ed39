"""What the indices of two versions are called: as beside their figures, of each version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from questionnaires.differences import with_own_series

if TYPE_CHECKING:
    from questionnaires.measures import MeasureRoles
    from questionnaires.model import Index, Questionnaire, Text


def called_indices(
    before: Questionnaire, after: Questionnaire, measures: MeasureRoles
) -> dict[str, Text]:
    """Name each index of either version by its code, one of both as the newer has it."""
    return {
        index.code: _called(index, asked, measures)
        for asked in (before, after)
        for index in with_own_series(asked)
    }


def _called(index: Index, asked: Questionnaire, measures: MeasureRoles) -> Text:
    row = measures.name(index.code).row
    if row is None:
        return index.title
    items, parts = len(items_counted_in(asked, index.code)), len(index.weights)
    return {
        language: text.replace("{items}", str(items)).replace("{parts}", str(parts))
        for language, text in row.items()
    }


def items_counted_in(asked: Questionnaire, code: str) -> tuple[str, ...]:
    """List the items that a version counts in an index, or in a scale with a series of its own."""
    scales = {one.code: one.items for one in asked.scales}
    weights = next((one.weights for one in with_own_series(asked) if one.code == code), {})
    return tuple(dict.fromkeys(item for scale in weights for item in scales.get(scale, ())))
