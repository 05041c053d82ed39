"""What must hold between versions: the same words, answers and direction under one wording."""

from collections.abc import Iterator

from questionnaires.errors import Problem
from questionnaires.model import Item
from questionnaires.parsing.draft import Draft, Placed


def check_wordings(draft: Draft) -> Iterator[Problem]:
    """Give an item a version of its own where it is put to people in another way than before.

    What differs between an earlier and a later version of an instrument under one id and one
    ``version`` would be taken for the same question, and the answers for a change of opinion. A
    language that only one of them has is no difference.
    """
    first: dict[tuple[str, int], Placed[Item]] = {}
    for instrument in sorted(draft.versions, key=lambda one: (one.key, one.version)):
        for place in instrument.items:
            item = place.value
            before = first.setdefault((item.id, item.version), place)
            if changed := changed_in(before.value, item):
                sentence = (
                    f"{', '.join(changed)} differ from version {item.version} of the item in"
                    f" {before.file}; write version = {_free(draft, item.id)}, so that nobody"
                    " compares the answers before and after as if the question were the same"
                )
                yield Problem(place.file, f"{place.key} version", sentence)


def changed_in(old: Item, new: Item) -> tuple[str, ...]:
    """Name what differs in how two versions of an item are put to people; empty when nothing does.

    A language that only one of them has is no difference.
    """
    return tuple(_changed(old, new))


def _changed(old: Item, new: Item) -> Iterator[str]:
    for name in ("text", "help", "note"):
        before, after = getattr(old, name) or {}, getattr(new, name) or {}
        # help and notes that only one version has in a language that both are asked in are changes
        asked = set(old.text) & set(new.text)
        for language in sorted(asked):
            if before.get(language) != after.get(language):
                yield f"{name} in {language}"
    for name in ("options", "presentation", "reversed", "filter"):
        if getattr(old, name) != getattr(new, name):
            yield name


def _free(draft: Draft, item: str) -> int:
    used = {
        place.value.version
        for instrument in draft.versions
        for place in instrument.items
        if place.value.id == item
    }
    return max(used) + 1
