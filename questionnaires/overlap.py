"""Both wordings in one wave: random halves are asked the old and the new (instruments.md 4.9, A).

An item that two versions of a form put otherwise to people stands twice in the questionnaire of
such a wave, as ``vp.apn.1@1`` in the old words and ``vp.apn.1@2`` in the new. A scale or an index
that it is part of stands twice as well: ``APN`` is made of the new, ``APN@1`` of the old. All else
stands once and is asked of everybody.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from questionnaires.arms import (
    ARMS,
    NEW,
    OLD,
    arm,
    arm_of,
    has_arms,
    in_arm,
    with_arm,
    without_arm,
)
from questionnaires.both_sets import in_old
from questionnaires.errors import OverlapError
from questionnaires.identity import identities, item_identities, same
from questionnaires.model import Questionnaire
from questionnaires.sensitivity import strictest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from questionnaires.model import Block, Index, Item, ResponseOptions, Scale

__all__ = ["arm", "arm_of", "both_wordings", "has_arms", "in_arm", "reworded", "without_arm"]


def reworded(old: Questionnaire, new: Questionnaire) -> tuple[str, ...]:
    """Name the items of both that are not asked alike, in the order of `new`."""
    before, after = identities(old), identities(new)
    return tuple(
        item.id
        for item in new.items
        if item.id in before and item.id in after and not same(before[item.id], after[item.id])
    )


def other_items(scale: str, items: Collection[str]) -> OverlapError:
    """Say why halves cannot link a scale of which one version has other items (case B)."""
    names = sorted(items)
    return OverlapError(
        f"{', '.join(names)} stands in {scale} of one version alone, and other questions"
        " are reworded: halves cannot link a scale with other items; make one of the two changes in"
        " a version of its own",
        "mixed",
        names,
    )


def both_wordings(old: Questionnaire, new: Questionnaire) -> Questionnaire:
    """Put two versions of a form into one, of which each half is asked its own.

    Parameters
    ----------
    old, new : Questionnaire
        The same form in both versions.

    Returns
    -------
    Questionnaire
        The form of `new`; what is not asked alike stands twice, at the same place.

    Raises
    ------
    OverlapError
        If nothing is asked otherwise; if a scale or an index has other parts, which no half can
        tell (case B: everybody gets both sets); or if other questions depend on one that changed.
    """
    changed = frozenset(reworded(old, new))
    _check(old, new, changed)
    twice = _Twice(old, new, changed)
    return Questionnaire(
        form=replace(new.form, blocks=tuple(twice.blocks())),
        items=twice.items,
        options=twice.options(),
        scales=tuple(twice.scales()),
        indices=tuple(twice.indices()),
        strategy_revision=new.strategy_revision,
        noted_sensitivity=new.noted_sensitivity,
    )


def _check(old: Questionnaire, new: Questionnaire, changed: Collection[str]) -> None:
    if old.form.id != new.form.id:
        raise OverlapError(
            f"{old.form.id} and {new.form.id} are two forms, not two versions", "version"
        )
    if not changed:
        raise OverlapError(
            f"both versions of {new.form.id} ask every question alike; leave the overlap out",
            "same",
        )
    _check_parts(old, new)
    for item in deciding_otherwise(old, new):
        raise OverlapError(
            f"the answer to {item} decides who is asked other questions; ask it alike in both"
            " versions",
            "decides",
            [item],
        )


def deciding_otherwise(old: Questionnaire, new: Questionnaire) -> tuple[str, ...]:
    """Name the items that decide who is asked others and are not asked alike, or no more.

    Halves who answer to other words there are other people in what follows.
    """
    before, after = item_identities(old), item_identities(new)
    return tuple(
        item
        for item in dict.fromkeys(_deciding(old, new))
        if item not in after or (item in before and not same(before[item], after[item]))
    )


def _check_parts(old: Questionnaire, new: Questionnaire) -> None:
    items = {scale.code: set(scale.items) for scale in old.scales}
    for scale in new.scales:
        if other := items.get(scale.code, set(scale.items)) ^ set(scale.items):
            raise other_items(scale.code, other)
    parts = {index.code: set(index.weights) for index in old.indices}
    for index in new.indices:
        if parts.get(index.code, set(index.weights)) != set(index.weights):
            raise OverlapError(
                f"{index.code} is made of other scales in the two versions, so that halves cannot"
                " link it",
                "parts",
            )


def _deciding(old: Questionnaire, new: Questionnaire) -> Iterator[str]:
    """Name the items that conditions look at."""
    asked = {item.id for item in new.items}
    for one in (old, new):
        for item in one.items:
            if item.id in asked:
                yield from (condition.item for condition in item.filter)
        if one.form.screen_out:
            yield one.form.screen_out.item


class _Twice:
    """Two versions of a form, and the items that are not asked alike."""

    def __init__(self, old: Questionnaire, new: Questionnaire, changed: frozenset[str]) -> None:
        self.old, self.new, self.changed = old, new, changed
        self.touched = {
            scale.code for scale in new.scales if not changed.isdisjoint(scale.items)
        } & {scale.code for scale in old.scales}
        self.touched_indices = {
            index.code for index in new.indices if not self.touched.isdisjoint(index.weights)
        } & {index.code for index in old.indices}

    @property
    def items(self) -> tuple[Item, ...]:
        """All items, in the order of the form."""
        found = {}
        for item in self.new.items:
            if item.id not in self.changed:
                found[item.id] = item
                continue
            # what needs care does so in either words
            care = strictest(self.old.item(item.id).sensitivity, item.sensitivity)
            for number, version in zip(ARMS, (self.old, self.new), strict=True):
                one = version.item(item.id)
                name = with_arm(item.id, number)
                options = self._options(one.options) if number == OLD else one.options
                found[name] = replace(one, id=name, options=options, sensitivity=care)
        return tuple(found[name] for block in self.blocks() for name in block.items)

    def blocks(self) -> Iterator[Block]:
        """Return the blocks of the new form; old words under another stem get their own before."""
        before = {name: block for block in self.old.form.blocks for name in block.items}
        for block in self.new.form.blocks:
            apart: dict[int, list[str]] = {}
            names: list[str] = []
            for name in block.items:
                if name in self.changed:
                    own = before[name]
                    alike = own.stem == block.stem
                    place = names if alike else apart.setdefault(id(own), [])
                    place.append(with_arm(name, OLD))
                    names.append(with_arm(name, NEW))
                else:
                    names.append(name)
            for old in self.old.form.blocks:
                if id(old) in apart:
                    yield replace(old, items=tuple(apart[id(old)]))
            yield replace(block, items=tuple(names))

    def options(self) -> dict[str, ResponseOptions]:
        """Return the sets of options of all items, old ones under their own name if they differ."""
        found = {}
        for item in self.items:
            is_old = arm_of(item.id) == OLD
            version = self.old if is_old else self.new
            name = version.item(without_arm(item.id)).options
            found[item.options] = replace(version.options[name], id=item.options)
        return found

    def scales(self) -> Iterator[Scale]:
        """Return the scales; of those with a changed item, both compositions."""
        before = {scale.code: scale for scale in self.old.scales}
        for scale in self.new.scales:
            yield replace(scale, items=self._arms(scale.items, NEW))
            if scale.code in self.touched:
                old = before[scale.code]
                code = with_arm(scale.code, OLD)
                yield replace(old, code=code, items=self._arms(old.items, OLD))

    def indices(self) -> Iterator[Index]:
        """Return the indices; of those with such a scale, both compositions."""
        before = {index.code: index for index in self.old.indices}
        for index in self.new.indices:
            yield index
            if index.code in self.touched_indices:
                old = before[index.code]
                yield replace(
                    old,
                    code=with_arm(index.code, OLD),
                    parts=in_old(old.parts, self.touched),
                    equal_parts=in_old(old.equal_parts, self.touched),
                )

    def _options(self, name: str) -> str:
        """Name a set of the old version: apart where the new one has another under its name."""
        alike = self.new.options.get(name, self.old.options[name]) == self.old.options[name]
        return name if alike else with_arm(name, OLD)

    def _arms(self, items: Sequence[str], number: int) -> tuple[str, ...]:
        return tuple(with_arm(one, number) if one in self.changed else one for one in items)
