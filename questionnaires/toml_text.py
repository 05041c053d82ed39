"""The text of a TOML file as plain tables, or one sentence: no file takes more than it is worth."""

import copy
import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

# A key of many parts costs the parser the square of their number, and more memory than there is.
MOST_PARTS: Final = 100
# Python writes no whole number of more than 4,300 digits out, and no sentence could repeat it.
_MOST_BITS: Final = 14_284
_PART: Final = r"""(?:[\w-]++|"(?:[^"\\]|\\.)*+"|'[^']*+')"""
# Looked for in strings too, since one line alone does not tell where they end. A text, or a list of
# files or of items, may have as many dots as it likes.
_LONG_KEY: Final = re.compile(
    rf"(?<![\w\\.-])(?<!\.[ \t])(?:{_PART}[ \t]*+\.[ \t]*+){{{MOST_PARTS}}}"
)


class NotTomlError(ValueError):
    """The text is no TOML that can be read; the sentence says where, and what is wrong."""


class TooDeepError(NotTomlError):
    """Brackets lie in each other more deeply than any file of ours has them."""


def read_toml_file(path: Path) -> dict[str, Any]:
    """Read a TOML file; editors of Windows put a mark in front of UTF-8, which is passed over.

    Raises
    ------
    NotTomlError
        As `read_toml_text`, and where it is not in UTF-8.
    OSError
        If there is no such file, or it cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise NotTomlError(f"line {line} is not in UTF-8; save the file in UTF-8") from None
    return copy.deepcopy(read_toml_once(text))  # whoever gets the tables may alter them


@lru_cache(maxsize=256)
def read_toml_once(text: str) -> dict[str, Any]:
    """Read as `read_toml_text`, the same text once: the tables are everybody's, to be left alone.

    A page of a version that is written reads all content again, of which one file has changed.
    """
    return read_toml_text(text)


def read_toml_text(text: str) -> dict[str, Any]:
    """Read a TOML text that somebody wrote, whatever they wrote.

    Raises
    ------
    NotTomlError
        If it is none, holds a number of thousands of digits or a key of very many parts, or is
        nested too deeply to be read.
    """
    for number, line in enumerate(text.split("\n"), start=1):
        if line.count(".") >= MOST_PARTS and _LONG_KEY.search(line):
            raise NotTomlError(f"a key of more than {MOST_PARTS} parts (at line {number})")
    try:
        found = tomllib.loads(text)
        huge = _has_huge_number(found)
    except RecursionError:
        raise TooDeepError("brackets lie in each other too deeply to be read") from None
    except ValueError as error:  # of a number of thousands of digits no error of TOML's own
        raise NotTomlError(str(error)) from None
    if huge:
        raise NotTomlError("a whole number of thousands of digits")
    return found


def _has_huge_number(value: object) -> bool:
    """Tell whether a number, in hexadecimal or binary digits, is one that cannot be written out."""
    if isinstance(value, dict):
        return any(map(_has_huge_number, value.values()))
    if isinstance(value, list):
        return any(map(_has_huge_number, value))
    return isinstance(value, int) and value.bit_length() > _MOST_BITS
