"""What an overlap wave asked of each version, named as in a wave that asks one of them alone.

Of halves that were asked different words each is one version; where everybody was asked the items
of both, the same people are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from questionnaires.arms import NEW, OLD, arm, arm_of, has_both, with_arm, without_arm
from questionnaires.identity import identities
from questionnaires.measures import EQUAL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from questionnaires.identity import Identity, Intros
    from questionnaires.model import Index, Questionnaire


@dataclass(frozen=True, slots=True)
class Touched:
    """Measures that other words touch: codes of items, scales and indices, without an arm."""

    items: frozenset[str]
    scales: frozenset[str]
    indices: frozenset[str]

    def __contains__(self, measure: str) -> bool:
        """Tell whether a measure is one of them."""
        return measure in self.items | self.scales | self.indices


def in_words_of(questionnaire: Questionnaire, number: int) -> Questionnaire:
    """Return the questionnaire of one version as if everybody had been asked it alone.

    Parameters
    ----------
    questionnaire : Questionnaire
        As frozen; one without two versions comes back as it is.
    number : int
        `questionnaires.arms.OLD` or ``NEW``.
    """
    if not has_both(questionnaire):
        return questionnaire
    half = _without_old(questionnaire) if number == NEW else _without_new(questionnaire)
    blocks = tuple(
        replace(block, items=tuple(map(without_arm, block.items))) for block in half.form.blocks
    )
    return replace(
        half,
        form=replace(half.form, blocks=blocks),
        items=tuple(replace(one, id=without_arm(one.id)) for one in half.items),
        scales=tuple(
            replace(one, code=without_arm(one.code), items=tuple(map(without_arm, one.items)))
            for one in half.scales
        ),
        indices=tuple(
            replace(
                one,
                code=without_arm(one.code),
                parts=_plain(one.parts),
                equal_parts=_plain(one.equal_parts),
            )
            for one in half.indices
        ),
    )


def asked_now(questionnaire: Questionnaire, first: Intros | None = None) -> dict[str, Identity]:
    """Name what stands behind the measures of a wave: of an overlap wave, in the new words."""
    return identities(in_words_of(questionnaire, NEW), first or {})


def asked_before(questionnaire: Questionnaire, first: Intros | None = None) -> dict[str, Identity]:
    """Name what was asked of the old version, of the measures that the new one touches."""
    touched = touched_by_words(questionnaire)
    found = identities(in_words_of(questionnaire, OLD), first or {})
    return {code: own for code, own in found.items() if code in touched}


def touched_by_words(questionnaire: Questionnaire) -> Touched:
    """Name what the versions of an overlap wave ask differently; nothing in other waves."""
    olds = [one for one in questionnaire.indices if arm_of(one.code) == OLD]
    return Touched(
        frozenset(without_arm(one.id) for one in questionnaire.items if arm_of(one.id)),
        frozenset(without_arm(one.code) for one in questionnaire.scales if arm_of(one.code)),
        frozenset(name for one in olds for name in _names(one)),
    )


def _names(index: Index) -> tuple[str, ...]:
    code = without_arm(index.code)
    return (code, f"{code}{EQUAL}") if index.equal_parts else (code,)


def _without_old(questionnaire: Questionnaire) -> Questionnaire:
    half = arm(questionnaire, NEW)
    indices = tuple(one for one in half.indices if arm_of(one.code) != OLD)
    scales = tuple(one for one in half.scales if arm_of(one.code) != OLD)
    return replace(half, scales=scales, indices=indices)


def _without_new(questionnaire: Questionnaire) -> Questionnaire:
    half = arm(questionnaire, OLD)
    codes = {one.code for one in half.scales} | {one.code for one in half.indices}

    def is_old(code: str) -> bool:
        return with_arm(code, OLD) not in codes

    return replace(
        half,
        scales=tuple(one for one in half.scales if is_old(one.code)),
        indices=tuple(one for one in half.indices if is_old(one.code)),
    )


def _plain(weights: Mapping[str, float]) -> dict[str, float]:
    return {without_arm(code): weight for code, weight in weights.items()}
