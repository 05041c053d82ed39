"""A form of which not everybody is asked the same, for formats that ask everybody the same."""

from dataclasses import replace

from questionnaires.arms import NEW, OLD, arm, arm_of, has_arms, without_arm
from questionnaires.formats.left_out import LeftOut
from questionnaires.halves import in_words_of
from questionnaires.model import Condition, Form, Item, Questionnaire


def newest_words(asked: Questionnaire) -> tuple[Questionnaire, tuple[LeftOut, ...]]:
    """Return the form as everybody would be asked it, and what that leaves out.

    Of two wordings everybody gets the new, of modules everybody gets all.

    Parameters
    ----------
    asked : Questionnaire

    Returns
    -------
    Questionnaire
        With the names that items have where only one wording is asked; the same where it is.
    tuple of LeftOut
        An item for each wording that is left out, and each module that others do not get.
    """
    if asked.form.modules:
        blocks = tuple(replace(block, module="") for block in asked.form.blocks)
        lost = tuple(LeftOut(asked.form.id, "module", name) for name in asked.form.modules)
        return replace(asked, form=replace(asked.form, blocks=blocks)), lost
    if not has_arms(asked):
        # who was asked the old and the new items of a scale was asked all that stands here
        return in_words_of(asked, NEW), ()
    half = arm(asked, NEW)
    items = tuple(_item(item) for item in half.items)
    plain = replace(
        half,
        form=_form(half.form),
        items=items,
        options={
            without_arm(name): replace(one, id=without_arm(one.id))
            for name, one in half.options.items()
        },
        scales=tuple(
            replace(scale, items=tuple(map(without_arm, scale.items))) for scale in half.scales
        ),
    )
    old = (item.id for item in asked.items if arm_of(item.id) == OLD)
    return plain, tuple(LeftOut(without_arm(name), "half") for name in old)


def _item(item: Item) -> Item:
    return replace(
        item,
        id=without_arm(item.id),
        options=without_arm(item.options),
        filter=tuple(_condition(one) for one in item.filter),
    )


def _form(form: Form) -> Form:
    blocks = tuple(
        replace(block, items=tuple(map(without_arm, block.items))) for block in form.blocks
    )
    ends = _condition(form.screen_out) if form.screen_out else None
    return replace(form, blocks=blocks, screen_out=ends)


def _condition(one: Condition) -> Condition:
    return replace(one, item=without_arm(one.item))
