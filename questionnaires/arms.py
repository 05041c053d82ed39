"""Names of what one half of a wave alone is asked, and what either half is shown.

Where random halves get the old and the new words of an item (`questionnaires.overlap`), the item
stands twice in the questionnaire: ``vp.apn.1@1`` in the old words, ``vp.apn.1@2`` in the new. The
arm is told by the id alone, so that questionnaires of before stay readable.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from collections.abc import Set as AbstractSet

    from questionnaires.model import Form, Questionnaire

OLD: Final = 1
NEW: Final = 2
ARMS: Final = (OLD, NEW)

_ARM = re.compile(rf"@([{OLD}{NEW}])\b")


def with_arm(name: str, number: int) -> str:
    """Name what one half alone is asked: ``vp.apn.1`` becomes ``vp.apn.1@2``."""
    return f"{name}@{number}"


def arm_of(name: str) -> int | None:
    """Tell whom an item, a column or a measure belongs to; None for what everybody gets.

    The new composition of a scale or index keeps its code, and is no arm's by its name.
    """
    found = _ARM.search(name)
    return int(found[1]) if found else None


def without_arm(name: str) -> str:
    """Return what an item, a column or a measure is called where only one wording is asked."""
    return _ARM.sub("", name, count=1)


def in_arm(columns: Iterable[str], number: int) -> tuple[str, ...]:
    """Return the items or columns that one half is asked, in their order."""
    return tuple(column for column in columns if arm_of(column) in (None, number))


def has_arms(questionnaire: Questionnaire) -> bool:
    """Tell whether halves are asked in different words."""
    return any(arm_of(item.id) is not None for item in questionnaire.items)


def has_both(questionnaire: Questionnaire) -> bool:
    """Tell whether a wave asks what two versions ask: of halves each its own, or of everybody both.

    The second is told by its scales alone, whose old composition has an arm; no item has one.
    """
    return has_arms(questionnaire) or any(
        arm_of(scale.code) is not None for scale in questionnaire.scales
    )


def arm(questionnaire: Questionnaire, number: int) -> Questionnaire:
    """Return what one half is asked; ids keep their arm.

    Parameters
    ----------
    questionnaire : Questionnaire
        From `overlap.both_wordings`; of any other, everything is returned.
    number : int
        `OLD` or `NEW`.
    """
    return only(
        questionnaire,
        {item.id for item in questionnaire.items if arm_of(item.id) in (None, number)},
    )


def only(questionnaire: Questionnaire, asked: AbstractSet[str]) -> Questionnaire:
    """Return what some are asked as a form of its own, with the scales and indices it carries."""
    items = tuple(item for item in questionnaire.items if item.id in asked)
    scales = tuple(scale for scale in questionnaire.scales if set(scale.items) <= asked)
    codes = {scale.code for scale in scales}
    return replace(
        questionnaire,
        form=_with_blocks(questionnaire, asked),
        items=items,
        options={item.options: questionnaire.options[item.options] for item in items},
        scales=scales,
        indices=tuple(one for one in questionnaire.indices if set(one.weights) <= codes),
    )


def _with_blocks(questionnaire: Questionnaire, asked: Collection[str]) -> Form:
    blocks = (
        replace(block, items=tuple(item for item in block.items if item in asked), module="")
        for block in questionnaire.form.blocks
    )
    return replace(questionnaire.form, blocks=tuple(block for block in blocks if block.items))
