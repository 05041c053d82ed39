"""Parts of a wave that are not asked all the same: halves in two wordings, modules of a split form.

Halves are told by the names of items (`questionnaires.arms`), modules by the blocks of the form
(`Block.module`). Both are numbered from 1, and a form has one kind or none. What belongs to no part
everybody is asked.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from questionnaires.arms import ARMS, arm_of, has_arms, only
from questionnaires.model import NOT_ASKED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from questionnaires.model import Questionnaire

type Places = Mapping[int, tuple[int, ...]]
"""Where in the answers the columns stand that one part alone is asked, by number of the part."""


def has_modules(questionnaire: Questionnaire) -> bool:
    """Tell whether each person is asked the core and one of several modules."""
    return bool(questionnaire.form.modules)


def part_numbers(questionnaire: Questionnaire) -> tuple[int, ...]:
    """Return the numbers of the parts that people are drawn into; empty where all are asked all."""
    if has_arms(questionnaire):
        return ARMS
    return tuple(range(1, len(questionnaire.form.modules) + 1))


def part_of_items(questionnaire: Questionnaire) -> dict[str, int]:
    """Return the items that one part alone is asked, with its number."""
    arms = {one.id: arm for one in questionnaire.items if (arm := arm_of(one.id)) is not None}
    return arms or questionnaire.form.module_of


def part_places(questionnaire: Questionnaire) -> Places:
    """Return where the columns of each part stand; empty where everybody is asked the same."""
    of, at = part_of_items(questionnaire), 0
    found: dict[int, list[int]] = {number: [] for number in part_numbers(questionnaire)}
    for item in questionnaire.items:
        width = len(questionnaire.item_columns(item))
        if item.id in of:
            found[of[item.id]].extend(range(at, at + width))
        at += width
    return {number: tuple(columns) for number, columns in found.items()}


def in_part(questionnaire: Questionnaire, number: int | None) -> tuple[str, ...]:
    """Return the items that one part is asked, in their order; of None what everybody is."""
    of = part_of_items(questionnaire)
    return tuple(one.id for one in questionnaire.items if of.get(one.id, number) == number)


def part(questionnaire: Questionnaire, number: int | None) -> Questionnaire:
    """Return what one part is asked as a form of its own; of None what everybody is asked."""
    return only(questionnaire, frozenset(in_part(questionnaire, number)))


def with_all_modules(questionnaire: Questionnaire) -> Questionnaire:
    """Return core and all modules as one form that everybody is asked.

    It promises as many minutes for a question as the form of one person does, rounded up.
    """
    one_person, items = questionnaire.question_count, len(questionnaire.items)
    blocks = tuple(replace(block, module="") for block in questionnaire.form.blocks)
    minutes = -(-questionnaire.form.minutes * items // one_person) if one_person else 0
    return replace(questionnaire, form=replace(questionnaire.form, blocks=blocks, minutes=minutes))


def parts_asked(places: Places, values: Sequence[int]) -> tuple[int, ...]:
    """Tell which parts stored answers are of: of one ballot one, or none where filters left none.

    Parameters
    ----------
    places : mapping of int to tuple of int
        From `part_places`.
    values : sequence of int, shape (n_columns,)
        Stored codes.
    """
    return tuple(
        number
        for number, columns in places.items()
        if any(values[at] != NOT_ASKED for at in columns)
    )


def is_of_one_part(questionnaire: Questionnaire, places: Places, values: Sequence[int]) -> bool:
    """Tell whether stored answers are of one part.

    Of halves also none may be seen, where the answers left out all that differs. A module has
    something that all whom it is given to are asked.
    """
    seen = len(parts_asked(places, values))
    return seen == 1 if has_modules(questionnaire) else seen <= 1
