"""Interface texts in three languages. The bokmål text in the code is the message id.

Catalogues are ``locale/<language>/<room>.po``, one file per room, read once and laid together.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

Language = Literal["nb", "nn", "en"]
LANGUAGES: tuple[Language, ...] = ("nb", "nn", "en")
SOURCE: Language = "nb"
LOCALE = Path(__file__).parent / "locale"

_current: ContextVar[Language] = ContextVar("language", default=SOURCE)


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "translate later"
    """Mark a constant for translation where it is shown."""
    return text


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The messages of one language; a missing one falls back to bokmål."""

    language: Language
    messages: dict[str, str]
    plurals: dict[str, tuple[str, ...]]

    def gettext(self, text: str) -> str:
        """Return ``text`` in this language."""
        return self.messages.get(text) or text

    def ngettext(self, one: str, many: str, n: int) -> str:
        """Return the form for ``n``; all three languages tell one from the rest."""
        forms = self.plurals.get(one)
        if forms and all(forms):
            return forms[0 if n == 1 else 1]
        return one if n == 1 else many


@functools.cache
def translator(language: Language) -> Catalogue:
    """Return the catalogue of ``language``."""
    from babel.messages.pofile import read_po  # noqa: PLC0415 - every command loads this module

    messages: dict[str, str] = {}
    plurals: dict[str, tuple[str, ...]] = {}
    for path in sorted((LOCALE / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if not message.id or message.fuzzy:
                    continue
                if isinstance(message.id, tuple | list):
                    plurals[message.id[0]] = tuple(cast("tuple[str, ...]", message.string))
                else:
                    messages[message.id] = cast("str", message.string)
    return Catalogue(language, messages, plurals)


def as_language(value: object, default: Language = SOURCE) -> Language:
    """Return ``value`` if it is one of ours, else ``default``."""
    return value if value in LANGUAGES else default


def current_language() -> Language:
    """Return the language that the present page is rendered in."""
    return _current.get()


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Render everything inside in ``language``."""
    mark = _current.set(language)
    try:
        yield
    finally:
        _current.reset(mark)


def gettext(text: str) -> str:
    """Return ``text`` in the present page's language."""
    return translator(_current.get()).gettext(text)


def ngettext(one: str, many: str, n: int) -> str:
    """Return the form for ``n`` in the present page's language."""
    return translator(_current.get()).ngettext(one, many, n)
