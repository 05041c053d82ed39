"""What the agency is called on pages, in letters and in files: content, read once."""

from __future__ import annotations

from questionnaires.agency import Agency, load_agency
from questionnaires.model import in_language


def agency() -> Agency:
    """Return the agency's identity."""
    return load_agency()


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
