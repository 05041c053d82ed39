"""Checks of the ties between items and statements that do not hold."""

from collections import Counter
from collections.abc import Iterator, Mapping

from questionnaires.errors import Problem
from questionnaires.languages import missing_texts_of
from questionnaires.parsing.draft import Draft, WeakLink


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
