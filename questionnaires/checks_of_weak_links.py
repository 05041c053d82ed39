"""Checks of the ties between items and statements that do not hold."""

from collections.abc import Iterator

from questionnaires.errors import Problem
from questionnaires.languages import missing_texts_of
from questionnaires.parsing.draft import Draft


def check_weak_links(draft: Draft) -> Iterator[Problem]:
    """Let a weak link be one that an instrument has, with its reason in every language."""
    items = {place.value.id: place.value for place in draft.items}
    for place in draft.weak_links:
        link = place.value
        if link.item not in items:
            sentence = "there is no such item; correct the id or take it out"
            yield Problem(place.file, f"{place.key} item", sentence)
            continue
        for statement in link.statements:
            if statement not in items[link.item].statements:
                sentence = f"the item is not tied to «{statement}»; take it out here"
                yield Problem(place.file, f"{place.key} statements", sentence)
        yield from missing_texts_of(place.file, f"{place.key} reason", link.reason)
