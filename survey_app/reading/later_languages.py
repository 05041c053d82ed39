"""Words of an earlier publication in a language that the agency's content got later.

A publication holds its words in the languages of its day. Where today's content has the very same
words, those beside them in another language say the same, and readers of that language get them;
of anything that was worded otherwise, the stored words stand in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from questionnaires.library import Library
from survey_app.reading.strategy_text import library
from survey_app.shared.agency import agency

type Words = Mapping[str, str]
_TEXTS: Final = ("title", "short", "about")


def in_languages_of_now(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give a measure's words the languages that they lack and the content has.

    Parameters
    ----------
    row : mapping
        Of ``measures`` of a publication.

    Returns
    -------
    mapping
        The row itself where nothing is lacking, or the content has nothing to add.
    """
    languages = tuple(agency().languages)
    lacking = any(_lacks(row.get(name), languages) for name in _TEXTS)
    if not lacking and not any(_lacks(one["label"], languages) for one in row.get("options", ())):
        return row
    now = [*_worded_now(row["code"], library())]
    told = {
        name: _completed(row[name], (one.get(name, {}) for one in now), languages)
        for name in _TEXTS
        if isinstance(row.get(name), Mapping)
    }
    options = [
        {**one, "label": _completed(one["label"], _labels(now, one["code"]), languages)}
        for one in row.get("options", ())
    ]
    return {**row, **told} | ({"options": options} if options else {})


def _lacks(text: object, languages: Sequence[str]) -> bool:
    return isinstance(text, Mapping) and any(text.values()) and not all(map(text.get, languages))


def _completed(text: Words, known: Iterable[Words], languages: Sequence[str]) -> Words:
    """Add what is lacking from the first that says the same in every language that both have."""
    for one in known:
        both = [language for language, said in text.items() if said and one.get(language)]
        if both and all(text[language] == one[language] for language in both):
            later = {language: one.get(language) or "" for language in languages}
            return {**later, **{language: said for language, said in text.items() if said}}
    return text


def _labels(now: Iterable[Mapping[str, Any]], code: str) -> Iterator[Words]:
    return (one["options"][code] for one in now if code in one.get("options", {}))


def _worded_now(code: str, known: Library) -> Iterator[Mapping[str, Any]]:
    """Find what is called so today, in the newest version of an instrument or in another."""
    if index := known.indices.get(code):
        yield {"title": index.title, "short": index.short, "about": index.about}
    versions = [one for numbered in known.versions.values() for one in numbered.values()]
    scales = (known.scales, *(one.scales for one in versions))
    for scale in (held[code] for held in scales if code in held):
        yield {"title": scale.title, "short": scale.title}
    items = (known.items, *(one.items for one in versions))
    for item in (held[code] for held in items if code in held):
        offered = known.options[item.options].options if item.options in known.options else ()
        labels = {one.code: one.label for one in offered}
        yield {"title": item.text, "short": item.text, "options": labels}
