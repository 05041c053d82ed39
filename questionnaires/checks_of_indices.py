"""What must hold for an index to be measured at all."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from questionnaires.errors import Problem
from questionnaires.parsing.draft import Draft


def check_indices_are_asked(draft: Draft) -> Iterator[Problem]:
    """Let one form of its population ask all that an index is made of, or it has no figure."""
    items = {one.value.code: one.value.items for one in draft.scales}
    composed = {one.value.index.code: one.value.parts for one in draft.indices}
    forms = [one.value.form for one in draft.forms]
    for place in draft.indices:
        if not _is_known(place.value.index.code, composed, items):
            continue
        index = place.value.shared_out(composed)
        needed = {item for scale in index.weights for item in items[scale]}
        asked = [
            part
            for form in forms
            if form.population == index.population
            for part in form.items_by_part
        ]
        if not any(needed <= one for one in asked):
            most = max(asked, key=lambda one: len(needed & one), default=frozenset())
            lacking = ", ".join(sorted(needed - most))
            sentence = (
                f"no form for {index.population} asks all that it is made of ({lacking}); add this"
                " to one form of forms.toml, or take the index out"
            )
            yield Problem(place.file, place.key, sentence)


def check_versions_of_indices(draft: Draft) -> Iterator[Problem]:
    """Let an index say of a version that is there that it came with it."""
    versions = [f"{one.key}/v{one.version}" for one in draft.versions]
    # where none can be read, that is told
    for place in draft.indices if versions else ():
        if place.value.brought_by and place.value.brought_by not in versions:
            sentence = (
                f"«{place.value.brought_by}» is no version of an instrument; write the one that"
                f" the index came with, such as {versions[-1]}, or take the line out"
            )
            yield Problem(place.file, f"{place.key} brought_by", sentence)


def _is_known(
    code: str,
    composed: Mapping[str, Mapping[str, Fraction]],
    items: Mapping[str, tuple[str, ...]],
    above: tuple[str, ...] = (),
) -> bool:
    """Tell whether an index leads to scales alone; what does not is told by `check_index_parts`."""
    if code in above:
        return False
    parts = composed.get(code) or ()
    if not parts:
        return code in items
    return all(
        part in items or (part in composed and _is_known(part, composed, items, (*above, code)))
        for part in parts
    )
