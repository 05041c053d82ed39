"""Checks of which items are asked, and of whom."""

from collections.abc import Iterator

from questionnaires.errors import Problem
from questionnaires.parsing.draft import Draft
from questionnaires.parsing.forms import FORMS, NOT_ASKED


def check_items_are_asked(draft: Draft) -> Iterator[Problem]:
    """Let every item of the newest versions be asked by a form, or say why it is not."""
    asked = {name for place in draft.forms for name in place.value.form.items}
    for place in draft.items:
        if place.value.id not in asked | draft.not_asked.keys():
            sentence = "no form asks it; add it to a block of forms.toml, or under not_asked with"
            yield Problem(place.file, place.key, f"{sentence} the reason, or remove it")
    items = {place.value.id for place in draft.items}
    for name, reason in draft.not_asked.items():
        if name not in items:
            yield _not_asked(name, "there is no such item; correct the id or take it out")
        if name in asked:
            yield _not_asked(name, "a form asks it; take it out here or there")
        if not reason.strip():
            yield _not_asked(name, "why it is not asked is missing; write it")


def _not_asked(name: str, sentence: str) -> Problem:
    return Problem(FORMS, f"{NOT_ASKED} {name}", sentence)


def check_staff_tell_nothing_of_themselves(draft: Draft) -> Iterator[Problem]:
    """Let no form ask staff what is dropped when their urn is emptied (docs/adr/0008)."""
    background = {one.value.id for one in draft.items if one.value.purpose == "background"}
    for place in draft.forms:
        form = place.value.form
        for name in form.items if form.population == "staff" else ():
            if name in background:
                sentence = f"«{name}» is background of staff, which is dropped when the urn is"
                key = f"{place.key} block items"
                yield Problem(place.file, key, f"{sentence} emptied (docs/adr/0008); take it out")
