"""Checks of the ties between items and statements that do not hold."""

from collections.abc import Iterator

from questionnaires.errors import Problem
from questionnaires.languages import missing_texts_of
from questionnaires.parsing.draft import Draft


def check_weak_links(draft: Draft) -> Iterator[Problem]:
    """Let a weak link be one that some version has, with its reason in every language.

    Waves that asked a version are counted after the next one was released, so that a tie which does
    not hold is named as long as the version is there.
    """
    tied: dict[str, set[str]] = {}
    for instrument in draft.versions:
        for item in instrument.items:
            tied.setdefault(item.value.id, set()).update(item.value.statements)
    for place in draft.weak_links:
        link = place.value
        if link.item not in tied:
            sentence = "there is no such item; correct the id or take it out"
            yield Problem(place.file, f"{place.key} item", sentence)
            continue
        for statement in link.statements:
            if statement not in tied[link.item]:
                sentence = f"no version ties the item to «{statement}»; take it out here"
                yield Problem(place.file, f"{place.key} statements", sentence)
        yield from missing_texts_of(place.file, f"{place.key} reason", link.reason)
