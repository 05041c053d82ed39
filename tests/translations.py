"""Every interface text exists in nynorsk and English, and no other: `make check` says which not."""

from __future__ import annotations

import re
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).parent.parent / "survey_app"
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2.ext:babel_extract")]
OPTIONS = {"**/templates/**.html": {"newstyle_gettext": "true", "trimmed": "true"}}
# what is only marked comes as three of the same, what is translated by number as two: the
# extraction names no function, and reading all once more takes as long as the first time
MARKED = (1, 1, 1)
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": MARKED}
PLACEHOLDER = re.compile(r"%\((\w+)\)|\{(\w*)")


@cache
def _extracted() -> list[tuple[tuple[str, ...], str]]:
    """List what the code translates or marks, each with its place."""
    return [
        (message if isinstance(message, tuple) else (message,), f"survey_app/{path}:{line}")
        for path, line, message, _, _ in extract_from_dir(ROOT, METHODS, OPTIONS, KEYWORDS)
    ]


@cache
def used() -> dict[str, str]:
    """Return every message id that the code uses, with the place of its first use."""
    found: dict[str, str] = {}
    for message, place in _extracted():
        found.setdefault(message[0], place)
    return found


@cache
def called() -> dict[tuple[str, bool], str]:
    """Return what is translated where it stands, and whether by number, with its first place.

    A text that is called both ways is translated twice: a form for a number is none without one.
    """
    found: dict[tuple[str, bool], str] = {}
    for message, place in _extracted():
        if len(message) < len(MARKED):
            found.setdefault((message[0], len(message) > 1), place)
    return found


def _placeholders(text: str) -> set[tuple[str, str]]:
    return set(PLACEHOLDER.findall(text))


def _read(language: str) -> Iterator[tuple[str, str, Any]]:
    for path in sorted((ROOT / "shared" / "locale" / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id and not message.fuzzy:
                    key = message.id[0] if isinstance(message.id, tuple) else message.id
                    yield path.name, key, message.string


def gaps(language: str) -> list[str]:
    """Return a line for each message that ``language`` lacks, has twice, or fills otherwise.

    One that nothing uses is a gap, too: somebody would translate it, and correct it, in vain.
    """
    known: dict[tuple[str, bool], Any] = {}
    wanted = used()
    lines = []
    for name, key, string in _read(language):
        if key not in wanted:
            lines.append(f"{language}: {name}: no code or template uses: {key!r}")
        if known.setdefault((key, isinstance(string, tuple)), string) != string:
            # one text has one translation, whichever file is read last
            lines.append(f"{language}: {name}: translated otherwise: {key!r}")
    for text, place in wanted.items():
        forms = _forms(text, known)
        if not all(forms):
            where = f"no file of survey_app/shared/locale/{language} has it, or its text is empty"
            lines.append(f"{language}: {place}: not translated, {where}: {text!r}")
        elif any(_placeholders(str(form)) - _placeholders(text) for form in forms):
            lines.append(f"{language}: {place}: other placeholders than the bokmål text: {text!r}")
    return [*lines, *(f"{language}: {line}" for line in _other_way(known))]


def _other_way(known: Mapping[tuple[str, bool], Any]) -> Iterator[str]:
    """Yield a line for each text that is translated in the other of the two ways alone."""
    for (text, by_number), place in called().items():
        if (text, by_number) not in known and (text, not by_number) in known:
            lacking = "by number" if by_number else "as it stands"
            yield f"{place}: not translated {lacking}: {text!r}"


def _forms(text: str, known: Mapping[tuple[str, bool], Any]) -> list[str | None]:
    """Return every form of a text; one that is None or empty where it is not translated."""
    plain, forms = known.get((text, False)), known.get((text, True), ())
    return [*forms, *([plain] if plain is not None or not forms else [])]


if __name__ == "__main__":
    problems = [*gaps("nn"), *gaps("en")]
    print("\n".join(problems) or f"translations: {len(used())} texts in three languages")
    sys.exit(bool(problems))
