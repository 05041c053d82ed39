"""What a new version of a questionnaire does to each index, and what its series then needs."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from questionnaires.both_sets import recomposed, rescored
from questionnaires.identity import identities, same
from questionnaires.model import Index, Questionnaire
from questionnaires.overlap import deciding_otherwise, reworded

type Effect = Literal[
    "unchanged",
    "new",
    "ended",
    "reweighted",
    "rescored",
    "reworded",
    "recomposed",
    "mixed",
    "divided",
    "decided",
    "broken",
]

_WEIGHT_DIGITS = 10
_NEEDS: dict[Effect, str] = {
    "unchanged": "The series goes on.",
    "new": "A new series begins, with its own reference.",
    "ended": "The series ends with the last wave of the old version.",
    "reweighted": "Compute earlier waves with both sets of weights and show the two apart.",
    "rescored": "The series breaks: other people have a score, and no wave can ask that both ways.",
    "reworded": "Ask random halves the old and the new wording in one wave, then splice (A).",
    "recomposed": "Ask everybody the old and the new set in one wave, then splice (B).",
    "mixed": (
        "No wave asks two of these both ways: other words, other items of scales, another rule of"
        " who has a score. Make one of the changes in a version of its own, or the series breaks"
        " where they meet."
    ),
    "divided": (
        "The series breaks: the form asks each person one of several modules, and no wave of it"
        " asks the old besides. Divide it after a wave has asked both."
    ),
    "decided": (
        "The series breaks: a question that decides who is asked others is put otherwise or gone,"
        " and no wave asks that both ways. Ask it as before in the version that rewords others."
    ),
    "broken": (
        "The series breaks: the index is made of other scales, or has other weights besides other"
        " questions, and no wave has both."
    ),
}


@dataclass(frozen=True, slots=True)
class IndexDifference:
    """The effect of a new version on one index.

    `unchanged_share` is the part of the new index's weight that rests on items asked exactly as
    before, from 0 to 1.
    """

    code: str
    effect: Effect
    reworded: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged_share: float

    @property
    def needs(self) -> str:
        """What has to be done for the series."""
        return _NEEDS[self.effect]


def index_differences(old: Questionnaire, new: Questionnaire) -> tuple[IndexDifference, ...]:
    """Compare two questionnaires index by index, and by each scale that is part of none.

    Parameters
    ----------
    old, new : Questionnaire
        Two versions of a form, such as the one of the last wave and the one of the next.

    Returns
    -------
    tuple of IndexDifference
        One for each index of either, those of `new` first, then the scales that have a series of
        their own: a pulse asks some whole, and not the index that they are part of elsewhere.

    Notes
    -----
    What is said that a wave can do, one can (`overlap.both_wordings`, `both_sets.both_sets`), also
    where the strategy is another: halves tell what words did to an index whatever share of it they
    are. An item counts with the weight of its scale divided by the number of items there.
    """
    before = {index.code: index for index in with_own_series(old)}
    after = {index.code: index for index in with_own_series(new)}
    # a scale that comes out of an index, or goes into one, is as old as it was
    composed = {index.code for one in (old, new) for index in one.indices}
    inside = (_parts(old) | _parts(new)) - composed
    codes = [*after, *before]
    return tuple(
        _with_others(_difference(code, old, before.get(code), new, after.get(code)), old, new)
        for code in dict.fromkeys(codes)
        if code not in inside
    )


def with_own_series(questionnaire: Questionnaire) -> tuple[Index, ...]:
    """Give the indices of a questionnaire, and each scale of none of them as the one that it is."""
    parts = _parts(questionnaire)
    scales = (one for one in questionnaire.scales if one.code not in parts)
    population = questionnaire.form.population
    apart = (Index(one.code, one.title, one.title, {}, {}, population, {}) for one in scales)
    return (*questionnaire.indices, *apart)


def _parts(questionnaire: Questionnaire) -> set[str]:
    return {code for index in questionnaire.indices for code in index.weights}


def _with_others(one: IndexDifference, old: Questionnaire, new: Questionnaire) -> IndexDifference:
    """Say of an index that a wave could lead on by itself whether it can with what else changed."""
    if new.form.modules and one.effect in {"reworded", "recomposed"}:
        return replace(one, effect="divided")
    scales = {scale.code: scale for scale in old.scales}
    ruled = rescored(scales, new.scales)
    if one.effect == "recomposed":
        refused = bool(reworded(old, new) or ruled)
    elif one.effect == "reworded" and deciding_otherwise(old, new):
        return replace(one, effect="decided")
    elif one.effect == "reworded":
        own = next(index for index in with_own_series(new) if index.code == one.code).weights
        refused = bool(recomposed(scales, new.scales) or own.keys() & set(ruled))
    else:
        return one
    return replace(one, effect="mixed") if refused else one


def _difference(
    code: str, old: Questionnaire, before: Index | None, new: Questionnaire, after: Index | None
) -> IndexDifference:
    weights_before = _item_weights(old, before) if before else {}
    weights_after = _item_weights(new, after) if after else {}
    both = [item for item in weights_after if item in weights_before]
    asked, asks = identities(old), identities(new)
    otherwise = tuple(item for item in both if not same(asked.get(item), asks.get(item)))
    added = tuple(item for item in weights_after if item not in weights_before)
    removed = tuple(item for item in weights_before if item not in weights_after)
    moved = bool(before and after and _moved(old, before, new, after))
    share = sum(weights_after[item] for item in both if item not in otherwise)
    if before is None or after is None:
        effect: Effect = "ended" if after is None else "new"
    elif before.weights.keys() != after.weights.keys():
        effect = "broken"
    elif _weighed_otherwise(before, after) and (otherwise or added or removed or moved):
        # a wave that asks both versions composes both of the newest weights
        effect = "broken"
    elif added or removed or moved:
        effect = "recomposed"
    elif otherwise:
        effect = "reworded"
    elif weights_before != weights_after:
        effect = "reweighted"
    else:
        effect = "unchanged" if _rules(old, before) == _rules(new, after) else "rescored"
    return IndexDifference(code, effect, otherwise, added, removed, round(share, 10))


def _weighed_otherwise(before: Index, after: Index) -> bool:
    return any(
        round(before.weights[code], _WEIGHT_DIGITS) != round(weight, _WEIGHT_DIGITS)
        for code, weight in after.weights.items()
    )


def _moved(old: Questionnaire, before: Index, new: Questionnaire, after: Index) -> bool:
    """Tell whether a scale of an index has other items, also those that another of them had."""
    scales = {one.code: one for one in old.scales if one.code in before.weights}
    return bool(recomposed(scales, (one for one in new.scales if one.code in after.weights)))


def _item_weights(q: Questionnaire, index: Index) -> Mapping[str, float]:
    items = {scale.code: scale.items for scale in q.scales}
    weights: dict[str, float] = {}
    for scale, weight in index.weights.items():
        for item in items[scale]:
            weights[item] = weights.get(item, 0.0) + weight / len(items[scale])
    return weights


def _rules(q: Questionnaire, index: Index) -> Mapping[str, float]:
    return {one.code: one.min_answered for one in q.scales if one.code in index.weights}
