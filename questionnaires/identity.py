"""What stood behind a figure: one name for each measure, by which two waves are held alike.

The place of an item in its form does not enter. Pulses ask a part of what main waves ask, so that
no item of theirs has the same neighbours twice; their series would break in every wave, and what
the place does to answers is small beside what words do. Whom a form ends for does not enter: it is
of the form. What stands before a block enters where it is not what stood there first. Titles and
explanations do not enter either: respondents never see them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from questionnaires.arms import without_arm
from questionnaires.canonical import content_hash
from questionnaires.measures import EQUAL

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from questionnaires.model import Item, Questionnaire, Scale, Text

type Identity = Mapping[str, str]
"""By language, the name of all that entered a measure where it was asked in that language."""

_DIGITS = 32  # of a SHA-256: enough that no two wordings meet
_WEIGHT_DIGITS = 10

type Intros = Mapping[str, Mapping[str, str | None]]
"""By item id, by language, what stands before its block; None where nothing does."""

_NONE: Final[Intros] = MappingProxyType({})


def same(one: Identity | None, other: Identity | None) -> bool:
    """Tell whether two waves asked a measure alike.

    Alike in every language that both had it in; a language that only one of them had decides
    nothing. What is not known of either wave is not the same.
    """
    both = set(one or ()) & set(other or ())
    return bool(both) and all((one or {})[tag] == (other or {})[tag] for tag in both)


def intros(questionnaire: Questionnaire) -> Intros:
    """Give what stands before the block of each item, in each language that it is asked in."""
    above = {name: block.intro or {} for block in questionnaire.form.blocks for name in block.items}
    return {
        item.id: {tag: above.get(item.id, {}).get(tag) for tag in item.text}
        for item in questionnaire.items
    }


def first_intros(waves: Iterable[Questionnaire]) -> Intros:
    """Give what stood before each item when it was first asked in a language, oldest wave first."""
    found: dict[str, dict[str, str | None]] = {}
    for one in waves:
        for item, said in intros(one).items():
            found[item] = {**said, **found.get(item, {})}
    return found


def identities(questionnaire: Questionnaire, first: Intros = _NONE) -> dict[str, Identity]:
    """Name what stands behind every measure of a questionnaire.

    Parameters
    ----------
    questionnaire : Questionnaire
        As it was asked.
    first : Intros, optional
        What stood before its items at first (`first_intros`). Where that is still so, it does not
        enter, so that what was published keeps its name (docs/adr/0231).

    Returns
    -------
    dict of str to dict of str to str
        By code of an index, its equal-weight version, a scale or an item, by language: 32
        hexadecimal digits. Into it go an item's words, help, note, stem, options with their stored
        values and labels, direction, filter and version, and the wordings that its filter looks at,
        from their second on; a scale's items and the share of them that
        must be answered; an index's scales and weights.
    """
    named = item_identities(questionnaire, first)
    found = {item.id: named[item.id] for item in questionnaire.items if _is_measured(item)}
    scales = {one.code: _of_scale(one, found) for one in questionnaire.scales}
    found |= scales
    for index in questionnaire.indices:
        found[index.code] = _of_index(index.weights, scales)
        if index.equal_parts:
            found[f"{index.code}{EQUAL}"] = _of_index(index.equal_parts, scales)
    return found


def item_identities(questionnaire: Questionnaire, first: Intros = _NONE) -> dict[str, Identity]:
    """Name how each item is put to people, background questions included; by item id."""
    stems = _stems(questionnaire)
    decided = decided_by(questionnaire)
    named = {
        item.id: _of_item(questionnaire, item, stems.get(item.id), decided.get(item.id, []))
        for item in questionnaire.items
    }
    other = _other_intros(questionnaire, first)
    for word, texts in ("intro", other), ("decided", _decided_under(questionnaire, other)):
        for item, said in texts.items():
            more = {tag: _name(named[item][tag], word, text) for tag, text in said.items()}
            named[item] = {**named[item], **more}
    return named


def _other_intros(questionnaire: Questionnaire, first: Intros) -> dict[str, dict[str, str | None]]:
    """Give what stands before each item in the languages in which it is not what stood at first."""
    now = intros(questionnaire) if first else {}
    return {
        item: {
            tag: text for tag, text in said.items() if first.get(item, said).get(tag, text) != text
        }
        for item, said in now.items()
    }


def _decided_under(
    questionnaire: Questionnaire, other: Intros
) -> dict[str, dict[str, list[tuple[str, str | None]]]]:
    """Name the questions that decide who is asked an item and stand below another text now.

    Whoever answers to that is somebody else, as where the question itself is put otherwise.
    """
    return {
        item.id: {
            tag: sorted({(one.item, texts[tag]) for one, texts in behind if tag in texts})
            for tag in item.text
            if any(tag in texts for _one, texts in behind)
        }
        for item in questionnaire.items
        if (behind := [(one, other.get(one.item, {})) for one in item.filter])
    }


def decided_by(questionnaire: Questionnaire) -> dict[str, list[tuple[str, int]]]:
    """Name the questions that decide who is asked an item and were put otherwise once, by its id.

    Each with the number of its wording. Who answers to other words is somebody else, whatever the
    item itself says; a first wording is left out, so that what was published keeps its name.
    """
    later = {item.id: item.version for item in questionnaire.items if item.version > 1}
    return {
        item.id: sorted({(one.item, later[one.item]) for one in item.filter if one.item in later})
        for item in questionnaire.items
        if item.filter
    }


@dataclass(frozen=True, slots=True)
class Makeup:
    """What a scale or an index is made of, whatever the words: items by scale, and weights.

    Of an item: what it says, by language, and what decides who is asked it.
    """

    items: Mapping[str, frozenset[str]]
    weights: Mapping[str, float]
    words: Identity = field(default_factory=dict)
    whom: tuple[object, ...] = ()


def makeups(questionnaire: Questionnaire, first: Intros = _NONE) -> dict[str, Makeup]:
    """Give what items, scales, indices and their equal-weight versions are made of, by code.

    With `identities` it tells why two waves did not ask a measure alike where no item was reworded;
    ``first`` is what that was given.
    """
    scales = {one.code: frozenset(one.items) for one in questionnaire.scales}
    made = _items_made(questionnaire, first)
    made |= {code: Makeup({code: items}, {}) for code, items in scales.items()}
    for index in questionnaire.indices:
        weighed = {index.code: index.weights}
        if index.equal_parts:
            weighed[f"{index.code}{EQUAL}"] = index.equal_parts
        for code, weights in weighed.items():
            made[code] = Makeup(
                {part: scales.get(part, frozenset()) for part in weights},
                {part: round(weight, _WEIGHT_DIGITS) for part, weight in weights.items()},
            )
    return made


def _items_made(questionnaire: Questionnaire, first: Intros) -> dict[str, Makeup]:
    """Part what an item says from who is asked it, whose change needs a ``version`` as words do."""
    stems, decided = _stems(questionnaire), decided_by(questionnaire)
    other = _other_intros(questionnaire, first)
    under = _decided_under(questionnaire, other)

    def says(item: Item) -> Identity:
        alone = replace(item, version=1, filter=())
        words = _of_item(questionnaire, alone, stems.get(item.id), [])
        above = other.get(item.id, {})
        return {**words, **{tag: _name(words[tag], "intro", one) for tag, one in above.items()}}

    return {
        item.id: Makeup(
            {},
            {},
            says(item),
            (*item.filter, *decided.get(item.id, ()), *under.get(item.id, {}).items()),
        )
        for item in questionnaire.items
        if _is_measured(item)
    }


@dataclass(frozen=True, slots=True)
class Discontinuity:
    """Where the series of a measure stops: figures before and after are of different questions.

    ``before`` is the last wave on the one side, ``since`` the first on the other; ``waves`` are all
    before it, oldest first, that the last wave of the series cannot be compared with.
    """

    before: str
    since: str
    waves: tuple[str, ...]


def breaks_in(series: Sequence[tuple[str, Identity | None]]) -> tuple[Discontinuity, ...]:
    """Find where the waves of a measure stop being alike.

    Parameters
    ----------
    series : sequence of (str, Identity or None)
        Key of each wave that has the measure and what stood behind it, oldest first.

    Returns
    -------
    tuple of Discontinuity
        Oldest first; empty where every wave asked as the one before it and as the last. A wave in
        one language alone may be like two that are unlike: of these the earlier is left behind.
    """
    if not series:
        return ()
    last = series[-1][1]
    unlike = {key: at for at, (key, found) in enumerate(series) if not same(found, last)}
    return tuple(
        Discontinuity(before, since, tuple(key for key, at in unlike.items() if at < number))
        for number, ((before, one), (since, other)) in enumerate(pairwise(series), start=1)
        if not same(one, other) or (before in unlike and since not in unlike)
    )


def _is_measured(item: Item) -> bool:
    return item.purpose != "background"


def _stems(questionnaire: Questionnaire) -> dict[str, Text | None]:
    return {item: block.stem for block in questionnaire.form.blocks for item in block.items}


def _of_item(
    questionnaire: Questionnaire, item: Item, stem: Text | None, decided: list[tuple[str, int]]
) -> Identity:
    options = questionnaire.option_set(item)

    def words(texts: Text | None, tag: str) -> str | None:
        return (texts or {}).get(tag)

    put = {
        # as in a wave that asks everybody in these words
        "id": without_arm(item.id),
        "version": item.version,
        "presentation": item.presentation,
        "reversed": item.reversed,
        "filter": [[one.item, list(one.codes), one.negate] for one in item.filter],
        "kind": options.kind,
        **({"decided": decided} if decided else {}),
    }
    return {
        tag: _name(
            put,
            [words(texts, tag) for texts in (item.text, item.help, item.note, stem)],
            [words(texts, tag) for texts in (options.low_label, options.high_label)],
            [[one.code, one.value, one.missing, words(one.label, tag)] for one in options.options],
        )
        for tag in item.text
    }


def _of_scale(scale: Scale, items: Mapping[str, Identity]) -> Identity:
    parts = [items.get(item, {}) for item in sorted(scale.items, key=without_arm)]
    return {
        tag: _name([part[tag] for part in parts], round(scale.min_answered, _WEIGHT_DIGITS))
        for tag in _shared(parts)
    }


def _of_index(weights: Mapping[str, float], scales: Mapping[str, Identity]) -> Identity:
    order = sorted(weights, key=without_arm)
    parts = [scales.get(code, {}) for code in order]
    weighed = [round(weights[code], _WEIGHT_DIGITS) for code in order]
    return {tag: _name([part[tag] for part in parts], weighed) for tag in _shared(parts)}


def _shared(parts: list[Identity]) -> list[str]:
    """Give the languages that all parts have, in the order of the first."""
    return [tag for tag in (parts[0] if parts else ()) if all(tag in part for part in parts)]


def _name(*content: object) -> str:
    return content_hash(content).removeprefix("sha256:")[:_DIGITS]
