"""What the agency is called on pages, in letters and in files: content, read once."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping

from questionnaires.agency import Agency, load_agency
from questionnaires.content import content_name


def kept_for_content[R](function: Callable[..., R]) -> Callable[..., R]:
    """Remember what a function returns for its arguments, for each folder of content by itself."""
    kept = functools.cache(lambda _folder, *given: function(*given))

    @functools.wraps(function)
    def remembered(*given: object) -> R:
        return kept(content_name(), *given)

    return remembered


def agency() -> Agency:
    """Return the agency's identity."""
    return load_agency()


def language_of_text(text: Mapping[str, str], language: str) -> str:
    """Return the language that a text is shown in to those who read `language`.

    The first of its fallback chain that the text is written in; `language` when there is no text.
    What is stored may be older than a language, or newer than one that was taken out.
    """
    order = (*_chain(language), *agency().languages, *text)
    return next((one for one in order if text.get(one)), language)


def in_language(text: Mapping[str, str], language: str) -> str:
    """Return a text in a language, else in the one that stands in for it; empty if it has none."""
    return text.get(language) or text.get(language_of_text(text, language), "")


@kept_for_content
def _chain(language: str) -> tuple[str, ...]:
    return agency().fallback_chain(language)


def agency_name(language: str) -> str:
    """Return its name where it stands alone: a sender, an author, a publisher."""
    return in_language(agency().name, language)


def agency_in_sentence(language: str) -> str:
    """Return its name as it is written inside a sentence."""
    return in_language(agency().in_sentence, language)


def agency_rhythm(language: str) -> str:
    """Return the sentence on how often it asks."""
    return in_language(agency().rhythm, language)


def agency_as_source(language: str) -> str:
    """Return its name as others write it when they name the source of a figure."""
    return in_language(agency().as_source, language)
