"""What must hold of items whose figures need more care than others' (docs/adr/0211)."""

from collections.abc import Iterator

from questionnaires.errors import Problem
from questionnaires.model import PREFER_NOT_CODE, Item, ResponseOptions
from questionnaires.parsing.draft import Draft, Placed
from questionnaires.parsing.measures import MEASURES, shipped_sensitivity
from questionnaires.sensitivity import EXPOSURES


def check_sensitivity(draft: Draft) -> Iterator[Problem]:
    """Let what is counted as exposure be such that it can be, and in no scale."""
    noted = draft.measures.sensitivity
    known = {place.value.id for one in draft.versions for place in one.items}
    for name in noted if noted is not shipped_sensitivity() else ():
        if name not in known:
            sentence = f"«{name}» is no item of any version; correct the id or take it out"
            yield Problem(MEASURES, f"sensitivity {name}", sentence)
    scored = {name for one in draft.scales for name in one.value.items}
    for place in draft.items:
        if {place.value.sensitivity, noted.get(place.value.id)} & EXPOSURES:
            for sentence in _hinders(place.value, draft.options.get(place.value.options), scored):
                yield _at(place, sentence)


def _hinders(item: Item, options: ResponseOptions | None, scored: set[str]) -> Iterator[str]:
    if item.id in scored:
        yield "what happened to people is counted and never scored; take the item out of its scale"
    if item.purpose != "measure":
        yield "only an item that measures can be about what happened to people"
    if options is None:
        return
    if options.kind != "scale":
        yield (
            "how often something happened has answers that rise from never; give its options"
            ' kind = "scale", the lowest value for never'
        )
    for one in options.options:
        if one.missing == "prefer_not" and one.code != PREFER_NOT_CODE:
            yield (
                f"the code of those who prefer not to answer is «{PREFER_NOT_CODE}» here, not"
                f" «{one.code}»; correct it"
            )


def _at(place: Placed[Item], sentence: str) -> Problem:
    return Problem(place.file, f"{place.key} sensitivity", sentence)
