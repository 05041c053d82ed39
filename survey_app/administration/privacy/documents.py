"""The record of processing (GDPR article 30) and the impact assessment (article 35), as HTML.

Both are made of the declaration: what is held, why, how long. What only people can say is marked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from survey_app.administration.privacy.declared import DECLARED
from survey_app.administration.privacy.model import About, Category, Held, Purpose
from survey_app.administration.privacy.overview import (
    VIEWS,
    ToldTable,
    about_people,
    put_into_words,
)
from survey_app.administration.privacy.risks import MEASURES, NEVER_KEPT, RISKS
from survey_app.settings import Settings
from survey_app.shared.agency import agency, agency_name, in_language
from survey_app.shared.i18n import Language, translator
from survey_app.shared.pages import render

REGISTER: Final = "register"
DPIA: Final = "dpia"
KINDS: Final = (REGISTER, DPIA)
_TEMPLATES: Final = {
    REGISTER: "administration/privacy_register.html",
    DPIA: "administration/privacy_dpia.html",
}
# what tells nothing of a person by itself
_TECHNICAL: Final = frozenset({Category.NUMBER, Category.LINK, Category.STATE, Category.CONTENT})


@dataclass(frozen=True, slots=True)
class Processing:
    """One activity: what is held for a purpose, about whom."""

    purpose: str
    about: tuple[str, ...]
    tells: tuple[str, ...]
    tables: list[ToldTable]


def privacy_document(kind: str, language: Language, *, settings: Settings, day: date) -> str:
    """Return a whole document in a language, ready to be printed.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    day : date
        On which it was made.
    """
    facts = agency().privacy
    return render(
        _TEMPLATES[kind],
        language,
        {
            "day": day,
            "agency": agency_name(language),
            "facts": facts,
            "basis": in_language(facts.legal_basis or {}, language),
            "chosen": settings,
            "activities": _activities(settings, language),
            "people": _people(settings, language),
            "columns": _columns(language),
            "nobody": [held.table for held in DECLARED if not held.personal],
            "measures": MEASURES,
            "never_kept": NEVER_KEPT,
            "risks": RISKS,
        },
    )


def _activities(settings: Settings, language: Language) -> list[Processing]:
    say = translator(language).gettext
    found = []
    for purpose in Purpose:
        tables = [held for held in _personal() if held.purpose is purpose]
        if tables:
            about = dict.fromkeys(say(held.about.value) for held in tables)
            told = put_into_words(tables, settings, language)
            found.append(
                Processing(say(purpose.value), tuple(about), _tells(tables, language), told)
            )
    return found


def _people(settings: Settings, language: Language) -> list[Processing]:
    say = translator(language).gettext
    return [
        Processing(
            say(about.value),
            (),
            _tells(about_people(about), language),
            put_into_words(about_people(about), settings, language),
        )
        for about in About
        if about is not About.NOBODY
    ]


def _personal() -> list[Held]:
    return [held for held in DECLARED if held.personal and held.table not in VIEWS]


def _tells(tables: Iterable[Held], language: Language) -> tuple[str, ...]:
    say = translator(language).gettext
    found = {category for held in tables for category in held.columns}
    return tuple(say(one.value) for one in Category if one in found - _TECHNICAL)


def _columns(language: Language) -> list[tuple[str, str, Mapping[str, tuple[str, ...]]]]:
    say = translator(language).gettext
    return [
        (
            held.table,
            say(held.what),
            {say(category.value): tuple(n.split()) for category, n in held.columns.items()},
        )
        for held in DECLARED
        if held.personal
    ]
