"""One letter, and the words that all letters of a language share."""

from __future__ import annotations

from dataclasses import dataclass

from survey_app.asking.letters.addresses import Address
from survey_app.shared.i18n import Language


@dataclass(frozen=True, slots=True)
class Letter:
    """What is printed for one person; ``code`` is in groups, ``address`` may be empty."""

    row: int | None
    language: Language
    url: str
    code: str
    address: Address = ()


@dataclass(frozen=True, slots=True)
class Wording:
    """The text of a letter in one language, as HTML; the code stands between two paragraphs."""

    language: Language
    sender: str
    dated: str
    wave: str
    number: str
    """With ``{row}`` in it."""
    heading: str
    opening: tuple[str, ...]
    before_code: str
    after_code: str
    rest: tuple[str, ...]
    promise: str
    signed: str
    purpose: str
    foot: str
    demo: str
