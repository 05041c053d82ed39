"""Whether every text of the content can be read, sent and filled in.

An installation starts without it: ``questionnaire check`` and the demo ask, as of the messages.
"""

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Final
from unicodedata import category

from questionnaires.agency import AGENCY
from questionnaires.checks_of_messages import check_messages
from questionnaires.errors import Problem
from questionnaires.library import Library
from questionnaires.look_alikes import odd_sign
from questionnaires.messages import message_file
from questionnaires.parsing.measures import MEASURES
from questionnaires.parsing.revisions import INDICES, STRATEGIES
from questionnaires.population import FOLDER
from questionnaires.toml_text import read_toml_file

SIGNS: Final = "signs"  # the kind of a problem with what nobody sees in a text

# what turns the text around it; the database takes no null, and no file takes the last two
_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufffe\uffff")
# letters with nothing to see in them, which are no spaces
_BLANK: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_UNSEEN: Final = frozenset({"Cc", "Cf", "Mn", "Zl", "Zp", "Zs"})
_FOLDERS: Final = ("demo", INDICES, "instruments", "messages", FOLDER, STRATEGIES)
_MOST_TOLD: Final = 20  # texts of which each has a line
_COUNTED: Final = frozenset({"items", "parts"})
_PLACE: Final = re.compile(r"\{(\w*)\}")
_NO_WORD: Final = frozenset("<>%{}")


def check_texts(library: Library) -> Iterator[Problem]:
    """Say what cannot be shown or sent as it stands, in messages and in all else that is read."""
    yield from check_messages(library)
    yield from _subjects(library)
    yield from _called(library)
    yield from _words(library)
    yield from check_signs(library.agency.folder)


def _subjects(library: Library) -> Iterator[Problem]:
    for language, known in library.messages.texts.items():
        for key, text in known.items():
            if key.endswith(".subject") and len(text.splitlines()) > 1:
                sentence = "the subject of a mail is one line; write it between single marks"
                yield Problem(message_file(language), key, sentence)


def _called(library: Library) -> Iterator[Problem]:
    for code, called in library.measures.called.items():
        for field in fields(called):
            text = getattr(called, field.name)
            for said in text.values() if isinstance(text, dict) else ():
                left = _PLACE.sub(lambda found: "" if found[1] in _COUNTED else found[0], said)
                if set("{}") & set(left):
                    sentence = f"only {{items}} and {{parts}} are filled in, not as in «{said}»"
                    yield Problem(
                        MEASURES, f"called {code} {field.name}", f"{sentence}; correct it"
                    )


def _words(library: Library) -> Iterator[Problem]:
    for language, words in library.agency.words.items():
        for ours, theirs in words.items():
            if not theirs.strip() or set(theirs) & _NO_WORD:
                sentence = (
                    f"«{theirs}» is no word: it is empty or has one of < > % {{ }}; correct it"
                )
                yield Problem(AGENCY, f"words {language} {ours}", sentence)


def look_alikes(root: Path) -> Iterator[str]:
    """Note each text with a sign that looks like another, or like nothing.

    What is released is left out: it cannot be mended. Of many, some are told, and how many are not.
    """
    released = {f"{name}/" for name in read_toml_file(root / "released.toml")}
    found = [
        f"note: {file}, {key}: in «{word}» a sign ({sign}) looks like another, or like nothing"
        for file, key, text in _read(root)
        if not any(file.startswith(name) for name in released)
        for word, sign in [odd_sign(text)]
        if sign
    ]
    yield from (f"{one}; write it anew" for one in found[:_MOST_TOLD])
    if (more := len(found) - _MOST_TOLD) > 0:
        yield f"note: {more} more texts have such signs"


def check_signs(root: Path) -> Iterator[Problem]:
    """Find texts with signs that turn what stands around them, and texts with nothing to see."""
    for file, key, text in _read(root):
        unseen = [
            one for one in text if one in _TURNING or (category(one) == "Cc" and one not in "\n\t")
        ]
        if unseen:
            sentence = f"the text has a sign that nobody sees (U+{ord(unseen[0]):04X})"
            yield Problem(file, key, f"{sentence}; write it anew without it", kind=SIGNS)
        elif text.strip() and all(one in _BLANK or category(one) in _UNSEEN for one in text):
            sentence = "the text has no sign that can be seen; write it, or leave it out"
            yield Problem(file, key, sentence, kind=SIGNS)


def _read(root: Path) -> Iterator[tuple[str, str, str]]:
    """Yield every text of a content: its file, its place there, and what it says."""
    below = (path for folder in _FOLDERS for path in (root / folder).rglob("*.toml"))
    for path in sorted([*root.glob("*.toml"), *below]):
        file = path.relative_to(root).as_posix()
        for key, text in _texts(read_toml_file(path)):
            yield file, key or "file", text


def _texts(value: object, key: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text of a file with its place: keys, and what stands at them."""
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, dict):
        for name, one in value.items():
            seen = name.encode("unicode_escape").decode()
            yield f"{key} {seen}".strip(), name
            yield from _texts(one, f"{key} {seen}".strip())
    elif isinstance(value, list):
        for number, one in enumerate(value, 1):
            yield from _texts(one, f"{key} {number}".strip())
