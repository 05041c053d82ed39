"""Checks of the ties between items and statements that do not hold."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from questionnaires.errors import Problem
from questionnaires.languages import missing_texts_of
from questionnaires.model import Item, Text
from questionnaires.parsing.draft import Draft, Placed, WeakLink
from questionnaires.parsing.weak_links import WEAK_LINKS


def check_weak_links(draft: Draft) -> Iterator[Problem]:
    """Let a weak link be one that some version has, with its reason in every language, said once.

    Waves that asked a version are counted after the next one was released, so that a tie which does
    not hold is named as long as the version is there.
    """
    tied: dict[str, set[str]] = {}
    for instrument in draft.versions:
        for item in instrument.items:
            tied.setdefault(item.value.id, set()).update(item.value.statements)
    links = [place.value for place in draft.weak_links]
    rows = Counter((one.item, name) for one in links for name in one.statements)
    for place in draft.weak_links:
        if place.value.item not in tied:
            sentence = "there is no such item; correct the id or take it out"
            yield Problem(place.file, f"{place.key} item", sentence)
            continue
        for sentence in _of_statements(place.value, tied[place.value.item], rows):
            yield Problem(place.file, f"{place.key} statements", sentence)
        yield from missing_texts_of(place.file, f"{place.key} reason", place.value.reason)
    yield from _forgotten(draft, links)


def _of_statements(
    link: WeakLink, tied: set[str], rows: Mapping[tuple[str, str], int]
) -> Iterator[str]:
    if not link.statements:
        yield "none is named; name what the item does not measure, or take the row out"
    for name in dict.fromkeys(link.statements):
        if name not in tied:
            yield f"no version ties the item to «{name}»; take it out here"
        elif rows[link.item, name] > 1:
            yield f"«{name}» stands twice for the item, and one reason is shown; keep one"


def _forgotten(draft: Draft, links: list[WeakLink]) -> Iterator[Problem]:
    """Find ties of the same words that do not hold under another name and would count here.

    An item that got a new id, or whose statement got one when the strategy was renewed, measures no
    more than before. Only within an instrument: what others are asked in these words may hold.
    """
    known = {(one.item, name) for one in links for name in one.statements}
    later = _became(draft)
    for key in dict.fromkeys(one.key for one in draft.versions):
        items = [item for one in draft.versions if one.key == key for item in one.items]
        weak = [
            (item.value, later(name))
            for item in items
            for name in item.value.statements
            if (item.value.id, name) in known
        ]
        yield from dict.fromkeys(_of_same_words(items, weak, known))


def _of_same_words(
    items: list[Placed[Item]], weak: list[tuple[Item, set[str]]], known: set[tuple[str, str]]
) -> Iterator[Problem]:
    for place in items:
        item = place.value
        for name in item.statements:
            if (item.id, name) in known:
                continue
            for one, statements in weak:
                if name in statements and _alike(item.text, one.text):
                    sentence = (
                        f"these words do not measure «{name}» as {one.id} ({WEAK_LINKS}); name"
                        f" {item.id} and «{name}» there, too"
                    )
                    yield Problem(place.file, f"{place.key} statements", sentence)


def _became(draft: Draft) -> Callable[[str], set[str]]:
    """Say as which statements of later revisions one is measured on, step by step."""
    moves = [move for place in draft.strategy_maps for move in place.value.moves if move.carries]

    def later(name: str) -> set[str]:
        found, fresh = {name}, {name}
        while fresh:
            fresh = {one for move in moves if fresh & {*move.before} for one in move.after} - found
            found |= fresh
        return found

    return later


def _alike(one: Text, other: Text) -> bool:
    return bool(one.keys() & other.keys()) and all(
        one[language].split() == other[language].split() for language in one.keys() & other.keys()
    )
