"""Interface texts in the agency's languages. The bokmål text in the code is the message id.

Catalogues are ``locale/<language>/<room>.po``, one file per room, read once and laid together. An
agency's own stand in the same way in the folder of its content and come before ours, so that it
adds a language, or words a text its own way, without changing a module.
"""

from __future__ import annotations

import functools
import gettext as plain_gettext
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from survey_app.shared.agency import agency, kept_for_content

type Language = str
"""The code of a language, one of `languages` once it came in at the door (`as_language`)."""

SOURCE: Language = "nb"
"""The language of the texts in the code."""

LOCALE = Path(__file__).parent / "locale"

_current: ContextVar[Language] = ContextVar("language", default=SOURCE)


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "translate later"
    """Mark a constant for translation where it is shown."""
    return text


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The messages of one language, and of those that stand in for it where it has none.

    A text that none of them has stays in bokmål. `plurals` holds the forms by their first, with the
    rule of the language that gives the place of the form for a number.
    """

    language: Language
    messages: dict[str, str]
    plurals: dict[str, tuple[Callable[[int], int], tuple[str, ...]]]

    def gettext(self, text: str) -> str:
        """Return ``text`` in this language."""
        return self.messages.get(text) or in_own_words(text, SOURCE)

    def ngettext(self, one: str, many: str, n: int) -> str:
        """Return the form for ``n``, which a language may have more than two of."""
        if one in self.plurals:
            place_of, forms = self.plurals[one]
            return forms[place_of(n)]
        return in_own_words(one if n == 1 else many, SOURCE)


# quotation marks between quotation marks
_INNER: Final = str.maketrans("«»“”", "‘’‘’")
# what is filled in later, and tags, are no words
_KEPT: Final = r"%\(\w+\)|\{\w*\}|<[^>]*>"


@kept_for_content
def in_own_words(text: str, language: Language) -> str:
    """Put the agency's own words in the place of ours, in a text of the interface.

    Whole words and phrases, the longest first, with a capital where ours has one.
    """
    words = {ours.casefold(): theirs for ours, theirs in agency().words.get(language, {}).items()}
    if not words:
        return text
    ours = "|".join(re.escape(one) for one in sorted(words, key=len, reverse=True))

    def own(found: re.Match[str]) -> str:
        theirs = words.get(found[0].casefold(), found[0])
        return f"{theirs[:1].upper()}{theirs[1:]}" if found[0][0].isupper() else theirs

    return re.sub(rf"{_KEPT}|\b(?:{ours})\b", own, text, flags=re.IGNORECASE)


@kept_for_content
def translator(language: Language) -> Catalogue:
    """Return the catalogue of ``language``."""
    made = Catalogue(language, {}, {})
    chain = agency().fallback_chain(language)
    if SOURCE in chain:  # nothing stands in for bokmål: every text in the code has it
        chain = chain[: chain.index(SOURCE) + 1]
    for code in reversed(chain):
        for folder in catalogue_folders():
            for path in sorted((folder / code).glob("*.po")):
                _read(path, made)
    return made


def in_each_language(text: str) -> dict[Language, str]:
    """Return a text of ours in each language that it is written in, and in no other's name."""
    return {
        one: translator(one).gettext(text)
        for one in languages()
        if one == SOURCE or text in _own_texts(one)
    }


@kept_for_content
def _own_texts(language: Language) -> frozenset[str]:
    alone = Catalogue(language, {}, {})
    for folder in catalogue_folders():
        for path in sorted((folder / language).glob("*.po")):
            _read(path, alone)
    return frozenset(alone.messages)


def catalogue_folders() -> tuple[Path, ...]:
    """Return where catalogues lie, by language: ours, then those of the agency."""
    return LOCALE, agency().folder / "locale"


def _read(path: Path, into: Catalogue) -> None:
    """Add the messages of a file that are translated, in the agency's own words."""
    language = path.parent.name
    found = _translated(path)
    if agency().words.get(language):
        found = Catalogue(
            language,
            {text: in_own_words(said, language) for text, said in found.messages.items()},
            {
                one: (place_of, tuple(in_own_words(form, language) for form in forms))
                for one, (place_of, forms) in found.plurals.items()
            },
        )
    into.messages.update(found.messages)
    into.plurals.update(found.plurals)


@functools.cache
def _translated(path: Path) -> Catalogue:
    """Read a file once: content changes while a process runs, and these files do not."""
    from babel.messages.pofile import read_po  # noqa: PLC0415 - every command loads this module

    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.parent.name)
    place_of = plain_gettext.c2py(catalogue.plural_expr)
    made = Catalogue(path.parent.name, {}, {})
    for message in catalogue:
        if not message.id or message.fuzzy:
            continue
        if isinstance(message.id, tuple | list):
            forms = tuple(cast("tuple[str, ...]", message.string))
            if all(forms):
                made.plurals[message.id[0]] = (place_of, forms)
        elif message.string:
            made.messages[message.id] = cast("str", message.string)
    return made


@kept_for_content
def languages() -> tuple[Language, ...]:
    """Return the agency's languages in the order in which they are offered."""
    return agency().languages


def required_languages() -> tuple[Language, ...]:
    """Return the languages that nothing is opened without: what people in the agency write in."""
    return agency().required


def first_language() -> Language:
    """Return the language that is shown to whoever asks for none."""
    return languages()[0]


def stand_in(language: Language) -> Language | None:
    """Return the language that readers meet where a partial one lacks a text; None if it is whole.

    Examples
    --------
    >>> stand_in("nn") is None
    True
    """
    if language not in agency().partial:
        return None
    return next(one for one in agency().fallback_chain(language) if one not in agency().partial)


def own_names() -> tuple[tuple[Language, str], ...]:
    """Return each language and what it calls itself."""
    return tuple((one.code, one.name) for one in agency().styles)


@kept_for_content
def language_words() -> dict[str, str]:
    """Return the language that a word in a register of people means, in small letters.

    Its code, its name in itself and in the others, and the first letter of its name; no word means
    the first language.
    """
    from babel import Locale  # noqa: PLC0415 - every command loads this module

    found = {"": first_language()} | {code: code for code in languages()}
    named = [Locale.parse(locale_name(one)).languages for one in languages()]
    for code, name in own_names():
        for word in (name, *(names.get(code, name) for names in named)):
            found.setdefault(word.casefold(), code)
    for code, name in own_names():
        found.setdefault(name[0].casefold(), code)
    return found


def locale_name(language: Language) -> str:
    """Return the locale of a language, such as ``nb_NO``."""
    return agency().style(language).locale


@kept_for_content
def text_direction(language: Language) -> str:
    """Return ``rtl`` for a language that is written from right to left, by the CLDR; else ``ltr``.

    Examples
    --------
    >>> text_direction("nb")
    'ltr'
    """
    from babel import Locale  # noqa: PLC0415 - every command loads this module

    return Locale.parse(locale_name(language)).text_direction


def quoted(text: str, language: Language) -> str:
    """Put a text between the language's quotation marks; its own become single ones."""
    before, after = agency().style(language).quotes
    return f"{before}{text.translate(_INNER)}{after}"


def as_language(*asked: object) -> Language:
    """Return the first of these that is a language of ours, else the first of all languages."""
    known = languages()
    for one in asked:
        if (found := str(one)) in known:
            return found
    return known[0]


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
