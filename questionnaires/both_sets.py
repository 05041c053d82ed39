"""Both sets of items in one wave: everybody is asked the old and the new (instruments.md 4.9, B).

Where an item was added to a scale or taken out of it, the questionnaire of such a wave asks the
items of both, each once. The scale stands twice, and each index that it is part of: ``APN`` is made
of the new set, ``APN@1`` of the old. No item has an arm, so that nobody is drawn for anything.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from questionnaires.arms import OLD, with_arm
from questionnaires.errors import OverlapError
from questionnaires.model import Questionnaire
from questionnaires.parsing.forms import shared_stem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from questionnaires.model import Block, Form, Index, Item, ResponseOptions, Scale


def recomposed(old: Mapping[str, Scale], new: Iterable[Scale]) -> tuple[str, ...]:
    """Name the scales of both versions that have other items."""
    return tuple(
        scale.code
        for scale in new
        if scale.code in old and set(old[scale.code].items) != set(scale.items)
    )


def rescored(old: Mapping[str, Scale], new: Iterable[Scale]) -> tuple[str, ...]:
    """Name the scales of both versions with the same items and another rule of who has a score.

    No wave links these: both scores would be of the same answers, and how far they lie apart would
    tell what the few answered who have one of the two alone.
    """
    return tuple(
        scale.code
        for scale in new
        if scale.code in old
        and set(old[scale.code].items) == set(scale.items)
        and old[scale.code].min_answered != scale.min_answered
    )


def both_sets(
    new: Questionnaire,
    scales: Mapping[str, Scale],
    items: Mapping[str, Item],
    options: Mapping[str, ResponseOptions],
) -> Questionnaire:
    """Ask everybody the items of the old and the new scales.

    Parameters
    ----------
    new : Questionnaire
        What the newest version asks.
    scales : mapping of str to Scale
        Of the version before, by code.
    items : mapping of str to Item
        Of the version before, by id, as this form asked them.
    options : mapping of str to ResponseOptions

    Returns
    -------
    Questionnaire
        The form of `new`. An item that only an old scale has stands behind the last of that scale;
        where the form asks no other, behind the last that came in its place. It has the filter that
        it had. The form promises as many minutes for a question as `new` does.

    Raises
    ------
    OverlapError
        If no scale has other items, or one has the same and another rule of who has a score; or if
        an item that was taken out was asked of some alone, by an answer that the form does not ask
        for any more.
    """
    if ruled := rescored(scales, new.scales):
        raise OverlapError(
            f"{', '.join(ruled)} has the same items and another share of them that must be"
            " answered, and no wave can ask that in two ways",
            "rule",
            ruled,
        )
    touched = recomposed(scales, new.scales)
    if not touched:
        raise OverlapError(
            f"no scale of {new.form.id} has other items; leave the overlap out", "same"
        )
    asked = {item.id for item in new.items}
    left = {
        name: items[name] for code in touched for name in scales[code].items if name not in asked
    }
    if undecided := sorted(
        name for name, item in left.items() if {one.item for one in item.filter} - asked
    ):
        raise OverlapError(
            f"{', '.join(undecided)} was asked of some alone, by an answer that {new.form.id} does"
            " not ask for any more",
            "filtered",
            undecided,
        )
    together = {item.id: item for item in new.items} | left
    known = {**options, **new.options}
    form = new.form
    now = {scale.code: scale.items for scale in new.scales}
    for code in touched:
        form = _with_items(form, scales[code].items, now[code], together, known)
    minutes = _minutes(new.form.minutes, len(asked), len(together))
    return replace(
        new,
        form=replace(form, minutes=minutes),
        items=tuple(together[name] for name in form.items),
        options={together[name].options: known[together[name].options] for name in form.items},
        scales=tuple(_twice(new.scales, scales, touched)),
        indices=tuple(_indices_twice(new.indices, frozenset(touched))),
    )


def _minutes(promised: int, questions: int, more: int) -> int:
    """Promise as long for a question of the longer form, to the nearest minute, and no less."""
    return max(promised, math.floor(promised * more / questions + 1 / 2))


def _indices_twice(indices: Iterable[Index], touched: Collection[str]) -> Iterator[Index]:
    for index in indices:
        yield index
        if not set(touched).isdisjoint(index.weights):
            yield replace(
                index,
                code=with_arm(index.code, OLD),
                parts=in_old(index.parts, touched),
                equal_parts=in_old(index.equal_parts, touched),
            )


def in_old(weights: Mapping[str, float], touched: Collection[str]) -> dict[str, float]:
    """Give the weights of an index whose scales that stand twice are those of the old version."""
    return {
        with_arm(code, OLD) if code in touched else code: weight for code, weight in weights.items()
    }


def _twice(
    new: Iterable[Scale], old: Mapping[str, Scale], touched: Collection[str]
) -> Iterator[Scale]:
    for scale in new:
        yield scale
        if scale.code in touched:
            yield replace(old[scale.code], code=with_arm(scale.code, OLD))


def _with_items(
    form: Form,
    wanted: Sequence[str],
    instead: Sequence[str],
    items: Mapping[str, Item],
    options: Mapping[str, ResponseOptions],
) -> Form:
    """Place the items of a scale that a form does not ask behind the last one that it does ask.

    So nothing that the form asks before stands otherwise than in a wave of the newest version. Of a
    scale that keeps none, that is the last of what it is made of ``instead``. One that is answered
    alike comes first: their stem, or that they have none, is what the item was asked under.
    """
    for name in wanted:
        if name in form.items:
            continue
        beside = [one for one in wanted if one in form.items] or instead
        alike = [one for one in beside if items[one].options == items[name].options]
        near = max(alike or beside, key=form.items.index)
        blocks: list[Block] = []
        for block in form.blocks:
            here = near in block.items
            blocks.extend(_placed(block, near, name, items, options) if here else (block,))
        form = replace(form, blocks=tuple(blocks))
    return form


def _placed(
    block: Block,
    near: str,
    name: str,
    items: Mapping[str, Item],
    options: Mapping[str, ResponseOptions],
) -> Iterator[Block]:
    """Put an item into a block; one that is answered otherwise stands alone, under its own stem.

    The text before the block bears on it and on what follows, as it did: it stands before each, and
    a page says it once.
    """
    place = block.items.index(near) + 1
    first, rest = block.items[:place], block.items[place:]
    if items[name].options == items[near].options:
        # under the stem of its neighbour, also where others beside them leave none to share
        yield replace(block, items=(*first, name, *rest))
        return
    yield replace(block, items=first)
    yield replace(block, stem=shared_stem((name,), items, options), items=(name,))
    if rest:
        yield replace(block, items=rest)
