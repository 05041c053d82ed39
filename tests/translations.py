"""Every interface text exists in nynorsk and English: `make check` fails on the first gap."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent / "survey_app"
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2.ext:babel_extract")]
OPTIONS = {"**/templates/**.html": {"newstyle_gettext": "true", "trimmed": "true"}}
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
PLACEHOLDER = re.compile(r"%\((\w+)\)|\{(\w*)")


def used() -> dict[str, str]:
    """Return every message id that the code uses, with the place of its first use."""
    found: dict[str, str] = {}
    for path, line, message, _, _ in extract_from_dir(ROOT, METHODS, OPTIONS, KEYWORDS):
        text = message[0] if isinstance(message, tuple) else message
        found.setdefault(text, f"survey_app/{path}:{line}")
    return found


def _placeholders(text: str) -> set[tuple[str, str]]:
    return set(PLACEHOLDER.findall(text))


def gaps(language: str) -> list[str]:
    """Return a line for each message that ``language`` lacks, has twice, or fills otherwise."""
    known: dict[str, object] = {}
    lines = []
    for path in sorted((ROOT / "shared" / "locale" / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id and not message.fuzzy:
                    key = message.id[0] if isinstance(message.id, tuple) else message.id
                    if known.setdefault(key, message.string) != message.string:
                        # one text has one translation, whichever file is read last
                        lines.append(f"{language}: {path.name}: translated otherwise: {key!r}")
    for text, place in used().items():
        string = known.get(text)
        forms = list(string) if isinstance(string, tuple) else [string]
        if not all(forms):
            lines.append(f"{language}: {place}: not translated: {text!r}")
        elif any(_placeholders(str(form)) - _placeholders(text) for form in forms):
            lines.append(f"{language}: {place}: other placeholders than the bokmål text: {text!r}")
    return lines


if __name__ == "__main__":
    problems = [*gaps("nn"), *gaps("en")]
    print("\n".join(problems) or f"translations: {len(used())} texts in three languages")
    sys.exit(bool(problems))
