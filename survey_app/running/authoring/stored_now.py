"""What is stored of a question, where the form of somebody who was too late says something else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from questionnaires.authoring.edits import Traits
from questionnaires.library import Library
from questionnaires.model import Item
from survey_app.asking.instruments.changes import SENSITIVITY_NAMES, options_name
from survey_app.running.authoring.editor import PARTS
from survey_app.shared.i18n import N_, Language, first_language, own_names
from survey_app.shared.i18n import gettext as _

PART_NAMES: Final = {"text": N_("Spørsmålet"), "help": N_("Hjelpetekst"), "note": N_("Merknad")}


@dataclass(frozen=True, slots=True)
class StoredNow:
    """One thing that is stored: what it is called, and its words; empty where there are none.

    `language` is that of the words, and empty where they are the page's own.
    """

    name: str
    language: str
    said: str


def with_traits(item: Item, traits: Traits | None, library: Library) -> Item:
    """Return an item as a form has it that was not stored.

    A set of answers that was removed meanwhile cannot be chosen: that which is stored stays, or a
    browser would choose the first of all.
    """
    if traits is None:
        return item
    names = ("statements", "core", "reversed", "reason", "sensitivity")
    options = traits.options if traits.options in library.options else item.options
    return replace(item, options=options, **{name: getattr(traits, name) for name in names})


def stored_now(
    item: Item, said: Mapping[str, str], traits: Traits, library: Library, lang: Language
) -> tuple[StoredNow, ...]:
    """List what is stored of an item and not what a form says, `said` by part and language."""
    return (*_words(item, said), *_traits(item, traits, library, lang))


def _words(item: Item, said: Mapping[str, str]) -> Iterator[StoredNow]:
    names = dict(own_names())
    for field, words in said.items():
        part, _dot, code = field.partition(".")
        stored = (getattr(item, part) or {}).get(code, "") if part in PARTS else ""
        if " ".join(words.split()) != stored:
            yield StoredNow(f"{_(PART_NAMES[part])}, {_(names.get(code, code))}", code, stored)


def _traits(item: Item, traits: Traits, library: Library, lang: Language) -> Iterator[StoredNow]:
    yes_or_no = {True: _("Ja"), False: _("Nei")}
    if traits.options != item.options:
        found = library.options.get(item.options)
        told = options_name(found, lang) if found else item.options
        if traits.options not in library.options:
            told = _("%(stored)s. Den du valgte, er fjernet.") % {"stored": told}
        yield StoredNow(_("Svarskala"), "", told)
    if set(traits.statements) != set(item.statements):
        known = library.strategy.statements
        texts = [known[one].text for one in item.statements if one in known]
        yield StoredNow(_("Måler"), first_language() if texts else "", " · ".join(texts))
    if traits.core != item.core:
        said = _("Hører til kjernen, som stilles hver gang")
        yield StoredNow(said, "", yes_or_no[item.core])
    if traits.reversed != item.reversed:
        said = _("Snudd: det siste svaret er det dårligste")
        yield StoredNow(said, "", yes_or_no[item.reversed])
    if traits.reason.strip() != item.reason:
        yield StoredNow(_("Hvorfor det er snudd"), "", item.reason)
    if traits.sensitivity != item.sensitivity:
        words = _(SENSITIVITY_NAMES[item.sensitivity])
        yield StoredNow(_("Hva spørsmålet handler om"), "", words)
