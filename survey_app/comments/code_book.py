"""The code book: themes and their words, begun from a file and edited by HR, version by version."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import asyncpg

from analytics.comments.themes import CommentTheme
from analytics.comments.words import Vocabulary
from questionnaires.toml_text import read_toml_file
from survey_app.audit.record import record
from survey_app.comments.errors import CodeBookError
from survey_app.shared.database import Login, engine, fetch

_FILE = Path(__file__).parent / "code_book.toml"
MOST_WORDS = 200
_ENTRY = re.compile(r"\*?[^\W\d_]+(?:-[^\W\d_]+)*\*?")


@dataclass(frozen=True, slots=True)
class BookTheme:
    """A theme as people read it: a name in each language, and words as they were written."""

    key: str
    name: Mapping[str, str]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CodeBookVersion:
    """A version of the code book; 0 is the one that comes with the software."""

    version: int
    themes: tuple[BookTheme, ...]

    def compiled(self) -> tuple[CommentTheme, ...]:
        """Return it as the analysis takes it."""
        return tuple(CommentTheme(one.key, Vocabulary.of(one.words)) for one in self.themes)


@cache
def first_book() -> CodeBookVersion:
    """Return the code book to begin with."""
    return CodeBookVersion(0, _themes(read_toml_file(_FILE)["themes"]))


async def code_book() -> CodeBookVersion:
    """Return the code book that counts."""
    rows = await fetch(
        Login.WEB,
        "SELECT version, content FROM comments.code_book ORDER BY version DESC LIMIT 1",
    )
    if not rows:
        return first_book()
    content = rows[0]["content"]
    return CodeBookVersion(
        rows[0]["version"],
        _themes(json.loads(content) if isinstance(content, str) else content),
    )


def read_words(text: str) -> tuple[str, ...]:
    """Read words with commas or line breaks between, each once.

    Raises
    ------
    CodeBookError
        If one is no word, or they are too many.
    """
    entries = tuple(
        dict.fromkeys(one.strip().lower() for one in re.split(r"[,;\n]", text) if one.strip())
    )
    for entry in entries:
        if not _ENTRY.fullmatch(entry):
            raise CodeBookError(entry)
    if len(entries) > MOST_WORDS:
        raise CodeBookError(str(len(entries)))
    return entries


async def change_book(
    book: CodeBookVersion, words: Mapping[str, tuple[str, ...]], *, actor: str, now: datetime
) -> None:
    """Store a new version with other words for some themes.

    Raises
    ------
    CodeBookError
        If somebody else has stored one since ``book`` was read.
    """
    themes = [replace(one, words=words.get(one.key, one.words)) for one in book.themes]
    content = [{"key": one.key, "name": dict(one.name), "words": list(one.words)} for one in themes]
    try:
        async with engine(Login.WEB).transaction():
            await fetch(
                Login.WEB,
                "INSERT INTO comments.code_book (version, content) VALUES ($1, $2)",
                book.version + 1,
                json.dumps(content, ensure_ascii=False),
            )
            await record(
                Login.WEB, now=now, actor=actor, action="code book changed", subject="comments",
                version=book.version + 1,
            )  # fmt: skip
    except asyncpg.UniqueViolationError:
        raise CodeBookError("") from None


def _themes(content: Sequence[Mapping[str, Any]]) -> tuple[BookTheme, ...]:
    return tuple(BookTheme(one["key"], one["name"], tuple(one["words"])) for one in content)
